use std::collections::BTreeMap;

use casework::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, CaseId, DwellingId, VisitId},
};
use inspection_grid::{DwellingOutcome, GridHash};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, code, from_json, parsed};

#[derive(Clone, Debug)]
pub struct VisitRow {
    pub id: VisitId,
    pub building_id: BuildingId,
    pub grid: GridHash,
    pub case_id: Option<CaseId>,
    pub started_at: Timestamp,
    pub started_by: AccountId,
    pub started_by_name: String,
    pub finished_at: Option<Timestamp>,
    /// JSON of `inspection_grid::Score`.
    pub score: Option<String>,
}

#[derive(Clone, Debug)]
pub struct NewVisit {
    pub id: VisitId,
    pub building_id: BuildingId,
    pub grid: GridHash,
    pub started_at: Timestamp,
    pub started_by: AccountId,
}

const COLUMNS: &str = "select v.id, v.building_id, v.grid_hash, v.case_id, v.started_at, v.started_by, v.finished_at, v.score, a.display_name
    from visit v join account a on a.id = v.started_by";

fn visit(row: &AnyRow) -> Result<VisitRow> {
    let id: String = row.try_get("id")?;
    let case_id: Option<String> = row.try_get("case_id")?;
    Ok(VisitRow {
        building_id: parsed("visit", "building_id", &id, row.try_get("building_id")?)?,
        grid: GridHash(row.try_get("grid_hash")?),
        case_id: case_id.map(|case_id| parsed("visit", "case_id", &id, &case_id)).transpose()?,
        started_at: Timestamp(row.try_get("started_at")?),
        started_by: parsed("visit", "started_by", &id, row.try_get("started_by")?)?,
        started_by_name: row.try_get("display_name")?,
        finished_at: row.try_get::<Option<i64>, _>("finished_at")?.map(Timestamp),
        score: row.try_get("score")?,
        id: parsed("visit", "id", &id, &id)?,
    })
}

/// Stores a visit the first time one of its events arrives.
pub async fn insert(tx: &mut Tx, new: &NewVisit) -> Result<()> {
    sqlx::query(
        "insert into visit (id, building_id, grid_hash, started_at, started_by, updated_at) values ($1, $2, $3, $4, $5, $4) on conflict (id) do nothing",
    )
    .bind(new.id.to_string())
    .bind(new.building_id.to_string())
    .bind(&new.grid.0)
    .bind(new.started_at.0)
    .bind(new.started_by.to_string())
    .execute(&mut *tx)
    .await?;
    Ok(())
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: VisitId) -> Result<Option<VisitRow>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where v.id = $1"))).bind(id.to_string()).fetch_optional(executor).await?;
    row.as_ref().map(visit).transpose()
}

/// Visits of a case, newest first.
pub async fn of_case<'e>(executor: impl AnyExecutor<'e>, case_id: CaseId) -> Result<Vec<VisitRow>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where v.case_id = $1 order by v.started_at desc, v.id desc")))
        .bind(case_id.to_string())
        .fetch_all(executor)
        .await?;
    rows.iter().map(visit).collect()
}

/// Whether a case has a judged visit besides this one.
pub async fn has_another<'e>(executor: impl AnyExecutor<'e>, case_id: CaseId, id: VisitId) -> Result<bool> {
    let row = sqlx::query("select id from visit where case_id = $1 and id <> $2 and score is not null limit 1")
        .bind(case_id.to_string())
        .bind(id.to_string())
        .fetch_optional(executor)
        .await?;
    Ok(row.is_some())
}

/// The last visit of a building, finished or not.
pub async fn latest<'e>(executor: impl AnyExecutor<'e>, building_id: BuildingId) -> Result<Option<VisitRow>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where v.building_id = $1 order by v.started_at desc, v.id desc limit 1")))
        .bind(building_id.to_string())
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(visit).transpose()
}

pub async fn finish(tx: &mut Tx, id: VisitId, at: Timestamp) -> Result<()> {
    sqlx::query("update visit set finished_at = coalesce(finished_at, $2) where id = $1").bind(id.to_string()).bind(at.0).execute(&mut *tx).await?;
    Ok(())
}

/// What the rules said of a visit.
pub struct Judgement<'text> {
    pub score: &'text str,
    pub complexity: &'text str,
    pub complexity_confidential: &'text str,
}

pub async fn save_judgement(tx: &mut Tx, id: VisitId, judgement: &Judgement<'_>, case_id: Option<CaseId>, at: Timestamp) -> Result<()> {
    sqlx::query("update visit set score = $2, complexity = $3, complexity_confidential = $4, case_id = coalesce($5, case_id), updated_at = $6 where id = $1")
        .bind(id.to_string())
        .bind(judgement.score)
        .bind(judgement.complexity)
        .bind(judgement.complexity_confidential)
        .bind(case_id.map(|id| id.to_string()))
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Both complexity judgements of a visit: building compartment, then both.
pub async fn complexities<'e>(executor: impl AnyExecutor<'e>, id: VisitId) -> Result<Option<(String, String)>> {
    let row = sqlx::query("select complexity, complexity_confidential from visit where id = $1 and complexity is not null")
        .bind(id.to_string())
        .fetch_optional(executor)
        .await?;
    row.map(|row| Ok((row.try_get("complexity")?, row.try_get("complexity_confidential")?))).transpose()
}

pub async fn set_outcome(tx: &mut Tx, id: VisitId, dwelling_id: DwellingId, outcome: DwellingOutcome, event_id: &str) -> Result<()> {
    sqlx::query(
        "insert into visit_dwelling (visit_id, dwelling_id, outcome, event_id) values ($1, $2, $3, $4)
         on conflict (visit_id, dwelling_id) do update set outcome = excluded.outcome, event_id = excluded.event_id",
    )
    .bind(id.to_string())
    .bind(dwelling_id.to_string())
    .bind(code(&outcome))
    .bind(event_id)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

pub async fn outcomes<'e>(executor: impl AnyExecutor<'e>, id: VisitId) -> Result<BTreeMap<String, DwellingOutcome>> {
    let rows = sqlx::query("select dwelling_id, outcome from visit_dwelling where visit_id = $1").bind(id.to_string()).fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let dwelling_id: String = row.try_get("dwelling_id")?;
            let outcome: String = row.try_get("outcome")?;
            let outcome = from_json("visit_dwelling", "outcome", &dwelling_id, &format!("\"{outcome}\""))?;
            Ok((dwelling_id, outcome))
        })
        .collect()
}
