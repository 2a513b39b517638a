// "pagemend/tag": boot.js for pages that no bundler makes, as a server's.
export { bootElements, bootTag, type BootElement, type TagOptions } from "./boot-tag.js";
export type { BootConfig } from "./boot-config.js";
