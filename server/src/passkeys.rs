//! Passkeys of office accounts (WebAuthn), with `webauthn-rs`. What a browser is asked travels to it and back sealed: nothing is stored for whoever only
//! opens the sign-in page, and what was shown once is used up by the use case.

use casework::{clock::Timestamp, ids::AccountId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use webauthn_rs::prelude::{
    CreationChallengeResponse, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, RequestChallengeResponse, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::{
    clock::{new_secret, sha256_hex},
    sealing::SealingKey,
};

/// Time to show oneself to the authenticator, the page's reading included.
pub const CHALLENGE_MS: i64 = 15 * Timestamp::MINUTE_MS;

/// Why a passkey opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The program has no name: passkeys do not exist at an address of numbers.
    #[error("no name")]
    Nameless,
    /// What came back was not asked by us, for this, or lately.
    #[error("nothing such was asked")]
    NotAsked,
    /// It is not what was asked for.
    #[error("refused")]
    Refused(#[source] WebauthnError),
    /// Its counter went back: there are two of it.
    #[error("the counter went back")]
    Cloned,
    #[error("not a credential")]
    Malformed(#[from] serde_json::Error),
}

/// What a page asks the browser, and what its form brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// JSON of `navigator.credentials`' options, its bytes in base64url.
    pub options: String,
    pub sealed: String,
}

/// What came back, opened: to be used up under this hash.
#[derive(Clone, Debug)]
pub struct Shown<T> {
    pub state: T,
    pub hash: String,
    pub expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    id: String,
    state: T,
    expires_at: Timestamp,
}

/// The server as authenticators know it.
pub struct Passkeys(Option<Webauthn>);

impl Passkeys {
    /// At the address that people type. On one machine without a name, `localhost`.
    pub fn at(origin: &str) -> Self {
        let webauthn = Url::parse(origin).ok().and_then(|mut origin| {
            if origin.host_str() == Some("127.0.0.1") {
                origin.set_host(Some("localhost")).ok()?;
            }
            let name = origin.domain()?.to_owned();
            WebauthnBuilder::new(&name, &origin).ok()?.rp_name("Brigade").build().ok()
        });
        Self(webauthn)
    }

    /// Whether there can be any.
    pub fn are_possible(&self) -> bool {
        self.0.is_some()
    }

    fn webauthn(&self) -> Result<&Webauthn, PasskeyError> {
        self.0.as_ref().ok_or(PasskeyError::Nameless)
    }

    /// Asks for a new passkey of an account: one that a person unlocks, and that is found without typing an e-mail where the authenticator has room for it.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn ask_new(&self, id: AccountId, email: &str, name: &str, known: &[Passkey]) -> Result<(CreationChallengeResponse, PasskeyRegistration), PasskeyError> {
        let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let (asked, state) = self.webauthn()?.start_passkey_registration(id.0, email, name, Some(known)).map_err(PasskeyError::Refused)?;
        Ok((asked, state))
    }

    /// # Errors
    /// [`PasskeyError`].
    pub fn finish_new(&self, credential: &str, state: &PasskeyRegistration) -> Result<Passkey, PasskeyError> {
        let credential: RegisterPublicKeyCredential = serde_json::from_str(credential)?;
        self.webauthn()?.finish_passkey_registration(&credential, state).map_err(PasskeyError::Refused)
    }

    /// Asks for any passkey of anybody: who enters is found by it.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn ask_any(&self) -> Result<(RequestChallengeResponse, DiscoverableAuthentication), PasskeyError> {
        self.webauthn()?.start_discoverable_authentication().map_err(PasskeyError::Refused)
    }

    /// Checks what answered [`Self::ask_any`], by the passkey that it names. Says it with its new counter.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn finish_any(&self, credential: &PublicKeyCredential, state: DiscoverableAuthentication, mut passkey: Passkey) -> Result<Passkey, PasskeyError> {
        let result = self.webauthn()?.finish_discoverable_authentication_v2(credential, state, DiscoverableKey::from(&passkey)).map_err(refused)?;
        passkey.update_credential(&result);
        Ok(passkey)
    }

    /// Asks for one of these passkeys.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn ask_of(&self, known: &[Passkey]) -> Result<(RequestChallengeResponse, PasskeyAuthentication), PasskeyError> {
        self.webauthn()?.start_passkey_authentication(known).map_err(PasskeyError::Refused)
    }

    /// Checks what answered [`Self::ask_of`]. The counter compared is the one that is stored now, not when it was asked.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn finish_of(&self, credential: &PublicKeyCredential, state: &PasskeyAuthentication, mut passkey: Passkey) -> Result<Passkey, PasskeyError> {
        let result = self.webauthn()?.finish_passkey_authentication(credential, state).map_err(refused)?;
        let is_changed = passkey.update_credential(&result).ok_or(PasskeyError::NotAsked)?;
        // Used elsewhere since it was asked, and further on.
        if result.counter() > 0 && !is_changed { Err(PasskeyError::Cloned) } else { Ok(passkey) }
    }
}

