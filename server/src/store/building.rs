use casework::{
    ids::{BuildingId, DwellingId, OrganisationId},
    wire::v1::{Door, TerritoryOutline},
};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{
    Result, Tx, from_json, parsed,
    rows::{Values, ids, over_given},
    to_json,
};
use crate::clock::new_id;

#[derive(Clone, Debug)]
pub struct BuildingRow {
    pub id: BuildingId,
    pub address: String,
    pub municipality: String,
    pub borough: Option<String>,
    pub dwellings: u32,
    pub storeys: Option<u16>,
    pub year_built: Option<u16>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
}

/// A building of the round with its day.
#[derive(Clone, Debug)]
pub struct RoundBuilding {
    pub building: BuildingRow,
    pub planned_on: String,
    pub withdrawn: bool,
    pub feed_sequence: i64,
}

#[derive(Clone, Debug)]
pub struct NewBuilding {
    pub row: BuildingRow,
    /// Where the data comes from: `demo`, `roll-2026`, `manual`.
    pub provenance: String,
}

#[derive(Clone, Debug)]
pub struct DwellingRow {
    pub building_id: BuildingId,
    pub door: Door,
}

#[derive(Clone, Debug)]
pub struct NewDwelling {
    pub id: DwellingId,
    pub building_id: BuildingId,
    pub label: String,
    pub floor: i16,
    pub added_by_event: Option<String>,
}

pub struct TerritoryRow {
    pub outline: TerritoryOutline,
}

/// A number that a column holds and that our type bounds.
fn narrow<T: TryFrom<i64>>(value: i64) -> Option<T> {
    T::try_from(value).ok()
}

pub(super) fn building(row: &AnyRow, prefix: &str) -> Result<BuildingRow> {
    let column = |name: &str| format!("{prefix}{name}");
    let id: String = row.try_get(column("id").as_str())?;
    Ok(BuildingRow {
        address: row.try_get(column("address").as_str())?,
        municipality: row.try_get(column("municipality").as_str())?,
        borough: row.try_get(column("borough").as_str())?,
        dwellings: narrow(row.try_get(column("dwellings").as_str())?).unwrap_or(0),
        storeys: row.try_get::<Option<i64>, _>(column("storeys").as_str())?.and_then(narrow),
        year_built: row.try_get::<Option<i64>, _>(column("year_built").as_str())?.and_then(narrow),
        longitude: row.try_get(column("longitude").as_str())?,
        latitude: row.try_get(column("latitude").as_str())?,
        id: parsed("building", "id", &id, &id)?,
    })
}

