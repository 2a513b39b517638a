// Options as they are described in options.ts: what is said of each bad one, what is used instead, and what the engine is handed.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { OPTIONS_TABLE, placed, table } from "../docs/readme.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
async function bundled(contents, format) {
  const { outputFiles } = await build({ stdin: { contents, resolveDir: join(here, "../src") }, bundle: true, format, write: false, logLevel: "error" });
  return outputFiles[0].text;
}
const { check, OPTIONS } = await import("data:text/javascript;base64," + Buffer.from(await bundled('export * from "./options.ts"', "esm")).toString("base64"));

/** A page in Chinese. */
const place = { isUrl: (text) => /^(\/|https?:\/\/.)/.test(text), isSelector: (text) => !text.includes("!!"), languages: () => ["", "zh-Hans"] };
const read = (given) => check(given, place);
const problems = (given) => read(given).problems;
const URL_WANTED = "expected an http(s) URL, absolute or relative to the page";
const endless = { deep: null };
endless.deep = endless;

/** Options, and what is said of them: each line after "pagemend: option ". */
const CASES = [
  [undefined], [null], [{}], [{ retry: null, help: undefined, services: null, furniture: null, refusals: null, locale: null, strict: null }],
  ["x", 'itself is "x" (string); expected an object; using the defaults'],
  [7, "itself is 7 (number); expected an object; using the defaults"],
  [[], "itself is […] (array); expected an object; using the defaults"],
  [() => 1, "itself is of no use here (function); expected an object; using the defaults"],
  [{ service: 1 }, '"service" is 1 (number); expected a string; using none'],
  [{ service: () => 1 }, '"service" is of no use here (function); expected a string; using none'],
  [{ service: Symbol("x") }, '"service" is of no use here (symbol or bigint); expected a string; using none'],
  [{ service: 1n }, '"service" is of no use here (symbol or bigint); expected a string; using none'],
  [{ service: {} }, '"service" is {…} (object); expected a string; using none'],
  [{ service: endless }, '"service" is {…} (object); expected a string; using none'],
  [{ builtAt: 9e15 }, '"builtAt" is 9000000000000000 (number); expected a whole number from 0 to 8640000000000000; using 0'],
  [{ endpoint: "ftp://logs" }, `"endpoint" is "ftp://logs" (string); ${URL_WANTED}; using none`],
  [{ endpoint: "" }, `"endpoint" is "" (string); ${URL_WANTED}; using none`],
  [{ endpoint: "x".repeat(500) }, `"endpoint" is "${"x".repeat(60)}…" (string); ${URL_WANTED}; using none`],
  [{ freshness: { url: "build" } }, `"freshness.url" is "build" (string); ${URL_WANTED}; using /pagemend/build.json`],
  [{ root: "!!" }, '"root" is "!!" (string); expected a CSS selector; using #app, #root, main'],
  [{ furniture: [".bar", 1] }, '"furniture[1]" is 1 (number); expected a CSS selector; using the others'],
  [{ furniture: [null] }, '"furniture[0]" is null (nothing); expected a CSS selector; using the others'],
  [{ names: "loan" }, '"names" is "loan" (string); expected an array of strings; using none'],
  [{ fallbackOrigins: ["b"] }, `"fallbackOrigins[0]" is "b" (string); ${URL_WANTED}; using the others`],
  [{ locale: "fr" }, '"locale" is "fr" (string); expected "auto", "zh-CN", "en"; using "auto"'],
  [{ consent: true }, '"consent" is true (boolean); expected "pending", "granted", "denied"; using "pending"'],
  [{ strict: "yes" }, '"strict" is "yes" (string); expected true or false; using false'],
  [{ retry: 3 }, '"retry" is 3 (number); expected an object; using the defaults'],
  [{ retry: [] }, '"retry" is […] (array); expected an object; using the defaults'],
  [{ retry: { limit: "many" } }, '"retry.limit" is "many" (string); expected a whole number from 1 to 10; using 3'],
  [{ retry: { limit: 2.5 } }, '"retry.limit" is 2.5 (number); expected a whole number from 1 to 10; using 3'],
  [{ retry: { limit: NaN } }, '"retry.limit" is NaN (number); expected a whole number from 1 to 10; using 3'],
  [{ retry: { limit: Infinity } }, '"retry.limit" is Infinity (number); expected a whole number from 1 to 10; using 3'],
  [{ retry: { limit: 11 } }, '"retry.limit" is 11 (number); expected a whole number from 1 to 10; using 3'],
  [{ retry: { baseMs: -1 } }, '"retry.baseMs" is -1 (number); expected a whole number from 10 to 60000; using 300'],
  [{ retry: { limits: 3 } }, '"retry.limits" is not known; expected one of limit, baseMs, capMs, budget, retryAfterCapMs; ignoring it'],
  [{ endpont: "/v1/logs" }, `"endpont" is not known; expected one of ${Object.keys(OPTIONS).join(", ")}; ignoring it`],
  [JSON.parse('{"__proto__": 1}'), `"__proto__" is not known; expected one of ${Object.keys(OPTIONS).join(", ")}; ignoring it`],
  [{ services: {} }, '"services" is {…} (object); expected an array of objects; using none'],
  [{ services: ["/api"] }, '"services[0]" is "/api" (string); expected an object; using the defaults'],
  [{ services: [{ name: "Home" }] }, '"services[0].match" is missing; expected a string; leaving the entry out'],
  [{ services: [{ match: 1, nam: 1 }] }, '"services[0].match" is 1 (number); expected a string; using none', '"services[0].nam" is not known; expected one of match, name; ignoring it'],
  [{ services: [{ match: "/", name: { zh: {} } }] }, '"services[0].name.zh" is {…} (object); expected a string; using none'],
  [{ alternatives: [{}, { id: "voice", label: 1 }] }, '"alternatives[0].id" is missing; expected a string; leaving the entry out', '"alternatives[1].label" is 1 (number); expected a string or { zh, en }; using none'],
  [{ storage: { shapes: { cart: "object" } } }, '"storage.shapes" is {…} (object); expected an array of objects; using none'],
  [{ storage: { shapes: [{ kind: "object" }] } }, '"storage.shapes[0].key" is missing; expected a string; leaving the entry out'],
  [{ storage: { shapes: [{ key: "cart", kind: "list" }] } }, '"storage.shapes[0].kind" is "list" (string); expected "value", "object", "array", "string", "number", "boolean"; using "value"'],
  [{ storage: { shapes: [{ key: "cart", members: ["items"] }] } }, '"storage.shapes[0].members" is […] (array); expected an object of name → kind; using none'],
  [{ storage: { shapes: [{ key: "cart", members: { items: [] } }] } }, '"storage.shapes[0].members.items" is […] (array); expected "value", "object", "array", "string", "number", "boolean"; using "value"'],
  [{ storage: { shapes: [{ key: "cart", version: 3 }] } }, '"storage.shapes[0].version" is 3 (number); expected a string; using none'],
  [{ storage: { shapes: [{ key: "cart", version: "v", versions: 3 }] } }, '"storage.shapes[0].versions" is 3 (number); expected an array of strings and numbers; using none'],
  [{ storage: { shapes: [{ key: "cart", version: "v", versions: [3, null] }] } }, '"storage.shapes[0].versions[1]" is null (nothing); expected a string or a number; using the others'],
  [{ storage: { shapes: [{ key: "cart", maxBytes: 9, maxLength: -1 }] } }, '"storage.shapes[0].maxLength" is -1 (number); expected a whole number from 0 to 10000000; using 0', '"storage.shapes[0].maxBytes" is not known; expected one of key, kind, members, version, versions, maxLength; ignoring it'],
  [{ help: { hours: 9 } }, '"help.hours" is 9 (number); expected a string or { zh, en }; using none'],
  [{ help: { hours: { de: "9" } } }, '"help.hours.de" is not known; expected one of zh, en; ignoring it'],
  [{ refusals: [] }, '"refusals" is […] (array); expected an object of business code → text; using none'],
  [{ refusals: { RISK: 1 } }, '"refusals.RISK" is 1 (number); expected a string or { zh, en }; using none'],
];

