//! The pure half of the vault: from a PIN to the data key, from the data key to sealed rows and opaque row names. No browser here; chance comes from outside.
//!
//! - The data key is 256 random bits. It never changes; a new PIN wraps it again.
//! - It is wrapped with AES-256-GCM under a key that Argon2id (RFC 9106) derives from the PIN.
//! - Three keys are drawn from it with keyed BLAKE2b: one seals rows, one names them, one seals photos.
//! - A sealed row is `version (1) | nonce (12) | ciphertext | tag (16)`; its store and its key are associated data, so that no row can take another's place.

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{AeadInOut as _, inout::InOutBuf},
};
use argon2::{Algorithm, Argon2, Params, Version};
use blake2::{
    Blake2bMac,
    digest::{Mac as _, consts::U16, consts::U32},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Bytes of every key here.
pub const KEY_BYTES: usize = 32;
/// Bytes of a nonce: fresh for every sealing.
pub const NONCE_BYTES: usize = 12;
/// Bytes of the salt of a PIN.
pub const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
/// First byte of what is sealed.
const FORMAT: u8 = 1;

/// A key that is wiped from memory when it is let go.
pub type Key = Zeroizing<[u8; KEY_BYTES]>;

/// Why something stayed closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptError {
    /// Another key, another place, or altered bytes: authentication cannot tell which.
    #[error("cannot be opened with this key")]
    WrongKey,
    /// Not of a format that this version knows.
    #[error("unknown format")]
    Format,
    /// The cost parameters are out of range, or there is not enough memory for them.
    #[error("key derivation failed")]
    Derivation,
}

/// Cost of turning a PIN into a key, stored beside what it protects so that it can be raised later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// The least that OWASP asks of Argon2id (Password Storage Cheat Sheet): what a cheap phone does in half a second.
    pub const PHONE: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
}

/// The data key under a PIN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedKey {
    pub cost: Cost,
    pub salt: [u8; SALT_BYTES],
    /// As [`seal`] makes it.
    pub sealed: Vec<u8>,
}

fn derive(pin: &str, salt: &[u8], cost: Cost) -> Result<Key, CryptError> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(KEY_BYTES)).map_err(|_| CryptError::Derivation)?;
    let mut key = Key::default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| CryptError::Derivation)?;
    Ok(key)
}

/// Wraps the data key under a PIN, for the vault of that name only.
///
/// # Errors
/// [`CryptError::Derivation`].
pub fn wrap(data: &Key, pin: &str, vault: &str, cost: Cost, salt: [u8; SALT_BYTES], nonce: [u8; NONCE_BYTES]) -> Result<WrappedKey, CryptError> {
    let cipher = cipher(&*derive(pin, &salt, cost)?);
    Ok(WrappedKey { cost, salt, sealed: seal(&cipher, nonce, &place("key", vault), data.as_slice()) })
}

/// Takes the data key out of its wrapping.
///
/// # Errors
/// [`CryptError::WrongKey`] for a wrong PIN.
pub fn unwrap(wrapped: &WrappedKey, pin: &str, vault: &str) -> Result<Key, CryptError> {
    let cipher = cipher(&*derive(pin, &wrapped.salt, wrapped.cost)?);
    let plain = Zeroizing::new(open(&cipher, &place("key", vault), &wrapped.sealed)?);
    let bytes: [u8; KEY_BYTES] = plain.as_slice().try_into().map_err(|_| CryptError::Format)?;
    Ok(Zeroizing::new(bytes))
}

pub(super) fn cipher(key: &[u8; KEY_BYTES]) -> Aes256Gcm {
    Aes256Gcm::new(key.into())
}

/// Associated data of a row: unambiguous, since no store has a NUL in its name.
pub(super) fn place(store: &str, key: &str) -> Vec<u8> {
    format!("brigade\0{store}\0{key}").into_bytes()
}

pub(super) fn seal(cipher: &Aes256Gcm, nonce: [u8; NONCE_BYTES], place: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + plain.len() + TAG_BYTES);
    sealed.push(FORMAT);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    // Fails only beyond 64 GiB, which no row reaches; an empty tag would then never open.
    match cipher.encrypt_inout_detached(&nonce.into(), place, InOutBuf::from(&mut sealed[1 + NONCE_BYTES..])) {
        Ok(tag) => sealed.extend_from_slice(&tag),
        Err(_) => sealed.clear(),
    }
    sealed
}

