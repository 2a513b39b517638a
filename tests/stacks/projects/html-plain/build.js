// No bundler: files are copied, and `npx pagemend tag` prints what goes into the page's head.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { BUILD, pagemendOptions } from "../../release.mjs";
import { copyGuard, copyPlainApp } from "../../unbundled.mjs";

const { build, buildNumber, fallback, locale, options } = pagemendOptions;
mkdirSync("dist", { recursive: true });
writeFileSync("dist/boot.json", JSON.stringify({ fallback, options: { ...options, locale, build, buildNumber } }));
const tag = execFileSync("npx", ["pagemend", "tag", "dist/boot.json"], { encoding: "utf8" }).trim();
writeFileSync("dist/index.html", readFileSync("index.html", "utf8").replace("<!-- pagemend -->", () => tag));
copyPlainApp("dist", BUILD);
copyGuard("dist/pagemend", { build, number: buildNumber });
