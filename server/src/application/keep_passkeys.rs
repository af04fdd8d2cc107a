//! Passkeys: made, named and removed by their owner; shown at sign-in, alone or after the password. An authenticator checks who unlocks it each time, so
//! that a passkey alone is both factors.

use casework::{
    ids::PasskeyId,
    permission,
    wire::v1::{AccountNoticeKind, ErrorCode, PasskeyRow},
};
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration};

use super::{
    Brigade, Result, UseCaseError, refuse, require,
    sign_in::{self, Arrival, Opened, Session},
    typed,
};
use crate::{
    clock::{new_id, now, sha256_hex},
    passkeys::{self, Asked, PasskeyError, Shown},
    store::{self, AccountRow, PasskeyRecord, StoreError, Tx},
};

const PASSKEYS_MAX: usize = 10;
const NAME_CHARS_MAX: usize = 60;
const ENTER: &str = "passkey: enter";

fn purpose_new(session: &Session) -> String {
    format!("passkey: new, session {}", session.id)
}

fn purpose_proof(session: &Session) -> String {
    format!("passkey: password shown, session {}", session.id)
}

fn purpose_step(token: &str) -> String {
    format!("passkey: step {}", sha256_hex(token.as_bytes()))
}

/// What a person is told; the rest goes to the log.
fn told(error: PasskeyError) -> UseCaseError {
    let code = match &error {
        PasskeyError::Nameless => ErrorCode::PasskeysUnavailable,
        PasskeyError::NotAsked => ErrorCode::PasskeyExpired,
        PasskeyError::Refused(_) | PasskeyError::Cloned | PasskeyError::Malformed(_) => ErrorCode::PasskeyRefused,
    };
    tracing::info!(error = &error as &dyn std::error::Error, "passkey");
    UseCaseError::refused(code)
}

fn internal() -> UseCaseError {
    UseCaseError::refused(ErrorCode::Internal)
}

fn read(record: &PasskeyRecord) -> Result<Passkey> {
    let unreadable =
        |error: serde_json::Error| StoreError::Unreadable { table: "passkey", column: "credential", row: record.id.to_string(), cause: error.to_string() };
    Ok(serde_json::from_str(&record.credential).map_err(unreadable)?)
}

fn written(passkey: &Passkey) -> Result<String> {
    serde_json::to_string(passkey).map_err(|_| internal())
}

async fn known(brigade: &Brigade, account: &AccountRow) -> Result<Vec<Passkey>> {
    store::passkey::of_account(brigade.store.reader(), account.id).await?.iter().map(read).collect()
}

/// One's own passkeys, as « Mon compte » lists them.
///
/// # Errors
/// When the store fails.
pub async fn list(brigade: &Brigade, session: &Session) -> Result<Vec<PasskeyRow>> {
    let records = store::passkey::of_account(brigade.store.reader(), session.actor.account.id).await?;
    Ok(records.into_iter().map(|record| PasskeyRow { id: record.id, name: record.name, added_at: record.created_at, used_at: record.used_at }).collect())
}

/// The password is shown again before a passkey is made. Returns what lets this session make one, for a few minutes.
///
/// # Errors
/// `wrong_password`, `too_many_attempts`; `passkeys_unavailable`; `act_not_possible` when there are as many as may be.
pub async fn begin(brigade: &Brigade, session: &Session, password: String) -> Result<String> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    if !brigade.passkeys.are_possible() {
        return refuse(ErrorCode::PasskeysUnavailable);
    }
    sign_in::confirm_password(brigade, account, password).await?;
    if known(brigade, account).await?.len() >= PASSKEYS_MAX {
        return refuse(ErrorCode::ActNotPossible);
    }
    passkeys::seal(&brigade.sealing_key, &purpose_proof(session), (), now()).ok_or_else(internal)
}

/// What « Mon compte » asks the browser for a new passkey; nothing for whoever did not show the password a moment ago.
///
/// # Errors
/// When the store fails.
pub async fn ask_new(brigade: &Brigade, session: &Session, proof: &str) -> Result<Option<Asked>> {
    let (account, at) = (&session.actor.account, now());
    if passkeys::unseal::<()>(&brigade.sealing_key, &purpose_proof(session), proof, at).is_err() {
        return Ok(None);
    }
    let known = known(brigade, account).await?;
    let (asked, state) = brigade.passkeys.ask_new(account.id, &account.email, &account.display_name, &known).map_err(told)?;
    let mut options = serde_json::to_value(&asked.public_key).map_err(|_| internal())?;
    // Found without typing an e-mail, where the authenticator has room for that; the library leaves it out for those that have little.
    options["authenticatorSelection"]["residentKey"] = "preferred".into();
    asked_of(brigade, &options, &purpose_new(session), state).map(Some)
}

fn asked_of<T: serde::Serialize>(brigade: &Brigade, options: &serde_json::Value, purpose: &str, state: T) -> Result<Asked> {
    let sealed = passkeys::seal(&brigade.sealing_key, purpose, state, now()).ok_or_else(internal)?;
    Ok(Asked { options: options.to_string(), sealed })
}

