//! A rescue file as a phone makes it, laid out by hand from what `casework::wire::v1` says of it.

use aes_gcm::{Aes256Gcm, KeyInit as _, aead::Aead as _};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey, ecdh, elliptic_curve::sec1::ToSec1Point as _};
use serde_json::Value;
use server::clock::random_bytes;
use sha2::Sha256;

const MAGIC: &[u8] = b"brigade-rescue-1";

/// Seals a manifest and photos for the server of this public key, in hexadecimal.
pub fn rescue_file(server_hex: &str, manifest: &Value, photos: &[&[u8]]) -> Vec<u8> {
    let server = hex::decode(server_hex).expect("hexadecimal");
    let own = SecretKey::from_slice(&random_bytes::<32>()).expect("a key, but once in four billion");
    let public = own.public_key().to_sec1_point(false);
    let theirs = PublicKey::from_sec1_bytes(&server).expect("a key of P-256");
    let secret = ecdh::diffie_hellman(own.to_nonzero_scalar(), theirs.as_affine());
    let mut key = [0; 32];
    let salt = [public.as_bytes(), &server].concat();
    Hkdf::<Sha256>::new(Some(&salt), secret.raw_secret_bytes()).expand(MAGIC, &mut key).expect("32 bytes");
    let cipher = Aes256Gcm::new(&key.into());
    let mut file = [MAGIC, public.as_bytes()].concat();
    let manifest = manifest.to_string();
    for (number, plain) in std::iter::once(manifest.as_bytes()).chain(photos.iter().copied()).enumerate() {
        let mut nonce = [0; 12];
        nonce[8..].copy_from_slice(&u32::try_from(number).expect("few frames").to_be_bytes());
        let sealed = cipher.encrypt(&nonce.into(), plain).expect("sealed");
        file.extend(u32::try_from(sealed.len()).expect("a small frame").to_be_bytes());
        file.extend(sealed);
    }
    file
}
