// Deferred scripts in the order of the document, although one of them failed and is awaited from elsewhere. The browser cannot be made to wait
// without freezing the page, so those that would run meanwhile are taken out, and put in again when it is their turn.

/** So long others are held back for one script. After that, an order that is lost does less harm than a page that does not go on. */
export const HOLD_MS = 6000;

export const isDeferred = (el: any): boolean => !el.async && (el.type == "module" || (el.defer && el.src && !el.noModule && /^$|javascript/.test(el.type)));

/** A script that is in another document when it comes does not run (HTML, "execute the script element"). */
export const takeOut = (el: Element): Element => document.implementation.createHTMLDocument("").adoptNode(el);

/** Listens to both outcomes of an element's load. */
export const each = (el: any, listener: (e: Event) => void, capture: boolean) => {
  for (const type of ["load", "error"]) el.addEventListener(type, listener, capture);
};

export interface Turns {
  /** `start` is called when all that stands before the failed script has run. */
  _wait(el: Element, start: () => void): void;
  /** It ran, or cannot be had. */
  _over(el: Element): void;
  /** Something ended, or the document was parsed. */
  _next(): void;
  /** Some scripts are held back: DOMContentLoaded must not come before them, because they may wait for it. */
  _hold(e: Event): void;
}

/** `ended`: what has run, or has failed. `copy`: an element that does what the given one would have done. */
export function keepTurns(ended: WeakSet<Element>, copy: (el: any, address: string) => any): Turns {
  /** Scripts that failed, with what asks for them elsewhere; nothing once that is under way. */
  const awaited = new Map<Element, (() => void) | 0>();
  /** What was taken out, by the element that keeps its place. */
  const held = new Map<any, any>();
  const putIn = new WeakSet<Element>();
  /** What the parser left: a script that came as markup never runs, and must not begin to. */
  let parsed: Element[] | undefined;
  let waits = false;
  let unheard = false;

  const next = () => {
    if (document.readyState == "loading") return;
    parsed = parsed || [...(document.scripts as any)];
    let alive = false;
    let after = false;
    waits = false;
    for (const x of [...(document.scripts as any)]) {
      const start = !alive && !after && awaited.get(x);
      if (start) {
        awaited.set(x, 0);
        start();
      }
      const el = held.get(x);
      if (awaited.has(x)) after = true;
      else if (el && !after) {
        held.delete(x);
        const made = copy(el, el.src);
        // The page may listen to the one that it knows.
        each(made, ({ type }) => el.dispatchEvent(new Event(type)), false);
        putIn.add(made);
        x.replaceWith(made);
        alive = waits = true;
        // An inline module has no event of its own; the document waits for it.
      } else if (!ended.has(x) && (document.readyState != "complete" ? putIn.has(x) || (isDeferred(x) && parsed.includes(x)) : x.src && putIn.has(x))) {
        if (!after) {
          alive = true;
          waits = waits || putIn.has(x);
          continue;
        }
        const place: any = document.createElement("script");
        place.type = "pagemend";
        x.replaceWith(place);
        // In a document without a window an attribute does not become a listener.
        for (const key of ["onload", "onerror"]) x[key] = x[key];
        takeOut(x);
        // Firefox tells it that it failed.
        each(x, (e) => e.isTrusted && e.stopImmediatePropagation(), true);
        held.set(place, x);
      }
    }
    waits = waits || after;
    if (unheard && !waits) {
      unheard = false;
      document.dispatchEvent(new Event("DOMContentLoaded", { bubbles: true }));
    }
  };
  const over = (el: Element) => awaited.delete(el) && next();

  return {
    _wait(el, start) {
      awaited.set(el, start);
      next();
      setTimeout(() => {
        const unasked = awaited.get(el);
        over(el);
        if (unasked) unasked();
      }, HOLD_MS);
    },
    _over: over,
    _next: next,
    _hold(e) {
      if (!waits || !e.isTrusted) return;
      e.stopImmediatePropagation();
      unheard = true;
    },
  };
}
