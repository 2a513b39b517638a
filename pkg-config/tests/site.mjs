// Two origins (a page's own and its backup) whose every answer a test sets, with a log of requests. An answer may be a function of the request, and its promise.
import { createServer } from "node:http";

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css", wasm: "application/wasm", json: "application/json", svg: "image/svg+xml" };

/** Which route answers for all paths that have none. */
export const OTHERWISE = Symbol("otherwise");
export const NOT_FOUND = { status: 404, body: "<!doctype html><title>404</title>", type: "html" };

/** Leaves the page of the last test before its routes go: what it still asks for would be answered with 404, and stand in the next one's log. */
export async function leave(driver, ...sites) {
  await driver.get("about:blank");
  for (const one of sites) one.reset();
}

export async function site() {
  const log = [];
  const open = async (name) => {
    const routes = new Map();
    const server = createServer((request, response) => {
      const path = request.url.replace(/[?#].*/, "");
      const chunks = [];
      request.on("data", (c) => chunks.push(c));
      request.on("end", async () => {
        const entry = { origin: name, method: request.method, path, url: request.url, body: Buffer.concat(chunks).toString(), headers: request.headers, at: Date.now() };
        log.push(entry);
        const answer = routes.get(path) ?? routes.get(OTHERWISE) ?? NOT_FOUND;
        const { status = 200, body = "", headers = {}, type = path.split(".").pop(), hang, delay = 0 } = typeof answer === "function" ? await answer(entry) : answer;
        if (hang) return;
        setTimeout(() => {
          response.writeHead(status, { "Content-Type": TYPES[type] ?? "text/plain", "Cache-Control": "no-store", ...(name === "backup" && { "Access-Control-Allow-Origin": "*" }), ...headers });
          response.end(body);
        }, delay);
      });
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { routes, server, url: `http://127.0.0.1:${server.address().port}` };
  };
  const page = await open("page");
  const backup = await open("backup");
  return {
    page,
    backup,
    log,
    paths: (origin) => log.filter((e) => e.origin === origin).map((e) => e.path),
    reset() {
      log.length = 0;
      page.routes.clear();
      backup.routes.clear();
    },
    async close() {
      for (const { server } of [page, backup]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
