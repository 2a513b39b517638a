// What the plugins of all bundlers share: their options, the page with boot.js in it, and the files that stand beside the page.
// They stand on each bundler's own interface. What unplugin makes alike (resolving, loading and transforming modules) is nothing that is done here;
// what is done here (pages, the public path, whether somebody is developing) it leaves to each bundler's own hooks.
import { readFileSync } from "node:fs";
import type { BootConfig } from "./boot-config.js";
import { bootTag, check, checkBootConfig } from "./boot-tag.js";
import type { PagemendPageOptions, PagemendPluginOptions } from "./plugin-options.js";

type Checks<Key extends string> = Record<Key, (value: unknown) => string | undefined>;

const anything = () => undefined;
export const KEYS: Checks<keyof PagemendPluginOptions> = {
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
export const PAGE_KEYS: Checks<keyof PagemendPageOptions> = {
  ...KEYS,
  nonce: (v) => (typeof v === "string" && v !== "" ? undefined : "a text that is not empty"),
};

/** A file that is served from the folder `pagemend/`. */
export interface ServedFile {
  name: string;
  type: string;
  read(): string | Buffer;
}

/** What one page is told besides the options. */
export interface PageFacts {
  /** What the addresses of the built files begin with, with a slash at its end. Where it is not known, `engine` or its default says where `pagemend/` is. */
  base?: string | undefined;
  /** Somebody is developing the page. */
  developing?: boolean;
  nonce?: string | undefined;
}

/** What can be done about a public path that is not known. */
export const SET_IT = 'make it the address at which the build is served, such as "/", or ';

export interface Prepared {
  files: ServedFile[];
  /** boot.js, and what stands beside it, as script elements. */
  tag(facts: PageFacts): string;
  /**
   * Hands back `base` with a slash at its end if it is good for `PageFacts`; undefined if `engine` stands in for it, and throws if there is none.
   * `whose`: the key that holds it; `advice`: what else to do about it.
   */
  knownBase(base: string, whose: string, advice?: string): string | undefined;
}

/** Throws on options that are wrong, naming key, value and what is allowed. */
export function prepare(plugin: string, given: PagemendPageOptions & Pick<BootConfig, "watch">, keys: Checks<string>): Prepared {
  check(plugin, given, keys);
  const { builtAt = Date.now(), build = String(builtAt), locale, instrument = false, trustedTypes = false, dev = "watch", nonce: ownNonce, options, ...boot } = given;
  checkBootConfig({ ...boot, ...(options !== undefined && { options }) });
  const shipped = (name: string, type: string) => ({ name, type, read: () => readFileSync(new URL(`./${name}`, import.meta.url)) });
  return {
    files: [
      shipped("engine.js", "text/javascript"),
      shipped("pagemend_bg.wasm", "application/wasm"),
      { name: "build.json", type: "application/json", read: () => JSON.stringify({ build, builtAt }) },
    ],
    tag({ base, developing = false, nonce = ownNonce }) {
      const folder = base === undefined ? (boot.engine?.[0] ?? "/pagemend/") : `${base}pagemend/`;
      const config: BootConfig = {
        engine: [folder],
        watch: developing && dev === "watch",
        ...boot,
        options: { build, builtAt, ...(locale && { locale }), freshness: { url: `${folder}build.json` }, ...options },
      };
      return bootTag(config, { instrument, trustedTypes, ...(nonce && { nonce }) });
    },
    knownBase(base, whose, advice = "") {
      if (/^(\/|https?:)/.test(base)) return base.endsWith("/") ? base : `${base}/`;
      if (boot.engine) return undefined;
      throw new Error(`pagemend: ${whose} is ${JSON.stringify(base)}; ${advice}say with the plugin's "engine" where the folder pagemend/ will be, such as ["/pagemend/"]`);
    },
  };
}

/** After `<meta charset>` (which must be within the first 1024 bytes), before everything else. */
export function insert(html: string, tag: string): string {
  const head = /<head(\s[^>]*)?>/i.exec(html);
  if (!head) throw new Error("pagemend: the page has no <head> to put boot.js into");
  let end = head.index + head[0].length;
  const charset = /^(?:(?!<script|<link|<style)[^])*?<meta\s[^>]*charset[^>]*>/i.exec(html.slice(end));
  if (charset) end += charset[0].length;
  return `${html.slice(0, end)}\n    ${tag}${html.slice(end)}`;
}

export const isHtml = (name: string): boolean => /\.html?$/i.test(name);

/**
 * The same for one of the HTML files that a build leaves behind, or undefined where nothing is to be done: boot.js is there already, or the file is
 * a piece of a page.
 */
export function insertOnce(name: string, html: string, tag: string): string | undefined {
  if (/<script[^>]*\sid=["']?pagemend-boot\b/i.test(html) || !/<!doctype|<html|<head/i.test(html)) return undefined;
  try {
    return insert(html, tag);
  } catch (e) {
    throw new Error(`${(e as Error).message}: ${name}`);
  }
}
