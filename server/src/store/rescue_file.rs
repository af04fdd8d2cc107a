use casework::{
    clock::Timestamp,
    ids::{AccountId, DeviceId, OrganisationId},
    wire::v1::{RescueBrought, RescueRow},
};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, counted, parsed};

/// A rescue file handed in, and what became of what it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRescueFile {
    pub id: String,
    pub at: Timestamp,
    pub device_id: DeviceId,
    /// Whose work it held.
    pub account_id: AccountId,
    pub handed_in_by: AccountId,
    pub brought: RescueBrought,
}

/// Records a file.
pub async fn insert(tx: &mut Tx, file: &NewRescueFile) -> Result<()> {
    let brought = file.brought;
    sqlx::query(
        "insert into rescue_file (id, at, device_id, account_id, handed_in_by, events_stored, events_known, events_refused, photos_stored, photos_known,
            photos_refused, photos_missing)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&file.id)
    .bind(file.at.0)
    .bind(file.device_id.to_string())
    .bind(file.account_id.to_string())
    .bind(file.handed_in_by.to_string())
    .bind(i64::from(brought.events_stored))
    .bind(i64::from(brought.events_known))
    .bind(i64::from(brought.events_refused))
    .bind(i64::from(brought.photos_stored))
    .bind(i64::from(brought.photos_known))
    .bind(i64::from(brought.photos_refused))
    .bind(i64::from(brought.photos_missing))
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Files of the accounts of an organisation, the latest first.
pub async fn of_organisation<'e>(executor: impl AnyExecutor<'e>, organisation_id: OrganisationId, rows_max: i64) -> Result<Vec<RescueRow>> {
    let rows = sqlx::query(
        "select f.id, f.at, f.device_id, h.display_name as holder, b.display_name as handed_in_by, f.events_stored, f.events_known, f.events_refused,
            f.photos_stored, f.photos_known, f.photos_refused, f.photos_missing
         from rescue_file f join account h on h.id = f.account_id join account b on b.id = f.handed_in_by
         where h.organisation_id = $1 order by f.at desc, f.id desc limit $2",
    )
    .bind(organisation_id.to_string())
    .bind(rows_max)
    .fetch_all(executor)
    .await?;
    rows.iter().map(rescue).collect()
}

fn rescue(row: &AnyRow) -> Result<RescueRow> {
    let id: String = row.try_get("id")?;
    let device_id: String = row.try_get("device_id")?;
    let count = |column| counted("rescue_file", column, &id, row);
    Ok(RescueRow {
        at: Timestamp(row.try_get("at")?),
        device_id: parsed("rescue_file", "device_id", &id, &device_id)?,
        holder: row.try_get("holder")?,
        by: row.try_get("handed_in_by")?,
        brought: RescueBrought {
            events_stored: count("events_stored")?,
            events_known: count("events_known")?,
            events_refused: count("events_refused")?,
            photos_stored: count("photos_stored")?,
            photos_known: count("photos_known")?,
            photos_refused: count("photos_refused")?,
            photos_missing: count("photos_missing")?,
        },
    })
}
