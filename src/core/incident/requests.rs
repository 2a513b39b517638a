//! What failing requests of the page's own mean for its incidents: which one they belong to, and when they are given back.

use super::case::{CaseId, Family, Fate, State};
use super::evidence;
use super::record::{Finding, Outcome, Stage};
use super::signal::{Otherwise, Signal, Speech};
use super::state::Room;
use crate::core::address::{path_with_query, without_query};
use crate::core::id::RequestId;
use crate::core::prompt::words::PromptKind;
use crate::core::time::Millis;

/// In place of the service that a case is about: the session.
pub(super) const SESSION: &str = "session";
/// How long the page's own code has to show its own prompt after a failed submission.
const GRACE: Millis = Millis(400);

impl Room {
    pub(super) fn service_name(&self, address: &str) -> &str {
        for service in &self.services {
            if [address, path_with_query(address)].iter().any(|a| a.starts_with(service.prefix.as_str())) {
                return service.name.get(self.locale);
            }
        }
        ""
    }

    /// Placeholders are overdue while a request hangs: that request is why, and its service is named.
    pub(super) fn blame_hanging_request(&mut self, request: RequestId, url: &str, seen: Finding) -> bool {
        let found = vec![evidence::api_hang(url), seen];
        let Some(id) = self.open_case(Family::Service, without_query(url), found) else { return false };
        self.tell(Signal::Belongs { request, to: Some(id) });
        if let Some(case) = self.case(id) {
            case.requests.push(request);
            case.rung = 1;
        }
        self.explain(id);
        true
    }

    /// The page has the end of a request, and the case that it belonged to may be over.
    pub(super) fn request_over(&mut self, request: RequestId, id: CaseId, answered: bool) {
        let Some(case) = self.case(id) else { return };
        case.forget_request(request);
        if !case.requests.is_empty() {
            return;
        }
        case.submitting = false;
        if answered {
            self.note(id, Stage::Retried, "answered");
            self.unsay(id);
            if let Some(case) = self.case(id) {
                case.incident.outcome = Outcome::Open;
            }
            self.look(id);
        } else {
            self.abandon(id, "the page gave the request up");
        }
    }

    pub(super) fn request_failed(
        &mut self,
        request: RequestId,
        of: Option<CaseId>,
        url: &str,
        found: Finding,
        submitting: bool,
        fate: Fate,
    ) {
        let id = match of.and_then(|id| self.case(id)) {
            Some(case) => {
                case.incident.add_evidence(found);
                of
            }
            None => self.open_case_for(Family::Service, without_query(url), found),
        };
        self.tell(Signal::Belongs { request, to: id });
        if let Some(case) = id.and_then(|id| self.case(id)) {
            if !case.requests.contains(&request) {
                case.requests.push(request);
            }
            case.submitting |= submitting;
            if matches!(case.state, State::Looking | State::Dismissed) {
                case.state = State::Requests;
            }
        }
        if fate != Fate::SentAgain {
            self.request_given_up(request, id, fate);
        }
    }

    /// There are no more silent tries for a request.
    pub(super) fn request_given_up(&mut self, request: RequestId, of: Option<CaseId>, fate: Fate) {
        let Some(id) = of else {
            self.give_back(vec![request]);
            return;
        };
        match fate {
            Fate::SentAgain => {}
            Fate::Held => {
                self.tell(Signal::AwaitNetwork);
                if let Some(case) = self.case(id)
                    && case.state == State::Requests
                {
                    case.rung = 1;
                    self.climb(id);
                }
            }
            Fate::GivenBack => {
                let due = self.now + GRACE;
                if let Some(case) = self.case(id) {
                    case.forget_request(request);
                    if case.state == State::Requests {
                        case.state = State::Grace;
                        case.due = due;
                    }
                }
            }
        }
    }

    pub(super) fn request_held_offline(&mut self, request: RequestId) {
        let Some(id) = self.find_case(Family::Connection, "") else { return };
        self.tell(Signal::Belongs { request, to: Some(id) });
        if let Some(case) = self.case(id) {
            case.requests.push(request);
        }
    }

    /// The user, or the network, asks for more: every request of the case is sent now, with fresh tries.
    pub(super) fn retry_case_requests(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else {
            return;
        };
        case.state = State::Requests;
        case.incident.outcome = Outcome::Open;
        let requests = case.requests.clone();
        // A fresh start for the eye as well: the prompt must not be back before the new try had its time.
        self.tell(Signal::BeginAgain);
        if requests.is_empty() {
            // Nothing is held any more; the page's own state is what counts now.
            self.look(id);
            return;
        }
        self.tell(Signal::RetryAsked { requests });
    }

    pub(super) fn give_back(&mut self, requests: Vec<RequestId>) {
        for request in requests {
            self.tell(Signal::GiveBack { request });
        }
    }

    // ---- answers that are decisions ----

    pub(super) fn link_expired(&mut self, url: &str) {
        if let Some(case) = self.find_case(Family::Link, "")
            && self.case(case).is_some_and(|c| c.state == State::Acting)
        {
            return;
        }
        self.climb_or_explain("", evidence::link_expired(url));
    }

    /// What was said of it may have given way to something else since.
    fn climb_or_explain(&mut self, about: &str, found: Finding) {
        let Some(id) = self.open_case_for(Family::Link, about, found) else { return };
        let dialog = self.dialog.clone();
        match self.case(id) {
            Some(case) if dialog.is_some_and(|about| about == case.incident.id) => {}
            Some(case) if case.prompted => self.explain(id),
            _ => self.climb(id),
        }
    }

    pub(super) fn session_ended(&mut self, url: &str) {
        self.climb_or_explain(SESSION, evidence::session_ended(url));
    }

    pub(super) fn session_back(&mut self) {
        if let Some(case) = self.find_case(Family::Link, SESSION) {
            self.end(case, Outcome::Recovered, "renewed");
        }
    }

    /// The server's decision: explained once, healed never.
    pub(super) fn refused(&mut self, url: &str, code: &str, status: u16) {
        let service = format!("{}#refused", without_query(url));
        let Some(case_id) = self.open_case_for(Family::Service, &service, evidence::refused(code, status)) else {
            return;
        };
        let known = self.refusals.iter().find(|refusal| refusal.code == code);
        let Some(case) = self.cases.iter().find(|c| c.id == case_id) else {
            return;
        };
        let speech = Speech {
            incident: case.incident.id.clone(),
            reference: case.incident.reference.clone(),
            explanation: known.map_or("", |refusal| refusal.text.get(self.locale)).into(),
            ..Speech::default()
        };
        let (kind, speech) = (PromptKind::Refused, Box::new(speech));
        self.tell(Signal::Say { case: case_id, kind, speech, otherwise: Otherwise::End });
    }
}
