// start() of the entries that bring the engine with them: index, slim, iife.
import type { BootConfig } from "./boot-config.js";
import { install } from "./boot-core.js";
import { isWatched, watchEngine } from "./debugging.js";
import { guarded, inert } from "./guard.js";
import { launch } from "./launch.js";
import { merged } from "./merge.js";
import { isOff } from "./off.js";
import type { Boot, Engine } from "./protocol.js";
import { UP } from "./protocol.js";
import { attempt } from "./schema.js";
import { inPage } from "./surroundings.js";
import type { Guard, Options } from "./types.js";
import { refusal } from "./wasm.js";
import { witness } from "./witness.js";

/** The one engine of the page. */
interface Running {
  current(): Engine | undefined;
  stop(): Promise<void>;
}

const ANOTHER = 'pagemend: the engine runs in this page already, started by boot.js or another copy of the package, with the options given there; import from "pagemend/client" to use it and ship no second one';

let running: Promise<Running> | undefined;
/** How many hold it: the last one to stop ends it. React's StrictMode starts, stops and starts again. */
let holders = 0;
let given = "";
/** boot.js' configuration, for a start after a stop. */
let config: BootConfig = {};

function ownBoot(options: Options): Boot {
  const origins: unknown = options.fallbackOrigins ?? config.fallback;
  const fallback = Array.isArray(origins) ? origins.filter((f) => typeof f === "string") : [];
  const boot = install({ ...config, fallback, options }, fallback, "", () => {});
  witness(boot);
  window.__pagemend = boot;
  return boot;
}

async function begin(bytes: () => BufferSource | Promise<BufferSource>, own: Options): Promise<Running> {
  let boot = window.__pagemend;
  let engine: Engine;
  // Whoever started the engine of another copy has asked for itself.
  let watched = false;
  if (boot?.engine) {
    console.warn(ANOTHER);
    engine = boot.engine;
    if (own?.step) engine.step(own.step);
    if (own?.consent === "granted" || own?.consent === "denied") engine.consent(own.consent);
  } else {
    const refused = refusal();
    if (refused) throw refused;
    config = boot?.config ?? config;
    const before = config.options ?? {};
    watched = isWatched(boot);
    const options = { ...(config.fallback && { fallbackOrigins: config.fallback }), ...merged(config.options, own) };
    boot ??= ownBoot(options);
    boot.config.options = options;
    // Not at the top of the file: its first lines throw on a page that has replaced what they use, and this one is part of the page's own bundle.
    const glue = await import("pagemend-glue");
    await glue.default({ module_or_path: await bytes() });
    // Somebody else may have been quicker.
    if (boot.engine) console.warn(ANOTHER);
    watched &&= !boot.engine;
    try {
      engine = boot.engine ??= launch(glue, options, boot);
    } catch (e) {
      // The next start is not held to options that were refused.
      boot.config.options = before;
      throw e;
    }
    boot.load = () => Promise.resolve(engine);
    dispatchEvent(new Event(UP));
  }
  const listening = boot;
  if (watched) watchEngine(listening, engine, async () => (await import("./debug.js")).watch(listening));
  let live: Engine | undefined = engine;
  return {
    current: () => live,
    async stop() {
      live = undefined;
      running = undefined;
      // At once: who starts again before this has ended gets an engine that runs.
      listening.engine = undefined;
      if (window.__pagemend === listening) window.__pagemend = undefined;
      try {
        await engine.stop();
      } catch (e) {
        console.error("pagemend: stop failed", e);
      }
      listening.debug?.stop?.();
      listening.stop();
    },
  };
}

/** A guard of one's own around the engine that all share. */
function hold({ current, stop }: Running): Guard {
  let stopped = false;
  return guarded(
    () => (stopped ? undefined : current()),
    async () => {
      if (stopped) return;
      stopped = true;
      if (--holders === 0) await stop();
    },
  );
}

/** Makes `start` from a way to get the wasm's bytes. A failure is not remembered: `start` can be called again. */
export function starter(bytes: () => BufferSource | Promise<BufferSource>): (options?: Options) => Promise<Guard> {
  return (options = {}) => {
    if (!inPage() || isOff(window.__pagemend)) return Promise.resolve(inert());
    const text = attempt(() => String(Object.entries(options ?? {})), "options that cannot be read");
    if (running && text !== given && text !== "") console.warn("pagemend: started already; these options are not used");
    if (!running) {
      given = text;
      holders = 0;
      running = begin(bytes, options);
    }
    holders++;
    return running.then(hold, (e: unknown): Guard => {
      running = undefined;
      if (options?.strict) throw e;
      console.error("pagemend: not started: " + (e instanceof Error ? e.message : e));
      return inert();
    });
  };
}
