// What this document leaves for the next one. A page may clear its storage, and so may its server (`Clear-Site-Data`): `window.name` and `history.state` outlive both.
import type { Boot, Mark } from "./protocol.js";

const OURS = "pagemend:";

/** A document that ends sooner, and that nobody touched, was no visit. */
const SHORT_MS = 10_000;

/** What is carried over: the mark, whether the page goes to itself, and the page's own name where ours is in its place. */
type Carried = Mark & { self?: boolean; name?: string };

/** Reads the mark, counts documents that end at once, and sets `mark`, `keep`, `memory` and `typed` of `boot`. */
export function witness(boot: Boot): void {
  const born = performance.now();
  const { navigation } = window as any;
  // The page may put its own in place of it.
  const replaceState = history.replaceState.bind(history);
  let touched = false;
  let self = false;
  let kept = false;

  const stored = (key: string): string | null | undefined => {
    try {
      return sessionStorage.getItem(OURS + key);
    } catch (_) {
      return undefined;
    }
  };

  const isOurs = () => window.name.startsWith(OURS);

  /** Takes it from where the page would see it. */
  const take = (): Partial<Carried> => {
    const { state } = history;
    let text = stored("mark");
    if (text) sessionStorage.removeItem(OURS + "mark");
    if (isOurs()) {
      const named = window.name.slice(OURS.length);
      text = text || named;
      window.name = JSON.parse(named).name || "";
    }
    if (state && typeof state.pagemend == "string") {
      const { pagemend, ...rest } = state;
      text = text || pagemend;
      replaceState(Object.keys(rest).length ? rest : null, "");
    }
    return JSON.parse(text || "{}");
  };

  /** Whether it can be read there. `last`: nothing of the page's will run in this document any more. */
  const put = (last?: boolean): boolean => {
    const { state } = history;
    const { name } = window;
    const free = !name || isOurs();
    const carried: Carried = { ...boot.mark, self };
    const text = JSON.stringify(carried);
    try {
      if (last) sessionStorage.setItem(OURS + "mark", text);
    } catch (_) {}
    if (free) return (window.name = OURS + text) == window.name;
    // Firefox gives the document that replaces this one another state, and takes a name to the last; Chromium does neither.
    if (last && kept) window.name = OURS + JSON.stringify({ ...carried, name });
    // Nothing can be added to a state that is no object.
    if (state && Object.getPrototypeOf(state) != Object.prototype) return false;
    replaceState({ ...state, pagemend: text }, "");
    return history.state.pagemend == text;
  };

  /** Counts this document, and leaves the mark as if it ended now. */
  const leave = (last?: boolean) => {
    const { mark } = boot;
    mark.n = touched || performance.now() - born > SHORT_MS ? 0 : before + 1;
    mark.at = location.pathname;
    // A change of the state while the page goes elsewhere would keep it here. Most documents leave nothing behind.
    if ((last || !window.name) && (mark.n || mark.hash || mark.text)) put(last);
  };

  const mark: Mark = { n: 0, at: location.pathname, hash: "", text: "" };
  boot.mark = mark;
  boot.memory = stored("memory");
  boot.typed = stored("typed");
  try {
    const before = take();
    mark.text = before.text || "";
    if (before.at == mark.at) {
      // Who opens an address again and again is no loop: only a page that comes from itself.
      const again = before.self || (performance.getEntriesByType("navigation")[0] as any)?.type == "reload" || document.referrer == location.href.split("#")[0];
      mark.n = (again && before.n) || 0;
      if (before.hash && !location.hash) replaceState(history.state, "", before.hash);
    }
  } catch (_) {}
  const before = mark.n;

  boot.keep = () => {
    try {
      kept = put();
      // Where an event tells that the page goes, the name need not stand until then, for the page to see.
      if (navigation && isOurs()) window.name = "";
      return kept;
    } catch (_) {
      return false;
    }
  };

  const listeners: [EventTarget | undefined, string, (e: any) => void][] = [
    [window, "pagehide", () => leave(true)],
    // Back from the cache of whole pages, somebody is there.
    [window, "pageshow", (e) => e.persisted && (touched = !!take())],
    [
      navigation,
      "navigate",
      ({ destination, userInitiated }) => {
        const { origin, pathname } = new URL(destination.url);
        if (destination.sameDocument || userInitiated || origin + pathname != location.origin + location.pathname) return;
        self = true;
        // Chromium takes no name once the document ends.
        leave();
      },
    ],
  ];
  for (const type of ["pointerdown", "keydown", "touchstart"]) listeners.push([window, type, (e) => (touched = touched || e.isTrusted)]);
  const each = (verb: string) => {
    for (const [target, type, listener] of listeners) (target as any)?.[verb](type, listener, true);
  };
  each("addEventListener");
  const { stop } = boot;
  boot.stop = () => {
    stop();
    each("removeEventListener");
  };
}