/// Adds a passkey to one's own account. The first factor of an account ends the sessions that were opened with the password alone.
///
/// # Errors
/// `passkey_expired` for what was not asked in this session, was used, or whose password was shown too long ago; `passkey_refused`; `missing_field`,
/// `text_too_long`; `act_not_possible` when there are as many as may be; `already_exists`.
pub async fn add(brigade: &Brigade, session: &Session, proof: &str, sealed: &str, credential: &str, name: &str) -> Result<()> {
    let (account, at) = (&session.actor.account, now());
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    let name = named(name)?;
    passkeys::unseal::<()>(&brigade.sealing_key, &purpose_proof(session), proof, at).map_err(told)?;
    let shown: Shown<PasskeyRegistration> = passkeys::unseal(&brigade.sealing_key, &purpose_new(session), sealed, at).map_err(told)?;
    let passkey = brigade.passkeys.finish_new(credential, &shown.state).map_err(told)?;
    let record = PasskeyRecord { id: PasskeyId(new_id()), account_id: account.id, name, credential: written(&passkey)?, created_at: at, used_at: None };
    let mut tx = brigade.store.begin().await?;
    spend(&mut tx, &shown).await?;
    let others = store::passkey::of_account(&mut *tx, account.id).await?.len();
    if others >= PASSKEYS_MAX {
        return refuse(ErrorCode::ActNotPossible);
    }
    if !store::passkey::insert(&mut tx, &record, &passkeys::credential_hash(passkey.cred_id())).await? {
        return refuse(ErrorCode::AlreadyExists);
    }
    let has_codes = store::second_factor::of(&mut *tx, account.id).await?.is_some_and(|factor| factor.confirmed_at.is_some());
    if others == 0 && !has_codes {
        store::session::end_all(&mut tx, account.id, Some(session.id)).await?;
    }
    // A way in that no change of password closes: its owner hears of it.
    store::notice::insert(&mut tx, account.id, AccountNoticeKind::PasskeyAdded, at).await?;
    store::audit::record(&mut tx, at, Some(account.id), "passkey.added", "passkey", &record.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.burst.end();
    Ok(())
}

fn named(name: &str) -> Result<String> {
    let name = typed(name);
    if name.is_empty() {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "name"));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, "name"));
    }
    Ok(name)
}

async fn spend<T>(tx: &mut Tx, shown: &Shown<T>) -> Result<()> {
    if store::spent_token::spend(tx, &shown.hash, now(), shown.expires_at).await? { Ok(()) } else { refuse(ErrorCode::PasskeyExpired) }
}

