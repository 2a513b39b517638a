// The Guard that a page holds: around the engine, or around nothing (then it does what the page would do by itself).
import { came, loader, plainImport, type Threw } from "./again.js";
import { asked, fetched } from "./asked.js";
import { draftOf, noDraft, type DraftWork } from "./drafts.js";
import type { Engine } from "./protocol.js";
import { tell } from "./report.js";
import { inPage } from "./surroundings.js";
import type { Data, DataOptions, Diagnosis, FreshnessVerdict, Guard, GuardEvent, GuardEvents, GuardListener, KeyActionContext, PromptAnswer, RenderVerdict, RepairReport } from "./types.js";
import { workerLoader } from "./worker.js";

/** `crypto.randomUUID` exists in secure contexts only, and lending pages are opened by http in test environments. */
export function newKey(): string {
  try {
    return crypto.randomUUID();
  } catch {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  }
}

/** The platform's own, as it is now: a page may put its own over it, and there is one without a window, too. */
export async function plainFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return globalThis.fetch(input, init);
}

/** The browser's `fetch` with this key. */
const keyedFetch =
  (key: string): typeof fetch =>
  (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set("Idempotency-Key", key);
    return plainFetch(input, { ...init, headers });
  };

/** Runs the action once, with a key that the server may use; nothing is repeated. */
export async function plainKeyAction<T>(run: (ctx: KeyActionContext) => Promise<T>): Promise<T> {
  const key = newKey();
  return run({ key, fetch: keyedFetch(key) });
}

/** Loads it, and knows no other value. */
export async function plainData<T>(load: () => Promise<T>): Promise<Data<T>> {
  return { value: await load(), age: 0, fresh: true, at: Date.now() };
}

/** Those under way, by name: where the engine fails in the middle of one, a second tap must not begin it anew. */
const actions = new Map<string, Promise<unknown>>();

const reason = "the engine is not running";
export const unknownRender = (): RenderVerdict => ({ state: "unknown", evidence: [], tookMs: 0, reason });
export const unknownFreshness = (): FreshnessVerdict => ({ state: "unknown", reason });
export const noRepair = (): RepairReport => ({ damagedKeys: [], poisonedUrls: [], copied: 0, removed: 0, failed: 0, restored: 0, steps: [] });
export const noAnswer = (): PromptAnswer => ({ choice: "none" });

/** Whether there is an engine or not: why there is none may be what is asked. On a server there is no page to look at. */
async function diagnosis(): Promise<Diagnosis> {
  if (!inPage()) return { ok: true, findings: [], text: "there is no page here" };
  return (await import("./diagnose.js")).diagnosed(window.__pagemend);
}

/** A guard with no engine: a page is never worse off than without one. */
export function inert(): Guard {
  return {
    checkRender: async () => unknownRender(),
    checkFreshness: async () => unknownFreshness(),
    repair: async () => noRepair(),
    explain: async () => undefined,
    doctor: diagnosis,
    fetch: plainFetch,
    import: async (specifier) => {
      // On a server and in tests there is no page that an address could be relative to.
      const here = typeof location !== "undefined" || typeof specifier !== "string";
      return plainImport(here ? specifier : () => import(/* @vite-ignore */ /* webpackIgnore: true */ specifier));
    },
    worker: async (script, options) => new Worker(script, options),
    keyAction: (_name, run) => plainKeyAction(run),
    draft: () => draftOf(noDraft),
    prompt: async () => noAnswer(),
    data: (_name, load) => plainData(load),
    expires: () => () => {},
    step() {},
    consent() {},
    report() {},
    on: () => () => {},
    async stop() {},
  };
}

/** A listener of the page's own must not break the engine that calls it. */
export function shielded<K extends GuardEvent>(listener: GuardListener<K>): GuardListener<K> {
  const shield = (event: GuardEvents[K]): ReturnType<GuardListener<K>> | undefined => {
    try {
      return listener(event) as ReturnType<GuardListener<K>>;
    } catch (e) {
      console.error("pagemend: a listener of the page threw", e);
      return undefined;
    }
  };
  return shield as GuardListener<K>;
}

/**
 * A guard around the engine that `current` gives; without one (stopped, not up, or failed too often), the plain behaviour.
 * Where the engine fails with something under way, that is answered as if there were no guard, and nothing of it happens twice.
 */
