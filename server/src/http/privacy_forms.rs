//! Plain forms of the privacy officer's registers.

use app::document::success;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::{MethodRouter, post},
};
use casework::{
    ids::IncidentId,
    incident::{IncidentEntry, InformationKnown, Period, PublicNotice, SeriousHarm},
    referral::Day,
    wire::v1::ErrorCode,
};
use uuid::Uuid;

use super::forms::{Fields, carry_out, missing};
use crate::{
    application::{
        UseCaseError,
        keep_incidents::{self, Written},
    },
    state::AppState,
};

pub(super) fn report_route() -> MethodRouter<AppState> {
    post(report_form)
}

pub(super) fn incident_route() -> MethodRouter<AppState> {
    post(incident_form)
}

async fn report_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/bureau/signaler", success::INCIDENT_REPORTED, async |session| {
        let id: IncidentId = fields.get("id").parse().map_err(|_| missing("id"))?;
        keep_incidents::report(&state.brigade, &session.actor, id, fields.get("noticed_on"), fields.get("words")).await
    })
    .await
}

async fn incident_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/bureau/vie-privee/incidents/{id}");
    carry_out(&state, &headers, &fields, &path, success::INCIDENT_WRITTEN, async |session| {
        let id: IncidentId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let written = Written {
            form_id: fields.get("form_id").parse::<Uuid>().map_err(|_| missing("form_id"))?,
            over: fields.get("over").parse().map_err(|_| missing("over"))?,
            reason: fields.get("reason").to_owned(),
            entry: entry(&fields)?,
        };
        keep_incidents::write(&state.brigade, &session.actor, id, written).await
    })
    .await
}

fn entry(fields: &Fields) -> Result<IncidentEntry, UseCaseError> {
    let text = |name: &str| fields.get(name).to_owned();
    let public_reason = text("public_reason");
    let public_notice = match optional_day(fields, "public_on")? {
        Some(on) => Some(PublicNotice { on, reason: public_reason }),
        // Who says why a notice was public means that there was one.
        None if public_reason.trim().is_empty() => None,
        None => return Err(missing("public_on")),
    };
    Ok(IncidentEntry {
        information: fields.get("information").parse::<InformationKnown>().map_err(|_| missing("information"))?,
        description: text("description"),
        circumstances: text("circumstances"),
        happened: period(fields, "happened_from", "happened_to", "happened_approximate")?,
        aware: period(fields, "aware_from", "aware_to", "aware_approximate")?,
        persons: fields.get("persons").trim().parse().map_err(|_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "persons"))?,
        persons_estimated: !fields.get("persons_estimated").is_empty(),
        sensitivity: text("sensitivity"),
        consequences: text("consequences"),
        likelihood: text("likelihood"),
        serious: fields.get("serious").parse::<SeriousHarm>().map_err(|_| missing("serious"))?,
        commission_told_on: optional_day(fields, "commission_told_on")?,
        persons_told_on: optional_day(fields, "persons_told_on")?,
        public_notice,
        measures: text("measures"),
    })
}

fn optional_day(fields: &Fields, name: &'static str) -> Result<Option<Day>, UseCaseError> {
    match fields.get(name).trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, name)),
    }
}

/// A period without an end is one day.
fn period(fields: &Fields, from: &'static str, to: &'static str, approximate: &str) -> Result<Period, UseCaseError> {
    let first = optional_day(fields, from)?.ok_or_else(|| missing(from))?;
    Ok(Period { from: first, to: optional_day(fields, to)?.unwrap_or(first), approximate: !fields.get(approximate).is_empty() })
}
