// The suite `stacks`: node run.mjs [--row NAME]… [--jobs N] [--json]. `cargo xtask lab --suite stacks` installs what it needs, and runs it.
import { parseArgs } from "node:util";
import { BROWSERS } from "../../pkg-config/tests/browsers.mjs";
import { cleanUp } from "../../pkg-config/tests/projects.mjs";
import { site } from "../../pkg-config/tests/site.mjs";
import { built } from "./build.mjs";
import { CHECKS, check } from "./checks.mjs";
import { releasesOf } from "./origins.mjs";
import { openReceiver } from "./receiver.mjs";
import { BACKUP_HOST, chosen, provided } from "./stacks.mjs";

/** A browser with a backup of its own, at the name that the builds know. */
async function openLane() {
  const backup = await site();
  const { port } = new URL(backup.backup.url);
  const browser = await BROWSERS.chromium.open({ lang: "en", args: [`--host-resolver-rules=MAP ${BACKUP_HOST}:80 127.0.0.1:${port}`] });
  const close = () => browser.close().finally(() => backup.close());
  return { driver: browser.driver, console: browser.console, backup: backup.backup, close };
}

/** Every check of one stack, a row each. */
async function walked(lane, stack, receiver) {
  const rows = [];
  const row = async (name, work) => {
    const began = performance.now();
    const [ok, said] = await work().then((said) => [true, said], (error) => [false, error.message]);
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    rows.push({ stack: stack.name, check: name, ok, said, seconds });
    console.error(`  ${ok ? "ok  " : "FAIL"} ${stack.name.padEnd(16)} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(5)} s  ${said}`);
  };
  let releases;
  try {
    releases = await releasesOf(stack);
    for (const name of Object.keys(CHECKS)) await row(name, () => check(name, lane, stack, releases, receiver));
  } catch (error) {
    await row("serve", () => Promise.reject(error));
  } finally {
    releases?.close();
  }
  return rows;
}

function table(rows) {
  const names = [...new Set(rows.map(({ stack }) => stack))];
  const checks = [...new Set(rows.map(({ check }) => check))];
  console.log(["stack".padEnd(16), ...checks.map((name) => name.padEnd(14))].join(" "));
  for (const name of names) {
    const of = (check) => rows.find((row) => row.stack === name && row.check === check);
    console.log([name.padEnd(16), ...checks.map((check) => (of(check) ? (of(check).ok ? "yes" : "NO") : "–").padEnd(14))].join(" "));
  }
}

async function main() {
  const { values } = parseArgs({ options: { row: { type: "string", multiple: true, default: [] }, jobs: { type: "string", default: "2" }, json: { type: "boolean", default: false } } });
  const stacks = chosen(values.row);
  const version = provided();
  const missing = BROWSERS.chromium.missing();
  if (missing) throw new Error(`chromium cannot be opened: missing ${missing}`);
  const began = performance.now();
  const rows = [];
  const ready = stacks.filter((stack) => {
    try {
      built(stack);
      return true;
    } catch (error) {
      console.error(`  FAIL ${error.message}`);
      rows.push({ stack: stack.name, check: "build", ok: false, said: error.message, seconds: 0 });
      return false;
    }
  });
  const receiver = await openReceiver();
  const queue = [...ready];
  const lane = async () => {
    const lane = await openLane();
    try {
      for (let stack = queue.shift(); stack; stack = queue.shift()) rows.push(...(await walked(lane, stack, receiver)));
    } finally {
      await lane.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(Math.max(1, Number(values.jobs)), ready.length) }, lane));
  } finally {
    receiver.close();
    cleanUp();
  }
  for (const refused of receiver.refused) console.error(`  the receiver did not take: ${refused}`);
  const order = stacks.map(({ name }) => name);
  rows.sort((a, b) => order.indexOf(a.stack) - order.indexOf(b.stack));
  const failed = rows.filter(({ ok }) => !ok).length;
  const ok = failed === 0 && rows.length > 0 && !receiver.refused.length;
  table(rows);
  console.log(`${rows.length - failed} passed, ${failed} failed`);
  if (values.json) {
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(JSON.stringify({ ok, summary: { version, stacks: stacks.length, passed: rows.length - failed, failed, refused: receiver.refused.length, seconds }, rows }));
  }
  return ok ? 0 : 1;
}

main().then(
  (status) => process.exit(status),
  (error) => {
    console.error(`the suite could not run: ${error.message}`);
    process.exit(1);
  },
);
