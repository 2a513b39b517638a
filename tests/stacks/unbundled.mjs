// For pages without a bundler: the application's files and the guard's, copied to where they are served from.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const app = new URL("./app/plain/", import.meta.url);

/** app/plain as modules that a browser reads by itself. The lazy view has another name in each release, as a bundler would give it. */
export function copyPlainApp(folder, build) {
  const view = `plan-${build}.js`;
  for (const [from, to] of [["main.js", "main.js"], ["plan.js", view]]) {
    const text = readFileSync(new URL(from, app), "utf8");
    writeFileSync(`${folder}/${to}`, text.replaceAll("${process.env.BUILD}", build).replace("./plan.js", `./${view}`));
  }
}

/** The engine, the client, and the build manifest. */
export function copyGuard(folder, manifest) {
  mkdirSync(folder, { recursive: true });
  const dist = new URL("./", import.meta.resolve("pagemend/client"));
  for (const file of ["engine.js", "pagemend_bg.wasm", "client.js"]) cpSync(new URL(file, dist), `${folder}/${file}`);
  writeFileSync(`${folder}/build.json`, JSON.stringify(manifest));
}
