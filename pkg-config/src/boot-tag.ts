// boot.js as a <script> element in text, for whatever makes the HTML; with resort.js after it; where they are wanted, trust.js before it, instrument.js and calls.js after it.
// It reads no file: frameworks bundle what renders on their servers, and some of those have no files.
import boot from "pagemend-inline/boot.js";
import calls from "pagemend-inline/calls.js";
import instrumentation from "pagemend-inline/instrument.js";
import resort from "pagemend-inline/resort.js";
import trust from "pagemend-inline/trust.js";
import type { BootConfig } from "./boot-config.js";

/** Each key of BootConfig with what it must be. */
const KEYS: Record<keyof BootConfig, (value: unknown) => string | undefined> = {
  engine: folders,
  fallback: origins,
  origins,
  calls: prefixes,
  timeoutMs: duration,
  lastResortMs: duration,
  watch: (value) => (typeof value === "boolean" ? undefined : "true or false"),
  options: (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "an object"),
};

function strings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((v) => typeof v === "string" && v !== "");
}
function folders(value: unknown): string | undefined {
  return strings(value) && value.length > 0 && value.every((v) => v.endsWith("/")) ? undefined : 'folders that end in "/", such as ["/pagemend/"]';
}
function origins(value: unknown): string | undefined {
  return strings(value) ? undefined : 'origins, such as ["https://backup.example"]';
}
function prefixes(value: unknown): string | undefined {
  return strings(value) && value.every((v) => /^(\/|https?:\/\/)/.test(v)) ? undefined : 'beginnings of addresses, such as ["/api/"]';
}
function duration(value: unknown): string | undefined {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? undefined : "a number of milliseconds above 0";
}

/** Throws one error that lists every problem: key, what was given, what is allowed. */
export function check(name: string, given: object, keys: Record<string, (value: unknown) => string | undefined>): void {
  const problems: string[] = [];
  for (const [key, value] of Object.entries(given)) {
    const test = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (!test) {
      problems.push(`unknown key "${key}"; allowed: ${Object.keys(keys).join(", ")}`);
    } else if (value !== undefined) {
      const wanted = test(value);
      if (wanted) problems.push(`${key} is ${JSON.stringify(value)}; it must be ${wanted}`);
    }
  }
  if (problems.length) throw new Error(`pagemend: ${name}: ${problems.join("; ")}`);
}

export function checkBootConfig(config: BootConfig): void {
  check("boot config", config, KEYS);
}

/** boot.js has none of its own: they would count against its size. */
const DEFAULTS = { engine: ["/pagemend/"], timeoutMs: 5000, lastResortMs: 6000 };

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const attribute = (value: string): string => value.replace(/[&<>"']/g, (c) => ENTITIES[c]!);

export interface TagOptions {
  /** The nonce of the page's Content-Security-Policy, or the placeholder that the server replaces. */
  nonce?: string;
  /** Also tell the guard of the page's own `fetch`, `XMLHttpRequest` and `console.error`, by a second element with instrument.js. Default false. */
  instrument?: boolean;
  /**
   * For pages with `require-trusted-types-for 'script'`: puts trust.js before boot.js, so that scripts can be fetched again there.
   * `trusted-types` must then allow the policy `pagemend`. Default false.
   */
  trustedTypes?: boolean;
}

/** A script element, for whatever makes elements rather than text, such as React on a server. */
export interface BootElement {
  attributes: { id?: string; nonce?: string; "data-config"?: string };
  /** What stands in it. It holds no `</script` and no `<!--`. */
  text: string;
}

/** boot.js with its configuration, and what stands beside it, to be the first elements of `<head>` after `<meta charset>`. The page must be UTF-8. */
export function bootElements(config: BootConfig = {}, { nonce, instrument, trustedTypes }: TagOptions = {}): BootElement[] {
  checkBootConfig(config);
  const { fallback = [], watch, ...given } = config;
  const options = { ...config.options };
  // boot.js asks the page whenever it is told no language.
  if (options.locale === "auto") delete options.locale;
  if (watch) {
    delete options.endpoint;
    delete options.fallbackOrigins;
  }
  const json = JSON.stringify({
    ...DEFAULTS,
    ...given,
    ...(watch && { watch }),
    fallback: watch ? [] : fallback.map((f) => f.replace(/\/+$/, "")),
    options,
  });
  const element = (text: string, id?: string, data?: string): BootElement => ({
    attributes: { ...(id && { id }), ...(nonce && { nonce }), ...(data && { "data-config": data }) },
    text,
  });
  return [
    ...(trustedTypes ? [element(trust)] : []),
    element(boot, "pagemend-boot", json),
    ...(watch ? [] : [element(resort)]),
    ...(instrument ? [element(instrumentation)] : []),
    ...(config.calls?.length && !watch ? [element(calls)] : []),
  ];
}

/** The same as text. */
export function bootTag(config: BootConfig = {}, options: TagOptions = {}): string {
  const attributes = (all: BootElement["attributes"]) => Object.entries(all).map(([name, value]) => ` ${name}="${attribute(value)}"`);
  return bootElements(config, options).map((element) => `<script${attributes(element.attributes).join("")}>${element.text}</script>`).join("");
}
