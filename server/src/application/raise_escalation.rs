//! Somebody at the office calls the emergency cell about a case.

use casework::{
    escalation::{Raise, Reason},
    ids::EscalationId,
    permission,
    wire::v1::{ErrorCode, RaiseEscalation},
};
use inspection_grid::Place;

use super::{
    Actor, Brigade, Result,
    judge_visit::{self, Words},
    refuse, require,
    sight::Sight,
    typed,
};
use crate::{
    clock::{new_id, now},
    store::{self, StoreError},
};

const REASON_CHARS_MAX: usize = 2_000;

/// Raises an escalation of a case, or joins the building's open one.
///
/// # Errors
/// `not_allowed`, `not_found`, `reason_required`, `text_too_long`.
pub async fn raise(brigade: &Brigade, actor: &Actor, request: RaiseEscalation) -> Result<EscalationId> {
    require(permission::may_raise_escalation(&actor.permission()), ErrorCode::NotAllowed)?;
    let reason = &typed(&request.reason);
    if reason.is_empty() {
        return refuse(ErrorCode::ReasonRequired);
    }
    if reason.chars().count() > REASON_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    let at = now();
    let Some(record) = store::case::by_id(brigade.store.reader(), request.case_id).await? else { return refuse(ErrorCode::NotFound) };
    if !Sight::of_case(&brigade.store, actor, &record).await?.sees() {
        return refuse(ErrorCode::NotFound);
    }
    // A danger is told whatever became of the case; nothing is added to one that was purged.
    let is_purged = store::retention::purged_at(brigade.store.reader(), record.case.id).await?.is_some();
    let mut tx = brigade.store.begin().await?;
    let mut board = Vec::new();
    let escalation = Raise {
        id: EscalationId(new_id()),
        case_id: (!is_purged).then_some(record.case.id),
        building_id: record.building.id,
        place: Place::Common,
        reasons: vec![Reason { criterion: None, observation: None, place: Place::Common, text: Some(reason.to_owned()) }],
        raised_by: actor.account.id,
        raised_on_device_at: None,
        exercise: false,
    };
    let words = Words { text: reason, called_911: request.called_911, confidential: false };
    let id = judge_visit::raise(&mut tx, actor, &record.building, escalation, &words, at, &mut board).await?;
    if !is_purged {
        store::case::touch(&mut tx, record.case.id, at).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    brigade.board.publish(&board);
    Ok(id)
}
