//! Signing in at home: what OpenID Connect asks of us, with `openidconnect`. Pure but for asking the provider; who is let in is a use case's.

mod outside;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use openidconnect::url::Url;
use openidconnect::{
    AuthType, AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreUserInfoClaims},
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::clock::new_secret;

pub use outside::{Outside, OutsideError};

/// How long what a provider says of itself is believed without asking again.
const KNOWN: Duration = Duration::from_mins(5);
const KNOWN_MAX: usize = 64;
const SECRET_BYTES_MAX: u64 = 4 * 1024;
pub const SECRET_NAME_CHARS_MAX: usize = 40;

/// Where a provider's secret is found: never in the database.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    pub folder: Option<PathBuf>,
}

impl Secrets {
    /// The secret of this name: a file of the folder, or `BRIGADE_PROVIDER_SECRET_<NAME>`. The administrator names it, and can reach no other file or variable.
    pub async fn find(&self, name: &str) -> Option<String> {
        if !is_secret_name(name) {
            return None;
        }
        let kept = match &self.folder {
            Some(folder) => read_secret(&folder.join(name)).await,
            None => None,
        };
        kept.or_else(|| std::env::var(format!("BRIGADE_PROVIDER_SECRET_{}", name.to_uppercase())).ok())
            .map(|secret| secret.trim_end_matches(['\r', '\n']).to_owned())
            .filter(|secret| !secret.is_empty())
    }
}

async fn read_secret(path: &Path) -> Option<String> {
    let is_fit = tokio::fs::metadata(path).await.is_ok_and(|file| file.is_file() && file.len() <= SECRET_BYTES_MAX);
    if is_fit { tokio::fs::read_to_string(path).await.ok() } else { None }
}

/// Whether a text can name a secret: small letters, digits and `_`.
pub fn is_secret_name(name: &str) -> bool {
    (1..=SECRET_NAME_CHARS_MAX).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A provider as an organisation has it.
#[derive(Clone, Debug)]
pub struct Provider {
    pub issuer: String,
    pub client_id: String,
    pub secret: String,
    /// Asked for in `acr_values`, and proof of a second factor in `acr`.
    pub factor_acr: Option<String>,
}

/// Why a provider lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It gave no answer, or not as a provider does.
    #[error("the provider does not answer: {0}")]
    Unreachable(String),
    /// What it said does not prove who this is.
    #[error("the provider's answer proves nothing: {0}")]
    Unproven(String),
}

/// A sign-in under way: what the browser carries, sealed, to the provider and back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    pub state: String,
    pub issuer: String,
    nonce: String,
    verifier: String,
}

/// Whom a provider says that this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub subject: String,
    /// Lower case, and only when the provider says that it verified it.
    pub verified_email: Option<String>,
    /// It said that the person showed a second factor.
    pub showed_factor: bool,
}

/// Every provider, and what was last heard of each.
pub struct Providers {
    pub outside: Outside,
    pub secrets: Secrets,
    redirect: String,
    known: Mutex<HashMap<String, (Instant, CoreProviderMetadata)>>,
}

impl Providers {
    /// `redirect` is the address that providers send people back to.
    pub fn new(outside: Outside, secrets: Secrets, redirect: String) -> Self {
        Self { outside, secrets, redirect, known: Mutex::default() }
    }

    /// Whether this can be an issuer: an address that may be asked, without a query or a fragment.
    pub fn is_issuer(&self, issuer: &str) -> bool {
        Url::parse(issuer).is_ok_and(|url| url.query().is_none() && url.fragment().is_none() && self.outside.may_ask(&url))
    }

    /// What a provider says of itself and the keys it signs with.
    ///
    /// # Errors
    /// [`ProviderError::Unreachable`].
    pub async fn metadata(&self, issuer: &str, is_fresh: bool) -> Result<CoreProviderMetadata, ProviderError> {
        if !is_fresh && let Some(known) = self.recall(issuer) {
            return Ok(known);
        }
        let url = IssuerUrl::new(issuer.to_owned()).map_err(|error| ProviderError::Unreachable(error.to_string()))?;
        let found = CoreProviderMetadata::discover_async(url, &self.outside).await.map_err(|error| ProviderError::Unreachable(whole(&error)))?;
        // The browser goes there too: not to a page of the inside, and not in clear.
        if !self.outside.may_ask(found.authorization_endpoint().url()) {
            return Err(ProviderError::Unreachable("its page of sign-in is not one to send people to".to_owned()));
        }
        if let Ok(mut known) = self.known.lock() {
            if known.len() >= KNOWN_MAX {
                known.clear();
            }
            known.insert(issuer.to_owned(), (Instant::now(), found.clone()));
        }
        Ok(found)
    }

    fn recall(&self, issuer: &str) -> Option<CoreProviderMetadata> {
        let known = self.known.lock().ok()?;
        known.get(issuer).filter(|(at, _)| at.elapsed() < KNOWN).map(|(_, metadata)| metadata.clone())
    }

