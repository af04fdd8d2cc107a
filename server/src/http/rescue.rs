//! A rescue file handed in from the office: a form with a file in it, read as it comes.

use std::io;

use app::document::success;
use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::HeaderMap,
    middleware::from_fn,
    response::Response,
    routing::{MethodRouter, post},
};
use casework::wire::v1::ErrorCode;
use futures::TryStreamExt as _;
use tokio_util::io::StreamReader;

use super::{
    error::code_of,
    forms::{back, sender_of},
    session::is_foreign,
    whole_body::read_whole,
};
use crate::{
    application::{UseCaseError, receive_rescue, sign_in::Session},
    state::AppState,
};

/// Bytes of a file: the photos of a phone that has not seen a network for days.
const FILE_BYTES_MAX: usize = 2 * 1024 * 1024 * 1024;
/// The page of the form.
const PATH: &str = "/bureau/appareils";

pub fn route() -> MethodRouter<AppState> {
    post(form).layer(DefaultBodyLimit::max(FILE_BYTES_MAX)).layer(from_fn(read_whole::<FILE_BYTES_MAX>))
}

async fn form(State(state): State<AppState>, headers: HeaderMap, request: Request) -> Response {
    let session = match sender_of(&state, &headers, PATH).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let received = if is_foreign(&headers) { Err(UseCaseError::refused(ErrorCode::ForgedRequest)) } else { read(&state, &session, request).await };
    match received {
        Ok(()) => back(PATH, "success", success::RESCUE_RECEIVED, state.is_https),
        Err(error) => back(PATH, "error", code_of(error).0.code(), state.is_https),
    }
}

/// The token first: nothing is read of a file that a stranger's page sends.
async fn read(state: &AppState, session: &Session, request: Request) -> Result<(), UseCaseError> {
    let refused = |code| move |_| UseCaseError::refused(code);
    let mut parts = Multipart::from_request(request, state).await.map_err(refused(ErrorCode::ForgedRequest))?;
    let first = parts.next_field().await.map_err(|_| UseCaseError::refused(ErrorCode::ForgedRequest))?;
    let is_ours = match first {
        Some(field) if field.name() == Some("csrf") => field.text().await.is_ok_and(|token| token == session.csrf),
        Some(_) | None => false,
    };
    if !is_ours {
        return Err(UseCaseError::refused(ErrorCode::ForgedRequest));
    }
    let missing = || UseCaseError::refused_because(ErrorCode::MissingField, "file");
    let file = parts.next_field().await.map_err(|_| missing())?.filter(|field| field.name() == Some("file")).ok_or_else(missing)?;
    let bytes = StreamReader::new(file.map_err(io::Error::other));
    receive_rescue::receive(&state.brigade, &state.pushes, &state.devices, &session.actor, Box::pin(bytes)).await.map(drop)
}
