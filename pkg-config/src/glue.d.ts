// The wasm-bindgen glue (target/npm/wasm/pagemend.js), the wasm itself and the inline scripts, which build.mjs puts in place of these names.
declare module "pagemend-glue" {
  import type { EngineModule } from "./protocol.js";
  /** Resolves at once where it is up already; a failure is not remembered. */
  export default function init(given: { module_or_path: BufferSource | WebAssembly.Module }): Promise<unknown>;
  export const start: EngineModule["start"];
}
/** The same engine without WebAssembly (target/npm/plain). */
declare module "pagemend-plain" {
  import type { EngineModule } from "./protocol.js";
  export const start: EngineModule["start"];
}
/** What `wasm2js` has made of its wasm. */
declare module "pagemend-plain-wasm" {
  export const memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  export function __wbindgen_malloc(bytes: number, align: number): number;
  export function __wbindgen_free(at: number, bytes: number, align: number): void;
}
declare module "pagemend-wasm" {
  /** The wasm in base64. */
  const base64: string;
  export default base64;
}
/** A script that stands inline in pages, as text. */
declare module "pagemend-inline/*" {
  const text: string;
  export default text;
}
declare const __VERSION__: string;
