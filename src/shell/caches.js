// Cache Storage: finds entries that cannot be what they were asked for, sets copies aside, removes them.
// In JavaScript because each step waits for the one before it: `await` is a fifth of what continuations are in WebAssembly.

const QUARANTINE = "pagemend:quarantine";
const MOST_URLS = 50;
const MOST_CACHES = 20;
/** `Vary: Origin` must not hide an entry from a request that is not quite the page's own. */
const ANY = { ignoreVary: true };
/** `<!--` is a comment in scripts and stylesheets too. */
export const HTML = /^\s*<(?!!--)/;

/** The entries that are poisoned, as `[cache, url, why]` after one another; of the page's own files when no address is given. */
export async function scan(w, urls) {
  // The getter throws in some private modes; there is none outside of secure contexts.
  const { caches } = w;
  if (!caches) return [];
  if (!urls.length) urls = [...w.document.querySelectorAll("script[src],link[rel~=stylesheet],link[rel~=modulepreload]")].map((el) => el.src || el.href);
  const found = [];
  const look = async (cache, url) => {
    const entry = await caches.match(url, { ...ANY, cacheName: cache });
    if (!entry) return;
    let why = /\.css($|[?#])/.test(url) ? "html for a style" : "html for a script";
    try {
      // A body that was damaged on the disk is found only by reading it.
      const body = await entry.clone().text();
      if (!/^text\/html/.test(entry.headers.get("content-type") || "") && !HTML.test(body)) return;
    } catch (_) {
      why = "unreadable body";
    }
    found.push(cache, url, why);
  };
  const names = (await caches.keys()).slice(0, MOST_CACHES).filter((name) => name != QUARANTINE);
  await Promise.all(names.flatMap((name) => urls.slice(0, MOST_URLS).map((url) => look(name, url).catch(() => {}))));
  return found;
}

/** Copies each of `[cache, url]` after one another, then removes it; without a copy nothing is removed. Answers `[copied, removed, failed]`. */
export async function repair(w, places) {
  const done = [0, 0, 0];
  for (let i = 0; i < places.length; i += 2) {
    const cache = places[i], url = places[i + 1];
    try {
      const { caches } = w;
      const entry = await caches.match(url, { ...ANY, cacheName: cache });
      const aside = await caches.open(QUARANTINE);
      // A body that cannot be read cannot be copied: its status and headers are what is left of it.
      await aside.put(url, entry.clone()).catch(() => aside.put(url, new Response(null, entry)));
      done[0]++;
      if (await (await caches.open(cache)).delete(url, ANY)) done[1]++;
      else done[2]++;
    } catch (_) {
      done[2]++;
    }
  }
  return done;
}
