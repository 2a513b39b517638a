// engine.js: what boot.js loads. The glue without the wasm; fetches the wasm from its own folder, else from the other bases.
import init, { start } from "pagemend-glue";
import { note, view } from "./events.js";
import { watchHanging } from "./hanging.js";
import { watchHollow } from "./hollow.js";
import type { Boot, Engine } from "./protocol.js";
import { UP } from "./protocol.js";
import { assertAllowed, fetchWasm, WasmError } from "./wasm.js";

const own = ((document.currentScript as HTMLScriptElement | null)?.src || "").replace(/[^/]*$/, "");

/** Ends the task: compiling, instantiating and starting in one would be long on a slow phone. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

async function load(boot: Boot): Promise<Engine> {
  if (boot.engine) return boot.engine;
  try {
    assertAllowed();
  } catch (e) {
    note(boot, "", false, "blocked");
    console.error("pagemend: " + (e as Error).message);
    throw e;
  }
  const { engine = ["/pagemend/"], fallback = [], timeoutMs = 5000 } = boot.c;
  const bases = [own, ...engine, ...fallback.map((f) => f + engine[0])].filter((b) => b).map((b) => new URL(b, location.href).href);
  for (const base of new Set(bases)) {
    const url = base + "pagemend_bg.wasm";
    try {
      const module = await WebAssembly.compile(await fetchWasm(url, timeoutMs));
      await pause();
      await init(module);
      await pause();
    } catch (e) {
      const why = e instanceof WasmError ? e.why : "error";
      note(boot, url, false, why);
      console.error(`pagemend: ${e instanceof WasmError ? e.message : `the engine at ${url} is damaged: ${e}`}`);
      continue;
    }
    note(boot, url, true, "");
    // The bundled entry may have started an engine meanwhile; a page has one.
    if (boot.engine) return boot.engine;
    const started = start({ fallbackOrigins: fallback, ...boot.c.options }, view(boot));
    boot.engine = started;
    document.getElementById("pagemend-last-resort")?.remove();
    dispatchEvent(new Event(UP));
    watchHollow(boot);
    watchHanging(boot);
    return started;
  }
  throw new Error("pagemend: no origin served the engine");
}

const boot = window.__pagemend;
if (!boot) console.error("pagemend: engine.js needs boot.js in the page's <head>");
else if (boot.x) {
  const done = boot.x;
  // What hung may come after all, after what came in its place.
  boot.x = undefined;
  done(load(boot));
}
