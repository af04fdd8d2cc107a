//! Plain forms of the directory and of the agreements.

use app::document::success;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::{MethodRouter, post},
};
use casework::{
    agreement::Agreement,
    directory::{Absence, PostalAddress, Service, Weekday, WorkContact, read_hours},
    ids::{AgreementId, OrganisationId, ServiceId},
    permission::{Grants, Section},
    referral::Day,
    wire::v1::ErrorCode,
};
use uuid::Uuid;

use super::forms::{Fields, carry_out, carry_out_then, missing};
use crate::{
    application::{UseCaseError, keep_agreements, keep_directory},
    state::AppState,
};

const ADD: &str = "/repertoire/ajouter";
const AGREEMENTS: &str = "/repertoire/ententes";

pub(super) fn add_route() -> MethodRouter<AppState> {
    post(add_form)
}

pub(super) fn change_route() -> MethodRouter<AppState> {
    post(change_form)
}

pub(super) fn verify_route() -> MethodRouter<AppState> {
    post(verify_form)
}

pub(super) fn receives_route() -> MethodRouter<AppState> {
    post(receives_form)
}

pub(super) fn agree_route() -> MethodRouter<AppState> {
    post(agree_form)
}

pub(super) fn renew_route() -> MethodRouter<AppState> {
    post(renew_form)
}

fn not_possible(field: &'static str) -> UseCaseError {
    UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field)
}

fn optional_day(fields: &Fields, name: &'static str) -> Result<Option<Day>, UseCaseError> {
    match fields.get(name).trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| not_possible(name)),
    }
}

/// Nobody, when nothing of them is written.
fn contact(fields: &Fields, [name, role, telephone, email]: [&str; 4]) -> Option<WorkContact> {
    let text = |name: &str| fields.get(name).trim().to_owned();
    let contact = WorkContact { name: text(name), role: text(role), telephone: text(telephone), email: text(email) };
    (contact != WorkContact::default()).then_some(contact)
}

fn service(fields: &Fields) -> Result<Service, UseCaseError> {
    let text = |name: &str| fields.get(name).to_owned();
    let mut hours = Vec::new();
    for day in Weekday::ALL {
        hours.extend(read_hours(*day, fields.get(&format!("hours_{}", day.code()))).map_err(|_| not_possible("hours"))?);
    }
    let address = PostalAddress { street: text("street"), city: text("city"), postal_code: text("postal_code") };
    // The city is there before anybody writes: alone it is no address.
    let address = (!address.street.trim().is_empty() || !address.postal_code.trim().is_empty()).then_some(address);
    let away = match (optional_day(fields, "away_from")?, optional_day(fields, "away_to")?) {
        (None, None) => None,
        (Some(from), Some(to)) => Some(Absence { from, to }),
        (None, Some(_)) => return Err(missing("away_from")),
        (Some(_), None) => return Err(missing("away_to")),
    };
    Ok(Service {
        name: text("name"),
        summary: text("summary"),
        needs: fields.all("needs").map(str::parse).collect::<Result<_, _>>().map_err(|_| not_possible("needs"))?,
        areas: fields.all("areas").map(str::parse).collect::<Result<_, _>>().map_err(|_| not_possible("areas"))?,
        hours,
        hours_note: text("hours_note"),
        languages: fields.all("languages").map(str::to_owned).collect(),
        eligibility: text("eligibility"),
        telephone: text("telephone"),
        email: text("email"),
        site: text("site"),
        address,
        note: text("note"),
        public: !fields.get("public").is_empty(),
        pivot: contact(fields, ["pivot_name", "pivot_role", "pivot_telephone", "pivot_email"]),
        replacement: contact(fields, ["replacement_name", "replacement_role", "replacement_telephone", "replacement_email"]),
        away,
        pivot_published: !fields.get("pivot_published").is_empty(),
    })
}

