// The listening and healing half of boot: keeps what happens from byte one, and fetches failed scripts and stylesheets elsewhere.
// Written for few bytes: it is most of boot.js, which has a budget. What can wait (wording the events) is done in events.ts.
import type { Boot, BootConfig } from "./protocol.js";

/** Every early buffer is bounded: a page that throws in a loop must not fill the memory. */
const MAX_EVENTS = 100;

/** What a script or a fallback begins with when it was answered with a page. (`<!--` opens a legal comment in a script.) */
export const HTML = /^\s*<(?!!--)/;

const TYPES = ["error", "unhandledrejection", "vite:preloadError", "securitypolicyviolation", "online", "offline", "readystatechange"];

/** Installs the listeners. `trouble` is called at each sign of it; `nonce` is the page's, for elements that carry none. */
export function install(c: BootConfig, fallback: string[], nonce: string, trouble: (e?: any) => void): Boot {
  /** What boot has to do with no more: loaded, healed once, or its own. */
  const seen = new WeakSet<Element>();

  /** Under `require-trusted-types-for 'script'` an address or text must be made by a policy: trust.js has it. */
  const trust = (window as any).__pagemendTrust || ((text: string) => text);

  const emit = (e: any) => {
    e.t = performance.now();
    // In a microtask, so that an event caused by a call of the engine's own never re-enters the engine.
    if (boot.on) Promise.resolve(e).then(boot.on).catch(() => {});
    else if (!boot.q[MAX_EVENTS - 1]) boot.q.push(e);
    else boot.d++;
  };

  /** The body of a URL, or "". Synchronous on purpose: the parser and the next deferred script must wait. */
  const get = (url: string): string => {
    const x = new XMLHttpRequest();
    try {
      x.open("GET", url, false);
      x.send();
    } catch (_) {}
    return (x.status / 100) ^ 2 ? "" : x.responseText;
  };

  const deferred = (el: any) => el.src && !el.async && (el.defer || el.type == "module");

  /**
   * Puts in what was fetched (`el.h`), each in its turn. In Firefox that need not be at once: it tells of a dead deferred script as soon
   * as its request fails, and goes on with everything while a synchronous request is under way. A deferred script's turn comes when the
   * document is parsed and the deferred scripts before it have run; everybody waits for those being fetched (`el.h` is true).
   */
  const flush = () => {
    const state = document.readyState[0]!; // of loading, interactive, complete
    for (const x of document.scripts as any) {
      const late = deferred(x);
      if (x.h > 0 || (state == "i" && late && !seen.has(x))) break;
      if (x.h && !(state == "l" && late)) x.h();
    }
  };

  const failed = (el: any, e?: Event) => {
    const tag = el.localName;
    const u: string = el.currentSrc || el.src || el.href;
    const event: any = { u, el, e, why: e ? "error" : "html" };
    seen.add(el);
    emit(event);
    if (tag != "script" && !/style/.test(el.rel)) return;
    // The engine comes a little later: until then what failed has the line, and the processor, to itself.
    el.l || setTimeout(trouble, 1e2);

    const { origin } = new URL(u);
    // A third party's script is never asked of the fallback.
    const own = (location.origin + c.origins + fallback).includes(origin);
    // With integrity the hash must be checked, which cannot be done synchronously: such a script is inserted like an async
    // one, checked by the browser, and its place in the order is lost.
    const sync = el.src && !(el.async || el.integrity || el.type == "module");
    el.h = sync || deferred(el);
    let tries = 0;
    let to: any;
    const end = (ok: any) => {
      el.h = 0;
      emit({ of: event, to, ok, tries });
      // The page's own listeners hear of the outcome, not of the first failure.
      // (A script that was HTML gets its `load` from the browser.)
      if (e ? tries : !sync) el.dispatchEvent(new Event(ok ? "load" : "error"));
      flush();
    };
    const heal = () => {
      to = own && fallback[tries]!;
      if (!to) return end(0);
      to += u.slice(origin.length);
      if (!tries++ && e) e.stopImmediatePropagation();
      // Not a clone: a clone of a script counts as already started.
      const n: any = document.createElement(tag);
      for (const a of el.attributes) if (!/^(src|href|on)/.test(a.name)) n.setAttribute(a.name, a.value);
      seen.add(n);
      n.async = el.async;
      n.nonce = el.nonce || nonce;
      if (sync) {
        const body = get(to);
        if (!body || HTML.test(body)) return heal();
        n.text = trust(body + "\n//# sourceURL=" + to);
        // Scripts read document.currentScript.src to find their siblings.
        Object.defineProperty(n, "src", { value: u });
      } else {
        n.crossOrigin = "";
        n.onload = end;
        n.onerror = heal;
        n.href = to;
        n.src = trust(to);
      }
      const put = () => {
        el.h = 0;
        (el.parentNode || document.head).insertBefore(n, el.nextSibling);
        if (sync) end(1);
      };
      if (el.h) (el.h = put), flush();
      else put();
    };
    heal();
  };

  const listener = (e: any) => {
    try {
      let el = e.target;
      if (/^[lr]/.test(e.type)) return seen.add(el), flush();
      // One heal an element, never twice; boot's own elements say for themselves what becomes of them.
      if (el.localName && e.type == "error") return seen.has(el) || failed(el, e);
      if (/Syntax/.test(e.message)) {
        el = [].find.call(document.scripts, (x: any) => x.src == e.filename && !seen.has(x));
        // A script that ran and met bad JSON throws a SyntaxError too, and must not run again; one that is HTML cannot have run.
        if (el && HTML.test(get(el.src))) return failed(el);
      }
      emit(e);
      // A blocked script says so by an error event, too.
      e.blockedURI || trouble(e);
    } catch (_) {}
  };
  const each = (verb: string) => {
    TYPES.map((type) => (window as any)[verb](type, listener, true));
    // The `load` of an element does not pass the window.
    (document as any)[verb]("load", listener, true);
  };
  each("addEventListener");

  const boot = {
    c,
    q: [],
    d: 0,
    s: seen,
    t: trust,
    stop: () => each("removeEventListener"),
  } as any as Boot;
  return boot;
}
