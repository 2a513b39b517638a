// "pagemend/rsbuild": the Rsbuild plugin. Puts boot.js into every HTML file of the build and the engine beside them.
import type { RsbuildPlugin, Rspack } from "@rsbuild/core";
import type { Compiler } from "webpack";
import { compilerPlugin } from "./compiler.js";
import { KEYS, prepare } from "./plugin.js";
import type { PagemendPluginOptions } from "./plugin-options.js";

export { bootTag, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";
export type { PagemendPluginOptions } from "./plugin-options.js";

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function pagemend(given: PagemendPluginOptions = {}): RsbuildPlugin {
  const prepared = prepare("Rsbuild plugin", given, KEYS);
  return {
    name: "pagemend",
    setup(api) {
      api.modifyRspackConfig((_, { appendPlugins, environment: { config } }) => {
        if (config.output.target !== "web") return;
        const apply = compilerPlugin(prepared, "Rsbuild's output.assetPrefix", config.security.nonce);
        appendPlugins({ apply: (compiler: Rspack.Compiler) => apply(compiler as unknown as Compiler) });
      });
    },
  };
}
