// What must hold of every stack, in Chromium. Each check has a tab and an origin of its own: a page is loaded anew at most once in half a minute, and both remember that.
import assert from "node:assert/strict";
import { freshTab } from "../../pkg-config/tests/browsers.mjs";
import { site } from "../../pkg-config/tests/site.mjs";
import { lose } from "./origins.mjs";
import { RELEASES } from "./stacks.mjs";

const [FIRST, SECOND] = RELEASES;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a person sees: the page's text, the view behind the button, and what the guard says. `ready`: the page's own code has taken over what a server has rendered. */
const SEEN = `
  const prompts = [...document.querySelectorAll("pagemend-prompt")].flatMap(({ dataset, shadowRoot }) => [...(shadowRoot?.children ?? [])]
    .filter(({ localName }) => localName !== "style").map((element) => ({ kind: dataset.kind, text: element.innerText?.trim() }))).filter(({ text }) => text);
  return {
    engine: Boolean(window.__pagemend?.engine),
    ready: document.documentElement.dataset.ready === "yes",
    text: [...(document.body?.children ?? [])].filter(({ localName }) => !["pagemend-prompt", "script", "style"].includes(localName)).map(({ innerText }) => innerText).join("\\n").trim(),
    view: document.querySelector("#view")?.innerText ?? "",
    prompts,
  };`;

/** A stack under check: the lane's browser and backup, the page's origin, and the releases. */
class Visit {
  constructor(lane, stack, releases, receiver, page) {
    Object.assign(this, { ...lane, stack, releases, receiver, page });
  }

  get origins() {
    return [this.page.page, this.backup];
  }

  deploy(release) {
    this.releases.deploy(release, this.origins);
    this.page.page.routes.set("/v1/logs", (request) => this.receiver.take(request));
  }

  open = () => this.driver.get(`${this.page.page.url}/`);
  /** Between two documents there is nobody to ask. */
  look = () => this.driver.executeScript(SEEN).catch(() => ({ prompts: [], text: "", view: "" }));
  /** Not by the mouse: a prompt at the edge may lie over it, and people scroll. */
  press = (id) => this.driver.executeScript("document.getElementById(arguments[0]).click()", id);
  /** How often a document was asked for by the browser itself; the guard's own questions are no documents. */
  documents = () => this.page.log.filter(({ origin, headers }) => origin === "page" && headers["sec-fetch-mode"] === "navigate").length;

  async until(what, holds, ms = 30_000) {
    let seen;
    for (const end = Date.now() + ms; Date.now() < end; await wait(50)) {
      seen = await this.look();
      const value = await holds(seen);
      if (value) return value;
    }
    const asked = this.page.log.map(({ path }) => path).join(" ");
    assert.fail(`${what}: not within ${ms / 1000} s\n      seen: ${JSON.stringify(seen)}\n      console: ${(await this.console()).join("\n        ")}\n      asked: ${asked}`);
  }

  /** The page of this release is there, and alive: its button brings the lazy view. */
  async works(release) {
    await this.until(`the page of ${release}`, ({ text }) => text.includes("Your credit line") && text.includes(`release ${release}`));
    // A page that a server has rendered is there before its scripts are.
    await this.until(`the lazy view of ${release}`, async ({ view }) => {
      if (view === `The plan of release ${release}`) return true;
      await this.press("plan").catch(() => {});
      return false;
    });
  }

  /** The one incident that this check has led to, as the receiver has it. */
  async incident(before, causes, outcomes) {
    const known = new Set(before.map(({ id }) => id));
    let news = [];
    const found = await this.until(`an incident ${causes.join("|")}/${outcomes.join("|")}`, async () => {
      news = (await this.receiver.incidents(this.stack.name)).filter(({ id }) => !known.has(id));
      return news.find(({ cause, outcome }) => causes.includes(cause) && outcomes.includes(outcome));
    }).catch((error) => {
      error.message += `\n      received: ${JSON.stringify(news.map(({ cause, outcome, evidence }) => ({ cause, outcome, evidence })))}`;
      throw error;
    });
    assert.equal(news.length, 1, `one incident was to be received, and there are ${JSON.stringify(news.map(({ cause, outcome }) => `${cause}/${outcome}`))}`);
    return found;
  }
}

