use casework::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, EventId, PhotoId, VisitId},
    photo_mark::PhotoMark,
};
use inspection_grid::{CriterionId, Place};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{
    Result, StoreError, Tx, parsed,
    rows::{ids, over_given},
};

/// Whether a photo's smaller copies, which screens show, are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copies {
    /// Not made yet.
    Awaited,
    Made,
    /// None can be made: the original is kept and nothing is shown.
    Impossible,
}

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
    pub copies: Copies,
    /// By the camera's clock, when its file says so.
    pub captured_at: Option<Timestamp>,
    /// Metres around the place that the camera believed. The place itself is only in the original.
    pub accuracy_m: Option<f64>,
    pub removed: bool,
    /// What a person drew over it: burnt into its copies.
    pub marks: Vec<PhotoMark>,
    /// Counts the changes of `marks`.
    pub marks_revision: u32,
    /// The program of the system that was last asked for its copies, where it takes one.
    pub converter: Option<String>,
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

/// A resumable upload, as announced. Where it stands is what its file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRow {
    pub photo_id: PhotoId,
    pub account_id: AccountId,
    pub sha256: String,
    pub content_type: String,
    pub length_bytes: u64,
    /// Whole, re-hashed and kept; `content_type` is then what the bytes are.
    pub finished: bool,
    pub created_at: Timestamp,
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// As stored: nothing for no mark.
fn marks_text(marks: &[PhotoMark]) -> Option<String> {
    // Our own types have string keys and no failing serialisers.
    (!marks.is_empty()).then(|| serde_json::to_string(marks).unwrap_or_default())
}

fn marks(row: &AnyRow, of: &str) -> Result<Vec<PhotoMark>> {
    let Some(text) = row.try_get::<Option<String>, _>("marks")? else { return Ok(Vec::new()) };
    // Never taken for a photo without marks: it would show what a blur hides.
    serde_json::from_str(&text).map_err(|error| StoreError::Unreadable { table: "photo", column: "marks", row: of.to_owned(), cause: error.to_string() })
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
        copies: match (row.try_get::<Option<i64>, _>("derived_at")?, row.try_get::<Option<i64>, _>("undisplayable_at")?) {
            (_, Some(_)) => Copies::Impossible,
            (Some(_), None) => Copies::Made,
            (None, None) => Copies::Awaited,
        },
        captured_at: row.try_get::<Option<i64>, _>("captured_at")?.map(Timestamp),
        accuracy_m: row.try_get("accuracy_m")?,
        removed: row.try_get::<Option<i64>, _>("removed_at")?.is_some(),
        marks: marks(row, &id)?,
        converter: row.try_get("converter")?,
        marks_revision: u32::try_from(row.try_get::<i64, _>("marks_revision")?).unwrap_or(u32::MAX),
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
        "select id, visit_id, building_id, place, criterion, account_id, confidential, sha256, bytes, content_type, taken_at, verified_at, derived_at,
         captured_at, accuracy_m, undisplayable_at, removed_at, marks, marks_revision, converter
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
        "select id, visit_id, building_id, place, criterion, account_id, confidential, sha256, bytes, content_type, taken_at, verified_at, derived_at,
         captured_at, accuracy_m, undisplayable_at, removed_at, marks, marks_revision, converter
         from photo where visit_id = $1 and removed_at is null order by taken_at, id",
    )
    .bind(visit_id.to_string())
    .fetch_all(executor)
    .await?;
    rows.iter().map(photo).collect()
}

