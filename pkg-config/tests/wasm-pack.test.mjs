// The crate by plain `wasm-pack build --target web`, as whoever makes no npm package of it builds it: what comes of it starts in a plain page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BROWSERS, TOOLS } from "./browsers.mjs";
import { site } from "./site.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const out = mkdtempSync(join(tmpdir(), "pagemend-wasm-pack-"));
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module">
  import init, { start } from "/pagemend.js";
  await init();
  try { start({ retry: { limit: "many" } }) } catch (e) { window.refused = [e instanceof Error, e.name, e.message] }
  const engine = start({ deadlines: { settleMs: 200 } });
  const seen = async (state) => { for (;;) { const verdict = await engine.checkRender(); if (verdict.state === state) return verdict; await new Promise((r) => setTimeout(r, 200)); } };
  window.verdict = await seen("content");
  engine.on("before-reload", () => false);
  engine.report(null);
  engine.report({ kind: "error", name: "TypeError", message: "what the page caught" });
  document.querySelector("main").textContent = "";
  window.empty = await seen("blank");
</script></head><body><main><h1>Your credit line</h1><p>You may borrow up to 50,000 yuan for at most twelve months.</p></main></body></html>`;
let s;

before(async () => {
  const env = { ...process.env, PATH: [join(TOOLS, "bin"), process.env.PATH].join(delimiter) };
  // Stable Rust, and nothing told to it.
  delete env.RUSTC_BOOTSTRAP;
  delete env.RUSTFLAGS;
  // no-install: `cargo xtask setup` has installed the tools; wasm-pack would fetch others.
  execFileSync("wasm-pack", ["build", "--target", "web", "--mode", "no-install", "--out-dir", out], { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
  s = await site();
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) s.page.routes.set("/" + relative(out, file), { body: readFileSync(file) });
  }
  s.page.routes.set("/", { body: PAGE, type: "html" });
});
after(async () => {
  rmSync(out, { recursive: true, force: true });
  await s?.close();
});

const wanted = process.env.PAGEMEND_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
for (const name of wanted) {
  const missing = BROWSERS[name].missing();
  if (missing && (name === "chromium" || process.env.PAGEMEND_BROWSERS)) throw new Error(`${name} cannot be tested: missing ${missing}`);
  test(`what_wasm_pack_builds_starts_in_a_plain_page_in_${name}`, { skip: missing && `missing ${missing}`, timeout: 60_000 }, async () => {
    const { driver, close } = await BROWSERS[name].open();
    try {
      await driver.get(s.page.url + "/");
      const verdict = await driver.wait(() => driver.executeScript("return window.verdict"), 30_000, "no verdict");
      assert.equal(verdict.state, "content");
      const { cause, evidence } = await driver.wait(() => driver.executeScript("return window.empty"), 30_000, "what was reported explains nothing");
      assert.deepEqual([cause, evidence[0].kind], ["script", "script-error"]);
      assert.deepEqual(await driver.executeScript("return window.refused"), [true, "TypeError", 'pagemend: option "retry.limit" is many; expected u32']);
    } finally {
      await close();
    }
  });
}
