// What a page may configure, described once: the types, the defaults and the checks of all entries come from here. The engine's core has the
// same defaults, with their reasons (src/core/config.rs); tests/golden/options.json holds the two together.
import * as of from "./schema.js";

export type { Text } from "./schema.js";

/** What a value of JSON is; `"value"` is all of these, and null. */
const kind = () => of.oneOf("value", "object", "array", "string", "number", "boolean");

/**
 * In the order in which messages tell of them. The first sentence of each comment is also the README's, which `npm run docs` writes; `@default` says
 * what holds where nothing is given, if that is more than "none".
 */
export const OPTIONS = {
  /** Name of the service in telemetry (`service.name`). */
  service: of.text(),
  /** The running build, as the live one is named at `freshness.url`. */
  build: of.text(),
  /**
   * When the running build was made, in milliseconds since 1970: what was made before it is not a newer one.
   * @default 0: not known
   */
  builtAt: of.whole(0, { from: 0, to: 8_640_000_000_000_000 }),
  /**
   * The running build's number: later builds have higher ones. The plugins of the bundlers set it.
   * @default 0: not known, `builtAt` stands for it
   */
  buildNumber: of.whole(0, { from: 0, to: 8_640_000_000_000_000 }),
  /**
   * Where incidents go: an OTLP/HTTP logs endpoint that takes JSON, such as `/v1/logs`.
   * @default none: nothing is sent
   */
  endpoint: of.url(),
  /**
   * The element that the application renders into.
   * @default "#app, #root, main"
   */
  root: of.selector("#app, #root, main"),
  /**
   * What frames the content, such as a title bar: alone it makes a page `partial`, not `content`.
   * @default title and tab bars of the common kits, which always count
   */
  furniture: of.selectors(),
  /**
   * Language of the prompts; `"auto"` is that of `<html lang>`, then the browser's.
   * @default "auto"
   */
  locale: of.turned(of.oneOf("auto", "zh-CN", "en"), ofThePage),
  /**
   * Origins that serve the same assets as the page's own, with CORS, in the order to try.
   * @default `fallback` of boot's configuration
   */
  fallbackOrigins: of.turned(of.urls(), (origins) => origins.map((origin) => origin.replace(/\/+$/, ""))),
  /** Where the live build is told. */
  freshness: of.object({
    /**
     * Answers the build manifest of the live build, such as `{ "build": "1.4.0", "builtAt": 1760000000000, "number": 140 }`; the plugins of the bundlers write it.
     * @default "/pagemend/build.json"
     */
    url: of.url("/pagemend/build.json"),
    /**
     * How often a page that is seen asks by itself, by one of its tabs; less than half a minute is half a minute, 0 is never.
     * @default 600000
     */
    pollMs: of.whole(600_000, { from: 0, to: 86_400_000 }),
  }),
  /**
   * When the page's own link ends, in milliseconds since 1970 by the server's clock: the user is told two minutes before.
   * @default 0: not known
   */
  expiresAt: of.whole(0, { from: 0, to: 8_640_000_000_000_000 }),
  /** Gives a new link for an expired one: `GET ?href=<path and query>` is answered with `{ "url": "…" }`, or 404. */
  renewLink: of.url(),
  /**
   * Where a page is opened anew whose own address cannot be had by GET, because a form's POST led to it.
   * @default none: the user is asked
   */
  landing: of.url(),
  /** Keys of local and session storage. */
  storage: of.object({
    /** Keys of local and session storage that hold what the user typed: never lost or reset. */
    drafts: of.texts(),
    /** Keys of local and session storage that must hold JSON, and may be repaired when they do not. */
    json: of.texts(),
    /**
     * Keys of local and session storage that must hold JSON of a shape, and may be repaired when they do not: `[{ key: "cart", kind: "object", members: { items: "array" }, version: "v", versions: [3], maxLength: 65536 }]`.
     * All but `key` may be left out. A member of kind "value" must be there, whatever it is. `versions`: those that this build understands, of which the
     * member `version` tells one. `maxLength` is in characters, 0: any. What the user typed (`drafts`) is never reset for its shape.
     */
    shapes: of.declarations(
      {
        key: of.text(),
        kind: kind(),
        members: of.byName(kind()),
        version: of.text(),
        versions: of.versions(),
        maxLength: of.whole(0, { from: 0, to: 10_000_000 }),
      },
      "key",
    ),
    /** Names of caches (Cache Storage) that the page can do without: dropped, the largest first, when a store is full and the page does not come up. */
    caches: of.texts(),
  }),
  /** How prompts call a service, by what the path of its URL begins with: `[{ match: "/api/home", name: { zh: "额度服务", en: "Credit line service" } }]`. */
  services: of.objects({ match: of.text(), name: of.words() }, "match"),
  /** Human help, shown in prompts. */
  help: of.object({
    /** Phone number of human help, shown in prompts. */
    phone: of.text(),
    /** When somebody answers there. */
    hours: of.words(),
    /** Where to chat with somebody. */
    url: of.url(),
    /** Where to send feedback. */
    feedback: of.url(),
  }),
  /** Other ways on when verification fails, in the order to offer them: `[{ id: "voice", label: { zh: "语音验证码", en: "Voice call" } }]`. `id` is the prompt's `choice`. */
  alternatives: of.objects({ id: of.text(), label: of.words() }, "id"),
  /** What to tell the user for each code with which the server refuses: `{ "RISK-7": { zh: "…", en: "…" } }`. */
  refusals: of.wordsByCode(),
  /**
   * Parts of paths and storage keys that name nobody, such as `kredit-linie`: telemetry tells them as they are.
   * A part is what stands between `/`, `:` or `.`. So it does with common words ("loan", "api", "draft-2") and with what the other options name; in
   * place of all else stands a short hash.
   */
  names: of.texts(),
  /** In milliseconds. */
  deadlines: of.object({
    /**
     * Until a page may be judged.
     * @default 2000
     */
    settleMs: of.whole(2_000, { from: 100, to: 60_000 }),
    /**
     * Until a skeleton is overdue.
     * @default 8000
     */
    loadingMs: of.whole(8_000, { from: 500, to: 600_000 }),
    /**
     * Until one attempt of a request is given up.
     * @default 10000
     */
    requestMs: of.whole(10_000, { from: 500, to: 600_000 }),
  }),
  /** How calls, resources and imports are tried again. */
  retry: of.object({
    /**
     * Tries of a request, the first included.
     * @default 3
     */
    limit: of.whole(3, { from: 1, to: 10 }),
    /**
     * The first wait is at most so long; each further one twice as long.
     * @default 300
     */
    baseMs: of.whole(300, { from: 10, to: 60_000 }),
    /**
     * The longest wait.
     * @default 10000
     */
    capMs: of.whole(10_000, { from: 10, to: 600_000 }),
    /**
     * Retries of the page in a burst; ten requests through the guard, or two minutes, earn one more.
     * @default 10
     */
    budget: of.whole(10, { from: 0, to: 1_000 }),
    /**
     * The longest `Retry-After` that is waited for.
     * @default 30000
     */
    retryAfterCapMs: of.whole(30_000, { from: 0, to: 600_000 }),
  }),
  /** What the team tells its guards from afar (see “Remote playbook”). */
  playbook: of.object({
    /** Answers the remote playbook, at the page's origin or, with CORS, at another. */
    url: of.url(),
    /**
     * Until an answer is given up.
     * @default 5000
     */
    timeoutMs: of.whole(5_000, { from: 500, to: 60_000 }),
    /**
     * By which the playbook must be signed: ECDSA on P-256, raw or SPKI, in base64.
     * @default none: it need not be signed
     */
    publicKey: of.text(),
  }),
  /**
   * Whether the user has agreed to identifiers in telemetry: `"granted"` adds a session id, `"denied"` sends nothing.
   * A no, here or by `guard.consent` on an earlier page, holds until the page calls `guard.consent("granted")`.
   * @default "pending"
   */
  consent: of.oneOf("pending", "granted", "denied"),
  /**
   * Where in the loan journey the user is; later `guard.step` says so.
   * @default the first part of the path
   */
  step: of.text(),
  /**
   * Whether `start` rejects with every problem of the options listed (`error.problems`), instead of correcting them.
   * @default false
   */
  strict: of.flag(false),
};

