// "pagemend/react" and "pagemend/vue" with real React and real Vue, built by Vite from the packed tarball, in Chromium.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { By } from "selenium-webdriver";
import { build } from "vite";
import { BROWSERS, freshTab } from "./browsers.mjs";
import { cleanUp, filesOf, page, project, serve } from "./projects.mjs";
import { site } from "./site.mjs";

const missing = BROWSERS.chromium.missing();
if (missing) throw new Error(`chromium cannot be opened: missing ${missing}`);

/** What both applications share: a view that is lazy, and what they tell of themselves on `window`. */
const COMMON = {
  "index.html": page('<script type="module" src="/main.js"></script>', `<script>
    window.lines = [];
    for (const kind of ["warn", "error"]) { const own = console[kind]; console[kind] = (...line) => { lines.push(line.map(String).join(" ")); own.apply(console, line); } }
    // What boot.js hears, and so what the guard was told.
    window.heard = () => {
      const boot = window.__pagemend, own = boot.on;
      window.errors = [];
      boot.on = (raw) => { if (raw.error) errors.push(String(raw.error)); own(raw); };
    };
  </script>`),
  "vite.config.js": `import { pagemend } from "pagemend/vite";
    export default {
      logLevel: "warn", build: { target: "es2022", modulePreload: { polyfill: false } },
      define: { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
      plugins: [pagemend({ build: "1.0.0", builtAt: 1700000000000, locale: "en", options: { deadlines: { settleMs: 200 } } })],
    }`,
};

const REACT = `import { StrictMode, Suspense, createElement as h, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { GuardBoundary, GuardProvider, lazy, useDraft, useGuard, useKeyAction } from "pagemend/react";

window.seen = { effects: 0, caught: [] };
const View = lazy(() => import("./view.js"));
function Home() {
  const guard = useGuard();
  useEffect(() => { seen.effects++; window.guard = guard; }, [guard]);
  const draft = useDraft({ name: "apply" });
  window.draft = draft;
  const [purpose, setPurpose] = useState("");
  const [submit, state] = useKeyAction("submit", async ({ fetch }, amount) => (await fetch("/api/submit", { method: "POST", body: purpose + amount })).status);
  return h("form", { ref: draft, onSubmit: (event) => { event.preventDefault(); submit(1); submit(2); } },
    h("input", { name: "purpose", value: purpose, onChange: (event) => setPurpose(event.target.value) }),
    h("b", null, purpose), h("button", { id: "submit" }, "Submit"), h("output", null, state.status + " " + (state.value ?? state.error ?? "")));
}
function Fragile() {
  if (window.breaks) throw new Error("component broke");
  return h("p", { id: "whole" }, "Whole again, and with everything that a borrower has to know.");
}
function App() {
  const [tab, go] = useState("home");
  window.go = go;
  const [whole, fail] = useState(true);
  window.fail = () => fail(false);
  if (!whole) throw new Error("the application broke");
  return h(GuardBoundary, { fallback: window.name === "mute" ? null : undefined, onError: (error) => seen.caught.push(String(error)) },
    h(Suspense, { fallback: "Coming" }, tab === "view" ? h(View, { of: "React" }) : tab === "fragile" ? h(Fragile) : h(Home)));
}
const root = createRoot(document.querySelector("#app"));
root.render(h(StrictMode, null, h(GuardProvider, { options: { step: "apply" } }, h(App))));
window.leave = () => root.unmount();`;

