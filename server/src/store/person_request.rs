//! Requests of the persons concerned.

use casework::{
    ids::{OrganisationId, PersonRequestId},
    person_request::PersonRequest,
};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, from_json, to_json};

/// A request with the names that go with it.
#[derive(Clone, Debug)]
pub struct PersonRequestRecord {
    pub request: PersonRequest,
    pub number: i64,
    pub revision: i64,
    pub case_number: String,
    pub address: String,
    pub municipality: String,
    pub door: String,
    pub recorded_by: String,
    pub assembled_by: Option<String>,
    pub answered_by: Option<String>,
}

const SELECT: &str = "select r.id, r.number, r.revision, r.body, k.number as case_number, b.address, b.municipality, d.label, w.display_name as recorded_by,
    m.display_name as assembled_by, n.display_name as answered_by
    from person_request r join case_file k on k.id = r.case_id join dwelling d on d.id = r.dwelling_id join building b on b.id = d.building_id
    join account w on w.id = r.recorded_by left join account m on m.id = r.assembled_by left join account n on n.id = r.answered_by";

fn record(row: &AnyRow) -> Result<PersonRequestRecord> {
    let id: String = row.try_get("id")?;
    Ok(PersonRequestRecord {
        request: from_json("person_request", "body", &id, row.try_get("body")?)?,
        number: row.try_get("number")?,
        revision: row.try_get("revision")?,
        case_number: row.try_get("case_number")?,
        address: row.try_get("address")?,
        municipality: row.try_get("municipality")?,
        door: row.try_get("label")?,
        recorded_by: row.try_get("recorded_by")?,
        assembled_by: row.try_get("assembled_by")?,
        answered_by: row.try_get("answered_by")?,
    })
}

/// Stores a new one. `false` when its id is known already.
pub async fn insert(tx: &mut Tx, organisation: OrganisationId, request: &PersonRequest, number: i64) -> Result<bool> {
    let done = sqlx::query(
        "insert into person_request (id, number, organisation_id, case_id, dwelling_id, received_on, recorded_by, body, revision)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 1) on conflict (id) do nothing",
    )
    .bind(request.id.to_string())
    .bind(number)
    .bind(organisation.to_string())
    .bind(request.case_id.to_string())
    .bind(request.dwelling_id.to_string())
    .bind(request.received_on.to_string())
    .bind(request.recorded.by.to_string())
    .bind(to_json(request))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves over the revision that was read. `false` when somebody else saved first.
pub async fn save(tx: &mut Tx, request: &PersonRequest, revision: i64) -> Result<bool> {
    let answered = request.answered.as_ref().map(|answered| answered.act);
    let done = sqlx::query(
        "update person_request set body = $3, answered_at = $4, answered_by = $5, assembled_by = $6, revision = revision + 1 where id = $1 and revision = $2",
    )
    .bind(request.id.to_string())
    .bind(revision)
    .bind(to_json(request))
    .bind(answered.map(|act| act.at.0))
    .bind(answered.map(|act| act.by.to_string()))
    .bind(request.assembled.as_ref().map(|assembly| assembly.act.by.to_string()))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Of an organisation, by id.
pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: PersonRequestId, organisation: OrganisationId) -> Result<Option<PersonRequestRecord>> {
    let select = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where r.id = $1 and r.organisation_id = $2")));
    let row = select.bind(id.to_string()).bind(organisation.to_string()).fetch_optional(executor).await?;
    row.as_ref().map(record).transpose()
}

/// Of an organisation: those that wait first, the oldest first; then the latest answered.
pub async fn of_organisation<'e>(executor: impl AnyExecutor<'e>, organisation: OrganisationId) -> Result<Vec<PersonRequestRecord>> {
    let select = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{SELECT} where r.organisation_id = $1 order by case when r.answered_at is null then 0 else 1 end, r.answered_at desc, r.received_on, r.number"
    )));
    select.bind(organisation.to_string()).fetch_all(executor).await?.iter().map(record).collect()
}
