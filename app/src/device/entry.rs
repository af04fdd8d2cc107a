//! Who holds this phone: from the start of the page to an open vault, and back to the lock screen.

use std::{cell::Cell, sync::Arc};

use casework::wire::v1::AccountView;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::BroadcastChannel;

use super::{
    clock,
    idb::StoreError,
    leave, migrate,
    records::meta,
    state::{Choosing, ChoosingReason, Device, Locked, Opening, OtherVault, PasskeyState, Unsent},
    store,
    timers::sleep_ms,
    vault::{
        self,
        crypt::{self, Key},
        directory::{self, Tried, VaultRow},
        pin::Attempts,
    },
    waiting,
};
use crate::{behind, gateway::sync};

/// Tabs of one phone lock together.
const CHANNEL: &str = "brigade-vault";

thread_local! {
    /// Raised by every opening and locking, so that the end of an earlier one does not act on a later one.
    static TURN: Cell<u32> = const { Cell::new(0) };
    /// The person chose on the lock screen whose vault to open: the session does not choose for them any more.
    static CHOSEN: Cell<bool> = const { Cell::new(false) };
}

fn next_turn() -> u32 {
    let turn = TURN.get().wrapping_add(1);
    TURN.set(turn);
    turn
}

async fn locked(row: &VaultRow, rows: &[VaultRow]) -> Opening {
    let mut others = Vec::new();
    for other in rows.iter().filter(|other| other.namespace != row.namespace) {
        // A forgotten PIN may come back to mind: as long as its vault has unsent work, it can be tried.
        if !other.set_aside || directory::unsent(&other.namespace).await.unwrap_or(0) > 0 {
            others.push(OtherVault { namespace: other.namespace.clone(), ordinal: other.ordinal, former: other.set_aside });
        }
    }
    // Not knowing how much waits must not keep anybody out.
    let unsent = directory::unsent(&row.namespace).await.unwrap_or(0);
    Opening::Locked(Locked {
        namespace: row.namespace.clone(),
        ordinal: row.ordinal,
        former: row.set_aside,
        others,
        attempts: row.attempts,
        passkey: row.usable_passkey().cloned(),
        unsent,
    })
}

/// What the screen shows before anybody has given a PIN.
///
/// # Errors
/// When the store fails.
pub async fn look(device: Device) -> Result<(), StoreError> {
    let rows = directory::rows().await?;
    let current = directory::current().await?;
    let asked = rows.iter().find(|row| Some(&row.namespace) == current.as_ref()).or_else(|| rows.iter().find(|row| !row.set_aside));
    device.opening.set(match asked {
        Some(row) => locked(row, &rows).await,
        None => match migrate::owner().await? {
            Some(account) => Opening::Choosing(Choosing { account, reason: ChoosingReason::Unlocked }),
            None => Opening::Nobody,
        },
    });
    Ok(())
}

/// The server says who is signed in while no vault is open: theirs is asked for, or a PIN for a new one.
pub async fn arrived(device: Device, account: AccountView) {
    // A failure of the store leaves the screen as it is; the next contact tries again.
    let _ = try_arrived(device, account).await;
}

async fn try_arrived(device: Device, account: AccountView) -> Result<(), StoreError> {
    if CHOSEN.get() || matches!(device.opening.get_untracked(), Opening::Ready | Opening::Revoked | Opening::Refused(_)) {
        return Ok(());
    }
    let rows = directory::rows().await?;
    let own = rows.iter().find(|row| row.account_id == account.id && !row.set_aside);
    let shown = match own {
        Some(row) if !row.forgotten => {
            if device.opening.with_untracked(|opening| matches!(opening, Opening::Locked(shown) if shown.namespace == row.namespace)) {
                return Ok(());
            }
            directory::make_current(&row.namespace).await?;
            locked(row, &rows).await
        }
        Some(_) => Opening::Choosing(Choosing { account, reason: ChoosingReason::Forgotten }),
        None => {
            let reason = match migrate::owner().await? {
                Some(owner) if owner.id == account.id => ChoosingReason::Unlocked,
                Some(_) => {
                    // Somebody else's from before the lock: forgotten here once the server has it all, as it always was.
                    migrate::forget_if_sent().await?;
                    ChoosingReason::First
                }
                None => ChoosingReason::First,
            };
            Opening::Choosing(Choosing { account, reason })
        }
    };
    if vault::current().is_none() && device.opening.with_untracked(|opening| *opening != shown) {
        device.opening.set(shown);
    }
    Ok(())
}

/// Another person of this phone, from the lock screen.
pub async fn ask_for(device: Device, namespace: String) {
    CHOSEN.set(true);
    if directory::make_current(&namespace).await.is_ok() {
        // What cannot be read now is tried again by hand.
        let _ = look(device).await;
    }
}

