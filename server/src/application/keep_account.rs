//! What a person does with their own account: see where it is open, close it there, change the password.

use app::ui::time::day_number;
use casework::{
    clock::Timestamp,
    ids::SessionId,
    permission,
    wire::v1::{AccountNotice, ErrorCode, MyAccount, OpenSession, SecondFactorView},
};

use super::{
    Brigade, Result, keep_passkeys, refuse, require, second_step,
    sign_in::{self, Session},
};
use crate::{
    clock::now,
    store::{self, StoreError},
};

/// One's own account.
///
/// # Errors
/// When the store fails.
pub async fn read(brigade: &Brigade, session: &Session) -> Result<MyAccount> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    let at = now();
    let reader = brigade.store.reader();
    let second_factor = match store::second_factor::of(reader, account.id).await? {
        Some(factor) => match (factor.confirmed_at, second_step::secret_to_confirm(brigade, account, &factor, at)?) {
            (Some(since), _) => {
                SecondFactorView::On { since, codes_left: u32::try_from(store::second_factor::codes_left(reader, account.id).await?).unwrap_or(0) }
            }
            (None, Some(secret)) => SecondFactorView::Pending { secret },
            (None, None) => SecondFactorView::Off,
        },
        None => SecondFactorView::Off,
    };
    let second_factor_required = store::second_factor::required(reader).await?.contains(&account.organisation.id);
    let notices = store::notice::of_account(reader, account.id).await?;
    let notices = notices.into_iter().map(|(kind, then)| AccountNotice { kind, days_ago: days_ago(then, at) }).collect();
    let rows = store::session::of_account(reader, account.id, at).await?;
    let mut sessions: Vec<OpenSession> = rows
        .into_iter()
        .map(|row| OpenSession {
            current: row.id == session.id,
            id: row.id,
            browser: row.browser,
            opened_days_ago: days_ago(row.opened_at, at),
            seen_days_ago: days_ago(row.seen_at, at),
        })
        .collect();
    // Stable: the others stay in the order of their last use.
    sessions.sort_by_key(|row| !row.current);
    Ok(MyAccount {
        email: account.email.clone(),
        display_name: account.display_name.clone(),
        sessions,
        second_factor,
        second_factor_required,
        passkeys: keep_passkeys::list(brigade, session).await?,
        passkeys_possible: brigade.passkeys.are_possible(),
        notices,
    })
}

/// Days of Québec's calendar between two moments.
fn days_ago(then: Timestamp, at: Timestamp) -> u32 {
    u32::try_from(day_number(at) - day_number(then)).unwrap_or(0)
}

/// Ends one of one's own sessions.
///
/// # Errors
/// `not_found` for one that has ended, and for another person's.
pub async fn end_session(brigade: &Brigade, session: &Session, id: SessionId) -> Result<()> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    let mut tx = brigade.store.begin().await?;
    if !store::session::end(&mut tx, id, account.id).await? {
        return refuse(ErrorCode::NotFound);
    }
    store::audit::record(&mut tx, now(), Some(account.id), "session.ended", "session", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.burst.end();
    Ok(())
}

/// Ends every session of one's own but the one that asks.
///
/// # Errors
/// When the store fails.
pub async fn end_other_sessions(brigade: &Brigade, session: &Session) -> Result<()> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    let mut tx = brigade.store.begin().await?;
    store::session::end_all(&mut tx, account.id, Some(session.id)).await?;
    store::audit::record(&mut tx, now(), Some(account.id), "session.others_ended", "account", &account.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.burst.end();
    Ok(())
}

/// Changes one's own password, with the current one. Every other session ends, and every other device is forgotten. Returns the secret by which this device is
/// known from now on.
///
/// # Errors
/// `wrong_password`, `too_many_attempts`; what [`crate::passwords::check`] refuses; `act_not_possible` when the password was changed meanwhile.
pub async fn change_password(brigade: &Brigade, session: &Session, current: String, password: String, device: Option<&str>) -> Result<String> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    sign_in::confirm_password(brigade, account, current).await?;
    let password_hash = sign_in::hash_new_password(password, &account.email, &account.display_name).await?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if !store::account::replace_password(&mut tx, account.id, &account.password_hash, &password_hash, session.id).await? {
        return refuse(ErrorCode::ActNotPossible);
    }
    let device = sign_in::remember_device(&mut tx, account.id, device, at).await?;
    store::audit::record(&mut tx, at, Some(account.id), "account.password_changed", "account", &account.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.burst.end();
    Ok(device)
}
