// Takes the pictures that the README and the site show, from the fault lab, on a phone and on a desktop: `npm run screens`, after `cargo xtask demo` has built
// everything. Each picture is WebP and at most 150 KB.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BROWSERS } from "../../pkg-config/tests/browsers.mjs";
import { inFrame, serve } from "./lab-server.mjs";

const here = dirname(fileURLToPath(import.meta.url));
/** With a folder: all of them, also as PNG, into it. */
const all = process.argv[2];
const out = all ?? join(here, "public/screens");
const MOST_BYTES = 150 * 1024;
const LONGEST_MS = 40_000;
const PHONE = { width: 375, height: 812, deviceScaleFactor: 2, mobile: true };
const DESKTOP = { width: 1280, height: 800, deviceScaleFactor: 1, mobile: false };

/**
 * The pictures: what is opened, of the documentation or, where `site` says so, of the guarded site by itself, and until when is waited; `prompt`: until the
 * guarded page shows one; `outcome`: until the report says so. `from`: what is brought to the top before. The first ones are kept in the repository, the
 * others are for looking at.
 */
const KEPT = [
  { name: "lab-healed", page: "/fault-lab?fault=entry-script-primary-down", screen: DESKTOP, outcome: "recovered", from: ".sides" },
  { name: "prompt-phone", site: true, page: "/lab/stage?fault=api-hangs&lang=en", screen: PHONE, prompt: true },
  { name: "prompt-phone-zh", site: true, page: "/lab/stage?fault=api-hangs&lang=zh", screen: PHONE, prompt: true },
];
const OTHERS = [
  { name: "lab-desktop", page: "/fault-lab?fault=api-hangs", screen: DESKTOP, prompt: true, from: ".sides" },
  { name: "lab-top", page: "/fault-lab?fault=api-hangs", screen: DESKTOP },
  { name: "lab-desktop-dark", page: "/fault-lab?fault=render-throws-again", screen: DESKTOP, dark: true, prompt: true, from: ".sides" },
  { name: "lab-last-resort", page: "/zh/fault-lab?fault=wasm-blocked-and-dead", screen: DESKTOP, outcome: "prompted", from: ".sides" },
  { name: "lab-report", page: "/fault-lab?fault=cache-poisoned", screen: DESKTOP, outcome: "recovered", from: ".report" },
  { name: "lab-report-phone", page: "/fault-lab?fault=cache-poisoned", screen: PHONE, outcome: "recovered", from: ".report" },
  { name: "lab-phone", page: "/zh/fault-lab?fault=link-expired-no-new", screen: PHONE, prompt: true, from: ".guarded" },
  { name: "prompts-phone", page: "/reference/prompts", screen: PHONE, from: "#service" },
  { name: "prompts-desktop-dark", page: "/reference/prompts", screen: DESKTOP, dark: true, from: "#overload" },
  { name: "prompts-notice", page: "/zh/prompts", screen: DESKTOP, from: "#expiring" },
  { name: "home-desktop", page: "/", screen: DESKTOP },
  { name: "home-dark", page: "/", screen: DESKTOP, dark: true },
  { name: "home-phone-dark", page: "/zh/", screen: PHONE, dark: true },
  { name: "how-top", page: "/guide/how-it-works", screen: DESKTOP },
  { name: "how-desktop", page: "/guide/how-it-works", screen: DESKTOP, from: "#the-way-of-an-incident" },
  { name: "how-dark", page: "/guide/how-it-works", screen: DESKTOP, dark: true, from: "#the-way-of-an-incident" },
  { name: "how-phone", page: "/guide/how-it-works", screen: PHONE, from: "#the-way-of-an-incident" },
  { name: "start-phone", page: "/zh/start", screen: PHONE },
  { name: "options-desktop", page: "/reference/options", screen: DESKTOP },
  { name: "causes-phone", page: "/reference/causes", screen: PHONE, from: "#causes" },
  { name: "privacy-desktop", page: "/guide/privacy", screen: DESKTOP },
];
const HAS_PROMPT = "return Boolean(document.querySelector('pagemend-prompt'))";

async function take({ driver }, server, { name, site, page, screen, dark, prompt, outcome, from }) {
  const devtools = (command, given) => driver.sendAndGetDevToolsCommand(command, given);
  const until = (script, said) => driver.wait(() => driver.executeScript(script), LONGEST_MS, `${name}: ${said}`);
  await devtools("Emulation.setDeviceMetricsOverride", screen);
  await devtools("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }, { name: "prefers-reduced-motion", value: "reduce" }] });
  await driver.get((site ? server.site : server.docs) + page);
  if (site) await until(HAS_PROMPT, "no prompt");
  else await until("return Boolean(document.querySelector('#app')?.__vue_app__)", "the page has not come up");
  if (prompt && !site) await driver.wait(() => inFrame(driver, "guarded", () => driver.executeScript(HAS_PROMPT)), LONGEST_MS, `${name}: no prompt`);
  if (outcome) await until(`return document.querySelector('[data-t=lab-outcome]')?.textContent === ${JSON.stringify(outcome)}`, `it has not ${outcome}`);
  if (from) await driver.executeScript("const el = document.querySelector(arguments[0]); scrollTo(0, el.getBoundingClientRect().top + scrollY - 70)", from);
  await driver.executeAsyncScript("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))");
  for (const quality of [86, 76, 66, 56]) {
    const { data } = await devtools("Page.captureScreenshot", { format: "webp", quality });
    const picture = Buffer.from(data, "base64");
    if (picture.length > MOST_BYTES) continue;
    writeFileSync(join(out, `${name}.webp`), picture);
    // Not every viewer knows WebP.
    if (all) writeFileSync(join(out, `${name}.png`), Buffer.from((await devtools("Page.captureScreenshot", { format: "png" })).data, "base64"));
    console.log(`${name}.webp  ${picture.length} bytes`);
    return;
  }
  throw new Error(`${name}: larger than ${MOST_BYTES} bytes at any quality`);
}

mkdirSync(out, { recursive: true });
const server = await serve();
const browser = await BROWSERS.chromium.open({ lang: "en" });
try {
  for (const shot of all ? [...KEPT, ...OTHERS] : KEPT) await take(browser, server, shot);
} finally {
  await browser.close();
  server.end();
}
