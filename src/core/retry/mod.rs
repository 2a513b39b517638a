//! Room `retry`: what is worth another try, where, when, and within which budget: the page's requests, its parts, and resources that are probed.

mod budget;
mod origins;
mod part;
mod parts;
mod policy;
mod probes;
mod request;
mod requests;
mod shared;
mod signal;

pub use parts::Mended;
pub use probes::Resource;
pub use shared::Sum;
pub use signal::{Failure, Next, Signal, Ticket};

use super::config::{Config, RetryPolicy};
use super::dice::Dice;
use super::event::AttemptOutcome;
use super::id::RequestId;
use super::time::Millis;
use parts::Parts;
use probes::Probes;
use requests::Requests;
use shared::Shared;

/// A fact for this room. `A` is whose trouble a failing request is, and who asks for a probe.
#[derive(Debug)]
pub enum Event<A> {
    /// What the page before knew of dead origins: until when each is left alone. `epoch` is now.
    Remembered { epoch: u64, dead: Vec<(String, u64)> },
    /// How it is tried again from now on, and how long one attempt of a request may take.
    Policy { policy: RetryPolicy, patience: Millis },
    /// Whether it is proven that there is no network.
    Network { away: bool },
    /// The page asked for something; attempt 0 is on its way. `safe`: GET or HEAD. `keyed`: carries an idempotency key.
    Started { request: RequestId, url: String, safe: bool, keyed: bool },
    /// The answer to [`Signal::Send`], and how attempt 0 ended. `attempt` other than the pending one is ignored.
    Ended { request: RequestId, attempt: u32, outcome: AttemptOutcome },
    /// Whose trouble it is that a request fails.
    Belongs { request: RequestId, to: Option<A> },
    /// The user, or the network, asks for more: these are sent now, with fresh tries.
    RetryAsked { requests: Vec<RequestId> },
    /// The network may be there again: what got no answer is tried once more.
    RetryUnanswered,
    /// Nothing more is tried for this request: the page gets what came.
    GiveBack { request: RequestId },
    /// A picture, a font, a film or a frame failed. `seen`: the screen shows its place.
    PartFailed { url: String, status: u16, frame: bool, seen: bool },
    /// The answer to [`Signal::Mend`].
    Mended { url: String, mended: Mended },
    /// Can these be had again? Answered by [`Signal::Probed`].
    ProbeAsked { by: A, resources: Vec<Resource> },
    /// The answer to [`Signal::Probe`].
    ProbeEnded { ticket: Ticket, ok: bool },
    /// Somebody else tried for this address, so many times.
    TriedElsewhere { url: String, tries: u32, recovered: bool },
}

#[derive(Debug)]
pub struct Room<A> {
    shared: Shared<A>,
    requests: Requests<A>,
    parts: Parts,
    probes: Probes<A>,
}

impl<A: Copy> Room<A> {
    pub fn new(config: &Config, dice: Dice) -> Room<A> {
        Room {
            shared: Shared::new(config.retry, dice),
            requests: Requests::new(config),
            parts: Parts::new(config),
            probes: Probes::new(),
        }
    }

    /// Takes in one fact. Read `poll_signal` until it is empty after every `handle_*`.
    pub fn handle_event(&mut self, now: Millis, event: Event<A>) {
        let shared = &mut self.shared;
        match event {
            Event::Remembered { epoch, dead } => shared.origins.restore(now, epoch, &dead),
            Event::Policy { policy, patience } => {
                shared.policy = policy;
                shared.budget.limit(&policy);
                self.requests.patience = patience;
            }
            Event::Network { away } => shared.away = away,
            Event::Started { request, url, safe, keyed } => {
                self.requests.started(shared, now, request, url, safe, keyed);
            }
            Event::Ended { request, attempt, outcome } => {
                self.requests.ended(shared, now, request, attempt, &outcome);
            }
            Event::Belongs { request, to } => self.requests.belongs(request, to),
            Event::RetryAsked { requests } => self.requests.retry(shared, now, &requests),
            Event::RetryUnanswered => self.requests.retry_unanswered(shared, now),
            Event::GiveBack { request } => self.requests.give_back(shared, request),
            Event::PartFailed { url, status, frame, seen } => self.parts.failed(shared, now, &url, status, frame, seen),
            Event::Mended { url, mended } => self.parts.mended(shared, now, &url, mended),
            Event::ProbeAsked { by, resources } => self.probes.begin(shared, now, by, resources),
            Event::ProbeEnded { ticket, ok } => self.probes.ended(shared, ticket, ok),
            Event::TriedElsewhere { url, tries, recovered } => {
                if tries > 0 {
                    shared.sum.asked += tries;
                    shared.retried(&url, tries, recovered);
                }
            }
        }
    }

