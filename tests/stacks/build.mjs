// Builds the projects in both releases, those that are not current: node build.mjs [NAME…]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { chosen, environment, folderOf, here, provided, RELEASES } from "./stacks.mjs";

/** What stands beside the projects, and is theirs as well. */
const BESIDE = ["app", "release.mjs", "unbundled.mjs"];
/** What changes every build besides a project's own files. */
const TOOLS = ["stacks.mjs", "package-lock.json", "node_modules/pagemend/dist"];

/** A hash of these files and folders: names and contents. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  const read = (path) => {
    if (statSync(path).isFile()) hash.update(relative(here, path)).update(readFileSync(path));
    else for (const name of readdirSync(path).sort()) read(join(path, name));
  };
  for (const path of paths) read(join(here, path));
  return hash.digest("hex");
}

/**
 * Builds a stack if anything that it is made of has changed: a copy for each release, because some frameworks build into their sources' folder and serve from it.
 * Throws what its bundler says where that fails.
 */
export function built(stack) {
  const project = `projects/${stack.name}`;
  const stamp = join(here, "target", `${stack.name}.stamp`);
  const now = fingerprint([project, ...BESIDE, ...TOOLS]);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) return;
  const began = performance.now();
  console.error(`▸ ${stack.name}: building two releases`);
  rmSync(stamp, { force: true });
  for (const release of RELEASES) {
    const folder = folderOf(stack, release);
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(here, project), folder, { recursive: true });
    for (const path of BESIDE) cpSync(join(here, path), join(here, "target", release, path), { recursive: true });
    for (const [command, ...args] of stack.build) {
      const { error, status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env: environment(stack, release), encoding: "utf8" });
      if (error || status !== 0) throw new Error(`${stack.name}: \`${[command, ...args].join(" ")}\` failed (${error ?? `exit status ${status}`}):\n${stdout}${stderr}`);
    }
  }
  writeFileSync(stamp, now);
  console.error(`  done in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  provided();
  for (const stack of chosen(process.argv.slice(2))) built(stack);
}
