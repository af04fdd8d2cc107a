//! Photos: where their bytes live, what they are, and their smaller copies.

pub mod derive;
pub mod format;

use std::{path::PathBuf, sync::Arc};

use bytes::Bytes;
use casework::ids::PhotoId;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use tokio::{
    fs,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
};

/// Smaller copies, without metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Longest edge 1,600 px.
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
            Self::Screen => 1_600,
            Self::Thumbnail => 320,
        }
    }
}

/// Originals by content hash, derived copies beside them, uploads under way apart. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PhotoStorage {
    objects: Arc<dyn ObjectStore>,
    /// Root of the objects when they are files: their bytes are flushed to disk before they count.
    root: PathBuf,
    uploads: PathBuf,
    /// Decoding a photo takes tens of megabytes: only so many at once.
    pub(crate) workers: Arc<tokio::sync::Semaphore>,
}

const WORKERS_MAX: usize = 2;

impl PhotoStorage {
    /// Photos in `folder/photos`, uploads under way in `folder/uploads`.
    ///
    /// # Errors
    /// When the folders cannot be made.
    pub fn open(folder: &std::path::Path) -> std::io::Result<Self> {
        let (root, uploads) = (folder.join("photos"), folder.join("uploads"));
        std::fs::create_dir_all(&root)?;
        std::fs::create_dir_all(&uploads)?;
        let objects = LocalFileSystem::new_with_prefix(&root).map_err(std::io::Error::other)?;
        Ok(Self { objects: Arc::new(objects), root, uploads, workers: Arc::new(tokio::sync::Semaphore::new(WORKERS_MAX)) })
    }

    fn original(sha256: &str) -> Path {
        Path::from(format!("original/{}/{sha256}", sha256.get(..2).unwrap_or("00")))
    }

    fn copy(size: Size, sha256: &str) -> Path {
        Path::from(format!("{}/{}/{sha256}.jpg", size.folder(), sha256.get(..2).unwrap_or("00")))
    }

    /// Keeps an original under its hash, whole or not at all, flushed to disk.
    ///
    /// # Errors
    /// When the storage fails; nothing is kept then.
    pub async fn keep_original(&self, sha256: &str, bytes: Bytes) -> object_store::Result<()> {
        self.put(&Self::original(sha256), bytes).await
    }

    /// Keeps a derived copy.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn keep_copy(&self, size: Size, sha256: &str, bytes: Bytes) -> object_store::Result<()> {
        self.put(&Self::copy(size, sha256), bytes).await
    }

    async fn put(&self, path: &Path, bytes: Bytes) -> object_store::Result<()> {
        // The store writes beside and renames: readers see the whole file or none.
        self.objects.put(path, bytes.into()).await?;
        self.flush(path).await.map_err(|error| object_store::Error::Generic { store: "file", source: Box::new(error) })
    }

    async fn flush(&self, path: &Path) -> std::io::Result<()> {
        let file = self.root.join(path.as_ref());
        fs::File::open(&file).await?.sync_all().await?;
        match file.parent() {
            Some(folder) => fs::File::open(folder).await?.sync_all().await,
            None => Ok(()),
        }
    }

    /// The original as received.
    ///
    /// # Errors
    /// [`object_store::Error::NotFound`] when it is not here.
    pub async fn read_original(&self, sha256: &str) -> object_store::Result<Bytes> {
        self.objects.get(&Self::original(sha256)).await?.bytes().await
    }

    /// A derived copy.
    ///
    /// # Errors
    /// [`object_store::Error::NotFound`] when it is not made yet.
    pub async fn read_copy(&self, size: Size, sha256: &str) -> object_store::Result<Bytes> {
        self.objects.get(&Self::copy(size, sha256)).await?.bytes().await
    }

    fn upload(&self, id: PhotoId) -> PathBuf {
        self.uploads.join(id.to_string())
    }

    /// Writes a chunk of an upload at its offset and flushes it.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub async fn write_chunk(&self, id: PhotoId, offset: u64, chunk: &[u8]) -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(self.upload(id)).await?;
        file.seek(std::io::SeekFrom::Start(offset)).await?;
        file.write_all(chunk).await?;
        file.flush().await?;
        file.sync_data().await
    }

    /// The bytes of an upload, up to `length_bytes`.
    ///
    /// # Errors
    /// When the file is missing or shorter.
    pub async fn read_upload(&self, id: PhotoId, length_bytes: u64) -> std::io::Result<Bytes> {
        let mut bytes = vec![0; usize::try_from(length_bytes).unwrap_or(0)];
        fs::File::open(self.upload(id)).await?.read_exact(&mut bytes).await?;
        Ok(bytes.into())
    }

    /// Forgets the bytes of an upload. Missing bytes are fine.
    pub async fn forget_upload(&self, id: PhotoId) {
        if let Err(error) = fs::remove_file(self.upload(id)).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(photo.id = %id, %error, "photo.upload.forget");
        }
    }
}
