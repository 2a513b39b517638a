// What is in the production path of `?pagemend=debug`: whether it was said, and then what the guard tells is kept for debug.js, which comes a little later.
import type { Boot, Engine, Told } from "./protocol.js";
import { switched } from "./switches.js";

/** All events that are no questions: an answer to those would change what the guard does. */
const EVENTS = ["incident", "verdict", "retry", "repair", "prompt", "telemetry", "expiry"] as const;
/** More are only counted. */
const MOST = 200;

/** Asked before the page's router takes the query away; resort.js has asked earlier still. */
export const isWatched = (boot: Boot | undefined): boolean => !!boot?.debug || !!switched("debug", "nodebug");

/** Keeps what this engine tells; `load` brings debug.js. */
export function watchEngine(boot: Boot, engine: Engine, load: () => Promise<unknown>): void {
  const debug = (boot.debug ??= { told: [], dropped: 0 });
  const tell = (event: Told["event"]) => {
    const told = { at: Date.now(), event };
    if (debug.hear) debug.hear(told);
    else if (debug.told.length < MOST) debug.told.push(told);
    else debug.dropped++;
  };
  for (const type of EVENTS) engine.on(type, tell);
  load().catch((e: unknown) => console.error("pagemend: debug.js did not come:", e));
}
