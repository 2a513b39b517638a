//! The room alone, in virtual time: findings in, and what it wants of the others.

use super::super::config::Config;
use super::super::dice::Dice;
use super::super::freshness::verdict::Freshness;
use super::super::prompt::words::choice;
use super::super::render::verdict::RenderState;
use super::super::storage::facts::{DamagedEntry, PoisonedEntry, Repair, RepairDone};
use super::*;

mod reset;

const API: &str = "https://a/api/home?page=1";
const SCRIPT: &str = "https://a/app.js";
const REQUEST: RequestId = RequestId(1);

fn config() -> Config {
    Config { build: "1".into(), origins: vec!["https://a".into()], ..Config::default() }
}

/// A page that remembers nothing yet.
fn room() -> Room {
    with_memory(Some(Vec::new()))
}

fn with_memory(reloads: Option<Vec<Reload>>) -> Room {
    let mut room = Room::new(&config(), Dice::new([1, 2]));
    let witness = reloads.is_some();
    room.handle_event(Millis(0), Event::Place { path: "/apply", step: "apply".into() });
    room.handle_event(Millis(0), Event::Started { epoch: 1_760_000_000_000, reloads, witness });
    room
}

/// What a signal wants, in short; nothing for what only tells listeners, telemetry and the watch over the page.
fn short(signal: Signal) -> Option<String> {
    Some(match signal {
        Signal::BeginAgain
        | Signal::LookSoon
        | Signal::LookNow
        | Signal::LookAt(_)
        | Signal::Revised(_)
        | Signal::PageSeen(_)
        | Signal::Log { .. }
        | Signal::Unsay { .. } => return None,
        Signal::Told { stage, outcome, .. } => match (stage, outcome) {
            (Stage::Detected | Stage::Ended, _) => format!("{}: {}", stage.code(), outcome.code()),
            _ => return None,
        },
        Signal::Belongs { to, .. } => format!("belongs: {}", to.is_some()),
        Signal::RetryAsked { .. } => "retry".into(),
        Signal::GiveBack { .. } => "give back".into(),
        Signal::ProbeLater { attempt, .. } => format!("probe later: {attempt}"),
        Signal::Probe { resources, .. } => format!("probe {}", resources.len()),
        Signal::AwaitNetwork => "await network".into(),
        Signal::Diagnose { .. } => "diagnose".into(),
        Signal::Repair { what, .. } => {
            format!("repair {}", what.keys.len() + what.entries.len() + what.evict.len())
        }
        Signal::AskSuspects { .. } => "ask for suspects".into(),
        Signal::PutBack { keys, .. } => format!("put back {}", keys.join(", ")),
        Signal::Say { kind, .. } => format!("say {}", kind.code()),
        Signal::Reinsert { .. } => "reinsert".into(),
        Signal::AskLeave { by_user, .. } => if by_user { "ask leave for the user" } else { "ask leave" }.into(),
        Signal::RenewLink { .. } => "renew link".into(),
        Signal::Remember { .. } => "remember".into(),
        Signal::Reloads(reload) => format!("reloads for {}", reload.cause.code()),
        Signal::Leave { to, .. } => format!("leave for {}", to.as_deref().unwrap_or("itself")),
        Signal::OpenWindow => "open window".into(),
        Signal::Forget => "forget".into(),
        Signal::PassOn(_) => "pass on".into(),
        Signal::Repaired(_) => "repaired".into(),
        Signal::Dropped => "dropped".into(),
    })
}

fn signals(room: &mut Room) -> Vec<String> {
    std::iter::from_fn(|| room.poll_signal()).filter_map(short).collect()
}

fn tell(room: &mut Room, now: u64, event: Event) -> Vec<String> {
    room.handle_event(Millis(now), event);
    signals(room)
}

/// Lets time pass up to `now`.
fn pass(room: &mut Room, now: u64) -> Vec<String> {
    while let Some(due) = room.poll_timeout().filter(|due| due.0 <= now) {
        room.handle_timeout(due);
    }
    signals(room)
}

/// The case that was opened last.
fn case(room: &Room) -> CaseId {
    *room.case_ids().last().expect("a case is open")
}

fn cause(room: &Room) -> &'static str {
    room.open().last().map_or("", |incident| incident.cause.code())
}

