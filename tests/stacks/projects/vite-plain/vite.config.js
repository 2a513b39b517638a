import { pagemend } from "pagemend/vite";
import { define, pagemendOptions } from "../../release.mjs";

export default {
  define,
  plugins: [pagemend(pagemendOptions)],
};
