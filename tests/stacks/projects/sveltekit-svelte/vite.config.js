import { pagemend } from "pagemend/vite";
import { sveltekit } from "@sveltejs/kit/vite";
import { config, release } from "./pagemend.config.mjs";

export default {
  define: { "process.env.BUILD": JSON.stringify(release.build) },
  // For the engine and the build manifest; the pages are SvelteKit's, and src/hooks.server.js puts boot.js into them.
  plugins: [sveltekit(), pagemend({ ...config, build: release.build, buildNumber: release.buildNumber })],
};
