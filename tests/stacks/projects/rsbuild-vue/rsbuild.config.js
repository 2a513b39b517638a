import { pagemend } from "pagemend/rsbuild";
import { pluginVue } from "@rsbuild/plugin-vue";
import { define, pagemendOptions } from "../../release.mjs";

export default {
  source: { entry: { index: "./main.js" }, define },
  html: { template: "index.html" },
  plugins: [pluginVue(), pagemend(pagemendOptions)],
};
