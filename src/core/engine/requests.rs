//! The page's own requests: tried again where that is safe, held while the user decides, given back in the end.

use super::case::{CaseId, Family, State};
use super::evidence;
use super::request::{Phase, Request};
use super::state::Engine;
use super::tokens::Speaker;
use crate::core::action::Command;
use crate::core::address::{path_with_query, without_query};
use crate::core::event::AttemptOutcome;
use crate::core::id::RequestId;
use crate::core::incident::{Finding, Outcome, Stage};
use crate::core::prompt::{self, PromptKind, Subject};
use crate::core::retry;
use crate::core::time::Millis;

/// Requests followed at a time; beyond, they are the browser's alone.
const MAX_REQUESTS: usize = 256;
/// How long the page's own code has to show its own prompt after a failed submission.
const GRACE: Millis = Millis(400);
/// A request that is under way for this long explains placeholders that are overdue.
const SLOW: Millis = Millis(2_000);

/// Business code that says that a link or ticket is too old.
fn says_expired(code: &str) -> bool {
    code.to_ascii_uppercase().contains("EXPIRED")
}

impl Engine {
    pub(super) fn service_name(&self, address: &str) -> &str {
        for service in &self.config.services {
            if [address, path_with_query(address)].iter().any(|a| a.starts_with(service.prefix.as_str())) {
                return service.name.get(self.config.locale);
            }
        }
        ""
    }

    fn request(&mut self, id: RequestId) -> Option<&mut Request> {
        self.requests.iter_mut().find(|r| r.id == id).map(|r| &mut **r)
    }

    /// Whether one of these was sent more than once.
    pub(super) fn tried_again(&self, ids: &[RequestId]) -> bool {
        self.requests.iter().any(|r| r.attempt > 0 && ids.contains(&r.id))
    }

    pub(super) fn request_started(&mut self, id: RequestId, url: String, safe: bool, keyed: bool) {
        self.budget.earn();
        if self.requests.len() >= MAX_REQUESTS {
            self.dropped += 1;
            self.tell(Command::Settle { request: id });
            return;
        }
        self.requests.push(Box::new(Request {
            id,
            url,
            safe,
            keyed,
            attempt: 0,
            tries: 1,
            phase: Phase::InFlight,
            unanswered: false,
            due: self.now + self.config.deadlines.request,
            started: self.now,
            case: None,
            fine: false,
        }));
    }

    pub(super) fn request_ended(&mut self, id: RequestId, attempt: u32, outcome: &AttemptOutcome) {
        let Some(request) = self.request(id) else {
            return;
        };
        if request.attempt != attempt || request.phase != Phase::InFlight {
            return;
        }
        let url = request.url.clone();
        let url = url.as_str();
        let (status, retry_after, code) = match outcome {
            AttemptOutcome::Aborted => return self.request_over(id, false),
            AttemptOutcome::NetworkError => {
                let found = evidence::network_error(url);
                if let Some(request) = self.request(id) {
                    request.unanswered = true;
                }
                return if self.network.away { self.hold_offline(id) } else { self.request_failed(id, found, None) };
            }
            AttemptOutcome::Answer { status, retry_after, code } => {
                (*status, *retry_after, code.as_deref().unwrap_or_default())
            }
        };
        if retry::worth_retrying(status) {
            let found = if retry::overloaded(status) {
                evidence::overloaded(url, status)
            } else {
                evidence::api_error(url, status)
            };
            self.answered_at_all();
            self.request_failed(id, found, retry_after);
            return;
        }
        self.origins.answered(url);
        self.answered_at_all();
        let refusal = self.config.refusals.iter().any(|refusal| refusal.code == code);
        if status == 410 || (status >= 400 && says_expired(code)) {
            self.link_expired(id);
        } else if status >= 400 && (refusal || (status == 403 && !code.is_empty())) {
            self.refused(id, code, status);
        } else {
            if let Some(request) = self.request(id) {
                request.fine = status < 400;
            }
            self.request_over(id, true);
        }
    }

    /// Placeholders are overdue while a request hangs: that request is why, and its service is named.
    pub(super) fn blame_hanging_request(&mut self, seen: Finding) -> bool {
        let now = self.now;
        // Requests stand in the order in which they began: the first is the oldest.
        let Some(request) = self.requests.iter().find(|r| r.safe && r.case.is_none() && now - r.started >= SLOW) else {
            return false;
        };
        let (id, found) = (request.id, evidence::api_hang(&request.url));
        let service = String::from(without_query(&request.url));
        let Some(case_id) = self.open_case(Family::Service, &service, vec![found, seen]) else { return false };
        if let Some(request) = self.request(id) {
            request.case = Some(case_id);
        }
        if let Some(case) = self.case(case_id) {
            case.requests.push(id);
            case.rung = 1;
        }
        self.explain(case_id);
        true
    }

