//! Visits that run over their end: who must be reached, and who was.

use std::collections::BTreeSet;

use casework::{
    clock::Timestamp,
    ids::{EntryId, VisitId},
    overrun::{Found, GRACE_MS, Overrun, overrun},
    permission,
    wire::v1::{ErrorCode, OverdueVisit, VisitReached},
};

use super::{Actor, Brigade, Result, UseCaseError, refuse, require, sight::Sight, typed};
use crate::{
    clock::{new_id, now},
    store::{self, StoreError, visit::NewReached},
};

const TEXT_CHARS_MAX: usize = 500;

/// How many teams past their end are still to be reached, for those who answer for the teams; none for everybody else.
///
/// # Errors
/// When the store fails.
pub async fn to_reach(brigade: &Brigade, actor: &Actor, at: Timestamp) -> Result<u32> {
    if !permission::may_ask_after_visit(&actor.permission()).is_allowed() {
        return Ok(0);
    }
    let teams = overdue(brigade, actor, at).await?.into_iter().filter(|visit| visit.to_reach).count();
    Ok(u32::try_from(teams).unwrap_or(u32::MAX))
}

/// The visits that run over and that exist for the person. Those who answer for the teams know of all: a place and the names of those who may need help.
///
/// # Errors
/// When the store fails.
pub async fn overdue(brigade: &Brigade, actor: &Actor, at: Timestamp) -> Result<Vec<OverdueVisit>> {
    let reader = brigade.store.reader();
    let may_say_reached = permission::may_ask_after_visit(&actor.permission()).is_allowed();
    let mut overdue = Vec::new();
    for visit in store::visit::past_end(reader, at.plus_ms(-GRACE_MS)).await? {
        let Some(building) = store::building::by_id(reader, visit.building_id).await? else { continue };
        if !may_say_reached && !Sight::of_building(actor, &building).knows_visit(brigade, &visit).await? {
            continue;
        }
        let Some(expected_end) = visit.pace.pace.expected_end else { continue };
        let reached = store::visit::last_reached(reader, visit.id).await?.filter(|(reached, _)| reached.at >= expected_end);
        let Some(stands) = overrun(visit.pace.pace, reached.as_ref().map(found), at) else { continue };
        let mut people = vec![visit.started_by_name.clone()];
        if may_say_reached {
            let records = store::observation::of_visit(&mut *brigade.store.read().await?, visit.id).await?;
            let others: BTreeSet<String> = records.into_iter().map(|record| record.recorded_by).filter(|name| *name != visit.started_by_name).collect();
            people.extend(others);
        }
        overdue.push(OverdueVisit {
            visit_id: visit.id,
            address: building.address,
            municipality: building.municipality,
            people,
            expected_end,
            heard_at: may_say_reached.then_some(visit.heard_at),
            reached: reached.map(|(reached, _)| reached),
            to_reach: stands == Overrun::ToReach,
            may_say_reached,
        });
    }
    Ok(overdue)
}

fn found((reached, is_out): &(VisitReached, bool)) -> Found {
    Found { at: reached.at, is_out: *is_out }
}

/// Says that the team of a visit was reached, or that it is out.
///
/// # Errors
/// `not_found` for anybody but coordination and the cell, and for a visit that does not run over; `reason_required`, `text_too_long`.
pub async fn say_reached(brigade: &Brigade, actor: &Actor, id: VisitId, text: &str, is_out: bool) -> Result<()> {
    require(permission::may_ask_after_visit(&actor.permission()), ErrorCode::NotFound)?;
    let text = &typed(text);
    if text.is_empty() {
        return refuse(ErrorCode::ReasonRequired);
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, "text"));
    }
    let at = now();
    let mut tx = brigade.store.begin().await?;
    let known = store::visit::by_id(&mut *tx, id).await?;
    let last = store::visit::last_reached(&mut *tx, id).await?;
    if known.is_none_or(|visit| visit.finished_at.is_some() || overrun(visit.pace.pace, last.as_ref().map(found), at).is_none()) {
        return refuse(ErrorCode::NotFound);
    }
    let reached = NewReached { id: EntryId(new_id()), visit_id: id, at, by: actor.account.id, text: text.to_owned(), is_out };
    store::visit::insert_reached(&mut tx, &reached).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}