/** The scripts that a page's HTML begins with: their paths. */
function entriesOf(html, url) {
  const tags = [...html.matchAll(/<script\b[^>]*\ssrc=["']?([^"'\s>]+)/g)].map(([, src]) => src);
  return [...new Set(tags.map((src) => new URL(src, url)).filter(({ origin }) => origin === new URL(url).origin).map(({ pathname }) => pathname))];
}

async function healthy(visit) {
  visit.deploy(FIRST);
  const html = await (await fetch(`${visit.page.page.url}/`)).text();
  assert.equal(html.split('id="pagemend-boot"').length, 2, "boot.js is to stand in the page once");
  // React writes its async scripts before everything else; they run, and fail, after the parser has been at boot.js.
  const first = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag).find((tag) => !/\sasync\b/.test(tag));
  assert.match(first, /pagemend-boot/, "boot.js is to be the first script that is not async");
  await visit.open();
  await visit.until("the engine", ({ engine }) => engine);
  await visit.works(FIRST);
  const { prompts } = await visit.look();
  assert.deepEqual(prompts, []);
  assert.equal(visit.documents(), 1, "documents");
  assert.deepEqual(await visit.console(), [], "the console is to be empty");
  return "no line on the console";
}

async function entryDead(visit) {
  const before = await visit.receiver.incidents(visit.stack.name);
  visit.deploy(FIRST);
  const html = await (await fetch(`${visit.page.page.url}/`)).text();
  const entries = (visit.stack.entries ?? entriesOf)(html, visit.page.page.url);
  assert.ok(entries.length > 0, "the page has no entry script");
  lose(visit.page.page, entries);
  await visit.open();
  await visit.works(FIRST);
  const told = visit.stack.quiet ? "no incident" : await visit.incident(before, ["resource"], ["recovered", "harmless"]).then(({ cause, outcome }) => `${cause}/${outcome}`);
  assert.ok(visit.documents() <= 2, `${visit.documents()} documents`);
  return `${entries.length} from the backup, ${told}, ${visit.documents()} document${visit.documents() > 1 ? "s" : ""}`;
}

async function chunkGone(visit) {
  const before = await visit.receiver.incidents(visit.stack.name);
  visit.deploy(FIRST);
  await visit.open();
  await visit.until("the first release", ({ engine, ready, text }) => engine && ready && text.includes(`release ${FIRST}`));
  visit.deploy(SECOND);
  await visit.press("plan");
  await visit.until("the second release", ({ text }) => text.includes(`release ${SECOND}`));
  assert.equal(visit.documents(), 2, "the page is to be loaded anew once");
  await visit.works(SECOND);
  await visit.incident(before, ["stale-deploy"], ["recovered"]);
  assert.equal(visit.documents(), 2, "the page is to be loaded anew once");
  return "one reload into the new release";
}

async function renderThrows(visit) {
  const before = await visit.receiver.incidents(visit.stack.name);
  visit.deploy(FIRST);
  await visit.open();
  await visit.until("the page", ({ engine, ready, text }) => engine && ready && text.includes("Your credit line"));
  await visit.press("break");
  // Loaded anew once, and there as it was.
  const [{ kind }] = await visit.until("a prompt", ({ prompts }) => prompts.length && prompts);
  await visit.incident(before, ["script"], ["prompted"]);
  assert.ok(visit.documents() <= 2, `${visit.documents()} documents`);
  return `prompt ${kind}`;
}

/** What the receiver holds of this stack by now. */
async function telemetry(visit) {
  const all = await visit.receiver.incidents(visit.stack.name);
  const told = all.map(({ cause, outcome }) => `${cause}/${outcome}`);
  for (const cause of [...(visit.stack.quiet ? [] : ["resource"]), "stale-deploy", "script"]) assert.ok(all.some((one) => one.cause === cause), `no incident ${cause} among ${told.join(", ")}`);
  for (const { id, cause, build, step, evidence, page, deliveries } of all) {
    const shown = `incident ${id} (${cause})`;
    assert.ok(RELEASES.includes(build), `${shown} names the build ${JSON.stringify(build)}`);
    assert.equal(step, "apply", shown);
    assert.equal(page, "/", shown);
    assert.ok(evidence.length > 0, `${shown} has no evidence`);
    assert.ok(Object.values(deliveries).every((times) => times === 1), `${shown} was delivered ${JSON.stringify(deliveries)}`);
  }
  return told.join(", ");
}

export const CHECKS = { healthy, "entry-dead": entryDead, "chunk-gone": chunkGone, "render-throws": renderThrows, telemetry };

/** Runs one check on a fresh tab and a fresh origin. */
export async function check(name, lane, stack, releases, receiver) {
  await freshTab(lane.driver);
  await lane.console();
  const page = await site();
  try {
    return await CHECKS[name](new Visit(lane, stack, releases, receiver, page));
  } finally {
    // The page is left before its origin is closed: what it still has to tell is told to the next one, and here there is none.
    await lane.driver.get("about:blank");
    await page.close();
  }
}