    /// The page gets what came, and the case that this request belonged to may be over.
    fn request_over(&mut self, id: RequestId, answered: bool) {
        let Some(request) = self.request(id) else { return };
        let case = request.case;
        self.settle(id);
        let Some(case_id) = case else { return };
        let Some(case) = self.case(case_id) else {
            return;
        };
        case.forget_request(id);
        if !case.requests.is_empty() {
            return;
        }
        case.submitting = false;
        if answered {
            self.note(case_id, Stage::Retried, "answered");
            if self.prompt_is_about(case_id) {
                self.close_prompt();
            }
            if let Some(case) = self.case(case_id) {
                case.incident.outcome = Outcome::Open;
            }
            self.look(case_id);
        } else {
            self.abandon(case_id, "the page gave the request up");
        }
    }

    fn request_failed(&mut self, id: RequestId, found: Finding, retry_after: Option<Millis>) {
        let Some(request) = self.request(id) else {
            return;
        };
        let (safe, keyed, tries, url) = (request.safe, request.keyed, request.tries, request.url.clone());
        let known = request.case.filter(|c| self.cases.iter().any(|k| k.id == *c));
        self.origins.failed(self.now, &url, &mut self.dice);
        let case_id = match known {
            Some(case) => {
                if let Some(case) = self.case(case) {
                    case.incident.add_evidence(found);
                }
                Some(case)
            }
            None => self.open_case_for(Family::Service, without_query(&url), found),
        };
        if let Some(request) = self.request(id) {
            request.case = case_id;
        }
        if let Some(case) = case_id.and_then(|c| self.case(c)) {
            if !case.requests.contains(&id) {
                case.requests.push(id);
            }
            case.submitting |= keyed && !safe;
            if matches!(case.state, State::Looking | State::Dismissed) {
                case.state = State::Requests;
            }
        }
        // A request that changes something is never repeated without an idempotency key.
        let may = safe || keyed;
        let limit = self.config.retry.limit;
        if may
            && tries < limit
            && self.budget.take(self.now)
            && let Some(wait) = retry::wait(&self.config.retry, tries, retry_after, &mut self.dice)
        {
            let due = self.now + wait;
            if let Some(request) = self.request(id) {
                request.enter(Phase::Backoff, due);
                let attempt = request.attempt + 1;
                self.retrying(&url, attempt, wait);
            }
            return;
        }
        self.given_up(id, case_id, safe);
    }

    /// No more silent tries: a read is held for the user's retry, anything else goes back to the page at once.
    fn given_up(&mut self, id: RequestId, case_id: Option<CaseId>, safe: bool) {
        let Some(case_id) = case_id else {
            self.settle(id);
            return;
        };
        if safe {
            if let Some(request) = self.request(id) {
                request.enter(Phase::Held, Millis::NEVER);
            }
            self.wait_for_network();
            if self.case(case_id).is_some_and(|c| c.state == State::Requests) {
                if let Some(case) = self.case(case_id) {
                    case.rung = 1;
                }
                self.climb(case_id);
            }
        } else {
            self.settle(id);
            let due = self.now + GRACE;
            if let Some(case) = self.case(case_id) {
                case.forget_request(id);
                if case.state == State::Requests {
                    case.state = State::Grace;
                    case.due = due;
                }
            }
        }
    }

    fn hold_offline(&mut self, id: RequestId) {
        let Some(request) = self.request(id) else {
            return;
        };
        if !request.safe && !request.keyed {
            self.settle(id);
            return;
        }
        request.enter(Phase::Held, Millis::NEVER);
        let case = self.find_case(Family::Connection, "");
        if let Some(request) = self.request(id) {
            request.case = case.or(request.case);
        }
        if let Some(case) = case.and_then(|c| self.case(c)) {
            case.requests.push(id);
        }
    }

