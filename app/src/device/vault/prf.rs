//! A passkey's half of the vault that needs no browser: the data key wrapped a second time, under what an authenticator makes of a salt.
//!
//! - The authenticator answers 32 bytes for a salt (Web Authentication level 3, extension `prf`): the same each time, after it verified the person, and from a
//!   secret that never leaves it.
//! - HKDF-SHA-256 (RFC 5869; no salt, [`info`] as info) makes of them a key for one vault only, which wraps the data key with AES-256-GCM.
//! - Nothing is verified by the server: bytes that open nothing are refused by the wrapping itself.
//! - Where the maker of the phone copies passkeys to a person's other devices, these open nothing there: the wrapped key lies on this phone only.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::crypt::{self, CryptError, KEY_BYTES, Key, NONCE_BYTES};

/// The data key under a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// What the authenticator calls the credential. Opens nothing by itself.
    pub credential: Vec<u8>,
    /// What it is asked to answer for, 32 bytes drawn at random. Opens nothing by itself.
    pub salt: Vec<u8>,
    /// As [`wrap`] makes it.
    pub sealed: Vec<u8>,
}

/// Info of the derivation: binds the key to one vault.
pub fn info(vault: &str) -> Vec<u8> {
    crypt::place("passkey", vault)
}

/// Wraps the data key under a derived key, for the vault of that name only.
pub fn wrap(data: &Key, derived: &Key, vault: &str, nonce: [u8; NONCE_BYTES]) -> Vec<u8> {
    crypt::seal(&crypt::cipher(derived), nonce, &info(vault), data.as_slice())
}

/// Takes the data key out of its wrapping.
///
/// # Errors
/// [`CryptError::WrongKey`] for another authenticator, another salt or another vault.
pub fn unwrap(sealed: &[u8], derived: &Key, vault: &str) -> Result<Key, CryptError> {
    let plain = Zeroizing::new(crypt::open(&crypt::cipher(derived), &info(vault), sealed)?);
    let bytes: [u8; KEY_BYTES] = plain.as_slice().try_into().map_err(|_| CryptError::Format)?;
    Ok(Zeroizing::new(bytes))
}

/// Whether a page at this host (as `location.hostname` says it) may have passkeys: they belong to a name, which an address of numbers is not.
pub fn is_named(host: &str) -> bool {
    let ends_in_a_number = host.rsplit('.').next().is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    !ends_in_a_number && !host.starts_with('[')
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: &str = "00112233aabbccdd";
    /// HKDF-SHA-256 of 32 bytes 0x21, with the info of that vault; and what it makes of a data key of 32 bytes 0x01 and a nonce of 12 bytes 0x04. Computed
    /// with OpenSSL, through Node’s `crypto`.
    const DERIVED: &str = "21430c419438fa6dbc0720ec9fafd5ae64f5bdbaf6780fa4432eaea85528ec03";
    const SEALED: &str = "010404040404040404040404045ad53389d6eac33ca5c48ee1ffa6f6b573737ec62c128ea57a884e8037c48706ffb7fed85c64773d92f2105613eb2e90";

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).filter_map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
    }

    fn derived() -> Key {
        let mut key = Key::default();
        key.copy_from_slice(&hex(DERIVED));
        key
    }

    fn data() -> Key {
        Zeroizing::new([1; KEY_BYTES])
    }

    #[test]
    fn a_data_key_is_wrapped_as_another_program_wraps_it() {
        assert_eq!(info(VAULT), b"brigade\x00passkey\x0000112233aabbccdd");
        assert_eq!(wrap(&data(), &derived(), VAULT, [4; NONCE_BYTES]), hex(SEALED));
        assert_eq!(unwrap(&hex(SEALED), &derived(), VAULT), Ok(data()));
    }

    #[test]
    fn another_answer_another_vault_and_altered_bytes_open_nothing() {
        let sealed = hex(SEALED);
        let mut altered = derived();
        altered[31] ^= 1;
        assert_eq!(unwrap(&sealed, &altered, VAULT), Err(CryptError::WrongKey));
        assert_eq!(unwrap(&sealed, &Key::default(), VAULT), Err(CryptError::WrongKey));
        assert_eq!(unwrap(&sealed, &derived(), "00112233aabbccde"), Err(CryptError::WrongKey));
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(unwrap(&altered, &derived(), VAULT).is_err(), "byte {at}");
            assert!(unwrap(&sealed[..at], &derived(), VAULT).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_wrapping_under_a_pin_is_not_one_under_a_passkey() {
        let of_a_pin = crypt::seal(&crypt::cipher(&derived()), [4; NONCE_BYTES], &crypt::place("key", VAULT), data().as_slice());
        assert_eq!(unwrap(&of_a_pin, &derived(), VAULT), Err(CryptError::WrongKey));
    }

    #[test]
    fn what_is_wrapped_is_a_data_key_and_nothing_shorter() {
        let short = crypt::seal(&crypt::cipher(&derived()), [4; NONCE_BYTES], &info(VAULT), &[1; 16]);
        assert_eq!(unwrap(&short, &derived(), VAULT), Err(CryptError::Format));
    }

    #[test]
    fn passkeys_belong_to_names_and_not_to_addresses_of_numbers() {
        for host in ["localhost", "brigade.example.org", "terrain.ville.example", "1.example", "x7"] {
            assert!(is_named(host), "{host}");
        }
        for host in ["127.0.0.1", "192.168.1.20", "[::1]", "[fe80::1]", ""] {
            assert!(!is_named(host), "{host}");
        }
    }
}
