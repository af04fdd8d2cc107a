use leptos::prelude::*;
use leptos_meta::Title;

use crate::texts::{Locale, common};

/// Title of the document: the page, then the product. A title deeper in the page replaces the one above it.
#[component]
pub fn PageTitle(
    /// What the page is about.
    #[prop(into)]
    text: Signal<String>,
    /// Language of the product's name.
    locale: Locale,
) -> impl IntoView {
    let product = common::PRODUCT.get(locale);
    view! { <Title text=move || format!("{} – {product}", text.get()) /> }
}
