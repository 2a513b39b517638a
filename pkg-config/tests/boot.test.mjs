// boot.js in real browsers: order of healed scripts, HTML for a script, policies, where the engine comes from, the last resort.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BROWSERS } from "./browsers.mjs";
import { leave, site } from "./site.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm"), "package/dist");
const { bootTag } = await import(join(dist, "vite.js"));

const ENV = 'window.__ran=["env"];window.env={base:"/"};';
const SDK = 'window.__ran.push("sdk");window.sdk=window.env.base;';
const APP = 'window.__ran.push("app:"+window.sdk);document.querySelector("#app").textContent="credit line";';
/** The tests of boot itself use an engine that only says that it is up. */
const STUB = "{const b=window.__pagemend;b.deliver(Promise.resolve(b.engine={stop(){}}));b.deliver=0}";
const HTML = { body: "<!doctype html><p>a page</p>", type: "html" };
/** Broken until load: WebKit's own automation needs whole prototypes. */
const BREAK = "const P=Array.prototype,{map,filter,forEach}=P;P.map=P.filter=P.forEach=()=>{throw 1};window.XMLHttpRequest=function(){throw 2};addEventListener('load',()=>Object.assign(P,{map,filter,forEach}))";
const CSP = (nonce, backup, wasm = true) =>
  `default-src 'self'; script-src 'self' 'nonce-${nonce}' ${backup}${wasm ? " 'wasm-unsafe-eval'" : ""}; style-src 'self' 'nonce-${nonce}' ${backup}; connect-src 'self' ${backup}; img-src 'self' data:`;

const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
for (const name of wanted) if (!BROWSERS[name]) throw new Error(`PAGEMEND_BROWSERS: unknown ${name}; known: ${Object.keys(BROWSERS).join(", ")}`);

