// "pagemend/vite": the Vite plugin. Puts boot.js into the page and the engine beside it, in the build and in dev.
import type { Plugin, ResolvedConfig } from "vite";
import { emittedBy, insert, KEYS, prepare } from "./plugin.js";
import type { PagemendPluginOptions } from "./plugin-options.js";

export { bootTag, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";
export type { PagemendPluginOptions } from "./plugin-options.js";

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function pagemend(given: PagemendPluginOptions = {}): Plugin {
  const { files, tag, knownBase } = prepare("Vite plugin", given, KEYS);
  let config: ResolvedConfig;

  return {
    name: "pagemend",
    configResolved(resolved) {
      config = resolved;
      knownBase(config.base, "Vite's base");
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? "").replace(/[?#].*/, "");
        const folder = "/pagemend/";
        const at = path.lastIndexOf(folder);
        const name = at < 0 ? "" : path.slice(at + folder.length);
        const file = files.find((f) => f.name === name);
        if (!file) return next();
        response.setHeader("Content-Type", file.type);
        response.setHeader("Cache-Control", "no-store");
        response.end(file.read());
      });
    },
    transformIndexHtml: {
      // After Vite's own transformations, so that nothing rewrites or reorders the element.
      order: "post",
      handler: (html) => insert(html, tag({ base: config.base, developing: config.command === "serve", nonce: config.html?.cspNonce })),
    },
    generateBundle: {
      // After those that still change what is emitted.
      order: "post",
      handler(_, bundle) {
        if (this.environment?.config.consumer === "server") return;
        const emitted = emittedBy(bundle);
        for (const { name, read } of files) this.emitFile({ type: "asset", fileName: `pagemend/${name}`, source: read(emitted) });
      },
    },
  };
}
