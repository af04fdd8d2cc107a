//! What surrounds every field screen: strip, notices, and the gate before them.

use leptos::prelude::*;

use super::{
    building_screen::BuildingScreen,
    comfort::ComfortSheet,
    context::{self, t},
    lock::{ChooseScreen, LockScreen, RevokedScreen},
    outbox_screen::OutboxScreen,
    overrun::Overrun,
    place_screen::PlaceScreen,
    round_screen::RoundScreen,
    sync_strip::SyncStrip,
    way::Screen,
};
use crate::{
    device::{
        editor,
        state::{Choosing, Locked, Net, Opening},
        storage::Room,
        worker,
    },
    texts::{self, errors, field},
};

const SIGN_IN: &str = "/connexion?next=/terrain";

/// Frame of the field app.
#[component]
pub fn FieldFrame() -> impl IntoView {
    let device = context::device();
    let gate = Memo::new(move |_| match device.opening.get() {
        _ if device.updating.get() => Gate::Updating,
        Opening::Nobody | Opening::Choosing(_) if device.private.get() => Gate::Private,
        Opening::Refused(detail) => Gate::NoStore(detail),
        Opening::Opening => Gate::Opening,
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
    view! {
        <div class="field">
            // Before a PIN there is nothing to lead to.
            <Show when=move || !gate.with(Gate::is_lock)><SyncStrip /></Show>
            {move || match gate.get() {
                Gate::Opening => view! { <p class="field-page muted" data-testid="opening">{t(field::LOADING)}</p> }.into_any(),
                Gate::Updating => view! { <p class="field-page muted" role="status" data-testid="updating">{t(field::UPDATING)}</p> }.into_any(),
                Gate::Open => view! { <Notices /> <ShownScreen /> <ComfortSheet /> }.into_any(),
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

/// The screen of the address. From one building or place to another the screen stays, and follows what the address names.
#[component]
fn ShownScreen() -> impl IntoView {
    let here = context::here();
    let screen = Memo::new(move |_| here.screen());
    move || match screen.get() {
        Screen::Round => view! { <RoundScreen /> }.into_any(),
        Screen::Outbox => view! { <OutboxScreen /> }.into_any(),
        Screen::Building => view! { <BuildingScreen /> }.into_any(),
        Screen::Place => view! { <PlaceScreen /> }.into_any(),
        Screen::Nowhere => view! { <p class="field-page">{t(field::NOT_FOUND)}</p> }.into_any(),
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Gate {
    Opening,
    Updating,
    Private,
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
        matches!(self, Self::Locked(_) | Self::Choosing(_) | Self::Revoked | Self::Private)
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

/// Notices that concern the whole phone.
#[component]
fn Notices() -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let net = Memo::new(move |_| device.status.with(|status| status.net.clone()));
    // Nothing typed, nothing on its way: only then may the page be replaced.
    let idle = Memo::new(move |_| device.writing.get() == 0 && device.status.with(|status| status.pending() == 0 && !status.sending));
    let has_news = Memo::new(move |_| device.news.with(|news| !news.of(locale.get()).is_empty()));
    // A note that this very press ended is being kept: the next press installs.
    let install = move |_| {
        if idle.get_untracked() {
            worker::activate(device);
        }
    };
    let account_notice = move || match net.get() {
        Net::SignInNeeded => Some(
            view! {
                <div class="notice notice--warning" role="status" data-testid="sign-in-again">
                    <p>{t(field::SIGN_IN_AGAIN)}</p>
                    <a class="button" href=SIGN_IN rel="external">{t(field::SIGN_IN)}</a>
                </div>
            }
            .into_any(),
        ),
        Net::OtherAccount(name) => Some(
            view! {
                <div class="notice notice--warning" role="status" data-testid="other-account">
                    <p>{move || texts::fill(field::OTHER_ACCOUNT_TEXT.get(locale.get()), &[("name", &name)])}</p>
                    <a class="button" href=SIGN_IN rel="external">{t(field::SIGN_IN)}</a>
                </div>
            }
            .into_any(),
        ),
        Net::Trouble(error) => {
            Some(view! { <div class="notice notice--warning" role="status"><p>{move || errors::sentence(&error, locale.get())}</p></div> }.into_any())
        }
        Net::Unknown | Net::Online | Net::Offline => None,
    };
    view! {
        <div class="field-notices">
            <Overrun />
            {account_notice}
            <Show when=move || !device.editor.get()>
                <div class="notice notice--warning" role="status" data-testid="read-only">
                    <p>{t(field::READ_ONLY)}</p>
                    <button type="button" class="button" data-testid="take-over" on:click=move |_| editor::take_over(device)>{t(field::TAKE_OVER)}</button>
                </div>
            </Show>
            <Show when=move || device.room.get().is_some_and(Room::is_short)>
                <div class="notice notice--warning" role="status" data-testid="room-short"><p>{t(field::ROOM_SHORT)}</p></div>
            </Show>
            <Show when=move || device.update_ready.get()>
                <div class="notice notice--info" role="status" data-testid="update-ready">
                    <p class="notice__title">{t(field::UPDATE_READY)}</p>
                    <Show when=move || has_news.get()>
                        <details class="disclosure" data-testid="update-news">
                            <summary>{t(field::UPDATE_NEWS)}</summary>
                            <div class="disclosure__body">
                                <ul>
                                    {move || {
                                        device.news.with(|news| news.of(locale.get()).iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view())
                                    }}
                                </ul>
                            </div>
                        </details>
                    </Show>
                    <Show when=move || idle.get() fallback=move || view! { <p data-testid="update-waits">{t(field::UPDATE_WAITS)}</p> }>
                        <button type="button" class="button" data-testid="update-install" on:click=install>
                            {t(field::UPDATE_INSTALL)}
                        </button>
                    </Show>
                </div>
            </Show>
        </div>
    }
}
