//! Time-based codes (RFC 6238 over RFC 4226), their secrets at rest, and the codes for whoever lost the phone. Pure but for the drawing of the server's key.
//!
//! Written on the `hmac` and `sha1` that are here already rather than with `totp-rs`: what must be known is which time step a code was of, so that none is
//! accepted twice.

use std::fmt::Write as _;

use casework::{clock::Timestamp, ids::AccountId, wire::v1::QrPicture};
use fast_qr::{ECL, QRBuilder};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;

use crate::{application, clock, sealing::SealingKey, store::Store};

/// Name of the key in the store.
const KEY_NAME: &str = "second_factor";
/// RFC 4226 recommends 160 bits.
pub const SECRET_BYTES: usize = 20;
const STEP_MS: i64 = 30_000;
const DIGITS: usize = 6;
/// Steps before and after now whose code is taken: clocks differ, and people type slowly.
const STEPS_AROUND: i64 = 1;
const RECOVERY_CODES: usize = 10;
/// 80 bits: nobody goes through them, so that a plain hash keeps them.
const RECOVERY_BYTES: usize = 10;
/// Light modules around a code, without which readers do not find it.
const QR_MARGIN: usize = 4;

/// The time step of a moment.
pub const fn step_of(at: Timestamp) -> i64 {
    at.0.div_euclid(STEP_MS)
}

/// The code of a time step.
pub fn code_at(secret: &[u8], step: i64) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = <Hmac<Sha1> as hmac::KeyInit>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 0xf);
    let bytes = [hash[offset] & 0x7f, hash[offset + 1], hash[offset + 2], hash[offset + 3]];
    format!("{:0width$}", u32::from_be_bytes(bytes) % 1_000_000, width = DIGITS)
}

/// The step that a code is of, if it is of now or nearly. Every candidate is compared whole, whatever was found before.
pub fn step_of_code(secret: &[u8], code: &str, at: Timestamp) -> Option<i64> {
    let now = step_of(at);
    (now - STEPS_AROUND..=now + STEPS_AROUND).rfold(None, |found, step| if is_same(&code_at(secret, step), code) { Some(step) } else { found })
}

/// Compares without telling by the time it takes where two texts differ.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// What a person typed, as a code of the app: digits, whatever the blanks between them.
pub fn typed_code(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    (digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// RFC 4648, without padding: how authenticator apps read a secret.
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[usize::try_from((held >> bits) & 31).unwrap_or(0)]));
        }
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[usize::try_from((held << (5 - bits)) & 31).unwrap_or(0)]));
    }
    text
}

/// What an authenticator app reads from the picture.
pub fn address(email: &str, secret: &[u8]) -> String {
    let account: String = email
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() || b"-._@".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("otpauth://totp/Brigade:{account}?secret={}&issuer=Brigade&algorithm=SHA1&digits={DIGITS}&period={}", base32(secret), STEP_MS / 1_000)
}

/// A text as a picture to be read by a phone's camera: the path of its dark modules, one unit each. `None` for a text too long for any.
pub fn qr(text: &str) -> Option<QrPicture> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for row in 0..code.size {
        for column in (0..code.size).filter(|column| code[row][*column].value()) {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", column + QR_MARGIN, row + QR_MARGIN);
        }
    }
    Some(QrPicture { side: u32::try_from(code.size + 2 * QR_MARGIN).ok()?, path })
}

/// Ten codes for whoever lost the phone, to be shown once: `ABCD-EFGH-IJKL-MNOP`.
pub fn new_recovery_codes() -> Vec<String> {
    std::iter::repeat_with(|| {
        let text = base32(&clock::random_bytes::<RECOVERY_BYTES>());
        text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
    })
    .take(RECOVERY_CODES)
    .collect()
}

/// Whether a text has the form of one of these codes.
pub fn is_recovery_code(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.len() == 4 && groups.iter().all(|group| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte)))
}

/// What the store knows such a code by, for its account; as typed, in whatever case and with whatever blanks.
pub fn recovery_hash(account: AccountId, code: &str) -> String {
    let letter = |letter: char| match letter.to_ascii_uppercase() {
        // Base 32 has none of these digits: whoever typed one read a letter from paper.
        '0' => 'O',
        '1' => 'I',
        '8' => 'B',
        letter => letter,
    };
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).map(letter).collect();
    clock::sha256_hex(format!("{account} {code}").as_bytes())
}

/// The server's key, that seals the secrets at rest.
pub struct SecondFactorKey(SealingKey);

