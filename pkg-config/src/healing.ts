// One script or style sheet that failed: where else it is asked for, and what comes of it. Nothing is asked for synchronously: an origin that
// hangs would freeze the page for good.
import type { BootConfig } from "./boot-config.js";
import type { Note, RawEvent } from "./protocol.js";
import { each, HOLD_MS, isDeferred, takeOut, type Turns } from "./turns.js";

/** A script that nobody is held back for has more time, before it is asked for at the next place. */
const SLOW_MS = 20_000;
/** What fails so often in so short a time goes round in a circle: the page answers each failure with another request. */
const ROUNDS_MS = 5000;
/** Then a script or a sheet is not asked for elsewhere any more. */
const MAX_HEALED = 3;
/** And the page is not told of a picture any more, which ends the circle. */
const MAX_TOLD = 10;
/** So many elements and addresses are counted. */
const MAX_COUNTED = 100;

interface Page {
  config: BootConfig;
  fallback: string[];
  trust(given: string): any;
  copy: Copy;
  /** What boot has to do with no more. */
  seen: WeakSet<Element>;
  /** What failed and was asked for elsewhere, and what was put in its place. */
  healing: WeakSet<Element>;
  emit(event: RawEvent): void;
  trouble(): void;
}

const isSheet = (el: any): boolean => el.localName == "link" && /style/.test(el.rel);

/** Answers that may be others a moment later; 0: none, or the browser does not tell. */
const PASSES = /^(0|408|425|429|5..)$/;

/**
 * Whether what is written now comes right after it. The parser that waits for a script has put nothing behind it. Neither has one that waits for
 * bytes: then a script before it may have put this one in, and writing would erase the page.
 */
function parserIsAt(el: any, runs: boolean): boolean {
  if (document.readyState != "loading" || el.async || el.defer || el.type == "module") return false;
  if (runs) return document.currentScript == el;
  for (let x = el; x != document; x = x.parentNode) if (!x || x.nextSibling) return false;
  const before = el.previousSibling;
  const [visit] = performance.getEntriesByType("navigation") as any;
  return !before || before.localName != "script" || (visit && visit.responseEnd > 0);
}

/** A script that says what the given one says, but where it comes from. Not a clone: a clone counts as already started. */
export type Copy = (el: any, address: string) => any;

export const copier = (nonce: string, trust: (given: string) => any): Copy => (el, address) => {
  const made: any = document.createElement("script");
  for (const { name, value } of el.attributes) if (!/^(src$|on)/.test(name)) made.setAttribute(name, value);
  made.async = el.async;
  made.nonce = el.nonce || nonce;
  if (address) made.src = trust(address);
  else made.text = trust(el.text);
  return made;
};

export interface Healer {
  /** The `error` of any element. */
  _error(el: any, e: Event): void;
  /** The script that came from there ran, and cannot be read: what to do about it if it is HTML; whether it is asked for elsewhere then. */
  _asked(address: string): (() => unknown) | undefined;
}

