// What came and holds nothing: an empty script, a style sheet without a rule. The browser calls it a success, and the page has heard its `load`.
// Where a fallback has more, that is put in beside the script or given to the sheet, and the page hears nothing further.
import { HTML } from "./boot-core.js";
import type { Boot } from "./protocol.js";

const LIMIT_MS = 10_000;

/** Its address, if it looks so; sheets and sizes of other origins may not be read. */
function suspect(boot: Boot, el: any): string | undefined {
  const url: string = el.src || el.href;
  // What failed is boot's already.
  if (boot.healing.has(el)) return undefined;
  try {
    if (el.sheet) return el.sheet.cssRules.length || el.disabled ? undefined : url;
    if (el.localName === "link" || el.noModule || !/^$|javascript|^module$/.test(el.type)) return undefined;
    const entry: any = performance.getEntriesByName(url).pop();
    // WebKit does not tell.
    const { responseStatus: status = new URL(url).origin === location.origin && 200 } = entry;
    return status === 200 && !entry.decodedBodySize ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Rejects where it cannot be had. */
async function holds(boot: Boot, url: string, style: boolean): Promise<boolean> {
  const answer = await (boot.fetch ?? fetch)(url, { signal: AbortSignal.timeout?.(LIMIT_MS) ?? null });
  if (!answer.ok) throw answer.status;
  const text = await answer.text();
  return !HTML.test(text) && (style ? /\{|@import/ : /\S/).test(text);
}

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
    el.crossOrigin = "";
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
  // A file may be empty because there is nothing to say: then it is so everywhere.
  if (![location.origin, ...origins].includes(origin) || (await holds(boot, url, style))) return;
  for (const other of fallback) {
    const to = other + url.slice(origin.length);
    const has = other !== origin && (await holds(boot, to, style).catch(() => false));
    // The guard may have been stopped meanwhile.
    if (!boot.engine) return;
    if (has && (await (style ? instead(el, to) : beside(boot, el, to)))) return boot.on?.({ at: performance.now(), of: { element: el, url, at }, to, ok: 1, tries: 1 });
  }
}

/** Looks once, when all that the document asks for has come. */
export function watchHollow(boot: Boot): void {
  const look = async () => {
    // One after the other: scripts keep their order.
    for (const el of document.querySelectorAll("script[src],link[rel~=stylesheet]")) {
      const url = suspect(boot, el);
      if (url && boot.engine) await mend(boot, el, url).catch(() => {});
    }
  };
  if (document.readyState === "complete") look();
  else addEventListener("load", () => setTimeout(look), { once: true });
}
