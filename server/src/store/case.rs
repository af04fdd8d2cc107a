use casework::{
    case::{Case, CaseStage},
    clock::Timestamp,
    ids::{AccountId, BuildingId, CaseId, EntryId},
    wire::v1::EntryKind,
};
use inspection_grid::Band;
use sqlx::{Any, AnyExecutor, QueryBuilder, Row, any::AnyRow};

use super::{
    BuildingRow, Result, Tx, building, built, code, from_json, parsed,
    rows::{Values, ids, over_given},
    to_json,
};

/// A case with the facts that lists and maps filter on.
#[derive(Clone, Debug)]
pub struct CaseRecord {
    pub case: Case,
    pub building: BuildingRow,
    pub band: Option<Band>,
    pub index: Option<f64>,
    pub danger: bool,
    pub complex: bool,
    /// Motif codes that the building compartment proves.
    pub motifs: Vec<String>,
    /// Motif codes that both compartments prove.
    pub motifs_confidential: Vec<String>,
    pub updated_at: Timestamp,
    pub revision: i64,
    pub referrals_waiting: u32,
    /// The same with those that share something of people, for the psychosocial compartment.
    pub referrals_waiting_in_all: u32,
    pub escalation_open: bool,
}

/// Place in the list, newest change first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CasePosition {
    pub updated_at: Timestamp,
    pub id: CaseId,
}

/// What a list keeps. Every field narrows.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// Only open ones (`Some(true)`), only closed ones (`Some(false)`).
    pub open: Option<bool>,
    pub stage: Option<CaseStage>,
    pub band: Option<Band>,
    pub municipality: Option<String>,
    /// Municipality that the reader's territory imposes, whatever they filter on.
    pub territory: Option<String>,
    /// Folded words, all of which must be in the address or number.
    pub words: Vec<String>,
}

/// A line of the timeline, as stored.
#[derive(Clone, Debug)]
pub struct CaseEntryRecord {
    pub id: EntryId,
    pub at: Timestamp,
    pub by_name: String,
    pub kind: EntryKind,
    /// It belongs to the psychosocial compartment.
    pub confidential: bool,
    /// It does not, and who wrote it does: they were there for a household alone.
    pub by_confidential: bool,
    pub text: String,
    pub struck_reason: Option<String>,
}

#[derive(Clone, Debug)]
pub struct NewCaseEntry<'text> {
    pub id: EntryId,
    pub case_id: CaseId,
    pub at: Timestamp,
    pub by_account: Option<AccountId>,
    pub by_name: &'text str,
    pub kind: EntryKind,
    /// It belongs to the psychosocial compartment.
    pub confidential: bool,
    /// It does not, and who wrote it does: they were there for a household alone.
    pub by_confidential: bool,
    pub text: &'text str,
}

const SELECT: &str = "select c.id, c.state, c.band, c.index_value, c.danger, c.complex, c.motifs, c.motifs_confidential, c.updated_at, c.revision,
    b.id as building_id, b.address as building_address, b.municipality as building_municipality, b.borough as building_borough,
    b.dwellings as building_dwellings, b.storeys as building_storeys, b.year_built as building_year_built, b.longitude as building_longitude,
    b.latitude as building_latitude,
    (select count(*) from referral r where r.case_id = c.id and r.stage = 'sent' and r.confidential = 0
        and r.from_organisation in (select o.id from organisation o where o.kind = 'brigade')) as referrals_waiting,
    (select count(*) from referral r where r.case_id = c.id and r.stage = 'sent'
        and r.from_organisation in (select o.id from organisation o where o.kind = 'brigade')) as referrals_waiting_in_all,
    (select count(*) from escalation e where e.case_id = c.id and e.confidential = 0 and e.stage not in ('stabilised', 'stood_down')) as escalations_open
    from case_file c join building b on b.id = c.building_id ";

