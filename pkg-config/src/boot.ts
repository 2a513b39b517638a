// boot.js: the inline script in <head>. Listens from byte one, loads the engine when it is time.
// Written for few bytes: build.mjs fails when it grows past its budget. build.mjs also wraps it in a function that runs once a page.
import { install } from "./boot-core.js";
import type { Engine } from "./protocol.js";
import { witness } from "./witness.js";

/** How often trouble may ask for an engine that does not come, so that a page that throws in a loop makes no storm. */
const MAX_LOADS = 3;

const me = document.currentScript as HTMLScriptElement;
const nonce = me.nonce!;
// Complete: bootTag fills in the defaults.
const config = JSON.parse(me.dataset.config!);
const { engine, fallback, timeoutMs, lastResortMs } = config;
// Who serves the engine serves the page's assets: what fails there is asked of the fallbacks.
config.origins = (config.origins || []).concat(engine.map((base: string) => new URL(base, location.href).origin));

let loads = 0;
let pending: Promise<Engine> | undefined;
let resorting: any;
let cause: string | undefined;

const auto = (sign: any = config) => {
  // The network is back: everything is worth another try.
  if (sign.type == "online") loads = 0;
  try {
    pending || loads++ >= MAX_LOADS || boot.load().catch(() => {});
  } catch (_) {}
};
const boot = (window.__pagemend = install(config, fallback, nonce, auto));
witness(boot);

boot.load = () =>
  (pending =
    pending ||
    new Promise<Engine>((done, fail) => {
      boot.deliver = done as any;
      const script: any = document.createElement("script");
      script.src = boot.trust(engine[0] + "engine.js");
      script.isEngine = true;
      script.nonce = nonce;
      // The listeners heal this element like any other.
      script.onerror = fail;
      document.head.append(script);
      // An origin that hangs is left for the next; the second time, it is over.
      [1, 2].map((i) => setTimeout(() => boot.deliver && script.dispatchEvent(new Event("error")), i * timeoutMs));
    }).catch((e) => {
      pending = 0 as any;
      cause = e.cause || cause;
      resorting = resorting || setTimeout(last, lastResortMs);
      throw e;
    }));

/** The engine cannot be had: resort.js has a word for the user. */
const last = () => {
  try {
    boot.engine || boot.resort!(cause);
  } catch (_) {}
};

// A healthy page pays for the engine when it is idle (WebKit has no requestIdleCallback).
addEventListener("load", () => (window.requestIdleCallback || setTimeout)(auto as any));
// A resource that hangs fires no event at all, and `load` never comes.
setTimeout(auto, timeoutMs);
