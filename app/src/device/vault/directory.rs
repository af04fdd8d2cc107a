//! The vaults of this phone, as far as they can be known without a PIN: kept in clear in the `meta` store.

use casework::ids::AccountId;

pub use super::row::{Holdings, VaultRow};
use super::{
    crypt::{self, Cost, CryptError, Key},
    pin::Attempts,
    prf::Passkey,
};
use crate::device::{
    digest,
    idb::{self, Mode, StoreError, stores},
};

/// Keys of vault rows in `meta` begin with this.
pub const VAULT: &str = "vault|";
/// Namespace of the vault that the lock screen asks for.
const CURRENT: &str = "vault_current";

fn key_of(namespace: &str) -> String {
    format!("{VAULT}{namespace}")
}

/// Every vault, those set aside included, in order of arrival.
///
/// # Errors
/// When the store fails.
pub async fn rows() -> Result<Vec<VaultRow>, StoreError> {
    let transaction = idb::begin(&[stores::META], Mode::Read).await?;
    let mut rows: Vec<VaultRow> =
        transaction.entries(stores::META, VAULT).await?.into_iter().filter_map(|(_, value)| serde_json::from_str(&value.as_string()?).ok()).collect();
    rows.sort_by_key(|row| (row.ordinal, row.set_aside));
    Ok(rows)
}

/// The vault last opened.
///
/// # Errors
/// When the store fails.
pub async fn current() -> Result<Option<String>, StoreError> {
    idb::begin(&[stores::META], Mode::Read).await?.get(stores::META, CURRENT).await
}

/// Changes a vault's row, whole: two tabs that try PINs count each other's failures.
///
/// # Errors
/// When the store fails or the vault is gone.
pub async fn update(namespace: &str, change: impl FnOnce(&mut VaultRow)) -> Result<VaultRow, StoreError> {
    let transaction = idb::begin(&[stores::META], Mode::Write).await?;
    let row: Option<VaultRow> = transaction.get(stores::META, &key_of(namespace)).await?;
    let mut row = row.ok_or_else(|| StoreError::Failed("no such vault".to_owned()))?;
    change(&mut row);
    transaction.put(stores::META, &key_of(namespace), &row)?;
    transaction.commit().await?;
    Ok(row)
}

/// Makes this the vault that the lock screen asks for.
///
/// # Errors
/// When the store fails.
pub async fn make_current(namespace: &str) -> Result<(), StoreError> {
    let transaction = idb::begin(&[stores::META], Mode::Write).await?;
    transaction.put(stores::META, CURRENT, &namespace)?;
    transaction.commit().await
}

/// Adds a vault for an account, sets its earlier one aside, and makes it current: one transaction, so that an account never has two.
///
/// # Errors
/// When the store fails, or the PIN cannot be turned into a key (not enough memory).
pub async fn create(account_id: AccountId, pin: &str, key: &Key) -> Result<VaultRow, StoreError> {
    let namespace = digest::hex(&super::random::<8>()?);
    let wrapped = crypt::wrap(key, pin, &namespace, Cost::PHONE, super::random()?, super::random()?).map_err(|error| StoreError::Failed(error.to_string()))?;
    let transaction = idb::begin(&[stores::META], Mode::Write).await?;
    let known: Vec<VaultRow> =
        transaction.entries(stores::META, VAULT).await?.into_iter().filter_map(|(_, value)| serde_json::from_str(&value.as_string()?).ok()).collect();
    let own = known.iter().find(|row| row.account_id == account_id).map(|row| row.ordinal);
    let ordinal = own.unwrap_or_else(|| known.iter().map(|row| row.ordinal).max().unwrap_or(0) + 1);
    for row in known.into_iter().filter(|row| row.account_id == account_id && !row.set_aside) {
        let aside = row.aside();
        transaction.put(stores::META, &key_of(&aside.namespace), &aside)?;
    }
    let row = VaultRow {
        namespace,
        account_id,
        ordinal,
        wrapped,
        passkey: None,
        attempts: Attempts::default(),
        forgotten: false,
        set_aside: false,
        holdings: Holdings::default(),
    };
    transaction.put(stores::META, &key_of(&row.namespace), &row)?;
    transaction.put(stores::META, CURRENT, &row.namespace)?;
    transaction.commit().await?;
    Ok(row)
}

