//! The directory of partners: what organisations say of themselves, and their services.

use casework::{
    clock::Timestamp,
    directory::Service,
    ids::{AccountId, OrganisationId, ServiceId},
    permission::OrganisationKind,
    referral::Day,
};
use serde::{Deserialize, Serialize};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, code, from_json, parsed, to_json};

/// Where something was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name of the directory.
    pub name: String,
    /// Its own id there.
    pub id: String,
    /// Of what it said there.
    pub digest: String,
}

/// What an organisation says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub description: String,
    pub email: String,
    pub site: String,
    pub telephone: String,
}

/// A profile, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRecord {
    pub organisation_id: OrganisationId,
    pub profile: Profile,
    pub source: Option<Source>,
}

/// A service, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRecord {
    pub id: ServiceId,
    pub organisation_id: OrganisationId,
    pub organisation: String,
    /// What the organisation does, in its own words.
    pub organisation_service: String,
    pub kind: OrganisationKind,
    pub receives_referrals: bool,
    pub service: Service,
    pub active: bool,
    pub revision: i64,
    pub verified_on: Option<Day>,
    pub verified_by: Option<String>,
    pub source: Option<Source>,
    /// The revision that was last read from there.
    pub source_revision: Option<i64>,
    pub updated_at: Timestamp,
}

/// A service to store.
#[derive(Clone, Debug)]
pub struct NewService {
    pub id: ServiceId,
    pub organisation_id: OrganisationId,
    pub service: Service,
    pub active: bool,
    pub verified_on: Option<Day>,
    pub verified_by: Option<AccountId>,
    pub source: Option<Source>,
}

/// What a service becomes.
#[derive(Clone, Debug)]
pub struct ServiceChange<'a> {
    pub service: &'a Service,
    pub active: bool,
    /// Read anew from its source: what was changed here since is told from it by this revision.
    pub digest: Option<&'a str>,
}

fn source(row: &AnyRow) -> Result<Option<Source>> {
    let (name, id, digest): (Option<String>, Option<String>, Option<String>) =
        (row.try_get("source")?, row.try_get("source_id")?, row.try_get("source_digest")?);
    Ok(name.zip(id).map(|(name, id)| Source { name, id, digest: digest.unwrap_or_default() }))
}

fn service(row: &AnyRow) -> Result<ServiceRecord> {
    let id: String = row.try_get("id")?;
    let organisation_id: String = row.try_get("organisation_id")?;
    let kind: String = row.try_get("kind")?;
    let verified_on: Option<String> = row.try_get("verified_on")?;
    Ok(ServiceRecord {
        organisation_id: parsed("directory_service", "organisation_id", &id, &organisation_id)?,
        organisation: row.try_get("name")?,
        organisation_service: row.try_get("organisation_service")?,
        kind: from_json("organisation", "kind", &organisation_id, &format!("\"{kind}\""))?,
        receives_referrals: row.try_get::<i64, _>("receives_referrals")? == 1,
        service: from_json("directory_service", "body", &id, row.try_get("body")?)?,
        active: row.try_get::<i64, _>("active")? == 1,
        revision: row.try_get("revision")?,
        verified_on: verified_on.map(|day| parsed("directory_service", "verified_on", &id, &day)).transpose()?,
        verified_by: row.try_get("display_name")?,
        source: source(row)?,
        source_revision: row.try_get("source_revision")?,
        updated_at: Timestamp(row.try_get("updated_at")?),
        id: parsed("directory_service", "id", &id, &id)?,
    })
}

/// Every service, those not offered any more included: by organisation, then in the order in which they came.
pub async fn services<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<ServiceRecord>> {
    let rows = sqlx::query(
        "select s.id, s.organisation_id, o.name, o.service as organisation_service, o.kind, o.receives_referrals, s.body, s.active, s.revision, s.verified_on,
            a.display_name, s.source, s.source_id, s.source_digest, s.source_revision, s.updated_at
         from directory_service s join organisation o on o.id = s.organisation_id left join account a on a.id = s.verified_by
         order by o.name, o.id, s.created_at, s.id",
    )
    .fetch_all(executor)
    .await?;
    rows.iter().map(service).collect()
}

