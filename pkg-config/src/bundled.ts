// start() of the entries that bring the engine with them: index, slim, iife.
import init, { start as startEngine } from "pagemend-glue";
import { install } from "./boot-core.js";
import { view } from "./events.js";
import { guarded, inert } from "./guard.js";
import type { Boot, Engine } from "./protocol.js";
import { UP } from "./protocol.js";
import type { Guard, Options } from "./types.js";
import { assertAllowed } from "./wasm.js";
import { witness } from "./witness.js";

/** One engine a page: a second start gets the first one's guard. */
let running: Promise<Guard> | undefined;

function ownBoot(options: Options): Boot {
  const fallback = Array.isArray(options.fallbackOrigins) ? options.fallbackOrigins.filter((f) => typeof f === "string") : [];
  const boot = install({ fallback, options }, fallback, "", () => {});
  witness(boot);
  window.__pagemend = boot;
  return boot;
}

async function begin(bytes: () => BufferSource | Promise<BufferSource>, options: Options): Promise<Guard> {
  let boot = window.__pagemend;
  const ownsBoot = !boot;
  let engine: Engine;
  if (boot?.engine) {
    console.warn('pagemend: boot.js has started the engine already; import from "pagemend/client" to use it and ship no second one');
    engine = boot.engine;
  } else {
    assertAllowed();
    boot ??= ownBoot(options);
    await init(await bytes());
    // boot.js may have been quicker.
    engine = boot.engine ??= startEngine(options, view(boot));
    boot.load = () => Promise.resolve(engine);
    dispatchEvent(new Event(UP));
  }
  const listening = boot;
  let live: Engine | undefined = engine;
  return guarded(
    () => live,
    async () => {
      if (!live) return;
      live = undefined;
      running = undefined;
      try {
        await engine.stop();
      } catch (e) {
        console.error("pagemend: stop failed", e);
      }
      listening.stop();
      listening.engine = undefined;
      if (ownsBoot && window.__pagemend === listening) window.__pagemend = undefined;
    },
  );
}

/** Makes `start` from a way to get the wasm's bytes. A failure is not remembered: `start` can be called again. */
export function starter(bytes: () => BufferSource | Promise<BufferSource>): (options?: Options) => Promise<Guard> {
  return (options = {}) => {
    if (typeof window === "undefined") return Promise.resolve(inert());
    if (running) {
      console.warn("pagemend: started already; these options are not used");
      return running;
    }
    const starting = begin(bytes, options).catch((e: unknown): Guard => {
      running = undefined;
      if (options?.strict) throw e;
      console.error("pagemend: not started: " + (e instanceof Error ? e.message : e));
      return inert();
    });
    return (running = starting);
  };
}
