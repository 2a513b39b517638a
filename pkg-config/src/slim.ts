// "pagemend/slim": the engine with the wasm beside it, for bundlers that understand `new URL(…, import.meta.url)` (Vite, webpack).
import { starter } from "./bundled.js";
import type { Guard, Options } from "./types.js";
import { fetchWasm } from "./wasm.js";

export type * from "./types.js";

/** Time for the server to send the wasm, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** As `start` of "pagemend". A wasm that cannot be fetched is a console line that says what came instead. */
export const start: (options?: Options) => Promise<Guard> = starter(() => fetchWasm(new URL("./pagemend_bg.wasm", import.meta.url).href, TIMEOUT_MS));
