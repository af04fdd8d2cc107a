//! Who asks: the session of a cookie or of a bearer token; and the checks against forged requests.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse, Response},
};
use casework::{
    account::Browser,
    ids::{AccountId, DeviceId},
    wire::v1::{ACCOUNT_HEADER, DEVICE_HEADER, ErrorBody, ErrorCode, SecondStepCode, SessionView, SignIn},
};

use super::error::{ApiFailure, ApiJson};
use crate::{
    application::{
        Actor, burst,
        second_step::{self, StepView},
        sign_in::{self, Arrival, Opened, Session, SignedIn},
    },
    state::AppState,
};

const COOKIE: &str = "brigade_session";
/// Seconds a browser keeps the cookie; the session row decides.
const COOKIE_SECONDS: i64 = 7 * 24 * 3_600;

/// Says that an account has signed in here before; opens nothing by itself.
const KNOWN_DEVICE: &str = "brigade_known";
const DEVICE_CHARS: usize = 64;

/// A cookie of the request.
pub fn cookie<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The value that a `Set-Cookie` header gives to the cookie of this name.
pub fn cookie_set<'value>(header: &'value HeaderValue, name: &str) -> Option<&'value str> {
    header.to_str().ok()?.split(';').next()?.strip_prefix(name)?.strip_prefix('=')
}

/// A cookie to set.
pub fn set_cookie(name: &str, value: &str, seconds_max: i64, is_https: bool, http_only: bool) -> HeaderValue {
    let secure = if is_https { "; Secure" } else { "" };
    let http_only = if http_only { "; HttpOnly" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds_max}; SameSite=Lax{http_only}{secure}");
    // Tokens are hexadecimal and codes are ours: always a valid header.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

fn session_cookie(token: &str, is_https: bool) -> HeaderValue {
    set_cookie(COOKIE, token, COOKIE_SECONDS, is_https, true)
}

/// The secret of the cookie by which an account knows this device, if it has the form of one of ours.
pub fn known_device(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, KNOWN_DEVICE).filter(|secret| secret.len() == DEVICE_CHARS && secret.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Outlives sessions and signing out.
pub fn known_device_cookie(device: &str, is_https: bool) -> HeaderValue {
    set_cookie(KNOWN_DEVICE, device, sign_in::DEVICE_MS / 1_000, is_https, true)
}

/// What a browser is given once signed in: its session and what makes it known.
pub fn opened_cookies(opened: &Opened, is_https: bool) -> AppendHeaders<[(HeaderName, HeaderValue); 2]> {
    AppendHeaders([(header::SET_COOKIE, session_cookie(&opened.token, is_https)), (header::SET_COOKIE, known_device_cookie(&opened.device, is_https))])
}

pub fn forget_session_cookie(is_https: bool) -> HeaderValue {
    set_cookie(COOKIE, "", 0, is_https, true)
}

/// Where a request that signs in comes from: the device it may be known as, and the coarse make of its browser.
pub fn arrival(headers: &HeaderMap) -> Arrival<'_> {
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Arrival { device: known_device(headers), browser: Browser::of(user_agent) }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

pub fn token(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| cookie(headers, COOKIE))
}

/// Whether a browser says that the request was made by a page of another site.
///
/// `Sec-Fetch-Site` cannot be set by a page; browsers without it are held to the `Origin`, which must then be our own host.
pub fn is_foreign(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok()) {
        return !matches!(site, "same-origin" | "none");
    }
    match (headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()), headers.get(header::HOST).and_then(|value| value.to_str().ok())) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, authority)| authority != host),
        _ => false,
    }
}

/// The session of a request, if it has a live one.
///
/// # Errors
/// When the store fails.
pub async fn recognise(state: &AppState, headers: &HeaderMap) -> Result<Option<Session>, ApiFailure> {
    match token(headers) {
        // The session of a revoked phone opens nothing any more.
        Some(token) if !state.devices.is_cut(token) => Ok(sign_in::recognise(&state.brigade, token).await?),
        _ => Ok(None),
    }
}

/// Whether a change asked with a cookie comes from a page of ours. One with a bearer token comes from no page.
///
/// # Errors
/// `forged_request`.
pub fn check_origin(headers: &HeaderMap) -> Result<(), ApiFailure> {
    if bearer(headers).is_none() && is_foreign(headers) { Err(ApiFailure::of(ErrorCode::ForgedRequest)) } else { Ok(()) }
}

/// The phone that a request names in its header, if it names one.
fn named_device(headers: &HeaderMap) -> Result<Option<DeviceId>, ApiFailure> {
    let Some(value) = headers.get(DEVICE_HEADER) else { return Ok(None) };
    value.to_str().ok().and_then(|id| id.parse().ok()).map(Some).ok_or(ApiFailure::of(ErrorCode::MalformedId))
}

/// Refuses a phone that was given up.
///
/// # Errors
/// `device_revoked`.
pub fn check_device(state: &AppState, id: DeviceId) -> Result<(), ApiFailure> {
    if state.devices.is_revoked(id) { Err(ApiFailure::of(ErrorCode::DeviceRevoked)) } else { Ok(()) }
}

/// Refuses a request that a phone makes for one person in the session of another.
fn check_account(session: &Session, headers: &HeaderMap) -> Result<(), ApiFailure> {
    let Some(value) = headers.get(ACCOUNT_HEADER) else { return Ok(()) };
    let id: Option<AccountId> = value.to_str().ok().and_then(|id| id.parse().ok());
    match id {
        Some(id) if id == session.actor.account.id => Ok(()),
        Some(_) => Err(ApiFailure::of(ErrorCode::OtherAccount)),
        None => Err(ApiFailure::of(ErrorCode::MalformedId)),
    }
}

