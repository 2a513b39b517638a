// Serves the built pages on this machine alone: `npm run serve -- --port 4175`. (VitePress' own preview listens on every interface.)
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export const dist = join(dirname(fileURLToPath(import.meta.url)), ".vitepress/dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json", ".webp": "image/webp" };

/** A folder is its index.html, and a page needs no ending. */
function named(path) {
  if (path.endsWith("/")) return `${path}index.html`;
  return extname(path) ? path : `${path}.html`;
}

function read(path) {
  try {
    // What a URL holds of "..", it has lost by now.
    return readFileSync(join(dist, path));
  } catch {
    return undefined;
  }
}

/** Resolves with the server, once it listens on loopback; port 0 is any. */
export function serve(port = 0) {
  const server = createServer((request, answer) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const path = named(pathname);
    const body = read(path);
    // Behind the fault lab's page there is no fault server here, which is nothing that a console should tell of.
    if (pathname === "/lab/beside") answer.writeHead(204).end();
    else if (body) answer.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream", "cache-control": "no-cache" }).end(body);
    else answer.writeHead(404, { "content-type": TYPES[".html"] }).end(read("/404.html"));
  });
  return new Promise((resolve, reject) => server.on("error", reject).listen(port, "127.0.0.1", () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port } = parseArgs({ options: { port: { type: "string", default: "4175" } } }).values;
  await serve(Number(port));
}
