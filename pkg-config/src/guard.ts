// The Guard that a page holds: around the engine, or around nothing (then it does what the page would do by itself).
import { came, loader, plainImport } from "./again.js";
import type { Engine } from "./protocol.js";
import type { FreshnessVerdict, Guard, GuardEvent, GuardEvents, GuardListener, KeyActionContext, PromptAnswer, RenderVerdict, RepairReport } from "./types.js";
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

/** Runs the action once, with a key that the server may use; nothing is repeated. */
export async function plainKeyAction<T>(run: (ctx: KeyActionContext) => Promise<T>): Promise<T> {
  const key = newKey();
  return run({
    key,
    fetch(input, init) {
      const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
      headers.set("Idempotency-Key", key);
      return plainFetch(input, { ...init, headers });
    },
  });
}

const reason = "the engine is not running";
export const unknownRender = (): RenderVerdict => ({ state: "unknown", evidence: [], tookMs: 0, reason });
export const unknownFreshness = (): FreshnessVerdict => ({ state: "unknown", reason });
export const noRepair = (): RepairReport => ({ damagedKeys: [], poisonedUrls: [], copied: 0, removed: 0, failed: 0 });
export const noAnswer = (): PromptAnswer => ({ choice: "none" });

/** A guard with no engine: a page is never worse off than without one. */
export function inert(): Guard {
  return {
    checkRender: async () => unknownRender(),
    checkFreshness: async () => unknownFreshness(),
    repair: async () => noRepair(),
    fetch: plainFetch,
    import: async (specifier) => {
      // On a server and in tests there is no page that an address could be relative to.
      const here = typeof location !== "undefined" || typeof specifier !== "string";
      return plainImport(here ? specifier : () => import(/* @vite-ignore */ /* webpackIgnore: true */ specifier));
    },
    worker: async (script, options) => new Worker(script, options),
    keyAction: (_name, run) => plainKeyAction(run),
    prompt: async () => noAnswer(),
    step() {},
    consent() {},
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
 * A guard around the engine that `current` gives; without one (stopped, or not up), the plain behaviour.
 * Only a call that throws at once falls back: then the engine has not begun, and nothing happens twice.
 */
export function guarded(current: () => Engine | undefined, stop: () => Promise<void>): Guard {
  const plain = inert();
  const attempt = <T>(call: (engine: Engine) => T, otherwise: () => T): T => {
    const engine = current();
    if (!engine) return otherwise();
    try {
      return call(engine);
    } catch (e) {
      console.error("pagemend: the engine failed", e);
      return otherwise();
    }
  };
  const quiet = <T>(call: (engine: Engine) => Promise<T>, otherwise: () => T): Promise<T> =>
    attempt(
      (engine) => call(engine).catch(otherwise),
      async () => otherwise(),
    );
  return {
    checkRender: () => quiet((e) => e.checkRender(), unknownRender),
    checkFreshness: () => quiet((e) => e.checkFreshness(), unknownFreshness),
    repair: (scope) => quiet((e) => e.repair(scope), noRepair),
    fetch: (input, init) => attempt((e) => e.fetch(input, init), () => plain.fetch(input, init)),
    import: (specifier) => attempt((e) => e.import(loader(specifier)).then(came), () => plain.import(specifier)),
    async worker(script, options) {
      const load = workerLoader(script, options);
      return attempt((e) => e.import(load).then(came), () => plain.worker(script, options));
    },
    keyAction(name, run) {
      let began = false;
      const once = (ctx: KeyActionContext) => {
        began = true;
        return run(ctx);
      };
      return attempt(
        (e) => e.keyAction(name, once),
        () => (began ? Promise.reject(new Error("pagemend: the engine failed during " + name)) : plain.keyAction(name, run)),
      );
    },
    prompt: (kind, details) => quiet((e) => e.prompt(kind, details), noAnswer),
    step: (name) => attempt((e) => e.step(name), () => {}),
    consent: (state) => attempt((e) => e.consent(state), () => {}),
    on: (type, listener) => attempt((e) => e.on(type, shielded(listener)), () => () => {}),
    stop,
  };
}
