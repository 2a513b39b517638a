// What the plugins of all bundlers share: their options, the page with boot.js in it, and the files that stand beside the page.
// They stand on each bundler's own interface. What unplugin makes alike (resolving, loading and transforming modules) is nothing that is done here;
// what is done here (pages, the public path, whether somebody is developing) it leaves to each bundler's own hooks.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { BootConfig } from "./boot-config.js";
import { bootTag, check, checkBootConfig } from "./boot-tag.js";
import type { PagemendPageOptions, PagemendPluginOptions } from "./plugin-options.js";

type Checks<Key extends string> = Record<Key, (value: unknown) => string | undefined>;

const anything = () => undefined;
const isNumber = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
export const KEYS: Checks<keyof PagemendPluginOptions> = {
  build: (v) => (typeof v === "string" && v !== "" ? undefined : "a text that is not empty"),
  builtAt: (v) => (isNumber(v) ? undefined : "milliseconds since 1970, a whole number"),
  buildNumber: (v) => (isNumber(v) ? undefined : "a whole number above 0"),
  minimumBuild: (v) => (isNumber(v) ? undefined : "a whole number above 0"),
  schemas: (v) => (typeof v === "object" && v !== null && Object.values(v).every(isNumber) ? undefined : "versions by name, such as { draft: 3 }"),
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

/** A file that the bundler has made: its name, and what is in it. */
export type Emitted = readonly [name: string, source: string | Uint8Array];

/** A file that is served from the folder `pagemend/`. `emitted`: what stands in the build beside it, where there is a build. */
export interface ServedFile {
  name: string;
  type: string;
  read(emitted?: Iterable<Emitted>): string | Buffer;
}

/** The build manifest, which the page asks for to learn what is live. */
export const MANIFEST = "build.json";

/** More hashes would make the manifest longer than a page reads it. */
const MOST_ASSETS = 500;

/** The scripts and style sheets that the page is made of, by their names, each with its hash in the words of Subresource Integrity. */
function hashes(emitted: Iterable<Emitted>): Record<string, string> {
  const code = [...emitted].filter(([name]) => /\.(m?js|css)$/.test(name) && !name.startsWith("pagemend/")).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(code.slice(0, MOST_ASSETS).map(([name, source]) => [name, `sha256-${createHash("sha256").update(source).digest("base64")}`]));
}

/** What Rollup and Vite have emitted so far. */
export function emittedBy(bundle: Record<string, { type: "chunk"; code: string } | { type: "asset"; source: string | Uint8Array }>): Emitted[] {
  return Object.entries(bundle).map(([name, file]) => [name, file.type === "chunk" ? file.code : file.source]);
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
  const { options } = given;
  const numberIn = (key: "builtAt" | "buildNumber") => (isNumber(options?.[key]) ? options?.[key] : undefined);
  // What the engine's options say of the build, the manifest says, too: page and manifest of one build never differ.
  const { builtAt = numberIn("builtAt") ?? Date.now(), build = options?.build || String(builtAt), buildNumber = numberIn("buildNumber") ?? builtAt, minimumBuild, schemas, locale, instrument = false, trustedTypes = false, dev = "watch", nonce: ownNonce, options: _, ...boot } = given;
  checkBootConfig({ ...boot, ...(options !== undefined && { options }) });
  if (minimumBuild !== undefined && minimumBuild > buildNumber) throw new Error(`pagemend: ${plugin}: minimumBuild is ${minimumBuild}; it must not be above buildNumber, which is ${buildNumber}`);
  const release = { build, builtAt, number: buildNumber, minimum: minimumBuild, service: options?.service, schemas };
  const shipped = (name: string, type: string) => ({ name, type, read: () => readFileSync(new URL(`./${name}`, import.meta.url)) });
  return {
    files: [
      shipped("engine.js", "text/javascript"),
      shipped("pagemend_bg.wasm", "application/wasm"),
      shipped("plain.js", "text/javascript"),
      shipped("debug.js", "text/javascript"),
      { name: MANIFEST, type: "application/json", read: (emitted) => JSON.stringify({ ...release, assets: emitted && hashes(emitted) }) },
    ],
    tag({ base, developing = false, nonce = ownNonce }) {
      const folder = base === undefined ? (boot.engine?.[0] ?? "/pagemend/") : `${base}pagemend/`;
      const config: BootConfig = {
        engine: [folder],
        watch: developing && dev === "watch",
        ...boot,
        options: { ...(locale && { locale }), ...options, build, builtAt, buildNumber, freshness: { url: `${folder}${MANIFEST}`, ...options?.freshness } },
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

/**
 * After `<meta charset>` (which must be within the first 1024 bytes), before everything else. HTML may leave out `<head>` and `<html>`, and minifiers do: a
 * script that comes first opens them. https://html.spec.whatwg.org/multipage/syntax.html#optional-tags
 */
export function insert(html: string, tag: string): string {
  const before = [/<head(\s[^>]*)?>/i, /<html(\s[^>]*)?>/i, /<!doctype[^>]*>/i].map((pattern) => pattern.exec(html)).find(Boolean);
  if (!before) throw new Error("pagemend: the page has neither <head>, <html> nor <!doctype> to put boot.js after");
  let end = before.index + before[0].length;
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
