// What an application in TypeScript may write against the adapters, and what must not compile: each line under @ts-expect-error.
import { createElement, type ComponentType, type ReactNode } from "react";
import { GuardBoundary, GuardProvider, lazy, useDraft, useGuard, useKeyAction } from "pagemend/react";
import { createApp, type Component } from "vue";
import * as ofVue from "pagemend/vue";
import type { Guard } from "pagemend";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(_?: T): void => {};

export function Apply(): ReactNode {
  holds<Same<ReturnType<typeof useGuard>, Guard>>();
  const [submit, state] = useKeyAction("submit", async ({ key, fetch }, amount: number) => (await fetch(`/pay/${amount}`, { headers: { key } })).ok);
  holds<Same<Parameters<typeof submit>, [amount: number]>>();
  if (state.status === "done") holds<Same<typeof state.value, boolean>>();
  // @ts-expect-error: there is a value only when it is done.
  state.value;
  // @ts-expect-error: an amount is a number.
  void submit("all");
  const [sign] = useKeyAction("sign", async () => {});
  const draft = useDraft({ name: "apply", include: ["name"] });
  void draft.current?.clear();
  // @ts-expect-error: fields are in a list.
  useDraft({ include: "name" });
  return createElement("form", { ref: draft }, createElement("button", { onClick: () => sign() }));
}

const Plan = lazy(async () => ({ default: (props: { months: number }) => props.months }));
holds<Same<typeof Plan, ComponentType<{ months: number }>>>();
export const page = createElement(
  GuardProvider,
  { options: { step: "apply" } },
  createElement(GuardBoundary, { fallback: ({ error, reset }) => createElement("button", { onClick: reset }, String(error)) }, createElement(Plan, { months: 12 })),
);
// @ts-expect-error: an option that is misspelt.
createElement(GuardProvider, { options: { stepp: "apply" } });

export function application(root: Component, guard: Guard): void {
  createApp(root).use(ofVue.pagemend({ step: "apply" }, { guard, router: { afterEach: () => () => {} } })).mount("#app");
  const [submit, state] = ofVue.useKeyAction("submit", async (_, amount: number) => amount > 0);
  void submit(1);
  // @ts-expect-error: the state is the guard's to tell.
  state.value = { status: "idle" };
  void ofVue.useDraft().current?.save();
  ofVue.defineLazy(async () => root);
}

export function report(guard: Guard): void {
  guard.report(new Error("caught"), { source: "/part.js" });
  guard.report(undefined);
  // @ts-expect-error: nothing else is known of it.
  guard.report("caught", { url: "/part.js" });
}
