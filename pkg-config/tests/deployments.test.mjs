// A page of one build stays open while the next is deployed over it: with each bundler's plugin the manifest tells of both, and the first press that needs a
// lazy file of the old build, which is gone by then, brings the page into the new one, once, with what was typed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { By } from "selenium-webdriver";
import { BROWSERS, freshTab } from "./browsers.mjs";
import { cleanUp, hashesIn, page, project, serve, write } from "./projects.mjs";
import { site } from "./site.mjs";

const missing = BROWSERS.chromium.missing();
if (missing) throw new Error(`chromium cannot be opened: missing ${missing}`);
let s, driver, browser;
before(async () => {
  browser = await BROWSERS.chromium.open({ lang: "en" });
  driver = browser.driver;
});
after(async () => {
  await browser?.close();
  cleanUp();
});
// A tab and an origin for each: a page is loaded anew at most once in half a minute, and both remember that.
beforeEach(async () => {
  await freshTab(driver);
  s = await site();
});
afterEach(() => s?.close());

/** The page of a team: a form whose draft is kept, a button that opens a lazy view, and its own count of documents and incidents. */
const MAIN = (onFailure) => `import { start } from "pagemend/client";
document.querySelector("#app").innerHTML = '<h1>Your credit line</h1><p>You may borrow up to 50,000 yuan for at most twelve months.</p><form id="apply"><input name="purpose"></form><button>Repayment plan</button><div id="view"></div>';
const kept = JSON.parse(sessionStorage.getItem("kept")) ?? { documents: 0, incidents: {} };
kept.documents++;
const keep = () => sessionStorage.setItem("kept", JSON.stringify(kept));
keep();
const guard = start();
guard.on("incident", ({ id, cause, stage, outcome }) => { kept.incidents[id] = { cause, stage, outcome }; keep(); });
const draft = guard.draft(document.querySelector("form"), { name: "apply" });
window.saved = () => draft.save();
document.querySelector("button").onclick = () => import("./view.js").then(({ show }) => show())${onFailure};
window.running = BUILD;`;
const VIEW = (build, styled) => `${styled ? 'import "./view.css";\n' : ""}export const show = () => { document.querySelector("#view").textContent = "The plan of build ${build}"; };`;
const CSS = (build) => `#view { color: rgb(${build}0, 0, 0) }`;

/** How the plugin is set up: the name of the release and what differs from one to the next. */
const PLUGIN = (build) => `{ build: "1.${build}.0", minimumBuild: 1700000000000, schemas: { draft: ${build} }, locale: "en", options: { service: "lending" } }`;

const compiled = (create) => (config) =>
  new Promise((resolve, reject) => {
    const compiler = create(config);
    compiler.run((error, stats) => compiler.close(() => (error ? reject(error) : resolve(stats.toJson({ all: false, errors: true }).errors.map(({ message }) => message)))));
  });
const WEBPACK = (imports, html, extract, plugin) => `${imports}
export default {
  mode: "production", context: import.meta.dirname, entry: "./main.js", performance: { hints: false },
  output: { path: import.meta.dirname + "/dist", filename: "[name].[contenthash].js", publicPath: "/", clean: true },
  module: { rules: [{ test: /\\.css$/, use: [${extract}.loader, "css-loader"], type: "javascript/auto" }] },
  plugins: [pagemend(${plugin}), new ${html}({ template: "index.html" }), new ${extract}({ filename: "[name].[contenthash].css" })],
}`;
const WITH_MAIN = page('<script type="module" src="/main.js"></script>');

