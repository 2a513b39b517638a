// esbuild has no configuration file.
import { pagemend } from "pagemend/esbuild";
import { build } from "esbuild";
import { define, pagemendOptions } from "../../release.mjs";

await build({
  entryPoints: ["main.js", "index.html"],
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  outdir: "dist",
  define: { ...define, "process.env.NODE_ENV": '"production"' },
  loader: { ".html": "copy" },
  plugins: [pagemend(pagemendOptions)],
});
