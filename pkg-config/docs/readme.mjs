// Writes the README's tables: `npm run docs`. Options come from their description (src/options.ts), whose comments are read by the TypeScript compiler; sizes
// from what was built last.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { API } from "typescript/unstable/sync";
import { sizes } from "./sizes.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "../src/options.ts");
const README = join(here, "../../README.md");
const SIZES = join(process.env.PAGEMEND_NPM_DIR ?? join(here, "../../target/npm"), "sizes.json");
/** Between which lines a table stands. */
export const OPTIONS_TABLE = { begin: "<!-- Options: written by `npm run docs` in pkg-config from pkg-config/src/options.ts. -->\n", end: "<!-- End of the options. -->" };
export const SIZES_TABLE = { begin: "<!-- Sizes: written by `npm run docs` in pkg-config from what was built last. -->\n", end: "<!-- End of the sizes. -->" };

/** The options in the words of words.mjs: `{ allowed, otherwise }` by name, or `{ shape }` of further ones. */
async function described() {
  const words = { name: "words", setup: ({ onResolve }) => onResolve({ filter: /^\.\/schema\.js$/ }, () => ({ path: join(here, "words.mjs") })) };
  const { outputFiles } = await build({ entryPoints: [source], plugins: [words], bundle: true, format: "esm", write: false, logLevel: "error" });
  return (await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"))).OPTIONS;
}

/** The comments of the options, by their full names: the first sentence, and what `@default` says. */
function comments() {
  const api = new API({ cwd: dirname(source) });
  try {
    const config = join(here, "../tsconfig.json");
    const file = api.updateSnapshot({ openProject: config }).getProject(config).program.getSourceFile(source);
    const declared = file.statements.flatMap(({ declarationList }) => declarationList?.declarations ?? []).find(({ name }) => name.text === "OPTIONS");
    const told = (parts) => (parts ?? []).map(({ text }) => text).join("").replace(/\s+/g, " ").trim();
    const all = new Map();
    const read = (object, before) => {
      for (const { name, initializer, jsDoc } of object.properties) {
        const { comment, tags = [] } = jsDoc?.at(-1) ?? {};
        const [sentence] = /^.*?\.(?= |$)/.exec(told(comment)) ?? [""];
        all.set(before + name.text, { sentence, otherwise: told(tags.find(({ tagName }) => tagName.text === "default")?.comment) });
        if (initializer.expression.name.text === "object") read(initializer.arguments[0], `${before}${name.text}.`);
      }
    };
    read(declared.initializer, "");
    return all;
  } finally {
    api.close();
  }
}

/** What holds where nothing is given: the description says the value, the comment may say more. */
function byDefault(name, value, said) {
  if (value === undefined || value === "") return said || "none";
  const shown = JSON.stringify(value);
  // A number that stands for nothing known has words, too.
  const [first, more] = said.split(/: (.*)/);
  if (first !== shown) throw new Error(`options.ts: the comment of ${name} says "@default ${said}", but the default is ${shown}`);
  return more ?? `\`${shown}\``;
}

/** The table, a row for each option. */
export async function table() {
  const told = comments();
  const rows = [];
  const add = (options, before) => {
    for (const [key, { allowed, otherwise, shape }] of Object.entries(options)) {
      const name = before + key;
      const { sentence, otherwise: said } = told.get(name);
      if (!sentence) throw new Error(`options.ts: ${name} has no comment with a sentence`);
      if (shape) add(shape, `${name}.`);
      else rows.push([`\`${name}\``, byDefault(name, otherwise, said), allowed + (key.endsWith("Ms") ? " ms" : ""), sentence.replaceAll("|", "\\|")]);
    }
  };
  add(await described(), "");
  return [["option", "default", "allowed", "meaning"], ["---", "---", "---", "---"], ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

/** The README with these rows in the place of that table. */
export function placed(readme, { begin, end }, rows) {
  const [before, rest, ...more] = readme.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (after === undefined || more.length) throw new Error(`README.md: this must stand once, and "${end}" after it: ${begin.trim()}`);
  return before + begin + rows + end + after;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = placed(readFileSync(README, "utf8"), OPTIONS_TABLE, await table());
  const measured = sizes(SIZES);
  if (!measured) console.warn(`${SIZES} is missing, so the table of sizes stays as it is: \`cargo xtask package\` measures them`);
  writeFileSync(README, measured ? placed(readme, SIZES_TABLE, measured) : readme);
}
