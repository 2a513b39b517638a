// The packed tarball as users get it: in an empty Vite project, in a Vite project with the plugin and client, and by script tag, in Chromium.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { build, createServer } from "vite";
import { BROWSERS } from "./browsers.mjs";
import { cleanUp, filesOf, hashesIn, npm, page, project, serve as serveAt, work, write } from "./projects.mjs";
import { site } from "./site.mjs";

const missing = BROWSERS.chromium.missing();
if (missing) throw new Error(`chromium cannot be opened: missing ${missing}`);

const TEXT = "<h1>Your credit line</h1><p>You may borrow up to 50,000 yuan for at most twelve months.</p>";
let browser, s;

before(async () => {
  s = await site();
  browser = await BROWSERS.chromium.open();
});
after(async () => {
  await browser?.close();
  await s?.close();
  cleanUp();
});

const serve = (folder) => serveAt(s, folder);

async function until(what, script, ms = 15_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await browser.driver.executeScript(script);
    if (value) return value;
    if (Date.now() > end) assert.fail(`${what}: not within ${ms} ms; console: ${(await browser.console()).join("\n")}; asked: ${s.log.map((e) => e.path).join(" ")}`);
    await new Promise((r) => setTimeout(r, 100));
  }
}

const MAIN = (from) => `import { start } from "${from}";
document.querySelector("#app").innerHTML = ${JSON.stringify(TEXT)};
const guard = await start({ service: "consumer", deadlines: { settleMs: 200 } });
const check = async () => { window.verdict = await guard.checkRender(); if (window.verdict.state === "pending") setTimeout(check, 200); };
check();`;

for (const entry of ["pagemend", "pagemend/slim"]) {
  test(`${entry}_in_an_empty_vite_project_starts_and_sees_content`, { timeout: 120_000 }, async () => {
    const folder = project(entry.replace("/", "-"), { "index.html": page('<script type="module" src="/main.js"></script>'), "main.js": MAIN(entry) });
    await build({ root: folder, logLevel: "warn", build: { target: "es2022" } });
    serve(join(folder, "dist"));
    await browser.driver.get(s.page.url + "/");
    assert.equal((await until("verdict", "return window.verdict && window.verdict.state !== 'pending' && window.verdict")).state, "content");
  });
}

for (const bundler of ["webpack", "@rspack/core"]) {
  test(`${bundler}_bundles_it_quietly_and_leaves_the_guards_imports_alone`, { timeout: 120_000 }, async () => {
    const folder = project(bundler.replace("@rspack/core", "rspack"), {
      "index.html": page('<script src="/main.js"></script>'),
      "main.js": 'import { start } from "pagemend/slim"; start().then(async (guard) => { window.told = await guard.import("/view.js").then((m) => m.default, String); })',
    });
    const { default: webpack, rspack } = await import(bundler);
    const options = { mode: "production", context: folder, entry: "./main.js", output: { path: join(folder, "dist") }, performance: { hints: false } };
    const problems = await new Promise((resolve, reject) => {
      (rspack ?? webpack)(options, (error, stats) => (error ? reject(error) : resolve(stats.toJson({ all: false, warnings: true, errors: true }))));
    });
    assert.deepEqual([...problems.warnings, ...problems.errors].map(({ message }) => message), []);
    serve(join(folder, "dist"));
    s.page.routes.set("/", { body: readFileSync(join(folder, "index.html")), type: "html" });
    s.page.routes.set("/view.js", { body: 'export default "the view"' });
    await browser.driver.get(s.page.url + "/");
    assert.equal(await until("told", "return window.told"), "the view");
  });
}

