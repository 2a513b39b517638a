// What this document leaves for the next one, in `window.name`: a page may clear its storage, and so may its server (`Clear-Site-Data`).
// The page finds the name that it gave, not ours. And what a page must not do for ever: load itself.
import type { Boot, Mark } from "./protocol.js";

const OURS = "pagemend:";

/** A document that ends sooner, and that nobody touched, was no visit. */
export const SHORT_MS = 10_000;

/** So many of them in a row are a loop: a page that tries again what failed does so once or twice. */
export const LOOP = 5;

/** What is carried over: the mark, the page's own name, and whether the page goes to itself. */
type Carried = Mark & { name: string; self: boolean };

/** Reads the mark and sets `mark`, `keep`, `memory` and `typed` of `boot`; counts documents, and ends a loop. */
export function witness(boot: Boot): void {
  const { navigation } = window as any;
  // The page may put its own in place of them.
  const { parse, stringify } = JSON;
  const born = performance.now();
  const { pathname } = location;
  let kept = false;
  let self = false;

  const stored = (key: string): string | null | undefined => {
    try {
      return sessionStorage.getItem(OURS + key);
    } catch (_) {
      return undefined;
    }
  };

  /** Takes it from where the page would see it. */
  const take = (): Partial<Carried> => {
    try {
      if (window.name.startsWith(OURS)) {
        const carried = parse(window.name.slice(OURS.length));
        window.name = carried.name;
        return carried;
      }
      // Of a document that ended before anything told so (resort.ts).
      return { ...parse(stored("mark")!) };
    } catch (_) {}
    return {};
  };

  const before = take();
  const here = before.path == pathname;
  // Who opens an address again and again is no loop: only a page that goes to itself, which older browsers do not tell.
  const again = before.self || (!navigation && /^r/.test((performance.getEntriesByType("navigation")[0] as any)?.type)) || document.referrer == location.href;
  const count = (again && here && before.count) || 0;
  const mark: Mark = (boot.mark = { count, path: pathname, hash: "", text: before.text || "" });
  boot.memory = stored("memory");
  boot.typed = stored("typed");
  // Firefox gives a document that replaces another no state.
  if (here && (before.hash || before.state)) history.replaceState(history.state || before.state, "", location.hash || before.hash || undefined);

  const put = () => {
    take();
    window.name = OURS + stringify({ ...mark, self, name: window.name });
  };

  boot.keep = () => {
    put();
    kept = window.name.startsWith(OURS);
    // Where an event tells that the page goes, ours need not stand there until then.
    if (navigation) take();
    return kept;
  };

  /** Whether the document has served somebody by now. */
  const served = (e: Event) => e.timeStamp - born > SHORT_MS || navigator.userActivation?.hasBeenActive;

  const leave = (e: Event) => {
    mark.count = served(e) ? 0 : count + 1;
    mark.path = location.pathname;
    // By a window's name others find it: it is changed only for a document that changes it back.
    if (kept || self || (!window.name && (mark.count || mark.text))) put();
  };

  const listeners: Record<string, (e: any) => void> = {
    pagehide: leave,
    // Back from the cache of whole pages.
    pageshow: take,
    "vite:preloadError": (e) => count < LOOP || served(e) || e.stopImmediatePropagation(),
  };
  const navigate = (e: any) => {
    const { sameDocument, url } = e.destination;
    if (sameDocument || e.userInitiated || new URL(url).pathname != location.pathname) return;
    if (count >= LOOP && !kept && !served(e)) return e.preventDefault();
    self = true;
    // Chromium takes no name once the document ends.
    leave(e);
  };
  const each = (verb: string) => {
    for (const type in listeners) (window as any)[verb](type, listeners[type], true);
    navigation?.[verb]("navigate", navigate);
  };
  each("addEventListener");
  const { stop } = boot;
  boot.stop = () => {
    stop();
    each("removeEventListener");
  };
  if (count >= LOOP) boot.events.push({ kind: "loop", count, at: born });
}
