//! The phone's questions to the server: who am I, here are my changes, what is new, here is a photo. No screen awaits these.

use std::{cell::RefCell, time::Duration};

use casework::{
    clock::Timestamp,
    ids::{AccountId, DeviceId, PhotoId},
    wire::v1::{
        ACCOUNT_HEADER, DEVICE_HEADER, DEVICE_MARKER, DeviceReply, DeviceReport, ErrorCode, PULL_MARKER, PUSH_MARKER, PullReply, PushReply, PushRequest,
        SessionView,
    },
};
use inspection_grid::{Grid, GridHash};
use js_sys::{JSON, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response};

use super::http::{self, Body, FetchError};
use crate::device::{
    clock,
    digest::{base64, sha256},
    records::PhotoRow,
};

const PULL: &str = "/api/v1/sync/pull";
/// How long an answer asked ahead holds: the phone's skew is measured when it is read.
const AHEAD_HOLDS_MS: i64 = 30_000;

/// See [`ask_ahead`].
struct Ahead {
    caller: Caller,
    at: Timestamp,
    text: String,
}

thread_local! {
    static AHEAD: RefCell<Option<Ahead>> = const { RefCell::new(None) };
}

/// Where `boot.js` leaves the question it asked.
const ASKED_AT_START: &str = "brigadeSession";
const SHORT: Duration = Duration::from_secs(20);
/// For answers that may be long.
const LONG: Duration = Duration::from_mins(1);
/// Bytes of one piece of a photo.
const CHUNK_BYTES: u32 = 512 * 1024;
const TUS: (&str, &str) = ("tus-resumable", "1.0.0");

/// Which phone asks, and for whom. On a shared phone the session may have become another person's meanwhile: the server then refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    device: String,
    account: String,
}

impl Caller {
    pub fn new(device: DeviceId, account: AccountId) -> Self {
        Self { device: device.to_string(), account: account.to_string() }
    }

    fn headers(&self) -> [(&str, &str); 2] {
        [(DEVICE_HEADER, self.device.as_str()), (ACCOUNT_HEADER, self.account.as_str())]
    }
}

/// Whether the answer means that this phone was given up.
pub fn is_revoked(error: &FetchError) -> bool {
    matches!(error, FetchError::Refused(error) if error.code == ErrorCode::DeviceRevoked.code())
}

/// Whether the answer means that nobody is signed in.
pub fn is_sign_in_required(error: &FetchError) -> bool {
    matches!(error, FetchError::Refused(error) if error.code == ErrorCode::SignInRequired.code())
}

/// Who is signed in.
///
/// # Errors
/// As [`http::json`].
pub async fn session() -> Result<SessionView, FetchError> {
    match asked_at_start().await {
        Some(answer) => http::json(&answer).await,
        None => http::get("/api/v1/session", SHORT).await,
    }
}

/// What `boot.js` asked of a first visit while the program was on its way; once, and only when it was answered.
async fn asked_at_start() -> Option<Response> {
    let window = web_sys::window()?;
    let asked: Promise = Reflect::get(&window, &ASKED_AT_START.into()).ok()?.dyn_into().ok()?;
    Reflect::delete_property(&window, &ASKED_AT_START.into()).ok()?;
    JsFuture::from(asked).await.ok()?.dyn_into().ok()
}

/// Ends the session. Already ended counts as done.
///
/// # Errors
/// [`FetchError::Unreachable`] when it may still be open.
pub async fn sign_out() -> Result<(), FetchError> {
    let response = http::send("DELETE", "/api/v1/session", &[], Body::None, SHORT).await?;
    match response.status() {
        204 => Ok(()),
        _ => match refusal(&response).await {
            error if is_sign_in_required(&error) => Ok(()),
            error => Err(error),
        },
    }
}

/// Says what this phone holds; the answer says whether it was given up.
///
/// # Errors
/// As [`http::json`].
pub async fn report(message: &DeviceReport) -> Result<DeviceReply, FetchError> {
    let reply: DeviceReply = http::post("/api/v1/sync/device", message, SHORT).await?;
    if reply.marker == DEVICE_MARKER { Ok(reply) } else { Err(FetchError::Unreachable) }
}

/// Sends changes. An answer without our mark is not our server's.
///
/// # Errors
/// As [`http::json`].
pub async fn push(request: &PushRequest) -> Result<PushReply, FetchError> {
    let reply: PushReply = http::post("/api/v1/sync/push", request, SHORT).await?;
    if reply.marker == PUSH_MARKER { Ok(reply) } else { Err(FetchError::Unreachable) }
}

/// Asks what changed since the cursor.
///
/// # Errors
/// As [`http::json`].
pub async fn pull(caller: &Caller, cursor: Option<&str>) -> Result<PullReply, FetchError> {
    let path = match cursor {
        Some(cursor) => format!("{PULL}?cursor={}", String::from(js_sys::encode_uri_component(cursor))),
        None => PULL.to_owned(),
    };
    let ahead = AHEAD.take().filter(|ahead| cursor.is_none() && ahead.caller == *caller && (0..AHEAD_HOLDS_MS).contains(&clock::now().since(ahead.at)));
    let reply: PullReply = match ahead.and_then(|ahead| serde_json::from_str(&ahead.text).ok()) {
        Some(reply) => reply,
        None => http::json(&http::send("GET", &path, &caller.headers(), Body::None, LONG).await?).await?,
    };
    if reply.marker == PULL_MARKER { Ok(reply) } else { Err(FetchError::Unreachable) }
}