test("each_wrong_option_is_one_line_with_what_was_given_what_is_allowed_and_what_is_used", () => {
  for (const [given, ...lines] of CASES) assert.deepEqual(problems(given), lines.map((line) => `pagemend: option ${line}`));
});

test("problems_are_told_in_the_order_of_the_options_whatever_the_order_in_which_they_are_given", () => {
  const lines = problems({ x: 1, strict: 1, retry: { y: 1, capMs: 0 }, service: 2 });
  assert.deepEqual(lines.map((line) => /option "([\w.]+)"/.exec(line)[1]), ["service", "retry.capMs", "retry.y", "strict", "x"]);
});

test("every_limit_is_allowed_and_what_is_beyond_it_is_not", () => {
  const limits = { "builtAt": [0, 8.64e15], "buildNumber": [0, 8.64e15], "freshness.pollMs": [0, 86_400_000], "expiresAt": [0, 8.64e15], "deadlines.settleMs": [100, 60_000], "deadlines.loadingMs": [500, 600_000], "deadlines.requestMs": [500, 600_000], "playbook.timeoutMs": [500, 60_000], "retry.limit": [1, 10], "retry.baseMs": [10, 60_000], "retry.capMs": [10, 600_000], "retry.budget": [0, 1000], "retry.retryAfterCapMs": [0, 600_000] };
  for (const [name, [from, to]] of Object.entries(limits)) {
    const given = (value) => name.split(".").reverse().reduce((inner, key) => ({ [key]: inner }), value);
    const used = (value) => name.split(".").reduce((outer, key) => outer[key], read(given(value)).options);
    for (const value of [from, to]) assert.deepEqual([problems(given(value)), used(value)], [[], value], name);
    for (const value of [from - 1, to + 1]) assert.match(problems(given(value))[0], new RegExp(`expected a whole number from ${from} to ${to}; using ${used({})}$`), name);
  }
});