fn record(row: &AnyRow) -> Result<CaseRecord> {
    let id: String = row.try_get("id")?;
    let state: String = row.try_get("state")?;
    let band: Option<String> = row.try_get("band")?;
    let motifs: String = row.try_get("motifs")?;
    let motifs_confidential: String = row.try_get("motifs_confidential")?;
    Ok(CaseRecord {
        case: from_json("case_file", "state", &id, &state)?,
        building: building::building(row, "building_")?,
        band: band.map(|band| from_json("case_file", "band", &id, &format!("\"{band}\""))).transpose()?,
        index: row.try_get("index_value")?,
        danger: row.try_get::<i64, _>("danger")? == 1,
        complex: row.try_get::<i64, _>("complex")? == 1,
        motifs: from_json("case_file", "motifs", &id, &motifs)?,
        motifs_confidential: from_json("case_file", "motifs_confidential", &id, &motifs_confidential)?,
        updated_at: Timestamp(row.try_get("updated_at")?),
        revision: row.try_get("revision")?,
        referrals_waiting: u32::try_from(row.try_get::<i64, _>("referrals_waiting")?).unwrap_or(u32::MAX),
        referrals_waiting_in_all: u32::try_from(row.try_get::<i64, _>("referrals_waiting_in_all")?).unwrap_or(u32::MAX),
        escalation_open: row.try_get::<i64, _>("escalations_open")? > 0,
    })
}

pub async fn insert(tx: &mut Tx, record: &CaseRecord) -> Result<()> {
    let case = &record.case;
    let number = case.number.to_string();
    let search = building::fold(&[&number, &record.building.address, &record.building.municipality, record.building.borough.as_deref().unwrap_or_default()]);
    sqlx::query(
        "insert into case_file (id, number, building_id, stage, state, opened_because, band, index_value, danger, complex, motifs, motifs_confidential,
            search_text, municipality, opened_at, updated_at, revision)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(case.id.to_string())
    .bind(number)
    .bind(case.building_id.to_string())
    .bind(case.stage().code())
    .bind(to_json(case))
    .bind(case.opened_for.code())
    .bind(record.band.map(|band| code(&band)))
    .bind(record.index)
    .bind(i64::from(record.danger))
    .bind(i64::from(record.complex))
    .bind(to_json(&record.motifs))
    .bind(to_json(&record.motifs_confidential))
    .bind(search)
    .bind(&record.building.municipality)
    .bind(case.opened_at.0)
    .bind(record.updated_at.0)
    .bind(record.revision)
    // sqlx declares a missing double as a float4 to PostgreSQL: kept prepared, the statement would then refuse a number.
    .persistent(record.index.is_some())
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Saves over the revision that was read. `false` when somebody else saved first.
pub async fn save(tx: &mut Tx, record: &CaseRecord, at: Timestamp) -> Result<bool> {
    Ok(save_all(tx, &[CaseUpdate { record, shows: true }], at).await? == 1)
}

/// Brings a case to the top of the lists because something about it changed.
pub async fn touch(tx: &mut Tx, id: CaseId, at: Timestamp) -> Result<()> {
    sqlx::query("update case_file set updated_at = $2 where id = $1").bind(id.to_string()).bind(at.0).execute(&mut *tx).await?;
    Ok(())
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: CaseId) -> Result<Option<CaseRecord>> {
    let mut select = QueryBuilder::<Any>::new(SELECT);
    select.push("where c.id = ").push_bind(id.to_string());
    let row = built(&mut select).fetch_optional(executor).await?;
    row.as_ref().map(record).transpose()
}

/// The open case of a building, the oldest if several.
pub async fn open_of_building<'e>(executor: impl AnyExecutor<'e>, building_id: BuildingId) -> Result<Option<CaseRecord>> {
    let mut select = QueryBuilder::<Any>::new(SELECT);
    select.push("where c.building_id = ").push_bind(building_id.to_string()).push(" and c.stage <> 'closed' order by c.opened_at, c.id limit 1");
    let row = built(&mut select).fetch_optional(executor).await?;
    row.as_ref().map(record).transpose()
}

