// calls.js: an optional inline script after boot.js. What the page reads by itself (fetch, XMLHttpRequest) from the addresses that boot's
// configuration names under `calls` is tried again as by guard.fetch, and the page hears of the end only. What changes something is left alone.
import { early, FETCH_WAIT_MS, transient, within } from "./early.js";
import type { Boot } from "./protocol.js";

/** One use of an XMLHttpRequest: from `open` to its last event. */
interface Call {
  /** Empty: none of ours. */
  url: string;
  method: string;
  headers: [string, string][];
  /** Its first failure is kept from the page. */
  kept: boolean;
  /** Gives up the tries that are on their way. */
  healing?: AbortController | undefined;
}

/** What the answer of a later try puts over the browser's own. */
const ANSWER = ["readyState", "status", "statusText", "responseURL", "response", "responseText", "responseXML", "getResponseHeader", "getAllResponseHeaders"];

const isRead = (method: unknown) => /^(get|head)$/i.test(String(method ?? "GET"));

/** Installs it on the page's own functions; boot's `stop` takes it away. */
function guardCalls(boot: Boot | undefined): void {
  const prefixes = boot?.c.calls;
  if (!boot || !prefixes?.length) return;
  let stopped = false;

  /** The whole address, or "" where it is none of ours. */
  const address = (method: unknown, url: unknown): string => {
    try {
      const { href } = new URL(String(url), document.baseURI);
      const begins = (prefix: string) => href.startsWith((prefix[0] == "/" ? location.origin : "") + prefix);
      // What the engine itself is made of cannot wait for the engine.
      if (!stopped && isRead(method) && prefixes.some(begins) && !boot.c.engine?.some(begins)) return href;
    } catch {}
    return "";
  };

  const before = window.fetch;
  /** The engine's own requests come back through here where the page has put a wrapper of its own over this one. */
  let inside = false;
  const wrapper = function (this: unknown, ...args: [any, any]): Promise<Response> {
    const [input, init] = args;
    const signal = init?.signal ?? input?.signal;
    if (!inside && !init?.pagemend && !signal?.aborted && address(init?.method ?? input?.method, input?.url ?? input)) {
      inside = true;
      try {
        return boot.engine ? boot.engine.fetch(input, init) : early(boot, before, input, init);
      } catch {
      } finally {
        inside = false;
      }
    }
    return Reflect.apply(before, this, args);
  };
  window.fetch = wrapper;
  // The engine's requests are none of the page's.
  boot.fetch ??= before;
  boot.heard = wrapper;

  const calls = new WeakMap<XMLHttpRequest, Call>();
  const native = window.XMLHttpRequest?.prototype as any;
  const undo: (() => void)[] = [];
  const wrap = (key: string, before: (request: XMLHttpRequest, args: any[]) => boolean | void) => {
    const own = native?.[key];
    if (typeof own != "function") return;
    const wrapped = function (this: XMLHttpRequest, ...args: any[]) {
      let done: boolean | void = false;
      try {
        done = before(this, args);
      } catch {}
      return done ? undefined : Reflect.apply(own, this, args);
    };
    native[key] = wrapped;
    undo.push(() => {
      // What somebody else put over it stays.
      if (native[key] === wrapped) native[key] = own;
    });
  };
  const { stop } = boot;
  boot.stop = () => {
    stopped = true;
    if (window.fetch === wrapper) window.fetch = before;
    for (const one of undo) one();
    stop();
  };

  const fire = (request: XMLHttpRequest, ...types: string[]) => {
    for (const type of types) request.dispatchEvent(type == "readystatechange" ? new Event(type) : new ProgressEvent(type));
  };

  /** The answer of a later try, as the request's own. */
  const give = async (request: XMLHttpRequest, response: Response) => {
    const type = request.responseType;
    const bytes = type == "arraybuffer" ? await response.arrayBuffer() : type == "blob" ? await response.blob() : await response.text();
    const { headers, status, statusText, url } = response;
    let answer: any = bytes;
    try {
      if (type == "json") answer = JSON.parse(bytes as string);
      if (type == "document") answer = new DOMParser().parseFromString(bytes as string, "text/html");
    } catch {
      answer = null;
    }
    const values: Record<string, unknown> = {
      readyState: 4, status, statusText, responseURL: url, response: answer,
      getResponseHeader: (name: string) => headers.get(name),
      getAllResponseHeaders: () => Array.from(headers, ([name, value]) => `${name}: ${value}\r\n`).join(""),
    };
    if (!type || type == "text") values.responseText = answer;
    if (type == "document") values.responseXML = answer;
    for (const key of ANSWER) if (key in values) Object.defineProperty(request, key, { value: values[key], configurable: true });
  };

  const heal = async (request: XMLHttpRequest, call: Call) => {
    const healing = (call.healing = new AbortController());
    const { status } = request;
    const { url, method, headers } = call;
    let first: Promise<Response>;
    if (status) {
      const told = new Headers();
      for (const line of request.getAllResponseHeaders().trim().split(/[\r\n]+/)) {
        const at = line.indexOf(":");
        if (at > 0) told.append(line.slice(0, at), line.slice(at + 1).trim());
      }
      const body = !request.responseType || request.responseType == "text" ? request.responseText : null;
      first = Promise.resolve(new Response(body, { status, headers: told }));
    } else first = Promise.reject(new TypeError("Failed to fetch"));
    first.catch(() => {});
    let last = status ? "load" : "error";
    try {
      const engine = boot.engine ?? (await within(boot.load(), FETCH_WAIT_MS));
      const credentials = request.withCredentials ? "include" : "same-origin";
      const response = await engine!.adopt(new Request(url, { method, headers, credentials, signal: healing.signal }), undefined, first);
      if (call.healing != healing) return;
      await give(request, response);
      last = "load";
    } catch {}
    // Opened again, or given up.
    if (call.healing != healing) return;
    call.healing = undefined;
    call.url = "";
    fire(request, "readystatechange", last, "loadend");
  };

  const hear = (event: Event) => {
    const request = event.currentTarget as XMLHttpRequest;
    const call = calls.get(request);
    const { type } = event;
    // What is fired here is for the page.
    if (!event.isTrusted || !call?.url) return;
    const { readyState, status } = request;
    // From the status on, or where there is none.
    if (!call.kept && type == "readystatechange") call.kept = readyState > 1 && (status ? transient(status) : readyState > 3);
    if (!call.kept) return;
    event.stopImmediatePropagation();
    if (type == "load" || type == "error") heal(request, call).catch(() => {});
    if (type == "timeout") {
      // The page set this limit.
      call.url = "";
      fire(request, "readystatechange", "timeout", "loadend");
    }
  };

  const known = (request: XMLHttpRequest): Call => {
    let call = calls.get(request);
    if (!call) {
      for (const type of ["readystatechange", "progress", "load", "error", "timeout", "loadend"]) request.addEventListener(type, hear);
      calls.set(request, (call = {} as Call));
    }
    return call;
  };
  const Native = window.XMLHttpRequest;
  if (native) {
    // From the beginning: before the page's own listeners.
    const made = new Proxy(Native, {
      construct(...given) {
        const request = Reflect.construct(...given);
        try {
          if (!stopped) known(request);
        } catch {}
        return request;
      },
    });
    window.XMLHttpRequest = made;
    undo.push(() => {
      if (window.XMLHttpRequest === made) window.XMLHttpRequest = Native;
    });
  }
  wrap("open", (request, [method, url, async]) => {
    const call = known(request);
    call.healing?.abort();
    for (const key of ANSWER) delete (request as any)[key];
    Object.assign(call, { url: async === false ? "" : address(method, url), method, headers: [], kept: false, healing: undefined });
  });
  wrap("setRequestHeader", (request, [name, value]) => {
    calls.get(request)?.headers.push([name, value]);
  });
  wrap("abort", (request) => {
    const call = calls.get(request);
    if (!call?.url) return;
    call.url = "";
    if (!call.healing) return;
    call.healing.abort();
    call.healing = undefined;
    fire(request, "readystatechange", "abort", "loadend");
    return true;
  });
}

guardCalls(window.__pagemend);
