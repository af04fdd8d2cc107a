//! The second step of a sign-in: the code of an authenticator app, or one of the codes for whoever lost the phone. The session is made here, after it.

use std::sync::Arc;

use casework::{
    clock::Timestamp,
    ids::AccountId,
    wire::v1::{AccountNoticeKind, ErrorCode, SecondFactorSecret},
};

use super::{
    Brigade, Result, UseCaseError, keep_passkeys, refuse,
    sign_in::{self, Arrival, Opened},
};
use crate::{
    clock::{new_id, new_secret, now, random_bytes, sha256_hex},
    passkeys::Asked,
    second_factor::{self, SecondFactorKey},
    store::{self, AccountRow, SecondFactorRow, StoreError, Tx},
};

/// Time to find the phone and to type six digits.
pub const STEP_MS: i64 = 5 * Timestamp::MINUTE_MS;
/// A secret shown and not confirmed is good for no longer than this.
const ENROLMENT_MS: i64 = 15 * Timestamp::MINUTE_MS;
const FAILURE_WINDOW_MS: i64 = 15 * Timestamp::MINUTE_MS;
/// Wrong codes within the window. With three codes in a million right at any moment, ten cannot find one.
const FAILURES_MAX: i64 = 10;
/// Wrong codes in a day, for whoever would come back every quarter of an hour: one chance in ten thousand.
const FAILURES_MAX_A_DAY: i64 = 30;

/// One at a time: wrong codes are counted before the next is looked at, so that a burst cannot all pass before the first is written.
static CODES: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(1);

/// What a sign-in with the right password still asks for.
#[derive(Clone, Debug)]
pub struct Awaited {
    /// Good for the second step of this sign-in and for nothing else.
    pub token: String,
    /// The organisation asks for a second factor that the person does not have yet: they make one now.
    pub enrols: bool,
}

/// What the page of the second step shows.
#[derive(Clone, Debug)]
pub enum StepView {
    /// A code, or a passkey where the account has one.
    Code(Option<Asked>),
    /// A passkey: the account has no codes.
    Passkey(Asked),
    Enrol(SecondFactorSecret),
}

/// A second step done.
#[derive(Clone, Debug)]
pub struct Finished {
    pub opened: Opened,
    /// The codes for whoever loses the phone, when the factor was made in this step: to be shown once.
    pub recovery_codes: Vec<String>,
}

