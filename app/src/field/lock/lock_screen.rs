//! The lock screen: a PIN, how long to wait, and the ways on when it is forgotten.

use leptos::{prelude::*, task::spawn_local};
use web_sys::VisibilityState;

use super::{
    super::context::{self, t},
    emergency::EmergencyCalls,
    passkey_button::PasskeyButton,
    pin_pad::PinPad,
};
use crate::{
    device::{
        clock,
        entry::{self, FAILURES_MAX},
        sleep_ms,
        state::{Locked, OtherVault},
        vault::pin::Attempts,
    },
    texts::{self, device as text, field},
};

const SIGN_IN: &str = "/connexion?next=/terrain";
/// Between two steps of the countdown.
const TICK_MS: i64 = 1_000;

/// `45 s`, `2 min 05 s`: the same in both languages.
fn duration(wait_ms: i64) -> String {
    let seconds = (wait_ms + 999) / 1_000;
    if seconds < 60 { format!("{seconds}\u{a0}s") } else { format!("{}\u{a0}min\u{a0}{:02}\u{a0}s", seconds / 60, seconds % 60) }
}

/// Leaves for another page.
fn go(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(address);
    }
}

/// Asks for the PIN of one vault.
#[component]
pub fn LockScreen(
    /// What can be known without it.
    locked: Locked,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let typed = RwSignal::new(String::new());
    let working = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let attempts = RwSignal::new(locked.attempts);
    let namespace = StoredValue::new(locked.namespace.clone());
    let has_passkey = locked.passkey.is_some();
    let passkey = StoredValue::new(locked.passkey);
    count_down(namespace, attempts);
    let submit = move || {
        let pin = typed.get_untracked();
        working.set(true);
        failed.set(false);
        spawn_local(async move {
            // Nothing is left to show once the vault is open: this screen is gone.
            match entry::unlock(device, namespace.get_value(), pin).await {
                Ok(None) => return,
                Ok(Some(left)) => {
                    let _ = attempts.try_set(left);
                    count_down(namespace, attempts);
                }
                Err(_) => drop(failed.try_set(true)),
            }
            let _ = typed.try_set(String::new());
            let _ = working.try_set(false);
        });
    };
    let exhausted = move || attempts.with(|attempts| attempts.is_exhausted());
    let stopped = Signal::derive(move || working.get() || !attempts.get().may_try());
    let said = move || {
        let attempts = attempts.get();
        if working.get() {
            return text::UNLOCKING.get(locale.get()).to_owned();
        }
        if failed.get() {
            return text::MEMORY.get(locale.get()).to_owned();
        }
        if attempts.failures == 0 {
            return String::new();
        }
        let left = FAILURES_MAX.saturating_sub(attempts.failures).to_string();
        let wrong = texts::fill(text::WRONG_PIN.get(locale.get()), &[("count", &left)]);
        if attempts.wait_left_ms <= 0 {
            return wrong;
        }
        let wait = texts::fill(text::WAIT.get(locale.get()), &[("time", &duration(attempts.wait_left_ms))]);
        format!("{wrong}. {wait}")
    };
    let (ordinal, unsent) = (locked.ordinal, locked.unsent);
    let (former, several) = (locked.former, locked.former || !locked.others.is_empty());
    let others = StoredValue::new(locked.others);
    let person = move |ordinal: u32, former: bool| {
        let name = if former { text::PERSON_FORMER } else { text::PERSON };
        texts::fill(name.get(locale.get()), &[("number", &ordinal.to_string())])
    };
    view! {
        <main class="field-page lock-screen" data-testid="lock-screen" data-ordinal=ordinal.to_string()>
            <EmergencyCalls />
            <header class="field-header">
                <div>
                    <h1>{t(text::UNLOCK_TITLE)}</h1>
                    <Show when=move || several>
                        <p><strong>{move || person(ordinal, former)}</strong></p>
                    </Show>
                </div>
                <button type="button" class="button button--quiet" data-testid="language" on:click=move |_| context::switch_locale(locale)>
                    {t(field::LANGUAGE)}
                </button>
            </header>
            <Show when=move || unsent != 0>
                <p class="notice notice--warning" data-testid="locked-unsent">
                    {move || texts::fill(text::UNSENT_WAITS.get(locale.get()), &[("count", &unsent.to_string())])}
                </p>
            </Show>
            <Show
                when=exhausted
                fallback=move || {
                    view! {
                        {passkey.get_value().map(|passkey| view! { <PasskeyButton namespace=namespace passkey=passkey /> })}
                        // Each line less is a key more on a short phone.
                        {(!has_passkey).then(|| view! { <p>{t(text::UNLOCK_LEAD)}</p> })}
                        <p class="lock-screen__said" role="alert" data-testid="pin-said">{said}</p>
                        <PinPad typed=typed label=if has_passkey { text::PASSKEY_PIN } else { text::PIN } action=text::UNLOCK stopped=stopped submit=submit />
                    }
                }
            >
                <div class="notice notice--error" role="alert" data-testid="pin-exhausted">
                    <p class="notice__title">{t(text::EXHAUSTED_TITLE)}</p>
                    <p>{t(text::EXHAUSTED)}</p>
                </div>
            </Show>
            <Show when=move || !former><Forgotten namespace=namespace open=Signal::derive(exhausted) has_passkey=has_passkey /></Show>
            <Show when=move || several>
                <section class="stack stack--tight">
                    <h2>{t(text::PERSONS)}</h2>
                    {move || {
                        others
                            .get_value()
                            .into_iter()
                            .map(|OtherVault { namespace, ordinal, former }| {
                                let ask = move |_| spawn_local(entry::ask_for(device, namespace.clone()));
                                let id = if former { format!("former-{ordinal}") } else { format!("person-{ordinal}") };
                                view! {
                                    <button type="button" class="button button--block" data-testid=id on:click=ask>
                                        {move || person(ordinal, former)}
                                    </button>
                                }
                            })
                            .collect_view()
                    }}
                </section>
            </Show>
            <a class="button button--block" href=SIGN_IN rel="external" data-testid="other-person">{t(text::OTHER_PERSON)}</a>
        </main>
    }
}

