//! Opening with a passkey, above the pad.

use leptos::{prelude::*, task::spawn_local};

use super::{
    super::context::{self, t},
    passkey_choice::words,
};
use crate::{
    device::{
        passkey,
        vault::{authenticator, prf::Passkey},
    },
    texts::{Text, device as text},
};

/// Asks the phone to recognise the person. The pad stays in use all along.
#[component]
pub fn PasskeyButton(
    /// The vault.
    namespace: StoredValue<String>,
    /// Its passkey, known beforehand: browsers want the question to follow the press at once.
    passkey: Passkey,
) -> impl IntoView {
    let device = context::device();
    let asking = RwSignal::new(false);
    let said = RwSignal::new(None::<Text>);
    let passkey = StoredValue::new(passkey);
    // The PIN opened, or another person is asked for.
    on_cleanup(authenticator::stop_asking);
    let press = move |_| {
        asking.set(true);
        said.set(None);
        spawn_local(async move {
            // Nothing is left to show once the vault is open: this screen is gone.
            if let Err(fault) = passkey::unlock(device, &namespace.get_value(), &passkey.get_value()).await {
                let _ = said.try_set(Some(words(fault)));
                let _ = asking.try_set(false);
            }
        });
    };
    let locale = context::locale();
    view! {
        <button type="button" class="button button--primary button--block" data-testid="passkey-unlock" disabled=move || asking.get() on:click=press>
            {t(text::PASSKEY)}
        </button>
        <p class="lock-screen__said" role="alert" data-testid="passkey-said">
            {move || if asking.get() { Some(text::PASSKEY_ASKING) } else { said.get() }.map(|said| said.get(locale.get()))}
        </p>
    }
}
