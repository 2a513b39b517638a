// Unit tests of applications run in jsdom and happy-dom: there the guard does nothing, and the page's own calls go on.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Window } from "happy-dom";
import { JSDOM } from "jsdom";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(process.env.PAGEMEND_NPM_DIR ?? join(here, "../../target/npm"), "package/dist");
const HTML = '<!doctype html><html><body><div id="app"></div></body></html>';
const URL = "http://loan.example/";

const WINDOWS = {
  jsdom: () => new JSDOM(HTML, { url: URL, pretendToBeVisual: true }).window,
  "happy-dom": () => {
    const window = new Window({ url: URL });
    window.document.write(HTML);
    return window;
  },
};

for (const [name, open] of Object.entries(WINDOWS)) {
  test(`in_${name.replace("-", "_")}_every_start_gives_a_guard_that_does_nothing_and_says_nothing`, { timeout: 60_000 }, async (t) => {
    const window = open();
    const put = { window, document: window.document, navigator: window.navigator, location: window.location, addEventListener: window.addEventListener.bind(window) };
    const before = Object.fromEntries(Object.keys(put).map((key) => [key, Object.getOwnPropertyDescriptor(globalThis, key)]));
    const lines = ["error", "warn"].map((method) => t.mock.method(console, method, () => {}));
    try {
      for (const [key, value] of Object.entries(put)) Object.defineProperty(globalThis, key, { value, configurable: true });
      for (const entry of ["index.js", "slim.js", "client.js"]) {
        const { start } = await import(`${join(dist, entry)}?${name}`);
        const guard = await start({ service: "loan" });
        assert.equal((await guard.checkRender()).state, "unknown", entry);
        assert.equal(await guard.keyAction("submit", async () => "sent"), "sent");
        assert.equal(await guard.import(async () => "view"), "view");
        await guard.stop();
        assert.equal(window.__pagemend, undefined, `${entry} put nothing into the page`);
        assert.equal(window.document.body.children.length, 1);
      }
      assert.deepEqual(lines.flatMap(({ mock }) => mock.calls.map(({ arguments: said }) => said.join(" "))), []);
    } finally {
      for (const [key, descriptor] of Object.entries(before)) descriptor ? Object.defineProperty(globalThis, key, descriptor) : delete globalThis[key];
      await (window.happyDOM ?? window).close();
    }
  });
}
