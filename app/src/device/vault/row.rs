//! One vault of this phone, as far as it can be known without a PIN: a row of the `meta` store, in clear. Pure.

use casework::{clock::Timestamp, ids::AccountId};
use serde::{Deserialize, Serialize};

use super::{crypt::WrappedKey, pin::Attempts, prf::Passkey};

/// What waits for the server in a vault: numbers only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holdings {
    pub events: usize,
    pub photos: usize,
    /// Phone time of the oldest.
    pub oldest: Option<Timestamp>,
}

/// One vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultRow {
    /// 16 random hexadecimal characters.
    pub namespace: String,
    pub account_id: AccountId,
    /// 1 for the first person of this phone: what the lock screen calls them, since names are sealed.
    pub ordinal: u32,
    pub wrapped: WrappedKey,
    /// A second wrapping of the same data key, when the person added one. Rows of before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<Passkey>,
    #[serde(default)]
    pub attempts: Attempts,
    /// The person said that the PIN is forgotten, and was signed out: their next sign-in with the password chooses a new one.
    #[serde(default)]
    pub forgotten: bool,
    /// Replaced by a vault with a new PIN. Its rows stay, sealed; only its own PIN opens them.
    #[serde(default)]
    pub set_aside: bool,
    /// As last told to the server.
    #[serde(default)]
    pub holdings: Holdings,
}

impl VaultRow {
    /// The passkey, where it may open the vault. It stands beside a PIN that is in use, and never outlives it:
    ///
    /// - while a wrong PIN makes wait, it opens, and leaves the count and the wait as they are;
    /// - after the tenth wrong PIN, it does not: as for the PIN, only the password goes on;
    /// - once the PIN was said to be forgotten, it does not; the PIN, come back to mind, brings it back;
    /// - in a vault set aside there is none left ([`Self::aside`]); a phone given up has no row at all.
    pub fn usable_passkey(&self) -> Option<&Passkey> {
        self.passkey.as_ref().filter(|_| !self.attempts.is_exhausted() && !self.forgotten && !self.set_aside)
    }

    /// The vault once a new one takes its place. The password was given: the old PIN may be tried anew, and nothing but it.
    #[must_use]
    pub fn aside(self) -> Self {
        Self { set_aside: true, forgotten: false, attempts: Attempts::default(), passkey: None, ..self }
    }

    /// After the right PIN.
    pub fn opened_by_pin(&mut self) {
        self.attempts = Attempts::default();
        self.forgotten = false;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;

    /// As the version before passkeys wrote it.
    const OLDER: &str = r#"{"namespace":"00112233aabbccdd","account_id":"01936f00-0000-7000-8000-000000000001","ordinal":2,
        "wrapped":{"cost":{"memory_kib":19456,"passes":2,"lanes":1},"salt":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],"sealed":[1,2,3]},
        "attempts":{"failures":3,"wait_left_ms":4000},"forgotten":false,"set_aside":false,"holdings":{"events":4,"photos":1,"oldest":null}}"#;

    fn row() -> VaultRow {
        VaultRow { passkey: Some(Passkey { credential: vec![7; 16], salt: vec![8; 32], sealed: vec![1, 9, 9] }), ..serde_json::from_str(OLDER).unwrap() }
    }

    #[test]
    fn a_row_of_before_passkeys_has_none_and_is_written_as_it_was() {
        let older: VaultRow = serde_json::from_str(OLDER).unwrap();
        assert_eq!((older.passkey.as_ref(), older.usable_passkey(), older.attempts.failures), (None, None, 3));
        let written: serde_json::Value = serde_json::to_value(&older).unwrap();
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(OLDER).unwrap());
    }

    #[test]
    fn a_row_with_a_passkey_reads_as_it_was_written() {
        let text = serde_json::to_string(&row()).unwrap();
        assert_eq!(serde_json::from_str::<VaultRow>(&text).unwrap(), row());
    }

    #[test]
    fn a_passkey_opens_beside_a_pin_in_use_and_never_outlives_it() {
        let attempts = |failures, wait_left_ms| Attempts { failures, wait_left_ms };
        let cases = [
            ("no wrong PIN", VaultRow { attempts: attempts(0, 0), ..row() }, true),
            ("waiting after a wrong one", VaultRow { attempts: attempts(9, 256_000), ..row() }, true),
            ("the tenth was wrong", VaultRow { attempts: attempts(10, 0), ..row() }, false),
            ("said to be forgotten", VaultRow { forgotten: true, ..row() }, false),
            ("set aside", row().aside(), false),
            ("set aside, by a version that kept it", VaultRow { set_aside: true, ..row() }, false),
            ("never added", VaultRow { passkey: None, ..row() }, false),
        ];
        for (name, row, opens) in cases {
            assert_eq!(row.usable_passkey().is_some(), opens, "{name}");
        }
    }

    #[test]
    fn a_pin_come_back_to_mind_brings_its_passkey_back_and_a_new_pin_does_not() {
        let mut found = VaultRow { forgotten: true, attempts: Attempts { failures: 4, wait_left_ms: 0 }, ..row() };
        found.opened_by_pin();
        assert_eq!((found.usable_passkey(), found.attempts), (row().passkey.as_ref(), Attempts::default()));
        let mut replaced = row().aside();
        replaced.opened_by_pin();
        assert_eq!((replaced.passkey.clone(), replaced.usable_passkey()), (None, None));
    }
}
