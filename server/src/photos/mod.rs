//! Photos: where their bytes live, what they are, and their smaller copies.

mod burn;
mod calm;
pub mod checksum;
mod converter;
pub mod derive;
pub mod exif;
pub mod format;
mod heif;
mod sweep;
mod uploads;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use casework::photo_mark::PhotoMark;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path as Key};
use tokio::sync::Semaphore;

pub use calm::Receiving;
pub use converter::{ConvertError, Converter, ConverterChoice, NotConverted};
pub use sweep::{Named, Swept};
pub use uploads::{EndError, Standing};

use crate::clock::sha256_hex;

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

/// Which copies of an original: those with these marks burnt in. Other marks have another name, so that no copy is ever shown with marks of before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CopyName(String);

/// Changed with what [`burn`] draws: copies are then made again.
const DRAWING: &str = "1";
/// Hexadecimal digits of the marks in a name.
const MARK_DIGITS: usize = 16;

impl CopyName {
    pub fn of(sha256: &str, marks: &[PhotoMark]) -> Self {
        if marks.is_empty() {
            return Self(sha256.to_owned());
        }
        // Our own types have string keys and no failing serialisers.
        let drawn = serde_json::to_string(marks).unwrap_or_default();
        let digits = sha256_hex(format!("{DRAWING}{drawn}").as_bytes());
        Self(format!("{sha256}-{}", digits.get(..MARK_DIGITS).unwrap_or_default()))
    }
}

/// Originals by content hash, derived copies beside them, uploads under way apart. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PhotoStorage {
    /// Originals and copies. Files today; behind this door, another kind of storage is a matter of configuration.
    objects: Arc<dyn ObjectStore>,
    /// Always a folder of this machine: what is under way is written piece by piece.
    uploads: PathBuf,
    /// Decoding a photo takes tens of megabytes: only so many at once.
    workers: Arc<Semaphore>,
    /// The end of an upload holds the whole file in memory: only so many at once.
    enders: Arc<Semaphore>,
    locks: Arc<uploads::Locks>,
    /// Read by whoever names a file, written by the sweep that looks for files without a name.
    sweeping: Arc<tokio::sync::RwLock<()>>,
    calm: Arc<calm::Calm>,
    /// Reads what this program does not, where the system has one.
    converter: Option<Arc<Converter>>,
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
        std::fs::create_dir_all(&root)?;
        std::fs::create_dir_all(&uploads)?;
        // Written beside and renamed: readers see the whole file or none. Flushed, file and folder, before it counts.
        let objects = LocalFileSystem::new_with_prefix(&root).map_err(io::Error::other)?.with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
            uploads,
            workers: Arc::new(Semaphore::new(WORKERS_MAX as usize)),
            enders: Arc::new(Semaphore::new(ENDERS_MAX)),
            locks: Arc::default(),
            sweeping: Arc::default(),
            calm: Arc::default(),
            converter: None,
        })
    }

    /// With a program of the system for the formats that this one does not read. Its folder is `folder/converting`.
    ///
    /// # Errors
    /// When the program that was named is not one, or the folder cannot be made.
    pub fn converting(self, folder: &Path, choice: &ConverterChoice, patience: Duration) -> io::Result<Self> {
        let converter = Converter::find(choice, &folder.join("converting"), patience)?;
        Ok(Self { converter: converter.map(Arc::new), ..self })
    }

    /// The program that reads what this one does not, if there is one.
    pub fn converter(&self) -> Option<&Converter> {
        self.converter.as_deref()
    }

    /// Keeps an original under its hash, whole or not at all, flushed to disk.
    ///
    /// # Errors
    /// When the storage fails; nothing is kept then.
    pub async fn keep_original(&self, sha256: &str, bytes: Bytes) -> io::Result<()> {
        self.put(&original(sha256), bytes).await
    }

    /// Keeps a derived copy, whole or not at all.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn keep_copy(&self, size: Size, name: &CopyName, bytes: Bytes) -> io::Result<()> {
        self.put(&copy(size, name), bytes).await
    }

    /// The original as received.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not here.
    pub async fn read_original(&self, sha256: &str) -> io::Result<Bytes> {
        self.get(&original(sha256)).await
    }

    /// A derived copy.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not made yet.
    pub async fn read_copy(&self, size: Size, name: &CopyName) -> io::Result<Bytes> {
        self.get(&copy(size, name)).await
    }

    async fn put(&self, key: &Key, bytes: Bytes) -> io::Result<()> {
        self.objects.put(key, bytes.into()).await.map(drop).map_err(storage_error)
    }

    async fn get(&self, key: &Key) -> io::Result<Bytes> {
        self.objects.get(key).await.map_err(storage_error)?.bytes().await.map_err(storage_error)
    }
}

fn original(sha256: &str) -> Key {
    Key::from(format!("{ORIGINAL}/{}/{sha256}", shelf(sha256)))
}

fn copy(size: Size, CopyName(name): &CopyName) -> Key {
    Key::from(format!("{}/{}/{name}.jpg", size.folder(), shelf(name)))
}

/// An error of the storage in the terms of a disk: what matters is whether a photo is not there, or cannot be reached.
fn storage_error(error: object_store::Error) -> io::Error {
    match error {
        object_store::Error::NotFound { .. } => io::Error::new(io::ErrorKind::NotFound, error),
        other => io::Error::other(other),
    }
}

const ORIGINAL: &str = "original";

/// Folder of a hash: its first two digits, so that no folder holds every photo.
fn shelf(sha256: &str) -> &str {
    sha256.get(..2).unwrap_or("00")
}
