use casework::wire::v1::{ApiError, ErrorCode};
use leptos::prelude::*;

use crate::texts::{Locale, common, errors};

/// What a page shows when its data did not come.
#[component]
pub fn ErrorView(
    /// Why.
    error: ApiError,
    /// Language of the sentence.
    locale: Locale,
) -> impl IntoView {
    let code = ErrorCode::from_code(&error.code);
    let title = if code == Some(ErrorCode::NotFound) { common::NOT_FOUND_TITLE } else { common::ERROR_TITLE };
    let (href, way_out) = match code {
        Some(ErrorCode::SignInRequired) => ("/connexion", common::SIGN_IN),
        _ => ("/", common::GO_HOME),
    };
    view! {
        <section class="error-view stack" data-code=error.code.clone()>
            <h1>{title.get(locale)}</h1>
            <p>{errors::sentence(&error, locale)}</p>
            <p>
                <a class="button button--primary" href=href rel="external">{way_out.get(locale)}</a>
            </p>
        </section>
    }
}
