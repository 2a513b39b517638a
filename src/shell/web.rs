//! What can throw, or be missing, though web-sys does not say so, declared anew on its own types; and the few interfaces of the browser that it lacks.

use crate::core::number;
use js_sys::{Function, JsString};
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, HtmlScriptElement, Navigator, Node, NodeList, Performance, PerformanceObserver,
    PerformanceObserverInit, PerformanceResourceTiming, Storage, Window,
};

#[wasm_bindgen]
extern "C" {
    /// Runs `f`: what it throws, a trap of this very module included, is the error.
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_apply(f: &mut dyn FnMut(), this: &JsValue, args: &js_sys::Array) -> Result<JsValue, JsValue>;

    /// What `String(value)` says; throws for a symbol's and for what has no text.
    #[wasm_bindgen(catch, js_name = String)]
    fn string_of(value: &JsValue) -> Result<String, JsValue>;

    #[wasm_bindgen(extends = js_sys::Promise)]
    type PagePromise;
    #[wasm_bindgen(method, catch, js_name = then)]
    fn try_then(this: &PagePromise, fulfilled: &Function, rejected: &Function) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = catch)]
    fn try_catch(this: &PagePromise, rejected: &Function) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(extends = PerformanceObserver)]
    pub type ResourceObserver;
    #[wasm_bindgen(method, catch, js_name = observe)]
    pub fn try_observe(this: &ResourceObserver, options: &PerformanceObserverInit) -> Result<(), JsValue>;

    /// With what not every engine tells: undefined there.
    #[wasm_bindgen(extends = PerformanceResourceTiming)]
    pub type ResourceTiming;
    #[wasm_bindgen(method, getter, js_name = responseStatus)]
    pub fn response_status(this: &ResourceTiming) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = contentType)]
    pub fn content_type(this: &ResourceTiming) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = decodedBodySize)]
    pub fn body_size(this: &ResourceTiming) -> Option<f64>;

    #[wasm_bindgen(extends = Performance)]
    pub type PageTimes;
    #[wasm_bindgen(method, catch, js_name = getEntriesByName)]
    pub fn entries_by_name(this: &PageTimes, name: &str) -> Result<js_sys::Array, JsValue>;
}

// Storage, whose values stay in JavaScript: half of a UTF-16 pair, where a page cut its text, would not survive as a Rust String.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Storage)]
    pub type RawStorage;
    #[wasm_bindgen(method, catch, js_name = getItem)]
    pub fn raw_item(this: &RawStorage, key: &str) -> Result<Option<JsString>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = setItem)]
    pub fn set_raw_item(this: &RawStorage, key: &str, value: &JsString) -> Result<(), JsValue>;

    /// What the browser's own parser makes of a text that stays in JavaScript.
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    pub fn parse_json(text: &JsString) -> Result<JsValue, JsValue>;
}

// IndexedDB.
#[wasm_bindgen]
extern "C" {
    /// Where web-sys takes `commit` for withdrawn; older browsers have none.
    #[wasm_bindgen(extends = web_sys::IdbTransaction)]
    pub type Transaction;
    #[wasm_bindgen(method, catch, js_name = commit)]
    pub fn try_commit(this: &Transaction) -> Result<(), JsValue>;
}

// Web Locks, which web-sys has among its unstable interfaces only.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Navigator)]
    pub type LockingNavigator;
    /// `None` where the page is not secure, and in old browsers.
    #[wasm_bindgen(method, catch, getter)]
    pub fn locks(this: &LockingNavigator) -> Result<Option<Locks>, JsValue>;

    /// `LockManager`.
    #[derive(Clone)]
    pub type Locks;
    /// A promise that ends when the lock is let go of, which is when the promise that `granted` returns does.
    #[wasm_bindgen(method, catch)]
    pub fn request(this: &Locks, name: &str, granted: &js_sys::Function) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn query(this: &Locks) -> Result<JsValue, JsValue>;
}