/** All are optional; a wrong one is a console line and its default. Durations are in milliseconds. */
export interface Options extends of.GivenOf<typeof OPTIONS> {}

/** Options that were checked: complete, of the right types, within their limits, and the page's language chosen. */
export interface CheckedOptions extends of.ReadOf<typeof OPTIONS> {}

/** The core knows no page, and the last resort decides in the same way. */
function ofThePage(locale: "auto" | "zh-CN" | "en", place: of.Place): "zh-CN" | "en" {
  if (locale !== "auto") return locale;
  return place.languages().some((language) => /^zh/i.test(language)) ? "zh-CN" : "en";
}

/** Further problems are only counted. */
const MOST_PROBLEMS = 50;

/**
 * Reads the options. `problems` has a line for each thing that is wrong, in the order of the options, which says what was given, what is allowed and
 * what is used instead. Where a page has replaced what reading takes, there are no options: the engine's own defaults hold.
 */
export function check(given: unknown, place: of.Place): { options: Partial<CheckedOptions>; problems: string[] } {
  const problems: string[] = [];
  let more = 0;
  const note = (problem: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push(`pagemend: option ${problem}`);
    else more++;
  };
  try {
    const options = of.object(OPTIONS).read(given, "", { place, note });
    if (more) problems.push(`pagemend: and ${more} more problems with the options`);
    return { options, problems };
  } catch {
    return { options: {}, problems: ["pagemend: the options cannot be read on this page, which has replaced built-in functions; using the defaults"] };
  }
}
