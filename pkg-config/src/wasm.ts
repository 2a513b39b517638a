// Gets the wasm: fetches it with a time limit, knows HTML and damage when it sees them, and compiles it.

/** Why the wasm could not be had. `c` is the incident's cause where it is known, as boot.js reads it. */
export class WasmError extends Error {
  constructor(
    readonly why: "timeout" | "html" | "error" | "blocked",
    message: string,
    readonly c?: string,
  ) {
    super(message);
    this.name = "WasmError";
  }
}

/** The smallest module there is. */
const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/**
 * Throws where this page may not use WebAssembly: no such API, Lockdown Mode, or a policy without 'wasm-unsafe-eval'.
 * `WebAssembly.validate` would say true there, so a module is really compiled;
 * and instantiated, for WebKit refuses only that.
 */
export function assertAllowed(): void {
  try {
    new WebAssembly.Instance(new WebAssembly.Module(EMPTY));
  } catch {
    throw new WasmError("blocked", "no WebAssembly here: script-src of the Content-Security-Policy needs 'wasm-unsafe-eval', or the browser has none", "blocked-by-policy");
  }
}

/** The bytes at `url`, which are WebAssembly for sure. Rejects with a WasmError whose message says what came instead. */
export async function fetchWasm(url: string, timeoutMs: number): Promise<ArrayBuffer> {
  const abort = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    abort.abort();
  }, timeoutMs);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new WasmError("error", `the engine at ${url} answered status ${response.status}`);
    const bytes = await response.arrayBuffer();
    const head = new Uint8Array(bytes, 0, Math.min(4, bytes.byteLength));
    if (head[0] === 0 && head[1] === 97 && head[2] === 115 && head[3] === 109) return bytes;
    const starts = String.fromCharCode(...head);
    if (/^\s*</.test(starts)) {
      throw new WasmError("html", `the engine at ${url} answered HTML (starts with ${starts}), not WebAssembly: check that the file is deployed there and that no catch-all route answers in its place`);
    }
    throw new WasmError("error", `the engine at ${url} is not WebAssembly (starts with ${JSON.stringify(starts)})`);
  } catch (e) {
    if (e instanceof WasmError) throw e;
    if (late) throw new WasmError("timeout", `the engine at ${url} did not come within ${timeoutMs} ms`);
    throw new WasmError("error", `the engine at ${url} could not be fetched: ${e instanceof Error ? e.message : e}`);
  } finally {
    clearTimeout(timer);
  }
}
