//! What people decided of doors that look alike.

use std::collections::BTreeMap;

use casework::{
    clock::Timestamp,
    ids::{BuildingId, DwellingId, EventId},
    wire::v1::DoorPair,
};
use sqlx::{AnyConnection, AnyExecutor, Row, any::AnyRow};

use super::{
    Result, Tx, parsed,
    rows::{ids, over_given},
};

/// A decision with what said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorPairRow {
    pub pair: DoorPair,
    pub event_id: EventId,
    /// What the event was sent with: its place in the feed.
    pub batch_id: i64,
}

/// The decisions about a building's doors, in the order of the feed.
pub async fn of_building<'e>(executor: impl AnyExecutor<'e>, building_id: BuildingId) -> Result<Vec<DoorPairRow>> {
    let rows = sqlx::query(
        "select p.gone, p.kept, p.same, p.event_id, e.batch_id from door_pair p join field_event e on e.id = p.event_id
         where p.building_id = $1 order by e.batch_id, p.event_id",
    )
    .bind(building_id.to_string())
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            let gone: String = row.try_get("gone")?;
            let door = |column: &'static str| parsed("door_pair", column, &gone, row.try_get(column)?);
            let pair = DoorPair { gone: door("gone")?, kept: door("kept")?, same: row.try_get::<i64, _>("same")? == 1 };
            Ok(DoorPairRow { pair, event_id: parsed("door_pair", "event_id", &gone, row.try_get("event_id")?)?, batch_id: row.try_get("batch_id")? })
        })
        .collect()
}

/// When each of these doors was last united with another, either way, as the server received it; one that stands alone is absent.
pub async fn united_at(connection: &mut AnyConnection, doors: impl IntoIterator<Item = DwellingId>) -> Result<BTreeMap<DwellingId, Timestamp>> {
    let select = over_given(
        connection,
        "select given.value ->> 0 as door, max(b.received_at) as at
         from {given} join dwelling d on d.id = given.value ->> 0 or d.goes_by = given.value ->> 0
            join door_pair p on (p.kept = d.id or p.gone = d.id) and p.same = 1 join field_event e on e.id = p.event_id join field_batch b on b.id = e.batch_id
         group by given.value ->> 0",
        &ids(doors),
    );
    let united = |row: &AnyRow| {
        let door: String = row.try_get("door")?;
        Ok((parsed("door_pair", "kept", &door, &door)?, Timestamp(row.try_get("at")?)))
    };
    select.fetch_all(connection).await?.iter().map(united).collect()
}

/// Stores what is decided now of a building's doors, in place of what was.
pub async fn replace(tx: &mut Tx, building_id: BuildingId, decided: &[(DoorPair, EventId)]) -> Result<()> {
    sqlx::query("delete from door_pair where building_id = $1").bind(building_id.to_string()).execute(&mut *tx).await?;
    for (pair, event_id) in decided {
        sqlx::query("insert into door_pair (building_id, gone, kept, same, event_id) values ($1, $2, $3, $4, $5)")
            .bind(building_id.to_string())
            .bind(pair.gone.to_string())
            .bind(pair.kept.to_string())
            .bind(i64::from(pair.same))
            .bind(event_id.to_string())
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Says which door stands for this one; `None` when it stands for itself.
pub async fn set_goes_by(tx: &mut Tx, door: DwellingId, kept: Option<DwellingId>) -> Result<()> {
    sqlx::query("update dwelling set goes_by = $2 where id = $1").bind(door.to_string()).bind(kept.map(|id| id.to_string())).execute(&mut *tx).await?;
    Ok(())
}
