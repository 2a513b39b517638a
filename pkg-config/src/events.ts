// Words what boot.js kept (raw browser events, so that boot.js stays small) as the BootEvents that the engine reads.
import { switchOff } from "./off.js";
import type { Boot, BootEvent, BootView, Gate, Note, RawEvent, ResourceType } from "./protocol.js";

/** How browsers, Vite and webpack word a failed dynamic import. */
export const IMPORT = /dynamically imported module|importing a module script|JavaScript MIME type|preload CSS|Load(ing)? (CSS )?chunk/i;
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

function about(reason: any): { message: string; name: string; stack: string } {
  return { message: text(reason?.message ?? reason), name: text(reason?.name), stack: text(reason?.stack) };
}

function typeOf(el: any): ResourceType {
  if (el.localName === "script") return el.type === "module" ? "module" : "classic";
  return el.localName === "link" && /stylesheet/i.test(el.rel) ? "style" : "other";
}

/**
 * Whether the page's code has put this in, as webpack's does for a chunk. Such a script is async, though nothing in its markup says so; and as `load` waits for
 * the sheets of the document, one that fails after it is none of them. Loaders that are not known by their words, such as Farm's, reject with the event alone.
 */
function isLazy(el: any, failedAt: number): boolean {
  if (typeOf(el) === "style") {
    const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return !!visit && visit.loadEventStart > 0 && failedAt > visit.loadEventStart;
  }
  return el.localName === "script" && el.async && (!el.hasAttribute("async") || el.hasAttribute("data-webpack"));
}

function imported(at: number, reason: unknown): BootEvent {
  const { message } = about(reason);
  return { kind: "import", at, message, url: /https?:[^\s)'"]+|\/[^\s)'"]+/.exec(message)?.[0] ?? "" };
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
    const at: number = raw.at;
    if (raw.kind === "engine" || raw.kind === "call" || raw.kind === "loop") return raw;
    if (raw.kind === "said") return { kind: "said", at, ...about(raw.error) };
    if (raw.why) {
      const el = raw.element;
      // Of an SVG picture it is an object, and what was written.
      const url = raw.url.baseVal ? new URL(raw.url.baseVal, document.baseURI).href : text(raw.url, MAX_URL);
      if (el.isEngine) return { kind: "engine", at, url, ok: false, why: raw.why };
      const type = typeOf(el);
      // It asks for another picture by now, and Firefox tells of the one before.
      if (el.complete === false) return undefined;
      return { kind: "resource", at, url, tag: el.localName, type, critical: type === "other" ? inView(el) : !el.async, why: raw.why };
    }
    if (raw.of) {
      const { element: el, url, at: failedAt } = raw.of;
      const ok = !!raw.ok;
      if (el.isEngine) return { kind: "engine", at, url: text(raw.to || url), ok, why: ok ? "" : "error" };
      return { kind: "heal", at, url: text(url), to: text(raw.to), ok, ms: at - failedAt, tries: raw.tries, type: typeOf(el), lazy: isLazy(el, failedAt) };
    }
    switch (raw.type) {
      case "error":
      case "unhandledrejection": {
        // A rejected import is an error event where a module waits for it.
        const reason = raw.reason ?? raw.error ?? raw;
        const a = about(reason);
        if (a.name === "ChunkLoadError" || IMPORT.test(a.message)) return imported(at, reason);
        return raw.type === "error" ? { kind: "error", at, ...a, source: text(raw.filename), line: raw.lineno || 0 } : { kind: "reject", at, ...a };
      }
      case "vite:preloadError":
        return imported(at, raw.payload);
      case "securitypolicyviolation":
        // engine.js asks whether it may run WebAssembly, and is answered by this.
        if (raw.blockedURI === "wasm-eval" && /\/engine\.js$/.test(raw.sourceFile)) return undefined;
        return raw.disposition === "report" ? undefined : { kind: "csp", at, directive: text(raw.effectiveDirective), url: text(raw.blockedURI) };
      case "online":
      case "offline":
        return { kind: "network", at, online: raw.type === "online" };
    }
  } catch {}
  return undefined;
}

/** Boot as the wasm sees it. */
export function view(boot: Boot, gate: Gate): BootView {
  /** By address, elements whose first failure was kept from the page's own listeners: the engine asks elsewhere first. */
  const kept = new Map<string, Set<Element>>();
  const keep = ({ element, event }: Note, url: string) => {
    if (!event?.isTrusted || !PARTS.test(element.localName) || url.length >= MAX_URL) return;
    try {
      const { origins = [], fallback = [], options = {} } = boot.config;
      const own = [location.origin, ...origins, ...(options.fallbackOrigins ?? fallback)];
      if (!own.some((origin) => origin.replace(/\/+$/, "") === new URL(url).origin)) return;
      // Boot tells in a microtask, right after its own listener and before those of the page.
      event.stopImmediatePropagation();
      kept.set(url, (kept.get(url) ?? new Set()).add(element));
    } catch {}
  };
  return {
    kept,
    gate,
    config: boot.config,
    // Read when the engine takes over, which is some tasks after it was started: what happens meanwhile counts too.
    get events() {
      return boot.events.map(worded).filter((e): e is BootEvent => !!e);
    },
    seen: boot.seen,
    trust: boot.trust,
    ...(boot.fetch && { fetch: boot.fetch }),
    load: () => boot.load(),
    stop: () => boot.stop(),
    switchOff(why) {
      switchOff(boot, why);
      boot.engine = undefined;
    },
    keep: () => boot.keep(),
    resort: (cause, quiet) => boot.resort?.(cause, quiet),
    memory: boot.memory,
    typed: boot.typed,
    get mark() {
      return boot.mark;
    },
    set mark(mark) {
      Object.assign(boot.mark, mark);
    },
    get dropped() {
      return boot.dropped;
    },
    get engine() {
      return boot.engine;
    },
    get on() {
      return boot.on;
    },
    set on(listener: ((event: BootEvent) => void) | undefined) {
      boot.events.length = 0;
      boot.on =
        listener &&
        ((raw: RawEvent) => {
          const event = worded(raw);
          if (!event || raw.times > MAX_ROUNDS) return;
          if (event.kind === "resource" && event.type === "other") keep(raw, event.url);
          listener(event);
        });
    },
  };
}

/** Puts a note of the engine's own loading among the events. */
export function note(boot: Boot, url: string, ok: boolean, why: Extract<BootEvent, { kind: "engine" }>["why"]): void {
  if (boot.events.length < 100) boot.events.push({ kind: "engine", at: performance.now(), url, ok, why });
}