test("the_vite_plugin_puts_boot_first_and_the_client_joins_its_engine", { timeout: 120_000 }, async () => {
  const folder = project("plugin", {
    "index.html": page('<script type="module" src="/main.js"></script>', "<script>window.first=!window.__pagemend</script>"),
    "main.js": MAIN("pagemend/client"),
    "vite.config.js": 'import { pagemend } from "pagemend/vite"; export default { build: { target: "es2022" }, html: { cspNonce: "NONCE" }, plugins: [pagemend({ build: "1.0.0", builtAt: 1700000000000, buildNumber: 140, minimumBuild: 130, schemas: { draft: 3 }, locale: "en", options: { service: "it\'s \\"quoted\\" <b>" } })] };',
  });
  await build({ root: folder, logLevel: "warn" });
  const html = readFileSync(join(folder, "dist/index.html"), "utf8");
  assert.match(html, /<head><meta charset="utf-8">\s*<script id="pagemend-boot" nonce="NONCE" data-config="/);
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "dist/pagemend/build.json"), "utf8")), { build: "1.0.0", builtAt: 1700000000000, number: 140, minimum: 130, service: "it's \"quoted\" <b>", schemas: { draft: 3 }, assets: hashesIn(join(folder, "dist")) });
  serve(join(folder, "dist"));
  await browser.driver.get(s.page.url + "/");
  assert.equal((await until("verdict", "return window.verdict && window.verdict.state !== 'pending' && window.verdict")).state, "content");
  assert.equal(await browser.driver.executeScript("return window.first"), false);
  assert.equal(await browser.driver.executeScript("return JSON.parse(document.querySelector('#pagemend-boot').dataset.config).options.service"), 'it\'s "quoted" <b>');
  assert.equal(s.log.filter((e) => e.path === "/pagemend/pagemend_bg.wasm").length, 1);

  // In dev, too.
  const dev = await createServer({ root: folder, logLevel: "warn", server: { port: 0, host: "127.0.0.1" } });
  try {
    await dev.listen();
    await browser.driver.get(dev.resolvedUrls.local[0]);
    assert.equal((await until("verdict in dev", "return window.verdict && window.verdict.state !== 'pending' && window.verdict")).state, "content");
  } finally {
    await dev.close();
  }
});

test("in_development_the_guard_tells_what_it_finds_and_does_nothing", { timeout: 120_000 }, async () => {
  const folder = project("development", {
    "index.html": page('<script type="module" src="/main.js"></script>'),
    "main.js": 'import { start } from "pagemend/client"; start({ deadlines: { settleMs: 200 } }); throw new Error("a fault being worked on")',
    "vite.config.js": 'import { pagemend } from "pagemend/vite"; export default { plugins: [pagemend({ fallback: ["http://127.0.0.1:9"], options: { endpoint: "/v1/logs", fallbackOrigins: ["http://127.0.0.1:9"] } })] };',
  });
  const dev = await createServer({ root: folder, logLevel: "silent", server: { port: 0, host: "127.0.0.1" } });
  try {
    await dev.listen();
    await browser.console();
    await browser.driver.get(dev.resolvedUrls.local[0]);
    await until("engine", "return !!(window.__pagemend && window.__pagemend.engine)");
    await browser.driver.executeScript("window.same=true");
    await new Promise((r) => setTimeout(r, 8000));
    const look = "const c=window.__pagemend.config;return [window.same, c.watch, c.fallback.length, c.options.endpoint===undefined, c.options.fallbackOrigins===undefined, document.querySelectorAll('[role$=dialog],[id^=pagemend-l]').length, document.documentElement.children.length]";
    assert.deepEqual(await browser.driver.executeScript(look), [true, true, 0, true, true, 0, 2]);
    assert.match((await browser.console()).join("\n"), /watching only, in development; otherwise it would/);
  } finally {
    await dev.close();
  }
});

test("the_plugin_names_each_wrong_option_with_what_is_allowed", async () => {
  const { pagemend, bootTag } = await import(join(npm, "package/dist/vite.js"));
  assert.throws(() => pagemend({ bild: "1" }), /unknown key "bild"; allowed: build, builtAt/);
  assert.throws(() => pagemend({ build: 7, locale: "fr" }), /build is 7; it must be .*; locale is "fr"; it must be "zh-CN", "en" or "auto"/);
  assert.throws(() => pagemend({ buildNumber: 1.5, minimumBuild: "2", schemas: { draft: "3" } }), /buildNumber is 1.5; it must be a whole number above 0; minimumBuild is "2"; .*; schemas is \{"draft":"3"\}; it must be versions by name/);
  assert.throws(() => pagemend({ buildNumber: 7, minimumBuild: 8 }), /minimumBuild is 8; it must not be above buildNumber, which is 7/);
  assert.throws(() => pagemend({ fallback: "https://b.example" }), /fallback is "https:\/\/b.example"; it must be origins/);
  assert.throws(() => pagemend({ dev: "off" }), /dev is "off"; it must be "watch" or "full"/);
  assert.throws(() => bootTag({ engine: ["/pagemend"] }), /engine is .* folders that end in/);
  assert.throws(() => bootTag({ timeoutMs: 0 }), /timeoutMs is 0/);
  assert.throws(() => bootTag({ calls: ["api/"] }), /calls is \["api\/"\]; it must be beginnings of addresses, such as \["\/api\/"\]/);
});

/** What a compiler of webpack's or Rspack's says, with the compiler closed. */
const compiled = (create) => (config) =>
  new Promise((resolve, reject) => {
    const compiler = create(config);
    compiler.run((error, stats) => compiler.close(() => (error ? reject(error) : resolve(stats.toJson({ all: false, errors: true }).errors.map(({ message }) => message)))));
  });

