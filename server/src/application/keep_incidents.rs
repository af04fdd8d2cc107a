//! The register of confidentiality incidents: anybody of the brigade reports one, the privacy officer writes the register, and nothing is ever taken out.

use casework::{
    ids::IncidentId,
    incident::{IncidentEntry, IncidentError, TEXT_CHARS_MAX},
    permission,
    referral::Day,
    wire::v1::{ErrorCode, IncidentRegister, IncidentView},
};
use uuid::Uuid;

use super::{Actor, Brigade, Result, UseCaseError, refuse, require, typed};
use crate::{
    clock::{local_date, now},
    store::{self, NewIncident, NewIncidentVersion, StoreError},
};

const WORDS_CHARS_MAX: usize = 2_000;

/// What somebody noticed: it lands in the register at once.
///
/// # Errors
/// `not_found` outside the brigade; `missing_field`, `text_too_long`; `value_out_of_range` for a day that is none or is to come.
pub async fn report(brigade: &Brigade, actor: &Actor, id: IncidentId, noticed_on: &str, words: &str) -> Result<()> {
    require(permission::may_report_incident(&actor.permission()), ErrorCode::NotFound)?;
    let (at, words) = (now(), typed(words));
    if words.is_empty() {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "words"));
    }
    if words.chars().count() > WORDS_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, "words"));
    }
    let day: Day = noticed_on.parse().map_err(|_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "noticed_on"))?;
    if day.to_string() > local_date(at) {
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "noticed_on"));
    }
    let (by, organisation_id) = (actor.account.id, actor.account.organisation.id);
    let incident = NewIncident { id, organisation_id, reported_at: at, reported_by: by, noticed_on: day.to_string(), words };
    let mut tx = brigade.store.begin().await?;
    let number = store::incident::next_number(&mut tx, "incident").await?;
    if !store::incident::insert(&mut tx, &incident, number).await? {
        // The same click, sent twice: what it reported is there, and its number is given back with the transaction.
        return Ok(());
    }
    store::audit::record(&mut tx, at, Some(by), "incident.reported", "incident", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// What the register is to say of an incident from now on.
#[derive(Clone, Debug)]
pub struct Written {
    /// Made by the form: one click is one version.
    pub form_id: Uuid,
    /// The version that was before the writer's eyes; 0 when it was only reported.
    pub over: i64,
    /// Why what was written before is corrected.
    pub reason: String,
    pub entry: IncidentEntry,
}

/// Writes an incident in the register, or corrects what was written.
///
/// # Errors
/// `not_found` for anybody but the privacy officer and for what is not theirs; `missing_field`, `text_too_long`, `value_out_of_range`, with the field;
/// `reason_required` for a correction without one; `revision_conflict` when somebody wrote meanwhile.
pub async fn write(brigade: &Brigade, actor: &Actor, id: IncidentId, written: Written) -> Result<()> {
    let incident = read(brigade, actor, id).await?;
    let (by, at) = (actor.account.id, now());
    let today: Day = local_date(at).parse().map_err(|_| UseCaseError::refused(ErrorCode::Internal))?;
    let entry = trimmed(written.entry).checked(today).map_err(|error| match error {
        IncidentError::Missing(field) => UseCaseError::refused_because(ErrorCode::MissingField, field),
        IncidentError::TooLong(field) => UseCaseError::refused_because(ErrorCode::TextTooLong, field),
        IncidentError::When(field) => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field),
    })?;
    let reason = typed(&written.reason);
    if written.over > 0 && reason.is_empty() {
        return refuse(ErrorCode::ReasonRequired);
    }
    if reason.chars().count() > TEXT_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, "reason"));
    }
    let mut tx = brigade.store.begin().await?;
    let made = store::incident::version_of_form(&mut tx, written.form_id).await?;
    if let Some(made) = made {
        return if made == (id, entry, reason) { Ok(()) } else { refuse(ErrorCode::RevisionConflict) };
    }
    let standing = incident.versions.first().map_or(0, |version| version.version);
    let version = NewIncidentVersion { incident_id: id, version: written.over.saturating_add(1), form_id: written.form_id, at, by, reason, entry };
    if standing != written.over || !store::incident::insert_version(&mut tx, &version).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    let action = if written.over == 0 { "incident.written" } else { "incident.corrected" };
    store::audit::record(&mut tx, at, Some(by), action, "incident", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

fn trimmed(entry: IncidentEntry) -> IncidentEntry {
    IncidentEntry {
        description: typed(&entry.description),
        circumstances: typed(&entry.circumstances),
        sensitivity: typed(&entry.sensitivity),
        consequences: typed(&entry.consequences),
        likelihood: typed(&entry.likelihood),
        measures: typed(&entry.measures),
        public_notice: entry.public_notice.map(|notice| casework::incident::PublicNotice { reason: typed(&notice.reason), ..notice }),
        ..entry
    }
}

/// The whole register.
///
/// # Errors
/// `not_found` for anybody but the privacy officer.
pub async fn list(brigade: &Brigade, actor: &Actor) -> Result<IncidentRegister> {
    require(permission::may_keep_incidents(&actor.permission()), ErrorCode::NotFound)?;
    let mut connection = brigade.store.read().await?;
    let incidents = store::incident::of_organisation(&mut connection, actor.account.organisation.id).await?;
    Ok(IncidentRegister { now: now(), incidents })
}

/// One incident.
///
/// # Errors
/// `not_found` for anybody but the privacy officer and for what is not theirs.
pub async fn read(brigade: &Brigade, actor: &Actor, id: IncidentId) -> Result<IncidentView> {
    let register = list(brigade, actor).await?;
    register.incidents.into_iter().find(|incident| incident.id == id).ok_or_else(|| UseCaseError::refused(ErrorCode::NotFound))
}
