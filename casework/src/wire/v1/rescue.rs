//! The rescue file: what a phone could not send, sealed for the server, carried by hand (a cable, a memory card) when the phone will not see a network again
//! soon enough.
//!
//! Bytes, in order: [`RESCUE_MAGIC`]; the file's own P-256 public key (SEC 1, uncompressed, [`RESCUE_KEY_BYTES`]); then frames, each a length (4 bytes, big
//! endian, of what follows, at most [`RESCUE_FRAME_BYTES_MAX`]) and an AES-256-GCM ciphertext with its tag. The key is HKDF-SHA-256 of the ECDH secret of the
//! file's key and the server's (salt: both public keys, the file's first; info: [`RESCUE_MAGIC`]). The nonce is the frame's number in the last 4 of its 12
//! bytes: a key seals one file, so that no nonce serves twice. Frame 0 is the JSON of [`RescueManifest`]; frame n is the photo n of its list, as taken,
//! or nothing where the phone no longer had it.
//!
//! Only the server reads it. Nothing in it proves who wrote it, which is why a person who runs the brigade hands it in, and is recorded as having done so.

use serde::{Deserialize, Serialize};

use super::PushRequest;
use crate::{
    clock::Timestamp,
    ids::{DeviceId, PhotoId},
};

/// What every rescue file begins with.
pub const RESCUE_MAGIC: &[u8; 16] = b"brigade-rescue-1";
/// Bytes of a public key: SEC 1, uncompressed.
pub const RESCUE_KEY_BYTES: usize = 65;
/// Bytes of one sealed frame: the largest photo, or the changes of months.
pub const RESCUE_FRAME_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Frame 0.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RescueManifest {
    /// All that waits, in one message: whose, from which phone, and the phone's clock when the file was made. May hold more events than one push.
    pub push: PushRequest,
    /// In the order of the frames that follow.
    #[serde(default)]
    pub photos: Vec<RescuePhoto>,
}

/// A photo of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RescuePhoto {
    pub id: PhotoId,
    /// Of its bytes, lower-case hexadecimal.
    pub sha256: String,
    pub content_type: String,
}

/// What came of a rescue file, for `/bureau/appareils`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RescueRow {
    /// When it was handed in.
    pub at: Timestamp,
    pub device_id: DeviceId,
    /// Display name of the person whose work it held.
    pub holder: String,
    /// Display name of the person who handed it in.
    pub by: String,
    #[serde(flatten)]
    pub brought: RescueBrought,
}

/// Counts of what a rescue file held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RescueBrought {
    pub events_stored: u32,
    /// Had come another way before.
    pub events_known: u32,
    /// Refused or quarantined: the phone keeps them, and says why once it reaches the server.
    pub events_refused: u32,
    pub photos_stored: u32,
    pub photos_known: u32,
    pub photos_refused: u32,
    /// Told of in the file, and not in it whole: it was cut, or damaged after them.
    pub photos_missing: u32,
}
