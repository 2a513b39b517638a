// What boot.js keeps reaches the engine, whenever the engine takes over, and in words that both know.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [new URL("../src/events.ts", import.meta.url).pathname],
  bundle: true, format: "esm", write: false, logLevel: "error",
});
const { view } = await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));

const online = { type: "online", at: 1 };
const offline = { type: "offline", at: 2 };

test("an_event_between_the_start_and_the_take_over_is_not_lost", () => {
  const boot = { events: [online], dropped: 0, config: {} };
  const seen = view(boot);
  boot.events.push(offline);
  assert.deepEqual(seen.events.map((e) => e.online), [true, false]);
});

test("after_the_take_over_events_are_worded_one_by_one", () => {
  const boot = { events: [online], dropped: 0, config: {} };
  const heard = [];
  view(boot).on = (e) => heard.push(e.online);
  assert.equal(boot.events.length, 0);
  boot.on(offline);
  assert.deepEqual(heard, [false]);
});

test("a_failed_part_of_the_application_is_known_by_the_words_of_each_bundler", () => {
  const cases = [
    ["TypeError", "Failed to fetch dynamically imported module: https://loan.example/view.js", "https://loan.example/view.js"],
    ["ChunkLoadError", "Loading chunk 431 failed.\n(error: https://loan.example/431.js)", "https://loan.example/431.js"],
    ["ChunkLoadError", "Loading CSS chunk 431 failed.\n(/431.css)", "/431.css"],
    ["ChunkLoadError", "Failed to load chunk /_next/431.js from module 7", "/_next/431.js"],
    ["ChunkLoadError", "worded in another way", ""],
  ];
  for (const [name, message, url] of cases) {
    const reason = Object.assign(new Error(message), { name });
    const [told] = view({ events: [{ type: "unhandledrejection", reason, at: 1 }], dropped: 0, config: {} }).events;
    assert.deepEqual([told.kind, told.url], ["import", url], message);
  }
});

test("a_script_that_the_page_has_put_in_is_told_from_one_of_the_document", () => {
  const script = (async, ...attributes) => ({ localName: "script", type: "", async, hasAttribute: (name) => attributes.includes(name) });
  const cases = [[script(true), true], [script(true, "async"), false], [script(true, "async", "data-webpack"), true], [script(false), false]];
  for (const [element, lazy] of cases) {
    const [told] = view({ events: [{ of: { url: "https://loan.example/431.js", element, at: 1 }, tries: 0, at: 2 }], dropped: 0, config: {} }).events;
    assert.equal(told.lazy, lazy);
  }
});

test("a_style_sheet_that_the_page_has_put_in_is_told_from_one_of_the_document", (t) => {
  const link = { localName: "link", rel: "stylesheet", hasAttribute: () => false };
  const told = (failedAt) => view({ events: [{ of: { url: "https://loan.example/view.css", element: link, at: failedAt }, tries: 0, at: failedAt }], dropped: 0, config: {} }).events[0].lazy;
  const loadedAt = (loadEventStart) => t.mock.method(performance, "getEntriesByType", () => [{ loadEventStart }]);
  loadedAt(0);
  assert.equal(told(500), false, "the document still waits for its sheets");
  loadedAt(800);
  assert.equal(told(500), false, "one of the document, which the engine hears of later");
  assert.equal(told(900), true);
});

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm"), "package/dist");
const note = { url: "https://loan.example/a.js", element: { localName: "script", type: "" }, event: undefined, why: "html", times: undefined, at: 1 };
/** One of each kind that boot.js and instrument.js keep. */
const RAW = [
  note,
  { of: note, to: "https://backup.example/a.js", ok: 1, tries: 1, at: 2 },
  { type: "error", message: "no", filename: "a.js", lineno: 1, at: 3 },
  { type: "unhandledrejection", reason: new Error("no"), at: 4 },
  { type: "vite:preloadError", payload: new Error("Unable to preload CSS for /a.css"), at: 5 },
  { type: "securitypolicyviolation", effectiveDirective: "script-src", blockedURI: "inline", at: 6 },
  online,
  { kind: "call", url: "https://loan.example/api", status: 0, at: 7 },
  { kind: "said", error: new Error("no"), at: 8 },
  { kind: "loop", count: 5, at: 9 },
  { kind: "engine", url: "https://loan.example/pagemend_bg.wasm", ok: false, why: "html", at: 10 },
];

test("the_engine_reads_the_words_in_which_events_are_told", () => {
  const told = view({ events: RAW, dropped: 0, config: {} }).events;
  const words = new Set(told.flatMap(Object.keys));
  const rust = readFileSync(join(root, "src/shell/boot_events.rs"), "utf8");
  const getters = rust.matchAll(/(?:js_name = (\w+)\)\]\n\s+)?fn (\w+)\(this: &BootEvent\)/g);
  const read = [...getters].map(([, name, getter]) => name ?? getter);
  assert.ok(read.length > 15, "boot_events.rs reads events in another way than this test knows");
  assert.deepEqual(read.filter((word) => !words.has(word)), []);
  const kinds = [...rust.matchAll(/^ {8}"(\w+)" (?:=>|if)/gm)].map(([, kind]) => kind);
  assert.deepEqual([...new Set(kinds)].sort(), [...new Set(told.map(({ kind }) => kind))].sort());
});

test("what_crosses_from_script_to_script_keeps_its_name_and_the_rest_is_shortened", () => {
  const boot = readFileSync(join(dist, "boot.js"), "utf8");
  const protocol = readFileSync(join(root, "pkg-config/src/protocol.ts"), "utf8");
  assert.doesNotMatch(protocol, /^\s+_[a-z]/m, "a name that is shortened crosses");
  const members = /interface Boot \{([^]*?)\n\}/.exec(protocol)[1].matchAll(/^ {2}(\w+)[?(:]/gm);
  const resorts = ["resort", "failed", "off", "debug"];
  const engines = ["engine", "on", "fetch", "heard", "plain", ...resorts];
  const made = [...members].map(([, name]) => name).filter((name) => !engines.includes(name));
  assert.ok(made.length > 10);
  for (const name of [...made, ...Object.keys(note), "of", "to", "ok", "tries"]) assert.match(boot, new RegExp(`\\b${name}\\b`), `boot.js does not say ${name}`);
  for (const name of ["engine", "plain"]) assert.match(readFileSync(join(dist, `${name}.js`), "utf8"), /\.plain\b/, `${name}.js`);
  const resort = readFileSync(join(dist, "resort.js"), "utf8");
  for (const name of resorts) assert.match(resort, new RegExp(`\\b${name}\\b`), `resort.js does not say ${name}`);
  for (const name of ["boot", "resort", "trust", "instrument", "calls"]) assert.doesNotMatch(readFileSync(join(dist, `${name}.js`), "utf8"), /[.{,]_[a-z]\w*/, `${name}.js`);
});
