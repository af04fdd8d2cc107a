//! SQLite's log copied back into the database, off the writers' path: one that does it waits for the disk, and all the phones with it.

use std::time::Duration;

use sqlx::AnyPool;
use tokio::sync::watch;

/// While something is written, this often. What is then left for the writer itself, once its log is long, is little.
const EVERY: Duration = Duration::from_millis(300);

/// Starts to copy back, through connections of `pool`, whenever told that something is being written. It ends with the last teller.
pub(super) fn start(pool: AnyPool) -> watch::Sender<()> {
    let (wrote, mut told) = watch::channel(());
    tokio::spawn(async move {
        while told.changed().await.is_ok() {
            tokio::time::sleep(EVERY).await;
            // Passive: it waits for nobody and nobody waits for it. What it leaves, the next one takes, or the writer.
            if let Err(error) = sqlx::query("pragma wal_checkpoint(passive)").execute(&pool).await {
                if pool.is_closed() {
                    return;
                }
                tracing::warn!(error = &error as &dyn std::error::Error, "store.checkpoint");
            }
        }
    });
    wrote
}
