// The guard of this site. Its options stand in vite.config.ts: boot.js needs them before this module is loaded.
import { start } from "pagemend/client";

/** Ready at once: what is asked of it before its engine is there is done by the browser itself, and nothing waits. */
export const guard = start();

/** True when the engine is up, and explains a failure to the user by itself; otherwise the site must. */
export const explains = (): boolean =>
  Boolean((window as { __pagemend?: { engine?: unknown } }).__pagemend?.engine);
