use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    pages::{entry_frame::EntryFrame, page_context},
    texts::guest,
};

/// `/lien/:token`: somebody without an account says the code that came apart.
#[component]
pub fn GuestCodePage() -> impl IntoView {
    let locale = page_context().locale;
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let path = format!("/lien/{token}");
    view! {
        <EntryFrame title=guest::CODE_TITLE path=path.clone()>
            <p class="muted">{guest::CODE_HINT.get(locale)}</p>
            <form class="form" method="post" action=path data-testid="guest-code-form">
                <label class="form-field">
                    <span class="form-field__label">{guest::CODE.get(locale)}</span>
                    <input type="text" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required />
                </label>
                <button class="button button--primary button--block" type="submit">{guest::CODE_SUBMIT.get(locale)}</button>
            </form>
        </EntryFrame>
    }
}
