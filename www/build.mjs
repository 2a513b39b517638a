// Builds the lending site twice, as two releases (dist/a is 1.0.0, dist/b is 1.1.0), so that a deployment can be played.
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
process.chdir(here);

if (!existsSync("node_modules/vite")) fail("the site's packages are not installed", "cd www && npm ci");
if (!existsSync("node_modules/pagemend/package.json")) {
  fail(
    "pagemend is not installed in www (npm ci removes it: it comes from the packed tarball)",
    "cargo xtask package, then: cd www && npm install --no-save ../target/npm/pagemend-0.1.0.tgz",
  );
}

const { build } = await import("vite");
let previous = 0;
for (const [name, version] of [["a", "1.0.0"], ["b", "1.1.0"]]) {
  const outDir = join(here, "dist", name);
  console.log(`site: building ${version} into ${relative(process.cwd(), outDir)} …`);
  // The second release must be the later one, even on a clock that stands still.
  previous = Math.max(Date.now(), previous + 1000);
  process.env.VITE_BUILD = version;
  process.env.VITE_BUILT_AT = String(previous);
  const started = performance.now();
  await build({ root: here, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  for (const file of ["index.html", "sw.js", "contract.html", "pagemend/build.json", "static/env.js", "static/sdk.js"]) {
    if (!existsSync(join(outDir, file))) fail(`the build ${version} has no ${file}`, "look at the messages of Vite above");
  }
  console.log(`site: ${version} done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function fail(what, fix) {
  console.error(`site: ${what}\n  fix: ${fix}`);
  process.exit(1);
}
