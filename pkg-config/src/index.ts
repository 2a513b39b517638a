// "pagemend": the engine with the wasm inside, for any bundler.
import base64 from "pagemend-wasm";
import { starter } from "./bundled.js";
import type { Guard, Options } from "./types.js";

export type * from "./types.js";

/**
 * Starts the guard. Never rejects into the page: what is wrong with the options is a console line and a default each, and a page
 * that may not run WebAssembly gets a guard that does nothing, unless `options.strict`, then it rejects.
 */
export const start: (options?: Options) => Promise<Guard> = starter(() => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
