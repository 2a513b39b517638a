import { defineConfig } from "vite";
import { pagemend } from "pagemend/vite";

// @ts-expect-error Vite has a nonce of its own: html.cspNonce.
pagemend({ nonce: "n" });

export default defineConfig({ plugins: [pagemend({ fallback: ["https://backup.example"], options: { service: "lending" } })] });
