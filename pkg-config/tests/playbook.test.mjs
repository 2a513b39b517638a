// The remote playbook in real browsers: what is switched off, announced, refused and kept from one page to the next.
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
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
  window.lines = [];
  for (const kind of ["info", "warn", "error"]) {
    const before = console[kind];
    console[kind] = (...line) => (/^pagemend: (off|the playbook)/.test(line[0]) && lines.push(kind + " " + line.join(" ")), before.apply(console, line));
  }
</script>`;
const CONTENT = "<h1>Loans</h1><p>Everything that a borrower has to know, in one place.</p>";
const BROKEN = '<div id="app"></div><script>throw new Error("broken")</script>';

const playbook = (version, ...rules) => ({ format: 1, version, maxAgeMs: 3_600_000, rules });
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const KEY = publicKey.export({ type: "spki", format: "der" }).toString("base64");
const { x, y } = publicKey.export({ format: "jwk" });
const RAW = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]).toString("base64");
function signedBy(key, document) {
  const signed = JSON.stringify(document);
  return { signed, signature: sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64") };
}

const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
for (const name of wanted) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  test(`playbook_in_${name}`, { skip: missing && `missing ${missing}`, timeout: 300_000 }, async (t) => {
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
    beforeEach(async () => {
      await driver.get(s.page.url + "/nothing");
      await driver.executeScript("localStorage.clear(); sessionStorage.clear(); window.name = ''");
      await leave(driver, s);
    });

    const answer = (document) => s.page.routes.set("/playbook.json", { body: typeof document === "string" ? document : JSON.stringify(document), type: "json" });
    const open = async (body, { locale = "en", publicKey = "" } = {}) => {
      s.log.length = 0;
      const { routes } = s.page;
      for (const file of ["engine.js", "pagemend_bg.wasm", "client.js"]) routes.set(`/pagemend/${file}`, { body: readFileSync(join(dist, file)) });
      routes.set("/logs", { body: "{}", type: "json" });
      const options = { endpoint: "/logs", locale, build: "1.4.0", deadlines: { settleMs: 300 }, freshness: { pollMs: 0 }, playbook: { url: "/playbook.json", ...(publicKey && { publicKey }) } };
      const code = `import { start } from "/pagemend/client.js"; window.guard = start();`;
      routes.set("/", { type: "html", body: `<!doctype html><html lang="en"><head><meta charset="utf-8">${HEARD}${bootTag({ timeoutMs: 2000, lastResortMs: 500, options })}<link rel="icon" href="data:,"><script type="module">${code}</script></head><body>${body}</body></html>` });
      await driver.get(s.page.url + "/");
    };
    const read = (expression) => driver.executeScript(`return ${expression}`);
    const until = async (expression, wanted = (value) => value) => {
      let value;
      for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
        // In the middle of a reload there is no page to ask.
        value = await read(expression).catch(() => undefined);
        if (wanted(value)) return value;
      }
      assert.fail(`${expression} never held: ${JSON.stringify(value)}; ${JSON.stringify(await read("window.lines"))}`);
    };
    const kept = (version) => until("localStorage.getItem('pagemend:playbook')", (text) => text && JSON.parse(JSON.parse(text).text).version === version);
    const prompt = () => until("document.querySelector('pagemend-prompt')?.dataset.kind");
    const documents = () => s.paths("page").filter((path) => path === "/").length;
    const posted = () => s.log.filter(({ path }) => path === "/logs").map(({ body }) => body).join("\n");

    await t.test("the whole guard is off at the next start, before anything is done, and on again when the playbook says so", async () => {
      answer(playbook(1, { off: ["guard"] }));
      await open(CONTENT);
      await kept(1);
      // The page that has heard of it first is left by the guard as well.
      await until("window.__pagemend.off");
      await open(BROKEN);
      await until("window.__pagemend.off");
      assert.deepEqual(await read("window.lines"), ["info pagemend: off by the remote playbook"]);
      assert.equal(await driver.executeAsyncScript("guard.checkRender().then((verdict) => arguments[0](verdict.state))"), "unknown");
      answer(playbook(2));
      await driver.executeAsyncScript("setTimeout(arguments[0], 3000)");
      assert.deepEqual([documents(), posted(), await read("document.querySelectorAll('pagemend-prompt, #pagemend-last-resort').length"), await read("!!window.__pagemend.engine")], [1, "", 0, false]);
      // Its answer was the first playbook still, since it asked before anything else; the next page asks anew.
      await open(CONTENT);
      await kept(2);
      await open(BROKEN);
      assert.equal(await prompt(), "script");
      // Whether there is a page at all is asked before.
      assert.ok(documents() > 1, "the guard has loaded the page anew, and then explains");
    });

    await t.test("a remedy that is off is passed over", async () => {
      answer(playbook(1, { when: { release: ["1.4.*"], path: ["/"] }, off: ["reload"] }));
      await open(CONTENT);
      await kept(1);
      await open(BROKEN);
      assert.equal(await prompt(), "script");
      assert.equal(documents(), 1);
    });

    for (const [locale, title, text, label, button] of [
      ["zh-CN", "系统维护", "今晚 22 点起暂停服务。", "备用页面", "我知道了"],
      ["en", "Maintenance", "Closed from 10 pm on.", "Spare page", "I understand"],
    ]) {
      await t.test(`an announcement is shown once, in ${locale}`, async () => {
        const words = (zh, en) => ({ zh, en });
        const links = [{ label: words("备用页面", "Spare page"), href: "/spare" }, { label: words("邮件", "Mail"), href: "mailto:help@loan.example" }];
        answer(playbook(1, { announcements: [{ id: "m1", title: words("系统维护", "Maintenance"), text: words("今晚 22 点起暂停服务。", "Closed from 10 pm on."), links }] }));
        await open(CONTENT, { locale });
        assert.equal(await prompt(), "announcement");
        const shadow = "document.querySelector('pagemend-prompt').shadowRoot";
        const shown = await read(`[${["#title", "#body", "button"].map((part) => `${shadow}.querySelector('${part}').textContent`)}, [...${shadow}.querySelectorAll('a')].map((a) => [a.textContent, a.getAttribute('href')]), document.querySelector('pagemend-prompt').dataset.modal]`);
        assert.deepEqual(shown, [title, text, button, [[label, "/spare"], [locale === "en" ? "Mail" : "邮件", "mailto:help@loan.example"]], "notice"]);
        await driver.executeScript(`${shadow}.querySelector('button').click()`);
        await until("!document.querySelector('pagemend-prompt')");
        await open(CONTENT, { locale });
        // Asked for once more, and looked at by then.
        await until("performance.getEntriesByName(location.origin + '/playbook.json').length");
        await driver.executeAsyncScript("guard.checkRender().then(arguments[0])");
        assert.equal(await read("document.querySelector('pagemend-prompt')"), null);
      });
    }

    await t.test("a broken document is refused in words, and the last good one stays", async () => {
      answer(playbook(1, { off: ["reload"] }));
      await open(CONTENT);
      await kept(1);
      for (const [document, why] of [
        [playbook(2, { off: ["reboot"] }), '"rules[0].off[0]" is reboot; expected one of guard, prompts, telemetry, retry, repair, renew, reload, wait-online, reset, dialog'],
        [playbook(3, { when: { percent: 400 } }), '"rules[0].when.percent" is 400; expected a whole number from 0 to 100'],
        ["<!doctype html><title>Welcome</title>", "it is no JSON"],
        ["[".repeat(60_000), "it is no JSON"],
        ["x".repeat(70_000), "it is too long; expected at most 64 KB"],
      ]) {
        answer(document);
        await open(CONTENT);
        const [line] = await until("window.lines", (lines) => lines?.length);
        assert.equal(line, `warn pagemend: the playbook at /playbook.json is refused: ${why}; the last good one stays`);
        await kept(1);
      }
      await until("1", () => posted().includes("pagemend.playbook.refused"));
      await open(BROKEN);
      assert.equal(await prompt(), "script");
      assert.equal(documents(), 1);
    });

    await t.test("where there is a key, what is not signed by it is refused, and the last good one stays", async () => {
      const { privateKey: another } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      for (const publicKey of [KEY, RAW]) {
        answer(signedBy(privateKey, playbook(1, { off: ["reload"] })));
        await open(CONTENT, { publicKey });
        await kept(1);
        const forged = { ...signedBy(privateKey, playbook(2)), signed: JSON.stringify(playbook(2, { off: ["guard"] })) };
        for (const [document, why] of [
          [playbook(2, { off: ["guard"] }), "it is not signed"],
          [signedBy(another, playbook(2, { off: ["guard"] })), '"signature" is not one of "signed" by "playbook.publicKey"'],
          [forged, '"signature" is not one of "signed" by "playbook.publicKey"'],
          [{ ...forged, signature: "?" }, '"signature" is not one of "signed" by "playbook.publicKey"'],
        ]) {
          answer(document);
          await open(CONTENT, { publicKey });
          const [line] = await until("window.lines", (lines) => lines?.length);
          assert.ok(line.startsWith(`warn pagemend: the playbook at /playbook.json is refused: ${why}`) && line.endsWith("the last good one stays"), line);
          await kept(1);
        }
        await open(BROKEN, { publicKey });
        assert.equal(await prompt(), "script");
        assert.equal(documents(), 1);
        await driver.executeScript("localStorage.clear(); sessionStorage.clear()");
      }
      await open(CONTENT, { publicKey: "AAAA" });
      const [line] = await until("window.lines", (lines) => lines?.length);
      assert.match(line, /its signature cannot be checked: "playbook\.publicKey" is no key of ECDSA on P-256, raw or SPKI; there is none before it$/);
    });
  });
}