// Service workers.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Navigator)]
    pub type WorkerNavigator;
    /// Throws in a sandboxed frame; `None` where the page is not secure.
    #[wasm_bindgen(method, catch, getter, js_name = serviceWorker)]
    pub fn workers(this: &WorkerNavigator) -> Result<Option<Workers>, JsValue>;

    /// `ServiceWorkerContainer`.
    pub type Workers;
    #[wasm_bindgen(method, getter)]
    pub fn controller(this: &Workers) -> JsValue;
    #[wasm_bindgen(method, catch, js_name = getRegistration)]
    pub fn registration(this: &Workers) -> Result<JsValue, JsValue>;

    /// `ServiceWorkerRegistration`.
    pub type Registration;
    #[wasm_bindgen(method, getter)]
    pub fn scope(this: &Registration) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub fn installing(this: &Registration) -> Option<ServiceWorker>;
    #[wasm_bindgen(method, getter)]
    pub fn waiting(this: &Registration) -> Option<ServiceWorker>;
    #[wasm_bindgen(method, catch)]
    pub fn update(this: &Registration) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn unregister(this: &Registration) -> Result<JsValue, JsValue>;

    pub type ServiceWorker;
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    pub fn post_message(this: &ServiceWorker, message: &JsValue) -> Result<(), JsValue>;
}

// Prompts.
#[wasm_bindgen]
extern "C" {
    /// A dialog, or what stands for one where the browser knows none.
    #[wasm_bindgen(extends = web_sys::HtmlDialogElement, extends = web_sys::HtmlElement)]
    pub type Dialog;
    #[wasm_bindgen(method, getter, js_name = showModal)]
    pub fn show_modal_function(this: &Dialog) -> Option<js_sys::Function>;
    #[wasm_bindgen(method, catch, js_name = close)]
    pub fn try_close(this: &Dialog) -> Result<(), JsValue>;

    /// An event of a key. Autofill tells of keys by plain events, which have none of this.
    #[wasm_bindgen(extends = web_sys::Event)]
    pub type KeyEvent;
    #[wasm_bindgen(method, getter)]
    pub fn key(this: &KeyEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub fn repeat(this: &KeyEvent) -> Option<bool>;
    #[wasm_bindgen(method, getter, js_name = ctrlKey)]
    pub fn ctrl_key(this: &KeyEvent) -> Option<bool>;
    #[wasm_bindgen(method, getter, js_name = metaKey)]
    pub fn meta_key(this: &KeyEvent) -> Option<bool>;
    #[wasm_bindgen(method, getter, js_name = altKey)]
    pub fn alt_key(this: &KeyEvent) -> Option<bool>;

    /// A shadow root, with what not every browser has and what a page's polyfill may refuse.
    #[wasm_bindgen(extends = web_sys::ShadowRoot)]
    pub type AdoptingRoot;
    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    pub fn adopted(this: &AdoptingRoot) -> Option<js_sys::Array>;
    #[wasm_bindgen(method, catch, setter, js_name = adoptedStyleSheets)]
    pub fn adopt(this: &AdoptingRoot, sheets: &js_sys::Array) -> Result<(), JsValue>;
}

// What the browser keeps of the page's files. In some private modes the methods of Cache Storage throw; else they answer with promises.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = web_sys::CacheStorage)]
    pub type Caches;
    #[wasm_bindgen(method, catch, js_name = keys)]
    pub fn try_keys(this: &Caches) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = open)]
    pub fn try_open(this: &Caches, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = match)]
    pub fn try_match(this: &Caches, url: &str, options: &web_sys::CacheQueryOptions) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(extends = web_sys::Cache)]
    pub type OpenCache;
    #[wasm_bindgen(method, catch, js_name = keys)]
    pub fn try_keys_at(this: &OpenCache, url: &str, options: &web_sys::CacheQueryOptions) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = put)]
    pub fn try_put(this: &OpenCache, url: &str, answer: &web_sys::Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = match)]
    pub fn try_match(this: &OpenCache, url: &str, options: &web_sys::CacheQueryOptions) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = delete)]
    pub fn try_delete(this: &OpenCache, url: &str, options: &web_sys::CacheQueryOptions) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = delete)]
    pub fn try_delete(this: &Caches, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = keys)]
    pub fn try_keys(this: &OpenCache) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getEntriesByType)]
    pub fn entries_by_type(this: &PageTimes, kind: &str) -> Result<js_sys::Array, JsValue>;
    #[wasm_bindgen(method, getter, js_name = workerStart)]
    pub fn worker_start(this: &ResourceTiming) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = encodedBodySize)]
    pub fn encoded_body_size(this: &ResourceTiming) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = transferSize)]
    pub fn transfer_size(this: &ResourceTiming) -> Option<f64>;
}

