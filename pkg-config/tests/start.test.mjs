// start() and stop() where a page does what it should not: starts twice, has two copies, starts after a stop, or has replaced what browsers have.
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

const HEARD = `<script>
  window.NativePromise = Promise;
  window.heard = [];
  window.lines = [];
  addEventListener("error", (e) => heard.push("error: " + e.message));
  addEventListener("unhandledrejection", (e) => heard.push("rejection: " + e.reason));
  for (const kind of ["error", "warn"]) {
    const before = console[kind];
    console[kind] = (...line) => (String(line[0]).startsWith("pagemend:") && lines.push(line.join(" ")), before.apply(console, line));
  }
</script>`;
const CONTENT = "<main><h1>Loans</h1><p>Everything that a borrower has to know, in one place.</p></main>";

/** Names, and what a page puts in their place: from the moment that boot.js has run, or that the engine runs. */
const REPLACED = {
  addEventListener: 'window.addEventListener = document.addEventListener = fails',
  EventTarget: "EventTarget.prototype.addEventListener = EventTarget.prototype.removeEventListener = fails",
  fetch: "window.fetch = fails",
  Promise: "window.Promise = fails",
  JSON: "JSON.parse = JSON.stringify = fails",
  performance: "performance.now = performance.getEntriesByType = performance.getEntriesByName = fails",
  crypto: "Object.defineProperty(window, 'crypto', { get: fails })",
};

const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
for (const name of wanted.filter((name) => name !== "webkit")) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  test(`start_in_${name}`, { skip: missing && `missing ${missing}`, timeout: 300_000 }, async (t) => {
    let s, driver, browser;
    before(async () => {
      s = await site();
      browser = await BROWSERS[name].open({ lang: "en" });
      driver = browser.driver;
      await driver.manage().setTimeouts({ pageLoad: 20_000, script: 60_000 });
    });
    after(async () => {
      await browser?.close();
      await s?.close();
    });
    const serve = async (head, code) => {
      const { routes } = s.page;
      for (const file of ["engine.js", "pagemend_bg.wasm"]) routes.set(`/pagemend/${file}`, { body: readFileSync(join(dist, file)) });
      routes.set("/client.js", { body: readFileSync(join(dist, "client.js")) });
      for (const path of ["/index.js", "/copy.js"]) routes.set(path, { body: readFileSync(join(dist, "index.js")) });
      routes.set("/page", { type: "html", body: `<!doctype html><html lang="en"><head><meta charset="utf-8">${HEARD}${head}<link rel="icon" href="data:,"></head><body>${CONTENT}<script type="module">${code}</script></body></html>` });
      // In a frame: what a page has replaced is not the driver's to use.
      routes.set("/", { type: "html", body: '<!doctype html><title>frame</title><iframe src="/page" style="width:400px;height:300px"></iframe>' });
      await driver.get(s.page.url);
    };
    const read = (expression) => driver.executeScript(`const page = frames[0]; return ${expression}`);
    const until = async (expression) => {
      for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const value = await read(expression);
        if (value) return value;
      }
      assert.fail(`${expression} never held: ${JSON.stringify(await read("[page.heard, page.lines]"))}`);
    };
    beforeEach(() => leave(driver, s));

    await t.test("who starts twice has the first guard, and one line", async () => {
      await serve("", `import { start } from "/index.js"; const [a, b] = await Promise.all([start({ service: "a" }), start({ service: "b" })]);
        const states = [(await a.checkRender()).state, (await b.checkRender()).state]; await a.stop(); states.push((await b.checkRender()).state); window.result = { states }`);
      const { states } = await until("page.result");
      assert.deepEqual(states, ["content", "content", "content"]);
      const lines = await read("page.lines");
      assert.ok(lines.length === 1 && /started already/.test(lines[0]), lines.join("\n"));
    });

    for (const [how, starts] of [
      ["one after the other", `const a = await one.start(); const b = await other.start();`],
      ["at once", `const [a, b] = await Promise.all([one.start(), other.start()]);`],
    ]) {
      await t.test(`two copies, started ${how}, are told in one line`, async () => {
        await serve("", `import * as one from "/index.js"; import * as other from "/copy.js"; ${starts} window.result = [(await a.checkRender()).state, (await b.checkRender()).state]`);
        assert.deepEqual(await until("page.result"), ["content", "content"]);
        const lines = await read("page.lines");
        assert.ok(lines.length === 1 && /another copy of the package/.test(lines[0]), lines.join("\n"));
      });
    }

    await t.test("what was done is explained, from the first finding to the end", async () => {
      s.page.routes.set("/explain.js", { body: readFileSync(join(dist, "explain.js")) });
      s.page.routes.set("/api/apply", { status: 403, type: "json", body: '{"code":"RISK"}' });
      await serve("", `import { start } from "/index.js"; const guard = await start({ build: "7", step: "apply", refusals: [{ field: "code", text: { zh: "未通过", en: "Not approved" } }] });
        await guard.fetch("/api/apply"); const { text, incident } = await guard.explain(); window.result = { text, again: (await guard.explain(incident.reference)).incident.id === incident.id, other: await guard.explain("nobody") ?? "nothing" }`);
      const { text, again, other } = await until("page.result");
      assert.match(text, /^Incident \S+ \(.*step apply, build 7\): the server refused, which is its decision and no fault \(refused\)\./);
      assert.match(text, /\n {2}- 0\.00 s seen: refused: .*RISK/);
      assert.deepEqual([again, other], [true, "nothing"]);
    });

    await t.test("who starts after a stop has a guard that works", async () => {
      await serve("", `import { start } from "/index.js"; const a = await start(); await a.stop(); const b = await start(); window.result = [(await a.checkRender()).state, (await b.checkRender()).state]`);
      assert.deepEqual(await until("page.result"), ["unknown", "content"]);
      assert.deepEqual(await read("page.lines"), []);
    });

    for (const [what, replace] of Object.entries(REPLACED)) {
      for (const when of ["before the engine", "after it"]) {
        await t.test(`a page that has replaced ${what} ${when}`, async () => {
          const fails = `<script>function fails() { throw new Error("replaced") } window.replace = () => { ${replace} }${when === "after it" ? "" : "; replace()"}</script>`;
          // What the page asks by itself may fail as it does without a guard; it hears of that where it asked.
          await serve(bootTag({ timeoutMs: 3000, lastResortMs: 300 }) + fails, `
            const wait = (ms) => new NativePromise((resolve) => setTimeout(resolve, ms));
            let guard;
            try {
              const { start } = await import("/client.js");
              guard = start();
            } catch {}
            for (let i = 0; i < 100 && !__pagemend.engine; i++) await wait(20);
            ${when === "after it" ? "window.replace();" : ""}
            try {
              guard?.step("apply");
              guard?.on("verdict", () => {});
              await guard?.checkRender();
            } catch {}
            document.querySelector("main").append("more");
            window.dispatchEvent(new Event("focus"));
            setTimeout(() => (window.result = document.querySelector("h1").innerText), 1200);`);
          assert.equal(await until("page.result"), "Loans");
          assert.deepEqual(await read("page.heard"), []);
          assert.equal(await read("page.document.querySelectorAll('pagemend-prompt, #pagemend-last-resort').length"), 0);
        });
      }
    }
  });
}