const VUE = `import { KeepAlive, Suspense, createApp, defineComponent, h, ref, resolveDirective, withDirectives } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { defineLazy, pagemend, useDraft, useGuard, useKeyAction } from "pagemend/vue";

window.seen = { caught: [], steps: [] };
const View = defineLazy(() => import("./view.js"));
const Home = defineComponent({
  name: "Home",
  setup() {
    const guard = (window.guard = useGuard());
    const purpose = ref("");
    const draft = (window.draft = useDraft({ name: "apply" }));
    const [submit, state] = useKeyAction("submit", async ({ fetch }, amount) => (await fetch("/api/submit", { method: "POST", body: purpose.value + amount })).status);
    return () => h("form", { ref: draft, onSubmit: (event) => { event.preventDefault(); submit(1); submit(2); } }, [
      h("input", { name: "purpose", value: purpose.value, onInput: (event) => (purpose.value = event.target.value) }),
      h("b", purpose.value), h("button", { id: "submit" }, "Submit"), h("output", state.value.status + " " + (state.value.value ?? state.value.error ?? "")),
    ]);
  },
});
const Note = defineComponent({
  name: "Note",
  render: () => withDirectives(h("form", [h("textarea", { name: "remark" })]), [[resolveDirective("draft"), "note"]]),
});
const Fragile = defineComponent({
  name: "Fragile",
  setup: () => () => {
    if (window.breaks) throw new Error("component broke");
    return h("p", { id: "whole" }, "Whole again, and with everything that a borrower has to know.");
  },
});
const tab = ref("home");
window.go = (next) => (tab.value = next);
const App = defineComponent({
  setup: () => () => [
    h("h1", "Your credit line"),
    h(KeepAlive, { include: ["Home", "Note"] }, () => h({ home: Home, note: Note, fragile: Fragile, view: Lazily }[tab.value])),
  ],
});
const Lazily = defineComponent({ name: "Lazily", setup: () => () => h(Suspense, null, { default: () => h(View, { of: "Vue" }), fallback: () => "Coming" }) });
const empty = { render: () => null };
const router = createRouter({ history: createMemoryHistory(), routes: [
  { path: "/", component: empty }, { path: "/verify/:id", name: "verify", component: empty }, { path: "/pay", name: "pay", meta: { step: "repay" }, component: empty },
  { path: "/closed", name: "closed", component: empty, beforeEnter: () => false },
] });
window.visit = (path) => router.push(path);
const app = createApp(App);
app.config.errorHandler = (error) => seen.caught.push("before: " + error);
app.use(router).use(pagemend({ step: "apply" }, { router }));
window.late = () => (app.config.errorHandler = (error) => seen.caught.push("after: " + error));
app.mount("#app");
window.leave = () => app.unmount();
// An application as Nuxt makes it: with a handler for the time of its start, and hooks.
window.asInNuxt = () => {
  const starting = () => {}, hooks = {}, nuxts = createApp(Note);
  nuxts.config.errorHandler = starting;
  nuxts.config.globalProperties.$nuxt = { hook: (name, told) => (hooks[name] = told) };
  nuxts.use(pagemend());
  hooks["vue:error"](new Error("a component of Nuxt broke"));
  return nuxts.config.errorHandler === starting;
};`;

const APPS = {
  react: { main: REACT, uses: ["react", "react-dom"], view: 'import { createElement as h } from "react"; export default ({ of }) => h("p", { id: "view" }, "The view of " + of);' },
  vue: { main: VUE, uses: ["vue", "vue-router"], view: 'import { h } from "vue"; export default { props: ["of"], render() { return h("p", { id: "view" }, "The view of " + this.of); } };' },
};

let driver, browser, s;
before(async () => {
  browser = await BROWSERS.chromium.open({ lang: "en" });
  driver = browser.driver;
  for (const [name, { main, uses, view }] of Object.entries(APPS)) {
    const folder = project(name, { ...COMMON, "main.js": main, "view.js": view }, uses);
    // As it is developed: StrictMode does nothing in production.
    process.env.NODE_ENV = "development";
    await build({ root: folder, mode: "development" });
    delete process.env.NODE_ENV;
    APPS[name].dist = join(folder, "dist");
  }
});
after(async () => {
  await browser?.close();
  cleanUp();
});
// A tab and an origin for each: both remember what became of the page before.
beforeEach(async () => {
  await freshTab(driver);
  s = await site();
});
afterEach(() => s?.close());

const read = (expression) => driver.executeScript(`return ${expression}`);
async function until(expression, ms = 20_000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    // Between two documents there is nobody to ask.
    const value = await read(expression).catch(() => undefined);
    if (value) return value;
  }
  const told = await read("[window.seen, window.lines, window.errors, document.body.innerText]").catch(String);
  assert.fail(`not within ${ms} ms: ${expression}: ${JSON.stringify(told)}; asked: ${s.log.map((e) => e.path).join(" ")}`);
}
const UP = "window.__pagemend?.engine && window.guard";