fn script_threw(room: &mut Room, now: u64) {
    let (text, source) = ("TypeError: x is undefined", SCRIPT);
    tell(room, now, Event::ScriptFailed { text, source, rejection: false });
}

/// A look at the page; for a page that shows content what that means for each case, too.
fn look(room: &mut Room, now: u64, state: RenderState) -> Vec<String> {
    let verdict = RenderVerdict::new(state, "");
    let confirmed = state == RenderState::Blank;
    let mut told =
        tell(room, now, Event::Judged { verdict: &verdict, confirmed, awaits_resource: false, hanging: None });
    if state == RenderState::Content {
        for case in room.case_ids() {
            told.extend(tell(room, now, Event::ContentSeen(case)));
        }
    }
    told
}

/// Both answers to a diagnosis.
fn diagnosed(room: &mut Room, now: u64, damage: Damage, served: Freshness) -> Vec<String> {
    let case = case(room);
    assert!(tell(room, now, Event::Damage { case, damage }).is_empty(), "the other answer is still to come");
    tell(room, now, Event::Freshness { case, verdict: &verdict(served) })
}

fn verdict(state: Freshness) -> FreshnessVerdict {
    FreshnessVerdict { state, running: "1".into(), latest: "2".into(), required: false, reason: "" }
}

/// A page that threw and shows nothing, up to the remedy that its diagnosis leads to.
fn blank_page(room: &mut Room) -> Vec<String> {
    script_threw(room, 1_000);
    assert_eq!(look(room, 2_000, RenderState::Blank), ["detected: open", "diagnose"]);
    diagnosed(room, 2_100, Damage::default(), Freshness::Fresh)
}

fn said(room: &mut Room, now: u64, kind: PromptKind, shown: bool, otherwise: Otherwise) -> Vec<String> {
    let case = case(room);
    tell(room, now, Event::Said { case, kind, shown, otherwise })
}

/// The answer to the question for whole entries of another build.
fn suspects(room: &mut Room, now: u64, keys: &[&str]) -> Vec<String> {
    let case = case(room);
    tell(room, now, Event::Suspects { case, entries: keys.iter().map(|key| entry(key)).collect() })
}

fn request_failed(room: &mut Room, now: u64, fate: Fate) -> Vec<String> {
    let found = evidence::api_error(API, 500);
    let submitting = fate == Fate::GivenBack;
    tell(room, now, Event::RequestFailed { request: REQUEST, of: None, url: API, found, submitting, fate })
}

fn dead_script(room: &mut Room, now: u64) -> Vec<String> {
    let kind = ResourceKind::Module;
    tell(room, now, Event::ResourceFailed { url: SCRIPT, kind, critical: true, html: false, status: 404 });
    tell(room, now, Event::ResourceSettled { url: SCRIPT, kind, healed: false, from: "", tries: 1 })
}

fn entry(key: &str) -> DamagedEntry {
    DamagedEntry { key: key.into(), ..DamagedEntry::default() }
}

#[test]
fn a_page_that_fails_is_diagnosed_and_reloaded_once_what_must_survive_is_written() {
    let mut room = room();
    assert_eq!(blank_page(&mut room), ["ask leave"]);
    assert_eq!(cause(&room), "script");
    let case = case(&room);
    let ready = Event::LeaveTold { case, by_user: false, readiness: Readiness::Ready };
    assert_eq!(tell(&mut room, 2_200, ready), ["remember"]);
    assert!(room.carries());
    let written = Event::Remembered { case, leave: Leave::reload(false), ok: true };
    assert_eq!(tell(&mut room, 2_300, written), ["reloads for script", "leave for itself"]);
    // The browser refused: it is not tried again, and the user is told.
    assert_eq!(tell(&mut room, 20_000, Event::StillHere(case)), ["forget", "ask for suspects"]);
    assert_eq!(suspects(&mut room, 20_100, &[]), ["say script"]);
}

