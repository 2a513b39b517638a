// The public types of every entry: guard, verdicts, events; options are described in options.ts, and the words are the engine's own (vocabulary.ts).
// What the engine tells is held to these shapes by tests/told.test.mjs.
import type { Cause, EvidenceKind, ExpiryState, FreshnessState, GuardEvent, IncidentOutcome, IncidentStage, Ink, PromptChoice, PromptKind, RenderState, RepairAction, RepairScope, RetryOutcome, Timer } from "./vocabulary.js";

export type { Options, Text } from "./options.js";
export type * from "./vocabulary.js";

/** What `start` rejects with under `strict`. */
export interface PagemendOptionsError extends Error {
  name: "PagemendOptionsError";
  /** One line each: the option, what it is, what is allowed. */
  problems: string[];
}

/** A finding that speaks for a cause: its stable code, and what was found, with nothing of a person in it. */
export interface Evidence {
  kind: EvidenceKind;
  detail: string;
}

export interface RenderVerdict {
  /** What a person sees: the page's content; nothing of it; only its frame; only placeholders; too early to say; cannot be told. */
  state: RenderState;
  /** With "loading": longer than `deadlines.loadingMs`. */
  overdue?: boolean;
  /** Of a page that is not as it should be, where something names one. */
  cause?: Cause;
  /** Strongest first. */
  evidence: Evidence[];
  /** Milliseconds. */
  tookMs: number;
  /** In words, for developers. */
  reason: string;
}

export interface FreshnessVerdict {
  state: FreshnessState;
  /** The running build; missing or empty: not known. */
  running?: string;
  /** The live build; missing or empty: not known. */
  latest?: string;
  /** The running build must not submit anything any more: key actions wait for a refresh. */
  required?: boolean;
  /** In words, for developers. */
  reason: string;
}

export interface RepairReport {
  /** Keys of entries that could not be what they were written as. */
  damagedKeys: string[];
  /** Addresses for which Cache Storage held something else. */
  poisonedUrls: string[];
  /** How many were set aside, removed, and left because they could not be set aside. */
  copied: number;
  removed: number;
  failed: number;
  /** How many were put back. */
  restored: number;
  /** What was done, or under `dryRun` would be, the mildest first. */
  steps: RepairStep[];
}

export interface RepairStep {
  action: RepairAction;
  /** A key, an address, or the name of a cache. */
  target: string;
  /** In words, for developers. */
  text: string;
}

/** What `guard.repair` is to do, where a scope alone does not say it. */
export interface RepairRequest {
  scope?: RepairScope;
  /** Tells the steps and touches nothing. */
  dryRun?: boolean;
  /** Only these: keys of entries, addresses of files, names of caches. */
  keys?: string[];
  /** Puts entries back that were set aside in the last seven days; what stands in their place is set aside in turn. */
  undo?: boolean;
}

/** All that is known of an incident: what `guard.explain` puts into sentences. */
export interface IncidentStory {
  id: string;
  reference: string;
  cause: Cause;
  outcome: IncidentOutcome;
  /** Where in the loan journey it began. */
  step: string;
  build: string;
  /** The page's path, redacted. */
  page: string;
  /** When it was detected, in milliseconds since 1970 by the device's clock. */
  detected: number;
  /** Strongest first; redacted. `weight`: from 0 to 100, how far this alone proves the cause. */
  evidence: { cause: Cause; weight: number; kind: EvidenceKind; detail: string }[];
  /** `at`: in milliseconds since detection. `detail` is in the guard's own words, or a code. */
  timeline: { at: number; stage: IncidentStage; detail: string }[];
  /** Findings and moments that did not fit. */
  dropped: number;
}