/// Begins the second step of an account whose password was right; `None` when none is asked for.
///
/// # Errors
/// When the store fails.
pub async fn await_step(brigade: &Brigade, account: &AccountRow, at: Timestamp) -> Result<Option<Awaited>> {
    let reader = brigade.store.reader();
    let is_enrolled = is_enrolled(brigade, account.id).await?;
    let is_required = store::second_factor::required(reader).await?.contains(&account.organisation.id);
    if !is_enrolled && !is_required {
        return Ok(None);
    }
    let token = new_secret();
    let mut tx = brigade.store.begin().await?;
    if !is_enrolled {
        // A fresh secret each time: one shown to somebody else earlier is no longer the one to confirm.
        begin(&mut tx, &brigade.second_factor_key, account.id, at).await?;
    }
    store::second_factor::await_step(&mut tx, &sha256_hex(token.as_bytes()), account.id, at, at.plus_ms(STEP_MS)).await?;
    store::audit::record(&mut tx, at, Some(account.id), "session.second_step", "account", &account.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(Some(Awaited { token, enrols: !is_enrolled }))
}

/// Whether an account has a second factor: an authenticator app, or a passkey.
///
/// # Errors
/// When the store fails.
pub async fn is_enrolled(brigade: &Brigade, id: AccountId) -> Result<bool> {
    let reader = brigade.store.reader();
    let has_codes = store::second_factor::of(reader, id).await?.is_some_and(|factor| factor.confirmed_at.is_some());
    Ok(has_codes || store::passkey::any_of(reader, id).await?)
}

/// Draws a secret for an account to confirm. `false` when it has a confirmed one.
///
/// # Errors
/// When the store fails.
pub async fn begin(tx: &mut Tx, key: &Arc<SecondFactorKey>, id: AccountId, at: Timestamp) -> Result<bool> {
    let secret = random_bytes::<{ second_factor::SECRET_BYTES }>();
    let sealed = key.seal(id, &secret).ok_or(UseCaseError::refused(ErrorCode::Internal))?;
    Ok(store::second_factor::begin(tx, id, &sealed, at).await?)
}

/// The secret that an account has to confirm, if it was drawn a moment ago; for its owner's eyes only.
///
/// # Errors
/// When the store fails.
pub fn secret_to_confirm(brigade: &Brigade, account: &AccountRow, factor: &SecondFactorRow, at: Timestamp) -> Result<Option<SecondFactorSecret>> {
    if factor.confirmed_at.is_some() || at.since(factor.created_at) >= ENROLMENT_MS {
        return Ok(None);
    }
    let secret = unsealed(brigade, account.id, factor)?;
    let address = second_factor::address(&account.email, &secret);
    let qr = second_factor::qr(&address).ok_or(UseCaseError::refused(ErrorCode::Internal))?;
    Ok(Some(SecondFactorSecret { key: second_factor::base32(&secret), address, qr }))
}

fn unsealed(brigade: &Brigade, id: AccountId, factor: &SecondFactorRow) -> Result<Vec<u8>> {
    let unreadable = || StoreError::Unreadable { table: "second_factor", column: "secret", row: id.to_string(), cause: "sealed with another key".to_owned() };
    Ok(brigade.second_factor_key.unseal(id, &factor.secret).ok_or_else(unreadable)?)
}

/// What the page of a second step shows; `None` when nothing is awaited under this token.
///
/// # Errors
/// When the store fails.
pub async fn view(brigade: &Brigade, token: &str) -> Result<Option<StepView>> {
    let (reader, at) = (brigade.store.reader(), now());
    let Some(id) = store::second_factor::awaiting(reader, &sha256_hex(token.as_bytes()), at).await? else { return Ok(None) };
    let account = store::account::by_id(reader, id).await?.filter(|account| account.active);
    let Some(account) = account else { return Ok(None) };
    let asked = keep_passkeys::ask_step(brigade, token, &account).await?;
    let factor = store::second_factor::of(reader, id).await?;
    if factor.as_ref().is_some_and(|factor| factor.confirmed_at.is_some()) {
        return Ok(Some(StepView::Code(asked)));
    }
    if let Some(asked) = asked {
        return Ok(Some(StepView::Passkey(asked)));
    }
    // Its passkeys are for another name of this server: nothing else is made in their place without the administrator.
    if store::passkey::any_of(reader, id).await? {
        return Ok(None);
    }
    let Some(factor) = factor else { return Ok(None) };
    Ok(secret_to_confirm(brigade, &account, &factor, at)?.map(StepView::Enrol))
}

/// Finishes a sign-in: with the right code, once, its session is opened.
///
/// # Errors
/// `second_step_expired` when nothing is awaited under this token; `wrong_code`, the same for a code that was used; `too_many_attempts`.
pub async fn finish(brigade: &Brigade, token: &str, code: &str, arrival: Arrival<'_>) -> Result<Finished> {
    let token_hash = sha256_hex(token.as_bytes());
    let (reader, at) = (brigade.store.reader(), now());
    // Before the turn is taken: who awaits nothing makes nobody wait.
    let Some(id) = store::second_factor::awaiting(reader, &token_hash, at).await? else { return refuse(ErrorCode::SecondStepExpired) };
    let _turn = turn().await?;
    let Some(account) = store::account::by_id(reader, id).await?.filter(|account| account.active) else { return refuse(ErrorCode::SecondStepExpired) };
    let Some(factor) = store::second_factor::of(reader, id).await? else { return refuse(ErrorCode::SecondStepExpired) };
    // Who has a passkey makes no other factor with the password alone.
    if factor.confirmed_at.is_none() && store::passkey::any_of(reader, id).await? {
        return refuse(ErrorCode::SecondStepExpired);
    }
    let key = failure_key(brigade, &account, arrival.device).await?;
    throttle(brigade, &key, at).await?;
    let Some(shown) = shown(brigade, &account, &factor, code, at)? else { return wrong(brigade, &key, at).await };
    let mut tx = brigade.store.begin().await?;
    if !store::second_factor::take_sign_in(&mut tx, &token_hash, at).await? {
        return refuse(ErrorCode::SecondStepExpired);
    }
    let Some(recovery_codes) = accept(&mut tx, &account, &factor, &shown, at).await? else {
        drop(tx);
        return wrong(brigade, &key, at).await;
    };
    let mut opened = sign_in::open(&mut tx, account, arrival, true, at).await?;
    // Told of what happened in this very step too.
    opened.has_notices = !store::notice::of_account(&mut *tx, id).await?.is_empty();
    tx.commit().await.map_err(StoreError::from)?;
    Ok(Finished { opened, recovery_codes })
}

/// A code that is right by itself; whether it was used is for the store to say.
#[derive(Clone, Debug)]
enum Shown {
    /// Of the app, of this time step.
    Step(i64),
    /// Hash of a recovery code.
    Recovery(String),
}

fn shown(brigade: &Brigade, account: &AccountRow, factor: &SecondFactorRow, code: &str, at: Timestamp) -> Result<Option<Shown>> {
    let Some(digits) = second_factor::typed_code(code) else {
        // While a factor is being made there is no recovery code.
        return Ok(factor.confirmed_at.is_some().then(|| Shown::Recovery(second_factor::recovery_hash(account.id, code))));
    };
    if factor.confirmed_at.is_none() && at.since(factor.created_at) >= ENROLMENT_MS {
        return Ok(None);
    }
    let secret = unsealed(brigade, account.id, factor)?;
    Ok(second_factor::step_of_code(&secret, &digits, at).map(Shown::Step))
}

/// Uses a code up, and confirms the factor if it was not. Says the recovery codes made with it; `None` when the code was used, or is no recovery code.
async fn accept(tx: &mut Tx, account: &AccountRow, factor: &SecondFactorRow, shown: &Shown, at: Timestamp) -> Result<Option<Vec<String>>> {
    let id = account.id;
    match shown {
        Shown::Step(step) if factor.confirmed_at.is_some() => Ok(store::second_factor::take_step(tx, id, *step).await?.then(Vec::new)),
        Shown::Step(step) => {
            if !store::second_factor::confirm(tx, id, &factor.secret, *step, at).await? {
                return Ok(None);
            }
            store::audit::record(tx, at, Some(id), "second_factor.confirmed", "account", &id.to_string()).await?;
            Ok(Some(new_codes(tx, id).await?))
        }
        Shown::Recovery(hash) => {
            if !store::second_factor::take_code(tx, id, hash).await? {
                return Ok(None);
            }
            store::notice::insert(tx, id, AccountNoticeKind::RecoveryCodeUsed, at).await?;
            store::audit::record(tx, at, Some(id), "second_factor.recovery_code", "account", &id.to_string()).await?;
            Ok(Some(Vec::new()))
        }
    }
}

/// Ten new recovery codes, in place of those before.
///
/// # Errors
/// When the store fails.
pub async fn new_codes(tx: &mut Tx, id: AccountId) -> Result<Vec<String>> {
    let codes = second_factor::new_recovery_codes();
    let hashes: Vec<String> = codes.iter().map(|code| second_factor::recovery_hash(id, code)).collect();
    store::second_factor::put_codes(tx, id, &hashes).await?;
    Ok(codes)
}

/// Checks a code shown by somebody signed in, does `act` in the same transaction, and says what it says. The code is used up with it, or not at all.
///
/// # Errors
/// `act_not_possible` without a second factor; `wrong_code`, `too_many_attempts`; those of `act`.
pub async fn with_code<T>(
    brigade: &Brigade,
    account: &AccountRow,
    code: &str,
    device: Option<&str>,
    act: impl AsyncFnOnce(&mut Tx, Vec<String>) -> Result<T>,
) -> Result<T> {
    let _turn = turn().await?;
    let at = now();
    let Some(factor) = store::second_factor::of(brigade.store.reader(), account.id).await? else { return refuse(ErrorCode::ActNotPossible) };
    let key = failure_key(brigade, account, device).await?;
    throttle(brigade, &key, at).await?;
    let Some(shown) = shown(brigade, account, &factor, code, at)? else { return wrong(brigade, &key, at).await };
    let mut tx = brigade.store.begin().await?;
    let Some(recovery_codes) = accept(&mut tx, account, &factor, &shown, at).await? else {
        drop(tx);
        return wrong(brigade, &key, at).await;
    };
    let done = act(&mut tx, recovery_codes).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(done)
}

async fn turn() -> Result<tokio::sync::SemaphorePermit<'static>> {
    CODES.acquire().await.map_err(|_| UseCaseError::refused(ErrorCode::Internal))
}

