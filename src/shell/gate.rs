//! The one gate in. Whatever the browser tells the guard waits here for its turn; what is thrown or trapped on the way ends here and is counted.
//! Around each function that the browser is given stands gate.ts, for what this side cannot catch.

use super::state::inbox::Input;
use super::state::{Life, Shell};
use super::{callback, clock, console, panics, web};
use crate::core::action::Action;
use crate::core::event::{Answer, Event, Start};
use crate::core::id::ActionId;
use crate::core::time::Millis;
use wasm_bindgen::JsValue;

/// After this the rest of the inbox waits for the next task: on a slow phone a few turns would be a long one.
const SLICE_MS: f64 = 6.0;

impl Shell {
    /// Hands a fact to the engine and does what it asks for. An event from inside of that waits for its turn.
    pub fn dispatch(&'static self, event: Event) {
        self.feed(Input::Event(event));
    }

    pub fn answer(&'static self, id: ActionId, answer: Answer) {
        self.dispatch(Event::Answered { id, answer });
    }

    /// The same, of what was asked before the guard has ended: what comes of it is for the next page.
    pub(super) fn answer_late(&'static self, id: ActionId, answer: Answer) {
        if self.running() {
            return self.answer(id, answer);
        }
        if let Ok(mut engine) = self.engine.try_borrow_mut() {
            engine.handle_event(clock::now(), Event::Answered { id, answer });
        }
        self.carry_out();
    }

    pub(super) fn due(&'static self) {
        self.feed(Input::Due);
    }

    /// Has the guard go on at `due`, or before.
    pub(super) fn wake(&'static self, due: Option<Millis>) {
        let fired = move || _ = self.pass(|| self.tick());
        if let Err(thrown) = self.timer.arm(clock::now(), due, fired) {
            self.lost(&thrown);
        }
    }

    fn tick(&'static self) {
        if self.beginning.get() {
            (self.above.begin)(self);
        } else {
            self.due();
        }
    }

    /// Ends the guard: the engine sends and answers what it still can, then nothing of it stays in the page. Asked for by
    /// a listener in the middle of a turn, it ends with that turn.
    pub fn stop(&'static self) {
        self.feed(Input::Stop);
    }

    /// The guard failed too often: it leaves the page as it is.
    pub fn stand_down(&'static self) {
        (self.above.leave)(self, Life::Broken);
    }

    /// Begins with this, whatever has happened meanwhile.
    pub(super) fn first(&self, start: Start) {
        self.inbox.put_first(Input::Event(Event::Started(start)));
    }

    /// Runs what may fail; it goes no further than this.
    pub(super) fn pass(&'static self, f: impl FnMut()) -> bool {
        let ended = web::caught(f);
        if let Err(thrown) = &ended {
            self.failed(thrown);
        }
        ended.is_ok()
    }

    fn failed(&'static self, thrown: &JsValue) {
        // A trap never unwinds: the engine that it came from stays borrowed for good, and there is nothing to go on with.
        self.count(thrown, self.engine.try_borrow_mut().is_err());
    }

    /// Without timers or microtasks there is nothing to go on with either.
    pub(super) fn lost(&'static self, thrown: &JsValue) {
        self.count(thrown, true);
    }

    fn count(&'static self, thrown: &JsValue, lost: bool) {
        if !self.running() {
            return;
        }
        if callback::gate().is_none_or(|gate| gate.failed(thrown, lost).is_err()) {
            // Nobody counts where the package's own loader is missing.
            console::complain(
                "pagemend: the guard stopped itself after an internal error; the page goes on without it",
            );
            self.stand_down();
        }
    }

    fn feed(&'static self, input: Input) {
        if !self.running() {
            return;
        }
        // What is not done when the page goes is not done at all.
        if matches!(input, Input::Stop | Input::Event(Event::PageHiding | Event::Visibility { visible: false })) {
            self.inbox.hurry.set(true);
        }
        if let Some((message, place)) = panics::take() {
            self.inbox.put(Input::Event(Event::GuardFailed { message, place }));
        }
        self.inbox.put(input);
        if self.beginning.get() || self.inbox.busy.get() {
            return;
        }
        // In here, so that it is never set without being taken back.
        let whole = self.pass(|| {
            self.inbox.busy.set(true);
            self.work();
        });
        self.inbox.busy.set(false);
        self.inbox.hurry.set(false);
        if !self.running() {
            return;
        }
        let more = self.inbox.has_more();
        let due = self.engine.try_borrow().ok().and_then(|engine| engine.poll_timeout());
        self.wake(if more || !whole { Some(clock::now()) } else { due });
    }

    fn work(&'static self) {
        let until = clock::precise() + SLICE_MS;
        loop {
            self.next_turn();
            if !self.inbox.has_more() || (!self.inbox.hurry.get() && clock::precise() > until) {
                return;
            }
        }
    }

    /// One input into the engine, and what it asks for.
    pub(super) fn next_turn(&'static self) {
        let Some(input) = self.inbox.take().filter(|_| self.running()) else { return };
        let last = matches!(input, Input::Stop);
        let now = clock::now();
        let Ok(mut engine) = self.engine.try_borrow_mut() else { return };
        match input {
            Input::Event(event) => engine.handle_event(now, event),
            Input::Due => engine.handle_timeout(now),
            Input::Stop => engine.stop(now),
        }
        drop(engine);
        self.carry_out();
        if last {
            (self.above.leave)(self, Life::Stopped);
        }
    }

    /// What the engine asks for.
    fn carry_out(&'static self) {
        // In the engine's own order, the page's listeners among them, with nothing borrowed. Each by itself: what cannot be done keeps the others from nothing.
        while let Some(action) = self.next_action() {
            let id = action.id;
            let mut action = Some(action);
            let done = self.pass(|| {
                if let Some(action) = action.take() {
                    (self.above.perform)(self, action);
                }
            });
            if !done {
                self.answer(id, Answer::Failed);
            }
        }
    }

    fn next_action(&self) -> Option<Action> {
        self.engine.try_borrow_mut().ok()?.poll_action()
    }
}
