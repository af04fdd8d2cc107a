use std::collections::BTreeMap;

use casework::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, CaseId, DwellingId, EntryId, EventId, VisitId},
    permission::Role,
    wire::v1::{DoorNote, VisitPace, VisitReached},
};
use inspection_grid::{DwellingOutcome, GridHash};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{
    Result, Tx, code, from_json, parsed,
    rows::{Values, ids, over_given},
};

#[derive(Clone, Debug)]
pub struct VisitRow {
    pub id: VisitId,
    pub building_id: BuildingId,
    pub grid: GridHash,
    /// The grid it was under before it was moved to `grid`.
    pub grid_before: Option<GridHash>,
    pub case_id: Option<CaseId>,
    pub started_at: Timestamp,
    pub started_by: AccountId,
    pub started_by_name: String,
    pub started_by_role: Role,
    pub finished_at: Option<Timestamp>,
    pub pace: Pace,
    /// When something was last received of it.
    pub heard_at: Timestamp,
    /// JSON of `inspection_grid::Score`.
    pub score: Option<String>,
}

/// How a visit goes on, as its phones last said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    pub pace: VisitPace,
    /// When a phone said so; `None` when none did.
    pub said_at: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct NewVisit {
    pub id: VisitId,
    pub building_id: BuildingId,
    pub grid: GridHash,
    pub started_at: Timestamp,
    pub started_by: AccountId,
    pub pace: Pace,
    pub received_at: Timestamp,
}

const COLUMNS: &str =
    "select v.id, v.building_id, v.grid_hash, v.grid_before, v.case_id, v.started_at, v.started_by, v.finished_at, v.expected_end, v.paused_at, v.pace_at,
        v.updated_at, v.score, a.display_name, a.role
    from visit v join account a on a.id = v.started_by";

fn visit(row: &AnyRow) -> Result<VisitRow> {
    let id: String = row.try_get("id")?;
    let case_id: Option<String> = row.try_get("case_id")?;
    let instant = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
    Ok(VisitRow {
        building_id: parsed("visit", "building_id", &id, row.try_get("building_id")?)?,
        grid: GridHash(row.try_get("grid_hash")?),
        grid_before: row.try_get::<Option<String>, _>("grid_before")?.map(GridHash),
        case_id: case_id.map(|case_id| parsed("visit", "case_id", &id, &case_id)).transpose()?,
        started_at: Timestamp(row.try_get("started_at")?),
        started_by: parsed("visit", "started_by", &id, row.try_get("started_by")?)?,
        started_by_name: row.try_get("display_name")?,
        started_by_role: parsed("account", "role", &id, row.try_get("role")?)?,
        finished_at: instant("finished_at")?,
        pace: Pace { pace: VisitPace { expected_end: instant("expected_end")?, paused_at: instant("paused_at")? }, said_at: instant("pace_at")? },
        heard_at: Timestamp(row.try_get("updated_at")?),
        score: row.try_get("score")?,
        id: parsed("visit", "id", &id, &id)?,
    })
}

const INSERT: Values = Values {
    before: "insert into visit (id, building_id, grid_hash, started_at, started_by, expected_end, paused_at, pace_at, updated_at)",
    columns: 9,
    after: "on conflict (id) do nothing",
};

/// Stores visits the first time one of their events arrives.
pub async fn insert(tx: &mut Tx, new: Vec<NewVisit>) -> Result<()> {
    INSERT
        .execute(tx, new, |statement, visit| {
            statement
                .bind(visit.id.to_string())
                .bind(visit.building_id.to_string())
                .bind(visit.grid.0)
                .bind(visit.started_at.0)
                .bind(visit.started_by.to_string())
                .bind(visit.pace.pace.expected_end.map(|at| at.0))
                .bind(visit.pace.pace.paused_at.map(|at| at.0))
                .bind(visit.pace.said_at.map(|at| at.0))
                .bind(visit.received_at.0)
        })
        .await?;
    Ok(())
}