/// The open case of each of these buildings that has one, the oldest if several.
pub async fn open_of_buildings(tx: &mut Tx, buildings: impl IntoIterator<Item = BuildingId>) -> Result<Vec<CaseRecord>> {
    let rows = ids(buildings);
    let sql = format!(
        "{SELECT} where c.id in (select (select o.id from case_file o where o.building_id = given.value ->> 0 and o.stage <> 'closed'
            order by o.opened_at, o.id limit 1) from {{given}})"
    );
    over_given(tx, &sql, &rows).fetch_all(&mut *tx).await?.iter().map(record).collect()
}

/// A case brought up to date, with what the lists make of it.
#[derive(Debug)]
pub struct CaseUpdate<'record> {
    pub record: &'record CaseRecord,
    /// `false` when only the psychosocial compartment changed: neither its date nor its revision may then tell.
    pub shows: bool,
}

const SAVE: Values = Values {
    before: "update case_file set stage = given.column3, state = given.column4, band = given.column5, index_value = cast(given.column6 as double precision),
        danger = given.column7, complex = given.column8, motifs = given.column9, motifs_confidential = given.column10, updated_at = given.column11,
        revision = case_file.revision + given.column12
        from (",
    columns: 12,
    after: ") as given where case_file.id = given.column1 and case_file.revision = given.column2",
};

/// Saves cases over the revisions that were read, and returns how many were.
pub async fn save_all(tx: &mut Tx, updates: &[CaseUpdate<'_>], at: Timestamp) -> Result<usize> {
    let rows: Vec<_> = updates.iter().map(|update| (update, at)).collect();
    SAVE.execute(tx, rows, |statement, (CaseUpdate { record, shows }, at)| {
        statement
            .bind(record.case.id.to_string())
            .bind(record.revision)
            .bind(record.case.stage().code())
            .bind(to_json(&record.case))
            .bind(record.band.map(|band| code(&band)))
            // As text, which the statement casts: sqlx declares a missing double as a float4 to PostgreSQL.
            .bind(record.index.map(|index| index.to_string()))
            .bind(i64::from(record.danger))
            .bind(i64::from(record.complex))
            .bind(to_json(&record.motifs))
            .bind(to_json(&record.motifs_confidential))
            .bind(if *shows { at.0 } else { record.updated_at.0 })
            .bind(i64::from(*shows))
    })
    .await
}

/// The open cases that somebody works, by number.
pub async fn held_by<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId) -> Result<Vec<CaseRecord>> {
    // Who works a case is within its state: what names them anywhere is read, then asked.
    let mut select = QueryBuilder::<Any>::new(SELECT);
    select.push("where c.stage <> 'closed' and c.state like ").push_bind(format!("%{account_id}%")).push(" order by c.number");
    let rows = built(&mut select).fetch_all(executor).await?;
    let records: Vec<CaseRecord> = rows.iter().map(record).collect::<Result<_>>()?;
    Ok(records.into_iter().filter(|record| record.case.state.assignment().is_some_and(|assignment| assignment.to == account_id)).collect())
}

/// How many open cases a building has.
pub async fn count_open<'e>(executor: impl AnyExecutor<'e>, building_id: BuildingId) -> Result<u32> {
    let row = sqlx::query("select count(*) as n from case_file where building_id = $1 and stage <> 'closed'").bind(building_id.to_string()).fetch_one(executor);
    Ok(u32::try_from(row.await?.try_get::<i64, _>("n")?).unwrap_or(u32::MAX))
}