// Databases.
#[wasm_bindgen]
extern "C" {
    /// `IDBFactory`.
    pub type Databases;
    #[wasm_bindgen(method, catch, js_name = databases)]
    pub fn names(this: &Databases) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn open(this: &Databases, name: &str) -> Result<web_sys::EventTarget, JsValue>;
    #[wasm_bindgen(method, catch, js_name = deleteDatabase)]
    pub fn delete(this: &Databases, name: &str) -> Result<JsValue, JsValue>;

    /// What came of opening one: the database, which can be closed, or the making of one, which can be given up.
    pub type Opened;
    #[wasm_bindgen(method, catch)]
    pub fn close(this: &Opened) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn abort(this: &Opened) -> Result<(), JsValue>;
}

// Elements of the page that load something.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = HtmlScriptElement)]
    pub type Script;
    /// Throws under Trusted Types for what no policy made.
    #[wasm_bindgen(method, catch, setter, js_name = src)]
    pub fn try_set_src(this: &Script, address: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(extends = Window)]
    pub type TrustingWindow;
    /// What trust.ts leaves there for a page that requires Trusted Types.
    #[wasm_bindgen(method, getter, js_name = __pagemendTrust)]
    pub fn trust(this: &TrustingWindow) -> Option<js_sys::Function>;
}

// Requests and their answers. What a page has put in the place of `fetch`, `Request` and `Response` may lack each of these, or throw.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = web_sys::Request, js_name = Request)]
    #[derive(Clone)]
    pub type PageRequest;
    /// From whatever `fetch` takes. Of the window: a script of the page may have a class of that name at its top level, which would hide the browser's.
    #[wasm_bindgen(constructor, catch, js_namespace = globalThis, js_class = "Request")]
    pub fn new(input: &JsValue, init: &JsValue) -> Result<PageRequest, JsValue>;
    #[wasm_bindgen(method, catch, js_class = "Request", js_name = clone)]
    pub fn copy(this: &PageRequest) -> Result<PageRequest, JsValue>;
    #[wasm_bindgen(method, catch, getter, js_class = "Request")]
    pub fn url(this: &PageRequest) -> Result<String, JsValue>;
    #[wasm_bindgen(method, catch, getter, js_class = "Request")]
    pub fn method(this: &PageRequest) -> Result<String, JsValue>;
    #[wasm_bindgen(method, catch, getter, js_class = "Request")]
    pub fn headers(this: &PageRequest) -> Result<web_sys::Headers, JsValue>;

    #[wasm_bindgen(extends = web_sys::Response)]
    pub type PageResponse;
    #[wasm_bindgen(method, catch, getter)]
    pub fn status(this: &PageResponse) -> Result<u16, JsValue>;
    #[wasm_bindgen(method, catch, getter)]
    pub fn headers(this: &PageResponse) -> Result<web_sys::Headers, JsValue>;
    #[wasm_bindgen(method, catch, getter)]
    pub fn body(this: &PageResponse) -> Result<Option<PageStream>, JsValue>;

    #[wasm_bindgen(extends = web_sys::ReadableStream)]
    pub type PageStream;
    #[wasm_bindgen(method, catch)]
    pub fn cancel(this: &PageStream) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    pub fn reader(this: &PageStream) -> Result<PageReader, JsValue>;

    /// `ReadableStreamDefaultReader`.
    pub type PageReader;
    #[wasm_bindgen(method, catch)]
    pub fn read(this: &PageReader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn cancel(this: &PageReader) -> Result<JsValue, JsValue>;

    /// With what web-sys lacks.
    #[wasm_bindgen(extends = web_sys::RequestInit)]
    pub type GuardInit;
    #[wasm_bindgen(method, setter)]
    pub fn set_keepalive(this: &GuardInit, keepalive: bool);
    /// calls.js and instrument.js know by it that the guard is at this call already.
    #[wasm_bindgen(method, setter)]
    pub fn set_pagemend(this: &GuardInit, own: bool);

    /// Not every browser can join signals.
    #[wasm_bindgen(catch, js_namespace = AbortSignal, js_name = any)]
    pub fn any_signal(signals: &js_sys::Array) -> Result<web_sys::AbortSignal, JsValue>;
}