/// Where the photos of these visits were taken, those that were not removed.
pub async fn places_of_visits(tx: &mut Tx, visits: impl IntoIterator<Item = VisitId>) -> Result<Vec<(VisitId, PhotoId, Place, CriterionId)>> {
    let select = over_given(
        tx,
        "select p.visit_id, p.id, p.place, p.criterion from {given} join photo p on p.visit_id = given.value ->> 0
         where p.removed_at is null order by p.taken_at, p.id",
        &ids(visits),
    );
    let taken = |row: &AnyRow| {
        let id: String = row.try_get("id")?;
        let read = |column| row.try_get::<String, _>(column);
        Ok((
            parsed("photo", "visit_id", &id, &read("visit_id")?)?,
            parsed("photo", "id", &id, &id)?,
            parsed("photo", "place", &id, &read("place")?)?,
            CriterionId(read("criterion")?),
        ))
    };
    select.fetch_all(&mut *tx).await?.iter().map(taken).collect()
}

/// The photo is of this place: of the door that stands for the one it was taken at.
pub async fn move_to(tx: &mut Tx, id: PhotoId, visit_id: VisitId, place: &Place) -> Result<()> {
    sqlx::query("update photo set place = $3 where id = $1 and visit_id = $2")
        .bind(id.to_string())
        .bind(visit_id.to_string())
        .bind(place.to_string())
        .execute(&mut *tx)
        .await?;
    Ok(())
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

/// Takes a removal back; the photo, or nothing when the visit has none of this id.
pub async fn restore(tx: &mut Tx, id: PhotoId, visit_id: VisitId) -> Result<Option<PhotoRow>> {
    sqlx::query("update photo set removed_at = null where id = $1 and visit_id = $2").bind(id.to_string()).bind(visit_id.to_string()).execute(&mut *tx).await?;
    Ok(by_id(&mut *tx, id).await?.filter(|photo| photo.visit_id == visit_id))
}

/// The bytes are here, match what was announced, and are of this type. `false` when no photo of that id and hash is known yet.
pub async fn verify(tx: &mut Tx, id: PhotoId, sha256: &str, content_type: &str, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("update photo set verified_at = coalesce(verified_at, $4), content_type = $3 where id = $1 and sha256 = $2")
        .bind(id.to_string())
        .bind(sha256)
        .bind(content_type)
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Draws these marks over a photo, in place of those it had: its copies are to be made again. `false` when the visit has no such photo, or when nothing
/// changes.
pub async fn mark(tx: &mut Tx, id: PhotoId, visit_id: VisitId, marks: &[PhotoMark]) -> Result<bool> {
    let text = marks_text(marks);
    let done = sqlx::query(
        "update photo set marks = $3, marks_revision = marks_revision + 1, derived_at = null
         where id = $1 and visit_id = $2 and coalesce(marks, '') <> $4",
    )
    .bind(id.to_string())
    .bind(visit_id.to_string())
    .bind(text.as_deref())
    .bind(text.as_deref().unwrap_or_default())
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What its file told, and its size in pixels once it could be opened; `None` says that it cannot. Says nothing of a photo that has other marks than those
/// its copies were made with.
pub async fn derived(
    tx: &mut Tx,
    id: PhotoId,
    marks: &[PhotoMark],
    size_px: Option<(u32, u32)>,
    captured_at: Option<Timestamp>,
    accuracy_m: Option<f64>,
    at: Timestamp,
) -> Result<()> {
    let (derived_at, undisplayable_at) = if size_px.is_some() { (Some(at.0), None) } else { (None, Some(at.0)) };
    sqlx::query(
        "update photo set derived_at = $2, undisplayable_at = $3, width = $4, height = $5, captured_at = $6, accuracy_m = $7
         where id = $1 and coalesce(marks, '') = $8",
    )
    .bind(id.to_string())
    .bind(derived_at)
    .bind(undisplayable_at)
    .bind(size_px.map(|(width, _)| i64::from(width)))
    .bind(size_px.map(|(_, height)| i64::from(height)))
    .bind(captured_at.map(|at| at.0))
    .bind(accuracy_m)
    .bind(marks_text(marks).unwrap_or_default())
    // An absent number goes to PostgreSQL as a narrower type: a statement kept from it would refuse the next number.
    .persistent(accuracy_m.is_some())
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Who was asked for its copies: a program of the system, or none.
pub async fn converted_by(tx: &mut Tx, id: PhotoId, converter: Option<&str>) -> Result<()> {
    sqlx::query("update photo set converter = $2 where id = $1").bind(id.to_string()).bind(converter).execute(&mut *tx).await?;
    Ok(())
}

/// Photos found to have no copies, that only a program of the system reads, when this one was not asked.
pub async fn to_convert<'e>(executor: impl AnyExecutor<'e>, converter: &str, limit: i64) -> Result<Vec<PhotoId>> {
    let rows = sqlx::query(
        "select id from photo where content_type in ('image/heic', 'image/avif') and verified_at is not null and undisplayable_at is not null
         and coalesce(converter, '') <> $1 order by id limit $2",
    )
    .bind(converter)
    .bind(limit)
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            parsed("photo", "id", &id, &id)
        })
        .collect()
}

/// Its copies are awaited from this program: what was said of it before counts no more.
pub async fn ask_converter(tx: &mut Tx, id: PhotoId, converter: &str) -> Result<()> {
    sqlx::query("update photo set converter = $2, undisplayable_at = null where id = $1").bind(id.to_string()).bind(converter).execute(&mut *tx).await?;
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
    let row = sqlx::query("select photo_id, account_id, sha256, content_type, length_bytes, finished_at, created_at from upload where photo_id = $1")
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
            finished: row.try_get::<Option<i64>, _>("finished_at")?.is_some(),
            created_at: Timestamp(row.try_get("created_at")?),
            photo_id: parsed("upload", "photo_id", &id, &id)?,
        })
    })
    .transpose()
}