#[test]
fn no_reload_that_cannot_be_remembered_or_has_been_before() {
    let before = |build: &str, cause, at| Reload { build: build.into(), cause, at };
    let now = 1_760_000_000_000;
    for (reloads, wanted) in [
        (None, "say script"),
        (Some(vec![before("1", Cause::Script, 1)]), "ask for suspects"),
        (Some(vec![before("0", Cause::Script, 1)]), "ask leave"),
        (Some(vec![before("1", Cause::Resource, 1)]), "ask leave"),
        (Some(vec![before("1", Cause::Resource, now)]), "ask for suspects"),
    ] {
        let mut room = with_memory(reloads.clone());
        assert_eq!(blank_page(&mut room), [wanted], "{reloads:?}");
    }
}

#[test]
fn a_write_that_does_not_come_back_keeps_the_page() {
    let mut room = room();
    blank_page(&mut room);
    let case = case(&room);
    tell(&mut room, 2_200, Event::LeaveTold { case, by_user: false, readiness: Readiness::Ready });
    let lost = Event::Remembered { case, leave: Leave::reload(false), ok: false };
    assert_eq!(tell(&mut room, 3_200, lost), ["forget", "say script"]);
}

#[test]
fn what_is_typed_is_not_reloaded_away_but_the_user_may() {
    let mut room = room();
    blank_page(&mut room);
    let case = case(&room);
    let unsaved = |by_user| Event::LeaveTold { case, by_user, readiness: Readiness::Unsaved };
    assert_eq!(tell(&mut room, 2_200, unsaved(false)), ["ask for suspects"]);
    assert_eq!(suspects(&mut room, 2_200, &[]), ["say script"]);
    said(&mut room, 2_200, PromptKind::Script, true, Otherwise::Climb);
    assert_eq!(tell(&mut room, 9_000, Event::Chosen { case, choice: choice::RELOAD }), ["ask leave for the user"]);
}

#[test]
fn damage_is_repaired_before_the_page_is_loaded_anew() {
    let mut room = room();
    script_threw(&mut room, 1_000);
    look(&mut room, 2_000, RenderState::Blank);
    let keys = vec![entry("home")];
    let damage = Damage { repair: Repair { keys, ..Repair::default() }, ..Damage::default() };
    assert_eq!(diagnosed(&mut room, 2_100, damage, Freshness::Fresh), ["repair 1"]);
    assert_eq!(cause(&room), "cache-damaged");
    let (case, report) = (case(&room), RepairReport::default());
    assert_eq!(tell(&mut room, 2_200, Event::Repaired { case, report, ok: true }), ["repaired", "ask leave"]);
}

#[test]
fn on_a_page_that_is_up_damage_is_nobodys_complaint_but_poison_goes() {
    let mut room = room();
    let kind = ResourceKind::Style;
    tell(&mut room, 1_000, Event::ResourceSettled { url: "https://a/x.css", kind, healed: false, from: "", tries: 1 });
    look(&mut room, 1_500, RenderState::Content);
    let keys = vec![entry("home")];
    let entries = vec![PoisonedEntry { cache: "app".into(), url: SCRIPT.into(), why: "html".into() }];
    let damage = Damage { repair: Repair { keys, entries, ..Repair::default() }, ..Damage::default() };
    assert_eq!(diagnosed(&mut room, 1_600, damage, Freshness::Fresh), ["repair 1"]);
}

#[test]
fn the_strongest_finding_names_the_cause() {
    let mut room = room();
    assert_eq!(
        tell(&mut room, 1_000, Event::ImportFailed { url: "https://a/step-2.js", text: "TypeError" }),
        ["detected: open", "diagnose"]
    );
    assert_eq!(cause(&room), "resource");
    diagnosed(&mut room, 1_100, Damage::default(), Freshness::Stale);
    assert_eq!(cause(&room), "stale-deploy", "a chunk that is lost, and a newer build: that is why");
}

/// A part of the application is lost on a page that goes on showing content, and the manifest tells of an older build.
fn chunk_lost_to_a_roll_back(room: &mut Room) -> CaseId {
    let (url, kind) = ("https://a/431.js", ResourceKind::Chunk);
    tell(room, 1_000, Event::ResourceFailed { url, kind, critical: false, html: false, status: 404 });
    let blocked = "https://elsewhere/count.js";
    let settled = |url, kind| Event::ResourceSettled { url, kind, healed: false, from: "", tries: 0 };
    assert_eq!(tell(room, 1_000, settled(url, kind)), ["detected: open", "diagnose"]);
    tell(room, 1_000, settled(blocked, ResourceKind::Classic));
    assert!(look(room, 1_050, RenderState::Content).is_empty());
    assert_eq!(diagnosed(room, 1_100, Damage::default(), Freshness::Withdrawn), ["probe later: 1"]);
    case(room)
}

