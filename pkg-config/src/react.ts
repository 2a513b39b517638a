// "pagemend/react": the guard in a React application. React itself is the application's own.
import { Component, createContext, createElement, lazy as reactLazy, useContext, useEffect, useInsertionEffect, useMemo, useRef, useState } from "react";
import type { ComponentType, ErrorInfo, ReactNode } from "react";
import { draftRef, hold, IDLE, join, keyActionTrigger, type DraftRef, type KeyActionRun, type KeyActionState, type KeyActionTrigger } from "./adapter.js";
import type { DraftOptions, Guard, Options } from "./types.js";

export type { DraftRef, KeyActionRun, KeyActionState, KeyActionTrigger } from "./adapter.js";

const Shown = createContext<Guard | undefined>(undefined);

export interface GuardProviderProps {
  /** As for `start` of "pagemend/client"; without them the page's guard is taken as boot.js has configured it. */
  options?: Options;
  /** A guard that the page has started itself, as by `start` of "pagemend", and stops itself. */
  guard?: Guard;
  children?: ReactNode;
}

/**
 * Starts the guard, once, or takes up the one that runs, and stops it when it is shown no more, unless because of an error that no boundary caught. What
 * a boundary around the provider takes away takes the guard with it: the provider stands outside of all boundaries.
 */
export function GuardProvider({ options, guard, children }: GuardProviderProps): ReactNode {
  const value = guard ?? join(options);
  // React ends it in the task in which it tells of an error that nobody caught, other than `useEffect`, and not while something is hidden, other than
  // `useLayoutEffect`.
  useInsertionEffect(() => (guard ? undefined : hold()), [guard]);
  return createElement(Shown.Provider, { value }, children);
}

/** The provider's guard; without a provider, the page's. */
export function useGuard(): Guard {
  return useContext(Shown) ?? join();
}

/**
 * A key action (submit, repay, sign) of this component: what begins it, and how far it is. Each press while it is under way joins it. The trigger never
 * rejects; what failed is in the state.
 */
export function useKeyAction<T, A extends unknown[] = []>(name: string, run: KeyActionRun<T, A>): readonly [KeyActionTrigger<T, A>, KeyActionState<T>] {
  const guard = useGuard();
  const [state, tell] = useState<KeyActionState<T>>(IDLE);
  const latest = useRef({ guard, name, run });
  useEffect(() => {
    latest.current = { guard, name, run };
  });
  const [trigger] = useState(() => keyActionTrigger(() => latest.current, tell));
  return [trigger, state];
}

/** A ref for a form, whose draft is kept for as long as the form is there: `<form ref={useDraft({ name: "apply" })}>`. */
export function useDraft(options?: DraftOptions): DraftRef {
  const guard = useGuard();
  // The same options, written anew at each rendering, are the same draft.
  return useMemo(() => draftRef(guard, options), [guard, JSON.stringify(options)]);
}

/** Lazy parts that did not come: whoever tries again asks for them anew, which React's own `lazy` never does. */
const failed = new Set<() => void>();

/**
 * React's `lazy` with the guard's retries. What does not come in the end is thrown to the boundary around it; the `reset` of a `GuardBoundary` asks for
 * it once more.
 */
export function lazy<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  let guard: Guard;
  const fresh = () =>
    reactLazy(async () => {
      try {
        return await guard.import(load);
      } catch (e) {
        failed.add(renew);
        throw e;
      }
    });
  const renew = () => void (view = fresh());
  let view = fresh();
  return function Lazy(props) {
    // Whoever shows it first has it loaded by its guard.
    guard = useGuard();
    return createElement(view as ComponentType<P>, props);
  };
}

/** What a boundary has caught. */
export interface Failure {
  error: unknown;
  /** Shows the children again. */
  reset(): void;
}

export interface GuardBoundaryProps {
  /** In place of what could not be shown; without it, a line and a button in the page's language. */
  fallback?: ReactNode | ((failure: Failure) => ReactNode);
  /** Called with what was caught, beside the guard. */
  onError?(error: unknown, info: ErrorInfo): void;
  /** Called before the children are shown again. */
  onReset?(): void;
  children?: ReactNode;
}

/** In an object of its own: whatever is thrown may be caught, undefined too. */
interface Caught {
  caught: { error: unknown } | undefined;
}

/** An error boundary that tells the guard what it catches: a page that then shows nothing has its cause from it. */
export class GuardBoundary extends Component<GuardBoundaryProps, Caught> {
  static override contextType = Shown;
  declare context: Guard | undefined;
  override state: Caught = { caught: undefined };

  static getDerivedStateFromError(error: unknown): Caught {
    return { caught: { error } };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    (this.context ?? join()).report(error);
    this.props.onError?.(error, info);
  }

  readonly reset = (): void => {
    for (const renew of failed) renew();
    failed.clear();
    this.props.onReset?.();
    this.setState({ caught: undefined });
  };

  override render(): ReactNode {
    const { fallback = retry, children } = this.props;
    const { caught } = this.state;
    if (!caught) return children;
    return typeof fallback === "function" ? fallback({ error: caught.error, reset: this.reset }) : fallback;
  }
}

/** Says no more than what is known. */
function retry({ reset }: Failure): ReactNode {
  const isChinese = /^zh/i.test(document.documentElement.lang || navigator.language);
  const [line, button] = isChinese ? ["这一部分没有显示出来。", "重试"] : ["This part of the page could not be shown.", "Try again"];
  return createElement("div", { role: "alert" }, createElement("p", null, line), createElement("button", { type: "button", onClick: reset }, button));
}
