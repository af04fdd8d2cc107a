//! One's own second factor: made, renewed and taken away by its owner; asked for, and taken away from whoever lost everything, by the administrator.

use casework::{
    ids::{AccountId, OrganisationId},
    permission,
    wire::v1::{AccountNoticeKind, ErrorCode},
};

use super::{
    Actor, Brigade, Result, UseCaseError, refuse, require, second_step,
    sign_in::{self, Session},
};
use crate::{
    clock::now,
    store::{self, StoreError},
};

/// Draws a secret for one's own account, to be confirmed by a first code. The password is asked for: who finds a session open must not lock its owner out.
///
/// # Errors
/// `wrong_password`, `too_many_attempts`; `act_not_possible` when there is a second factor.
pub async fn begin(brigade: &Brigade, session: &Session, password: String) -> Result<()> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    sign_in::confirm_password(brigade, account, password).await?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if !second_step::begin(&mut tx, &brigade.second_factor_key, account.id, at).await? {
        return refuse(ErrorCode::ActNotPossible);
    }
    store::audit::record(&mut tx, at, Some(account.id), "second_factor.begun", "account", &account.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Confirms one's own second factor with a first code. The other sessions, opened with the password alone, end. Returns the recovery codes, to be shown once.
///
/// # Errors
/// `wrong_code`, `too_many_attempts`; `act_not_possible` when there is nothing to confirm.
pub async fn confirm(brigade: &Brigade, session: &Session, code: &str, device: Option<&str>) -> Result<Vec<String>> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    if store::second_factor::of(brigade.store.reader(), account.id).await?.is_none_or(|factor| factor.confirmed_at.is_some()) {
        return refuse(ErrorCode::ActNotPossible);
    }
    let codes = second_step::with_code(brigade, account, code, device, async |tx, codes| {
        store::session::end_all(tx, account.id, Some(session.id)).await?;
        Ok(codes)
    })
    .await?;
    brigade.burst.end();
    // Confirmed in another window at the same moment: that one was shown the codes.
    if codes.is_empty() { refuse(ErrorCode::ActNotPossible) } else { Ok(codes) }
}

/// Ten new recovery codes for one's own account, in place of those before; to be shown once.
///
/// # Errors
/// `wrong_password`, `wrong_code`, `too_many_attempts`; `act_not_possible` without a second factor.
pub async fn renew_codes(brigade: &Brigade, session: &Session, password: String, code: &str, device: Option<&str>) -> Result<Vec<String>> {
    let account = checked(brigade, session, password).await?;
    second_step::with_code(brigade, account, code, device, async |tx, _| {
        store::audit::record(tx, now(), Some(account.id), "second_factor.codes_renewed", "account", &account.id.to_string()).await?;
        second_step::new_codes(tx, account.id).await
    })
    .await
}

/// Takes one's own second factor away. Where the organisation asks for one, the next sign-in makes another: this is how one changes phones.
///
/// # Errors
/// `wrong_password`, `wrong_code`, `too_many_attempts`; `act_not_possible` without a second factor.
pub async fn remove(brigade: &Brigade, session: &Session, password: String, code: &str, device: Option<&str>) -> Result<()> {
    let account = checked(brigade, session, password).await?;
    second_step::with_code(brigade, account, code, device, async |tx, _| {
        store::second_factor::remove(tx, account.id).await?;
        Ok(store::audit::record(tx, now(), Some(account.id), "second_factor.removed", "account", &account.id.to_string()).await?)
    })
    .await
}

/// The account of somebody who showed the password again and has a second factor.
async fn checked<'session>(brigade: &Brigade, session: &'session Session, password: String) -> Result<&'session store::AccountRow> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    sign_in::confirm_password(brigade, account, password).await?;
    if store::second_factor::of(brigade.store.reader(), account.id).await?.is_none_or(|factor| factor.confirmed_at.is_none()) {
        return refuse(ErrorCode::ActNotPossible);
    }
    Ok(account)
}

/// The person has read what was done to their account.
///
/// # Errors
/// When the store fails.
pub async fn dismiss_notices(brigade: &Brigade, session: &Session) -> Result<()> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    let mut tx = brigade.store.begin().await?;
    store::notice::dismiss(&mut tx, account.id, now()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Takes a colleague's second factor away, once the administrator has made sure of who asks. Their sessions end, and they are told at the next sign-in. The
/// secret is shown to nobody.
///
/// # Errors
/// `not_found`; `missing_field` when nothing says that the person was identified; `act_not_possible` for one's own and where there is none.
pub async fn reset(brigade: &Brigade, actor: &Actor, id: AccountId, identified: bool) -> Result<()> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if store::account::by_id(&mut *tx, id).await?.is_none() {
        return refuse(ErrorCode::NotFound);
    }
    if !identified {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "identified"));
    }
    // One's own goes by « Mon compte », with the password and a code.
    let is_confirmed = store::second_factor::of(&mut *tx, id).await?.is_some_and(|factor| factor.confirmed_at.is_some());
    if id == actor.account.id {
        return refuse(ErrorCode::ActNotPossible);
    }
    // Whoever lost the phone lost its passkeys with it.
    let passkeys = store::passkey::remove_all(&mut tx, id).await?;
    if !is_confirmed && passkeys == 0 {
        return refuse(ErrorCode::ActNotPossible);
    }
    store::second_factor::remove(&mut tx, id).await?;
    store::session::end_all(&mut tx, id, None).await?;
    store::notice::insert(&mut tx, id, AccountNoticeKind::SecondFactorReset, at).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "second_factor.reset", "account", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.burst.end();
    Ok(())
}

/// Says whether whoever works at an organisation needs a second factor: those without one make it at their next sign-in.
///
/// # Errors
/// `not_found`.
pub async fn set_required(brigade: &Brigade, actor: &Actor, id: OrganisationId, required: bool) -> Result<()> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    let mut tx = brigade.store.begin().await?;
    if !store::second_factor::set_required(&mut tx, id, required).await? {
        return refuse(ErrorCode::NotFound);
    }
    let action = if required { "organisation.second_factor_required" } else { "organisation.second_factor_optional" };
    store::audit::record(&mut tx, now(), Some(actor.account.id), action, "organisation", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}
