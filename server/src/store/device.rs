use casework::{
    clock::Timestamp,
    ids::{AccountId, DeviceId, OrganisationId},
    wire::v1::{DeviceRevocation, DeviceRow},
};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, counted, parsed};

/// What a phone said of itself.
#[derive(Clone, Debug)]
pub struct DeviceContact {
    pub device_id: DeviceId,
    pub account_id: AccountId,
    /// Server time.
    pub at: Timestamp,
    pub build: String,
    pub protocol: u16,
    pub unsent_events: u32,
    pub unsent_photos: u32,
    /// Server time.
    pub oldest_unsent_at: Option<Timestamp>,
    pub clock_skew_ms: i64,
    /// Of the session that it spoke in.
    pub session_hash: String,
}

/// That a phone was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    pub at: Timestamp,
    pub by: AccountId,
    pub reason: String,
}

/// Records what a phone said: its row for this account, made at the first contact.
pub async fn report(tx: &mut Tx, contact: &DeviceContact) -> Result<()> {
    sqlx::query(
        "insert into device (id, account_id, first_contact_at, last_contact_at, build, protocol, unsent_events, unsent_photos, oldest_unsent_at,
            clock_skew_ms, session_hash)
         values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (id, account_id) do update set last_contact_at = excluded.last_contact_at, build = excluded.build, protocol = excluded.protocol,
            unsent_events = excluded.unsent_events, unsent_photos = excluded.unsent_photos, oldest_unsent_at = excluded.oldest_unsent_at,
            clock_skew_ms = excluded.clock_skew_ms, session_hash = excluded.session_hash",
    )
    .bind(contact.device_id.to_string())
    .bind(contact.account_id.to_string())
    .bind(contact.at.0)
    .bind(&contact.build)
    .bind(i64::from(contact.protocol))
    .bind(i64::from(contact.unsent_events))
    .bind(i64::from(contact.unsent_photos))
    .bind(contact.oldest_unsent_at.map(|at| at.0))
    .bind(contact.clock_skew_ms)
    .bind(&contact.session_hash)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Forgets the phones of an account beyond the `rows_max` last heard from. One that holds unsent work, or was revoked, is never forgotten.
pub async fn forget_oldest(tx: &mut Tx, account_id: AccountId, rows_max: i64) -> Result<()> {
    sqlx::query(
        "delete from device where account_id = $1 and revoked_at is null and unsent_events = 0 and unsent_photos = 0
            and id not in (select id from device where account_id = $1 order by last_contact_at desc, id limit $2)",
    )
    .bind(account_id.to_string())
    .bind(rows_max)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Whether and why a phone was given up, in whosever hands it was.
pub async fn revocation<'e>(executor: impl AnyExecutor<'e>, id: DeviceId) -> Result<Option<Revocation>> {
    let id = id.to_string();
    let row = sqlx::query("select revoked_at, revoked_by, revoked_reason from device where id = $1 and revoked_at is not null order by revoked_at limit 1")
        .bind(id.clone())
        .fetch_optional(executor)
        .await?;
    row.map(|row| {
        let by: String = row.try_get("revoked_by")?;
        Ok(Revocation { at: Timestamp(row.try_get("revoked_at")?), by: parsed("device", "revoked_by", &id, &by)?, reason: row.try_get("revoked_reason")? })
    })
    .transpose()
}

/// Marks every row of a phone that is not marked yet.
pub async fn revoke(tx: &mut Tx, id: DeviceId, revocation: &Revocation) -> Result<()> {
    sqlx::query("update device set revoked_at = $2, revoked_by = $3, revoked_reason = $4 where id = $1 and revoked_at is null")
        .bind(id.to_string())
        .bind(revocation.at.0)
        .bind(revocation.by.to_string())
        .bind(&revocation.reason)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Every revoked phone, with the hash of the session that it last spoke in.
pub async fn revoked<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<(DeviceId, String)>> {
    let rows = sqlx::query("select id, session_hash from device where revoked_at is not null").fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            Ok((parsed("device", "id", &id, &id)?, row.try_get("session_hash")?))
        })
        .collect()
}

