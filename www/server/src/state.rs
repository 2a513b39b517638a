//! Everything that the routes share: live build, faults that are on, and what the server saw.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::Serialize;
use tokio::sync::watch;

use crate::config::ServerConfig;
use crate::faults::Fault;
use crate::incidents::Incidents;
use crate::request_log::{RequestEntry, RequestLog};

/// What `api-503` asks the page to wait.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Which of the two builds of the site is live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Build {
    #[default]
    A,
    B,
}

/// A build's name that is neither `a` nor `b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBuild(pub String);

impl fmt::Display for UnknownBuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown build {:?}; known: a, b", self.0)
    }
}

impl std::error::Error for UnknownBuild {}

impl FromStr for Build {
    type Err = UnknownBuild;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "a" => Ok(Build::A),
            "b" => Ok(Build::B),
            _ => Err(UnknownBuild(name.to_owned())),
        }
    }
}

/// A loan application that was booked.
#[derive(Clone, Debug, Serialize)]
pub struct Booking {
    pub id: String,
    /// The header `Idempotency-Key`; without one, every post is a booking of its own.
    pub key: Option<String>,
    /// How many posts with this key arrived, the booked one included.
    pub posts: u32,
    /// Milliseconds since the server started.
    pub ms: u64,
    /// The body as it was posted.
    pub form: serde_json::Value,
}

/// A repayment that was taken; the same key never pays twice.
#[derive(Clone, Debug, Serialize)]
pub struct Repayment {
    pub id: String,
    pub key: Option<String>,
    pub posts: u32,
    pub ms: u64,
}

/// One wish for a verification code.
#[derive(Clone, Debug, Serialize)]
pub struct SmsSend {
    pub ms: u64,
    /// `sms` or `voice`.
    pub channel: &'static str,
    pub ok: bool,
    pub key: Option<String>,
}

/// A snapshot of the server, for the lab and the fault panel.
#[derive(Clone, Debug, Serialize)]
pub struct LabState {
    /// The fault that was set last, if any is on.
    pub fault: Option<Fault>,
    /// All faults that are on.
    pub faults: Vec<Fault>,
    pub build: Build,
    pub guard: bool,
    pub offline: bool,
    pub page: String,
    pub backup: String,
    /// Milliseconds since the server started.
    pub ms: u64,
    /// The last 2000 requests, oldest first.
    pub requests: Vec<RequestEntry>,
    pub bookings: Vec<Booking>,
    pub repayments: Vec<Repayment>,
    pub sms_sends: Vec<SmsSend>,
    /// How many tries of GET /api/home came before the `Retry-After` of `api-503` was over.
    pub early_home_tries: u32,
    /// How many incidents the receiver holds.
    pub incidents: usize,
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) faults: BTreeSet<Fault>,
    pub(crate) last_fault: Option<Fault>,
    pub(crate) build: Build,
    pub(crate) guard_off: bool,
    /// Page documents served since the faults last changed.
    pub(crate) documents: u32,
    pub(crate) home_refused_at: Option<Instant>,
    pub(crate) early_home_tries: u32,
    /// `submit-503` loses one answer only.
    pub(crate) answer_lost: bool,
    pub(crate) requests: RequestLog,
    pub(crate) bookings: Vec<Booking>,
    pub(crate) repayments: Vec<Repayment>,
    pub(crate) sms_sends: Vec<SmsSend>,
    pub(crate) incidents: Incidents,
    /// Counts the wishes to be offline or online, so that an old timer does not end a newer wish.
    pub(crate) offline_wish: u64,
}

pub(crate) struct Shared {
    pub(crate) page: String,
    pub(crate) backup: String,
    /// The documentation's fault lab shows this site.
    pub(crate) beside_docs: bool,
    pub(crate) offline: watch::Sender<bool>,
    /// Told at each change of the faults: what hangs because of one looks again.
    pub(crate) faults_changed: watch::Sender<()>,
    dist_a: PathBuf,
    dist_b: PathBuf,
    started: Instant,
    inner: Mutex<Inner>,
    pub(crate) incidents_file: Option<Mutex<File>>,
}

impl Shared {
    pub(crate) fn new(page: String, backup: String, cfg: &ServerConfig) -> anyhow::Result<Self> {
        let incidents_file = cfg.incidents_file.as_deref().map(open_for_append).transpose()?;
        Ok(Self {
            page,
            backup,
            beside_docs: cfg.docs.is_some(),
            offline: watch::Sender::new(false),
            faults_changed: watch::Sender::new(()),
            dist_a: cfg.dist_a.clone(),
            dist_b: cfg.dist_b.clone(),
            started: Instant::now(),
            inner: Mutex::default(),
            incidents_file: incidents_file.map(Mutex::new),
        })
    }

    /// A panic elsewhere must not take the server down with it: every field stays usable by itself.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn dist(&self) -> &Path {
        match self.lock().build {
            Build::A => &self.dist_a,
            Build::B => &self.dist_b,
        }
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.lock().faults.contains(&fault)
    }

    pub(crate) fn any(&self, holds: impl FnMut(&Fault) -> bool) -> bool {
        self.lock().faults.iter().any(holds)
    }

    /// Replaces the faults that are on, or adds to them. The counts that belong to faults start anew.
    pub(crate) fn set_faults(&self, fault: Option<Fault>, add: bool) {
        {
            let mut inner = self.lock();
            if !add {
                inner.faults.clear();
                inner.last_fault = None;
            }
            inner.faults.extend(fault);
            inner.last_fault = fault.or(inner.last_fault);
            inner.documents = 0;
            inner.home_refused_at = None;
            inner.early_home_tries = 0;
            inner.answer_lost = false;
        }
        self.faults_changed.send_replace(());
    }

    /// Returns the number of this wish, for [`Shared::end_offline`].
    pub(crate) fn set_offline(&self, offline: bool) -> u64 {
        let mut inner = self.lock();
        inner.offline_wish += 1;
        self.offline.send_replace(offline);
        inner.offline_wish
    }

    /// Back online, unless somebody wished for something else since.
    pub(crate) fn end_offline(&self, wish: u64) {
        let inner = self.lock();
        if inner.offline_wish == wish {
            self.offline.send_replace(false);
        }
    }

    /// As freshly started: no fault, guard on, build a, nothing seen. The incidents file stays as it is.
    pub(crate) fn reset(&self) {
        self.set_faults(None, false);
        self.set_offline(false);
        let mut inner = self.lock();
        inner.build = Build::A;
        inner.guard_off = false;
        inner.requests.clear();
        inner.bookings.clear();
        inner.repayments.clear();
        inner.sms_sends.clear();
        inner.incidents = Incidents::default();
    }

    pub(crate) fn snapshot(&self) -> LabState {
        let inner = self.lock();
        LabState {
            fault: inner.last_fault,
            faults: inner.faults.iter().copied().collect(),
            build: inner.build,
            guard: !inner.guard_off,
            offline: *self.offline.borrow(),
            page: self.page.clone(),
            backup: self.backup.clone(),
            ms: self.elapsed_ms(),
            requests: inner.requests.entries(),
            bookings: inner.bookings.clone(),
            repayments: inner.repayments.clone(),
            sms_sends: inner.sms_sends.clone(),
            early_home_tries: inner.early_home_tries,
            incidents: inner.incidents.all().len(),
        }
    }
}

fn open_for_append(path: &Path) -> anyhow::Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("the incidents file {} cannot be opened", path.display()))
}