pub(super) fn open(cipher: &Aes256Gcm, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptError> {
    let (format, rest) = sealed.split_first().ok_or(CryptError::Format)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(CryptError::Format)?;
    let (body, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(CryptError::Format)?;
    if *format != FORMAT {
        return Err(CryptError::Format);
    }
    let mut plain = body.to_vec();
    let opened = cipher.decrypt_inout_detached(&(*nonce).into(), place, InOutBuf::from(plain.as_mut_slice()), &(*tag).into());
    opened.map(|()| plain).map_err(|_| CryptError::WrongKey)
}

/// The keys of an open vault.
pub struct Keys {
    rows: Aes256Gcm,
    names: Key,
    /// For WebCrypto, which seals photos.
    pub photos: Key,
}

impl Keys {
    pub fn new(data: &Key) -> Self {
        let draw = |purpose: &str| -> Key { Zeroizing::new(mac32(data, purpose.as_bytes())) };
        Self { rows: cipher(&draw("rows")), names: draw("names"), photos: draw("photos") }
    }

    /// Seals a row for its place.
    pub fn seal(&self, store: &str, key: &str, nonce: [u8; NONCE_BYTES], plain: &[u8]) -> Vec<u8> {
        seal(&self.rows, nonce, &place(store, key), plain)
    }

    /// Opens a row at its place.
    ///
    /// # Errors
    /// [`CryptError`].
    pub fn open(&self, store: &str, key: &str, sealed: &[u8]) -> Result<Vec<u8>, CryptError> {
        open(&self.rows, &place(store, key), sealed)
    }

    /// What stands for a name on disk: the same each time, and nothing to be read in it. 22 characters.
    pub fn name(&self, store: &str, name: &str) -> String {
        let tag = Blake2bMac::<U16>::new(&padded(&self.names).into()).chain_update(place(store, name)).finalize().into_bytes();
        base64url(&tag)
    }
}

fn mac32(key: &Key, message: &[u8]) -> [u8; KEY_BYTES] {
    Blake2bMac::<U32>::new(&padded(key).into()).chain_update(message).finalize().into_bytes().into()
}

/// BLAKE2b takes keys of up to 64 bytes and fills the rest with zeros.
fn padded(key: &Key) -> [u8; 64] {
    let mut whole = [0; 64];
    whole[..KEY_BYTES].copy_from_slice(key.as_slice());
    whole
}

/// Associated data of a photo, for WebCrypto.
pub fn photo_place(store: &str, key: &str) -> Vec<u8> {
    place(store, key)
}

/// Puts together what WebCrypto sealed, in the format of a row.
pub fn framed(nonce: [u8; NONCE_BYTES], ciphertext_and_tag: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + ciphertext_and_tag.len());
    sealed.push(FORMAT);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(ciphertext_and_tag);
    sealed
}

/// Takes it apart: the nonce, and where the ciphertext begins.
///
/// # Errors
/// [`CryptError::Format`].
pub fn unframed(head: &[u8]) -> Result<([u8; NONCE_BYTES], usize), CryptError> {
    match head.split_first() {
        Some((&FORMAT, rest)) => rest.first_chunk::<NONCE_BYTES>().map(|nonce| (*nonce, 1 + NONCE_BYTES)).ok_or(CryptError::Format),
        _ => Err(CryptError::Format),
    }
}

/// Unpadded, and safe in a key range: none of its characters sorts after `~`.
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = group.iter().chain([0, 0].iter()).take(3).fold(0_usize, |word, byte| word << 8 | usize::from(*byte));
        for position in 0..=group.len() {
            text.push(char::from(ALPHABET[word >> (18 - 6 * position) & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 64, passes: 3, lanes: 4 };

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    fn key(byte: u8) -> Key {
        Zeroizing::new([byte; KEY_BYTES])
    }

    #[test]
    fn aes_256_gcm_gives_the_answer_of_the_specification() {
        // McGrew and Viega, The Galois/Counter Mode of Operation, test case 16 (AES-256, associated data).
        let secret: [u8; 32] = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308").try_into().unwrap();
        let nonce: [u8; 12] = hex("cafebabefacedbaddecaf888").try_into().unwrap();
        let plain = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
        let place = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let sealed = seal(&cipher(&secret), nonce, &place, &plain);
        let expected = hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662");
        assert_eq!(sealed[0], FORMAT);
        assert_eq!(sealed[1..13], nonce);
        assert_eq!(sealed[13..sealed.len() - TAG_BYTES], expected);
        assert_eq!(sealed[sealed.len() - TAG_BYTES..], hex("76fc6ece0f4e1768cddf8853bb2d551b"));
        assert_eq!(open(&cipher(&secret), &place, &sealed).unwrap(), plain);
    }

    #[test]
    fn argon2id_gives_the_answer_of_its_reference_program() {
        // test.c of the reference implementation: version 0x13, m = 256 KiB, t = 2, p = 1.
        let derived = derive("password", b"somesalt", Cost { memory_kib: 256, passes: 2, lanes: 1 }).unwrap();
        assert_eq!(derived.as_slice(), hex("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"));
    }

    #[test]
    fn names_on_disk_depend_on_the_key_the_store_and_the_name() {
        let keys = Keys::new(&key(7));
        assert_eq!(keys.name("answer", "a"), keys.name("answer", "a"));
        assert_ne!(keys.name("answer", "a"), keys.name("answer", "b"));
        assert_ne!(keys.name("answer", "a"), keys.name("photo", "a"));
        assert_ne!(keys.name("answer", "a"), Keys::new(&key(8)).name("answer", "a"));
        assert_eq!(keys.name("answer", "a").len(), 22);
    }

    #[test]
    fn a_pin_opens_its_own_vault_and_no_other() {
        assert!(Params::new(Cost::PHONE.memory_kib, Cost::PHONE.passes, Cost::PHONE.lanes, None).is_ok());
        let wrapped = wrap(&key(1), "480217", "a", CHEAP, [3; SALT_BYTES], [4; NONCE_BYTES]).unwrap();
        assert_eq!(*unwrap(&wrapped, "480217", "a").unwrap(), *key(1));
        assert_eq!(unwrap(&wrapped, "480218", "a"), Err(CryptError::WrongKey));
        assert_eq!(unwrap(&wrapped, "480217", "b"), Err(CryptError::WrongKey));
        let text = serde_json::to_string(&wrapped).unwrap();
        assert_eq!(serde_json::from_str::<WrappedKey>(&text).unwrap(), wrapped);
    }

    #[test]
    fn absurd_costs_are_an_error_and_no_panic() {
        for cost in [Cost { memory_kib: 0, ..CHEAP }, Cost { passes: 0, ..CHEAP }, Cost { lanes: 0, ..CHEAP }] {
            assert_eq!(wrap(&key(1), "480217", "a", cost, [3; SALT_BYTES], [4; NONCE_BYTES]), Err(CryptError::Derivation));
        }
    }

    #[test]
    fn a_row_opens_at_its_place_only_and_not_once_altered() {
        let keys = Keys::new(&key(9));
        let sealed = keys.seal("answer", "x", [5; NONCE_BYTES], "moisissure derrière le lit".as_bytes());
        assert_eq!(keys.open("answer", "x", &sealed).unwrap(), "moisissure derrière le lit".as_bytes());
        assert_eq!(keys.open("answer", "y", &sealed), Err(CryptError::WrongKey));
        assert_eq!(keys.open("visit", "x", &sealed), Err(CryptError::WrongKey));
        assert_eq!(Keys::new(&key(8)).open("answer", "x", &sealed), Err(CryptError::WrongKey));
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(keys.open("answer", "x", &altered).is_err(), "byte {at}");
            assert!(keys.open("answer", "x", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn what_webcrypto_seals_has_the_format_of_a_row() {
        let keys = Keys::new(&key(9));
        let sealed = seal(&cipher(&keys.photos), [6; NONCE_BYTES], &photo_place("photo_blob", "p"), b"\xff\xd8\xff");
        let (nonce, at) = unframed(&sealed).unwrap();
        assert_eq!(framed(nonce, &sealed[at..]), sealed);
        assert_eq!(unframed(b""), Err(CryptError::Format));
        assert_eq!(unframed(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01"), Err(CryptError::Format));
    }

    #[test]
    fn names_are_unpadded_base64url() {
        assert_eq!(base64url(b""), "");
        assert_eq!(base64url(b"f"), "Zg");
        assert_eq!(base64url(b"fo"), "Zm8");
        assert_eq!(base64url(b"foobar"), "Zm9vYmFy");
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }
}
