//! What the gate opens on: notices, the screen of the address, and the panel of comforts.

use leptos::prelude::*;

use super::{
    building_screen::BuildingScreen,
    comfort::{ComfortSheet, Comforts},
    context::{self, t},
    notices::Notices,
    outbox_screen::OutboxScreen,
    place_screen::PlaceScreen,
    round_screen::RoundScreen,
    use_book::OpenBook,
    way::Screen,
};
use crate::texts::field;

/// Every screen behind the gate, for as long as it is open. The building last opened is forgotten with them: the phone is locked, or in other hands.
pub fn screens() -> AnyView {
    provide_context(OpenBook::new());
    expect_context::<Comforts>().read();
    view! { <Notices /> <ShownScreen /> <ComfortSheet /> }.into_any()
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
