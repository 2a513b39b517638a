// The public API as a golden file: what each entry exports, and its types. UPDATE_GOLDEN=1 writes it anew, for review.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const pkg = join(process.env.PAGEMEND_NPM_DIR ?? join(here, "../../target/npm"), "package");
const BUNDLERS = ["vite", "webpack", "rspack", "rsbuild", "rollup", "esbuild", "farm"];
const ADAPTERS = ["react", "vue"];
const golden = join(here, "golden/api.txt");

/** A project in which the package and the frameworks of its adapters are installed. */
const project = mkdtempSync(join(tmpdir(), "pagemend-api-"));
const installed = join(project, "node_modules/pagemend/dist");
before(() => {
  mkdirSync(dirname(dirname(installed)), { recursive: true });
  cpSync(pkg, dirname(installed), { recursive: true });
  for (const name of ADAPTERS) symlinkSync(join(here, "../node_modules", name), join(project, "node_modules", name), "dir");
});
after(() => rmSync(project, { recursive: true, force: true }));

/** Declarations without comments and blank lines: wording may change freely, members may not. */
const declarations = (file) =>
  readFileSync(join(pkg, "dist", file), "utf8")
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trim();

test("the_public_api_is_the_golden_one", async () => {
  const manifest = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const parts = [`exports ${JSON.stringify(manifest.exports, null, 2)}`];
  for (const entry of ["index", "slim", "client", ...ADAPTERS, ...BUNDLERS, "tag"]) {
    parts.push(`## ${entry}.js: ${Object.keys(await import(join(installed, `${entry}.js`))).sort().join(", ")}`);
  }
  for (const file of ["index.d.ts", "slim.d.ts", "client.d.ts", ...[...ADAPTERS, ...BUNDLERS, "tag"].map((name) => `${name}.d.ts`), "adapter.d.ts", "plugin-options.d.ts", "boot-tag.d.ts", "boot-config.d.ts", "options.d.ts", "schema.d.ts", "types.d.ts", "vocabulary.d.ts"]) parts.push(`## ${file}\n${declarations(file)}`);
  const now = parts.join("\n\n") + "\n";
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, now);
  for (const file of readdirSync(join(pkg, "dist"))) {
    if (file.endsWith(".d.ts")) assert.doesNotMatch(declarations(file), /\bany\b/, `${file} does not say what it takes or gives`);
  }
  assert.equal(now, readFileSync(golden, "utf8"), "the public API has changed; UPDATE_GOLDEN=1 node --test pkg-config/tests/api.test.mjs, and review the difference");
});

test("every_entry_can_be_imported_where_there_is_no_window", async () => {
  for (const entry of ["index", "slim", "client"]) {
    const { start } = await import(join(pkg, "dist", `${entry}.js`));
    const guard = await start();
    assert.equal((await guard.checkRender()).state, "unknown");
    assert.equal(await guard.keyAction("pay", async ({ key }) => key.length > 8), true);
    await guard.stop();
  }
});

test("importing_any_entry_where_there_is_no_window_does_nothing", () => {
  const { exports } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const entries = Object.keys(exports).filter((name) => !name.includes("*") && !name.endsWith(".json")).map((name) => "pagemend" + name.slice(1));
  assert.ok(entries.length > 10, entries.join());
  // What the frameworks themselves leave behind is not ours.
  const each = `for (const framework of ${JSON.stringify(ADAPTERS)}) await import(framework);
    const before = Object.keys(globalThis).join();
    for (const entry of ${JSON.stringify(entries)}) {
      await import(entry).catch((e) => { throw new Error(entry, { cause: e }) });
      if (Object.keys(globalThis).join() !== before) throw new Error(entry + " left something behind");
    }
    console.log("imported")`;
  writeFileSync(join(project, "each.mjs"), each);
  writeFileSync(join(project, "worker.mjs"), 'import { Worker } from "node:worker_threads"; new Worker("./each.mjs")');
  for (const script of ["each.mjs", "worker.mjs"]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: project, encoding: "utf8" });
    assert.deepEqual([status, stdout, stderr], [0, "imported\n", ""], script);
  }
});

test("without_a_window_fetch_is_the_platforms_own", async () => {
  const { start } = await import(join(pkg, "dist/client.js"));
  const guard = await start();
  assert.equal(await (await guard.fetch("data:text/plain,rate")).text(), "rate");
  assert.equal((await guard.import("data:text/javascript,export default 7")).default, 7);
  const own = globalThis.fetch;
  try {
    globalThis.fetch = async () => new Response("wrapped");
    assert.equal(await (await guard.fetch("/x")).text(), "wrapped");
    delete globalThis.fetch;
    await assert.rejects(guard.fetch("/x"), TypeError);
  } finally {
    globalThis.fetch = own;
  }
});

test("bundlers_are_told_to_leave_the_guards_imports_alone", () => {
  for (const entry of ["index", "slim", "client"]) {
    const code = readFileSync(join(pkg, "dist", `${entry}.js`), "utf8");
    assert.match(code, /import\(\s*\/\* @vite-ignore \*\/\s*\/\* webpackIgnore: true \*\//, entry);
  }
});

test("what_ships_does_not_tell_whose_machine_it_was_built_on", () => {
  const wasm = readFileSync(join(pkg, "dist/pagemend_bg.wasm"), "latin1");
  assert.ok(wasm.includes("src/core/"), "panics name no place");
  assert.ok(!wasm.includes(homedir() + "/"));
});
