//! Sessions: sign in, recognise, sign out; and the very first account.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use casework::{
    account::{Browser, PasswordOwner},
    clock::Timestamp,
    ids::{AccountId, OrganisationId, SessionId},
    permission::{OrganisationKind, Role},
    wire::v1::{AccountNoticeKind, ErrorCode, SessionView},
};

use super::{
    Actor, Brigade, Result, UseCaseError, refuse,
    second_step::{self, Awaited},
    typed,
};
use crate::{
    clock::{new_id, new_secret, now, sha256_hex},
    passwords,
    store::{self, AccountRow, NewAccount, NewOrganisation, NewSession},
};

/// A working day and a night on call.
const SESSION_MS: i64 = 7 * Timestamp::DAY_MS;
/// Wrong codes are counted over a day.
pub const FAILURES_KEPT_MS: i64 = Timestamp::DAY_MS;
const FAILURE_WINDOW_MS: i64 = 15 * Timestamp::MINUTE_MS;
/// Wrong passwords of one known device, or of all strangers together, within the window.
const FAILURES_MAX: i64 = 10;
/// As long as browsers keep a cookie.
pub const DEVICE_MS: i64 = 400 * Timestamp::DAY_MS;
/// Devices remembered of one account: a program that signs in without its cookie makes a new one each time.
const DEVICES_MAX: i64 = 100;
pub const LINK_MS: i64 = Timestamp::DAY_MS;
/// How stale « last seen » may be: it is told in days, and writing it is not free.
const SEEN_EVERY_MS: i64 = Timestamp::HOUR_MS;
/// A hash that no password matches: an unknown e-mail costs the same time as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Argon2 takes 19 MiB a time: only so many at once, the others wait their turn.
static HASHING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

async fn turn_to_hash() -> Result<tokio::sync::SemaphorePermit<'static>> {
    HASHING.acquire().await.map_err(|_| UseCaseError::refused(ErrorCode::Internal))
}

/// A live session.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub actor: Actor,
    pub csrf: String,
    pub expires_at: Timestamp,
    /// A second factor is to be made before anything else: see `http::session::check_factor`.
    pub owes_factor: bool,
}

impl Session {
    pub fn view(&self, token: Option<String>) -> SessionView {
        SessionView { token, account: self.actor.view(), csrf: self.csrf.clone(), expires_at: self.expires_at }
    }
}

/// What the store knows a session by.
pub fn token_hash(token: &str) -> String {
    sha256_hex(token.as_bytes())
}

/// Hashes a password with Argon2id. Slow on purpose: off the async threads.
///
/// # Errors
/// When the worker thread fails.
pub async fn hash_password(password: String) -> Result<String> {
    let _turn = turn_to_hash().await?;
    let hashed = tokio::task::spawn_blocking(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())).await?;
    hashed.map_err(|_| UseCaseError::refused(ErrorCode::Internal))
}

/// Whether a password, or a code, is the one behind a hash. Slow on purpose, and only so many at once.
///
/// # Errors
/// When the worker thread fails.
pub async fn password_matches(password: String, hash: String) -> Result<bool> {
    let _turn = turn_to_hash().await?;
    matches(password, hash).await
}

async fn matches(password: String, hash: String) -> Result<bool> {
    Ok(tokio::task::spawn_blocking(move || Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()).await?)
}

/// What a request that signs in says of where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'text> {
    /// The secret of the device's cookie, if it has one.
    pub device: Option<&'text str>,
    pub browser: Browser,
}

/// What the right password came to.
#[derive(Clone, Debug)]
pub enum SignedIn {
    Opened(Box<Opened>),
    /// A second step is asked for: there is no session yet.
    Awaits(Awaited),
}

/// A session just opened.
#[derive(Clone, Debug)]
pub struct Opened {
    pub token: String,
    pub session: Session,
    /// Secret for the cookie by which this device is known from now on.
    pub device: String,
    /// Something was done to the account that its owner has not read.
    pub has_notices: bool,
}

