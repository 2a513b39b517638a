import { defineConfig } from "rollup";
import { bootTag, pagemend, type BootConfig, type PagemendPageOptions } from "pagemend/rollup";

const options: PagemendPageOptions = { engine: ["/loan/pagemend/"], fallback: ["https://backup.example"], nonce: "n", options: { service: "lending" } };
const boot: BootConfig = { engine: ["/pagemend/"] };
export const tag: string = bootTag(boot);

// @ts-expect-error No such word.
pagemend({ dev: "off" });

export default defineConfig({ input: "main.js", plugins: [pagemend(options)] });
