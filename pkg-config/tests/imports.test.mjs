// Every import of the wasm module throws, one at a time, in pages of their own: the page never notices, and what can still work does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BROWSERS } from "./browsers.mjs";
import { leave, site } from "./site.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const npm = process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm");
const dist = join(npm, "package/dist");
const { bootTag } = await import(join(dist, "vite.js"));
const module = new WebAssembly.Module(readFileSync(join(dist, "pagemend_bg.wasm")));
const IMPORTS = WebAssembly.Module.imports(module).map(({ name }) => name);
/** What wasm-bindgen calls them. */
const LONG = Object.fromEntries(Object.entries(JSON.parse(readFileSync(join(npm, "imports.json"), "utf8"))).map(([long, short]) => [short, long]));

/** Pages at a time, each in a frame. */
const LANES = 12;
/** A question that is not answered within this time is not answered at all. */
const ANSWER_MS = 15_000;

/** Before everything else: what reaches the page, and the import that the query names. Without one all of them work. */
const HARNESS = `<script>
  window.heard = [];
  window.thrown = 0;
  window.lines = 0;
  const complain = console.error;
  console.error = (...line) => (/the guard stopped itself/.test(line[0]) && lines++, complain(...line));
  addEventListener("error", (e) => heard.push("error: " + e.message));
  addEventListener("unhandledrejection", (e) => heard.push("rejection: " + e.reason));
  // Frames share it: without it each page stands for itself, and none is loaded anew.
  Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("denied", "SecurityError") } });
  {
    const broken = new URLSearchParams(location.search).get("broken");
    const instantiate = WebAssembly.instantiate;
    WebAssembly.instantiate = (module, imports) => {
      const copy = {};
      for (const from in imports) copy[from] = { ...imports[from] };
      for (const from in copy) if (broken in copy[from]) copy[from][broken] = () => { thrown++; throw new Error("thrown by " + broken) };
      return instantiate.call(WebAssembly, module, copy);
    };
  }
</script>`;

/** Uses all of the API, as a page does. */
const USED = `<script type="module">
  import { start } from "/client.js";
  const id = new URLSearchParams(location.search).get("id");
  const said = {};
  const within = async (name, answer) => {
    let timer;
    const late = new Promise((done) => (timer = setTimeout(done, ${ANSWER_MS}, "no answer")));
    said[name] = await Promise.race([Promise.resolve().then(answer).catch((e) => "rejected: " + e), late]);
    clearTimeout(timer);
  };
  const guard = start();
  await within("engine", () => __pagemend.load().then(() => "up", () => "down"));
  const off = guard.on("verdict", () => { throw new TypeError("the page's own") });
  guard.step("apply");
  guard.consent("granted");
  await within("render", async () => (await guard.checkRender()).state);
  await within("fetch", async () => (await (await guard.fetch("/api/rates")).json()).rate);
  await within("post", async () => (await guard.fetch("/api/apply/" + id, { method: "POST", body: "x" })).status);
  await within("import", async () => (await guard.import("/part.js")).default);
  let runs = 0;
  await within("action", () => guard.keyAction("repay", async ({ fetch }) => (runs++, (await fetch("/api/repay/" + id, { method: "POST" })).status)));
  said.runs = runs;
  let loads = 0;
  await within("data", async () => (await guard.data("plan", async () => (loads++, 12), { keep: true })).value);
  said.loads = loads;
  await within("expires", () => {
    const takeBack = guard.expires("session", { in: 0.1, warnMs: 0, renew: async () => ({ at: 4e12 }) });
    return new Promise((done) => setTimeout(() => (takeBack(), done("taken back")), 400));
  });
  const input = document.querySelector("input");
  input.value = "5000";
  document.querySelector("select").selectedIndex = 1;
  for (const field of document.querySelectorAll("input, select, textarea, [contenteditable]")) field.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  input.focus();
  input.setSelectionRange(1, 2);
  // As a person presses it who has read it.
  const asked = guard.prompt("refused", { detail: "Rates change tomorrow" });
  const press = setInterval(() => document.querySelector("pagemend-prompt")?.shadowRoot?.querySelector("[data-choice=close]")?.click(), 100);
  await within("prompt", async () => typeof (await asked).choice);
  clearInterval(press);
  await within("draft", async () => {
    const draft = guard.draft(document.querySelector("form"), { name: "form " + id });
    const kept = [await draft.restored, await draft.save(), await draft.clear()];
    draft.stop();
    return kept.map((is) => typeof is).join();
  });
  const prompted = guard.prompt("offline");
  const types = setInterval(() => ["keydown", "keyup"].forEach((type) => dispatchEvent(new KeyboardEvent(type, { key: "a", bubbles: true }))), 50);
  setTimeout(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })), 100);
  setTimeout(() => guard.prompt("update"), 200);
  await within("typed", async () => typeof (await prompted).choice);
  clearInterval(types);
  history.pushState(null, "", location.href + "&further");
  dispatchEvent(new PopStateEvent("popstate"));
  document.querySelector("main").append("more");
  await within("again", async () => (await guard.checkRender()).state);
  await within("fresh", async () => (await guard.checkFreshness()).state);
  localStorage.setItem("plan", '{"months":12}');
  // Nobody else's entry: it has the network's own bytes.
  await caches.open("app").then((cache) => cache.add("/part.js"));
  await within("planned", async () => (await guard.repair({ dryRun: true })).steps.length);
  await within("repaired", async () => (await guard.repair()).removed);
  await within("undone", async () => (await guard.repair({ undo: true })).restored);
  off();
  await within("stop", async () => (await guard.stop(), "stopped"));
  said.shown = document.querySelector("h1").innerText;
  window.result = said;
</script>`;

