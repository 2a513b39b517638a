// "pagemend/rollup": the Rollup plugin. Puts boot.js into every HTML file of the bundle and the engine beside them.
import type { Plugin } from "rollup";
import { emittedBy, insertOnce, isHtml, PAGE_KEYS, prepare } from "./plugin.js";
import type { PagemendPageOptions } from "./plugin-options.js";

export { bootTag, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";
export type { PagemendPageOptions } from "./plugin-options.js";

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function pagemend(given: PagemendPageOptions = {}): Plugin {
  const { files, tag } = prepare("Rollup plugin", given, PAGE_KEYS);

  return {
    name: "pagemend",
    generateBundle: {
      // After those that make or rewrite HTML.
      order: "post",
      handler(_, bundle) {
        // Rollup knows no public path: `engine` says where the folder is, where it is not at the root.
        const element = tag({ developing: this.meta.watchMode });
        for (const file of Object.values(bundle)) {
          if (file.type !== "asset" || !isHtml(file.fileName)) continue;
          const html = typeof file.source === "string" ? file.source : new TextDecoder().decode(file.source);
          file.source = insertOnce(file.fileName, html, element) ?? file.source;
        }
        const emitted = emittedBy(bundle);
        for (const { name, read } of files) this.emitFile({ type: "asset", fileName: `pagemend/${name}`, source: read(emitted) });
      },
    },
  };
}
