// "pagemend/client": the same API, with the engine that boot.js loads. Never waits for it: what the page asks before is done natively.
import { came, loader, type Threw } from "./again.js";
import { remember } from "./consent.js";
import { draftOf } from "./drafts.js";
import { early, within } from "./early.js";
import { guarded, inert, noAnswer, noRepair, plainData, plainFetch, plainKeyAction, unknownFreshness, unknownRender } from "./guard.js";
import { merged } from "./merge.js";
import { isOff } from "./off.js";
import type { Boot, Engine } from "./protocol.js";
import { UP } from "./protocol.js";
import { tell } from "./report.js";
import { inPage } from "./surroundings.js";
import type { Data, DataOptions, Guard, Options } from "./types.js";
import { workerLoader } from "./worker.js";

export type * from "./types.js";

/** How long a key action waits for the engine before it runs without. The user has just pressed the button. */
const KEY_ACTION_WAIT_MS = 3000;
/** How many hold the engine: the last one to stop ends it. React's StrictMode starts, stops and starts again. */
let holders = 0;
let ended = false;
/** A guard before the engine is there; what needs the engine waits for it or is kept for it. */
function joined(boot: Boot): Guard {
  const kept: ((engine: Engine) => void)[] = [];
  let stopped = false;
  const flush = () => {
    const engine = boot.engine;
    if (!engine || stopped) return;
    for (const call of kept.splice(0)) {
      try {
        call(engine);
      } catch (e) {
        console.error("pagemend: the engine failed", e);
      }
    }
  };
  addEventListener(UP, flush);
  holders++;
  const ready = guarded(() => (stopped ? undefined : boot.engine), stop);
  const plain = inert();
  const now = () => stopped || !!boot.engine;
  const later = async <T>(call: () => Promise<T>, otherwise: () => T): Promise<T> => {
    if (!now()) await boot.load().catch(() => {});
    return now() ? call() : otherwise();
  };

  /** At once, whether the engine is there or not; it makes the further attempts. */
  async function again<T>(load: (attempt?: number) => Promise<T | Threw>): Promise<T> {
    if (now()) return came(await ready.import(load));
    const first = await load().catch(async (e) => {
      await boot.load().catch(() => {});
      if (!boot.engine) throw e;
      // The engine counts from 0, and this was it.
      return ready.import((attempt = 0) => (attempt ? load(attempt) : Promise.reject(e)));
    });
    return came(first);
  }

  /** What is undone by the function that it returns, whether the engine was there by then or not. */
  function once(begin: () => () => void): () => void {
    if (now()) return begin();
    let end: (() => void) | undefined;
    let dropped = false;
    kept.push(() => {
      if (!dropped) end = begin();
    });
    return () => {
      dropped = true;
      end?.();
    };
  }

  async function stop(): Promise<void> {
    if (stopped) return;
    stopped = true;
    kept.length = 0;
    removeEventListener(UP, flush);
    holders--;
    // Whoever stops and starts in one breath goes on.
    await new Promise((resolve) => setTimeout(resolve));
    if (holders) return;
    ended = true;
    const engine = boot.engine;
    boot.load = () => Promise.reject(new Error("pagemend: stopped"));
    try {
      await engine?.stop();
    } catch (e) {
      console.error("pagemend: stop failed", e);
    }
    boot.debug?.stop?.();
    boot.stop();
    boot.engine = undefined;
  }

  return {
    checkRender: () => later(() => ready.checkRender(), unknownRender),
    checkFreshness: () => later(() => ready.checkFreshness(), unknownFreshness),
    repair: (scope) => later(() => ready.repair(scope), noRepair),
    doctor: () => plain.doctor(),
    explain: (incident) => later(() => ready.explain(incident), () => undefined),
    prompt: (kind, details) => later(() => ready.prompt(kind, details), noAnswer),
    fetch: (input, init) => (now() ? ready.fetch(input, init) : early(boot, plainFetch, input, init)),
    import: async (specifier) => again(loader(specifier)),
    worker: async (script, options) => (stopped ? plain.worker(script, options) : again(workerLoader(script, options))),
    async keyAction(name, run) {
      if (!now()) await within(boot.load(), KEY_ACTION_WAIT_MS);
      return now() ? ready.keyAction(name, run) : plainKeyAction(run);
    },
    data<T>(name: string, load: () => Promise<T>, options?: DataOptions): Promise<Data<T>> {
      if (now()) return ready.data(name, load, options);
      // At once, and the engine knows of it when it is there.
      const loading = (async () => load())();
      const byEngine = new Promise<Data<T>>((resolve, reject) => {
        kept.push(() => ready.data(name, () => loading, options).then(resolve, reject));
      });
      const failed = async (e: unknown): Promise<Data<T>> => {
        await boot.load().catch(() => {});
        if (!boot.engine || stopped) throw e;
        return byEngine;
      };
      return Promise.race([byEngine, plainData(() => loading).catch(failed)]);
    },
    draft(form, options) {
      if (now()) return ready.draft(form, options);
      // Not kept for later: what is being typed is at stake.
      const made = later(async () => ready.draft(form, options), () => plain.draft(form));
      return draftOf(async (what) => (what === "restored" ? (await made).restored : ((await made)[what]() ?? false)));
    },
    step(name) {
      if (now()) ready.step(name);
      else kept.push((e) => e.step(name));
    },
    consent(state) {
      if (now()) return ready.consent(state);
      kept.push((e) => e.consent(state));
      // Should the engine never come: the last resort, on this page and the next, obeys too.
      boot.config.options = { ...boot.config.options, consent: state };
      remember(state);
    },
    report(error, details) {
      if (now()) return ready.report(error, details);
      tell(error, details);
      // Like any other error, it is trouble.
      boot.load().catch(() => {});
    },
    on: (type, listener) => once(() => ready.on(type, listener)),
    expires(what, options) {
      // From now on, not from when the engine is there.
      const declared = performance.now();
      const passed = () => (performance.now() - declared) / 1000;
      return once(() => ready.expires(what, options.in === undefined ? options : { ...options, in: options.in - passed() }));
    },
    stop: () => (stopped ? plain.stop() : stop()),
  };
}

/**
 * Joins the engine that boot.js loads, and answers at once: what it gives is the Guard itself and, so that this entry can stand in
 * for "pagemend", also a promise of it. The options are merged into boot's (`data-config`) as long as the engine has not started.
 * With `strict` the promise rejects, listing what is wrong with the options. Without boot.js in the page, and where the guard is off: one console line, and a guard that does what the page would do by itself.
 */
export function start(options?: Options): Guard & Promise<Guard> {
  let guard: Guard;
  let started: Promise<unknown> | undefined;
  const boot = inPage() ? window.__pagemend : undefined;
  if (inPage() && isOff(boot)) {
    guard = inert();
  } else if (boot) {
    if (ended) console.warn("pagemend: the guard was stopped; the page goes on without it until it is loaded anew");
    else if (options && boot.engine) console.warn("pagemend: the engine has started with boot's options already; these come too late");
    else if (options) boot.config.options = merged(boot.config.options, options);
    guard = joined(boot);
    if (boot.config.options?.strict) started = boot.load().catch((e) => e?.problems && Promise.reject(e));
  } else {
    if (inPage()) console.warn("pagemend: boot.js is not in this page, so the page runs without a guard");
    guard = inert();
  }
  const promise = Promise.resolve(started).then(() => guard);
  return Object.assign(promise, guard);
}
