//! Somebody without an account answers one referral: a link, a code that comes by another way, a session that reads and does what that referral alone allows.

use casework::{
    case::Act,
    clock::Timestamp,
    ids::{AccountId, EntryId, LinkId, ReferralId},
    permission::{self, Role},
    referral::{LINK_CODE_DIGITS, Link, LinkError, LinkEvent, Referral, Side, WRONG_CODES_MAX},
    wire::v1::{EntryKind, ErrorCode, LinkState, LinkView, MakeLink},
};

use super::{
    Actor, Brigade, Result, UseCaseError,
    read_referrals::sight_of,
    refuse, require,
    sign_in::{hash_password, password_matches},
    typed,
};
use crate::{
    clock::{new_id, new_secret, now, random_bytes, sha256_hex},
    store::{self, AccountRow, LinkRecord, NewReferralEntry, ReferralRecord, StoreError, Tx},
};

/// A session of a link: the time to read and to answer, on a screen that may be shared.
const SESSION_MS: i64 = 2 * 60 * Timestamp::MINUTE_MS;

/// What is shown once, to be handed over by two different ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshLink {
    /// The last part of the address.
    pub token: String,
    pub code: String,
}

/// Makes a link to a referral for one person of its recipient. The same id sent again, before it was opened, gives the same link a new address and code.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible` when nothing is expected of the recipient, `missing_field`, `value_out_of_range`, `already_exists`.
pub async fn make(brigade: &Brigade, actor: &Actor, id: ReferralId, asked: MakeLink) -> Result<FreshLink> {
    let at = now();
    let by = actor.account.id;
    let record = sent_by(brigade, actor, id).await?;
    let made = Link::make(asked.id, id, record.referral.stage(), &typed(&asked.name), asked.days, Act { by, at });
    let link = made.map_err(|error| match error {
        LinkError::Name => UseCaseError::refused_because(ErrorCode::MissingField, "name"),
        LinkError::Days => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "days"),
        LinkError::Closed | LinkError::Revoked => UseCaseError::refused(ErrorCode::ActNotPossible),
    })?;
    let fresh = FreshLink { token: new_secret(), code: new_code() };
    let code_hash = hash_password(fresh.code.clone()).await?;
    let mut tx = brigade.store.begin().await?;
    let is_new = store::referral_link::by_id(&mut *tx, link.id).await?.is_none();
    // Whoever asks does not choose under whose id its guest acts.
    if !store::referral_link::keep(&mut tx, &link, AccountId(new_id()), &sha256_hex(fresh.token.as_bytes()), &code_hash).await? {
        return refuse(ErrorCode::AlreadyExists);
    }
    if is_new {
        enter(&mut tx, &link, LinkEvent::Made, Some(by), &actor.account.display_name, at).await?;
    }
    store::audit::record(&mut tx, at, Some(by), "link.made", "referral_link", &link.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(fresh)
}

