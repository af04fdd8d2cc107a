//! What every screen of the phone may know at any moment: one value in context, made of signals that live as long as the page.

use std::{collections::BTreeSet, sync::Arc};

use casework::{
    clock::Timestamp,
    ids::BuildingId,
    wire::v1::{AccountView, ApiError},
};
use leptos::prelude::*;

use super::{
    clock,
    store::BuildingFile,
    vault::{pin::Attempts, prf::Passkey},
    worker::{AppKept, News},
};

/// How far the phone has opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    Opening,
    /// The browser will not store anything: offline work is refused, with its reason.
    Refused(String),
    /// Nobody has a vault here, and the server has not said who is signed in.
    Nobody,
    /// A PIN is asked for.
    Locked(Locked),
    /// A PIN is to be chosen.
    Choosing(Choosing),
    /// A vault is open, and what shows it could not be fetched.
    Incomplete,
    /// A vault is open, and shown.
    Ready,
    /// The office gave this phone up: everything was erased.
    Revoked,
}

/// What the lock screen knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// Vault asked for.
    pub namespace: String,
    /// 1 for the first person of this phone.
    pub ordinal: u32,
    /// This vault is of a PIN that was forgotten and replaced: only unsent work is looked for in it.
    pub former: bool,
    /// The other vaults that may be opened here.
    pub others: Vec<OtherVault>,
    pub attempts: Attempts,
    /// Opens the vault beside the PIN.
    pub passkey: Option<Passkey>,
    /// Changes in the vault that the server does not have.
    pub unsent: usize,
}

/// A vault that the lock screen offers beside the one it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherVault {
    pub namespace: String,
    pub ordinal: u32,
    /// Of a forgotten PIN, with unsent work.
    pub former: bool,
}

/// For whom a PIN is chosen, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choosing {
    pub account: AccountView,
    pub reason: ChoosingReason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoosingReason {
    /// First time on this phone.
    First,
    /// The phone held work before it had a lock.
    Unlocked,
    /// The PIN was forgotten; the password was given again.
    Forgotten,
}

/// What the person of the open vault may do about a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyState {
    /// Not on this browser, or not at this address; or nothing is known yet.
    Unavailable,
    /// May be added.
    Absent,
    /// Opens the vault, and may be removed.
    Kept,
}

/// The way to the server, as last tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Net {
    /// Not tried yet.
    Unknown,
    Online,
    Offline,
    SignInNeeded,
    /// Somebody else is signed in while changes of this person (by name) wait.
    OtherAccount(String),
    /// Our server answered that it cannot.
    Trouble(ApiError),
}

/// Sync in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Events that wait for the server.
    pub events: usize,
    /// Photos that wait for the server.
    pub photos: usize,
    /// Events and photos that wait for a person.
    pub attention: usize,
    /// Phone time of the oldest event that waits.
    pub oldest: Option<Timestamp>,
    pub net: Net,
    pub sending: bool,
}

impl Status {
    pub fn pending(&self) -> usize {
        self.events + self.photos
    }
}

/// What the server does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Event ids.
    pub events: BTreeSet<String>,
    /// Buildings that those events and the waiting photos are about.
    pub buildings: BTreeSet<BuildingId>,
}

/// The phone.
#[derive(Clone, Copy)]
pub struct Device {
    pub opening: RwSignal<Opening>,
    /// Whose vault is open, as the server last said.
    pub account: RwSignal<Option<AccountView>>,
    pub round: RwSignal<Arc<Vec<BuildingFile>>>,
    /// The round has been read from the store.
    pub round_read: RwSignal<bool>,
    /// `YYYY-MM-DD` in the brigade's time zone.
    pub today: RwSignal<String>,
    pub status: RwSignal<Status>,
    pub unsent: RwSignal<Arc<Unsent>>,
    /// Phone time, renewed every half minute.
    pub now: RwSignal<Timestamp>,
    /// Raised when something else than this screen changed the store.
    pub changed: RwSignal<u32>,
    /// Writes not yet complete.
    pub writing: RwSignal<u32>,
    /// This tab may write; `false` when another tab of the app has the hand.
    pub editor: RwSignal<bool>,
    pub app_kept: RwSignal<AppKept>,
    pub update_ready: RwSignal<bool>,
    /// What the new version that waits brings.
    pub news: RwSignal<News>,
    /// The new version is taking over: the page is about to be replaced.
    pub updating: RwSignal<bool>,
    /// A visit with photos may not fit, as far as the browser says.
    pub room_short: RwSignal<bool>,
    /// The window looks private: what is kept here would vanish with it. Nobody has said otherwise.
    pub private: RwSignal<bool>,
    pub passkey: RwSignal<PasskeyState>,
    /// A PIN was just chosen: a passkey is proposed beside it, once.
    pub passkey_proposed: RwSignal<bool>,
}

impl Device {
    pub fn new() -> Self {
        let status = Status { events: 0, photos: 0, attention: 0, oldest: None, net: Net::Unknown, sending: false };
        Self {
            opening: RwSignal::new(Opening::Opening),
            account: RwSignal::new(None),
            round: RwSignal::new(Arc::new(Vec::new())),
            round_read: RwSignal::new(false),
            today: RwSignal::new(clock::today()),
            status: RwSignal::new(status),
            unsent: RwSignal::new(Arc::new(Unsent::default())),
            now: RwSignal::new(clock::now()),
            changed: RwSignal::new(0),
            writing: RwSignal::new(0),
            editor: RwSignal::new(true),
            app_kept: RwSignal::new(AppKept::Unknown),
            update_ready: RwSignal::new(false),
            news: RwSignal::new(News::default()),
            updating: RwSignal::new(false),
            room_short: RwSignal::new(false),
            private: RwSignal::new(false),
            passkey: RwSignal::new(PasskeyState::Unavailable),
            passkey_proposed: RwSignal::new(false),
        }
    }

    /// Changes the status only when it differs, so that nothing renders for nothing.
    pub fn set_net(self, net: Net) {
        if self.status.with_untracked(|status| status.net != net) {
            self.status.update(|status| status.net = net);
        }
    }
}

impl Default for Device {
    fn default() -> Self {
        Self::new()
    }
}
