//! What version 1 of the device store left in clear (no lock, one account) goes into the vault of the account it belonged to. Nothing is dropped.
//!
//! Photos, which WebCrypto seals, go one by one; then all rows in one transaction. Cut short, it goes on at the next PIN.

use casework::wire::v1::AccountView;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;

use super::{
    idb::{self, Mode, StoreError, stores},
    records::{PhotoRow, PhotoState, meta},
    sealed,
    vault::OpenVault,
};

/// Stores of a person's rows.
const PERSONAL: [&str; 6] = [stores::BUILDING, stores::VISIT, stores::EVENT, stores::OUTBOX, stores::ANSWER, stores::PHOTO];

/// Rows of version 1 have their own key; sealed ones always have this after their namespace.
fn is_old(key: &str) -> bool {
    !key.contains('~')
}

/// Whose rows version 1 left here, when some are left.
///
/// # Errors
/// When the store fails.
pub async fn owner() -> Result<Option<AccountView>, StoreError> {
    idb::begin(&[stores::META], Mode::Read).await?.get(stores::META, meta::ACCOUNT).await
}

/// Seals the rows of version 1 in the vault of their owner; does nothing in another's.
///
/// # Errors
/// When the store fails; what was not sealed is still there.
pub async fn take_in(vault: &OpenVault) -> Result<(), StoreError> {
    if owner().await?.is_none_or(|owner| owner.id != vault.account_id) {
        return Ok(());
    }
    let names = idb::begin(&[stores::PHOTO_BLOB], Mode::Read).await?.keys(stores::PHOTO_BLOB, "").await?;
    let mut complete = true;
    for name in names.iter().filter(|name| is_old(name)) {
        // For want of room, for instance: tried again at the next PIN, and readable until then.
        complete &= photo(vault, name).await.is_ok();
    }
    rows(vault, complete).await
}

async fn rows(vault: &OpenVault, complete: bool) -> Result<(), StoreError> {
    let transaction = idb::begin(&stores::ALL, Mode::Write).await?;
    let mut found = Vec::new();
    for store in PERSONAL {
        let entries = transaction.entries(store, "").await?;
        found.extend(entries.into_iter().filter(|(key, _)| is_old(key)).map(|(key, value)| (store, key, value)));
    }
    for name in meta::PERSONAL {
        if let Some(value) = transaction.value(stores::META, name).await? {
            found.push((stores::META, name.to_owned(), value));
        }
    }
    for (store, key, value) in found {
        // Every row of version 1 is JSON text; another type was never written by the app.
        if let Some(text) = value.as_string() {
            let disk_key = sealed::disk_key(vault, store, &key);
            let sealed = vault.seal(store, &disk_key, text.as_bytes())?;
            transaction.put_value(store, &disk_key, &Uint8Array::from(sealed.as_slice()).into())?;
        }
        // As long as a photo is left in clear, so is its owner: the next PIN goes on.
        if complete || store != stores::META || key != meta::ACCOUNT {
            transaction.delete(store, &key)?;
        }
    }
    transaction.commit().await
}

/// Forgets what version 1 left of a person, when the server has it all.
///
/// # Errors
/// When the store fails.
pub async fn forget_if_sent() -> Result<(), StoreError> {
    let transaction = idb::begin(&stores::ALL, Mode::Write).await?;
    let waits = transaction.keys(stores::OUTBOX, "").await?.iter().any(|key| is_old(key));
    let photos = transaction.entries(stores::PHOTO, "").await?;
    let photo_waits = photos.iter().filter(|(key, _)| is_old(key)).any(|(_, value)| {
        let row: Option<PhotoRow> = value.as_string().and_then(|text| serde_json::from_str(&text).ok());
        row.is_none_or(|row| !row.removed && row.state != PhotoState::Verified)
    });
    if waits || photo_waits {
        return Ok(());
    }
    for store in PERSONAL.into_iter().chain([stores::PHOTO_BLOB]) {
        for key in transaction.keys(store, "").await?.iter().filter(|key| is_old(key)) {
            transaction.delete(store, key)?;
        }
    }
    for name in meta::PERSONAL {
        transaction.delete(stores::META, name)?;
    }
    transaction.commit().await
}

async fn photo(vault: &OpenVault, name: &str) -> Result<(), StoreError> {
    let value = idb::begin(&[stores::PHOTO_BLOB], Mode::Read).await?.value(stores::PHOTO_BLOB, name).await?;
    let Some(bytes) = value.and_then(|value| value.dyn_into::<Uint8Array>().ok()) else { return Ok(()) };
    let disk_key = sealed::disk_key(vault, stores::PHOTO_BLOB, name);
    let sealed = vault.seal_photo(stores::PHOTO_BLOB, &disk_key, &bytes).await?;
    let transaction = idb::begin(&[stores::PHOTO_BLOB], Mode::Write).await?;
    transaction.put_value(stores::PHOTO_BLOB, &disk_key, &sealed)?;
    transaction.delete(stores::PHOTO_BLOB, name)?;
    transaction.commit().await
}
