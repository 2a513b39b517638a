import { pagemend } from "pagemend/vite";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { define, pagemendOptions } from "../../release.mjs";

export default {
  define,
  plugins: [svelte(), pagemend(pagemendOptions)],
};
