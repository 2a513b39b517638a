import type { Configuration } from "@rspack/core";
import { bootTag, pagemend, type BootConfig, type PagemendPageOptions } from "pagemend/rspack";

const options: PagemendPageOptions = { fallback: ["https://backup.example"], nonce: "n", options: { service: "lending" } };
const boot: BootConfig = { engine: ["/pagemend/"] };
export const tag: string = bootTag(boot);

// @ts-expect-error No such word.
pagemend({ dev: "off" });

const config: Configuration = { output: { publicPath: "/" }, plugins: [pagemend(options)] };
export default config;