    /// Does what is due first. Call it until `poll_timeout` is in the future: what one failure leads to may change what is due next.
    pub fn handle_timeout(&mut self, now: Millis) {
        if !self.requests.due(&mut self.shared, now) {
            self.parts.due(&mut self.shared, now);
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal<A>> {
        self.shared.signals.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<Millis> {
        let next = self.requests.next().min(self.parts.next(self.shared.away));
        (next < Millis::NEVER).then_some(next)
    }

    /// How many retries the page may still make, and how many a burst has.
    pub fn left(&self) -> (u32, u32) {
        self.shared.budget.left()
    }

    /// Nobody is left waiting.
    pub fn stop(&mut self) {
        self.requests.give_all_back(&mut self.shared);
        self.parts.give_all_back(&mut self.shared);
        self.probes.end_all(&mut self.shared);
    }

    /// How long to wait before resources are probed for the `attempt`th time.
    pub fn wait_before_probe(&mut self, attempt: u32) -> Millis {
        self.shared.wait(attempt, None).unwrap_or_default()
    }

    /// The oldest read that has been under way for long and is nobody's trouble yet: what a page may be waiting for.
    pub fn hanging(&self, now: Millis) -> Option<(RequestId, &str)> {
        self.requests.hanging(now)
    }

    /// Whether one of these was sent more than once.
    pub fn tried_again(&self, requests: &[RequestId]) -> bool {
        self.requests.tried_again(requests)
    }

    /// Whether a request is held that only a network would help.
    pub fn awaits_network(&self) -> bool {
        !self.requests.unanswered().is_empty()
    }

    /// Origins that are left alone, and until when, in epoch milliseconds; `epoch` is now.
    pub fn dead(&self, now: Millis, epoch: u64) -> Vec<(String, u64)> {
        self.shared.origins.dead(now, epoch)
    }

    /// The address of a request that is under way.
    pub fn address(&self, request: RequestId) -> Option<&str> {
        self.requests.address(request)
    }

    /// What retries came to since this was last asked.
    pub fn take_sum(&mut self) -> Sum {
        std::mem::take(&mut self.shared.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::{Refusal, RetryPolicy};
    use super::requests::MAX_REQUESTS;
    use super::*;

    const API: &str = "https://a/api";
    const CARD: &str = "https://a/card.png";
    const ID: RequestId = RequestId(1);

    fn config() -> Config {
        Config {
            origins: vec!["https://a".into()],
            fallbacks: vec!["https://b".into()],
            refusals: vec![Refusal { code: "RISK".into(), ..Refusal::default() }],
            ..Config::default()
        }
    }

    fn room() -> Room<&'static str> {
        Room::new(&config(), Dice::new([1, 2]))
    }

    fn with_budget(budget: u32) -> Room<&'static str> {
        let retry = RetryPolicy { budget, ..RetryPolicy::default() };
        Room::new(&Config { retry, ..config() }, Dice::new([1, 2]))
    }

    /// What a signal asks for or tells, in short.
    fn short(signal: Signal<&'static str>) -> String {
        match signal {
            Signal::Send { attempt, .. } => format!("send {attempt}"),
            Signal::Abort { attempt, .. } => format!("abort {attempt}"),
            Signal::Settle { .. } => "settle".into(),
            Signal::Answered => "answered".into(),
            Signal::Failed { failure, next, .. } => format!("{failure:?}, {next:?}"),
            Signal::GivenUp { next, .. } => format!("given up, {next:?}"),
            Signal::Offline { .. } => "offline".into(),
            Signal::Over { of, answered, .. } => format!("over for {of}, {answered}"),
            Signal::Expired { url } => format!("expired {url}"),
            Signal::Refused { code, status, .. } => format!("refused {status} {code}"),
            Signal::Mend { to, .. } => format!("mend {to}"),
            Signal::Lost { url } => format!("lost {url}"),
            Signal::Probe { url, .. } => format!("probe {url}"),
            Signal::Probed { to, alive } => format!("{alive} alive for {to}"),
            Signal::Retrying { attempt, .. } => format!("retrying {attempt}"),
            Signal::Retried { attempt, recovered, .. } => format!("retried {attempt}, {recovered}"),
            Signal::Dropped => "dropped".into(),
        }
    }

    fn signals(room: &mut Room<&'static str>) -> Vec<String> {
        std::iter::from_fn(|| room.poll_signal()).map(short).collect()
    }

    fn tell(room: &mut Room<&'static str>, now: u64, event: Event<&'static str>) -> Vec<String> {
        room.handle_event(Millis(now), event);
        signals(room)
    }

    /// Lets time pass up to `now`.
    fn pass(room: &mut Room<&'static str>, now: u64) -> Vec<String> {
        while let Some(due) = room.poll_timeout().filter(|due| due.0 <= now) {
            room.handle_timeout(due);
        }
        signals(room)
    }

    fn start(room: &mut Room<&'static str>, now: u64, safe: bool, keyed: bool) {
        let started = Event::Started { request: ID, url: API.into(), safe, keyed };
        assert!(tell(room, now, started).is_empty(), "attempt 0 is on its way already");
    }

    fn answer(room: &mut Room<&'static str>, now: u64, attempt: u32, status: u16, code: &str) -> Vec<String> {
        let code = (!code.is_empty()).then(|| code.into());
        let outcome = AttemptOutcome::Answer { status, retry_after: None, code };
        tell(room, now, Event::Ended { request: ID, attempt, outcome })
    }

    fn unanswered(room: &mut Room<&'static str>, now: u64, attempt: u32) -> Vec<String> {
        tell(room, now, Event::Ended { request: ID, attempt, outcome: AttemptOutcome::NetworkError })
    }

    fn part(url: &str, status: u16) -> Event<&'static str> {
        Event::PartFailed { url: url.into(), status, frame: false, seen: false }
    }

    fn probe(urls: &[&str]) -> Event<&'static str> {
        let resources = urls.iter().map(|url| Resource { url: (*url).into(), script: true }).collect();
        Event::ProbeAsked { by: "incident", resources }
    }

    #[test]
    fn a_read_is_tried_three_times_and_then_held_until_somebody_asks_for_more() {
        let mut room = room();
        start(&mut room, 0, true, false);
        assert_eq!(answer(&mut room, 10, 0, 500, ""), ["answered", "Broken(500), Again", "retrying 1"]);
        assert_eq!(pass(&mut room, 400), ["send 1"]);
        assert_eq!(answer(&mut room, 410, 1, 503, ""), ["answered", "Overloaded(503), Again", "retrying 2"]);
        assert_eq!(pass(&mut room, 1_100), ["send 2"]);
        assert_eq!(unanswered(&mut room, 1_200, 2), ["Unanswered, Held"]);
        assert_eq!(room.poll_timeout(), None, "nothing is tried by itself any more");
        assert_eq!(tell(&mut room, 9_000, Event::RetryAsked { requests: vec![ID] }), ["send 3"]);
        assert_eq!(answer(&mut room, 9_100, 3, 200, ""), ["answered", "retried 3, true", "settle"]);
        assert_eq!(room.take_sum(), Sum { asked: 3, recovered: 1, lost: 0 });
    }

    #[test]
    fn what_changes_something_is_repeated_only_with_a_key() {
        let mut room = room();
        start(&mut room, 0, false, false);
        assert_eq!(unanswered(&mut room, 10, 0), ["Unanswered, GivenBack", "settle"]);
        start(&mut room, 20, false, true);
        assert_eq!(unanswered(&mut room, 30, 0), ["Unanswered, Again", "retrying 1"]);
    }

    #[test]
    fn an_attempt_without_an_answer_is_aborted_and_a_late_answer_is_ignored() {
        let mut room = room();
        start(&mut room, 0, true, false);
        let patience = config().deadlines.request;
        assert_eq!(room.poll_timeout(), Some(patience));
        assert_eq!(pass(&mut room, patience.0), ["abort 0", "TimedOut, Again", "retrying 1"]);
        assert!(answer(&mut room, patience.0 + 1, 0, 200, "").is_empty());
        assert_eq!(pass(&mut room, patience.0 + 400), ["send 1"]);
        assert!(answer(&mut room, patience.0 + 401, 0, 200, "").is_empty());
    }

    #[test]
    fn decisions_of_the_server_are_told_and_never_tried_again() {
        for (status, code, told) in [
            (410, "", "expired https://a/api"),
            (400, "TICKET_EXPIRED", "expired https://a/api"),
            (401, "LINK_EXPIRED", "expired https://a/api"),
            (422, "RISK", "refused 422 RISK"),
            (403, "ANY", "refused 403 ANY"),
        ] {
            let mut room = room();
            start(&mut room, 0, true, false);
            assert_eq!(answer(&mut room, 10, 0, status, code), ["answered", "settle", told]);
        }
        let mut room = room();
        start(&mut room, 0, true, false);
        assert_eq!(answer(&mut room, 10, 0, 404, "NOT_FOUND"), ["answered", "settle"], "the page's own matter");
        start(&mut room, 20, true, false);
        let told = answer(&mut room, 30, 0, 401, "TOKEN_EXPIRED");
        assert_eq!(told, ["answered", "settle"], "the session's, and not the link's");
    }

    #[test]
    fn whose_trouble_it_is_hears_of_the_end_and_nobody_else() {
        let mut room = room();
        start(&mut room, 0, true, false);
        unanswered(&mut room, 10, 0);
        tell(&mut room, 10, Event::Belongs { request: ID, to: Some("incident") });
        assert_eq!(room.hanging(Millis(90_000)), None, "it is somebody's trouble already");
        pass(&mut room, 400);
        let heard = answer(&mut room, 500, 1, 404, "");
        assert_eq!(heard, ["answered", "retried 1, false", "settle", "over for incident, true"]);
    }

    #[test]
    fn what_has_been_under_way_for_long_may_be_what_the_page_waits_for() {
        let mut room = room();
        start(&mut room, 0, true, false);
        assert_eq!(room.hanging(Millis(1_999)), None);
        assert_eq!(room.hanging(Millis(2_000)), Some((ID, API)));
    }

    #[test]
    fn without_a_network_nothing_is_tried_and_what_changes_nothing_is_held() {
        let mut room = room();
        tell(&mut room, 0, Event::Network { away: true });
        start(&mut room, 0, true, false);
        assert_eq!(unanswered(&mut room, 10, 0), ["offline"]);
        assert!(room.awaits_network());
        assert_eq!(tell(&mut room, 10, part(CARD, 0)), [format!("lost {CARD}")]);
        assert!(pass(&mut room, 90_000).is_empty());
        tell(&mut room, 90_000, Event::Network { away: false });
        assert_eq!(tell(&mut room, 90_000, Event::RetryUnanswered), ["send 1"]);
        assert_eq!(unanswered(&mut room, 90_010, 1), ["Unanswered, Held"], "one try, and it is held again");
        assert_eq!(pass(&mut room, 90_100), ["retrying 1", "mend https://b/card.png"]);
    }

    #[test]
    fn a_request_waits_for_an_origin_that_is_left_alone_but_not_for_ever() {
        let mut room = room();
        let dead = vec![("https://a".into(), 20_000)];
        tell(&mut room, 0, Event::Remembered { epoch: 0, dead });
        start(&mut room, 0, true, false);
        answer(&mut room, 10, 0, 503, "");
        assert!(pass(&mut room, 19_999).is_empty());
        assert_eq!(pass(&mut room, 20_000), ["send 1"]);

        let mut room = self::room();
        let dead = vec![("https://a".into(), 60_000)];
        tell(&mut room, 0, Event::Remembered { epoch: 0, dead: dead.clone() });
        assert_eq!(room.dead(Millis(10), 10), dead, "the next page will know, too");
        start(&mut room, 0, true, false);
        answer(&mut room, 10, 0, 503, "");
        assert_eq!(pass(&mut room, 400), ["given up, Held"], "30 seconds are waited for silently");
    }

    #[test]
    fn requests_parts_and_probes_spend_one_budget() {
        let mut room = with_budget(2);
        start(&mut room, 0, true, false);
        assert_eq!(unanswered(&mut room, 10, 0), ["Unanswered, Again", "retrying 1"]);
        assert_eq!(tell(&mut room, 10, part(CARD, 404)), ["retrying 1", "mend https://b/card.png"]);
        assert_eq!(tell(&mut room, 10, part("https://a/x.png", 404)), ["lost https://a/x.png"]);
        assert_eq!(tell(&mut room, 10, probe(&["https://a/app.js"])), ["0 alive for incident"]);
    }

    #[test]
    fn a_part_is_asked_of_each_place_once_for_all_who_use_it() {
        let mut room = room();
        tell(&mut room, 0, part(CARD, 404));
        assert!(tell(&mut room, 1, part(CARD, 404)).is_empty(), "it is on its way");
        let mended = |mended| Event::Mended { url: CARD.into(), mended };
        assert!(tell(&mut room, 10, mended(Mended::Failed)).is_empty());
        assert_eq!(pass(&mut room, 400), ["retrying 2".into(), format!("mend {CARD}")]);
        assert_eq!(tell(&mut room, 410, mended(Mended::Came)), ["retried 2, true"]);
        assert_eq!(tell(&mut room, 500, part("https://elsewhere/x.png", 404)), ["lost https://elsewhere/x.png"]);
    }

    #[test]
    fn a_round_of_probes_is_told_when_all_its_answers_are_in() {
        let mut room = room();
        room.handle_event(Millis(0), probe(&["https://a/1.js", "https://a/2.js"]));
        let Some(Signal::Probe { ticket, .. }) = room.poll_signal() else { panic!("no probe") };
        signals(&mut room);
        assert!(tell(&mut room, 10, Event::ProbeEnded { ticket, ok: false }).is_empty());
        assert_eq!(tell(&mut room, 20, Event::ProbeEnded { ticket, ok: true }), ["1 alive for incident"]);
        assert!(tell(&mut room, 30, Event::ProbeEnded { ticket, ok: true }).is_empty(), "a late answer");
    }

    #[test]
    fn requests_are_bounded_and_nobody_is_left_waiting_at_the_end() {
        let mut room = room();
        for _ in 0..MAX_REQUESTS {
            start(&mut room, 0, true, false);
        }
        let more = Event::Started { request: ID, url: API.into(), safe: true, keyed: false };
        assert_eq!(tell(&mut room, 0, more), ["dropped", "settle"]);
        tell(&mut room, 0, part(CARD, 404));
        tell(&mut room, 0, probe(&["https://a/app.js"]));
        room.stop();
        let told = signals(&mut room);
        assert_eq!(told.iter().filter(|told| *told == "settle").count(), MAX_REQUESTS);
        assert_eq!(told[MAX_REQUESTS..], [format!("lost {CARD}"), "0 alive for incident".into()]);
        assert_eq!(room.poll_timeout(), None);
    }
}
