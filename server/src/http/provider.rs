//! To the provider of one's organisation, and back. Links, not forms: a page's policy lets no form lead to another site.

use axum::{
    Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use casework::{ids::OrganisationId, wire::v1::ErrorCode};
use serde::Deserialize;

use super::{
    error::code_of,
    forms::{back, go_on, local_path, with_next},
    session::{arrival, cookie},
};
use crate::{
    application::enter_by_provider::{self, Returned},
    state::AppState,
};

/// Cookie that binds a sign-in under way to this browser.
const COOKIE: &str = "brigade_provider";
/// Where providers send people back to.
pub const RETURN: &str = "/connexion/organisme/retour";

pub fn router() -> Router<AppState> {
    Router::new().route("/connexion/organisme/retour", get(return_page)).route("/connexion/organisme/{id}", get(begin_page))
}

/// Lax: the provider's page leads back here.
fn provider_cookie(carried: &str, seconds_max: i64, is_https: bool) -> HeaderValue {
    let secure = if is_https { "; Secure" } else { "" };
    let text = format!("{COOKIE}={carried}; Path=/connexion/organisme; Max-Age={seconds_max}; SameSite=Lax; HttpOnly{secure}");
    // Sealed texts are hexadecimal: always a valid header.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

#[derive(Debug, Deserialize)]
struct NextQuery {
    #[serde(default)]
    next: String,
}

async fn begin_page(State(state): State<AppState>, Path(id): Path<String>, query: Result<Query<NextQuery>, QueryRejection>) -> Response {
    let next = query.map(|Query(query)| query.next).unwrap_or_default();
    let next = local_path(&next).unwrap_or_default();
    let again = |code: ErrorCode| back(&with_next("/connexion", next), "error", code.code(), state.is_https);
    let Ok(id) = id.parse::<OrganisationId>() else { return again(ErrorCode::NotFound) };
    match enter_by_provider::begin(&state.brigade, id, next).await {
        Ok(begun) => {
            let cookie = provider_cookie(&begun.carried, enter_by_provider::PENDING_MS / 1_000, state.is_https);
            ([(header::SET_COOKIE, cookie)], [(header::CACHE_CONTROL, "no-store")], Redirect::to(&begun.address)).into_response()
        }
        Err(error) => again(code_of(error).0),
    }
}

async fn return_page(State(state): State<AppState>, headers: HeaderMap, query: Result<Query<Returned>, QueryRejection>) -> Response {
    let returned = query.map(|Query(returned)| returned).unwrap_or_default();
    let carried = cookie(&headers, COOKIE).unwrap_or_default();
    let mut response = match enter_by_provider::finish(&state.brigade, carried, returned, arrival(&headers)).await {
        Ok(entered) => go_on(&state, &entered.signed_in, &entered.next),
        Err(error) => back("/connexion", "error", code_of(error).0.code(), state.is_https),
    };
    response.headers_mut().append(header::SET_COOKIE, provider_cookie("", 0, state.is_https));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
