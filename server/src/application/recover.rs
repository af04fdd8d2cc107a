//! Getting in again without the password, without a help desk that can be talked into it: whoever asks is told the same thing, whether there is an account or
//! not; an administrator who has recognised the person makes a one-time link.

use casework::{clock::Timestamp, ids::AccountId, permission, wire::v1::ErrorCode};

use super::{Actor, Brigade, Result, UseCaseError, administer, refuse, require, sign_in::FAILURES_KEPT_MS, typed};
use crate::{
    clock::{new_id, now, sha256_hex},
    store::{self, StoreError},
};

/// A request that nobody answered is forgotten.
const REQUEST_MS: i64 = 7 * Timestamp::DAY_MS;
/// Requests for one e-mail in a day; more change nothing, and are told nothing else.
const ASKED_MAX: i64 = 3;
/// Requests of everybody in an hour: a list that somebody fills is of no use to administrators.
const ASKED_BY_ALL_MAX: i64 = 60;

/// Asks for help to get in again. What is done, told, and the time it takes do not depend on whether there is such an account.
///
/// # Errors
/// `too_many_attempts` when everybody together asks too often, whatever the e-mail.
pub async fn ask(brigade: &Brigade, email: &str) -> Result<()> {
    let email = typed(email).to_lowercase();
    let (own_key, all_key) = (sha256_hex(format!("recovery {email}").as_bytes()), sha256_hex(b"recovery"));
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if store::account::failures(&mut *tx, &all_key, at.plus_ms(-Timestamp::HOUR_MS)).await? >= ASKED_BY_ALL_MAX {
        return refuse(ErrorCode::TooManyAttempts);
    }
    // Counted by the e-mail that was typed, known or not.
    if store::account::failures(&mut *tx, &own_key, at.plus_ms(-Timestamp::DAY_MS)).await? < ASKED_MAX {
        for key in [&own_key, &all_key] {
            store::account::insert_failure(&mut tx, &new_id().to_string(), key, at, at.plus_ms(-FAILURES_KEPT_MS)).await?;
        }
        let id = store::account::by_email(&mut *tx, &email).await?.map(|account| account.id.to_string());
        store::recovery::ask(&mut tx, &email, at, at.plus_ms(REQUEST_MS)).await?;
        store::audit::record(&mut tx, at, None, "recovery.asked", "account", &id.unwrap_or_default()).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Answers a request: the administrator has made sure of who asks, and gets the token of a one-time link to hand over.
///
/// # Errors
/// `not_found`, for a request that does not stand too; `missing_field` when nothing says that the person was identified.
pub async fn answer(brigade: &Brigade, actor: &Actor, id: AccountId, identified: bool) -> Result<String> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    if !store::recovery::standing(brigade.store.reader(), now()).await?.iter().any(|(asked_by, _)| *asked_by == id) {
        return refuse(ErrorCode::NotFound);
    }
    if !identified {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "identified"));
    }
    administer::renew_link(brigade, actor, id).await
}

/// Sets a request aside: the person was not recognised, or did not ask.
///
/// # Errors
/// `not_found`.
pub async fn set_aside(brigade: &Brigade, actor: &Actor, id: AccountId) -> Result<()> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if !store::recovery::settle(&mut tx, id, at).await? {
        return refuse(ErrorCode::NotFound);
    }
    store::audit::record(&mut tx, at, Some(actor.account.id), "recovery.set_aside", "account", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}
