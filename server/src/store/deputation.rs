use casework::clock::Timestamp;
use casework::ids::{AccountId, DeputationId};
use casework::permission::Role;
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, parsed};

/// Who stands in for whom, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeputationRow {
    pub id: DeputationId,
    pub absent: AccountId,
    pub absent_name: String,
    pub absent_role: Role,
    pub deputy: AccountId,
    pub deputy_name: String,
    /// `YYYY-MM-DD`, both included.
    pub from_day: String,
    pub until_day: String,
}

const SELECT: &str = "select d.id, d.absent_account, a.display_name as absent_name, a.role as absent_role, d.deputy_account, p.display_name as deputy_name, d.from_day, d.until_day
    from deputation d join account a on a.id = d.absent_account join account p on p.id = d.deputy_account ";

fn deputation(row: &AnyRow) -> Result<DeputationRow> {
    let (id, absent, deputy): (String, String, String) = (row.try_get("id")?, row.try_get("absent_account")?, row.try_get("deputy_account")?);
    Ok(DeputationRow {
        absent: parsed("deputation", "absent_account", &id, &absent)?,
        absent_name: row.try_get("absent_name")?,
        absent_role: parsed("account", "role", &absent, row.try_get("absent_role")?)?,
        deputy: parsed("deputation", "deputy_account", &id, &deputy)?,
        deputy_name: row.try_get("deputy_name")?,
        from_day: row.try_get("from_day")?,
        until_day: row.try_get("until_day")?,
        id: parsed("deputation", "id", &id, &id)?,
    })
}

/// Stores a deputation. `false` when its id is known: the same form was sent twice.
pub async fn insert(tx: &mut Tx, row: &DeputationRow, named_by: AccountId, at: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "insert into deputation (id, absent_account, deputy_account, from_day, until_day, named_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
    )
    .bind(row.id.to_string())
    .bind(row.absent.to_string())
    .bind(row.deputy.to_string())
    .bind(&row.from_day)
    .bind(&row.until_day)
    .bind(named_by.to_string())
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Those that are not over, the first to begin first.
pub async fn standing<'e>(executor: impl AnyExecutor<'e>, today: &str) -> Result<Vec<DeputationRow>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where d.ended_at is null and d.until_day >= $1 order by d.from_day, d.id")))
        .bind(today.to_owned())
        .fetch_all(executor)
        .await?;
    rows.iter().map(deputation).collect()
}

/// Those in which somebody stands in today, for active colleagues and while active themselves.
pub async fn of_deputy<'e>(executor: impl AnyExecutor<'e>, deputy: AccountId, today: &str) -> Result<Vec<DeputationRow>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{SELECT} where d.deputy_account = $1 and d.ended_at is null and d.from_day <= $2 and d.until_day >= $2 and a.active = 1 and p.active = 1
            and a.organisation_id = p.organisation_id
         order by d.from_day, d.id"
    )))
    .bind(deputy.to_string())
    .bind(today.to_owned())
    .fetch_all(executor)
    .await?;
    rows.iter().map(deputation).collect()
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: DeputationId) -> Result<Option<DeputationRow>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where d.id = $1"))).bind(id.to_string()).fetch_optional(executor).await?;
    row.as_ref().map(deputation).transpose()
}

/// Ends a deputation before its time. `false` when it was ended.
pub async fn end(tx: &mut Tx, id: DeputationId, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("update deputation set ended_at = $2 where id = $1 and ended_at is null").bind(id.to_string()).bind(at.0).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}