/// The status of an answer, 0 where it has none.
pub fn status(answer: &web_sys::Response) -> u16 {
    answer.unchecked_ref::<PageResponse>().status().unwrap_or(0)
}

/// A header of an answer, empty where there is none.
pub fn header(answer: &web_sys::Response, name: &str) -> String {
    let headers = answer.unchecked_ref::<PageResponse>().headers();
    headers.and_then(|headers| headers.get(name)).ok().flatten().unwrap_or_default()
}

/// Takes a node out. Not by `remove`: pages put one of their own in its place, which throws where there is no parent.
pub fn take_out(node: &Node) {
    if let Some(parent) = node.parent_node() {
        let _ = parent.remove_child(node);
    }
}

/// Runs `f` so that nothing it throws, a trap of this very module included, goes further: it is the error.
pub fn caught(mut f: impl FnMut()) -> Result<(), JsValue> {
    caught_dyn(&mut f)
}

/// Once for all of them: what wasm-bindgen makes of a closure it makes for each type anew.
fn caught_dyn(mut f: &mut dyn FnMut()) -> Result<(), JsValue> {
    reflect_apply(&mut f, &JsValue::UNDEFINED, &js_sys::Array::new()).map(drop)
}

/// Goes on with one of these functions when the promise has ended. A page may have put a `then` of its own in place of the browser's: what that throws
/// goes on to the gate, but the rejection of what the guard has begun is not reported as the page's.
pub fn then(promise: &js_sys::Promise, fulfilled: &Function, rejected: &Function) {
    let promise: &PagePromise = promise.unchecked_ref();
    // Caught once more around its own `catch`: a glue that fails itself is not.
    let mut asked = Ok(JsValue::UNDEFINED);
    if let Err(thrown) = caught(|| asked = promise.try_then(fulfilled, rejected)).and(asked) {
        let _ = caught(|| _ = promise.try_catch(rejected));
        wasm_bindgen::throw_val(thrown);
    }
}

/// What `String(value)` says; empty where that throws.
pub fn shown(value: &JsValue) -> String {
    string_of(value).unwrap_or_default()
}

/// Unless it is `undefined` or `null`.
pub fn present(value: JsValue) -> Option<JsValue> {
    (!value.is_null_or_undefined()).then_some(value)
}

/// What stands under a key of an object of the page's own, or undefined where reading it throws.
pub fn property(object: &JsValue, key: &str) -> JsValue {
    js_sys::Reflect::get(object, &key.into()).unwrap_or_default()
}

/// An element's name; other nodes, the window and undefined have none.
pub fn local_name(value: &JsValue) -> Option<String> {
    property(value, "localName").as_string()
}

// ---- looking for elements ----

#[wasm_bindgen]
extern "C" {
    /// Where elements can be looked for: a document, a shadow root, an element.
    #[derive(Clone)]
    #[wasm_bindgen(extends = Node)]
    pub type ParentNode;
    #[wasm_bindgen(method, catch, js_name = querySelectorAll)]
    pub fn query_selector_all(this: &ParentNode, selectors: &str) -> Result<NodeList, JsValue>;

    /// Any text as a part of a selector; throws where the page has something of its own under `CSS`.
    #[wasm_bindgen(catch, js_namespace = CSS, js_name = escape)]
    pub fn css_escape(text: &str) -> Result<String, JsValue>;
}

/// What a selector has found.
pub fn elements(list: &NodeList) -> impl Iterator<Item = Element> {
    (0..list.length()).filter_map(|at| list.item(at)).map(JsCast::unchecked_into)
}

/// The elements of the document that a selector names, in its order.
pub fn select(document: &Document, selectors: &str) -> Vec<Element> {
    document.query_selector_all(selectors).map(|found| elements(&found).collect()).unwrap_or_default()
}

/// A value that is an element, of whatever realm.
pub fn as_element(value: &JsValue) -> Option<&Element> {
    let kind = property(value, "nodeType").as_f64().map(number::to_u16);
    (kind == Some(Node::ELEMENT_NODE)).then(|| value.unchecked_ref())
}
