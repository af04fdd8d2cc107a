//! The only place that fetches.

use std::{rc::Rc, time::Duration};

use casework::{
    gateway::{Gateway, Reply},
    ids::{AccountId, CaseId, ConsentId, IncidentId, ReferralId, ServiceId},
    wire::v1::{
        AccessPage, AccessQuery, AccountView, Administration, AgreementRegister, ApiError, Awaiting, Board, CaseDetail, CaseList, CaseMap, CaseQuery,
        ConsentProofView, Departure, DeviceRegister, Directory, EmergencyShares, ErrorBody, ErrorCode, IncidentRegister, IncidentView, MyAccount,
        PersonRequests, ReferralDetail, ReferralInbox, ReferralQuery, Resources, RetentionRegister, RoundPlan, ServicePage, ServiceQuery, SessionView,
        Statistics,
    },
};
use send_wrapper::SendWrapper;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
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
    /// `application/x-www-form-urlencoded`.
    Form(String),
    Bytes(js_sys::Uint8Array),
}

/// The slowest line that a body is given time for: 64 kbit/s. A server that says nothing is not waited for longer than what was sent can take.
const BYTES_PER_MS_MIN: u32 = 8;

/// One request with our headers; any HTTP status is `Ok`.
///
/// # Errors
/// [`FetchError::Unreachable`] when there is no answer within `timeout` and the time that the body needs on a slow line.
pub async fn send(method: &str, path: &str, headers: &[(&str, &str)], body: Body, timeout: Duration) -> Result<Response, FetchError> {
    let init = RequestInit::new();
    init.set_method(method);
    let header_map = Headers::new().map_err(|_| FetchError::Unreachable)?;
    let set = |name: &str, value: &str| header_map.set(name, value).map_err(|_| FetchError::Unreachable);
    set("accept", "application/json")?;
    for (name, value) in headers {
        set(name, value)?;
    }
    let sent_bytes = match body {
        Body::None => 0,
        Body::Form(text) => {
            set("content-type", "application/x-www-form-urlencoded")?;
            init.set_body(&JsValue::from_str(&text));
            u32::try_from(text.len()).unwrap_or(u32::MAX)
        }
        Body::Json(text) => {
            set("content-type", "application/json")?;
            init.set_body(&JsValue::from_str(&text));
            u32::try_from(text.len()).unwrap_or(u32::MAX)
        }
        Body::Bytes(bytes) => {
            init.set_body(&bytes);
            bytes.length()
        }
    };
    init.set_headers(&header_map);
    let timeout_ms = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(timeout_ms.saturating_add(sent_bytes / BYTES_PER_MS_MIN))));
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

/// Bad gateway, unavailable, gateway time-out: the words of a server that stands before ours.
const GATEWAY_ERRORS: [u16; 3] = [502, 503, 504];