fn narrow(query: &mut QueryBuilder<Any>, filter: &CaseFilter) {
    query.push("where 1 = 1");
    match filter.open {
        Some(true) => drop(query.push(" and c.stage <> 'closed'")),
        Some(false) => drop(query.push(" and c.stage = 'closed'")),
        None => {}
    }
    if let Some(stage) = filter.stage {
        query.push(" and c.stage = ").push_bind(stage.code());
    }
    if let Some(band) = filter.band {
        query.push(" and c.band = ").push_bind(code(&band));
    }
    for municipality in [&filter.municipality, &filter.territory].into_iter().flatten() {
        query.push(" and c.municipality = ").push_bind(municipality.clone());
    }
    if filter.territory.is_some() {
        // `casework::permission::shows_on_territory`, in SQL.
        query.push(" and (c.complex = 1 or c.danger = 1 or c.band in ('C', 'D'))");
    }
    for word in &filter.words {
        // The word is folded to letters and digits, so that it holds no wildcard.
        query.push(" and c.search_text like ").push_bind(format!("%{word}%"));
    }
}

pub async fn list<'e>(executor: impl AnyExecutor<'e>, filter: &CaseFilter, after: Option<CasePosition>, limit: u32) -> Result<Vec<CaseRecord>> {
    let mut select = QueryBuilder::<Any>::new(SELECT);
    narrow(&mut select, filter);
    if let Some(position) = after {
        select.push(" and (c.updated_at < ").push_bind(position.updated_at.0);
        select.push(" or (c.updated_at = ").push_bind(position.updated_at.0).push(" and c.id < ").push_bind(position.id.to_string()).push("))");
    }
    select.push(" order by c.updated_at desc, c.id desc limit ").push_bind(i64::from(limit));
    let rows = built(&mut select).fetch_all(executor).await?;
    rows.iter().map(record).collect()
}

/// How many cases the filter keeps, all pages together.
pub async fn count<'e>(executor: impl AnyExecutor<'e>, filter: &CaseFilter) -> Result<u64> {
    let mut select = QueryBuilder::<Any>::new("select count(*) as n from case_file c ");
    narrow(&mut select, filter);
    let row = built(&mut select).fetch_one(executor).await?;
    Ok(u64::try_from(row.try_get::<i64, _>("n")?).unwrap_or(0))
}

pub async fn insert_entry(tx: &mut Tx, entry: &NewCaseEntry<'_>) -> Result<()> {
    insert_entries(tx, std::slice::from_ref(entry)).await
}

const INSERT_ENTRIES: Values =
    Values { before: "insert into case_entry (id, case_id, at, by_account, by_name, kind, confidential, by_confidential, text)", columns: 9, after: "" };

pub async fn insert_entries(tx: &mut Tx, entries: &[NewCaseEntry<'_>]) -> Result<()> {
    INSERT_ENTRIES
        .execute(tx, entries, |statement, entry| {
            statement
                .bind(entry.id.to_string())
                .bind(entry.case_id.to_string())
                .bind(entry.at.0)
                .bind(entry.by_account.map(|id| id.to_string()))
                .bind(entry.by_name.to_owned())
                .bind(code(&entry.kind))
                .bind(i64::from(entry.confidential))
                .bind(i64::from(entry.by_confidential))
                .bind(entry.text.to_owned())
        })
        .await?;
    Ok(())
}

/// The timeline, newest first.
pub async fn entries<'e>(executor: impl AnyExecutor<'e>, id: CaseId) -> Result<Vec<CaseEntryRecord>> {
    let rows = sqlx::query(
        "select id, at, by_name, kind, confidential, by_confidential, text, struck_reason from case_entry where case_id = $1 order by at desc, id desc",
    )
    .bind(id.to_string())
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let kind: String = row.try_get("kind")?;
            Ok(CaseEntryRecord {
                at: Timestamp(row.try_get("at")?),
                by_name: row.try_get("by_name")?,
                kind: from_json("case_entry", "kind", &id, &format!("\"{kind}\""))?,
                confidential: row.try_get::<i64, _>("confidential")? == 1,
                by_confidential: row.try_get::<i64, _>("by_confidential")? == 1,
                text: row.try_get("text")?,
                struck_reason: row.try_get("struck_reason")?,
                id: parsed("case_entry", "id", &id, &id)?,
            })
        })
        .collect()
}
