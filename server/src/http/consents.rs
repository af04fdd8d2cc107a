use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use casework::{
    access::AccessDoor,
    consent_proof::PAPER_BYTES_MAX,
    emergency_share::ReviewFinding,
    ids::{CaseId, ConsentId, EmergencyShareId},
    wire::v1::{ConsentProofView, EmergencyShares, ErrorBody, RecordConsent},
};
use serde::{Deserialize, Serialize};

use super::{
    error::{ApiFailure, ApiJson, ApiPath},
    session::Signed,
};
use crate::{
    application::{keep_consents, prove_consents, review_sharing},
    state::AppState,
};

/// Bytes of what records an answer: the photo of a paper comes in base64.
pub const RECORD_BYTES_MAX: usize = PAPER_BYTES_MAX.div_ceil(3) * 4 + 64 * 1024;

/// Id of what was recorded.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Recorded {
    pub id: ConsentId,
}

/// Record what a person answered about sharing what concerns them
///
/// The id is the caller's: sending the same message twice makes one record. A consent that was signed comes with its proof: what was drawn, a name typed before
/// a witness, or the photo of the paper.
#[utoipa::path(post, path = "/api/v1/cases/{id}/consents", tag = "consents", params(("id" = CaseId, Path)), request_body = RecordConsent,
    responses((status = 201, body = Recorded), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 415, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn record(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(case_id): ApiPath<CaseId>,
    ApiJson(message): ApiJson<RecordConsent>,
) -> Result<(StatusCode, Json<Recorded>), ApiFailure> {
    let id = keep_consents::record(&state.brigade, signed.actor(), case_id, message).await?;
    Ok((StatusCode::CREATED, Json(Recorded { id })))
}

/// Take a consent back: what it opened is closed at once
#[utoipa::path(post, path = "/api/v1/consents/{id}/withdrawal", tag = "consents", params(("id" = ConsentId, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub async fn withdraw(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<ConsentId>) -> Result<StatusCode, ApiFailure> {
    keep_consents::withdraw(&state.brigade, signed.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What proves a consent
///
/// For those who keep consents, and the privacy officer. Each reading leaves a line in the access journal.
#[utoipa::path(get, path = "/api/v1/consents/{id}/proof", tag = "consents", params(("id" = ConsentId, Path)),
    responses((status = 200, body = ConsentProofView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn proof(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<ConsentId>) -> Result<impl IntoResponse, ApiFailure> {
    let proof = prove_consents::read(&state.brigade, signed.actor(), AccessDoor::Api, id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(proof)))
}

/// The photo of the paper that proves a consent
///
/// A copy without metadata. For those who read the proof.
#[utoipa::path(get, path = "/api/v1/consents/{id}/proof/paper", tag = "consents", params(("id" = ConsentId, Path)),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn paper(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<ConsentId>) -> Result<Response, ApiFailure> {
    let picture = prove_consents::paper(&state.brigade, signed.actor(), id).await?;
    let headers = [(header::CACHE_CONTROL, "private, no-store"), (header::CONTENT_DISPOSITION, "inline"), (header::CONTENT_TYPE, "image/jpeg")];
    Ok((headers, picture).into_response())
}

/// What was shared without consent, for the privacy officer
#[utoipa::path(get, path = "/api/v1/emergency-shares", tag = "consents",
    responses((status = 200, body = EmergencyShares), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn emergency_shares(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let shares = review_sharing::list(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(shares)))
}

/// What the privacy officer found.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewMessage {
    finding: ReviewFinding,
    text: String,
}

/// Review a sharing without consent: one that should not have been is closed at once
#[utoipa::path(post, path = "/api/v1/emergency-shares/{id}/review", tag = "consents", params(("id" = EmergencyShareId, Path)), request_body = ReviewMessage,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn review(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<EmergencyShareId>,
    ApiJson(message): ApiJson<ReviewMessage>,
) -> Result<StatusCode, ApiFailure> {
    review_sharing::review(&state.brigade, signed.actor(), id, message.finding, &message.text).await?;
    Ok(StatusCode::NO_CONTENT)
}
