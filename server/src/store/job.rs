use casework::clock::Timestamp;
use sqlx::{AnyExecutor, Row};

use super::{Result, Tx};
use crate::clock::new_id;

/// Work to do after a commit, off the request path. Stored with the change that asks for it.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub kind: &'static str,
    /// Ids only.
    pub payload: String,
    pub run_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct JobRow {
    pub id: String,
    pub kind: String,
    pub payload: String,
    pub attempts: i64,
}

/// Tries of one job before it is left for a person to look at.
pub const ATTEMPTS_MAX: i64 = 8;

pub async fn insert(tx: &mut Tx, job: &NewJob) -> Result<()> {
    sqlx::query("insert into job (id, kind, payload, run_at, attempts) values ($1, $2, $3, $4, 0)")
        .bind(new_id().to_string())
        .bind(job.kind)
        .bind(&job.payload)
        .bind(job.run_at.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Jobs run in lanes, so that many slow ones of one kind do not keep the others waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Kinds that begin with `photo.`
    Photos,
    Others,
}

/// Jobs of a lane whose time has come.
pub async fn due<'e>(executor: impl AnyExecutor<'e>, lane: Lane, at: Timestamp, limit: i64) -> Result<Vec<JobRow>> {
    let text = match lane {
        Lane::Photos => {
            "select id, kind, payload, attempts from job where done_at is null and run_at <= $1 and attempts < $2 and kind like 'photo.%'
             order by run_at, id limit $3"
        }
        Lane::Others => {
            "select id, kind, payload, attempts from job where done_at is null and run_at <= $1 and attempts < $2 and kind not like 'photo.%'
             order by run_at, id limit $3"
        }
    };
    let rows = sqlx::query(text).bind(at.0).bind(ATTEMPTS_MAX).bind(limit).fetch_all(executor).await?;
    rows.iter()
        .map(|row| Ok(JobRow { id: row.try_get("id")?, kind: row.try_get("kind")?, payload: row.try_get("payload")?, attempts: row.try_get("attempts")? }))
        .collect()
}

/// Claims a job until `until`, unless another worker did. Counts the try.
pub async fn claim(tx: &mut Tx, job: &JobRow, until: Timestamp) -> Result<bool> {
    let done = sqlx::query("update job set attempts = attempts + 1, run_at = $3 where id = $1 and attempts = $2 and done_at is null")
        .bind(&job.id)
        .bind(job.attempts)
        .bind(until.0)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn finish(tx: &mut Tx, id: &str, at: Timestamp) -> Result<()> {
    sqlx::query("update job set done_at = $2, last_error = null where id = $1").bind(id).bind(at.0).execute(&mut *tx).await?;
    Ok(())
}

pub async fn fail(tx: &mut Tx, id: &str, error: &str, retry_at: Timestamp) -> Result<()> {
    sqlx::query("update job set last_error = $2, run_at = $3 where id = $1").bind(id).bind(error).bind(retry_at.0).execute(&mut *tx).await?;
    Ok(())
}
