// The recipes for frameworks (stacks.md) hold the very files that the suite `stacks` builds: `npm run docs` puts each after the comment that names it.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
export const RECIPES = join(here, "stacks.md");

/** The recipes with the files as they are now. */
export function filled(recipes) {
  return recipes.replace(/(<!-- (tests\/stacks\/\S+) -->\n)(```\w+\n[^]*?\n```\n)?/g, (_, comment, path) => {
    const text = readFileSync(join(root, path), "utf8").trimEnd();
    return `${comment}\`\`\`${extname(path).slice(1).replace("mjs", "js")}\n${text}\n\`\`\`\n`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(RECIPES, filled(readFileSync(RECIPES, "utf8")));
