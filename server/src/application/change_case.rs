//! The office moves a case and comments on it.

use casework::{
    case::{CaseOutcome, CaseVerb, TransitionError},
    ids::{AccountId, CaseId},
    permission::{self, Action, Relation, Section},
    wire::v1::{EntryKind, ErrorCode},
};

use super::{Actor, Brigade, Result, UseCaseError, judge_visit::enter, purge_case, refuse, require, sight::Sight, typed};
use crate::{
    clock::now,
    store::{self, CaseRecord, StoreError},
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

/// How the person stands to the case when it is to be moved: who it is assigned to works it.
pub fn relation(actor: &Actor, sight: &Sight, record: &CaseRecord) -> Relation {
    let is_assigned = record.case.state.assignment().is_some_and(|assignment| assignment.to == actor.account.id);
    if is_assigned { Relation::Assigned } else { sight.relation() }
}

/// Moves a case.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible`, `revision_conflict`, `reason_required`, `outcome_required`, `text_too_long`.
pub async fn act(brigade: &Brigade, actor: &Actor, id: CaseId, verb: CaseVerb, said: &Said) -> Result<()> {
    let (mut record, sight) = visible(brigade, actor, id).await?;
    let (by, at) = (actor.account.id, now());
    purge_case::require_kept(brigade, id).await?;
    require(permission::may_move_case(&actor.permission(), relation(actor, &sight, &record), verb), ErrorCode::NotAllowed)?;
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