fn refused(error: WebauthnError) -> PasskeyError {
    match error {
        WebauthnError::CredentialPossibleCompromise => PasskeyError::Cloned,
        error => PasskeyError::Refused(error),
    }
}

/// What a browser answered to a question.
///
/// # Errors
/// [`PasskeyError::Malformed`].
pub fn answered(credential: &str) -> Result<PublicKeyCredential, PasskeyError> {
    Ok(serde_json::from_str(credential)?)
}

/// What the store knows a credential by.
pub fn credential_hash(id: &[u8]) -> String {
    sha256_hex(id)
}

/// Seals what was asked for a purpose. `None` only if the cipher fails.
pub fn seal<T: Serialize>(key: &SealingKey, purpose: &str, state: T, at: Timestamp) -> Option<String> {
    let sealed = Sealed { id: new_secret(), state, expires_at: at.plus_ms(CHALLENGE_MS) };
    key.seal(purpose.as_bytes(), &serde_json::to_vec(&sealed).ok()?)
}

/// Opens what was asked for this purpose, while it can be answered.
///
/// # Errors
/// [`PasskeyError::NotAsked`].
pub fn unseal<T: DeserializeOwned>(key: &SealingKey, purpose: &str, sealed: &str, at: Timestamp) -> Result<Shown<T>, PasskeyError> {
    let bytes = key.unseal(purpose.as_bytes(), sealed).ok_or(PasskeyError::NotAsked)?;
    let Sealed { id, state, expires_at } = serde_json::from_slice(&bytes)?;
    if expires_at <= at { Err(PasskeyError::NotAsked) } else { Ok(Shown { state, hash: sha256_hex(id.as_bytes()), expires_at }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name() {
        for (origin, expected) in [
            ("https://brigade.example", true),
            ("https://brigade.example:8443", true),
            ("http://127.0.0.1:3000", true),
            ("http://localhost:3000", true),
            ("http://192.168.1.4:3000", false),
            ("https://[2001:db8::1]", false),
            ("pas une adresse", false),
        ] {
            assert_eq!(Passkeys::at(origin).are_possible(), expected, "{origin}");
        }
    }

    #[test]
    fn what_was_asked_opens_for_its_purpose_and_in_its_time() {
        let (key, at) = (SealingKey::of([3; 32]), Timestamp(1_000_000));
        let sealed = seal(&key, "enter", 7_u32, at).unwrap_or_default();
        assert!(unseal::<u32>(&key, "enter", &sealed, at).is_ok_and(|shown| shown.state == 7 && shown.expires_at == at.plus_ms(CHALLENGE_MS)));
        assert!(unseal::<u32>(&key, "step", &sealed, at).is_err());
        assert!(unseal::<u32>(&key, "enter", &sealed, at.plus_ms(CHALLENGE_MS)).is_err());
        assert!(unseal::<u32>(&SealingKey::of([4; 32]), "enter", &sealed, at).is_err());
    }
}
