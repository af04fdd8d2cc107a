//! Files that nobody names any more: left by a crash between two steps, or by uploads that stopped.

use std::{collections::BTreeSet, fs, io, path::Path};

use casework::{clock::Timestamp, ids::PhotoId};
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, path::Path as Key};
use tokio::{
    sync::{RwLockReadGuard, RwLockWriteGuard},
    task::spawn_blocking,
};

use super::{CopyName, ORIGINAL, PhotoStorage, Size, storage_error, uploads::touched_at};

/// Files of one shelf that rows name.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// By hash.
    pub originals: BTreeSet<String>,
    /// Those with the marks that photos have now: copies of before their last marks are named by nobody.
    pub copies: BTreeSet<CopyName>,
}

impl Named {
    /// A file's name is a hash; of a copy, a hash and what tells its marks, with `.jpg`. What was being written has another ending, and no row can name it.
    fn holds(&self, kind: &str, file: &str) -> bool {
        if kind == ORIGINAL {
            return self.originals.contains(file);
        }
        file.strip_suffix(".jpg").is_some_and(|name| self.copies.contains(&CopyName(name.to_owned())))
    }
}

/// What a sweep took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub files: u64,
    pub bytes: u64,
}

impl std::ops::AddAssign for Swept {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
    }
}

impl PhotoStorage {
    /// Held by whoever is giving a file its name, from the file to the row.
    pub async fn naming(&self) -> RwLockReadGuard<'_, ()> {
        self.sweeping.read().await
    }

    /// Held by a sweep, from reading the rows to deleting: nobody names a file meanwhile.
    pub async fn sweeping(&self) -> RwLockWriteGuard<'_, ()> {
        self.sweeping.write().await
    }

    /// The first two digits of every hash that has a file here.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub async fn shelves(&self) -> io::Result<BTreeSet<String>> {
        let mut shelves = BTreeSet::new();
        for kind in kinds() {
            let listed = self.objects.list_with_delimiter(Some(&Key::from(kind))).await.map_err(storage_error)?;
            shelves.extend(listed.common_prefixes.iter().filter_map(|shelf| shelf.filename()).filter(|name| name.len() == 2).map(str::to_owned));
        }
        Ok(shelves)
    }

    /// Deletes the files of a shelf, originals and copies, that are not among `named` and that nobody touched since `before`.
    ///
    /// # Errors
    /// When a folder cannot be read or a file deleted.
    pub async fn sweep_shelf(&self, digits: &str, named: Named, before: Timestamp) -> io::Result<Swept> {
        let mut swept = Swept::default();
        for kind in kinds() {
            let files: Vec<_> = self.objects.list(Some(&Key::from(format!("{kind}/{digits}")))).try_collect().await.map_err(storage_error)?;
            for file in files {
                let is_named = file.location.filename().is_some_and(|name| named.holds(kind, name));
                if !is_named && file.last_modified.timestamp_millis() < before.0 {
                    self.objects.delete(&file.location).await.map_err(storage_error)?;
                    swept += Swept { files: 1, bytes: file.size };
                }
            }
        }
        Ok(swept)
    }

    /// Deletes the bytes of uploads that are not `known`, and that nobody touched since `before`.
    ///
    /// # Errors
    /// When the folder cannot be read or a file deleted.
    pub async fn sweep_uploads(&self, known: BTreeSet<PhotoId>, before: Timestamp) -> io::Result<Swept> {
        let folder = self.uploads.clone();
        spawn_blocking(move || delete(&folder, before, |name| name.parse().is_ok_and(|id| known.contains(&id)))).await?
    }
}

fn kinds() -> [&'static str; 3] {
    [ORIGINAL, Size::Screen.folder(), Size::Thumbnail.folder()]
}

fn delete(folder: &Path, before: Timestamp, is_named: impl Fn(&str) -> bool) -> io::Result<Swept> {
    let mut swept = Swept::default();
    for entry in entries(folder)? {
        let metadata = entry.metadata()?;
        let name = entry.file_name();
        if metadata.is_file() && touched_at(&metadata) < before && !name.to_str().is_some_and(&is_named) {
            fs::remove_file(entry.path())?;
            swept += Swept { files: 1, bytes: metadata.len() };
        }
    }
    Ok(swept)
}

/// What a folder holds; a folder that does not exist holds nothing.
fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
