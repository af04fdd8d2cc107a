//! Somebody without an account: the code of a link, the one referral that it opens, and its forms. Nothing else of the program knows these sessions.

use app::document::success;
use axum::{
    Router,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use casework::{ids::PhotoId, wire::v1::ErrorCode};
use serde::Deserialize;

use super::{
    error::{ApiFailure, code_of},
    forms::{Fields, back, message_of, person_word_of, said_of},
    photos::send_copy,
    session::{cookie, is_foreign},
};
use crate::{
    application::{
        UseCaseError, answer_referral, read_referrals,
        referral_links::{self, Guest},
        speak_in_referral,
    },
    pages::{guest_page, not_found, open_page},
    photos::Size,
    state::AppState,
};

/// Cookie of a guest. Strict: no other site's page leads into what it opens.
const COOKIE: &str = "brigade_guest";
/// Seconds a browser keeps it; the session row decides.
const COOKIE_SECONDS: i64 = 2 * 3_600;
/// Where a guest reads and answers; its cookie goes nowhere else.
pub const PAGE: &str = "/lien/reponse";

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/lien/{token}", get(code_page))
        .route("/lien/{token}", post(code_form))
        .route("/lien/reponse", get(page))
        .route("/lien/reponse/photos/{id}", get(photo))
        .route("/lien/reponse/messages", post(message_form))
        .route("/lien/reponse/parole", post(person_word_form))
        .route("/lien/reponse/fin", post(leave_form))
        .route("/lien/reponse/{verb}", post(act_form))
}

fn guest_cookie(secret: &str, seconds_max: i64, is_https: bool) -> HeaderValue {
    let secure = if is_https { "; Secure" } else { "" };
    let text = format!("{COOKIE}={secret}; Path=/lien; Max-Age={seconds_max}; SameSite=Strict; HttpOnly{secure}");
    // Secrets are hexadecimal: always a valid header.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

async fn recognise(state: &AppState, headers: &HeaderMap) -> Result<Option<Guest>, UseCaseError> {
    match cookie(headers, COOKIE) {
        Some(secret) => referral_links::recognise(&state.brigade, secret).await,
        None => Ok(None),
    }
}

/// Asks for the code. A link that is over looks like one that never was.
async fn code_page(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    match referral_links::waits(&state.brigade, &token).await {
        Ok(true) => open_page(State(state), request).await,
        Ok(false) => {
            let (headers, uri) = (request.headers().clone(), request.uri().clone());
            not_found(state, headers, uri).await
        }
        Err(error) => ApiFailure::from(error).into_response(),
    }
}

async fn code_form(State(state): State<AppState>, headers: HeaderMap, Path(token): Path<String>, fields: Fields) -> Response {
    let again = |code: ErrorCode| back(&format!("/lien/{token}"), "error", code.code(), state.is_https);
    if is_foreign(&headers) {
        return again(ErrorCode::ForgedRequest);
    }
    match referral_links::open(&state.brigade, &token, fields.get("code")).await {
        Ok(secret) => {
            let mut response = Redirect::to(PAGE).into_response();
            response.headers_mut().append(header::SET_COOKIE, guest_cookie(&secret, COOKIE_SECONDS, state.is_https));
            response
        }
        Err(error) => again(code_of(error).0),
    }
}

/// The referral, while the session holds; what tells that it is over otherwise.
async fn page(State(state): State<AppState>, request: Request) -> Response {
    match recognise(&state, request.headers()).await {
        Ok(guest) => guest_page(state, request, guest).await,
        Err(error) => ApiFailure::from(error).into_response(),
    }
}

#[derive(Debug, Deserialize)]
struct PhotoQuery {
    size: Option<String>,
}

/// A photo that the referral shows, and no other.
async fn photo(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, Query(query): Query<PhotoQuery>) -> Result<Response, ApiFailure> {
    let not_found = || ApiFailure::of(ErrorCode::NotFound);
    let id: PhotoId = id.parse().map_err(|_| not_found())?;
    let guest = recognise(&state, &headers).await?.ok_or_else(not_found)?;
    let seen = read_referrals::photo(&state.brigade, &guest.actor, guest.link.referral_id, id).await?;
    send_copy(&state, &guest.actor, &seen, if query.size.as_deref() == Some("thumb") { Size::Thumbnail } else { Size::Screen }).await
}

/// Checks who asks and that the form is ours, does it, and goes back to the page.
async fn carry_out<Act, Done>(state: &AppState, headers: &HeaderMap, fields: &Fields, done: &str, act: Act) -> Response
where
    Act: FnOnce(Guest) -> Done,
    Done: Future<Output = Result<(), UseCaseError>>,
{
    let refused = |code: ErrorCode| back(PAGE, "error", code.code(), state.is_https);
    let guest = match recognise(state, headers).await {
        Ok(Some(guest)) => guest,
        Ok(None) => return Redirect::to(PAGE).into_response(),
        Err(error) => return refused(code_of(error).0),
    };
    if is_foreign(headers) || fields.get("csrf") != guest.csrf {
        return refused(ErrorCode::ForgedRequest);
    }
    match act(guest).await {
        Ok(()) => back(PAGE, "success", done, state.is_https),
        Err(error) => refused(code_of(error).0),
    }
}

async fn act_form(State(state): State<AppState>, headers: HeaderMap, Path(verb): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, success::REFERRAL_UPDATED, async |guest| {
        let verb = verb.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        answer_referral::act(&state.brigade, &guest.actor, guest.link.referral_id, verb, &said_of(&fields)?).await
    })
    .await
}

async fn message_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, success::MESSAGE_SENT, async |guest| {
        speak_in_referral::say(&state.brigade, &guest.actor, guest.link.referral_id, message_of(&fields)?).await
    })
    .await
}

async fn person_word_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, success::REFERRAL_UPDATED, async |guest| {
        speak_in_referral::hear(&state.brigade, &guest.actor, guest.link.referral_id, person_word_of(&fields)?).await
    })
    .await
}

async fn leave_form(State(state): State<AppState>, headers: HeaderMap) -> Response {
    // Leaving is never refused, but for another site.
    if !is_foreign(&headers)
        && let Some(secret) = cookie(&headers, COOKIE)
        && let Err(error) = referral_links::leave(&state.brigade, secret).await
    {
        return back(PAGE, "error", code_of(error).0.code(), state.is_https);
    }
    let mut response = Redirect::to(PAGE).into_response();
    response.headers_mut().append(header::SET_COOKIE, guest_cookie("", 0, state.is_https));
    response
}