/// Reads an answer of ours: 2xx JSON, or our error body. Anything else was not our server, or came from what stands before it.
///
/// # Errors
/// [`FetchError::Refused`] with our error, [`FetchError::Unreachable`] for what is not ours.
pub async fn json<T: DeserializeOwned>(response: &Response) -> Result<T, FetchError> {
    let body = text(response).await?;
    if response.ok() {
        return serde_json::from_str(&body).map_err(|_| FetchError::Unreachable);
    }
    Err(match serde_json::from_str::<ErrorBody>(&body) {
        Ok(body) => FetchError::Refused(body.error),
        // What stands before our server says that it does not answer: there is a network, and saying « offline » would send people to look for one.
        Err(_) if GATEWAY_ERRORS.contains(&response.status()) => FetchError::Refused(errors::api_error(ErrorCode::StorageUnavailable, None)),
        Err(_) => FetchError::Unreachable,
    })
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

fn query_string(pairs: &[(&'static str, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", String::from(js_sys::encode_uri_component(value)))).collect::<Vec<_>>().join("&")
}

fn service_query(query: &ServiceQuery) -> String {
    // Both are codes of closed lists: an address holds them as they are.
    let need = query.need().map(|need| format!("need={need}"));
    let place = query.place().map(|place| format!("place={place}"));
    need.into_iter().chain(place).collect::<Vec<_>>().join("&")
}

impl Gateway for HttpGateway {
    fn account(&self) -> Reply<'_, AccountView> {
        Box::pin(SendWrapper::new(async { Self::read::<SessionView>("/api/v1/session".to_owned()).await.map(|session| session.account) }))
    }

    fn my_account(&self) -> Reply<'_, MyAccount> {
        Self::read("/api/v1/account".to_owned())
    }

    fn cases(&self, query: CaseQuery) -> Reply<'_, CaseList> {
        Self::read(format!("/api/v1/cases?{}", query_string(&query.pairs())))
    }

    fn case(&self, id: CaseId) -> Reply<'_, CaseDetail> {
        Self::read(format!("/api/v1/cases/{id}"))
    }

    fn board(&self) -> Reply<'_, Board> {
        Self::read("/api/v1/emergency/board".to_owned())
    }

    fn referrals(&self, query: ReferralQuery) -> Reply<'_, ReferralInbox> {
        Self::read(format!("/api/v1/referrals?{}", query_string(&query.pairs())))
    }

    fn referral(&self, id: ReferralId) -> Reply<'_, ReferralDetail> {
        Self::read(format!("/api/v1/referrals/{id}"))
    }

    fn case_map(&self) -> Reply<'_, CaseMap> {
        Self::read("/api/v1/map".to_owned())
    }

    fn devices(&self) -> Reply<'_, DeviceRegister> {
        Self::read("/api/v1/devices".to_owned())
    }

    fn consent_proof(&self, id: ConsentId) -> Reply<'_, ConsentProofView> {
        Self::read(format!("/api/v1/consents/{id}/proof"))
    }

    fn emergency_shares(&self) -> Reply<'_, EmergencyShares> {
        Self::read("/api/v1/emergency-shares".to_owned())
    }

    fn departure(&self, id: AccountId) -> Reply<'_, Departure> {
        Self::read(format!("/api/v1/accounts/{id}/departure"))
    }

    fn access_journal(&self, query: AccessQuery) -> Reply<'_, AccessPage> {
        let values = [
            ("person", query.person),
            ("case", query.case),
            ("from", query.from),
            ("to", query.to),
            ("section", query.section),
            ("before", query.before),
            ("check", query.check),
        ];
        let encode = |value: &str| String::from(js_sys::encode_uri_component(value));
        let values = values.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name}={}", encode(&value))));
        Self::read(format!("/api/v1/access-journal?{}", values.collect::<Vec<_>>().join("&")))
    }

    fn incidents(&self) -> Reply<'_, IncidentRegister> {
        Self::read("/api/v1/incidents".to_owned())
    }

    fn incident(&self, id: IncidentId) -> Reply<'_, IncidentView> {
        Self::read(format!("/api/v1/incidents/{id}"))
    }

    fn retention(&self) -> Reply<'_, RetentionRegister> {
        Self::read("/api/v1/retention".to_owned())
    }

    fn person_requests(&self) -> Reply<'_, PersonRequests> {
        Self::read("/api/v1/person-requests".to_owned())
    }

    fn statistics(&self, quarter: Option<String>) -> Reply<'_, Statistics> {
        let asked = quarter.map(|quarter| format!("?quarter={}", String::from(js_sys::encode_uri_component(&quarter)))).unwrap_or_default();
        Self::read(format!("/api/v1/statistics{asked}"))
    }

    fn administration(&self) -> Reply<'_, Administration> {
        Self::read("/api/v1/administration".to_owned())
    }

    fn awaiting(&self) -> Reply<'_, Awaiting> {
        Self::read("/api/v1/awaiting".to_owned())
    }

    fn round_plan(&self) -> Reply<'_, RoundPlan> {
        Self::read("/api/v1/round".to_owned())
    }

    fn directory(&self, query: ServiceQuery) -> Reply<'_, Directory> {
        Self::read(format!("/api/v1/directory?{}", service_query(&query)))
    }

    fn service(&self, id: ServiceId) -> Reply<'_, ServicePage> {
        Self::read(format!("/api/v1/directory/services/{id}"))
    }

    fn agreements(&self) -> Reply<'_, AgreementRegister> {
        Self::read("/api/v1/agreements".to_owned())
    }

    fn resources(&self, query: ServiceQuery) -> Reply<'_, Resources> {
        Self::read(format!("/api/v1/resources?{}", service_query(&query)))
    }
}

/// What a live connection says. Events carry no content: whoever hears one reads again through the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventsSignal {
    Open,
    /// A message came.
    Changed,
    /// The connection dropped. The browser makes it again by itself, unless it is `closed`.
    Lost {
        closed: bool,
    },
}

/// An open connection to server-sent events; dropping it closes it.
pub struct Events {
    source: web_sys::EventSource,
    // The browser calls these as long as the source is open.
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(web_sys::MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

/// Listens to the unnamed events of `path`.
///
/// # Errors
/// [`FetchError::Unreachable`] when the browser refuses to open the connection at all.
pub fn events(path: &str, hear: impl Fn(EventsSignal) + 'static) -> Result<Events, FetchError> {
    let source = web_sys::EventSource::new(path).map_err(|_| FetchError::Unreachable)?;
    let hear = Rc::new(hear);
    let opened = Rc::clone(&hear);
    let on_open = Closure::<dyn FnMut()>::new(move || opened(EventsSignal::Open));
    let changed = Rc::clone(&hear);
    let on_message = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |_| changed(EventsSignal::Changed));
    let failed = source.clone();
    let on_error = Closure::<dyn FnMut()>::new(move || hear(EventsSignal::Lost { closed: failed.ready_state() == web_sys::EventSource::CLOSED }));
    source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Ok(Events { source, _on_open: on_open, _on_message: on_message, _on_error: on_error })
}
