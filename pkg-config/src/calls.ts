// calls.js: an optional inline script after boot.js. What the page reads by itself (fetch, XMLHttpRequest) from the addresses that boot's
// configuration names under `calls` is tried again as by guard.fetch, and the page hears of the end only. What changes something is left alone.
import { asked, fetched } from "./asked.js";
import { early, summon, transient } from "./early.js";
import type { Boot, Engine } from "./protocol.js";

/** One use of an XMLHttpRequest: from `open` to its last event. */
interface Call {
  /** Empty: none of ours. */
  url: string;
  method: string;
  headers: [string, string][];
  /** When it was sent. */
  at: number;
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
  const prefixes = boot?.config.calls;
  if (!boot || boot.off || !prefixes?.length) return;
  let stopped = false;

  /** The whole address, or "" where it is none of ours. */
  const address = (method: unknown, url: unknown): string => {
    try {
      const { href } = new URL(String(url), document.baseURI);
      const begins = (prefix: string) => href.startsWith((prefix[0] == "/" ? location.origin : "") + prefix);
      // What the engine itself is made of cannot wait for the engine.
      if (!stopped && isRead(method) && prefixes.some(begins) && !boot.config.engine?.some(begins)) return href;
    } catch {}
    return "";
  };

  const before = window.fetch;
  const wrapper = function (this: unknown, ...args: [any, any]): Promise<Response> {
    const [input, init] = args;
    const signal = init?.signal ?? input?.signal;
    // A try that the engine makes for the page passes everything that the page has put over fetch, and this.
    if (!init?.pagemend && !signal?.aborted && address(init?.method ?? input?.method, input?.url ?? input)) {
      try {
        // What came here has passed whatever the page has put over fetch: the engine's tries do not begin there again.
        const given = { ...init, pagemend: before };
        const { engine } = boot;
        return engine ? fetched(engine, (...to) => engine.fetch(...to), before, input, init) : early(boot, before, input, given);
      } catch {}
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
  const wrap = (key: string, first: (request: XMLHttpRequest, args: any[]) => void) => {
    const own = native?.[key];
    if (typeof own != "function") return;
    const wrapped = function (this: XMLHttpRequest, ...args: any[]) {
      try {
        first(this, args);
      } catch {}
      return Reflect.apply(own, this, args);
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

  /** The answer of a later try, as the request's own, if it is still `wanted`. */
  const give = async (request: XMLHttpRequest, response: Response, wanted: () => boolean) => {
    const type = request.responseType;
    const { headers, status, statusText, url } = response;
    let answer: any = await (type == "blob" ? response.blob() : response.arrayBuffer());
    const mime = headers.get("content-type") ?? "";
    if (type != "blob" && type != "arraybuffer") {
      try {
        // JSON is UTF-8 whatever it says.
        const charset = type == "json" ? "" : /charset="?([^\s;"]+)/i.exec(mime)?.[1];
        answer = new TextDecoder(charset || "utf-8").decode(answer);
        if (type == "json") answer = JSON.parse(answer);
        if (type == "document") answer = new DOMParser().parseFromString(answer, /\bxml/.test(mime) ? "application/xml" : "text/html");
      } catch {
        answer = null;
      }
    }
    if (!wanted()) return;
    const values: Record<string, unknown> = {
      readyState: 4, status, statusText, responseURL: url, response: answer,
      getResponseHeader: (name: string) => headers.get(name),
      getAllResponseHeaders: () => Array.from(headers, ([name, value]) => `${name}: ${value}\r\n`).join(""),
    };
    if (!type || type == "text") values.responseText = answer;
    if (!type || type == "document") values.responseXML = type ? answer : null;
    for (const key of ANSWER) if (key in values) Object.defineProperty(request, key, { value: values[key], configurable: true });
  };

  const heal = async (request: XMLHttpRequest, call: Call) => {
    const healing = (call.healing = new AbortController());
    const { status, timeout } = request;
    const { url, method, headers } = call;
    let last = status ? "load" : "error";
    // Not where it was opened again, or given up.
    const wanted = () => call.healing == healing;
    const end = (last: string) => {
      if (!wanted()) return;
      call.healing = undefined;
      call.url = "";
      fire(request, "readystatechange", last, "loadend");
    };
    // The page's limit counts from the beginning.
    const timer = timeout && setTimeout(() => (end("timeout"), healing.abort()), call.at + timeout - performance.now());
    try {
      let response: Response | undefined;
      if (status) {
        const told = new Headers();
        for (const line of request.getAllResponseHeaders().trim().split(/[\r\n]+/)) {
          const at = line.indexOf(":");
          if (at > 0) told.append(line.slice(0, at), line.slice(at + 1).trim());
        }
        response = new Response(!request.responseType || request.responseType == "text" ? request.responseText : null, { status, headers: told });
      }
      const first = response ? Promise.resolve(response) : Promise.reject(new TypeError("Failed to fetch"));
      first.catch(() => {});
      const engine = await summon(boot);
      const credentials = request.withCredentials ? "include" : "same-origin";
      const adopt = (by: Engine) => by.adopt(new Request(url, { method, headers, credentials, signal: healing.signal }), { pagemend: before } as any, first);
      const answer = engine && wanted() && (await asked(engine, adopt, () => first));
      // The first answer is the request's own already.
      if (answer && answer !== response) {
        await give(request, answer, wanted);
        last = "load";
      }
    } catch {}
    clearTimeout(timer);
    end(last);
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
    if (type == "timeout") {
      // The page set this limit: what it has not heard yet, and then the browser's own events.
      call.url = "";
      return fire(request, "readystatechange");
    }
    event.stopImmediatePropagation();
    if (type == "load" || type == "error") heal(request, call);
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
  wrap("open", (request, args) => {
    const [method, url, async, user] = args;
    const call = known(request);
    call.healing?.abort();
    for (const key of ANSWER) delete (request as any)[key];
    // A synchronous one has ended before anybody else can do anything; a password is not told a second time.
    const mine = (args.length < 3 || async) && user == null;
    Object.assign(call, { url: mine ? address(method, url) : "", method, headers: [], kept: false, healing: undefined });
  });
  wrap("setRequestHeader", (request, [name, value]) => {
    calls.get(request)?.headers.push([name, value]);
  });
  wrap("overrideMimeType", (request) => {
    const call = calls.get(request);
    if (call) call.url = "";
  });
  wrap("send", (request) => {
    const call = calls.get(request);
    if (call) call.at = performance.now();
  });
  wrap("abort", (request) => {
    const call = calls.get(request);
    if (!call?.url) return;
    call.url = "";
    if (!call.healing) return;
    call.healing.abort();
    call.healing = undefined;
    Object.defineProperty(request, "status", { value: 0, configurable: true });
    fire(request, "readystatechange", "abort", "loadend");
  });
}

guardCalls(window.__pagemend);
