//! Whose phone this is. The server says it when it is reached; offline, the vault that is open.

use leptos::prelude::*;

use super::{
    entry, leave,
    records::meta,
    report, revocation,
    state::{Device, Net},
    store, vault,
};
use crate::gateway::{http::FetchError, sync};

/// Asks the server who is signed in. Says whether sending may go on.
pub async fn check(device: Device) -> bool {
    let session = match sync::session().await {
        Ok(session) => session,
        Err(error) => return failed(device, error).await,
    };
    if leave::is_left(&session).await {
        device.set_net(Net::SignInNeeded);
        return false;
    }
    match report::send(device, session.account.id).await {
        Ok(true) => {
            revocation::obey(device).await;
            false
        }
        Err(error) if sync::is_revoked(&error) || sync::is_sign_in_required(&error) || matches!(error, FetchError::Unreachable) => failed(device, error).await,
        // The register is for the office: what keeps it from being written must not keep work here.
        Ok(false) | Err(_) => adopt(device, session.account).await,
    }
}

async fn failed(device: Device, error: FetchError) -> bool {
    match error {
        error if sync::is_revoked(&error) => revocation::obey(device).await,
        // A phone given up has lost its session too: it is still told.
        error if sync::is_sign_in_required(&error) => {
            if report::is_given_up(device).await {
                revocation::obey(device).await;
            } else {
                device.set_net(Net::SignInNeeded);
            }
        }
        FetchError::Refused(error) => device.set_net(Net::Trouble(error)),
        FetchError::Unreachable => device.set_net(Net::Offline),
    }
    false
}

/// Takes an account. What another person left here is never sent in this one's name, nor shown to them.
async fn adopt(device: Device, account: casework::wire::v1::AccountView) -> bool {
    let Some(vault) = vault::current() else {
        device.set_net(Net::Online);
        entry::arrived(device, account).await;
        return false;
    };
    if vault.account_id != account.id {
        let holder = device.account.get_untracked().map(|known| known.display_name).unwrap_or_default();
        device.set_net(Net::OtherAccount(holder));
        return false;
    }
    if device.account.with_untracked(|known| known.as_ref() != Some(&account)) {
        // Remembered for offline starts; a failure only means asking again.
        let _ = store::set_meta(meta::ACCOUNT, &account).await;
        device.account.set(Some(account));
    }
    device.set_net(Net::Online);
    true
}
