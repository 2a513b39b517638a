import { defineConfig } from "@rsbuild/core";
import { pagemend } from "pagemend/rsbuild";

// @ts-expect-error Rsbuild has a nonce of its own: security.nonce.
pagemend({ nonce: "n" });

export default defineConfig({ plugins: [pagemend({ fallback: ["https://backup.example"], options: { service: "lending" } })] });
