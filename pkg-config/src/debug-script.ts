// Loads debug.js from where engine.js came from.
import type { Boot } from "./protocol.js";

/** As an element, because an address as a text is all that Trusted Types know; and one that boot.js leaves alone: the page lacks nothing without it. */
export function debugScript(boot: Boot, engine: HTMLScriptElement | null): Promise<void> {
  const { engine: [folder] = ["/pagemend/"] } = boot.config;
  const script = document.createElement("script");
  return new Promise((resolve, reject) => {
    script.type = "module";
    script.nonce = engine?.nonce ?? "";
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`nothing at ${script.src}`));
    script.src = boot.trust((engine?.src ? engine.src.replace(/[^/]*$/, "") : folder) + "debug.js");
    boot.seen.add(script);
    document.head.append(script);
  });
}
