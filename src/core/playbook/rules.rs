//! The rules of a document: which of them hold in a place, and what they come to together.

use super::document::{Document, OtherDeadlines, OtherRetry, Rule, Switch, When, Whole};
use super::ladder::Remedy;
use super::plan::Plan;
use crate::core::config::{Deadlines, RetryPolicy};
use crate::core::dice::Dice;
use crate::core::time::Millis;

/// Where a page is, and whose.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub release: String,
    /// As the browser has it. It is matched, and told to nobody.
    pub path: String,
    pub step: String,
    /// Drawn once for a session.
    pub lot: u64,
}

/// What the rules that hold in this place make of `plan`, which has what the options say. Later rules come after earlier ones.
pub fn plan(document: &Document, place: &Place, mut plan: Plan) -> Plan {
    for rule in document.rules.iter().filter(|rule| holds(rule, place)) {
        for switch in &rule.off {
            match switch {
                Switch::Guard => plan.off = true,
                Switch::Prompts => plan.silent = true,
                Switch::Telemetry => plan.mute = true,
                Switch::Remedy(remedy) => plan.without.push(*remedy),
            }
        }
        plan.ladders.extend(rule.ladders.iter().cloned());
        set_deadlines(&mut plan.deadlines, &rule.deadlines);
        set_retry(&mut plan.retry, &rule.retry);
        plan.wordings.extend(rule.wordings.iter().cloned());
        plan.announcements.extend(rule.announcements.iter().cloned());
    }
    if !plan.allows(Remedy::Retry) {
        // The page's own attempt is the only one.
        plan.retry.limit = 1;
        plan.retry.budget = 0;
    }
    plan
}

fn holds(rule: &Rule, place: &Place) -> bool {
    let When { release, path, step, percent } = &rule.when;
    let any = |patterns: &[String], fits: &dyn Fn(&str) -> bool| {
        patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern))
    };
    any(release, &|pattern| is_like(pattern, &place.release))
        && any(path, &|pattern| is_below(pattern, &place.path))
        && any(step, &|pattern| is_like(pattern, &place.step))
        && percent.is_none_or(|percent| drawn(place.lot, &rule.name) < percent * 100)
}

/// A star stands for any characters.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(begin) else { return false };
    let mut parts: Vec<_> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, after)) = text.split_once(part) else { return false };
        text = after;
    }
    text.ends_with(end)
}

/// Without a star it is the path itself, or a folder above it.
fn is_below(pattern: &str, path: &str) -> bool {
    if pattern.contains('*') {
        return is_like(pattern, path);
    }
    let below = path.strip_prefix(pattern.trim_end_matches('/'));
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#']))
}

/// Of ten thousand: for each rule another number, and for a session and a rule the same on each of its pages. A higher percentage adds sessions and loses none.
fn drawn(lot: u64, name: &str) -> u64 {
    // FNV-1a.
    let name = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Dice::new([lot, name]).up_to(9_999)
}

fn set<const FROM: u64, const TO: u64>(value: &mut Millis, other: Option<Whole<FROM, TO>>) {
    if let Some(Whole(other)) = other {
        *value = Millis(other);
    }
}

fn set_number<const FROM: u64, const TO: u64>(value: &mut u32, other: Option<Whole<FROM, TO>>) {
    if let Some(other) = other.and_then(|Whole(other)| other.try_into().ok()) {
        *value = other;
    }
}

fn set_deadlines(deadlines: &mut Deadlines, other: &OtherDeadlines) {
    set(&mut deadlines.settle, other.settle_ms);
    set(&mut deadlines.loading, other.loading_ms);
    set(&mut deadlines.request, other.request_ms);
}

fn set_retry(retry: &mut RetryPolicy, other: &OtherRetry) {
    set_number(&mut retry.limit, other.limit);
    set(&mut retry.base, other.base_ms);
    set(&mut retry.cap, other.cap_ms);
    set_number(&mut retry.budget, other.budget);
    set(&mut retry.retry_after_cap, other.retry_after_cap_ms);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters_and_a_path_for_what_is_below_it() {
        let like = [
            ("1.4.0", "1.4.0", true),
            ("1.4.0", "1.4.01", false),
            ("1.4.*", "1.4.7", true),
            ("1.4.*", "1.40", false),
            ("*", "", true),
            ("*-beta", "2-beta", true),
            ("*-beta", "2-beta.1", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("ab*ba", "aba", false),
        ];
        for (pattern, text, wanted) in like {
            assert_eq!(is_like(pattern, text), wanted, "{pattern} {text}");
        }
        let below = [
            ("/apply", "/apply", true),
            ("/apply", "/apply/2", true),
            ("/apply/", "/apply", true),
            ("/apply", "/apply#/2", true),
            ("/apply", "/applying", false),
            ("/", "/loan", true),
            ("/*/pay", "/m/pay", true),
            ("/*/pay", "/m/pay/now", false),
        ];
        for (pattern, path, wanted) in below {
            assert_eq!(is_below(pattern, path), wanted, "{pattern} {path}");
        }
    }

    #[test]
    fn a_higher_percentage_adds_sessions_and_loses_none_and_each_rule_draws_anew() {
        let below = |name, most| (0..10_000).filter(|lot| drawn(*lot, name) < most).collect::<Vec<_>>();
        let (tenth, third) = (below("a", 1_000), below("a", 3_300));
        assert!(tenth.iter().all(|lot| third.contains(lot)));
        let both = below("b", 1_000).iter().filter(|lot| tenth.contains(lot)).count();
        assert!((50..150).contains(&both), "{both} of 10,000 are drawn by both");
    }
}
