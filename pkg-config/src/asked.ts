// A question to the engine, with another answer for where the engine fails before it has given one.
import type { Engine } from "./protocol.js";

export function asked<T>(engine: Engine, call: (engine: Engine) => Promise<T>, otherwise: () => T | Promise<T>): Promise<T> {
  const { gate } = engine;
  return new Promise((resolve, reject) => {
    // Who has stood down answers nothing any more.
    if (gate?.down) return resolve(otherwise());
    const waiting = gate?.waiting ?? new Set();
    const instead = () => {
      if (waiting.delete(instead)) resolve(otherwise());
    };
    // Before the call, which may be what fails.
    waiting.add(instead);
    const ends =
      <V>(end: (value: V) => void) =>
      (value: V) => {
        waiting.delete(instead);
        end(value);
      };
    try {
      const answer = call(engine);
      if (answer) answer.then(ends(resolve), ends(reject));
      else instead();
    } catch (e) {
      gate?.failed(e);
      instead();
    }
  });
}

type Fetch = typeof fetch;

/**
 * A request that `by` makes, which is the engine's; each attempt is sent by `send`. Where the engine fails, what was sent last is the answer, so that
 * nothing is sent twice, and where nothing was, what `plainly` makes of it.
 */
export function fetched(engine: Engine, by: Fetch, send: Fetch, input: RequestInfo | URL, init?: RequestInit, plainly: Fetch = send): Promise<Response> {
  let sent: Promise<Response> | undefined;
  const pagemend: Fetch = (...given) => (sent = Reflect.apply(send, globalThis, given));
  // The properties of a Request are not its own: they would not come along.
  if (init instanceof Request) [input, init] = [new Request(input, init), undefined];
  const given: RequestInit = Object.assign({}, init, { pagemend });
  return asked(
    engine,
    () => by(input, given),
    () => sent ?? plainly(input, init),
  );
}
