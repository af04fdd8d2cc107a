use std::{convert::Infallible, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use casework::{
    escalation::{EscalationOutcome, EscalationVerb},
    ids::EscalationId,
    permission,
    wire::v1::{ErrorBody, ErrorCode},
};
use futures::StreamExt;
use serde::Deserialize;
use tokio_stream::wrappers::BroadcastStream;

use super::{
    error::{ApiFailure, ApiJson, ApiPath},
    session::Signed,
};
use crate::{
    application::{
        act_on_escalation::{self, Said},
        read_board, require,
    },
    state::AppState,
};

const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The emergency cell's board
#[utoipa::path(get, path = "/api/v1/emergency/board", tag = "emergency",
    responses((status = 200, body = Object), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn board(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let board = read_board::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(board)))
}

/// Live changes of the board (server-sent events)
///
/// Each event carries an id and a revision, never content; an empty one says that some were missed. Either way: fetch the board again.
#[utoipa::path(get, path = "/api/v1/emergency/events", tag = "emergency",
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn events(State(state): State<AppState>, signed: Signed) -> Result<Response, ApiFailure> {
    require(permission::may_read_board(&signed.actor().permission()), ErrorCode::NotFound)?;
    let changes = BroadcastStream::new(state.brigade.board.subscribe()).map(|change| {
        // A listener that lagged behind missed some: an empty change says to fetch the board again.
        let event = change.ok().and_then(|change| Event::default().json_data(change).ok());
        Ok::<_, Infallible>(event.unwrap_or_else(|| Event::default().data("{}")))
    });
    // Tells at once that the line is open.
    let hello = futures::stream::once(async { Ok(Event::default().comment("open")) });
    let sse = Sse::new(hello.chain(changes)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok(([("x-accel-buffering", "no")], sse).into_response())
}

/// What a person says with a verb.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ActMessage {
    /// Team of `dispatch`, reason of `stand_down`.
    text: String,
    /// Of `stabilise`.
    outcome: Option<EscalationOutcome>,
    revision: Option<i64>,
}

/// Move an escalation forward
#[utoipa::path(post, path = "/api/v1/emergency/{id}/{verb}", tag = "emergency", params(("id" = EscalationId, Path), ("verb" = EscalationVerb, Path)), request_body = ActMessage,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn act(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath((id, verb)): ApiPath<(EscalationId, EscalationVerb)>,
    ApiJson(message): ApiJson<ActMessage>,
) -> Result<StatusCode, ApiFailure> {
    let said = Said { text: message.text, outcome: message.outcome, revision: message.revision };
    act_on_escalation::act(&state.brigade, signed.actor(), id, verb, &said).await?;
    Ok(StatusCode::NO_CONTENT)
}