/// The next probe asks for so many, of which so many can be had.
fn probed(room: &mut Room, now: u64, asked: usize, alive: usize) -> Vec<String> {
    let case = case(room);
    tell(room, now, Event::ProbeAt { case, due: Millis(now) });
    assert_eq!(pass(room, now), [format!("probe {asked}")]);
    tell(room, now, Event::Probed { case, alive })
}

#[test]
fn a_release_is_taken_back_where_an_older_one_is_served_and_what_is_missed_is_gone() {
    let mut room = room();
    let case = chunk_lost_to_a_roll_back(&mut room);
    assert!(look(&mut room, 5_000, RenderState::Content).is_empty(), "content is not all that counts now");
    assert_eq!(probed(&mut room, 5_100, 1, 0), ["probe later: 2"], "only the page's own files tell of the release");
    assert_eq!(cause(&room), "resource");
    assert_eq!(probed(&mut room, 5_200, 1, 0), ["ask leave"]);
    assert_eq!(cause(&room), "stale-deploy");
    let unsaved = Event::LeaveTold { case, by_user: false, readiness: Readiness::Unsaved };
    assert_eq!(tell(&mut room, 5_300, unsaved), ["say update"]);
}

#[test]
fn a_server_that_lags_behind_takes_no_release_back() {
    let mut room = room();
    chunk_lost_to_a_roll_back(&mut room);
    assert!(probed(&mut room, 1_200, 1, 1).is_empty());
    assert_eq!(cause(&room), "resource");
    look(&mut room, 2_000, RenderState::Content);
    assert_eq!(look(&mut room, 5_000, RenderState::Content), ["ended: harmless"]);
}

#[test]
fn nothing_that_the_user_notices_happens_before_a_look_at_the_page() {
    let mut room = room();
    dead_script(&mut room, 1_000);
    assert_eq!(diagnosed(&mut room, 1_100, Damage::default(), Freshness::Fresh), ["probe later: 1"]);
    let case = case(&room);
    tell(&mut room, 1_100, Event::ProbeAt { case, due: Millis(1_200) });
    assert_eq!(pass(&mut room, 1_200), ["probe 1"]);
    assert!(
        tell(&mut room, 1_300, Event::Probed { case, alive: 1 }).is_empty(),
        "it can be had again, but first a look"
    );
    assert!(look(&mut room, 1_400, RenderState::Pending).is_empty());
    assert_eq!(look(&mut room, 4_000, RenderState::Blank), ["ask leave"]);
}

#[test]
fn what_is_still_dead_after_two_rounds_of_probes_is_not_waited_for() {
    let mut room = room();
    assert_eq!(dead_script(&mut room, 1_000), ["detected: open", "diagnose"]);
    look(&mut room, 1_050, RenderState::Blank);
    diagnosed(&mut room, 1_100, Damage::default(), Freshness::Fresh);
    let case = case(&room);
    let mut told = Vec::new();
    for now in [2_000, 3_000] {
        tell(&mut room, now, Event::ProbeAt { case, due: Millis(now) });
        told.extend(pass(&mut room, now));
        told.extend(tell(&mut room, now, Event::Probed { case, alive: 0 }));
    }
    assert_eq!(told, ["probe 1", "probe later: 2", "probe 1", "ask leave"]);
}

#[test]
fn content_that_holds_ends_what_was_missed_as_recovered() {
    let mut room = room();
    blank_page(&mut room);
    let case = case(&room);
    tell(&mut room, 2_200, Event::LeaveTold { case, by_user: false, readiness: Readiness::Forbidden });
    said(&mut room, 2_300, PromptKind::Script, true, Otherwise::Climb);
    for (now, state) in [
        (3_000, RenderState::Content),
        (5_000, RenderState::Content),
        (5_500, RenderState::Pending),
        (6_000, RenderState::Content),
        (8_999, RenderState::Content),
    ] {
        assert!(look(&mut room, now, state).is_empty(), "{now}");
    }
    assert_eq!(look(&mut room, 9_000, RenderState::Content), ["ended: recovered"]);
    assert_eq!(room.poll_timeout(), None);
}

