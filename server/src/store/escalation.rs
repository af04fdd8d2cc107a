use casework::{
    clock::Timestamp,
    escalation::{Escalation, EscalationVerb},
    ids::{AccountId, BuildingId, CaseId, EntryId, EscalationId},
};
use sqlx::{Any, AnyExecutor, QueryBuilder, Row, any::AnyRow};

use super::{BuildingRow, Result, Tx, building, built, from_json, parsed, to_json};

#[derive(Clone, Debug)]
pub struct EscalationRecord {
    pub escalation: Escalation,
    pub building: BuildingRow,
    pub case_number: Option<String>,
    /// What the person who raised it wrote.
    pub reason: Option<String>,
    pub called_911: bool,
    /// Only the psychosocial compartment proves it.
    pub confidential: bool,
    pub raised_by_name: String,
    pub acknowledged_by_name: Option<String>,
    pub revision: i64,
}

#[derive(Clone, Debug)]
pub struct EscalationEntryRecord {
    pub id: EntryId,
    pub escalation_id: EscalationId,
    pub at: Timestamp,
    pub by_account: Option<AccountId>,
    pub by_name: String,
    pub verb: Option<EscalationVerb>,
    pub text: String,
    pub struck_reason: Option<String>,
}

impl EscalationEntryRecord {
    /// The line that the program writes by itself when an observation calls the cell: nobody said anything.
    pub fn is_call_of_an_observation(&self) -> bool {
        self.verb.is_none() && self.text.is_empty()
    }
}

#[derive(Clone, Debug)]
pub struct NewEscalationEntry<'text> {
    pub id: EntryId,
    pub escalation_id: EscalationId,
    pub at: Timestamp,
    pub by_account: Option<AccountId>,
    pub by_name: &'text str,
    pub verb: Option<EscalationVerb>,
    pub text: &'text str,
}

const SELECT: &str = "select e.id, e.body, e.reason, e.called_911, e.confidential, e.raised_by_name, e.acknowledged_by_name, e.revision, c.number,
    b.id as building_id, b.address as building_address, b.municipality as building_municipality, b.borough as building_borough,
    b.dwellings as building_dwellings, b.storeys as building_storeys, b.year_built as building_year_built, b.longitude as building_longitude,
    b.latitude as building_latitude
    from escalation e join building b on b.id = e.building_id left join case_file c on c.id = e.case_id ";

fn record(row: &AnyRow) -> Result<EscalationRecord> {
    let id: String = row.try_get("id")?;
    let body: String = row.try_get("body")?;
    Ok(EscalationRecord {
        escalation: from_json("escalation", "body", &id, &body)?,
        building: building::building(row, "building_")?,
        case_number: row.try_get("number")?,
        reason: row.try_get("reason")?,
        called_911: row.try_get::<i64, _>("called_911")? == 1,
        confidential: row.try_get::<i64, _>("confidential")? == 1,
        raised_by_name: row.try_get("raised_by_name")?,
        acknowledged_by_name: row.try_get("acknowledged_by_name")?,
        revision: row.try_get("revision")?,
    })
}

/// When the escalation left the open ones.
fn closed_at(escalation: &Escalation) -> Option<i64> {
    let clocks = escalation.clocks();
    clocks.stabilised_at.or(clocks.stood_down_at).map(|at| at.0)
}

pub async fn insert(tx: &mut Tx, record: &EscalationRecord) -> Result<()> {
    let escalation = &record.escalation;
    sqlx::query(
        "insert into escalation (id, case_id, building_id, stage, body, reason, called_911, confidential, raised_by_name, acknowledged_by_name, raised_at,
            closed_at, revision)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(escalation.id.to_string())
    .bind(escalation.case_id.map(|id| id.to_string()))
    .bind(escalation.building_id.to_string())
    .bind(escalation.stage().code())
    .bind(to_json(escalation))
    .bind(&record.reason)
    .bind(i64::from(record.called_911))
    .bind(i64::from(record.confidential))
    .bind(&record.raised_by_name)
    .bind(&record.acknowledged_by_name)
    .bind(escalation.clocks().raised_at.0)
    .bind(closed_at(escalation))
    .bind(record.revision)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Saves over the revision that was read. `false` when somebody else saved first.
pub async fn save(tx: &mut Tx, record: &EscalationRecord) -> Result<bool> {
    let escalation = &record.escalation;
    let done = sqlx::query(
        "update escalation set case_id = $3, stage = $4, body = $5, reason = $6, called_911 = $7, confidential = $8, acknowledged_by_name = $9, closed_at = $10,
            revision = revision + 1 where id = $1 and revision = $2",
    )
    .bind(escalation.id.to_string())
    .bind(record.revision)
    .bind(escalation.case_id.map(|id| id.to_string()))
    .bind(escalation.stage().code())
    .bind(to_json(escalation))
    .bind(&record.reason)
    .bind(i64::from(record.called_911))
    .bind(i64::from(record.confidential))
    .bind(&record.acknowledged_by_name)
    .bind(closed_at(escalation))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves the revision, so that boards fetch again, after a change of the log.
pub async fn touch(tx: &mut Tx, id: EscalationId) -> Result<i64> {
    let row = sqlx::query("update escalation set revision = revision + 1 where id = $1 returning revision").bind(id.to_string()).fetch_one(&mut *tx).await?;
    Ok(row.try_get("revision")?)
}

async fn select<'e>(executor: impl AnyExecutor<'e>, mut query: QueryBuilder<Any>) -> Result<Vec<EscalationRecord>> {
    let rows = built(&mut query).fetch_all(executor).await?;
    rows.iter().map(record).collect()
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: EscalationId) -> Result<Option<EscalationRecord>> {
    let mut query = QueryBuilder::new(SELECT);
    query.push("where e.id = ").push_bind(id.to_string());
    Ok(select(executor, query).await?.into_iter().next())
}

/// Every escalation of a building, oldest first.
pub async fn of_building<'e>(executor: impl AnyExecutor<'e>, building_id: BuildingId) -> Result<Vec<EscalationRecord>> {
    let mut query = QueryBuilder::new(SELECT);
    query.push("where e.building_id = ").push_bind(building_id.to_string()).push(" order by e.raised_at, e.id");
    select(executor, query).await
}

