//! Whose phone this is. The server says it when it is reached; offline, the vault that is open.

use std::cell::RefCell;

use casework::{clock::Timestamp, wire::v1::AccountView};
use leptos::{prelude::*, task::spawn_local};

use super::{
    clock, entry, leave, migrate,
    records::meta,
    report, revocation,
    state::{Device, Net},
    store,
    vault::{self, directory},
};
use crate::gateway::{http::FetchError, sync};

/// How long the answer of a first visit holds: its PIN is chosen, then the same would be asked again, half a second on a slow network.
const HOLDS_MS: i64 = 2 * Timestamp::MINUTE_MS;

thread_local! {
    /// Who the server said was signed in on a phone that holds nothing, and when.
    static MET: RefCell<Option<(AccountView, Timestamp)>> = const { RefCell::new(None) };
}

/// Asks the server who is signed in. Says whether sending may go on.
pub async fn check(device: Device) -> bool {
    // Used once. Should somebody else have signed in since, the server refuses what is sent: it names its person.
    if let (Some(vault), Some((account, at))) = (vault::current(), MET.take())
        && vault.account_id == account.id
        && (0..HOLDS_MS).contains(&clock::now().since(at))
    {
        return adopt(device, account).await;
    }
    let session = match sync::session().await {
        Ok(session) => session,
        Err(error) => return failed(device, error).await,
    };
    if leave::is_left(&session).await {
        device.set_net(Net::SignInNeeded);
        return false;
    }
    if holds_nothing().await {
        // A phone that holds nothing of anybody has nothing to erase: its person does not wait for what the office says of it.
        let account = session.account.id;
        MET.set(Some((session.account.clone(), clock::now())));
        spawn_local(async move {
            let given_up = match report::send(device, account).await {
                Ok(given_up) => given_up,
                Err(error) => sync::is_revoked(&error),
            };
            if given_up {
                revocation::obey(device).await;
            }
        });
        if let Ok(device_id) = store::device_id().await {
            spawn_local(sync::ask_ahead(sync::Caller::new(device_id, account)));
        }
        return adopt(device, session.account).await;
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

/// Nobody has a vault here, and nothing is left of before there were any.
async fn holds_nothing() -> bool {
    let is_new = vault::current().is_none() && directory::rows().await.is_ok_and(|rows| rows.is_empty());
    is_new && migrate::owner().await.is_ok_and(|owner| owner.is_none())
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
async fn adopt(device: Device, account: AccountView) -> bool {
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