#[test]
fn what_nobody_missed_is_harmless() {
    let mut room = room();
    let kind = ResourceKind::Style;
    let url = "https://elsewhere/x.css";
    tell(&mut room, 1_000, Event::ResourceSettled { url, kind, healed: false, from: "", tries: 1 });
    look(&mut room, 1_500, RenderState::Content);
    diagnosed(&mut room, 1_600, Damage::default(), Freshness::Fresh);
    look(&mut room, 1_700, RenderState::Content);
    assert_eq!(look(&mut room, 4_700, RenderState::Content), ["ended: harmless"]);
}

#[test]
fn a_look_through_a_dialog_about_something_else_proves_nothing() {
    let mut room = room();
    blank_page(&mut room);
    let case = case(&room);
    tell(&mut room, 2_200, Event::LeaveTold { case, by_user: false, readiness: Readiness::Forbidden });
    said(&mut room, 2_300, PromptKind::Script, true, Otherwise::Climb);
    tell(&mut room, 2_400, Event::Dialog(Some("another".into())));
    for now in [3_000, 9_000] {
        assert!(look(&mut room, now, RenderState::Content).is_empty());
    }
    tell(&mut room, 9_000, Event::Dialog(None));
    look(&mut room, 10_000, RenderState::Content);
    assert_eq!(look(&mut room, 13_000, RenderState::Content), ["ended: recovered"]);
}

#[test]
fn a_read_that_is_held_is_explained_and_over_when_it_is_answered() {
    let mut room = room();
    assert_eq!(
        request_failed(&mut room, 1_000, Fate::Held),
        ["detected: open", "belongs: true", "await network", "say service"]
    );
    said(&mut room, 1_000, PromptKind::Service, true, Otherwise::Climb);
    let case = case(&room);
    assert_eq!(tell(&mut room, 5_000, Event::Chosen { case, choice: choice::RETRY }), ["retry"]);
    tell(&mut room, 5_000, Event::RequestSent { of: case, attempt: 3 });
    assert!(tell(&mut room, 5_100, Event::RequestOver { request: REQUEST, of: case, answered: true }).is_empty());
    assert_eq!(look(&mut room, 5_200, RenderState::Content), ["ended: recovered"]);
}

#[test]
fn what_could_not_be_said_leaves_the_requests_to_the_page() {
    let mut room = room();
    request_failed(&mut room, 1_000, Fate::Held);
    assert_eq!(said(&mut room, 1_000, PromptKind::Service, false, Otherwise::Climb), ["give back"]);
}

#[test]
fn after_a_failed_submission_the_pages_own_code_has_a_moment_to_explain_it() {
    let mut room = room();
    assert_eq!(request_failed(&mut room, 1_000, Fate::GivenBack), ["detected: open", "belongs: true"]);
    assert!(pass(&mut room, 1_399).is_empty());
    assert_eq!(pass(&mut room, 1_400), ["say service"]);

    let mut room = self::room();
    request_failed(&mut room, 1_000, Fate::GivenBack);
    let (case, _) = room.explained_by_page().expect("the failure is known");
    tell(&mut room, 1_200, Event::PageExplains { case, kind: PromptKind::Verification });
    assert!(pass(&mut room, 60_000).is_empty());
    assert_eq!(tell(&mut room, 60_000, Event::PageHeard { case, choice: choice::CLOSE }), ["ended: abandoned"]);
}

#[test]
fn an_incident_can_be_told_of_while_it_is_open_and_after_it_has_ended() {
    let mut room = room();
    assert!(room.story("").is_none());
    let refused = Event::Refused { url: API, code: "RISK", status: 403 };
    tell(&mut room, 1_000, refused);
    let told = room.story("").cloned().expect("it is open");
    assert_eq!((told.cause, told.outcome), (Cause::Refused, Outcome::Open));
    said(&mut room, 1_000, PromptKind::Refused, true, Otherwise::End);
    for name in [told.id.as_str(), told.reference.as_str(), ""] {
        assert_eq!(room.story(name).map(|story| story.outcome), Some(Outcome::Refused), "{name:?}");
    }
    assert!(room.story("another").is_none());
    // The oldest are forgotten.
    for later in 0..8 {
        let now = 10_000 * (later + 1);
        tell(&mut room, now, Event::NetworkLost);
        tell(&mut room, now + 1_000, Event::NetworkBack);
        look(&mut room, now + 2_000, RenderState::Content);
    }
    assert!(room.story(&told.id).is_none());
    assert_eq!(room.story("").map(|story| story.cause), Some(Cause::Offline));
}

