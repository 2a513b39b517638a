// engine.js: what boot.js loads. The glue without the wasm; fetches the wasm from its own folder, else from the other bases. Where WebAssembly is refused,
// plain.js comes in its place.
import { debugScript } from "./debug-script.js";
import { isWatched, watchEngine } from "./debugging.js";
import { note } from "./events.js";
import { watchHanging } from "./hanging.js";
import { watchHollow } from "./hollow.js";
import { launch } from "./launch.js";
import { isOff } from "./off.js";
import { fromScript } from "./plain-script.js";
import type { Boot, Engine, EngineModule } from "./protocol.js";
import { UP } from "./protocol.js";
import { EngineError, fetchWasm, refusal } from "./wasm.js";

const script = document.currentScript as HTMLScriptElement | null;

/** Ends the task: compiling, instantiating and starting in one would be long on a slow phone. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

/** The wasm from the first folder that has it, under way. Rejects with nothing where none has: it was said of each. */
async function fromWasm(boot: Boot, fallback: string[]): Promise<EngineModule> {
  const own = (script?.src || "").replace(/[^/]*$/, "");
  const { engine: given = ["/pagemend/"], timeoutMs = 5000 } = boot.config;
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
      const why = e instanceof EngineError ? e.why : "error";
      note(boot, url, false, why);
      console.error(`pagemend: ${e instanceof EngineError ? e.message : `the engine at ${url} is damaged: ${e}`}`);
      continue;
    }
    note(boot, url, true, "");
    return glue;
  }
  throw undefined;
}

async function load(boot: Boot): Promise<Engine> {
  if (boot.engine) return boot.engine;
  // resort.js has said so before, where there is one.
  if (isOff(boot)) throw undefined;
  const watched = isWatched(boot);
  const { fallback = [] } = boot.config;
  const refused = refusal();
  const glue = await (refused ? fromScript(boot, script, refused) : fromWasm(boot, fallback));
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
  if (watched) watchEngine(boot, engine, () => debugScript(boot, script));
  document.getElementById("pagemend-last-resort")?.remove();
  dispatchEvent(new Event(UP));
  watchHollow(boot);
  watchHanging(boot);
  return engine;
}

/** Comes up, or says why not in one line: a page may have replaced anything that is used here. (Of origins it was said one by one, and that it is off, too.) */
async function comesUp(boot: Boot): Promise<Engine> {
  try {
    return await load(boot);
  } catch (e: any) {
    if (e) console.error("pagemend: not started: " + (e.problems?.join("; ") ?? (e instanceof EngineError ? e.message : e)));
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
