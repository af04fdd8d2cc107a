use casework::{
    clock::Timestamp,
    ids::{AccountId, OrganisationId, SessionId},
    permission::{OrganisationKind, Role},
};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, code, from_json, parsed, second_factor, session};

/// A body, as stored.
#[derive(Clone, Debug)]
pub struct OrganisationRow {
    pub id: OrganisationId,
    pub name: String,
    pub kind: OrganisationKind,
    pub service: String,
    pub municipality: Option<String>,
    pub pivot_person: Option<String>,
}

/// A body to store.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub id: OrganisationId,
    pub name: String,
    pub kind: OrganisationKind,
    pub service: String,
    pub municipality: Option<String>,
    pub pivot_person: Option<String>,
    pub receives_referrals: bool,
}

/// A person who can sign in, with the body they work for.
#[derive(Clone, Debug)]
pub struct AccountRow {
    pub id: AccountId,
    pub email: String,
    pub display_name: String,
    pub password_hash: String,
    pub role: Role,
    pub active: bool,
    pub organisation: OrganisationRow,
}

#[derive(Clone, Debug)]
pub struct NewAccount {
    pub id: AccountId,
    /// Lower case.
    pub email: String,
    pub display_name: String,
    pub password_hash: String,
    pub role: Role,
    pub organisation_id: OrganisationId,
    pub on_call_rank: Option<i64>,
}

fn organisation(row: &AnyRow, prefix: &str) -> Result<OrganisationRow> {
    let column = |name: &str| format!("{prefix}{name}");
    let id: String = row.try_get(column("id").as_str())?;
    let kind: String = row.try_get(column("kind").as_str())?;
    Ok(OrganisationRow {
        kind: from_json("organisation", "kind", &id, &format!("\"{kind}\""))?,
        name: row.try_get(column("name").as_str())?,
        service: row.try_get(column("service").as_str())?,
        municipality: row.try_get(column("municipality").as_str())?,
        pivot_person: row.try_get(column("pivot_person").as_str())?,
        id: parsed("organisation", "id", &id, &id)?,
    })
}

pub(super) fn account(row: &AnyRow) -> Result<AccountRow> {
    let id: String = row.try_get("id")?;
    let role: String = row.try_get("role")?;
    Ok(AccountRow {
        email: row.try_get("email")?,
        display_name: row.try_get("display_name")?,
        password_hash: row.try_get("password_hash")?,
        role: from_json("account", "role", &id, &format!("\"{role}\""))?,
        active: row.try_get::<i64, _>("active")? == 1,
        organisation: organisation(row, "organisation_")?,
        id: parsed("account", "id", &id, &id)?,
    })
}

pub async fn insert_organisation(tx: &mut Tx, organisation: &NewOrganisation, at: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into organisation (id, name, kind, service, municipality, pivot_person, receives_referrals, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(organisation.id.to_string())
    .bind(&organisation.name)
    .bind(code(&organisation.kind))
    .bind(&organisation.service)
    .bind(&organisation.municipality)
    .bind(&organisation.pivot_person)
    .bind(i64::from(organisation.receives_referrals))
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

pub async fn insert_account(tx: &mut Tx, account: &NewAccount, at: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into account (id, email, display_name, password_hash, role, organisation_id, active, on_call_rank, created_at)
         values ($1, $2, $3, $4, $5, $6, 1, $7, $8)",
    )
    .bind(account.id.to_string())
    .bind(&account.email)
    .bind(&account.display_name)
    .bind(&account.password_hash)
    .bind(code(&account.role))
    .bind(account.organisation_id.to_string())
    .bind(account.on_call_rank)
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

pub async fn by_email<'e>(executor: impl AnyExecutor<'e>, email: &str) -> Result<Option<AccountRow>> {
    let row = sqlx::query(
        "select a.id, a.email, a.display_name, a.password_hash, a.role, a.active,
            o.id as organisation_id, o.name as organisation_name, o.kind as organisation_kind, o.service as organisation_service,
            o.municipality as organisation_municipality, o.pivot_person as organisation_pivot_person
         from account a join organisation o on o.id = a.organisation_id where a.email = $1",
    )
    .bind(email.to_owned())
    .fetch_optional(executor)
    .await?;
    row.as_ref().map(account).transpose()
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: AccountId) -> Result<Option<AccountRow>> {
    let row = sqlx::query(
        "select a.id, a.email, a.display_name, a.password_hash, a.role, a.active,
            o.id as organisation_id, o.name as organisation_name, o.kind as organisation_kind, o.service as organisation_service,
            o.municipality as organisation_municipality, o.pivot_person as organisation_pivot_person
         from account a join organisation o on o.id = a.organisation_id where a.id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(executor)
    .await?;
    row.as_ref().map(account).transpose()
}

/// Whether anybody can sign in.
pub async fn any<'e>(executor: impl AnyExecutor<'e>) -> Result<bool> {
    Ok(sqlx::query("select id from account limit 1").fetch_optional(executor).await?.is_some())
}

/// The call list of the emergency cell, in order.
pub async fn on_call<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<(AccountId, String)>> {
    let rows =
        sqlx::query("select id, display_name from account where on_call_rank is not null and active = 1 order by on_call_rank, id").fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            Ok((parsed("account", "id", &id, &id)?, row.try_get("display_name")?))
        })
        .collect()
}

