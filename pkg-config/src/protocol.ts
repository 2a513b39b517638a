// What boot.js and the engine say to each other: the object at window.__pagemend and the events on it.
import type { BootConfig } from "./boot-config.js";
import type { DraftWork } from "./drafts.js";
import type { CheckedOptions } from "./options.js";
import type { DraftOptions, Guard, GuardEvents, GuardState, IncidentStory, ReloadQuestion, RetryQuestion } from "./types.js";

export type ResourceType = "classic" | "module" | "style" | "other";

/** What happened, in the order in which it happened, as the engine is told it. `at` is `performance.now()`, in milliseconds. */
export type BootEvent = { at: number } & (
  | /** An uncaught error: message, error name, source URL, line, stack (at most 500 characters). */
  { kind: "error"; message: string; name: string; source: string; line: number; stack: string }
  | /** An unhandled rejection. */
  { kind: "reject"; message: string; name: string; stack: string }
  | /** An element's resource failed, or a script was answered with HTML. `critical`: a script or stylesheet, not async, or a part that the screen shows. */
  { kind: "resource"; url: string; tag: string; type: ResourceType; critical: boolean; why: "error" | "html" }
  | /** The end of healing one script or stylesheet. `tries` 0: there was nowhere else to ask. `lazy`: one that the page's code has put in. */
  { kind: "heal"; url: string; to: string; ok: boolean; ms: number; tries: number; type: ResourceType; lazy: boolean }
  | /** A dynamic import failed; `url` may be "". */
  { kind: "import"; url: string; message: string }
  | /** An enforced content security policy stopped something: effectiveDirective, blockedURI. */
  { kind: "csp"; directive: string; url: string }
  | { kind: "network"; online: boolean }
  | /** With instrument.js: a call of the page's own ended with this status; 0: without an answer, 200: with HTML, -1: not yet. */
  { kind: "call"; url: string; status: number }
  | /** With instrument.js: an error that the page only wrote to the console. */
  { kind: "said"; message: string; name: string; stack: string }
  | /** The page has loaded itself so many times in a row, each time within seconds and untouched; boot.js keeps it from going on. */
  { kind: "loop"; count: number }
  | /** An origin failed to serve the engine, or served it. */
  { kind: "engine"; url: string; ok: boolean; why: "" | "timeout" | "html" | "error" | "blocked" }
);

/** An element whose resource failed. */
export interface Note {
  /** Of an SVG picture an object. */
  url: any;
  element: any;
  /** Its own event; none where a script was answered with HTML. */
  event: Event | undefined;
  why: "error" | "html";
  /** How often it has failed lately. */
  times: number | undefined;
}

/** What boot.js keeps: the browser's own event, or a note of boot's with elements in it. events.ts words both as a BootEvent. */
export type RawEvent = any;

/** Told from document to document, where neither the page nor its server can clear it. */
export interface Mark {
  /** Documents in a row at this path that ended within seconds, untouched: a page that loads itself again and again. */
  count: number;
  /** The path that it speaks of. */
  path: string;
  /** The fragment (with `#`) with which the address is to be completed again, since the guard has left without it; or the whole address, where it has
   * left for another. */
  hash: string;
  /** The page's state of the history, which the next document is to have, too. */
  state?: unknown;
  /** The engine's, which boot.js never reads. */
  text: string;
}

/**
 * `window.__pagemend`. What begins with `_` in these sources stays within one inline script and is shortened by build.mjs; every name here
 * crosses from one script to another, or to the engine, and is the same everywhere.
 */
