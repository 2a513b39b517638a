import { pagemend } from "pagemend/rollup";
import html from "@rollup/plugin-html";
import resolve from "@rollup/plugin-node-resolve";
import replace from "@rollup/plugin-replace";
import { define, pagemendOptions } from "../../release.mjs";

const page = ({ files }) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Lending</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <div id="app"></div>
    ${files.js.filter(({ isEntry }) => isEntry).map(({ fileName }) => `<script type="module" src="/${fileName}"></script>`)}
  </body>
</html>
`;

export default {
  input: "main.js",
  output: { dir: "dist", entryFileNames: "[name]-[hash].js" },
  plugins: [replace({ preventAssignment: true, values: define }), resolve(), html({ template: page }), pagemend(pagemendOptions)],
};
