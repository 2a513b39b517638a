import { defineConfig } from "@farmfe/core";
import { bootTag, pagemend, type BootConfig, type PagemendPageOptions } from "pagemend/farm";

const options: PagemendPageOptions = { fallback: ["https://backup.example"], nonce: "n", options: { service: "lending" } };
const boot: BootConfig = { engine: ["/pagemend/"] };
export const tag: string = bootTag(boot);

// @ts-expect-error No such word.
pagemend({ dev: "off" });

export default defineConfig({ plugins: [pagemend(options)] });
