use casework::{
    clock::Timestamp,
    ids::{AccountId, PasskeyId},
};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, parsed};

/// A passkey, as stored.
#[derive(Clone, Debug)]
pub struct PasskeyRecord {
    pub id: PasskeyId,
    pub account_id: AccountId,
    pub name: String,
    /// As the library writes it.
    pub credential: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

fn passkey(row: &AnyRow) -> Result<PasskeyRecord> {
    let (id, account_id): (String, String) = (row.try_get("id")?, row.try_get("account_id")?);
    Ok(PasskeyRecord {
        account_id: parsed("passkey", "account_id", &id, &account_id)?,
        name: row.try_get("name")?,
        credential: row.try_get("credential")?,
        created_at: Timestamp(row.try_get("created_at")?),
        used_at: row.try_get::<Option<i64>, _>("used_at")?.map(Timestamp),
        id: parsed("passkey", "id", &id, &id)?,
    })
}

/// Stores a passkey. `false` when its credential is known, for whomever.
pub async fn insert(tx: &mut Tx, record: &PasskeyRecord, credential_hash: &str) -> Result<bool> {
    let done = sqlx::query(
        "insert into passkey (id, account_id, credential_hash, name, credential, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
    )
    .bind(record.id.to_string())
    .bind(record.account_id.to_string())
    .bind(credential_hash)
    .bind(&record.name)
    .bind(&record.credential)
    .bind(record.created_at.0)
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Those of an account, the oldest first.
pub async fn of_account<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId) -> Result<Vec<PasskeyRecord>> {
    let rows = sqlx::query("select id, account_id, name, credential, created_at, used_at from passkey where account_id = $1 order by created_at, id")
        .bind(account_id.to_string())
        .fetch_all(executor)
        .await?;
    rows.iter().map(passkey).collect()
}

pub async fn by_credential<'e>(executor: impl AnyExecutor<'e>, credential_hash: &str) -> Result<Option<PasskeyRecord>> {
    let row = sqlx::query("select id, account_id, name, credential, created_at, used_at from passkey where credential_hash = $1")
        .bind(credential_hash.to_owned())
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(passkey).transpose()
}

/// Notes that a passkey was used, with its new counter. `false` when it was used or removed at the same moment.
pub async fn use_up(tx: &mut Tx, record: &PasskeyRecord, credential: &str, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("update passkey set credential = $3, used_at = $4 where id = $1 and credential = $2")
        .bind(record.id.to_string())
        .bind(&record.credential)
        .bind(credential)
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Calls a passkey otherwise. `false` when the account has none of this id.
pub async fn rename(tx: &mut Tx, id: PasskeyId, account_id: AccountId, name: &str) -> Result<bool> {
    let done = sqlx::query("update passkey set name = $3 where id = $1 and account_id = $2")
        .bind(id.to_string())
        .bind(account_id.to_string())
        .bind(name)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes a passkey. `false` when the account has none of this id.
pub async fn remove(tx: &mut Tx, id: PasskeyId, account_id: AccountId) -> Result<bool> {
    let done = sqlx::query("delete from passkey where id = $1 and account_id = $2").bind(id.to_string()).bind(account_id.to_string()).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Removes every passkey of an account, and says how many there were.
pub async fn remove_all(tx: &mut Tx, account_id: AccountId) -> Result<u64> {
    let done = sqlx::query("delete from passkey where account_id = $1").bind(account_id.to_string()).execute(&mut *tx).await?;
    Ok(done.rows_affected())
}

/// Whether an account has one.
pub async fn any_of<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId) -> Result<bool> {
    let row = sqlx::query("select id from passkey where account_id = $1 limit 1").bind(account_id.to_string()).fetch_optional(executor).await?;
    Ok(row.is_some())
}

/// Accounts that have one.
pub async fn owners<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<AccountId>> {
    let rows = sqlx::query("select distinct account_id from passkey order by account_id").fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("account_id")?;
            parsed("passkey", "account_id", &id, &id)
        })
        .collect()
}