/// Somebody's place on the call list of the emergency cell.
pub async fn on_call_rank<'e>(executor: impl AnyExecutor<'e>, id: AccountId) -> Result<Option<i64>> {
    let row = sqlx::query("select on_call_rank from account where id = $1").bind(id.to_string()).fetch_optional(executor).await?;
    Ok(row.map(|row| row.try_get("on_call_rank")).transpose()?.flatten())
}

/// Gives somebody a place on the call list, or takes it.
pub async fn set_on_call_rank(tx: &mut Tx, id: AccountId, rank: Option<i64>) -> Result<()> {
    sqlx::query("update account set on_call_rank = $2 where id = $1").bind(id.to_string()).bind(rank).execute(&mut *tx).await?;
    Ok(())
}

/// Bodies that a referral can go to.
pub async fn referral_recipients<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<OrganisationRow>> {
    let rows = sqlx::query("select id, name, kind, service, municipality, pivot_person from organisation where receives_referrals = 1 order by name, id")
        .fetch_all(executor)
        .await?;
    rows.iter().map(|row| organisation(row, "")).collect()
}

pub async fn organisation_by_id<'e>(executor: impl AnyExecutor<'e>, id: OrganisationId) -> Result<Option<OrganisationRow>> {
    let row = sqlx::query("select id, name, kind, service, municipality, pivot_person from organisation where id = $1")
        .bind(id.to_string())
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(|row| organisation(row, "")).transpose()
}

/// Failed sign-ins of a key since `since`.
pub async fn failures<'e>(executor: impl AnyExecutor<'e>, key_hash: &str, since: Timestamp) -> Result<i64> {
    let row = sqlx::query("select count(*) as n from sign_in_failure where key_hash = $1 and at > $2")
        .bind(key_hash.to_owned())
        .bind(since.0)
        .fetch_one(executor)
        .await?;
    Ok(row.try_get("n")?)
}

pub async fn insert_failure(tx: &mut Tx, id: &str, key_hash: &str, at: Timestamp, forget_before: Timestamp) -> Result<()> {
    sqlx::query("delete from sign_in_failure where at < $1").bind(forget_before.0).execute(&mut *tx).await?;
    sqlx::query("insert into sign_in_failure (id, key_hash, at) values ($1, $2, $3)").bind(id).bind(key_hash).bind(at.0).execute(&mut *tx).await?;
    Ok(())
}

/// Whether the active account of an e-mail has signed in from this device.
pub async fn knows_device<'e>(executor: impl AnyExecutor<'e>, device_hash: &str, email: &str) -> Result<bool> {
    let row = sqlx::query("select a.id from known_device d join account a on a.id = d.account_id where d.device_hash = $1 and a.email = $2 and a.active = 1")
        .bind(device_hash.to_owned())
        .bind(email.to_owned())
        .fetch_optional(executor)
        .await?;
    Ok(row.is_some())
}

/// Whether anybody has signed in from this device.
pub async fn is_device<'e>(executor: impl AnyExecutor<'e>, device_hash: &str) -> Result<bool> {
    let row = sqlx::query("select device_hash from known_device where device_hash = $1 limit 1").bind(device_hash.to_owned()).fetch_optional(executor).await?;
    Ok(row.is_some())
}

/// Remembers that an account has signed in from a device, keeps the newest `devices_max` of the account, and forgets every device not seen since
/// `forget_before`.
pub async fn remember_device(tx: &mut Tx, device_hash: &str, id: AccountId, at: Timestamp, forget_before: Timestamp, devices_max: i64) -> Result<()> {
    sqlx::query("delete from known_device where seen_at < $1").bind(forget_before.0).execute(&mut *tx).await?;
    sqlx::query(
        "insert into known_device (device_hash, account_id, seen_at) values ($1, $2, $3)
         on conflict (device_hash, account_id) do update set seen_at = excluded.seen_at",
    )
    .bind(device_hash)
    .bind(id.to_string())
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "delete from known_device where account_id = $1
            and device_hash not in (select device_hash from known_device where account_id = $1 order by seen_at desc, device_hash limit $2)",
    )
    .bind(id.to_string())
    .bind(devices_max)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

