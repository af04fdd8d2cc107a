//! Screens of the phone. None of them awaits the network: they read and write the device store, and sync runs beside them.

mod annotate;
mod answer_words;
mod assessment;
mod book;
mod bottom_sheet;
mod building_screen;
mod comfort;
mod conflict_box;
mod context;
mod copy_sheet;
mod criterion_card;
mod danger_banner;
mod door_form;
mod door_notes;
mod door_pairs;
mod earlier;
mod emergency_form;
mod finish_panel;
mod frame;
mod grid_box;
mod local_photo;
mod lock;
mod note_box;
mod notices;
mod other_visits;
mod outbox_screen;
mod overrun;
mod photo_box;
mod place_screen;
mod round_emergency;
mod round_screen;
mod screens;
mod search_sheet;
mod sync_strip;
mod undo;
mod use_book;
mod value_input;
mod visit_pace;
mod way;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    device::{Device, records::meta, startup, store},
    texts::{Locale, field},
};

use frame::FieldFrame;
pub use screens::screens;
use way::Here;

/// Mounts the field app in the empty body of the shell.
pub fn mount() {
    leptos::mount::mount_to_body(|| view! { <FieldApp /> });
}

/// The whole field app.
#[component]
fn FieldApp() -> impl IntoView {
    let device = Device::new();
    let locale = RwSignal::new(Locale::Fr);
    provide_context(device);
    provide_context(locale);
    provide_context(Here::follow());
    let comforts = comfort::Comforts::new();
    provide_context(comforts);
    startup::start(device);
    read_locale(locale);
    Effect::new(move || {
        let document = document();
        document.set_title(field::TITLE.get(locale.get()));
        if let Some(root) = document.document_element() {
            let _ = root.set_attribute("lang", locale.get().tag());
        }
    });
    view! {
        <FieldFrame />
    }
}

fn read_locale(locale: RwSignal<Locale>) {
    spawn_local(async move {
        if let Ok(Some(tag)) = store::meta::<String>(meta::LOCALE).await {
            locale.set(Locale::from_tag(&tag));
        }
    });
}
