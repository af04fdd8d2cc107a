//! A passkey beside the PIN: proposed, added, removed; and a vault opened with it.
//!
//! It counts no wrong PIN and shortens no wait: the two ways in know nothing of each other, but that both end with the PIN
//! ([`super::vault::row::VaultRow::usable_passkey`]).

use leptos::prelude::*;

use super::{
    entry,
    idb::StoreError,
    state::{Device, Opening, PasskeyState},
    vault::{
        self,
        authenticator::{self, AuthenticatorFault, SALT_BYTES},
        directory,
        prf::{self, Passkey},
    },
};

impl From<StoreError> for AuthenticatorFault {
    fn from(_: StoreError) -> Self {
        Self::Failed
    }
}

fn is_open(namespace: &str) -> bool {
    vault::current().is_some_and(|vault| vault.namespace == namespace)
}

/// Finds out what the person of the open vault may do about a passkey.
pub async fn look(device: Device) {
    let Some(vault) = vault::current() else { return };
    let kept = directory::row(&vault.namespace).await.is_ok_and(|row| row.passkey.is_some());
    let state = match kept {
        true => PasskeyState::Kept,
        false if authenticator::is_offered().await => PasskeyState::Absent,
        false => PasskeyState::Unavailable,
    };
    if is_open(&vault.namespace) {
        device.passkey.set(state);
    }
}

/// Adds a passkey to the open vault, in the place of any other. Nothing is kept when the authenticator has no key to give.
///
/// # Errors
/// [`AuthenticatorFault`].
pub async fn add(device: Device) -> Result<(), AuthenticatorFault> {
    let vault = vault::current().ok_or(AuthenticatorFault::Failed)?;
    let salt = vault::random::<SALT_BYTES>()?.to_vec();
    let (credential, key) = authenticator::register(&vault.namespace, &salt).await?;
    let passkey = Passkey { credential, salt, sealed: vault.wrap(&key)? };
    // The phone may have been locked while it asked.
    if !is_open(&vault.namespace) {
        return Err(AuthenticatorFault::Failed);
    }
    directory::set_passkey(&vault.namespace, Some(passkey)).await?;
    device.passkey.set(PasskeyState::Kept);
    Ok(())
}

/// Removes the passkey of the open vault. What the authenticator still knows opens nothing any more.
///
/// # Errors
/// [`AuthenticatorFault::Failed`] when the store fails.
pub async fn remove(device: Device) -> Result<(), AuthenticatorFault> {
    let vault = vault::current().ok_or(AuthenticatorFault::Failed)?;
    directory::set_passkey(&vault.namespace, None).await?;
    look(device).await;
    Ok(())
}

/// Opens a vault with its passkey, as the lock screen last read it. Does nothing when a PIN opened one meanwhile.
///
/// # Errors
/// [`AuthenticatorFault`]; the PIN, its count and its wait are as they were.
pub async fn unlock(device: Device, namespace: &str, shown: &Passkey) -> Result<(), AuthenticatorFault> {
    let derived = authenticator::key(namespace, &shown.credential, &shown.salt).await?;
    // As it is now: another tab may have used up the PIN, or removed the passkey, while the person was asked.
    let row = directory::row(namespace).await?;
    let passkey = row.usable_passkey().ok_or(AuthenticatorFault::Failed)?;
    let key = prf::unwrap(&passkey.sealed, &derived, namespace).map_err(|_| AuthenticatorFault::Failed)?;
    // Not by the keys: a phone that is being locked keeps them for a moment.
    if device.opening.with_untracked(|opening| *opening != Opening::Ready) {
        entry::open(device, row, &key).await?;
    }
    Ok(())
}
