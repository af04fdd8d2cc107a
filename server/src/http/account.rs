use axum::{Json, extract::State, http::header, response::IntoResponse};
use casework::wire::v1::{ErrorBody, MyAccount};

use super::{error::ApiFailure, session::Signed};
use crate::{application::keep_account, state::AppState};

/// What is one's own: the account and where it is open
#[utoipa::path(get, path = "/api/v1/account", tag = "account", responses((status = 200, body = MyAccount), (status = 401, body = ErrorBody)))]
pub async fn read(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let account = keep_account::read(&state.brigade, &signed.session).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(account)))
}
