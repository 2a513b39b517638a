// `guard.report`: an error that the page caught is told in the place where boot.js tells of one that nobody caught.
import type { RawEvent } from "./protocol.js";
import type { ReportDetails } from "./types.js";

/** boot.js keeps no more events than this either. */
const MAX_EVENTS = 100;

/** To the engine, or to who waits for it. Never throws. */
export function tell(error: unknown, details?: ReportDetails): void {
  try {
    const boot = window.__pagemend;
    if (!boot) return;
    const event: RawEvent = { type: "error", at: performance.now(), error: error ?? String(error), filename: details?.source };
    if (boot.on) void Promise.resolve(event).then(boot.on).catch(() => {});
    else if (boot.events.length < MAX_EVENTS) boot.events.push(event);
    else boot.dropped++;
  } catch {}
}
