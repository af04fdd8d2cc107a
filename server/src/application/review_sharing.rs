//! The privacy officer reviews what was shared without consent.

use std::collections::BTreeSet;

use casework::{
    access::AccessSubject,
    case::Act,
    emergency_share::{EmergencyShareError, ReviewFinding},
    ids::EmergencyShareId,
    permission::{self, Section},
    wire::v1::{EmergencyShareRow, EmergencyShares, ErrorCode},
};

use super::{Actor, Brigade, Result, UseCaseError, refuse, require, typed};
use crate::{
    clock::now,
    store::{self, EmergencyShareRecord, StoreError},
};

const TEXT_CHARS_MAX: usize = 2_000;

/// What people of the organisation shared without consent.
///
/// # Errors
/// `not_found` for those who do not review.
pub async fn list(brigade: &Brigade, actor: &Actor) -> Result<EmergencyShares> {
    require(permission::may_review_sharing(&actor.permission()), ErrorCode::NotFound)?;
    let at = now();
    let records = store::emergency_share::of_organisation(brigade.store.reader(), actor.account.organisation.id).await?;
    // Why something was shared, and at which door; never what.
    let sections = BTreeSet::from([Section::Existence, Section::Psychosocial]);
    brigade.journal.record_list(actor, AccessSubject::EmergencyShares, records.len(), sections).await?;
    let row = |record: EmergencyShareRecord| {
        let EmergencyShareRecord { share, case_number, address, door, organisation, shared_by_name, reviewed_by_name } = record;
        let (holds, until) = (share.holds(at), share.until());
        let review = share.review;
        EmergencyShareRow {
            id: share.id,
            case_id: share.case_id,
            case_number,
            address,
            door,
            organisation,
            sections: share.sections.into(),
            ground: share.ground,
            reason: share.reason,
            shared_by: shared_by_name,
            at: share.shared.at,
            until,
            holds,
            finding: review.as_ref().map(|review| review.finding),
            reviewed_at: review.as_ref().map(|review| review.reviewed.at),
            review_text: review.map(|review| review.text),
            reviewed_by: reviewed_by_name,
        }
    };
    Ok(EmergencyShares { rows: records.into_iter().map(row).collect() })
}

/// Says what was found of a sharing, once. One that should not have been is closed at once.
///
/// # Errors
/// `not_found`, `reason_required`, `text_too_long`, `act_not_possible` for a second review.
pub async fn review(brigade: &Brigade, actor: &Actor, id: EmergencyShareId, finding: ReviewFinding, text: &str) -> Result<()> {
    require(permission::may_review_sharing(&actor.permission()), ErrorCode::NotFound)?;
    let store = &brigade.store;
    let organisation = actor.account.organisation.id;
    let Some(share) = store::emergency_share::by_id(store.reader(), id, organisation).await? else { return refuse(ErrorCode::NotFound) };
    let text = typed(text);
    if text.chars().count() > TEXT_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    let (by, at) = (actor.account.id, now());
    let reviewed = share.reviewed(Act { by, at }, finding, text).map_err(|error| match error {
        EmergencyShareError::Reason | EmergencyShareError::Sections => UseCaseError::refused(ErrorCode::ReasonRequired),
        EmergencyShareError::Reviewed => UseCaseError::refused(ErrorCode::ActNotPossible),
    })?;
    let mut tx = store.begin().await?;
    if !store::emergency_share::save_reviewed(&mut tx, &reviewed).await? {
        return refuse(ErrorCode::ActNotPossible);
    }
    store::audit::record(&mut tx, at, Some(by), "sharing.reviewed", "emergency_share", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}
