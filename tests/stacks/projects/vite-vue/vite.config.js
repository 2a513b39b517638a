import { pagemend } from "pagemend/vite";
import vue from "@vitejs/plugin-vue";
import { define, pagemendOptions } from "../../release.mjs";

export default {
  define,
  plugins: [vue(), pagemend(pagemendOptions)],
};