/** How the guard stands at one moment: what debug.js shows. */
export interface GuardState {
  /** As it was found last. */
  build: FreshnessVerdict;
  /** Retries that the page may still make, and those of a whole burst. */
  retriesLeft: number;
  retriesMost: number;
  /** What the guard's one timer is for, in no order. */
  timers: { timer: Timer; inMs: number }[];
  consent: "pending" | "granted" | "denied";
  /** Telemetry that waits; missing where nothing is sent. */
  queued?: number;
  /** Of a remote playbook that holds in this place: whether prompts and telemetry are off, and remedies that are not taken. */
  playbook?: { version: number; silent: boolean; mute: boolean; without: string[] };
  /** Ids of this document's incidents, the latest last. */
  incidents: string[];
  /**
   * What the last look has read, once somebody has asked: `sight` says whether a person sees it, and if not, why; `amount` is characters of a text, CSS px² of
   * anything else; `box` is left, top, right and bottom in the viewport.
   */
  marks: { ink: Ink; sight: string; furniture: boolean; amount: number; box: [number, number, number, number] }[];
  /** Facts and marks that did not fit. */
  dropped: number;
}

/** What `guard.doctor` answers. */
export interface Diagnosis {
  /** Nothing is wrong. */
  ok: boolean;
  /** `code` stays the same from version to version; the README lists them. */
  findings: { code: string; what: string; cure: string }[];
  /** All of them, a line each and its cure below. */
  text: string;
}

/** What `guard.explain` answers. */
export interface Explanation {
  /** In sentences, in the language of the prompts: what was seen, how it was weighed, what was done, and why not more. */
  text: string;
  incident: IncidentStory;
}

/** The button's word, or the id of one of the `alternatives`; `string & {}` keeps editors from forgetting the words. */
export type PromptButton = PromptChoice | (string & {});

export interface PromptAnswer {
  choice: PromptButton;
}