/// Whether a phone was used by an account of this organisation.
pub async fn is_of<'e>(executor: impl AnyExecutor<'e>, id: DeviceId, organisation_id: OrganisationId) -> Result<bool> {
    let row = sqlx::query("select d.id from device d join account a on a.id = d.account_id where d.id = $1 and a.organisation_id = $2 limit 1")
        .bind(id.to_string())
        .bind(organisation_id.to_string())
        .fetch_optional(executor)
        .await?;
    Ok(row.is_some())
}

/// How far the clock of a phone in these hands was ahead when it was last heard from; `None` for one never heard from.
pub async fn clock_skew<'e>(executor: impl AnyExecutor<'e>, id: DeviceId, account_id: AccountId) -> Result<Option<i64>> {
    let row = sqlx::query("select clock_skew_ms from device where id = $1 and account_id = $2")
        .bind(id.to_string())
        .bind(account_id.to_string())
        .fetch_optional(executor)
        .await?;
    Ok(row.map(|row| row.try_get("clock_skew_ms")).transpose()?)
}

/// The phones of an organisation's accounts: unsent work first, the longest waiting before the others; then by last contact; the revoked last.
pub async fn of_organisation<'e>(executor: impl AnyExecutor<'e>, organisation_id: OrganisationId, rows_max: i64) -> Result<Vec<DeviceRow>> {
    let rows = sqlx::query(
        "select d.id, d.account_id, a.display_name as holder, d.first_contact_at, d.last_contact_at, d.build, d.protocol, d.unsent_events, d.unsent_photos,
            d.oldest_unsent_at, d.clock_skew_ms, d.revoked_at, d.revoked_reason, r.display_name as revoker
         from device d join account a on a.id = d.account_id left join account r on r.id = d.revoked_by
         where a.organisation_id = $1
         order by case when d.revoked_at is not null then 2 when d.unsent_events + d.unsent_photos > 0 then 0 else 1 end,
            case when d.revoked_at is null and d.unsent_events + d.unsent_photos > 0 then coalesce(d.oldest_unsent_at, d.last_contact_at) end,
            d.last_contact_at desc, d.id, d.account_id
         limit $2",
    )
    .bind(organisation_id.to_string())
    .bind(rows_max)
    .fetch_all(executor)
    .await?;
    rows.iter().map(device).collect()
}

fn device(row: &AnyRow) -> Result<DeviceRow> {
    let id: String = row.try_get("id")?;
    let account_id: String = row.try_get("account_id")?;
    let protocol = counted("device", "protocol", &id, row)?;
    let revoked_at: Option<i64> = row.try_get("revoked_at")?;
    let revoked = match revoked_at {
        Some(at) => Some(DeviceRevocation { at: Timestamp(at), by: row.try_get("revoker")?, reason: row.try_get("revoked_reason")? }),
        None => None,
    };
    Ok(DeviceRow {
        account_id: parsed("device", "account_id", &id, &account_id)?,
        holder: row.try_get("holder")?,
        first_contact_at: Timestamp(row.try_get("first_contact_at")?),
        last_contact_at: Timestamp(row.try_get("last_contact_at")?),
        build: row.try_get("build")?,
        protocol: u16::try_from(protocol).unwrap_or(u16::MAX),
        unsent_events: counted("device", "unsent_events", &id, row)?,
        unsent_photos: counted("device", "unsent_photos", &id, row)?,
        oldest_unsent_at: row.try_get::<Option<i64>, _>("oldest_unsent_at")?.map(Timestamp),
        clock_skew_ms: row.try_get("clock_skew_ms")?,
        revoked,
        device_id: parsed("device", "id", &id, &id)?,
    })
}
