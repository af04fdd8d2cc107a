//! Adding a passkey beside the PIN, and removing it.

use leptos::{prelude::*, task::spawn_local};

use super::super::context::{self, t};
use crate::{
    device::{passkey, state::PasskeyState, vault::authenticator::AuthenticatorFault},
    texts::{Text, device as text},
};

/// Why a passkey did not do.
pub fn words(fault: AuthenticatorFault) -> Text {
    match fault {
        AuthenticatorFault::NotConfirmed => text::PASSKEY_NOT_CONFIRMED,
        AuthenticatorFault::CannotEncrypt => text::PASSKEY_CANNOT_ENCRYPT,
        AuthenticatorFault::Failed => text::PASSKEY_FAILED,
    }
}

/// One button, where the browser has passkeys: adds, or removes what was added. Says what came of it.
#[component]
pub fn PasskeyChoice(
    /// What was just added is not to be removed here.
    #[prop(optional)]
    only_adding: bool,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let working = RwSignal::new(false);
    let said = RwSignal::new(None::<Text>);
    let is_kept = move || device.passkey.get() == PasskeyState::Kept;
    let change = move |_| {
        let removing = device.passkey.get_untracked() == PasskeyState::Kept;
        working.set(true);
        said.set(None);
        spawn_local(async move {
            let (outcome, done) =
                if removing { (passkey::remove(device).await, text::PASSKEY_REMOVED) } else { (passkey::add(device).await, text::PASSKEY_ADDED) };
            // The phone may have been locked meanwhile: nobody is left to be told.
            let _ = said.try_set(Some(outcome.map_or_else(words, |()| done)));
            let _ = working.try_set(false);
        });
    };
    view! {
        <Show when=move || device.passkey.get() != PasskeyState::Unavailable && !(only_adding && is_kept())>
            <button
                type="button"
                class="button button--block"
                data-testid=move || if is_kept() { "passkey-remove" } else { "passkey-add" }
                disabled=move || working.get()
                on:click=change
            >
                {move || if is_kept() { text::PASSKEY_REMOVE } else { text::PASSKEY }.get(locale.get())}
            </button>
            <Show when=move || !is_kept()><p class="small">{t(text::PASSKEY_WARNING)}</p></Show>
        </Show>
        <p class="passkey-said" role="status" data-testid="passkey-said">
            {move || if working.get() { Some(text::PASSKEY_ASKING) } else { said.get() }.map(|said| said.get(locale.get()))}
        </p>
    }
}
