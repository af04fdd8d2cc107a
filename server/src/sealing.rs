//! Sealing with a key of this database: what comes back is what was sealed, for the purpose it was sealed for, and nobody read it meanwhile.

use aes_gcm::{Aes256Gcm, KeyInit as _, aead::AeadInOut as _};

use crate::{
    application, clock,
    store::{self, Store, StoreError},
};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// A key of AES-256-GCM.
pub struct SealingKey(Aes256Gcm);

impl SealingKey {
    /// The key of this name in this database, drawn at the first start.
    ///
    /// # Errors
    /// When the store fails, or holds what is not a key.
    pub async fn open(store: &Store, name: &'static str) -> application::Result<Self> {
        let mut tx = store.begin().await?;
        let secret = store::server_key::drawn(&mut tx, name, &hex::encode(clock::random_bytes::<KEY_BYTES>()), clock::now()).await?;
        tx.commit().await.map_err(StoreError::from)?;
        let bytes: Option<[u8; KEY_BYTES]> = hex::decode(secret).ok().and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(|| StoreError::Unreadable {
            table: "server_key",
            column: "secret",
            row: name.to_owned(),
            cause: "not a key of 256 bits".to_owned(),
        })?;
        Ok(Self::of(bytes))
    }

    pub fn of(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Aes256Gcm::new(&bytes.into()))
    }

    /// Seals bytes for a purpose: shown for another, they do not open. `None` only if the cipher fails.
    pub fn seal(&self, purpose: &[u8], bytes: &[u8]) -> Option<String> {
        let nonce = clock::random_bytes::<NONCE_BYTES>();
        let mut sealed = bytes.to_vec();
        self.0.encrypt_in_place(&nonce.into(), purpose, &mut sealed).ok()?;
        Some(hex::encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what [`Self::seal`] made for this purpose.
    pub fn unseal(&self, purpose: &[u8], sealed: &str) -> Option<Vec<u8>> {
        let bytes = hex::decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let mut opened = sealed.to_vec();
        self.0.decrypt_in_place(&nonce.into(), purpose, &mut opened).ok()?;
        Some(opened)
    }
}