impl SecondFactorKey {
    /// The key of this database, drawn at the first start.
    ///
    /// # Errors
    /// When the store fails, or holds what is not a key.
    pub async fn open(store: &Store) -> application::Result<Self> {
        Ok(Self(SealingKey::open(store, KEY_NAME).await?))
    }

    /// Seals a secret for an account: moved to another's row, it does not open. `None` only if the cipher fails.
    pub fn seal(&self, account: AccountId, secret: &[u8]) -> Option<String> {
        self.0.seal(account.0.as_bytes(), secret)
    }

    /// Opens what [`Self::seal`] made.
    pub fn unseal(&self, account: AccountId, sealed: &str) -> Option<Vec<u8>> {
        self.0.unseal(account.0.as_bytes(), sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 6238, of which six digits are shown.
    const RFC_SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(RFC_SECRET, step_of(Timestamp(seconds * 1_000))), code);
        }
    }

    #[test]
    fn a_code_is_taken_one_step_around_now_and_no_further() {
        let at = Timestamp(1_111_111_109_000);
        let now = step_of(at);
        for (step, expected) in [(now - 2, None), (now - 1, Some(now - 1)), (now, Some(now)), (now + 1, Some(now + 1)), (now + 2, None)] {
            assert_eq!(step_of_code(RFC_SECRET, &code_at(RFC_SECRET, step), at), expected);
        }
        for malformed in ["", "08180", "0818044", "08180é", "081804 "] {
            assert_eq!(step_of_code(RFC_SECRET, malformed, at), None);
        }
        assert_eq!(typed_code(" 081 804 "), Some("081804".to_owned()));
        assert_eq!((typed_code("08180"), typed_code("٠٨١٨٠٤"), typed_code("abcdef")), (None, None, None));
    }

    #[test]
    fn base32_is_that_of_the_standard() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn recovery_codes_differ_and_are_read_however_they_are_typed() {
        let codes = new_recovery_codes();
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), RECOVERY_CODES);
        assert!(codes.iter().all(|code| is_recovery_code(code)), "{codes:?}");
        assert!(!is_recovery_code("ABCD-EFGH-IJKL") && !is_recovery_code("abcd-efgh-ijkl-mnop") && !is_recovery_code("<svg-EFGH-IJKL-MNOP"));
        let (one, other) = (AccountId(uuid::Uuid::from_u128(1)), AccountId(uuid::Uuid::from_u128(2)));
        assert_eq!(recovery_hash(one, "ABCD-EFGH-IJKL-MNOP"), recovery_hash(one, " abcd efgh ijklmnop "));
        assert_eq!(recovery_hash(one, "OIBO-IIII-OOOO-BBBB"), recovery_hash(one, "018o-1i1I-0o0O-8b8B"));
        assert_ne!(recovery_hash(one, "ABCD-EFGH-IJKL-MNOP"), recovery_hash(other, "ABCD-EFGH-IJKL-MNOP"));
    }

    #[test]
    fn a_sealed_secret_opens_for_its_account_only() {
        let key = SecondFactorKey(SealingKey::of([7; 32]));
        let (one, other) = (AccountId(uuid::Uuid::from_u128(1)), AccountId(uuid::Uuid::from_u128(2)));
        let sealed = key.seal(one, RFC_SECRET).unwrap_or_default();
        assert!(!sealed.contains(&hex::encode(RFC_SECRET)));
        assert_eq!(key.unseal(one, &sealed).as_deref(), Some(RFC_SECRET));
        assert_eq!(key.unseal(other, &sealed), None, "moved to another row");
        assert_eq!((key.unseal(one, ""), key.unseal(one, "zz"), key.unseal(one, &sealed[2..])), (None, None, None));
    }

    #[test]
    fn the_picture_has_its_three_corners_and_a_margin() {
        let picture = qr(&address("inès@essai.test", RFC_SECRET)).map(|picture| (picture.side, picture.path)).unwrap_or_default();
        assert!(picture.0 > 21 + 8);
        // The first module of a finder pattern, and nothing in the margin.
        assert!(picture.1.starts_with("M4 4h1v1h-1z") && !picture.1.contains("M3 "), "{}", picture.1);
        assert!(address("inès@essai.test", RFC_SECRET).starts_with("otpauth://totp/Brigade:in%C3%A8s@essai.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"));
        assert_eq!(qr(&"é".repeat(5_000)), None);
    }
}
