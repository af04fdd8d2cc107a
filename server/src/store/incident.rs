//! The register of confidentiality incidents: only ever added to.

use casework::{
    clock::Timestamp,
    ids::{AccountId, IncidentId, OrganisationId},
    incident::IncidentEntry,
    wire::v1::{IncidentVersion, IncidentView},
};
use sqlx::{AnyConnection, Row, any::AnyRow};
use uuid::Uuid;

use super::{Result, Tx, from_json, parsed, to_json};

/// An incident as it is first told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIncident {
    pub id: IncidentId,
    pub organisation_id: OrganisationId,
    pub reported_at: Timestamp,
    pub reported_by: AccountId,
    /// `YYYY-MM-DD`.
    pub noticed_on: String,
    pub words: String,
}

/// One more version of what the register says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIncidentVersion {
    pub incident_id: IncidentId,
    pub version: i64,
    pub form_id: Uuid,
    pub at: Timestamp,
    pub by: AccountId,
    pub reason: String,
    pub entry: IncidentEntry,
}

/// The next number of a register.
pub async fn next_number(tx: &mut Tx, register: &'static str) -> Result<i64> {
    let row = sqlx::query("update register_number set last = last + 1 where register = $1 returning last").bind(register).fetch_one(&mut *tx).await?;
    Ok(row.try_get("last")?)
}

/// Stores one that was reported. `false` when its id is known already.
pub async fn insert(tx: &mut Tx, incident: &NewIncident, number: i64) -> Result<bool> {
    let done = sqlx::query(
        "insert into incident (id, number, organisation_id, reported_at, reported_by, noticed_on, words) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do nothing",
    )
    .bind(incident.id.to_string())
    .bind(number)
    .bind(incident.organisation_id.to_string())
    .bind(incident.reported_at.0)
    .bind(incident.reported_by.to_string())
    .bind(&incident.noticed_on)
    .bind(&incident.words)
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds a version. `false` when there is one of this number, or one of this form.
pub async fn insert_version(tx: &mut Tx, version: &NewIncidentVersion) -> Result<bool> {
    let done = sqlx::query(
        "insert into incident_version (incident_id, version, form_id, at, by_account, reason, body) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
    )
    .bind(version.incident_id.to_string())
    .bind(version.version)
    .bind(version.form_id.to_string())
    .bind(version.at.0)
    .bind(version.by.to_string())
    .bind(&version.reason)
    .bind(to_json(&version.entry))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The version that a form made, if it made one.
pub async fn version_of_form(connection: &mut AnyConnection, form_id: Uuid) -> Result<Option<(IncidentId, IncidentEntry, String)>> {
    let select = sqlx::query("select incident_id, body, reason from incident_version where form_id = $1");
    let row = select.bind(form_id.to_string()).fetch_optional(connection).await?;
    row.map(|row| {
        let id: String = row.try_get("incident_id")?;
        Ok((parsed("incident_version", "incident_id", &id, &id)?, from_json("incident_version", "body", &id, row.try_get("body")?)?, row.try_get("reason")?))
    })
    .transpose()
}

fn version(row: &AnyRow) -> Result<(IncidentId, IncidentVersion)> {
    let id: String = row.try_get("incident_id")?;
    let version = IncidentVersion {
        version: row.try_get("version")?,
        at: Timestamp(row.try_get("at")?),
        by: row.try_get("display_name")?,
        reason: row.try_get("reason")?,
        entry: from_json("incident_version", "body", &id, row.try_get("body")?)?,
    };
    Ok((parsed("incident_version", "incident_id", &id, &id)?, version))
}

/// The register of an organisation, whole: those only reported first, then the latest number first.
pub async fn of_organisation(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<IncidentView>> {
    let rows = sqlx::query(
        "select v.incident_id, v.version, v.at, v.reason, v.body, a.display_name
         from incident_version v join incident i on i.id = v.incident_id join account a on a.id = v.by_account
         where i.organisation_id = $1 order by v.version",
    )
    .bind(organisation.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut versions: std::collections::BTreeMap<IncidentId, Vec<IncidentVersion>> = std::collections::BTreeMap::new();
    for row in &rows {
        let (id, version) = version(row)?;
        versions.entry(id).or_default().insert(0, version);
    }
    let rows = sqlx::query(
        "select i.id, i.number, i.reported_at, i.noticed_on, i.words, a.display_name from incident i join account a on a.id = i.reported_by
         where i.organisation_id = $1 order by i.number desc",
    )
    .bind(organisation.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut incidents = Vec::with_capacity(rows.len());
    for row in &rows {
        let text: String = row.try_get("id")?;
        let id: IncidentId = parsed("incident", "id", &text, &text)?;
        let versions = versions.remove(&id).unwrap_or_default();
        incidents.push(IncidentView {
            id,
            number: row.try_get("number")?,
            reported_at: Timestamp(row.try_get("reported_at")?),
            reported_by: row.try_get("display_name")?,
            noticed_on: row.try_get("noticed_on")?,
            words: row.try_get("words")?,
            kept_until: versions.first().map(|version| version.entry.kept_until().to_string()),
            versions,
        });
    }
    incidents.sort_by_key(|incident| !incident.versions.is_empty());
    Ok(incidents)
}
