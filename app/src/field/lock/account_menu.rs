//! Locking and leaving.

use leptos::{prelude::*, task::spawn_local};

use super::{
    super::context::{self, t},
    passkey_choice::PasskeyChoice,
};
use crate::{
    device::{entry, leave},
    texts::{self, device as text},
};

/// Menu of the person whose vault is open.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let asking = RwSignal::new(false);
    let leaving = RwSignal::new(false);
    let unsent = move || device.status.with(|status| status.pending() + status.attention);
    let question = move || match unsent() {
        0 => text::SIGN_OUT_NOTHING.get(locale.get()).to_owned(),
        count => texts::fill(text::SIGN_OUT_UNSENT.get(locale.get()), &[("count", &count.to_string())]),
    };
    let sign_out = move |_| {
        leaving.set(true);
        spawn_local(async move {
            // Without a network the lock screen stays: the sign-in page would not open.
            if leave::sign_out(device).await
                && let Some(window) = web_sys::window()
            {
                let _ = window.location().assign("/connexion");
            }
        });
    };
    view! {
        <details class="lock-more" data-testid="account-menu">
            <summary>{t(text::MENU)}</summary>
            <div class="stack stack--tight">
                <button type="button" class="button button--block" data-testid="lock" on:click=move |_| spawn_local(entry::lock(device))>{t(text::LOCK)}</button>
                <PasskeyChoice />
                <Show
                    when=move || asking.get()
                    fallback=move || {
                        view! {
                            <button type="button" class="button button--block" data-testid="sign-out" on:click=move |_| asking.set(true)>{t(text::SIGN_OUT)}</button>
                        }
                    }
                >
                    <p role="alert" data-testid="sign-out-question" data-unsent=move || unsent().to_string()>{question}</p>
                    <button
                        type="button"
                        class="button button--danger button--block"
                        data-testid="sign-out-confirm"
                        disabled=move || leaving.get()
                        on:click=sign_out
                    >
                        {t(text::SIGN_OUT_CONFIRM)}
                    </button>
                    <button type="button" class="button button--block" on:click=move |_| asking.set(false)>{t(text::SIGN_OUT_CANCEL)}</button>
                </Show>
            </div>
        </details>
    }
}
