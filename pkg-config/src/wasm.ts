// Gets the wasm: fetches it with a time limit, knows HTML and damage when it sees them, and compiles it.

/** Why the engine could not be had. `cause` is the incident's, where it is known, as boot.js reads it. */
export class EngineError extends Error {
  constructor(
    readonly why: "timeout" | "html" | "error" | "blocked",
    message: string,
    override readonly cause?: string,
  ) {
    super(message);
    this.name = "EngineError";
  }
}

/** The smallest module there is. */
const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/**
 * Why this page may not use WebAssembly, if it may not: no such API, Lockdown Mode, or a policy without 'wasm-unsafe-eval'.
 * `WebAssembly.validate` would say true there, so a module is really compiled;
 * and instantiated, for WebKit refuses only that.
 */
export function refusal(): EngineError | undefined {
  try {
    new WebAssembly.Instance(new WebAssembly.Module(EMPTY));
    return undefined;
  } catch {
    return new EngineError("blocked", "no WebAssembly here: script-src of the Content-Security-Policy needs 'wasm-unsafe-eval', or the browser has none", "blocked-by-policy");
  }
}

/**
 * The bytes at `url`, which are WebAssembly for sure. Rejects with a EngineError whose message says what came instead.
 * Not by fetch: Firefox holds that back while a stylesheet in the head hangs, and then the page is blank.
 */
export function fetchWasm(url: string, timeoutMs: number): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const fail = (why: EngineError["why"], message: string) => reject(new EngineError(why, `the engine at ${url} ${message}`));
    const x = new XMLHttpRequest();
    x.open("GET", url);
    x.responseType = "arraybuffer";
    x.timeout = timeoutMs;
    x.ontimeout = () => fail("timeout", `did not come within ${timeoutMs} ms`);
    x.onerror = () => fail("error", "could not be fetched");
    x.onload = () => {
      if (x.status < 200 || x.status > 299) return fail("error", `answered status ${x.status}`);
      const head = String.fromCharCode(...new Uint8Array(x.response, 0, Math.min(4, x.response.byteLength)));
      if (head === "\0asm") return resolve(x.response);
      if (/^\s*</.test(head)) return fail("html", `answered HTML (starts with ${head}), not WebAssembly: check that the file is deployed there and that no catch-all route answers in its place`);
      fail("error", `is not WebAssembly (starts with ${JSON.stringify(head)})`);
    };
    x.send();
  });
}
