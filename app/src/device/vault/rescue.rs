//! Sealing for the server alone: what goes into a rescue file ([`casework::wire::v1::RescueManifest`] says how it is laid out).

use casework::wire::v1::{RESCUE_FRAME_BYTES_MAX, RESCUE_KEY_BYTES, RESCUE_MAGIC};
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

use super::{
    crypt::{KEY_BYTES, NONCE_BYTES},
    webcrypto::{self, bytes, object},
};

const CURVE: &str = "P-256";
/// Bits of an ECDH secret of the curve.
const SECRET_BITS: u32 = 256;

/// Seals the frames of one file, in order, under a key of its own.
pub struct Sealer {
    key: CryptoKey,
    frames: u32,
}

impl Sealer {
    /// A sealer, and what the file begins with. `None` where the browser has no WebCrypto or `server` is no key.
    pub async fn new(server: &[u8]) -> Option<(Self, Vec<u8>)> {
        let subtle = webcrypto::subtle()?;
        let curve = object(&[("name", "ECDH".into()), ("namedCurve", CURVE.into())]);
        let none = Array::new();
        let imported = subtle.import_key_with_object("raw", bytes(server).unchecked_ref(), curve.unchecked_ref(), false, &none).ok()?;
        let server_key = JsFuture::from(imported).await.ok()?;
        let drawn = subtle.generate_key_with_object(curve.unchecked_ref(), false, &Array::of1(&"deriveBits".into())).ok()?;
        let pair = JsFuture::from(drawn).await.ok()?;
        let half = |name: &str| Reflect::get(&pair, &name.into()).ok().and_then(|key| key.dyn_into::<CryptoKey>().ok());
        let exported = subtle.export_key("raw", &half("publicKey")?).ok()?;
        let public = Uint8Array::new(&JsFuture::from(exported).await.ok()?).to_vec();
        if public.len() != RESCUE_KEY_BYTES {
            return None;
        }
        let agreed = object(&[("name", "ECDH".into()), ("public", server_key)]);
        let secret = subtle.derive_bits_with_object(agreed.unchecked_ref(), &half("privateKey")?, SECRET_BITS).ok()?;
        let secret = Uint8Array::new(&JsFuture::from(secret).await.ok()?);
        let salt = [public.as_slice(), server].concat();
        let key = webcrypto::hkdf(&secret, &salt, RESCUE_MAGIC, KEY_BYTES).await?;
        let imported = webcrypto::aes_key(&key).await;
        key.fill(0, 0, key.length());
        Some((Self { key: imported?, frames: 0 }, [RESCUE_MAGIC.as_slice(), &public].concat()))
    }

    /// The next frame, its length before it. `None` for one that is too large, or where the browser fails.
    pub async fn seal(&mut self, plain: &Uint8Array) -> Option<[Uint8Array; 2]> {
        let mut nonce = [0; NONCE_BYTES];
        nonce[NONCE_BYTES - 4..].copy_from_slice(&self.frames.to_be_bytes());
        // A nonce that was given out is spent, whatever comes of it.
        self.frames = self.frames.checked_add(1)?;
        let promise = webcrypto::subtle()?.encrypt_with_object_and_js_u8_array(&webcrypto::gcm(nonce, None), &self.key, plain).ok()?;
        let sealed = Uint8Array::new(&JsFuture::from(promise).await.ok()?);
        if usize::try_from(sealed.length()).ok()? > RESCUE_FRAME_BYTES_MAX {
            return None;
        }
        Some([Uint8Array::from(sealed.length().to_be_bytes().as_slice()), sealed])
    }
}
