//! A partner answers a referral and carries it to its outcome; the sender may withdraw it; the clock may expire it.

use casework::{
    clock::Timestamp,
    ids::{AccountId, EntryId, ReferralId},
    permission,
    referral::{Day, Helped, ReferralVerb},
    wire::v1::{EntryKind, ErrorCode},
};

use super::{
    Actor, Brigade, Result, UseCaseError,
    create_referral::{self, refusal},
    forward_referrals,
    read_referrals::sight_of,
    refuse, require, speak_in_referral, typed,
};
use crate::{
    clock::{new_id, now},
    store::{self, NewCaseEntry, NewReferralEntry, ReferralRecord, StoreError, Tx},
};

const TEXT_CHARS_MAX: usize = 4_000;

/// What the person says with the verb.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Reason of a refusal, hold or withdrawal; outcome of a completion.
    pub text: String,
    /// `YYYY-MM-DD`, of an acceptance.
    pub planned_on: Option<String>,
    /// Revision of the page.
    pub revision: Option<i64>,
    /// Of a completion: did it help, in the person's judgement and words, when they were asked.
    pub person: Option<(Helped, String)>,
}

/// Does `verb` to a referral, from the side the person is on.
///
/// # Errors
/// `not_found`, `not_allowed`, `already_answered`, `act_not_possible`, `revision_conflict`, `reason_required`, `outcome_required`, `text_too_long`.
pub async fn act(brigade: &Brigade, actor: &Actor, id: ReferralId, verb: ReferralVerb, said: &Said) -> Result<()> {
    if verb == ReferralVerb::Send {
        return create_referral::send_draft(brigade, actor, id, said.revision).await;
    }
    let text = &typed(&said.text);
    if text.chars().count() > TEXT_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    let (by, at) = (actor.account.id, now());
    let mut tx = brigade.store.begin().await?;
    let Some(mut record) = store::referral::by_id(&mut *tx, id).await? else { return refuse(ErrorCode::NotFound) };
    let Some((side, _)) = sight_of(actor, &record, &[]) else { return refuse(ErrorCode::NotFound) };
    require(permission::may_move_referral(&actor.permission(), side, verb), ErrorCode::NotAllowed)?;
    let planned_on = match said.planned_on.as_deref().filter(|day| !day.is_empty()) {
        None => None,
        Some(day) => Some(day.parse::<Day>().map_err(|_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "planned_on"))?),
    };
    let expected = record.referral.revision;
    let is_stale = said.revision.is_some_and(|revision| revision != expected);
    let referral = record.referral.clone();
    let moved = match verb {
        ReferralVerb::Accept => referral.accept(by, at, planned_on),
        ReferralVerb::Decline => referral.decline(text, by, at),
        ReferralVerb::Start => referral.start(by, at),
        ReferralVerb::Hold => referral.hold(text, by, at),
        ReferralVerb::Resume => referral.resume(),
        ReferralVerb::Complete => referral.complete(text, by, at),
        ReferralVerb::Withdraw => referral.withdraw(by, at, text),
        // A redirection is another referral, which says where it comes from.
        ReferralVerb::Send | ReferralVerb::Redirect | ReferralVerb::Expire => return refuse(ErrorCode::ActNotPossible),
    };
    // What the state machine says (« already accepted by… ») is more useful than « somebody changed it ».
    record.referral = moved.map_err(|error| refusal(&error))?;
    if is_stale {
        return refuse(ErrorCode::RevisionConflict);
    }
    if matches!(verb, ReferralVerb::Accept | ReferralVerb::Decline) {
        record.answered_by_name = Some(actor.account.display_name.clone());
        record.answered_at = Some(at);
    }
    if let Some((helped, words)) = &said.person {
        speak_in_referral::keep_word(actor, &mut record, *helped, words, at)?;
    }
    if !store::referral::save(&mut tx, &record, expected, at).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    let recorded = Recorded { by: Some(by), by_name: &actor.account.display_name, verb, text };
    write_down(&mut tx, &record, &recorded, at).await?;
    if let Some((helped, _)) = &said.person {
        speak_in_referral::enter_word(&mut tx, actor, &record, *helped, at).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

struct Recorded<'text> {
    by: Option<AccountId>,
    by_name: &'text str,
    verb: ReferralVerb,
    text: &'text str,
}

/// The referral's own history, the case's timeline and the audit trail.
async fn write_down(tx: &mut Tx, record: &ReferralRecord, recorded: &Recorded<'_>, at: Timestamp) -> Result<()> {
    let kind = match recorded.verb {
        ReferralVerb::Accept | ReferralVerb::Decline => EntryKind::ReferralAnswered,
        _ => EntryKind::ReferralChanged,
    };
    let text = if recorded.text.is_empty() { recorded.verb.code().to_owned() } else { format!("{} : {}", recorded.verb.code(), recorded.text) };
    let entry =
        NewReferralEntry { id: EntryId(new_id()), referral_id: record.referral.id, at, by_account: recorded.by, by_name: recorded.by_name, kind, text: &text };
    store::referral::insert_entry(tx, &entry).await?;
    let confidential = record.referral.shared_sections.needs_consent();
    // In the case, the other side is named: whom the brigade asked, or who asked the brigade.
    let (name, kind) = if record.from_brigade { (&record.to_name, kind) } else { (&record.from_name, EntryKind::ReferralReceived) };
    let line = format!("{name} · {}", recorded.verb.code());
    let entry = NewCaseEntry {
        id: EntryId(new_id()),
        case_id: record.referral.case_id,
        at,
        by_account: recorded.by,
        by_name: recorded.by_name,
        kind,
        confidential,
        by_confidential: false,
        text: &line,
    };
    store::case::insert_entry(tx, &entry).await?;
    if !confidential {
        store::case::touch(tx, record.referral.case_id, at).await?;
    }
    forward_referrals::tell_first(tx, &record.referral, recorded.verb, at).await?;
    store::audit::record(tx, at, recorded.by, "referral.moved", "referral", &record.referral.id.to_string()).await?;
    Ok(())
}

/// Past its deadline a referral shows as late on both sides for this long; then it goes back to its sender as expired.
const LATE_BEFORE_EXPIRY_MS: i64 = 7 * Timestamp::DAY_MS;

/// Expires the referrals that nobody answered, a week after their deadline.
///
/// # Errors
/// When the store fails.
pub async fn expire_overdue(brigade: &Brigade) -> Result<usize> {
    let at = now();
    let overdue = store::referral::overdue(brigade.store.reader(), at.plus_ms(-LATE_BEFORE_EXPIRY_MS)).await?;
    let mut expired = 0;
    for candidate in overdue {
        let mut tx = brigade.store.begin().await?;
        let Some(mut record) = store::referral::by_id(&mut *tx, candidate.referral.id).await? else { continue };
        let expected = record.referral.revision;
        // Answered since we looked: nothing to expire.
        let Ok(referral) = record.referral.clone().expire(at) else { continue };
        record.referral = referral;
        if store::referral::save(&mut tx, &record, expected, at).await? {
            let recorded = Recorded { by: None, by_name: "Brigade", verb: ReferralVerb::Expire, text: "" };
            write_down(&mut tx, &record, &recorded, at).await?;
            tx.commit().await.map_err(StoreError::from)?;
            expired += 1;
        }
    }
    Ok(expired)
}
