use casework::clock::Timestamp;
use sqlx::Row;

use super::{Result, Tx};

/// The secret of this name: the one drawn first, if another server of the same database was quicker.
pub async fn drawn(tx: &mut Tx, name: &'static str, secret: &str, at: Timestamp) -> Result<String> {
    sqlx::query("insert into server_key (name, secret, created_at) values ($1, $2, $3) on conflict (name) do nothing")
        .bind(name)
        .bind(secret)
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    let row = sqlx::query("select secret from server_key where name = $1").bind(name).fetch_one(&mut *tx).await?;
    Ok(row.try_get("secret")?)
}
