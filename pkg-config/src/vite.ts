// "pagemend/vite": the Vite plugin. Puts boot.js into the page and the engine beside it, in the build and in dev.
import { readFileSync } from "node:fs";
import type { Plugin, ResolvedConfig } from "vite";
import type { BootConfig } from "./boot-config.js";
import { bootTag, check, checkBootConfig } from "./boot-tag.js";
import type { Options } from "./types.js";

export { bootTag, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";

export interface PagemendPluginOptions extends Pick<BootConfig, "engine" | "fallback" | "origins" | "calls" | "timeoutMs" | "lastResortMs"> {
  /** The build's name, told to the page and in `pagemend/build.json`. Default: `builtAt` as text. */
  build?: string;
  /** When it was built: milliseconds since 1970. Default: now. */
  builtAt?: number;
  /** Language of the prompts. Default: the page's, then the browser's. */
  locale?: Options["locale"];
  /** Also tell the guard of the page's own calls and of errors that it only writes to the console. Default false. */
  instrument?: boolean;
  /** The page requires Trusted Types: see `TagOptions`. Default false. */
  trustedTypes?: boolean;
  /**
   * What the guard does on Vite's development server: "watch" tells on the console what it finds and does nothing about it, "full" is as in the
   * build. Default "watch".
   */
  dev?: "watch" | "full";
  /** The engine's options. */
  options?: Options;
}

const anything = () => undefined;
const KEYS: Record<keyof PagemendPluginOptions, (value: unknown) => string | undefined> = {
  build: (v) => (typeof v === "string" && v !== "" ? undefined : "a text that is not empty"),
  builtAt: (v) => (typeof v === "number" && v > 0 ? undefined : "milliseconds since 1970"),
  instrument: (v) => (typeof v === "boolean" ? undefined : "true or false"),
  trustedTypes: (v) => (typeof v === "boolean" ? undefined : "true or false"),
  dev: (v) => (v === "watch" || v === "full" ? undefined : '"watch" or "full"'),
  locale: (v) => (["zh-CN", "en", "auto"].includes(v as string) ? undefined : '"zh-CN", "en" or "auto"'),
  // These are boot's, checked with the rest of its configuration.
  engine: anything,
  fallback: anything,
  origins: anything,
  calls: anything,
  timeoutMs: anything,
  lastResortMs: anything,
  options: anything,
};

const FILES = [
  { name: "engine.js", type: "text/javascript" },
  { name: "pagemend_bg.wasm", type: "application/wasm" },
];

/** After `<meta charset>` (which must be within the first 1024 bytes), before everything else. */
function insert(html: string, tag: string): string {
  const head = /<head(\s[^>]*)?>/i.exec(html);
  if (!head) throw new Error("pagemend: the page has no <head> to put boot.js into");
  let end = head.index + head[0].length;
  const charset = /^(?:(?!<script|<link|<style)[^])*?<meta\s[^>]*charset[^>]*>/i.exec(html.slice(end));
  if (charset) end += charset[0].length;
  return `${html.slice(0, end)}\n    ${tag}${html.slice(end)}`;
}

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function pagemend(given: PagemendPluginOptions = {}): Plugin {
  check("Vite plugin", given, KEYS);
  const { builtAt = Date.now(), build = String(builtAt), locale, instrument = false, trustedTypes = false, dev = "watch", options, ...boot } = given;
  checkBootConfig({ ...boot, ...(options !== undefined && { options }) });
  const buildJson = JSON.stringify({ build, builtAt });
  const read = (name: string) => readFileSync(new URL(`./${name}`, import.meta.url));
  let config: ResolvedConfig;

  return {
    name: "pagemend",
    configResolved(resolved) {
      config = resolved;
      if (!/^(\/|https?:)/.test(config.base) && !boot.engine) {
        throw new Error(`pagemend: Vite's base is ${JSON.stringify(config.base)}; say with the plugin's "engine" where the folder pagemend/ will be, such as ["/pagemend/"]`);
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? "").replace(/[?#].*/, "");
        const folder = "/pagemend/";
        const at = path.lastIndexOf(folder);
        const name = at < 0 ? "" : path.slice(at + folder.length);
        const file = FILES.find((f) => f.name === name);
        if (!file && name !== "build.json") return next();
        response.setHeader("Content-Type", file?.type ?? "application/json");
        response.setHeader("Cache-Control", "no-store");
        response.end(file ? read(file.name) : buildJson);
      });
    },
    transformIndexHtml: {
      // After Vite's own transformations, so that nothing rewrites or reorders the element.
      order: "post",
      handler(html) {
        const nonce = config.html?.cspNonce;
        const full: BootConfig = {
          engine: [`${config.base}pagemend/`],
          ...boot,
          watch: config.command === "serve" && dev === "watch",
          options: { build, builtAt, ...(locale && { locale }), freshness: { url: `${config.base}pagemend/build.json` }, ...options },
        };
        return insert(html, bootTag(full, { instrument, trustedTypes, ...(nonce && { nonce }) }));
      },
    },
    generateBundle() {
      if (this.environment?.config.consumer === "server") return;
      for (const { name } of FILES) this.emitFile({ type: "asset", fileName: `pagemend/${name}`, source: read(name) });
      this.emitFile({ type: "asset", fileName: "pagemend/build.json", source: buildJson });
    },
  };
}