fn written(fields: &Fields, over: i64) -> Result<keep_directory::Written, UseCaseError> {
    Ok(keep_directory::Written {
        over,
        organisation_id: fields.get("organisation").parse::<OrganisationId>().ok(),
        active: !fields.get("active").is_empty(),
        verified: !fields.get("verified").is_empty(),
        service: service(fields)?,
    })
}

async fn add_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let id = fields.get("id").parse::<ServiceId>();
    let then = id.as_ref().map_or_else(|_| ADD.to_owned(), |id| format!("/repertoire/services/{id}"));
    carry_out_then(&state, &headers, &fields, ADD, &then, success::SERVICE_KEPT, async |session| {
        let id = id.map_err(|_| missing("id"))?;
        keep_directory::write(&state.brigade, &session.actor, id, written(&fields, 0)?).await
    })
    .await
}

async fn change_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/repertoire/services/{id}");
    carry_out(&state, &headers, &fields, &path, success::SERVICE_KEPT, async |session| {
        let id: ServiceId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let over = fields.revision().filter(|over| *over > 0).ok_or_else(|| missing("revision"))?;
        keep_directory::write(&state.brigade, &session.actor, id, written(&fields, over)?).await
    })
    .await
}

async fn verify_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/repertoire/services/{id}");
    carry_out(&state, &headers, &fields, &path, success::SERVICE_VERIFIED, async |session| {
        let id: ServiceId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let revision = fields.revision().ok_or_else(|| missing("revision"))?;
        keep_directory::verify(&state.brigade, &session.actor, id, revision).await
    })
    .await
}

async fn receives_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    // Back to the service from whose page it was said, when that is one.
    let path = fields.get("service").parse::<ServiceId>().map_or_else(|_| "/repertoire".to_owned(), |id| format!("/repertoire/services/{id}"));
    carry_out(&state, &headers, &fields, &path, success::ORGANISATION_CHANGED, async |session| {
        let id: OrganisationId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        keep_directory::receive_referrals(&state.brigade, &session.actor, id, fields.get("receives") == "true").await
    })
    .await
}

fn agreed(fields: &Fields, over: i64) -> Result<keep_agreements::Written, UseCaseError> {
    let sections = fields.all("sections").map(str::parse::<Section>).collect::<Result<Vec<_>, _>>().map_err(|_| missing("sections"))?;
    let number = |name: &'static str| fields.get(name).trim().parse::<u16>().map_err(|_| not_possible(name));
    Ok(keep_agreements::Written {
        form_id: fields.get("form_id").parse::<Uuid>().map_err(|_| missing("form_id"))?,
        over,
        organisation_id: fields.get("organisation").parse::<OrganisationId>().ok(),
        reason: fields.get("reason").to_owned(),
        agreement: Agreement {
            purpose: fields.get("purpose").to_owned(),
            sections: Grants::of(sections).map_err(|error| UseCaseError::refused_because(ErrorCode::SectionNotShareable, error.0.code()))?,
            from: optional_day(fields, "from")?.ok_or_else(|| missing("from"))?,
            until: optional_day(fields, "until")?,
            notice_days: number("notice_days")?,
            remind_days: number("remind_days")?,
            terms: fields.get("terms").to_owned(),
            ended_on: optional_day(fields, "ended_on")?,
        },
    })
}

async fn agree_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, AGREEMENTS, success::AGREEMENT_KEPT, async |session| {
        let written = agreed(&fields, 0)?;
        // One form is one agreement, however often it is sent.
        keep_agreements::write(&state.brigade, &session.actor, AgreementId(written.form_id), written).await
    })
    .await
}

async fn renew_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("{AGREEMENTS}/{id}");
    carry_out(&state, &headers, &fields, &path, success::AGREEMENT_KEPT, async |session| {
        let id: AgreementId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let over = fields.get("over").parse().ok().filter(|over| *over > 0).ok_or_else(|| missing("over"))?;
        keep_agreements::write(&state.brigade, &session.actor, id, agreed(&fields, over)?).await
    })
    .await
}
