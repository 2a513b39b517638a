// The fault lab by itself, in Chromium: each fault that it offers is played, done what its steps say, and the report is what the README's table says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { BROWSERS } from "../../../pkg-config/tests/browsers.mjs";
import { inFrame, serve } from "../lab-server.mjs";

const FAULTS = JSON.parse(readFileSync(new URL("../generated/faults.json", import.meta.url), "utf8"));
const LONGEST_MS = 45_000;
const CODE = "123456";

let server, browser, driver;
before(async () => {
  server = await serve();
  browser = await BROWSERS.chromium.open({ lang: "en" });
  ({ driver } = browser);
});
after(async () => {
  await browser?.close();
  server?.end();
});

const until = (ask, said) => driver.wait(ask, LONGEST_MS, said);
const run = (script, ...given) => driver.executeScript(script, ...given);
/** Waits until the script says yes in that frame. */
const frame = (side, said, script, ...given) => until(() => inFrame(driver, side, () => run(script, ...given)), `${side}: ${said}`);
const here = (css) => ["return Boolean(document.querySelector(arguments[0]))", css];
const press = (side, css) => frame(side, `${css} cannot be pressed`, "const el = document.querySelector(arguments[0]); el?.click(); return Boolean(el)", css);
const both = (work) => work("bare").then(() => work("guarded"));
const act = async (name) => (await driver.findElement({ css: `[data-act=${name}]` })).click();
const CREDIT = "[data-t=credit]";

/** A press on a prompt's first button is taken some time after the prompt has come. */
async function pressPrompt() {
  await frame("guarded", "the prompt is not answered", `
    const sheet = document.querySelector("pagemend-prompt")?.shadowRoot ?? document.querySelector("#pagemend-last-resort");
    if (!sheet) return true;
    sheet.querySelector("button")?.click();
    return false;`);
}
const prompted = () => frame("guarded", "no prompt", "return Boolean(document.querySelector('pagemend-prompt, #pagemend-last-resort'))");
async function healedByHand() {
  await prompted();
  await act("heal");
  await pressPrompt();
  await frame("guarded", "the page has not come", ...here(CREDIT));
}
async function submit(side) {
  await frame(side, "no form", "const input = document.querySelector('[data-t=sms-code]'); if (!input) return false; input.value = arguments[0]; input.dispatchEvent(new Event('input', { bubbles: true })); return true", CODE);
  await press(side, "[data-t=submit]");
}

/** What a person does, where the lab says that something is to be done. */
const BY_HAND = {
  "entry-script-dead": healedByHand,
  "api-hangs": healedByHand,
  "wasm-blocked-and-dead": prompted,
  "telemetry-down": async () => {
    await frame("guarded", "the page has not come", ...here(CREDIT));
    await act("heal");
  },
  "chunk-gone-after-deploy": async () => {
    await both((side) => frame(side, "the form has not come", "return document.querySelector('[data-t=input-name]')?.value.length > 0"));
    await act("deploy");
    await until(() => run("return /Done/.test(document.querySelector('[role=status]').textContent)"), "not deployed");
    await both((side) => press(side, "[data-t=next]"));
    await frame("guarded", "the new release has not come", "return document.querySelector('meta[name=build]')?.content === '1.1.0'");
    assert.equal(await inFrame(driver, "bare", () => run("return location.pathname")), "/apply", "without the guard the button does nothing");
  },
  "offline-then-online": async () => {
    await both((side) => frame(side, "the plan has not come", ...here("[data-t=plan]")));
    await act("offline");
    await until(() => run("return /Done/.test(document.querySelector('[role=status]').textContent)"), "not cut");
    await both((side) => press(side, "[data-t=tab-home]"));
    await prompted();
    await frame("guarded", "the page has not come back", ...here(CREDIT));
  },
  "submit-503": () => both(submit),
  refused: () => both(submit),
  "sms-code-fails": async () => {
    await both((side) => press(side, "[data-t=sms-send]"));
    await prompted();
    await pressPrompt();
  },
};
/** The network is cut at the server alone: the browser does not say that it is offline. */
const SERVER_ALONE = { "offline-then-online": ["offline", "network"] };
/** What the page without the guard looks like, where it is not a question of what somebody presses. */
const BARE = { "white page": "return !document.body.innerText.trim()", works: "return Boolean(document.querySelector('[data-t=credit]'))" };

for (const [fault, { bare, cause, outcome }] of Object.entries(FAULTS)) {
  test(`the_lab_plays_${fault}`, async () => {
    await driver.get(`${server.docs}/fault-lab?fault=${fault}`);
    await until(() => run("return Boolean(document.querySelector('[data-side=guarded]'))"), "no frames");
    await BY_HAND[fault]?.();
    if (outcome === "–") {
      await frame("guarded", "the page has not come", ...here(CREDIT));
    } else {
      const report = () => run("return [document.querySelector('[data-t=lab-cause]')?.textContent, document.querySelector('[data-t=lab-outcome]')?.textContent].join()");
      let last;
      const causes = SERVER_ALONE[fault] ?? [cause];
      await until(async () => causes.map((one) => `${one},${outcome}`).includes((last = await report())), `not ${cause}, ${outcome}`).catch((error) => assert.fail(`${error.message}, but ${last}`));
    }
    if (BARE[bare]) assert.equal(await inFrame(driver, "bare", () => run(BARE[bare])), true, `without the guard: ${bare}`);
  });
}

test("the_site_in_english_says_nothing_in_chinese", async () => {
  await driver.get(`${server.site}/?lang=en`);
  await until(() => run(...here(CREDIT)), "the page has not come");
  // What the lender's server says as well as what the page does.
  const text = await run("return document.body.innerText");
  assert.match(text, /SMS code/);
  assert.doesNotMatch(text, /\p{Script=Han}/u);
});