/// How a known visit goes on from now.
pub async fn set_pace(tx: &mut Tx, id: VisitId, pace: &Pace) -> Result<()> {
    sqlx::query("update visit set expected_end = $2, paused_at = $3, pace_at = $4 where id = $1")
        .bind(id.to_string())
        .bind(pace.pace.expected_end.map(|at| at.0))
        .bind(pace.pace.paused_at.map(|at| at.0))
        .bind(pace.said_at.map(|at| at.0))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// The visit goes on under another grid.
pub async fn move_grid(tx: &mut Tx, id: VisitId, to: &GridHash, before: &GridHash) -> Result<()> {
    sqlx::query("update visit set grid_hash = $2, grid_before = $3 where id = $1").bind(id.to_string()).bind(&to.0).bind(&before.0).execute(&mut *tx).await?;
    Ok(())
}

/// Those of these visits that are known.
pub async fn by_ids(tx: &mut Tx, visits: impl IntoIterator<Item = VisitId>) -> Result<Vec<VisitRow>> {
    let rows = ids(visits);
    let select = over_given(tx, &format!("{COLUMNS} where v.id in (select given.value ->> 0 from {{given}})"), &rows);
    select.fetch_all(&mut *tx).await?.iter().map(visit).collect()
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

/// Every visit of a building, oldest first.
pub async fn of_building<'e>(executor: impl AnyExecutor<'e>, building_id: BuildingId) -> Result<Vec<VisitRow>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where v.building_id = $1 order by v.started_at, v.id")))
        .bind(building_id.to_string())
        .fetch_all(executor)
        .await?;
    rows.iter().map(visit).collect()
}

/// The finished visit of a building before this one.
pub async fn finished_before<'e>(executor: impl AnyExecutor<'e>, visit: &VisitRow) -> Result<Option<VisitRow>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{COLUMNS} where v.building_id = $1 and v.id <> $2 and v.started_at <= $3 and v.finished_at is not null order by v.started_at desc, v.id desc limit 1"
    )))
    .bind(visit.building_id.to_string())
    .bind(visit.id.to_string())
    .bind(visit.started_at.0)
    .fetch_optional(executor)
    .await?;
    row.as_ref().map(self::visit).transpose()
}

/// The last visit of a building, finished or not.
pub async fn latest<'e>(executor: impl AnyExecutor<'e>, building_id: BuildingId) -> Result<Option<VisitRow>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where v.building_id = $1 order by v.started_at desc, v.id desc limit 1")))
        .bind(building_id.to_string())
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(visit).transpose()
}

/// The other visits of a building that go on and of which something was received since `since`, newest first.
pub async fn others_under_way<'e>(executor: impl AnyExecutor<'e>, building_id: BuildingId, besides: VisitId, since: Timestamp) -> Result<Vec<VisitRow>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{COLUMNS} where v.building_id = $1 and v.id <> $2 and v.finished_at is null and v.updated_at >= $3 order by v.started_at desc, v.id desc"
    )))
    .bind(building_id.to_string())
    .bind(besides.to_string())
    .bind(since.0)
    .fetch_all(executor)
    .await?;
    rows.iter().map(visit).collect()
}

/// What the rules said of a visit after a push.
pub struct Judgement {
    pub visit_id: VisitId,
    pub score: String,
    pub complexity: String,
    /// Of both compartments; `None` when the building alone says the same.
    pub complexity_confidential: Option<String>,
    /// `None` leaves the visit with the case it has.
    pub case_id: Option<CaseId>,
    /// `None` leaves it as it was; a visit is finished once.
    pub finished_at: Option<Timestamp>,
}

const SAVE_JUDGEMENTS: Values = Values {
    before: "update visit set score = given.column2, complexity = given.column3, complexity_confidential = given.column4,
        case_id = coalesce(given.column5, visit.case_id), finished_at = coalesce(visit.finished_at, given.column6), updated_at = given.column7
        from (",
    columns: 7,
    after: ") as given where visit.id = given.column1",
};

pub async fn save_judgements(tx: &mut Tx, judgements: Vec<Judgement>, at: Timestamp) -> Result<()> {
    let rows: Vec<_> = judgements.into_iter().map(|judgement| (judgement, at)).collect();
    SAVE_JUDGEMENTS
        .execute(tx, rows, |statement, (judgement, at)| {
            statement
                .bind(judgement.visit_id.to_string())
                .bind(judgement.score)
                .bind(judgement.complexity)
                .bind(judgement.complexity_confidential)
                .bind(judgement.case_id.map(|id| id.to_string()))
                .bind(judgement.finished_at.map(|at| at.0))
                .bind(at.0)
        })
        .await?;
    Ok(())
}

/// Both complexity judgements of a visit: building compartment, then both.
pub async fn complexities<'e>(executor: impl AnyExecutor<'e>, id: VisitId) -> Result<Option<(String, String)>> {
    let row = sqlx::query(
        "select complexity, coalesce(complexity_confidential, complexity) as complexity_confidential from visit where id = $1 and complexity is not null",
    )
    .bind(id.to_string())
    .fetch_optional(executor)
    .await?;
    row.map(|row| Ok((row.try_get("complexity")?, row.try_get("complexity_confidential")?))).transpose()
}

