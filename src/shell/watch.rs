//! Listeners and observers that go away with the value that stands for them.

use super::callback::listener;
use super::promise::{Deferred, settled};
use super::web::{ResourceObserver, caught};
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, MutationObserver, MutationObserverInit, Node, PerformanceObserverInit};

/// Removed, or disconnected, when dropped.
pub enum Watch {
    Listener { target: EventTarget, kind: &'static str, callback: js_sys::Function },
    Mutations(MutationObserver),
    Resources(ResourceObserver),
}

impl Drop for Watch {
    fn drop(&mut self) {
        // The observers' throws where the page has put something of its own in the place of the browser's.
        let _ = caught(|| match self {
            Watch::Listener { target, kind, callback } => {
                _ = target.remove_event_listener_with_callback_and_bool(kind, callback, true);
            }
            Watch::Mutations(observer) => observer.disconnect(),
            Watch::Resources(observer) => observer.disconnect(),
        });
    }
}

/// Listens in the capture phase; `None` where the target cannot be listened to. Not by gloo's `EventListener`: it holds an `FnMut`, which throws into
/// the page when the page fires the same event again from inside, as a router does that goes on to another route while it hears of one.
pub fn on(target: &EventTarget, kind: &'static str, heard: impl Fn(&Event) + 'static) -> Option<Watch> {
    let callback = listener(move |event| heard(event.unchecked_ref()));
    target.add_event_listener_with_callback_and_bool(kind, &callback, true).ok()?;
    Some(Watch::Listener { target: target.clone(), kind, callback })
}

/// Hears of changes of the document, as an array of records.
pub fn mutations(
    target: &Node,
    options: &MutationObserverInit,
    heard: impl Fn(js_sys::Array<web_sys::MutationRecord>) + 'static,
) -> Option<Watch> {
    let callback = listener(move |records| heard(records.unchecked_into()));
    let observer = MutationObserver::new(&callback).ok()?;
    observer.observe_with_options(target, options).ok()?;
    Some(Watch::Mutations(observer))
}

/// Hears of the resources that have come, and that come, as a `PerformanceObserverEntryList`.
pub fn resources(heard: impl Fn(web_sys::PerformanceObserverEntryList) + 'static) -> Option<Watch> {
    let callback = listener(move |list| heard(list.unchecked_into()));
    let observer: ResourceObserver = web_sys::PerformanceObserver::new(&callback).ok()?.unchecked_into();
    // Not `entryTypes`, which tells nothing of what came before.
    let options = PerformanceObserverInit::new(&js_sys::Array::new());
    js_sys::Reflect::delete_property(&options, &"entryTypes".into()).ok()?;
    js_sys::Reflect::set(&options, &"type".into(), &"resource".into()).ok()?;
    options.set_buffered(true);
    observer.try_observe(&options).ok()?;
    Some(Watch::Resources(observer))
}

/// Whether it comes: `done` says so, an error that it does not, whichever of them is told first of one of the targets. Listens from the call on.
pub fn came(targets: &[&EventTarget], done: &'static str) -> impl Future<Output = bool> + use<> {
    let Deferred { promise, ends } = Deferred::new();
    let mut heard = Vec::new();
    for target in targets {
        for (kind, came) in [(done, true), ("error", false)] {
            let ends = ends.clone();
            heard.push(on(target, kind, move |event| {
                // Listening captures: the error of a source is not its player's.
                if event.target() == event.current_target() {
                    ends.resolve(&came.into());
                }
            }));
        }
    }
    async move {
        // Nobody tells of what cannot be listened to.
        let told = heard.iter().all(Option::is_some);
        let came = told && settled(&promise).await.is_ok_and(|came| came.is_truthy());
        drop(heard);
        came
    }
}