pub async fn insert(tx: &mut Tx, new: &NewBuilding, feed_sequence: i64) -> Result<()> {
    let row = &new.row;
    let search = fold(&[&row.address, &row.municipality, row.borough.as_deref().unwrap_or_default()]);
    sqlx::query(
        "insert into building (id, address, search_text, municipality, borough, dwellings, storeys, year_built, longitude, latitude, provenance, feed_sequence)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(row.id.to_string())
    .bind(&row.address)
    .bind(search)
    .bind(&row.municipality)
    .bind(&row.borough)
    .bind(i64::from(row.dwellings))
    .bind(row.storeys.map(i64::from))
    .bind(row.year_built.map(i64::from))
    .bind(row.longitude)
    .bind(row.latitude)
    .bind(&new.provenance)
    .bind(feed_sequence)
    // sqlx declares a missing double as a float4 to PostgreSQL: kept prepared, the statement would then refuse a number.
    .persistent(row.longitude.is_some() && row.latitude.is_some())
    .execute(&mut *tx)
    .await?;
    Ok(())
}

pub async fn insert_dwelling(tx: &mut Tx, dwelling: &NewDwelling) -> Result<()> {
    sqlx::query("insert into dwelling (id, building_id, label, floor, added_by_event) values ($1, $2, $3, $4, $5) on conflict (id) do nothing")
        .bind(dwelling.id.to_string())
        .bind(dwelling.building_id.to_string())
        .bind(&dwelling.label)
        .bind(i64::from(dwelling.floor))
        .bind(&dwelling.added_by_event)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub async fn plan(tx: &mut Tx, building_id: BuildingId, organisation_id: OrganisationId, planned_on: &str) -> Result<()> {
    sqlx::query(
        "insert into round_stop (building_id, organisation_id, planned_on, withdrawn) values ($1, $2, $3, 0)
         on conflict (building_id) do update set organisation_id = excluded.organisation_id, planned_on = excluded.planned_on, withdrawn = 0",
    )
    .bind(building_id.to_string())
    .bind(organisation_id.to_string())
    .bind(planned_on)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Takes a building off the round. `false` when it is not in it.
pub async fn withdraw(tx: &mut Tx, building_id: BuildingId, organisation_id: OrganisationId) -> Result<bool> {
    let done = sqlx::query("update round_stop set withdrawn = 1 where building_id = $1 and organisation_id = $2 and withdrawn = 0")
        .bind(building_id.to_string())
        .bind(organisation_id.to_string())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: BuildingId) -> Result<Option<BuildingRow>> {
    let row = sqlx::query("select id, address, municipality, borough, dwellings, storeys, year_built, longitude, latitude from building where id = $1")
        .bind(id.to_string())
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(|row| building(row, "")).transpose()
}

/// Those of these buildings that are or were in a round, with the organisation of the round: what a phone still holds of a withdrawn one is never refused.
pub async fn in_rounds(tx: &mut Tx, buildings: impl IntoIterator<Item = BuildingId>) -> Result<Vec<(OrganisationId, BuildingRow)>> {
    let rows = ids(buildings);
    let select = over_given(
        tx,
        "select b.id, b.address, b.municipality, b.borough, b.dwellings, b.storeys, b.year_built, b.longitude, b.latitude, r.organisation_id
         from building b join round_stop r on r.building_id = b.id where b.id in (select given.value ->> 0 from {given})",
        &rows,
    );
    let in_round = |row: &AnyRow| {
        let building = building(row, "")?;
        Ok((parsed("round_stop", "organisation_id", &building.id.to_string(), row.try_get("organisation_id")?)?, building))
    };
    select.fetch_all(&mut *tx).await?.iter().map(in_round).collect()
}

/// The round of an organisation that changed after `after`, in feed order.
pub async fn round_since<'e>(executor: impl AnyExecutor<'e>, organisation_id: OrganisationId, after: i64, limit: i64) -> Result<Vec<RoundBuilding>> {
    let rows = sqlx::query(
        "select b.id, b.address, b.municipality, b.borough, b.dwellings, b.storeys, b.year_built, b.longitude, b.latitude, b.feed_sequence, r.planned_on, r.withdrawn
         from round_stop r join building b on b.id = r.building_id
         where r.organisation_id = $1 and b.feed_sequence > $2 order by b.feed_sequence limit $3",
    )
    .bind(organisation_id.to_string())
    .bind(after)
    .bind(limit)
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(RoundBuilding {
                building: building(row, "")?,
                planned_on: row.try_get("planned_on")?,
                withdrawn: row.try_get::<i64, _>("withdrawn")? == 1,
                feed_sequence: row.try_get("feed_sequence")?,
            })
        })
        .collect()
}

/// Every building with its day in an organisation's round, by address.
pub async fn all_with_plan<'e>(executor: impl AnyExecutor<'e>, organisation_id: OrganisationId) -> Result<Vec<(BuildingRow, Option<String>)>> {
    let rows = sqlx::query(
        "select b.id, b.address, b.municipality, b.borough, b.dwellings, b.storeys, b.year_built, b.longitude, b.latitude, r.planned_on
         from building b left join round_stop r on r.building_id = b.id and r.organisation_id = $1 and r.withdrawn = 0 order by b.municipality, b.search_text, b.id",
    )
    .bind(organisation_id.to_string())
    .fetch_all(executor)
    .await?;
    rows.iter().map(|row| Ok((building(row, "")?, row.try_get("planned_on")?))).collect()
}

/// The building of this address in a municipality, whatever its borough, its accents and its case.
pub async fn by_address<'e>(executor: impl AnyExecutor<'e>, address: &str, municipality: &str) -> Result<Option<BuildingRow>> {
    let row = sqlx::query(
        "select id, address, municipality, borough, dwellings, storeys, year_built, longitude, latitude from building
         where municipality = $1 and (search_text = $2 or substr(search_text, 1, length($2) + 1) = $2 || ' ') order by id limit 1",
    )
    .bind(municipality)
    .bind(fold(&[address, municipality, ""]))
    .fetch_optional(executor)
    .await?;
    row.as_ref().map(|row| building(row, "")).transpose()
}

/// Whether a building of this address is known already.
pub async fn address_is_known<'e>(executor: impl AnyExecutor<'e>, address: &str, municipality: &str, borough: Option<&str>) -> Result<bool> {
    let search = fold(&[address, municipality, borough.unwrap_or_default()]);
    Ok(sqlx::query("select id from building where search_text = $1 limit 1").bind(search).fetch_optional(executor).await?.is_some())
}

fn door(row: &AnyRow) -> Result<Door> {
    let dwelling_id: String = row.try_get("id")?;
    Ok(Door {
        label: row.try_get("label")?,
        floor: narrow(row.try_get("floor")?).unwrap_or(0),
        dwelling_id: parsed("dwelling", "id", &dwelling_id, &dwelling_id)?,
    })
}

