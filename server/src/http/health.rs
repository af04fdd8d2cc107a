use axum::{extract::State, http::StatusCode};

use crate::state::AppState;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// The database answers too.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if state.brigade.store.is_ready().await { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "database unavailable") }
}
