//! A script or style sheet that the document waits for: when it has hung for too long, and where else it may be.

use crate::core::address::{after_origin, origin_of};
use crate::core::config::Config;
use crate::core::time::Millis;

#[derive(Debug)]
pub struct Hanging {
    /// What serves the page's own files.
    own: Vec<String>,
    fallback: Option<String>,
    /// Of a request.
    pub patience: Millis,
    /// What hangs; empty: nothing does.
    url: String,
    since: Millis,
    asked: bool,
}

/// What is to be done about what hangs.
#[derive(Debug, PartialEq, Eq)]
pub enum Advice {
    Nothing,
    LookAt(Millis),
    /// It may be had there.
    Ask {
        url: String,
        to: String,
    },
}

impl Hanging {
    pub fn new(config: &Config) -> Hanging {
        Hanging {
            own: config.own_origins().cloned().collect(),
            fallback: config.fallbacks.first().cloned(),
            patience: config.deadlines.request,
            url: String::new(),
            since: Millis(0),
            asked: false,
        }
    }

    /// `url`: what a look found to hang; empty: nothing. What has not come within the time of a request is asked of the first fallback, too.
    pub fn seen(&mut self, now: Millis, url: &str) -> Advice {
        let origin = origin_of(url);
        let own = !origin.is_empty() && self.own.iter().any(|own| own == origin);
        let Some(fallback) = self.fallback.as_ref().filter(|fallback| own && *fallback != origin) else {
            return Advice::Nothing;
        };
        if self.url != url {
            self.url = url.into();
            (self.since, self.asked) = (now, false);
        }
        let due = self.since + self.patience;
        if now < due {
            return Advice::LookAt(due);
        }
        if std::mem::replace(&mut self.asked, true) {
            return Advice::Nothing;
        }
        Advice::Ask { url: url.into(), to: format!("{fallback}{}", after_origin(url)) }
    }
}
