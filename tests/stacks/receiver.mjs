// The OTLP receiver that incidents are sent to: the project's own server (www/server), which decodes with OpenTelemetry's official types.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { here } from "./stacks.mjs";

const root = join(here, "../..");

export async function openReceiver() {
  const program = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/pagemend-server");
  const server = spawn(program, ["--page-port", "0", "--backup-port", "0"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    server.on("error", () => reject(new Error(`${program} does not run: \`cargo xtask lab --suite stacks\` builds it`)));
    server.on("exit", (code) => reject(new Error(`the receiver ended with ${code}`)));
    createInterface(server.stdout).on("line", (line) => {
      const [, address] = /^page\s+(http\S+)/.exec(line) ?? [];
      if (address) resolve(address);
    });
  });
  /** What it did not take, in its own words. */
  const refused = [];
  return {
    refused,
    /** Passes a request on, as the proxy in front of a collector does. */
    async take({ body, headers }) {
      const answer = await fetch(`${url}/v1/logs`, { method: "POST", body, headers: { "Content-Type": headers["content-type"] ?? "" } });
      const text = await answer.text();
      if (!answer.ok || Object.keys(JSON.parse(text).partialSuccess ?? {}).length) refused.push(`${answer.status} ${text}`);
      return { status: answer.status, body: text, type: "json" };
    },
    /** The incidents of a service, each as its highest revision has it. */
    async incidents(service) {
      const all = await (await fetch(`${url}/lab/incidents`)).json();
      return all.filter((one) => one.service === service);
    },
    close: () => server.kill("SIGINT"),
  };
}
