//! What a row asks of its servers.
use super::records::{self, latest, spells, stored};
use crate::site::Asked;
use std::collections::HashMap;

/// Counts are at least and at most.
#[derive(Clone, Copy, Debug)]
pub enum Fact {
    /// The window went so often to an address of the page's.
    Documents(usize, usize),
    /// POSTs to a path of the page's.
    Posts(&'static str, usize, usize),
    /// Requests of a part for a path, the query apart.
    Asked(&'static str, &'static str, usize, usize),
    /// A request for the path carried this header.
    Header(&'static str, &'static str, &'static str),
    /// Nothing was sent to a collector.
    Silent,
    /// Each revision that was stored was stored once, and there is one.
    Once,
    /// POSTs to the collector.
    Sent(usize, usize),
    /// No revision was stored more often than this.
    Copies(usize),
    /// Requests for files of the guard's.
    Engines(usize),
    /// An incident ended as one of these causes (none: any), with this outcome.
    Told(&'static [&'static str], &'static str),
    /// No record says that this was the outcome.
    Never(&'static str),
    Incidents(usize, usize),
    /// In nothing that was sent, in no spelling.
    Absent(&'static [&'static str]),
    /// In something that was sent.
    Present(&'static str),
    /// Records tell nobody the address of the page with its query, and carry no cookie.
    Bare,
}

/// Why a fact does not hold.
pub enum Miss {
    NotYet(String),
    /// It will not hold any more.
    Broken(String),
}

use Miss::{Broken, NotYet};

impl Fact {
    pub fn check(self, asked: &[Asked], guards: usize) -> Result<(), Miss> {
        match self {
            Fact::Documents(least, most) => {
                let documents = asked.iter().filter(|one| one.origin == "page" && one.navigates());
                counted("documents", documents.count(), least, most)
            }
            Fact::Posts(path, least, most) => {
                let posts = of(asked, "page", path).filter(|one| one.method == "POST");
                counted(&format!("POSTs to {path}"), posts.count(), least, most)
            }
            Fact::Asked(part, path, least, most) => {
                let all = of(asked, part, path).filter(|one| one.method != "OPTIONS");
                counted(&format!("requests of the {part} for {path}"), all.count(), least, most)
            }
            Fact::Header(path, name, value) => {
                let carried = of(asked, "page", path).any(|one| one.header(name) == Some(value));
                if carried { Ok(()) } else { Err(NotYet(format!("no request for {path} carried {name}: {value}"))) }
            }
            Fact::Silent => counted("POSTs to the collector", records::posts(asked).count(), 0, 0),
            Fact::Sent(least, most) => counted("POSTs to the collector", records::posts(asked).count(), least, most),
            Fact::Once => match stored(asked) {
                records if records.is_empty() => Err(NotYet("nothing was stored".into())),
                records => copies(&records, 1),
            },
            Fact::Copies(most) => copies(&stored(asked), most),
            Fact::Engines(most) => counted("requests for the guard's files", guards, 0, most),
            Fact::Told(causes, outcome) => {
                let records = stored(asked);
                let fits = |one: &&&records::Record| {
                    one.outcome == outcome && (causes.is_empty() || causes.contains(&one.cause.as_str()))
                };
                match latest(&records).iter().find(fits) {
                    Some(_) => Ok(()),
                    None => Err(NotYet(format!("no incident ended as {causes:?} {outcome}; there are {records:?}"))),
                }
            }
            Fact::Never(outcome) => match stored(asked).iter().find(|one| one.outcome == outcome) {
                Some(one) => Err(Broken(format!("a record says {outcome}: {one:?}"))),
                None => Ok(()),
            },
            Fact::Incidents(least, most) => counted("incidents", latest(&stored(asked)).len(), least, most),
            Fact::Absent(texts) => {
                let found = records::posts(asked).find_map(|one| {
                    let referrer = one.header("referer").unwrap_or_default();
                    texts.iter().find(|text| spells(&one.body, text) || spells(referrer, text)).map(|text| (text, one))
                });
                match found {
                    Some((text, one)) => Err(Broken(format!("{text} was sent: {}", one.body))),
                    None => Ok(()),
                }
            }
            Fact::Present(text) => {
                let sent = records::posts(asked).any(|one| spells(&one.body, text));
                if sent { Ok(()) } else { Err(NotYet(format!("{text} was not sent"))) }
            }
            Fact::Bare => {
                let tells = |one: &&Asked| {
                    one.header("referer").is_some_and(|from| from.contains('?')) || one.header("cookie").is_some()
                };
                match records::posts(asked).find(tells) {
                    Some(one) => Err(Broken(format!("a record came with {:?}", one.headers))),
                    None => Ok(()),
                }
            }
        }
    }
}

fn of<'a>(asked: &'a [Asked], part: &'a str, path: &'a str) -> impl Iterator<Item = &'a Asked> {
    asked.iter().filter(move |one| one.origin == part && one.path.split('?').next() == Some(path))
}

fn counted(what: &str, count: usize, least: usize, most: usize) -> Result<(), Miss> {
    match count {
        _ if count > most => Err(Broken(format!("{count} {what}, at most {most} are allowed"))),
        _ if count < least => Err(NotYet(format!("{count} {what}, at least {least} are wanted"))),
        _ => Ok(()),
    }
}

fn copies(records: &[records::Record], most: usize) -> Result<(), Miss> {
    let mut copies = HashMap::new();
    for record in records {
        *copies.entry((&record.id, record.revision)).or_insert(0) += 1;
    }
    match copies.iter().find(|(_, copies)| **copies > most) {
        Some(((id, revision), copies)) => Err(Broken(format!("revision {revision} of {id} was stored {copies} times"))),
        None => Ok(()),
    }
}