/// Back to the lock screen, from choosing a new PIN: the old one came back to mind.
pub async fn remembered(device: Device) {
    CHOSEN.set(true);
    let _ = look(device).await;
}

/// Tries a PIN. `Ok(None)` when the vault is open; what is left to wait otherwise.
///
/// # Errors
/// When the store fails, or the phone has not the memory to turn the PIN into a key.
pub async fn unlock(device: Device, namespace: String, pin: String) -> Result<Option<Attempts>, StoreError> {
    // One frame, so that the screen says what is going on before the processor is busy.
    sleep_ms(30).await;
    match directory::try_pin(&namespace, &pin).await? {
        Tried::Refused(attempts) => Ok(Some(attempts)),
        Tried::Open(row, key) => {
            shown(device, row, &key).await?;
            Ok(None)
        }
    }
}

/// Opens a vault with its data key, for the app and at the next start.
///
/// # Errors
/// When the store fails.
pub async fn open(device: Device, row: VaultRow, key: &Key) -> Result<(), StoreError> {
    directory::make_current(&row.namespace).await?;
    shown(device, row, key).await
}

async fn shown(device: Device, row: VaultRow, key: &Key) -> Result<(), StoreError> {
    vault::enter(vault::with_key(row.namespace, row.account_id, key).await);
    enter(device).await
}

/// Counts down the wait of the lock screen.
///
/// # Errors
/// When the store fails.
pub async fn waited(namespace: &str, elapsed_ms: i64) -> Result<Attempts, StoreError> {
    directory::update(namespace, |row| row.attempts = row.attempts.waited(elapsed_ms)).await.map(|row| row.attempts)
}

/// Makes a vault under a new PIN, and opens it.
///
/// # Errors
/// When the store fails, or the phone has not the memory to turn the PIN into a key.
pub async fn choose(device: Device, choosing: Choosing, pin: String) -> Result<(), StoreError> {
    sleep_ms(30).await;
    let key = vault::new_key()?;
    let row = directory::create(choosing.account.id, &pin, &key).await?;
    vault::enter(vault::with_key(row.namespace, row.account_id, &key).await);
    store::set_meta(meta::ACCOUNT, &choosing.account).await?;
    enter(device).await?;
    device.passkey_proposed.set(true);
    Ok(())
}

/// What follows an opening, as soon as the screens behind the gate are here.
///
/// # Errors
/// When the store fails.
pub async fn enter(device: Device) -> Result<(), StoreError> {
    next_turn();
    CHOSEN.set(false);
    if let Ok(behind) = behind::load().await {
        return (behind.enter)(device).await;
    }
    device.opening.set(Opening::Incomplete);
    Ok(())
}

/// Locks this tab and the others: the screens go first, so that what they were writing is kept, then the keys.
pub async fn lock(device: Device) {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        let _ = channel.post_message(&JsValue::from_str("lock"));
        channel.close();
    }
    lock_here(device).await;
}

async fn lock_here(device: Device) {
    if vault::current().is_none() {
        return;
    }
    let turn = next_turn();
    if look(device).await.is_err() {
        // Nothing can be read now: at least nothing more is shown.
        device.opening.set(Opening::Opening);
    }
    leave::settle_writes(device).await;
    if TURN.get() == turn {
        vault::close();
        forget_shown(device);
        // The screen counts again, with what was just written.
        if device.opening.with_untracked(|opening| *opening != Opening::Revoked) {
            let _ = look(device).await;
        }
    }
}

/// Empties what the screens hold in memory.
pub fn forget_shown(device: Device) {
    waiting::forget();
    device.account.set(None);
    device.round.set(Arc::new(Vec::new()));
    device.round_read.set(false);
    device.unsent.set(Arc::new(Unsent::default()));
    device.passkey.set(PasskeyState::Unavailable);
    device.passkey_proposed.set(false);
    device.today.set(clock::today());
}

/// The PIN is forgotten: ends the session, so that only the password opens what follows. `false` without a network.
pub async fn forgotten(namespace: &str) -> bool {
    sync::sign_out().await.is_ok() && directory::update(namespace, |row| row.forgotten = true).await.is_ok()
}

/// Locks when another tab does; once per page.
pub fn listen(device: Device) {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
    let heard = Closure::<dyn FnMut()>::new(move || spawn_local(lock_here(device)));
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Lives as long as the page, and the channel with it.
    heard.forget();
    std::mem::forget(channel);
}

/// Whether two PINs typed one after the other may become the PIN: for the screen, before [`choose`].
pub use vault::pin::{FAILURES_MAX, PIN_DIGITS_MAX, PIN_DIGITS_MIN, PinFault, check_pin};

/// Cost of a PIN, for the figures.
pub const COST: crypt::Cost = crypt::Cost::PHONE;
