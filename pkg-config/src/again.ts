// What can be loaded again: where each attempt asks, and modules.
import { IMPORT } from "./events.js";
import { leadsTo, runs } from "./graph.js";

export function plainImport<T>(specifier: string | (() => Promise<T>)): Promise<T> {
  if (typeof specifier === "function") return specifier();
  return import(/* @vite-ignore */ /* webpackIgnore: true */ new URL(specifier, location.href).href);
}

/** What a module threw that came and ran: no failure to load it, so that nobody tries again or reloads for it. */
export class Threw {
  constructor(readonly error: unknown) {}
}

/** What was loaded, or what it threw. */
export function came<T>(loaded: T | Threw): T {
  if (loaded instanceof Threw) throw loaded.error;
  return loaded;
}

/** Where an attempt asks for one of the page's own addresses: there, of the fallbacks in turn, and there again. */
export function addresses(own: string, attempt: number): string {
  const { fallback, origins = [], options } = window.__pagemend?.config ?? {};
  const { origin } = new URL(own);
  const others: unknown = options?.fallbackOrigins ?? fallback;
  const other: unknown = attempt && [location.origin, ...origins].includes(origin) && Array.isArray(others) && others[attempt - 1];
  return typeof other === "string" && /^https?:/.test(other) ? other.replace(/\/+$/, "") + own.slice(origin.length) : own;
}

/** Where the page's import map says that a name leads: of several that fit, the longest counts. */
function mapped(specifier: string): string | undefined {
  let found: string | undefined;
  let longest = 0;
  for (const { textContent } of document.querySelectorAll("script[type=importmap]")) {
    try {
      for (const [name, to] of Object.entries<string>(JSON.parse(textContent ?? "").imports)) {
        if (name.length <= longest || !(name === specifier || (name.endsWith("/") && specifier.startsWith(name)))) continue;
        found = new URL(to + specifier.slice(name.length), document.baseURI).href;
        longest = name.length;
      }
    } catch {}
  }
  return found;
}

/** The same file under an address that no cache on the way has an answer for. */
function past(own: string, attempt: number): string {
  const url = new URL(own);
  url.searchParams.append("pagemend", String(attempt));
  return url.href;
}

/**
 * What the engine calls with the number of the attempt, from 0. What runs in the page already must not run a second time from elsewhere: a part
 * that leads back to it is asked of its own origin alone. The page hears of its own failure, that of attempt 0.
 */
export function loader<T>(specifier: string | (() => Promise<T>)): (attempt?: number) => Promise<T | Threw> {
  if (typeof specifier === "function") return specifier;
  const named = /^(\.{0,2}\/|[\w+.-]+:)/.test(specifier) ? undefined : mapped(specifier);
  let failure: unknown;
  return async (attempt = 0) => {
    try {
      const own = named ?? new URL(specifier, location.href).href;
      // What a name leads to is the browser's to say, as long as it comes.
      return await (attempt ? again<T>(own, attempt) : tried<T>(named ? specifier : own));
    } catch (e) {
      throw (failure ??= e);
    }
  };
}

/** What the module threw itself is told from a failure to load it. */
async function tried<T>(specifier: string): Promise<T | Threw> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
  } catch (e: any) {
    if (IMPORT.test(e?.message)) throw e;
    return new Threw(e);
  }
}

async function again<T>(own: string, attempt: number): Promise<T | Threw> {
  const other = addresses(own, attempt);
  if (other !== own && !(await leadsTo(other, (child) => runs(own, other, child)))) return tried<T>(other);
  const isOwn = (child: string) => child === own;
  let inCircle: boolean;
  try {
    inCircle = await leadsTo(own, isOwn);
  } catch (e) {
    // An edge of the network that has kept a page, or an error, under this address may have the module under another one.
    const other = past(own, attempt);
    if (await leadsTo(other, isOwn)) throw e;
    return tried<T>(other);
  }
  try {
    return await tried<T>(own);
  } catch (e) {
    // Firefox keeps a module that failed under its address, and asks nobody. Under another one it would not be what the circle leads back to.
    if (inCircle) throw e;
    return tried<T>(`${own}${own.includes("#") ? "&" : "#"}pagemend=${attempt}`);
  }
}
