use leptos::prelude::*;

/// The hidden field that says a form is ours.
#[component]
pub fn CsrfField(
    /// Token of the session.
    csrf: String,
) -> impl IntoView {
    view! { <input type="hidden" name="csrf" value=csrf /> }
}
