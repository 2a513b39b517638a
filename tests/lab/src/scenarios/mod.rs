//! The fault matrix: each row is a fault, what happens to it with the guard, and the contrast without.
mod api;
mod assets;
mod engine;
mod healthy;
mod journey;
mod render;
mod steps;
mod storage;
mod telemetry;

use crate::world::World;
use anyhow::Result;
use pagemend_server::Fault;
use std::future::Future;
use std::pin::Pin;
use steps::white;

/// What a person saw, in a few words; an error when it is not what must be.
type Walk = for<'a> fn(&'a World) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>>;

pub struct Scenario {
    pub name: &'static str,
    /// What is broken, for people.
    pub title: &'static str,
    /// Which faults the server has from the start.
    pub faults: &'static [Fault],
    pub guarded: Walk,
    /// `None` where there is nothing to contrast.
    pub bare: Option<Walk>,
    /// Measures time: only in Chromium, and with nothing beside it.
    pub measures: bool,
}

macro_rules! row {
    ($name:literal, $title:literal, [$($fault:ident),*], $guarded:path, $bare:path) => {
        Scenario { name: $name, title: $title, faults: &[$(Fault::$fault),*], guarded: |w| Box::pin($guarded(w)), bare: Some(|w| Box::pin($bare(w))), measures: false }
    };
}

pub const ALL: &[Scenario] = &[
    row!("healthy", "nothing is broken", [Healthy], healthy::guarded, healthy::bare),
    row!("slow-but-fine", "every asset 1.5 s late", [SlowButFine], healthy::slow, healthy::bare),
    row!(
        "entry-script-primary-down",
        "404 on the primary origin, fine on the backup",
        [EntryScriptPrimaryDown],
        assets::healed_from_backup,
        white
    ),
    row!("entry-script-dead", "dead on both origins", [EntryScriptDead], assets::dead, white),
    row!(
        "entry-script-html",
        "HTML with 200 instead of the script",
        [EntryScriptHtml],
        assets::healed_from_backup,
        white
    ),
    row!(
        "style-primary-down",
        "style sheets 404 on the primary origin",
        [StylePrimaryDown],
        assets::styled,
        assets::unstyled
    ),
    row!(
        "chunk-gone-after-deploy",
        "old page, new build, lazy chunk 404",
        [ChunkGoneAfterDeploy],
        assets::refreshed,
        assets::stuck_on_old_build
    ),
    row!("render-throws", "the application throws and unmounts, once", [RenderThrows], render::reloaded_once, white),
    row!(
        "render-throws-again",
        "the application throws and unmounts, always",
        [RenderThrowsAgain],
        render::prompted,
        white
    ),
    row!(
        "storage-corrupt",
        "half a JSON in local storage crashes the start-up",
        [StorageCorrupt],
        storage::repaired,
        storage::white
    ),
    row!(
        "cache-poisoned",
        "Cache Storage answers a script with HTML",
        [CachePoisoned],
        storage::evicted,
        storage::poisoned_white
    ),
    row!("api-503", "503 with Retry-After: 2", [Api503], api::waits_and_recovers, api::skeleton),
    row!("submit-503", "booked, but the answer is lost", [Submit503], api::booked_once, api::booked_twice),
    row!("api-hangs", "the home API never answers", [ApiHangs], api::overdue, api::skeleton),
    row!(
        "offline-then-online",
        "the network goes away and comes back",
        [OfflineThenOnline],
        journey::back_online,
        journey::never_back
    ),
    row!("sms-code-fails", "the SMS code does not come", [SmsCodeFails], journey::other_ways, journey::no_other_way),
    row!(
        "link-expired",
        "an expired link, the server has a new one",
        [LinkExpired],
        journey::new_link,
        api::expired_skeleton
    ),
    row!(
        "link-expired-no-new",
        "an expired link, and no new one",
        [LinkExpiredNoNew],
        journey::way_on,
        api::expired_skeleton
    ),
    row!(
        "refused",
        "403 with a business code of risk control",
        [Refused],
        journey::refusal_explained,
        journey::refusal_looks_like_a_fault
    ),
    row!(
        "telemetry-down",
        "the collector answers 503, the page is reloaded",
        [TelemetryDown, Api503],
        telemetry::delivered_once,
        telemetry::nothing_reported
    ),
    row!(
        "engine-primary-down",
        "the engine's first origin is dead",
        [EnginePrimaryDown],
        engine::from_fallback,
        storage::white
    ),
    row!(
        "wasm-forbidden",
        "CSP forbids wasm, half a JSON in storage",
        [WasmForbidden],
        engine::as_plain_javascript,
        storage::white
    ),
    row!("wasm-blocked", "CSP forbids wasm, entry script dead on primary", [WasmBlocked], engine::boot_recovers, white),
    row!(
        "wasm-blocked-and-dead",
        "CSP forbids wasm, entry script dead everywhere",
        [WasmBlockedAndDead],
        engine::last_resort,
        white
    ),
    Scenario {
        name: "healthy-throttled",
        title: "nothing is broken, CPU four times slower",
        faults: &[Fault::Healthy],
        guarded: |w| Box::pin(healthy::throttled(w)),
        bare: None,
        measures: true,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_the_server_has_a_row_and_every_row_that_fault() {
        for fault in Fault::all() {
            let row = ALL.iter().find(|row| row.name == fault.name());
            assert!(row.is_some_and(|row| row.faults.contains(fault)), "{fault}");
        }
    }
}
