// Projects with the packed tarball installed, as users have them: made in a folder for this run, built by real bundlers, and served at a page's origin.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const npm = process.env.PAGEMEND_NPM_DIR ?? join(here, "../../target/npm");
const { version } = JSON.parse(readFileSync(join(here, "../npm/package.json"), "utf8"));
const tarball = join(npm, `pagemend-${version}.tgz`);
if (!existsSync(tarball)) throw new Error(`${tarball} is missing: run \`cargo xtask package\` first`);

export const work = mkdtempSync(join(tmpdir(), "pagemend-projects-"));
export const cleanUp = () => rmSync(work, { recursive: true, force: true });

/** A project with nothing but the tarball and these packages, which are the tests' own, installed. */
export function project(name, files, uses = []) {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  // Offline on purpose: the package has no dependencies, and must not grow any unseen.
  execFileSync("npm", ["install", "--silent", "--offline", "--no-audit", "--no-fund", "--legacy-peer-deps", tarball], { cwd: folder, stdio: "inherit" });
  for (const used of new Set(["vite", ...uses])) {
    mkdirSync(dirname(join(folder, "node_modules", used)), { recursive: true });
    symlinkSync(join(here, "../node_modules", used), join(folder, "node_modules", used));
  }
  write(folder, files);
  return folder;
}

export function write(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The files of a folder: where they are, and as what they are served. */
export const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file, "/" + relative(folder, file).replaceAll("\\", "/")]);

/** The scripts and style sheets of a build, as its manifest must tell of them. */
export function hashesIn(dist) {
  const code = filesOf(dist).filter(([, path]) => /\.(js|css)$/.test(path) && !path.startsWith("/pagemend/"));
  if (!code.length) throw new Error(`${dist} has neither scripts nor style sheets`);
  return Object.fromEntries(code.map(([file, path]) => [path.slice(1), `sha256-${createHash("sha256").update(readFileSync(file)).digest("base64")}`]));
}

/** Serves a folder at one origin, beside what is there. */
export function publish({ routes }, folder) {
  for (const [file, path] of filesOf(folder)) routes.set(path, { body: readFileSync(file) });
  const index = join(folder, "index.html");
  if (existsSync(index)) routes.set("/", { body: readFileSync(index), type: "html" });
}

/** Serves a folder at the page's origin, and nothing else. */
export function serve(site, folder) {
  site.reset();
  publish(site.page, folder);
}

/** A page's HTML, with these scripts at the end of its body. */
export const page = (scripts, head = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<link rel="icon" href="data:,"></head><body><div id="app"></div>${scripts}</body></html>`;
