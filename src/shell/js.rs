//! JavaScript by name. Every access may fail (a getter throws, a prototype was replaced); where nobody needs to know why,
//! a failure is `undefined`.

#![expect(unsafe_code, reason = "values that live as long as their scope; each use says why it is sound")]

use crate::core::number;
use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use wasm_bindgen::convert::{IntoWasmAbi, RefFromWasmAbi};
use wasm_bindgen::describe::WasmDescribe;
use wasm_bindgen::prelude::*;

/// A value of JavaScript while the scope lasts in which it was read. A plain number for the compiler: passing values on
/// and letting go of each alone were a tenth of the guard's code. What is kept longer is kept as [`JsValue`].
#[derive(Clone, Copy)]
pub struct J<'s>(u32, PhantomData<&'s JsValue>);

impl WasmDescribe for J<'_> {
    fn describe() {
        <&JsValue>::describe();
    }
}

impl IntoWasmAbi for J<'_> {
    type Abi = u32;
    fn into_abi(self) -> u32 {
        self.0
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: JsValue;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_get(target: J, key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_at(target: J, index: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = set)]
    fn reflect_set(target: J, key: &str, value: J) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_apply(f: J, this: J, args: J) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = construct)]
    fn reflect_construct(f: J, args: J) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_run(f: &mut dyn FnMut(), this: J, args: J) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = String)]
    fn to_text(value: J) -> Result<String, JsValue>;
    #[wasm_bindgen(catch, js_name = Number)]
    fn to_number(value: J) -> Result<f64, JsValue>;
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    fn json_parse(text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = Array)]
    fn new_array() -> JsValue;
}

/// The values of all open scopes.
struct Values(UnsafeCell<Vec<JsValue>>);

// One thread is all that a page's module has.
unsafe impl Sync for Values {}

static VALUES: Values = Values(UnsafeCell::new(Vec::new()));

/// No reference outlives a call: letting go of a value runs nothing but the table's own bookkeeping.
fn values() -> &'static mut Vec<JsValue> {
    unsafe { &mut *VALUES.0.get() }
}

/// Lets go of what was read since its beginning. Every way into the guard opens one.
pub struct Scope(usize);

impl Scope {
    pub fn open() -> Scope {
        Scope(values().len())
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        values().truncate(self.0);
    }
}

/// A value of its own, until the scope ends.
pub fn hold<'s>(value: JsValue) -> J<'s> {
    let held = (&value).into_abi();
    values().push(value);
    J(held, PhantomData)
}

const UNDEFINED: &JsValue = &JsValue::UNDEFINED;
const NULL: &JsValue = &JsValue::NULL;
const YES: &JsValue = &JsValue::TRUE;
const NO: &JsValue = &JsValue::FALSE;

pub fn undefined() -> J<'static> {
    J::of(UNDEFINED)
}

pub fn null() -> J<'static> {
    J::of(NULL)
}

pub fn truth(yes: bool) -> J<'static> {
    J::of(if yes { YES } else { NO })
}

/// A text as a value.
pub fn s<'s>(text: &str) -> J<'s> {
    hold(JsValue::from_str(text))
}

/// A number as a value.
pub fn n<'s>(number: f64) -> J<'s> {
    hold(JsValue::from_f64(number))
}

impl<'s> J<'s> {
    pub fn of(value: &'s JsValue) -> J<'s> {
        J(value.into_abi(), PhantomData)
    }

    /// To be kept.
    pub fn own(self) -> JsValue {
        JsValue::clone(&self.value())
    }

    fn value(self) -> ManuallyDrop<JsValue> {
        // The index is that of a value that its scope still holds.
        unsafe { JsValue::ref_from_abi(self.0) }
    }

    pub fn is_object(self) -> bool {
        self.value().is_object()
    }

    pub fn is_function(self) -> bool {
        self.value().is_function()
    }

    pub fn is_undefined(self) -> bool {
        self.value().is_undefined()
    }

    /// `undefined` or `null`.
    pub fn is_missing(self) -> bool {
        self.is_undefined() || self.value().is_null()
    }

    pub fn is_truthy(self) -> bool {
        !self.value().is_falsy()
    }

    pub fn as_bool(self) -> Option<bool> {
        self.value().as_bool()
    }

    pub fn as_f64(self) -> Option<f64> {
        self.value().as_f64()
    }

    pub fn as_string(self) -> Option<String> {
        self.value().as_string()
    }

    pub fn same(self, other: J) -> bool {
        *self.value() == *other.value()
    }
}

fn or_undefined<'s>(result: Result<JsValue, JsValue>) -> J<'s> {
    match result {
        Ok(value) => hold(value),
        Err(_) => undefined(),
    }
}

fn held<'s>(result: Result<JsValue, JsValue>) -> Ended<'s> {
    match result {
        Ok(value) => Ok(hold(value)),
        Err(thrown) => Err(hold(thrown)),
    }
}

pub fn window<'s>() -> J<'s> {
    hold(GLOBAL.with(JsValue::clone))
}

pub fn global<'s>(name: &str) -> J<'s> {
    get(window(), name)
}

/// A property.
pub fn get<'s>(target: J<'s>, key: &str) -> J<'s> {
    or_undefined(reflect_get(target, key))
}