    /// Where a browser is sent to sign in, and what it must bring back.
    ///
    /// # Errors
    /// [`ProviderError::Unreachable`].
    pub async fn begin(&self, provider: &Provider) -> Result<(Url, Pending), ProviderError> {
        let metadata = self.metadata(&provider.issuer, false).await?;
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), None).set_redirect_uri(self.redirect()?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (state, nonce) = (new_secret(), new_secret());
        let (asked_state, asked_nonce) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        let mut asked = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || asked_state, move || asked_nonce)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge);
        if let Some(acr) = &provider.factor_acr {
            asked = asked.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        let (url, _, _) = asked.url();
        Ok((url, Pending { state, issuer: provider.issuer.clone(), nonce, verifier: verifier.into_secret() }))
    }

    /// Who came back with this code.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn finish(&self, provider: &Provider, pending: Pending, code: String) -> Result<Identity, ProviderError> {
        let metadata = self.metadata(&provider.issuer, false).await?;
        let methods = metadata.token_endpoint_auth_methods_supported();
        let takes_basic = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), Some(ClientSecret::new(provider.secret.clone())))
            .set_redirect_uri(self.redirect()?)
            .set_auth_type(if takes_basic { AuthType::BasicAuth } else { AuthType::RequestBody });
        let asked = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| ProviderError::Unreachable(whole(&error)))?;
        let tokens = asked.set_pkce_verifier(PkceCodeVerifier::new(pending.verifier)).request_async(&self.outside).await.map_err(|error| {
            use openidconnect::RequestTokenError::{Other, Parse, Request, ServerResponse};
            match &error {
                // It knows nothing of this code: forged, used, or too old.
                ServerResponse(said) => ProviderError::Unproven(said.error().to_string()),
                Request(_) | Parse(..) | Other(_) => ProviderError::Unreachable(whole(&error)),
            }
        })?;
        let id_token = tokens.id_token().ok_or_else(|| ProviderError::Unproven("no ID token".to_owned()))?;
        let nonce = Nonce::new(pending.nonce);
        let claims = match id_token.claims(&client.id_token_verifier().set_allowed_algs(ALGORITHMS), &nonce) {
            Ok(claims) => claims.clone(),
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                // It may have changed its keys since they were read.
                let metadata = self.metadata(&provider.issuer, true).await?;
                let client = CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), None);
                id_token.claims(&client.id_token_verifier().set_allowed_algs(ALGORITHMS), &nonce).map_err(|error| unproven(&error))?.clone()
            }
            Err(error) => return Err(unproven(&error)),
        };
        let showed_factor = claims.auth_method_refs().is_some_and(|methods| methods.iter().any(|method| method.as_str() == "mfa"))
            || claims.auth_context_ref().is_some_and(|acr| provider.factor_acr.as_deref() == Some(acr.as_str()));
        let email = match claims.email() {
            Some(email) => claims.email_verified().unwrap_or(false).then(|| email.to_lowercase()),
            // Many providers say it only when asked with the access token; of the same subject, or it is refused.
            None => match client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())) {
                Ok(asked) => {
                    let said: CoreUserInfoClaims = asked.request_async(&self.outside).await.map_err(|error| {
                        use openidconnect::UserInfoError::{ClaimsVerification, Request};
                        match &error {
                            ClaimsVerification(error) => unproven(error),
                            Request(error) => ProviderError::Unproven(whole(error)),
                            _ => ProviderError::Unproven("the answer about the person is none".to_owned()),
                        }
                    })?;
                    said.email().filter(|_| said.email_verified().unwrap_or(false)).map(|email| email.to_lowercase())
                }
                Err(_) => None,
            },
        };
        Ok(Identity { subject: claims.subject().to_string(), verified_email: email, showed_factor })
    }

    fn redirect(&self) -> Result<RedirectUrl, ProviderError> {
        RedirectUrl::new(self.redirect.clone()).map_err(|error| ProviderError::Unreachable(error.to_string()))
    }
}

/// Signatures that only the provider can have made. Not those of a shared secret, and not `none`.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 6] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What a claim lacks, for the log. What the provider calls somebody is an identifier of theirs: an error that quotes it is told by its kind alone.
fn unproven(error: &ClaimsVerificationError) -> ProviderError {
    use ClaimsVerificationError::{
        Expired, InvalidAudience, InvalidAuthContext, InvalidAuthTime, InvalidIssuer, InvalidNonce, InvalidSubject, SignatureVerification,
    };
    let kind = match error {
        Expired(_) => "expired",
        InvalidAudience(_) => "for somebody else",
        InvalidAuthContext(_) => "not the strength that was asked",
        InvalidAuthTime(_) => "too old a sign-in",
        InvalidIssuer(_) => "of another issuer",
        InvalidNonce(_) => "not what was asked for",
        InvalidSubject(_) => "of somebody else",
        SignatureVerification(_) => "not signed by it",
        _ => "not a claim as it should be",
    };
    ProviderError::Unproven(kind.to_owned())
}

/// An error of the line with what caused it, for the log: none of these holds a token, a secret or what a provider says of somebody.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_is_read_by_its_name_alone() {
        let folder = std::env::temp_dir().join(format!("brigade-secrets-{}", new_secret()));
        std::fs::create_dir_all(folder.join("dossier")).unwrap_or_else(|error| panic!("{error}"));
        std::fs::write(folder.join("ville"), "chut\n").unwrap_or_else(|error| panic!("{error}"));
        std::fs::write(folder.join("vide"), "\n").unwrap_or_else(|error| panic!("{error}"));
        let secrets = Secrets { folder: Some(folder.clone()) };
        assert_eq!(secrets.find("ville").await.as_deref(), Some("chut"));
        for name in ["", "../ville", "/etc/passwd", "Ville", "ville\0", "ville ", "vide", "absent", "dossier"] {
            assert_eq!(secrets.find(name).await, None, "{name:?}");
        }
        std::fs::remove_dir_all(&folder).unwrap_or_else(|error| panic!("{error}"));
    }
}
