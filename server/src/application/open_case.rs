//! A case of a building is opened: by what a visit found, or by what a partner signals.

use casework::{
    case::{Case, CaseNumber, OpeningReason},
    clock::Timestamp,
    ids::{AccountId, CaseId},
};

use super::Result;
use crate::{
    clock::{local_date, new_id},
    store::{self, BuildingRow, CaseRecord, Tx},
};

/// A new case with its number, not yet kept: whoever opens it says what was judged first.
///
/// # Errors
/// When the store fails.
pub async fn draw(tx: &mut Tx, building: &BuildingRow, reason: OpeningReason, at: Timestamp) -> Result<CaseRecord> {
    let sequence = store::building::advance(tx, "case_number", 1).await?;
    let year = local_date(at).get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    let number = CaseNumber { year, sequence: u32::try_from(sequence).unwrap_or(u32::MAX) };
    Ok(CaseRecord {
        case: Case::open(CaseId(new_id()), number, building.id, reason, None, at),
        building: building.clone(),
        band: None,
        index: None,
        danger: false,
        complex: false,
        motifs: Vec::new(),
        motifs_confidential: Vec::new(),
        updated_at: at,
        revision: 1,
        referrals_waiting: 0,
        referrals_waiting_in_all: 0,
        escalation_open: false,
    })
}

/// Keeps it, with the calls to the cell that its building had without a case.
///
/// # Errors
/// When the store fails.
pub async fn keep(tx: &mut Tx, record: &CaseRecord, by: AccountId, at: Timestamp) -> Result<()> {
    let id = record.case.id;
    store::case::insert(tx, record).await?;
    store::escalation::link_case(tx, record.building.id, id).await?;
    Ok(store::audit::record(tx, at, Some(by), "case.opened", "case", &id.to_string()).await?)
}
