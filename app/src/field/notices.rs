//! Notices that concern the whole phone.

use leptos::prelude::*;

use super::{
    context::{self, t},
    frame::SIGN_IN,
    overrun::Overrun,
};
use crate::{
    device::{
        editor,
        state::Net,
        worker::{self, AppKept},
    },
    texts::{self, errors, field},
};

/// Above every screen.
#[component]
pub fn Notices() -> impl IntoView {
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
            <Show when=move || device.room_short.get()>
                <div class="notice notice--warning" role="status" data-testid="room-short"><p>{t(field::ROOM_SHORT)}</p></div>
            </Show>
            <Show when=move || device.app_kept.get() == AppKept::Failed>
                <div class="notice notice--warning" role="status" data-testid="app-not-kept"><p>{t(field::APP_NOT_KEPT)}</p></div>
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
