// The caches of the browser: compares what they hold with the network's own bytes, sets copies of poisoned entries aside, removes them.
// In JavaScript because each step waits for the one before it: `await` is a fifth of what continuations are in WebAssembly.

const QUARANTINE = "pagemend:quarantine";
const MOST_URLS = 50;
const MOST_CACHES = 20;
/** Files that are fetched in one scan. */
const MOST_COMPARED = 12;
/** Files that may have been the one with a syntax error, when the browser does not say which. */
const MOST_LATEST = 3;
/** Longer files, in UTF-16 units, are not compared. */
const MOST_TEXT = 1 << 20;
/** The longest time that a repair waits for the files that it asks for again. */
const RENEWED_WITHIN_MS = 3000;
/** `Vary: Origin` must not hide an entry from a request that is not quite the page's own. */
const ANY = { ignoreVary: true };
/** `<!--` is a comment in scripts and stylesheets too. */
export const HTML = /^\s*<(?!!--)/;
const CODE = /\.(m?js|css)($|[?#])/;

/** The body of a good answer, unless it is HTML or too long. */
async function textOf(answer) {
  if (!answer.ok || answer.headers.get("content-length") > MOST_TEXT) return undefined;
  const text = await answer.text();
  return HTML.test(text) || text.length > MOST_TEXT ? undefined : text;
}

/**
 * Whether a script ends before all that it opened is closed. Regular expressions are not told from what they look like, so that this decides
 * only where the browser's own words leave it open.
 */
export function cut(code) {
  let depth = 0;
  for (const [token] of code.matchAll(/\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|`(?:[^`\\]|\\[^])*`|["'`([{}\])]/g)) {
    if (/^["'`]$/.test(token)) return true;
    if (/^[([{]/.test(token)) depth++;
    if (/^[)\]}]/.test(token)) depth--;
  }
  return depth > 0;
}

class Scan {
  constructor(window, fetch, question) {
    this.window = window;
    this.fetch = fetch;
    this.question = question;
    this.stop = new AbortController();
    /** Addresses asked for with the question in them, which a worker may have kept. */
    this.asked = [];
    this.fetched = 0;
    /** `cache, url, why` after one another. */
    this.poisoned = [];
    /** `url, how` after one another: `same`, `cut`, `renewed`. */
    this.compared = [];
    try {
      // Throws in some private modes; there is none outside of secure contexts.
      this.caches = window.caches;
    } catch (_) {}
  }

  ask(url, cache) {
    const { fetch } = this;
    return fetch(url, { cache, signal: this.stop.signal });
  }

  /** The network's own answer: one more query passes a worker that answers out of a cache, and caches on the way. */
  async network(url) {
    const to = url.replace(/#.*/, "");
    const asked = to + (to.includes("?") ? "&" : "?") + this.question + Math.random().toString(36).slice(2);
    this.asked.push(asked);
    return this.ask(asked, "reload");
  }

  /** Scripts, style sheets and modules of the page, in the document or not. */
  files() {
    const elements = [...this.window.document.querySelectorAll("script[src],link[rel~=stylesheet],link[rel~=modulepreload]")];
    return [...new Set([...elements.map((el) => el.src || el.href), ...this.loaded()])];
  }

  /** Code files that came, the latest first. */
  loaded() {
    const entries = this.window.performance.getEntriesByType("resource").filter(({ name, initiatorType }) => CODE.test(name) && !name.includes(this.question) && !/fetch|xml/.test(initiatorType));
    return entries.reverse().map(({ name }) => name);
  }

  /** Whether an opaque answer cannot be what the page asked for: its element, or the import that failed, asks by CORS. */
  needsCors(url, suspect) {
    const elements = [...this.window.document.querySelectorAll("script[src],link[href]")].filter((el) => (el.src || el.href) == url);
    return elements.length ? elements.some((el) => el.crossOrigin != null || el.type == "module" || el.rel == "modulepreload") : suspect;
  }

  /** Why an entry of a cache cannot be what it was asked for, or nothing. `told`: it is the very file that could not be parsed. */
  async judge(entry, url, suspect, told) {
    const typed = ({ headers }) => /^text\/html/.test(headers.get("content-type") || "");
    const html = /\.css($|[?#])/.test(url) ? "html for a style" : "html for a script";
    const opaque = entry.type == "opaque";
    if (opaque && !this.needsCors(url, suspect)) return undefined;
    let held;
    try {
      // A body that was damaged on the disk is found only by reading it.
      held = await entry.clone().text();
    } catch (_) {
      return "unreadable body";
    }
    if (held.length > MOST_TEXT || this.fetched++ >= MOST_COMPARED) return undefined;
    const answer = await this.network(url).catch(() => {});
    // Where the network has nothing to compare with, only HTML is certain.
    if (!answer || !answer.ok) return HTML.test(held) ? html : undefined;
    const real = await textOf(answer);
    if (real === undefined) return undefined;
    if (opaque) return "an opaque answer";
    if (!entry.ok) return `an answer with status ${entry.status}`;
    if (HTML.test(held) || (typed(entry) && !typed(answer))) return html;
    if (held === real) {
      // A worker that goes by the address without its query answers with the entry itself, which proves nothing.
      const passed = entry.headers.get("date") != answer.headers.get("date");
      if (told && passed) this.compared.push(url, cut(real) ? "cut" : "same");
      return undefined;
    }
    // What differs from one question to the next proves nothing.
    return (await textOf(await this.network(url))) === real ? "other bytes than the network's" : undefined;
  }

  /** Looks for entries of one address in all caches; without any, the HTTP cache is compared when the file could not be parsed. */
  async look(names, url, suspect, told) {
    let kept = 0;
    for (const cacheName of names) {
      const entry = await this.caches.match(url, { ...ANY, cacheName });
      if (!entry) continue;
      kept++;
      const why = await this.judge(entry, url, suspect, told);
      if (why) this.poisoned.push(cacheName, url, why);
    }
    if (kept || !told || this.fetched++ >= MOST_COMPARED) return;
    const real = await textOf(await this.network(url));
    if (real === undefined) return;
    const held = await (await this.ask(url, "force-cache")).text();
    // Replaces what the HTTP cache holds.
    const renewed = held === real || (await textOf(await this.ask(url, "reload")));
    if (held === real || held === renewed) this.compared.push(url, cut(held) ? "cut" : "same");
    else if (renewed === real) this.compared.push(url, "renewed");
  }

  /** The document, whose inline scripts came with it: from the network, when more was transferred than its body is long. */
  document(url) {
    const [entry] = this.window.performance.getEntriesByType("navigation");
    if (entry && !entry.workerStart && entry.encodedBodySize && entry.transferSize > entry.encodedBodySize) this.compared.push(url, "same");
  }

  async run(urls, unparsed, own) {
    const here = this.window.location.href.replace(/#.*/, "");
    const mine = (url) => own.includes(new URL(url, here).origin);
    if (unparsed.includes(here)) this.document(here);
    const told = new Set(unparsed.filter((url) => url && url != here));
    if (unparsed.includes("")) this.loaded().filter((url) => mine(url) && !/\.css($|[?#])/.test(url)).slice(0, MOST_LATEST).map((url) => told.add(url));
    const suspects = new Set([...urls, ...told]);
    const all = [...new Set([...suspects, ...this.files()])].filter((url) => url && mine(url)).slice(0, MOST_URLS);
    const names = this.caches ? (await this.caches.keys()).slice(0, MOST_CACHES).filter((name) => name != QUARANTINE) : [];
    await Promise.all(all.map((url) => this.look(names, url, suspects.has(url), told.has(url)).catch(() => {})));
  }

  /** A worker that keeps what passes it has kept the questions, too. */
  async forget() {
    if (!this.caches || !this.asked.length) return;
    for (const name of await this.caches.keys()) {
      const cache = await this.caches.open(name);
      for (const url of this.asked) await cache.delete(url, ANY);
    }
  }
}

/**
 * Compares entries of Cache Storage with the network: those of `urls` and of the page's own files; files that could not be parsed (`unparsed`)
 * wherever they came from. Ends within that time with what it has found.
 */
export async function scan(window, fetch, question, urls, unparsed, own, withinMs) {
  const scan = new Scan(window, fetch, question);
  const timer = setTimeout(() => scan.stop.abort(), withinMs);
  try {
    await scan.run(urls, unparsed, own);
  } finally {
    clearTimeout(timer);
    // A worker puts a file into its cache some moments after the page has it.
    setTimeout(() => scan.forget().catch(() => {}), 500);
  }
  return { poisoned: scan.poisoned, compared: scan.compared };
}

/** Where the copy of an entry is kept: under an address of its own, because workers that ask all caches at once would be answered with the copy. */
const asideOf = (url) => `/${QUARANTINE}/${encodeURIComponent(url)}`;

/** Copies each of `[cache, url]` after one another, then removes it; without a copy nothing is removed. Answers `[copied, removed, failed]`. */
export async function repair(window, fetch, places) {
  const done = [0, 0, 0];
  const gone = new Set();
  for (let i = 0; i < places.length; i += 2) {
    const cache = places[i], url = places[i + 1];
    try {
      const { caches } = window;
      const entry = await caches.match(url, { ...ANY, cacheName: cache });
      const aside = await caches.open(QUARANTINE);
      // A body that cannot be read cannot be copied: its status and headers are what is left of it.
      const to = asideOf(url);
      await aside.put(to, entry.clone()).catch(() => aside.put(to, new Response(null, entry)));
      if (!(await aside.match(to, ANY))) throw new Error("no copy");
      done[0]++;
      if (await (await caches.open(cache)).delete(url, ANY)) {
        done[1]++;
        gone.add(url);
      } else done[2]++;
    } catch (_) {
      done[2]++;
    }
  }
  // The HTTP cache behind it most often holds the same.
  const renewed = [...gone].slice(0, MOST_COMPARED).map(async (url) => (await fetch(url, { cache: "reload" })).arrayBuffer().catch(() => {}));
  await Promise.race([Promise.allSettled(renewed), new Promise((resolve) => setTimeout(resolve, RENEWED_WITHIN_MS))]);
  return done;
}
