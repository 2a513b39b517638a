// Bundles the peers into classic scripts below target/bench: the judges of the corpus in one (peers.js), the monitors that the lending site is
// measured with in one each (page/), and the update checker that comes as modules (fresh/).
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const bundle = (entry, out) =>
  build({
    entryPoints: [here(`src/${entry}`)],
    outfile: here(`../../../target/bench/${out}`),
    bundle: true,
    format: "iife",
    target: "es2020",
    minify: true,
    legalComments: "none",
    loader: { ".png": "dataurl" },
    logLevel: "warning",
    define: {
      "process.env.NODE_ENV": '"production"',
      // Sentry's own switch, for bundles without its messages to developers.
      __SENTRY_DEBUG__: "false",
    },
  });

await bundle("judges.js", "peers.js");
await bundle("page-sentry.js", "page/sentry.js");
await bundle("page-faro.js", "page/faro.js");
await bundle("version-rocket.js", "fresh/version-rocket.js");
