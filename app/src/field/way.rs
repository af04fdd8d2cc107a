//! Where in the field app the person is: four addresses, read from the browser and written to it.
//!
//! Not the general router: for four screens that never load anything, what it carries (nested routes, asynchronous ones, their views) is a tenth of the
//! whole program on the wire.

use casework::ids::BuildingId;
use inspection_grid::Place;
use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

const ROUND: &str = "/terrain";
/// Any other asks the browser for another tab, as keys held down do.
const MAIN_BUTTON: i16 = 0;

/// A screen of the field app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Round,
    Outbox,
    Building,
    Place,
    Nowhere,
}

/// What an address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub screen: Screen,
    /// Of the screens that show one; `None` when the address names none that could be.
    pub building: Option<BuildingId>,
    pub place: Option<Place>,
}

impl Way {
    /// Reads the path of an address.
    pub fn of_path(path: &str) -> Self {
        let mut parts = path.trim_matches('/').split('/');
        let to = |screen| Self { screen, building: None, place: None };
        if parts.next() != Some("terrain") {
            return to(Screen::Nowhere);
        }
        let parts: [&str; 5] = std::array::from_fn(|_| parts.next().unwrap_or_default());
        match parts {
            ["", "", "", "", ""] => to(Screen::Round),
            ["envois", "", "", "", ""] => to(Screen::Outbox),
            ["immeuble", id, "", "", ""] => Self { building: id.parse().ok(), ..to(Screen::Building) },
            ["immeuble", id, "lieu", place, ""] => Self { building: id.parse().ok(), place: place.parse().ok(), ..to(Screen::Place) },
            _ => to(Screen::Nowhere),
        }
    }
}

/// The way the person is on, from context.
#[derive(Clone, Copy)]
pub struct Here(RwSignal<Way>);

impl Here {
    /// Reads the address, and follows links and the browser's own back and forward from now on.
    pub fn follow() -> Self {
        let here = Self(RwSignal::new(address()));
        // For as long as the page lives: the handles are let go, the listeners stay.
        let _ = window_event_listener(ev::popstate, move |_| here.0.set(address()));
        let _ = window_event_listener(ev::click, move |event| here.follow_link(&event));
        here
    }

    pub fn screen(self) -> Screen {
        self.0.with(|way| way.screen)
    }

    pub fn building(self) -> Option<BuildingId> {
        self.0.with(|way| way.building)
    }

    pub fn place(self) -> Option<Place> {
        self.0.with(|way| way.place.clone())
    }

    /// Goes to an address of the field, as a link would.
    pub fn go(self, address: &str) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(address));
        }
        self.0.set(self::address());
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Goes where a link of the field leads, without a load. Any other link is the browser's.
    fn follow_link(self, event: &MouseEvent) {
        if event.default_prevented() || event.button() != MAIN_BUTTON || event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key() {
            return;
        }
        let Some(link) = event.composed_path().iter().find_map(|element| element.dyn_into::<HtmlAnchorElement>().ok()) else { return };
        let way = Way::of_path(&link.pathname());
        let is_of_field = way.screen != Screen::Nowhere && Some(link.origin()) == window().location().origin().ok();
        if !is_of_field || !link.rel().is_empty() || !link.target().is_empty() || !link.hash().is_empty() || link.has_attribute("download") {
            return;
        }
        event.prevent_default();
        self.go(&link.href());
    }
}

/// The criterion that the address leads to within its place: `?critere=HUM-01`.
pub fn criterion() -> Option<String> {
    let search = window().location().search().ok()?;
    search.strip_prefix("?critere=").filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).map(str::to_owned)
}

fn address() -> Way {
    Way::of_path(&window().location().pathname().unwrap_or_else(|_| ROUND.to_owned()))
}
