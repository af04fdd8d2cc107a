//! How a page gets its data and shows it: one blocking resource, one answer, one error view.

use std::future::Future;

use casework::wire::v1::{ApiError, ErrorCode};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    document::{PageContext, StatusSetter},
    gateway::AnyGateway,
    texts::errors,
    ui::ErrorView,
};

/// What the page knows besides its data.
pub fn page_context() -> PageContext {
    use_context().unwrap_or_default()
}

/// A page's data: asked once, on the server; the browser starts from the same answer. A refusal sets the page's HTTP status.
pub fn load<T, Ask, Answer>(ask: Ask) -> Resource<Result<T, ApiError>>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    Ask: Fn(AnyGateway) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    let gateway = use_context::<AnyGateway>();
    let status = use_context::<StatusSetter>();
    Resource::new_blocking(
        || (),
        move |()| {
            let answer = gateway.clone().map(&ask);
            let status = status.clone();
            async move {
                let answer = match answer {
                    Some(answer) => answer.await,
                    None => Err(errors::api_error(ErrorCode::Internal, None)),
                };
                if let (Err(error), Some(StatusSetter(set))) = (&answer, &status) {
                    set(ErrorCode::from_code(&error.code).map_or(500, ErrorCode::status));
                }
                answer
            }
        },
    )
}

/// Shows a page's data once they are there, or why they are not.
pub fn shown<T, Show, View>(data: Resource<Result<T, ApiError>>, show: Show) -> impl IntoView
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    Show: Fn(T) -> View + Clone + Send + Sync + 'static,
    View: IntoView + 'static,
{
    let locale = page_context().locale;
    view! {
        <Suspense>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => show(data).into_any(),
                        Err(error) => view! { <ErrorView error=error locale=locale /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}
