// What a module imports, and whether that runs in the page already.
import { HTML } from "./boot-core.js";

const LIMIT_MS = 8000;
/** Of one graph no more is read. */
const MOST = 60;

/**
 * Static imports and re-exports, as they are written by hand and by minifiers: `import x from "./a.js"`, `import{y}from"./a.js"`,
 * `import"./a.js"`, `export*from"./a.js"`. No parser: what a comment or a text says in these words counts, too, which makes a graph larger than
 * it is, never smaller. `import(…)` is not static. A name without a path is the import map's, and leads to the same module from everywhere.
 */
const STATIC = /\b(?:import|export)\b(?:[^"'`();]*?\bfrom\b)?\s*["']([^"'\n]+)["']/g;

export function imports(text: string, base: string): string[] {
  const found: string[] = [];
  for (const [, specifier = ""] of text.matchAll(STATIC)) {
    if (/^(\.{0,2}\/|https?:)/.test(specifier)) found.push(new URL(specifier, base).href);
  }
  return found;
}

/** Rejects where it cannot be had, without an end in what hangs. */
async function read(url: string, cache: RequestCache): Promise<string> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), LIMIT_MS);
  try {
    const answer = await (window.__pagemend?.fetch ?? window.fetch)(url, { cache, credentials: "same-origin", signal: abort.signal });
    if (!answer.ok) throw new Error(`pagemend: ${url} was answered with ${answer.status}`);
    const text = await answer.text();
    if (HTML.test(text)) throw new Error(`pagemend: ${url} was answered with a page`);
    return text;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether the module's static imports, however far, lead to one that `is` true of. Rejects where the module itself cannot be had. It is asked for
 * anew, which also takes the place of a failure that the browser's cache has kept.
 */
export async function leadsTo(url: string, is: (child: string) => boolean): Promise<boolean> {
  const known = new Set([url]);
  const rest = imports(await read(url, "reload"), url);
  for (let child = rest.pop(); child; child = rest.pop()) {
    if (is(child)) return true;
    // One that is nowhere leads nowhere. What is larger than anybody reads may lead anywhere.
    if (known.has(child)) continue;
    if (known.size >= MOST) return true;
    known.add(child);
    rest.push(...imports(await read(child, "default").catch(() => ""), child));
  }
  return false;
}

/** Whether the page runs what `child` is at the origin of `own`, when `other` is where `own` is asked for elsewhere. */
export function runs(own: string, other: string, child: string): boolean {
  const { origin, pathname, search, hash } = new URL(own);
  const elsewhere = other.slice(0, other.length - (pathname + search + hash).length);
  if (!child.startsWith(elsewhere + "/")) return false;
  const address = origin + child.slice(elsewhere.length);
  for (const el of document.querySelectorAll<HTMLScriptElement & HTMLLinkElement>("script[type=module][src],link[rel=modulepreload]")) {
    if ((el.src || el.href) === address) return true;
  }
  // Where the browser does not tell the status it may have come.
  return performance.getEntriesByName(address).some((entry) => !((entry as PerformanceResourceTiming & { responseStatus?: number }).responseStatus! >= 400));
}
