use std::convert::Infallible;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use casework::{
    escalation::{EscalationOutcome, EscalationVerb},
    ids::{EscalationId, VisitId},
    permission,
    wire::v1::{Board, ErrorBody, ErrorCode, SayReached},
};
use futures::StreamExt;
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;

use super::{
    error::{ApiFailure, ApiJson, ApiPath, code_of},
    session::{self, Signed},
};
use crate::{
    application::{
        Brigade,
        act_on_escalation::{self, Said},
        ask_after_visit, read_board, require, sign_in,
    },
    board::Line,
    state::AppState,
};

/// The emergency cell's board
#[utoipa::path(get, path = "/api/v1/emergency/board", tag = "emergency",
    responses((status = 200, body = Board), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn board(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let board = read_board::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(board)))
}

/// Live changes of the board (server-sent events)
///
/// Each event carries an id and a revision, never content; an empty one says that some were missed. Either way: fetch the board again. The line ends with
/// the session that opened it, and an account has a few of them at most.
#[utoipa::path(get, path = "/api/v1/emergency/events", tag = "emergency",
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
pub async fn events(State(state): State<AppState>, headers: HeaderMap, signed: Signed) -> Result<Response, ApiFailure> {
    require(permission::may_read_board(&signed.actor().permission()), ErrorCode::NotFound)?;
    let Some(token) = session::token(&headers) else { return Err(ApiFailure::of(ErrorCode::SignInRequired)) };
    let Ok(line) = state.brigade.board.open_line(signed.actor().account.id) else { return Err(ApiFailure::of(ErrorCode::TooManyLines)) };
    let every = state.brigade.board.check_every();
    let mut checks = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    checks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let held = HeldLine { brigade: state.brigade, token: token.to_owned(), line, checks };
    // Tells at once that the line is open.
    let hello = futures::stream::once(async { Ok::<_, Infallible>(Event::default().comment("open")) });
    let sse = Sse::new(hello.chain(futures::stream::unfold(held, HeldLine::next)));
    Ok(([("x-accel-buffering", "no")], sse).into_response())
}

/// A line and the session that holds it open.
struct HeldLine {
    brigade: Brigade,
    token: String,
    line: Line,
    checks: tokio::time::Interval,
}

impl HeldLine {
    /// The next event; `None`, which ends the line, once the session does not live any more.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let event = tokio::select! {
            change = self.line.changes.recv() => match change {
                Ok(change) => Event::default().json_data(change).unwrap_or_else(|_| Event::default().data("{}")),
                // A listener that lagged behind missed some: an empty change says to fetch the board again.
                Err(RecvError::Lagged(_)) => Event::default().data("{}"),
                Err(RecvError::Closed) => return None,
            },
            _ = self.checks.tick() => Event::default().comment(""),
        };
        // Looked at before each event, and now and then without any: who has left, or was sent away, hears nothing more.
        let may_hear = match sign_in::recognise(&self.brigade, &self.token).await {
            Ok(session) => session.is_some_and(|session| permission::may_read_board(&session.actor.permission()).is_allowed()),
            Err(error) => {
                drop(code_of(error));
                false
            }
        };
        may_hear.then_some((Ok(event), self))
    }
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

/// Say that the team of a visit that runs over was reached
#[utoipa::path(post, path = "/api/v1/visits/{id}/reached", tag = "emergency", params(("id" = VisitId, Path)), request_body = SayReached,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn reached(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<VisitId>,
    ApiJson(message): ApiJson<SayReached>,
) -> Result<StatusCode, ApiFailure> {
    ask_after_visit::say_reached(&state.brigade, signed.actor(), id, &message.text, message.is_out).await?;
    Ok(StatusCode::NO_CONTENT)
}
