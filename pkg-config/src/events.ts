// Words what boot.js kept (raw browser events, so that boot.js stays small) as the BootEvents that the engine reads.
import type { Boot, BootEvent, BootView, RawEvent, ResourceType } from "./protocol.js";

/** How browsers, Vite and webpack word a failed dynamic import. */
export const IMPORT = /dynamically imported module|importing a module script|JavaScript MIME type|preload CSS|Loading (CSS )?chunk/i;
const MAX_TEXT = 500;
/** Addresses of pictures are signed, and long. */
const MAX_URL = 2000;
/** A picture that has failed so often in a row is left to the page, which answers each failure with an address that fails. */
const MAX_ROUNDS = 3;
/** What can be had from elsewhere when it failed. */
const PARTS = /^(img|input|source|video|audio|image)$/;

function text(value: unknown, most = MAX_TEXT): string {
  try {
    return value == null ? "" : String(value).slice(0, most);
  } catch {
    return "";
  }
}

function about(reason: any): { m: string; n: string; st: string } {
  return { m: text(reason?.message ?? reason), n: text(reason?.name), st: text(reason?.stack) };
}

function typeOf(el: any): ResourceType {
  if (el.localName === "script") return el.type === "module" ? "module" : "classic";
  return el.localName === "link" && /stylesheet/i.test(el.rel) ? "style" : "other";
}

function imported(t: number, reason: unknown): BootEvent {
  const { m } = about(reason);
  return { k: "import", t, m, u: /https?:[^\s)'"]+|\/[^\s)'"]+/.exec(m)?.[0] ?? "" };
}

/** Whether the screen shows its place. Not asked before the first paint: Firefox would lay out, and show, a page whose sheets are to come. */
function inView(el: any): boolean {
  if (document.readyState !== "complete" && !performance.getEntriesByType("paint").length) return false;
  const [box] = el.getClientRects();
  return !!box && box.bottom >= 0 && box.top < innerHeight;
}

/** The event in words, or nothing where it says nothing. Never throws. */
export function worded(raw: RawEvent): BootEvent | undefined {
  try {
    const t: number = raw.t;
    if (raw.k === "engine" || raw.k === "call" || raw.k === "loop") return raw;
    if (raw.k === "said") return { k: "said", t, ...about(raw.error) };
    if (raw.why) {
      const el = raw.el;
      // Of an SVG picture it is an object, and what was written.
      const u = raw.u.baseVal ? new URL(raw.u.baseVal, document.baseURI).href : text(raw.u, MAX_URL);
      if (el.l) return { k: "engine", t, u, ok: false, why: raw.why };
      const ty = typeOf(el);
      // It asks for another picture by now, and Firefox tells of the one before.
      if (el.complete === false) return undefined;
      return { k: "res", t, u, tag: el.localName, ty, crit: ty === "other" ? inView(el) : !el.async, why: raw.why };
    }
    if (raw.of) {
      const { el, u, t: t0 } = raw.of;
      const ok = !!raw.ok;
      if (el.l) return { k: "engine", t, u: text(raw.to || u), ok, why: ok ? "" : "error" };
      return { k: "heal", t, u: text(u), to: text(raw.to), ok, ms: t - t0, tries: raw.tries, ty: typeOf(el) };
    }
    switch (raw.type) {
      case "error":
      case "unhandledrejection": {
        // A rejected import is an error event where a module waits for it.
        const reason = raw.reason ?? raw.error ?? raw;
        const a = about(reason);
        if (IMPORT.test(a.m)) return imported(t, reason);
        return raw.type === "error" ? { k: "error", t, ...a, s: text(raw.filename), l: raw.lineno || 0 } : { k: "reject", t, ...a };
      }
      case "vite:preloadError":
        return imported(t, raw.payload);
      case "securitypolicyviolation":
        return raw.disposition === "report" ? undefined : { k: "csp", t, d: text(raw.effectiveDirective), u: text(raw.blockedURI) };
      case "online":
      case "offline":
        return { k: "net", t, up: raw.type === "online" };
    }
  } catch {}
  return undefined;
}

/** Boot as the wasm sees it. */
export function view(boot: Boot): BootView {
  /** By address, elements whose first failure was kept from the page's own listeners: the engine asks elsewhere first. */
  const kept = new Map<string, Set<Element>>();
  const keep = ({ el, e }: RawEvent, u: string) => {
    if (!e?.isTrusted || !PARTS.test(el.localName) || u.length >= MAX_URL) return;
    try {
      const { origins = [], fallback = [], options = {} } = boot.c;
      const own = [location.origin, ...origins, ...(options.fallbackOrigins ?? fallback)];
      if (!own.some((origin) => origin.replace(/\/+$/, "") === new URL(u).origin)) return;
      // Boot tells in a microtask, right after its own listener and before those of the page.
      e.stopImmediatePropagation();
      kept.set(u, (kept.get(u) ?? new Set()).add(el));
    } catch {}
  };
  return {
    k: kept,
    c: boot.c,
    // Read when the engine takes over, which is some tasks after it was started: what happens meanwhile counts too.
    get q() {
      return boot.q.map(worded).filter((e): e is BootEvent => !!e);
    },
    s: boot.s,
    t: boot.t,
    // What the page put over it (a header, a trace) is to be kept.
    ...(boot.fetch && boot.heard === window.fetch && { fetch: boot.fetch }),
    load: () => boot.load(),
    stop: () => boot.stop(),
    keep: () => boot.keep(),
    memory: boot.memory,
    typed: boot.typed,
    get mark() {
      return boot.mark;
    },
    set mark(mark) {
      Object.assign(boot.mark, mark);
    },
    get d() {
      return boot.d;
    },
    get engine() {
      return boot.engine;
    },
    get on() {
      return boot.on;
    },
    set on(listener: ((event: BootEvent) => void) | undefined) {
      boot.q.length = 0;
      boot.on =
        listener &&
        ((raw: RawEvent) => {
          const event = worded(raw);
          if (!event || raw.times > MAX_ROUNDS) return;
          if (event.k === "res" && event.ty === "other") keep(raw, event.u);
          listener(event);
        });
    },
  };
}

/** Puts a note of the engine's own loading among the events. */
export function note(boot: Boot, u: string, ok: boolean, why: Extract<BootEvent, { k: "engine" }>["why"]): void {
  if (boot.q.length < 100) boot.q.push({ k: "engine", t: performance.now(), u, ok, why });
}
