use casework::{clock::Timestamp, ids::AccountId};

use super::{Result, Tx};
use crate::clock::new_id;

/// Records an act, in the transaction of the act. Ids only: the trail holds no personal information.
pub async fn record(tx: &mut Tx, at: Timestamp, by: Option<AccountId>, action: &'static str, subject_kind: &'static str, subject_id: &str) -> Result<()> {
    sqlx::query("insert into audit (id, at, account_id, action, subject_kind, subject_id) values ($1, $2, $3, $4, $5, $6)")
        .bind(new_id().to_string())
        .bind(at.0)
        .bind(by.map(|id| id.to_string()))
        .bind(action)
        .bind(subject_kind)
        .bind(subject_id)
        .execute(&mut *tx)
        .await?;
    Ok(())
}