/** Each option given, and none with its default. */
const GIVEN = {
  service: "loan", build: "1.4.0", builtAt: 1.76e12, buildNumber: 140, endpoint: "/v1/logs", root: "#stage", furniture: [".bar", ".tabs"], locale: "auto",
  fallbackOrigins: ["https://b.example/", "https://c.example"], freshness: { url: "/build.json", pollMs: 0 }, expiresAt: 1_760_000_600_000, renewLink: "/renew", landing: "/loan",
  storage: { drafts: ["loan:draft"], json: ["loan:plan"], shapes: [{ key: "cart", kind: "object", members: { items: "array", note: "value" }, version: "v", versions: [3, "4-beta"], maxLength: 65536 }, { key: "seen" }], caches: ["pictures"] }, services: [{ match: "/api/home", name: { zh: "额度服务" } }, null],
  help: { phone: "400-800-1234", hours: "9–18", url: "/help", feedback: "/feedback" },
  alternatives: [{ id: "voice", label: { zh: "语音验证码", en: "Voice call" } }], refusals: { RISK: "No" }, names: ["huanbei"],
  deadlines: { settleMs: 100, loadingMs: 500, requestMs: 600_000 }, retry: { limit: 2, baseMs: 10, capMs: 20, budget: 0, retryAfterCapMs: 0 },
  playbook: { url: "/playbook.json", timeoutMs: 500, publicKey: "BA==" }, consent: "granted", step: "apply", strict: true,
};

/** What the engine is handed; UPDATE_GOLDEN=1 writes it anew, for review. tests/options.rs and tests/web/options.rs read it, too. */
test("the_engine_is_handed_what_the_golden_file_has", () => {
  assert.deepEqual(Object.keys(GIVEN), Object.keys(OPTIONS));
  const { strict: byDefault, ...defaults } = check({}, { ...place, languages: () => [] }).options;
  const { strict, ...checked } = read(GIVEN).options;
  assert.deepEqual([byDefault, strict, problems(GIVEN)], [false, true, []]);
  const golden = join(here, "golden/options.json");
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, JSON.stringify({ defaults, checked }, null, 2) + "\n");
  assert.deepEqual({ defaults, checked }, JSON.parse(readFileSync(golden, "utf8")), "the options have changed; UPDATE_GOLDEN=1 node --test pkg-config/tests/options.test.mjs, and review the difference");
  // Partial ones are made whole.
  assert.deepEqual(read({ retry: { limit: 5 } }).options.retry, { ...defaults.retry, limit: 5 });
});

test("the_language_is_the_pages_unless_it_is_said", () => {
  const locale = (given, ...languages) => check({ locale: given }, { ...place, languages: () => languages }).options.locale;
  assert.deepEqual([locale("auto", "zh-TW", "en"), locale("auto", "", "ZH"), locale(undefined, "en", "zh"), locale("auto", "de", ""), locale("en", "zh"), locale("zh-CN", "en")], ["zh-CN", "zh-CN", "zh-CN", "en", "en", "zh-CN"]);
});

test("a_flood_of_problems_is_cut_and_counted", () => {
  const lines = problems(Object.fromEntries(Array.from({ length: 57 }, (_, n) => [`x${n}`, 1])));
  assert.equal(lines.length, 51);
  assert.equal(lines[50], "pagemend: and 7 more problems with the options");
});

