use casework::{clock::Timestamp, ids::AccountId};
use sqlx::{AnyExecutor, Row};

use super::{Result, Tx, parsed};

/// Lists a request of the active account of an e-mail, if there is one: the same statement either way. Those that have run out are swept away.
pub async fn ask(tx: &mut Tx, email: &str, at: Timestamp, expires_at: Timestamp) -> Result<()> {
    sqlx::query("delete from recovery_request where expires_at <= $1").bind(at.0).execute(&mut *tx).await?;
    sqlx::query(
        "insert into recovery_request (account_id, requested_at, expires_at)
            select id, cast($2 as bigint), cast($3 as bigint) from account where email = $1 and active = 1
         on conflict (account_id) do update set requested_at = excluded.requested_at, expires_at = excluded.expires_at",
    )
    .bind(email)
    .bind(at.0)
    .bind(expires_at.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Requests that still stand, with when they were made; the oldest first.
pub async fn standing<'e>(executor: impl AnyExecutor<'e>, at: Timestamp) -> Result<Vec<(AccountId, Timestamp)>> {
    let rows = sqlx::query(
        "select r.account_id, r.requested_at from recovery_request r join account a on a.id = r.account_id
         where r.expires_at > $1 and a.active = 1 order by r.requested_at, r.account_id",
    )
    .bind(at.0)
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("account_id")?;
            Ok((parsed("recovery_request", "account_id", &id, &id)?, Timestamp(row.try_get("requested_at")?)))
        })
        .collect()
}

/// Takes a request off the list: it was answered, or set aside. `false` when there is none that stands.
pub async fn settle(tx: &mut Tx, account_id: AccountId, at: Timestamp) -> Result<bool> {
    let done =
        sqlx::query("delete from recovery_request where account_id = $1 and expires_at > $2").bind(account_id.to_string()).bind(at.0).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}
