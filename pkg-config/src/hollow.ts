// What came and holds nothing: an empty script, a style sheet without a rule. The browser calls it a success. Where a fallback has more, boot.js
// takes it from there, as if it had failed; the page heard its `load` already, and hears no other.
import type { Boot } from "./protocol.js";

const HTML = /^\s*<(?!!--)/;

/** Its address, if it looks so; sheets and sizes of other origins may not be read. */
function suspect(el: any): string | undefined {
  const url: string = el.src || el.href;
  // What failed is boot's already, which notes so on it.
  if (el.h !== undefined) return undefined;
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
async function holds(url: string, style: boolean): Promise<boolean> {
  const answer = await fetch(url);
  if (!answer.ok) throw answer.status;
  const text = await answer.text();
  return !HTML.test(text) && (style ? /\{|@import/ : /\S/).test(text);
}

async function mend(boot: Boot, el: any, url: string): Promise<void> {
  const style = !!el.sheet;
  const { fallback = [], origins = [] } = boot.c;
  const { origin } = new URL(url);
  // A file may be empty because there is nothing to say: then it is so everywhere.
  if (![location.origin, ...origins].includes(origin) || (await holds(url, style))) return;
  for (const other of fallback) {
    if (other === origin || !(await holds(other + url.slice(origin.length), style).catch(() => false))) continue;
    el.addEventListener("load", (e: Event) => e.stopImmediatePropagation(), { capture: true, once: true });
    // Nobody waits for it any more.
    el.async = true;
    boot.s.delete(el);
    el.dispatchEvent(new Event("error"));
    return;
  }
}

/** Looks once, when all that the document asks for has come. */
export function watchHollow(boot: Boot): void {
  const look = () => {
    for (const el of document.querySelectorAll("script[src],link[rel~=stylesheet]")) {
      const url = suspect(el);
      if (url) mend(boot, el, url).catch(() => {});
    }
  };
  if (document.readyState === "complete") look();
  else addEventListener("load", () => setTimeout(look), { once: true });
}
