//! Does a picture come? Asked of the browser, by an element that is nowhere in the page.

use super::failed;
use crate::shell::state::Shell;
use crate::shell::task;
use crate::shell::watch::came;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlImageElement};

/// What is no picture, by a word that follows a dot in its address.
const NO_PICTURES: [&str; 7] = ["woff", "woff2", "otf", "ttf", "eot", "js", "css"];

#[wasm_bindgen]
extern "C" {
    /// How an element asks for its picture; few kinds of them tell.
    #[wasm_bindgen(extends = Element)]
    type Asking;
    #[wasm_bindgen(method, getter, js_name = crossOrigin)]
    fn cross_origin(this: &Asking) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = referrerPolicy)]
    fn referrer_policy(this: &Asking) -> Option<String>;
}

/// Where WebKit tells neither status nor event, as of a background: asks the browser's memory, where a picture that came still is.
pub fn check(shell: &'static Shell, url: String) {
    if !may_be_picture(&url) {
        return;
    }
    task::spawn(shell, async move {
        if !is_picture(&url, None).await.unwrap_or(true) {
            failed::tell(shell, url, false);
        }
    });
}

fn may_be_picture(url: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !url.split('.')
        .skip(1)
        .filter_map(|part| part.split(|c| !is_word(c)).next())
        .any(|word| NO_PICTURES.contains(&word))
}

/// Whether it comes as a picture, asked for as this element asks for its own.
pub async fn is_picture(url: &str, like: Option<&Element>) -> Result<bool, JsValue> {
    let picture = HtmlImageElement::new()?;
    if let Some(asking) = like.map(JsCast::unchecked_ref::<Asking>) {
        if let Some(cross_origin) = asking.cross_origin() {
            picture.set_cross_origin(Some(&cross_origin));
        }
        picture.set_referrer_policy(&asking.referrer_policy().unwrap_or_default());
    }
    let ended = came(&[&picture], "load");
    picture.set_src(url);
    Ok(ended.await)
}
