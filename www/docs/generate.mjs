// Writes the reference pages' contents into generated/, from where each thing is described once: options and interfaces from the package's sources, prompts,
// causes and records from engine.json (which a test of the engine writes), tables from the README. Nothing of it is committed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { interfaces } from "../../pkg-config/docs/interfaces.mjs";
import { table as options } from "../../pkg-config/docs/readme.mjs";
import { promptStyle } from "./prompt-style.mjs";
import { EXPECTED } from "./fault-lab.mjs";
import { EVENTS, FIELDS } from "./records.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const read = (path) => readFileSync(join(root, path), "utf8");

const cell = (text) => String(text).replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
const code = (text) => `\`${text}\``;
/** A table in Markdown. */
function table(head, rows) {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |\n`).join("");
}

/** Two lists of names must be the same; what one has and the other lacks is named. */
export function same(what, wanted, given) {
  const missing = wanted.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !wanted.includes(name));
  if (missing.length || unknown.length) throw new Error(`${what}: ${[missing.length && `nothing is said of ${missing.join(", ")}`, unknown.length && `there is no ${unknown.join(", ")}`].filter(Boolean).join("; ")}`);
}

/** A section of the README, without its heading. */
export function section(readme, heading) {
  const [, rest] = readme.split(`\n## ${heading}\n`);
  if (rest === undefined) throw new Error(`README.md has no section "${heading}"`);
  return rest.split(/\n## /)[0].trim();
}

/** The table of that section whose head begins so. */
export function tableOf(readme, heading, first) {
  const lines = section(readme, heading).split("\n");
  const at = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  if (at < 0) throw new Error(`README.md, "${heading}": no table begins with "| ${first} |"`);
  const end = lines.findIndex((line, number) => number > at && !line.startsWith("|"));
  return lines.slice(at, end < 0 ? undefined : end).join("\n") + "\n";
}

/** Tables that the site shows as the README has them: by the name of the generated file. */
const README_TABLES = {
  entries: ["Install", "entry"],
  bundlers: ["Install", "bundler"],
  doctor: ["Doctor", "what"],
  adapters: ["React and Vue", "React"],
  manifest: ["Which build is live", "field"],
  freshness: ["Which build is live", "state"],
  promises: ["Promises", "promise"],
  faults: ["Faults and outcomes", "fault"],
  looks: ["Blank pages", "state"],
  sizes: ["Sizes", "what a page loads"],
};

const member = ({ name, optional, type, about }) => [code(optional ? `${name}?` : name), code(type.replace(/\s+/g, " ")), about];

function events(types, told) {
  const events = types.get("GuardEvents").members;
  return events.map(({ name, type }) => {
    const { about, members } = types.get(type);
    const [sample] = told[type];
    // A notice that extends a verdict or a report has that one's members, too.
    const base = { VerdictNotice: "RenderVerdict", RepairNotice: "RepairReport" }[type];
    const all = [...members, ...(base ? types.get(base).members : [])].filter((field) => field.name !== "type");
    same(`the event "${name}"`, Object.keys(sample).filter((key) => key !== "type"), all.map((field) => field.name).filter((field) => field in sample));
    const sampled = `\`\`\`json\n${JSON.stringify(sample, null, 2)}\n\`\`\`\n`;
    return `## ${code(name)}\n\n${about}\n\n${all.length ? table(["field", "type", "is"], all.map(member)) : ""}\nAs it is heard:\n\n${sampled}`;
  }).join("\n");
}

/** The guard's methods. */
function methods(types) {
  return types.get("Guard").members.map(({ name, type, about }) => `## ${code(`guard.${name}`)}\n\n\`\`\`ts\n${type}\n\`\`\`\n\n${about}\n`).join("\n");
}

const shape = (of) => (of.about ? `${of.about}\n\n` : "") + table(["key", "type", "is"], of.members.map(member));

function records(engine, language) {
  const value = ({ stringValue, intValue, arrayValue }) => (arrayValue ? arrayValue.values.map(value).join("; ") : (stringValue ?? intValue));
  const [field, example, is] = language === "zh" ? ["字段", "示例", "含义"] : ["field", "for example", "is"];
  const sent = engine.records.map(({ eventName, body, attributes }) => {
    const rows = attributes.map((attribute) => [code(attribute.key), code(value(attribute.value)), FIELDS[attribute.key][language]]);
    return `### ${EVENTS[eventName][language]}\n\n${language === "zh" ? "事件名" : "Event name"} ${code(eventName)}${body.stringValue ? `${language === "zh" ? "，正文" : ", body"} ${code(body.stringValue)}` : ""}.\n\n${table([field, example, is], rows)}`;
  });
  const resource = engine.resource.map((key) => [code(key), FIELDS[key][language]]);
  return `${sent.join("\n")}\n### ${language === "zh" ? "每次请求附带" : "With each request"}\n\n${table([field, is], resource)}`;
}

/** The words of the engine's closed sets. */
const words = (head, list) => table(head, list.map(({ code: word, about }) => [code(word), about]));

function prompts(engine, language) {
  return engine.prompts.map(({ kind, about, [language]: said }) => {
    const heading = language === "zh" ? `${said.title} ${code(kind)}` : `${code(kind)}`;
    return `## ${heading} {#${kind}}\n\n${language === "zh" ? "" : `${about}\n\n`}<PromptCards kind="${kind}" />\n`;
  }).join("\n");
}

/** Everything, by file name. */
export async function generated() {
  const engine = JSON.parse(read("www/docs/engine.json"));
  const told = JSON.parse(read("pkg-config/tests/golden/told.json"));
  const readme = read("README.md");
  const types = interfaces("types.ts", "plugin-options.ts", "boot-config.ts");
  const sent = [...new Set(engine.records.flatMap(({ attributes }) => attributes.map(({ key }) => key)).concat(engine.resource))];
  same("www/docs/records.mjs, the fields", sent, Object.keys(FIELDS));
  same("www/docs/records.mjs, the records", engine.records.map(({ eventName }) => eventName), Object.keys(EVENTS));
  const faults = tableOf(readme, ...README_TABLES.faults).split("\n").slice(2, -1).map((row) => row.split("|").slice(1, -1).map((text) => text.trim()));
  same("www/docs/fault-lab.mjs", faults.map(([fault]) => fault.replaceAll("`", "")), Object.keys(EXPECTED));
  const files = {
    "options.md": await options(),
    "plugin-options.md": shape(types.get("PagemendPluginOptions")),
    "boot-config.md": shape(types.get("BootConfig")),
    "draft-options.md": shape(types.get("DraftOptions")),
    "data-options.md": shape(types.get("DataOptions")),
    "methods.md": methods(types),
    "events.md": events(types, told),
    "causes.md": table(["cause", "is", "what is done, mildest first"], engine.causes.map((cause) => [code(cause.code), cause.about, cause.ladder.map((rung, at) => `${at + 1}. ${rung}`).join("<br>")])),
    "evidence.md": words(["kind", "was found"], engine.evidence),
    "stages.md": words(["stage", "is"], engine.stages),
    "outcomes.md": words(["outcome", "is"], engine.outcomes),
    "prompts.en.md": prompts(engine, "en"),
    "prompts.zh.md": prompts(engine, "zh"),
    "records.en.md": records(engine, "en"),
    "records.zh.md": records(engine, "zh"),
    "prompts.json": JSON.stringify({ prompts: engine.prompts, ...(await promptStyle(root)) }),
    "faults.json": JSON.stringify(Object.fromEntries(faults.map(([fault, bare, guarded, cause, outcome]) => [fault.replaceAll("`", ""), { bare, guarded, cause, outcome }]))),
  };
  for (const [name, [heading, first]] of Object.entries(README_TABLES)) files[`readme-${name}.md`] = tableOf(readme, heading, first);
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(here, "generated");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(await generated())) writeFileSync(join(folder, name), text);
}
