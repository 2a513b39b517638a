// Telemetry in real browsers: a collector of another origin that allows any page, is down for a while, or keeps its answers from the page; several tabs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BROWSERS } from "./browsers.mjs";
import { leave, site } from "./site.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm"), "package/dist");
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An OTLP collector. `mode`: "any" allows every origin, "down" answers 503, "mute" takes all and lets no page read its answer. */
async function openCollector() {
  const collector = { mode: "any", posts: 0, records: [], headers: [] };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const preflight = request.method === "OPTIONS";
      const readable = preflight || collector.mode !== "mute";
      if (request.method === "POST") {
        collector.posts++;
        collector.headers.push(request.headers);
        if (collector.mode !== "down")
          for (const { scopeLogs } of JSON.parse(Buffer.concat(chunks)).resourceLogs) for (const { logRecords } of scopeLogs) collector.records.push(...logRecords.map((r) => JSON.stringify(r)));
      }
      response.writeHead(request.method === "POST" && collector.mode === "down" ? 503 : 200, readable ? { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "content-type" } : {});
      response.end("{}");
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  collector.url = `http://127.0.0.1:${server.address().port}/v1/logs`;
  collector.close = () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)));
  collector.reset = () => Object.assign(collector, { mode: "any", posts: 0, records: [], headers: [] });
  /** How often each record came. */
  collector.copies = () => [...new Set(collector.records)].map((record) => [record, collector.records.filter((other) => other === record).length]);
  collector.events = (name) => collector.records.filter((record) => record.includes(`"eventName":"${name}"`));
  collector.until = async (what, holds, ms = 20_000) => {
    for (const end = Date.now() + ms; Date.now() < end; await wait(50)) if (holds()) return;
    assert.fail(`${what}: ${collector.posts} posts, records ${collector.records.join("\n")}`);
  };
  return collector;
}

/** A page with the guard, and `trouble()`: a call that fails for good, which is an incident. */
const page = (collector) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module">
  import { start } from "/index.js";
  window.guard = await start({ service: "lending", endpoint: "${collector.url}", retry: { baseMs: 10, capMs: 20 }, names: [] });
  guard.on("telemetry", ({ kept }) => (window.kept = kept));
  window.trouble = () => void guard.fetch("/api/dead").catch(() => {});
