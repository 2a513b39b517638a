// "pagemend/vue": the guard in a Vue application. Vue itself is the application's own.
import { defineAsyncComponent, hasInjectionContext, inject, shallowReadonly, shallowRef } from "vue";
import type { App, AsyncComponentLoader, AsyncComponentOptions, Component, ComponentPublicInstance, ObjectDirective, Plugin, ShallowRef } from "vue";
import { draftRef, hold, IDLE, join, keyActionTrigger, type DraftRef as AnyDraftRef, type KeyActionRun, type KeyActionState, type KeyActionTrigger } from "./adapter.js";
import type { Draft, DraftOptions, Guard, Options } from "./types.js";

export type { KeyActionRun, KeyActionState, KeyActionTrigger } from "./adapter.js";

declare module "vue" {
  interface ComponentCustomProperties {
    $guard: Guard;
  }
}

/** Where the router has gone to, as far as it is read here. */
export interface Arrival {
  name?: string | symbol | null | undefined;
  meta: { step?: unknown };
}

/** What is used of vue-router's router. */
export interface Router {
  afterEach(hook: (to: Arrival, from: unknown, failure?: unknown) => void): unknown;
}

export interface PluginExtras {
  /** Each route that is reached is told by `guard.step`, as its `meta.step` or else its name; one with neither is not. */
  router?: Router;
  /** A guard that the page has started itself, as by `start` of "pagemend", and stops itself. */
  guard?: Guard;
}

type Shown = App["config"]["errorHandler"];

const KEY = Symbol("pagemend");

/**
 * The plugin: `app.use(pagemend(options))`. Starts the guard, or takes up the one that runs, and stops it when the application is unmounted. `options`: as for
 * `start` of "pagemend/client".
 */
export function pagemend(options?: Options, { router, guard: given }: PluginExtras = {}): Plugin {
  return {
    install(app) {
      const guard = given ?? join(options);
      app.provide(KEY, guard);
      app.config.globalProperties.$guard = guard;
      app.directive("draft", draftDirective(guard));
      reportErrors(app, guard);
      router?.afterEach(({ name, meta }, _, failure) => {
        const step = typeof meta.step === "string" ? meta.step : name;
        if (!failure && typeof step === "string") guard.step(step);
      });
      if (given) return;
      const letGo = hold();
      const unmount = app.unmount;
      app.unmount = () => {
        unmount();
        letGo();
      };
    },
  };
}

/** What is used of Nuxt, which an application of Nuxt carries. */
interface Nuxt {
  hook(name: "vue:error", told: (error: unknown) => void): unknown;
}

/** What components throw is told to the guard, and to the page's own handler, whether it was set before the plugin or after. */
function reportErrors(app: App, guard: Guard): void {
  // Nuxt has a handler there while it starts, which shows every error as a page, and takes away that very one when it is up: it must find it.
  const { $nuxt } = app.config.globalProperties as { $nuxt?: Nuxt };
  if ($nuxt) {
    $nuxt.hook("vue:error", (error) => guard.report(error));
    return;
  }
  let own: Shown = app.config.errorHandler;
  const handler: NonNullable<Shown> = (error, instance, info) => {
    guard.report(error);
    if (own) return own(error, instance, info);
    // As Vue does where there is no handler.
    if (app.config.throwUnhandledErrorInProduction) throw error;
    console.error(error);
  };
  Object.defineProperty(app.config, "errorHandler", { configurable: true, enumerable: true, get: () => handler, set: (next: Shown) => (own = next) });
}

/** The application's guard; without the plugin, the page's. */
export function useGuard(): Guard {
  return (hasInjectionContext() ? inject<Guard | undefined>(KEY, undefined) : undefined) ?? join();
}

/**
 * A key action (submit, repay, sign) of this component: what begins it, and how far it is. Each press while it is under way joins it. The trigger never
 * rejects; what failed is in the state.
 */
export function useKeyAction<T, A extends unknown[] = []>(name: string, run: KeyActionRun<T, A>): readonly [KeyActionTrigger<T, A>, Readonly<ShallowRef<KeyActionState<T>>>] {
  const guard = useGuard();
  const state = shallowRef<KeyActionState<T>>(IDLE);
  const trigger = keyActionTrigger(() => ({ guard, name, run }), (next) => (state.value = next));
  return [trigger, shallowReadonly(state)];
}

/** Called with the form, or the component around it, when it is there, and with null when it goes. */
export interface DraftRef {
  (form: Element | ComponentPublicInstance | null): void;
  /** The form's draft, while the form is there. */
  readonly current: Draft | undefined;
}

/** A ref for a form, whose draft is kept for as long as the form is there: `<form :ref="draft">`. */
export function useDraft(options?: DraftOptions): DraftRef {
  const inner = draftRef(useGuard(), options);
  const ref = (form: Element | ComponentPublicInstance | null) => inner(form && "$el" in form ? (form.$el as Element) : form);
  return Object.defineProperty(ref, "current", { get: () => inner.current }) as DraftRef;
}

/** `<form v-draft="'apply'">`, or with the options of `guard.draft`. */
export type DraftDirective = ObjectDirective<Element, DraftOptions | string | undefined>;

function draftDirective(guard: Guard): DraftDirective {
  const refs = new WeakMap<Element, AnyDraftRef>();
  const end = (form: Element) => refs.get(form)?.(null);
  const begin = (form: Element, said: DraftOptions | string | undefined) => {
    const ref = draftRef(guard, typeof said === "string" ? { name: said } : said);
    refs.set(form, ref);
    ref(form);
  };
  return {
    mounted: (form, { value }) => begin(form, value),
    updated(form, { value, oldValue }) {
      // The same options, written anew at each rendering, are the same draft.
      if (JSON.stringify(value) === JSON.stringify(oldValue)) return;
      end(form);
      begin(form, value);
    },
    beforeUnmount: end,
  };
}

/** `defineAsyncComponent` with the guard's retries. What does not come in the end is Vue's to show, and is asked for again when it is shown again. */
export function defineLazy<C extends Component>(source: AsyncComponentLoader<C> | AsyncComponentOptions<C>): C {
  const options = typeof source === "function" ? { loader: source } : source;
  const { loader } = options;
  return defineAsyncComponent<any>({ ...options, loader: () => useGuard().import(loader) });
}