/// An element of an array or of something like one.
pub fn at(list: J<'_>, index: u32) -> J<'_> {
    or_undefined(reflect_at(list, index))
}

/// All elements of an array or of something like one, at most `most`.
pub fn list(value: J<'_>, most: usize) -> Vec<J<'_>> {
    let length = number::to_u32(number(value, "length"));
    let mut all = Vec::new();
    for index in (0..length).take(most) {
        all.push(at(value, index));
    }
    all
}

pub fn set(target: J, key: &str, value: J) -> bool {
    reflect_set(target, key, value).unwrap_or(false)
}

pub fn text(target: J, key: &str) -> Option<String> {
    get(target, key).as_string()
}

/// The same, or the empty text.
pub fn word(target: J, key: &str) -> String {
    text(target, key).unwrap_or_default()
}

pub fn is(target: J, key: &str, value: &str) -> bool {
    text(target, key).is_some_and(|text| text == value)
}

/// Whether it is one of these words, which are separated by commas.
pub fn is_one(target: J, key: &str, words: &str) -> bool {
    text(target, key).is_some_and(|text| words.split(',').any(|word| word == text))
}

/// A number, or 0.
pub fn number(target: J, key: &str) -> f64 {
    number_of(get(target, key))
}

pub fn number_of(value: J) -> f64 {
    value.as_f64().unwrap_or(0.0)
}

pub fn flag(target: J, key: &str) -> bool {
    get(target, key).is_truthy()
}

pub fn apply<'s>(f: J<'s>, this: J<'s>, args: &[J<'s>]) -> Ended<'s> {
    held(reflect_apply(f, this, array(args)))
}

/// A method whose failure matters.
pub fn call<'s>(target: J<'s>, method: &str, args: &[J<'s>]) -> Ended<'s> {
    apply(get(target, method), target, args)
}

pub fn call0<'s>(target: J<'s>, method: &str) -> Ended<'s> {
    call(target, method, &[])
}

pub fn call1<'s>(target: J<'s>, method: &str, arg: J<'s>) -> Ended<'s> {
    call(target, method, &[arg])
}

pub fn call2<'s>(target: J<'s>, method: &str, arg: J<'s>, other: J<'s>) -> Ended<'s> {
    call(target, method, &[arg, other])
}

/// A method whose failure is as good as `undefined`.
pub fn run0<'s>(target: J<'s>, method: &str) -> J<'s> {
    ok(call0(target, method))
}

pub fn run1<'s>(target: J<'s>, method: &str, arg: J<'s>) -> J<'s> {
    ok(call1(target, method, arg))
}

pub fn run2<'s>(target: J<'s>, method: &str, arg: J<'s>, other: J<'s>) -> J<'s> {
    ok(call2(target, method, arg, other))
}

/// With one text argument, the most frequent kind.
pub fn run<'s>(target: J<'s>, method: &str, arg: &str) -> J<'s> {
    run1(target, method, s(arg))
}

/// `new globalThis[class](...args)`.
pub fn construct<'s>(class: &str, args: &[J<'s>]) -> Ended<'s> {
    held(reflect_construct(global(class), array(args)))
}

pub fn array<'s>(items: &[J]) -> J<'s> {
    let array = hold(new_array());
    for (index, item) in (0..).zip(items) {
        let _ = reflect_put(array, index, *item);
    }
    array
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = set)]
    fn reflect_put(target: J, index: u32, value: J) -> Result<bool, JsValue>;
}

/// A constant object, as JSON.
pub fn json<'s>(text: &str) -> J<'s> {
    or_undefined(json_parse(text))
}

pub fn is_json(text: &str) -> bool {
    json_parse(text).is_ok()
}

/// What `String(value)` says; empty where that throws.
pub fn shown(value: J) -> String {
    to_text(value).unwrap_or_default()
}

/// What `Number(value)` says: NaN for what is no number, 0 for the empty text.
pub fn numeric(value: J) -> f64 {
    to_number(value).unwrap_or(f64::NAN)
}

