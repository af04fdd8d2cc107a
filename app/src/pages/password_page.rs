use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    pages::{entry_frame::EntryFrame, page_context},
    texts::{account, sign_in},
    ui::PasswordField,
};

/// `/mot-de-passe/:token`: the owner of a new account, or of a lost password, chooses one, once.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let locale = page_context().locale;
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let path = format!("/mot-de-passe/{token}");
    view! {
        <EntryFrame title=sign_in::PASSWORD_TITLE path=path.clone()>
            <p class="muted">{sign_in::PASSWORD_HINT.get(locale)}</p>
            <form class="form" method="post" action=path data-testid="password-form">
                <PasswordField
                    id="password"
                    name="password"
                    label=sign_in::PASSWORD.get(locale)
                    hint=account::NEW_PASSWORD_HINT.get(locale)
                    is_new=true
                    locale=locale
                />
                <button class="button button--primary button--block" type="submit">{sign_in::PASSWORD_SUBMIT.get(locale)}</button>
            </form>
        </EntryFrame>
    }
}
