//! A visit that runs over its end: the phone asks its holder, whatever the screen. Colleagues' visits are the cell's to follow, on its board.

use casework::{clock::Timestamp, ids::VisitId, wire::v1::Change};
use leptos::{prelude::*, task::spawn_local};

use super::{
    comfort,
    context::{self, t},
};
use crate::{
    device::{
        outbox::{self, Kick},
        records::{VisitRef, VisitRow},
        startup, store,
    },
    texts::{self, field_visit},
    ui::time,
};

/// What one press adds.
pub const PUT_OFF_MS: i64 = 30 * Timestamp::MINUTE_MS;

/// Whether a visit under way has passed its end.
pub fn is_past(visit: &VisitRow, now: Timestamp) -> bool {
    visit.finished_at.is_none() && visit.paused_at.is_none() && visit.expected_end.is_some_and(|end| end < now)
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Late {
    visit: VisitRef,
    address: String,
    end: Timestamp,
}

/// One notice for each visit of this phone that runs over.
#[component]
pub fn Overrun() -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let late = Memo::new(move |_| {
        let now = device.now.get();
        device.round.with(|round| {
            let of = |file: &store::BuildingFile| {
                let visit = file.visit().filter(|visit| !visit.is_only_of_others() && is_past(visit, now))?;
                Some(Late { visit: visit.reference(), address: file.sheet.address.clone(), end: visit.expected_end? })
            };
            round.iter().filter_map(of).collect::<Vec<_>>()
        })
    });
    // Felt once for each end that passes, by those who asked for it.
    Effect::new(move |known: Option<Vec<(VisitId, Timestamp)>>| {
        let now: Vec<(VisitId, Timestamp)> = late.with(|late| late.iter().map(|late| (late.visit.visit_id, late.end)).collect());
        if now.iter().any(|late| known.as_ref().is_none_or(|known| !known.contains(late))) {
            comfort::say(false);
        }
        now
    });
    let put_off = move |visit: VisitRef| {
        let expected_end = Some(device.now.get_untracked().plus_ms(PUT_OFF_MS));
        device.writing.update(|writing| *writing += 1);
        spawn_local(async move {
            let outcome = store::append(&visit, Change::VisitEndMoved { expected_end }, None).await;
            comfort::say(outcome.is_ok());
            startup::reread(device).await;
            device.writing.update(|writing| *writing -= 1);
            outbox::kick(device, Kick::Write);
        });
    };
    move || {
        late.get()
            .into_iter()
            .map(|Late { visit, address, end }| {
                let href = format!("/terrain/immeuble/{}", visit.building_id);
                let said = move || {
                    let end = time::clock(end, locale.get());
                    texts::fill(field_visit::END_PAST.get(locale.get()), &[("address", &address), ("time", &end)])
                };
                view! {
                    <div class="notice notice--warning" role="alert" data-testid="overrun">
                        <p class="notice__title"><a href=href>{said}</a></p>
                        <button type="button" class="button" disabled=move || !device.editor.get() data-testid="put-off" on:click=move |_| put_off(visit.clone())>
                            {t(field_visit::END_PUT_OFF)}
                        </button>
                    </div>
                }
            })
            .collect_view()
    }
}
