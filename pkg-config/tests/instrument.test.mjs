// instrument.js in real browsers: what it tells of the page's own calls, and that the page cannot tell the difference.
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
const JSON_TYPE = { type: "json", body: "{}" };

const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);

for (const name of wanted) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  describe(`instrument.js in ${name}`, { skip: missing && `missing ${missing}`, timeout: 300_000 }, () => {
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

    /**
     * A page with boot.js, instrument.js, no engine, and `script` as its own, which may await; what it returns. (What a driver runs is not
     * the page's: Chromium tells of no unhandled rejection in it.)
     */
    async function within(script, { instrument = true } = {}) {
      const tag = bootTag({ lastResortMs: 60_000 }, { nonce: "n0nce", instrument });
      const own = `<script nonce="n0nce">addEventListener("load", async () => { try { window.result = { value: await (async () => { ${script} })() }; } catch (e) { window.result = { error: String(e) }; } })</script>`;
      const csp = { "Content-Security-Policy": "script-src 'nonce-n0nce'" };
      s.page.routes.set("/", { type: "html", headers: csp, body: `<!doctype html><html><head><meta charset="utf-8">${tag}<link rel="icon" href="data:,"></head><body>hello${own}</body></html>` });
      for (const [path, answer] of Object.entries({ "/ok": JSON_TYPE, "/404": { ...JSON_TYPE, status: 404 }, "/500": { ...JSON_TYPE, status: 500 }, "/html": { type: "html", body: "<p>" }, "/never": { hang: true } })) s.page.routes.set(path, answer);
      await driver.get(s.page.url + "/");
      for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((r) => setTimeout(r, 50))) {
        const result = await driver.executeScript("return window.result");
        if (!result) continue;
        assert.equal(result.error, undefined);
        return result.value;
      }
      assert.fail("the page's script did not end");
    }
    const TOLD = `const told = () => __pagemend.events.filter((e) => e.kind).map((e) => e.kind == "call" ? new URL(e.url).pathname + " " + e.status : e.kind + " " + e.error.message);
      const settled = (ms = 150) => new Promise((done) => setTimeout(done, ms));`;

    test("it_tells_of_calls_that_fail_and_of_no_others", async () => {
      const told = await within(`${TOLD}
        for (const path of ["/ok", "/404", "/html"]) await fetch(path);
        await fetch(new Request("/500", { method: "POST" }));
        const gone = new AbortController();
        const aborted = fetch("/never", { signal: gone.signal }).catch((e) => e.name);
        gone.abort();
        if (await aborted !== "AbortError") return "the abort was lost";
        await fetch("http://127.0.0.1:1/refused").catch(() => {});
        for (const path of ["/ok", "/500"]) await new Promise((done) => { const x = new XMLHttpRequest(); x.open("GET", path); x.onload = done; x.send(); });
        const x = new XMLHttpRequest(); x.open("GET", "/404", false); x.send();
        await settled();
        return told();`);
      assert.deepEqual(told, ["/404 404", "/html 200", "/500 500", "/refused 0", "/500 500"]);
    });

    test("a_request_that_is_used_again_is_listened_to_once_and_what_was_given_up_is_no_failure", async () => {
      const told = await within(`${TOLD}
        const x = new XMLHttpRequest();
        const go = (path) => new Promise((done) => { x.open("GET", path); x.onloadend = done; x.send(); });
        for (let i = 0; i < 5; i++) await go("/ok");
        await go("/404");
        x.open("GET", "/never"); x.send(); x.open("GET", "/ok"); await new Promise((done) => { x.onloadend = done; x.send(); });
        const chain = new XMLHttpRequest();
        let n = 0;
        await new Promise((done) => { chain.onload = () => n++ ? done() : (chain.open("GET", "/ok"), chain.send()); chain.open("GET", "/ok"); chain.send(); });
        const gone = new AbortController();
        const left = fetch("/never", { signal: gone.signal }).catch(() => {});
        gone.abort("left");
        await left;
        await fetch("/404", { mode: "no-cors" });
        await fetch("${s.backup.url}/404", { mode: "no-cors" });
        await settled();
        return told();`);
      assert.deepEqual(told, ["/404 404", "/404 404"]);
    });

    test("a_wrapper_that_the_page_puts_over_it_is_kept", async () => {
      const wrapped = await within("const heard = __pagemend.heard; const same = fetch === heard; window.fetch = (...a) => heard(...a); return [same, __pagemend.heard === fetch];");
      assert.deepEqual(wrapped, [true, false]);
    });

    test("it_tells_of_a_call_that_has_no_answer_and_goes_on_waiting_for_it", async () => {
      const told = await within(`${TOLD} fetch("/never"); const x = new XMLHttpRequest(); x.open("GET", "/never"); x.send(); await settled(5600); return told();`);
      assert.deepEqual(told, ["/never -1", "/never -1"]);
    });

    test("the_page_gets_the_browsers_own_answers_and_errors", async () => {
      const same = `const seen = [];
        addEventListener("unhandledrejection", (e) => seen.push("unhandled " + e.reason.name));
        const answer = await fetch("/404");
        seen.push(answer instanceof Response, answer.status, await answer.text(), fetch.length >= 0);
        await fetch("/refused://").catch(() => {});
        await fetch("http://127.0.0.1:1/").catch((e) => seen.push("caught " + e.name));
        fetch("http://127.0.0.1:1/");
        try { const x = new XMLHttpRequest(); x.send(); } catch (e) { seen.push("threw " + e.name); }
        await new Promise((done) => setTimeout(done, 500));
        return seen;`;
      assert.deepEqual(await within(same), await within(same, { instrument: false }));
    });

    test("it_tells_of_errors_that_the_page_only_writes_to_the_console", async () => {
      const told = await within(`${TOLD} console.error("a line"); console.error("[app]", new TypeError("no items")); return told();`);
      assert.deepEqual(told, ["said no items"]);
    });

    test("stopped_it_puts_back_what_was_there", async () => {
      const after = await within(`${TOLD} const native = __pagemend.fetch; __pagemend.stop(); const own = fetch === native; await fetch("/404"); return [own, ...told()];`);
      assert.deepEqual(after, [true]);
    });

    test("without_boot_it_does_nothing", async () => {
      s.page.routes.set("/bare", { type: "html", body: `<!doctype html><script>window.before = fetch</script><script>${readFileSync(join(dist, "instrument.js"), "utf8")}</script><script>document.title = fetch === before && !window.__pagemend</script>` });
      await driver.get(s.page.url + "/bare");
      assert.equal(await driver.getTitle(), "true");
    });
  });
}
