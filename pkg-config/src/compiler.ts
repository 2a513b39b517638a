// The plugin for webpack, and for Rspack, whose compilers have the same hooks under the same names. Rspack's types are its own, what is used of them
// is webpack's: tests/consumers.mjs builds with both.
import type { Compilation, Compiler } from "webpack";
import { insertOnce, isHtml, MANIFEST, type Prepared, SET_IT } from "./plugin.js";

/** Hands back what the plugin's `apply` does. `whose`: the key that holds the public path, for people. */
export function compilerPlugin({ files, tag, knownBase }: Prepared, whose: string, nonce?: string): (compiler: Compiler) => void {
  /** `output.publicPath` as the addresses in this compilation have it. */
  function publicPath(compilation: Compilation, developing: boolean): string | undefined {
    const { publicPath = "auto" } = compilation.outputOptions;
    // "auto" is what scripts find out when they run; boot.js must know. Development servers then serve from the root.
    if (publicPath === "auto" && developing) return "/";
    return knownBase(publicPath === "auto" ? publicPath : compilation.getAssetPath(publicPath, { hash: compilation.hash ?? "" }), whose, SET_IT);
  }

  return (compiler) => {
    const { Compilation, WebpackError, sources } = compiler.webpack;
    // Not in child compilations, of which HTML plugins make one for each template.
    compiler.hooks.thisCompilation.tap("pagemend", (compilation) => {
      const emit = (name: string, source: string | Buffer) => compilation.emitAsset(`pagemend/${name}`, new sources.RawSource(source), { minimized: true });
      // The last moment before names are hashed and files compressed: whoever makes or rewrites HTML has done so.
      compilation.hooks.processAssets.tap({ name: "pagemend", stage: Compilation.PROCESS_ASSETS_STAGE_OPTIMIZE_HASH - 1 }, () => {
        try {
          const developing = compiler.watchMode && compiler.options.mode === "development";
          const element = tag({ base: publicPath(compilation, developing), developing, nonce });
          for (const asset of compilation.getAssets()) {
            const page = isHtml(asset.name) ? insertOnce(asset.name, asset.source.source().toString(), element) : undefined;
            if (page !== undefined) compilation.updateAsset(asset.name, new sources.RawSource(page));
          }
          // As minimised, or minimisers, which take what comes late, too, would write the engine anew.
          for (const { name, read } of files.filter(({ name }) => name !== MANIFEST)) emit(name, read());
        } catch (e) {
          // Reported with the others of the compilation: the build fails, a development server shows it and lives.
          compilation.errors.push(new WebpackError((e as Error).message));
        }
      });
      // The manifest has the hashes of files, which are what they will be only when names are hashed; compression is yet to come.
      compilation.hooks.processAssets.tap({ name: "pagemend", stage: Compilation.PROCESS_ASSETS_STAGE_OPTIMIZE_HASH + 1 }, () => {
        const emitted = compilation.getAssets().map(({ name, source }) => [name, source.buffer()] as const);
        for (const { name, read } of files.filter(({ name }) => name === MANIFEST)) emit(name, read(emitted));
      });
    });
  };
}
