// engine.js: what boot.js loads. The glue without the wasm; fetches the wasm from its own folder, else from the other bases.
import { note } from "./events.js";
import { watchHanging } from "./hanging.js";
import { watchHollow } from "./hollow.js";
import { launch } from "./launch.js";
import { isOff } from "./off.js";
import type { Boot, Engine } from "./protocol.js";
import { UP } from "./protocol.js";
import { assertAllowed, fetchWasm, WasmError } from "./wasm.js";

const script = document.currentScript as HTMLScriptElement | null;

/** Ends the task: compiling, instantiating and starting in one would be long on a slow phone. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

async function load(boot: Boot): Promise<Engine> {
  if (boot.engine) return boot.engine;
  // resort.js has said so before, where there is one.
  if (isOff(boot)) throw undefined;
  try {
    assertAllowed();
  } catch (e) {
    note(boot, "", false, "blocked");
    throw e;
  }
  const own = (script?.src || "").replace(/[^/]*$/, "");
  const { engine: given = ["/pagemend/"], fallback = [], timeoutMs = 5000 } = boot.config;
  // Not at the top of the file: its first lines throw on a page that has replaced what they use.
  const glue = await import("pagemend-glue");
  const folders = given.map((folder) => new URL(folder, location.href));
  const bases = [own, ...folders.map(({ href }) => href), ...fallback.map((f) => f + folders[0]!.pathname)].filter((b) => b);
  for (const base of new Set(bases)) {
    const url = base + "pagemend_bg.wasm";
    try {
      const module = await WebAssembly.compile(await fetchWasm(url, timeoutMs));
      await pause();
      await glue.default({ module_or_path: module });
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
    let engine: Engine;
    try {
      engine = launch(glue, { fallbackOrigins: fallback, ...boot.config.options }, boot);
    } catch (e: any) {
      // Options that are wrong under `strict` are so at every try.
      boot.load = () => Promise.reject(e);
      throw e;
    }
    boot.engine = engine;
    if (boot.config.watch) engine.on("incident", (incident) => console.info("pagemend: an incident, in development only told", incident));
    document.getElementById("pagemend-last-resort")?.remove();
    dispatchEvent(new Event(UP));
    watchHollow(boot);
    watchHanging(boot);
    return engine;
  }
  throw undefined;
}

/** Comes up, or says why not in one line: a page may have replaced anything that is used here. (Of origins it was said one by one, and that it is off, too.) */
async function comesUp(boot: Boot): Promise<Engine> {
  try {
    return await load(boot);
  } catch (e: any) {
    if (e) console.error("pagemend: not started: " + (e.problems?.join("; ") ?? (e instanceof WasmError ? e.message : e)));
    throw e ?? new Error(boot.off ? "pagemend: off" : "pagemend: no origin served the engine");
  }
}

const boot = window.__pagemend;
if (!boot) console.error("pagemend: engine.js needs boot.js in the page's <head>");
else if (boot.deliver) {
  const { deliver } = boot;
  // What hung may come after all, after what came in its place.
  boot.deliver = undefined;
  deliver(comesUp(boot));
}
