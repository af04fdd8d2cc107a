//! Agreements with partners: written by coordination and administration, read by the privacy officer too; shown to those who keep them before they end.

use std::collections::BTreeSet;

use casework::{
    agreement::{Agreement, AgreementError, PURPOSE_CHARS_MAX},
    ids::{AgreementId, OrganisationId},
    permission::{self, OrganisationKind, Section},
    referral::Day,
    wire::v1::{AgreementDue, AgreementRegister, AgreementView, ErrorCode, Framing},
};
use uuid::Uuid;

use super::{
    Actor, Brigade, Result, UseCaseError,
    keep_directory::{organisations, today},
    refuse, require, typed,
};
use crate::{
    clock::now,
    store::{self, AgreementRecord, NewAgreementVersion, StoreError},
};

/// The whole register.
///
/// # Errors
/// `not_found` for those who do not read it.
pub async fn list(brigade: &Brigade, actor: &Actor) -> Result<AgreementRegister> {
    require(permission::may_read_agreements(&actor.permission()), ErrorCode::NotFound)?;
    let today = today()?;
    let mut agreements: Vec<AgreementView> = all(brigade).await?.into_iter().filter_map(|record| view(record, today)).collect();
    agreements.sort_by_key(|agreement| !agreement.state.awaits());
    let may_keep = permission::may_keep_agreements(&actor.permission()).is_allowed();
    Ok(AgreementRegister { today: today.to_string(), agreements, organisations: if may_keep { organisations(brigade).await? } else { Vec::new() } })
}

/// Those whose end is near or past, the most pressing first; none for those who do not keep them.
///
/// # Errors
/// When the store fails.
pub async fn due(brigade: &Brigade, actor: &Actor) -> Result<Vec<AgreementDue>> {
    if !permission::may_keep_agreements(&actor.permission()).is_allowed() {
        return Ok(Vec::new());
    }
    let today = today()?;
    let views = all(brigade).await?.into_iter().filter_map(|record| view(record, today)).filter(|agreement| agreement.state.awaits());
    let mut due: Vec<AgreementDue> = views
        .map(|view| AgreementDue {
            id: view.id,
            organisation: view.organisation,
            state: view.state,
            until: view.versions.first().and_then(|version| version.agreement.until).map(|day| day.to_string()),
            decide_by: view.decide_by,
        })
        .collect();
    due.sort_by(|a, b| a.decide_by.cmp(&b.decide_by));
    Ok(due)
}

async fn all(brigade: &Brigade) -> Result<Vec<AgreementRecord>> {
    let mut connection = brigade.store.read().await?;
    Ok(store::agreement::all(&mut connection).await?)
}

/// One without any version was never written: its form was refused.
fn view(record: AgreementRecord, today: Day) -> Option<AgreementView> {
    let standing = &record.versions.first()?.agreement;
    Some(AgreementView {
        id: record.id,
        organisation_id: record.organisation_id,
        organisation: record.organisation,
        state: standing.state(today),
        decide_by: standing.decide_by().map(|day| day.to_string()),
        versions: record.versions,
    })
}

/// What the agreements with a body frame today.
pub fn framing(agreements: &[Agreement], today: Day) -> Framing {
    let standing: Vec<&Agreement> = agreements.iter().filter(|agreement| agreement.stands(today)).collect();
    let sections: BTreeSet<Section> = standing.iter().flat_map(|agreement| agreement.sections.sections()).collect();
    let ends: Option<Vec<Day>> = standing.iter().map(|agreement| agreement.until).collect();
    Framing { stands: !standing.is_empty(), sections, until: ends.and_then(|ends| ends.into_iter().max()).map(|day| day.to_string()) }
}

/// What is agreed from now on.
#[derive(Clone, Debug)]
pub struct Written {
    /// Made by the form: one click is one version.
    pub form_id: Uuid,
    /// The version that was before the writer's eyes; 0 for a new agreement.
    pub over: i64,
    /// Of a new one.
    pub organisation_id: Option<OrganisationId>,
    /// Why what was agreed is changed: renewal, correction, end.
    pub reason: String,
    pub agreement: Agreement,
}

/// Writes an agreement, or one more version of it.
///
/// # Errors
/// `not_found` for those who do not keep them and for what does not exist; `missing_field`, `text_too_long`, `value_out_of_range`, with the field;
/// `reason_required` for a change without one; `revision_conflict` when somebody wrote meanwhile.
pub async fn write(brigade: &Brigade, actor: &Actor, id: AgreementId, written: Written) -> Result<()> {
    require(permission::may_keep_agreements(&actor.permission()), ErrorCode::NotFound)?;
    let (by, at) = (actor.account.id, now());
    let reason = typed(&written.reason);
    let agreement = Agreement { purpose: typed(&written.agreement.purpose), terms: typed(&written.agreement.terms), ..written.agreement };
    let agreement = agreement.checked().map_err(|error| match error {
        AgreementError::Missing(field) => UseCaseError::refused_because(ErrorCode::MissingField, field),
        AgreementError::TooLong(field) => UseCaseError::refused_because(ErrorCode::TextTooLong, field),
        AgreementError::Impossible(field) => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field),
    })?;
    if written.over > 0 && reason.is_empty() {
        return refuse(ErrorCode::ReasonRequired);
    }
    if reason.chars().count() > PURPOSE_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, "reason"));
    }
    let mut tx = brigade.store.begin().await?;
    if let Some(made) = store::agreement::version_of_form(&mut tx, written.form_id).await? {
        return if made == (id, agreement, reason) { Ok(()) } else { refuse(ErrorCode::RevisionConflict) };
    }
    let known = store::agreement::all(&mut tx).await?.into_iter().find(|record| record.id == id);
    match (&known, written.over) {
        (None, 0) => {
            let organisation_id = written.organisation_id.ok_or_else(|| UseCaseError::refused_because(ErrorCode::MissingField, "organisation"))?;
            let body = store::account::organisation_by_id(&mut *tx, organisation_id).await?;
            if body.is_none_or(|body| body.kind == OrganisationKind::Brigade) {
                return Err(UseCaseError::refused_because(ErrorCode::NotFound, "organisation"));
            }
            store::agreement::insert(&mut tx, id, organisation_id, at).await?;
        }
        (None, _) => return refuse(ErrorCode::NotFound),
        (Some(record), over) if record.versions.first().map_or(0, |version| version.version) != over => return refuse(ErrorCode::RevisionConflict),
        (Some(_), _) => {}
    }
    let version = NewAgreementVersion { agreement_id: id, version: written.over.saturating_add(1), form_id: written.form_id, at, by, reason, agreement };
    if !store::agreement::insert_version(&mut tx, &version).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    let action = if written.over == 0 { "agreement.written" } else { "agreement.changed" };
    store::audit::record(&mut tx, at, Some(by), action, "agreement", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}