/// Every escalation of a case, newest first.
pub async fn of_case<'e>(executor: impl AnyExecutor<'e>, case_id: CaseId) -> Result<Vec<EscalationRecord>> {
    let mut query = QueryBuilder::new(SELECT);
    query.push("where e.case_id = ").push_bind(case_id.to_string()).push(" order by e.raised_at desc, e.id desc");
    select(executor, query).await
}

/// The board: what is open, oldest first.
pub async fn open<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<EscalationRecord>> {
    let mut query = QueryBuilder::new(SELECT);
    query.push("where e.stage not in ('stabilised', 'stood_down') order by e.raised_at, e.id");
    select(executor, query).await
}

/// The board: what was closed since, newest first.
pub async fn closed_since<'e>(executor: impl AnyExecutor<'e>, since: Timestamp) -> Result<Vec<EscalationRecord>> {
    let mut query = QueryBuilder::new(SELECT);
    query.push("where e.stage in ('stabilised', 'stood_down') and e.closed_at > ").push_bind(since.0).push(" order by e.closed_at desc, e.id desc");
    select(executor, query).await
}

/// Links the escalations of a building that have no case yet.
pub async fn link_case(tx: &mut Tx, building_id: BuildingId, case_id: CaseId) -> Result<()> {
    for mut record in of_building(&mut *tx, building_id).await? {
        if record.escalation.case_id.is_none() {
            record.escalation.case_id = Some(case_id);
            save(tx, &record).await?;
        }
    }
    Ok(())
}

pub async fn insert_entry(tx: &mut Tx, entry: &NewEscalationEntry<'_>) -> Result<()> {
    sqlx::query("insert into escalation_entry (id, escalation_id, at, by_account, by_name, verb, text) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(entry.id.to_string())
        .bind(entry.escalation_id.to_string())
        .bind(entry.at.0)
        .bind(entry.by_account.map(|id| id.to_string()))
        .bind(entry.by_name)
        .bind(entry.verb.map(EscalationVerb::code))
        .bind(entry.text)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Strikes a line, once. `false` when it does not exist there or is struck already.
pub async fn strike_entry(tx: &mut Tx, escalation_id: EscalationId, id: EntryId, by: AccountId, reason: &str, at: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "update escalation_entry set struck_reason = $3, struck_by = $4, struck_at = $5 where id = $1 and escalation_id = $2 and struck_reason is null",
    )
    .bind(id.to_string())
    .bind(escalation_id.to_string())
    .bind(reason)
    .bind(by.to_string())
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The log of several escalations, newest first.
pub async fn entries<'e>(executor: impl AnyExecutor<'e>, escalations: &[EscalationId]) -> Result<Vec<EscalationEntryRecord>> {
    if escalations.is_empty() {
        return Ok(Vec::new());
    }
    let mut query =
        QueryBuilder::<Any>::new("select id, escalation_id, at, by_account, by_name, verb, text, struck_reason from escalation_entry where escalation_id in (");
    let mut list = query.separated(", ");
    for id in escalations {
        list.push_bind(id.to_string());
    }
    query.push(") order by at desc, id desc");
    let rows = built(&mut query).fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let verb: Option<String> = row.try_get("verb")?;
            let by_account: Option<String> = row.try_get("by_account")?;
            Ok(EscalationEntryRecord {
                escalation_id: parsed("escalation_entry", "escalation_id", &id, row.try_get("escalation_id")?)?,
                at: Timestamp(row.try_get("at")?),
                by_account: by_account.map(|by| parsed("escalation_entry", "by_account", &id, &by)).transpose()?,
                by_name: row.try_get("by_name")?,
                verb: verb.map(|verb| parsed("escalation_entry", "verb", &id, &verb)).transpose()?,
                text: row.try_get("text")?,
                struck_reason: row.try_get("struck_reason")?,
                id: parsed("escalation_entry", "id", &id, &id)?,
            })
        })
        .collect()
}
