// The documentation's reference pages are made of the sources: every word that the engine knows is told, and what is told and unknown stops the build.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { generated, same, tableOf } from "../../www/docs/generate.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const docs = join(root, "www/docs");
const read = (path) => readFileSync(join(root, path), "utf8");
const files = await generated();

/** The words of a union in vocabulary.ts. */
function words(name) {
  const [, union] = new RegExp(`export type ${name} =([^;]*);`).exec(read("pkg-config/src/vocabulary.ts"));
  return [...union.matchAll(/"([^"]+)"/g)].map(([, word]) => word);
}

test("every_word_of_the_engine_is_told", () => {
  const told = { Cause: "causes.md", EvidenceKind: "evidence.md", IncidentStage: "stages.md", IncidentOutcome: "outcomes.md", GuardEvent: "events.md", RenderState: "readme-looks.md", FreshnessState: "readme-freshness.md" };
  for (const [name, file] of Object.entries(told)) {
    for (const word of words(name)) assert.ok(files[file].includes(`\`${word}\``), `${file} says nothing of ${name} "${word}"`);
  }
  for (const kind of words("PromptKind")) {
    for (const page of ["prompts.en.md", "prompts.zh.md"]) assert.ok(files[page].includes(`<PromptCards kind="${kind}" />`), `${page} lacks ${kind}`);
  }
});

test("every_prompt_is_shown_in_both_languages_with_the_engines_own_style", () => {
  const { prompts, sheet } = JSON.parse(files["prompts.json"]);
  assert.deepEqual(prompts.map(({ kind }) => kind), words("PromptKind"));
  for (const { kind, zh, en } of prompts) assert.ok(/\p{Script=Han}/u.test(zh.title + zh.body) && !/\p{Script=Han}/u.test(en.title + en.body), kind);
  assert.match(sheet, /\.dialog\{box-sizing:border-box;.*prefers-color-scheme:dark/s);
});

test("a_word_that_nothing_is_said_of_and_one_that_there_is_not_are_named", () => {
  assert.throws(() => same("fields", ["a", "b"], ["b", "c"]), /fields: nothing is said of a; there is no c/);
  assert.throws(() => tableOf("\n## Install\n\ntext\n", "Install", "entry"), /no table begins with/);
  assert.throws(() => tableOf("# x\n", "Install", "entry"), /no section "Install"/);
});

test("pages_include_what_is_generated_and_nothing_is_generated_for_no_page", () => {
  const pages = readdirSync(docs, { recursive: true }).filter((name) => name.endsWith(".md") && !/node_modules|generated|\.vitepress/.test(name));
  const wanted = pages.flatMap((page) => [...readFileSync(join(docs, page), "utf8").matchAll(/<!--@include: (\S+)-->/g)].map(([, path]) => relative(join(docs, "generated"), join(docs, dirname(page), path))));
  // What is no page of its own may be kept elsewhere, in a file that is written and held there.
  const [kept, generated] = [wanted.filter((path) => path.startsWith("..")), wanted.filter((path) => !path.startsWith(".."))];
  for (const path of kept) assert.ok(existsSync(join(docs, "generated", path)), path);
  same("the includes of the pages", Object.keys(files).filter((name) => name.endsWith(".md")), [...new Set(generated)]);
});
