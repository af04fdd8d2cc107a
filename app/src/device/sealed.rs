//! The device store as the app sees it: rows of the person whose vault is open, sealed on disk.
//!
//! A row is read and written by its own key (`visit|place|criterion`); on disk it lies under `namespace~name`, where the name says nothing, as bytes that
//! only the vault opens. A transaction belongs to the vault that was open when it began: locking, or another person's arrival, changes nothing in it.
//!
//! In clear stay the grids (public texts), and the names of [`meta::is_clear`]: what the phone needs before anybody has given a PIN.

use std::rc::Rc;

use js_sys::Uint8Array;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

use super::{
    idb::{self, Mode, StoreError, stores},
    records::meta,
    vault::{self, OpenVault},
};

/// One transaction over named stores of one vault.
pub struct Transaction {
    raw: idb::Transaction,
    vault: Rc<OpenVault>,
}

/// Where a row lies.
enum Place {
    Clear,
    Sealed(String),
}

fn is_clear(store: &str, key: &str) -> bool {
    store == stores::GRID || (store == stores::META && meta::is_clear(key))
}

async fn begin(names: &[&str], mode: Mode) -> Result<Transaction, StoreError> {
    let vault = vault::current().ok_or_else(|| StoreError::Failed("locked".to_owned()))?;
    Ok(Transaction { raw: idb::begin(names, mode).await?, vault })
}

/// A transaction that reads.
///
/// # Errors
/// When the phone is locked or the database cannot be opened.
pub async fn read(names: &[&str]) -> Result<Transaction, StoreError> {
    begin(names, Mode::Read).await
}

/// A transaction that writes, durable before it says that it is complete.
///
/// # Errors
/// When the phone is locked or the database cannot be opened.
pub async fn write(names: &[&str]) -> Result<Transaction, StoreError> {
    begin(names, Mode::Write).await
}

/// Where a row of a vault lies on disk. What comes before the first `|` of its key groups rows: all answers of a visit are found by that alone.
pub fn disk_key(vault: &OpenVault, store: &str, key: &str) -> String {
    let namespace = &vault.namespace;
    if store == stores::OUTBOX {
        // A number, which must sort like one.
        return format!("{namespace}~{key}");
    }
    match key.split_once('|') {
        Some((group, _)) => format!("{namespace}~{}|{}", vault.name(store, group), vault.name(store, key)),
        None => format!("{namespace}~{}", vault.name(store, key)),
    }
}

/// What the keys of a group of rows begin with on disk.
fn disk_prefix(vault: &OpenVault, store: &str, prefix: &str) -> String {
    let (group, end) = prefix.split_once('|').map_or((prefix, ""), |(group, _)| (group, "|"));
    format!("{}~{}{end}", vault.namespace, vault.name(store, group))
}

/// The bytes of a stored value.
pub fn bytes_of(value: &JsValue) -> Option<Vec<u8>> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

impl Transaction {
    /// Of the vault it belongs to.
    pub fn namespace(&self) -> &str {
        &self.vault.namespace
    }

    fn place(&self, store: &str, key: &str) -> Place {
        if is_clear(store, key) { Place::Clear } else { Place::Sealed(disk_key(&self.vault, store, key)) }
    }

    fn opened<T: DeserializeOwned>(&self, store: &str, disk_key: &str, value: &JsValue) -> Option<T> {
        let plain = self.vault.open(store, disk_key, &bytes_of(value)?)?;
        // As text, like every answer of the server: each way of reading JSON is compiled once per type, a fifteenth of what a phone downloads.
        serde_json::from_str(std::str::from_utf8(&plain).ok()?).ok()
    }

