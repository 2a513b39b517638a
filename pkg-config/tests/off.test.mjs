// The off switch of one tester, in real browsers: what is in the page then, how long that holds, and what ends it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BROWSERS, freshTab } from "./browsers.mjs";
import { leave, site } from "./site.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm"), "package/dist");
const { bootTag } = await import(join(dist, "vite.js"));

const HEARD = `<script>
  window.lines = [];
  for (const kind of ["info", "warn", "error"]) {
    const before = console[kind];
    console[kind] = (...line) => (String(line[0]).startsWith("pagemend") && lines.push(line.join(" ")), before.apply(console, line));
  }
</script>`;

/** Which of the things are in the page that a guard puts there. */
const TRACES = `return {
  lines, engine: !!window.__pagemend?.engine, prompts: document.querySelectorAll("pagemend-prompt, #pagemend-last-resort").length,
  own: [window.fetch, XMLHttpRequest.prototype.open, console.error].map(String).every((code) => !/pagemend|stopped/.test(code) || /lines/.test(code)),
  result: window.result, name: window.name }`;

const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
for (const name of wanted) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  test(`off_in_${name}`, { skip: missing && `missing ${missing}`, timeout: 120_000 }, async (t) => {
    let s, driver, browser;
    before(async () => {
      s = await site();
      browser = await BROWSERS[name].open({ lang: "en" });
      driver = browser.driver;
      await driver.manage().setTimeouts({ pageLoad: 20_000, script: 30_000 });
    });
    after(async () => {
      await browser?.close();
      await s?.close();
    });
    beforeEach(() => leave(driver, s));

    /** A page whose script is dead but on the backup, that shows nothing, and that says how its guard answered. */
    const serve = (entry, boot = true) => {
      const { routes } = s.page;
      for (const file of ["engine.js", "pagemend_bg.wasm", "client.js", "index.js"]) routes.set(`/pagemend/${file}`, { body: readFileSync(join(dist, file)) });
      s.backup.routes.set("/app.js", { body: "window.app = 1" });
      routes.set("/logs", { status: 200, body: "{}", type: "json" });
      const options = { endpoint: "/logs", deadlines: { settleMs: 100 }, freshness: { pollMs: 0 } };
      const tag = boot ? bootTag({ fallback: [s.backup.url], timeoutMs: 500, lastResortMs: 300, calls: ["/api/"], options }, { instrument: true }) : "";
      const code = `import { start } from "/pagemend/${entry}.js";
        const [guard] = [await start(${JSON.stringify(options)}), start()];
        const { state } = await guard.checkRender();
        guard.step("apply");
        window.result = [state, await guard.keyAction("submit", async () => "sent"), (await guard.fetch("/api/missing")).status, state === "unknown" && (await guard.prompt("service")).choice];`;
      routes.set("/", { type: "html", body: `<!doctype html><html lang="en"><head><meta charset="utf-8">${HEARD}${tag}<link rel="icon" href="data:,"></head><body><div id="app"></div><script src="/app.js"></script><script type="module">${code}</script></body></html>` });
    };
    const until = async (expression) => {
      for (const end = Date.now() + 15_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const value = await driver.executeScript(`return ${expression}`);
        if (value) return value;
      }
      assert.fail(`${expression} never held: ${JSON.stringify(await driver.executeScript("return window.lines"))}`);
    };
    const open = async (query) => {
      s.log.length = 0;
      await driver.get(`${s.page.url}/${query}`);
      await until("window.result");
    };
    const isOff = async (why) => {
      // A guard that runs has loaded its engine, or has given up and has a last word for a page that shows nothing, by then.
      await driver.executeAsyncScript("setTimeout(arguments[0], 1500)");
      const { lines, engine, prompts, own, result, name } = await driver.executeScript(TRACES);
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0], why);
      assert.deepEqual({ engine, prompts, own, result, name }, { engine: false, prompts: 0, own: true, result: ["unknown", "sent", 404, "none"], name: "" });
      assert.deepEqual(s.log.filter(({ path, origin }) => origin === "backup" || /engine|wasm|logs|build/.test(path)), []);
      assert.equal(s.paths("page").filter((path) => path === "/api/missing").length, 1);
    };
    const isOn = async () => {
      await until("window.__pagemend?.engine && !window.__pagemend.off");
      assert.equal(await until("window.app"), 1, "the dead script came from the backup");
    };

    await t.test("in the address it is for the tab, until the address says otherwise", async () => {
      serve("client");
      await open("");
      await isOn();
      await open("?step=1&pagemend=off");
      await isOff(/^pagemend: off by \?pagemend=off in the address, for this tab; \?pagemend=on ends that$/);
      await open("?pagemend=offer");
      await isOff(/^pagemend: off since \?pagemend=off was in the address/);
      await open("?pagemend=on");
      await isOn();
      await open("");
      await isOn();
      await open("?pagemend=off");
      await freshTab(driver);
      await open("");
      await isOn();
    });

    await t.test("in local storage it is for the device, until the address says otherwise", async () => {
      serve("client");
      await open("?pagemend=on");
      await driver.executeScript("localStorage.setItem('pagemend:off', '')");
      await open("");
      await isOff(/^pagemend: off by the entry "pagemend:off" of local storage; \?pagemend=on removes it$/);
      await freshTab(driver);
      await open("");
      await isOff(/local storage/);
      await open("?pagemend=on");
      await isOn();
      assert.equal(await driver.executeScript("return localStorage.getItem('pagemend:off')"), null);
    });

    await t.test("a bundle that brings the engine with it obeys, with boot.js and without", async () => {
      for (const boot of [true, false]) {
        serve("index", boot);
        await open("?pagemend=off");
        await isOff(/by \?pagemend=off/);
        assert.equal(await driver.executeScript("return !!window.__pagemend"), boot);
      }
      await open("?pagemend=on");
      await until("window.__pagemend?.engine");
    });

    await t.test("a boot.js without resort.js, as in development, is stood down by the client", async () => {
      serve("client");
      const { body } = s.page.routes.get("/");
      s.page.routes.set("/", { type: "html", body: body.replace(/<script[^>]*>(?:(?!<\/script>).)*pagemend-last-resort.*?<\/script>/s, "") });
      assert.ok(!s.page.routes.get("/").body.includes("pagemend-last-resort"));
      await open("?pagemend=off");
      const { lines, engine, result } = await driver.executeScript(TRACES);
      assert.deepEqual([lines.length, engine, result[0]], [1, false, "unknown"]);
      await open("?pagemend=on");
      await isOn();
    });
  });
}