export interface KeyActionContext {
  /** The idempotency key: one for all tries of this action. */
  key: string;
  /** `fetch` that sends the key as `Idempotency-Key` and retries under the page's policy. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
}

/** What a module exports. */
export interface Module {
  readonly [name: string]: unknown;
}

/** What listeners of "incident" hear: at each step of an incident, from detection to its end. */
export interface IncidentNotice {
  type: "incident";
  /** 32 hexadecimal digits, by chance. */
  id: string;
  /** The strongest cause so far. */
  cause: Cause;
  /** The latest step. */
  stage: IncidentStage;
  /** How it stands. */
  outcome: IncidentOutcome;
  /** The short code that prompts show, for whoever helps the user. */
  reference: string;
}

/** What listeners of "verdict" hear: what a look at the page came to. */
export interface VerdictNotice extends RenderVerdict {
  type: "verdict";
}

/** What listeners of "retry" hear: before each try, and how the tries for an address ended. */
export interface RetryNotice {
  type: "retry";
  /** Redacted. */
  url: string;
  /** 1 is the first retry. */
  attempt: number;
  /** Before the try, in milliseconds. */
  waitMs: number;
  /** How it stands with the tries. */
  outcome: RetryOutcome;
}

/**
 * What listeners of "before-retry" are asked right before a try: `false` forbids it and ends the tries, a URL is asked in its place (of pictures
 * and the like, and of GET and HEAD). Of an import, where the browser names it, it may be forbidden only. Scripts and sheets that boot.js fetches
 * while the parser waits come before any listener.
 */
export interface RetryQuestion {
  type: "before-retry";
  /** What is to be asked for, in full. */
  url: string;
  /** What failed. */
  from: string;
}

/** What listeners of "before-reload" are asked right before the guard loads the page anew: `false` forbids it. */
export interface ReloadQuestion {
  type: "before-reload";
}

/** What listeners of "repair" hear: what was found damaged, and what became of it. */
export interface RepairNotice extends RepairReport {
  type: "repair";
}

/** What listeners of "prompt" hear: that the user is asked, and what the user chose where the page had asked by `guard.prompt`. */
export interface PromptNotice {
  type: "prompt";
  /** "asked": the answer to `guard.prompt`. */
  kind: PromptKind | "asked";
  /** What the user chose. */
  choice?: PromptButton;
}

/** What listeners of "telemetry" hear: records that a collector has taken, that wait, and that were lost. */
export interface TelemetryNotice {
  type: "telemetry";
  /** Records that a collector has taken. */
  sent: number;
  /** That wait on the device. */
  kept: number;
  /** That were lost, for want of room. */
  dropped: number;
}

/** What listeners of "expiry" hear: something that the page has declared ends soon, was renewed, or has ended. */
export interface ExpiryNotice {
  type: "expiry";
  /** As it was declared; "link" for the option `expiresAt`, too. */
  what: string;
  /** How it stands. */
  state: ExpiryState;
  /** Until its end, by the server's time; renewed without an end it is very large. */
  leftMs: number;
}

/** When something ends: `at`, in milliseconds since 1970 by the server's clock, or `in` so many seconds from now. */
export type ExpiryOptions = ({ at: number; in?: never } | { in: number; at?: never }) & {
  /**
   * Renews it, before it ends: answers until when it is good now, or, of a link, the new one, which is followed when the old one ends. With neither
   * it is good for as long as before, where that was told by `in`. What it throws goes to the page's console, and it is tried again a few times.
   */
  renew?: () => Promise<{ at: number } | string | void>;
  /** The user is told so long before, in milliseconds: two minutes, if not given. What `renew` renews by then is not told. */
  warnMs?: number;
};

/** How far `guard.data` may stand in for what does not come. In milliseconds. */
export interface DataOptions {
  /** A value this old stands in for nothing any more; a day, if not given. */
  maxAgeMs?: number;
  /** A value younger than this is not loaded again; 0, if not given. */
  ttlMs?: number;
  /** So long is waited before the last known value stands in; 8 seconds, if not given. */
  timeoutMs?: number;
  /** Whether the value, as JSON, is kept on the device for the next page of the same build. */
  keep?: boolean;
}

/** A value and its mark. */
export interface Data<T> {
  /** The same object at each call, where the same value is meant. */
  value: T;
  /** How long ago it was loaded, in milliseconds. */
  age: number;
  /** Just loaded, or younger than `ttlMs`. */
  fresh: boolean;
  /** When it was loaded: milliseconds since 1970 by the server's clock. */
  at: number;
}

/** What listeners are called with, by the name of the event. */
export interface GuardEvents {
  incident: IncidentNotice;
  verdict: VerdictNotice;
  retry: RetryNotice;
  "before-retry": RetryQuestion;
  "before-reload": ReloadQuestion;
  repair: RepairNotice;
  prompt: PromptNotice;
  telemetry: TelemetryNotice;
  expiry: ExpiryNotice;
}

/** A listener of one event; only to questions is an answer heeded. */
export type GuardListener<K extends GuardEvent> = (
  event: GuardEvents[K],
) => K extends "before-retry" ? boolean | string | void : K extends "before-reload" ? boolean | void : void;

export interface DraftOptions {
  /** Under which it is kept, the same in every document; without it the page's path and the form's id or name. */
  name?: string;
  /**
   * Fields that are kept though they are personal: names, ids or selectors. Fields that ask for a name, an address, a telephone number, an account and
   * the like are not kept without; passwords, one-time codes and security codes of cards never are.
   */
  include?: string[];
  /** The same of fields that are not kept. */
  exclude?: string[];
  /** How long it is kept after the last save, in milliseconds; a day without it. */
  maxAgeMs?: number;
  /** Of the form: a draft of another version is not put back. */
  version?: string | number;
}

/** What the user types into a form, kept on the device. */
export interface Draft {
  /** Fulfilled when what was kept has been put back: whether a field was filled in. Never rejects. */
  readonly restored: Promise<boolean>;
  /** Keeps at once what stands in the form now; whether it could be kept. Typing is kept by itself. */
  save(): Promise<boolean>;
  /** Removes what was kept, as after a form was sent; whether nothing is left. Resetting the form does the same. */
  clear(): Promise<boolean>;
  /** Keeps what was typed by now, and nothing typed later. */
  stop(): void;
}

/** What is known of an error besides the error. */
export interface ReportDetails {
  /** The address of the script that it came from, where the page knows it. */
  source?: string;
}

/** No method throws; a promise rejects only with the page's own failure, as without the guard. */
export interface Guard {
  /** What a person sees of the page now. */
  checkRender(): Promise<RenderVerdict>;
  /** Whether the running build is the live one. */
  checkFreshness(): Promise<FreshnessVerdict>;
  /** Repairs what is damaged in the page's storage, without a scope wherever it is; tells what it would do; or puts back what it did. */
  repair(what?: RepairScope | RepairRequest): Promise<RepairReport>;
  /**
   * Why the guard did what it did, in sentences: of an incident by its id or reference, of the latest without one. Undefined where there is none; the
   * last eight of a document are known. The words are loaded when they are asked for.
   */
  explain(incident?: string): Promise<Explanation | undefined>;
  /**
   * What is wrong with the set-up of this page, in words, each with its cure: for developers, on a page that is in order. It asks for the page and the
   * guard's files anew, and sends the collector an empty list; what it needs for that is loaded when it is asked for.
   */
  doctor(): Promise<Diagnosis>;
  /** `fetch` with the page's retry policy. A request that is not idempotent is never repeated. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** `import()` that can be retried: a function that imports, or the URL of a module. */
  import<T = Module>(specifier: string | (() => Promise<T>)): Promise<T>;
  /**
   * A dedicated worker, once its script came: from where it should, else from the fallbacks, put into a worker as text. `location` is then another
   * one in it, and a content security policy must allow it: `worker-src blob:`.
   */
  worker(script: string | URL, options?: WorkerOptions): Promise<Worker>;
  /** A key action (submit, repay, sign): freshness is checked before, one idempotency key covers all tries, and it is never sent twice. */
  keyAction<T>(name: string, run: (ctx: KeyActionContext) => Promise<T>): Promise<T>;
  /**
   * Keeps what the user types into the form and puts it back after a reload, a crash or a new build: into fields that are empty or as the page made
   * them. Called when the form is there.
   */
  draft(form: Element, options?: DraftOptions): Draft;
  /** Asks the user. */
  prompt(kind: PromptKind, details?: unknown): Promise<PromptAnswer>;
  /**
   * What `load` gives; where it fails, or does not come in time, the last known value of that name, with its age and not `fresh`. Where none is known
   * it is `load`'s own failure.
   */
  data<T>(name: string, load: () => Promise<T>, options?: DataOptions): Promise<Data<T>>;
  /**
   * Declares when the page's link, the user's session, or anything else under a name of its own ends. The user is told before, and it is renewed in
   * time. A key action waits for a link or a session that has ended. What is declared last of a name holds; the function that it returns takes it back.
   */
  expires(what: "link" | "session" | (string & {}), options: ExpiryOptions): () => void;
  /** Where in the loan journey the user is. */
  step(name: string): void;
  /** Whether the user has agreed to identifiers in telemetry; holds on later pages, too. */
  consent(state: "granted" | "denied"): void;
  /**
   * An error that the page caught, as a boundary of its framework does: evidence as if nobody had caught it. It begins no incident by itself; a page that
   * shows nothing, or lacks a lazy part, has its cause from it. Redacted as every text is.
   */
  report(error: unknown, details?: ReportDetails): void;
  /** Listens; the function that it returns stops listening. */
  on<K extends GuardEvent>(type: K, listener: GuardListener<K>): () => void;
  /** Leaves no listener, timer or element behind. The methods then do what the page would do without a guard. */
  stop(): Promise<void>;
}
