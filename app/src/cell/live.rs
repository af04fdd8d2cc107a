//! How the board stays up to date in the browser: server-sent events say that something changed, the board is then read again.
//! On the server nothing runs: the page is what it was when it was rendered.

use std::collections::BTreeSet;

use casework::{clock::Timestamp, ids::EscalationId, wire::v1::Board};
use leptos::prelude::*;

use crate::texts::{Locale, Text, cell};

/// Whether what is on the screen is what the server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "browser"), expect(dead_code, reason = "the server only ever renders `Connecting`"))]
pub enum LiveState {
    Connecting,
    Live,
    /// The connection was lost and is being made again.
    Reconnecting,
    /// Connected, but the last reading failed.
    Stale,
}

impl LiveState {
    /// Stable code, for tests and style sheets.
    pub fn code(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Reconnecting => "reconnecting",
            Self::Stale => "stale",
        }
    }

    /// What the person reads.
    pub fn text(self) -> Text {
        match self {
            Self::Connecting => cell::LIVE_CONNECTING,
            Self::Live => cell::LIVE_ON,
            Self::Reconnecting => cell::LIVE_RECONNECTING,
            Self::Stale => cell::LIVE_STALE,
        }
    }
}

/// What the live board writes to.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "browser"), expect(dead_code, reason = "read in the browser only"))]
pub struct Live {
    pub board: RwSignal<Board>,
    /// Server time, each second.
    pub now: RwSignal<Option<Timestamp>>,
    pub state: RwSignal<LiveState>,
    /// Escalations that came while the page was open and wait for an answer.
    pub arrived: RwSignal<BTreeSet<EscalationId>>,
    /// Said at once by screen readers.
    pub announcement: RwSignal<String>,
    pub locale: Locale,
}

/// Begins to follow the board once the page is hydrated.
#[cfg(feature = "browser")]
pub use browser::start;

/// The server's page is what it was when it was rendered.
#[cfg(not(feature = "browser"))]
pub fn start(_live: Live) {}

