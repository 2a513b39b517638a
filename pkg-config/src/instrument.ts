// instrument.js: an optional inline script after boot.js. Tells the guard what no listener hears: how the page's own calls (fetch,
// XMLHttpRequest) end, that one does not end, and which errors the page only writes to the console. It changes none of them.
import type { Boot, RawEvent } from "./protocol.js";

/** A call that takes longer than this may be what the page waits for, in milliseconds. */
const SLOW_MS = 5000;
/** boot.js keeps no more events than this either. */
const MAX_EVENTS = 100;

const HANGS = -1;

/** Installs it on the page's own functions; boot's `stop` takes it away. Does nothing without boot.js. */
function instrument(boot: Boot | undefined): void {
  if (!boot || boot.fetch) return;
  let stopped = false;
  const tell = (event: RawEvent) => {
    event.t = performance.now();
    if (boot.on) Promise.resolve(event).then(boot.on).catch(() => {});
    else if (boot.q.length < MAX_EVENTS) boot.q.push(event);
    else boot.d++;
  };

  /** What is to be called when the call ends: with its status (0: no answer) and how to get the answer's type, or with nothing. */
  const begun = (address: unknown): ((s?: number, type?: () => string | null) => void) => {
    let u = "";
    try {
      u = new URL(String(address), document.baseURI).href;
    } catch {}
    if (stopped || !/^http/.test(u)) return () => {};
    const timer = setTimeout(() => tell({ k: "call", u, s: HANGS }), SLOW_MS);
    return (s, type) => {
      clearTimeout(timer);
      try {
        // HTML where data was asked for.
        if (!stopped && (s === 0 || s! >= 400 || (s === 200 && /text\/html/.test(type!() || "")))) tell({ k: "call", u, s });
      } catch {}
    };
  };

  const { fetch, console } = window;
  /** Whoever calls the wrapper gets what the browser's own gives, thrown or returned. */
  const wrap = (target: any, key: string, before: (self: any, args: any[]) => ((outcome: any) => any) | void) => {
    const native = target[key];
    if (typeof native != "function") return;
    const wrapper = function (this: any, ...args: any[]) {
      let after: ((outcome: any) => any) | void = undefined;
      try {
        if (!stopped) after = before(this, args);
      } catch {}
      const outcome = Reflect.apply(native, this, args);
      return after ? after(outcome) : outcome;
    };
    target[key] = wrapper;
    stops.push(() => {
      // What somebody else put over it stays.
      if (target[key] === wrapper) target[key] = native;
    });
  };
  const stops: (() => void)[] = [];
  const { stop } = boot;
  boot.stop = () => {
    stopped = true;
    for (const undo of stops) undo();
    stop();
  };
  // The guard's own requests are none of the page's.
  boot.fetch = fetch;

  wrap(window, "fetch", (_, [input]) => {
    const end = begun(input?.url ?? input);
    return (answer) =>
      answer.then(
        (response: Response) => (end(response.status, () => response.headers.get("content-type")), response),
        (error: any) => {
          // A call that the page gave up is no failure.
          end(error?.name == "AbortError" ? undefined : 0);
          throw error;
        },
      );
  });

  const requests = window.XMLHttpRequest?.prototype;
  const addresses = new WeakMap<XMLHttpRequest, unknown>();
  if (requests) {
    // A synchronous one ends before anybody else can do anything; boot.js makes such.
    wrap(requests, "open", (request, [, address, async]) => void (async === false ? addresses.delete(request) : addresses.set(request, address)));
    wrap(requests, "send", (request: XMLHttpRequest) => {
      if (!addresses.has(request)) return;
      const end = begun(addresses.get(request));
      const options = { once: true };
      request.addEventListener("load", () => end(request.status, () => request.getResponseHeader("content-type")), options);
      for (const type of ["error", "timeout"]) request.addEventListener(type, () => end(0), options);
      request.addEventListener("abort", () => end(), options);
    });
  }

  // Frameworks catch what a component throws, and write it there.
  wrap(console, "error", (_, args) => {
    const error = args.find((arg) => arg instanceof Error);
    if (error) tell({ k: "said", error });
  });
}

instrument(window.__pagemend);