/// The bytes were found whole, and of this type.
pub async fn finish_upload(tx: &mut Tx, photo_id: PhotoId, content_type: &str, at: Timestamp) -> Result<()> {
    sqlx::query("update upload set finished_at = $3, content_type = $2, received_bytes = length_bytes where photo_id = $1")
        .bind(photo_id.to_string())
        .bind(content_type)
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Forgets an upload that is not finished, so that it can start again.
pub async fn delete_upload(tx: &mut Tx, photo_id: PhotoId) -> Result<()> {
    sqlx::query("delete from upload where photo_id = $1 and finished_at is null").bind(photo_id.to_string()).execute(&mut *tx).await?;
    Ok(())
}

/// Uploads announced before `before` and not finished, in the order of their ids, from the one after `after`.
pub async fn uploads_unfinished<'e>(executor: impl AnyExecutor<'e>, before: Timestamp, after: Option<PhotoId>, limit: i64) -> Result<Vec<PhotoId>> {
    let rows = sqlx::query("select photo_id from upload where finished_at is null and created_at < $1 and photo_id > $2 order by photo_id limit $3")
        .bind(before.0)
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(limit)
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("photo_id")?;
            parsed("upload", "photo_id", &id, &id)
        })
        .collect()
}

/// Hashes with these first digits that a photo names, with the marks that it has; a hash comes once for each.
pub async fn marked_hashes<'e>(executor: impl AnyExecutor<'e>, first_digits: &str) -> Result<Vec<(String, Vec<PhotoMark>)>> {
    let rows = sqlx::query("select distinct sha256, marks from photo where sha256 >= $1 and sha256 < $2")
        .bind(first_digits)
        // `g` follows every hexadecimal digit.
        .bind(format!("{first_digits}g"))
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let sha256: String = row.try_get("sha256")?;
            let marks = marks(row, &sha256)?;
            Ok((sha256, marks))
        })
        .collect()
}

/// Hashes with these first digits that an upload names.
pub async fn hashes_uploaded<'e>(executor: impl AnyExecutor<'e>, first_digits: &str) -> Result<Vec<String>> {
    let rows = sqlx::query("select distinct sha256 from upload where sha256 >= $1 and sha256 < $2")
        .bind(first_digits)
        .bind(format!("{first_digits}g"))
        .fetch_all(executor)
        .await?;
    rows.iter().map(|row| Ok(row.try_get("sha256")?)).collect()
}
