// "pagemend/client" in Chromium, with an engine that only records what it is handed: what is native, what is handed over, and when.
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

/** Records each call as [name, …]; adopt answers "healed" after the first outcome. */
const ENGINE = `window.calls=[];{const b=window.__pagemend;b.deliver(Promise.resolve(b.engine={
  adopt:(i,n,first,abort)=>(calls.push(["adopt",String(i.url||i),n&&n.method]),first.then(r=>r.status,e=>e.name).then(s=>(calls.push(["first",s]),new Response("healed")))),
  fetch:(i,n)=>(calls.push(["fetch",String(i)]),Promise.resolve(new Response("engine"))),
  keyAction:(n,run)=>(calls.push(["keyAction",n]),run({key:"k",fetch})),
  data:(n,load)=>(calls.push(["data",n]),load().then(value=>({value}),()=>"known")),
  expires:(w,o)=>{calls.push(["expires",w,Math.round(o.in)]);return()=>calls.push(["back",w])},
  story:async i=>(calls.push(["story",i]),i==="none"?null:{id:"a",reference:"K7",cause:"api",outcome:"open",step:"form",build:"1",page:"/apply",detected:1,evidence:[],timeline:[],dropped:0}),
  step:n=>calls.push(["step",n]),consent:c=>calls.push(["consent",c]),on:(t,f)=>{calls.push(["on",t]);return()=>calls.push(["off",t])},
  checkRender:async()=>({state:"content",evidence:[],tookMs:1}),stop:async()=>{calls.push(["stop"])}}));
  b.deliver=0;dispatchEvent(new Event("pagemend:up"))}`;

let s, browser;
before(async () => {
  s = await site();
  browser = await BROWSERS.chromium.open();
});
after(async () => {
  await browser?.close();
  await s?.close();
});
beforeEach(() => leave(browser.driver, s));

/** Opens a page whose guard is `g`, and runs `code` (async) in it as soon as the module runs. */
async function run(code, { engine = { body: ENGINE, type: "js", delay: 0 }, boot = true, routes = {}, options = "" } = {}) {
  const tag = boot ? bootTag({ timeoutMs: 1000, lastResortMs: 60_000 }) : "";
  // A stylesheet that hangs for a second keeps `load`, and with it the engine's idle load, away: only trouble brings it.
  const body = `<!doctype html><html><head><meta charset="utf-8">${tag}<link rel="icon" href="data:,"></head><body><div id="app">x</div><img src="/slow.svg"><script type="module">import { start } from "/client.js"; const g = start(${options}); const wait = ms => new Promise(r => setTimeout(r, ms)); window.calls ??= []; try { window.result = { value: await (async () => {${code}})(), calls: window.calls } } catch (e) { window.result = { error: e.name + ": " + e.message, calls: window.calls } }</script></body></html>`;
  s.page.routes.set("/", { body, type: "html" });
  s.page.routes.set("/client.js", { body: readFileSync(join(dist, "client.js")) });
  s.page.routes.set("/slow.svg", { body: "<svg xmlns='http://www.w3.org/2000/svg'/>", delay: 1500 });
  if (engine) s.page.routes.set("/pagemend/engine.js", engine);
  for (const [path, answer] of Object.entries(routes)) s.page.routes.set(path, answer);
  await browser.driver.manage().setTimeouts({ pageLoad: 20_000 });
  await browser.driver.get(s.page.url + "/");
  for (let i = 0; i < 300; i++) {
    const result = await browser.driver.executeScript("return window.result");
    if (result) return result;
    await new Promise((r) => setTimeout(r, 50));
  }
  assert.fail(`no result; console: ${(await browser.console()).join("\n")}`);
}
const json = (status, body) => ({ status, body: JSON.stringify(body), type: "json" });

