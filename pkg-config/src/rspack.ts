// "pagemend/rspack": the Rspack plugin. Puts boot.js into every HTML file of the build and the engine beside them.
import type { Compiler } from "@rspack/core";
import type { Compiler as WebpackCompiler } from "webpack";
import { compilerPlugin } from "./compiler.js";
import type { PagemendPageOptions } from "./plugin-options.js";

export { bootTag, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";
export type { PagemendPageOptions } from "./plugin-options.js";

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function pagemend(given: PagemendPageOptions = {}): { apply(compiler: Compiler): void } {
  const apply = compilerPlugin("Rspack", given);
  // Its types are its own, what is used of them is webpack's: tests/consumers.mjs builds with both.
  return { apply: (compiler) => apply(compiler as unknown as WebpackCompiler) };
}
