//! The remote playbook: asked for, its signature checked by `WebCrypto`, and kept in local storage for the next page.

use super::page_store::PageStore;
use super::promise::settled;
use super::state::Shell;
use super::web::{self, parse_json, present, property, status};
use super::{bounded, console, net, storage, task};
use crate::core::config::PlaybookSource;
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::playbook::document::Document;
use crate::core::playbook::{Kept, Proof, Served};
use crate::core::time::Millis;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{CryptoKey, SubtleCrypto};

const KEY: &str = "pagemend:playbook";
const MOST_BYTES: usize = 1 << 16;
/// Of a key that is no SPKI but the point on the curve alone.
const RAW_LENGTH: usize = 65;

/// What an earlier page has kept, where it can be read.
pub fn kept(shell: &Shell) -> Option<(Kept, Document)> {
    let kept = Kept::read(&storage::value(shell, KEY)?)?;
    let document = Document::read(parse_json(&kept.text.as_str().into()).ok()?).ok()?;
    Some((kept, document))
}

pub fn keep(shell: &Shell, text: &str) {
    PageStore::local(shell.page.window()).write(KEY, text);
}

pub fn switch_off(shell: &'static Shell) {
    if shell.boot.switch_off("by the remote playbook").is_err() {
        // boot.js of another version: the guard goes, and that listens on.
        console::tell("pagemend: off by the remote playbook");
    }
    shell.stop();
}

pub fn fetch(shell: &'static Shell, id: ActionId, deadline: Millis, source: PlaybookSource) {
    task::spawn(shell, async move {
        // What is not answered whole is no answer.
        let served = ask(shell, &source, deadline).await.unwrap_or_default();
        shell.answer_late(id, Answer::Playbook(Box::new(served)));
    });
}

async fn ask(shell: &'static Shell, source: &PlaybookSource, deadline: Millis) -> Result<Served, JsValue> {
    let answer = net::ask(shell, source.url.as_deref().unwrap_or_default(), deadline).await?;
    let status = status(&answer);
    if !(200..300).contains(&status) {
        return Ok(Served::Status(status));
    }
    let Some(text) = bounded::text(&answer, MOST_BYTES).await? else { return Ok(Served::TooLong) };
    let Ok(json) = parse_json(&text.as_str().into()) else { return Ok(Served::NotJson) };
    // A document that is signed is the text of one, so that it is clear which bytes are meant.
    let signed = property(&json, "signed").as_string();
    let proof = match &signed {
        _ if source.public_key.is_empty() => Proof::Unasked,
        None => Proof::Missing,
        Some(signed) => {
            let signature = property(&json, "signature").as_string().unwrap_or_default();
            match verify(shell, &source.public_key, &signature, signed).await {
                Ok(true) => Proof::Good,
                Ok(false) => Proof::Bad,
                Err(thrown) => Proof::Unknown(web::shown(&thrown)),
            }
        }
    };
    let (text, json) = match signed {
        Some(signed) => match parse_json(&signed.as_str().into()) {
            Ok(json) => (signed, json),
            Err(_) => return Ok(Served::NotJson),
        },
        None => (text, json),
    };
    Ok(Served::Document { text, proof, read: Document::read(json) })
}

/// ECDSA on P-256 over the SHA-256 of the text in UTF-8; the signature is `r` and `s` one after the other, as `WebCrypto` has it.
async fn verify(shell: &'static Shell, key: &str, signature: &str, text: &str) -> Result<bool, JsValue> {
    let crypto = shell.page.window().crypto()?;
    let without = "this page has no WebCrypto, which needs https";
    let subtle: SubtleCrypto = present(property(&crypto, "subtle")).ok_or(without)?.unchecked_into();
    let key = bytes(shell, key).map_err(|_| "\"playbook.publicKey\" is not base64")?;
    let signature = bytes(shell, signature).unwrap_or_default();
    let algorithm = object(&[("name", &"ECDSA".into()), ("namedCurve", &"P-256".into())]);
    let format = if key.len() == RAW_LENGTH { "raw" } else { "spki" };
    let usages = Array::of1(&"verify".into());
    let data = Uint8Array::from(key.as_slice());
    let importing = subtle.import_key_with_object(format, &data, &algorithm, false, &usages)?;
    let no_key = "\"playbook.publicKey\" is no key of ECDSA on P-256, raw or SPKI";
    let key: CryptoKey = settled(&importing).await.map_err(|_| no_key)?.unchecked_into();
    let algorithm = object(&[("name", &"ECDSA".into()), ("hash", &"SHA-256".into())]);
    let verifying =
        subtle.verify_with_object_and_u8_array_and_u8_array(&algorithm, &key, &signature, text.as_bytes())?;
    Ok(settled(&verifying).await?.is_truthy())
}

fn object(fields: &[(&str, &JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}

/// Of base64.
fn bytes(shell: &Shell, text: &str) -> Result<Vec<u8>, JsValue> {
    Ok(shell.page.window().atob(text)?.chars().map(|c| (u32::from(c) & 0xff) as u8).collect())
}
