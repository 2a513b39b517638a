import { pagemend } from "pagemend/vite";
import react from "@vitejs/plugin-react";
import { define, pagemendOptions } from "../../release.mjs";

export default {
  define,
  plugins: [react(), pagemend(pagemendOptions)],
};