/// Opens a session, or the second step where one is asked for.
///
/// Wrong passwords are counted by e-mail for everybody who is a stranger to the account, and apart for each device that it has signed in from (known by
/// the secret of its cookie): somebody who knows an e-mail can keep strangers out, not its owner. Whoever is kept out on a new device asks for a
/// one-time link. No network address is counted: behind a proxy they are all one, and a botnet has many.
///
/// # Errors
/// `wrong_credentials`, the same for an unknown e-mail and a wrong password; `too_many_attempts` after ten failures in fifteen minutes.
pub async fn sign_in(brigade: &Brigade, email: &str, password: String, arrival: Arrival<'_>) -> Result<SignedIn> {
    let email = typed(email).to_lowercase();
    // Failures are counted within the turn, so that a burst cannot all pass before the first is written.
    let _turn = turn_to_hash().await?;
    let at = now();
    let store = &brigade.store;
    let since = at.plus_ms(-FAILURE_WINDOW_MS);
    let key = failure_key(brigade, &email, arrival.device).await?;
    if store::account::failures(store.reader(), &key, since).await? >= FAILURES_MAX {
        return refuse(ErrorCode::TooManyAttempts);
    }
    let account = store::account::by_email(store.reader(), &email).await?.filter(|account| account.active);
    let hash = account.as_ref().map_or(NOBODY, |account| account.password_hash.as_str()).to_owned();
    let is_right = matches(password, hash).await?;
    let Some(account) = account.filter(|_| is_right) else {
        let mut tx = store.begin().await?;
        store::account::insert_failure(&mut tx, &new_id().to_string(), &key, at, at.plus_ms(-FAILURES_KEPT_MS)).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        return refuse(ErrorCode::WrongCredentials);
    };
    if let Some(awaited) = second_step::await_step(brigade, &account, at).await? {
        return Ok(SignedIn::Awaits(awaited));
    }
    let mut tx = store.begin().await?;
    let mut opened = open(&mut tx, account, arrival, false, at).await?;
    opened.has_notices = !store::notice::of_account(&mut *tx, opened.session.actor.account.id).await?.is_empty();
    tx.commit().await.map_err(store::StoreError::from)?;
    Ok(SignedIn::Opened(Box::new(opened)))
}

/// Opens the session of somebody who has shown everything that is asked for, a second factor included or not. Nothing else makes one.
///
/// # Errors
/// When the store fails.
pub async fn open(tx: &mut store::Tx, account: AccountRow, arrival: Arrival<'_>, has_factor: bool, at: Timestamp) -> Result<Opened> {
    let (token, id) = (new_secret(), account.id);
    let session = Session { id: SessionId(new_id()), actor: Actor { account }, csrf: new_secret(), expires_at: at.plus_ms(SESSION_MS), owes_factor: false };
    let new = NewSession {
        id: session.id,
        token_hash: &token_hash(&token),
        account_id: id,
        csrf: &session.csrf,
        browser: arrival.browser,
        at,
        expires_at: session.expires_at,
        has_factor,
    };
    store::session::insert(tx, &new).await?;
    let device = remember_device(tx, id, arrival.device, at).await?;
    store::audit::record(tx, at, Some(id), "session.opened", "account", &id.to_string()).await?;
    Ok(Opened { token, session, device, has_notices: false })
}

/// The current password, asked for again before a change of the account. Counted apart from sign-in: who holds an open session cannot lock its owner out.
///
/// # Errors
/// `wrong_password`; `too_many_attempts` after ten failures in fifteen minutes.
pub async fn confirm_password(brigade: &Brigade, account: &AccountRow, password: String) -> Result<()> {
    let _turn = turn_to_hash().await?;
    let at = now();
    let since = at.plus_ms(-FAILURE_WINDOW_MS);
    let key = sha256_hex(format!("confirm {}", account.id).as_bytes());
    if store::account::failures(brigade.store.reader(), &key, since).await? >= FAILURES_MAX {
        return refuse(ErrorCode::TooManyAttempts);
    }
    if matches(password, account.password_hash.clone()).await? {
        return Ok(());
    }
    let mut tx = brigade.store.begin().await?;
    store::account::insert_failure(&mut tx, &new_id().to_string(), &key, at, at.plus_ms(-FAILURES_KEPT_MS)).await?;
    tx.commit().await.map_err(store::StoreError::from)?;
    refuse(ErrorCode::WrongPassword)
}