/// What a try came to.
pub enum Tried {
    /// The right PIN, with the row of the vault, which is the current one from now on.
    Open(VaultRow, Key),
    /// A wrong one, or a try that was not allowed yet; with what is left.
    Refused(Attempts),
}

/// Counts a try, then judges it. A page killed in the middle has used up its try.
///
/// # Errors
/// When the store fails, or the PIN cannot be turned into a key (not enough memory).
pub async fn try_pin(namespace: &str, pin: &str) -> Result<Tried, StoreError> {
    let mut allowed = false;
    let row = update(namespace, |row| {
        allowed = row.attempts.may_try();
        if allowed {
            row.attempts = row.attempts.tried();
        }
    })
    .await?;
    if !allowed {
        return Ok(Tried::Refused(row.attempts));
    }
    match crypt::unwrap(&row.wrapped, pin, namespace) {
        Ok(key) => {
            let row = opened(namespace).await?;
            Ok(Tried::Open(row, key))
        }
        Err(CryptError::WrongKey) => Ok(Tried::Refused(row.attempts)),
        Err(error) => Err(StoreError::Failed(error.to_string())),
    }
}

/// The right PIN was given: in one transaction, since each waits for the disk.
async fn opened(namespace: &str) -> Result<VaultRow, StoreError> {
    let transaction = idb::begin(&[stores::META], Mode::Write).await?;
    let row: Option<VaultRow> = transaction.get(stores::META, &key_of(namespace)).await?;
    let mut row = row.ok_or_else(|| StoreError::Failed("no such vault".to_owned()))?;
    row.opened_by_pin();
    transaction.put(stores::META, &key_of(namespace), &row)?;
    transaction.put(stores::META, CURRENT, &namespace)?;
    transaction.commit().await?;
    Ok(row)
}

/// A vault's row, as it is now.
///
/// # Errors
/// When the store fails or the vault is gone.
pub async fn row(namespace: &str) -> Result<VaultRow, StoreError> {
    let row: Option<VaultRow> = idb::begin(&[stores::META], Mode::Read).await?.get(stores::META, &key_of(namespace)).await?;
    row.ok_or_else(|| StoreError::Failed("no such vault".to_owned()))
}

/// Keeps a passkey beside the PIN of a vault, in the place of any other; or removes it.
///
/// # Errors
/// When the store fails or the vault is gone.
pub async fn set_passkey(namespace: &str, passkey: Option<Passkey>) -> Result<(), StoreError> {
    update(namespace, |row| row.passkey = passkey).await.map(|_| ())
}

/// How many changes of a vault wait for the server: the only thing said of it without its PIN.
///
/// # Errors
/// When the store fails.
pub async fn unsent(namespace: &str) -> Result<usize, StoreError> {
    let transaction = idb::begin(&[stores::OUTBOX], Mode::Read).await?;
    Ok(transaction.keys(stores::OUTBOX, &format!("{namespace}~")).await?.len())
}

/// Keeps what the server is told of an open vault, for when it is locked.
///
/// # Errors
/// When the store fails.
pub async fn note_holdings(namespace: &str, holdings: &Holdings) -> Result<(), StoreError> {
    update(namespace, |row| row.holdings = holdings.clone()).await.map(|_| ())
}

/// What waits in the vaults of an account, as far as it can be known without a PIN.
///
/// # Errors
/// When the store fails.
pub async fn holdings(account: AccountId) -> Result<Holdings, StoreError> {
    let mut sum = Holdings::default();
    for row in rows().await?.into_iter().filter(|row| row.account_id == account) {
        let transaction = idb::begin(&[stores::OUTBOX, stores::PHOTO_BLOB], Mode::Read).await?;
        let prefix = format!("{}~", row.namespace);
        sum.events += transaction.keys(stores::OUTBOX, &prefix).await?.len();
        // Full-size bytes are freed once the server has verified them; thumbnails have a second part in their key.
        sum.photos += transaction.keys(stores::PHOTO_BLOB, &prefix).await?.iter().filter(|key| !key.contains('|')).count();
        sum.oldest = [sum.oldest, row.holdings.oldest].into_iter().flatten().min();
    }
    Ok(sum)
}
