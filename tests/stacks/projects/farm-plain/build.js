// Farm by its own interface, without its command line.
import { pagemend } from "pagemend/farm";
import { build } from "@farmfe/core";
import { define, pagemendOptions } from "../../release.mjs";

await build({
  compilation: {
    input: { index: "./index.html" },
    output: { path: "dist" },
    define,
    // For browsers of today: polyfills would be the project's own core-js.
    presetEnv: false,
    persistentCache: false,
    progress: false,
  },
  plugins: [pagemend(pagemendOptions)],
});
