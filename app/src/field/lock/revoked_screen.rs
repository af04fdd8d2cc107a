//! What a phone given up says, once it is empty.

use leptos::prelude::*;

use super::{super::context::t, emergency::EmergencyCalls};
use crate::texts::device as text;

/// The last screen of a lost phone.
#[component]
pub fn RevokedScreen() -> impl IntoView {
    view! {
        <main class="field-page">
            <EmergencyCalls />
            <div class="notice notice--error" role="alert" data-testid="revoked">
                <h1 class="notice__title">{t(text::REVOKED_TITLE)}</h1>
                <p>{t(text::REVOKED_TEXT)}</p>
            </div>
        </main>
    }
}