/** Each bundler as a team uses it: `styled`, where the lazy view has a style sheet of its own. */
const BUNDLERS = {
  vite: {
    styled: true,
    html: WITH_MAIN,
    config: (plugin) => `import { pagemend } from "pagemend/vite"; export default { root: import.meta.dirname, configFile: false, logLevel: "warn", plugins: [pagemend(${plugin})] }`,
    run: async (config) => void (await (await import("vite")).build(config)),
  },
  webpack: {
    styled: true,
    uses: ["html-webpack-plugin", "mini-css-extract-plugin", "css-loader"],
    config: (plugin) => WEBPACK('import { pagemend } from "pagemend/webpack"; import Html from "html-webpack-plugin"; import Extract from "mini-css-extract-plugin";', "Html", "Extract", plugin),
    run: async (config) => assert.deepEqual(await compiled((await import("webpack")).default)(config), []),
  },
  rspack: {
    styled: true,
    uses: ["@rspack", "css-loader"],
    config: (plugin) => WEBPACK('import { pagemend } from "pagemend/rspack"; import { CssExtractRspackPlugin, HtmlRspackPlugin } from "@rspack/core";', "HtmlRspackPlugin", "CssExtractRspackPlugin", plugin),
    run: async (config) => assert.deepEqual(await compiled((await import("@rspack/core")).rspack)(config), []),
  },
  rsbuild: {
    styled: true,
    config: (plugin) => `import { pagemend } from "pagemend/rsbuild";
      export default { source: { entry: { index: "./main.js" } }, html: { template: "index.html" }, plugins: [pagemend(${plugin})] }`,
    async run(rsbuildConfig, cwd) {
      const { createRsbuild, logger } = await import("@rsbuild/core");
      logger.level = "error";
      await (await (await createRsbuild({ cwd, rsbuildConfig })).build()).close();
    },
  },
  rollup: {
    uses: ["@rollup"],
    config: (plugin) => `import { pagemend } from "pagemend/rollup"; import html from "@rollup/plugin-html";
      const client = { name: "client", resolveId: (id) => (id === "pagemend/client" ? import.meta.dirname + "/node_modules/pagemend/dist/client.js" : null) };
      export default {
        input: { main: import.meta.dirname + "/main.js" }, output: { dir: import.meta.dirname + "/dist" },
        plugins: [client, pagemend(${plugin}), html({ template: () => ${JSON.stringify(WITH_MAIN)} })],
      }`,
    async run(config) {
      const bundle = await (await import("rollup")).rollup(config);
      await bundle.write(config.output);
      await bundle.close();
    },
  },
  esbuild: {
    html: WITH_MAIN,
    config: (plugin) => `import { pagemend } from "pagemend/esbuild";
      export default {
        absWorkingDir: import.meta.dirname, entryPoints: ["main.js", "index.html"], bundle: true, splitting: true, format: "esm", target: "es2022",
        outdir: "dist", loader: { ".html": "copy" }, plugins: [pagemend(${plugin})],
      }`,
    run: async (config) => void (await (await import("esbuild")).build(config)),
  },
  farm: {
    styled: true,
    uses: ["@farmfe"],
    html: WITH_MAIN,
    // Its tree shaking drops `kept.documents++` of the page.
    config: (plugin) => `import { pagemend } from "pagemend/farm";
      export default {
        root: import.meta.dirname, plugins: [pagemend(${plugin})],
        compilation: { input: { index: "./index.html" }, output: { path: "dist" }, treeShaking: false, presetEnv: false, persistentCache: false, progress: false, sourcemap: false },
      }`,
    run: async (config) => void (await (await import("@farmfe/core")).build(config)),
  },
};

/** What differs between two builds, and what the page does with the failure. */
const CASES = [
  { name: "left_alone", onFailure: "", differs: "view" },
  { name: "caught", onFailure: ".catch(() => {})", differs: "view" },
  { name: "of_a_style_sheet", onFailure: "", differs: "style" },
];

