// A style sheet that is put in after the page has loaded, and hangs: browsers tell nothing of it, and what waits for it waits for ever. One that
// comes and holds no rule is looked at as those of the document are.
import { fill } from "./hollow.js";
import type { Boot } from "./protocol.js";

/** As the engine's own default for a request. */
const REQUEST_MS = 10_000;

const isSheet = (node: any): boolean => node.localName === "link" && /stylesheet/.test(node.rel) && /^http/.test(node.href);

/** Whether anybody has it now. */
async function comes(boot: Boot, url: string, ms: number): Promise<boolean> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ms);
  try {
    const answer = await (boot.fetch ?? fetch)(url, { cache: "reload", signal: abort.signal });
    await answer.text();
    return answer.ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

async function watch(boot: Boot, el: any, ms: number): Promise<void> {
  const { href } = el;
  const { fallback = [], origins = [] } = boot.config;
  const { origin } = new URL(href);
  const hangs = () => boot.engine && el.isConnected && !el.disabled && !el.sheet && el.href === href && !boot.healing.has(el);
  if (!hangs() || performance.getEntriesByName(href).length || ![location.origin, ...origins, ...fallback].includes(origin)) return;
  const places = [...fallback.map((other) => other + href.slice(origin.length)), href];
  const found = await Promise.all(places.map((place) => comes(boot, place, ms)));
  if (!hangs()) return;
  // boot.js hears it like any other failure, and asks where it can be had.
  if (found.includes(true)) el.dispatchEvent(new Event("error"));
  else boot.on?.({ at: performance.now(), type: "vite:preloadError", payload: new Error("Unable to preload CSS for " + href) });
}

/** From the page's `load` on; before it the engine looks for what hangs. */
export function watchHanging(boot: Boot): void {
  const { requestMs } = boot.config.options?.deadlines ?? {};
  const ms = requestMs! > 0 ? requestMs! : REQUEST_MS;
  const begin = () => {
    const observer = new MutationObserver((records) => {
      if (!boot.engine) return observer.disconnect();
      for (const { addedNodes } of records) {
        for (const node of addedNodes) {
          if (!isSheet(node)) continue;
          node.addEventListener("load", () => fill(boot, node), { once: true });
          setTimeout(() => watch(boot, node, ms).catch(() => {}), ms);
        }
      }
    });
    observer.observe(document, { childList: true, subtree: true });
  };
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
}
