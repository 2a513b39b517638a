// What came and holds nothing: an empty script, a style sheet without a rule. The browser calls it a success, and the page has heard its `load`.
// Where a fallback has more, that is put in beside the script or given to the sheet, and the page hears nothing further. A sheet that was a page
// is asked for at its own origin again, past what a cache or an edge of the network has kept.
import { HTML } from "./boot-core.js";
import type { Boot } from "./protocol.js";

const LIMIT_MS = 10_000;

/** A sheet without a rule. */
const isHollow = (el: any): boolean => !el.sheet?.cssRules.length;

/** Its address, if it looks so; sheets and sizes of other origins may not be read. */
function suspect(boot: Boot, el: any): string | undefined {
  const url: string = el.src || el.href;
  // What failed is boot's already.
  if (boot.healing.has(el)) return undefined;
  try {
    if (el.sheet) return !isHollow(el) || el.disabled ? undefined : url;
    if (el.localName === "link" || el.noModule || !/^$|javascript|^module$/.test(el.type)) return undefined;
    const entry: any = performance.getEntriesByName(url).pop();
    // WebKit does not tell.
    const { responseStatus: status = new URL(url).origin === location.origin && 200 } = entry;
    return status === 200 && !entry.decodedBodySize ? url : undefined;
  } catch {
    return undefined;
  }
}

/** What is there now. Rejects where it cannot be had. */
async function read(boot: Boot, url: string, cache: RequestCache = "default"): Promise<string> {
  const answer = await (boot.fetch ?? fetch)(url, { cache, signal: AbortSignal.timeout?.(LIMIT_MS) ?? null });
  if (!answer.ok) throw answer.status;
  return answer.text();
}

const holds = (text: string, style: boolean): boolean => !HTML.test(text) && (style ? /\{|@import/ : /\S/).test(text);

/** Gives a sheet the other address; whether it came. It stays the page's own element, which has heard its `load` already. */
function instead(el: any, to: string): Promise<boolean> {
  const { href } = el;
  return new Promise((resolve) => {
    const ended = (event: Event) => {
      event.stopImmediatePropagation();
      for (const type of ["load", "error"]) el.removeEventListener(type, ended, true);
      // Empty, it was as good as what did not come.
      if (event.type === "error" && el.href === to) el.href = href;
      resolve(event.type === "load");
    };
    for (const type of ["load", "error"]) el.addEventListener(type, ended, true);
    if (new URL(to).origin !== new URL(href).origin) el.crossOrigin = "";
    // Without an address in between, one that is the same is not asked for again.
    el.removeAttribute("href");
    el.href = to;
  });
}

/** Puts in the script that the other address has, with everything that the element says; whether it came. */
function beside(boot: Boot, el: any, to: string): Promise<boolean> {
  const made: any = document.createElement(el.localName);
  for (const { name, value } of el.attributes) if (!/^(src|href|on)/.test(name)) made.setAttribute(name, value);
  made.nonce = el.nonce;
  made.crossOrigin = "";
  boot.seen.add(made);
  return new Promise((resolve) => {
    made.onload = () => resolve(true);
    made.onerror = () => {
      made.remove();
      resolve(false);
    };
    made.src = boot.trust(to);
    el.after(made);
  });
}

async function mend(boot: Boot, el: any, url: string): Promise<void> {
  const at = performance.now();
  const style = !!el.sheet;
  const { fallback = [], origins = [] } = boot.config;
  const { origin } = new URL(url);
  if (![location.origin, ...origins].includes(origin)) return;
  const text = await read(boot, url);
  // A script that holds something now held nothing before, and its order is lost. A sheet has none.
  if (!style && holds(text, style)) return;
  const places = holds(text, style) ? [url] : fallback.filter((other) => other !== origin).map((other) => other + url.slice(origin.length));
  // A file may be empty because there is nothing to say: then it is so everywhere. A page is never what a sheet was to be.
  if (HTML.test(text)) {
    const now = await read(boot, url, "reload").catch(() => "");
    places.push(...(holds(now, style) ? [url] : []), url + (url.includes("?") ? "&" : "?") + "pagemend=1");
  }
  for (const to of places) {
    const has = holds(await read(boot, to).catch(() => ""), style);
    // The guard may have been stopped meanwhile.
    if (!boot.engine) return;
    if (has && (await (style ? instead(el, to) : beside(boot, el, to))) && !(style && isHollow(el))) {
      return boot.on?.({ at: performance.now(), of: { element: el, url, at }, to, ok: 1, tries: 1 });
    }
  }
}

/** Has more put in where an element holds nothing. */
export async function fill(boot: Boot, el: any): Promise<void> {
  const url = suspect(boot, el);
  if (url && boot.engine) await mend(boot, el, url).catch(() => {});
}

/** Looks once, when all that the document asks for has come. */
export function watchHollow(boot: Boot): void {
  const look = async () => {
    // One after the other: scripts keep their order.
    for (const el of document.querySelectorAll("script[src],link[rel~=stylesheet]")) {
      await fill(boot, el);
    }
  };
  if (document.readyState === "complete") look();
  else addEventListener("load", () => setTimeout(look), { once: true });
}
