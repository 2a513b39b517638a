// The fault server with the built documentation, for what drives the fault lab: pictures and tests. `cargo xtask demo` builds all that it needs.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

/** Addresses of the documentation and of the guarded site, and how it is ended. */
export async function serve() {
  const program = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/pagemend-server");
  const server = spawn(program, ["--page-port", "0", "--backup-port", "0", "--docs", join(here, ".vitepress/dist")], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const [site, docs] = await new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (text) => {
      said += text;
      const told = [/page\s+(http:\S+)/, /fault lab\s+(http:\S+)\/fault-lab/].map((line) => line.exec(said)?.[1]);
      if (told.every(Boolean)) resolve(told);
    });
    server.on("error", reject);
    server.on("exit", (code) => reject(new Error(`the fault server ended with ${code}: ${said}`)));
  });
  return { site, docs, end: () => server.kill() };
}

/** What `ask` finds in the frame of that side; undefined while it navigates. */
export async function inFrame(driver, side, ask) {
  try {
    await driver.switchTo().frame(await driver.findElement({ css: `[data-side=${side}]` }));
    return await ask();
  } catch (error) {
    if (/no such|stale|detached|closed|target frame/i.test(`${error.name} ${error.message}`)) return undefined;
    throw error;
  } finally {
    await driver.switchTo().defaultContent();
  }
}
