// Makes a frame of the fault lab ready, as on a device that has never seen the site: `?fault=NAME&lang=en`.
const asked = new URLSearchParams(location.search);
const fault = asked.get("fault") ?? "healthy";

const ASSET_CACHE = "loan-assets";
const PAGES = { "link-expired": "/?ticket=expired", "link-expired-no-new": "/?ticket=expired", "chunk-gone-after-deploy": "/apply", "offline-then-online": "/repay", "submit-503": "/verify", "sms-code-fails": "/verify", refused: "/verify" };
/** Nobody's: the form's checks are about its shape. */
const FILLED_IN = { name: "示例", idcard: "110101199001011237", phone: "13800000000", amount: "8000", term: 12, agreed: true };

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

/** What the guard and the site remember: a second try of a fault must be like the first. */
async function forget() {
  localStorage.clear();
  sessionStorage.clear();
  window.name = "";
  for (const name of await caches.keys()) await caches.delete(name);
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  for (const { name } of (await indexedDB.databases?.()) ?? []) indexedDB.deleteDatabase(name);
}

/** A script that is really HTML, behind a service worker that answers from its cache first. */
async function poison() {
  const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
  const entry = page.querySelector('script[type="module"][src*="/assets/index-"]').getAttribute("src");
  await navigator.serviceWorker.register("/sw.js");
  await navigator.serviceWorker.ready;
  const html = new Response("<!doctype html><title>Sign in to Wi-Fi</title>", { headers: { "Content-Type": "text/html" } });
  await (await caches.open(ASSET_CACHE)).put(entry, html);
}

async function play() {
  await post("/lab/heal");
  await post("/lab/deploy", { build: "a" });
  await forget();
  await post("/lab/fault", { fault });
  // Of a collector that is down nobody hears anything on a page that is well.
  if (fault === "telemetry-down") await post("/lab/fault", { fault: "api-503", add: true });
  // The engine is missed where it has something to repair.
  if (fault === "storage-corrupt" || fault === "engine-primary-down" || fault === "wasm-forbidden") localStorage.setItem("loan:home-cache", '{"creditLine":50000,"available":3');
  if (fault === "cache-poisoned") await poison();
  if (/^\/(apply|verify)$/.test(PAGES[fault])) localStorage.setItem("loan:draft", JSON.stringify(FILLED_IN));
  const page = new URL(PAGES[fault] ?? "/", location.href);
  if (asked.get("lang") === "en") page.searchParams.set("lang", "en");
  location.replace(page);
}

play().catch((error) => (document.getElementById("said").textContent = String(error)));
