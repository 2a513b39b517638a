// What a stack is served by: a page's own origin, a backup with the same files, and for frameworks that render on a server that server behind both.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { publish } from "../../pkg-config/tests/projects.mjs";
import { NOT_FOUND, OTHERWISE } from "../../pkg-config/tests/site.mjs";
import { environment, folderOf, RELEASES } from "./stacks.mjs";

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** The server of one release, once it answers. */
async function serverOf(stack, release) {
  const port = await freePort();
  const [command, ...args] = stack.server;
  const said = [];
  const server = spawn(command, args, { cwd: folderOf(stack, release), env: { ...environment(stack, release), PORT: String(port), HOST: "127.0.0.1", HOSTNAME: "127.0.0.1" }, stdio: ["ignore", "pipe", "pipe"], detached: true });
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (data) => said.push(data));
  // A group of its own: commands such as `next start` have children.
  const close = () => process.kill(-server.pid, "SIGTERM");
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (await fetch(url).then((answer) => answer.ok, () => false)) return { url, close };
    if (server.exitCode !== null || tries > 300) {
      if (server.exitCode === null) close();
      throw new Error(`${stack.name}: \`${stack.server.join(" ")}\` does not answer (exit status ${server.exitCode}):\n${said.join("")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Passes requests on to a server, and its answers back. */
const passedOn = (server) => async ({ method, url, headers, body }) => {
  const { host: _, connection: _2, "transfer-encoding": _3, ...rest } = headers;
  const answer = await fetch(server + url, { method, headers: rest, redirect: "manual", ...(body && { body }) });
  const sent = Object.fromEntries(["content-type", "cache-control", "content-security-policy", "location"].flatMap((name) => (answer.headers.has(name) ? [[name.replace(/\b[a-z]/g, (c) => c.toUpperCase()), answer.headers.get(name)]] : [])));
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()), headers: sent };
};

/** A stack's releases, ready to be served: `deploy(release, origins)` puts one live, in place of what was there. */
export async function releasesOf(stack) {
  const servers = new Map();
  if (stack.server) for (const release of RELEASES) servers.set(release, await serverOf(stack, release));
  return {
    deploy(release, origins) {
      for (const origin of origins) {
        origin.routes.clear();
        if (stack.server) origin.routes.set(OTHERWISE, passedOn(servers.get(release).url));
        else publish(origin, join(folderOf(stack, release), "dist"));
      }
    },
    close() {
      for (const { close } of servers.values()) close();
    },
  };
}

/** Lets some paths of an origin fail, as where their files are lost. */
export function lose({ routes }, paths) {
  for (const path of paths) routes.set(path, NOT_FOUND);
}
