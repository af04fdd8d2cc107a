//! The only place that fetches.

use std::time::Duration;

use casework::{
    gateway::{Gateway, Reply},
    ids::{CaseId, ReferralId},
    wire::v1::{AccountView, ApiError, Board, CaseDetail, CaseList, CaseMap, CaseQuery, ErrorBody, ErrorCode, ReferralDetail, ReferralInbox, SessionView},
};
use send_wrapper::SendWrapper;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use crate::texts::errors;

/// Why no answer of ours came back.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No network, a time-out, or a page that is not ours (a captive portal).
    #[error("the server could not be reached")]
    Unreachable,
    #[error("the server refused: {}", .0.code)]
    Refused(ApiError),
}

/// A body to send.
pub enum Body {
    None,
    Json(String),
    Bytes(js_sys::Uint8Array),
}

/// One request with our headers; any HTTP status is `Ok`.
///
/// # Errors
/// [`FetchError::Unreachable`] when there is no answer within `timeout`.
pub async fn send(method: &str, path: &str, headers: &[(&str, &str)], body: Body, timeout: Duration) -> Result<Response, FetchError> {
    let init = RequestInit::new();
    init.set_method(method);
    let header_map = Headers::new().map_err(|_| FetchError::Unreachable)?;
    let set = |name: &str, value: &str| header_map.set(name, value).map_err(|_| FetchError::Unreachable);
    set("accept", "application/json")?;
    for (name, value) in headers {
        set(name, value)?;
    }
    match body {
        Body::None => {}
        Body::Json(text) => {
            set("content-type", "application/json")?;
            init.set_body(&JsValue::from_str(&text));
        }
        Body::Bytes(bytes) => init.set_body(&bytes),
    }
    init.set_headers(&header_map);
    let timeout_ms = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(timeout_ms)));
    let window = web_sys::window().ok_or(FetchError::Unreachable)?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(path, &init)).await.map_err(|_| FetchError::Unreachable)?;
    answer.dyn_into::<Response>().map_err(|_| FetchError::Unreachable)
}

/// The text of an answer.
///
/// # Errors
/// [`FetchError::Unreachable`] when the connection drops in the middle.
pub async fn text(response: &Response) -> Result<String, FetchError> {
    let promise = response.text().map_err(|_| FetchError::Unreachable)?;
    JsFuture::from(promise).await.map_err(|_| FetchError::Unreachable)?.as_string().ok_or(FetchError::Unreachable)
}

/// Reads an answer of ours: 2xx JSON, or our error body. Anything else was not our server.
///
/// # Errors
/// [`FetchError::Refused`] with our error, [`FetchError::Unreachable`] for what is not ours.
pub async fn json<T: DeserializeOwned>(response: &Response) -> Result<T, FetchError> {
    let body = text(response).await?;
    if response.ok() {
        return serde_json::from_str(&body).map_err(|_| FetchError::Unreachable);
    }
    let body: ErrorBody = serde_json::from_str(&body).map_err(|_| FetchError::Unreachable)?;
    Err(FetchError::Refused(body.error))
}

/// `GET` of a JSON answer.
///
/// # Errors
/// As [`send`] and [`json`].
pub async fn get<T: DeserializeOwned>(path: &str, timeout: Duration) -> Result<T, FetchError> {
    json(&send("GET", path, &[], Body::None, timeout).await?).await
}

/// `POST` of a JSON message with a JSON answer.
///
/// # Errors
/// As [`send`] and [`json`].
pub async fn post<M: Serialize, T: DeserializeOwned>(path: &str, message: &M, timeout: Duration) -> Result<T, FetchError> {
    let body = serde_json::to_string(message).map_err(|_| FetchError::Unreachable)?;
    json(&send("POST", path, &[], Body::Json(body), timeout).await?).await
}

const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// The browser's gateway: same questions, answered by `/api/v1`.
pub struct HttpGateway;

impl HttpGateway {
    fn read<'gateway, T: DeserializeOwned + 'gateway>(path: String) -> Reply<'gateway, T> {
        Box::pin(SendWrapper::new(async move {
            get(&path, READ_TIMEOUT).await.map_err(|error| match error {
                FetchError::Refused(error) => error,
                FetchError::Unreachable => errors::api_error(ErrorCode::StorageUnavailable, Some("network".to_owned())),
            })
        }))
    }
}

fn query_string(query: &CaseQuery) -> String {
    let encode = |value: &str| String::from(js_sys::encode_uri_component(value));
    let limit = query.limit.map(|limit| limit.to_string());
    [
        ("state", query.state.as_deref()),
        ("band", query.band.as_deref()),
        ("municipality", query.municipality.as_deref()),
        ("q", query.q.as_deref()),
        ("after", query.after.as_deref()),
        ("limit", limit.as_deref()),
    ]
    .iter()
    .filter_map(|(name, value)| value.map(|value| format!("{name}={}", encode(value))))
    .collect::<Vec<_>>()
    .join("&")
}

impl Gateway for HttpGateway {
    fn account(&self) -> Reply<'_, AccountView> {
        Box::pin(SendWrapper::new(async { Self::read::<SessionView>("/api/v1/session".to_owned()).await.map(|session| session.account) }))
    }

    fn cases(&self, query: CaseQuery) -> Reply<'_, CaseList> {
        Self::read(format!("/api/v1/cases?{}", query_string(&query)))
    }

    fn case(&self, id: CaseId) -> Reply<'_, CaseDetail> {
        Self::read(format!("/api/v1/cases/{id}"))
    }

    fn board(&self) -> Reply<'_, Board> {
        Self::read("/api/v1/emergency/board".to_owned())
    }

    fn referrals(&self) -> Reply<'_, ReferralInbox> {
        Self::read("/api/v1/referrals".to_owned())
    }

    fn referral(&self, id: ReferralId) -> Reply<'_, ReferralDetail> {
        Self::read(format!("/api/v1/referrals/{id}"))
    }

    fn case_map(&self) -> Reply<'_, CaseMap> {
        Self::read("/api/v1/map".to_owned())
    }
}
