//! What surrounds every field screen: the strip, and the gate before them.

use leptos::{prelude::*, task::spawn_local};

use super::{
    context::{self, t},
    lock::{ChooseScreen, EmergencyCalls, LockScreen, RevokedScreen},
    sync_strip::SyncStrip,
};
use crate::{
    behind,
    device::{
        entry,
        state::{Choosing, Locked, Net, Opening},
    },
    texts::{self, field},
};

pub const SIGN_IN: &str = "/connexion?next=/terrain";

/// Frame of the field app.
#[component]
pub fn FieldFrame() -> impl IntoView {
    let device = context::device();
    let gate = Memo::new(move |_| match device.opening.get() {
        _ if device.updating.get() => Gate::Updating,
        Opening::Nobody | Opening::Choosing(_) if device.private.get() => Gate::Private,
        Opening::Refused(detail) => Gate::NoStore(detail),
        Opening::Opening => Gate::Opening,
        Opening::Incomplete => Gate::Incomplete,
        Opening::Ready => Gate::Open,
        Opening::Locked(locked) => Gate::Locked(locked),
        Opening::Choosing(choosing) => Gate::Choosing(choosing),
        Opening::Revoked => Gate::Revoked,
        Opening::Nobody => match device.status.with(|status| status.net.clone()) {
            Net::Unknown | Net::Online => Gate::Opening,
            Net::SignInNeeded => Gate::SignIn,
            Net::Offline | Net::OtherAccount(_) | Net::Trouble(_) => Gate::NobodyOffline,
        },
    });
    let is_shown = Memo::new(move |_| gate.with(|gate| *gate != Gate::Opening));
    Effect::new(move || {
        if is_shown.get() {
            behind::preload();
        }
    });
    view! {
        <div class="field">
            // Before a PIN there is nothing to lead to.
            <Show when=move || !gate.with(Gate::is_lock)><SyncStrip /></Show>
            {move || match gate.get() {
                Gate::Opening => view! { <p class="field-page muted" data-testid="opening">{t(field::LOADING)}</p> }.into_any(),
                Gate::Updating => view! { <p class="field-page muted" role="status" data-testid="updating">{t(field::UPDATING)}</p> }.into_any(),
                Gate::Open => behind::loaded().map(|behind| (behind.screens)()).into_any(),
                Gate::Incomplete => view! { <Incomplete /> }.into_any(),
                Gate::Locked(locked) => view! { <LockScreen locked=locked /> }.into_any(),
                Gate::Choosing(choosing) => view! { <ChooseScreen choosing=choosing /> }.into_any(),
                Gate::Revoked => view! { <RevokedScreen /> }.into_any(),
                Gate::NoStore(detail) => view! { <NoStore detail=detail /> }.into_any(),
                Gate::Private => view! { <PrivateWindow /> }.into_any(),
                Gate::SignIn => view! { <Nobody online=true /> }.into_any(),
                Gate::NobodyOffline => view! { <Nobody online=false /> }.into_any(),
            }}
        </div>
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Gate {
    Opening,
    Updating,
    Private,
    Incomplete,
    Open,
    Locked(Locked),
    Choosing(Choosing),
    Revoked,
    NoStore(String),
    SignIn,
    NobodyOffline,
}

impl Gate {
    fn is_lock(&self) -> bool {
        matches!(self, Self::Incomplete | Self::Locked(_) | Self::Choosing(_) | Self::Revoked | Self::Private)
    }
}

/// The network was lost in the very first visit, before the second half of the program was here.
#[component]
fn Incomplete() -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let fetching = RwSignal::new(false);
    let again = move |_| {
        fetching.set(true);
        spawn_local(async move {
            // The same screen is left when the network still is not there.
            if entry::enter(device).await.is_err() {
                device.opening.set(Opening::Incomplete);
            }
            let _ = fetching.try_set(false);
        });
    };
    view! {
        <main class="field-page">
            <div class="notice notice--warning" role="alert" data-testid="incomplete">
                <h1 class="notice__title">{t(field::INCOMPLETE_TITLE)}</h1>
                <p>{t(field::INCOMPLETE_TEXT)}</p>
                <button
                    type="button"
                    class="button button--primary button--large"
                    data-testid="incomplete-retry"
                    disabled=move || fetching.get()
                    on:click=again
                >
                    {move || if fetching.get() { field::LOADING } else { field::INCOMPLETE_RETRY }.get(locale.get())}
                </button>
                // Where the program has changed meanwhile, only a new start finds its other half.
                <a class="button button--large" href="/terrain" rel="external">{t(field::RELOAD)}</a>
            </div>
            <EmergencyCalls />
        </main>
    }
}

#[component]
fn NoStore(
    /// What the browser said.
    detail: String,
) -> impl IntoView {
    let locale = context::locale();
    view! {
        <main class="field-page">
            <div class="notice notice--error" data-testid="store-refused">
                <h1 class="notice__title">{t(field::STORE_REFUSED_TITLE)}</h1>
                <p>{t(field::STORE_REFUSED_TEXT)}</p>
                <p class="small muted">{move || texts::fill(field::STORE_REFUSED_DETAIL.get(locale.get()), &[("detail", &detail)])}</p>
                <a class="button" href="/terrain" rel="external">{t(field::RELOAD)}</a>
            </div>
        </main>
    }
}

/// Offline work is refused where it would be lost, and the person told what to do instead.
#[component]
fn PrivateWindow() -> impl IntoView {
    let device = context::device();
    view! {
        <main class="field-page">
            <div class="notice notice--error" data-testid="private-window">
                <h1 class="notice__title">{t(field::PRIVATE_TITLE)}</h1>
                <p>{t(field::PRIVATE_TEXT)}</p>
                <p>{t(field::PRIVATE_MISTAKEN)}</p>
                <button type="button" class="button button--large" data-testid="not-private" on:click=move |_| device.private.set(false)>
                    {t(field::PRIVATE_GO_ON)}
                </button>
            </div>
        </main>
    }
}

#[component]
fn Nobody(
    /// The server was reached and knows nobody.
    online: bool,
) -> impl IntoView {
    view! {
        <main class="field-page">
            <div class="notice notice--info" data-testid=if online { "sign-in-needed" } else { "nobody-offline" }>
                <h1 class="notice__title">{t(field::NOBODY_OFFLINE_TITLE)}</h1>
                <p>{t(field::NOBODY_OFFLINE_TEXT)}</p>
                <a class="button button--primary button--large" href=if online { SIGN_IN } else { "/terrain" } rel="external">
                    {t(if online { field::SIGN_IN } else { field::RELOAD })}
                </a>
            </div>
        </main>
    }
}