#[cfg(feature = "browser")]
mod browser {
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
        time::Duration,
    };

    use casework::{escalation::EscalationStage, wire::v1::EscalationRow};

    use super::{Board, Live, LiveState, Timestamp, cell};
    use crate::{
        gateway::{
            AnyGateway,
            http::{Events, EventsSignal, events},
        },
        texts::{self, common},
        ui::place,
    };
    use leptos::{prelude::*, task::spawn_local};
    use send_wrapper::SendWrapper;

    const EVENTS_PATH: &str = "/api/v1/emergency/events";
    const TICK: Duration = Duration::from_secs(1);
    /// The board is read again at least this often, whatever the events say: ticks of one second.
    const READ_EVERY_TICKS: u32 = 30;
    /// While the connection is lost, reading is the only way to know.
    const READ_EVERY_TICKS_OFFLINE: u32 = 5;
    const RECONNECT_MIN: Duration = Duration::from_secs(1);
    const RECONNECT_MAX: Duration = Duration::from_secs(30);

    /// The moving parts of one open board.
    struct Follower {
        live: Live,
        gateway: AnyGateway,
        connection: RefCell<Option<Events>>,
        connected: Cell<bool>,
        reconnect_after: Cell<Duration>,
        reading: Cell<bool>,
        /// Something changed while the board was being read.
        read_again: Cell<bool>,
        ticks: Cell<u32>,
        /// Browser clock when the board's `now` was received: only its differences count.
        received_ms: Cell<f64>,
    }

    pub fn start(live: Live) {
        let Some(gateway) = use_context::<AnyGateway>() else { return };
        let follower = Rc::new(Follower {
            live,
            gateway,
            connection: RefCell::new(None),
            connected: Cell::new(false),
            reconnect_after: Cell::new(RECONNECT_MIN),
            reading: Cell::new(false),
            read_again: Cell::new(false),
            ticks: Cell::new(0),
            received_ms: Cell::new(js_sys::Date::now()),
        });
        // An effect runs after hydration: the first paint is the server's, character for character.
        let in_effect = SendWrapper::new(follower.clone());
        Effect::new(move |_| {
            connect(&in_effect);
            let ticking = Rc::clone(&in_effect);
            if let Ok(handle) = set_interval_with_handle(move || tick(&ticking), TICK) {
                let handle = SendWrapper::new(handle);
                on_cleanup(move || handle.clear());
            }
        });
        // A phone that slept, or a page brought back from the browser's memory, reads at once.
        for event in ["visibilitychange", "pageshow", "online"] {
            let woken = SendWrapper::new(follower.clone());
            let listener = window_event_listener_untyped(event, move |_| read(&woken));
            on_cleanup(move || listener.remove());
        }
        let closing = SendWrapper::new(follower);
        on_cleanup(move || drop(closing.connection.take()));
    }

    fn connect(follower: &Rc<Follower>) {
        let heard = Rc::downgrade(follower);
        let connection = events(EVENTS_PATH, move |signal| {
            if let Some(follower) = heard.upgrade() {
                hear(&follower, signal);
            }
        });
        match connection {
            Ok(connection) => {
                follower.connection.replace(Some(connection));
            }
            Err(_) => reconnect(follower),
        }
    }

    fn hear(follower: &Rc<Follower>, signal: EventsSignal) {
        match signal {
            EventsSignal::Open => {
                follower.connected.set(true);
                follower.reconnect_after.set(RECONNECT_MIN);
                // What happened before the connection was made is read too.
                read(follower);
            }
            EventsSignal::Changed => read(follower),
            EventsSignal::Lost { closed } => {
                follower.connected.set(false);
                follower.live.state.set(LiveState::Reconnecting);
                // The browser retries by itself, except after an HTTP error.
                if closed {
                    reconnect(follower);
                }
            }
        }
    }

    fn reconnect(follower: &Rc<Follower>) {
        let wait = follower.reconnect_after.get();
        follower.reconnect_after.set((wait * 2).min(RECONNECT_MAX));
        let follower = Rc::clone(follower);
        set_timeout(move || connect(&follower), wait);
    }

    fn tick(follower: &Rc<Follower>) {
        let since_ms = js_sys::Date::now() - follower.received_ms.get();
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds since the last reading, far below 2^53")]
        let since_ms = since_ms.max(0.0) as i64;
        let read_at = follower.live.board.with_untracked(|board| board.now);
        follower.live.now.set(Some(read_at.plus_ms(since_ms)));

        let ticks = follower.ticks.get() + 1;
        let every = if follower.connected.get() { READ_EVERY_TICKS } else { READ_EVERY_TICKS_OFFLINE };
        if ticks >= every {
            read(follower);
        } else {
            follower.ticks.set(ticks);
        }
    }

    /// Reads the board again; once more when something changed meanwhile.
    fn read(follower: &Rc<Follower>) {
        if follower.reading.replace(true) {
            follower.read_again.set(true);
            return;
        }
        follower.ticks.set(0);
        let follower = Rc::clone(follower);
        spawn_local(async move {
            let answer = follower.gateway.board().await;
            follower.reading.set(false);
            match answer {
                Ok(board) => {
                    receive(&follower, board);
                    follower.live.state.set(if follower.connected.get() { LiveState::Live } else { LiveState::Reconnecting });
                }
                Err(_) => follower.live.state.set(if follower.connected.get() { LiveState::Stale } else { LiveState::Reconnecting }),
            }
            if follower.read_again.replace(false) {
                read(&follower);
            }
        });
    }

    fn receive(follower: &Follower, board: Board) {
        let live = follower.live;
        let known = live.board.with_untracked(|before| before.open.iter().chain(&before.recent).map(|row| row.id).collect::<Vec<_>>());
        let fresh: Vec<&EscalationRow> = board.open.iter().filter(|row| !known.contains(&row.id)).collect();
        let to_reach = |board: &Board| board.overdue_visits.iter().filter(|visit| visit.to_reach).map(|visit| visit.visit_id).collect::<Vec<_>>();
        let late = live.board.with_untracked(to_reach);
        let overdue = board.overdue_visits.iter().filter(|visit| visit.to_reach && !late.contains(&visit.visit_id));
        let overdue = overdue.map(|visit| texts::fill(cell::ANNOUNCE_OVERDUE.get(live.locale), &[("address", &visit.address)]));
        let sentences: Vec<String> = fresh.iter().map(|row| announcement(row, live)).chain(overdue).collect();
        if !sentences.is_empty() {
            live.announcement.set(sentences.join(" "));
        }
        live.arrived.update(|arrived| {
            arrived.extend(fresh.iter().map(|row| row.id));
            // Once somebody has answered, it is no longer news.
            arrived.retain(|id| board.open.iter().any(|row| row.id == *id && row.stage == EscalationStage::Raised));
        });
        follower.received_ms.set(js_sys::Date::now());
        live.now.set(Some(Timestamp(board.now.0)));
        live.board.set(board);
    }

    fn announcement(row: &EscalationRow, live: Live) -> String {
        let template = if row.exercise { cell::ANNOUNCE_NEW_EXERCISE } else { cell::ANNOUNCE_NEW };
        let place = place::name_of_wire(&row.place, row.door.as_deref(), live.locale);
        let place = if place.is_empty() { common::UNKNOWN.get(live.locale).to_owned() } else { place };
        texts::fill(template.get(live.locale), &[("address", &row.address), ("place", &place)])
    }
}
