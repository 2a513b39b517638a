// What boot.js keeps reaches the engine, whenever the engine takes over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [new URL("../src/events.ts", import.meta.url).pathname],
  bundle: true, format: "esm", write: false, logLevel: "error",
});
const { view } = await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));

const online = { type: "online", t: 1 };
const offline = { type: "offline", t: 2 };

test("an_event_between_the_start_and_the_take_over_is_not_lost", () => {
  const boot = { q: [online], d: 0, c: {} };
  const seen = view(boot);
  boot.q.push(offline);
  assert.deepEqual(seen.q.map((e) => e.up), [true, false]);
});

test("after_the_take_over_events_are_worded_one_by_one", () => {
  const boot = { q: [online], d: 0, c: {} };
  const heard = [];
  view(boot).on = (e) => heard.push(e.up);
  assert.equal(boot.q.length, 0);
  boot.on(offline);
  assert.deepEqual(heard, [false]);
});