pub async fn service_by_id<'e>(executor: impl AnyExecutor<'e>, id: ServiceId) -> Result<Option<ServiceRecord>> {
    let row = sqlx::query(
        "select s.id, s.organisation_id, o.name, o.service as organisation_service, o.kind, o.receives_referrals, s.body, s.active, s.revision, s.verified_on,
            a.display_name, s.source, s.source_id, s.source_digest, s.source_revision, s.updated_at
         from directory_service s join organisation o on o.id = s.organisation_id left join account a on a.id = s.verified_by where s.id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(executor)
    .await?;
    row.as_ref().map(service).transpose()
}

/// Stores a service. `false` when its id is known already.
pub async fn insert_service(tx: &mut Tx, new: &NewService, at: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "insert into directory_service (id, organisation_id, body, active, revision, verified_on, verified_by, source, source_id, source_digest,
            source_revision, created_at, updated_at)
         values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $11) on conflict (id) do nothing",
    )
    .bind(new.id.to_string())
    .bind(new.organisation_id.to_string())
    .bind(to_json(&new.service))
    .bind(i64::from(new.active))
    .bind(new.verified_on.map(|day| day.to_string()))
    .bind(new.verified_by.map(|by| by.to_string()))
    .bind(new.source.as_ref().map(|source| source.name.clone()))
    .bind(new.source.as_ref().map(|source| source.id.clone()))
    .bind(new.source.as_ref().map(|source| source.digest.clone()))
    .bind(new.source.as_ref().map(|_| 1_i64))
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves a service over the revision that was read. `false` when somebody was faster.
pub async fn save_service(tx: &mut Tx, id: ServiceId, expected: i64, change: &ServiceChange<'_>, at: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "update directory_service set body = $3, active = $4, revision = revision + 1, updated_at = $5, source_digest = coalesce($6, source_digest),
            source_revision = case when $6 is null then source_revision else revision + 1 end
         where id = $1 and revision = $2",
    )
    .bind(id.to_string())
    .bind(expected)
    .bind(to_json(change.service))
    .bind(i64::from(change.active))
    .bind(at.0)
    .bind(change.digest.map(str::to_owned))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Somebody, or the source when nobody is named, says that what is written holds on this day. It changes nothing of what is written.
pub async fn verify_service(tx: &mut Tx, id: ServiceId, on: Day, by: Option<AccountId>) -> Result<bool> {
    let done = sqlx::query("update directory_service set verified_on = $2, verified_by = $3 where id = $1")
        .bind(id.to_string())
        .bind(on.to_string())
        .bind(by.map(|by| by.to_string()))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether an organisation is sent referrals.
pub async fn set_receives_referrals(tx: &mut Tx, id: OrganisationId, receives: bool) -> Result<bool> {
    let done = sqlx::query("update organisation set receives_referrals = $2 where id = $1 and kind <> $3")
        .bind(id.to_string())
        .bind(i64::from(receives))
        .bind(code(&OrganisationKind::Brigade))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Every profile.
pub async fn profiles<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<ProfileRecord>> {
    let rows = sqlx::query("select organisation_id, body, source, source_id, source_digest from organisation_profile order by organisation_id")
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("organisation_id")?;
            Ok(ProfileRecord {
                profile: from_json("organisation_profile", "body", &id, row.try_get("body")?)?,
                source: source(row)?,
                organisation_id: parsed("organisation_profile", "organisation_id", &id, &id)?,
            })
        })
        .collect()
}

/// Stores what an organisation says of itself, in place of what it said before.
pub async fn keep_profile(tx: &mut Tx, record: &ProfileRecord, at: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into organisation_profile (organisation_id, body, source, source_id, source_digest, updated_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (organisation_id) do update set body = excluded.body, source = excluded.source, source_id = excluded.source_id,
            source_digest = excluded.source_digest, updated_at = excluded.updated_at",
    )
    .bind(record.organisation_id.to_string())
    .bind(to_json(&record.profile))
    .bind(record.source.as_ref().map(|source| source.name.clone()))
    .bind(record.source.as_ref().map(|source| source.id.clone()))
    .bind(record.source.as_ref().map(|source| source.digest.clone()))
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}
