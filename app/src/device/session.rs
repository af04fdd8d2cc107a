//! Whose phone this is. The server says it when it is reached; offline, the last answer holds.

use leptos::prelude::*;

use super::{
    records::meta,
    state::{Device, Net},
    store,
};
use crate::gateway::{http::FetchError, sync};

/// Asks the server who is signed in. Says whether sending may go on.
pub async fn check(device: Device) -> bool {
    match sync::session().await {
        Ok(session) => adopt(device, session.account).await,
        Err(error) if sync::is_sign_in_required(&error) => {
            device.set_net(Net::SignInNeeded);
            false
        }
        Err(FetchError::Refused(error)) => {
            device.set_net(Net::Trouble(error));
            false
        }
        Err(FetchError::Unreachable) => {
            device.set_net(Net::Offline);
            false
        }
    }
}

/// Takes an account. What another person left unsent is never sent in this one's name, nor shown to them once it is sent.
async fn adopt(device: Device, account: casework::wire::v1::AccountView) -> bool {
    let known = device.account.get_untracked();
    if let Some(known) = known.filter(|known| known.id != account.id) {
        let unsent = store::outbox().await.map_or(true, |rows| !rows.is_empty()) || store::photos_waiting().await.map_or(true, |photos| !photos.is_empty());
        if unsent {
            device.set_net(Net::OtherAccount(known.display_name));
            return false;
        }
        if store::forget_everything().await.is_err() {
            return false;
        }
    }
    if device.account.with_untracked(|known| known.as_ref() != Some(&account)) {
        // Remembered for offline starts; a failure only means asking again.
        let _ = store::set_meta(meta::ACCOUNT, &account).await;
        device.account.set(Some(account));
    }
    device.set_net(Net::Online);
    true
}
