//! Files that nobody names any more: left by a crash between two steps, or by uploads that stopped.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use casework::{clock::Timestamp, ids::PhotoId};
use tokio::{
    sync::{RwLockReadGuard, RwLockWriteGuard},
    task::spawn_blocking,
};

use super::{ORIGINAL, PhotoStorage, Size, uploads::touched_at};

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
        let root = self.root.clone();
        spawn_blocking(move || {
            let mut shelves = BTreeSet::new();
            for kind in kinds() {
                for entry in entries(&root.join(kind))? {
                    shelves.extend(entry.file_name().into_string().ok().filter(|name| name.len() == 2));
                }
            }
            Ok(shelves)
        })
        .await?
    }

    /// Deletes the files of a shelf, originals and copies, whose hash is not among `named` and that nobody touched since `before`.
    ///
    /// # Errors
    /// When a folder cannot be read or a file deleted.
    pub async fn sweep_shelf(&self, shelf: &str, named: BTreeSet<String>, before: Timestamp) -> io::Result<Swept> {
        let folders: Vec<PathBuf> = kinds().map(|kind| self.root.join(kind).join(shelf)).to_vec();
        spawn_blocking(move || {
            let mut swept = Swept::default();
            for folder in folders {
                // A hash, or a hash with `.jpg`. What was being written has another ending, and no row can name it.
                swept += delete(&folder, before, |name| named.contains(name.strip_suffix(".jpg").unwrap_or(name)))?;
            }
            Ok(swept)
        })
        .await?
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
