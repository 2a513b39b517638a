//! How prompts look: light and dark, from 320 px on, touch targets of 44 px.

use crate::shell::web::AdoptingRoot;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot};

/// Class → declarations. One table for both ways of styling: as rules of an adopted sheet, or element by element where
/// sheets cannot be constructed (WebKit before 16.4).
pub static PARTS: [(&str, &str); 13] = [
    (
        "host",
        // Out of the flow: a page that lays out its body's children has none more.
        "all:initial!important;display:block!important;position:fixed!important;--bg:#fff;--fg:#1c2026;--dim:#59616e;\
         --line:#d9dde4;--accent:#1a56db;--on:#fff;--safe:#0b6b3a;--safe-bg:#e8f6ee;--note:#7a4a00;--note-bg:#fdf3e0",
    ),
    (
        "dialog",
        "box-sizing:border-box;width:420px;max-width:calc(100vw - 32px);max-height:calc(100vh - 32px);overflow:auto;\
         margin:auto;padding:24px 20px 20px;border:0;border-radius:16px;background:var(--bg);color:var(--fg);\
         font:400 16px/1.55 system-ui,-apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;\
         text-align:start;overflow-wrap:anywhere;box-shadow:0 16px 48px rgba(10,14,22,.3)",
    ),
    (
        "notice",
        "box-sizing:border-box;position:fixed;z-index:2147483647;inset:auto 8px;width:auto;height:fit-content;\
         max-width:560px;max-height:60vh;overflow:auto;\
         margin:0 auto;padding:12px 16px;border:1px solid var(--line);border-radius:12px;\
         background:var(--bg);color:var(--fg);font:400 15px/1.5 system-ui,-apple-system,'PingFang SC',\
         'Microsoft YaHei','Noto Sans CJK SC',sans-serif;text-align:start;overflow-wrap:anywhere;\
         box-shadow:0 6px 24px rgba(10,14,22,.18)",
    ),
    ("title", "margin:0 0 8px;font-size:1.2em;line-height:1.35;font-weight:600;outline:0"),
    ("body", "margin:0 0 12px"),
    (
        "safe",
        "margin:0 0 16px;padding:10px 12px;border-radius:10px;background:var(--safe-bg);color:var(--safe);font-size:15px",
    ),
    (
        "typed",
        "margin:0 0 16px;padding:10px 12px;border-radius:10px;background:var(--note-bg);color:var(--note);font-size:15px",
    ),
    ("buttons", "display:flex;flex-direction:column;gap:10px"),
    (
        "button",
        "box-sizing:border-box;min-height:44px;padding:9px 16px;border:1px solid var(--line);border-radius:10px;\
         background:transparent;color:var(--fg);font:inherit;font-weight:500;cursor:pointer;touch-action:manipulation",
    ),
    (
        "primary",
        "box-sizing:border-box;min-height:44px;padding:9px 16px;border:1px solid var(--accent);border-radius:10px;\
         background:var(--accent);color:var(--on);font:inherit;font-weight:500;cursor:pointer;touch-action:manipulation",
    ),
    ("help", "margin:16px 0 0;padding:8px 0 0;border-top:1px solid var(--line);font-size:14px;color:var(--dim)"),
    ("link", "display:flex;align-items:center;min-height:44px;color:var(--accent);text-decoration:underline"),
    ("reference", "margin:8px 0 0;font-size:13px;color:var(--dim);user-select:all;-webkit-user-select:all"),
];

/// What single declarations cannot say.
const REST: &str = "dialog::backdrop{background:rgba(10,14,22,.55)}\
    .safe+.typed{margin-top:-8px}\
    .line{padding:6px 0}\
    [aria-disabled]{cursor:default}\
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}\
    .title:focus-visible{outline:0}\
    .notice[data-edge=top]{top:max(8px,env(safe-area-inset-top));pointer-events:none}\
    .notice[data-edge=bottom]{bottom:max(8px,env(safe-area-inset-bottom))}\
    .notice .title{font-size:1em;margin:0 0 2px}.notice .body,.notice .safe,.notice .typed{margin:0 0 8px}\
    .notice .body:last-child{margin:0}\
    .notice .buttons{flex-direction:row;flex-wrap:wrap;gap:8px}\
    .notice .help{display:flex;flex-wrap:wrap;gap:0 16px;padding:0;border:0}\
    .notice .reference{margin:0}.notice .help{margin:0}\
    @media(prefers-color-scheme:dark){:host{--bg:#1b1f27;--fg:#eceff4;--dim:#a6afbd;--line:#3b4350;--accent:#7ea6ff;\
    --on:#0c1220;--safe:#8fe0b0;--safe-bg:#143324;--note:#f2c774;--note-bg:#3a2c10}}\
    @media(prefers-reduced-motion:no-preference){.dialog,.notice{animation:up .18s ease-out}\
    @keyframes up{from{transform:translateY(10px)}}}";

/// False where sheets cannot be constructed or adopted.
pub fn adopt(shadow: &ShadowRoot) -> bool {
    let shadow: &AdoptingRoot = shadow.unchecked_ref();
    // Where sheets are not adopted this would be a property like any other, and style nothing.
    shadow.adopted().is_some() && construct().and_then(|sheet| shadow.adopt(&Array::of1(&sheet))).is_ok()
}

fn construct() -> Result<CssStyleSheet, JsValue> {
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(&rules())?;
    Ok(sheet)
}

fn rules() -> String {
    let mut css = String::from(":");
    for (class, declarations) in &PARTS {
        css.push_str(class);
        css.push('{');
        css.push_str(declarations);
        css.push_str("}.");
    }
    // The last dot makes the first rule of the rest one of a class.
    css.push_str(REST);
    css
}

/// A dialog without `showModal`: over everything, in the middle.
pub const PLAIN_DIALOG: &str = "position:fixed;z-index:2147483647;left:0;right:0;top:16px;margin:0 auto;display:block;\
    box-shadow:0 0 0 200vmax rgba(10,14,22,.55)";

/// A notice with nothing to press lets taps through to what it covers.
pub fn place_notice(notice: &HtmlElement, at_top: bool) -> Result<(), JsValue> {
    let style = notice.style();
    style.set_property(if at_top { "top" } else { "bottom" }, "8px")?;
    if at_top {
        style.set_property("pointer-events", "none")?;
    }
    Ok(())
}
