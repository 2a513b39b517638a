import { defineConfig } from "@farmfe/core";
import { pagemend } from "pagemend/farm";

const { SERVICE, BUILD, BUILD_NUMBER, BACKUP_ORIGIN } = process.env;

export default defineConfig({
  compilation: {
    input: { index: "./index.html" },
    output: { path: "dist", publicPath: "/" },
    define: { "process.env.BUILD": JSON.stringify(BUILD) },
    presetEnv: false, // for browsers of today, without polyfills
  },
  plugins: [
    ["@farmfe/plugin-react", { runtime: "automatic" }],
    pagemend({
      build: BUILD,
      buildNumber: Number(BUILD_NUMBER),
      fallback: [BACKUP_ORIGIN], // serves the same files, with CORS
      locale: "en",
      options: { service: SERVICE, endpoint: "/v1/logs", step: "apply" },
    }),
  ],
});
