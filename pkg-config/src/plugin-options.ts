// What the plugins of the bundlers are given.
import type { BootConfig } from "./boot-config.js";
import type { Options } from "./types.js";

export interface PagemendPluginOptions extends Pick<BootConfig, "engine" | "fallback" | "origins" | "calls" | "timeoutMs" | "lastResortMs"> {
  /** The build's name, told to the page and in `pagemend/build.json`. Default: `builtAt` as text. */
  build?: string;
  /** When it was built: milliseconds since 1970. Default: now. */
  builtAt?: number;
  /** A number that is higher for every later build, such as that of the run that built it. Default: `builtAt`. */
  buildNumber?: number;
  /**
   * Pages of builds with a lower number are too old to submit anything: their key actions wait for a refresh. Default: none are.
   */
  minimumBuild?: number;
  /** The version of each kind of data that this build stores on the device, for the manifest: `{ draft: 3 }`. */
  schemas?: Record<string, number>;
  /** Language of the prompts. Default: the page's, then the browser's. */
  locale?: Options["locale"];
  /** Also tell the guard of the page's own calls and of errors that it only writes to the console. Default false. */
  instrument?: boolean;
  /** The page requires Trusted Types: see `TagOptions`. Default false. */
  trustedTypes?: boolean;
  /**
   * What the guard does in development: Vite's and Farm's development servers; webpack, Rspack and Rsbuild in mode "development" that serve or watch; Rollup that
   * watches. "watch" tells on the console what it finds and does nothing about it, "full" is as in the build. Default "watch".
   */
  dev?: "watch" | "full";
  /** The engine's options. */
  options?: Options;
}

/** Where the bundler knows no nonce of its own. */
export interface PagemendPageOptions extends PagemendPluginOptions {
  /** The nonce of the page's Content-Security-Policy, or the placeholder that the server replaces. */
  nonce?: string;
}