/** Builds one release into `dist`, in place of what is there. */
async function built(bundler, folder, release, { onFailure, differs }) {
  const { styled, config, run } = BUNDLERS[bundler];
  const of = (part) => (differs === part ? release : 1);
  write(folder, {
    "main.js": MAIN(onFailure).replace("BUILD", String(release)),
    "view.js": VIEW(of("view"), styled),
    ...(styled && { "view.css": CSS(of("style")) }),
    [`config.${release}.js`]: config(PLUGIN(release)),
  });
  await run((await import(join(folder, `config.${release}.js`))).default, folder);
  return JSON.parse(readFileSync(join(folder, "dist/pagemend/build.json"), "utf8"));
}

async function until(what, expression, ms = 25_000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    // Between two documents there is nobody to ask.
    const value = await driver.executeScript(`return ${expression}`).catch(() => undefined);
    if (value) return value;
  }
  const told = await driver.executeScript("return [window.running, sessionStorage.getItem('kept'), document.body.innerText]").catch(String);
  assert.fail(`${what}: not within ${ms} ms: ${JSON.stringify(told)}; console: ${(await browser.console()).join("\n")}; asked: ${s.log.map((e) => e.path).join(" ")}`);
}

for (const [bundler, { styled, html = page(""), uses }] of Object.entries(BUNDLERS)) {
  for (const [at, one] of CASES.entries()) {
    // An import that fails and is caught leaves no trace where a bundler's own code does not tell of it.
    if (!styled && one.name !== "left_alone") continue;
    test(`a_lazy_file_of_${bundler}_that_is_gone_after_a_deployment_refreshes_the_page_once_${one.name}`, { timeout: 180_000 }, async () => {
      const folder = project(`deployed-${bundler}-${at}`, { "index.html": html }, uses);
      const dist = join(folder, "dist");
      const first = await built(bundler, folder, 1, one);
      serve(s, dist);
      await driver.get(s.page.url + "/");
      await until("the engine", "window.__pagemend?.engine && window.running === 1");
      await driver.findElement(By.css("input")).sendKeys("a new roof");
      assert.equal(await driver.executeAsyncScript("window.saved().then(arguments[0])"), true);

      const second = await built(bundler, folder, 2, one);
      for (const [manifest, release] of [[first, 1], [second, 2]]) {
        const { builtAt, number, assets, ...rest } = manifest;
        assert.deepEqual(rest, { build: `1.${release}.0`, minimum: 1_700_000_000_000, service: "lending", schemas: { draft: release } });
        assert.ok(Number.isSafeInteger(number) && number === builtAt && Math.abs(Date.now() - builtAt) < 180_000, `number ${number}, builtAt ${builtAt}`);
        assert.ok(Object.keys(assets).length > 1, JSON.stringify(assets));
      }
      assert.ok(second.number > first.number, `the second build's number is ${second.number}, the first one's ${first.number}`);
      serve(s, dist);
      // Served as it is now; what an earlier build left in the folder is not deployed.
      const gone = Object.keys(first.assets).filter((name) => !(name in second.assets));
      for (const name of gone) s.page.routes.delete(`/${name}`);
      const ofView = one.differs === "style" ? /\.css$/ : /\.js$/;
      assert.ok(gone.some((name) => ofView.test(name)), `nothing is gone: ${Object.keys(first.assets)}`);
      const served = hashesIn(dist);
      for (const [name, hash] of Object.entries(second.assets)) assert.equal(hash, served[name], name);

      await driver.findElement(By.css("button")).click();
      await until("the second build", "window.running === 2");
      await until("what was typed", "document.querySelector('input').value === 'a new roof'");
      await driver.findElement(By.css("button")).click();
      await until("the view", `document.querySelector('#view').textContent === 'The plan of build ${one.differs === "view" ? 2 : 1}'`);
      const kept = await until("the end of the incident", "(({ documents, incidents }) => Object.values(incidents).every(({ outcome }) => outcome !== 'open') && Object.keys(incidents).length && { documents, incidents: Object.values(incidents) })(JSON.parse(sessionStorage.getItem('kept')))");
      assert.deepEqual(kept, { documents: 2, incidents: [{ cause: "stale-deploy", stage: "ended", outcome: "recovered" }] });
    });
  }
}
