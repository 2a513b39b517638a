//! A page of the build before: it is loaded anew, what would serve it again out of the way, and when it comes as it was that is said, tried once more
//! at another address, and then only told.

use super::chunk_lost;
use super::page::{Page, config};
use pagemend::core::action::Command;
use pagemend::core::config::Config;
use pagemend::core::event::*;
use pagemend::core::prompt::PromptKind;
use pagemend::core::refresh::{Refresh, Way};

fn newer() -> Manifest {
    Manifest { build: "1.1".into(), built_at: 20, ..Manifest::default() }
}

fn older() -> Manifest {
    Manifest { build: "0.9".into(), built_at: 5, ..Manifest::default() }
}

/// How the page was loaded anew, each time.
fn refreshes(page: &Page) -> Vec<Refresh> {
    let refresh = |did: &Command| if let Command::Reload(refresh) = did { Some(*refresh) } else { None };
    page.did.iter().filter_map(refresh).collect()
}

const ONCE: Refresh = Refresh { stale: true, again: false, by_user: false };
const AGAIN: Refresh = Refresh { again: true, ..ONCE };

/// A page whose chunk is gone since the deployment, up to its reload.
fn left() -> Page {
    let mut page = Page::new();
    page.manifest = Some(newer());
    page.tell(chunk_lost());
    page.pass(5_000);
    assert_eq!(refreshes(&page), [ONCE]);
    page
}

/// The next page, of the old build again.
fn old(before: &Page) -> Page {
    let mut page = came(before, "1.0", Some(newer()));
    page.pass(10_000);
    page
}

/// The next page, of this build.
fn came(before: &Page, build: &str, manifest: Option<Manifest>) -> Page {
    let config = Config { build: build.into(), ..config() };
    Page::served(config, before.memory.clone(), before.mark.clone(), true, manifest)
}

#[test]
fn what_is_served_stale_again_is_asked_for_once_more_and_then_told() {
    let second = old(&left());
    assert_eq!(refreshes(&second), [AGAIN], "{:?}", second.outcomes);

    let mut third = old(&second);
    assert_eq!((refreshes(&third).len(), third.shown()), (0, Some(PromptKind::Update)));
    let sent = third.posted.concat();
    assert!(sent.contains("served-stale") && sent.contains("served stale again: CDN or WebView"), "{sent}");
    third.choose("reload");
    assert_eq!(refreshes(&third), [Refresh { by_user: true, ..AGAIN }], "the user may, past what serves it");

    let mut fourth = old(&third);
    fourth.tell(chunk_lost());
    fourth.pass(60_000);
    assert_eq!((refreshes(&fourth).len(), fourth.shown()), (0, Some(PromptKind::Update)), "and never again by itself");
}

#[test]
fn either_witness_keeps_a_stale_page_from_going_round() {
    let second = old(&left());
    for (memory, mark) in [(second.memory.as_deref(), Some("")), (Some(""), second.mark.as_deref())] {
        let mut third = Page::served(config(), memory.map(Into::into), mark.map(Into::into), true, Some(newer()));
        third.tell(chunk_lost());
        third.pass(60_000);
        assert_eq!((refreshes(&third).len(), third.shown()), (0, Some(PromptKind::Update)), "{memory:?} {mark:?}");
    }
}

#[test]
fn the_new_build_ends_it_and_so_does_a_server_that_went_back() {
    let first = left();
    for (build, served) in [("1.1", "1.1"), ("1.0", "1.0")] {
        let mut next =
            came(&first, build, Some(Manifest { build: served.into(), built_at: 10, ..Manifest::default() }));
        next.pass(10_000);
        assert_eq!((refreshes(&next).len(), next.shown()), (0, None), "{build}");
        next.ended("stale-deploy", "recovered");
    }
}

#[test]
fn nothing_typed_is_lost_to_the_second_try() {
    let mut second = came(&left(), "1.0", Some(newer()));
    second.unsaved = true;
    second.pass(10_000);
    assert_eq!((refreshes(&second).len(), second.shown()), (0, Some(PromptKind::Update)));
}

