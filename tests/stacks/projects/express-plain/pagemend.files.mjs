// The engine and the build manifest, to be served under /pagemend/.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { release } from "./pagemend.config.mjs";

mkdirSync("public/pagemend", { recursive: true });
for (const file of ["engine.js", "pagemend_bg.wasm", "client.js"]) cpSync(new URL(import.meta.resolve(`pagemend/dist/${file}`)), `public/pagemend/${file}`);
writeFileSync("public/pagemend/build.json", JSON.stringify({ build: release.build, number: release.buildNumber }));
