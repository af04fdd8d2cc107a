use casework::{
    clock::Timestamp,
    ids::{AccountId, OrganisationId},
};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, parsed};

/// How people of an organisation sign in at home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRow {
    pub organisation_id: OrganisationId,
    pub issuer: String,
    pub client_id: String,
    pub secret_name: String,
    pub email_domain: String,
    pub factor_acr: Option<String>,
    pub factor_counts: bool,
}

fn provider(row: &AnyRow) -> Result<ProviderRow> {
    let id: String = row.try_get("organisation_id")?;
    Ok(ProviderRow {
        issuer: row.try_get("issuer")?,
        client_id: row.try_get("client_id")?,
        secret_name: row.try_get("secret_name")?,
        email_domain: row.try_get("email_domain")?,
        factor_acr: row.try_get("factor_acr")?,
        factor_counts: row.try_get::<i64, _>("factor_counts")? == 1,
        organisation_id: parsed("sign_in_provider", "organisation_id", &id, &id)?,
    })
}

/// Sets how people of an organisation sign in, in place of what was set.
pub async fn put(tx: &mut Tx, row: &ProviderRow, at: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into sign_in_provider (organisation_id, issuer, client_id, secret_name, email_domain, factor_acr, factor_counts, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (organisation_id) do update set issuer = excluded.issuer, client_id = excluded.client_id, secret_name = excluded.secret_name,
            email_domain = excluded.email_domain, factor_acr = excluded.factor_acr, factor_counts = excluded.factor_counts, changed_at = excluded.changed_at",
    )
    .bind(row.organisation_id.to_string())
    .bind(&row.issuer)
    .bind(&row.client_id)
    .bind(&row.secret_name)
    .bind(&row.email_domain)
    .bind(&row.factor_acr)
    .bind(i64::from(row.factor_counts))
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Takes it away, with whom its subjects were. `false` when there is none.
pub async fn remove(tx: &mut Tx, organisation_id: OrganisationId) -> Result<bool> {
    sqlx::query("delete from provider_subject where organisation_id = $1").bind(organisation_id.to_string()).execute(&mut *tx).await?;
    let done = sqlx::query("delete from sign_in_provider where organisation_id = $1").bind(organisation_id.to_string()).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets whom the subjects of an organisation's other issuers were.
pub async fn forget_other_subjects(tx: &mut Tx, organisation_id: OrganisationId, issuer: &str) -> Result<()> {
    sqlx::query("delete from provider_subject where organisation_id = $1 and issuer <> $2")
        .bind(organisation_id.to_string())
        .bind(issuer)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub async fn of<'e>(executor: impl AnyExecutor<'e>, organisation_id: OrganisationId) -> Result<Option<ProviderRow>> {
    let row = sqlx::query(
        "select organisation_id, issuer, client_id, secret_name, email_domain, factor_acr, factor_counts from sign_in_provider where organisation_id = $1",
    )
    .bind(organisation_id.to_string())
    .fetch_optional(executor)
    .await?;
    row.as_ref().map(provider).transpose()
}

pub async fn all<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<ProviderRow>> {
    let rows = sqlx::query(
        "select organisation_id, issuer, client_id, secret_name, email_domain, factor_acr, factor_counts from sign_in_provider order by organisation_id",
    )
    .fetch_all(executor)
    .await?;
    rows.iter().map(provider).collect()
}

/// Organisations that have one, by name.
pub async fn offered<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<(OrganisationId, String)>> {
    let rows = sqlx::query("select o.id, o.name from sign_in_provider p join organisation o on o.id = p.organisation_id order by o.name, o.id")
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            Ok((parsed("organisation", "id", &id, &id)?, row.try_get("name")?))
        })
        .collect()
}

/// Whose account a subject is.
pub async fn account_of<'e>(executor: impl AnyExecutor<'e>, issuer: &str, subject_hash: &str) -> Result<Option<AccountId>> {
    let row = sqlx::query("select account_id from provider_subject where issuer = $1 and subject_hash = $2")
        .bind(issuer.to_owned())
        .bind(subject_hash.to_owned())
        .fetch_optional(executor)
        .await?;
    row.map(|row| {
        let id: String = row.try_get("account_id")?;
        parsed("provider_subject", "account_id", &id, &id)
    })
    .transpose()
}

/// Says whose account a subject is, once. `false` when the subject or the account is bound already.
pub async fn bind(tx: &mut Tx, row: &ProviderRow, subject_hash: &str, account_id: AccountId, at: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "insert into provider_subject (issuer, subject_hash, organisation_id, account_id, bound_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
    )
    .bind(&row.issuer)
    .bind(subject_hash)
    .bind(row.organisation_id.to_string())
    .bind(account_id.to_string())
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