/// What a forgotten PIN costs, and the way on.
#[component]
fn Forgotten(
    /// The vault.
    namespace: StoredValue<String>,
    /// No other way is left.
    open: Signal<bool>,
    /// A passkey opens the vault, until this way is taken.
    has_passkey: bool,
) -> impl IntoView {
    let offline = RwSignal::new(false);
    let locale = context::locale();
    let cost = move || if has_passkey && !open.get() { text::FORGOTTEN_PASSKEY } else { text::FORGOTTEN_LOSS }.get(locale.get());
    let go_on = move |_| {
        offline.set(false);
        spawn_local(async move {
            if entry::forgotten(&namespace.get_value()).await {
                go(SIGN_IN);
            } else {
                let _ = offline.try_set(true);
            }
        });
    };
    view! {
        <details class="lock-more" open=move || open.get() data-testid="pin-forgotten">
            <summary>{t(text::FORGOTTEN)}</summary>
            <div class="stack stack--tight">
                <p data-testid="pin-forgotten-cost">{cost}</p>
                <Show when=move || offline.get()><p class="form-field__error" role="alert">{t(text::FORGOTTEN_OFFLINE)}</p></Show>
                <button type="button" class="button button--block" data-testid="pin-forgotten-go" on:click=go_on>{t(text::FORGOTTEN_GO)}</button>
            </div>
        </details>
    }
}

/// Lets the wait run out while somebody looks at the screen; written down at each step, so that a restart begins where this one stopped.
fn count_down(namespace: StoredValue<String>, attempts: RwSignal<Attempts>) {
    spawn_local(async move {
        let mut last = clock::monotonic_ms();
        while attempts.try_get_untracked().is_some_and(|attempts| attempts.wait_left_ms > 0) {
            sleep_ms(attempts.try_get_untracked().map_or(0, |attempts| attempts.wait_left_ms.min(TICK_MS))).await;
            let now = clock::monotonic_ms();
            let elapsed = now - last;
            last = now;
            let visible =
                web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.visibility_state() == VisibilityState::Visible);
            let Some(namespace) = namespace.try_get_value().filter(|_| visible) else { continue };
            // A store that fails now lets nobody in earlier.
            if let Ok(left) = entry::waited(&namespace, elapsed).await {
                let _ = attempts.try_set(left);
            }
        }
    });
}
