use casework::clock::Timestamp;

use super::{Result, Tx};

/// Uses up what opens once. `false` when it was used. Those that could not be shown any more are swept away.
pub async fn spend(tx: &mut Tx, token_hash: &str, at: Timestamp, expires_at: Timestamp) -> Result<bool> {
    sqlx::query("delete from spent_token where expires_at <= $1").bind(at.0).execute(&mut *tx).await?;
    let done = sqlx::query("insert into spent_token (token_hash, expires_at) values ($1, $2) on conflict do nothing")
        .bind(token_hash)
        .bind(expires_at.0)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
