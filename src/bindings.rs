//! The surface for JavaScript. Thin: each method hands its arguments to the shell.

#![expect(clippy::needless_pass_by_value, reason = "what comes out of JavaScript comes as a value of its own")]

use crate::core::config::Consent;
use crate::core::event::Event;
use crate::core::prompt::PromptKind;
use crate::shell::web::shown;
use crate::shell::{self, Shell, console};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

/// The words of the types, as tests/public_types.rs writes them from the core's own.
#[wasm_bindgen(typescript_custom_section)]
const WORDS: &str = include_str!("../pkg-config/src/vocabulary.ts");

/// Those of the npm package; pkg-config/tests/told.test.mjs holds the two together.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface Evidence { kind: EvidenceKind; detail: string }
export interface RenderVerdict {
  state: RenderState;
  /** Only with "loading": the placeholders have been there for too long. */
  overdue?: boolean;
  cause?: Cause;
  evidence: Evidence[];
  tookMs: number;
  /** In words, for developers. */
  reason: string;
}
export interface FreshnessVerdict { state: FreshnessState; running?: string; latest?: string; required?: boolean; reason: string }
export interface RepairStep { action: RepairAction; target: string; text: string }
export interface RepairReport {
  damagedKeys: string[]; poisonedUrls: string[]; copied: number; removed: number; failed: number; restored: number;
  steps: RepairStep[];
}
export interface RepairRequest { scope?: RepairScope; dryRun?: boolean; keys?: string[]; undo?: boolean }
export interface IncidentStory {
  id: string; reference: string; cause: Cause; outcome: IncidentOutcome; step: string; build: string; page: string; detected: number;
  evidence: { cause: Cause; weight: number; kind: EvidenceKind; detail: string }[];
  timeline: { at: number; stage: IncidentStage; detail: string }[];
  dropped: number;
}
export interface GuardState {
  build: FreshnessVerdict;
  retriesLeft: number; retriesMost: number;
  timers: { timer: Timer; inMs: number }[];
  consent: "pending" | "granted" | "denied";
  queued?: number;
  playbook?: { version: number; silent: boolean; mute: boolean; without: string[] };
  incidents: string[];
  marks: { ink: Ink; sight: string; furniture: boolean; amount: number; box: [number, number, number, number] }[];
  dropped: number;
}
export interface PromptAnswer { choice: PromptChoice | (string & {}) }
export interface ExpiryOptions { at?: number; in?: number; renew?: () => Promise<{ at?: number } | string | void>; warnMs?: number }
export interface DataOptions { maxAgeMs?: number; ttlMs?: number; timeoutMs?: number; keep?: boolean }
export interface Data { value: unknown; age: number; fresh: boolean; at: number }
export interface DraftOptions { name?: string; include?: string[]; exclude?: string[]; maxAgeMs?: number; version?: string | number }
/** "import": a lazy part of the page did not come. */
export interface CaughtError {
  kind: "error" | "import"; message: string; name?: string; source?: string; stack?: string; url?: string;
}
export interface KeyContext { key: string; fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> }
"#;

#[wasm_bindgen]
pub struct Engine {
    shell: &'static Shell,
}

/// Starts the guard. `options` are those of the npm package after its checks, or part of them: a text in two languages is `{ zh, en }`, `locale` is
/// "zh-CN" or "en", and an origin has no slash at its end. Throws a `TypeError` with the option's name where one is of another type.
#[wasm_bindgen]
pub fn start(
    #[wasm_bindgen(unchecked_param_type = "unknown")] options: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] boot: JsValue,
) -> Result<Engine, JsValue> {
    Ok(Engine { shell: Shell::start(shell::read_options(&options)?, boot)? })
}

#[wasm_bindgen]
impl Engine {
    #[wasm_bindgen(js_name = checkRender, unchecked_return_type = "Promise<RenderVerdict>")]
    pub fn check_render(&self) -> Promise {
        self.shell.check_render()
    }

    #[wasm_bindgen(js_name = checkFreshness, unchecked_return_type = "Promise<FreshnessVerdict>")]
    pub fn check_freshness(&self) -> Promise {
        self.shell.check_freshness()
    }

