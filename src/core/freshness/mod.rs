//! Room `freshness`: is the running build the one that the server serves now? Questions and the manifest in, signals out.
//!
//! One fetch answers everybody who asks meanwhile, and each is told within the time that it can wait.

pub mod data;
pub mod expiry;
pub mod server_time;
pub mod verdict;

pub use verdict::{Freshness, FreshnessVerdict};

use super::config::Config;
use super::event::Manifest;
use super::time::Millis;
use std::collections::VecDeque;
use std::mem::take;

/// Generous: it catches answers that never come, not slow ones.
const PATIENCE: Millis = Millis(3_000);
/// Where a user waits, an unknown freshness is better than a slow one.
const PATIENCE_OF_A_USER: Millis = Millis(1_500);
/// A page found fresh is not asked about again before every tap.
const FRESH_FOR: Millis = Millis(60_000);
/// Questions that wait at a time; above it the oldest is told that nothing is known.
const MAX_QUESTIONS: usize = 32;

/// A fact for this room. `A` tells the caller who asked; the room only hands it back.
#[derive(Debug)]
pub enum Event<A> {
    Asked {
        by: A,
        /// A person waits for what comes of it.
        user_waits: bool,
    },
    /// The answer to [`Signal::FetchManifest`]; `None`: the manifest could not be read.
    Manifest(Option<Manifest>),
}

/// What this room wants of the others.
#[derive(Debug, PartialEq, Eq)]
pub enum Signal<A> {
    /// Answered by one [`Event::Manifest`], at the latest after `within`.
    FetchManifest {
        url: String,
        within: Millis,
    },
    Told {
        to: A,
        verdict: FreshnessVerdict,
    },
}

#[derive(Debug)]
struct Question<A> {
    by: A,
    asked: Millis,
    deadline: Millis,
}

#[derive(Debug)]
pub struct Room<A> {
    build: String,
    built_at: u64,
    /// Address of the manifest.
    manifest: Option<String>,
    questions: Vec<Question<A>>,
    /// Since when the manifest is on its way.
    fetching: Option<Millis>,
    /// When the manifest last said that the page is fresh, and what was told then.
    fresh: Option<(Millis, FreshnessVerdict)>,
    signals: VecDeque<Signal<A>>,
}

impl<A> Room<A> {
    pub fn new(config: &Config) -> Room<A> {
        Room {
            build: config.build.clone(),
            built_at: config.built_at,
            manifest: config.freshness.url.clone(),
            questions: Vec::new(),
            fetching: None,
            fresh: None,
            signals: VecDeque::new(),
        }
    }

    /// Takes in one fact. Read `poll_signal` until it is empty after every `handle_*`.
    pub fn handle_event(&mut self, now: Millis, event: Event<A>) {
        match event {
            Event::Asked { by, user_waits } => self.asked(now, by, user_waits),
            Event::Manifest(manifest) => self.answered(now, manifest.as_ref()),
        }
    }