    /// The user, or the network, asks for more: every request of the case is sent now, with fresh tries.
    pub(super) fn retry_case_requests(&mut self, case_id: CaseId) {
        let Some(case) = self.case(case_id) else {
            return;
        };
        case.state = State::Requests;
        case.incident.outcome = Outcome::Open;
        let ids = case.requests.clone();
        // A fresh start for the eye as well: the prompt must not be back before the new try had its time.
        self.look_anew();
        if ids.is_empty() {
            // Nothing is held any more; the page's own state is what counts now.
            self.look(case_id);
            return;
        }
        for id in ids {
            let Some(request) = self.request(id) else {
                continue;
            };
            request.tries = 0;
            if request.phase == Phase::InFlight {
                let attempt = request.attempt;
                self.tell(Command::Abort { request: id, attempt });
            }
            self.send(id);
        }
    }

    /// Held again at once if that fails, too.
    pub(super) fn send_once(&mut self, id: RequestId) {
        let limit = self.config.retry.limit;
        if let Some(request) = self.request(id) {
            request.tries = limit - 1;
        }
        self.send(id);
    }

    fn send(&mut self, id: RequestId) {
        let due = self.now + self.config.deadlines.request;
        let Some(request) = self.request(id) else {
            return;
        };
        request.attempt += 1;
        request.tries += 1;
        request.unanswered = false;
        request.enter(Phase::InFlight, due);
        let (attempt, case) = (request.attempt, request.case);
        self.retries.asked += 1;
        self.tell(Command::Send { request: id, attempt });
        if let Some(case) = case {
            self.note(case, Stage::Retried, &format!("attempt {attempt}"));
        }
    }

    pub(super) fn settle_all(&mut self, ids: Vec<RequestId>) {
        for id in ids {
            self.settle(id);
        }
    }

    pub(super) fn settle(&mut self, id: RequestId) {
        if let Some(at) = self.requests.iter().position(|r| r.id == id) {
            let Request { url, attempt, fine, .. } = *self.requests.remove(at);
            if attempt > 0 {
                self.retried(&url, attempt, fine);
            }
            self.tell(Command::Settle { request: id });
        }
    }

    pub(super) fn requests_due(&mut self) {
        let now = self.now;
        let limit = self.config.deadlines.request;
        // What was due is so no more: it is sent, waits for later, is held, or is gone.
        while let Some(request) = self.requests.iter().find(|r| r.due <= now) {
            let (id, attempt) = (request.id, request.attempt);
            if request.phase == Phase::InFlight {
                let found = evidence::api_hang(&request.url);
                self.tell(Command::Abort { request: id, attempt });
                self.request_failed(id, found, None);
            } else if let Some(later) = self.origins.rests(now, &request.url, limit) {
                self.postpone(id, later);
            } else {
                self.send(id);
            }
        }
    }

    /// Its origin is left alone. Nobody waits for that for ever.
    fn postpone(&mut self, id: RequestId, later: Millis) {
        let most = self.config.retry.retry_after_cap;
        let Some(request) = self.request(id) else { return };
        if later <= request.started + most {
            request.due = later;
        } else {
            let (case, safe) = (request.case, request.safe);
            self.given_up(id, case, safe);
        }
    }

    // ---- answers that are decisions ----

    fn link_expired(&mut self, id: RequestId) {
        let Some(request) = self.request(id) else { return };
        let found = evidence::link_expired(&request.url);
        self.settle(id);
        if let Some(case) = self.find_case(Family::Link, "")
            && self.case(case).is_some_and(|c| c.state == State::Acting)
        {
            return;
        }
        if let Some(case) = self.open_case_for(Family::Link, "", found) {
            self.climb(case);
        }
    }

    /// The server's decision: explained once, healed never.
    fn refused(&mut self, id: RequestId, code: &str, status: u16) {
        let Some(request) = self.request(id) else { return };
        let service = format!("{}#refused", without_query(&request.url));
        // Whatever failed on the way here, the server has answered now.
        self.request_over(id, true);
        let Some(case_id) = self.open_case_for(Family::Service, &service, evidence::refused(code, status)) else {
            return;
        };
        let known = self.config.refusals.iter().find(|refusal| refusal.code == code);
        let Some(case) = self.cases.iter().find(|c| c.id == case_id) else {
            return;
        };
        let subject = Subject {
            incident: &case.incident.id,
            reference: &case.incident.reference,
            explanation: known.map_or("", |refusal| refusal.text.get(self.config.locale)),
            ..Subject::default()
        };
        let by = Speaker::Incident(case_id);
        self.prompt.handle_event(prompt::Event::Said {
            by,
            waits: false,
            kind: PromptKind::Refused,
            subject: &subject,
        });
        self.pass_on_prompt();
        if self.prompt_is_about(case_id) {
            self.note(case_id, Stage::Prompted, PromptKind::Refused.code());
        }
        self.end(case_id, Outcome::Refused, "explained");
    }
}
