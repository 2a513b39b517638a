//! JavaScript by name. Every access may fail (a getter throws, a prototype was replaced); where nobody needs to know why,
//! a failure is `undefined`.

use js_sys::{Array, Function, Promise};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_get(target: &JsValue, key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_at(target: &JsValue, index: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = set)]
    fn reflect_set(target: &JsValue, key: &str, value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_apply(f: &JsValue, this: &JsValue, args: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = construct)]
    fn reflect_construct(f: &JsValue, args: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_run(f: &mut dyn FnMut(), this: &JsValue, args: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = String)]
    fn to_text(value: &JsValue) -> Result<String, JsValue>;
    /// NaN for what is no number; 0 for the empty text.
    #[wasm_bindgen(js_name = Number)]
    pub fn to_number(text: &str) -> f64;
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    fn json_parse(text: &str) -> Result<JsValue, JsValue>;
}

pub fn global(name: &str) -> JsValue {
    get(&js_sys::global(), name)
}

/// A property.
pub fn get(target: &JsValue, key: &str) -> JsValue {
    reflect_get(target, key).unwrap_or(JsValue::UNDEFINED)
}

/// An element of an array or of something like one.
pub fn at(list: &JsValue, index: u32) -> JsValue {
    reflect_at(list, index).unwrap_or(JsValue::UNDEFINED)
}

/// All elements of an array or of something like one, at most `most`.
pub fn list(value: &JsValue, most: u32) -> Vec<JsValue> {
    let length = (number(value, "length") as u32).min(most);
    let mut all = Vec::new();
    for index in 0..length {
        all.push(at(value, index));
    }
    all
}

pub fn set(target: &JsValue, key: &str, value: impl Into<JsValue>) -> bool {
    put(target, key, &value.into())
}

fn put(target: &JsValue, key: &str, value: &JsValue) -> bool {
    reflect_set(target, key, value).unwrap_or(false)
}

pub fn text(target: &JsValue, key: &str) -> Option<String> {
    get(target, key).as_string()
}

/// The same, or the empty text.
pub fn word(target: &JsValue, key: &str) -> String {
    text(target, key).unwrap_or_default()
}

pub fn is(target: &JsValue, key: &str, value: &str) -> bool {
    text(target, key).is_some_and(|text| text == value)
}

/// A number, or 0.
pub fn number(target: &JsValue, key: &str) -> f64 {
    get(target, key).as_f64().unwrap_or(0.0)
}

pub fn flag(target: &JsValue, key: &str) -> bool {
    get(target, key).is_truthy()
}

pub fn apply(f: &JsValue, this: &JsValue, args: &[&JsValue]) -> Result<JsValue, JsValue> {
    reflect_apply(f, this, &array(args))
}

/// A method whose failure matters.
pub fn call(target: &JsValue, method: &str, args: &[&JsValue]) -> Result<JsValue, JsValue> {
    apply(&get(target, method), target, args)
}

/// A method whose failure is as good as `undefined`.
pub fn run(target: &JsValue, method: &str, args: &[&JsValue]) -> JsValue {
    call(target, method, args).unwrap_or(JsValue::UNDEFINED)
}

pub fn run0(target: &JsValue, method: &str) -> JsValue {
    run(target, method, &[])
}

/// A method with one text argument, the most frequent kind.
pub fn run1(target: &JsValue, method: &str, arg: &str) -> JsValue {
    run(target, method, &[&arg.into()])
}

/// `new globalThis[class](...args)`.
pub fn construct(class: &str, args: &[&JsValue]) -> Result<JsValue, JsValue> {
    reflect_construct(&global(class), &array(args))
}

pub fn array(items: &[&JsValue]) -> Array {
    let array = Array::new();
    for item in items {
        array.push(item);
    }
    array
}

/// A constant object, as JSON.
pub fn json(text: &str) -> JsValue {
    json_parse(text).unwrap_or(JsValue::UNDEFINED)
}

pub fn is_json(text: &str) -> bool {
    json_parse(text).is_ok()
}

/// What `String(value)` says; empty where that throws.
pub fn shown(value: &JsValue) -> String {
    to_text(value).unwrap_or_default()
}

pub fn is_missing(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// Runs `f` so that nothing it throws, a trap of this very module included, goes further.
pub fn caught(mut f: impl FnMut()) -> Result<(), JsValue> {
    reflect_run(&mut f, &JsValue::UNDEFINED, &Array::new()).map(drop)
}

/// What came of a promise: its value, or the reason of its rejection.
pub type Ended = Result<JsValue, JsValue>;

/// Goes on with what comes of a promise; a value that is none counts as fulfilled, a failure to get one as rejected.
/// Plain continuations: an executor of futures would be a twentieth of the whole guard.
pub fn then(promise: Ended, next: impl FnOnce(Ended) + 'static) {
    then_boxed(promise, Box::new(next));
}

type Next = Box<dyn FnOnce(Ended)>;

fn then_boxed(promise: Ended, next: Next) {
    let promise = match promise {
        Ok(value) => resolved(&value),
        Err(thrown) => return next(Err(thrown)),
    };
    let kept = Rc::new(Cell::new(Some(next)));
    let rejected = kept.clone();
    let go_on = |kept: &Cell<Option<Next>>, ended| {
        if let Some(next) = kept.take() {
            next(ended);
        }
        JsValue::UNDEFINED
    };
    let fulfilled = function(move |value, _| go_on(&kept, Ok(value)));
    let rejected = function(move |reason, _| go_on(&rejected, Err(reason)));
    run(&promise, "then", &[&fulfilled, &rejected]);
}

/// All of these promises, as one of an array of `{ status, value }`.
pub fn all_settled(promises: &Array) -> Ended {
    call(&global("Promise"), "allSettled", &[promises])
}

/// A promise with its two ends.
pub fn deferred() -> (JsValue, JsValue, JsValue) {
    let mut ends = None;
    let promise = Promise::new(&mut |resolve: Function, reject: Function| ends = Some((resolve.into(), reject.into())));
    // Without ends only where the page replaced Promise by something that never calls its executor.
    let (resolve, reject) = ends.unwrap_or_default();
    (promise.into(), resolve, reject)
}

/// Calls a function of the page or of a promise with one argument.
pub fn fulfil(resolve: &JsValue, value: &JsValue) {
    let _ = apply(resolve, &JsValue::UNDEFINED, &[value]);
}

pub fn rejected(reason: &JsValue) -> JsValue {
    Promise::reject(reason).into()
}

pub fn resolved(value: &JsValue) -> JsValue {
    Promise::resolve(value).into()
}

/// A function for JavaScript that the garbage collector frees.
pub fn function(f: impl Fn(JsValue, JsValue) -> JsValue + 'static) -> JsValue {
    let boxed: Box<dyn Fn(JsValue, JsValue) -> JsValue> = Box::new(f);
    Closure::wrap_aborting(boxed).into_js_value()
}

pub fn error(name: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name(name);
    error.into()
}

/// One line for the developer of the page.
pub fn complain(line: &str) {
    run1(&global("console"), "error", line);
}
