//! What the browser's own cryptography is asked for: `crypto.subtle`, and the plain objects that it is asked with.

use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::crypt::NONCE_BYTES;

/// Absent outside a secure context.
pub(super) fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    Reflect::get(&crypto, &"subtle".into()).ok()?.dyn_into().ok()
}

/// A key of raw bytes for AES-GCM.
pub(super) async fn aes_key(key: &Uint8Array) -> Option<CryptoKey> {
    let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
    let promise = subtle()?.import_key_with_str("raw", key, "AES-GCM", false, &uses).ok();
    JsFuture::from(promise?).await.ok()?.dyn_into().ok()
}

/// What AES-GCM is asked with. `place` is bound to the ciphertext, where there is one.
pub(super) fn gcm(nonce: [u8; NONCE_BYTES], place: Option<&[u8]>) -> Object {
    let algorithm = object(&[("name", "AES-GCM".into()), ("iv", bytes(&nonce))]);
    if let Some(place) = place {
        set(&algorithm, &[("additionalData", bytes(place))]);
    }
    algorithm.unchecked_into()
}

/// HKDF-SHA-256. The secret is wiped.
pub(super) async fn hkdf(secret: &Uint8Array, salt: &[u8], info: &[u8], length_bytes: usize) -> Option<Uint8Array> {
    let subtle = subtle()?;
    let imported = subtle.import_key_with_str("raw", secret, "HKDF", false, &Array::of1(&"deriveBits".into()));
    let key: CryptoKey = JsFuture::from(imported.ok()?).await.ok()?.dyn_into().ok()?;
    secret.fill(0, 0, secret.length());
    let algorithm = object(&[("name", "HKDF".into()), ("hash", "SHA-256".into()), ("salt", bytes(salt)), ("info", bytes(info))]);
    let derived = subtle.derive_bits_with_object(algorithm.unchecked_ref(), &key, u32::try_from(8 * length_bytes).ok()?).ok()?;
    Some(Uint8Array::new(&JsFuture::from(derived).await.ok()?))
}

/// Bytes, copied.
pub(super) fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// A plain object.
pub(super) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new().into();
    set(&object, fields);
    object
}

/// Sets properties of a plain object.
pub(super) fn set(object: &JsValue, fields: &[(&str, JsValue)]) {
    for (name, value) in fields {
        // Cannot fail on a plain object.
        let _ = Reflect::set(object, &JsValue::from_str(name), value);
    }
}

/// A property that is there.
pub(super) fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// Calls a method that answers later.
pub(super) async fn call(object: &JsValue, method: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let method: Function = get(object, method).ok_or(JsValue::UNDEFINED)?.dyn_into()?;
    JsFuture::from(method.call1(object, argument)?.dyn_into::<js_sys::Promise>()?).await
}
