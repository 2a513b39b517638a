import { randomBytes } from "node:crypto";
import { bootTag } from "pagemend/tag";
import express from "express";
import { config } from "./pagemend.config.mjs";

const app = express();
const [backup] = config.fallback;

app.get("/", (_, response) => {
  const nonce = randomBytes(16).toString("base64");
  // The backup serves scripts, and is asked by the guard; the engine is WebAssembly.
  response.set("Content-Security-Policy", `default-src 'self'; script-src 'nonce-${nonce}' 'wasm-unsafe-eval' ${backup}; connect-src 'self' ${backup}; style-src 'self' 'unsafe-inline'; img-src data:`);
  response.set("Cache-Control", "no-store");
  response.send(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    ${bootTag(config, { nonce })}
    <title>Lending</title>
    <link rel="icon" href="data:,">
    <script type="importmap" nonce="${nonce}">{ "imports": { "pagemend/client": "/pagemend/client.js" } }</script>
  </head>
  <body>
    <div id="app"></div>
    <script type="module" nonce="${nonce}" src="/main.js"></script>
  </body>
</html>`);
});
app.use(express.static("public"));
app.listen(process.env.PORT, "127.0.0.1");
