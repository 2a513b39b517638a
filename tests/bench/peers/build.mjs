// Bundles the judges into one classic script: `node build.mjs [FILE]`, by default target/bench/peers.js.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here("src/judges.js")],
  outfile: process.argv[2] ?? here("../../../target/bench/peers.js"),
  bundle: true,
  format: "iife",
  target: "es2020",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
});
