// `guard.doctor` in a real browser: silent on a set-up that is sound, and in words on one that is broken in one way each.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BROWSERS } from "./browsers.mjs";
import { leave, site } from "./site.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm"), "package/dist");
const { bootTag } = await import(join(dist, "vite.js"));
const missing = BROWSERS.chromium.missing();
if (missing) throw new Error(`chromium cannot be opened: missing ${missing}`);

let s, browser;
before(async () => {
  s = await site();
  browser = await BROWSERS.chromium.open({ lang: "en" });
  await browser.driver.manage().setTimeouts({ pageLoad: 20_000, script: 60_000 });
});
after(async () => {
  await browser?.close();
  await s?.close();
});
beforeEach(() => leave(browser.driver, s));

const shipped = (name) => ({ body: readFileSync(join(dist, name)), type: name.split(".").pop() });
const APP = `document.querySelector("#app").textContent = "Your credit line"`;

/** A page in which nothing is wrong; each part may be put otherwise. */
function setUp({ tag, options = {}, csp, before = "" } = {}) {
  const { page, backup } = s;
  const boot = tag ?? bootTag({ fallback: [backup.url], options: { service: "loan", build: "2", buildNumber: 2, endpoint: `${backup.url}/v1/logs`, furniture: ["header"], ...options } });
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">${before}${boot}<link rel="icon" href="data:,"><script type="module" src="/app.js"></script></head>
    <body><header>Loan</header><main id="app"></main><script type="module">import { start } from "/client.js"; window.guard = start()</script></body></html>`;
  page.routes.set("/", { body: html, type: "html", headers: csp ? { "Content-Security-Policy": csp } : {} });
  for (const name of ["client.js", "explain.js", "diagnose.js"]) page.routes.set(`/${name}`, shipped(name));
  for (const name of ["engine.js", "pagemend_bg.wasm", "plain.js"]) page.routes.set(`/pagemend/${name}`, shipped(name));
  page.routes.set("/pagemend/build.json", { body: '{"build":"2","builtAt":1782000000000,"number":2}', type: "json" });
  for (const { routes } of [page, backup]) routes.set("/app.js", { body: APP });
  backup.routes.set("/pagemend/engine.js", shipped("engine.js"));
  backup.routes.set("/v1/logs", { body: "{}", type: "json", headers: { "Access-Control-Allow-Headers": "content-type" } });
}

async function diagnosis() {
  await browser.driver.get(s.page.url + "/");
  // Where it cannot come up it is told why.
  return browser.driver.executeAsyncScript(`const done = arguments[0]; (async () => {
    for (let turn = 0; turn < 200 && !window.guard; turn++) await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.race([window.__pagemend?.load().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 10000))]);
    return guard.doctor();
  })().then(done, (error) => done({ error: String(error) }))`);
}

test("a_sound_page_has_nothing_to_say", { timeout: 60_000 }, async () => {
  setUp();
  assert.deepEqual(await diagnosis(), { ok: true, findings: [], text: "nothing is wrong" });
});

test("it_sends_the_collector_no_record_and_nothing_at_all_where_consent_is_denied", { timeout: 60_000 }, async () => {
  const sent = () => s.log.filter(({ path, method }) => path === "/v1/logs" && method === "POST").map(({ body }) => body);
  setUp();
  await diagnosis();
  assert.deepEqual(sent(), ['{"resourceLogs":[]}']);
  await leave(browser.driver, s);
  setUp({ options: { consent: "denied" } });
  assert.equal((await diagnosis()).ok, true);
  assert.deepEqual(sent(), []);
});

const blind = (path, answer) => s.backup.routes.set(path, { ...answer, headers: { "Access-Control-Allow-Origin": "https://elsewhere.example" } });
const BROKEN = [
  ["boot.js is not there", () => setUp({ tag: "" }), "no-boot", "plugin"],
  ["a script stands before boot.js", () => setUp({ before: "<script>window.first = 1</script>" }), "boot-late", "first element of <head>"],
  ["the wasm is served as something else", () => (setUp(), s.page.routes.set("/pagemend/pagemend_bg.wasm", { ...shipped("pagemend_bg.wasm"), type: "bin" })), "wasm-type", "application/wasm"],
  ["plain.js is not there", () => (setUp(), s.page.routes.delete("/pagemend/plain.js")), "plain-missing", "dist/"],
  ["the manifest is not there", () => (setUp(), s.page.routes.delete("/pagemend/build.json")), "manifest-missing", "freshness.url"],
  ["the manifest may come out of a cache", () => (setUp(), s.page.routes.set("/pagemend/build.json", { body: '{"build":"2","number":2}', type: "json", headers: { "Cache-Control": "max-age=600" } })), "manifest-cached", "no-store"],
  ["the fallback has other files", () => (setUp(), s.backup.routes.delete("/app.js")), "fallback-missing", "same files"],
  ["the fallback may not be read", () => (setUp(), blind("/app.js", { body: APP })), "fallback-cors", "Access-Control-Allow-Origin"],
  ["the collector may not be sent to", () => (setUp(), blind("/v1/logs", { body: "{}", type: "json" })), "collector-unreadable", "Access-Control-Allow-Headers: content-type"],
  ["the collector refuses", () => (setUp(), s.backup.routes.set("/v1/logs", ({ method }) => ({ status: method === "OPTIONS" ? 204 : 415, headers: { "Access-Control-Allow-Headers": "content-type" } }))), "collector-refuses", "OTLP"],
  ["the policy forbids WebAssembly", () => setUp({ csp: `script-src 'self' 'unsafe-inline' ${s.backup.url}` }), "csp-wasm", "'wasm-unsafe-eval'"],
  ["the policy forbids the collector", () => setUp({ csp: "connect-src 'self'" }), "csp-connect", "connect-src"],
  ["furniture is not there", () => setUp({ options: { furniture: ["header", ".van-tabbar"] } }), "furniture-missing", "take it out"],
  ["the root is another one", () => setUp({ options: { root: "#root" } }), "root-missing", "renders into"],
];
for (const [what, broken, code, cure] of BROKEN) {
  test(`it says so where ${what}`, { timeout: 60_000 }, async () => {
    broken();
    const { ok, findings, text, error } = await diagnosis();
    assert.equal(error, undefined);
    assert.equal(ok, false);
    const found = findings.find((finding) => finding.code === code);
    assert.ok(found?.cure.includes(cure), JSON.stringify(findings));
    assert.ok(text.includes(`${code}: ${found.what}\n  → ${found.cure}`), text);
  });
}