/// Under which wrong passwords are counted. Hashed: neither the e-mail tried nor the device is kept.
async fn failure_key(brigade: &Brigade, email: &str, device: Option<&str>) -> Result<String> {
    if let Some(device) = device {
        let device_hash = sha256_hex(device.as_bytes());
        if store::account::knows_device(brigade.store.reader(), &device_hash, email).await? {
            return Ok(sha256_hex(format!("{email} {device_hash}").as_bytes()));
        }
    }
    Ok(sha256_hex(email.as_bytes()))
}

/// Remembers the device for this account, and returns its secret: the one it came with if we gave it, so that a shared device is known to several accounts;
/// a new one otherwise, so that nobody chooses it for another.
///
/// # Errors
/// When the store fails.
pub async fn remember_device(tx: &mut store::Tx, id: AccountId, device: Option<&str>, at: Timestamp) -> Result<String> {
    let given = match device {
        Some(device) if store::account::is_device(&mut *tx, &sha256_hex(device.as_bytes())).await? => Some(device.to_owned()),
        _ => None,
    };
    let device = given.unwrap_or_else(new_secret);
    store::account::remember_device(tx, &sha256_hex(device.as_bytes()), id, at, at.plus_ms(-DEVICE_MS), DEVICES_MAX).await?;
    Ok(device)
}

/// The session of a token, if it is live.
///
/// # Errors
/// When the store fails.
pub async fn recognise(brigade: &Brigade, token: &str) -> Result<Option<Session>> {
    let at = now();
    let Some(row) = store::session::live(brigade.store.reader(), &token_hash(token), at).await? else { return Ok(None) };
    if at.since(row.seen_at) >= SEEN_EVERY_MS
        && let Err(error) = saw(brigade, row.id, at).await
    {
        // A date that could not be written keeps nobody from working.
        tracing::warn!(error = &error as &dyn std::error::Error, "session.seen");
    }
    Ok(Some(Session { id: row.id, actor: Actor { account: row.account }, csrf: row.csrf, expires_at: row.expires_at, owes_factor: row.owes_factor }))
}

async fn saw(brigade: &Brigade, id: SessionId, at: Timestamp) -> Result<()> {
    let mut tx = brigade.store.begin().await?;
    store::session::saw(&mut tx, id, at).await?;
    tx.commit().await.map_err(store::StoreError::from)?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the store fails.
pub async fn sign_out(brigade: &Brigade, token: &str) -> Result<()> {
    let mut tx = brigade.store.begin().await?;
    store::session::delete(&mut tx, &token_hash(token)).await?;
    tx.commit().await.map_err(store::StoreError::from)?;
    brigade.burst.end();
    Ok(())
}

/// The token of a one-time link to create the first administrator; `None` when there are accounts already.
///
/// # Errors
/// When the store fails.
pub async fn offer_first_access(brigade: &Brigade) -> Result<Option<String>> {
    if store::account::any(brigade.store.reader()).await? {
        return Ok(None);
    }
    let token = new_secret();
    let mut tx = brigade.store.begin().await?;
    store::account::insert_access_link(&mut tx, &sha256_hex(token.as_bytes()), None, now().plus_ms(LINK_MS)).await?;
    tx.commit().await.map_err(store::StoreError::from)?;
    Ok(Some(token))
}

/// What a one-time link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessLink {
    FirstAdministrator,
    Password(AccountId),
}

/// What a link is for, while it can be used.
///
/// # Errors
/// When the store fails.
pub async fn access_link(brigade: &Brigade, token: &str) -> Result<Option<AccessLink>> {
    let link = store::account::access_link(brigade.store.reader(), &sha256_hex(token.as_bytes()), now()).await?;
    Ok(link.map(|account| account.map_or(AccessLink::FirstAdministrator, AccessLink::Password)))
}

