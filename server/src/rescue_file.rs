//! Opening rescue files: [`casework::wire::v1::RescueManifest`] says how they are laid out. Pure but for the drawing of the server's key.

use aes_gcm::{Aes256Gcm, KeyInit as _, aead::AeadInOut as _};
use casework::wire::v1::{RESCUE_FRAME_BYTES_MAX, RESCUE_KEY_BYTES, RESCUE_MAGIC};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey, ecdh, elliptic_curve::sec1::ToSec1Point as _};
use sha2::Sha256;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::{
    application, clock,
    store::{self, Store, StoreError},
};

/// Name of the key in the store.
const KEY_NAME: &str = "rescue";
/// Bytes of a private key.
const SECRET_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// Bytes of the length before each frame.
const LENGTH_BYTES: usize = 4;

/// The server's key, whose public half every phone holds.
pub struct RescueKey {
    secret: SecretKey,
    public: [u8; RESCUE_KEY_BYTES],
}

/// The file cannot be read on from here: not ours, cut, or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rescue file cannot be read")]
pub struct RescueFault;

impl RescueKey {
    /// The key of this database, drawn at the first start.
    ///
    /// # Errors
    /// When the store fails, or holds what is not a key.
    pub async fn open(store: &Store) -> application::Result<Self> {
        let mut tx = store.begin().await?;
        // One number in 2^32 is no key of the curve.
        let drawn = std::iter::repeat_with(clock::random_bytes::<SECRET_BYTES>).find(|bytes| SecretKey::from_slice(bytes).is_ok()).unwrap_or_default();
        let secret = store::server_key::drawn(&mut tx, KEY_NAME, &hex::encode(drawn), clock::now()).await?;
        let key = Self::from_hex(&secret).ok_or_else(|| StoreError::Unreadable {
            table: "server_key",
            column: "secret",
            row: KEY_NAME.to_owned(),
            cause: "not a private key of P-256".to_owned(),
        })?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(key)
    }

    fn from_hex(secret: &str) -> Option<Self> {
        let secret = SecretKey::from_slice(&hex::decode(secret).ok()?).ok()?;
        let public = secret.public_key().to_sec1_point(false);
        let public = public.as_bytes().try_into().ok()?;
        Some(Self { secret, public })
    }

    /// What phones seal for, in hexadecimal.
    pub fn public_hex(&self) -> String {
        hex::encode(self.public)
    }

    /// Begins to read a file.
    ///
    /// # Errors
    /// [`RescueFault`] for what does not begin like one.
    pub async fn open_file<R: AsyncRead + Unpin>(&self, mut bytes: R) -> Result<Frames<R>, RescueFault> {
        let mut head = [0; RESCUE_MAGIC.len() + RESCUE_KEY_BYTES];
        bytes.read_exact(&mut head).await.map_err(|_| RescueFault)?;
        let (magic, public) = head.split_at(RESCUE_MAGIC.len());
        if magic != RESCUE_MAGIC {
            return Err(RescueFault);
        }
        let theirs = PublicKey::from_sec1_bytes(public).map_err(|_| RescueFault)?;
        let secret = ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), theirs.as_affine());
        let salt = [public, self.public.as_slice()].concat();
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(Some(&salt), secret.raw_secret_bytes()).expand(RESCUE_MAGIC, &mut key).map_err(|_| RescueFault)?;
        Ok(Frames { cipher: Aes256Gcm::new(&key.into()), next: 0, bytes })
    }
}

/// The frames of a file, in order.
pub struct Frames<R> {
    cipher: Aes256Gcm,
    next: u32,
    bytes: R,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    /// The next frame, opened; `None` after the last.
    ///
    /// # Errors
    /// [`RescueFault`], after which nothing more can be read.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, RescueFault> {
        let mut length = [0; LENGTH_BYTES];
        // One byte first: a file ends between two frames.
        if self.bytes.read(&mut length[..1]).await.map_err(|_| RescueFault)? == 0 {
            return Ok(None);
        }
        self.bytes.read_exact(&mut length[1..]).await.map_err(|_| RescueFault)?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| RescueFault)?;
        if length > RESCUE_FRAME_BYTES_MAX {
            return Err(RescueFault);
        }
        // Grows as bytes come: a length alone reserves nothing.
        let mut frame = Vec::new();
        let read = (&mut self.bytes).take(u64::try_from(length).unwrap_or(u64::MAX)).read_to_end(&mut frame).await.map_err(|_| RescueFault)?;
        if read < length {
            return Err(RescueFault);
        }
        let mut nonce = [0; NONCE_BYTES];
        nonce[NONCE_BYTES - LENGTH_BYTES..].copy_from_slice(&self.next.to_be_bytes());
        self.cipher.decrypt_in_place(&nonce.into(), &[], &mut frame).map_err(|_| RescueFault)?;
        self.next = self.next.checked_add(1).ok_or(RescueFault)?;
        Ok(Some(frame))
    }
}