/// Takes a link back: what it opened is closed at once.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible` the second time.
pub async fn revoke(brigade: &Brigade, actor: &Actor, id: LinkId) -> Result<()> {
    let (by, at) = (actor.account.id, now());
    let Some(LinkRecord { link, .. }) = store::referral_link::by_id(brigade.store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    sent_by(brigade, actor, link.referral_id).await?;
    let revoked = link.revoke(Act { by, at }).map_err(|_| UseCaseError::refused(ErrorCode::ActNotPossible))?;
    let mut tx = brigade.store.begin().await?;
    if !store::referral_link::save_revoked(&mut tx, &revoked).await? {
        return refuse(ErrorCode::ActNotPossible);
    }
    enter(&mut tx, &revoked, LinkEvent::Revoked, Some(by), &actor.account.display_name, at).await?;
    store::audit::record(&mut tx, at, Some(by), "link.revoked", "referral_link", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// The referral, for those who may give others a link to it.
async fn sent_by(brigade: &Brigade, actor: &Actor, id: ReferralId) -> Result<ReferralRecord> {
    let Some(record) = store::referral::by_id(brigade.store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let Some((side, _)) = sight_of(actor, &record, &[]) else { return refuse(ErrorCode::NotFound) };
    require(permission::may_make_link(&actor.permission(), side), ErrorCode::NotAllowed)?;
    Ok(record)
}

/// The links of a referral, for those who may make one.
///
/// # Errors
/// When the store fails.
pub async fn views(brigade: &Brigade, actor: &Actor, side: Side, referral: &Referral, at: Timestamp) -> Result<Vec<LinkView>> {
    if !permission::may_make_link(&actor.permission(), side).is_allowed() {
        return Ok(Vec::new());
    }
    let (links, stage) = (store::referral_link::of_referral(brigade.store.reader(), referral.id).await?, referral.stage());
    let view = |LinkRecord { link, opened_at, tries, .. }: LinkRecord| LinkView {
        state: match &link {
            link if link.revoked.is_some() => LinkState::Revoked,
            link if !link.holds(at) || !permission::opens_sections(stage) => LinkState::Expired,
            _ if tries >= WRONG_CODES_MAX => LinkState::Blocked,
            _ => LinkState::Open,
        },
        id: link.id,
        name: link.name,
        expires_at: link.expires_at,
        opened_at,
    };
    Ok(links.into_iter().map(view).collect())
}

/// A link that a code can still open.
///
/// # Errors
/// When the store fails.
pub async fn waits(brigade: &Brigade, token: &str) -> Result<bool> {
    let record = store::referral_link::by_token(brigade.store.reader(), &sha256_hex(token.as_bytes())).await?;
    match record.filter(|record| record.link.holds(now()) && record.tries < WRONG_CODES_MAX) {
        Some(record) => is_open(brigade, record.link.referral_id).await,
        None => Ok(false),
    }
}

/// Whether a referral still opens anything to its recipient.
async fn is_open(brigade: &Brigade, id: ReferralId) -> Result<bool> {
    let record = store::referral::by_id(brigade.store.reader(), id).await?;
    Ok(record.is_some_and(|record| permission::opens_sections(record.referral.stage())))
}

/// A session of a link.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Of the recipient, with the partner's role there; never in the accounts.
    pub actor: Actor,
    pub link: Link,
    pub csrf: String,
    /// When the session closes.
    pub until: Timestamp,
}

/// Opens a session with the code that came apart. Returns its secret.
///
/// # Errors
/// `not_found` for a link that does not hold, the same as for none; `link_code_wrong`; `too_many_attempts` once ten were wrong: the link opens nothing any more.
pub async fn open(brigade: &Brigade, token: &str, code: &str) -> Result<String> {
    let at = now();
    let token_hash = sha256_hex(token.as_bytes());
    let found = store::referral_link::by_token(brigade.store.reader(), &token_hash).await?;
    let Some(LinkRecord { link, code_hash, opened_at, .. }) = found.filter(|record| record.link.holds(at)) else { return refuse(ErrorCode::NotFound) };
    if !is_open(brigade, link.referral_id).await? {
        return refuse(ErrorCode::NotFound);
    }
    // Counted, and kept as counted, before it is looked at.
    let mut tx = brigade.store.begin().await?;
    let Some(tries) = store::referral_link::count_try(&mut tx, link.id, WRONG_CODES_MAX).await? else { return refuse(ErrorCode::TooManyAttempts) };
    tx.commit().await.map_err(StoreError::from)?;
    let digits: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    let is_right = digits.len() == LINK_CODE_DIGITS && password_matches(digits, code_hash).await?;
    let mut tx = brigade.store.begin().await?;
    if !is_right {
        store::audit::record(&mut tx, at, None, "link.wrong_code", "referral_link", &link.id.to_string()).await?;
        let is_last = tries >= WRONG_CODES_MAX;
        if is_last {
            enter(&mut tx, &link, LinkEvent::Blocked, None, "Brigade", at).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        return refuse(if is_last { ErrorCode::TooManyAttempts } else { ErrorCode::LinkCodeWrong });
    }
    // Revoked, or given a new code, while this one was being looked at.
    let still = store::referral_link::by_token(&mut *tx, &token_hash).await?.is_some_and(|record| record.link.holds(at));
    if !still {
        return refuse(ErrorCode::NotFound);
    }
    let secret = new_secret();
    store::referral_link::open_session(&mut tx, link.id, &sha256_hex(secret.as_bytes()), &new_secret(), at, at.plus_ms(SESSION_MS)).await?;
    if opened_at.is_none() {
        enter(&mut tx, &link, LinkEvent::Opened, None, &link.name, at).await?;
    }
    store::audit::record(&mut tx, at, None, "link.opened", "referral_link", &link.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(secret)
}

/// Who holds a session of a link, while both hold.
///
/// # Errors
/// When the store fails.
pub async fn recognise(brigade: &Brigade, secret: &str) -> Result<Option<Guest>> {
    let session = store::referral_link::session(brigade.store.reader(), &sha256_hex(secret.as_bytes()), now()).await?;
    let Some(store::LinkSession { link, guest_id, csrf, expires_at }) = session else { return Ok(None) };
    let record = store::referral::by_id(brigade.store.reader(), link.referral_id).await?;
    // Refused, taken back or expired: there is nothing to read any more, and nothing to answer.
    let Some(record) = record.filter(|record| permission::opens_sections(record.referral.stage())) else { return Ok(None) };
    let Some(organisation) = store::account::organisation_by_id(brigade.store.reader(), record.referral.to_organisation).await? else { return Ok(None) };
    let account = AccountRow {
        id: guest_id,
        email: String::new(),
        display_name: link.name.clone(),
        // No password matches it, and it is in no table.
        password_hash: String::new(),
        role: Role::PartnerAgent,
        active: true,
        organisation,
    };
    Ok(Some(Guest { actor: Actor { account }, until: expires_at.min(link.expires_at), link, csrf }))
}

/// Ends a session.
///
/// # Errors
/// When the store fails.
pub async fn leave(brigade: &Brigade, secret: &str) -> Result<()> {
    let mut tx = brigade.store.begin().await?;
    store::referral_link::end_session(&mut tx, &sha256_hex(secret.as_bytes())).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

async fn enter(tx: &mut Tx, link: &Link, event: LinkEvent, by: Option<AccountId>, by_name: &str, at: Timestamp) -> Result<()> {
    let text = format!("{} : {}", event.code(), link.name);
    let entry =
        NewReferralEntry { id: EntryId(new_id()), referral_id: link.referral_id, at, by_account: by, by_name, kind: EntryKind::ReferralChanged, text: &text };
    Ok(store::referral::insert_entry(tx, &entry).await?)
}

/// Digits that nobody can guess, each as likely as any other.
fn new_code() -> String {
    let mut code = String::with_capacity(LINK_CODE_DIGITS);
    while code.len() < LINK_CODE_DIGITS {
        // 250 is the last multiple of ten in a byte.
        let digits = random_bytes::<16>().into_iter().filter(|byte| *byte < 250).map(|byte| char::from(b'0' + byte % 10));
        code.extend(digits.take(LINK_CODE_DIGITS - code.len()));
    }
    code
}