/// As for passwords: a device that the account knows has its own count, so that a stranger who has the password cannot lock the owner out.
async fn failure_key(brigade: &Brigade, account: &AccountRow, device: Option<&str>) -> Result<String> {
    if let Some(device) = device {
        let device_hash = sha256_hex(device.as_bytes());
        if store::account::knows_device(brigade.store.reader(), &device_hash, &account.email).await? {
            return Ok(sha256_hex(format!("code {} {device_hash}", account.id).as_bytes()));
        }
    }
    Ok(sha256_hex(format!("code {}", account.id).as_bytes()))
}

async fn throttle(brigade: &Brigade, key: &str, at: Timestamp) -> Result<()> {
    for (window_ms, most) in [(FAILURE_WINDOW_MS, FAILURES_MAX), (Timestamp::DAY_MS, FAILURES_MAX_A_DAY)] {
        if store::account::failures(brigade.store.reader(), key, at.plus_ms(-window_ms)).await? >= most {
            return refuse(ErrorCode::TooManyAttempts);
        }
    }
    Ok(())
}

async fn wrong<T>(brigade: &Brigade, key: &str, at: Timestamp) -> Result<T> {
    let mut tx = brigade.store.begin().await?;
    store::account::insert_failure(&mut tx, &new_id().to_string(), key, at, at.plus_ms(-sign_in::FAILURES_KEPT_MS)).await?;
    tx.commit().await.map_err(StoreError::from)?;
    refuse(ErrorCode::WrongCode)
}