/** What boot.js is told in a page. */
const configOf = (html) => JSON.parse(/ data-config="([^"]*)"/.exec(html)[1].replaceAll("&quot;", '"'));
const FIRST = page("", "<script>window.first=!window.__pagemend</script>");

test("the_vite_plugin_takes_the_oldest_vite_that_it_names", { timeout: 60_000 }, async () => {
  const oldest = await import("vite5");
  const { pagemend } = await import(join(npm, "package/dist/vite.js"));
  const { peerDependencies } = JSON.parse(readFileSync(join(npm, "package/package.json"), "utf8"));
  assert.equal(peerDependencies.vite, `>=${oldest.version.split(".")[0]}`);
  const root = join(work, "oldest-vite");
  write(root, { "index.html": page('<script type="module" src="/main.js"></script>'), "main.js": "document.title = 'runs'" });
  await oldest.build({ root, configFile: false, logLevel: "warn", plugins: [pagemend({ build: "1.0.0" })] });
  assert.equal(readFileSync(join(root, "dist/index.html"), "utf8").split(BOOT).length, 2);
  assert.deepEqual(JSON.parse(readFileSync(join(root, "dist/pagemend/build.json"), "utf8")).assets, hashesIn(join(root, "dist")));
});

/**
 * Each bundler's configuration as a page's team writes it, and what runs it and hands back its errors. Two pages: index.html with main.js, and
 * credit/apply.html with apply.js.
 */
const BUNDLED = {
  webpack: {
    uses: ["html-webpack-plugin"],
    config: (plugin) => `import { pagemend } from "pagemend/webpack";
      import Html from "html-webpack-plugin";
      export default {
        mode: "production", context: import.meta.dirname, entry: { main: "./main.js", apply: "./apply.js" }, performance: { hints: false },
        output: { path: import.meta.dirname + "/dist", filename: "[name].[contenthash].js", publicPath: "/" },
        plugins: [
          pagemend(${plugin}),
          new Html({ template: "index.html", chunks: ["main"] }), new Html({ template: "index.html", filename: "credit/apply.html", chunks: ["apply"] }),
        ],
      }`,
    run: async (config) => compiled((await import("webpack")).default)(config),
  },
  rspack: {
    uses: ["@rspack"],
    config: (plugin) => `import { pagemend } from "pagemend/rspack";
      import { HtmlRspackPlugin as Html } from "@rspack/core";
      export default {
        mode: "production", context: import.meta.dirname, entry: { main: "./main.js", apply: "./apply.js" }, performance: { hints: false },
        output: { path: import.meta.dirname + "/dist", filename: "[name].[contenthash].js", publicPath: "/" },
        plugins: [
          new Html({ template: "index.html", chunks: ["main"] }), new Html({ template: "index.html", filename: "credit/apply.html", chunks: ["apply"] }),
          pagemend(${plugin}),
        ],
      }`,
    run: async (config) => compiled((await import("@rspack/core")).rspack)(config),
  },
  rsbuild: {
    uses: [],
    // It has a nonce of its own, and the others' plugin options are without.
    config: (plugin) => `import { pagemend } from "pagemend/rsbuild";
      export default {
        source: { entry: { index: "./main.js", "credit/apply": "./apply.js" } }, html: { template: "index.html" }, security: { nonce: "NONCE" },
        plugins: [pagemend(${plugin.replace('nonce: "NONCE", ', "")})],
      }`,
    async run(rsbuildConfig, cwd) {
      const { createRsbuild, logger } = await import("@rsbuild/core");
      logger.level = "error";
      await (await (await createRsbuild({ cwd, rsbuildConfig })).build()).close();
      return [];
    },
  },
  rollup: {
    uses: ["@rollup"],
    config: (plugin) => `import { pagemend } from "pagemend/rollup";
      import html from "@rollup/plugin-html";
      const client = { name: "client", resolveId: (id) => (id === "pagemend/client" ? import.meta.dirname + "/node_modules/pagemend/dist/client.js" : null) };
      const page = (fileName, main) => html({ fileName, template: () => ${JSON.stringify(FIRST)}.replace("</body>", \`<script type="module" src="/\${main}.js"></script></body>\`) });
      export default {
        input: { main: import.meta.dirname + "/main.js", apply: import.meta.dirname + "/apply.js" },
        output: { dir: import.meta.dirname + "/dist" },
        plugins: [client, pagemend(${plugin}), page("index.html", "main"), page("credit/apply.html", "apply")],
      }`,
    async run(config) {
      const bundle = await (await import("rollup")).rollup(config);
      await bundle.write(config.output);
      await bundle.close();
      return [];
    },
  },
  esbuild: {
    uses: [],
    files: Object.fromEntries([["index.html", "main"], ["credit/apply.html", "apply"]].map(([path, main]) => [path, FIRST.replace("</body>", `<script type="module" src="/${main}.js"></script></body>`)])),
    config: (plugin) => `import { pagemend } from "pagemend/esbuild";
      export default {
        absWorkingDir: import.meta.dirname, entryPoints: ["main.js", "apply.js", "index.html", "credit/apply.html"], bundle: true, format: "esm", target: "es2022",
        outdir: "dist", loader: { ".html": "copy" }, plugins: [pagemend(${plugin})],
      }`,
    async run(config) {
      const { errors } = await (await import("esbuild")).build(config);
      return errors;
    },
  },
  farm: {
    uses: ["@farmfe"],
    // Farm looks for what begins with a slash beside the page.
    files: Object.fromEntries([["index.html", "./main"], ["credit/apply.html", "../apply"]].map(([path, main]) => [path, FIRST.replace("</body>", `<script type="module" src="${main}.js"></script></body>`)])),
    config: (plugin) => `import { pagemend } from "pagemend/farm";
      export default {
        root: import.meta.dirname,
        compilation: { input: { index: "./index.html", "credit/apply": "./credit/apply.html" }, output: { path: "dist" }, presetEnv: false, persistentCache: false, progress: false, sourcemap: false },
        plugins: [pagemend(${plugin})],
      }`,
    async run(config) {
      await (await import("@farmfe/core")).build(config);
      return [];
    },
  },
};

