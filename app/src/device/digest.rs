//! SHA-256 by the browser, and its two spellings.

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;

/// SHA-256 of the bytes; `None` outside a secure context (plain HTTP to another host), where browsers have no `crypto.subtle`.
pub async fn sha256(bytes: &Uint8Array) -> Option<Vec<u8>> {
    let promise = web_sys::window()?.crypto().ok()?.subtle().digest_with_str_and_js_u8_array("SHA-256", bytes).ok()?;
    let buffer = JsFuture::from(promise).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Standard base 64 with padding, as tus headers want it.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = group.iter().chain([0, 0].iter()).take(3).fold(0_usize, |word, byte| word << 8 | usize::from(*byte));
        for position in 0..4 {
            let written = position <= group.len();
            text.push(if written { char::from(ALPHABET[word >> (18 - 6 * position) & 63]) } else { '=' });
        }
    }
    text
}
