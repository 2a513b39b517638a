//! `WebCrypto`: drafts are encrypted with a key that never leaves the browser: `IndexedDB` keeps it, and no script can read it out.

use super::database::{self, Change};
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
pub async fn seal(shell: &'static Shell, vault: &Vault, text: &str) -> Result<String, JsValue> {
    let mut sealed = vec![0; NONCE];
    shell.page.window().crypto()?.get_random_values_with_u8_array(&mut sealed)?;
    let params = params(&sealed);
    let sealing = vault.subtle.encrypt_with_object_and_u8_array(&params, &vault.key, text.as_bytes())?;
    sealed.extend(Uint8Array::new(&settled(&sealing).await?).to_vec());
    let bytes: String = sealed.into_iter().map(char::from).collect();
    shell.page.window().btoa(&bytes)
}

pub async fn unseal(shell: &'static Shell, vault: &Vault, sealed: &str) -> Result<String, JsValue> {
    let bytes: Vec<u8> = shell.page.window().atob(sealed)?.chars().map(|c| (u32::from(c) & 0xff) as u8).collect();
    let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(JsValue::UNDEFINED)?;
    let opening = vault.subtle.decrypt_with_object_and_u8_array(&params(nonce), &vault.key, sealed)?;
    let opened = settled(&opening).await?;
    String::from_utf8(Uint8Array::new(&opened).to_vec()).map_err(|_| JsValue::UNDEFINED)
}

fn params(nonce: &[u8]) -> AesGcmParams {
    AesGcmParams::new_with_u8_array(CIPHER, &Uint8Array::from(nonce))
}
