// The sentences of `guard.explain`: every code has its words in both languages, and a story says what was seen, weighed, done, held back, and why not more.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const { explained } = await import(join(process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm"), "package/dist/explain.js"));

const STORY = {
  id: "0123456789abcdef0123456789abcdef", reference: "k3x9p2a", cause: "stale-deploy", outcome: "prompted", step: "form", build: "1.0.0", page: "/apply", detected: 1_782_000_000_000,
  evidence: [
    { cause: "stale-deploy", weight: 95, kind: "newer-build", detail: "running 1.0.0, live 1.2.0" },
    { cause: "resource", weight: 60, kind: "import-failed", detail: "verify.js" },
  ],
  timeline: [
    { at: 0, stage: "detected", detail: "import-failed: verify.js" },
    { at: 1530, stage: "withheld", detail: "not reloaded: something typed would be lost" },
    { at: 12_000, stage: "prompted", detail: "update" },
  ],
  dropped: 2,
};

test("a_story_is_told_in_english", () => {
  const { text, incident } = explained(STORY, "en");
  assert.equal(incident, STORY);
  assert.equal(text, `Incident k3x9p2a (/apply, step form, build 1.0.0): the page is of an older build than the one that is live (stale-deploy). After 12 s: prompted.
What was seen, the strongest first:
  - a newer build is live: running 1.0.0, live 1.2.0
  - a lazy part of the page did not come: verify.js
How it was weighed:
  - the page is of an older build than the one that is live (stale-deploy), its strongest finding proves it by 95 of 100: taken for the cause
  - a file of the page did not come (resource), its strongest finding proves it by 60 of 100
What was done:
  - 0.00 s seen: import-failed: verify.js
  - 12 s asked the user: update
What was not done, and why:
  - 1.53 s held back on purpose: not reloaded: something typed would be lost
Why not more: A prompt stands before the user; the guard does nothing more until it is answered.
2 more did not fit.`);
});

test("a_story_is_told_in_chinese", () => {
  const { text } = explained(STORY, "zh");
  for (const part of ["事件 k3x9p2a", "线上已有新版本：running 1.0.0", "采信", "有意没有做", "另有 2 条没有记下。"]) assert.ok(text.includes(part), part);
});

test("every_code_has_words", () => {
  const vocabulary = readFileSync(join(here, "../src/vocabulary.ts"), "utf8");
  const codes = (type) => [...new RegExp(`type ${type} =([^;]*);`).exec(vocabulary)[1].matchAll(/"([^"]+)"/g)].map(([, code]) => code);
  const told = (change) => explained({ ...STORY, evidence: [], timeline: [], dropped: 0, ...change }, "zh").text;
  const chinese = /[\u4e00-\u9fff]/;
  for (const cause of codes("Cause")) assert.match(told({ cause }).split("\n")[0].split("）：")[1].split("（")[0], chinese, cause);
  for (const kind of codes("EvidenceKind")) assert.match(told({ evidence: [{ cause: "api", weight: 1, kind, detail: "" }] }).split("\n")[2], chinese, kind);
  for (const stage of codes("IncidentStage")) assert.match(told({ timeline: [{ at: 0, stage, detail: "" }] }), new RegExp(`0\\.00 s [\u4e00-\u9fff]`), stage);
  for (const outcome of codes("IncidentOutcome")) assert.match(told({ outcome }).split("\n").at(-1).split("：")[1] ?? "", chinese, outcome);
});

test("a_code_of_a_later_version_is_told_as_it_is", () => {
  assert.match(explained({ ...STORY, cause: "moon" }, "en").text, /: moon \(moon\)\./);
});
