//! What waits, what was refused, and the ways out.

use leptos::{prelude::*, task::spawn_local};

use super::{
    context::{self, t},
    sync_strip::age,
};
use crate::{
    device::{
        clock,
        outbox::{self, Kick},
        records::{OutboxRow, PhotoRow, PhotoState},
        rescue::{self, RescueFault},
        store,
    },
    texts::{errors, field},
    ui::time,
};

/// The outbox.
#[component]
pub fn OutboxScreen() -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    // Read again whenever the counts change.
    let refused = context::read(move || {
        device.status.track();
        async move {
            let rows = store::outbox().await.unwrap_or_default().into_iter().filter(OutboxRow::needs_attention).collect::<Vec<_>>();
            let photos = store::photos_waiting().await.unwrap_or_default().into_iter().filter(|photo| photo.state != PhotoState::Waiting).collect::<Vec<_>>();
            (rows, photos)
        }
    });
    let oldest = move || {
        let since = device.status.with(|status| status.oldest)?;
        Some(format!("{} ({})", time::date_time(since, locale.get()), age(since, device.now.get(), locale.get())))
    };
    view! {
        <main class="field-page stack stack--loose" data-testid="outbox-screen">
            <header class="field-header">
                <div>
                    <a href="/terrain" class="back-link">{t(field::BACK_ROUND)}</a>
                    <h1>{t(field::OUTBOX_TITLE)}</h1>
                </div>
            </header>
            <Show when=move || device.status.with(|status| status.pending() + status.attention == 0)>
                <p class="notice notice--success" data-testid="outbox-empty">{t(field::OUTBOX_NOTHING)}</p>
            </Show>
            <dl class="facts">
                <div><dt>{t(field::OUTBOX_EVENTS)}</dt><dd data-testid="outbox-events">{move || device.status.with(|status| status.events)}</dd></div>
                <div><dt>{t(field::OUTBOX_PHOTOS)}</dt><dd data-testid="outbox-photos">{move || device.status.with(|status| status.photos)}</dd></div>
                <div><dt>{t(field::OUTBOX_OLDEST)}</dt><dd>{move || oldest().unwrap_or_else(|| "–".to_owned())}</dd></div>
            </dl>
            {move || refused.get().filter(|(rows, photos)| !rows.is_empty() || !photos.is_empty()).map(|(rows, photos)| view! { <Refused rows=rows photos=photos /> })}
            <Show when=move || device.status.with(|status| status.pending() + status.attention > 0)><RescueFile /></Show>
            <div class="field-actions">
                <button type="button" class="button button--primary button--large button--block" data-testid="send-now" on:click=move |_| outbox::kick(device, Kick::Full)>
                    {t(field::OUTBOX_SEND)}
                </button>
            </div>
        </main>
    }
}

/// Where the making of a file stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Making {
    Idle,
    UnderWay,
    Made,
    Fault(RescueFault),
}

/// The way out when no network will come.
#[component]
fn RescueFile() -> impl IntoView {
    let making = RwSignal::new(Making::Idle);
    let make = move |_| {
        making.set(Making::UnderWay);
        spawn_local(async move {
            making.set(match rescue::make().await {
                Ok(file) if rescue::offer(&format!("brigade-{}.secours", clock::today()), &file) => Making::Made,
                Ok(_) => Making::Fault(RescueFault::Failed),
                Err(fault) => Making::Fault(fault),
            });
        });
    };
    let said = move || match making.get() {
        Making::Idle => ().into_any(),
        Making::UnderWay => view! { <p class="small">{t(field::RESCUE_MAKING)}</p> }.into_any(),
        Making::Made => view! { <p class="notice notice--success" data-testid="rescue-made">{t(field::RESCUE_MADE)}</p> }.into_any(),
        Making::Fault(RescueFault::NoKey) => view! { <p class="notice notice--warning" data-testid="rescue-no-key">{t(field::RESCUE_NO_KEY)}</p> }.into_any(),
        Making::Fault(RescueFault::Failed) => view! { <p class="notice notice--error">{t(field::RESCUE_FAILED)}</p> }.into_any(),
    };
    view! {
        <section class="stack stack--tight">
            <h2>{t(field::RESCUE)}</h2>
            <p class="small">{t(field::RESCUE_HINT)}</p>
            <button type="button" class="button button--block" data-testid="rescue" disabled=move || making.get() == Making::UnderWay on:click=make>
                {t(field::RESCUE_MAKE)}
            </button>
            <div aria-live="polite">{said}</div>
        </section>
    }
}

/// What a person must decide.
#[component]
fn Refused(
    /// Refused and quarantined events.
    rows: Vec<OutboxRow>,
    /// Photos that the server will not have.
    photos: Vec<PhotoRow>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let retry = move |row: OutboxRow| {
        spawn_local(async move {
            if outbox::retry(&row).await.is_ok() {
                outbox::count(device).await;
                outbox::kick(device, Kick::Full);
            }
        });
    };
    let rows = rows
        .into_iter()
        .map(|row| {
            let (kind, subject) = (field::subject_kind(&row.subject), row.subject.rsplit('|').next().unwrap_or_default().to_owned());
            let code = row.code.clone();
            let said = row.message.clone();
            let reason = move || match casework::wire::v1::ErrorCode::from_code(code.as_deref().unwrap_or_default()) {
                Some(code) => errors::of(code).get(locale.get()).to_owned(),
                None => said.clone().unwrap_or_else(|| field::OUTBOX_NO_REASON.get(locale.get()).to_owned()),
            };
            let at = row.device_at;
            view! {
                <li class="card" data-testid="refused-event">
                    <p><strong>{t(kind)} " " {subject}</strong> " · " {move || time::date_time(at, locale.get())}</p>
                    <p>{reason}</p>
                    <button type="button" class="button" on:click=move |_| retry(row.clone())>{t(field::OUTBOX_RETRY)}</button>
                </li>
            }
        })
        .collect_view();
    let photos = photos
        .into_iter()
        .map(|photo| {
            let PhotoState::Refused { code } = photo.state else { return ().into_any() };
            let reason = move || match casework::wire::v1::ErrorCode::from_code(&code) {
                Some(code) => errors::of(code).get(locale.get()),
                None => field::OUTBOX_MISSING.get(locale.get()),
            };
            view! { <li class="card" data-testid="refused-photo"><p><strong>{t(field::KIND_PHOTO)} " " {photo.criterion.0.clone()}</strong></p><p>{reason}</p></li> }
                .into_any()
        })
        .collect_view();
    view! {
        <section class="stack">
            <h2>{t(field::OUTBOX_REFUSED)}</h2>
            <p class="small">{t(field::OUTBOX_REFUSED_HINT)}</p>
            <ul class="stack" role="list">{rows} {photos}</ul>
        </section>
    }
}