const CASES = [
  ["an_answer_that_is_fine_stays_native", 'return (await (await g.fetch("/a")).json()).ok', { routes: { "/a": json(200, { ok: 1 }) } }, { value: 1, calls: [] }],
  ["a_refusal_without_a_code_stays_native", 'return (await g.fetch("/a")).status', { routes: { "/a": json(403, { why: 1 }) } }, { value: 403, calls: [] }],
  ["an_overload_brings_the_engine_which_takes_over", 'return (await g.fetch("/a",{method:"POST"})).text()', { routes: { "/a": json(503, {}) } }, { value: "healed", calls: [["adopt", "/a", "POST"], ["first", 503]] }],
  ["a_refusal_with_a_code_is_handed_over", 'return (await g.fetch("/a")).text()', { routes: { "/a": json(403, { code: "RISK" }) } }, { value: "healed", calls: [["adopt", "/a", null], ["first", 403]] }],
  ["a_request_is_handed_over_as_a_copy_that_can_be_read", 'return (await g.fetch(new Request("/a",{method:"POST",body:"b"}))).text()', { routes: { "/a": json(503, {}) } }, { value: "healed" }],
  ["a_request_that_hangs_is_handed_over_when_the_engine_comes", "const p = g.fetch('/a'); await window.__pagemend.load(); await wait(50); return window.calls[0][0]", { routes: { "/a": { hang: true } } }, { value: "adopt" }],
  ["without_an_engine_the_native_outcome_stays", 'return (await g.fetch("/a")).status', { engine: null, routes: { "/a": json(503, {}) } }, { value: 503, calls: [] }],
  ["an_abort_of_the_page_is_an_abort", "const c = new AbortController(); const p = g.fetch('/a',{signal:c.signal}); setTimeout(()=>c.abort(),50); return p", { routes: { "/a": { hang: true } } }, { error: "AbortError: signal is aborted without reason", calls: [] }],
  ["a_key_action_waits_for_the_engine", 'return g.keyAction("submit", async ({ key }) => key)', {}, { value: "k", calls: [["keyAction", "submit"]] }],
  ["a_key_action_without_an_engine_runs_once_with_a_key", 'let n = 0; const key = await g.keyAction("submit", async (c) => { n++; await c.fetch("/a", { method: "POST" }); return c.key }); return [n, key.length > 20]', { engine: null, routes: { "/a": json(200, {}) } }, { value: [1, true] }],
  ["what_is_said_before_the_engine_is_kept_in_order", 'g.step("apply"); g.consent("granted"); const off = g.on("incident", () => {}); await window.__pagemend.load(); await wait(10); off(); return 1', {}, { value: 1, calls: [["step", "apply"], ["consent", "granted"], ["on", "incident"], ["off", "incident"]] }],
  ["data_is_loaded_at_once_and_the_engine_hears_of_it", 'let n = 0; const { value, fresh, age } = await g.data("plan", async () => (n++, 5)); await window.__pagemend.load(); return [value, fresh, age, n]', {}, { value: [5, true, 0, 1], calls: [["data", "plan"]] }],
  ["data_that_does_not_come_is_the_engines_to_know", 'let n = 0; return [await g.data("plan", async () => { n++; throw new Error("away") }), n]', {}, { value: ["known", 1], calls: [["data", "plan"]] }],
  ["data_that_does_not_come_without_an_engine_is_the_pages_own_failure", 'return g.data("plan", async () => { throw new Error("away") })', { engine: null }, { error: "Error: away" }],
  ["what_ends_is_declared_when_the_engine_is_there", 'const back = g.expires("session", { in: 600 }); g.expires("link", { in: 600 })(); await window.__pagemend.load(); await wait(10); back(); return 1', {}, { value: 1, calls: [["expires", "session", 600], ["back", "session"]] }],
  ["check_render_waits_for_the_engine", "return (await g.checkRender()).state", {}, { value: "content" }],
  ["an_incident_is_explained_in_the_words_of_a_file_of_its_own", 'const words = await g.explain("K7"); return [words.text.split("\\n")[0], await g.explain("none"), performance.getEntriesByName(location.origin + "/explain.js").length]', { routes: { "/explain.js": { body: readFileSync(join(dist, "explain.js")) } } }, { value: ["Incident K7 (/apply, step form, build 1): a call of the page failed (api). After 0.00 s: open.", null, 1], calls: [["story", "K7"], ["story", "none"]] }],
  ["there_is_nothing_to_explain_without_an_engine", 'return [await g.explain()]', { engine: null }, { value: [null] }],
  ["check_render_without_an_engine_is_unknown_and_a_prompt_answers_none", 'return [(await g.checkRender()).state, (await g.prompt("service")).choice]', { engine: null }, { value: ["unknown", "none"] }],
  ["a_draft_without_an_engine_ends_and_keeps_nothing", 'const d = g.draft(document.body); return [await d.restored, await d.save(), await d.clear(), typeof d.stop()]', { engine: null }, { value: [false, false, false, "undefined"] }],
  ["a_draft_brings_the_engine_and_an_older_one_keeps_nothing", 'const d = g.draft(document.body); return [await d.restored, !!window.__pagemend.engine]', {}, { value: [false, true] }],
  ["options_are_merged_into_boots_before_the_engine", "return window.__pagemend.config.options.step", { options: '{step:"apply"}' }, { value: "apply" }],
  ["a_group_of_options_is_merged_key_by_key", 'const { start: again } = await import("/client.js"); window.__pagemend.config.options = { freshness: { url: "/loan/build.json" } }; again({ freshness: { pollMs: 0 } }); return window.__pagemend.config.options', {}, { value: { freshness: { url: "/loan/build.json", pollMs: 0 } } }],
  ["what_the_page_caught_waits_for_the_engine_and_brings_it", 'g.report(new TypeError("x"), { source: "/a.js" }); g.report(); for (let i = 0; i < 150; i++) g.report(i); const heard = window.__pagemend.events.map((e) => [e.type, String(e.error), e.filename ?? ""]); while (!window.__pagemend.engine) await wait(20); return [heard.length, window.__pagemend.dropped, ...heard.slice(0, 2)]', {}, { value: [100, 52, ["error", "TypeError: x", "/a.js"], ["error", "undefined", ""]] }],
  ["what_the_page_caught_is_told_to_the_engine_and_to_nobody_after_stop", 'await window.__pagemend.load(); const heard = []; window.__pagemend.on = (e) => heard.push(e.error); g.report("a"); await g.stop(); g.report("b"); await wait(10); return heard', {}, { value: ["a"] }],
  ["the_guard_is_also_a_promise_of_itself", "const h = await g; return typeof h.fetch + typeof h.then", {}, { value: "functionundefined" }],
  ["without_boot_the_guard_passes_everything_through", 'const r = (await g.fetch("/a")).status; return [r, await g.keyAction("x", async () => 2), (await g.checkRender()).state]', { boot: false, routes: { "/a": json(503, {}) } }, { value: [503, 2, "unknown"] }],
  ["stopped_and_started_in_one_breath_the_guard_goes_on", 'await window.__pagemend.load(); const { start: again } = await import("/client.js"); g.stop(); const h = again(); await wait(50); return [await (await h.fetch("/a")).text(), (await g.fetch("/a")).status]', { routes: { "/a": json(200, {}) } }, { value: ["engine", 200], calls: [["fetch", "/a"]] }],
  ["started_after_a_stop_it_says_so", 'const said = []; console.warn = (line) => said.push(line); await g.stop(); const { start: again } = await import("/client.js"); return [(await again().fetch("/a")).status, said.length, /stopped/.test(said[0])]', { routes: { "/a": json(200, {}) } }, { value: [200, 1, true] }],
  ["a_wrapper_that_the_page_installs_later_is_gone_through", 'const own = window.fetch; window.fetch = (...a) => own(...a).then(() => new Response("wrapped")); return (await g.fetch("/a")).text()', { routes: { "/a": json(200, {}) } }, { value: "wrapped" }],
  ["a_refusal_of_consent_is_remembered_though_the_engine_never_comes", 'g.consent("denied"); const kept = localStorage["pagemend:consent"]; localStorage.clear(); return [kept, window.__pagemend.config.options.consent]', { engine: null }, { value: ["denied", "denied"] }],
  ["after_stop_everything_is_plain", 'await window.__pagemend.load(); await g.stop(); return (await g.fetch("/a")).status', { routes: { "/a": json(200, {}) } }, { value: 200, calls: [["stop"]] }],
];
for (const [name, code, setup, wanted] of CASES) {
  test(name, { timeout: 40_000 }, async () => {
    const result = await run(code, setup);
    for (const key of Object.keys(wanted)) assert.deepEqual(result[key], wanted[key], JSON.stringify(result));
    if (name.includes("without_an_engine_runs_once")) assert.match(s.log.find((e) => e.path === "/a").headers["idempotency-key"], /^[0-9a-f-]{36}$/);
  });
}
