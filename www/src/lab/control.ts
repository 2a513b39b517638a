// The fault server's control interface, and what a fault needs on this side of the wire.
export interface Fault {
  name: string;
  zh: string;
  en: string;
}
export interface LabState {
  fault: string | null;
  guard: boolean;
  build: "a" | "b";
}

const OFFLINE_MS = 8000;
/** The server answers first, and cuts the connections a moment later. */
const CUT_MS = 400;
const ASSET_CACHE = "loan-assets";

async function post(path: string, body?: unknown): Promise<void> {
  const init: RequestInit = { method: "POST", headers: { "Content-Type": "application/json" } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const answer = await fetch(path, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
}

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

export const listFaults = (): Promise<Fault[]> => get<Fault[]>("/lab/faults");
export const readState = (): Promise<LabState> => get<LabState>("/lab/state");
export const setGuard = (on: boolean): Promise<void> => post("/lab/guard", { on });
export const deploy = (build: "a" | "b"): Promise<void> => post("/lab/deploy", { build });
export const heal = (): Promise<void> => post("/lab/heal");
export const reset = (): Promise<void> => post("/lab/reset");

/** Takes every kept copy of the page's files away: a browser that has them would never see the fault. */
export async function forgetAssets(): Promise<void> {
  await caches.delete(ASSET_CACHE).catch(() => false);
  const urls = new Set(performance.getEntriesByType("resource").map((entry) => entry.name));
  for (const el of document.querySelectorAll<HTMLScriptElement>("script[src]")) urls.add(el.src);
  const ours = [...urls].filter((url) => url.startsWith(`${location.origin}/`) && /\/(assets|static|pagemend)\//.test(url));
  // "reload" replaces what the HTTP cache holds, and drops it where the answer may not be kept.
  await Promise.all(ours.map((url) => fetch(url, { cache: "reload" }).then((r) => r.text()).catch(() => "")));
  // The service worker may have kept the good files again on the way.
  await caches.delete(ASSET_CACHE).catch(() => false);
}

/** Switches a fault on and brings the page to where it is felt. Answers what to try next, if the user must do something. */
export async function play(name: string): Promise<"deployed" | "offline" | "verify" | undefined> {
  if (name.startsWith("offline")) {
    await post("/lab/fault", { fault: name });
    // The connection that carries this request is cut as well.
    await post("/lab/offline", { ms: OFFLINE_MS }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, CUT_MS));
    return "offline";
  }
  await post("/lab/fault", { fault: name });
  if (name === "chunk-gone-after-deploy") {
    await forgetAssets();
    await deploy("b");
    return "deployed";
  }
  // Felt at the application's end, not at start-up.
  if (["submit-503", "sms-code-fails", "refused"].includes(name)) return "verify";
  await forgetAssets();
  if (name === "storage-corrupt") localStorage.setItem("loan:home-cache", '{"creditLine":50000,"available":3');
  if (name === "cache-poisoned") await poison();
  if (name.startsWith("link-expired")) location.assign("/?ticket=expired&lab");
  else location.reload();
  return undefined;
}

async function poison(): Promise<void> {
  const entry = document.querySelector<HTMLScriptElement>('script[type="module"][src*="/assets/index-"]');
  if (!entry) throw new Error("no entry script in this page");
  const html = new Response("<!doctype html><title>Sign in to Wi-Fi</title>", { headers: { "Content-Type": "text/html" } });
  await (await caches.open(ASSET_CACHE)).put(new URL(entry.src).pathname, html);
}