    /// Tells those who can wait no longer.
    pub fn handle_timeout(&mut self, now: Millis) {
        while let Some(at) = self.questions.iter().position(|question| question.deadline <= now) {
            let question = self.questions.remove(at);
            self.tell(question.by, self.unknown());
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal<A>> {
        self.signals.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<Millis> {
        self.questions.iter().map(|question| question.deadline).min()
    }

    /// Nobody is left waiting.
    pub fn stop(&mut self) {
        for question in take(&mut self.questions) {
            self.tell(question.by, self.unknown());
        }
    }

    fn asked(&mut self, now: Millis, by: A, user_waits: bool) {
        if let Some((at, verdict)) = &self.fresh
            && user_waits
            && now - *at < FRESH_FOR
        {
            return self.tell(by, verdict.clone());
        }
        if self.manifest.is_none() {
            let verdict = verdict::unknown(&self.build, "no build manifest is named: set `freshness`");
            return self.tell(by, verdict);
        }
        if self.questions.len() >= MAX_QUESTIONS {
            let oldest = self.questions.remove(0);
            self.tell(oldest.by, self.unknown());
        }
        let patience = if user_waits { PATIENCE_OF_A_USER } else { PATIENCE };
        self.questions.push(Question { by, asked: now, deadline: now + patience });
        self.fetch(now);
    }

    fn answered(&mut self, now: Millis, manifest: Option<&Manifest>) {
        let Some(since) = self.fetching.take() else { return };
        let verdict = verdict::judge(&self.build, self.built_at, manifest);
        if verdict.state == Freshness::Fresh {
            self.fresh = Some((now, verdict.clone()));
        }
        // Who asked while a fetch was on its way that failed has not had a try of its own.
        let (told, again): (Vec<_>, Vec<_>) =
            take(&mut self.questions).into_iter().partition(|question| manifest.is_some() || question.asked <= since);
        for question in told {
            self.tell(question.by, verdict.clone());
        }
        self.questions = again;
        if !self.questions.is_empty() {
            self.fetch(now);
        }
    }

    fn fetch(&mut self, now: Millis) {
        if let (None, Some(url)) = (self.fetching, &self.manifest) {
            self.signals.push_back(Signal::FetchManifest { url: url.clone(), within: PATIENCE });
            self.fetching = Some(now);
        }
    }

    fn unknown(&self) -> FreshnessVerdict {
        verdict::judge(&self.build, self.built_at, None)
    }

    fn tell(&mut self, to: A, verdict: FreshnessVerdict) {
        self.signals.push_back(Signal::Told { to, verdict });
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::FreshnessSource;
    use super::*;

    const URL: &str = "/build.json";

    fn at(url: Option<&str>) -> FreshnessSource {
        FreshnessSource { url: url.map(Into::into) }
    }

    fn room() -> Room<&'static str> {
        Room::new(&Config { build: "1".into(), built_at: 10, freshness: at(Some(URL)), ..Config::default() })
    }

    fn served(build: &str, built_at: u64) -> Event<&'static str> {
        Event::Manifest(Some(Manifest { build: build.into(), built_at }))
    }

    /// What the room wants, in short: `fetch`, or who is told what.
    fn signals(room: &mut Room<&'static str>) -> Vec<String> {
        std::iter::from_fn(|| room.poll_signal())
            .map(|signal| match signal {
                Signal::FetchManifest { url, .. } => {
                    assert_eq!(url, URL);
                    "fetch".into()
                }
                Signal::Told { to, verdict } => format!("{to}: {}", verdict.state.code()),
            })
            .collect()
    }

    fn ask(room: &mut Room<&'static str>, now: u64, by: &'static str, user_waits: bool) -> Vec<String> {
        room.handle_event(Millis(now), Event::Asked { by, user_waits });
        signals(room)
    }

    #[test]
    fn one_fetch_answers_everybody_who_asks_meanwhile() {
        let mut room = room();
        assert_eq!(ask(&mut room, 0, "a", false), ["fetch"]);
        assert!(ask(&mut room, 5, "b", true).is_empty());
        room.handle_event(Millis(9), served("2", 20));
        assert_eq!(signals(&mut room), ["a: stale", "b: stale"]);
        assert_eq!(room.poll_timeout(), None);
        assert_eq!(ask(&mut room, 10, "c", false), ["fetch"], "what was asked later is asked anew");
    }

    #[test]
    fn each_is_told_within_the_time_that_it_can_wait() {
        let mut room = room();
        ask(&mut room, 0, "page", false);
        ask(&mut room, 100, "user", true);
        assert_eq!(room.poll_timeout(), Some(Millis(100) + PATIENCE_OF_A_USER));
        room.handle_timeout(Millis(100) + PATIENCE_OF_A_USER);
        assert_eq!(signals(&mut room), ["user: unknown"]);
        room.handle_event(Millis(2_000), served("1", 10));
        assert_eq!(signals(&mut room), ["page: fresh"]);
    }

    #[test]
    fn a_page_found_fresh_keeps_no_user_waiting_for_a_minute() {
        let mut room = room();
        ask(&mut room, 0, "a", true);
        room.handle_event(Millis(50), served("1", 10));
        assert_eq!(signals(&mut room), ["a: fresh"]);
        assert_eq!(ask(&mut room, 60, "b", true), ["b: fresh"]);
        assert_eq!(ask(&mut room, 70, "c", false), ["fetch"], "where nobody waits it is asked again");
        room.handle_event(Millis(80), Event::Manifest(None));
        assert_eq!(signals(&mut room), ["c: unknown"]);
        assert_eq!(ask(&mut room, 50 + FRESH_FOR.0, "d", true), ["fetch"]);
    }

    #[test]
    fn who_asked_during_a_fetch_that_failed_has_a_try_of_its_own() {
        let mut room = room();
        ask(&mut room, 0, "a", false);
        ask(&mut room, 1_000, "b", false);
        room.handle_event(Millis(1_200), Event::Manifest(None));
        assert_eq!(signals(&mut room), ["a: unknown", "fetch"]);
        room.handle_event(Millis(1_300), served("1", 10));
        assert_eq!(signals(&mut room), ["b: fresh"]);
    }

    #[test]
    fn without_a_manifest_nobody_waits() {
        let mut room = Room::new(&Config { build: "1".into(), freshness: at(None), ..Config::default() });
        assert_eq!(ask(&mut room, 0, "a", true), ["a: unknown"]);
        assert_eq!(room.poll_timeout(), None);
    }

    #[test]
    fn an_answer_that_nobody_waits_for_is_ignored() {
        let mut room = room();
        room.handle_event(Millis(0), served("2", 20));
        assert!(signals(&mut room).is_empty());
    }

    #[test]
    fn questions_are_bounded_and_none_is_left_at_the_end() {
        let mut room = room();
        for at in 0..=MAX_QUESTIONS as u64 {
            room.handle_event(Millis(at), Event::Asked { by: "many", user_waits: false });
        }
        assert_eq!(signals(&mut room), ["fetch", "many: unknown"]);
        room.stop();
        assert_eq!(signals(&mut room).len(), MAX_QUESTIONS);
    }
}
