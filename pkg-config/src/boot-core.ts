// The listening half of boot: keeps what happens from byte one, and hands what failed to what heals it. What can wait (wording the events) is
// done in events.ts.
import { copier, healer } from "./healing.js";
import type { BootConfig } from "./boot-config.js";
import type { Boot } from "./protocol.js";
import { keepTurns } from "./turns.js";

/** Every early buffer is bounded: a page that throws in a loop must not fill the memory. */
const MAX_EVENTS = 100;

/** What a script or a fallback begins with when it was answered with a page. (`<!--` opens a legal comment in a script.) */
export const HTML = /^\s*<(?!!--)/;

const TYPES = ["error", "unhandledrejection", "vite:preloadError", "securitypolicyviolation", "online", "offline", "readystatechange", "DOMContentLoaded"];

/**
 * Whether this address, which has just answered with a script that cannot be read, answers with HTML. Synchronous on purpose: what stands in the
 * document after the script must not run before it is known. An origin that has just answered does not hang.
 */
function servesHtml(url: string): boolean {
  const request = new XMLHttpRequest();
  try {
    request.open("GET", url, false);
    request.send();
  } catch (_) {}
  return request.status == 200 && HTML.test(request.responseText);
}

/** Installs the listeners. `trouble` is called at each sign of it; `nonce` is the page's, for elements that carry none. */
export function install(config: BootConfig, fallback: string[], nonce: string, trouble: (e?: any) => void): Boot {
  /** What boot has to do with no more: loaded, healed once, or its own. */
  const seen = new WeakSet<Element>();

  /** Under `require-trusted-types-for 'script'` an address or text must be made by a policy: trust.js has it. */
  const trust = (window as any).__pagemendTrust || ((text: string) => text);

  const emit = (e: any) => {
    e.at = performance.now();
    // In a microtask, so that an event caused by a call of the engine's own never re-enters the engine.
    if (boot.on) Promise.resolve(e).then(boot.on).catch(() => {});
    else if (!boot.events[MAX_EVENTS - 1]) boot.events.push(e);
    else boot.dropped++;
  };

  const healing = new WeakSet<Element>();
  const copy = copier(nonce, trust);
  const turns = keepTurns(seen, copy);
  const heal = healer({ config, fallback, trust, copy, seen, healing, emit, trouble }, turns);

  const listener = (e: any) => {
    try {
      const el = e.target;
      switch (e.type) {
        case "DOMContentLoaded":
          return turns._hold(e);
        case "load":
          if (el.localName == "script") seen.add(el);
        case "readystatechange":
          return turns._next();
        case "error":
          if (el.localName) return heal._error(el, e);
          if (/Syntax/.test(e.message)) {
            // A script that ran and met bad JSON throws a SyntaxError too, and must not run again; one that is HTML cannot have run.
            const elsewhere = heal._asked(e.filename);
            if (elsewhere && servesHtml(e.filename) && elsewhere()) return e.stopImmediatePropagation();
          }
      }
      emit(e);
      // A blocked script says so by an error event, too.
      e.blockedURI || trouble(e);
    } catch (_) {}
  };
  const each = (verb: string) => {
    for (const type of TYPES) (window as any)[verb](type, listener, true);
    // The `load` of an element does not pass the window.
    (document as any)[verb]("load", listener, true);
  };
  each("addEventListener");

  const boot = {
    config,
    events: [],
    dropped: 0,
    seen,
    trust,
    healing,
    stop: () => each("removeEventListener"),
  } as any as Boot;
  return boot;
}
