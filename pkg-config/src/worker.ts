// guard.worker: a dedicated worker whose script is fetched again when it fails. Browsers tell of such a failure by an event without a reason, or
// not at all where HTML came, so the script is fetched first; and they start workers of the page's own origin only, so that a script from
// elsewhere is put into a worker as text.
import { addresses } from "./again.js";
import { HTML } from "./boot-core.js";

/** As the engine's own default. */
const REQUEST_MS = 10_000;

/** What the engine calls with the number of the attempt, from 0. Throws where the address is none. */
export function workerLoader(script: string | URL, options: WorkerOptions = {}): (attempt?: number) => Promise<Worker> {
  const own = new URL(script, document.baseURI).href;
  const native = () => new Worker(trusted(own), options);
  if (!/^http/.test(own)) return async () => native();
  const { requestMs } = window.__pagemend?.config.options?.deadlines ?? {};
  const limit = requestMs! > 0 ? requestMs! : REQUEST_MS;
  return async (attempt = 0) => {
    const from = addresses(own, attempt);
    try {
      const text = await read(from, attempt, options, limit);
      return await (new URL(from).origin === location.origin ? new Worker(trusted(from), options) : carried(text, own, from, options, limit));
    } catch (e: any) {
      // Without an answer at a later attempt, a policy may forbid the page to ask (`connect-src`) what a worker may be started with.
      if (attempt && from === own && own.startsWith(location.origin + "/") && e?.name === "TypeError") return native();
      // The engine is to know that nobody reloads the page for it.
      throw Object.assign(new Error(e?.message ?? String(e)), { pagemendWorker: true });
    }
  };
}

const trusted = (url: string): string => ((window as any).__pagemendTrust ?? String)(url);

/** The text of the script, which is in the browser's cache then. */
async function read(from: string, attempt: number, { credentials }: WorkerOptions, limit: number): Promise<string> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limit);
  try {
    const answer = await (window.__pagemend?.fetch ?? window.fetch)(from, { credentials: credentials ?? "same-origin", cache: attempt ? "reload" : "default", signal: abort.signal });
    const text = await answer.text();
    if (!answer.ok || !text.trim() || HTML.test(text)) throw new Error(`pagemend: no script of a worker came from ${from} (status ${answer.status})`);
    return text;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A worker with a text that came from elsewhere. Relative addresses of `importScripts` and `fetch` in it mean what they would have meant; its
 * `location` is another one. Its first message is ours and says that it runs: a content security policy may forbid it (`worker-src blob:`).
 */
function carried(text: string, own: string, from: string, options: WorkerOptions, limit: number): Promise<Worker> {
  const blobs: string[] = [];
  const blob = (code: string) => {
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    blobs.push(url);
    return url;
  };
  const hello = `postMessage("pagemend")`;
  const [was, is] = [JSON.stringify(own), JSON.stringify(from)];
  const about =
    `{const i=self.importScripts,f=self.fetch;` +
    `self.importScripts=(...u)=>i(...u.map(x=>new URL(x,${is}).href));self.fetch=(a,b)=>f(typeof a=="string"?new URL(a,${was}).href:a,b)}`;
  const url = blob(options.type === "module" ? `import ${JSON.stringify(blob(hello))};import ${is}` : `${about}${hello};\n${text}\n//# sourceURL=${from}`);
  const worker = new Worker(trusted(url), options);
  return new Promise((resolve, reject) => {
    const ended = (event?: Event) => {
      event?.stopImmediatePropagation();
      clearTimeout(timer);
      worker.removeEventListener("message", ended);
      worker.removeEventListener("error", ended);
      blobs.forEach(URL.revokeObjectURL);
      if (event?.type === "message") return resolve(worker);
      worker.terminate();
      reject(new Error((event as ErrorEvent)?.message || `pagemend: a worker cannot be started with ${from}${event ? ": worker-src must allow blob:" : ` within ${limit} ms`}`));
    };
    const timer = setTimeout(ended, limit);
    worker.addEventListener("message", ended);
    worker.addEventListener("error", ended);
  });
}
