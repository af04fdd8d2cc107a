//! Signing in at home: through the OpenID Connect provider of one's organisation. Nobody gets an account by it: whoever comes was invited here, under an
//! e-mail that the provider verified, and is known by the provider's subject from then on.

use casework::{
    clock::Timestamp,
    ids::OrganisationId,
    permission,
    wire::v1::{AccountNoticeKind, ErrorCode},
};
use serde::{Deserialize, Serialize};

use super::{
    Actor, Brigade, Result, UseCaseError, refuse, require, second_step,
    sign_in::{self, Arrival, SignedIn},
    typed,
};
use crate::{
    clock::{now, sha256_hex},
    provider::{Identity, Pending, Provider, ProviderError, is_secret_name},
    store::{self, AccountRow, ProviderRow, StoreError},
};

/// Time to sign in at home.
pub const PENDING_MS: i64 = 10 * Timestamp::MINUTE_MS;
const PURPOSE: &[u8] = b"provider sign-in";
const FIELD_CHARS_MAX: usize = 500;

/// What the browser carries, sealed: it is bound to the sign-in by it, and reads nothing of it.
#[derive(Debug, Serialize, Deserialize)]
struct Carried {
    organisation_id: OrganisationId,
    pending: Pending,
    next: String,
    expires_at: Timestamp,
}

/// Where a browser goes, and what it carries.
#[derive(Debug)]
pub struct Begun {
    pub address: String,
    pub carried: String,
}

/// Begins a sign-in at an organisation's provider.
///
/// # Errors
/// `not_found` when it has none; `provider_unreachable`.
pub async fn begin(brigade: &Brigade, id: OrganisationId, next: &str) -> Result<Begun> {
    let Some(row) = store::provider::of(brigade.store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let provider = with_secret(brigade, &row).await?;
    let (address, pending) = brigade.providers.begin(&provider).await.map_err(told)?;
    let carried = Carried { organisation_id: id, pending, next: next.to_owned(), expires_at: now().plus_ms(PENDING_MS) };
    let carried = serde_json::to_vec(&carried).ok().and_then(|bytes| brigade.sealing_key.seal(PURPOSE, &bytes));
    Ok(Begun { address: address.into(), carried: carried.ok_or(UseCaseError::refused(ErrorCode::Internal))? })
}

/// Organisations whose people sign in at home, by name. Anybody may know of them: this is on the sign-in page.
///
/// # Errors
/// When the store fails.
pub async fn offered(brigade: &Brigade) -> Result<Vec<(OrganisationId, String)>> {
    Ok(store::provider::offered(brigade.store.reader()).await?)
}

/// What a provider's page sends back.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Returned {
    pub code: Option<String>,
    pub state: Option<String>,
    pub error: Option<String>,
    /// Who answers (RFC 9207), where the provider says it.
    pub iss: Option<String>,
}

/// A sign-in that came back, and where the person was going.
#[derive(Debug)]
pub struct Entered {
    pub signed_in: SignedIn,
    pub next: String,
}

