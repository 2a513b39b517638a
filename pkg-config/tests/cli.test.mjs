// The command `pagemend`, as people call it: `doctor` before a set-up that is sound, and before many that are broken in one way each; `tag`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(process.env.PAGEMEND_NPM_DIR ?? join(here, "../../target/npm"), "package/dist");
const { bootTag } = await import(join(dist, "vite.js"));
const shipped = (name) => readFileSync(join(dist, name));

const NONCE = "r4nd0m";
const APP = "document.querySelector('#app').textContent = 'Your credit line'";
const WORKER = "addEventListener('fetch', (e) => e.respondWith(caches.match(e.request).then((kept) => kept ?? fetch(e.request))))";

/** A server whose answers are a table: `path → { status?, headers?, body }`, or `METHOD path`. */
class Site {
  constructor() {
    this.server = createServer((request, response) => {
      const { pathname } = new URL(request.url, "http://x");
      const { status = 200, headers = {}, body = "" } = this.answers[`${request.method} ${pathname}`] ?? this.answers[pathname] ?? { status: 404 };
      response.writeHead(status, headers);
      response.end(body);
    });
  }
  async listen() {
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
  }
  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
const page = new Site();
const backup = new Site();
const collector = new Site();
before(() => Promise.all([page.listen(), backup.listen(), collector.listen()]));
after(() => [page, backup, collector].forEach((site) => site.close()));

/** A set-up in which nothing is wrong; each part may be put otherwise. */
function setUp({ config = {}, options = {}, tag = {}, csp = {}, html = (text) => text, headers = {} } = {}) {
  const cors = { "access-control-allow-origin": page.origin };
  const script = { headers: { "content-type": "text/javascript", ...cors }, body: APP };
  const engine = { headers: { "content-type": "text/javascript", ...cors }, body: shipped("engine.js") };
  const boot = bootTag(
    { fallback: [backup.origin], ...config, options: { service: "loan", endpoint: `${collector.origin}/v1/logs`, build: "2", buildNumber: 2, ...options } },
    { nonce: NONCE, ...tag },
  );
  const policy = { "default-src": "'self'", "script-src": `'self' 'nonce-${NONCE}' 'wasm-unsafe-eval' ${backup.origin}`, "style-src": `'self' ${backup.origin}`, "connect-src": `'self' ${backup.origin} ${collector.origin}`, ...csp };
  page.answers = {
    "/": {
      headers: {
        "content-type": "text/html; charset=utf-8", "cache-control": "no-cache",
        "content-security-policy": Object.entries(policy).map(([name, sources]) => `${name} ${sources}`).join("; "),
        ...headers,
      },
      body: html(`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">${boot}<title>Loan</title><script type="module" src="/assets/app.js"></script></head><body><div id="app"></div></body></html>`),
    },
    "/assets/app.js": script,
    "/pagemend/engine.js": engine,
    "/pagemend/plain.js": { headers: { "content-type": "text/javascript" }, body: "plain" },
    "/pagemend/pagemend_bg.wasm": { headers: { "content-type": "application/wasm" }, body: shipped("pagemend_bg.wasm") },
    "/pagemend/build.json": { headers: { "content-type": "application/json", "cache-control": "no-store" }, body: '{"build":"2","builtAt":1782000000000,"number":2}' },
  };
  backup.answers = { "/assets/app.js": script, "/pagemend/engine.js": engine };
  collector.answers = {
    "OPTIONS /v1/logs": { status: 204, headers: { ...cors, "access-control-allow-headers": "content-type" } },
    "POST /v1/logs": { headers: { "content-type": "application/json", ...cors }, body: "{}" },
  };
}

function run(...args) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(dist, "cli.js"), ...args]);
    const said = { out: "", err: "" };
    child.stdout.on("data", (text) => (said.out += text));
    child.stderr.on("data", (text) => (said.err += text));
    child.on("error", failed);
    child.on("close", (status) => done({ status, ...said }));
  });
}

