//! Choosing a PIN, twice.

use leptos::{prelude::*, task::spawn_local};

use super::{
    super::context::{self, t},
    pin_pad::PinPad,
};
use crate::{
    device::{
        entry::{self, PinFault},
        state::{Choosing, ChoosingReason},
    },
    texts::{Text, device as text, field},
};

/// Why a PIN is not taken.
fn words(fault: PinFault) -> Text {
    match fault {
        PinFault::TooShort => text::PIN_TOO_SHORT,
        PinFault::TooLong => text::PIN_TOO_LONG,
        PinFault::NotDigits => text::PIN_NOT_DIGITS,
        PinFault::TooSimple => text::PIN_TOO_SIMPLE,
    }
}

/// Asks for a new PIN, then for the same again.
#[component]
pub fn ChooseScreen(
    /// For whom, and why.
    choosing: Choosing,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let typed = RwSignal::new(String::new());
    let first = RwSignal::new(None::<String>);
    let fault = RwSignal::new(None::<Text>);
    let working = RwSignal::new(false);
    let (name, reason) = (choosing.account.display_name.clone(), choosing.reason);
    let choosing = StoredValue::new(choosing);
    let submit = move || {
        let pin = typed.get_untracked();
        typed.set(String::new());
        fault.set(None);
        let Some(before) = first.get_untracked() else {
            match entry::check_pin(&pin) {
                Ok(()) => first.set(Some(pin)),
                Err(found) => fault.set(Some(words(found))),
            }
            return;
        };
        if before != pin {
            first.set(None);
            fault.set(Some(text::CHOOSE_DIFFERENT));
            return;
        }
        working.set(true);
        spawn_local(async move {
            // Nothing is left to show once the vault is open: this screen is gone.
            if entry::choose(device, choosing.get_value(), pin).await.is_err() {
                let _ = fault.try_set(Some(text::MEMORY));
                let _ = first.try_set(None);
                let _ = working.try_set(false);
            }
        });
    };
    let again = move || first.with(Option::is_some);
    let why = match reason {
        ChoosingReason::First => text::CHOOSE_FIRST,
        ChoosingReason::Unlocked => text::CHOOSE_UNLOCKED,
        ChoosingReason::Forgotten => text::CHOOSE_FORGOTTEN,
    };
    view! {
        <main class="field-page lock-screen" data-testid="choose-screen" data-step=move || if again() { "2" } else { "1" }>
            <header class="field-header">
                <div>
                    <p class="muted small">{name}</p>
                    <h1>{move || if again() { text::CHOOSE_AGAIN } else { text::CHOOSE_TITLE }.get(locale.get())}</h1>
                </div>
                <button type="button" class="button button--quiet" data-testid="language" on:click=move |_| context::switch_locale(locale)>
                    {t(field::LANGUAGE)}
                </button>
            </header>
            <p>{t(why)}</p>
            <p><strong>{t(text::CHOOSE_LOSS)}</strong></p>
            <p class="lock-screen__said" role="alert" data-testid="pin-said">
                {move || if working.get() { Some(text::CHOOSE_WORKING) } else { fault.get() }.map(|said| said.get(locale.get()))}
            </p>
            <p class="small muted">{t(text::CHOOSE_RULE)}</p>
            {move || {
                let (label, action) = if again() { (text::CHOOSE_AGAIN, text::CHOOSE_DONE) } else { (text::PIN, text::CHOOSE_NEXT) };
                view! { <PinPad typed=typed label=label action=action stopped=working submit=submit /> }
            }}
            <Show when=again>
                <button type="button" class="button button--block" disabled=move || working.get() on:click=move |_| { first.set(None); typed.set(String::new()); }>
                    {t(text::CHOOSE_BACK)}
                </button>
            </Show>
            <Show when=move || reason == ChoosingReason::Forgotten>
                <button type="button" class="button button--block" data-testid="pin-remembered" on:click=move |_| spawn_local(entry::remembered(device))>
                    {t(text::CHOOSE_REMEMBERED)}
                </button>
            </Show>
        </main>
    }
}
