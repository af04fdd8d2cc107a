//! The only place that reads the clock or makes ids and secrets.

use app::ui::time::QuebecTime;
use casework::clock::Timestamp;
use rand::Rng;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Now, in UTC milliseconds.
#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
pub fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// A fresh UUIDv7.
#[expect(clippy::disallowed_methods, reason = "this is the id module")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// An id that follows from another one: the same for the same two, so that what one click makes of itself is made once.
pub fn derived_id(from: Uuid, name: &str) -> Uuid {
    let digest = Sha256::new().chain_update(from.as_bytes()).chain_update(name.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// 32 random bytes in hexadecimal: session tokens, one-time links, form secrets.
pub fn new_secret() -> String {
    hex::encode(random_bytes::<32>())
}

/// Bytes that nobody can guess.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Civil date `YYYY-MM-DD` of an instant in Québec time (the brigade's working day).
pub fn local_date(at: Timestamp) -> String {
    let time = QuebecTime::of(at);
    format!("{:04}-{:02}-{:02}", time.year, time.month, time.day)
}
