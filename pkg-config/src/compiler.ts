// The plugin for webpack, and for Rspack, whose compilers have the same hooks under the same names.
import type { Compilation, Compiler } from "webpack";
import { insertOnce, isHtml, PAGE_KEYS, prepare } from "./plugin.js";
import type { PagemendPageOptions } from "./plugin-options.js";

/** Hands back what the plugin's `apply` does. `name`: the bundler's. */
export function compilerPlugin(name: string, given: PagemendPageOptions): (compiler: Compiler) => void {
  const { files, tag, knownBase } = prepare(`${name} plugin`, given, PAGE_KEYS);

  /** `output.publicPath` as the addresses in this compilation have it. */
  function publicPath(compilation: Compilation, developing: boolean): string | undefined {
    const { publicPath = "auto" } = compilation.outputOptions;
    // "auto" is what scripts find out when they run; boot.js must know. Development servers then serve from the root.
    if (publicPath === "auto" && developing && !given.engine) return "/";
    return knownBase(publicPath === "auto" ? publicPath : compilation.getAssetPath(publicPath, { hash: compilation.hash ?? "" }), `${name}'s output.publicPath`);
  }

  return (compiler) => {
    const { Compilation, WebpackError, sources } = compiler.webpack;
    // Not in child compilations, of which HTML plugins make one for each template.
    compiler.hooks.thisCompilation.tap("pagemend", (compilation) => {
      // The last moment before names are hashed and files compressed: whoever makes or rewrites HTML has done so.
      compilation.hooks.processAssets.tap({ name: "pagemend", stage: Compilation.PROCESS_ASSETS_STAGE_OPTIMIZE_HASH - 1 }, () => {
        try {
          const developing = compiler.watchMode && compiler.options.mode === "development";
          const element = tag({ base: publicPath(compilation, developing), developing });
          for (const asset of compilation.getAssets()) {
            const page = isHtml(asset.name) ? insertOnce(asset.name, asset.source.source().toString(), element) : undefined;
            if (page !== undefined) compilation.updateAsset(asset.name, new sources.RawSource(page));
          }
          // As minimised, or minimisers, which take what comes late, too, would write the engine anew.
          for (const { name, read } of files) compilation.emitAsset(`pagemend/${name}`, new sources.RawSource(read()), { minimized: true });
        } catch (e) {
          // Reported with the others of the compilation: the build fails, a development server shows it and lives.
          compilation.errors.push(new WebpackError((e as Error).message));
        }
      });
    });
  };
}
