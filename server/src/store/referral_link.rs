//! Single-purpose links to referrals, and the sessions that their codes open.

use casework::{
    clock::Timestamp,
    ids::{AccountId, LinkId, ReferralId},
    referral::Link,
};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, from_json, parsed, to_json};

/// A link with what the store keeps beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRecord {
    pub link: Link,
    /// Under which what its guest does is recorded.
    pub guest_id: AccountId,
    pub code_hash: String,
    pub opened_at: Option<Timestamp>,
    /// Codes tried since the last right one.
    pub tries: i64,
}

/// What one browser may do with a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSession {
    pub link: Link,
    pub guest_id: AccountId,
    pub csrf: String,
    pub expires_at: Timestamp,
}

const SELECT: &str = "select l.id, l.guest_id, l.body, l.code_hash, l.opened_at, l.tries from referral_link l";

fn link(row: &AnyRow) -> Result<Link> {
    let id: String = row.try_get("id")?;
    from_json("referral_link", "body", &id, row.try_get("body")?)
}

fn guest(row: &AnyRow) -> Result<AccountId> {
    let id: String = row.try_get("id")?;
    parsed("referral_link", "guest_id", &id, row.try_get("guest_id")?)
}

fn record(row: &AnyRow) -> Result<LinkRecord> {
    let opened_at = row.try_get::<Option<i64>, _>("opened_at")?.map(Timestamp);
    Ok(LinkRecord { link: link(row)?, guest_id: guest(row)?, code_hash: row.try_get("code_hash")?, opened_at, tries: row.try_get("tries")? })
}

/// Stores a link, or makes one that nobody has opened anew, with another address and another code: the same click, sent twice. `false` when its id is another's.
pub async fn keep(tx: &mut Tx, link: &Link, guest_id: AccountId, token_hash: &str, code_hash: &str) -> Result<bool> {
    let done = sqlx::query(
        "insert into referral_link (id, referral_id, guest_id, name, body, token_hash, code_hash, tries, expires_at) values ($1, $2, $3, $4, $5, $6, $7, 0, $8)
         on conflict (id) do update set name = $4, body = $5, token_hash = $6, code_hash = $7, tries = 0, expires_at = $8
            where referral_link.referral_id = $2 and referral_link.opened_at is null and referral_link.revoked_at is null",
    )
    .bind(link.id.to_string())
    .bind(link.referral_id.to_string())
    .bind(guest_id.to_string())
    .bind(&link.name)
    .bind(to_json(link))
    .bind(token_hash)
    .bind(code_hash)
    .bind(link.expires_at.0)
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn by_token<'e>(executor: impl AnyExecutor<'e>, token_hash: &str) -> Result<Option<LinkRecord>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where l.token_hash = $1"))).bind(token_hash).fetch_optional(executor).await?;
    row.as_ref().map(record).transpose()
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: LinkId) -> Result<Option<LinkRecord>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where l.id = $1"))).bind(id.to_string()).fetch_optional(executor).await?;
    row.as_ref().map(record).transpose()
}

/// Of a referral, newest first.
pub async fn of_referral<'e>(executor: impl AnyExecutor<'e>, id: ReferralId) -> Result<Vec<LinkRecord>> {
    let select = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where l.referral_id = $1 order by l.expires_at desc, l.id desc")));
    select.bind(id.to_string()).fetch_all(executor).await?.iter().map(record).collect()
}

/// Everybody who was given a link: id under which they act, name, and the service that they answer for.
pub async fn guests<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<(AccountId, String, String)>> {
    let rows = sqlx::query(
        "select l.id, l.guest_id, l.name, o.name as organisation from referral_link l join referral r on r.id = l.referral_id
            join organisation o on o.id = r.to_organisation order by l.name, l.id",
    )
    .fetch_all(executor)
    .await?;
    rows.iter().map(|row| Ok((guest(row)?, row.try_get("name")?, row.try_get("organisation")?))).collect()
}

/// Counts a code about to be tried, before it is looked at: codes said at the same moment are each counted. `None` when none may be tried any more.
pub async fn count_try(tx: &mut Tx, id: LinkId, tries_max: i64) -> Result<Option<i64>> {
    let row = sqlx::query("update referral_link set tries = tries + 1 where id = $1 and tries < $2 returning tries")
        .bind(id.to_string())
        .bind(tries_max)
        .fetch_optional(&mut *tx)
        .await?;
    Ok(row.map(|row| row.try_get("tries")).transpose()?)
}

/// The right code was said: a session begins.
pub async fn open_session(tx: &mut Tx, id: LinkId, token_hash: &str, csrf: &str, at: Timestamp, expires_at: Timestamp) -> Result<()> {
    sqlx::query("update referral_link set tries = 0, opened_at = coalesce(opened_at, $2) where id = $1")
        .bind(id.to_string())
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    sqlx::query("delete from link_session where expires_at <= $1").bind(at.0).execute(&mut *tx).await?;
    sqlx::query("insert into link_session (token_hash, link_id, csrf, expires_at) values ($1, $2, $3, $4)")
        .bind(token_hash)
        .bind(id.to_string())
        .bind(csrf)
        .bind(expires_at.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// A live session of a link that holds.
pub async fn session<'e>(executor: impl AnyExecutor<'e>, token_hash: &str, at: Timestamp) -> Result<Option<LinkSession>> {
    let row = sqlx::query(
        "select l.id, l.guest_id, l.body, s.csrf, s.expires_at from link_session s join referral_link l on l.id = s.link_id
         where s.token_hash = $1 and s.expires_at > $2 and l.expires_at > $2 and l.revoked_at is null",
    )
    .bind(token_hash)
    .bind(at.0)
    .fetch_optional(executor)
    .await?;
    row.as_ref()
        .map(|row| Ok(LinkSession { link: link(row)?, guest_id: guest(row)?, csrf: row.try_get("csrf")?, expires_at: Timestamp(row.try_get("expires_at")?) }))
        .transpose()
}

pub async fn end_session(tx: &mut Tx, token_hash: &str) -> Result<()> {
    sqlx::query("delete from link_session where token_hash = $1").bind(token_hash).execute(&mut *tx).await?;
    Ok(())
}

/// Saves a revocation, and ends what the link had opened. `false` when it was revoked before.
pub async fn save_revoked(tx: &mut Tx, link: &Link) -> Result<bool> {
    let done = sqlx::query("update referral_link set body = $2, revoked_at = $3 where id = $1 and revoked_at is null")
        .bind(link.id.to_string())
        .bind(to_json(link))
        .bind(link.revoked.map(|act| act.at.0))
        .execute(&mut *tx)
        .await?;
    sqlx::query("delete from link_session where link_id = $1").bind(link.id.to_string()).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}