#[test]
fn a_refusal_is_explained_and_over() {
    let mut room = room();
    let refused = Event::Refused { url: API, code: "RISK", status: 403 };
    assert_eq!(tell(&mut room, 1_000, refused), ["detected: open", "say refused"]);
    assert_eq!(said(&mut room, 1_000, PromptKind::Refused, true, Otherwise::End), ["ended: refused"]);
}

#[test]
fn a_lost_network_is_said_and_its_return_sends_what_waits() {
    let mut room = room();
    assert_eq!(tell(&mut room, 1_000, Event::NetworkLost), ["detected: open", "say offline"]);
    said(&mut room, 1_000, PromptKind::Offline, true, Otherwise::Wait);
    assert_eq!(tell(&mut room, 2_000, Event::RequestOffline(REQUEST)), ["belongs: true"]);
    assert!(look(&mut room, 3_000, RenderState::Content).is_empty(), "there is still no network");
    assert_eq!(tell(&mut room, 9_000, Event::NetworkBack), ["retry"]);
    let case = case(&room);
    tell(&mut room, 9_100, Event::RequestOver { request: REQUEST, of: case, answered: true });
    assert_eq!(look(&mut room, 9_200, RenderState::Content), ["ended: recovered"]);
}

#[test]
fn incidents_are_bounded_and_what_comes_on_top_is_given_back() {
    let mut room = room();
    for n in 0..4 {
        let url = format!("https://a/api/{n}");
        let (found, fate) = (evidence::api_error(&url, 500), Fate::SentAgain);
        let request = RequestId(n);
        tell(&mut room, 1_000, Event::RequestFailed { request, of: None, url: &url, found, submitting: false, fate });
    }
    assert_eq!(request_failed(&mut room, 1_000, Fate::Held), ["belongs: false", "give back"]);
    assert_eq!(room.open().count(), 4);
}

#[test]
fn an_incident_that_nobody_looks_at_any_more_is_abandoned() {
    let mut room = room();
    request_failed(&mut room, 1_000, Fate::SentAgain);
    assert_eq!(room.poll_timeout(), Some(Millis(601_000)));
    assert_eq!(pass(&mut room, 601_000), ["ended: abandoned", "give back"]);
}

#[test]
fn a_page_that_is_left_abandons_its_incidents_and_one_may_go_on_where_it_comes_again_at_once() {
    let mut room = room();
    blank_page(&mut room);
    let carried = room.open().next().cloned().expect("an incident");
    assert_eq!(tell(&mut room, 3_000, Event::Hiding), ["ended: abandoned", "pass on"]);
    let mut late = self::room();
    blank_page(&mut late);
    assert_eq!(tell(&mut late, 60_000, Event::Hiding), ["ended: abandoned"]);

    let mut next = self::room();
    tell(&mut next, 0, Event::Carried(vec![carried.clone()]));
    assert_eq!(next.open().map(|incident| &incident.id).collect::<Vec<_>>(), [&carried.id]);
    look(&mut next, 1_000, RenderState::Content);
    assert_eq!(look(&mut next, 4_000, RenderState::Content), ["ended: recovered"]);
}

#[test]
fn a_verdict_is_told_with_what_is_known_strongest_first() {
    let mut room = room();
    for found in [evidence::complaint("Error: no"), evidence::script_error("TypeError: x", SCRIPT, false)] {
        tell(&mut room, 1_000, Event::Found(found));
    }
    let explained = |state| {
        let mut verdict = RenderVerdict::new(state, "");
        room.explain_verdict(&mut verdict);
        (verdict.cause, verdict.evidence.iter().map(|found| found.weight).collect::<Vec<_>>())
    };
    assert_eq!(explained(RenderState::Blank), (Some(Cause::Script), vec![50, 37]));
    assert_eq!(explained(RenderState::Loading), (None, vec![50, 37]), "not overdue yet");
    assert_eq!(explained(RenderState::Content), (None, vec![]));
}
