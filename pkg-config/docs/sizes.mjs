// The README's table of sizes, from what the build measured (target/npm/sizes.json).
import { existsSync, readFileSync } from "node:fs";

/** What a reader wants to know of, by the names that the build measures. */
const FILES = {
  "boot.js": "boot.js, inline",
  "resort.js": "resort.js, the last resort, inline",
  "instrument.js": "instrument.js, inline, where it is asked for",
  "calls.js": "calls.js, inline, where it is asked for",
  "trust.js": "trust.js, inline, where it is asked for",
  "engine.js + pagemend_bg.wasm": "engine.js + pagemend_bg.wasm, at idle or in trouble",
  "plain.js": "plain.js, in place of the wasm where that is refused",
  "client.js": "`pagemend/client`, in the application's bundle",
  "pagemend.iife.js": "`pagemend/iife`, one file with the wasm in it",
};

/** The table, a row for each file; none where nothing was built yet. */
export function sizes(file) {
  if (!existsSync(file)) return undefined;
  const measured = JSON.parse(readFileSync(file, "utf8"));
  const rows = Object.entries(FILES).map(([name, told]) => {
    const size = measured.find((size) => size.name === name);
    if (!size) throw new Error(`${file} says nothing of ${name}`);
    const { raw, gzip, brotli, budget } = size;
    return [told, raw, gzip, brotli, budget === null ? "" : `${budget}${brotli > budget ? ", missed" : ""}`];
  });
  return [["what a page loads", "minified", "gzip", "brotli", "budget (brotli)"], ["---", "---", "---", "---", "---"], ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
}