for (const name of wanted) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  describe(`boot.js in ${name}`, { skip: missing && `missing ${missing}`, timeout: 300_000 }, () => {
    let s, browser, driver;
    before(async () => {
      s = await site();
      browser = await BROWSERS[name].open();
      driver = browser.driver;
    });
    after(async () => {
      await browser?.close();
      await s?.close();
    });
    beforeEach(() => leave(driver, s));

    const run = (script, ...args) => driver.executeScript(script, ...args);
    async function until(what, script, ms = 10_000) {
      const end = Date.now() + ms;
      for (;;) {
        const value = await run(script).catch(() => undefined);
        if (value) return value;
        if (Date.now() > end) assert.fail(`${what}: not within ${ms} ms; ran ${JSON.stringify(await run("return window.__ran"))}; html ${await run("return document.documentElement.outerHTML.replace(/<script[^>]*>[^]{99,}?<\\/script>/g,'')")}; log ${JSON.stringify(s.log.map((e) => e.origin + e.path))}`);
        await new Promise((r) => setTimeout(r, 50));
      }
    }
    /** Serves a page and opens it. What `page`/`backup` name is served there; the rest is 404. */
    async function open({ page = {}, backup = {}, config = {}, head = "", body = "", csp, html = "", boot = true, engine = "stub", path = "/" }) {
      const nonce = "n0nce";
      const full = { fallback: [s.backup.url], lastResortMs: 600, timeoutMs: 1500, ...config };
      const scripts = head || '<script src="/static/env.js"></script><script defer src="/static/sdk.js"></script><script type="module" src="/assets/app.js"></script>';
      const text = `<!doctype html><html ${html}><head><meta charset="utf-8">${boot ? bootTag(full, { nonce }) : ""}<link rel="icon" href="data:,">${scripts}</head><body><div id="app"></div>${body}</body></html>`;
      s.page.routes.set(path.split("?")[0], { body: text, type: "html", headers: csp === undefined ? {} : { "Content-Security-Policy": CSP(nonce, s.backup.url, csp.wasm) } });
      if (engine === "stub") s.page.routes.set("/pagemend/engine.js", { body: STUB });
      for (const [path, answer] of Object.entries(page)) s.page.routes.set(path, typeof answer === "string" ? { body: answer } : answer);
      for (const [path, answer] of Object.entries(backup)) s.backup.routes.set(path, typeof answer === "string" ? { body: answer } : answer);
      await driver.get(s.page.url + path);
    }
    const ALL = { "/static/env.js": ENV, "/static/sdk.js": SDK, "/assets/app.js": APP };
    const ran = (n) => until(`${n} scripts ran`, `return window.__ran && window.__ran.length >= ${n} && window.__ran`);
    const settle = (ms = 300) => new Promise((r) => setTimeout(r, ms));

    test("a_healthy_page_asks_for_nothing_before_load_and_gets_the_engine_when_idle", async () => {
      await open({ page: { ...ALL, "/slow.css": { body: "" } } });
      assert.deepEqual(await ran(3), ["env", "sdk", "app:/"]);
      await until("engine", "return !!window.__pagemend.engine");
      const paths = s.paths("page");
      assert.ok(paths.indexOf("/pagemend/engine.js") > paths.indexOf("/assets/app.js"), paths.join());
      assert.deepEqual(s.paths("backup"), []);
      assert.equal(await run("return window.__pagemend.events.length"), 0);
    });

    for (const csp of [undefined, { wasm: true }]) {
      const how = csp ? "under_a_nonce_policy" : "without_a_policy";
      test(`dead_scripts_are_replaced_in_order_and_run_once_${how}`, async () => {
        await open({ backup: ALL, csp });
        await ran(3);
        await settle();
        assert.deepEqual(await run("return window.__ran"), ["env", "sdk", "app:/"]);
        assert.deepEqual(s.paths("backup").sort(), ["/assets/app.js", "/static/env.js", "/static/sdk.js"]);
      });

      test(`a_dead_sync_script_is_replaced_before_the_next_one_runs_${how}`, async () => {
        await open({ page: { "/static/sdk.js": SDK, "/assets/app.js": APP, "/b.js": 'window.__ran.push("b")' }, backup: { "/static/env.js": ENV }, csp, head: '<script src="/static/env.js"></script><script src="/b.js"></script><script defer src="/static/sdk.js"></script><script type="module" src="/assets/app.js"></script>' });
        assert.deepEqual(await ran(4), ["env", "b", "sdk", "app:/"]);
      });

      test(`html_in_place_of_a_script_is_recognised_and_replaced_in_order_${how}`, async () => {
        await open({ page: { "/static/env.js": HTML, "/static/sdk.js": HTML, "/assets/app.js": HTML }, backup: ALL, csp });
        await ran(3);
        await settle();
        assert.deepEqual(await run("return window.__ran"), ["env", "sdk", "app:/"]);
      });
    }

    test("only_the_dead_deferred_script_is_replaced_and_the_order_holds", async () => {
      await open({ page: { "/static/env.js": ENV, "/assets/app.js": APP, "/d.js": 'window.__ran.push("d:"+window.sdk)' }, backup: { "/static/sdk.js": SDK }, head: '<script src="/static/env.js"></script><script defer src="/static/sdk.js"></script><script defer src="/d.js"></script><script type="module" src="/assets/app.js"></script>' });
      assert.deepEqual(await ran(4), ["env", "sdk", "d:/", "app:/"]);
      assert.deepEqual(s.paths("backup"), ["/static/sdk.js"]);
    });

    const push = (name, extra = "") => `(window.__ran=window.__ran||[]).push("${name}");${extra}`;
    const GONE = (delay) => ({ status: 404, body: "gone", type: "html", delay });
    for (const [what, times] of [["early", { a: 0, b: 0, c: 0, d: 0 }], ["late", { a: 0, b: 400, c: 0, d: 200 }], ["out_of_order", { a: 500, b: 100, c: 300, d: 0 }]]) {
      test(`dead_deferred_scripts_keep_their_place_among_living_ones_${what}`, async () => {
        const head = '<script defer src="/a.js"></script><script defer src="/b.js"></script><script defer src="/c.js"></script><script defer src="/d.js"></script><script src="/sync.js"></script>';
        await open({
          head,
          page: { "/a.js": { body: push("a:"+"", 'window.__ran.push(!!document.querySelector("#app"))'), delay: times.a }, "/b.js": GONE(times.b), "/c.js": { body: push("c"), delay: times.c }, "/d.js": GONE(times.d), "/sync.js": push("sync") },
          backup: { "/b.js": { body: push("b", 'window.__ran.push(!!document.querySelector("#app"))'), delay: 150 }, "/d.js": push("d") },
        });
        assert.deepEqual(await ran(7), ["sync", "a:", true, "b", true, "c", "d"]);
      });
    }

    test("a_dead_sync_script_whose_backup_is_slow_still_runs_before_the_next_ones", async () => {
      const head = '<script src="/a.js"></script><script src="/b.js"></script><script src="/c.js"></script><script>window.__ran.push("inline")</script><script defer src="/d.js"></script>';
      await open({ head, page: { "/a.js": GONE(0), "/b.js": push("b"), "/c.js": GONE(50), "/d.js": push("d") }, backup: { "/a.js": { body: push("a"), delay: 300 }, "/c.js": { body: push("c"), delay: 100 } } });
      assert.deepEqual(await ran(5), ["a", "b", "c", "inline", "d"]);
    });

    test("html_on_the_first_fallback_too_is_not_run_and_the_next_is_asked", async () => {
      s.backup.routes.set("/static/env.js", HTML);
      await open({ page: { "/static/sdk.js": SDK, "/assets/app.js": APP, "/second/static/env.js": ENV }, backup: { "/static/env.js": HTML }, config: { fallback: [s.backup.url, s.page.url + "/second"] } });
      assert.deepEqual(await ran(3), ["env", "sdk", "app:/"]);
    });

    test("a_script_that_ran_and_met_bad_json_is_not_run_again", async () => {
      const env = ENV + 'JSON.parse("{");';
      await open({ page: { ...ALL, "/static/env.js": env }, backup: ALL });
      await until("app", 'return window.__ran.includes("app:/")');
      await settle();
      assert.deepEqual(await run("return window.__ran"), ["env", "sdk", "app:/"]);
      assert.deepEqual(s.paths("backup"), []);
      await until("engine", "return !!window.__pagemend.engine");
    });

    test("a_script_with_a_real_syntax_error_is_not_fetched_elsewhere", async () => {
      await open({ page: { ...ALL, "/static/sdk.js": "let = ;" }, backup: ALL });
      await until("app", "return window.__ran.length > 1");
      await settle();
      assert.deepEqual(s.paths("backup"), []);
    });

    test("a_dynamically_added_script_heals_and_its_own_listeners_hear_load_only", async () => {
      await open({ page: ALL, backup: { "/chunk.js": 'window.__ran.push("chunk")' } });
      await ran(3);
      await run('window.heard=[];const e=document.createElement("script");e.src="/chunk.js?v=1";e.onload=()=>heard.push("load");e.onerror=()=>heard.push("error");document.head.append(e)');
      assert.deepEqual(await until("load", "return heard.length && heard"), ["load"]);
      assert.equal(await run("return window.__ran[3]"), "chunk");
    });

    test("a_script_dead_everywhere_reports_error_once", async () => {
      await open({ page: ALL });
      await ran(3);
      await run('window.heard=[];const e=document.createElement("script");e.src="/none.js";e.onload=()=>heard.push("load");e.onerror=()=>heard.push("error");document.head.append(e)');
      await until("error", "return heard.length");
      await settle();
      assert.deepEqual(await run("return heard"), ["error"]);
      assert.deepEqual(s.paths("backup"), ["/none.js"]);
    });

    test("a_third_partys_script_is_never_asked_of_the_fallback", async () => {
      await open({ page: ALL, head: '<script src="http://127.0.0.1:9/map.js"></script><script src="/static/env.js"></script><script defer src="/static/sdk.js"></script><script type="module" src="/assets/app.js"></script>' });
      await ran(3);
      assert.deepEqual(s.paths("backup"), []);
    });

    test("a_dead_stylesheet_heals_with_its_media", async () => {
      await open({ page: ALL, backup: { "/a.css": "#app{color:rgb(1, 2, 3)}" }, csp: { wasm: true }, head: '<link rel="stylesheet" href="/a.css" media="screen"><script src="/static/env.js"></script><script defer src="/static/sdk.js"></script><script type="module" src="/assets/app.js"></script>' });
      await until("style", 'return getComputedStyle(document.querySelector("#app")).color === "rgb(1, 2, 3)"');
      assert.equal(await run('return document.querySelector("link[rel=stylesheet]").media'), "screen");
    });

    test("document_currentScript_src_is_the_original_address_in_a_healed_script", async () => {
      await open({ page: ALL, backup: { "/where.js": "window.where=document.currentScript.src" }, head: '<script src="/where.js" data-x="1"></script>' });
      assert.equal(await until("where", "return window.where"), s.page.url + "/where.js");
    });

    test("integrity_is_kept_and_a_tampered_backup_does_not_run", async () => {
      await open({ page: ALL, backup: { "/sri.js": "window.tampered=1" }, head: '<script src="/sri.js" integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"></script><script src="/static/env.js"></script><script defer src="/static/sdk.js"></script><script type="module" src="/assets/app.js"></script>' });
      await ran(3);
      await settle();
      assert.equal(await run("return window.tampered"), null);
    });

    test("the_engine_comes_from_the_fallback_and_is_told_what_happened", async () => {
      const real = (file) => ({ body: readFileSync(join(dist, file)) });
      await open({ page: { "/static/env.js": ENV, "/static/sdk.js": SDK }, backup: { "/assets/app.js": APP, "/pagemend/engine.js": real("engine.js"), "/pagemend/pagemend_bg.wasm": real("pagemend_bg.wasm") }, engine: "none", csp: { wasm: true } });
      assert.deepEqual(await ran(3), ["env", "sdk", "app:/"]);
      await until("engine", "return !!window.__pagemend.engine");
      assert.equal(await run('return document.querySelector("#pagemend-last-resort")'), null);
    });

    test("html_in_place_of_the_engine_is_left_for_the_fallback", async () => {
      await open({ page: { ...ALL, "/pagemend/engine.js": HTML }, backup: { "/pagemend/engine.js": STUB }, engine: "none" });
      await until("engine", "return !!window.__pagemend.engine");
    });

    test("an_origin_that_hangs_is_left_for_the_fallback", async () => {
      await open({ page: { ...ALL, "/pagemend/engine.js": { hang: true } }, backup: { "/pagemend/engine.js": STUB }, engine: "none" });
      await until("engine", "return !!window.__pagemend.engine");
    });

    test("the_engine_does_not_wait_for_a_stylesheet_that_hangs", async () => {
      const real = (file, type) => ({ body: readFileSync(join(dist, file)), type });
      const note = `<script>addEventListener("pagemend:up",()=>window.early=!document.querySelector('[href="/hang.css"]').sheet)</script>`;
      await open({ page: { "/hang.css": { body: "", type: "css", delay: 8000 }, "/pagemend/engine.js": real("engine.js"), "/pagemend/pagemend_bg.wasm": real("pagemend_bg.wasm", "wasm") }, head: note + '<link rel="stylesheet" href="/hang.css">', engine: "none", config: { fallback: [] } });
      await until("engine", "return !!window.__pagemend.engine");
      assert.equal(await run("return window.early"), true);
    });

    test("a_failed_load_of_the_engine_is_not_remembered", async () => {
      await open({ page: ALL, engine: "none" });
      await ran(3);
      await until("failure", "return window.__pagemend.events.filter(e=>e.why).length > 0");
      await settle();
      s.page.routes.set("/pagemend/engine.js", { body: STUB });
      await run("window.__pagemend.load()");
      await until("engine", "return !!window.__pagemend.engine");
    });

    test("an_engine_that_is_away_for_a_moment_is_asked_for_again_later", async () => {
      await open({ page: ALL, engine: "none", config: { fallback: [] } });
      await until("failure", "return window.__pagemend.events.some(e=>e.why)");
      await settle(700);
      s.page.routes.set("/pagemend/engine.js", { body: STUB });
      await until("engine", "return !!window.__pagemend.engine");
    });

    for (const [lang, heading, button] of [["zh-CN", "页面没有打开", "重新加载"], ["en", "This page did not open", "Reload"]]) {
      test(`dead_everywhere_and_wasm_blocked_prompts_and_reports_in_${lang}`, async () => {
        const real = (file) => ({ body: readFileSync(join(dist, file)) });
        await open({ page: { "/pagemend/engine.js": real("engine.js"), "/v1/logs": { body: "{}", type: "json" } }, engine: "none", csp: { wasm: false }, html: `lang="${lang}"`, config: { options: { locale: lang === "en" ? "en" : undefined, endpoint: "/v1/logs", service: "loan", build: "1.0.0" } } });
        await until("prompt", 'return !!document.querySelector("#pagemend-last-resort")');
        assert.equal(await run('return document.querySelector("#pagemend-last-resort h2").textContent'), heading);
        assert.equal(await run('return document.querySelector("#pagemend-last-resort button").textContent'), button);
        assert.equal(await run('return document.querySelector("#pagemend-last-resort").getAttribute("role")'), "alertdialog");
        for (let i = 0; i < 40 && !s.log.some((e) => e.path === "/v1/logs"); i++) await settle(50);
        const sent = s.log.filter((e) => e.path === "/v1/logs");
        assert.equal(sent.length, 1);
        assert.match(sent[0].headers["content-type"], /^application\/json/);
        const record = JSON.parse(sent[0].body).resourceLogs[0].scopeLogs[0].logRecords[0];
        const value = Object.fromEntries(record.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
        assert.equal(value["pagemend.cause"], "blocked-by-policy");
        assert.equal(value["pagemend.outcome"], "prompted");
        assert.equal(value["pagemend.build"], "1.0.0");
        assert.ok(await run('return document.querySelector("#pagemend-last-resort").textContent.includes(arguments[0])', value["pagemend.reference"]));
        // The button reloads; the server has healed meanwhile.
        for (const [path, body] of Object.entries(ALL)) s.page.routes.set(path, { body });
        await run('document.querySelector("#pagemend-last-resort button").click()');
        assert.deepEqual(await ran(3), ["env", "sdk", "app:/"]);
      });
    }

    test("wasm_blocked_and_the_page_healed_by_boot_reports_recovered_and_prompts_nobody", async () => {
      const real = (file) => ({ body: readFileSync(join(dist, file)) });
      await open({ page: { "/pagemend/engine.js": real("engine.js"), "/v1/logs": { body: "{}", type: "json" } }, backup: ALL, engine: "none", csp: { wasm: false }, config: { options: { endpoint: "/v1/logs" } } });
      assert.deepEqual(await ran(3), ["env", "sdk", "app:/"]);
      for (let i = 0; i < 100 && !s.log.some((e) => e.path === "/v1/logs"); i++) await settle(50);
      const record = JSON.parse(s.log.find((e) => e.path === "/v1/logs").body).resourceLogs[0].scopeLogs[0].logRecords[0];
      assert.equal(record.severityNumber, 9);
      assert.equal(record.attributes.find((a) => a.key === "pagemend.outcome").value.stringValue, "recovered");
      assert.equal(await run('return document.querySelector("#pagemend-last-resort")'), null);
      assert.ok(!s.paths("page").includes("/pagemend/pagemend_bg.wasm"));
    });

    const PROMPT = 'return !!document.querySelector("#pagemend-last-resort")';
    const LOGS = { "/v1/logs": { body: "{}", type: "json" } };
    /** The one record, its attributes by name. */
    async function record() {
      for (let i = 0; i < 100 && !s.log.some((e) => e.path === "/v1/logs"); i++) await settle(50);
      const sent = s.log.filter((e) => e.path === "/v1/logs");
      assert.equal(sent.length, 1);
      const { resource, scopeLogs } = JSON.parse(sent[0].body).resourceLogs[0];
      const byName = ({ attributes }) => Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.arrayValue.values.map((v) => v.stringValue)]));
      return { ...byName(resource), ...byName(scopeLogs[0].logRecords[0]), request: sent[0] };
    }

    test("the_last_resort_tells_nothing_of_a_person", async () => {
      const head = '<script src="/u/13800138000/app-3f2a9c.js?token=secret"></script><script src="/static/王小明.js"></script><script src="http://127.0.0.1:9/map.js"></script>';
      await open({ head, page: LOGS, engine: "none", path: "/13800138000/apply?ticket=abc", config: { fallback: [], options: { endpoint: "/v1/logs" } } });
      const sent = await record();
      assert.doesNotMatch(sent.request.body, /13800138000|secret|ticket|王小明|%E7|map\.js|undefined/);
      assert.equal(sent["service.name"], "127.0.0.1");
      assert.equal(sent["pagemend.step"], "unknown");
      assert.equal(sent["pagemend.cause"], "resource");
      assert.ok(!("pagemend.build" in sent));
      assert.deepEqual(sent["pagemend.evidence"], ["resource: app-3f2a9c.js", "resource: file", "resource: file"]);
      assert.equal(sent.request.headers.referer, undefined);
      assert.equal(sent.request.headers.cookie, undefined);
    });

    for (const [what, consent, stored, sends] of [
      ["denied_by_configuration", "denied", "", false],
      ["denied_on_an_earlier_page", "pending", "denied", false],
      ["denied_by_configuration_though_granted_before", "denied", "granted", false],
      ["granted_on_an_earlier_page", "pending", "granted", true],
    ]) {
      test(`consent_${what}_${sends ? "sends" : "sends_nothing"}`, async () => {
        await open({ page: ALL });
        await run("localStorage.clear();if(arguments[0])localStorage['pagemend:consent']=arguments[0]", stored);
        await leave(driver, s);
        await open({ page: LOGS, engine: "none", path: "/dead", config: { fallback: [], options: { endpoint: "/v1/logs", consent } } });
        await until("prompt", PROMPT);
        await settle(500);
        assert.equal(s.log.filter((e) => e.path === "/v1/logs").length, sends ? 1 : 0);
        await run("localStorage.clear()");
      });
    }

    for (const [what, body, prompts] of [
      ["a_splash_with_words", '<div style="position:fixed;inset:0;z-index:99999;background:#05c">Our Bank … loading</div>', true],
      ["a_logo_alone", '<svg width="90" height="90"></svg><img width="90" height="90" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', true],
      ["a_dialog_of_the_pages_own", '<dialog style="padding:0;border:0;width:100vw;height:100vh;max-width:none;max-height:none"></dialog><script>document.querySelector("dialog").showModal()</script>', true],
      ["an_application_in_a_layer", '<div style="position:fixed;inset:0;z-index:1">Welcome<button>Apply</button></div>', false],
      ["a_drawing", '<canvas width="300" height="300"></canvas>', false],
    ]) {
      test(`${what}_${prompts ? "is_no_content_and_lies_below_the_last_resort" : "is_content"}`, async () => {
        await open({ body, engine: "none", html: 'lang="en"', config: { fallback: [], options: { root: "body", locale: "en", help: { phone: "400-1234", hours: what === "a_logo_alone" ? "9-18" : { zh: "9点至18点", en: "9-18" } } } } });
        if (!prompts) {
          await until("resort", "return performance.now() > 3000");
          return assert.equal(await run(PROMPT), false);
        }
        await until("prompt", PROMPT);
        await settle(1300);
        const look = await run(`const box = document.querySelector("#pagemend-last-resort"), button = box.querySelector("button"), r = button.getBoundingClientRect(), a = box.querySelector("a");
          return { top: document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2) === button, height: r.height, inside: r.left > 0 && r.right < innerWidth, font: getComputedStyle(button).fontSize,
            lang: box.lang, name: box.getAttribute("aria-label"), call: a.getAttribute("href") + a.innerText.replace(/\\s/g, " "), focus: document.activeElement === box }`);
        assert.deepEqual(look, { top: true, height: 48, inside: true, font: "16px", lang: "en", name: "This page did not open", call: "tel:400-1234Help: 400-1234 9-18", focus: true });
      });
    }

    test("the_last_resort_says_what_is_known_and_blames_no_network_for_an_error", async () => {
      await open({ head: "<script>null.credit</script>", engine: "none", config: { fallback: [], options: { locale: "en" } } });
      await until("prompt", PROMPT);
      const text = await run('return document.querySelector("#pagemend-last-resort").innerText');
      assert.match(text, /An error stopped it/);
      assert.doesNotMatch(text, /network|files/);
    });

    test("its_button_asks_anew_by_get_and_the_fragment_is_kept", async () => {
      await open({ page: { "/form": { body: '<form method="post" action="/paid"><button>pay</button></form>', type: "html" } }, engine: "none", path: "/paid", config: { fallback: [], options: { locale: "en" } } });
      await driver.get(s.page.url + "/form");
      await run('document.forms[0].action="/paid#receipt";document.forms[0].submit()');
      await until("prompt", PROMPT);
      s.log.length = 0;
      await driver.findElement({ css: "#pagemend-last-resort button" }).click();
      await until("the page anew", "return location.hash === '#receipt' && performance.now() < 3000");
      assert.deepEqual(s.log.filter((e) => e.path === "/paid").map((e) => e.method), ["GET"]);
    });

    test("a_page_that_comes_late_is_not_left_covered", async () => {
      await open({ engine: "none", config: { fallback: [] } });
      await until("prompt", 'return !!document.querySelector("#pagemend-last-resort")');
      await run('document.querySelector("#app").textContent="late"');
      await until("gone", 'return !document.querySelector("#pagemend-last-resort")');
    });

    test("boot_twice_in_a_page_heals_once", async () => {
      await open({ backup: ALL, head: bootTag({ fallback: [s.backup.url] }) + '<script src="/static/env.js"></script><script defer src="/static/sdk.js"></script><script type="module" src="/assets/app.js"></script>' });
      await ran(3);
      await settle();
      assert.deepEqual(await run("return window.__ran"), ["env", "sdk", "app:/"]);
    });

    test("events_are_bounded_and_what_is_dropped_is_counted", async () => {
      await open({ page: ALL, engine: "none", config: { fallback: [] } });
      await ran(3);
      await run('for (let i=0;i<150;i++) dispatchEvent(new ErrorEvent("error",{message:"m"+i}))');
      assert.equal(await run("return window.__pagemend.events.length"), 100);
      assert.ok((await run("return window.__pagemend.dropped")) >= 50);
    });

    test("stop_leaves_no_listener", async () => {
      await open({ page: ALL });
      await ran(3);
      await until("engine", "return !!window.__pagemend.engine");
      await run('window.__pagemend.stop();dispatchEvent(new ErrorEvent("error",{message:"after"}))');
      assert.equal(await run("return window.__pagemend.events.length"), 0);
    });

    const REAL = Object.fromEntries(["engine.js", "pagemend_bg.wasm"].map((file) => [`/pagemend/${file}`, { body: readFileSync(join(dist, file)) }]));
    for (const [what, code] of [
      ["fetch", "window.fetch"], ["addEventListener", "EventTarget.prototype.addEventListener"], ["Promise", "window.Promise"], ["JSON", "JSON.parse=JSON.stringify"],
      ["performance", "performance.now=performance.getEntriesByType=performance.getEntriesByName"], ["crypto", "crypto.getRandomValues=crypto.randomUUID"],
      ["bind", "Function.prototype.bind"], ["Reflect", "Reflect.get=Reflect.set=Reflect.apply"],
    ]) {
      test(`a_page_that_replaces_${what}_by_what_throws_goes_on`, async () => {
        // Kept for the driver, which needs them too.
        const head = `<script>window.broke=[];addEventListener("error",e=>e.message&&broke.push(e.message));addEventListener("unhandledrejection",e=>broke.push(String(e.reason)))</script><script src="/gone.js"></script><script defer src="/break.js"></script>`;
        const names = code.split("=").slice(0, -1).concat(code.split("=").pop());
        const broken = `const kept=[${names}];${code}=function(){throw Error("replaced")};setTimeout(()=>{${names.map((name, i) => `${name}=kept[${i}]`).join(";")};document.querySelector("#app").textContent="the page goes on"},900)`;
        await open({ page: { ...REAL, "/break.js": broken }, head, engine: "none", config: { fallback: [] } });
        await until("the page", 'return document.querySelector("#app").textContent === "the page goes on" || undefined');
        await settle();
        assert.deepEqual(await run("return broke"), []);
      });
    }

    test("where_a_polyfill_hides_the_getters_the_engine_comes_up_all_the_same", async () => {
      const head = "<script>Object.getOwnPropertyDescriptor=function(o,k){return k in o?{value:1,writable:true}:undefined}</script>";
      await open({ page: REAL, head, engine: "none", config: { fallback: [] } });
      await until("engine", "return !!window.__pagemend.engine");
    });

    test("an_engine_whose_first_line_throws_stands_down_at_once", async () => {
      const head = '<script>window.broke=[];window.said=[];addEventListener("error",e=>broke.push(e.message));console.error=(...a)=>said.push(a.join());Object.getOwnPropertyDescriptor=function(){throw Error("not here")}</script>';
      await open({ page: REAL, head, engine: "none", config: { fallback: [], timeoutMs: 60000, options: { locale: "en" } } });
      await until("prompt", PROMPT);
      assert.deepEqual(await run("return broke"), []);
      assert.match((await run("return said")).join("\n"), /^pagemend: not started: Error: not here/);
    });

    test("options_that_strict_refuses_are_listed_once_and_the_engine_is_asked_for_once", async () => {
      await open({ page: { ...ALL, ...REAL }, head: '<script>window.said=[];console.error=(...a)=>said.push(a.join())</script><script src="/static/env.js"></script><script src="/gone.js"></script>', engine: "none", config: { fallback: [], options: { strict: true, endpiont: "/v1/logs", locale: "fr" } } });
      await until("said", "return said.length");
      await run("dispatchEvent(new ErrorEvent('error',{message:'more'}))");
      await settle(1000);
      const said = await run("return said");
      assert.equal(said.length, 1, said.join("\n"));
      assert.match(said[0], /pagemend: not started: .*endpiont.*; .*locale|pagemend: not started: .*locale.*; .*endpiont/);
      assert.equal(s.paths("page").filter((path) => path === "/pagemend/engine.js").length, 1);
      assert.equal(await driver.executeAsyncScript("const done=arguments[0];window.__pagemend.load().then(()=>done('no'),e=>done(e.problems.length))"), 2);
    });

    test("an_engine_at_a_whole_address_comes_from_the_fallback", async () => {
      const [engine, wasm] = Object.values(REAL);
      await open({ page: ALL, backup: { "/cdn/pagemend/engine.js": engine, "/cdn/pagemend/pagemend_bg.wasm": wasm }, engine: "none", config: { engine: ["http://127.0.0.1:9/cdn/pagemend/"] } });
      await until("engine", "return !!window.__pagemend.engine");
      assert.deepEqual(await run("return window.__pagemend.config.origins"), ["http://127.0.0.1:9"]);
    });

    test("nothing_is_thrown_into_a_page_with_broken_prototypes", async () => {
      await open({ page: { ...ALL, "/break.js": BREAK }, backup: ALL, head: '<script>window.broke=[];addEventListener("error",e=>e.message&&broke.push(e.message))</script><script src="/break.js"></script><script src="/static/env.js"></script><script src="/gone.js"></script><script defer src="/static/sdk.js"></script><script type="module" src="/assets/app.js"></script>' });
      await ran(3);
      await settle();
      assert.deepEqual(await run("return broke"), []);
    });
  });
}