/// Calls one of one's own passkeys otherwise.
///
/// # Errors
/// `not_found`, another person's too; `missing_field`, `text_too_long`.
pub async fn rename(brigade: &Brigade, session: &Session, id: PasskeyId, name: &str) -> Result<()> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    let name = named(name)?;
    let mut tx = brigade.store.begin().await?;
    if !store::passkey::rename(&mut tx, id, account.id, &name).await? {
        return refuse(ErrorCode::NotFound);
    }
    store::audit::record(&mut tx, now(), Some(account.id), "passkey.renamed", "passkey", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Removes one of one's own passkeys. Where the organisation asks for a second factor and none is left, the next sign-in has one made.
///
/// # Errors
/// `wrong_password`, `too_many_attempts`; `not_found`, another person's too.
pub async fn remove(brigade: &Brigade, session: &Session, id: PasskeyId, password: String) -> Result<()> {
    let account = &session.actor.account;
    require(permission::may_keep_account(&session.actor.permission(), account.id), ErrorCode::NotFound)?;
    sign_in::confirm_password(brigade, account, password).await?;
    let mut tx = brigade.store.begin().await?;
    if !store::passkey::remove(&mut tx, id, account.id).await? {
        return refuse(ErrorCode::NotFound);
    }
    store::audit::record(&mut tx, now(), Some(account.id), "passkey.removed", "passkey", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// What the sign-in page asks the browser: any passkey. Nothing is stored for it. `None` where there can be none.
///
/// # Errors
/// When sealing fails.
pub fn ask_enter(brigade: &Brigade) -> Result<Option<Asked>> {
    if !brigade.passkeys.are_possible() {
        return Ok(None);
    }
    let (asked, state) = brigade.passkeys.ask_any().map_err(told)?;
    let options = serde_json::to_value(&asked.public_key).map_err(|_| internal())?;
    asked_of(brigade, &options, ENTER, state).map(Some)
}

/// Enters with a passkey alone.
///
/// # Errors
/// `passkey_expired` for what was not asked, or was used; `passkey_refused`, the same for an unknown passkey, a closed account and a wrong signature.
pub async fn enter(brigade: &Brigade, sealed: &str, credential: &str, arrival: Arrival<'_>) -> Result<Opened> {
    let shown: Shown<DiscoverableAuthentication> = passkeys::unseal(&brigade.sealing_key, ENTER, sealed, now()).map_err(told)?;
    let answer = passkeys::answered(credential).map_err(told)?;
    let (record, account) = owner_of(brigade, answer.get_credential_id()).await?;
    // Who the authenticator says that it is for must be whose it is here.
    if answer.get_user_unique_id() != Some(account.id.0.as_bytes()) {
        return refuse(ErrorCode::PasskeyRefused);
    }
    let checked = brigade.passkeys.finish_any(&answer, shown.state.clone(), read(&record)?);
    let mut tx = brigade.store.begin().await?;
    spend(&mut tx, &shown).await?;
    open(brigade, tx, account, &record, checked, arrival).await
}

async fn owner_of(brigade: &Brigade, credential_id: &[u8]) -> Result<(PasskeyRecord, AccountRow)> {
    let reader = brigade.store.reader();
    let Some(record) = store::passkey::by_credential(reader, &passkeys::credential_hash(credential_id)).await? else {
        return refuse(ErrorCode::PasskeyRefused);
    };
    let Some(account) = store::account::by_id(reader, record.account_id).await?.filter(|account| account.active) else {
        return refuse(ErrorCode::PasskeyRefused);
    };
    Ok((record, account))
}

async fn open(
    brigade: &Brigade,
    mut tx: store::OpenTx,
    account: AccountRow,
    record: &PasskeyRecord,
    checked: std::result::Result<Passkey, PasskeyError>,
    arrival: Arrival<'_>,
) -> Result<Opened> {
    let (id, at) = (account.id, now());
    let passkey = match checked {
        Ok(passkey) => passkey,
        Err(error @ PasskeyError::Cloned) => {
            // There are two of it: it opens nothing any more, and its owner hears of it.
            store::passkey::remove(&mut tx, record.id, id).await?;
            store::notice::insert(&mut tx, id, AccountNoticeKind::PasskeyCloned, at).await?;
            store::audit::record(&mut tx, at, Some(id), "passkey.cloned", "passkey", &record.id.to_string()).await?;
            tx.commit().await.map_err(StoreError::from)?;
            return Err(told(error));
        }
        Err(error) => return Err(told(error)),
    };
    if !store::passkey::use_up(&mut tx, record, &written(&passkey)?, at).await? {
        return refuse(ErrorCode::PasskeyExpired);
    }
    store::audit::record(&mut tx, at, Some(id), "session.by_passkey", "passkey", &record.id.to_string()).await?;
    let mut opened = sign_in::open(&mut tx, account, arrival, true, at).await?;
    opened.has_notices = !store::notice::of_account(&mut *tx, id).await?.is_empty();
    tx.commit().await.map_err(StoreError::from)?;
    brigade.burst.end();
    Ok(opened)
}

/// What the page of the second step asks the browser: one of the account's passkeys. `None` when it has none.
///
/// # Errors
/// When the store fails.
pub async fn ask_step(brigade: &Brigade, token: &str, account: &AccountRow) -> Result<Option<Asked>> {
    let known = known(brigade, account).await?;
    if known.is_empty() || !brigade.passkeys.are_possible() {
        return Ok(None);
    }
    let (asked, state) = brigade.passkeys.ask_of(&known).map_err(told)?;
    let options = serde_json::to_value(&asked.public_key).map_err(|_| internal())?;
    asked_of(brigade, &options, &purpose_step(token), state).map(Some)
}

/// Finishes a sign-in whose password was right, with one of the account's passkeys.
///
/// # Errors
/// `second_step_expired` when nothing is awaited under this token; `passkey_expired`, `passkey_refused`.
pub async fn finish_step(brigade: &Brigade, token: &str, sealed: &str, credential: &str, arrival: Arrival<'_>) -> Result<Opened> {
    let (token_hash, at) = (sha256_hex(token.as_bytes()), now());
    let Some(id) = store::second_factor::awaiting(brigade.store.reader(), &token_hash, at).await? else { return refuse(ErrorCode::SecondStepExpired) };
    let shown: Shown<PasskeyAuthentication> = passkeys::unseal(&brigade.sealing_key, &purpose_step(token), sealed, at).map_err(told)?;
    let answer = passkeys::answered(credential).map_err(told)?;
    let (record, account) = owner_of(brigade, answer.get_credential_id()).await?;
    if account.id != id {
        return refuse(ErrorCode::PasskeyRefused);
    }
    let checked = brigade.passkeys.finish_of(&answer, &shown.state, read(&record)?);
    let mut tx = brigade.store.begin().await?;
    spend(&mut tx, &shown).await?;
    if checked.is_ok() && !store::second_factor::take_sign_in(&mut tx, &token_hash, at).await? {
        return refuse(ErrorCode::SecondStepExpired);
    }
    open(brigade, tx, account, &record, checked, arrival).await
}
