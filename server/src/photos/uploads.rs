//! Bytes on their way in. An upload stands where its file ends: nothing else says it, so a crash cannot make two answers differ.

use std::{
    fs,
    io::{self, Read, Seek, SeekFrom, Write},
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::UNIX_EPOCH,
};

use bytes::Bytes;
use casework::{clock::Timestamp, ids::PhotoId};
use tokio::{sync::MutexGuard, task::spawn_blocking};

use super::{
    PhotoStorage,
    format::{self, NotAPhoto, PhotoFormat},
};
use crate::clock::{self, sha256_hex};

/// How far an upload has come, by its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub received_bytes: u64,
    /// When a byte last came.
    pub touched_at: Timestamp,
}

/// Why the bytes of an upload did not become an original.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    #[error("upload folder")]
    Io(#[from] io::Error),
    #[error("the hash is another one than announced")]
    Hash,
    #[error("not a photo")]
    NotAPhoto(#[source] NotAPhoto),
}

const LOCKS: usize = 64;

/// One lock per upload, some uploads sharing one: a fixed number, whatever phones announce.
#[derive(Debug)]
pub struct Locks {
    writing: [Mutex<()>; LOCKS],
    ending: [tokio::sync::Mutex<()>; LOCKS],
}

impl Default for Locks {
    fn default() -> Self {
        Self { writing: std::array::from_fn(|_| Mutex::default()), ending: std::array::from_fn(|_| tokio::sync::Mutex::default()) }
    }
}

fn lock_of(id: PhotoId) -> usize {
    // The last byte of a UUIDv7 is random.
    usize::from(id.0.as_bytes()[15]) % LOCKS
}

impl PhotoStorage {
    fn upload(&self, id: PhotoId) -> PathBuf {
        self.uploads.join(id.to_string())
    }

    /// Where an upload stands; `None` while no byte has come.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn standing(&self, id: PhotoId) -> io::Result<Option<Standing>> {
        match tokio::fs::metadata(self.upload(id)).await {
            Ok(metadata) => Ok(Some(Standing { received_bytes: metadata.len(), touched_at: touched_at(&metadata) })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds a piece at `offset` when the upload stands there, and says where it stands then; `None` when it stands elsewhere.
    ///
    /// Pieces are not flushed one by one: only the whole photo counts, and it is flushed before it is called verified. After a power cut an upload may stand
    /// earlier than was said, which resumable clients expect.
    ///
    /// # Errors
    /// When the disk is full or fails; a part may have been written, which is then where the upload stands.
    pub async fn write_chunk(&self, id: PhotoId, offset: u64, piece: Bytes) -> io::Result<Option<u64>> {
        let (path, locks) = (self.upload(id), self.locks.clone());
        spawn_blocking(move || {
            // Two connections of one phone: the old one does not know yet that it is dead.
            let _alone = locks.writing[lock_of(id)].lock().unwrap_or_else(PoisonError::into_inner);
            let mut file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
            if file.seek(SeekFrom::End(0))? != offset {
                return Ok(None);
            }
            file.write_all(&piece)?;
            Ok(Some(offset + piece.len() as u64))
        })
        .await?
    }

    /// The right to end an upload, or to forget it: one request at a time.
    pub async fn alone(&self, id: PhotoId) -> MutexGuard<'_, ()> {
        self.locks.ending[lock_of(id)].lock().await
    }

    /// Hashes the whole upload as it is on disk, recognises it, and keeps it as an original, flushed, under its hash. The upload itself stays until
    /// [`Self::forget_upload`]: a crash in between ends the same upload again.
    ///
    /// # Errors
    /// [`EndError`].
    pub async fn end_upload(&self, id: PhotoId, length_bytes: u64, sha256: &str) -> Result<PhotoFormat, EndError> {
        // Never closed: an error would mean that the program is ending.
        let _turn = self.enders.acquire().await.map_err(|_| io::Error::from(io::ErrorKind::Interrupted))?;
        let (upload, announced) = (self.upload(id), sha256.to_owned());
        let (bytes, format) = spawn_blocking(move || {
            let mut file = fs::File::open(&upload)?;
            let mut bytes = vec![0; usize::try_from(length_bytes).map_err(io::Error::other)?];
            file.read_exact(&mut bytes)?;
            if sha256_hex(&bytes) != announced {
                return Err(EndError::Hash);
            }
            let known = format::recognise(&bytes).map_err(EndError::NotAPhoto)?;
            Ok((Bytes::from(bytes), known.format))
        })
        .await
        .map_err(io::Error::from)??;
        self.keep_original(sha256, bytes).await?;
        Ok(format)
    }

    /// Forgets the bytes of an upload. Missing bytes are fine.
    pub async fn forget_upload(&self, id: PhotoId) {
        if let Err(error) = tokio::fs::remove_file(self.upload(id)).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(photo.id = %id, %error, "photo.upload.forget");
        }
    }
}

pub(super) fn touched_at(metadata: &fs::Metadata) -> Timestamp {
    let since_epoch = metadata.modified().ok().and_then(|modified| modified.duration_since(UNIX_EPOCH).ok());
    // A disk that keeps no times: nothing is then old enough to be swept away.
    since_epoch.map_or_else(clock::now, |elapsed| Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)))
}
