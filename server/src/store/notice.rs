use casework::{clock::Timestamp, ids::AccountId, wire::v1::AccountNoticeKind};
use sqlx::{AnyExecutor, Row};

use super::{Result, Tx, code, from_json};
use crate::clock::new_id;

/// Leaves a notice for the owner of an account.
pub async fn insert(tx: &mut Tx, account_id: AccountId, kind: AccountNoticeKind, at: Timestamp) -> Result<()> {
    sqlx::query("insert into account_notice (id, account_id, kind, at) values ($1, $2, $3, $4)")
        .bind(new_id().to_string())
        .bind(account_id.to_string())
        .bind(code(&kind))
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// What an account's owner has not read yet, the latest first.
pub async fn of_account<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId) -> Result<Vec<(AccountNoticeKind, Timestamp)>> {
    let rows = sqlx::query("select id, kind, at from account_notice where account_id = $1 order by at desc, id desc")
        .bind(account_id.to_string())
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let (id, kind): (String, String) = (row.try_get("id")?, row.try_get("kind")?);
            Ok((from_json("account_notice", "kind", &id, &format!("\"{kind}\""))?, Timestamp(row.try_get("at")?)))
        })
        .collect()
}

/// Its owner has read them, up to this moment.
pub async fn dismiss(tx: &mut Tx, account_id: AccountId, until: Timestamp) -> Result<()> {
    sqlx::query("delete from account_notice where account_id = $1 and at <= $2").bind(account_id.to_string()).bind(until.0).execute(&mut *tx).await?;
    Ok(())
}