test("lists_and_objects_are_looked_at_up_to_a_bound", () => {
  assert.equal(read({ names: Array(10_000).fill("a") }).options.names.length, 300);
  assert.equal(read({ refusals: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`C${n}`, "No"])) }).options.refusals.length, 300);
  assert.equal(problems({ names: Object.assign([], { length: 2 ** 32 - 1 }) }).at(-1), "pagemend: and 250 more problems with the options");
});

test("what_throws_or_lies_when_it_is_read_is_as_if_it_were_not_there", () => {
  const no = () => {
    throw new Error("no");
  };
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const silent = [
    { get service() { return no(); }, get retry() { return no(); } },
    new Proxy({}, { ownKeys: no }), new Proxy({ service: "x" }, { get: no }), revoked,
    { help: revoked, storage: new Proxy({}, { ownKeys: no }), alternatives: [null, undefined] },
    Object.create({ service: 1, unknown: 1 }),
  ];
  const { options: defaults } = read({});
  for (const given of silent) assert.deepEqual(read(given), { options: defaults, problems: [] });
  assert.deepEqual(problems({ names: new Proxy([], { get: no }) }), []);
  assert.deepEqual(problems({ services: [new Proxy({}, { get: no, ownKeys: no })] }), ['pagemend: option "services[0].match" is missing; expected a string; leaving the entry out']);
  let reads = 0;
  const told = read({ alternatives: [{ get id() { return ++reads === 1 ? "voice" : {}; }, label: "Voice call" }] });
  assert.deepEqual([told.options.alternatives[0].id, told.problems, reads], ["voice", [], 1]);
});

test("a_page_that_has_replaced_what_reading_takes_gets_the_defaults_and_one_line", async () => {
  const code = await bundled('import { check } from "./options.ts"; globalThis.check = check', "iife");
  const replaced = ["Array.prototype.push", "Array.prototype.map", "Array.prototype.slice", "Array.prototype.find", "Array.prototype.forEach", "Array.prototype.includes", "Array.prototype.join", "Array.isArray", "Object.keys", "String", "String.prototype.slice", "String.prototype.replace", "Math.min", "RegExp.prototype.test", "RegExp.prototype.exec", "Symbol.iterator"];
  let unread = 0;
  for (const name of replaced) {
    const context = createContext({ place });
    // The file itself is part of the page's own bundle: it must run whatever the page has replaced.
    runInContext(`${name === "Symbol.iterator" ? "delete Array.prototype[Symbol.iterator]" : `${name} = () => { throw new Error("replaced") }`};${code}`, context);
    const read = runInContext('check({ service: "loan", retry: { limit: 2, x: 1 }, names: ["a"], refusals: { R: 1 }, fallbackOrigins: ["/b"] }, place)', context);
    const lines = Array.prototype.slice.call(read.problems);
    // Either it was not needed, and all is as ever, or nothing of the options is used.
    const wrong = name === "Array.isArray" ? ["fallbackOrigins", "refusals.R", "names", "retry.x"] : ["refusals.R", "retry.x"];
    const wanted = Object.keys(read.options).length ? wrong.map((key) => new RegExp(`^pagemend: option "${key}" is `)) : [/^pagemend: the options cannot be read on this page/];
    assert.equal(lines.length, wanted.length, `${name}: ${lines}`);
    wanted.forEach((line, index) => assert.match(lines[index], line, name));
    unread += Object.keys(read.options).length === 0;
  }
  assert.ok(unread > 5, `only ${unread} of them were needed`);
});

test("each_option_is_documented_where_users_see_it", () => {
  const types = readFileSync(join(process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm"), "package/dist/options.d.ts"), "utf8");
  for (const key of Object.keys(OPTIONS)) assert.match(types, new RegExp(`\\*/\\n    ${key}: `), `${key} has no documentation in options.d.ts`);
});

test("the_readme_says_of_the_options_what_their_description_says", async () => {
  const rows = await table();
  assert.equal(rows.split("\n").filter((row) => row.startsWith("| `retry.")).length, 5, "a row for each nested option");
  const readme = readFileSync(join(root, "README.md"), "utf8");
  assert.equal(readme, placed(readme, OPTIONS_TABLE, rows), "the README's table of options is not what src/options.ts describes; write it anew: npm run docs, in pkg-config");
});
