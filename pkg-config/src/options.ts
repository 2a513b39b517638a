// What a page may configure, described once: the types, the defaults and the checks of all entries come from here. The engine's core has the
// same defaults, with their reasons (src/core/config.rs); tests/golden/options.json holds the two together.
import * as of from "./schema.js";

export type { Text } from "./schema.js";

/** In the order in which messages tell of them. */
export const OPTIONS = {
  /** Name of the service in telemetry. */
  service: of.text(),
  /** The running build, as in `freshness.url`'s `build`. */
  build: of.text(),
  /** When the running build was made: milliseconds since 1970. */
  builtAt: of.whole(0, { from: 0, to: 8_640_000_000_000_000 }),
  /** Where incidents go: an OTLP/HTTP logs endpoint that takes JSON, such as "/v1/logs". Absent: nothing is sent. */
  endpoint: of.url(),
  /** Selector of the element that the application renders into. Default "#app, #root, main". */
  root: of.selector("#app, #root, main"),
  /** Selectors of what frames the content (title bar, tab bar), besides those of the common kits: alone it makes a page `partial`, not `content`. */
  furniture: of.selectors(),
  /** Language of the prompts. Default "auto": `<html lang>`, then the browser's. */
  locale: of.turned(of.oneOf("auto", "zh-CN", "en"), ofThePage),
  /** Origins that serve the same assets as the page's own, in the order to try. They must allow CORS. */
  fallbackOrigins: of.turned(of.urls(), (origins) => origins.map((origin) => origin.replace(/\/+$/, ""))),
  /** Where the live build is told. */
  freshness: of.object({
    /** Default "/pagemend/build.json": `{"build": string, "builtAt": number}`. */
    url: of.url("/pagemend/build.json"),
  }),
  /** Gives a new link for an expired one: GET with `?href=<path and query>`, answers 200 `{"url": string}` or 404. */
  renewLink: of.url(),
  /** Where the page is opened anew when its own address cannot be asked for by GET, because it came by a form's POST. Default: the user is asked. */
  landing: of.url(),
  /** Keys of localStorage. */
  storage: of.object({
    /** Never lost or reset. */
    drafts: of.texts(),
    /** Must hold JSON, and may be repaired when they do not. */
    json: of.texts(),
  }),
  /** Names of services for prompts, by the prefix of the URL's path. */
  services: of.objects({ match: of.text(), name: of.words() }, "match"),
  /** Human help, shown in prompts. */
  help: of.object({ phone: of.text(), hours: of.words(), url: of.url(), feedback: of.url() }),
  /** Other ways on when verification fails, in the order to offer them. `id` is the prompt's `choice`. */
  alternatives: of.objects({ id: of.text(), label: of.words() }, "id"),
  /** What to tell the user for each code with which the server refuses. */
  refusals: of.wordsByCode(),
  /**
   * Parts of the page's paths and storage keys that name nobody: what stands between `/`, `:` or `.`, such as "kredit-linie". Telemetry tells them as they are.
   * So it does with common words ("loan", "api", "draft-2") and with what the other options name; in place of all else stands a short hash.
   */
  names: of.texts(),
  /** In milliseconds. */
  deadlines: of.object({
    /** Until a page may be judged. Default 2000. */
    settleMs: of.whole(2_000, { from: 100, to: 60_000 }),
    /** A skeleton is overdue. Default 8000. */
    loadingMs: of.whole(8_000, { from: 500, to: 600_000 }),
    /** A request is given up. Default 10000. */
    requestMs: of.whole(10_000, { from: 500, to: 600_000 }),
  }),
  /** How calls, resources and imports are tried again. */
  retry: of.object({
    /** Tries of a request, the first included. Default 3. */
    limit: of.whole(3, { from: 1, to: 10 }),
    /** The first wait is at most so long, in milliseconds; each further one twice as long. Default 300. */
    baseMs: of.whole(300, { from: 10, to: 60_000 }),
    /** The longest wait, in milliseconds. Default 10000. */
    capMs: of.whole(10_000, { from: 10, to: 600_000 }),
    /** Retries of the page in a burst; ten requests through the guard, or two minutes, earn one more. Default 10. */
    budget: of.whole(10, { from: 0, to: 1_000 }),
    /** The longest `Retry-After` that is waited for, in milliseconds. Default 30000. */
    retryAfterCapMs: of.whole(30_000, { from: 0, to: 600_000 }),
  }),
  /** Whether the user has agreed to identifiers in telemetry. "denied", here or by `guard.consent` on an earlier page, sends nothing until the page calls `guard.consent("granted")`. Default "pending". */
  consent: of.oneOf("pending", "granted", "denied"),
  /** Where in the loan journey the user is. */
  step: of.text(),
  /** Reject `start` with every problem of the options listed (`error.problems`), instead of correcting them. Default false. */
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