const APPLY = `document.querySelector("#app").innerHTML = ${JSON.stringify(TEXT)};`;
const BOOT = readFileSync(join(npm, "package/dist/boot.js"), "utf8").trim();

for (const [bundler, { uses, files, config, run }] of Object.entries(BUNDLED)) {
  test(`the_${bundler}_plugin_puts_boot_first_in_each_page_once_and_what_fails_there_is_healed`, { timeout: 120_000 }, async () => {
    const folder = project(`plugin-${bundler}`, {
      "index.html": FIRST,
      "main.js": MAIN("pagemend/client"),
      "apply.js": APPLY,
      ...files,
      "bundler.config.js": config(`{ build: "1.0.0", builtAt: 1700000000000, nonce: "NONCE", locale: "en", fallback: ["${s.backup.url}"], options: { service: "lending" } }`),
    }, uses);
    assert.deepEqual(await run((await import(pathToFileURL(join(folder, "bundler.config.js")))).default, folder), []);

    const dist = join(folder, "dist");
    for (const name of ["index.html", "credit/apply.html"]) {
      const html = readFileSync(join(dist, name), "utf8");
      assert.match(html, /^<!doctype html>\s*<html[^>]*>\s*(<head>\s*)?<meta charset="?utf-8"?\s*\/?>\s*<script id="pagemend-boot" nonce="NONCE" data-config="/i, name);
      assert.equal(html.split(BOOT).length, 2, `${name} has boot.js once`);
    }
    for (const name of ["engine.js", "pagemend_bg.wasm", "plain.js"]) assert.ok(readFileSync(join(dist, "pagemend", name)).equals(readFileSync(join(npm, "package/dist", name))), name);
    assert.deepEqual(JSON.parse(readFileSync(join(dist, "pagemend/build.json"), "utf8")), { build: "1.0.0", builtAt: 1700000000000, number: 1700000000000, service: "lending", assets: hashesIn(dist) });

    serve(dist);
    await browser.driver.get(s.page.url + "/");
    assert.equal((await until("verdict", "return window.verdict && window.verdict.state !== 'pending' && window.verdict")).state, "content");
    assert.deepEqual(await browser.driver.executeScript("return [window.first, !!window.__pagemend.engine, window.__pagemend.config.options.freshness.url]"), [false, true, "/pagemend/build.json"]);

    for (const [file, path] of filesOf(dist)) {
      s.backup.routes.set(path, { body: readFileSync(file) });
      if (/\/apply.*\.js$/.test(path)) s.page.routes.delete(path);
    }
    await browser.driver.get(s.page.url + "/credit/apply.html");
    await until("what only the backup has", "return document.querySelector('#app h1')");
  });
}

/** Without the tags that HTML may leave out. */
const BARE = "<!doctype html><title>Bare</title>";
const BOOT_IN_BARE = /^<!doctype html>\s*<script id="pagemend-boot" [^]*<title>Bare<\/title>$/;

for (const [bundler, name] of [["webpack", "webpack"], ["rspack", "@rspack/core"]]) {
  test(`the_${bundler}_plugin_takes_pages_whoever_made_them_and_asks_for_the_public_path`, { timeout: 120_000 }, async () => {
    const module = await import(name);
    const create = module.rspack ?? module.default;
    const { pagemend, bootTag } = await import(join(npm, `package/dist/${bundler}.js`));
    const folder = join(work, `copied-${bundler}`);
    write(folder, { "src/index.js": "" });
    const files = { "copied.html": page(""), "old.HTM": "<!doctype html><head></head>", "own.html": page("", bootTag()), "piece.html": "<p>A piece of a page</p>" };
    const copy = (more) => ({
      apply: ({ hooks, webpack: { sources, Compilation } }) =>
        hooks.thisCompilation.tap("copy", (compilation) =>
          compilation.hooks.processAssets.tap({ name: "copy", stage: Compilation.PROCESS_ASSETS_STAGE_SUMMARIZE }, () => {
            for (const [path, text] of Object.entries({ ...files, ...more })) compilation.emitAsset(path, new sources.RawSource(text));
          }),
        ),
    });
    const config = (output, options, more, rest) => ({ mode: "production", context: folder, optimization: { minimize: false }, output: { path: join(folder, "dist"), ...output }, plugins: [pagemend(options), copy(more)], ...rest });
    const read = (path) => readFileSync(join(folder, "dist", path), "utf8");

    assert.deepEqual(await compiled(create)(config({ publicPath: () => "https://cdn.example/[fullhash]" })), []);
    assert.match(configOf(read("copied.html")).engine[0], /^https:\/\/cdn\.example\/[0-9a-f]+\/pagemend\/$/);
    assert.deepEqual(configOf(read("old.HTM")).engine, configOf(read("copied.html")).engine);
    for (const path of ["own.html", "piece.html"]) assert.ok(read(path) === files[path], `${path} is left as it was`);

    const told = [
      await compiled(create)(config({})),
      await compiled(create)(config({ publicPath: "./" })),
      await compiled(create)(config({}, {}, {}, { mode: "development" })),
    ];
    const say = (value) => new RegExp(`pagemend: ${bundler}'s output.publicPath is "${value}"; make it the address at which the build is served, such as "/", or say with the plugin's "engine" where the folder pagemend/ will be`, "i");
    assert.deepEqual(told.map((errors) => errors.length), [1, 1, 1]);
    [say("auto"), say("\\./"), say("auto")].forEach((words, i) => assert.match(told[i][0], words));
    assert.deepEqual(await compiled(create)(config({}, { engine: ["/loan/pagemend/"] }, { "bare.html": BARE })), []);
    assert.match(read("bare.html"), BOOT_IN_BARE);
    assert.equal(configOf(read("copied.html")).options.freshness.url, "/loan/pagemend/build.json");

    for (const [dev, watch] of [["watch", true], ["full", undefined]]) {
      const compiler = create(config({}, { dev }, {}, { mode: "development" }));
      await new Promise((resolve, reject) => {
        const watching = compiler.watch({}, (error) => watching.close(() => (error ? reject(error) : resolve())));
      });
      const { watch: watches, engine } = configOf(read("copied.html"));
      assert.deepEqual([watches, engine], [watch, ["/pagemend/"]]);
    }
  });
}

test("the_rollup_plugin_takes_pages_whoever_made_them_and_only_watches_where_rollup_does", { timeout: 60_000 }, async () => {
  const { rollup, watch } = await import("rollup");
  const { pagemend, bootTag } = await import(join(npm, "package/dist/rollup.js"));
  const folder = join(work, "copied-rollup");
  const own = page("", bootTag());
  write(folder, { "main.js": "" });
  const copy = { name: "copy", generateBundle() { for (const [fileName, source] of Object.entries({ "copied.html": Buffer.from(page("")), "own.html": own })) this.emitFile({ type: "asset", fileName, source }); } };
  const config = (options, ...more) => ({ input: join(folder, "main.js"), plugins: [pagemend(options), copy, ...more], output: { dir: join(folder, "dist") }, onwarn() {} });
  const generate = async (...args) => (await (await rollup(config(...args))).generate({})).output;
  const find = (output, name) => output.find(({ fileName }) => fileName === name).source;

  const output = await generate({ engine: ["/loan/pagemend/"] });
  assert.equal(configOf(find(output, "copied.html")).options.freshness.url, "/loan/pagemend/build.json");
  assert.ok(find(output, "own.html") === own, "a page is left alone that has boot.js");
  assert.ok(find(output, "pagemend/engine.js").length > 10_000);
  const bare = { name: "bare", generateBundle() { this.emitFile({ type: "asset", fileName: "bare.html", source: BARE }); } };
  assert.match(find(await generate({}, bare), "bare.html"), BOOT_IN_BARE);

  for (const [dev, watches] of [["watch", true], ["full", undefined]]) {
    const watcher = watch(config({ dev }));
    await new Promise((resolve, reject) => watcher.on("event", ({ code, error, result }) => (result?.close(), code === "END" ? resolve() : code === "ERROR" && reject(error))));
    await watcher.close();
    assert.equal(configOf(readFileSync(join(folder, "dist/copied.html"), "utf8")).watch, watches, dev);
  }
});

test("a_page_and_the_manifest_beside_it_say_the_same_of_their_build", { timeout: 60_000 }, async () => {
  const { rollup } = await import("rollup");
  const { pagemend } = await import(join(npm, "package/dist/rollup.js"));
  const folder = join(work, "said");
  write(folder, { "main.js": "" });
  const copy = { name: "copy", generateBundle() { this.emitFile({ type: "asset", fileName: "index.html", source: page("") }); } };
  for (const [given, wanted] of [
    [{ build: "7", builtAt: 1700000000000, options: { build: "6", builtAt: 5, buildNumber: 4 } }, ["7", 1700000000000, 4]],
    [{ options: { build: "6", builtAt: 1700000000000, buildNumber: 4 } }, ["6", 1700000000000, 4]],
    [{ builtAt: 1700000000000, options: { buildNumber: "4" } }, ["1700000000000", 1700000000000, 1700000000000]],
  ]) {
    const options = { ...given.options, freshness: { pollMs: 60_000 } };
    const { output } = await (await rollup({ input: join(folder, "main.js"), plugins: [pagemend({ ...given, engine: ["/loan/pagemend/"], options }), copy], onwarn() {} })).generate({});
    const source = (name) => output.find(({ fileName }) => fileName === name).source;
    const told = configOf(source("index.html")).options;
    const { build, builtAt, number } = JSON.parse(source("pagemend/build.json"));
    assert.deepEqual([build, builtAt, number], wanted);
    assert.deepEqual([told.build, told.builtAt, told.buildNumber], wanted);
    assert.deepEqual(told.freshness, { url: "/loan/pagemend/build.json", pollMs: 60_000 });
  }
});

test("the_esbuild_plugin_takes_pages_on_disk_and_in_memory_and_asks_for_what_it_must_know", { timeout: 60_000 }, async () => {
  const esbuild = await import("esbuild");
  const { pagemend, bootTag } = await import(join(npm, "package/dist/esbuild.js"));
  const folder = join(work, "copied-esbuild");
  const own = page("", bootTag());
  write(folder, { "main.js": "", "copied.html": page(""), "own.html": own, "piece.html": "<p>A piece of a page</p>", "bare.html": BARE });
  const config = (rest, options) => ({ absWorkingDir: folder, entryPoints: ["main.js", "copied.html", "own.html", "piece.html"], outdir: "dist", loader: { ".html": "copy" }, logLevel: "silent", plugins: [pagemend(options)], ...rest });

  const { outputFiles } = await esbuild.build(config({ write: false, publicPath: "https://cdn.example/loan" }, { watch: true }));
  const find = (name) => outputFiles.find(({ path }) => path === join(folder, "dist", name));
  const boot = configOf(find("copied.html").text);
  assert.deepEqual([boot.engine, boot.watch], [["https://cdn.example/loan/pagemend/"], true]);
  assert.equal(find("piece.html").text, "<p>A piece of a page</p>");
  assert.ok(Buffer.from(find("pagemend/pagemend_bg.wasm").contents).equals(readFileSync(join(npm, "package/dist/pagemend_bg.wasm"))));
  assert.ok(find("own.html").text === own, "a page is left alone that has boot.js");
  assert.ok(!existsSync(join(folder, "dist")));

  const context = await esbuild.context(config());
  for (const html of [page(""), page("<p>Another</p>"), page("<p>Another</p>")]) {
    write(folder, { "copied.html": html });
    await context.rebuild();
    const built = readFileSync(join(folder, "dist/copied.html"), "utf8");
    assert.deepEqual([built.split(BOOT).length, built.endsWith(html.slice(-40)), configOf(built).watch], [2, true, undefined]);
  }
  await context.dispose();

  await assert.rejects(esbuild.build(config({ publicPath: "./" })), /pagemend: esbuild's publicPath is "\.\/"; make it .*, or say with the plugin's "engine" where the folder pagemend\/ will be/);
  await assert.rejects(esbuild.build(config({ outdir: undefined, entryPoints: ["main.js"], write: false })), /pagemend: esbuild has neither outdir nor outfile/);
  await esbuild.build(config({ entryPoints: ["bare.html"] }));
  assert.match(readFileSync(join(folder, "dist/bare.html"), "utf8"), BOOT_IN_BARE);
});

test("every_bundlers_entry_needs_no_bundler_and_may_be_required", { timeout: 60_000 }, () => {
  const folder = project("bare", {});
  rmSync(join(folder, "node_modules/vite"));
  for (const bundler of ["vite", "webpack", "rspack", "rsbuild", "rollup", "esbuild", "farm"]) {
    const entry = `pagemend/${bundler}`;
    for (const [type, code] of [["module", `import { pagemend } from "${entry}"; pagemend({ bild: "1" })`], ["commonjs", `const { pagemend } = require("${entry}"); pagemend({ bild: "1" })`]]) {
      const { stderr } = spawnSync(process.execPath, [`--input-type=${type}`, "--eval", code], { cwd: folder, encoding: "utf8" });
      assert.match(stderr, new RegExp(`Error: pagemend: ${bundler} plugin: unknown key "bild"; allowed: build, builtAt`, "i"), `${entry}, ${type}`);
    }
  }
});

test("react_on_a_server_makes_of_the_elements_what_the_tag_is", async () => {
  const { bootElements, bootTag } = await import(join(npm, "package/dist/tag.js"));
  const { createElement } = await import("react");
  const { renderToStaticMarkup } = await import("react-dom/server");
  const config = { calls: ["/api/"], options: { service: "it's \"quoted\" <b> & more" } };
  const tag = { nonce: "n", instrument: true, trustedTypes: true };
  const scripts = bootElements(config, tag).map(({ attributes, text }, key) => createElement("script", { key, ...attributes, dangerouslySetInnerHTML: { __html: text } }));
  assert.equal(scripts.length, 5);
  const html = renderToStaticMarkup(createElement("head", null, createElement("meta", { charSet: "utf-8" }), scripts));
  assert.equal(html.replaceAll("&#x27;", "&#39;"), `<head><meta charSet="utf-8"/>${bootTag(config, tag)}</head>`);
  for (const { text } of bootElements(config, tag)) assert.doesNotMatch(text, /<\/script|<!--/i);
});

test("calls_js_stands_after_boot_js_where_addresses_are_named", async () => {
  const { bootTag } = await import(join(npm, "package/dist/vite.js"));
  const calls = readFileSync(join(npm, "package/dist/calls.js"), "utf8").trim();
  assert.ok(bootTag({ calls: ["/api/"] }).endsWith(`<script>${calls}</script>`));
  assert.ok(!bootTag().includes(calls) && !bootTag({ calls: [] }).includes(calls));
});

test("trust_js_stands_before_boot_js_where_it_is_asked_for", async () => {
  const { bootTag } = await import(join(npm, "package/dist/vite.js"));
  const tag = bootTag({}, { nonce: "n", trustedTypes: true });
  assert.match(tag, /^<script nonce="n">[^<]*createPolicy[^]*<script id="pagemend-boot" nonce="n"/);
  assert.ok(!bootTag({}, { nonce: "n" }).includes("createPolicy"));
});

test("the_iife_by_script_tag_in_a_plain_page_starts_and_sees_content", { timeout: 60_000 }, async () => {
  const folder = project("iife", {
    "index.html": page(`<script src="/pagemend.iife.js"></script><script>document.querySelector("#app").innerHTML=${JSON.stringify(TEXT)};window.pagemend.start({deadlines:{settleMs:200}}).then(async g=>{for(;;){window.verdict=await g.checkRender();if(window.verdict.state!=="pending")break;await new Promise(r=>setTimeout(r,200))}await g.stop();window.stopped=window.__pagemend===undefined})</script>`),
  });
  cpSync(join(folder, "node_modules/pagemend/dist/pagemend.iife.js"), join(folder, "pagemend.iife.js"));
  rmSync(join(folder, "node_modules/vite"));
  serve(folder);
  await browser.driver.get(s.page.url + "/");
  assert.equal((await until("verdict", "return window.verdict && window.verdict.state !== 'pending' && window.verdict")).state, "content");
  assert.ok(await until("stopped", "return window.stopped"));
});

test("started_stopped_and_started_again_the_bundled_guard_lives_and_keeps_boots_options", { timeout: 60_000 }, async () => {
  const { bootTag } = await import(join(npm, "package/dist/vite.js"));
  s.reset();
  const code = `const { start } = window.pagemend; const wait = (ms) => new Promise((r) => setTimeout(r, ms));
    const content = async (g) => { for (;;) { const { state } = await g.checkRender(); if (state !== "pending") return state; await wait(100) } };
    (async () => {
      const own = { step: "apply", deadlines: { settleMs: 200 } };
      const first = start(own); first.then((g) => g.stop()); const second = await start(own); await wait(50);
      const states = [await content(second), await content(await first)];
      const { service, step } = window.__pagemend.config.options;
      await second.stop();
      states.push(String(window.__pagemend), await content(second));
      const third = await start(own); states.push(await content(third), window.__pagemend.config.options.service);
      window.told = [...states, service, step];
    })()`;
  // Its own engine is not to be had: boot.js only listens.
  const boot = bootTag({ options: { service: "loan" } });
  s.page.routes.set("/", { body: page(`<h1>Your credit line</h1>${TEXT}<script src="/iife.js"></script><script>${code}</script>`, boot), type: "html" });
  s.page.routes.set("/iife.js", { body: readFileSync(join(npm, "package/dist/pagemend.iife.js")) });
  await browser.driver.get(s.page.url + "/");
  assert.deepEqual(await until("told", "return window.told"), ["content", "unknown", "undefined", "unknown", "content", "loan", "loan", "apply"]);
});

test("slim_with_html_in_place_of_the_wasm_says_so_in_words_and_does_not_reject", { timeout: 60_000 }, async () => {
  const dist = join(npm, "package/dist");
  s.reset();
  s.page.routes.set("/", { body: page('<script type="module">import { start } from "/slim.js"; start().then(async g => { window.state = (await g.checkRender()).state })</script>'), type: "html" });
  s.page.routes.set("/slim.js", { body: readFileSync(join(dist, "slim.js")) });
  s.page.routes.set("/pagemend_bg.wasm", { body: "<!doctype html>", type: "html" });
  await browser.console();
  await browser.driver.get(s.page.url + "/");
  assert.equal(await until("inert guard", "return window.state"), "unknown");
  assert.match((await browser.console()).join("\n"), /answered HTML \(starts with (<|\\u003C)!do\), not WebAssembly/);
});

test("a_page_that_has_replaced_what_the_glue_begins_with_runs_on_with_one_line", { timeout: 60_000 }, async () => {
  const bundle = '<script>window.TextDecoder = function () { throw new Error("replaced") }</script><script type="module">import { start } from "/index.js"; start().then(async g => { window.state = (await g.checkRender()).state })</script>';
  s.reset();
  s.page.routes.set("/", { body: page(bundle), type: "html" });
  s.page.routes.set("/index.js", { body: readFileSync(join(npm, "package/dist/index.js")) });
  await browser.console();
  await browser.driver.get(s.page.url + "/");
  assert.equal(await until("inert guard", "return window.state"), "unknown");
  const lines = (await browser.console()).filter((line) => line.includes("pagemend: "));
  assert.equal(lines.length, 1, lines.join("\n"));
  assert.match(lines[0], /not started: replaced/);
});

test("what_is_wrong_with_the_options_is_said_by_the_bundled_guard_and_thrown_under_strict", { timeout: 60_000 }, async () => {
  const code = `import { start } from "/index.js";
    const wrong = { endpont: "/v1/logs", retry: { limit: "many" } };
    const told = await start({ ...wrong, strict: true }).then(() => ["started"], (e) => [e instanceof Error, e.name, e.problems, e.message === e.problems.join("\\n")]);
    const guard = await start({ ...wrong, build: Symbol("b") });
    for (window.told = told; (window.state = (await guard.checkRender()).state) === "pending";) await new Promise((r) => setTimeout(r, 100));`;
  s.reset();
  s.page.routes.set("/", { body: page(`<main>${TEXT}</main><script type="module">${code}</script>`), type: "html" });
  s.page.routes.set("/index.js", { body: readFileSync(join(npm, "package/dist/index.js")) });
  await browser.console();
  await browser.driver.get(s.page.url + "/");
  await until("content", "return window.state === 'content'");
  const [isError, name, problems, joined] = await browser.driver.executeScript("return window.told");
  assert.deepEqual([isError, name, problems.length, joined], [true, "PagemendOptionsError", 2, true]);
  assert.equal(problems[0], 'pagemend: option "retry.limit" is "many" (string); expected a whole number from 1 to 10; using 3');
  assert.match(problems[1], /^pagemend: option "endpont" is not known; expected one of service, /);
  const lines = (await browser.console()).filter((line) => line.includes("pagemend: option"));
  assert.equal(lines.length, 3, lines.join("\n"));
});
