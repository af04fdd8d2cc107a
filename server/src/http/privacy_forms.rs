//! Plain forms of the privacy officer's registers.

use app::document::success;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::{MethodRouter, post},
};
use casework::{
    case::CaseNumber,
    ids::{CaseId, IncidentId, PersonRequestId},
    incident::{IncidentEntry, InformationKnown, Period, PublicNotice, SeriousHarm},
    person_request::{IdentifiedBy, RequestAnswer, RequestKind},
    referral::Day,
    wire::v1::ErrorCode,
};
use uuid::Uuid;

use super::forms::{Fields, carry_out, missing};
use crate::{
    application::{
        UseCaseError,
        answer_person_requests::{self, NewRequest},
        keep_incidents::{self, Written},
        purge_case::{self, NewHold},
    },
    clock::now,
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

pub(super) fn record_route() -> MethodRouter<AppState> {
    post(record_form)
}

pub(super) fn assemble_route() -> MethodRouter<AppState> {
    post(assemble_form)
}

pub(super) fn answer_route() -> MethodRouter<AppState> {
    post(answer_form)
}

const REQUESTS: &str = "/bureau/vie-privee/demandes";

async fn record_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, REQUESTS, success::REQUEST_RECORDED, async |session| {
        let new = NewRequest {
            id: fields.get("id").parse().map_err(|_| missing("id"))?,
            kind: fields.get("kind").parse::<RequestKind>().map_err(|_| missing("kind"))?,
            received_on: optional_day(&fields, "received_on")?.ok_or_else(|| missing("received_on"))?,
            person: fields.get("person").to_owned(),
            identified: fields.get("identified").parse::<IdentifiedBy>().map_err(|_| missing("identified"))?,
            case: fields.get("case").parse::<CaseNumber>().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?,
            door: fields.get("door").to_owned(),
            from: optional_day(&fields, "from")?,
            to: optional_day(&fields, "to")?,
            words: fields.get("words").to_owned(),
        };
        answer_person_requests::record(&state.brigade, &session.actor, new).await
    })
    .await
}

async fn assemble_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, REQUESTS, success::REQUEST_ASSEMBLED, async |session| {
        let id: PersonRequestId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        answer_person_requests::assemble(&state.brigade, &session.actor, id, fields.get("withheld")).await
    })
    .await
}

async fn answer_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, REQUESTS, success::REQUEST_ANSWERED, async |session| {
        let id: PersonRequestId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let answer: RequestAnswer = fields.get("answer").parse().map_err(|_| missing("answer"))?;
        answer_person_requests::answer(&state.brigade, &session.actor, id, answer, fields.get("reason")).await
    })
    .await
}

pub(super) fn hold_route() -> MethodRouter<AppState> {
    post(hold_form)
}

pub(super) fn lift_route() -> MethodRouter<AppState> {
    post(lift_form)
}

pub(super) fn purge_route() -> MethodRouter<AppState> {
    post(purge_form)
}

const RETENTION: &str = "/bureau/vie-privee/conservation";

async fn hold_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, RETENTION, success::HOLD_PLACED, async |session| {
        let hold = NewHold {
            id: fields.get("id").parse().map_err(|_| missing("id"))?,
            case: fields.get("case").parse::<CaseNumber>().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?,
            reason: fields.get("reason").to_owned(),
            until: optional_day(&fields, "until")?,
        };
        purge_case::hold(&state.brigade, &session.actor, hold).await
    })
    .await
}

async fn lift_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, RETENTION, success::HOLD_LIFTED, async |session| {
        let id: Uuid = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        purge_case::lift(&state.brigade, &session.actor, id).await
    })
    .await
}

async fn purge_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, RETENTION, success::CASE_PURGED, async |session| {
        let id: CaseId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let form_id = fields.get("form_id").parse::<Uuid>().map_err(|_| missing("form_id"))?;
        let revision = fields.get("revision").parse().map_err(|_| missing("revision"))?;
        purge_case::purge(&state.brigade, &session.actor, id, form_id, revision, now()).await
    })
    .await
}
