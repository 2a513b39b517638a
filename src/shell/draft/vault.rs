//! `WebCrypto`: drafts are encrypted with a key that never leaves the browser: `IndexedDB` keeps it, and no script can read it out.

use super::database::{self, Change};
use crate::core::storage::pad::{Pad, uncovered};
use crate::shell::promise::settled;
use crate::shell::state::Shell;
use crate::shell::state::drafts::Vault;
use crate::shell::web::{present, property};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{AesGcmParams, AesKeyGenParams, CryptoKey, SubtleCrypto};

const CIPHER: &str = "AES-GCM";
const KEY: &str = "key";
/// Of a number that is used once, in bytes.
const NONCE: usize = 12;
/// Between a pad and what is covered with it. Not of base64.
const COVERED: &str = ".";

/// Fails where the browser has no `WebCrypto` (a page without https), no `IndexedDB`, or does not keep keys there.
pub async fn open(shell: &'static Shell) -> Result<Vault, JsValue> {
    let crypto = shell.page.window().crypto()?;
    let subtle: SubtleCrypto = present(property(&crypto, "subtle")).ok_or(JsValue::UNDEFINED)?.unchecked_into();
    let database = database::open(shell).await?;
    let mut key = settled(&database::get(shell, &database, KEY)).await?;
    if key.is_undefined() {
        let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
        let made = subtle.generate_key_with_object(&AesKeyGenParams::new(CIPHER, 256), false, &usages)?;
        let made = settled(&made).await?;
        // Another tab may have been quicker: the key that stands there is everybody's.
        let _ = settled(&database::change(shell, &database, KEY, Change::Add(&made))).await;
        key = settled(&database::get(shell, &database, KEY)).await?;
    }
    let key: CryptoKey = present(key).ok_or(JsValue::UNDEFINED)?.unchecked_into();
    Ok(Vault { database, subtle, key })
}

/// As text: the nonce, and what is encrypted with it.
pub async fn seal(shell: &'static Shell, vault: &Vault, bytes: &[u8]) -> Result<String, JsValue> {
    let mut sealed = random(shell, NONCE)?;
    let params = params(&sealed);
    let sealing = vault.subtle.encrypt_with_object_and_u8_array(&params, &vault.key, bytes)?;
    sealed.extend(Uint8Array::new(&settled(&sealing).await?).to_vec());
    to_text(shell, &sealed)
}

/// A pad for a form that holds so many bytes now.
pub async fn pad(shell: &'static Shell, vault: &Vault, text: usize) -> Result<Pad, JsValue> {
    let bytes = random(shell, Pad::size_for(text))?;
    let sealed = seal(shell, vault, &bytes).await?;
    Ok(Pad::new(bytes, sealed))
}

/// As text: the sealed pad, and what is covered with it.
pub fn seal_at_once(shell: &Shell, pad: Pad, text: &str) -> Option<String> {
    let (sealed, covered) = pad.cover(text)?;
    Some(sealed + COVERED + &to_text(shell, &covered).ok()?)
}

/// What either of them has sealed.
pub async fn unseal(shell: &'static Shell, vault: &Vault, sealed: &str) -> Result<String, JsValue> {
    let text = match sealed.split_once(COVERED) {
        Some((pad, covered)) => uncovered(&open_sealed(shell, vault, pad).await?, &from_text(shell, covered)?),
        None => String::from_utf8(open_sealed(shell, vault, sealed).await?).ok(),
    };
    text.ok_or(JsValue::UNDEFINED)
}

async fn open_sealed(shell: &'static Shell, vault: &Vault, sealed: &str) -> Result<Vec<u8>, JsValue> {
    let bytes = from_text(shell, sealed)?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(JsValue::UNDEFINED)?;
    let opening = vault.subtle.decrypt_with_object_and_u8_array(&params(nonce), &vault.key, sealed)?;
    Ok(Uint8Array::new(&settled(&opening).await?).to_vec())
}

fn random(shell: &Shell, length: usize) -> Result<Vec<u8>, JsValue> {
    let mut bytes = vec![0; length];
    shell.page.window().crypto()?.get_random_values_with_u8_array(&mut bytes)?;
    Ok(bytes)
}

fn to_text(shell: &Shell, bytes: &[u8]) -> Result<String, JsValue> {
    let bytes: String = bytes.iter().copied().map(char::from).collect();
    shell.page.window().btoa(&bytes)
}

fn from_text(shell: &Shell, text: &str) -> Result<Vec<u8>, JsValue> {
    Ok(shell.page.window().atob(text)?.chars().map(|c| (u32::from(c) & 0xff) as u8).collect())
}

fn params(nonce: &[u8]) -> AesGcmParams {
    AesGcmParams::new_with_u8_array(CIPHER, &Uint8Array::from(nonce))
}