/** What is found on the page: `code` and the words. */
async function found(...args) {
  const { status, out, err } = await run("doctor", ...args, "--json");
  assert.equal(err, "");
  const { ok, pages } = JSON.parse(out.trim().split("\n").at(-1));
  assert.equal(status, ok ? 0 : 1);
  return pages.flatMap(({ findings }) => findings);
}

test("a_sound_set_up_is_passed_over_in_silence", async () => {
  setUp();
  assert.deepEqual(await run("doctor", page.origin), { status: 0, out: "", err: "" });
});

const html = (body) => ({ headers: { "content-type": "text/html" }, body });
/** Each with what it is told as, and a word that its cure holds. */
const BROKEN = [
  ["boot.js is not there", () => setUp({ html: (text) => text.replace(/<script id="pagemend-boot"[^]*?<\/script>/, "") }), "no-boot", "bootTag()"],
  ["it is there twice", () => setUp({ html: (text) => text.replace(/<script id="pagemend-boot"[^]*?<\/script>/, "$&$&") }), "boot-twice", "leave one"],
  ["a script stands before it", () => setUp({ html: (text) => text.replace("<head>", '<head><script src="/assets/app.js"></script>') }), "boot-late", "first element of <head>"],
  ["it is a file", () => setUp({ html: (text) => text.replace('<script id="pagemend-boot"', '<script src="/boot.js" id="pagemend-boot"') }), "boot-not-inline", "bootTag()"],
  ["its configuration is not JSON", () => setUp({ html: (text) => text.replace(/data-config="/, '$&x') }), "boot-config", "bootTag()"],
  ["its configuration lacks a key", () => setUp({ html: (text) => text.replace("&quot;timeoutMs&quot;:5000,", "") }), "boot-config", "bootTag()"],
  ["its configuration has an unknown key", () => setUp({ html: (text) => text.replace("&quot;timeoutMs&quot;:", "&quot;patience&quot;:1,$&") }), "boot-config", "bootTag()"],
  ["an option is wrong", () => setUp({ options: { retry: { limit: 99 } } }), "option", "README"],
  ["the root is not there", () => setUp({ options: { root: "#main-view" } }), "root-missing", "renders into"],
  ["it was built for development", () => setUp({ config: { watch: true, fallback: [] } }), "watch-only", "production"],
  ["the page does not say its encoding", () => setUp({ headers: { "content-type": "text/html" }, html: (text) => text.replace('<meta charset="utf-8">', "") }), "not-utf-8", "utf-8"],
  ["the page is kept by caches", () => setUp({ headers: { "cache-control": "public, max-age=3600" } }), "page-cached", "no-cache"],
  ["the server's clock is off", () => setUp({ headers: { date: "Mon, 01 Jan 2018 00:00:00 GMT" } }), "clock", "set the one"],
  ["the policy forbids boot.js", () => setUp({ tag: { nonce: undefined } }), "csp-inline", "nonce"],
  ["the policy forbids WebAssembly", () => setUp({ csp: { "script-src": `'self' 'nonce-${NONCE}' ${backup.origin}` } }), "csp-wasm", "'wasm-unsafe-eval' to script-src"],
  ["the policy forbids engine.js", () => setUp({ csp: { "script-src": `'nonce-${NONCE}' 'wasm-unsafe-eval' ${backup.origin}` } }), "csp-engine", "'self' to script-src"],
  ["the policy forbids the fallback's scripts", () => setUp({ csp: { "script-src": `'self' 'nonce-${NONCE}' 'wasm-unsafe-eval'` } }), "csp-fallback", "script-src"],
  ["the policy forbids the fallback's sheets", () => setUp({ csp: { "style-src": "'self'" } }), "csp-fallback", "style-src"],
  ["the policy forbids the collector", () => setUp({ csp: { "connect-src": `'self' ${backup.origin}` } }), "csp-connect", "connect-src"],
  ["Trusted Types without trust.js", () => setUp({ csp: { "require-trusted-types-for": "'script'", "trusted-types": "pagemend" } }), "csp-trusted-types", "trustedTypes: true"],
  ["Trusted Types that forbid the policy", () => setUp({ tag: { trustedTypes: true }, csp: { "require-trusted-types-for": "'script'", "trusted-types": "other" } }), "csp-trusted-types", "add pagemend"],
  ["engine.js is not there", () => (setUp(), delete page.answers["/pagemend/engine.js"]), "engine-missing", "dist/"],
  ["the plain engine is not there", () => (setUp(), delete page.answers["/pagemend/plain.js"]), "plain-missing", "dist/"],
  ["engine.js is a page", () => (setUp(), (page.answers["/pagemend/engine.js"] = html("<!doctype html><h1>Loan</h1>"))), "engine-wrong", "dist/"],
  ["the wasm is not there", () => (setUp(), delete page.answers["/pagemend/pagemend_bg.wasm"]), "wasm-missing", "dist/"],
  ["the wasm is served as something else", () => (setUp(), (page.answers["/pagemend/pagemend_bg.wasm"].headers = { "content-type": "application/octet-stream" })), "wasm-type", "application/wasm"],
  ["the manifest is not there", () => (setUp(), delete page.answers["/pagemend/build.json"]), "manifest-missing", "freshness.url"],
  ["the manifest is a page", () => (setUp(), (page.answers["/pagemend/build.json"] = html("<!doctype html><h1>Loan</h1>"))), "manifest-wrong", "freshness.url"],
  ["the manifest has a field of another type", () => (setUp(), (page.answers["/pagemend/build.json"].body = '{"build":"2","number":"two"}')), "manifest-wrong", "freshness.url"],
  ["the manifest asks for more than there is", () => (setUp(), (page.answers["/pagemend/build.json"].body = '{"build":"2","number":2,"minimum":3}')), "manifest-minimum", "minimumBuild"],
  ["the manifest is of another build", () => (setUp(), (page.answers["/pagemend/build.json"].body = '{"build":"3","number":3}')), "manifest-other-build", "deploy both"],
  ["the manifest is kept by caches", () => (setUp(), (page.answers["/pagemend/build.json"].headers = { "content-type": "application/json", "cache-control": "max-age=600" })), "manifest-cached", "no-store"],
  ["the fallback has not the files", () => (setUp(), (backup.answers = {})), "fallback-missing", "same paths"],
  ["the fallback allows nobody to read", () => (setUp(), (backup.answers["/assets/app.js"].headers = { "content-type": "text/javascript" })), "fallback-cors", "Access-Control-Allow-Origin"],
  ["the fallback is the page's own origin", () => setUp({ config: { fallback: [page.origin] } }), "fallback-same", "other reasons"],
  ["the collector takes nothing", () => (setUp(), (collector.answers["POST /v1/logs"].status = 405)), "collector-refuses", "endpoint"],
  ["the collector has no preflight", () => (setUp(), delete collector.answers["OPTIONS /v1/logs"]), "collector-cors", "page's own origin"],
  ["the collector's answer cannot be read", () => (setUp(), (collector.answers["POST /v1/logs"].headers = { "content-type": "application/json" })), "collector-cors", "Access-Control-Allow-Origin"],
  ["a worker answers out of caches, and its successor waits", () => (setUp(), (page.answers["/assets/app.js"] = { ...page.answers["/assets/app.js"], body: `${APP}; navigator.serviceWorker.register("/sw.js")` }), (page.answers["/sw.js"] = { headers: { "content-type": "text/javascript" }, body: WORKER })), "worker-waits", "SKIP_WAITING"],
];

for (const [what, broken, code, cure] of BROKEN) {
  test(`it_is_told_that_${what.toLowerCase().replace(/\W+/g, "_")}`, async () => {
    broken();
    const findings = await found(page.origin);
    assert.deepEqual(findings.map((finding) => finding.code), [code], JSON.stringify(findings, null, 1));
    assert.ok(findings[0].cure.includes(cure), findings[0].cure);
  });
}

test("the_readme_names_each_code", () => {
  const readme = readFileSync(join(here, "../../README.md"), "utf8");
  for (const [, , code] of BROKEN) assert.ok(readme.includes(`\`${code}\``), code);
});

test("a_folder_is_looked_at_file_by_file_without_a_server", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pagemend-doctor-"));
  try {
    setUp({ config: { engine: ["/app/pagemend/"] }, options: { freshness: { url: "/app/pagemend/build.json" } } });
    mkdirSync(join(folder, "pagemend"));
    mkdirSync(join(folder, "credit"));
    writeFileSync(join(folder, "index.html"), page.answers["/"].body);
    writeFileSync(join(folder, "credit/apply.html"), page.answers["/"].body);
    writeFileSync(join(folder, "pagemend/build.json"), page.answers["/pagemend/build.json"].body);
    for (const name of ["engine.js", "pagemend_bg.wasm", "plain.js"]) cpSync(join(dist, name), join(folder, "pagemend", name));
    assert.deepEqual(await run("doctor", folder, "--base", "/app/"), { status: 0, out: "", err: "" });
    rmSync(join(folder, "pagemend/engine.js"));
    const { status, out } = await run("doctor", folder, "--base", "/app/");
    assert.equal(status, 1);
    assert.equal(out.match(/engine-missing: .*engine\.js is answered with status 404/g)?.length, 2, out);
    assert.match(out, /credit.apply\.html/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a_call_that_makes_no_sense_says_what_is_allowed", async () => {
  for (const [args, words] of [
    [["heal", "x"], /there is no command "heal"; there are doctor and tag/],
    [["doctor"], /one address or folder, and was given none/],
    [["doctor", "/no/such/folder"], /"\/no\/such\/folder" is neither an http\(s\) address nor a folder/],
    [["doctor", here, "--base", "app"], /--base is "app"; it must begin and end with a slash/],
    [["doctor", here, "--depth", "1"], /--depth/],
  ]) {
    const { status, out, err } = await run(...args);
    assert.equal(status, 2, args.join(" "));
    assert.equal(out, "");
    assert.match(err, words);
  }
  assert.match((await run("--help")).out, /pagemend doctor <https/);
});

test("the_command_prints_the_tag_for_a_template_and_checks_its_configuration", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pagemend-tag-"));
  try {
    const file = join(folder, "boot.json");
    const config = { fallback: ["https://backup.example"], options: { service: "loan" } };
    writeFileSync(file, JSON.stringify(config));
    const { status, out, err } = await run("tag", file, "--nonce", "{{.Nonce}}", "--instrument");
    assert.deepEqual([status, out, err], [0, bootTag(config, { nonce: "{{.Nonce}}", instrument: true }) + "\n", ""]);
    assert.equal((await run("tag")).out, bootTag() + "\n");
    writeFileSync(file, '{"falback":[]}');
    assert.match((await run("tag", file)).err, /unknown key "falback"; allowed: engine, fallback/);
    writeFileSync(file, "{");
    const broken = await run("tag", file);
    assert.deepEqual([broken.status, broken.out], [2, ""]);
    assert.match(broken.err, /boot\.json is not JSON that can be read/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the_tag_is_whole_where_a_framework_has_bundled_it_away_from_the_packages_files", async () => {
  const { build } = await import("esbuild");
  // Not for Node: some of those servers have no files.
  const { outputFiles } = await build({ entryPoints: [join(dist, "tag.js")], bundle: true, format: "esm", platform: "neutral", write: false, logLevel: "silent" });
  const bundled = await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));
  const config = { calls: ["/api/"] };
  const tag = bundled.bootTag(config, { instrument: true, trustedTypes: true });
  assert.equal(tag, bootTag(config, { instrument: true, trustedTypes: true }));
  for (const name of ["trust.js", "boot.js", "resort.js", "instrument.js", "calls.js"]) assert.ok(tag.includes(`>${shipped(name).toString().trim()}</script>`), name);
});

test("a_page_that_does_not_answer_is_said", async () => {
  setUp();
  page.answers = {};
  assert.deepEqual((await found(page.origin)).map(({ code }) => code), ["page-missing"]);
});
