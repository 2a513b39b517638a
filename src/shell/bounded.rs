//! The body of an answer as text, up to a bound: more is neither read nor waited for.

use super::promise::settled;
use super::web::{PageResponse, header, property};
use wasm_bindgen::prelude::*;
use web_sys::Response;

/// `None` where it is longer than so many bytes. Fails where it breaks off, and where it is not UTF-8.
pub async fn text(answer: &Response, most: usize) -> Result<Option<String>, JsValue> {
    let body = answer.unchecked_ref::<PageResponse>().body()?;
    let Some(body) = body.filter(|body| body.is_object()) else { return Ok(Some(String::new())) };
    let mut bytes = Vec::new();
    let said = header(answer, "content-length").parse::<usize>();
    if said.is_ok_and(|length| length > most) {
        drop(body.cancel().map(|ended| settled(&ended)));
        return Ok(None);
    }
    let reader = body.reader()?;
    loop {
        let read = settled(&reader.read()?).await?;
        let Ok(chunk) = property(&read, "value").dyn_into::<js_sys::Uint8Array>() else { break };
        // The length is that of the body as it is sent, which may be compressed.
        if bytes.len() + chunk.length() as usize > most {
            drop(reader.cancel().map(|ended| settled(&ended)));
            return Ok(None);
        }
        bytes.extend(chunk.to_vec());
    }
    String::from_utf8(bytes).map(Some).map_err(|_| "not UTF-8".into())
}
