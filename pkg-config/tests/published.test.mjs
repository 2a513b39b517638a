// The packed tarball as those see it who install it: its manifest, and its types with every way of resolving them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const here = dirname(fileURLToPath(import.meta.url));
const tools = join(here, "../node_modules");
const npm = process.env.PAGEMEND_NPM_DIR ?? join(here, "../../target/npm");
const manifest = JSON.parse(readFileSync(join(npm, "package/package.json"), "utf8"));
const tarball = join(npm, `pagemend-${manifest.version}.tgz`);

/** Runs a program of ours and hands back what it said, where it did not end well. */
function complaints(...command) {
  const { error, status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return error || status !== 0 ? `${error ?? ""}${stdout}${stderr}` : "";
}

test("publint_finds_nothing_in_the_packed_tarball", async () => {
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer }, strict: true });
  assert.deepEqual(messages.map((message) => formatMessage(message, pkg, { color: false })), []);
});

test("the_types_of_every_entry_are_right_wherever_modules_can_be_imported", () => {
  const attw = join(tools, "@arethetypeswrong/cli/dist/index.js");
  // There is no CommonJS build: `require` is no way to any entry.
  assert.equal(complaints(attw, tarball, "--profile", "esm-only", "--no-emoji", "--no-color"), "");
});

/** Compiles files from tests/types, in a project where the package is installed, and these others. */
function compile(files, { needs = [], ...more }) {
  const folder = mkdtempSync(join(tmpdir(), "pagemend-types-"));
  try {
    const modules = join(folder, "node_modules");
    for (const name of needs) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(tools, name), join(modules, name), "dir");
    }
    mkdirSync(modules, { recursive: true });
    symlinkSync(join(npm, "package"), join(modules, "pagemend"), "dir");
    for (const file of files) cpSync(join(here, "types", file), join(folder, file));
    const compilerOptions = {
      target: "ES2022", module: "ESNext", moduleResolution: "Bundler", lib: ["ES2022", "DOM", "DOM.Iterable"], types: [],
      strict: true, noUncheckedSideEffectImports: true, noEmit: true, preserveSymlinks: true, ...more,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    return complaints(join(tools, "typescript/bin/tsc"), "-p", folder, "--pretty", "false");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a_page_in_typescript_is_told_of_wrong_events_fields_and_options", () => {
  assert.equal(compile(["consumer.ts"], {}), "");
});

test("an_application_in_typescript_is_told_what_the_adapters_take_and_give", () => {
  // What the frameworks' own types stand on is looked for beside them.
  assert.equal(compile(["adapters.ts"], { needs: ["react", "@types/react", "csstype", "vue", "@vue"], skipLibCheck: true }), "");
});

test("the_configuration_of_every_bundler_takes_its_plugin_in_typescript_too", () => {
  // The bundlers' own types are not ours to check, and want Node's.
  const more = { types: ["node"], skipLibCheck: true, preserveSymlinks: false };
  const files = ["vite.config.ts", "webpack.config.ts", "rspack.config.ts", "rsbuild.config.ts", "rollup.config.ts", "esbuild.config.ts", "farm.config.ts"];
  assert.equal(compile(files, { needs: ["@types/node", "vite", "webpack", "@rspack/core", "@rsbuild/core", "rollup", "esbuild", "@farmfe/core"], ...more }), "");
});
