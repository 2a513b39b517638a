// What the engine tells a page has the shapes of the public types: its samples of each (tests/public_types.rs writes them), and the types of the wasm module
// by itself, are compiled against src/types.ts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const source = (name) => JSON.stringify(join(root, "pkg-config/src", name));
const HEAD = `
import type * as Public from ${source("types.js")};
import type { Engine } from ${source("protocol.js")};
import type * as Glue from ${JSON.stringify(join(process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm"), "wasm/pagemend.js"))};

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(_?: T): void => {};
/** The names that a sample lacks, at any depth. */
type Lacking<T, Sample> = T extends readonly (infer E)[]
  ? Sample extends readonly (infer S)[] ? Lacking<E, S> : never
  : T extends object ? { [K in keyof T]-?: K extends keyof Sample ? Lacking<NonNullable<T[K]>, Sample[K]> : K }[keyof T] : never;
`;

/** What tsc says of this text. */
function complaints(text) {
  const folder = mkdtempSync(join(tmpdir(), "pagemend-told-"));
  try {
    const compilerOptions = {
      target: "ES2022", module: "ESNext", moduleResolution: "Bundler", lib: ["ES2022", "DOM", "DOM.Iterable", "ESNext.Disposable"], types: [],
      strict: true, exactOptionalPropertyTypes: true, noEmit: true,
    };
    writeFileSync(join(folder, "told.ts"), HEAD + text);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["told.ts"] }));
    const { error, status, stdout, stderr } = spawnSync(process.execPath, [join(here, "../node_modules/typescript/bin/tsc"), "-p", folder, "--pretty", "false"], { encoding: "utf8" });
    return error || status !== 0 ? `${error ?? ""}${stdout}${stderr}` : "";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("what_the_engine_tells_has_the_shapes_of_the_public_types_and_nothing_else", () => {
  const samples = JSON.parse(readFileSync(join(here, "golden/told.json"), "utf8"));
  const lines = ["holds<Same<keyof Public.GuardEvents, Public.GuardEvent>>();"];
  for (const [name, [complete, ...others]] of Object.entries(samples)) {
    // What is heard is looked for under the name by which it is listened to.
    const shape = "type" in complete ? `Public.GuardEvents["${complete.type}"]` : `Public.${name}`;
    if ("type" in complete) lines.push(`holds<Same<${shape}, Public.${name}>>();`);
    for (const sample of [complete, ...others]) lines.push(`(${JSON.stringify(sample)}) satisfies ${shape};`);
    lines.push(`const ${name} = ${JSON.stringify(complete)};`, `(0 as unknown as Lacking<${shape}, typeof ${name}>) satisfies never;`);
  }
  assert.ok(lines.length > 40, "the golden file has fewer samples than this test knows");
  assert.equal(complaints(lines.join("\n")), "");
});

test("the_types_of_the_wasm_module_are_those_of_the_package", () => {
  const shapes = ["Evidence", "RenderVerdict", "FreshnessVerdict", "RepairReport", "IncidentStory", "PromptAnswer", "DraftOptions", "Cause", "RepairScope", "PromptKind"];
  const lines = shapes.map((name) => `holds<Same<Glue.${name}, Public.${name}>>();`);
  // What it takes generically is unknown there, and a gate is put around it by TypeScript.
  lines.push("holds<Same<Glue.KeyContext, Public.KeyActionContext>>();", 'const used = (engine: Glue.Engine): Omit<Engine, "data" | "gate" | "import" | "keyAction"> => engine;');
  assert.equal(complaints(lines.join("\n")), "");
});