#[test]
fn what_was_taken_out_of_the_way_is_in_the_timeline_of_the_next_page() {
    let mut first = left();
    first.tell(Event::WayMade(Way { renewed: true, ..Way::default() }));
    let mut next = came(&first, "1.1", Some(newer()));
    next.pass(10_000);
    next.ended("stale-deploy", "recovered");
    let sent = next.posted.concat();
    assert!(sent.contains("old copy of the page was set aside and renewed"), "{sent}");
}

/// A chunk that the page has put in is gone, and the page goes on showing what it showed.
fn lost(kind: ResourceKind) -> [Event; 2] {
    let url = String::from("https://a/assets/431.js");
    let failed = Event::ResourceFailed {
        url: url.clone(),
        kind: ResourceKind::Classic,
        critical: false,
        html: false,
        status: 404,
    };
    [failed, Event::ResourceSettled { url, kind, healed: false, from: String::new(), tries: 0 }]
}

/// A page that has its files from there.
fn with_files(build: &str) -> Config {
    Config { build: build.into(), origins: vec!["https://a".into()], ..config() }
}

#[test]
fn a_chunk_that_the_page_has_put_in_and_lost_to_a_deployment_is_a_stale_page() {
    let cases = [
        (ResourceKind::Chunk, Some(newer()), 1, None),
        // A script of the document itself that nobody misses: the newer build is told of, as always.
        (ResourceKind::Classic, Some(newer()), 0, Some(PromptKind::NewVersion)),
        (ResourceKind::Chunk, Some(older()), 1, None),
        (ResourceKind::Classic, Some(older()), 0, None),
        // No deployment: the page is left alone, since it works.
        (ResourceKind::Chunk, Some(Manifest { build: "1.0".into(), built_at: 10, ..Manifest::default() }), 0, None),
    ];
    for (kind, manifest, reloads, told) in cases {
        let mut page = Page::with(with_files("1.0"), Some(String::new()));
        page.manifest.clone_from(&manifest);
        for event in lost(kind) {
            page.tell(event);
        }
        page.pass(10_000);
        assert_eq!(
            (refreshes(&page).len(), page.shown()),
            (reloads, told),
            "{kind:?} {manifest:?} {:?}",
            page.outcomes
        );
    }
}

/// Its release was taken back; `alive`: a server has the chunk all the same.
fn taken_back(alive: bool, unsaved: bool) -> Page {
    let mut page = Page::with(with_files("1.0"), Some(String::new()));
    (page.manifest, page.alive, page.unsaved) = (Some(older()), alive, unsaved);
    for event in lost(ResourceKind::Chunk) {
        page.tell(event);
    }
    page.pass(10_000);
    page
}

#[test]
fn a_page_whose_release_was_taken_back_is_loaded_anew_once() {
    let first = taken_back(false, false);
    assert_eq!(refreshes(&first), [ONCE]);
    let mut next = came(&first, "0.9", Some(older()));
    next.pass(10_000);
    assert_eq!((refreshes(&next).len(), next.shown()), (0, None));
    next.ended("stale-deploy", "recovered");

    // Something goes on to serve it: it is not asked for again, and who misses the chunk is told.
    for before in [500, 10_000] {
        let (memory, mark) = (first.memory.clone(), first.mark.clone());
        let mut same = Page::served(with_files("1.0"), memory, mark, true, Some(older()));
        same.pass(before);
        assert_eq!((refreshes(&same).len(), same.shown()), (0, None), "{before}");
        for event in lost(ResourceKind::Chunk) {
            same.tell(event);
        }
        same.pass(20_000);
        assert_eq!(
            (refreshes(&same).len(), same.shown()),
            (0, Some(PromptKind::Update)),
            "{before}: {:?}",
            same.outcomes
        );
    }
}

#[test]
fn nothing_typed_is_lost_to_a_release_that_was_taken_back() {
    let mut page = taken_back(false, true);
    assert_eq!((refreshes(&page).len(), page.shown()), (0, Some(PromptKind::Update)));
    page.choose("reload");
    assert_eq!(refreshes(&page), [Refresh { by_user: true, ..ONCE }]);
}

#[test]
fn a_chunk_that_another_server_has_is_no_release_that_was_taken_back() {
    let page = taken_back(true, false);
    assert_eq!((refreshes(&page).len(), page.shown()), (0, None), "{:?}", page.outcomes);
    page.ended("resource", "harmless");
}
