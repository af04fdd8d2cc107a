use casework::{
    clock::Timestamp,
    ids::{AccountId, OrganisationId},
};
use sqlx::{AnyExecutor, Row};

use super::{Result, Tx, parsed};

/// The second factor of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactorRow {
    /// Sealed with the server's key.
    pub secret: String,
    pub created_at: Timestamp,
    /// `None` while its owner has not shown a first code: it protects nothing yet.
    pub confirmed_at: Option<Timestamp>,
}

/// Gives an account a secret to confirm, in place of the one it had not confirmed. `false` when it has a confirmed one.
pub async fn begin(tx: &mut Tx, account_id: AccountId, secret: &str, at: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "insert into second_factor (account_id, secret, created_at, last_step) values ($1, $2, $3, 0)
         on conflict (account_id) do update set secret = excluded.secret, created_at = excluded.created_at where second_factor.confirmed_at is null",
    )
    .bind(account_id.to_string())
    .bind(secret)
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn of<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId) -> Result<Option<SecondFactorRow>> {
    let row = sqlx::query("select secret, created_at, confirmed_at from second_factor where account_id = $1")
        .bind(account_id.to_string())
        .fetch_optional(executor)
        .await?;
    row.map(|row| {
        Ok(SecondFactorRow {
            secret: row.try_get("secret")?,
            created_at: Timestamp(row.try_get("created_at")?),
            confirmed_at: row.try_get::<Option<i64>, _>("confirmed_at")?.map(Timestamp),
        })
    })
    .transpose()
}

/// Confirms a secret with the step of the code that was shown. `false` when it is no longer the one to confirm.
pub async fn confirm(tx: &mut Tx, account_id: AccountId, secret: &str, step: i64, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("update second_factor set confirmed_at = $4, last_step = $3 where account_id = $1 and secret = $2 and confirmed_at is null")
        .bind(account_id.to_string())
        .bind(secret)
        .bind(step)
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses up a time step, and those before it. `false` when it was used, by whoever else at the same moment too.
pub async fn take_step(tx: &mut Tx, account_id: AccountId, step: i64) -> Result<bool> {
    let done = sqlx::query("update second_factor set last_step = $2 where account_id = $1 and last_step < $2 and confirmed_at is not null")
        .bind(account_id.to_string())
        .bind(step)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the second factor of an account away, with its recovery codes and the sign-ins that wait for it. `false` when it has none.
pub async fn remove(tx: &mut Tx, account_id: AccountId) -> Result<bool> {
    put_codes(tx, account_id, &[]).await?;
    drop_sign_ins(tx, account_id).await?;
    let done = sqlx::query("delete from second_factor where account_id = $1").bind(account_id.to_string()).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Replaces the recovery codes of an account.
pub async fn put_codes(tx: &mut Tx, account_id: AccountId, hashes: &[String]) -> Result<()> {
    sqlx::query("delete from recovery_code where account_id = $1").bind(account_id.to_string()).execute(&mut *tx).await?;
    for hash in hashes {
        sqlx::query("insert into recovery_code (account_id, code_hash) values ($1, $2)").bind(account_id.to_string()).bind(hash).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Uses up a recovery code. `false` when it is none, or was used.
pub async fn take_code(tx: &mut Tx, account_id: AccountId, hash: &str) -> Result<bool> {
    let done =
        sqlx::query("delete from recovery_code where account_id = $1 and code_hash = $2").bind(account_id.to_string()).bind(hash).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Recovery codes that were not used.
pub async fn codes_left<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId) -> Result<i64> {
    let row = sqlx::query("select count(*) as n from recovery_code where account_id = $1").bind(account_id.to_string()).fetch_one(executor).await?;
    Ok(row.try_get("n")?)
}

/// Accounts that have a confirmed second factor.
pub async fn enrolled<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<AccountId>> {
    let rows = sqlx::query("select account_id from second_factor where confirmed_at is not null order by account_id").fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("account_id")?;
            parsed("second_factor", "account_id", &id, &id)
        })
        .collect()
}

/// Says whether whoever works at an organisation needs a second factor. `false` when there is no such organisation.
pub async fn set_required(tx: &mut Tx, organisation_id: OrganisationId, required: bool) -> Result<bool> {
    let done = sqlx::query("update organisation set second_factor_required = $2 where id = $1")
        .bind(organisation_id.to_string())
        .bind(i64::from(required))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Organisations whose people need a second factor.
pub async fn required<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<OrganisationId>> {
    let rows = sqlx::query("select id from organisation where second_factor_required = 1 order by id").fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            parsed("organisation", "id", &id, &id)
        })
        .collect()
}

/// A sign-in whose second step is awaited; those that have run out are swept away.
pub async fn await_step(tx: &mut Tx, token_hash: &str, account_id: AccountId, at: Timestamp, expires_at: Timestamp) -> Result<()> {
    sqlx::query("delete from sign_in_step where expires_at <= $1").bind(at.0).execute(&mut *tx).await?;
    sqlx::query("insert into sign_in_step (token_hash, account_id, expires_at) values ($1, $2, $3)")
        .bind(token_hash)
        .bind(account_id.to_string())
        .bind(expires_at.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Whose sign-in awaits its second step under this token.
pub async fn awaiting<'e>(executor: impl AnyExecutor<'e>, token_hash: &str, at: Timestamp) -> Result<Option<AccountId>> {
    let row = sqlx::query("select account_id from sign_in_step where token_hash = $1 and expires_at > $2")
        .bind(token_hash.to_owned())
        .bind(at.0)
        .fetch_optional(executor)
        .await?;
    row.map(|row| {
        let id: String = row.try_get("account_id")?;
        parsed("sign_in_step", "account_id", &id, &id)
    })
    .transpose()
}

/// Uses up a sign-in that awaited its second step. `false` when somebody was faster or it has expired.
pub async fn take_sign_in(tx: &mut Tx, token_hash: &str, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("delete from sign_in_step where token_hash = $1 and expires_at > $2").bind(token_hash).bind(at.0).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the sign-ins of an account that await their second step.
pub async fn drop_sign_ins(tx: &mut Tx, account_id: AccountId) -> Result<()> {
    sqlx::query("delete from sign_in_step where account_id = $1").bind(account_id.to_string()).execute(&mut *tx).await?;
    Ok(())
}
