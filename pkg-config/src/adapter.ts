// What the adapters of frameworks share: the guard that they hold, a form's draft as a ref, and a key action with its states.
import { start } from "./client.js";
import type { Draft, DraftOptions, Guard, KeyActionContext, Options } from "./types.js";

let current: Guard | undefined;
let holders = 0;

/** The guard of the page, for all who ask here: started by the first of them, with its options. */
export function join(options?: Options): Guard {
  // Without what makes it a promise, so that it can be handed on by `await`.
  return (current ??= { ...start(options) });
}

/**
 * Holds it for as long as something is shown by it. It is stopped a task after the last one has let go: React's StrictMode lets go of everything and
 * takes it up again in one breath. Where an error that nobody caught comes in the same task the framework has taken its page away because of it, as React does:
 * such a page needs its guard, which stays.
 */
export function hold(): () => void {
  holders++;
  return () => {
    holders--;
    let threw = false;
    const hear = () => void (threw = true);
    addEventListener("error", hear);
    setTimeout(() => {
      removeEventListener("error", hear);
      const last = holders || threw ? undefined : current;
      if (!last) return;
      current = undefined;
      void last.stop();
    });
  };
}

/** Called with the form when it is there, and with null when it goes. */
export interface DraftRef {
  (form: Element | null): void;
  /** The form's draft, while the form is there. */
  readonly current: Draft | undefined;
}

export function draftRef(guard: Guard, options?: DraftOptions): DraftRef {
  let form: Element | null = null;
  let draft: Draft | undefined;
  const ref = (next: Element | null) => {
    if (next === form) return;
    draft?.stop();
    form = next;
    draft = next ? guard.draft(next, options) : undefined;
  };
  return Object.defineProperty(ref, "current", { get: () => draft }) as DraftRef;
}

/** How far a key action of a component is. */
export type KeyActionState<T> =
  | { readonly status: "idle" }
  | { readonly status: "pending" }
  | { readonly status: "done"; readonly value: T }
  | { readonly status: "failed"; readonly error: unknown };

export const IDLE: KeyActionState<never> = { status: "idle" };

/** What a component runs: the same as for `guard.keyAction`, and what its trigger was called with. */
export type KeyActionRun<T, A extends unknown[]> = (context: KeyActionContext, ...given: A) => Promise<T>;

/** Begins the action, or joins the one under way. Fulfilled with its value when it is done, with undefined when it has failed, which the state tells. */
export type KeyActionTrigger<T, A extends unknown[]> = (...given: A) => Promise<T | undefined>;

/** A trigger. `now`: with which guard, under which name and what is run when it is pressed; `tell` hears of each state. */
export function keyActionTrigger<T, A extends unknown[]>(
  now: () => { guard: Guard; name: string; run: KeyActionRun<T, A> },
  tell: (state: KeyActionState<T>) => void,
): KeyActionTrigger<T, A> {
  let underWay: Promise<T | undefined> | undefined;
  async function act(given: A): Promise<T | undefined> {
    tell({ status: "pending" });
    try {
      const { guard, name, run } = now();
      const value = await guard.keyAction(name, (context) => run(context, ...given));
      tell({ status: "done", value });
      return value;
    } catch (error) {
      tell({ status: "failed", error });
      return undefined;
    } finally {
      underWay = undefined;
    }
  }
  return (...given) => (underWay ??= act(given));
}
