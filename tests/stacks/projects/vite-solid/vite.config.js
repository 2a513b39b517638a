import { pagemend } from "pagemend/vite";
import solid from "vite-plugin-solid";
import { define, pagemendOptions } from "../../release.mjs";

export default {
  define,
  plugins: [solid(), pagemend(pagemendOptions)],
};