/// What came of knocking at a door.
pub struct NewOutcome {
    pub visit_id: VisitId,
    pub dwelling_id: DwellingId,
    pub outcome: DwellingOutcome,
    pub event_id: EventId,
}

const SET_OUTCOMES: Values = Values {
    before: "insert into visit_dwelling (visit_id, dwelling_id, outcome, event_id)",
    columns: 4,
    after: "on conflict (visit_id, dwelling_id) do update set outcome = excluded.outcome, event_id = excluded.event_id",
};

pub async fn set_outcomes(tx: &mut Tx, outcomes: Vec<NewOutcome>) -> Result<()> {
    SET_OUTCOMES
        .execute(tx, outcomes, |statement, new| {
            statement.bind(new.visit_id.to_string()).bind(new.dwelling_id.to_string()).bind(code(&new.outcome)).bind(new.event_id.to_string())
        })
        .await?;
    Ok(())
}

/// An outcome recorded by mistake: the dwelling is unseen again.
pub async fn withdraw_outcome(tx: &mut Tx, id: VisitId, dwelling_id: DwellingId) -> Result<()> {
    sqlx::query("delete from visit_dwelling where visit_id = $1 and dwelling_id = $2")
        .bind(id.to_string())
        .bind(dwelling_id.to_string())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub async fn outcomes<'e>(executor: impl AnyExecutor<'e>, id: VisitId) -> Result<BTreeMap<String, DwellingOutcome>> {
    let rows = sqlx::query("select dwelling_id, outcome from visit_dwelling where visit_id = $1").bind(id.to_string()).fetch_all(executor).await?;
    rows.iter().map(outcome).collect()
}

fn outcome(row: &AnyRow) -> Result<(String, DwellingOutcome)> {
    let dwelling_id: String = row.try_get("dwelling_id")?;
    let outcome: String = row.try_get("outcome")?;
    let outcome = from_json("visit_dwelling", "outcome", &dwelling_id, &format!("\"{outcome}\""))?;
    Ok((dwelling_id, outcome))
}

/// The same of several visits; one that has none is absent.
pub async fn outcomes_of_visits(tx: &mut Tx, visits: impl IntoIterator<Item = VisitId>) -> Result<BTreeMap<VisitId, BTreeMap<String, DwellingOutcome>>> {
    let select =
        over_given(tx, "select d.visit_id, d.dwelling_id, d.outcome from {given} join visit_dwelling d on d.visit_id = given.value ->> 0", &ids(visits));
    let mut outcomes: BTreeMap<VisitId, BTreeMap<String, DwellingOutcome>> = BTreeMap::new();
    for row in &select.fetch_all(&mut *tx).await? {
        let id: String = row.try_get("visit_id")?;
        outcomes.entry(parsed("visit_dwelling", "visit_id", &id, &id)?).or_default().extend([outcome(row)?]);
    }
    Ok(outcomes)
}

/// What the next knock at a door should know.
pub struct NewDoorNote {
    pub visit_id: VisitId,
    pub dwelling_id: DwellingId,
    pub row: DoorNoteRow,
    pub event_id: EventId,
}

const SET_DOOR_NOTES: Values = Values {
    before: "insert into door_note (visit_id, dwelling_id, come_back, language, event_id, language_event_id)",
    columns: 6,
    after: "on conflict (visit_id, dwelling_id) do update set come_back = excluded.come_back, language = excluded.language, event_id = excluded.event_id,
        language_event_id = excluded.language_event_id",
};

pub async fn set_door_notes(tx: &mut Tx, notes: Vec<NewDoorNote>) -> Result<()> {
    SET_DOOR_NOTES
        .execute(tx, notes, |statement, new| {
            statement
                .bind(new.visit_id.to_string())
                .bind(new.dwelling_id.to_string())
                .bind(i64::from(new.row.note.come_back))
                .bind(new.row.note.language)
                .bind(new.event_id.to_string())
                .bind(new.row.language_by.map(|(event_id, _)| event_id.to_string()))
        })
        .await?;
    Ok(())
}

