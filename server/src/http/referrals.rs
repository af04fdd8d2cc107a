use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use casework::{
    access::AccessDoor,
    ids::ReferralId,
    referral::ReferralVerb,
    wire::v1::{CreateReferral, ErrorBody, ReferralDetail, ReferralInbox},
};
use serde::{Deserialize, Serialize};

use super::{
    error::{ApiFailure, ApiJson, ApiPath},
    session::Signed,
};
use crate::{
    application::{
        answer_referral::{self, Said},
        create_referral, read_referrals,
    },
    state::AppState,
};

/// Referrals received and sent by one's organisation
#[utoipa::path(get, path = "/api/v1/referrals", tag = "referrals",
    responses((status = 200, body = ReferralInbox), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn inbox(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let inbox = read_referrals::inbox(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(inbox)))
}

/// Id of what was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Created {
    pub id: ReferralId,
}

/// Refer a case to a partner
///
/// The id is the caller's: sending the same message twice makes one referral.
#[utoipa::path(post, path = "/api/v1/referrals", tag = "referrals", request_body = CreateReferral,
    responses((status = 201, body = Created), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn create(
    State(state): State<AppState>,
    signed: Signed,
    ApiJson(message): ApiJson<CreateReferral>,
) -> Result<(StatusCode, Json<Created>), ApiFailure> {
    let id = create_referral::create(&state.brigade, signed.actor(), message).await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

/// Read a referral, with exactly what it shares
#[utoipa::path(get, path = "/api/v1/referrals/{id}", tag = "referrals", params(("id" = ReferralId, Path)),
    responses((status = 200, body = ReferralDetail), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn read(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<ReferralId>) -> Result<impl IntoResponse, ApiFailure> {
    let detail = read_referrals::read(&state.brigade, signed.actor(), AccessDoor::Api, id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(detail)))
}

/// What a person says with a verb.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ActMessage {
    /// Reason of `decline`, `hold` and `withdraw`; outcome of `complete`.
    text: String,
    /// `YYYY-MM-DD`, of `accept`.
    planned_on: Option<String>,
    revision: Option<i64>,
}

/// Answer a referral, or carry it on
#[utoipa::path(post, path = "/api/v1/referrals/{id}/{verb}", tag = "referrals", params(("id" = ReferralId, Path), ("verb" = ReferralVerb, Path)), request_body = ActMessage,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub async fn act(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath((id, verb)): ApiPath<(ReferralId, ReferralVerb)>,
    ApiJson(message): ApiJson<ActMessage>,
) -> Result<StatusCode, ApiFailure> {
    let said = Said { text: message.text, planned_on: message.planned_on, revision: message.revision };
    answer_referral::act(&state.brigade, signed.actor(), id, verb, &said).await?;
    Ok(StatusCode::NO_CONTENT)
}
