use casework::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, EventId, PhotoId, VisitId},
};
use inspection_grid::{CriterionId, Place};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, parsed};

/// A photo that a visit names; `verified_at` says that its bytes are here and match.
#[derive(Clone, Debug)]
pub struct PhotoRow {
    pub id: PhotoId,
    pub visit_id: VisitId,
    pub building_id: BuildingId,
    pub place: Place,
    pub criterion: CriterionId,
    pub account_id: AccountId,
    pub confidential: bool,
    pub sha256: String,
    pub bytes: u64,
    pub content_type: String,
    pub taken_at: Timestamp,
    pub verified_at: Option<Timestamp>,
    pub derived: bool,
    pub removed: bool,
}

#[derive(Clone, Debug)]
pub struct NewPhoto {
    pub id: PhotoId,
    pub visit_id: VisitId,
    pub building_id: BuildingId,
    pub place: Place,
    pub criterion: CriterionId,
    pub account_id: AccountId,
    pub event_id: EventId,
    pub confidential: bool,
    pub sha256: String,
    pub bytes: u64,
    pub content_type: String,
    pub taken_at: Timestamp,
}

/// A resumable upload.
#[derive(Clone, Debug)]
pub struct UploadRow {
    pub photo_id: PhotoId,
    pub account_id: AccountId,
    pub sha256: String,
    pub content_type: String,
    pub length_bytes: u64,
    pub received_bytes: u64,
    pub finished: bool,
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn photo(row: &AnyRow) -> Result<PhotoRow> {
    let id: String = row.try_get("id")?;
    Ok(PhotoRow {
        visit_id: parsed("photo", "visit_id", &id, row.try_get("visit_id")?)?,
        building_id: parsed("photo", "building_id", &id, row.try_get("building_id")?)?,
        place: parsed("photo", "place", &id, row.try_get("place")?)?,
        criterion: CriterionId(row.try_get("criterion")?),
        account_id: parsed("photo", "account_id", &id, row.try_get("account_id")?)?,
        confidential: row.try_get::<i64, _>("confidential")? == 1,
        sha256: row.try_get("sha256")?,
        bytes: unsigned(row.try_get("bytes")?),
        content_type: row.try_get("content_type")?,
        taken_at: Timestamp(row.try_get("taken_at")?),
        verified_at: row.try_get::<Option<i64>, _>("verified_at")?.map(Timestamp),
        derived: row.try_get::<Option<i64>, _>("derived_at")?.is_some(),
        removed: row.try_get::<Option<i64>, _>("removed_at")?.is_some(),
        id: parsed("photo", "id", &id, &id)?,
    })
}

pub async fn insert(tx: &mut Tx, new: &NewPhoto) -> Result<()> {
    sqlx::query(
        "insert into photo (id, visit_id, building_id, place, criterion, account_id, event_id, confidential, sha256, bytes, content_type, taken_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id) do nothing",
    )
    .bind(new.id.to_string())
    .bind(new.visit_id.to_string())
    .bind(new.building_id.to_string())
    .bind(new.place.to_string())
    .bind(&new.criterion.0)
    .bind(new.account_id.to_string())
    .bind(new.event_id.to_string())
    .bind(i64::from(new.confidential))
    .bind(&new.sha256)
    .bind(signed(new.bytes))
    .bind(&new.content_type)
    .bind(new.taken_at.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: PhotoId) -> Result<Option<PhotoRow>> {
    let row = sqlx::query(
        "select id, visit_id, building_id, place, criterion, account_id, confidential, sha256, bytes, content_type, taken_at, verified_at, derived_at, removed_at
         from photo where id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(executor)
    .await?;
    row.as_ref().map(photo).transpose()
}

/// Photos of a visit that were not removed.
pub async fn of_visit<'e>(executor: impl AnyExecutor<'e>, visit_id: VisitId) -> Result<Vec<PhotoRow>> {
    let rows = sqlx::query(
        "select id, visit_id, building_id, place, criterion, account_id, confidential, sha256, bytes, content_type, taken_at, verified_at, derived_at, removed_at
         from photo where visit_id = $1 and removed_at is null order by taken_at, id",
    )
    .bind(visit_id.to_string())
    .fetch_all(executor)
    .await?;
    rows.iter().map(photo).collect()
}

pub async fn remove(tx: &mut Tx, id: PhotoId, visit_id: VisitId, at: Timestamp) -> Result<()> {
    sqlx::query("update photo set removed_at = coalesce(removed_at, $3) where id = $1 and visit_id = $2")
        .bind(id.to_string())
        .bind(visit_id.to_string())
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// The bytes are here and match what was announced. `false` when no photo of that id and hash is known yet.
pub async fn verify(tx: &mut Tx, id: PhotoId, sha256: &str, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("update photo set verified_at = coalesce(verified_at, $3) where id = $1 and sha256 = $2")
        .bind(id.to_string())
        .bind(sha256)
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn derived(tx: &mut Tx, id: PhotoId, width: u32, height: u32, at: Timestamp) -> Result<()> {
    sqlx::query("update photo set derived_at = $4, width = $2, height = $3 where id = $1")
        .bind(id.to_string())
        .bind(i64::from(width))
        .bind(i64::from(height))
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub async fn insert_upload(tx: &mut Tx, upload: &UploadRow, at: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into upload (photo_id, account_id, sha256, content_type, length_bytes, received_bytes, created_at) values ($1, $2, $3, $4, $5, 0, $6)
         on conflict (photo_id) do nothing",
    )
    .bind(upload.photo_id.to_string())
    .bind(upload.account_id.to_string())
    .bind(&upload.sha256)
    .bind(&upload.content_type)
    .bind(signed(upload.length_bytes))
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

pub async fn upload<'e>(executor: impl AnyExecutor<'e>, photo_id: PhotoId) -> Result<Option<UploadRow>> {
    let row = sqlx::query("select photo_id, account_id, sha256, content_type, length_bytes, received_bytes, finished_at from upload where photo_id = $1")
        .bind(photo_id.to_string())
        .fetch_optional(executor)
        .await?;
    row.map(|row| {
        let id: String = row.try_get("photo_id")?;
        Ok(UploadRow {
            account_id: parsed("upload", "account_id", &id, row.try_get("account_id")?)?,
            sha256: row.try_get("sha256")?,
            content_type: row.try_get("content_type")?,
            length_bytes: unsigned(row.try_get("length_bytes")?),
            received_bytes: unsigned(row.try_get("received_bytes")?),
            finished: row.try_get::<Option<i64>, _>("finished_at")?.is_some(),
            photo_id: parsed("upload", "photo_id", &id, &id)?,
        })
    })
    .transpose()
}

/// Moves the offset forward, only from where the caller read it. `false` when another request moved it first.
pub async fn advance_upload(tx: &mut Tx, photo_id: PhotoId, from: u64, to: u64) -> Result<bool> {
    let done = sqlx::query("update upload set received_bytes = $3 where photo_id = $1 and received_bytes = $2 and finished_at is null")
        .bind(photo_id.to_string())
        .bind(signed(from))
        .bind(signed(to))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn finish_upload(tx: &mut Tx, photo_id: PhotoId, at: Timestamp) -> Result<()> {
    sqlx::query("update upload set finished_at = $2 where photo_id = $1").bind(photo_id.to_string()).bind(at.0).execute(&mut *tx).await?;
    Ok(())
}

/// Forgets an upload whose bytes turned out wrong, so that it can start again.
pub async fn delete_upload(tx: &mut Tx, photo_id: PhotoId) -> Result<()> {
    sqlx::query("delete from upload where photo_id = $1 and finished_at is null").bind(photo_id.to_string()).execute(&mut *tx).await?;
    Ok(())
}