export interface Boot {
  config: BootConfig;
  /** Events until the engine listens, at most 100. */
  events: RawEvent[];
  /** How many events did not fit. */
  dropped: number;
  /** Elements that boot leaves alone: those that it has healed once, and its own. The engine adds the ones that it makes. */
  seen: WeakSet<Element>;
  /** What boot has healed, or tried to: the page's own element, and what was put in its place. */
  healing: WeakSet<Element>;
  /** Set by the engine. Called in a microtask, never from inside a call of the engine's own. */
  on?: ((event: RawEvent) => void) | undefined;
  /** Loads the engine now. One attempt in flight; a failure is not cached. */
  load(): Promise<Engine>;
  engine?: Engine | undefined;
  /** Set while engine.js is awaited: engine.js takes it away and calls it, once, with the engine that it is starting. */
  deliver?: ((engine: Promise<Engine>) => void) | undefined;
  /** Set while engine.js waits for plain.js, which hands itself over by it. */
  plain?: ((engine: EngineModule) => void) | undefined;
  /** A script's address or text, as the page's policy wants it: see trust.ts. */
  trust(given: string): string;
  /** resort.js: the engine cannot be had, for this cause where it is known; or it can show nothing, and tells of it itself (`quiet`). */
  resort?(cause?: string, quiet?: boolean): void;
  /** resort.js: one record of where the engine has panicked, when it can send none itself. */
  failed?(place: string): void;
  /** Removes every listener. */
  stop(): void;
  /** Set where a tester watches the guard: see debugging.ts. */
  debug?: Debugging;
  /** Why the guard is off in this page, once that was said: see off.ts. */
  off?: string;
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

/** What the guard has told, and when: milliseconds since 1970. */
export interface Told {
  at: number;
  event: Exclude<GuardEvents[keyof GuardEvents], RetryQuestion | ReloadQuestion>;
}

/** What debug.js finds when it comes. */
export interface Debugging {
  /** What was told before. */
  told: Told[];
  /** How much of that did not fit. */
  dropped: number;
  /** Set by debug.js: whom it is told from then on. */
  hear?: (told: Told) => void;
  /** Set by debug.js: nothing of it stays in the page. */
  stop?: () => void;
}

/** What every call from the browser into the engine passes: see gate.ts. */
export interface Gate {
  /** A function that throws nothing. */
  around(inside: (...given: unknown[]) => unknown): (...given: unknown[]) => unknown;
  /** Something was thrown or trapped inside. `lost`: the engine does not work any more. */
  failed(thrown: unknown, lost?: boolean): void;
  /** What is called at each failure: who waits for the engine's answer gets another one. */
  waiting: Set<() => void>;
  /** Where in its source the engine has panicked, set as that happens. */
  place: string;
  /** The guard has stood down: the page goes on without it. */
  down: boolean;
}

/** What the wasm is handed in place of `Boot`: the same, with the events worded. Setting `on` empties `events`. */
export interface BootView extends Omit<Boot, "events" | "on" | "healing"> {
  events: BootEvent[];
  on: ((event: BootEvent) => void) | undefined;
  /** By address, elements whose failure their own listeners have not heard of. */
  kept: Map<string, Set<Element>>;
  gate: Gate;
  /** The guard is off in this page from now on. */
  switchOff(why: string): void;
}

/** The engine's module, as wasm or as plain JavaScript. */
export interface EngineModule {
  /** What is not given has the engine's own default. */
  start(options: Partial<Omit<CheckedOptions, "strict">>, boot: BootView | undefined): Engine;
}

/** The wasm engine as wasm-bindgen exports it. */
export interface Engine extends Omit<Guard, "doctor" | "draft" | "explain" | "import" | "report" | "worker"> {
  /** engine.js and the page's own bundle may be of different versions: an older one has none. */
  gate?: Gate;
  /** Nothing of it stays in the page, but boot.js. */
  standDown(): void;
  /** Takes over a request whose attempt 0 is already on its way. */
  adopt(input: RequestInfo | URL, init: RequestInit | undefined, first: Promise<Response>, abort?: () => void): Promise<Response>;
  /** An engine of an earlier version has none. Undefined where `form` is no element. */
  draft?(form: Element, options?: DraftOptions): DraftWork | undefined;
  /** What is known of an incident; null where there is none. An engine of an earlier version tells nothing. */
  story?(incident?: string): Promise<IncidentStory | null>;
  /** How the guard stands; null where it does not run. From then on marks are kept for the next answer. An engine of an earlier version tells nothing. */
  state?(): Promise<GuardState | null>;
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
