//! Agreements with partners: only ever added to.

use std::collections::BTreeMap;

use casework::{
    agreement::Agreement,
    clock::Timestamp,
    ids::{AccountId, AgreementId, OrganisationId},
    wire::v1::AgreementVersion,
};
use sqlx::{AnyConnection, Row};
use uuid::Uuid;

use super::{Result, Tx, from_json, parsed, to_json};

/// An agreement, with every version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementRecord {
    pub id: AgreementId,
    pub organisation_id: OrganisationId,
    pub organisation: String,
    /// The one that stands first.
    pub versions: Vec<AgreementVersion>,
}

/// One more version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAgreementVersion {
    pub agreement_id: AgreementId,
    pub version: i64,
    pub form_id: Uuid,
    pub at: Timestamp,
    pub by: AccountId,
    pub reason: String,
    pub agreement: Agreement,
}

/// Stores an agreement without any version yet. `false` when its id is known already.
pub async fn insert(tx: &mut Tx, id: AgreementId, organisation_id: OrganisationId, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("insert into agreement (id, organisation_id, created_at) values ($1, $2, $3) on conflict (id) do nothing")
        .bind(id.to_string())
        .bind(organisation_id.to_string())
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds a version. `false` when there is one of this number, or one of this form.
pub async fn insert_version(tx: &mut Tx, version: &NewAgreementVersion) -> Result<bool> {
    let done = sqlx::query(
        "insert into agreement_version (agreement_id, version, form_id, at, by_account, reason, body) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
    )
    .bind(version.agreement_id.to_string())
    .bind(version.version)
    .bind(version.form_id.to_string())
    .bind(version.at.0)
    .bind(version.by.to_string())
    .bind(&version.reason)
    .bind(to_json(&version.agreement))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The version that a form made, if it made one.
pub async fn version_of_form(connection: &mut AnyConnection, form_id: Uuid) -> Result<Option<(AgreementId, Agreement, String)>> {
    let select = sqlx::query("select agreement_id, body, reason from agreement_version where form_id = $1");
    let row = select.bind(form_id.to_string()).fetch_optional(connection).await?;
    row.map(|row| {
        let id: String = row.try_get("agreement_id")?;
        Ok((parsed("agreement_version", "agreement_id", &id, &id)?, from_json("agreement_version", "body", &id, row.try_get("body")?)?, row.try_get("reason")?))
    })
    .transpose()
}

/// Every agreement, by body, then in the order in which they were made.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<AgreementRecord>> {
    let rows = sqlx::query(
        "select v.agreement_id, v.version, v.at, v.reason, v.body, a.display_name from agreement_version v join account a on a.id = v.by_account
         order by v.version",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut versions: BTreeMap<AgreementId, Vec<AgreementVersion>> = BTreeMap::new();
    for row in &rows {
        let id: String = row.try_get("agreement_id")?;
        let version = AgreementVersion {
            version: row.try_get("version")?,
            at: Timestamp(row.try_get("at")?),
            by: row.try_get("display_name")?,
            reason: row.try_get("reason")?,
            agreement: from_json("agreement_version", "body", &id, row.try_get("body")?)?,
        };
        versions.entry(parsed("agreement_version", "agreement_id", &id, &id)?).or_default().insert(0, version);
    }
    let rows = sqlx::query(
        "select g.id, g.organisation_id, o.name from agreement g join organisation o on o.id = g.organisation_id order by o.name, g.created_at, g.id",
    )
    .fetch_all(&mut *connection)
    .await?;
    rows.iter()
        .map(|row| {
            let text: String = row.try_get("id")?;
            let id: AgreementId = parsed("agreement", "id", &text, &text)?;
            let organisation_id: String = row.try_get("organisation_id")?;
            Ok(AgreementRecord {
                id,
                organisation_id: parsed("agreement", "organisation_id", &text, &organisation_id)?,
                organisation: row.try_get("name")?,
                versions: versions.remove(&id).unwrap_or_default(),
            })
        })
        .collect()
}

/// What stands written of every agreement with a body, whether it frames anything today or not.
pub async fn with(connection: &mut AnyConnection, organisation_id: OrganisationId) -> Result<Vec<Agreement>> {
    let rows = sqlx::query(
        "select v.agreement_id, v.body from agreement_version v join agreement g on g.id = v.agreement_id
         where g.organisation_id = $1 and v.version = (select max(w.version) from agreement_version w where w.agreement_id = v.agreement_id)
         order by v.agreement_id",
    )
    .bind(organisation_id.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("agreement_id")?;
            from_json("agreement_version", "body", &id, row.try_get("body")?)
        })
        .collect()
}
