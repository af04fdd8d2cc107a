//! Decode, call a use case, encode. No rule lives here.

mod account;
pub mod account_forms;
mod administration;
pub mod assets;
mod cases;
mod compression;
mod consent_forms;
mod consents;
mod devices;
mod directory;
mod directory_forms;
mod emergency;
pub mod error;
pub mod forms;
pub mod guest;
mod health;
mod hsds;
mod kept_form;
mod map;
mod openapi;
mod photos;
mod privacy;
mod privacy_forms;
pub mod provider;
mod referrals;
mod rescue;
pub mod security;
pub mod session;
mod statistics;
mod sync;
mod whole_body;

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    middleware, routing,
};
use tower_http::{catch_panic::CatchPanicLayer, trace::TraceLayer};

use crate::{pages, state::AppState};

/// Bytes of one request body; photos and pushes have their own limits.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Every address of the program.
pub fn router(state: AppState) -> Router {
    let (api, document) = openapi::api();
    let api = api
        .route("/api/openapi.json", routing::get(async move || axum::Json(document.clone())))
        .route("/api/{*rest}", routing::any(error::no_such_api))
        .method_not_allowed_fallback(error::method_not_allowed);
    Router::new()
        .merge(api)
        .merge(forms::router().merge(guest::router()).layer(middleware::from_fn(kept_form::answer)))
        .merge(provider::router())
        .merge(pages::router())
        .route("/healthz", routing::get(health::alive))
        .route("/readyz", routing::get(health::ready))
        .fallback(assets::serve_or_not_found)
        .layer(middleware::from_fn(compression::mark))
        .layer(compression::layer())
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn(security::headers))
        // The route, not the address: one-time links and searches stay out of the log.
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
            let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
            tracing::info_span!("http", method = %request.method(), route)
        }))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state)
}
