// The overlay and the console lines of `?pagemend=debug`, in real browsers: when they are there, what they tell, and that the page does not notice.
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

/** The root of the overlay is closed: the test keeps it when it is made. And all console lines of the guard's, and what a policy has found. */
const HEARD = `
  window.lines = [];
  window.violations = [];
  for (const kind of ["log", "info", "debug", "warn", "error"]) {
    const before = console[kind];
    console[kind] = (...line) => (/^(\\[pagemend\\]|pagemend)/.test(String(line[0])) && lines.push(line.join(" ")), before.apply(console, line));
  }
  addEventListener("securitypolicyviolation", (e) => violations.push(e.effectiveDirective + " " + e.blockedURI + " " + e.sample));
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const made = attach.call(this, init);
    if (this.localName === "pagemend-debug") window.overlay = made;
    return made;
  };`;

const CONTENT = '<div id="app"><h1>Your loan</h1><p id="text">The next payment is due in May.</p><input id="field"><button id="pay">Pay</button></div>';
/** Text that a layer hides. */
const BLANK = '<div id="app"><p id="text">The next payment is due in May.</p></div><div id="cover" style="position:fixed;inset:0;background:#fff"></div>';

const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
for (const name of wanted) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  test(`debug_in_${name}`, { skip: missing && `missing ${missing}`, timeout: 300_000 }, async (t) => {
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

    /** `policy`: what the page is served with; then its scripts carry a nonce. `watch`: as in development, the guard tells what it would do. */
    const serve = ({ body = CONTENT, lang = "en", options = {}, policy = "", entry = "client", boot = true, watch = false } = {}) => {
      const { routes } = s.page;
      for (const file of ["engine.js", "pagemend_bg.wasm", "debug.js", "client.js", "index.js"]) routes.set(`/pagemend/${file}`, { body: readFileSync(join(dist, file)) });
      const nonce = policy ? "n0nce" : undefined;
      const attribute = nonce ? ` nonce="${nonce}"` : "";
      const given = { deadlines: { settleMs: 100 }, freshness: { pollMs: 0 }, ...options };
      const tag = boot ? bootTag({ fallback: [], watch, options: given }, { nonce, trustedTypes: !!policy }) : "";
      const start = `import { start } from "/pagemend/${entry}.js"; window.guard = await start(${boot ? "" : JSON.stringify(given)});`;
      const head = `<meta charset="utf-8"><link rel="icon" href="data:,"><script${attribute}>${HEARD}</script>${tag}`;
      routes.set("/", { type: "html", headers: policy ? { "Content-Security-Policy": policy } : {}, body: `<!doctype html><html lang="${lang}"><head>${head}</head><body>${body}<script type="module"${attribute}>${start}</script></body></html>` });
    };
    const run = (code, ...given) => driver.executeScript(code, ...given);
    const until = async (expression) => {
      for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const value = await run(`return ${expression}`);
        if (value) return value;
      }
      assert.fail(`${expression} never held: ${JSON.stringify(await run("return [lines, window.overlay?.textContent]"))}`);
    };
    const open = async (query = "") => {
      s.log.length = 0;
      await driver.get(`${s.page.url}/${query}`);
      await until("window.guard && window.__pagemend?.engine");
    };
    const shows = (text) => until(`window.overlay?.textContent.includes(${JSON.stringify(text)})`);
    const asked = () => s.paths("page").some((path) => path.endsWith("/debug.js"));
    const press = (name) => run(`[...overlay.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === ${JSON.stringify(name)}).click()`);

    await t.test("without the switch nothing of it comes, and nothing is said", async () => {
      serve();
      await open();
      await run("return guard.checkRender()");
      assert.deepEqual(await run("return [lines, !!window.overlay, !!__pagemend.debug, document.querySelectorAll('pagemend-debug').length]"), [[], false, false, 0]);
      assert.equal(asked(), false);
    });

    await t.test("the address switches it on for the tab, and off again", async () => {
      serve();
      await open("?pagemend=debug");
      await shows("content");
      await open("?pagemend=debugger");
      await shows("content");
      await open("?pagemend=nodebug");
      assert.deepEqual(await run("return [sessionStorage.getItem('pagemend:debug'), !!__pagemend.debug]"), [null, false]);
      await open();
      assert.equal(asked(), false);
      // A router takes the query away before the engine comes.
      const { body } = s.page.routes.get("/");
      s.page.routes.set("/", { type: "html", body: body.replace("<body>", "<body><script>sessionStorage.clear(); history.replaceState(null, '', '/')</script>") });
      await open("?pagemend=debug");
      await shows("content");
      serve();
      await freshTab(driver);
      await open();
      assert.equal(asked(), false);
      await run("localStorage.setItem('pagemend:debug', '')");
      await open();
      await shows("content");
      await press("Close, and end debugging in this tab");
      assert.deepEqual(await run("return [localStorage.getItem('pagemend:debug'), document.querySelectorAll('pagemend-debug').length]"), [null, 0]);
      const before = await run("return lines.length");
      await run("return guard.checkRender()");
      assert.equal(await run("return lines.length"), before, "nothing is said any more");
      await open();
      assert.equal(asked(), false);
    });

    await t.test("a guard that is off shows nothing", async () => {
      serve();
      s.log.length = 0;
      await driver.get(`${s.page.url}/?pagemend=off`);
      await run("sessionStorage.setItem('pagemend:debug', '1')");
      await driver.get(`${s.page.url}/`);
      await until("window.guard");
      assert.equal(await run("return !!__pagemend.engine || !!window.overlay"), false);
      await driver.get(`${s.page.url}/?pagemend=on`);
      await shows("content");
      await open("?pagemend=nodebug");
    });

    await t.test("the verdict is told, and the marks that it rests on are outlined where they are", async () => {
      serve();
      await open("?pagemend=debug");
      await until("window.overlay?.querySelectorAll('.mark').length");
      await shows("the page shows its content");
      const apart = await run(`
        const boxes = [...overlay.querySelectorAll(".mark")].map((mark) => mark.getBoundingClientRect());
        const range = document.createRange();
        range.selectNodeContents(document.querySelector("h1"));
        const text = range.getBoundingClientRect();
        return Math.min(...boxes.map((box) => Math.abs(box.left - text.left) + Math.abs(box.top - text.top) + Math.abs(box.right - text.right) + Math.abs(box.bottom - text.bottom)));`);
      assert.ok(apart < 4, `no box is around the heading, the next one is ${apart} px off`);
      assert.equal(await run("return document.querySelector('h1').getAttribute('style')"), null, "the page's elements stay as they are");
      assert.ok((await run("return lines")).some((line) => /^\[pagemend\] verdict content, [\d.]+ ms: the main region shows content$/.test(line)));
      await press("Outline the marks");
      assert.equal(await run("return overlay.querySelector('.layer').hidden"), true);
    });

    await t.test("a blank page is blank with the overlay open, and its story is told", async () => {
      serve({ body: BLANK, watch: true });
      await open("?pagemend=debug");
      await shows("nothing of the page can be seen");
      assert.equal((await run("return guard.checkRender()")).state, "blank");
      // The same page with nothing at all, where the overlay alone has texts.
      await run("document.getElementById('app').replaceChildren(); document.getElementById('cover').remove(); window.state = ''; guard.on('verdict', (verdict) => { window.state = verdict.state })");
      await until("guard.checkRender() && state === 'blank'");
      const reference = (await until("lines.find((line) => line.startsWith('[pagemend] incident'))")).split(" ")[2].replace(",", "");
      await until(`window.overlay?.querySelector("summary")?.textContent.includes(${JSON.stringify(reference)})`);
      await until("window.overlay?.querySelector('.words').textContent.includes('What was done:')");
    });

    await t.test("what is covered is outlined as such", async () => {
      serve({ body: BLANK, watch: true });
      await open("?pagemend=debug");
      await until("window.overlay && [...overlay.querySelectorAll('.mark')].some((mark) => mark.textContent.includes('covered'))");
      await shows("covered");
    });

    await t.test("retries, their budget, the build, consent, telemetry and the next timer are told, and no query in any line", async () => {
      s.page.routes.set("/logs", { status: 200, body: "{}", type: "json" });
      serve({ options: { endpoint: "/logs", build: "1.2.3", consent: "granted", retry: { baseMs: 10 } } });
      s.page.routes.set("/api", { status: 503, body: "busy", type: "json" });
      await open("?pagemend=debug");
      await shows("1.2.3, the live one is not known");
      await shows("10 / 10");
      await run("guard.fetch('/api?token=s3cret').catch(() => {})");
      await until("lines.some((line) => /^\\[pagemend\\] retry 1 of [^ ]*\\/api: in /.test(line))");
      await until("window.overlay && /left[0-9] \\/ 10/.test(overlay.textContent)");
      await shows("granted");
      await shows("waiting");
      await shows("Next");
      const said = await run("return lines.join('\\n') + overlay.textContent");
      assert.ok(!/s3cret|token/.test(said), said);
    });

    await t.test("under a strict policy with nonces and Trusted Types nothing is reported", async () => {
      serve({ policy: "default-src 'self'; script-src 'nonce-n0nce' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src data:; base-uri 'none'; require-trusted-types-for 'script'; trusted-types pagemend" });
      await open("?pagemend=debug");
      await shows("the page shows its content");
      await until("window.overlay?.querySelectorAll('.mark').length");
      assert.deepEqual(await run("return violations"), []);
      const { position, width } = await run("const { position, width } = getComputedStyle(overlay.querySelector('.panel')); return { position, width: parseFloat(width) }");
      assert.equal(position, "fixed", "it is styled");
      assert.ok(width > 200, `${width}`);
    });

    await t.test("it takes no focus, keeps it while somebody types, and gives the keyboard all of it", async () => {
      serve();
      await open();
      await run("sessionStorage.setItem('pagemend:debug', '1')");
      const { body } = s.page.routes.get("/");
      s.page.routes.set("/", { type: "html", body: body.replace('<input id="field">', '<input id="field" autofocus>') });
      await open();
      await shows("content");
      assert.equal(await run("return document.activeElement.id"), "field");
      await run("window.pressed = []; for (const type of ['keydown', 'click']) document.addEventListener(type, (e) => pressed.push(e.key ?? type))");
      // From the last thing of the page the keyboard gets into the panel, and out of it again.
      await run("document.getElementById('pay').focus()");
      const tab = () => driver.actions().sendKeys("\uE004").perform();
      const names = [];
      for (let n = 0; n < 12; n++) {
        await tab();
        names.push(await run("return overlay.activeElement?.getAttribute('aria-label') ?? null"));
        if (n && names[n] === null) break;
      }
      assert.deepEqual(names.slice(0, 6), ["content · pagemend: Collapse", "Look at the page now", "Outline the marks", "Move to the next corner", "Close, and end debugging in this tab", "Details"]);
      assert.equal(names.at(-1), null, "the keyboard leaves it again");
      await run("overlay.querySelector('.body').focus()");
      await driver.actions().sendKeys("\uE00C").perform();
      assert.deepEqual(await run("return [overlay.querySelector('.body').hidden, overlay.activeElement.getAttribute('aria-label'), overlay.activeElement.getAttribute('aria-expanded')]"), [true, "content · pagemend: Expand", "false"]);
      assert.ok(!(await run("return pressed")).includes("Escape"), "the page does not hear it");
      // On the next page it stands as it stood.
      await open();
      await until("window.overlay?.querySelector('.body').hidden");
      await driver.actions().sendKeys("").perform();
    });

    await t.test("it stands in another corner where a person would press something, and moves", async () => {
      serve({ body: `${CONTENT}<button style="position:fixed;top:0;right:0;width:100%;height:60px">Sign</button>` });
      await open("?pagemend=nodebug");
      await run("sessionStorage.clear()");
      await open("?pagemend=debug");
      await shows("content");
      const place = () => run("const { left, top } = overlay.querySelector('.panel').getBoundingClientRect(); return `${top < innerHeight / 4 ? 'top' : 'bottom'} ${left}`");
      const first = await place();
      assert.match(first, /^bottom/);
      await press("Move to the next corner");
      assert.notEqual(await place(), first);
    });

    await t.test("in Chinese, as the prompts are", async () => {
      serve({ options: { locale: "zh-CN" } });
      await open("?pagemend=debug");
      await shows("页面显示了内容");
      await shows("剩余重试");
    });

    await t.test("a bundle that brings the engine with it has it too, and takes it away when it stops", async () => {
      serve({ entry: "index", boot: false });
      await open("?pagemend=debug");
      await shows("the page shows its content");
      await run("return guard.stop()");
      assert.equal(await run("return document.querySelectorAll('pagemend-debug').length"), 0);
      await run("return import('/pagemend/index.js').then(({ start }) => start()).then((guard) => { window.guard = guard })");
      await until("document.querySelectorAll('pagemend-debug').length === 1");
    });

    await t.test("where its file is not there, one line says so, and no incident has it for a cause", async () => {
      serve({ body: BLANK, watch: true });
      s.page.routes.delete("/pagemend/debug.js");
      await open("?pagemend=debug");
      await until("lines.some((line) => line.startsWith('pagemend: debug.js did not come'))");
      await until("guard.checkRender() && (__pagemend.engine.story().then((told) => { window.told = told }), window.told?.evidence.some(({ kind }) => kind === 'render'))");
      assert.ok(!/debug/.test(JSON.stringify(await run("return told.evidence"))), "the page lacks nothing");
    });
  });
}