/// A signed-in request of the API. A change asked with a cookie must come from our own pages, and the phone it comes from must not have been given up.
pub struct Signed {
    pub session: Session,
}

impl Signed {
    pub fn actor(&self) -> &Actor {
        &self.session.actor
    }
}

impl FromRequestParts<AppState> for Signed {
    type Rejection = ApiFailure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let token = uncut_token(parts, state)?;
        let session = sign_in::recognise(&state.brigade, token).await?;
        check(session, parts, state)
    }
}

/// The same, of a request that phones send in bursts: see [`burst`].
pub struct SignedInBurst(pub Signed);

impl FromRequestParts<AppState> for SignedInBurst {
    type Rejection = ApiFailure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let token = uncut_token(parts, state)?;
        let session = burst::recognise(&state.brigade, token).await?;
        check(session, parts, state).map(Self)
    }
}

/// The token of a request, unless its phone was given up.
fn uncut_token<'parts>(parts: &'parts Parts, state: &AppState) -> Result<&'parts str, ApiFailure> {
    let token = token(&parts.headers).ok_or(ApiFailure::of(ErrorCode::SignInRequired))?;
    if state.devices.is_cut(token) { Err(ApiFailure::of(ErrorCode::DeviceRevoked)) } else { Ok(token) }
}

/// What a person whose organisation has just asked for a second factor may still do before they have made one: what a phone holds is sent and received, so
/// that no work is lost; and their own account, where it is made. Nothing else is read or changed.
const WITHOUT_FACTOR: [&str; 5] = ["/api/v1/session", "/api/v1/account", "/api/v1/sync/", "/api/v1/grids/", "/api/v1/photos/uploads/"];

/// # Errors
/// `second_factor_enrolment_required`.
fn check_factor(session: &Session, parts: &Parts) -> Result<(), ApiFailure> {
    let path = parts.uri.path();
    let is_kept = WITHOUT_FACTOR.iter().any(|kept| path == *kept || kept.ends_with('/') && path.starts_with(kept)) || path == "/api/v1/photos";
    if session.owes_factor && !is_kept { Err(ApiFailure::of(ErrorCode::SecondFactorEnrolmentRequired)) } else { Ok(()) }
}

/// What a session and a request must agree on.
fn check(session: Option<Session>, parts: &Parts, state: &AppState) -> Result<Signed, ApiFailure> {
    let session = session.ok_or(ApiFailure::of(ErrorCode::SignInRequired))?;
    if !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        check_origin(&parts.headers)?;
    }
    if let Some(id) = named_device(&parts.headers)? {
        check_device(state, id)?;
    }
    check_account(&session, &parts.headers)?;
    check_factor(&session, parts)?;
    Ok(Signed { session })
}

/// Sign in
///
/// # Errors
/// `wrong_credentials`, `too_many_attempts`, `forged_request`; `second_factor_required`, whose `detail` is the token of the second step.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = SessionView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub async fn open(State(state): State<AppState>, headers: HeaderMap, ApiJson(message): ApiJson<SignIn>) -> Result<Response, ApiFailure> {
    if is_foreign(&headers) {
        return Err(ApiFailure::of(ErrorCode::ForgedRequest));
    }
    match sign_in::sign_in(&state.brigade, &message.email, message.password, arrival(&headers)).await? {
        SignedIn::Opened(opened) => Ok(opened_answer(&state, *opened)),
        // The means to make one are a page's: an app sends the person there.
        SignedIn::Awaits(awaited) if awaited.enrols => Err(ApiFailure::of(ErrorCode::SecondFactorEnrolmentRequired)),
        SignedIn::Awaits(awaited) => Err(ApiFailure { code: ErrorCode::SecondFactorRequired, detail: Some(awaited.token) }),
    }
}

/// Finish signing in, with a code of the authenticator app or a recovery code
///
/// # Errors
/// `second_step_expired`, `wrong_code`, `too_many_attempts`, `forged_request`.
#[utoipa::path(post, path = "/api/v1/session/code", tag = "session", request_body = SecondStepCode,
    responses((status = 200, body = SessionView), (status = 401, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub async fn finish(State(state): State<AppState>, headers: HeaderMap, ApiJson(message): ApiJson<SecondStepCode>) -> Result<Response, ApiFailure> {
    if is_foreign(&headers) {
        return Err(ApiFailure::of(ErrorCode::ForgedRequest));
    }
    // A factor is made on the page, where its recovery codes can be shown.
    if matches!(second_step::view(&state.brigade, &message.token).await?, Some(StepView::Enrol(_))) {
        return Err(ApiFailure::of(ErrorCode::SecondFactorEnrolmentRequired));
    }
    let finished = second_step::finish(&state.brigade, &message.token, &message.code, arrival(&headers)).await?;
    Ok(opened_answer(&state, finished.opened))
}

fn opened_answer(state: &AppState, opened: Opened) -> Response {
    let cookies = opened_cookies(&opened, state.is_https);
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (cookies, no_store, Json(opened.session.view(Some(opened.token)))).into_response()
}

/// Who is signed in
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = SessionView), (status = 401, body = ErrorBody)))]
pub async fn look(signed: Signed) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(signed.session.view(None)))
}

/// Sign out
///
/// # Errors
/// `sign_in_required`.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204), (status = 401, body = ErrorBody)))]
pub async fn close(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, ApiFailure> {
    let token = token(&headers).ok_or(ApiFailure::of(ErrorCode::SignInRequired))?;
    // Not `Signed`: a revoked phone leaves too.
    if sign_in::recognise(&state.brigade, token).await?.is_none() {
        return Err(ApiFailure::of(ErrorCode::SignInRequired));
    }
    check_origin(&headers)?;
    sign_in::sign_out(&state.brigade, token).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, forget_session_cookie(state.is_https))]).into_response())
}
