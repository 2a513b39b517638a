// "pagemend/esbuild": the esbuild plugin. Puts boot.js into every HTML file of the build and the engine beside them.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { OutputFile, Plugin } from "esbuild";
import type { BootConfig } from "./boot-config.js";
import { insertOnce, isHtml, PAGE_KEYS, prepare, SET_IT } from "./plugin.js";
import type { PagemendPageOptions } from "./plugin-options.js";

export { bootTag, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";

/** esbuild does not tell a plugin whether it builds or somebody is developing: `watch` takes the place of `dev`. */
export interface PagemendEsbuildOptions extends Omit<PagemendPageOptions, "dev">, Pick<BootConfig, "watch"> {}

const { dev: _, ...SHARED } = PAGE_KEYS;
// Checked with the rest of boot's configuration.
const KEYS = { ...SHARED, watch: () => undefined };

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function pagemend(given: PagemendEsbuildOptions = {}): Plugin {
  const { files, tag, knownBase } = prepare("esbuild plugin", given, KEYS);

  return {
    name: "pagemend",
    setup({ initialOptions: options, onEnd }) {
      const root = options.absWorkingDir ?? process.cwd();
      const outdir = options.outdir ?? (options.outfile && dirname(options.outfile));
      if (!outdir) throw new Error('pagemend: esbuild has neither outdir nor outfile; say with "outdir" where pages and the folder pagemend/ go');
      // Without a public path, `engine` says where the folder is, where it is not at the root.
      const base = options.publicPath ? knownBase(options.publicPath, "esbuild's publicPath", SET_IT) : undefined;
      // What was written is known from there alone.
      options.metafile = true;

      onEnd(async ({ errors, outputFiles, metafile }) => {
        if (errors.length) return;
        const element = tag({ base });
        const folder = resolve(root, outdir, "pagemend");
        const nameOf = (path: string) => relative(resolve(root, outdir), path).replaceAll("\\", "/");
        if (outputFiles) {
          for (const file of outputFiles) {
            const page = isHtml(file.path) ? insertOnce(file.path, file.text, element) : undefined;
            if (page !== undefined) file.contents = new TextEncoder().encode(page);
          }
          const emitted = outputFiles.map(({ path, contents }) => [nameOf(path), contents] as const);
          for (const { name, read } of files) outputFiles.push(inMemory(join(folder, name), read(emitted)));
          return;
        }
        for (const name of Object.keys(metafile?.outputs ?? {}).filter(isHtml)) {
          const path = resolve(root, name);
          const page = insertOnce(name, await readFile(path, "utf8"), element);
          if (page !== undefined) await writeFile(path, page);
        }
        await mkdir(folder, { recursive: true });
        const paths = Object.keys(metafile?.outputs ?? {}).map((name) => resolve(root, name));
        const emitted = await Promise.all(paths.map(async (path) => [nameOf(path), await readFile(path)] as const));
        for (const { name, read } of files) await writeFile(join(folder, name), read(emitted));
      });
    },
  };
}

/** As esbuild hands back a file that it does not write. */
function inMemory(path: string, source: string | Buffer): OutputFile {
  const contents = Buffer.from(source);
  return { path, contents, hash: "", text: contents.toString() };
}
