// What a document leaves for the next one, in real browsers: it outlives every clearing, and the page never meets it.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BROWSERS } from "./browsers.mjs";
import { leave, site } from "./site.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm"), "package/dist");
const { bootTag } = await import(join(dist, "vite.js"));

const STUB = "{const b=window.__pagemend;b.deliver(Promise.resolve(b.engine={stop(){}}));b.deliver=0}";
const CLEAR = "sessionStorage.clear();localStorage.clear()";
/** What the page sees of its own name and state, from its first script to its last. */
const WATCH = "window.seen=[];const look=()=>seen.push(name+'|'+JSON.stringify(history.state));look();addEventListener('DOMContentLoaded',look);addEventListener('load',look)";

const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
for (const name of wanted) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  describe(`witness in ${name}`, { skip: missing && `missing ${missing}`, timeout: 300_000 }, () => {
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
    beforeEach(async () => {
      await leave(driver, s);
      await run("window.name=''");
    });

    const run = (script, ...args) => driver.executeScript(script, ...args);
    async function until(what, script, ms = 10_000) {
      const end = Date.now() + ms;
      for (;;) {
        const value = await run(script).catch(() => undefined);
        if (value) return value;
        if (Date.now() > end) assert.fail(`${what}: not within ${ms} ms`);
        await new Promise((r) => setTimeout(r, 50));
      }
    }
    /** Serves a page whose first script is `head`. */
    function serve(head = "", { path = "/", headers = {}, html = "", config = {} } = {}) {
      const text = `<!doctype html><html ${html}><head><meta charset="utf-8">${bootTag(config)}<link rel="icon" href="data:,"><script>${head}</script></head><body><div id="app">credit line</div></body></html>`;
      s.page.routes.set(path, { body: text, type: "html", headers });
      s.page.routes.set("/pagemend/engine.js", { body: STUB });
    }
    const open = (path = "/") => driver.get(s.page.url + path);
    /** Waits for the document after the one that `leave` ends. */
    async function next(leave) {
      await run("window.old=1;" + leave);
      await until("the next document", "return !window.old && document.readyState==='complete' && !!window.__pagemend");
    }
    const mark = () => run("return window.__pagemend.mark");
    const seen = () => run("return window.seen");
    const REPLACE = "setTimeout(()=>location.replace(location.href.split('#')[0]))";
    const KEEP = "window.__pagemend.mark.text='reloaded once';window.kept=window.__pagemend.keep();";

    for (const [what, head, headers] of [
      ["what_the_page_clears", CLEAR, {}],
      ["what_the_server_clears", "", { "Clear-Site-Data": '"storage"' }],
    ]) {
      test(`the_mark_outlives_${what}_and_the_page_sees_nothing_of_it`, async () => {
        serve(WATCH + ";" + head, { headers });
        await open();
        await run(KEEP);
        assert.equal(await run("return window.kept"), true);
        if (await run("return !!window.navigation")) assert.equal(await run("return window.name"), "");
        await next(REPLACE);
        assert.equal((await mark()).text, "reloaded once");
        assert.deepEqual(await seen(), ["|null", "|null", "|null"]);
      });

      test(`the_mark_outlives_${what}_beside_a_name_of_the_pages_own`, async () => {
        serve(WATCH + ";" + head, { headers });
        await open();
        await run("window.name='frame of mine';history.replaceState({page:1},'');" + KEEP);
        assert.equal(await run("return window.kept"), true);
        await next(REPLACE);
        assert.equal((await mark()).text, "reloaded once");
        assert.equal(await run("return window.name"), "frame of mine");
        for (const look of await seen()) assert.doesNotMatch(look, /pagemend/);
      });
    }

    test("a_reload_keeps_the_pages_own_state", async () => {
      serve(WATCH);
      await open();
      await run("window.name='frame of mine';history.replaceState({page:1},'');" + KEEP);
      await next("setTimeout(()=>location.reload())");
      assert.equal((await mark()).text, "reloaded once");
      assert.deepEqual(new Set(await seen()), new Set(['frame of mine|{"page":1}']));
    });

    test("what_the_engine_writes_outlives_the_document_without_being_kept", async () => {
      serve();
      await open();
      await run("window.__pagemend.mark.text='later'");
      await next(REPLACE);
      assert.equal((await mark()).text, "later");
    });

    test("the_fragment_is_there_again_before_the_pages_first_script", async () => {
      serve("window.first=location.href");
      await open();
      await run("history.replaceState(null,'',location.pathname);window.__pagemend.mark.hash='#/loan/step2';window.__pagemend.keep()");
      await next(REPLACE);
      assert.equal(await run("return window.first"), s.page.url + "/#/loan/step2");
      assert.equal((await mark()).hash, "");
    });

    test("the_fragment_of_another_path_is_not_put_on", async () => {
      serve();
      serve("", { path: "/other" });
      await open();
      await run("window.__pagemend.mark.hash='#/loan/step2'");
      await next("setTimeout(()=>location.replace('/other'))");
      assert.equal(await run("return location.href"), s.page.url + "/other");
    });

    test("session_memory_is_read_before_the_page_clears_it", async () => {
      serve(CLEAR);
      await open();
      assert.deepEqual(await run("return [window.__pagemend.memory,window.__pagemend.typed]"), [null, null]);
      await run("sessionStorage.setItem('pagemend:memory','m');sessionStorage.setItem('pagemend:typed','t')");
      await next(REPLACE);
      assert.deepEqual(await run("return [window.__pagemend.memory,window.__pagemend.typed,sessionStorage.length]"), ["m", "t", 0]);
    });

    test("documents_that_load_themselves_at_once_are_counted", async () => {
      serve();
      await open();
      assert.equal((await mark()).count, 0);
      for (let n = 1; n < 3; n++) {
        await next(REPLACE);
        assert.equal((await mark()).count, n);
      }
      await next("setTimeout(()=>location.reload())");
      assert.equal((await mark()).count, 3);
    });

    test("who_opens_an_address_again_and_again_is_not_counted", async () => {
      serve();
      for (let i = 0; i < 4; i++) await open();
      assert.equal((await mark()).count, 0);
    });

    test("a_document_that_somebody_touched_is_not_counted", async () => {
      serve();
      await open();
      await next(REPLACE);
      await driver.findElement({ css: "#app" }).click();
      await next(REPLACE);
      assert.equal((await mark()).count, 0);
    });

    /** Loads of the page until none follows for a while. */
    async function documents() {
      const loads = () => s.log.filter((e) => e.path === "/").length;
      for (let n = -1; n !== loads(); await new Promise((r) => setTimeout(r, 1200))) n = loads();
      return loads();
    }
    const PRELOAD = "addEventListener('vite:preloadError',()=>location.reload());setTimeout(()=>{const e=new Event('vite:preloadError',{cancelable:true});dispatchEvent(e);window.kept=!e.defaultPrevented})";
    for (const [what, head] of [
      ["a_preload_error_answered_with_a_reload", PRELOAD],
      ["a_page_that_reloads_itself_at_start", "location.reload()"],
      ["a_page_that_replaces_itself_without_a_referrer", "document.write('<meta name=referrer content=no-referrer>');location.replace(location.href)"],
      ["a_page_that_replaces_itself_under_a_new_query", "location.replace(location.pathname+'?t='+Date.now())"],
    ]) {
      test(`${what}_ends_after_a_few_documents`, async () => {
        serve(head + ";" + CLEAR, { config: { timeoutMs: 500, lastResortMs: 500 } });
        // An engine that does not come is told nothing: the events wait.
        s.page.routes.delete("/pagemend/engine.js");
        await open();
        // Without the Navigation API a page is kept from leaving by stopping it whole, later; one that says no referrer is not known there.
        if (head !== PRELOAD && !(await run("return !!window.navigation"))) {
          if (head.includes("referrer") || head.includes("?t=")) return driver.get("about:blank");
          const n = await documents();
          assert.ok(n >= 8 && n <= 13, `${n} documents`);
          return;
        }
        const n = await documents();
        assert.ok(n >= 3 && n <= 7, `${n} documents`);
        assert.equal(await run("return document.querySelector('#app').textContent"), "credit line");
        assert.deepEqual(await run("return window.__pagemend.events.filter(e=>e.kind==='loop').map(e=>e.count)"), [5]);
      });
    }

    test("where_storage_is_denied_memory_is_undefined_and_the_mark_is_there", async () => {
      serve("", { path: "/inner" });
      s.page.routes.set("/", { body: `<!doctype html><iframe sandbox="allow-scripts" src="/inner"></iframe><script>addEventListener("message",e=>window.told=e.data)</script>`, type: "html" });
      serve("const b=window.__pagemend;parent.postMessage([typeof b.memory,typeof b.typed,b.mark.path,b.keep()],'*')", { path: "/inner" });
      await open();
      assert.deepEqual(await until("told", "return window.told"), ["undefined", "undefined", "/inner", true]);
    });

    test("stop_leaves_nothing_for_the_next_document", async () => {
      serve();
      await open();
      await run("window.__pagemend.mark.text='x';window.__pagemend.stop()");
      await next(REPLACE);
      assert.deepEqual(await mark().then(({ count, text }) => [count, text]), [0, ""]);
    });
  });
}