/// Runs `f` so that nothing it throws, a trap of this very module included, goes further: it is the error.
pub fn caught<'s>(mut f: impl FnMut()) -> Result<(), J<'s>> {
    reflect_run(&mut f, undefined(), array(&[])).map(|_| ()).map_err(hold)
}

/// What came of a call or of a promise: its value, or what was thrown.
pub type Ended<'s> = Result<J<'s>, J<'s>>;

type Next = Box<dyn FnOnce(Ended<'_>)>;

/// Goes on with what comes of a promise; a value that is none counts as fulfilled, a failure to get one as rejected.
/// Plain continuations: an executor of futures would be a twentieth of the whole guard.
pub fn then(promise: Ended, next: impl FnOnce(Ended<'_>) + 'static) {
    then_boxed(promise, Box::new(next));
}

fn then_boxed(promise: Ended, next: Next) {
    let promise = match promise {
        Ok(value) => resolved(value),
        Err(thrown) => return next(Err(thrown)),
    };
    let kept = Rc::new(Cell::new(Some(next)));
    let rejected = kept.clone();
    let fulfilled = function(move |value, _| go_on(&kept, Ok(value)));
    let rejected = function(move |reason, _| go_on(&rejected, Err(reason)));
    run2(promise, "then", fulfilled, rejected);
}

fn go_on(kept: &Cell<Option<Next>>, ended: Ended) -> JsValue {
    if let Some(next) = kept.take() {
        next(ended);
    }
    JsValue::UNDEFINED
}

/// A promise with its two ends.
pub fn deferred() -> (JsValue, JsValue, JsValue) {
    let ends = Rc::new(Cell::new((JsValue::UNDEFINED, JsValue::UNDEFINED)));
    let found = ends.clone();
    let executor = function(move |resolve, reject| {
        found.set((resolve.own(), reject.own()));
        JsValue::UNDEFINED
    });
    let promise = construct("Promise", &[executor]).unwrap_or(undefined());
    // Without ends only where the page replaced Promise by something that never calls its executor.
    let (resolve, reject) = ends.take();
    (promise.own(), resolve, reject)
}

/// Calls a function of the page or of a promise with one argument.
pub fn fulfil(resolve: &JsValue, value: J) {
    let _ = reflect_apply(J::of(resolve), undefined(), array(&[value]));
}

pub fn rejected(reason: J<'_>) -> J<'_> {
    run1(global("Promise"), "reject", reason)
}

pub fn resolved(value: J<'_>) -> J<'_> {
    run1(global("Promise"), "resolve", value)
}

/// A rejected promise for who called it the wrong way.
pub fn refused(message: &str) -> JsValue {
    rejected(error("TypeError", message)).own()
}

thread_local! {
    static GATE: Cell<JsValue> = const { Cell::new(JsValue::UNDEFINED) };
}

/// What stands around every function that is made from now on; undefined is nothing. See gate.ts.
pub fn set_gate(gate: J) {
    GATE.set(gate.own());
}

pub fn gate<'s>() -> J<'s> {
    let gate = GATE.take();
    GATE.set(gate.clone());
    hold(gate)
}

/// A function for JavaScript that the garbage collector frees. The browser calls nothing of the guard's but these: what is thrown or
/// trapped in there ends at the gate around it.
pub fn function<'s>(f: impl Fn(J, J) -> JsValue + 'static) -> J<'s> {
    function_boxed(Box::new(f))
}

/// One closure type for all, boxed before it is wrapped: each further one costs glue.
fn function_boxed<'s>(f: Box<dyn Fn(J, J) -> JsValue>) -> J<'s> {
    let scoped: Box<dyn Fn(JsValue, JsValue) -> JsValue> = Box::new(move |one, other| {
        let _scope = Scope::open();
        f(J::of(&one), J::of(&other))
    });
    let bare = hold(Closure::wrap_aborting(scoped).into_js_value());
    let gate = gate();
    if gate.is_undefined() { bare } else { run1(gate, "around", bare) }
}

pub fn error<'s>(name: &str, message: &str) -> J<'s> {
    let error = construct("Error", &[s(message)]).unwrap_or(undefined());
    set(error, "name", s(name));
    error
}

/// An error of the page's own code, as its own console shows it.
pub fn show_error(line: &str, thrown: J) {
    run2(global("console"), "error", s(line), thrown);
}

/// One line for the developer of the page, of something that is wrong.
pub fn complain(line: &str) {
    let _scope = Scope::open();
    run(global("console"), "error", line);
}

/// The same, of something that was done.
pub fn tell(line: &str) {
    let _scope = Scope::open();
    run(global("console"), "info", line);
}

/// What came of it, or undefined.
pub fn ok(ended: Ended<'_>) -> J<'_> {
    ended.unwrap_or(undefined())
}