/// Ends a sign-in at a provider: opens a session, or the second step where one is still asked for.
///
/// # Errors
/// `provider_sign_in_expired` for what this browser did not begin, began too long ago or used; `provider_refused`, `provider_unreachable`,
/// `provider_answer_invalid`; `provider_email_unverified`; `provider_account_unknown`, the same for an e-mail without an account, of another organisation,
/// of a closed account and of one that is somebody else's at this provider.
pub async fn finish(brigade: &Brigade, carried: &str, returned: Returned, arrival: Arrival<'_>) -> Result<Entered> {
    let at = now();
    let expired = || UseCaseError::refused(ErrorCode::ProviderSignInExpired);
    let carried = brigade.sealing_key.unseal(PURPOSE, carried).and_then(|bytes| serde_json::from_slice::<Carried>(&bytes).ok()).ok_or_else(expired)?;
    if carried.expires_at <= at || returned.state.as_deref() != Some(carried.pending.state.as_str()) {
        return Err(expired());
    }
    let Some(row) = store::provider::of(brigade.store.reader(), carried.organisation_id).await? else { return Err(expired()) };
    // Set anew meanwhile: what was begun elsewhere does not end here.
    if row.issuer != carried.pending.issuer {
        return Err(expired());
    }
    if returned.iss.is_some_and(|issuer| issuer != row.issuer) {
        return refuse(ErrorCode::ProviderAnswerInvalid);
    }
    let (None, Some(code)) = (returned.error, returned.code) else { return refuse(ErrorCode::ProviderRefused) };
    let provider = with_secret(brigade, &row).await?;
    // Used up before the provider is asked: what one browser began makes us ask once, whatever codes it brings.
    let mut tx = brigade.store.begin().await?;
    if !store::spent_token::spend(&mut tx, &sha256_hex(carried.pending.state.as_bytes()), at, carried.expires_at).await? {
        return Err(expired());
    }
    tx.commit().await.map_err(StoreError::from)?;
    let identity = brigade.providers.finish(&provider, carried.pending, code).await.map_err(told)?;
    let mut tx = brigade.store.begin().await?;
    let account = account_of(&mut tx, &row, &identity, at).await?;
    let (id, has_shown_both) = (account.id, row.factor_counts && identity.showed_factor);
    store::audit::record(&mut tx, at, Some(id), "session.by_provider", "account", &id.to_string()).await?;
    if !has_shown_both {
        tx.commit().await.map_err(StoreError::from)?;
        if let Some(awaited) = second_step::await_step(brigade, &account, at).await? {
            return Ok(Entered { signed_in: SignedIn::Awaits(awaited), next: carried.next });
        }
        tx = brigade.store.begin().await?;
    }
    let mut opened = sign_in::open(&mut tx, account, arrival, has_shown_both, at).await?;
    opened.has_notices = !store::notice::of_account(&mut *tx, id).await?.is_empty();
    tx.commit().await.map_err(StoreError::from)?;
    Ok(Entered { signed_in: SignedIn::Opened(Box::new(opened)), next: carried.next })
}

/// Whose account it is. The first time, by the e-mail; from then on by the subject alone.
async fn account_of(tx: &mut store::Tx, row: &ProviderRow, identity: &Identity, at: Timestamp) -> Result<AccountRow> {
    let unknown = || UseCaseError::refused(ErrorCode::ProviderAccountUnknown);
    let is_theirs = |account: &AccountRow| account.active && account.organisation.id == row.organisation_id;
    // A subject can be anything, a person's number too: only its hash is kept.
    let subject_hash = sha256_hex(format!("{} {}", row.issuer, identity.subject).as_bytes());
    if let Some(id) = store::provider::account_of(&mut *tx, &row.issuer, &subject_hash).await? {
        return store::account::by_id(&mut *tx, id).await?.filter(is_theirs).ok_or_else(unknown);
    }
    let Some(email) = &identity.verified_email else { return refuse(ErrorCode::ProviderEmailUnverified) };
    if email.rsplit_once('@').is_none_or(|(_, domain)| domain != row.email_domain) {
        return Err(unknown());
    }
    let account = store::account::by_email(&mut *tx, email).await?.filter(is_theirs).ok_or_else(unknown)?;
    if !store::provider::bind(tx, row, &subject_hash, account.id, at).await? {
        return Err(unknown());
    }
    // Its owner hears of a new way in.
    store::notice::insert(tx, account.id, AccountNoticeKind::ProviderBound, at).await?;
    store::audit::record(tx, at, Some(account.id), "account.provider_bound", "account", &account.id.to_string()).await?;
    Ok(account)
}

