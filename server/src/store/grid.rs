use casework::clock::Timestamp;
use sqlx::{AnyExecutor, Row};

use super::{Result, Tx};

/// Puts a grid in force for new visits, after all the others: known for good from then on. The text is its YAML, as it was given.
pub async fn adopt(tx: &mut Tx, hash: &str, version: &str, text: &str, at: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into grid (hash, version, body, adopted_at)
         values ($1, $2, $3, coalesce((select max(known.adopted_at) + 1 from grid known where known.adopted_at >= $4), $4))
         on conflict (hash) do update set adopted_at = excluded.adopted_at",
    )
    .bind(hash)
    .bind(version)
    .bind(text)
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Texts of the grids ever adopted, the one in force last.
pub async fn adopted<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<String>> {
    let rows = sqlx::query("select body from grid order by adopted_at, hash").fetch_all(executor).await?;
    Ok(rows.iter().map(|row| row.try_get("body")).collect::<std::result::Result<_, _>>()?)
}
