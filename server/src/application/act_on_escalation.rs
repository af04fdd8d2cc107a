//! The emergency cell moves an escalation forward and writes its log.

use casework::{
    escalation::{Escalation, EscalationOutcome, EscalationVerb, TransitionError},
    ids::{EntryId, EscalationId},
    permission,
    wire::v1::{BoardEvent, EntryKind, ErrorCode},
};

use super::{Actor, Brigade, Result, UseCaseError, judge_visit::enter, refuse, require, typed};
use crate::{
    clock::{new_id, now},
    store::{self, NewEscalationEntry, StoreError},
};

const TEXT_CHARS_MAX: usize = 2_000;

/// What the person says with the verb.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Team of a dispatch, reason of a stand-down, note of the others.
    pub text: String,
    /// Of a stabilisation.
    pub outcome: Option<EscalationOutcome>,
    /// Revision of the page; without it the latest is taken.
    pub revision: Option<i64>,
}

fn refusal(error: &TransitionError) -> UseCaseError {
    match error {
        TransitionError::WrongStage { .. } => UseCaseError::refused(ErrorCode::ActNotPossible),
        TransitionError::ReasonRequired => UseCaseError::refused(ErrorCode::ReasonRequired),
        TransitionError::TeamRequired => UseCaseError::refused_because(ErrorCode::MissingField, "team"),
    }
}

/// Does `verb` to an escalation, with its clock, log line and timeline line.
///
/// # Errors
/// `not_found` for those who do not see the cell; `not_allowed`, `act_not_possible`, `revision_conflict`, `reason_required`, `outcome_required`, `text_too_long`.
pub async fn act(brigade: &Brigade, actor: &Actor, id: EscalationId, verb: EscalationVerb, said: &Said) -> Result<()> {
    require(permission::may_move_escalation(&actor.permission(), verb), ErrorCode::NotFound)?;
    let text = &typed(&said.text);
    if text.chars().count() > TEXT_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    let mut tx = brigade.store.begin().await?;
    let Some(mut record) = store::escalation::by_id(&mut *tx, id).await? else { return refuse(ErrorCode::NotFound) };
    if said.revision.is_some_and(|revision| revision != record.revision) && !record.escalation.stage().permits(verb) {
        // Somebody was faster with this very act; any other change since (a note) does not stand in the way.
        return refuse(ErrorCode::RevisionConflict);
    }
    let (by, at) = (actor.account.id, now());
    let escalation: Escalation = record.escalation.clone();
    let moved = match verb {
        EscalationVerb::Acknowledge => escalation.acknowledge(by, at),
        EscalationVerb::Dispatch => escalation.dispatch(text, by, at),
        EscalationVerb::Arrive => escalation.arrive(by, at),
        EscalationVerb::Stabilise => match said.outcome {
            Some(outcome) => escalation.stabilise(outcome, by, at),
            None => return refuse(ErrorCode::OutcomeRequired),
        },
        EscalationVerb::StandDown => escalation.stand_down(text, by, at),
    };
    record.escalation = moved.map_err(|error| refusal(&error))?;
    if verb == EscalationVerb::Acknowledge {
        record.acknowledged_by_name = Some(actor.account.display_name.clone());
    }
    if !store::escalation::save(&mut tx, &record).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    let entry = NewEscalationEntry {
        id: EntryId(new_id()),
        escalation_id: id,
        at,
        by_account: Some(by),
        by_name: &actor.account.display_name,
        verb: Some(verb),
        text: match said.outcome {
            Some(outcome) if verb == EscalationVerb::Stabilise && text.is_empty() => outcome.code(),
            _ => text,
        },
    };
    store::escalation::insert_entry(&mut tx, &entry).await?;
    if let Some(case_id) = record.escalation.case_id {
        enter(&mut tx, actor, case_id, EntryKind::EscalationChanged, verb.code(), at).await?;
        store::case::touch(&mut tx, case_id, at).await?;
    }
    store::audit::record(&mut tx, at, Some(by), "escalation.moved", "escalation", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.board.publish(&[BoardEvent { escalation_id: id, revision: record.revision + 1 }]);
    Ok(())
}

/// Adds a note to the log.
///
/// # Errors
/// `not_found`, `missing_field`, `text_too_long`.
pub async fn note(brigade: &Brigade, actor: &Actor, id: EscalationId, text: &str) -> Result<()> {
    let text = &typed(text);
    require(permission::may_write_log(&actor.permission()), ErrorCode::NotFound)?;
    if text.is_empty() {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "text"));
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    let mut tx = brigade.store.begin().await?;
    if store::escalation::by_id(&mut *tx, id).await?.is_none() {
        return refuse(ErrorCode::NotFound);
    }
    let entry = NewEscalationEntry {
        id: EntryId(new_id()),
        escalation_id: id,
        at: now(),
        by_account: Some(actor.account.id),
        by_name: &actor.account.display_name,
        verb: None,
        text,
    };
    store::escalation::insert_entry(&mut tx, &entry).await?;
    let revision = store::escalation::touch(&mut tx, id).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.board.publish(&[BoardEvent { escalation_id: id, revision }]);
    Ok(())
}

/// Strikes a line of the log: it stays, crossed out, with the reason and who struck it.
///
/// # Errors
/// `not_found`, `reason_required`, `text_too_long`.
pub async fn strike(brigade: &Brigade, actor: &Actor, id: EscalationId, entry: EntryId, reason: &str) -> Result<()> {
    let reason = &typed(reason);
    require(permission::may_strike_log(&actor.permission()), ErrorCode::NotFound)?;
    if reason.is_empty() {
        return refuse(ErrorCode::ReasonRequired);
    }
    if reason.chars().count() > TEXT_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if !store::escalation::strike_entry(&mut tx, id, entry, actor.account.id, reason, at).await? {
        return refuse(ErrorCode::NotFound);
    }
    store::audit::record(&mut tx, at, Some(actor.account.id), "escalation.entry_struck", "escalation_entry", &entry.to_string()).await?;
    let revision = store::escalation::touch(&mut tx, id).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.board.publish(&[BoardEvent { escalation_id: id, revision }]);
    Ok(())
}