/// The first pull of a phone, asked while its PIN is chosen; with its grid, which then comes from the browser's own cache. Nothing is told of a failure: what
/// is missing is asked again.
pub async fn ask_ahead(caller: Caller) {
    let Ok(answer) = http::send("GET", PULL, &caller.headers(), Body::None, LONG).await else { return };
    let (at, ok) = (clock::now(), answer.ok());
    let Ok(text) = http::text(&answer).await else { return };
    if !ok {
        return;
    }
    // Read by the browser: what reads a whole round is in the second half of the program, which is on its way too.
    let hash = JSON::parse(&text).ok().and_then(|reply| Reflect::get(&reply, &"grid".into()).ok()?.as_string());
    AHEAD.set(Some(Ahead { caller, at, text }));
    if let Some(hash) = hash
        && let Ok(answer) = http::send("GET", &grid_path(&hash), &[], Body::None, LONG).await
    {
        let _ = http::text(&answer).await;
    }
}

fn grid_path(hash: &str) -> String {
    format!("/api/v1/grids/{hash}")
}

/// One version of the grid.
///
/// # Errors
/// As [`http::json`]; a grid that is not the one asked for is not our server's.
pub async fn grid(hash: &GridHash) -> Result<Grid, FetchError> {
    let grid: Grid = http::get(&grid_path(&hash.0), LONG).await?;
    if grid.hash == *hash { Ok(grid) } else { Err(FetchError::Unreachable) }
}

/// The copy of a photo that screens show, with the marks that the server knows burnt in.
///
/// # Errors
/// [`FetchError::Unreachable`], also for what is not a picture of our server.
pub async fn screen_copy(photo: PhotoId) -> Result<Blob, FetchError> {
    let response = http::send("GET", &format!("/api/v1/photos/{photo}?size=screen"), &[], Body::None, SHORT).await?;
    if !response.ok() {
        return Err(refusal(&response).await);
    }
    let promise = response.blob().map_err(|_| FetchError::Unreachable)?;
    JsFuture::from(promise).await.ok().and_then(|blob| blob.dyn_into().ok()).ok_or(FetchError::Unreachable)
}

/// Only the server's own word counts: an upload that looks complete may still have failed its hash.
fn is_verified(response: &Response) -> bool {
    response.headers().get("x-brigade-photo").ok().flatten().as_deref() == Some("verified")
}

fn offset(response: &Response) -> Option<u32> {
    response.headers().get("upload-offset").ok().flatten()?.parse().ok()
}

async fn refusal(response: &Response) -> FetchError {
    match http::json::<serde::de::IgnoredAny>(response).await {
        Ok(_) => FetchError::Unreachable,
        Err(error) => error,
    }
}

/// Uploads a photo, from wherever an earlier attempt stopped; `Ok` once the server holds it whole and has verified its hash.
///
/// Announcing a photo again is harmless and answers where it stands: one request instead of a look and an announcement.
///
/// `piece_passed` is told of each piece that the server has.
///
/// # Errors
/// [`FetchError::Unreachable`] to try again later, [`FetchError::Refused`] with the server's reason.
pub async fn upload(caller: &Caller, photo: &PhotoRow, bytes: &Uint8Array, piece_passed: impl Fn()) -> Result<(), FetchError> {
    let path = format!("/api/v1/photos/uploads/{}", photo.id);
    let Some(mut position) = announce(caller, photo, bytes).await? else { return Ok(()) };
    // Every turn either advances or uses up one of these.
    let mut disagreements_left = 3;
    while position < bytes.length() {
        let end = position.saturating_add(CHUNK_BYTES).min(bytes.length());
        // A copy: the browser sends the whole buffer behind a view in some versions.
        let chunk = bytes.slice(position, end);
        let checksum = sha256(&chunk).await.map(|hash| format!("sha256 {}", base64(&hash))).ok_or(FetchError::Unreachable)?;
        let at = position.to_string();
        let [device, account] = caller.headers();
        let content = ("content-type", "application/offset+octet-stream");
        let headers = [TUS, device, account, content, ("upload-offset", at.as_str()), ("upload-checksum", checksum.as_str())];
        let response = http::send("PATCH", &path, &headers, Body::Bytes(chunk), SHORT).await?;
        match response.status() {
            200 | 204 if is_verified(&response) => return Ok(()),
            200 | 204 => {
                position = offset(&response).filter(|offset| *offset > position).ok_or(FetchError::Unreachable)?;
                piece_passed();
            }
            // The server has another offset, or the piece arrived altered.
            409 | 460 if disagreements_left > 0 => {
                disagreements_left -= 1;
                let Some(known) = announce(caller, photo, bytes).await? else { return Ok(()) };
                position = known;
            }
            _ => return Err(refusal(&response).await),
        }
    }
    Err(FetchError::Unreachable)
}

/// Says what is coming. Where to go on; `None` when the server has it all, verified.
async fn announce(caller: &Caller, photo: &PhotoRow, bytes: &Uint8Array) -> Result<Option<u32>, FetchError> {
    let encoded = |text: &str| base64(text.as_bytes());
    let metadata = format!(
        "photo_id {},sha256 {},content_type {},visit_id {}",
        encoded(&photo.id.to_string()),
        encoded(&photo.sha256),
        encoded(&photo.content_type),
        encoded(&photo.visit_id.to_string())
    );
    let length = bytes.length().to_string();
    let [device, account] = caller.headers();
    let headers = [TUS, device, account, ("upload-length", length.as_str()), ("upload-metadata", metadata.as_str())];
    let response = http::send("POST", "/api/v1/photos", &headers, Body::None, SHORT).await?;
    match response.status() {
        200 | 201 | 409 if is_verified(&response) => Ok(None),
        200 | 201 => Ok(Some(offset(&response).unwrap_or(0))),
        _ => Err(refusal(&response).await),
    }
}
