//! The `Upload-Checksum` of one chunk (tus checksum extension).

use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Names of the algorithms, as `Tus-Checksum-Algorithm` says them.
pub const ALGORITHMS: &str = "sha256,sha1";

/// A digest that a chunk must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checksum {
    Sha256(Vec<u8>),
    /// Against accidents of the line only; what is kept is held to its SHA-256.
    Sha1(Vec<u8>),
}

/// Why a header is no checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAChecksum {
    UnknownAlgorithm,
    NotBase64,
}

impl Checksum {
    /// Reads `sha256 <base64>`.
    ///
    /// # Errors
    /// [`NotAChecksum`].
    pub fn parse(text: &str) -> Result<Self, NotAChecksum> {
        let (algorithm, digest) = text.split_once(' ').ok_or(NotAChecksum::UnknownAlgorithm)?;
        let decoded = || STANDARD.decode(digest.trim()).map_err(|_| NotAChecksum::NotBase64);
        match algorithm {
            "sha256" => Ok(Self::Sha256(decoded()?)),
            "sha1" => Ok(Self::Sha1(decoded()?)),
            _ => Err(NotAChecksum::UnknownAlgorithm),
        }
    }

    /// Whether the chunk arrived as it was sent.
    pub fn holds(&self, chunk: &[u8]) -> bool {
        match self {
            Self::Sha256(expected) => Sha256::digest(chunk).as_slice() == expected,
            Self::Sha1(expected) => Sha1::digest(chunk).as_slice() == expected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_algorithms_hold_for_the_chunk_and_for_no_other() {
        // Digests of « abc », FIPS 180.
        for header in ["sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0="] {
            let checksum = Checksum::parse(header).expect("a checksum");
            assert!(checksum.holds(b"abc") && !checksum.holds(b"abd") && !checksum.holds(b""), "{header}");
        }
    }

    #[test]
    fn what_is_no_checksum_is_said_so() {
        assert_eq!(Checksum::parse("sha256 ***"), Err(NotAChecksum::NotBase64));
        for header in ["", "sha256", "md5 kAFQmDzST7DWlj99KOF/cg==", "SHA256 AAAA"] {
            assert_eq!(Checksum::parse(header), Err(NotAChecksum::UnknownAlgorithm), "{header}");
        }
    }
}
