// "pagemend/farm": the Farm plugin. Puts boot.js into every page that Farm makes, in the build and in development, and the engine beside them.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { JsPlugin } from "@farmfe/core";
import { insertOnce, isHtml, PAGE_KEYS, prepare, SET_IT, type Emitted } from "./plugin.js";
import type { PagemendPageOptions } from "./plugin-options.js";

export { bootTag, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";
export type { PagemendPageOptions } from "./plugin-options.js";

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function pagemend(given: PagemendPageOptions = {}): JsPlugin {
  const { files, tag, knownBase } = prepare("Farm plugin", given, PAGE_KEYS);
  let base: string | undefined;
  let developing = false;
  /** The engine and the manifest, by their path in the output. */
  const made = new Map<string, Buffer>();

  return {
    name: "pagemend",
    // After all others, also those that minify what they find in a page: what they emit is counted, and nothing rewrites or reorders boot.js.
    priority: -100_000,
    configResolved({ compilation }) {
      base = knownBase(compilation?.output?.publicPath ?? "/", "Farm's output.publicPath", SET_IT);
    },
    configureDevServer() {
      developing = true;
    },
    finalizeResources: {
      executor({ resourcesMap }) {
        const element = tag({ base, developing });
        for (const page of Object.values(resourcesMap).filter(({ name }) => isHtml(name))) {
          const html = insertOnce(page.name, Buffer.from(page.bytes).toString(), element);
          if (html !== undefined) page.bytes = [...Buffer.from(html)];
        }
        const emitted: Emitted[] = Object.values(resourcesMap).map(({ name, bytes }) => [name, Uint8Array.from(bytes)]);
        for (const { name, read } of files) {
          const path = `pagemend/${name}`;
          const type = `asset:${name.slice(name.lastIndexOf(".") + 1)}`;
          const bytes = Buffer.from(read(emitted));
          made.set(path, bytes);
          // For the development server.
          resourcesMap[path] = { name: path, bytes: [...bytes], emitted: false, resourceType: type, origin: { type: "Module", value: path } };
        }
        return Promise.resolve(resourcesMap);
      },
    },
    writeResources: {
      // With its persistent cache Farm writes no resource that a plugin has added.
      executor({ config }) {
        for (const [path, bytes] of made) {
          const file = resolve(config?.root ?? "", config?.output?.path ?? "dist", path);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, bytes);
        }
        return Promise.resolve();
      },
    },
  };
}
