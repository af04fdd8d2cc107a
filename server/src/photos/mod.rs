//! Photos: where their bytes live, what they are, and their smaller copies.

mod calm;
pub mod checksum;
pub mod derive;
pub mod exif;
pub mod format;
mod sweep;
mod uploads;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use tokio::{fs, sync::Semaphore, task::spawn_blocking};

pub use calm::Receiving;
pub use sweep::Swept;
pub use uploads::{EndError, Standing};

/// Smaller copies, without metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Longest edge 2,048 px.
    Screen,
    /// Longest edge 320 px.
    Thumbnail,
}

impl Size {
    fn folder(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Thumbnail => "thumb",
        }
    }

    pub fn edge_px_max(self) -> u32 {
        match self {
            Self::Screen => 2_048,
            Self::Thumbnail => 320,
        }
    }
}

/// Originals by content hash, derived copies beside them, uploads under way apart. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PhotoStorage {
    root: PathBuf,
    uploads: PathBuf,
    /// Decoding a photo takes tens of megabytes: only so many at once.
    workers: Arc<Semaphore>,
    /// The end of an upload holds the whole file in memory: only so many at once.
    enders: Arc<Semaphore>,
    locks: Arc<uploads::Locks>,
    /// Read by whoever names a file, written by the sweep that looks for files without a name.
    sweeping: Arc<tokio::sync::RwLock<()>>,
    calm: Arc<calm::Calm>,
}

const WORKERS_MAX: u32 = 2;
const ENDERS_MAX: usize = 4;

impl PhotoStorage {
    /// Photos in `folder/photos`, uploads under way in `folder/uploads`.
    ///
    /// # Errors
    /// When the folders cannot be made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let (root, uploads) = (folder.join("photos"), folder.join("uploads"));
        std::fs::create_dir_all(root.join(ORIGINAL))?;
        std::fs::create_dir_all(&uploads)?;
        Ok(Self {
            root,
            uploads,
            workers: Arc::new(Semaphore::new(WORKERS_MAX as usize)),
            enders: Arc::new(Semaphore::new(ENDERS_MAX)),
            locks: Arc::default(),
            sweeping: Arc::default(),
            calm: Arc::default(),
        })
    }

    fn original(&self, sha256: &str) -> PathBuf {
        self.root.join(ORIGINAL).join(shelf(sha256)).join(sha256)
    }

    fn copy(&self, size: Size, sha256: &str) -> PathBuf {
        self.root.join(size.folder()).join(shelf(sha256)).join(format!("{sha256}.jpg"))
    }

    /// Keeps an original under its hash, whole or not at all, flushed to disk.
    ///
    /// # Errors
    /// When the disk fails; nothing is kept then.
    pub async fn keep_original(&self, sha256: &str, bytes: Bytes) -> io::Result<()> {
        let file = self.original(sha256);
        spawn_blocking(move || uploads::write_whole(&file, &bytes)).await?
    }

    /// Keeps a derived copy, whole or not at all.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn keep_copy(&self, size: Size, sha256: &str, bytes: Bytes) -> io::Result<()> {
        let file = self.copy(size, sha256);
        spawn_blocking(move || uploads::write_whole(&file, &bytes)).await?
    }

    /// The original as received.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not here.
    pub async fn read_original(&self, sha256: &str) -> io::Result<Bytes> {
        fs::read(self.original(sha256)).await.map(Bytes::from)
    }

    /// A derived copy.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not made yet.
    pub async fn read_copy(&self, size: Size, sha256: &str) -> io::Result<Bytes> {
        fs::read(self.copy(size, sha256)).await.map(Bytes::from)
    }
}

const ORIGINAL: &str = "original";

/// Folder of a hash: its first two digits, so that no folder holds every photo.
fn shelf(sha256: &str) -> &str {
    sha256.get(..2).unwrap_or("00")
}