</script></head><body><main><h1>Loans</h1><p>Everything that a borrower has to know, in one place.</p></main></body></html>`;

const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
for (const name of wanted) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  test(`telemetry_in_${name}`, { skip: missing && `missing ${missing}` }, async (t) => {
    let s, browser, collector;
    before(async () => {
      [s, collector] = [await site(), await openCollector()];
      browser = await BROWSERS[name].open({ lang: "en" });
      await browser.driver.manage().setTimeouts({ pageLoad: 20_000, script: 20_000 });
    });
    after(async () => {
      await browser?.close();
      await Promise.all([s?.close(), collector?.close()]);
    });
    const open = async (path) => {
      s.page.routes.set(path, { body: page(collector), type: "html" });
      await browser.driver.get(`${s.page.url}${path}?phone=13812345678`);
      await browser.driver.executeAsyncScript("const done = arguments[0]; (function poll() { window.trouble ? done() : setTimeout(poll, 20) })()");
      // Content has been seen, which is what a page view tells.
      await browser.driver.executeAsyncScript("const done = arguments[0]; guard.checkRender().then(() => done())");
    };
    const trouble = () => browser.driver.executeScript("trouble()");
    beforeEach(async () => {
      await leave(browser.driver, collector, s);
      s.page.routes.set("/index.js", { body: readFileSync(join(dist, "index.js")) });
      s.page.routes.set("/api/dead", { status: 503, type: "json", body: "{}" });
      s.page.routes.set("/empty", { type: "html", body: "<!doctype html><title>empty</title>" });
      await browser.driver.get(`${s.page.url}/empty`);
      await browser.driver.executeScript("localStorage.clear(); sessionStorage.clear()");
    });
    /** A page that is left while an answer is on its way cannot know that the collector has the records. */
    const settled = (how) => browser.driver.executeAsyncScript(`const done = arguments[0]; (function poll() { ${how} ? done() : setTimeout(poll, 20) })()`);
    const allAnswered = () => settled("window.kept === 0");
    const onceEach = () => {
      for (const [record, copies] of collector.copies()) assert.equal(copies, 1, record);
    };

    await t.test("what a page leaves unsent comes with the next one, once, without cookies and referrer", async () => {
      await open("/loan");
      await open("/apply");
      await collector.until("the first page's view", () => collector.events("pagemend.page").some((record) => record.includes('"/loan"')));
      await open("/repay");
      await collector.until("the second page's view", () => collector.events("pagemend.page").some((record) => record.includes('"/apply"')));
      onceEach();
      for (const headers of collector.headers) {
        assert.equal(headers.cookie, undefined);
        assert.equal(headers.referer, undefined);
      }
    });

    await t.test("a collector that was down has each record once when it is back", async () => {
      collector.mode = "down";
      await open("/loan");
      await trouble();
      await collector.until("a try", () => collector.posts > 0);
      await open("/apply");
      collector.mode = "any";
      await collector.until("the incident", () => collector.events("pagemend.incident").some((record) => record.includes('"abandoned"')));
      await open("/repay");
      await wait(3_000);
      onceEach();
    });

    await t.test("an answer that the page may not read costs two copies and one line", async () => {
      collector.mode = "mute";
      await open("/loan");
      await browser.console?.();
      await trouble();
      await collector.until("a try", () => collector.posts > 0);
      await wait(500);
      const lines = (await browser.console?.())?.filter((line) => line.includes("pagemend: the endpoint"));
      if (lines) assert.ok(lines.length === 1 && /CORS.*Access-Control-Allow-Origin: http:\/\/127\.0\.0\.1:\d+ and Access-Control-Allow-Headers: content-type/.test(lines[0]), lines.join("\n"));
      for (const path of ["/apply", "/repay", "/loan", "/apply"]) {
        const { posts } = collector;
        await open(path);
        await wait(4_000);
        // Of a POST that is cut off nobody knows whether it arrived.
        if (collector.posts > posts) await settled("window.kept >= 0");
      }
      const incident = collector.copies().filter(([record]) => record.includes("pagemend.incident"));
      assert.ok(incident.length > 0);
      for (const [record, copies] of collector.copies()) assert.ok(copies <= 2, `${copies} copies of ${record}`);
    });

    await t.test("three tabs with unsent records send each once", async () => {
      collector.mode = "down";
      const tabs = [];
      for (const path of ["/loan", "/apply", "/repay"]) {
        if (tabs.length) await browser.driver.switchTo().newWindow("tab");
        tabs.push(await browser.driver.getWindowHandle());
        await open(path);
        const posts = collector.posts;
        await trouble();
        await collector.until(`a try of ${path}`, () => collector.posts > posts);
      }
      // One is gone before the collector is back.
      await browser.driver.close();
      await browser.driver.switchTo().window(tabs[0]);
      collector.mode = "any";
      const told = (path) => collector.events("pagemend.incident").some((record) => record.includes(`"pagemend.page","value":{"stringValue":"${path}"`));
      await collector.until("two tabs that live", () => told("/loan") && told("/apply"), 60_000);
      await allAnswered();
      await open("/loan");
      await collector.until("the tab that is gone", () => told("/repay"), 30_000);
      await browser.driver.switchTo().window(tabs[1]);
      await allAnswered();
      await browser.driver.close();
      await browser.driver.switchTo().window(tabs[0]);
      await allAnswered();
      await open("/apply");
      await wait(3_000);
      onceEach();
      assert.deepEqual(await browser.driver.executeScript("return Object.keys(localStorage).filter((key) => key.startsWith('pagemend:queue') && localStorage[key].includes('incident'))"), []);
    });

    await t.test("who said no on an earlier page sends nothing, nor what was kept", async () => {
      collector.mode = "down";
      await open("/loan");
      await trouble();
      await collector.until("a try", () => collector.posts > 0);
      await browser.driver.executeScript("guard.consent('denied')");
      const posts = collector.posts;
      collector.mode = "any";
      await open("/apply");
      await trouble();
      await open("/repay");
      await wait(3_000);
      assert.equal(collector.posts, posts);
      assert.deepEqual(await browser.driver.executeScript("return Object.keys(localStorage)"), ["pagemend:consent"]);
    });
  });
}
