//! The retention schedule: what it would purge, what is held, and the purge of one case, which is proven.

use std::collections::BTreeMap;

use casework::{
    case::CaseNumber,
    clock::Timestamp,
    ids::CaseId,
    permission,
    referral::Day,
    retention::{FIRST_SEAL, KeptBecause, PurgeProof, REASON_CHARS_MAX, RULES, VERSION},
    wire::v1::{ErrorCode, KeptCount, PurgeableCase, RetentionRegister},
};
use uuid::Uuid;

use super::{Actor, Brigade, Result, UseCaseError, refuse, require, typed};
use crate::{
    clock::{local_date, now, sha256_hex},
    store::{self, StoreError, retention::NewRetentionHold},
};

/// Cases listed at once: each is purged by its own click.
const LISTED_MAX: usize = 50;

fn day_of(at: Timestamp) -> Result<Day> {
    local_date(at).parse().map_err(|_| UseCaseError::refused(ErrorCode::Internal))
}

fn seal(proof: &PurgeProof) -> Result<String> {
    proof.canonical().map(|text| sha256_hex(text.as_bytes())).map_err(|_| UseCaseError::refused(ErrorCode::Internal))
}

/// What would be purged today, why the other closed cases stay, the holds and the proofs.
///
/// # Errors
/// `not_found` for anybody but the privacy officer.
pub async fn list(brigade: &Brigade, actor: &Actor) -> Result<RetentionRegister> {
    require(permission::may_purge(&actor.permission()), ErrorCode::NotFound)?;
    let today = day_of(now())?;
    let mut connection = brigade.store.read().await?;
    let (mut due, mut kept) = (Vec::new(), BTreeMap::<KeptBecause, i64>::new());
    for case in store::retention::closed(&mut connection, &today.to_string(), None).await? {
        match (case.standing.kept_because(today), case.standing.closed_on) {
            (None, Some(closed_on)) => due.push((closed_on, case)),
            (Some(because), _) => *kept.entry(because).or_default() += 1,
            (None, None) => {}
        }
    }
    due.sort_by(|one, other| (one.0, &one.1.number).cmp(&(other.0, &other.1.number)));
    let purgeable_total = i64::try_from(due.len()).unwrap_or(i64::MAX);
    let mut purgeable = Vec::new();
    for (closed_on, case) in due.into_iter().take(LISTED_MAX) {
        let counts = store::retention::counts(&mut connection, case.id).await?;
        purgeable.push(PurgeableCase { id: case.id, number: case.number, closed_on: closed_on.to_string(), revision: case.revision, counts });
    }
    let (mut proofs, mut previous, mut chain_holds) = (Vec::new(), FIRST_SEAL.to_owned(), true);
    for (position, (proof, view)) in (1..).zip(store::retention::proofs(&mut connection).await?) {
        chain_holds &= proof.sequence == position && proof.previous == previous && seal(&proof)? == view.seal;
        previous.clone_from(&view.seal);
        proofs.insert(0, view);
    }
    Ok(RetentionRegister {
        rule_version: VERSION.to_owned(),
        years: RULES[0].years,
        basis: RULES[0].basis.to_owned(),
        purgeable,
        purgeable_total,
        kept: kept.into_iter().map(|(because, count)| KeptCount { because, count }).collect(),
        holds: store::retention::holds(&mut connection, &today.to_string()).await?,
        proofs,
        chain_holds,
    })
}