/// A password is chosen by its owner, through a one-time link. Returns the secret by which this device is known from now on: the owner gets in with it even
/// while strangers are being kept out.
///
/// # Errors
/// `not_found` when the link is unknown, used or expired; what [`passwords::check`] refuses.
pub async fn choose_password(brigade: &Brigade, token: &str, password: String, device: Option<&str>) -> Result<String> {
    let (token_hash, at) = (sha256_hex(token.as_bytes()), now());
    let reader = brigade.store.reader();
    let Some(Some(id)) = store::account::access_link(reader, &token_hash, at).await? else { return refuse(ErrorCode::NotFound) };
    let Some(account) = store::account::by_id(reader, id).await? else { return refuse(ErrorCode::NotFound) };
    let password_hash = hash_new_password(password, &account.email, &account.display_name).await?;
    let mut tx = brigade.store.begin().await?;
    let Some(Some(id)) = store::account::access_link(&mut *tx, &token_hash, at).await? else { return refuse(ErrorCode::NotFound) };
    if !store::account::take_access_link(&mut tx, &token_hash, at).await? {
        return refuse(ErrorCode::NotFound);
    }
    store::account::set_password(&mut tx, id, &password_hash).await?;
    if !account.password_hash.is_empty() {
        // Should somebody else have got hold of the link, the owner hears of it.
        store::notice::insert(&mut tx, id, AccountNoticeKind::PasswordByLink, at).await?;
    }
    let device = remember_device(&mut tx, id, device, at).await?;
    store::audit::record(&mut tx, at, Some(id), "account.password", "account", &id.to_string()).await?;
    tx.commit().await.map_err(store::StoreError::from)?;
    brigade.burst.end();
    Ok(device)
}

/// Hashes a password that somebody chooses, once it is one that may be theirs.
///
/// # Errors
/// What [`passwords::check`] refuses.
pub async fn hash_new_password(password: String, email: &str, display_name: &str) -> Result<String> {
    let (chosen, email, display_name) = (password.clone(), email.to_owned(), display_name.to_owned());
    // Estimating takes milliseconds of work: off the async threads.
    let checked = tokio::task::spawn_blocking(move || passwords::check(&chosen, &PasswordOwner { email: &email, display_name: &display_name })).await?;
    match checked {
        Ok(()) => hash_password(password).await,
        Err(code) => refuse(code),
    }
}

/// Who the first administrator is.
#[derive(Clone, Debug)]
pub struct FirstAdministrator {
    pub organisation: String,
    pub display_name: String,
    pub email: String,
    pub password: String,
}

/// Creates the brigade's organisation and its first administrator; uses up the link.
///
/// # Errors
/// `not_found` when the link is unknown, used or expired; `missing_field`; what [`passwords::check`] refuses.
pub async fn create_first_administrator(brigade: &Brigade, token: &str, first: FirstAdministrator) -> Result<()> {
    let email = typed(&first.email).to_lowercase();
    let named = [("organisation", typed(&first.organisation)), ("display_name", typed(&first.display_name))];
    if let Some((field, _)) = named.iter().find(|(_, value)| value.is_empty()) {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, *field));
    }
    if !email.contains('@') {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "email"));
    }
    let (token_hash, at) = (sha256_hex(token.as_bytes()), now());
    // Before anything is judged or hashed: a link that opens nothing costs nothing.
    if store::account::access_link(brigade.store.reader(), &token_hash, at).await? != Some(None) {
        return refuse(ErrorCode::NotFound);
    }
    let password_hash = hash_new_password(first.password, &email, &typed(&first.display_name)).await?;
    let mut tx = brigade.store.begin().await?;
    // A link for an account's password opens that account only: it never makes an administrator.
    if store::account::access_link(&mut *tx, &token_hash, at).await? != Some(None) || !store::account::take_access_link(&mut tx, &token_hash, at).await? {
        return refuse(ErrorCode::NotFound);
    }
    let organisation_id = OrganisationId(new_id());
    let organisation = NewOrganisation {
        id: organisation_id,
        name: typed(&first.organisation),
        kind: OrganisationKind::Brigade,
        service: String::new(),
        municipality: None,
        pivot_person: None,
        receives_referrals: false,
    };
    store::account::insert_organisation(&mut tx, &organisation, at).await?;
    let id = AccountId(new_id());
    let account =
        NewAccount { id, email, display_name: typed(&first.display_name), password_hash, role: Role::Administrator, organisation_id, on_call_rank: None };
    store::account::insert_account(&mut tx, &account, at).await?;
    store::audit::record(&mut tx, at, Some(id), "account.first", "account", &id.to_string()).await?;
    tx.commit().await.map_err(store::StoreError::from)?;
    Ok(())
}
