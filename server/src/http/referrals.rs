use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use casework::{
    access::AccessDoor,
    ids::{ForwardId, LinkId, ReferralId},
    referral::{Helped, ReferralVerb},
    wire::v1::{
        CreateReferral, ErrorBody, ErrorCode, HearPerson, MadeLink, MakeLink, ProposeForward, ReferralDetail, ReferralInbox, ReferralQuery, SignalBuilding,
        WriteMessage,
    },
};
use serde::{Deserialize, Serialize};

use super::{
    error::{ApiFailure, ApiJson, ApiPath, ApiQuery},
    session::Signed,
};
use crate::{
    application::{
        answer_referral::{self, Said},
        create_referral, forward_referrals, read_referrals, referral_links, signal_building, speak_in_referral,
    },
    state::AppState,
};

/// Referrals received and sent by one's organisation
///
/// A page of each side, or of the one that is asked for, with how many there are in all.
#[utoipa::path(get, path = "/api/v1/referrals", tag = "referrals", params(ReferralQuery),
    responses((status = 200, body = ReferralInbox), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn inbox(State(state): State<AppState>, signed: Signed, ApiQuery(query): ApiQuery<ReferralQuery>) -> Result<impl IntoResponse, ApiFailure> {
    let inbox = read_referrals::inbox(&state.brigade, signed.actor(), &query).await?;
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
    /// Of `complete`: did it help, in the person's own judgement, when they were asked.
    helped: Option<Helped>,
    /// With `helped`: what they said of it.
    person_words: String,
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
    if message.helped.is_none() && !message.person_words.trim().is_empty() {
        return Err(ApiFailure { code: ErrorCode::MissingField, detail: Some("helped".to_owned()) });
    }
    let person = message.helped.map(|helped| (helped, message.person_words));
    let said = Said { text: message.text, planned_on: message.planned_on, revision: message.revision, person };
    answer_referral::act(&state.brigade, signed.actor(), id, verb, &said).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Write to the other side of a referral
///
/// The id is the caller's: sending the same message twice writes it once.
#[utoipa::path(post, path = "/api/v1/referrals/{id}/messages", tag = "referrals", params(("id" = ReferralId, Path)), request_body = WriteMessage,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub async fn say(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<ReferralId>,
    ApiJson(message): ApiJson<WriteMessage>,
) -> Result<StatusCode, ApiFailure> {
    speak_in_referral::say(&state.brigade, signed.actor(), id, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keep what the person says of the help
#[utoipa::path(post, path = "/api/v1/referrals/{id}/person-word", tag = "referrals", params(("id" = ReferralId, Path)), request_body = HearPerson,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub async fn hear(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<ReferralId>,
    ApiJson(heard): ApiJson<HearPerson>,
) -> Result<StatusCode, ApiFailure> {
    speak_in_referral::hear(&state.brigade, signed.actor(), id, heard).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link for somebody without an account
///
/// The address and the code are told once, to be handed over by two different ways.
#[utoipa::path(post, path = "/api/v1/referrals/{id}/links", tag = "referrals", params(("id" = ReferralId, Path)), request_body = MakeLink,
    responses((status = 201, body = MadeLink), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn make_link(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<ReferralId>,
    ApiJson(asked): ApiJson<MakeLink>,
) -> Result<impl IntoResponse, ApiFailure> {
    let link = asked.id;
    let fresh = referral_links::make(&state.brigade, signed.actor(), id, asked).await?;
    let made = MadeLink { id: link, path: format!("/lien/{}", fresh.token), code: fresh.code };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(made)))
}

/// Revoke a link: what it opened is closed at once
#[utoipa::path(post, path = "/api/v1/referral-links/{id}/revocation", tag = "referrals", params(("id" = LinkId, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub async fn revoke_link(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<LinkId>) -> Result<StatusCode, ApiFailure> {
    referral_links::revoke(&state.brigade, signed.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask the brigade to pass a referral on to another service
///
/// For the partner that holds it. What was shared with it is not shared further by this: the brigade refuses, or sends another referral.
#[utoipa::path(post, path = "/api/v1/referrals/{id}/forwards", tag = "referrals", params(("id" = ReferralId, Path)), request_body = ProposeForward,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub async fn ask_to_forward(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<ReferralId>,
    ApiJson(asked): ApiJson<ProposeForward>,
) -> Result<StatusCode, ApiFailure> {
    forward_referrals::ask(&state.brigade, signed.actor(), id, asked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a referral is not passed on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForwardRefusal {
    text: String,
}

/// Refuse to pass a referral on
#[utoipa::path(post, path = "/api/v1/referral-forwards/{id}/refusal", tag = "referrals", params(("id" = ForwardId, Path)), request_body = ForwardRefusal,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn refuse_to_forward(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<ForwardId>,
    ApiJson(message): ApiJson<ForwardRefusal>,
) -> Result<StatusCode, ApiFailure> {
    forward_referrals::refuse_it(&state.brigade, signed.actor(), id, &message.text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send all the drafts that were made at once
///
/// All go, or none does.
#[utoipa::path(post, path = "/api/v1/referrals/{id}/group", tag = "referrals", params(("id" = ReferralId, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub async fn send_group(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<ReferralId>) -> Result<StatusCode, ApiFailure> {
    create_referral::send_group(&state.brigade, signed.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signal a building to the brigade
///
/// The id is the caller's: sending the same message twice makes one referral.
#[utoipa::path(post, path = "/api/v1/referrals/to-brigade", tag = "referrals", request_body = SignalBuilding,
    responses((status = 201, body = Created), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn signal(
    State(state): State<AppState>,
    signed: Signed,
    ApiJson(message): ApiJson<SignalBuilding>,
) -> Result<(StatusCode, Json<Created>), ApiFailure> {
    let id = signal_building::signal(&state.brigade, signed.actor(), message).await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}
