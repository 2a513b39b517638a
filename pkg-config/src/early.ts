// A request that the page makes before the engine is there: natively, and the engine takes over what fails.
import { asked } from "./asked.js";
import type { Boot, Engine } from "./protocol.js";
import { UP } from "./protocol.js";

/** How long a failed request waits for the engine before the page learns of the failure. */
const FETCH_WAIT_MS = 10_000;

/** Whether it is a status that the engine has something to do about. */
export const transient = (status: number): boolean => status >= 500 || [408, 410, 425, 429].includes(status);

/** Whether the engine has something to do about this answer: an overload, an expired link, a refusal with a code. */
async function troubled(response: Response): Promise<boolean> {
  const { status } = response;
  if (transient(status)) return true;
  if (status !== 403 && status !== 409 && status !== 422) return false;
  try {
    const body: unknown = await response.clone().json();
    return typeof body === "object" && body !== null && "code" in body;
  } catch {
    return false;
  }
}

/** As in boot.js: no more is tried of an engine that does not come. */
const MAX_LOADS = 3;
let failures = 0;

/** The engine, if it is there or comes. */
export async function summon(boot: Boot): Promise<Engine | undefined> {
  if (boot.engine || failures >= MAX_LOADS) return boot.engine;
  const engine = await within(boot.load(), FETCH_WAIT_MS);
  if (!engine) failures++;
  return engine;
}

export function within(promise: Promise<Engine>, ms: number): Promise<Engine | undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    promise.then(resolve, () => resolve(undefined));
  });
}

/** Attempt 0, made by `fetch`; the engine takes over when it fails, or when the engine comes up while it is pending. */
export async function early(boot: Boot, fetch: typeof window.fetch, input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
  const abort = new AbortController();
  const outer = init?.signal ?? (input instanceof Request ? input.signal : undefined);
  if (outer?.aborted) return fetch(input, init);
  outer?.addEventListener("abort", () => abort.abort(outer.reason));
  // A Request's body can be read once: the engine gets a copy for its own tries.
  const again = input instanceof Request ? input.clone() : input;
  const first = fetch(input, { ...init, signal: abort.signal });
  let adopted: Promise<Response> | undefined;
  const adopt = (engine: Engine) =>
    (adopted ??= asked(
      engine,
      () => engine.adopt(again, init, first, () => abort.abort()),
      () => first,
    ));

  let onUp!: () => void;
  const up = new Promise<Engine>((resolve) => {
    onUp = () => boot.engine && resolve(boot.engine);
    addEventListener(UP, onUp);
  });
  const outcome = first.then(
    async (response) => ((await troubled(response)) ? undefined : response),
    () => undefined,
  );
  try {
    const winner = await Promise.race([outcome, up.then(adopt)]);
    if (winner || outer?.aborted) return winner ?? first;
  } finally {
    removeEventListener(UP, onUp);
  }
  const engine = await summon(boot);
  return engine ? adopt(engine) : first;
}
