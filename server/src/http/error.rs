//! Use-case errors as HTTP answers: status, stable code, sentence. Internal text goes to the log, once, here.

use std::any::Any;

use app::texts::errors::api_error;
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use casework::wire::v1::{ErrorBody, ErrorCode};
use serde::de::DeserializeOwned;

use crate::application::UseCaseError;

/// An error on its way out of the API.
#[derive(Debug)]
pub struct ApiFailure {
    pub code: ErrorCode,
    pub detail: Option<String>,
}

impl ApiFailure {
    pub fn of(code: ErrorCode) -> Self {
        Self { code, detail: None }
    }
}

impl From<UseCaseError> for ApiFailure {
    fn from(error: UseCaseError) -> Self {
        let (code, detail) = code_of(error);
        Self { code, detail }
    }
}

/// The code that a person is told, logging what they are not told.
pub fn code_of(error: UseCaseError) -> (ErrorCode, Option<String>) {
    match error {
        UseCaseError::Refused { code, detail } => (code, detail),
        UseCaseError::PhotoStorage(source) => {
            tracing::error!(error = &source as &dyn std::error::Error, "photo.storage");
            (ErrorCode::StorageUnavailable, None)
        }
        UseCaseError::Store(source) => {
            tracing::error!(error = &source as &dyn std::error::Error, cause = ?source, "store");
            (ErrorCode::StorageUnavailable, None)
        }
        UseCaseError::Worker(source) => {
            tracing::error!(error = &source as &dyn std::error::Error, "worker");
            (ErrorCode::Internal, None)
        }
    }
}

impl IntoResponse for ApiFailure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CACHE_CONTROL, "no-store")], Json(ErrorBody { error: api_error(self.code, self.detail) })).into_response()
    }
}

/// A JSON body, or our own error saying what is wrong with it.
pub struct ApiJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiFailure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let is_json =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with("application/json"));
        if !is_json {
            return Err(ApiFailure::of(ErrorCode::UnsupportedMediaType));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| body_rejected(&rejection))?;
        decode(&bytes).map(Self)
    }
}

/// Reads JSON, telling apart what is not JSON from what is not our message.
///
/// # Errors
/// `malformed_json`, `malformed_id`, `unknown_field`, `missing_field`.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiFailure> {
    serde_json::from_slice(bytes).map_err(|error| {
        let cause = error.to_string();
        let code = match error.classify() {
            serde_json::error::Category::Data if cause.starts_with("unknown field") => ErrorCode::UnknownField,
            serde_json::error::Category::Data if cause.starts_with("missing field") => ErrorCode::MissingField,
            serde_json::error::Category::Data if cause.contains("UUID") => ErrorCode::MalformedId,
            _ => ErrorCode::MalformedJson,
        };
        ApiFailure { code, detail: Some(cause) }
    })
}

pub fn body_rejected(rejection: &BytesRejection) -> ApiFailure {
    let is_too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
    ApiFailure::of(if is_too_large { ErrorCode::BodyTooLarge } else { ErrorCode::MalformedJson })
}

/// An id (or another typed part) of the path.
pub struct ApiPath<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for ApiPath<T> {
    type Rejection = ApiFailure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(ApiFailure::of(ErrorCode::MalformedId)),
        }
    }
}

/// The query of an address.
pub struct ApiQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiFailure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => Err(ApiFailure { code: ErrorCode::ValueOutOfRange, detail: Some(error.body_text()) }),
        }
    }
}

pub async fn no_such_api() -> ApiFailure {
    ApiFailure::of(ErrorCode::NotFound)
}

pub async fn method_not_allowed() -> ApiFailure {
    ApiFailure::of(ErrorCode::MethodNotAllowed)
}

/// The last net: a panic is logged and answered as an internal error, never shown.
#[expect(clippy::needless_pass_by_value, reason = "the signature is the layer's")]
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    tracing::error!(cause = text, "panic");
    ApiFailure::of(ErrorCode::Internal).into_response()
}