/// Nothing is noted of this door any more.
pub async fn forget_door_note(tx: &mut Tx, id: VisitId, dwelling_id: DwellingId) -> Result<()> {
    sqlx::query("delete from door_note where visit_id = $1 and dwelling_id = $2").bind(id.to_string()).bind(dwelling_id.to_string()).execute(&mut *tx).await?;
    Ok(())
}

/// A note of a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorNoteRow {
    pub note: DoorNote,
    /// Which event said the language, and whose it is.
    pub language_by: Option<(EventId, AccountId)>,
}

/// By dwelling.
pub async fn door_notes<'e>(executor: impl AnyExecutor<'e>, id: VisitId) -> Result<BTreeMap<String, DoorNoteRow>> {
    let rows = sqlx::query(
        "select n.dwelling_id, n.come_back, n.language, n.language_event_id, b.account_id
         from door_note n left join field_event e on e.id = n.language_event_id left join field_batch b on b.id = e.batch_id where n.visit_id = $1",
    )
    .bind(id.to_string())
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            let dwelling_id: String = row.try_get("dwelling_id")?;
            let note = DoorNote { come_back: row.try_get::<i64, _>("come_back")? == 1, language: row.try_get("language")? };
            let said: (Option<String>, Option<String>) = (row.try_get("language_event_id")?, row.try_get("account_id")?);
            let language_by = match said {
                (Some(event), Some(account)) => {
                    Some((parsed("door_note", "language_event_id", &dwelling_id, &event)?, parsed("field_batch", "account_id", &dwelling_id, &account)?))
                }
                _ => None,
            };
            Ok((dwelling_id, DoorNoteRow { note, language_by }))
        })
        .collect()
}

/// Visits under way whose end is past since `before`, longest over first.
pub async fn past_end<'e>(executor: impl AnyExecutor<'e>, before: Timestamp) -> Result<Vec<VisitRow>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{COLUMNS} where v.expected_end <= $1 and v.finished_at is null and v.paused_at is null order by v.expected_end, v.id"
    )))
    .bind(before.0)
    .fetch_all(executor)
    .await?;
    rows.iter().map(visit).collect()
}

/// Somebody found out how the team of a visit is.
#[derive(Clone, Debug)]
pub struct NewReached {
    pub id: EntryId,
    pub visit_id: VisitId,
    pub at: Timestamp,
    pub by: AccountId,
    pub text: String,
    pub is_out: bool,
}

pub async fn insert_reached(tx: &mut Tx, new: &NewReached) -> Result<()> {
    sqlx::query("insert into visit_reached (id, visit_id, at, by_account, text, is_out) values ($1, $2, $3, $4, $5, $6)")
        .bind(new.id.to_string())
        .bind(new.visit_id.to_string())
        .bind(new.at.0)
        .bind(new.by.to_string())
        .bind(&new.text)
        .bind(i64::from(new.is_out))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// The last time that the team of a visit was reached, and whether it was out.
pub async fn last_reached<'e>(executor: impl AnyExecutor<'e>, id: VisitId) -> Result<Option<(VisitReached, bool)>> {
    let row = sqlx::query(
        "select r.at, r.text, r.is_out, a.display_name from visit_reached r join account a on a.id = r.by_account where r.visit_id = $1 order by r.at desc, r.id desc limit 1",
    )
    .bind(id.to_string())
    .fetch_optional(executor)
    .await?;
    row.map(|row| {
        let reached = VisitReached { at: Timestamp(row.try_get("at")?), by: row.try_get("display_name")?, text: row.try_get("text")? };
        Ok((reached, row.try_get::<i64, _>("is_out")? == 1))
    })
    .transpose()
}

/// The visits that somebody began and that are not finished, the oldest first.
pub async fn open_of<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId) -> Result<Vec<VisitRow>> {
    let text = format!("{COLUMNS} where v.started_by = $1 and v.finished_at is null order by v.started_at, v.id limit 200");
    let rows = sqlx::query(sqlx::AssertSqlSafe(text)).bind(account_id.to_string()).fetch_all(executor).await?;
    rows.iter().map(visit).collect()
}

/// How many visits somebody began that are not finished.
pub async fn open_by<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId) -> Result<i64> {
    let row =
        sqlx::query("select count(*) as n from visit where started_by = $1 and finished_at is null").bind(account_id.to_string()).fetch_one(executor).await?;
    Ok(row.try_get("n")?)
}