    /// `scope`: what to look at, all without it.
    #[wasm_bindgen(unchecked_return_type = "Promise<RepairReport>")]
    pub fn repair(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "RepairScope | RepairRequest")] scope: JsValue,
    ) -> Promise {
        self.shell.repair(&scope)
    }

    /// All that is known of an incident, of its id or reference; without one of the latest. `null` where there is none.
    #[wasm_bindgen(unchecked_return_type = "Promise<IncidentStory | null>")]
    pub fn story(&self, #[wasm_bindgen(unchecked_optional_param_type = "string")] incident: JsValue) -> Promise {
        self.shell.story(&incident)
    }

    /// How the guard stands, for debug.js; `null` where it does not run.
    #[wasm_bindgen(unchecked_return_type = "Promise<GuardState | null>")]
    pub fn state(&self) -> Promise {
        self.shell.state()
    }

    /// `fetch` with the page's retry policy.
    #[wasm_bindgen(unchecked_return_type = "Promise<Response>")]
    pub fn fetch(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RequestInfo | URL")] input: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "RequestInit")] init: JsValue,
    ) -> Promise {
        self.shell.fetch(&input, &init)
    }

    /// Takes over a request whose first attempt is on its way; `abort` gives that attempt up.
    #[wasm_bindgen(unchecked_return_type = "Promise<Response>")]
    pub fn adopt(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RequestInfo | URL")] input: JsValue,
        #[wasm_bindgen(unchecked_param_type = "RequestInit | undefined")] init: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Promise<Response>")] first: Promise,
        #[wasm_bindgen(unchecked_optional_param_type = "() => void")] abort: JsValue,
    ) -> Promise {
        self.shell.adopt(&input, &init, first, &abort)
    }

    /// `loader` gets the number of the attempt, from 0, and returns the promise of the module.
    #[wasm_bindgen(unchecked_return_type = "Promise<unknown>")]
    pub fn import(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(attempt: number) => Promise<unknown>")] loader: JsValue,
    ) -> Promise {
        self.shell.import(&loader)
    }

    #[wasm_bindgen(js_name = keyAction, unchecked_return_type = "Promise<unknown>")]
    pub fn key_action(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue,
        #[wasm_bindgen(unchecked_param_type = "(context: KeyContext) => Promise<unknown>")] run: JsValue,
    ) -> Promise {
        self.shell.key_action(&shown(&name), &run)
    }

    /// `details` is a text, or an object with one under `detail`, `service`, `code` or `reason`.
    #[wasm_bindgen(unchecked_return_type = "Promise<PromptAnswer>")]
    pub fn prompt(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PromptKind")] kind: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "unknown")] details: JsValue,
    ) -> Promise {
        let kind = shown(&kind);
        if let Some(kind) = PromptKind::from_code(&kind) {
            self.shell.prompt(kind, &details)
        } else {
            let known = PromptKind::CODES.join(", ");
            console::complain(&format!("pagemend: prompt \"{kind}\" is not known; known: {known}"));
            self.shell.no_prompt()
        }
    }

    /// Keeps what the user types into `form`, and puts it back. The answer does with it what it is told in a word: "restored" is fulfilled when it was
    /// put back, "save", "clear" and "stop" when that is done. Undefined where `form` is not an element.
    #[wasm_bindgen(
        unchecked_return_type = "((what: \"restored\" | \"save\" | \"clear\" | \"stop\") => Promise<boolean>) | undefined"
    )]
    pub fn draft(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Element")] form: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "DraftOptions")] options: JsValue,
    ) -> Option<Function> {
        self.shell.draft(&form, &options)
    }

    /// Where in the loan journey the user is.
    pub fn step(&self, #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue) {
        match name.as_string() {
            Some(name) => self.shell.dispatch(Event::Step(name)),
            None => console::complain("pagemend: step(name): the name must be a string"),
        }
    }

    pub fn consent(&self, #[wasm_bindgen(unchecked_param_type = "\"granted\" | \"denied\"")] state: JsValue) {
        match state.as_string().as_deref() {
            Some("granted") => self.shell.dispatch(Event::Consent(Consent::Granted)),
            Some("denied") => self.shell.dispatch(Event::Consent(Consent::Denied)),
            _ => console::complain("pagemend: consent(state): expected \"granted\" or \"denied\""),
        }
    }

    /// What `load` gives, or the last that is known of that name, marked as such.
    #[wasm_bindgen(unchecked_return_type = "Promise<Data>")]
    pub fn data(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue,
        #[wasm_bindgen(unchecked_param_type = "() => Promise<unknown>")] load: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "DataOptions")] options: JsValue,
    ) -> Promise {
        self.shell.data(shown(&name), &load, &options)
    }

    /// Declares when something ends; returns the function that takes it back.
    #[wasm_bindgen(unchecked_return_type = "() => void")]
    pub fn expires(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] what: JsValue,
        #[wasm_bindgen(unchecked_param_type = "ExpiryOptions")] options: JsValue,
    ) -> Function {
        self.shell.expires(shown(&what), &options)
    }

    /// An error that the page caught, in the words in which the engine hears of one that nobody caught. The package's `guard.report` tells boot.js.
    pub fn report(&self, #[wasm_bindgen(unchecked_param_type = "CaughtError")] caught: JsValue) {
        self.shell.report(&caught);
    }

    /// Returns the function that takes the listener away.
    #[wasm_bindgen(unchecked_return_type = "() => void")]
    pub fn on(
        &self,
        #[wasm_bindgen(unchecked_param_type = "GuardEvent")] kind: JsValue,
        #[wasm_bindgen(unchecked_param_type = "(event: never) => unknown")] listener: JsValue,
    ) -> Function {
        self.shell.on(&shown(&kind), &listener)
    }

    /// After too many failures of the guard itself: as `stop`, but boot.js stays, and nothing is sent.
    #[wasm_bindgen(js_name = standDown)]
    pub fn stand_down(&self) {
        self.shell.stand_down();
    }

    /// Leaves no listener, timer or element behind. A second call does nothing.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn stop(&self) -> Promise {
        self.shell.stop();
        Promise::resolve(&JsValue::UNDEFINED)
    }
}
