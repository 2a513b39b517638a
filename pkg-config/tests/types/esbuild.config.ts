import type { BuildOptions } from "esbuild";
import { bootTag, pagemend, type BootConfig, type PagemendEsbuildOptions } from "pagemend/esbuild";

const options: PagemendEsbuildOptions = { fallback: ["https://backup.example"], nonce: "n", watch: true, options: { service: "lending" } };
const boot: BootConfig = { engine: ["/pagemend/"] };
export const tag: string = bootTag(boot);

// @ts-expect-error esbuild does not tell whether somebody is developing: `watch` does.
pagemend({ dev: "watch" });

const config: BuildOptions = { outdir: "dist", loader: { ".html": "copy" }, plugins: [pagemend(options)] };
export default config;
