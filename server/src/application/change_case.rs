//! The office moves a case and comments on it.

use casework::{
    case::{CaseOutcome, CaseVerb, TransitionError},
    ids::{AccountId, CaseId},
    permission::{self, Action, Relation, Section},
    wire::v1::{EntryKind, ErrorCode},
};

use super::{Actor, Brigade, Result, UseCaseError, judge_visit::enter, purge_case, refuse, require, sight::Sight, stand_in, typed};
use crate::{
    clock::{new_id, now},
    store::{self, CaseRecord, DeputationRow, NewCaseEntry, StoreError},
};

const TEXT_CHARS_MAX: usize = 4_000;

/// What the person says with the verb.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub reason: String,
    pub outcome: Option<CaseOutcome>,
    /// Who it is assigned to; oneself by default.
    pub assign_to: Option<AccountId>,
    /// Revision of the page.
    pub revision: Option<i64>,
}

async fn visible(brigade: &Brigade, actor: &Actor, id: CaseId) -> Result<(CaseRecord, Sight)> {
    let Some(record) = store::case::by_id(brigade.store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let sight = Sight::of_case(&brigade.store, actor, &record).await?;
    if sight.sees() { Ok((record, sight)) } else { refuse(ErrorCode::NotFound) }
}

/// How the person stands to the case when it is to be moved: who it is assigned to works it, and who stands in for them, who is then named.
///
/// # Errors
/// When the store fails.
pub async fn relation(brigade: &Brigade, actor: &Actor, sight: &Sight, record: &CaseRecord) -> Result<(Relation, Option<DeputationRow>)> {
    let Some(assigned_to) = record.case.state.assignment().map(|assignment| assignment.to) else { return Ok((sight.relation(), None)) };
    let in_place_of = stand_in::in_place_of(brigade, actor, assigned_to).await?;
    let is_assigned = assigned_to == actor.account.id || in_place_of.is_some();
    Ok((if is_assigned { Relation::Assigned } else { sight.relation() }, in_place_of))
}

/// Moves a case.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible`, `revision_conflict`, `reason_required`, `outcome_required`, `text_too_long`.
pub async fn act(brigade: &Brigade, actor: &Actor, id: CaseId, verb: CaseVerb, said: &Said) -> Result<()> {
    let (mut record, sight) = visible(brigade, actor, id).await?;
    let (by, at) = (actor.account.id, now());
    purge_case::require_kept(brigade, id).await?;
    let (relation, in_place_of) = relation(brigade, actor, &sight, &record).await?;
    require(permission::may_move_case(&actor.permission(), relation, verb), ErrorCode::NotAllowed)?;
    if said.reason.chars().count() > TEXT_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    if said.revision.is_some_and(|revision| revision != record.revision) {
        return refuse(ErrorCode::RevisionConflict);
    }
    let case = record.case.clone();
    let moved = match verb {
        CaseVerb::Assign => case.assign(said.assign_to.unwrap_or(by), by, at),
        CaseVerb::Start => case.start(by, at),
        CaseVerb::Wait => case.wait(None, by, at),
        CaseVerb::Monitor => case.monitor(None, by, at),
        CaseVerb::Close => match said.outcome {
            Some(outcome) => case.close(outcome, &said.reason, by, at),
            None => return refuse(ErrorCode::OutcomeRequired),
        },
        CaseVerb::Reopen => case.reopen(&said.reason, by, at),
    };
    record.case = moved.map_err(|error| match error {
        TransitionError::WrongStage { .. } => UseCaseError::refused(ErrorCode::ActNotPossible),
        TransitionError::ReasonRequired { .. } => UseCaseError::refused(ErrorCode::ReasonRequired),
    })?;
    let mut tx = brigade.store.begin().await?;
    if !store::case::save(&mut tx, &record, at).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    enter(&mut tx, actor, id, EntryKind::StageChanged, record.case.stage().code(), at).await?;
    if let Some(absent) = in_place_of {
        let line = NewCaseEntry {
            id: new_id().into(),
            case_id: id,
            at,
            by_account: Some(by),
            by_name: &actor.account.display_name,
            kind: EntryKind::InPlaceOf,
            // That somebody who works apart held it may itself be of people.
            confidential: permission::works_apart(absent.absent_role),
            by_confidential: false,
            text: &absent.absent_name,
        };
        store::case::insert_entry(&mut tx, &line).await?;
        store::audit::record(&mut tx, at, Some(by), "case.in_place_of", "case", &id.to_string()).await?;
    }
    store::audit::record(&mut tx, at, Some(by), "case.moved", "case", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Adds a comment to the timeline.
///
/// # Errors
/// `not_found`, `not_allowed`, `missing_field`, `text_too_long`.
pub async fn comment(brigade: &Brigade, actor: &Actor, id: CaseId, text: &str) -> Result<()> {
    let (record, sight) = visible(brigade, actor, id).await?;
    let text = &typed(text);
    if !sight.may(Section::Internal, Action::Write) {
        return refuse(ErrorCode::NotAllowed);
    }
    purge_case::require_kept(brigade, id).await?;
    if text.is_empty() {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "text"));
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    let at = now();
    let mut tx = brigade.store.begin().await?;
    enter(&mut tx, actor, record.case.id, EntryKind::Comment, text, at).await?;
    store::case::touch(&mut tx, id, at).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}
