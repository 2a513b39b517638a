//! The incidents that the receiver holds: of each the highest revision, and how often each revision came.

use std::collections::BTreeMap;

use serde::Serialize;

/// Each list is bounded; the oldest go first.
const LIMIT: usize = 1000;

/// An incident as decoded from OTLP. Texts that were absent are empty, numbers 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StoredIncident {
    pub id: String,
    /// From 1; every later report of the same incident is one higher.
    pub revision: u64,
    pub cause: String,
    pub outcome: String,
    /// Where in the loan journey the user was.
    pub step: String,
    pub build: String,
    pub page: String,
    /// The short code that the user saw.
    pub reference: String,
    /// The version of the remote playbook that held; none where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub playbook: Option<u64>,
    pub duration_ms: u64,
    /// `kind: detail`, most telling first.
    pub evidence: Vec<String>,
    /// `<ms since detection> <stage> <detail>`.
    pub timeline: Vec<String>,
    /// One line for people.
    pub body: String,
    /// The resource's `service.name`.
    pub service: String,
    pub severity: i32,
    /// How often each revision arrived and was accepted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub deliveries: BTreeMap<u64, u32>,
    /// When the highest revision arrived; milliseconds since 1970.
    pub received_at: u64,
}

/// One page view: the denominator of every rate.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PageView {
    pub page: String,
    pub build: String,
    pub verdict: String,
    pub step: String,
    pub received_at: u64,
}

/// What retries came to on all pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Retries {
    /// Requests beyond the pages' own.
    pub asked: u64,
    /// Resources and calls that came in the end.
    pub recovered: u64,
    pub lost: u64,
}

#[derive(Default)]
pub(crate) struct Incidents {
    stored: Vec<StoredIncident>,
    page_views: Vec<PageView>,
    retries: Retries,
    raw_bodies: Vec<Vec<u8>>,
}

impl Incidents {
    pub(crate) fn all(&self) -> &[StoredIncident] {
        &self.stored
    }

    pub(crate) fn page_views(&self) -> &[PageView] {
        &self.page_views
    }

    pub(crate) fn retries(&self) -> Retries {
        self.retries
    }

    pub(crate) fn raw_bodies(&self) -> &[Vec<u8>] {
        &self.raw_bodies
    }

    /// Counts the delivery; a revision that is not newer changes nothing else.
    pub(crate) fn take(&mut self, mut arrived: StoredIncident) {
        let known = self.stored.iter_mut().find(|one| one.id == arrived.id);
        let Some(known) = known else {
            arrived.deliveries = BTreeMap::from([(arrived.revision, 1)]);
            return push_bounded(&mut self.stored, arrived);
        };
        *known.deliveries.entry(arrived.revision).or_default() += 1;
        if arrived.revision > known.revision {
            arrived.deliveries = std::mem::take(&mut known.deliveries);
            *known = arrived;
        }
    }

    pub(crate) fn take_page_view(&mut self, view: PageView) {
        push_bounded(&mut self.page_views, view);
    }

    pub(crate) fn take_retries(&mut self, more: Retries) {
        let Retries { asked, recovered, lost } = &mut self.retries;
        *asked = asked.saturating_add(more.asked);
        *recovered = recovered.saturating_add(more.recovered);
        *lost = lost.saturating_add(more.lost);
    }

    pub(crate) fn take_body(&mut self, body: &[u8]) {
        push_bounded(&mut self.raw_bodies, body.to_vec());
    }
}

fn push_bounded<T>(list: &mut Vec<T>, item: T) {
    if list.len() == LIMIT {
        list.remove(0);
    }
    list.push(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(revision: u64, outcome: &str) -> StoredIncident {
        StoredIncident { id: "i1".into(), revision, outcome: outcome.into(), ..Default::default() }
    }

    #[test]
    fn the_highest_revision_stays_and_every_delivery_counts() {
        let mut incidents = Incidents::default();
        for arrived in [revision(2, "recovered"), revision(1, "open"), revision(2, "recovered"), revision(3, "refused")]
        {
            incidents.take(arrived);
        }
        let [one] = incidents.all() else { panic!("one incident") };
        assert_eq!((one.revision, one.outcome.as_str()), (3, "refused"));
        assert_eq!(one.deliveries, BTreeMap::from([(1, 1), (2, 2), (3, 1)]));
    }
}