async function open(name) {
  serve(s, APPS[name].dist);
  await driver.get(s.page.url + "/");
  await until(UP);
}

/** Where the lazy view's script is. */
const viewOf = (name) => filesOf(APPS[name].dist).map(([, path]) => path).find((path) => /\/view-[^/]*\.js$/.test(path));
const saved = () => driver.executeAsyncScript("window.draft.current.save().then(arguments[0])");

for (const name of Object.keys(APPS)) {
  const named = (what, work) => test(`${name}_${what}`, { timeout: 90_000 }, work);

  named("has_one_guard_that_lives_as_long_as_the_application_is_shown", async () => {
    await open(name);
    if (name === "react") assert.equal(await read("seen.effects"), 2, "StrictMode shows everything twice");
    assert.equal(await read("window.__pagemend.config.options.step"), "apply");
    await until("guard.checkRender().then(({ state }) => state === 'content')");
    await driver.executeScript("window.leave()");
    await until("window.__pagemend.engine === undefined");
    assert.equal(await read("guard.checkRender().then(({ state }) => state)"), "unknown");
    await driver.executeScript("guard.report(new Error('too late'))");
    assert.deepEqual((await read("lines")).filter((line) => line.includes("pagemend")), []);
  });

  named("keeps_a_draft_and_gives_it_back_to_the_state_of_the_component", async () => {
    await open(name);
    await driver.findElement(By.css("input")).sendKeys("a new roof");
    assert.equal(await saved(), true);
    await driver.navigate().refresh();
    await until("document.querySelector('b')?.textContent === 'a new roof'");
    await driver.executeAsyncScript("window.draft.current.clear().then(arguments[0])");
    await driver.navigate().refresh();
    await until(UP);
    assert.equal(await driver.executeAsyncScript("window.draft.current.restored.then(arguments[0])"), false);
    assert.equal(await read("document.querySelector('input').value"), "");
  });

  named("runs_a_key_action_once_with_one_key_and_tells_its_state", async () => {
    await open(name);
    let tries = 0;
    s.page.routes.set("/api/submit", () => ({ status: tries++ ? 200 : 503, headers: { "Retry-After": "0" }, body: "{}", type: "json" }));
    assert.equal(await read("document.querySelector('output').textContent"), "idle ");
    await driver.findElement(By.css("input")).sendKeys("roof");
    await driver.findElement(By.css("#submit")).click();
    await until("document.querySelector('output').textContent === 'done 200'");
    const asked = s.log.filter((e) => e.path === "/api/submit");
    assert.deepEqual(asked.map((e) => e.body), ["roof1", "roof1"]);
    assert.equal(new Set(asked.map((e) => e.headers["idempotency-key"])).size, 1);
    assert.match(asked[0].headers["idempotency-key"], /^[0-9a-f-]{32,36}$/);
    s.page.routes.set("/api/submit", { status: 400, body: "{}", type: "json" });
    await driver.findElement(By.css("#submit")).click();
    await until("document.querySelector('output').textContent === 'done 400'");
  });

  named("has_a_lazy_view_that_fails_once_and_one_that_is_asked_for_again", async () => {
    await open(name);
    const path = viewOf(name);
    const body = readFileSync(join(APPS[name].dist, path));
    let tries = 0;
    s.page.routes.set(path, () => (tries++ ? { body } : { status: 503, body: "busy", type: "html" }));
    await driver.executeScript("window.go('view')");
    await until("document.querySelector('#view')?.textContent.startsWith('The view of')");
    // Vite's own helper asks for it as well, before it imports it.
    assert.ok(tries > 1, `asked for ${tries} times`);
  });

  named("tells_the_guard_what_a_component_throws", async () => {
    await open(name);
    await driver.executeScript("window.heard(); window.breaks = true; window.go('fragile')");
    await until("errors.includes('Error: component broke')");
    if (name === "vue") {
      assert.deepEqual(await read("seen.caught"), ["before: Error: component broke"]);
      await driver.executeScript("window.late(); window.go('home')");
      await until("document.querySelector('input')");
      await driver.executeScript("window.go('fragile')");
      await until("seen.caught.includes('after: Error: component broke')");
      assert.ok(!(await read("seen.caught.slice(1)")).some((line) => line.startsWith("before")));
      return;
    }
    assert.deepEqual(await read("seen.caught"), ["Error: component broke"]);
    assert.equal(await read("document.querySelector('[role=alert] p').textContent"), "This part of the page could not be shown.");
    await driver.executeScript("window.breaks = false");
    await driver.findElement(By.css("[role=alert] button")).click();
    await until("document.querySelector('#whole')");
  });
}

