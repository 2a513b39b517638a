// What can be loaded again: where each attempt asks, and modules.
import { IMPORT } from "./events.js";

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
  const { fallback, origins = [], options } = window.__pagemend?.c ?? {};
  const { origin } = new URL(own);
  const others: unknown = options?.fallbackOrigins ?? fallback;
  const other: unknown = attempt && [location.origin, ...origins].includes(origin) && Array.isArray(others) && others[attempt - 1];
  return typeof other === "string" && /^https?:/.test(other) ? other.replace(/\/+$/, "") + own.slice(origin.length) : own;
}

/**
 * What the engine calls with the number of the attempt, from 0. An address is asked of its own origin under another fragment each time: Firefox
 * keeps a module that failed under its address for ever.
 */
export function loader<T>(specifier: string | (() => Promise<T>)): (attempt?: number) => Promise<T | Threw> {
  if (typeof specifier === "function") return specifier;
  return async (attempt = 0) => {
    try {
      const url = new URL(addresses(new URL(specifier, location.href).href, attempt));
      if (attempt) url.hash += `${url.hash ? "&" : ""}pagemend=${attempt}`;
      return await plainImport<T>(url.href);
    } catch (e: any) {
      if (IMPORT.test(e?.message)) throw e;
      return new Threw(e);
    }
  };
}