export function guarded(current: () => Engine | undefined, stop: () => Promise<void>): Guard {
  const plain = inert();
  const working = () => {
    const engine = current();
    return engine?.gate?.down ? undefined : engine;
  };
  const attempt = <T>(call: (engine: Engine) => T, otherwise: () => T): T => {
    const engine = working();
    if (!engine) return otherwise();
    try {
      return call(engine) ?? otherwise();
    } catch (e) {
      engine.gate?.failed(e);
      return otherwise();
    }
  };
  const quiet = async <T>(call: (engine: Engine) => Promise<T>, otherwise: () => T): Promise<T> => {
    const engine = working();
    return engine ? asked(engine, call, otherwise).catch(otherwise) : otherwise();
  };
  const load = <T>(engine: Engine, loads: (attempt?: number) => Promise<T | Threw>): Promise<T> => {
    let last: Promise<T | Threw> | undefined;
    return asked(
      engine,
      () => engine.import((attempt) => (last = loads(attempt))),
      () => last ?? loads(),
    ).then(came);
  };
  return {
    checkRender: () => quiet((e) => e.checkRender(), unknownRender),
    checkFreshness: () => quiet((e) => e.checkFreshness(), unknownFreshness),
    repair: (scope) => quiet((e) => e.repair(scope), noRepair),
    async explain(incident) {
      const story = await quiet(async (e) => e.story?.(incident) ?? null, () => null);
      // Its words are no part of what a healthy page pays for.
      return story ? (await import("./explain.js")).explained(story, /^zh/i.test(document.documentElement.lang) ? "zh" : "en") : undefined;
    },
    doctor: diagnosis,
    fetch(input, init) {
      const engine = working();
      return engine ? fetched(engine, (...given) => engine.fetch(...given), plainFetch, input, init) : plain.fetch(input, init);
    },
    async import(specifier) {
      const engine = working();
      return engine ? load(engine, loader(specifier)) : plain.import(specifier);
    },
    async worker(script, options) {
      const engine = working();
      return engine ? load(engine, workerLoader(script, options)) : plain.worker(script, options);
    },
    keyAction<T>(name: string, run: (ctx: KeyActionContext) => Promise<T>): Promise<T> {
      const engine = working();
      const underWay = actions.get(name) as Promise<T> | undefined;
      if (!engine || underWay) return underWay ?? plain.keyAction(name, run);
      let ran: Promise<T> | undefined;
      // Whoever calls it, and how often.
      const once = ({ key, fetch }: KeyActionContext) => {
        const context: KeyActionContext = { key, fetch: (input, init) => fetched(engine, fetch, plainFetch, input, init, keyedFetch(key)) };
        if (ran) return ran;
        // Known before it runs: what fails inside of it must not begin it anew. And begun at once: the page may keep a form from being sent in there.
        let begin!: (outcome: Promise<T>) => void;
        ran = new Promise<T>((resolve) => (begin = resolve));
        begin((async () => run(context))());
        return ran;
      };
      const action = asked(
        engine,
        () => engine.keyAction(name, once),
        () => ran ?? plainKeyAction(once),
      );
      actions.set(name, action);
      const forget = () => void actions.delete(name);
      action.then(forget, forget);
      return action;
    },
    draft(form, options) {
      const work = attempt<DraftWork>((e) => {
        const kept = e.draft?.(form, options);
        return kept ? (what) => asked(e, () => kept(what), () => false) : noDraft;
      }, () => noDraft);
      return draftOf(work);
    },
    prompt: (kind, details) => quiet((e) => e.prompt(kind, details), noAnswer),
    data<T>(name: string, load: () => Promise<T>, options?: DataOptions): Promise<Data<T>> {
      const engine = working();
      if (!engine) return plain.data(name, load);
      let loading: Promise<T> | undefined;
      const once = () => (loading ??= (async () => load())());
      return asked(engine, () => engine.data(name, once, options), () => plainData(once));
    },
    expires: (what, options) => attempt((e) => e.expires(what, options), () => () => {}),
    step: (name) => attempt((e) => e.step(name), () => {}),
    consent: (state) => attempt((e) => e.consent(state), () => {}),
    report: (error, details) => attempt(() => tell(error, details), () => {}),
    on: (type, listener) => attempt((e) => e.on(type, shielded(listener)), () => () => {}),
    stop,
  };
}
