// "pagemend/webpack": the webpack plugin. Puts boot.js into every HTML file of the build and the engine beside them.
import type { Compiler } from "webpack";
import { compilerPlugin } from "./compiler.js";
import { PAGE_KEYS, prepare } from "./plugin.js";
import type { PagemendPageOptions } from "./plugin-options.js";

export { bootTag, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";
export type { PagemendPageOptions } from "./plugin-options.js";

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function pagemend(given: PagemendPageOptions = {}): { apply(compiler: Compiler): void } {
  return { apply: compilerPlugin(prepare("webpack plugin", given, PAGE_KEYS), "webpack's output.publicPath") };
}