/// Purges a case: everything of people goes in one transaction, with its proof. Its photo files go with the next sweep of files that nothing names.
///
/// # Errors
/// `not_found` for anybody but the privacy officer; `act_not_possible`, with the reason, while it is to be kept; `revision_conflict` when it changed since
/// the page was read; `case_purged` when another form did it.
pub async fn purge(brigade: &Brigade, actor: &Actor, id: CaseId, form_id: Uuid, revision: i64, at: Timestamp) -> Result<()> {
    require(permission::may_purge(&actor.permission()), ErrorCode::NotFound)?;
    let (by, today) = (actor.account.id, day_of(at)?);
    let mut tx = brigade.store.begin().await?;
    // The row of the number makes purges follow each other; that of the feed keeps phones out meanwhile.
    let sequence = store::incident::next_number(&mut tx, "purge").await?;
    store::building::advance(&mut tx, "feed", 0).await?;
    if let Some(form) = store::retention::purged_by_form(&mut *tx, id).await? {
        // The same click, sent twice, has done what it asked.
        return if form == form_id.to_string() { Ok(()) } else { refuse(ErrorCode::CasePurged) };
    }
    let Some(record) = store::case::by_id(&mut *tx, id).await? else { return refuse(ErrorCode::NotFound) };
    let Some(closed) = store::retention::closed(&mut tx, &today.to_string(), Some(id)).await?.pop() else {
        return Err(UseCaseError::refused_because(ErrorCode::ActNotPossible, KeptBecause::NotClosed.code()));
    };
    if let Some(because) = closed.standing.kept_because(today) {
        return Err(UseCaseError::refused_because(ErrorCode::ActNotPossible, because.code()));
    }
    if record.revision != revision {
        return refuse(ErrorCode::RevisionConflict);
    }
    let proof = PurgeProof {
        sequence,
        case_id: id,
        number: closed.number,
        rule_version: VERSION.to_owned(),
        counts: store::retention::counts(&mut tx, id).await?,
        at: at.0,
        by,
        form_id: form_id.to_string(),
        previous: store::retention::last_seal(&mut tx).await?.unwrap_or_else(|| FIRST_SEAL.to_owned()),
    };
    if !store::retention::purge(&mut tx, record.case, revision).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    store::retention::insert_proof(&mut tx, &proof, &seal(&proof)?).await?;
    store::audit::record(&mut tx, at, Some(by), "case.purged", "case", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Refuses what would add to a case that was purged.
///
/// # Errors
/// `case_purged`.
pub async fn require_kept(brigade: &Brigade, id: CaseId) -> Result<()> {
    if store::retention::purged_at(brigade.store.reader(), id).await?.is_some() { refuse(ErrorCode::CasePurged) } else { Ok(()) }
}

/// A hold as its form says it.
#[derive(Clone, Debug)]
pub struct NewHold {
    /// Made by the form: one click is one hold.
    pub id: Uuid,
    pub case: CaseNumber,
    pub reason: String,
    /// Its last day; none until it is lifted.
    pub until: Option<Day>,
}

/// Holds a case: it is not purged while that stands.
///
/// # Errors
/// `not_found` for anybody but the privacy officer and for no case; `reason_required`, `text_too_long`; `value_out_of_range` for a past end; `case_purged`.
pub async fn hold(brigade: &Brigade, actor: &Actor, new: NewHold) -> Result<()> {
    require(permission::may_purge(&actor.permission()), ErrorCode::NotFound)?;
    let (by, at, reason) = (actor.account.id, now(), typed(&new.reason));
    if reason.is_empty() {
        return refuse(ErrorCode::ReasonRequired);
    }
    if reason.chars().count() > REASON_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, "reason"));
    }
    if new.until.is_some_and(|until| until.to_string() < local_date(at)) {
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "until"));
    }
    let Some(case_id) = store::access::case_numbered(brigade.store.reader(), &new.case.to_string()).await? else { return refuse(ErrorCode::NotFound) };
    let hold = NewRetentionHold { id: new.id, case_id, reason, at, by, until: new.until.map(|until| until.to_string()) };
    let mut tx = brigade.store.begin().await?;
    // Purges wait here, and see the hold when they go on.
    store::building::advance(&mut tx, "feed", 0).await?;
    if store::retention::purged_at(&mut *tx, case_id).await?.is_some() {
        return refuse(ErrorCode::CasePurged);
    }
    if !store::retention::insert_hold(&mut tx, &hold).await? {
        return Ok(());
    }
    store::audit::record(&mut tx, at, Some(by), "case.held", "case", &case_id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Lifts a hold.
///
/// # Errors
/// `not_found` for anybody but the privacy officer and for no hold.
pub async fn lift(brigade: &Brigade, actor: &Actor, id: Uuid) -> Result<()> {
    require(permission::may_purge(&actor.permission()), ErrorCode::NotFound)?;
    let (by, at) = (actor.account.id, now());
    let mut tx = brigade.store.begin().await?;
    if !store::retention::hold_exists(&mut *tx, id).await? {
        return refuse(ErrorCode::NotFound);
    }
    if store::retention::lift_hold(&mut tx, id, by, at).await? {
        store::audit::record(&mut tx, at, Some(by), "hold.lifted", "retention_hold", &id.to_string()).await?;
        tx.commit().await.map_err(StoreError::from)?;
    }
    Ok(())
}
