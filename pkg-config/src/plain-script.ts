// Loads plain.js, the engine without WebAssembly, from where engine.js came from.
import { note } from "./events.js";
import type { Boot, EngineModule } from "./protocol.js";
import type { EngineError } from "./wasm.js";

/**
 * Rejects with `refused`, why there is no WebAssembly, where plain.js does not come either. As an element and not by `import()`: boot.js asks the
 * fallbacks for it, as for engine.js, and an address as a text is all that Trusted Types know.
 */
export function fromScript(boot: Boot, engine: HTMLScriptElement | null, refused: EngineError): Promise<EngineModule> {
  const { engine: [folder] = ["/pagemend/"], timeoutMs = 5000 } = boot.config;
  const script: HTMLScriptElement & { isEngine?: boolean } = document.createElement("script");
  return new Promise<EngineModule>((resolve, reject) => {
    boot.plain = (module) => {
      console.info(`pagemend: ${refused.message}; the engine runs as plain JavaScript, which is slower`);
      resolve(module);
    };
    script.onerror = () => {
      note(boot, "", false, "blocked");
      reject(refused);
    };
    script.isEngine = true;
    script.nonce = engine?.nonce ?? "";
    script.src = boot.trust((engine?.src ? engine.src.replace(/[^/]*$/, "") : folder) + "plain.js") as string;
    document.head.append(script);
    // An origin that hangs is left for the next; the second time, it is over. It is larger than engine.js and the wasm together.
    for (const turn of [1, 2]) setTimeout(() => boot.plain && script.dispatchEvent(new Event("error")), turn * 2 * timeoutMs);
  }).finally(() => (boot.plain = undefined));
}
