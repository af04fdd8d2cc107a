use casework::{
    account::Browser,
    clock::Timestamp,
    ids::{AccountId, SessionId},
};
use sqlx::{AnyExecutor, Row};

use super::{AccountRow, Result, Tx, account::account, code, from_json, parsed};

/// A session to store.
#[derive(Clone, Debug)]
pub struct NewSession<'text> {
    pub id: SessionId,
    pub token_hash: &'text str,
    pub account_id: AccountId,
    pub csrf: &'text str,
    pub browser: Browser,
    pub at: Timestamp,
    pub expires_at: Timestamp,
    /// A second factor was shown.
    pub has_factor: bool,
}

/// A live session, with whose it is.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: SessionId,
    pub csrf: String,
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub account: AccountRow,
    /// The organisation asks for a second factor that was neither shown for this session nor made since.
    pub owes_factor: bool,
}

/// A session as its owner is shown it.
#[derive(Clone, Debug)]
pub struct OpenSessionRow {
    pub id: SessionId,
    pub browser: Browser,
    pub opened_at: Timestamp,
    pub seen_at: Timestamp,
}

/// Stores a session, and sweeps away those that have run out.
pub async fn insert(tx: &mut Tx, session: &NewSession<'_>) -> Result<()> {
    sqlx::query("delete from session where expires_at < $1").bind(session.at.0).execute(&mut *tx).await?;
    sqlx::query(
        "insert into session (id, token_hash, account_id, csrf, browser, handheld, created_at, seen_at, expires_at, has_factor)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)",
    )
    .bind(session.id.to_string())
    .bind(session.token_hash)
    .bind(session.account_id.to_string())
    .bind(session.csrf)
    .bind(code(&session.browser.family))
    .bind(i64::from(session.browser.handheld))
    .bind(session.at.0)
    .bind(session.expires_at.0)
    .bind(i64::from(session.has_factor))
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// The live session of a token, with its active account.
pub async fn live<'e>(executor: impl AnyExecutor<'e>, token_hash: &str, at: Timestamp) -> Result<Option<SessionRow>> {
    let row = sqlx::query(
        "select s.id as session_id, s.csrf, s.seen_at, s.expires_at, a.id, a.email, a.display_name, a.password_hash, a.role, a.active,
            o.id as organisation_id, o.name as organisation_name, o.kind as organisation_kind, o.service as organisation_service,
            o.municipality as organisation_municipality, o.pivot_person as organisation_pivot_person,
            case when o.second_factor_required = 1 and s.has_factor = 0
                and not exists (select 1 from second_factor f where f.account_id = a.id and f.confirmed_at is not null)
                and not exists (select 1 from passkey p where p.account_id = a.id) then cast(1 as bigint) else cast(0 as bigint) end as owes_factor
         from session s join account a on a.id = s.account_id join organisation o on o.id = a.organisation_id
         where s.token_hash = $1 and s.expires_at > $2 and a.active = 1",
    )
    .bind(token_hash.to_owned())
    .bind(at.0)
    .fetch_optional(executor)
    .await?;
    row.as_ref()
        .map(|row| {
            let id: String = row.try_get("session_id")?;
            Ok(SessionRow {
                csrf: row.try_get("csrf")?,
                seen_at: Timestamp(row.try_get("seen_at")?),
                expires_at: Timestamp(row.try_get("expires_at")?),
                account: account(row)?,
                owes_factor: row.try_get::<i64, _>("owes_factor")? == 1,
                id: parsed("session", "id", &id, &id)?,
            })
        })
        .transpose()
}

/// Notes that a session was used.
pub async fn saw(tx: &mut Tx, id: SessionId, at: Timestamp) -> Result<()> {
    sqlx::query("update session set seen_at = $2 where id = $1 and seen_at < $2").bind(id.to_string()).bind(at.0).execute(&mut *tx).await?;
    Ok(())
}

/// The live sessions of an account, the latest seen first.
pub async fn of_account<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId, at: Timestamp) -> Result<Vec<OpenSessionRow>> {
    let rows = sqlx::query(
        "select id, browser, handheld, created_at, seen_at from session where account_id = $1 and expires_at > $2 order by seen_at desc, created_at desc, id",
    )
    .bind(account_id.to_string())
    .bind(at.0)
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            let (id, family): (String, String) = (row.try_get("id")?, row.try_get("browser")?);
            Ok(OpenSessionRow {
                browser: Browser { family: from_json("session", "browser", &id, &format!("\"{family}\""))?, handheld: row.try_get::<i64, _>("handheld")? == 1 },
                opened_at: Timestamp(row.try_get("created_at")?),
                seen_at: Timestamp(row.try_get("seen_at")?),
                id: parsed("session", "id", &id, &id)?,
            })
        })
        .collect()
}

/// Ends the session of a token.
pub async fn delete(tx: &mut Tx, token_hash: &str) -> Result<()> {
    sqlx::query("delete from session where token_hash = $1").bind(token_hash).execute(&mut *tx).await?;
    Ok(())
}

/// Ends one session of an account. `false` when it has none of this id.
pub async fn end(tx: &mut Tx, id: SessionId, account_id: AccountId) -> Result<bool> {
    let done = sqlx::query("delete from session where id = $1 and account_id = $2").bind(id.to_string()).bind(account_id.to_string()).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the sessions of an account, but one.
pub async fn end_all(tx: &mut Tx, account_id: AccountId, but: Option<SessionId>) -> Result<u64> {
    let kept = but.map(|id| id.to_string()).unwrap_or_default();
    let done = sqlx::query("delete from session where account_id = $1 and id <> $2").bind(account_id.to_string()).bind(kept).execute(&mut *tx).await?;
    Ok(done.rows_affected())
}
