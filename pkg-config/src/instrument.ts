// instrument.js: an optional inline script after boot.js. Tells the guard what no listener hears: how the page's own calls (fetch,
// XMLHttpRequest) end, that one does not end, and which errors the page only writes to the console. It changes none of them.
import type { Boot, RawEvent } from "./protocol.js";

/** A call that takes longer than this may be what the page waits for, in milliseconds. */
const SLOW_MS = 5000;
/** boot.js keeps no more events than this either. */
const MAX_EVENTS = 100;

const HANGS = -1;

type End = (status?: number, type?: () => string | null) => void;

/** Installs it on the page's own functions; boot's `stop` takes it away. Does nothing without boot.js, and where the guard is off. */
function instrument(boot: Boot | undefined): void {
  if (!boot || boot.off || boot.fetch) return;
  let stopped = false;
  const tell = (event: RawEvent) => {
    event.at = performance.now();
    if (boot.on) Promise.resolve(event).then(boot.on).catch(() => {});
    else if (boot.events.length < MAX_EVENTS) boot.events.push(event);
    else boot.dropped++;
  };

  /** What is to be called once when the call ends: with its status (0: no answer) and how to get the answer's type, or with nothing. */
  const begun = (address: unknown): End => {
    let url = "";
    try {
      url = new URL(String(address), document.baseURI).href;
    } catch {}
    if (stopped || !/^http/.test(url)) return () => {};
    let timer: any = setTimeout(() => tell({ kind: "call", url, status: HANGS }), SLOW_MS);
    return (status, type) => {
      const first = timer;
      clearTimeout(timer);
      timer = 0;
      try {
        // HTML where data was asked for.
        if (first && !stopped && (status === 0 || status! >= 400 || (status === 200 && /text\/html/.test(type!() || "")))) tell({ kind: "call", url, status });
      } catch {}
    };
  };

  const stops: (() => void)[] = [];
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
  const { stop } = boot;
  boot.stop = () => {
    stopped = true;
    for (const undo of stops) undo();
    stop();
  };

  wrap(window, "fetch", (_, [input, init]) => {
    // A try that the engine makes for the page: it knows.
    if (init?.pagemend) return;
    const end = begun(input?.url ?? input);
    const left = () => init?.signal?.aborted || input?.signal?.aborted;
    return (answer) =>
      answer.then(
        (response: Response) => {
          // Of an opaque answer nothing can be told.
          end(response.type[0] == "o" ? undefined : response.status, () => response.headers.get("content-type"));
          return response;
        },
        (error: any) => {
          // A call that the page gave up is no failure.
          end(left() ? undefined : 0);
          throw error;
        },
      );
  });
  // The guard's own requests are none of the page's.
  boot.fetch = fetch;
  boot.heard = window.fetch;

  const requests = window.XMLHttpRequest?.prototype;
  /** Pages use one for many calls: it is listened to once. */
  const calls = new WeakMap<XMLHttpRequest, { address?: unknown; end?: End | undefined }>();
  if (requests) {
    wrap(requests, "open", (request: XMLHttpRequest, [, address, async]) => {
      let call = calls.get(request);
      call?.end?.();
      // A synchronous one ends before anybody else can do anything; boot.js makes such.
      if (!call && async === false) return;
      if (!call) {
        const own = (call = {} as { address?: unknown; end?: End });
        calls.set(request, own);
        // Opened again by the page's own listener, it has no answer any more.
        request.addEventListener("load", () => request.readyState == 4 && own.end?.(request.status, () => request.getResponseHeader("content-type")));
        for (const type of ["error", "timeout"]) request.addEventListener(type, () => own.end?.(0));
        request.addEventListener("abort", () => own.end?.());
      }
      call.end = undefined;
      call.address = async === false ? undefined : address;
    });
    wrap(requests, "send", (request: XMLHttpRequest) => {
      const call = calls.get(request);
      // 1: OPENED. In any other state it throws.
      if (call && call.address !== undefined && request.readyState == 1) call.end = begun(call.address);
    });
  }

  // Frameworks catch what a component throws, and write it there.
  wrap(console, "error", (_, args) => {
    const error = args.find((arg) => arg instanceof Error);
    if (error) tell({ kind: "said", error });
  });
}

instrument(window.__pagemend);