async fn forget_devices(tx: &mut Tx, id: AccountId) -> Result<()> {
    sqlx::query("delete from known_device where account_id = $1").bind(id.to_string()).execute(&mut *tx).await?;
    Ok(())
}

/// A one-time link: for an account to choose its password, or (without one) to create the first administrator. Replaces the one before.
pub async fn insert_access_link(tx: &mut Tx, token_hash: &str, account_id: Option<AccountId>, expires_at: Timestamp) -> Result<()> {
    let account_id = account_id.map(|id| id.to_string());
    sqlx::query("delete from access_link where coalesce(account_id, '') = coalesce($1, '')").bind(account_id.clone()).execute(&mut *tx).await?;
    sqlx::query("insert into access_link (token_hash, account_id, expires_at) values ($1, $2, $3)")
        .bind(token_hash)
        .bind(account_id)
        .bind(expires_at.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// What a live link is for: `Some(None)` creates the first administrator, `Some(Some(id))` sets the password of that account.
pub async fn access_link<'e>(executor: impl AnyExecutor<'e>, token_hash: &str, at: Timestamp) -> Result<Option<Option<AccountId>>> {
    let row = sqlx::query("select account_id from access_link where token_hash = $1 and expires_at > $2")
        .bind(token_hash.to_owned())
        .bind(at.0)
        .fetch_optional(executor)
        .await?;
    row.map(|row| {
        let id: Option<String> = row.try_get("account_id")?;
        id.map(|id| parsed("access_link", "account_id", &id, &id)).transpose()
    })
    .transpose()
}

/// Uses up a link. `false` when somebody was faster or it has expired.
pub async fn take_access_link(tx: &mut Tx, token_hash: &str, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("delete from access_link where token_hash = $1 and expires_at > $2").bind(token_hash).bind(at.0).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the password of an account, ends its sessions , forgets its devices and drops the link that was still out.
pub async fn set_password(tx: &mut Tx, id: AccountId, password_hash: &str) -> Result<()> {
    sqlx::query("update account set password_hash = $2 where id = $1").bind(id.to_string()).bind(password_hash).execute(&mut *tx).await?;
    end_old_password(tx, id, None).await
}

/// Changes the password of an account for its owner, whose session stays. `false` when it is no longer the one that they confirmed.
pub async fn replace_password(tx: &mut Tx, id: AccountId, current_hash: &str, password_hash: &str, session: SessionId) -> Result<bool> {
    let done = sqlx::query("update account set password_hash = $3 where id = $1 and password_hash = $2")
        .bind(id.to_string())
        .bind(current_hash)
        .bind(password_hash)
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    end_old_password(tx, id, Some(session)).await?;
    Ok(true)
}

async fn end_old_password(tx: &mut Tx, id: AccountId, but: Option<SessionId>) -> Result<()> {
    session::end_all(tx, id, but).await?;
    drop_access_link(tx, id).await?;
    second_factor::drop_sign_ins(tx, id).await?;
    forget_devices(tx, id).await
}

/// What was to choose the password of an account chooses nothing any more.
pub async fn drop_access_link(tx: &mut Tx, id: AccountId) -> Result<()> {
    sqlx::query("delete from access_link where account_id = $1").bind(id.to_string()).execute(&mut *tx).await?;
    Ok(())
}

/// Opens or closes an account; a closed one loses its sessions, its devices and its link at once.
pub async fn set_active(tx: &mut Tx, id: AccountId, active: bool) -> Result<bool> {
    let done = sqlx::query("update account set active = $2 where id = $1").bind(id.to_string()).bind(i64::from(active)).execute(&mut *tx).await?;
    if !active {
        session::end_all(tx, id, None).await?;
        drop_access_link(tx, id).await?;
        second_factor::drop_sign_ins(tx, id).await?;
        forget_devices(tx, id).await?;
    }
    Ok(done.rows_affected() == 1)
}

/// Every account, by organisation then name.
pub async fn all<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<AccountRow>> {
    let rows = sqlx::query(
        "select a.id, a.email, a.display_name, a.password_hash, a.role, a.active,
            o.id as organisation_id, o.name as organisation_name, o.kind as organisation_kind, o.service as organisation_service,
            o.municipality as organisation_municipality, o.pivot_person as organisation_pivot_person
         from account a join organisation o on o.id = a.organisation_id order by o.name, a.display_name, a.id",
    )
    .fetch_all(executor)
    .await?;
    rows.iter().map(account).collect()
}

/// Every organisation, by name.
pub async fn organisations<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<OrganisationRow>> {
    let rows = sqlx::query("select id, name, kind, service, municipality, pivot_person from organisation order by name, id").fetch_all(executor).await?;
    rows.iter().map(|row| organisation(row, "")).collect()
}