export function healer({ config, fallback, trust, copy, seen, healing, emit, trouble }: Page, turns: Turns): Healer {
  /** By the address where it was asked for: has it asked for at the next place. */
  const asked = new Map<string, () => void>();
  const counted = new Map<unknown, { _times: number; _since: number }>();

  /** How often it has failed lately. */
  const rounds = (key: unknown): number => {
    const now = performance.now();
    let round = counted.get(key);
    if (!round || now - round._since > ROUNDS_MS) {
      if (counted.size > MAX_COUNTED) counted.clear();
      counted.set(key, (round = { _times: 0, _since: now }));
    }
    return ++round._times;
  };

  /** Every address but the one that failed, and that one again where another answer may come a moment later. */
  const elsewhere = (url: string, el: any, html: boolean): string[] => {
    const { origin } = new URL(url);
    // A third party's script is never asked of the fallback.
    if (!/^http/.test(url) || rounds(url) > MAX_HEALED || ![location.origin, ...(config.origins || []), ...fallback].includes(origin)) return [];
    const places = [];
    for (const other of fallback) if (other != origin) places.push(other + url.slice(origin.length));
    const { responseStatus: status = 0 }: any = performance.getEntriesByName(url).pop() || {};
    const passes = !html && PASSES.test(status);
    const module = el.type == "module";
    if (passes) places.push(url);
    // Firefox keeps a module that failed under its address, and asks nobody. Elsewhere it must not become a second one. Wrong bytes of a cache on
    // the way, or a copy there without the headers of CORS, are got round by a query.
    if (module ? passes : passes ? el.crossOrigin : status < 400) places.push(url + (module ? "#" : /\?/.test(url) ? "&" : "?") + "pagemend=1");
    return places;
  };

  const noted = (element: any, event?: Event, times?: number): Note => {
    const note: Note = { url: element.currentSrc || element.src || element.href, element, event, why: event ? "error" : "html", times };
    seen.add(element);
    emit(note);
    return note;
  };

  /** `e` is its event; without one it was answered with HTML. Whether it is asked for elsewhere. */
  const failed = (el: any, e?: Event): boolean => {
    const note = noted(el, e);
    const url: string = note.url;
    const sheet = isSheet(el);
    const said = el.getAttribute("href");
    const cors = el.crossOrigin;
    const places = elsewhere(url, el, !e);
    let blocks = !sheet && parserIsAt(el, !e);
    let tries = 0;
    let over: unknown;
    let to: string | undefined;
    let made: any;

    const tell = (ok: number) => emit({ of: note, to, ok, tries });
    const end = (ok: number) => {
      over = true;
      made = 0;
      asked.delete(to!);
      tell(ok);
      // A sheet may fail again: the page gives it another address. Its outcome is its own event.
      if (sheet) seen.delete(el);
      // The page's own listeners hear of the outcome, not of the first failure.
      else if (tries) el.dispatchEvent(new Event(ok ? "load" : "error"));
      turns._over(el);
    };

    const next = () => {
      // What failed is not left where somebody else finds it, and waits for it.
      if (made) takeOut(made);
      made = 0;
      asked.delete(to!);
      to = places.shift();
      if (!to) return end(0);
      const turn = ++tries;
      asked.set(to, next);
      if (sheet) {
        // An address that is the same is not asked for again, unless there was none in between.
        el.removeAttribute("href");
        el.crossOrigin = to == url ? cors : "";
        el.setAttribute("href", to == url ? said : to);
      } else put(to);
      setTimeout(
        () => {
          if (over || tries != turn) return;
          // The parser waits for it whatever is done: the engine is to know, and tells a person.
          if (blocks) tell(0);
          // Of a sheet that the page does not use any more the browser tells nothing.
          else if (!sheet || (el.href == to && el.isConnected && !el.disabled)) next();
        },
        sheet || blocks ? HOLD_MS : SLOW_MS,
      );
    };

    const put = (to: string) => {
      const { parentNode } = el;
      let script = copy(el, to);
      if (!to.startsWith(url)) script.crossOrigin = "";
      if (blocks) {
        // What is written where the parser stands comes before all that follows, and the browser checks it like any other.
        script.setAttribute("nonce", script.nonce);
        try {
          document.write(trust(script.outerHTML));
        } catch (_) {}
        const last = parentNode.lastElementChild;
        blocks = last.src == to && !seen.has(last);
        if (blocks) script = last;
      }
      // In the browser's own line it would wait for others, and others for it.
      if (!blocks) script.async = true;
      made = script;
      seen.add(script);
      healing.add(script);
      script.onload = () => made == script && end(1);
      script.onerror = () => made == script && next();
      // Scripts read document.currentScript.src to find their siblings.
      Object.defineProperty(script, "src", { value: url });
      if (!blocks) (parentNode || document.head).insertBefore(script, el.nextSibling);
    };

    // The engine comes a little later: until then what failed has the line, and the processor, to itself.
    if (!el.isEngine) setTimeout(trouble, 100);
    if (!places[0]) return end(0), false;
    healing.add(el);
    if (e) e.stopImmediatePropagation();
    // Before the page's own listeners, whenever those were added.
    each(el, (e) => {
      if (over || !e.isTrusted) return;
      // The `load` of a script that was HTML: what is in its place has not run yet.
      if (!sheet) e.stopImmediatePropagation();
      else if (el.href == to) {
        if (e.type == "load") return end(1);
        if (places[0]) e.stopImmediatePropagation();
        next();
      } else {
        over = true;
        seen.delete(el);
      }
    }, true);
    if (!sheet && isDeferred(el)) turns._wait(el, next);
    else next();
    return true;
  };

  return {
    _error(el, e) {
      if (isSheet(el) || el.localName == "script") {
        if (!seen.has(el)) failed(el, e);
        return;
      }
      const times = rounds(el);
      // The engine asks for it elsewhere, when it is there.
      if (times > MAX_TOLD) e.stopImmediatePropagation();
      else noted(el, e, times);
    },
    _asked(address) {
      for (const el of document.scripts) if (el.src == address && !seen.has(el)) return () => failed(el);
      const next = asked.get(address);
      return next && (() => (next(), true));
    },
  };
}
