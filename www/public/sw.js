// Service worker of the lending site: cache-first for assets, so that a second visit starts without the network.
const CACHE = "loan-assets";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const asset = url.origin === self.location.origin && /^\/(assets|static)\//.test(url.pathname);
  if (!asset || event.request.method !== "GET") return;
  event.respondWith(cacheFirst(event.request));
});

async function cacheFirst(request) {
  // A cache that cannot be read (private mode, full disk) must not cost the page its scripts.
  const cache = await caches.open(CACHE).catch(() => undefined);
  const kept = await cache?.match(request).catch(() => undefined);
  // `reload` is the caller's word that it does not want what is kept.
  if (kept && request.cache !== "reload") return kept;
  const answer = await fetch(request);
  // An error page answered with 200 would otherwise be served as a script for ever.
  const html = (answer.headers.get("content-type") ?? "").includes("text/html");
  if (answer.status === 200 && answer.type === "basic" && !html) {
    cache?.put(request, answer.clone()).catch(() => undefined);
  }
  return answer;
}
