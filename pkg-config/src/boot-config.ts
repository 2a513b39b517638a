// What boot.js is configured with.
import type { Options } from "./types.js";

/**
 * What bootTag and the plugins of the bundlers take, all optional. The JSON in `data-config` of boot's script element is the same with every default
 * filled in; written by hand, it must hold engine, fallback, timeoutMs, lastResortMs and options.
 */
export interface BootConfig {
  /**
   * Folders that hold `engine.js` and `pagemend_bg.wasm`; each starts and ends with `/`, or is a whole URL. `engine.js` comes from the
   * first one, else from the same path on each fallback; the wasm from beside it, else from the others. Default `["/pagemend/"]`.
   */
  engine?: string[];
  /** Origins that serve the same paths as the page's own, without a slash at the end, tried in order. They must allow CORS. Default none. */
  fallback?: string[];
  /** Origins of the page's own assets besides the page's own and `fallback`, such as a CDN. What comes from anywhere else (a map, a payment form) is never asked of a fallback. Default none. */
  origins?: string[];
  /**
   * Addresses that the page itself reads from, by what they begin with, such as "/api/" or "https://api.example/": with calls.js its own `fetch` and
   * XMLHttpRequest there (GET and HEAD, with no change of its code) are tried again as by `guard.fetch`. Default none.
   */
  calls?: string[];
  /** Time for one origin to serve the engine, in milliseconds. Also the time after which a page whose `load` does not come gets the engine. Default 5000. */
  timeoutMs?: number;
  /** Time between "the engine cannot be had" and the last-resort prompt, in milliseconds. Default 6000. */
  lastResortMs?: number;
  /** Only tell, on the console: nothing is loaded again, no prompt, no reload, no telemetry. The plugins set it in development. Default false. */
  watch?: boolean;
  /** The engine's options, passed whole. resort.js reads root, endpoint, service, build, step, consent, help and locale of them. */
  options?: Options;
}
