// The stacks: for each a project in projects/ that is built as its team would build it, and what serves it where files alone do not.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const here = import.meta.dirname;

/** The two releases that each project is built in. The second is deployed over the first. */
export const RELEASES = ["1.1.0", "1.2.0"];

/** No name of a real host: the browser is told where it is. Builds know it by name, so that they are the same in every run. */
export const BACKUP_HOST = "backup.example";

/** SvelteKit has no entry script: an inline one imports its two entries. */
const imported = (html) => [...html.matchAll(/import\("\.?(\/[^"]+)"\)/g)].map(([, path]) => path);

/**
 * Each stack: its name, which is that of its folder, and the commands that build it there. A build leaves the files to serve in `dist`; or else `server` is
 * the command that serves it, on the port PORT of HOST. `entries`: the entry scripts in a page's HTML, where they are not script elements. `quiet`: the page
 * itself has its entries from the backup, and the guard does not hear of it.
 */
export const STACKS = [
  { name: "vite-react", build: [["vite", "build"]] },
  { name: "vite-vue", build: [["vite", "build"]] },
  { name: "vite-svelte", build: [["vite", "build"]] },
  { name: "vite-solid", build: [["vite", "build"]] },
  { name: "vite-plain", build: [["vite", "build"]] },
  { name: "webpack-react", build: [["webpack", "build"]] },
  { name: "rspack-react", build: [["rspack", "build"]] },
  { name: "rsbuild-vue", build: [["rsbuild", "build"]] },
  { name: "rollup-plain", build: [["rollup", "--config"]] },
  { name: "esbuild-react", build: [["node", "build.js"]] },
  { name: "farm-plain", build: [["node", "build.js"]] },
  { name: "farm-react", build: [["farm", "build"]] },
  { name: "html-plain", build: [["node", "build.js"]] },
  { name: "next-react", build: [["node", "pagemend.prebuild.mjs"], ["next", "build", "--webpack"]], server: ["next", "start"] },
  { name: "nuxt-vue", build: [["node", "pagemend.prebuild.mjs"], ["nuxt", "build"]], server: ["node", ".output/server/index.mjs"] },
  { name: "sveltekit-svelte", build: [["vite", "build"]], server: ["node", "build"], entries: imported, quiet: true },
  { name: "express-plain", build: [["node", "pagemend.files.mjs"], ["node", "build.js"]], server: ["node", "server.mjs"] },
];

/** Where a release of a stack is built, and served from. */
export const folderOf = ({ name }, release) => join(here, "target", release, "projects", name);

/** What a release of a stack is told by its environment, when it is built and when it is served. */
export function environment({ name }, release) {
  const { PATH, ...rest } = process.env;
  return {
    ...rest,
    PATH: `${join(here, "node_modules/.bin")}:${PATH}`,
    SERVICE: name,
    BUILD: release,
    BUILD_NUMBER: String(RELEASES.indexOf(release) + 1),
    BACKUP_ORIGIN: `http://${BACKUP_HOST}`,
    NODE_ENV: "production",
    // Nothing of what is built here calls home.
    NEXT_TELEMETRY_DISABLED: "1",
    NUXT_TELEMETRY_DISABLED: "1",
  };
}

/** The stacks of these names, `*` for any text; all of them for none. */
export function chosen(names) {
  if (!names.length) return STACKS;
  const pattern = (name) => new RegExp(`^${name.split("*").map(RegExp.escape ?? escaped).join(".*")}$`);
  for (const name of names) {
    if (!STACKS.some((stack) => pattern(name).test(stack.name))) throw new Error(`no stack is called ${name}; there are ${STACKS.map((stack) => stack.name).join(", ")}`);
  }
  return STACKS.filter((stack) => names.some((name) => pattern(name).test(stack.name)));
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Throws where something is missing that `cargo xtask lab --suite stacks` provides. */
export function provided() {
  if (!existsSync(join(here, "node_modules/pagemend/package.json"))) throw new Error("tests/stacks has no packed tarball installed: run `cargo xtask lab --suite stacks`");
  return JSON.parse(readFileSync(join(here, "node_modules/pagemend/package.json"), "utf8")).version;
}
