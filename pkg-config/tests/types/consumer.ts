// What a page's own TypeScript may write against the package, and what must not compile: each line under @ts-expect-error.
import { type Guard, type GuardEvent, type GuardEvents, type Options, type PagemendOptionsError, type PromptButton, type PromptChoice, start } from "pagemend";
import { start as join } from "pagemend/client";
import "pagemend/boot";
import "pagemend/iife";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(_?: T): void => {};

export async function events(guard: Guard): Promise<void> {
  guard.on("incident", ({ cause, stage, outcome, reference }) => `${cause satisfies string} ${stage} ${outcome} ${reference}`);
  guard.on("verdict", (verdict) => holds<Same<typeof verdict.state, "content" | "blank" | "partial" | "loading" | "pending" | "unknown">>());
  guard.on("retry", (notice) => holds<Same<typeof notice.waitMs, number>>());
  guard.on("before-retry", ({ url, from }) => (url === from ? false : url.replace("https://a.example", "https://b.example")));
  guard.on("before-reload", () => false);
  guard.on("repair", ({ damagedKeys }) => holds<Same<typeof damagedKeys, string[]>>());
  guard.on("prompt", ({ choice }) => holds<Same<typeof choice, PromptButton | undefined>>());
  guard.on("telemetry", async ({ sent, kept, dropped }) => console.info(sent + kept + dropped));
  guard.on("expiry", ({ what, state, leftMs }) => holds<Same<typeof state, "expiring" | "renewed" | "expired">>() ?? `${what} ${leftMs}`);
  const off = guard.on("retry", () => {});
  holds<Same<typeof off, () => void>>();

  // @ts-expect-error: there is no such event.
  guard.on("incidents", () => {});
  // @ts-expect-error: a notice of a try has no such field.
  guard.on("retry", (notice) => notice.wait);
  // @ts-expect-error: no outcome is called so.
  guard.on("incident", (incident) => incident.outcome === "healed");
  // @ts-expect-error: nothing that is found is called so.
  guard.on("verdict", ({ evidence }) => evidence.some(({ kind }) => kind === "api-failed"));
  // @ts-expect-error: an answer is an address, or yes or no.
  guard.on("before-retry", () => 7);
  // @ts-expect-error: nobody waits for an answer.
  guard.on("before-reload", async () => false);
  // @ts-expect-error: it is called with what another event brings.
  guard.on("repair", (event: GuardEvents["prompt"]) => event.kind);

  for (const type of ["incident", "telemetry"] satisfies GuardEvent[]) guard.on(type, (event) => event.type);
}

export async function answers(guard: Guard): Promise<void> {
  const loaded = await guard.import("./part.js");
  holds<Same<typeof loaded.default, unknown>>();
  const part = await guard.import(async () => ({ mount: (at: Element) => at.id }));
  part.mount(document.body);
  const typed = await guard.import<{ rate: number }>("./rate.js");
  typed.rate.toFixed(2);
  const paid = await guard.keyAction("pay", async ({ key, fetch }) => (await fetch("/pay", { headers: { key } })).ok);
  holds<Same<typeof paid, boolean>>();
  const plan = await guard.data("plan", async () => ({ months: 12 }), { maxAgeMs: 3_600_000, keep: true });
  holds<Same<typeof plan.value.months, number>>();
  holds<Same<typeof plan.fresh, boolean>>();
  // @ts-expect-error: never without its mark.
  plan.months;
  const takeBack = guard.expires("session", { in: 600, renew: async () => ({ at: Date.now() + 600_000 }) });
  holds<Same<typeof takeBack, () => void>>();
  guard.expires("link", { at: 1_760_000_000_000, renew: async () => "/?ticket=2", warnMs: 60_000 });
  guard.expires("Today's offer", { at: 1_760_000_000_000, renew: async () => {} });
  // @ts-expect-error: when it ends is missing.
  guard.expires("link", {});
  // @ts-expect-error: one of the two.
  guard.expires("link", { at: 1_760_000_000_000, in: 600 });
  // @ts-expect-error: what a module exports is not known here.
  loaded.mount(document.body);
  // The ids of alternatives are the page's own.
  (await guard.prompt("verification")).choice === "voice" || ("reload" satisfies PromptChoice);
  // @ts-expect-error: no button is called so.
  "renew" satisfies PromptChoice;
  // @ts-expect-error: there is no such prompt.
  await guard.prompt("loading");
  const draft = guard.draft(document.body, { include: ["name"], version: 2 });
  holds<Same<Awaited<typeof draft.restored>, boolean>>();
  draft.stop();
  // @ts-expect-error: fields are in a list.
  guard.draft(document.body, { include: "name" });
  // @ts-expect-error: what a repair touches is all, storage or caches.
  await guard.repair("cookies");
}

export async function starts(): Promise<void> {
  await answers(await start({ deadlines: { settleMs: 2000 } }));
  const guard = join();
  await events(guard);
  await window.pagemend?.start();
  // @ts-expect-error: an option that is misspelt.
  await start({ deadline: { settleMs: 2000 } });
}

export function options(error: PagemendOptionsError): Options {
  holds<Same<typeof error.problems, string[]>>();
  holds<Same<Options["locale"], "auto" | "zh-CN" | "en" | undefined>>();
  holds<Same<Options["builtAt"], number | undefined>>();
  const options: Options = {
    endpoint: "/v1/logs",
    furniture: [".bar"],
    fallbackOrigins: ["https://b.example"],
    storage: { drafts: ["loan:draft"] },
    services: [{ match: "/api/home", name: { zh: "额度服务" } }],
    help: { hours: { zh: "9:00–21:00", en: "9 am to 9 pm" } },
    alternatives: [{ id: "voice", label: "Voice call" }],
    refusals: { RISK: "No" },
    retry: { limit: 2 },
    consent: "granted",
    strict: true,
  };
  // @ts-expect-error: no language is called so.
  options.locale = "fr";
  // @ts-expect-error: one of no name.
  options.services = [{ match: "/api/home" }];
  // @ts-expect-error: a number of tries.
  options.retry = { limit: "many" };
  // @ts-expect-error: none is an address that is left out.
  options.endpoint = null;
  // @ts-expect-error: keys of storage are in a list.
  options.storage = { drafts: "loan:draft" };
  return options;
}