const config = { timeoutMs: 3000, lastResortMs: 300, options: { locale: "en", retry: { baseMs: 10, capMs: 20 }, deadlines: { settleMs: 500, loadingMs: 1000 } } };
const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
for (const name of wanted.filter((name) => name !== "webkit")) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  test(`imports_that_throw_in_${name}`, { skip: missing && `missing ${missing}`, timeout: 900_000 }, async (t) => {
    let s, browser;
    before(async () => {
      s = await site();
      browser = await BROWSERS[name].open({ lang: "en" });
      await browser.driver.manage().setTimeouts({ pageLoad: 20_000, script: 600_000 });
    });
    after(async () => {
      await browser?.close();
      await s?.close();
    });

    /** What each page came to: `ended` is an expression in its window, true or not yet. */
    async function walk(body, ended) {
      await leave(browser.driver, s);
      const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">${HARNESS}${bootTag({ ...config, fallback: [s.backup.url] })}<link rel="icon" href="data:,"></head><body>${body}</body></html>`;
      const { routes } = s.page;
      routes.set("/page", { body: html, type: "html" });
      routes.set("/", { body: "<!doctype html><title>frames</title>", type: "html" });
      for (const file of ["engine.js", "pagemend_bg.wasm"]) routes.set(`/pagemend/${file}`, { body: readFileSync(join(dist, file)) });
      routes.set("/client.js", { body: readFileSync(join(dist, "client.js")) });
      routes.set("/part.js", { body: "export default 7" });
      routes.set("/api/rates", { body: '{"rate":3}', type: "json" });
      const cases = ["", ...IMPORTS];
      cases.forEach((_, id) => ["apply", "repay"].forEach((what) => routes.set(`/api/${what}/${id}`, { body: "{}", type: "json" })));
      s.backup.routes.set("/static/dead.js", { body: "window.healed = (window.healed ?? 0) + 1" });
      await browser.driver.get(s.page.url);
      const told = await browser.driver.executeAsyncScript(
        async (cases, lanes, ended, limit, done) => {
          const told = [];
          const lane = async () => {
            for (let id; (id = next++) < cases.length; ) {
              const frame = document.createElement("iframe");
              frame.style.cssText = "width:240px;height:200px";
              frame.src = `/page?id=${id}&broken=${cases[id]}`;
              document.body.append(frame);
              const end = Date.now() + limit;
              const has = () => frame.contentWindow.eval(ended);
              while (!has() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
              const { heard, thrown, lines, result, healed, __pagemend } = frame.contentWindow;
              told[id] = { heard: [...heard], thrown, lines, engine: !!__pagemend.engine, result: result && { ...result }, healed, ended: has() };
              frame.remove();
            }
          };
          let next = 0;
          await Promise.all(Array.from({ length: lanes }, lane));
          done(told);
        },
        cases,
        LANES,
        ended,
        30_000,
      );
      return told.map((page, id) => ({ name: LONG[cases[id]] ?? (cases[id] || "none"), ...page }));
    }
    const called = new Set();
    const remember = (told) => told.forEach(({ name, thrown }) => thrown > 0 && called.add(name));
    const calls = (path) => s.log.filter((entry) => entry.path === path);

    await t.test("a page that uses all of the API", async () => {
      const told = await walk(`<main><h1>Loans</h1><p>Everything that a borrower has to know, in one place.</p><form><input name="amount"><select name="term"><option>6<option>12</select><textarea name="note">now</textarea><div contenteditable>why</div></form></main>${USED}`, "!!window.result");
      console.log(`${name}: imports tried ${told.length - 1}, exceptions that reached the page ${told.flatMap(({ heard }) => heard).length}`);
      const complaints = [];
      told.forEach(({ name, heard, result: given }, id) => {
        const result = given ?? {};
        const hold = (holds, what) => holds || complaints.push(`${name}: ${what}: ${JSON.stringify({ heard, ...result })}`);
        hold(heard.length === 0, "reached the page");
        for (const key of ["render", "again"]) hold(["content", "unknown", "pending"].includes(result[key]), key);
        hold(["unknown"].includes(result.fresh), "fresh");
        hold(result.planned === 0 && result.repaired === 0 && result.undone === 0, "repaired");
        hold(result.prompt === "string" && result.typed === "string", "prompt");
        hold(result.draft === "boolean,boolean,boolean", "draft");
        hold(result.fetch === 3, "fetch");
        hold(result.post === 200 && calls(`/api/apply/${id}`).length === 1, `${calls(`/api/apply/${id}`).length} posts`);
        hold(result.import === 7, "import");
        hold(result.action === 200 && result.runs === 1, "action");
        const paid = calls(`/api/repay/${id}`);
        hold(paid.length === 1 && paid[0].headers["idempotency-key"]?.length > 8, `${paid.length} payments`);
        hold(result.data === 12 && result.loads === 1, "data");
        hold(result.expires === "taken back", "expires");
        hold(result.stop === "stopped" && result.shown === "Loans", "stop");
      });
      assert.deepEqual(complaints, []);
      const [sound] = told;
      assert.deepEqual([sound.result.engine, sound.result.render], ["up", "content"]);
      remember(told);
    });

    await t.test("a page in trouble", async () => {
      // The script that is healed is not the one that would have shown something.
      const told = await walk('<div id="app"></div><link rel="stylesheet" href="/static/dead.css"><style>@font-face { font-family: dead; src: url(/static/dead.woff2) } p { font-family: dead; background: url(/static/dead.png) }</style><p hidden>x</p><script>document.fonts.load("12px dead").catch(() => {})</script><video><source src="/static/dead.mp4"></video><img src="/static/dead.png" srcset="/static/dead.png 2x"><script src="/static/dead.js"></script>', "document.querySelector('pagemend-prompt, #pagemend-last-resort')?.localName");
      console.log(`${name}: pages in trouble ${told.length}, exceptions that reached them ${told.flatMap(({ heard }) => heard).length}, without a word for the user ${told.filter(({ ended }) => !ended).length}`);
      const complaints = [];
      for (const { name, heard, healed, ended, lines, engine, thrown } of told) {
        const hold = (holds, what) => holds || complaints.push(`${name}: ${what}: ${JSON.stringify({ heard, healed, lines, engine, thrown })}`);
        hold(heard.length === 0, "reached the page");
        hold(lines <= 1 && !(lines && engine), "who stands down says so once, and is gone");
        hold(thrown < 10 || !engine, "much is thrown, and the guard goes on");
        hold(healed === 1, "boot.js heals whatever becomes of the engine");
        hold(ended, "a page that stays blank says so");
      }
      assert.deepEqual(complaints, []);
      assert.ok(told.some(({ lines }) => lines), "no guard has stood down");
      remember(told);
    });

    await t.test("most imports are called by one of these pages", () => {
      console.log(`${name}: imports that threw where they were called ${called.size} of ${IMPORTS.length}`);
      assert.ok(called.size > IMPORTS.length / 2);
    });
  });
}
