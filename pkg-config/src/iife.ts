// The script-tag build: sets window.pagemend to the functions of "pagemend".
import { start } from "./index.js";

declare global {
  interface Window {
    /** The functions of "pagemend". */
    pagemend?: { start: typeof start };
  }
}

// Bundles are read on servers and in workers, too.
if (typeof window !== "undefined") window.pagemend = { start };
