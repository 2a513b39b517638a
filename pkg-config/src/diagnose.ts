// diagnose.js: what is wrong with the set-up of the page that it runs in, in words. Loaded when `guard.doctor` is first called.
import { examine, type Finding } from "./doctor.js";
import { whole, type Answer, type Source } from "./doctor-answer.js";
import type { Boot } from "./protocol.js";
import { attempt } from "./schema.js";
import type { Diagnosis } from "./types.js";

/** Nobody waits longer for one answer. */
const WITHIN_MS = 15_000;

async function ask(url: URL, init: RequestInit = {}): Promise<Answer | undefined> {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), WITHIN_MS);
  try {
    return await whole(await fetch(url, { ...init, cache: "no-store", signal: given.signal }));
  } catch {
    if (init.method || url.origin === location.origin) return undefined;
    // Somebody may have answered, and not allowed this page to read it.
    const reached = await fetch(url, { mode: "no-cors", cache: "no-store", signal: given.signal }).catch(() => undefined);
    return reached && { opaque: true, status: 200, ok: true, type: "", headers: new Headers(), bytes: new Uint8Array(), text: "" };
  } finally {
    clearTimeout(timer);
  }
}

const here = (): Source => ({ pages: [new URL(location.href)], live: true, inPage: true, named: (url) => url.href, ask });

/** What only the page itself knows: what its application has rendered, what the device allows, and whether the engine runs. */
async function inside(boot: Boot | undefined): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tell = (code: string, what: string, cure: string) => void findings.push({ code, what, cure });
  const { root, furniture } = boot?.config.options ?? {};
  const matches = (selector: string) => attempt(() => document.querySelector(selector) !== null, true);
  if (root && !matches(root)) tell("root-missing", `nothing in the page matches the option root, ${JSON.stringify(root)}`, "name the element that the application renders into");
  for (const selector of Array.isArray(furniture) ? furniture : []) {
    if (!matches(selector)) tell("furniture-missing", `nothing in the page matches ${JSON.stringify(selector)} of the option furniture`, "take it out, or ask on a page that has it: what is no furniture counts as content");
  }
  if (boot && !boot.engine) tell("engine-down", "the engine does not run", "the console says why; reload the page with the console open");
  if (boot?.engine?.gate?.down) tell("guard-down", "the guard has failed three times and stands down", "the console says at what; please report it");
  const kept = attempt(() => {
    localStorage.setItem("pagemend:doctor", "1");
    localStorage.removeItem("pagemend:doctor");
    return true;
  }, false);
  if (!kept) tell("storage-denied", "this page may not use local storage, so that the guard remembers nothing from page to page", "open it outside of a frame of another site, and allow its data in the browser's settings");
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (registration?.waiting) tell("worker-waiting", "a newer service worker waits until all tabs of the page are closed", 'let it call skipWaiting() when it hears the message { type: "SKIP_WAITING" }');
  return findings;
}

/** Looks at the page from inside, and asks for its files again as a first visit would. */
export async function diagnosed(boot: Boot | undefined): Promise<Diagnosis> {
  const found = [...(await examine(here(), new URL(location.href))), ...(await inside(boot))];
  const findings = found.filter(({ code }, at) => found.findIndex((other) => other.code === code) === at || code === "furniture-missing" || code === "option");
  return { ok: findings.length === 0, findings, text: findings.map(({ code, what, cure }) => `${code}: ${what}\n  → ${cure}`).join("\n") || "nothing is wrong" };
}