async fn with_secret(brigade: &Brigade, row: &ProviderRow) -> Result<Provider> {
    let Some(secret) = brigade.providers.secrets.find(&row.secret_name).await else {
        tracing::error!(secret = row.secret_name, "provider.secret_missing");
        return refuse(ErrorCode::ProviderUnreachable);
    };
    Ok(Provider { issuer: row.issuer.clone(), client_id: row.client_id.clone(), secret, factor_acr: row.factor_acr.clone().filter(|_| row.factor_counts) })
}

/// What a person is told; what went wrong goes to the log.
fn told(error: ProviderError) -> UseCaseError {
    tracing::warn!(error = &error as &dyn std::error::Error, "provider");
    UseCaseError::refused(match error {
        ProviderError::Unreachable(_) => ErrorCode::ProviderUnreachable,
        ProviderError::Unproven(_) => ErrorCode::ProviderAnswerInvalid,
    })
}

/// A provider to set.
#[derive(Clone, Debug)]
pub struct ProviderForm {
    pub issuer: String,
    pub client_id: String,
    pub secret_name: String,
    pub email_domain: String,
    pub factor_acr: String,
    pub factor_counts: bool,
}

/// Sets how people of an organisation sign in. The provider is asked who it is: what does not answer is not kept.
///
/// # Errors
/// `not_found`; `missing_field`, `text_too_long`, `value_out_of_range`; `issuer_not_allowed`, `provider_secret_missing`, `provider_unreachable`.
pub async fn set(brigade: &Brigade, actor: &Actor, id: OrganisationId, form: &ProviderForm) -> Result<()> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    let row = ProviderRow {
        organisation_id: id,
        issuer: field("issuer", &form.issuer)?,
        client_id: field("client_id", &form.client_id)?,
        secret_name: field("secret_name", &form.secret_name)?,
        email_domain: field("email_domain", &form.email_domain)?.trim_start_matches('@').to_lowercase(),
        factor_acr: Some(typed(&form.factor_acr)).filter(|acr| !acr.is_empty()),
        factor_counts: form.factor_counts,
    };
    if store::account::organisation_by_id(brigade.store.reader(), id).await?.is_none() {
        return refuse(ErrorCode::NotFound);
    }
    let is_domain = row.email_domain.contains('.') && row.email_domain.chars().all(|letter| letter.is_alphanumeric() || letter == '.' || letter == '-');
    let is_acr = row.factor_acr.as_ref().is_none_or(|acr| acr.len() <= FIELD_CHARS_MAX && acr.chars().all(|letter| letter.is_ascii_graphic()));
    for (name, is_right) in [("email_domain", is_domain), ("factor_acr", is_acr), ("secret_name", is_secret_name(&row.secret_name))] {
        if !is_right {
            return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, name));
        }
    }
    if !brigade.providers.is_issuer(&row.issuer) {
        return refuse(ErrorCode::IssuerNotAllowed);
    }
    if brigade.providers.secrets.find(&row.secret_name).await.is_none() {
        return refuse(ErrorCode::ProviderSecretMissing);
    }
    brigade.providers.metadata(&row.issuer, true).await.map_err(told)?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    store::provider::put(&mut tx, &row, at).await?;
    store::provider::forget_other_subjects(&mut tx, id, &row.issuer).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "organisation.provider_set", "organisation", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// People of an organisation sign in with their password again.
///
/// # Errors
/// `not_found`.
pub async fn remove(brigade: &Brigade, actor: &Actor, id: OrganisationId) -> Result<()> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    let mut tx = brigade.store.begin().await?;
    if !store::provider::remove(&mut tx, id).await? {
        return refuse(ErrorCode::NotFound);
    }
    store::audit::record(&mut tx, now(), Some(actor.account.id), "organisation.provider_removed", "organisation", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

fn field(name: &'static str, text: &str) -> Result<String> {
    let text = typed(text);
    if text.is_empty() {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, name));
    }
    if text.chars().count() > FIELD_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, name));
    }
    Ok(text)
}
