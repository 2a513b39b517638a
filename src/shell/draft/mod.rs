//! Drafts: what the user typed into a form is kept on the device while it is typed, and put back by the next document, whatever became of the
//! last one. In two stores, encrypted; no value of a field goes anywhere else.

mod database;
pub mod terms;
mod vault;

use super::callback::function;
use super::field::{self, Place, Value};
use super::page_store::PageStore;
use super::promise::{Deferred, settled};
use super::state::Shell;
use super::state::drafts::{Draft, Vault};
use super::state::kept::Waiting;
use super::task::spawn;
use super::watch::{mutations, on};
use super::web::{ParentNode, as_element, elements};
use super::{clock, console, typed};
use crate::core::json;
use crate::core::storage::Store;
use crate::core::storage::draft::{Copy, MOST_BYTES, MOST_DRAFTS, MOST_FIELDS, Standing, next_seq};
use database::Change;
use js_sys::{Function, Promise};
use std::cell::{Cell, OnceCell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use terms::may_keep;
use wasm_bindgen::prelude::*;
use web_sys::MutationObserverInit;

const FIELDS: &str = "input:not([type=submit]):not([type=button]):not([type=reset]):not([type=image]),\
    textarea,select,[contenteditable]";
/// Elements of a form that are looked at.
const MOST_LOOKED_AT: usize = 1_000;
/// After the first key that is in no draft yet.
const SOON_MS: f64 = 400.0;
/// Nobody waits longer for what the stores hold, even where the browser breaks off in the middle.
const RESTORED_WITHIN_MS: f64 = 8_000.0;

/// `guard.draft`. The answer does what the page asks of the draft, in a word, and returns a promise; `None` where there is nothing to keep.
pub fn draft(shell: &'static Shell, form: &JsValue, options: &JsValue) -> Option<Function> {
    let Some(form) = as_element(form) else {
        console::complain("pagemend: draft(form): the form is not an element");
        return None;
    };
    let Deferred { promise, ends } = Deferred::new();
    let draft = Rc::new(Draft {
        form: form.clone(),
        terms: terms::read(shell, form, options),
        restored: promise,
        vault: OnceCell::new(),
        fields: RefCell::default(),
        seq: Cell::default(),
        written: Cell::default(),
        cleared: Cell::default(),
        saving: Cell::default(),
        changed: Cell::default(),
        unsaved: Cell::default(),
        length: Cell::default(),
        pad: Cell::default(),
        kept: Cell::default(),
        due: Cell::default(),
        filling: Cell::default(),
        told: Cell::default(),
        watches: RefCell::default(),
    });
    // A framework that makes its form anew asks again: the last one to ask has it.
    let before = shell.drafts.all().into_iter().find(|other| other.terms.key == draft.terms.key);
    let leaving = before.map(|before| stop(shell, before));
    if !shell.drafts.add(draft.clone()) {
        console::complain(&format!("pagemend: draft(form): a page has at most {MOST_DRAFTS} drafts at a time"));
        return None;
    }
    watch(shell, &draft);
    let late = ends.clone();
    clock::after(shell, RESTORED_WITHIN_MS, move || late.resolve(&false.into()));
    let own = draft.clone();
    spawn(shell, async move {
        if let Some(leaving) = leaving {
            leaving.await;
        }
        let filled = restore(shell, &own).await;
        ends.resolve(&filled.into());
        // People type before the guard is there.
        if shell.typed.all().iter().any(|field| own.form.contains(Some(&field.element))) && !own.kept.get() {
            note(shell, &own);
        }
        draw_pad(shell, &own).await;
    });
    Some(function(move |what| act(shell, draft.clone(), &what).into()))
}

type Work = Pin<Box<dyn Future<Output = bool>>>;

fn act(shell: &'static Shell, draft: Rc<Draft>, what: &JsValue) -> Promise {
    let work: Work = match what.as_string().as_deref() {
        Some("save") => Box::pin(async move { save(shell, &draft).await }),
        Some("clear") => Box::pin(async move { clear(shell, &draft).await }),
        Some("stop") => Box::pin(stop(shell, draft)),
        _ => return draft.restored.clone(),
    };
    let Deferred { promise, ends } = Deferred::new();
    spawn(shell, async move { ends.resolve(&work.await.into()) });
    promise
}

fn watch(shell: &'static Shell, draft: &Rc<Draft>) {
    let mut watches = Vec::new();
    for kind in ["input", "change"] {
        let typed_in = draft.clone();
        watches.push(on(&draft.form, kind, move |_| note(shell, &typed_in)));
    }
    let emptied = draft.clone();
    watches.push(on(&draft.form, "reset", move |event| {
        let (emptied, event) = (emptied.clone(), event.clone());
        // The page itself may forbid it, in a listener that comes after this one.
        clock::after(shell, 0.0, move || {
            if !event.default_prevented() {
                spawn(shell, async move { _ = clear(shell, &emptied).await });
            }
        });
    }));
    let (leaving, hiding) = (draft.clone(), draft.clone());
    watches.push(on(shell.page.window(), "pagehide", move |_| leave(shell, &leaving)));
    watches.push(on(shell.page.document(), "visibilitychange", move |_| {
        if !shell.page.visible() {
            leave(shell, &hiding);
        }
    }));
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    let late = draft.clone();
    watches.push(mutations(&draft.form, &options, move |_| _ = put_back(shell, &late)));
    if let Ok(mut kept) = draft.watches.try_borrow_mut() {
        kept.extend(watches.into_iter().flatten());
    }
}

/// Something was typed. Saved a moment after the first key, not after the last: who types on and on is saved all the while.
fn note(shell: &'static Shell, draft: &Rc<Draft>) {
    if draft.filling.get() {
        return;
    }
    draft.changed.set(true);
    draft.unsaved.set(true);
    if !draft.due.replace(true) {
        let draft = draft.clone();
        clock::after(shell, SOON_MS, move || {
            draft.due.set(false);
            // One after the other: a page that is killed leaves one store whole.
            if draft.saving.get() {
                note(shell, &draft);
            } else {
                save_changes(shell, &draft);
            }
        });
    }
}

fn save_changes(shell: &'static Shell, draft: &Rc<Draft>) {
    if draft.changed.get() {
        let draft = draft.clone();
        spawn(shell, async move {
            save(shell, &draft).await;
            draw_pad(shell, &draft).await;
        });
    }
}

/// The page may end with this event: what no store has is written at once, and then saved as ever.
fn leave(shell: &'static Shell, draft: &Rc<Draft>) {
    if draft.unsaved.get() {
        let _ = write_at_once(shell, draft);
    }
    save_changes(shell, draft);
}

/// To the one store that takes it before the page ends, under a pad that was drawn before. `None`: there is none, or it is too short.
fn write_at_once(shell: &Shell, draft: &Draft) -> Option<()> {
    let pad = draft.pad.take()?;
    let body = vault::seal_at_once(shell, pad, &snapshot(shell, draft)?)?;
    let at = clock::epoch();
    let seq = next_seq(draft.seq.get(), at);
    let copy = Copy { seq, at, version: draft.terms.version.clone(), sealed: true, body };
    draft.seq.set(seq);
    draft.written.set(seq);
    PageStore::local(shell.page.window()).write(&draft.terms.key, &copy.write());
    Some(())
}

/// For the next time that the page is left, where the one that is there is used or too short.
async fn draw_pad(shell: &'static Shell, draft: &Draft) {
    let Some(vault) = draft.vault.get() else { return };
    let length = draft.length.get();
    let pad = match draft.pad.take().filter(|pad| pad.suits(length)) {
        Some(pad) => Some(pad),
        None => vault::pad(shell, vault, length).await.ok(),
    };
    draft.pad.set(pad);
}

/// Before the page is left by the guard.
pub async fn save_all(shell: &'static Shell) {
    for draft in shell.drafts.all().iter().filter(|draft| draft.changed.get() || draft.saving.get()) {
        save(shell, draft).await;
    }
}

/// Whether it is in a store afterwards.
async fn save(shell: &'static Shell, draft: &Draft) -> bool {
    draft.saving.set(true);
    let kept = try_save(shell, draft).await;
    draft.saving.set(false);
    kept
}

async fn try_save(shell: &'static Shell, draft: &Draft) -> bool {
    let cleared = draft.cleared.get();
    let _ = settled(&draft.restored).await;
    if draft.cleared.get() != cleared {
        return false;
    }
    let Some(text) = snapshot(shell, draft) else { return false };
    draft.changed.set(false);
    let at = clock::epoch();
    let seq = next_seq(draft.seq.get(), at);
    draft.seq.set(seq);
    let vault = draft.vault.get();
    let body = match vault {
        Some(vault) => vault::seal(shell, vault, text.as_bytes()).await.unwrap_or_default(),
        None => text,
    };
    if draft.cleared.get() != cleared {
        return false;
    }
    if draft.written.get() > seq {
        // What was typed later is there already.
        return true;
    }
    let copy = Copy { seq, at, version: draft.terms.version.clone(), sealed: vault.is_some(), body };
    let kept = !copy.body.is_empty() && write(shell, draft, &copy).await;
    if draft.cleared.get() == cleared {
        draft.kept.set(kept);
    }
    // It is tried once more with the next key, and when the page is left.
    if !kept {
        draft.changed.set(true);
    } else if !draft.changed.get() {
        draft.unsaved.set(false);
    }
    kept
}

async fn changed(shell: &'static Shell, vault: &Vault, key: &str, change: Change<'_>) -> bool {
    settled(&database::change(shell, &vault.database, key, change)).await.is_ok()
}

/// To one store after the other; whether one of them has it.
async fn write(shell: &'static Shell, draft: &Draft, copy: &Copy) -> bool {
    let (key, text, vault) = (&draft.terms.key, copy.write(), draft.vault.get());
    draft.written.set(copy.seq);
    // Without a key what is kept is for this tab alone, and ends with it.
    let store = if vault.is_some() { Store::Local } else { Store::Session };
    let written = PageStore::of(shell.page.window(), store).write(key, &text);
    match vault {
        Some(vault) => changed(shell, vault, key, Change::Put(&text)).await || written,
        None => written,
    }
}

/// What the form holds now, and what it held in fields that are not there now, as those of another step. `None`: it is too much.
fn snapshot(shell: &Shell, draft: &Draft) -> Option<String> {
    let form: &ParentNode = draft.form.unchecked_ref();
    let mut fields = Vec::new();
    for element in form.query_selector_all(FIELDS).iter().flat_map(elements).take(MOST_LOOKED_AT) {
        if may_keep(shell, draft, &element)
            && let (Some(place), Some(value)) = (Place::within(form, &element), field::value(&element))
        {
            fields.push(Waiting::filled(place, value));
        }
    }
    let known = draft.fields.try_borrow().map(|known| known.clone()).unwrap_or_default();
    fields.extend(known.iter().filter(|field| field.place.find(form).is_none()).cloned());
    let text = json::write(&fields.iter().map(|field| (&field.place, &field.value)).collect::<Vec<_>>());
    draft.length.set(text.len());
    if text.len() > MOST_BYTES || fields.len() > MOST_FIELDS {
        if !draft.told.replace(true) {
            let key = &draft.terms.key;
            console::complain(&format!(
                "pagemend: {key} holds more than {MOST_BYTES} bytes or {MOST_FIELDS} fields and is not kept; name what it can do without in \"exclude\""
            ));
        }
        return None;
    }
    if let Ok(mut known) = draft.fields.try_borrow_mut() {
        *known = Rc::new(fields);
    }
    Some(text)
}

/// Reads what the stores hold, and puts it back; whether a field was filled in.
async fn restore(shell: &'static Shell, draft: &Draft) -> bool {
    if let Ok(vault) = vault::open(shell).await {
        let _ = draft.vault.set(vault);
    }
    let (key, vault) = (&draft.terms.key, draft.vault.get());
    let mut held = Vec::new();
    if let Some(vault) = vault {
        held.extend(settled(&database::get(shell, &vault.database, key)).await.ok().and_then(|text| text.as_string()));
    }
    held.extend(Store::ALL.iter().filter_map(|store| PageStore::of(shell.page.window(), *store).read(key).ok()?));
    let copies = Copy::latest_first(held.iter().cloned());
    draft.seq.set(copies.first().map_or(0, |copy| copy.seq));
    for mut copy in copies {
        let now = clock::epoch();
        match copy.standing(now, draft.terms.max_age_ms, &draft.terms.version) {
            Standing::OtherVersion => return false,
            Standing::Over => {
                remove(shell, draft).await;
                return false;
            }
            Standing::Good => {}
        }
        let text = match vault {
            Some(vault) if copy.sealed => vault::unseal(shell, vault, &copy.body).await.ok(),
            _ => (!copy.sealed).then(|| copy.body.clone()),
        };
        // Of another key, which is gone: the one before may be of this one.
        let Some(fields) = text.and_then(|text| json::read::<Vec<(Place, Value)>>(&text)) else { continue };
        if draft.cleared.get() > 0 {
            return false;
        }
        if let Ok(mut known) = draft.fields.try_borrow_mut() {
            *known = Rc::new(fields.into_iter().map(|(place, value)| Waiting::new(place, value)).collect());
        }
        let text = copy.write();
        let filled = put_back(shell, draft);
        draft.kept.set(!draft.changed.get());
        // The next save begins with a store whose copy may be the only one: the others get it first.
        if copy.is_ahead(now) || held.iter().filter(|held| **held == text).count() < 2 {
            copy.at = copy.at.min(now);
            write(shell, draft, &copy).await;
        }
        return filled;
    }
    false
}

fn put_back(shell: &Shell, draft: &Draft) -> bool {
    let fields = draft.fields.try_borrow().map(|fields| fields.clone()).unwrap_or_default();
    draft.filling.set(true);
    let filled = typed::fill_in(shell, draft.form.unchecked_ref(), &fields, |element| may_keep(shell, draft, element));
    draft.filling.set(false);
    filled
}

/// What was kept is done with.
async fn clear(shell: &'static Shell, draft: &Draft) -> bool {
    draft.cleared.set(draft.cleared.get().wrapping_add(1));
    draft.changed.set(false);
    draft.unsaved.set(false);
    draft.kept.set(false);
    draft.fields.replace(Rc::default());
    let _ = settled(&draft.restored).await;
    remove(shell, draft).await
}

/// Whether it is gone from every store.
async fn remove(shell: &'static Shell, draft: &Draft) -> bool {
    let (key, window) = (&draft.terms.key, shell.page.window());
    let seq = next_seq(draft.seq.get(), clock::epoch());
    draft.seq.set(seq);
    // Killed between the two stores, the next document finds that it was cleared.
    let gone = Copy { seq, ..Copy::default() };
    let local = PageStore::local(window);
    local.write(key, &gone.write());
    let removed = match draft.vault.get() {
        Some(vault) => changed(shell, vault, key, Change::Remove).await,
        None => true,
    };
    if removed && draft.seq.get() == seq {
        local.remove(key);
    }
    PageStore::session(window).remove(key);
    removed
}

/// What was typed by now is saved, and nothing after it.
fn stop(shell: &'static Shell, draft: Rc<Draft>) -> impl Future<Output = bool> {
    shell.drafts.remove(&draft);
    let watches = draft.watches.try_borrow_mut().map(|mut watches| std::mem::take(&mut *watches));
    drop(watches);
    async move { !draft.changed.get() || save(shell, &draft).await }
}

/// The guard ends.
pub fn end(shell: &'static Shell) {
    for draft in shell.drafts.all() {
        let stopped = stop(shell, draft);
        spawn(shell, async move { _ = stopped.await });
    }
}