    /// A row; one that this version cannot read counts as absent.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn get<T: DeserializeOwned>(&self, store: &str, key: &str) -> Result<Option<T>, StoreError> {
        self.ask(store, key)?.await
    }

    /// Asks for a row, now: several can be asked for before the first is awaited, for one journey to the store instead of one each.
    ///
    /// # Errors
    /// When it cannot be asked for, or the read fails.
    pub fn ask<'this, T: DeserializeOwned + 'this>(
        &'this self,
        store: &'this str,
        key: &str,
    ) -> Result<impl Future<Output = Result<Option<T>, StoreError>> + use<'this, T>, StoreError> {
        let place = self.place(store, key);
        let asked = match &place {
            Place::Clear => self.raw.ask(store, key)?,
            Place::Sealed(disk_key) => self.raw.ask(store, disk_key)?,
        };
        Ok(async move {
            let Some(value) = asked.await? else { return Ok(None) };
            Ok(match place {
                Place::Clear => value.as_string().and_then(|text| serde_json::from_str(&text).ok()),
                Place::Sealed(disk_key) => self.opened(store, &disk_key, &value),
            })
        })
    }

    /// Every readable row; those of the outbox in order.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn all<T: DeserializeOwned>(&self, store: &str) -> Result<Vec<T>, StoreError> {
        self.range(store, &format!("{}~", self.vault.namespace)).await
    }

    /// Every readable row of a group: `prefix` ends with the first `|` of their keys.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn with_prefix<T: DeserializeOwned>(&self, store: &str, prefix: &str) -> Result<Vec<T>, StoreError> {
        self.range(store, &disk_prefix(&self.vault, store, prefix)).await
    }

    async fn range<T: DeserializeOwned>(&self, store: &str, prefix: &str) -> Result<Vec<T>, StoreError> {
        let rows = self.raw.entries(store, prefix).await?;
        Ok(rows.iter().filter_map(|(disk_key, value)| self.opened(store, disk_key, value)).collect())
    }

    /// Queues a write; [`Self::commit`] says whether it was kept.
    ///
    /// # Errors
    /// When the value cannot be stored at all.
    pub fn put<T: Serialize>(&self, store: &str, key: &str, row: &T) -> Result<(), StoreError> {
        let text = serde_json::to_string(row).map_err(|error| StoreError::Failed(error.to_string()))?;
        self.put_text(store, key, &text)
    }

    /// Queues a write of JSON text as it is.
    ///
    /// # Errors
    /// When the value cannot be stored at all.
    pub fn put_text(&self, store: &str, key: &str, text: &str) -> Result<(), StoreError> {
        match self.place(store, key) {
            Place::Clear => self.raw.put_value(store, key, &text.into()),
            Place::Sealed(disk_key) => {
                let sealed = self.vault.seal(store, &disk_key, text.as_bytes())?;
                self.raw.put_value(store, &disk_key, &Uint8Array::from(sealed.as_slice()).into())
            }
        }
    }

    /// Queues a write of bytes that [`OpenVault::seal_photo`] sealed beforehand for this very place.
    ///
    /// # Errors
    /// When the value cannot be stored at all.
    pub fn put_sealed(&self, store: &str, key: &str, sealed: &Uint8Array) -> Result<(), StoreError> {
        self.raw.put_value(store, &disk_key(&self.vault, store, key), sealed)
    }

    /// Queues a removal.
    ///
    /// # Errors
    /// When the store refuses it.
    pub fn delete(&self, store: &str, key: &str) -> Result<(), StoreError> {
        match self.place(store, key) {
            Place::Clear => self.raw.delete(store, key),
            Place::Sealed(disk_key) => self.raw.delete(store, &disk_key),
        }
    }

    /// Queues the removal of a group of rows.
    ///
    /// # Errors
    /// When the store refuses it.
    pub fn delete_prefix(&self, store: &str, prefix: &str) -> Result<(), StoreError> {
        self.raw.delete_prefix(store, &disk_prefix(&self.vault, store, prefix))
    }

    /// Queues the removal of everything this vault has in a store.
    ///
    /// # Errors
    /// When the store refuses it.
    pub fn clear(&self, store: &str) -> Result<(), StoreError> {
        self.raw.delete_prefix(store, &format!("{}~", self.vault.namespace))
    }

    /// Waits until the browser says `complete`: from then on the change survives a crash.
    ///
    /// # Errors
    /// [`StoreError::Full`] or [`StoreError::Failed`]; nothing was kept.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.raw.commit().await
    }
}
