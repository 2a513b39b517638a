// What boot.js and the engine say to each other: the object at window.__pagemend and the events on it.
import type { BootConfig } from "./boot-config.js";
import type { Guard } from "./types.js";

export type ResourceType = "classic" | "module" | "style" | "other";

/** What happened, in the order in which it happened, as the engine is told it. `t` is `performance.now()`, in milliseconds. */
export type BootEvent = { t: number } & (
  | /** An uncaught error: message, error name, source URL, line, stack (at most 500 characters). */
  { k: "error"; m: string; n: string; s: string; l: number; st: string }
  | /** An unhandled rejection. */
  { k: "reject"; m: string; n: string; st: string }
  | /** An element's resource failed, or a script was answered with HTML. `crit`: a script or stylesheet, not async, or a part that the screen shows. */
  { k: "res"; u: string; tag: string; ty: ResourceType; crit: boolean; why: "error" | "html" }
  | /** The end of healing one script or stylesheet. `tries` 0: there was nowhere else to ask. */
  { k: "heal"; u: string; to: string; ok: boolean; ms: number; tries: number; ty: ResourceType }
  | /** A dynamic import failed; `u` may be "". */
  { k: "import"; u: string; m: string }
  | /** An enforced content security policy stopped something: effectiveDirective, blockedURI. */
  { k: "csp"; d: string; u: string }
  | { k: "net"; up: boolean }
  | /** With instrument.js: a call of the page's own ended with this status; 0: without an answer, 200: with HTML, -1: not yet. */
  { k: "call"; u: string; s: number }
  | /** With instrument.js: an error that the page only wrote to the console. */
  { k: "said"; m: string; n: string; st: string }
  | /** The page has loaded itself so many times in a row, each time within seconds and untouched; boot.js keeps it from going on. */
  { k: "loop"; n: number }
  | /** An origin failed to serve the engine, or served it. */
  { k: "engine"; u: string; ok: boolean; why: "" | "timeout" | "html" | "error" | "blocked" }
);

/** What boot.js keeps: the browser's own event, or a note of boot's with elements in it. events.ts words both as a BootEvent. */
export type RawEvent = any;

/** Told from document to document, where neither the page nor its server can clear it. */
export interface Mark {
  /** Documents in a row at this path that ended within seconds, untouched: a page that loads itself again and again. */
  n: number;
  /** The path that it speaks of. */
  at: string;
  /** The fragment (with `#`) with which the address is to be completed again: the guard has left without it. */
  hash: string;
  /** The page's state of the history, which the next document is to have, too. */
  state?: unknown;
  /** The engine's, which boot.js never reads. */
  text: string;
}

/** `window.__pagemend`. */
export interface Boot {
  c: BootConfig;
  /** Events until the engine listens, at most 100. */
  q: RawEvent[];
  /** How many events did not fit. */
  d: number;
  /** Elements that boot leaves alone: those that it has healed once, and its own. The engine adds the ones that it makes. */
  s: WeakSet<Element>;
  /** What boot has healed, or tried to: the page's own element, and what was put in its place. */
  healing: WeakSet<Element>;
  /** Set by the engine. Called in a microtask, never from inside a call of the engine's own. */
  on?: ((event: RawEvent) => void) | undefined;
  /** Loads the engine now. One attempt in flight; a failure is not cached. */
  load(): Promise<Engine>;
  engine?: Engine | undefined;
  /** Set while engine.js is awaited: engine.js takes it away and calls it, once, with the engine that it is starting. */
  x?: ((engine: Promise<Engine>) => void) | undefined;
  /** A script's address or text, as the page's policy wants it: see trust.ts. */
  t(given: string): string;
  /** resort.js: the engine cannot be had, for this cause where it is known. */
  resort?(cause?: string): void;
  /** Removes every listener. */
  stop(): void;
  /** What the document before left for this one, and this one leaves for the next: see witness.ts. */
  mark: Mark;
  /** Leaves `mark` for the next document; whether it can be read back. */
  keep(): boolean;
  /** What session storage held under "pagemend:memory" and "pagemend:typed" before the page could clear it: null is nothing, undefined is denied. */
  memory: string | null | undefined;
  typed: string | null | undefined;
  /** With instrument.js or calls.js: `fetch` as it was before, and as they left it. */
  fetch?: typeof fetch;
  heard?: typeof fetch;
}

/** What the wasm is handed in place of `Boot`: the same, with the events worded. Setting `on` empties `q`. */
export interface BootView extends Omit<Boot, "q" | "on" | "healing"> {
  q: BootEvent[];
  on: ((event: BootEvent) => void) | undefined;
  /** By address, elements whose failure their own listeners have not heard of. */
  k: Map<string, Set<Element>>;
}

/** The wasm engine as wasm-bindgen exports it. */
export interface Engine extends Omit<Guard, "import" | "worker"> {
  /** Takes over a request whose attempt 0 is already on its way. */
  adopt(input: RequestInfo | URL, init: RequestInit | undefined, first: Promise<Response>, abort?: () => void): Promise<Response>;
  /** `load` is called with the number of the attempt, from 0. */
  import<T>(load: (attempt?: number) => Promise<T>): Promise<T>;
}

/** Fired on `window` when the engine is up. */
export const UP = "pagemend:up";

declare global {
  interface Window {
    __pagemend?: Boot | undefined;
  }
}
