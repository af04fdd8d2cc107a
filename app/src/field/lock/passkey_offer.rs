//! A passkey proposed once, after a PIN was chosen.

use leptos::prelude::*;

use super::{
    super::context::{self, t},
    passkey_choice::PasskeyChoice,
};
use crate::{device::state::PasskeyState, texts::device as text};

/// On the round, until it is answered or left: the account menu keeps the same choice.
#[component]
pub fn PasskeyOffer() -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let close = move || {
        let _ = device.passkey_proposed.try_set(false);
    };
    on_cleanup(close);
    let is_kept = move || device.passkey.get() == PasskeyState::Kept;
    view! {
        <Show when=move || device.passkey_proposed.get() && device.passkey.get() != PasskeyState::Unavailable>
            <section class="notice notice--info" aria-labelledby="passkey-offer" data-testid="passkey-offer">
                <h2 class="notice__title" id="passkey-offer">{t(text::PASSKEY_OFFER)}</h2>
                <p>{t(text::PASSKEY_LEAD)}</p>
                <PasskeyChoice only_adding=true />
                <button type="button" class="button button--block" data-testid="passkey-later" on:click=move |_| close()>
                    {move || if is_kept() { text::PASSKEY_CLOSE } else { text::PASSKEY_LATER }.get(locale.get())}
                </button>
            </section>
        </Show>
    }
}
