// The built pages in Chromium: accessible in light and dark, silent on the console, and nothing of them comes from elsewhere.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BROWSERS } from "../../../pkg-config/tests/browsers.mjs";
import { dist, serve } from "../serve.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const AXE = readFileSync(join(here, "../node_modules/axe-core/axe.min.js"), "utf8");

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}
const pages = files(dist).filter((file) => file.endsWith(".html")).map((file) => relative(dist, file));

let server, browser, origin;
before(async () => {
  server = await serve();
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await BROWSERS.chromium.open({ lang: "en" });
});
after(async () => {
  await browser?.close();
  server?.close();
});

const devtools = (command, given) => browser.driver.sendAndGetDevToolsCommand(command, given);

/** Opens a page and waits until its application has taken over. */
async function open(page, { dark, width }) {
  await devtools("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }, { name: "prefers-reduced-motion", value: "reduce" }] });
  await devtools("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
  await browser.driver.get(`${origin}/${page}`);
  await browser.driver.wait(() => browser.driver.executeScript("return Boolean(document.querySelector('#app')?.__vue_app__) && document.readyState === 'complete'"), 20_000, `${page} has not come up`);
}

/** What axe finds, a line for each. */
async function violations() {
  await browser.driver.executeScript(AXE);
  const found = await browser.driver.executeAsyncScript("const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => done(violations))");
  return found.flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) => `${id} (${help}): ${target.join(" ")} ${any[0]?.message ?? ""}`));
}

test("there_are_pages_in_both_languages", () => {
  for (const page of ["index.html", "fault-lab.html", "start/index.html", "reference/options.html", "zh/index.html", "zh/start.html", "zh/prompts.html", "zh/privacy.html", "zh/faq.html", "zh/debug.html", "guide/debug.html", "zh/fault-lab.html"]) {
    assert.ok(pages.includes(page), `${page} was not built`);
  }
});

for (const [scheme, width] of [["light", 1280], ["dark", 375]]) {
  test(`no_page_has_a_fault_of_accessibility_${scheme}_${width}`, async () => {
    const wrong = [];
    for (const page of pages) {
      await open(page, { dark: scheme === "dark", width });
      wrong.push(...(await violations()).map((line) => `${page}: ${line}`));
    }
    assert.deepEqual(wrong, []);
  });
}

test("no_page_says_anything_on_the_console_or_asks_for_anything_elsewhere_or_is_wider_than_a_phone", async () => {
  await browser.console();
  const wrong = [];
  for (const page of pages) {
    await open(page, { dark: false, width: 375 });
    const { asked, width } = await browser.driver.executeScript("return { asked: performance.getEntriesByType('resource').map((entry) => entry.name), width: document.documentElement.scrollWidth }");
    wrong.push(...asked.filter((url) => !url.startsWith(origin) && !url.startsWith("data:")).map((url) => `${page} asks for ${url}`));
    wrong.push(...(await browser.console()).map((line) => `${page}: ${line}`));
    if (width > 375) wrong.push(`${page} is ${width} px wide`);
  }
  assert.deepEqual(wrong, []);
});

test("the_fault_lab_says_how_it_is_started_where_no_server_is_behind_it", async () => {
  for (const page of ["fault-lab.html", "zh/fault-lab.html"]) {
    await open(page, { dark: false, width: 1280 });
    const said = await browser.driver.wait(() => browser.driver.executeScript("return document.querySelector('[data-t=lab-missing]')?.innerText"), 10_000, `${page} says nothing`);
    assert.match(said, /cargo xtask demo/);
  }
});