/// Every door of a building, by floor then label.
pub async fn doors<'e>(executor: impl AnyExecutor<'e>, id: BuildingId) -> Result<Vec<Door>> {
    let select = sqlx::query("select id, label, floor from dwelling where building_id = $1 order by floor, label, id").bind(id.to_string());
    select.fetch_all(executor).await?.iter().map(door).collect()
}

/// The same, without those that go by the name of another.
pub async fn standing_doors<'e>(executor: impl AnyExecutor<'e>, id: BuildingId) -> Result<Vec<Door>> {
    let select = sqlx::query("select id, label, floor from dwelling where building_id = $1 and goes_by is null order by floor, label, id").bind(id.to_string());
    select.fetch_all(executor).await?.iter().map(door).collect()
}

/// A door, its building, and the door that stands for it when that is another.
pub type KnownDoor = (DwellingId, BuildingId, Option<DwellingId>);

/// The doors that exist among these.
pub async fn doors_among(tx: &mut Tx, dwellings: impl IntoIterator<Item = DwellingId>) -> Result<Vec<KnownDoor>> {
    let rows = ids(dwellings);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let select = over_given(tx, "select id, building_id, goes_by from dwelling where id in (select given.value ->> 0 from {given})", &rows);
    let door = |row: &AnyRow| {
        let id: String = row.try_get("id")?;
        let goes_by = row.try_get::<Option<String>, _>("goes_by")?.map(|kept| parsed("dwelling", "goes_by", &id, &kept)).transpose()?;
        Ok((parsed("dwelling", "id", &id, &id)?, parsed("dwelling", "building_id", &id, row.try_get("building_id")?)?, goes_by))
    };
    select.fetch_all(&mut *tx).await?.iter().map(door).collect()
}

const TOUCH: Values =
    Values { before: "update building set feed_sequence = given.column2 from (", columns: 2, after: ") as given where building.id = given.column1" };

/// Marks buildings as changed, each at its place in the feed, for the phones that follow them.
pub async fn touch_all(tx: &mut Tx, changed: Vec<(BuildingId, i64)>) -> Result<()> {
    TOUCH.execute(tx, changed, |statement, (id, feed_sequence)| statement.bind(id.to_string()).bind(feed_sequence)).await?;
    Ok(())
}

/// Marks a building as changed for the phones that follow it.
pub async fn touch(tx: &mut Tx, id: BuildingId, feed_sequence: i64) -> Result<()> {
    sqlx::query("update building set feed_sequence = $2 where id = $1").bind(id.to_string()).bind(feed_sequence).execute(&mut *tx).await?;
    Ok(())
}

/// Takes the next `count` numbers of a counter and returns the first. The row stays locked until the transaction ends.
pub async fn advance(tx: &mut Tx, counter: &'static str, count: i64) -> Result<i64> {
    let row = sqlx::query("update counter set value = value + $2 where name = $1 returning value").bind(counter).bind(count).fetch_one(&mut *tx).await?;
    Ok(row.try_get::<i64, _>("value")? - count + 1)
}

pub async fn insert_territory(tx: &mut Tx, outline: &TerritoryOutline, approximate: bool) -> Result<()> {
    sqlx::query("insert into territory (id, municipality, borough, ring, approximate) values ($1, $2, $3, $4, $5)")
        .bind(new_id().to_string())
        .bind(&outline.municipality)
        .bind(&outline.borough)
        .bind(to_json(&outline.ring))
        .bind(i64::from(approximate))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub async fn territories<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<TerritoryOutline>> {
    let rows = sqlx::query("select id, municipality, borough, ring from territory order by municipality, borough, id").fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let ring: String = row.try_get("ring")?;
            Ok(TerritoryOutline {
                municipality: row.try_get("municipality")?,
                borough: row.try_get("borough")?,
                ring: from_json("territory", "ring", &id, &ring)?,
            })
        })
        .collect()
}

/// Text for an accent- and case-insensitive search: lower case, letters without accents, single spaces.
pub fn fold(parts: &[&str]) -> String {
    let mut folded = String::new();
    for character in parts.join(" ").chars().flat_map(char::to_lowercase) {
        match character {
            'à' | 'â' | 'ä' | 'á' | 'ã' => folded.push('a'),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'î' | 'ï' | 'í' | 'ì' => folded.push('i'),
            'ô' | 'ö' | 'ó' | 'ò' | 'õ' => folded.push('o'),
            'ù' | 'û' | 'ü' | 'ú' => folded.push('u'),
            'ç' => folded.push('c'),
            'ñ' => folded.push('n'),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            letter if letter.is_alphanumeric() => folded.push(letter),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.trim_end().to_owned()
}
