// plain.js: the engine as plain JavaScript, for pages that may not run WebAssembly. engine.js loads it and starts it.
import * as glue from "pagemend-plain";
import { __wbindgen_free, __wbindgen_malloc, memory } from "pagemend-plain-wasm";

const PAGE = 65536;
/** As it is linked: xtask/src/package.rs. Far more than the engine ever holds, and what is not touched costs nothing. */
const MOST_PAGES = 512;

/**
 * Memory that grows becomes another buffer, and the glue would go on with the one before: in WebAssembly that one is detached, which is what it looks for.
 * So the memory grows here, once, to all that it may have, before the glue has seen it: the allocator gets as much as it can use, the rest goes to nobody.
 */
function growOnce(): void {
  const pages = () => memory.buffer.byteLength / PAGE;
  const bytes = (MOST_PAGES - pages() - 1) * PAGE;
  __wbindgen_free(__wbindgen_malloc(bytes, 1), bytes, 1);
  memory.grow(MOST_PAGES - pages());
}

growOnce();
window.__pagemend?.plain?.(glue);