test("react_names_the_script_as_the_cause_of_a_page_that_its_boundary_left_empty", { timeout: 90_000 }, async () => {
  await open("react");
  // The page is loaded anew once: the first word of it counts.
  await driver.executeScript("guard.on('incident', ({ cause }) => sessionStorage.setItem('causes', (sessionStorage.getItem('causes') ?? '') + cause + ' ')); window.name = 'mute'; window.breaks = true; window.go('fragile')");
  assert.match(await until("sessionStorage.getItem('causes')"), /^script /);
});

test("react_keeps_the_guard_when_a_component_throws_and_nobody_catches", { timeout: 90_000 }, async () => {
  await open("react");
  await driver.executeScript("window.heard(); window.fail()");
  await until("errors.includes('Error: the application broke')");
  await until("document.querySelector('#app').childElementCount === 0");
  // What lets go of it does so a task later.
  await driver.executeAsyncScript("setTimeout(() => setTimeout(arguments[0]))");
  assert.equal(await read("Boolean(window.__pagemend.engine)"), true);
});

test("react_asks_for_a_lazy_view_anew_when_its_boundary_is_reset", { timeout: 90_000 }, async () => {
  await open("react");
  const path = viewOf("react");
  const answer = s.page.routes.get(path);
  s.page.routes.set(path, { status: 404, body: "gone", type: "html" });
  await driver.executeScript("window.heard(); window.go('view')");
  await until("document.querySelector('[role=alert] button')");
  assert.match((await read("errors")).join("\n"), /dynamically imported module/);
  s.page.routes.set(path, answer);
  // Not by the mouse: the guard may be asking meanwhile.
  await driver.executeScript("document.querySelector('[role=alert] button').click()");
  assert.equal(await until("document.querySelector('#view')?.textContent"), "The view of React");
});

test("vue_keeps_a_draft_by_its_directive_while_the_view_is_kept_alive_and_after", { timeout: 90_000 }, async () => {
  await open("vue");
  await driver.executeScript("window.go('note')");
  await until("document.querySelector('textarea')");
  await driver.findElement(By.css("textarea")).sendKeys("call me in the morning");
  await driver.executeScript("window.go('home')");
  await until("document.querySelector('input')");
  await driver.executeScript("window.go('note')");
  await until("document.querySelector('textarea')?.value === 'call me in the morning'");
  await driver.navigate().refresh();
  await until(UP);
  await driver.executeScript("window.go('note')");
  await until("document.querySelector('textarea')?.value === 'call me in the morning'");
});

test("vue_leaves_nuxt_the_handler_that_it_takes_away_and_hears_of_errors_by_its_hook", { timeout: 90_000 }, async () => {
  await open("vue");
  await driver.executeScript("window.heard()");
  assert.equal(await read("window.asInNuxt()"), true);
  await until("errors.includes('Error: a component of Nuxt broke')");
});

test("vue_tells_the_guard_where_its_router_has_gone", { timeout: 90_000 }, async () => {
  await open("vue");
  await driver.executeScript("const { engine } = window.__pagemend, own = engine.step.bind(engine); engine.step = (name) => { seen.steps.push(name); own(name); }");
  for (const path of ["/verify/wang", "/closed", "/", "/pay"]) await driver.executeAsyncScript("window.visit(arguments[0]).then(arguments[1])", path);
  assert.deepEqual(await read("seen.steps"), ["verify", "repay"]);
});
