//! The device lock: one vault per account on this phone, opened by a PIN, and by a passkey where its person added one. Keys are in memory only, from the
//! opening until [`close`].
//!
//! What forgetting the PIN costs is said on screen: a passkey stands beside it and does not replace it ([`row::VaultRow::usable_passkey`]).

pub mod authenticator;
pub mod crypt;
pub mod directory;
pub mod pin;
pub mod prf;
pub mod rescue;
pub mod row;
mod webcrypto;

use std::{cell::RefCell, rc::Rc};

use casework::ids::AccountId;
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;
use zeroize::Zeroizing;

use super::idb::StoreError;
use crypt::{Key, Keys, NONCE_BYTES};

/// A vault that was opened.
pub struct OpenVault {
    /// What its rows' keys begin with on disk.
    pub namespace: String,
    pub account_id: AccountId,
    /// What `keys` were drawn from: wrapped again when a passkey is added.
    data: Key,
    keys: Keys,
    /// The same for WebCrypto, which is many times faster on photos. `None` where the page is not a secure context: photos are refused there.
    photos: Option<CryptoKey>,
}

thread_local! {
    static OPEN: RefCell<Option<Rc<OpenVault>>> = const { RefCell::new(None) };
}

/// The vault that is open in this tab.
pub fn current() -> Option<Rc<OpenVault>> {
    OPEN.with_borrow(Clone::clone)
}

/// Forgets the keys. A transaction under way ends with its own.
pub fn close() {
    OPEN.set(None);
}

/// Random bytes from the browser.
///
/// # Errors
/// Where the browser has no `crypto`.
pub fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    let drawn = crypto.and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok());
    drawn.map(|_| bytes).ok_or_else(|| StoreError::Failed("no random numbers".to_owned()))
}

/// A new data key.
///
/// # Errors
/// As [`random`].
pub fn new_key() -> Result<Key, StoreError> {
    random().map(Zeroizing::new)
}

/// Makes a vault with its data key, without opening it for the app.
pub async fn with_key(namespace: String, account_id: AccountId, key: &Key) -> OpenVault {
    let keys = Keys::new(key);
    let bytes = Uint8Array::from(keys.photos.as_slice());
    let photos = webcrypto::aes_key(&bytes).await;
    bytes.fill(0, 0, bytes.length());
    OpenVault { namespace, account_id, data: key.clone(), keys, photos }
}

/// Opens a vault for the app.
pub fn enter(vault: OpenVault) {
    OPEN.set(Some(Rc::new(vault)));
}

impl OpenVault {
    /// What stands for a name on disk.
    pub fn name(&self, store: &str, name: &str) -> String {
        self.keys.name(store, name)
    }

    /// The data key under what [`authenticator`] derived for this vault.
    ///
    /// # Errors
    /// As [`random`].
    pub fn wrap(&self, derived: &Key) -> Result<Vec<u8>, StoreError> {
        Ok(prf::wrap(&self.data, derived, &self.namespace, random()?))
    }

    /// Seals a small row, at once: an IndexedDB transaction would not outlive an awaited WebCrypto call.
    ///
    /// # Errors
    /// As [`random`].
    pub fn seal(&self, store: &str, disk_key: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(self.keys.seal(store, disk_key, random()?, plain))
    }

    /// Opens a small row; `None` for one that is not of this vault and place.
    pub fn open(&self, store: &str, disk_key: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.keys.open(store, disk_key, sealed).ok()
    }

    /// Seals the bytes of a photo, before the transaction that keeps them.
    ///
    /// # Errors
    /// Where the browser has no WebCrypto.
    pub async fn seal_photo(&self, store: &str, disk_key: &str, plain: &Uint8Array) -> Result<Uint8Array, StoreError> {
        let nonce = random()?;
        let sealed = self.photo(store, disk_key, nonce, plain, true).await.ok_or_else(|| StoreError::Failed("no WebCrypto".to_owned()))?;
        let head = crypt::framed(nonce, &[]);
        let at = u32::try_from(head.len()).unwrap_or(0);
        let whole = Uint8Array::new_with_length(at + sealed.length());
        whole.set(&Uint8Array::from(head.as_slice()), 0);
        whole.set(&sealed, at);
        Ok(whole)
    }

    /// Opens the bytes of a photo; `None` for what is not of this vault and place.
    pub async fn open_photo(&self, store: &str, disk_key: &str, sealed: &Uint8Array) -> Option<Uint8Array> {
        let head = sealed.subarray(0, sealed.length().min(64)).to_vec();
        let (nonce, at) = crypt::unframed(&head).ok()?;
        let body = sealed.subarray(u32::try_from(at).ok()?, sealed.length());
        self.photo(store, disk_key, nonce, &body, false).await
    }

    async fn photo(&self, store: &str, disk_key: &str, nonce: [u8; NONCE_BYTES], bytes: &Uint8Array, sealing: bool) -> Option<Uint8Array> {
        let (subtle, key) = (webcrypto::subtle()?, self.photos.as_ref()?);
        let algorithm = webcrypto::gcm(nonce, Some(&crypt::photo_place(store, disk_key)));
        let promise = if sealing {
            subtle.encrypt_with_object_and_js_u8_array(&algorithm, key, bytes)
        } else {
            subtle.decrypt_with_object_and_js_u8_array(&algorithm, key, bytes)
        };
        JsFuture::from(promise.ok()?).await.ok().map(|buffer| Uint8Array::new(&buffer))
    }
}
