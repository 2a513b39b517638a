// "pagemend/rspack": the Rspack plugin. Puts boot.js into every HTML file of the build and the engine beside them.
import type { Compiler } from "@rspack/core";
import type { Compiler as WebpackCompiler } from "webpack";
import { compilerPlugin } from "./compiler.js";
import { PAGE_KEYS, prepare } from "./plugin.js";
import type { PagemendPageOptions } from "./plugin-options.js";

export { bootTag, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";
export type { PagemendPageOptions } from "./plugin-options.js";

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function pagemend(given: PagemendPageOptions = {}): { apply(compiler: Compiler): void } {
  const apply = compilerPlugin(prepare("Rspack plugin", given, PAGE_KEYS), "Rspack's output.publicPath");
  return { apply: (compiler) => apply(compiler as unknown as WebpackCompiler) };
}
