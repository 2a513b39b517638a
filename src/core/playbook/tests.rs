//! What the room does: a table of documents, how long they hold, percentages, announcements.

use super::*;
use crate::core::dice::Dice;
use crate::core::incident::record::Cause;
use ladder::Remedy;
use serde_json::{Value as Json, json};
use std::iter::from_fn;

/// The day of a release, in epoch milliseconds.
const NOW: u64 = 1_760_000_000_000;
const HOUR: u64 = 3_600_000;

fn room_with(public_key: &str) -> Room {
    let playbook = PlaybookSource {
        url: Some("/playbook.json".into()),
        public_key: public_key.into(),
        ..PlaybookSource::default()
    };
    Room::new(&Config { playbook, build: "1.4.0".into(), ..Config::default() })
}

fn signals(room: &mut Room) -> Vec<Signal> {
    from_fn(|| room.poll_signal()).collect()
}

fn tell(room: &mut Room, now: u64, event: Event) -> Vec<Signal> {
    room.handle_event(Millis(now), event);
    signals(room)
}

fn start(room: &mut Room, lot: u64, kept: Option<(Kept, Document)>) -> Vec<Signal> {
    tell(room, 0, Event::Place { path: Some("/apply/2"), step: "apply" });
    tell(room, 0, Event::Started { epoch: NOW, visible: true, lot, kept })
}

/// A text as the page's address answers with it.
fn served(text: &str, proof: Proof) -> Served {
    match serde_json::from_str::<Json>(text) {
        _ if text.len() > 1 << 16 => Served::TooLong,
        Err(_) => Served::NotJson,
        Ok(json) => Served::Document { text: text.into(), proof, read: Document::read(json) },
    }
}

fn came(room: &mut Room, now: u64, document: &Json) -> Vec<Signal> {
    tell(room, now, Event::Came(served(&document.to_string(), Proof::Unasked)))
}

fn of_rules(rules: &Json) -> Json {
    json!({ "format": 1, "version": 7, "rules": rules })
}

/// What differs in a plan from what the guard does by itself, in short.
fn short(plan: &Plan) -> String {
    let own = Plan::default();
    let mut said = Vec::new();
    for (what, is) in [("off", plan.off), ("silent", plan.silent), ("mute", plan.mute)] {
        if is {
            said.push(what.into());
        }
    }
    said.extend(plan.without.iter().map(|remedy| format!("no {}", remedy.code())));
    for (cause, ladder) in &plan.ladders {
        let rungs: Vec<_> = ladder.iter().map(|remedy| remedy.code()).collect();
        said.push(format!("{}: {}", cause.code(), rungs.join(" ")));
    }
    if plan.deadlines != own.deadlines {
        let deadlines = plan.deadlines;
        said.push(format!("{} {} {}", deadlines.settle.0, deadlines.loading.0, deadlines.request.0));
    }
    if plan.retry != own.retry {
        said.push(format!("{} tries, budget {}", plan.retry.limit, plan.retry.budget));
    }
    said.extend(plan.wordings.iter().map(|wording| format!("{} says {}", wording.prompt, wording.title.zh)));
    said.extend(plan.announcements.iter().map(|one| format!("tells {}", one.id)));
    said.join(", ")
}

/// What a document comes to on the page `/apply/2` of build 1.4.0, at the step `apply`; "refused: …" where it is not taken.
fn outcome(text: &str) -> String {
    let mut room = room_with("");
    start(&mut room, 1, None);
    let heard = tell(&mut room, 100, Event::Came(served(text, Proof::Unasked)));
    for signal in heard {
        if let Signal::Refused { why } = signal {
            assert_eq!(room.plan(), &Plan::default(), "{why}");
            return format!("refused: {}", why.strip_suffix("; there is none before it").unwrap_or(&why));
        }
    }
    short(room.plan())
}

#[test]
fn each_document_is_taken_or_refused_in_words() {
    let rule = |rule: Json| of_rules(&json!([rule])).to_string();
    let notice =
        |links: Json| rule(json!({ "announcements": [{ "id": "m1", "title": { "zh": "维护" }, "links": links }] }));
    let link = |href: &str| notice(json!([{ "label": { "en": "Spare page" }, "href": href }]));
    let no_link = |href: &str| {
        format!(
            "refused: \"rules[0].announcements[0].links[0].href\" is {href}; expected an address that begins with https://, tel:, mailto: or, at the page's own origin, /"
        )
    };
    let remedies = "retry, repair, renew, reload, wait-online, reset, dialog";
    let cases: Vec<(&str, String, String)> = vec![
        // Good ones.
        ("nothing to do", of_rules(&json!([])).to_string(), String::new()),
        ("the whole guard", rule(json!({ "off": ["guard"] })), "off".into()),
        ("prompts and telemetry", rule(json!({ "off": ["prompts", "telemetry"] })), "silent, mute".into()),
        ("a remedy", rule(json!({ "off": ["reload"] })), "no reload".into()),
        ("retries", rule(json!({ "off": ["retry"] })), "no retry, 1 tries, budget 0".into()),
        (
            "a ladder",
            rule(json!({ "ladders": [{ "cause": "api", "remedies": ["retry", "reload", "dialog"] }] })),
            "api: retry reload dialog".into(),
        ),
        (
            "thresholds",
            rule(json!({ "deadlines": { "settleMs": 3000 }, "retry": { "limit": 2, "budget": 0 } })),
            "3000 8000 10000, 2 tries, budget 0".into(),
        ),
        (
            "a prompt's words",
            rule(json!({ "texts": [{ "prompt": "service", "title": { "zh": "系统维护中" } }] })),
            "service says 系统维护中".into(),
        ),
        ("an announcement", link("https://spare.example/pay"), "tells m1".into()),
        ("a telephone number", link("tel:400-800-1234"), "tells m1".into()),
        ("an address of the page's own", link("/spare"), "tells m1".into()),
        (
            "rules for this page, and for others",
            of_rules(&json!([
                { "when": { "release": ["1.4.*"], "path": ["/apply"], "step": ["apply"] }, "off": ["reload"] },
                { "when": { "release": ["1.3.*"] }, "off": ["guard"] },
                { "when": { "path": ["/repay"] }, "off": ["guard"] },
                { "when": { "step": ["repay"] }, "off": ["guard"] },
                { "name": "none", "when": { "percent": 0 }, "off": ["guard"] },
                { "name": "all", "when": { "percent": 100 }, "off": ["repair"] },
            ]))
            .to_string(),
            "no reload, no repair".into(),
        ),
        ("HTML in a text is text", rule(json!({ "texts": [{ "prompt": "script", "title": { "zh": "<img onerror=x>" } }] })), "script says <img onerror=x>".into()),
        ("one that has ended", json!({ "format": 1, "version": 1, "expiresAt": NOW - 1, "rules": [{ "off": ["guard"] }] }).to_string(), String::new()),
        // Broken ones.
        ("no JSON", "{".into(), "refused: it is no JSON".into()),
        ("a page", "<!doctype html>".into(), "refused: it is no JSON".into()),
        ("a list", "[]".into(), "refused: itself is []; expected an object".into()),
        ("a text", "\"off\"".into(), "refused: itself is off; expected an object".into()),
        ("nothing", "{}".into(), "refused: \"format\" is missing; expected 1, the one that this guard knows".into()),
        ("of a later guard", json!({ "format": 2, "version": 1 }).to_string(), "refused: \"format\" is 2; expected 1, the one that this guard knows".into()),
        ("no version", json!({ "format": 1 }).to_string(), "refused: \"version\" is missing; expected a whole number from 0".into()),
        ("a wrong type", json!({ "format": 1, "version": "7" }).to_string(), "refused: \"version\" is 7; expected a whole number from 0 to 9007199254740991".into()),
        ("rules that are none", json!({ "format": 1, "version": 7, "rules": { "off": "guard" } }).to_string(), "refused: \"rules\" is {\"off\":\"guard\"}; expected an array".into()),
        ("a name that is not known", rule(json!({ "of": ["guard"] })), "refused: \"rules[0].of\" is [\"guard\"]; expected no such name, only name, when, off, ladders, deadlines, retry, texts, announcements".into()),
        ("a negative time", json!({ "format": 1, "version": 7, "expiresAt": -5 }).to_string(), "refused: \"expiresAt\" is -5; expected a whole number from 0 to 8640000000000000".into()),
        ("an age that is none", json!({ "format": 1, "version": 7, "maxAgeMs": 1.5 }).to_string(), "refused: \"maxAgeMs\" is 1.5; expected a whole number from 0 to 2592000000".into()),
        ("too many percent", rule(json!({ "name": "a", "when": { "percent": 101 }, "off": ["guard"] })), "refused: \"rules[0].when.percent\" is 101; expected a whole number from 0 to 100".into()),
        ("percent of nobody knows whom", rule(json!({ "when": { "percent": 10 }, "off": ["guard"] })), "refused: \"rules[0].name\" is missing; expected a name, because \"percent\" draws sessions by it".into()),
        ("a threshold beyond its limits", rule(json!({ "deadlines": { "settleMs": 5 } })), "refused: \"rules[0].deadlines.settleMs\" is 5; expected a whole number from 100 to 60000".into()),
        ("an unknown remedy", rule(json!({ "off": ["reboot"] })), format!("refused: \"rules[0].off[0]\" is reboot; expected one of guard, prompts, telemetry, {remedies}")),
        ("an unknown rung", rule(json!({ "ladders": [{ "cause": "api", "remedies": ["eval"] }] })), format!("refused: \"rules[0].ladders[0].remedies[0]\" is eval; expected one of {remedies}")),
        ("a ladder without a cause", rule(json!({ "ladders": [{ "remedies": [] }] })), format!("refused: \"rules[0].ladders[0].cause\" is missing; expected one of {}", Cause::CODES.join(", "))),
        // Hostile ones.
        ("a refusal that is to be healed", rule(json!({ "ladders": [{ "cause": "refused", "remedies": ["retry"] }] })), "refused: \"rules[0].ladders[0].remedies[0]\" is retry; expected for refused each of dialog once".into()),
        ("a remedy for ever", rule(json!({ "ladders": [{ "cause": "script", "remedies": ["reload", "reload"] }] })), "refused: \"rules[0].ladders[0].remedies[1]\" is reload; expected for script each of retry, repair, reload, reset, dialog once".into()),
        ("names of prototypes", r#"{ "format": 1, "version": 7, "__proto__": { "off": ["guard"] } }"#.into(), "refused: \"__proto__\" is {\"off\":[\"guard\"]}; expected no such name, only format, version, expiresAt, maxAgeMs, rules".into()),
        ("more of them", rule(json!({ "off": ["constructor"] })), format!("refused: \"rules[0].off[0]\" is constructor; expected one of guard, prompts, telemetry, {remedies}")),
        ("an address of a script", r#"{ "format": 1, "version": 7, "rules": [{ "script": "https://evil.example/x.js" }] }"#.into(), "refused: \"rules[0].script\" is https://evil.example/x.js; expected no such name, only name, when, off, ladders, deadlines, retry, texts, announcements".into()),
        ("a link that runs", link("javascript:alert(1)"), no_link("javascript:alert(1)")),
        ("the same in other letters", link(" JavaScript:alert(1)"), no_link(" JavaScript:alert(1)")),
        ("the same in pieces", link("java\tscript:alert(1)"), no_link("java\tscript:alert(1)")),
        ("a link that is data", link("data:text/html,<script>"), no_link("data:text/html,<script>")),
        ("a link without encryption", link("http://evil.example/"), no_link("http://evil.example/")),
        ("a link to another origin that looks like none", link("//evil.example/"), no_link("//evil.example/")),
        ("the same with another slash", link("/\\evil.example/"), no_link("/\\evil.example/")),
        ("a link without words", notice(json!([{ "href": "/spare" }])), "refused: \"rules[0].announcements[0].links[0]\" is incomplete; expected { label: { zh, en }, href }".into()),
        ("a text without end", rule(json!({ "texts": [{ "prompt": "script", "text": { "zh": "x".repeat(601) } }] })), format!("refused: \"rules[0].texts[0].text.zh\" is {}…; expected a text of at most 600 characters", "x".repeat(60))),
        ("a huge one", of_rules(&json!([{ "name": "x".repeat(70_000) }])).to_string(), "refused: it is too long; expected at most 64 KB".into()),
        ("a deep one", format!("{{\"format\":1,\"version\":7,\"rules\":{}", "[".repeat(10_000)), "refused: it is no JSON".into()),
        ("a deep one that is whole", format!("{{\"format\":1,\"version\":7,\"rules\":{}1{}}}", "[".repeat(90), "]".repeat(90)), format!("refused: \"rules[0]\" is {}…; expected an object", "[".repeat(60))),
    ];
    assert!(cases.len() >= 40);
    for (name, text, wanted) in cases {
        assert_eq!(outcome(&text), wanted, "{name}");
    }
}

#[test]
fn a_broken_one_leaves_the_last_good_one_and_is_told_once() {
    let mut room = room_with("");
    start(&mut room, 1, None);
    let good = came(&mut room, 100, &of_rules(&json!([{ "off": ["reload"] }])));
    assert!(matches!(&good[..], [Signal::Keep { .. }, Signal::Plan(plan)] if short(plan) == "no reload"));
    let heard = came(&mut room, 200, &json!({ "format": 9 }));
    let why = "\"format\" is 9; expected 1, the one that this guard knows; the last good one stays";
    assert_eq!(heard, [Signal::Refused { why: why.into() }]);
    for served in [Served::Status(404), Served::NotJson, Served::TooLong, Served::Unanswered] {
        assert_eq!(tell(&mut room, 300, Event::Came(served)), [], "said once");
    }
    assert_eq!(short(room.plan()), "no reload");
}

#[test]
fn one_that_is_older_than_the_last_good_one_is_left_aside() {
    let version = |version: u64, off: &str| json!({ "format": 1, "version": version, "maxAgeMs": HOUR, "rules": [{ "off": [off] }] });
    let mut room = room_with("");
    start(&mut room, 1, None);
    came(&mut room, 0, &version(8, "reload"));
    assert_eq!(came(&mut room, 100, &version(7, "guard")), []);
    assert_eq!(short(room.plan()), "no reload");
    came(&mut room, 200, &version(8, "repair"));
    assert_eq!(short(room.plan()), "no repair", "one of the same version may have been mended");
    room.handle_timeout(Millis(2 * HOUR));
    came(&mut room, 2 * HOUR, &version(1, "reset"));
    assert_eq!(short(room.plan()), "no reset", "what has ended stands in nobody's way");
}

#[test]
fn it_holds_as_long_as_it_says_and_a_week_where_it_says_nothing() {
    let week = 7 * 24 * HOUR;
    for (limit, ends) in [
        (json!({ "maxAgeMs": HOUR }), HOUR),
        (json!({ "expiresAt": NOW + 2 * HOUR }), 2 * HOUR),
        (json!({ "expiresAt": NOW + 2 * HOUR, "maxAgeMs": HOUR }), HOUR),
        (json!({}), week),
    ] {
        let mut document = of_rules(&json!([{ "off": ["reload"] }]));
        for (name, value) in limit.as_object().expect("an object") {
            document[name] = value.clone();
        }
        let mut room = room_with("");
        start(&mut room, 1, None);
        came(&mut room, 0, &document);
        room.handle_timeout(Millis(ends - 1));
        assert_eq!(short(room.plan()), "no reload", "{limit}");
        room.handle_timeout(Millis(ends));
        assert_eq!(short(room.plan()), "", "{limit}");
        assert_eq!(room.ends, Millis::NEVER, "there is nothing more to end");
    }
}

/// What a page has kept, and what the next one is handed.
fn next_page(heard: &[Signal]) -> Option<(Kept, Document)> {
    let kept = heard
        .iter()
        .rev()
        .find_map(|signal| if let Signal::Keep { text } = signal { Kept::read(text) } else { None })?;
    let document = Document::read(serde_json::from_str::<Json>(&kept.text).ok()?).ok()?;
    Some((kept, document))
}

#[test]
fn the_next_page_begins_with_what_was_kept() {
    let mut room = room_with("");
    start(&mut room, 1, None);
    let heard =
        came(&mut room, 100, &json!({ "format": 1, "version": 7, "maxAgeMs": HOUR, "rules": [{ "off": ["reload"] }] }));
    let kept = next_page(&heard);
    let mut next = room_with("");
    let heard = start(&mut next, 1, kept.clone());
    assert!(matches!(&heard[..], [Signal::Plan(plan)] if short(plan) == "no reload"), "{heard:?}");
    assert_eq!(next.poll_timeout(), Some(FIRST), "and asks again, when the page has what it needs");

    let mut late = room_with("");
    tell(&mut late, 0, Event::Started { epoch: NOW + 2 * HOUR, visible: true, lot: 1, kept: kept.clone() });
    assert_eq!(short(late.plan()), "", "it has ended");
    let mut back = room_with("");
    tell(&mut back, 0, Event::Started { epoch: NOW - 999 * HOUR, visible: true, lot: 1, kept: kept.clone() });
    assert_eq!(
        (short(back.plan()).as_str(), back.ends),
        ("no reload", Millis(HOUR)),
        "a clock that was put back makes it no longer"
    );
    let mut strict = room_with("a key");
    start(&mut strict, 1, kept);
    assert_eq!(short(strict.plan()), "", "nobody has found it good by this key");
}

#[test]
fn a_guard_that_is_off_asks_at_once_whether_it_still_is_to_be_and_the_next_page_knows() {
    let mut room = room_with("");
    start(&mut room, 1, None);
    let kept = next_page(&came(&mut room, 100, &of_rules(&json!([{ "off": ["guard"] }]))));
    let mut next = room_with("");
    let heard = start(&mut next, 1, kept);
    assert!(matches!(&heard[..], [Signal::Plan(plan), Signal::Fetch { .. }] if plan.off), "{heard:?}");
    let kept = next_page(&came(&mut next, 300, &json!({ "format": 1, "version": 8, "rules": [] })));
    let mut last = room_with("");
    let heard = start(&mut last, 1, kept);
    assert!(
        matches!(&heard[..], [Signal::Plan(plan)] if short(plan).is_empty() && plan.version == Some(8)),
        "{heard:?}"
    );
}

#[test]
fn what_is_not_signed_as_it_must_be_is_refused_and_the_last_good_one_stays() {
    let document = |off: &str| of_rules(&json!([{ "off": [off] }])).to_string();
    let mut room = room_with("a key");
    start(&mut room, 1, None);
    tell(&mut room, 100, Event::Came(served(&document("reload"), Proof::Good)));
    assert_eq!(short(room.plan()), "no reload");
    for (proof, said) in [
        (Proof::Missing, "it is not signed"),
        (Proof::Bad, "\"signature\" is not one of \"signed\" by \"playbook.publicKey\""),
        (Proof::Unknown("why".into()), "its signature cannot be checked: why"),
    ] {
        room.refused = false;
        let heard = tell(&mut room, 200, Event::Came(served(&document("guard"), proof)));
        assert!(matches!(&heard[..], [Signal::Refused { why }] if why.starts_with(said)), "{heard:?}");
        assert_eq!(short(room.plan()), "no reload");
    }
}

#[test]
fn ten_percent_of_ten_thousand_sessions_are_within_a_point_of_it() {
    let rules = json!([{ "name": "roll-out", "when": { "percent": 10 }, "off": ["reload"] }]);
    let mut seeds = Dice::new([4, 2]);
    let mut taken = 0;
    for _ in 0..10_000 {
        // As the engine draws it, once for a session.
        let lot = seeds.fork().up_to(u64::from(u32::MAX));
        let on_page = |version: u64| {
            let mut room = room_with("");
            start(&mut room, lot, None);
            came(&mut room, 0, &json!({ "format": 1, "version": version, "rules": rules }));
            !room.plan().allows(Remedy::Reload)
        };
        let first = on_page(1);
        assert_eq!(on_page(2), first, "on each page of the session, and with each version");
        taken += u32::from(first);
    }
    assert!((900..=1_100).contains(&taken), "{taken} of 10,000");
}

#[test]
fn what_it_comes_to_follows_the_user_through_the_page() {
    let mut room = room_with("");
    start(&mut room, 1, None);
    came(&mut room, 0, &of_rules(&json!([{ "when": { "path": ["/repay"], "step": ["pay"] }, "off": ["reload"] }])));
    assert_eq!(short(room.plan()), "");
    tell(&mut room, 10, Event::Place { path: Some("/repay"), step: "apply" });
    assert_eq!(short(room.plan()), "");
    let heard = tell(&mut room, 20, Event::Place { path: None, step: "pay" });
    assert!(matches!(&heard[..], [Signal::Plan(plan)] if short(plan) == "no reload"));
    let heard = tell(&mut room, 30, Event::Place { path: Some("/apply"), step: "pay" });
    assert!(matches!(&heard[..], [Signal::Plan(plan)] if short(plan).is_empty()));
}

#[test]
fn later_rules_come_after_earlier_ones_and_a_ladder_has_what_is_not_off() {
    let mut room = room_with("");
    start(&mut room, 1, None);
    came(
        &mut room,
        0,
        &of_rules(&json!([
            { "ladders": [{ "cause": "script", "remedies": ["dialog"] }], "deadlines": { "settleMs": 100 } },
            { "ladders": [{ "cause": "script", "remedies": ["repair", "reload", "dialog"] }], "deadlines": { "settleMs": 200 } },
            { "off": ["repair"] },
        ])),
    );
    let plan = room.plan();
    assert_eq!(*plan.ladder(Cause::Script), [Remedy::Reload, Remedy::Dialog]);
    assert_eq!(*plan.ladder(Cause::CacheDamaged), [Remedy::Reload, Remedy::Dialog]);
    assert_eq!(*plan.ladder(Cause::Offline), [Remedy::WaitOnline]);
    assert_eq!(plan.deadlines.settle, Millis(200));
}

#[test]
fn it_is_asked_for_after_the_start_and_again_while_the_page_is_seen() {
    let mut room = room_with("");
    start(&mut room, 1, None);
    assert_eq!(room.poll_timeout(), Some(FIRST));
    room.handle_timeout(FIRST);
    assert!(matches!(signals(&mut room)[..], [Signal::Fetch { .. }]));
    assert_eq!(room.poll_timeout(), None, "one question at a time");
    tell(&mut room, 4_000, Event::Came(Served::Unanswered));
    assert_eq!(room.poll_timeout(), Some(Millis(4_000) + EVERY));
    tell(&mut room, 5_000, Event::Visibility { visible: false });
    assert_eq!(room.poll_timeout(), None, "nothing polls while the page is hidden");
    let later = Millis(5_000) + EVERY;
    tell(&mut room, later.0, Event::Visibility { visible: true });
    room.handle_timeout(later);
    assert!(matches!(signals(&mut room)[..], [Signal::Fetch { .. }]));

    let mut none = Room::new(&Config::default());
    assert_eq!((start(&mut none, 1, None), none.poll_timeout()), (vec![], None), "without an address there is none");
}

#[test]
fn an_announcement_is_told_once_on_a_page_that_is_well() {
    let notice = |id: &str| json!({ "id": id, "title": { "zh": "维护", "en": "Maintenance" } });
    let document = of_rules(&json!([{ "announcements": [notice("m1"), notice("m2")] }]));
    let announced = |heard: &[Signal]| match heard {
        [.., Signal::Announce(one)] => one.id.clone(),
        _ => String::new(),
    };
    let mut room = room_with("");
    start(&mut room, 1, None);
    assert_eq!(announced(&came(&mut room, 0, &document)), "", "nobody knows yet how the page is");
    assert_eq!(tell(&mut room, 10, Event::Seen { well: false }), []);
    assert_eq!(announced(&tell(&mut room, 20, Event::Seen { well: true })), "m1");
    assert_eq!(tell(&mut room, 30, Event::Announced { shown: false }), [], "a dialog stands there");
    assert_eq!(announced(&tell(&mut room, 40, Event::Seen { well: true })), "m1");
    assert!(matches!(tell(&mut room, 50, Event::Announced { shown: true })[..], [Signal::Keep { .. }]));
    assert_eq!(tell(&mut room, 60, Event::Seen { well: true }), [], "one after the other");
    assert_eq!(announced(&tell(&mut room, 70, Event::Over { displaced: false })), "m2");
    let kept = next_page(&tell(&mut room, 80, Event::Announced { shown: true }));
    let again = next_page(&tell(&mut room, 90, Event::Over { displaced: true }));
    for (kept, wanted) in [(kept, ""), (again, "m2")] {
        let mut next = room_with("");
        start(&mut next, 1, kept);
        assert_eq!(announced(&tell(&mut next, 10, Event::Seen { well: true })), wanted);
    }
}
