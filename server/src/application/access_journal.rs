//! The access journal: every reading of what a case holds leaves a line, before its reader gets the answer.
//!
//! A reading is first written to a file of the data folder (the spool), then handed to one writer, which seals what readings there are into the chain of the
//! database: those of a tenth of a second share a transaction. What this loses, and when:
//!
//! - the program is killed (`kill -9`, out of memory, a panic): **nothing**. What a program has written to a file stays with the system when it goes; the
//!   next start on the same data folder seals what its spools still hold. A line is known by its id, so that one sealed just before is not sealed twice.
//! - the machine stops (power cut, kernel): the readings of the last moments, those not yet committed ([`GATHER`] and a transaction) and that the system had
//!   not yet put on the disk by itself. A commit survives a power cut.
//! - the data folder is lost, and the database is elsewhere (PostgreSQL): what that folder's spools held, as above.
//!
//! Waiting for the commit in each reading would lose nothing in a power cut either. Measured on a case read through the API (development build, two shared
//! cores, 1,500 readings each way, in blocks taken in turn): the spool and its writer add 2 % (SQLite) to 4 % (PostgreSQL) of processor time, and take
//! 0.1 ms of a request of 6 to 8 ms; waiting for the commit takes 1.5 to 4 ms of it, a quarter and more. 20,000 readings are sealed in a second.
//!
//! When the writer does not keep up, readings wait for a place in its queue; when the spool cannot be written, the reading is refused: what cannot be
//! recorded is not shown.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use casework::{
    access::{AccessDoor, AccessEntry, AccessSubject, ChainHead},
    ids::{AccessId, CaseId},
    permission::Section,
    wire::v1::ErrorCode,
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{Actor, Result, UseCaseError};
use crate::{
    clock::{new_id, now},
    store::{self, Store, StoreError},
};

/// Readings that wait for the writer; more wait for a place.
const QUEUE_MAX: usize = 1_024;
/// Readings of one transaction.
const GROUP_MAX: usize = 256;
/// A reading is safe in its spool: what comes within this time shares its transaction, so that people who read one page after the other do not make the
/// database commit each time.
const GATHER: Duration = Duration::from_millis(100);
/// A spool this long gives way to the other, so that each is emptied in its turn however fast people read.
const SPOOL_BYTES_MAX: u64 = 1024 * 1024;
/// Servers that may share a data folder.
const SLOTS_MAX: u32 = 64;
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MAX: Duration = Duration::from_secs(5);
/// What the last lines are given to be sealed, when the program ends; the next start seals those that were not.
const LAST_LINES: Duration = Duration::from_secs(5);
/// The head is told to the program's log this often: another place that a rewritten chain would have to agree with.
const TELL_EVERY: i64 = 1_000;

enum Message {
    /// Readings, and the spool that holds them.
    Read(usize, Vec<AccessEntry>),
    Flush(oneshot::Sender<()>),
}

/// What is read, of what it is, as its reader was shown it.
#[derive(Clone, Debug)]
pub struct Reading {
    pub subject: AccessSubject,
    pub subject_id: Option<Uuid>,
    pub case_id: Option<CaseId>,
    pub door: AccessDoor,
    pub sections: BTreeSet<Section>,
}

/// The way to the journal. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AccessJournal {
    sender: mpsc::Sender<Message>,
    spools: Arc<Spools>,
}

impl AccessJournal {
    /// Seals what a killed program left in its spools, and starts the writer, which ends with the last handle.
    ///
    /// # Errors
    /// When the folder cannot be used or the store fails.
    pub async fn start(store: Store, data: &Path) -> Result<Self> {
        let folder = data.join("access");
        seal_what_was_left(&store, &folder).await?;
        let spools = Arc::new(Spools::open(&folder)?);
        let head = store::access::head(store.reader()).await?;
        tracing::info!(sequence = head.sequence, seal = %head.seal, "access.head");
        let (sender, receiver) = mpsc::channel(QUEUE_MAX);
        tokio::spawn(write_groups(store, Arc::clone(&spools), receiver));
        Ok(Self { sender, spools })
    }

    /// Records what somebody is about to be shown. When this returns, no crash of the program loses it.
    ///
    /// # Errors
    /// `storage_unavailable` when it cannot be kept: nothing is then to be shown.
    pub async fn record(&self, actor: &Actor, readings: impl IntoIterator<Item = Reading>) -> Result<()> {
        let at = now();
        let entry = |reading: Reading| AccessEntry {
            id: AccessId(new_id()),
            at,
            account_id: actor.account.id,
            organisation_id: actor.account.organisation.id,
            subject: reading.subject,
            subject_id: reading.subject_id,
            case_id: reading.case_id,
            door: reading.door,
            sections: reading.sections,
            rows: None,
        };
        self.keep(readings.into_iter().map(entry).collect()).await
    }

    /// Records that somebody is about to be shown a list whose rows tell something of cases: one line, with how many of them, however long it is. None for a
    /// list that is empty.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub async fn record_list(&self, actor: &Actor, subject: AccessSubject, rows: usize, sections: BTreeSet<Section>) -> Result<()> {
        if rows == 0 {
            return Ok(());
        }
        let entry = AccessEntry {
            id: AccessId(new_id()),
            at: now(),
            account_id: actor.account.id,
            organisation_id: actor.account.organisation.id,
            subject,
            subject_id: None,
            case_id: None,
            door: AccessDoor::List,
            sections,
            rows: Some(u32::try_from(rows).unwrap_or(u32::MAX)),
        };
        self.keep(vec![entry]).await
    }

    async fn keep(&self, entries: Vec<AccessEntry>) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let unavailable = || UseCaseError::refused(ErrorCode::StorageUnavailable);
        let place = self.sender.reserve().await.map_err(|_| unavailable())?;
        let spool = self.spools.keep(&entries).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "access.spool");
            unavailable()
        })?;
        place.send(Message::Read(spool, entries));
        Ok(())
    }

    /// Waits until all that was recorded before is sealed in the database.
    pub async fn flush(&self) {
        let (told, sealed) = oneshot::channel();
        if self.sender.send(Message::Flush(told)).await.is_ok() {
            drop(sealed.await);
        }
    }

    /// The end of the program: seals the last lines and gives the spools back.
    pub async fn close(&self) {
        if tokio::time::timeout(LAST_LINES, self.flush()).await.is_err() {
            tracing::warn!("access.lines_left_for_next_start");
        }
        self.spools.release();
    }
}

async fn write_groups(store: Store, spools: Arc<Spools>, mut receiver: mpsc::Receiver<Message>) {
    let mut group = Vec::with_capacity(GROUP_MAX);
    let mut told = i64::MIN;
    loop {
        gather(&mut receiver, &mut group).await;
        if group.is_empty() {
            return;
        }
        let (mut entries, mut kept, mut waiting) = (Vec::with_capacity(group.len()), [0_u64; 2], Vec::new());
        for message in group.drain(..) {
            match message {
                Message::Read(spool, read) => {
                    kept[spool % 2] += 1;
                    entries.extend(read);
                }
                Message::Flush(flushed) => waiting.push(flushed),
            }
        }
        if !entries.is_empty() {
            let Some(head) = seal_until_done(&store, &spools, &entries).await else { return };
            spools.sealed(kept);
            if head.sequence / TELL_EVERY > told / TELL_EVERY {
                tracing::info!(sequence = head.sequence, seal = %head.seal, "access.head");
                told = head.sequence;
            }
        }
        for flushed in waiting {
            // Whoever asked may have gone.
            let _ = flushed.send(());
        }
    }
}

/// Waits for a reading, then a moment for those that come with it; none when nobody is left to send any.
async fn gather(receiver: &mut mpsc::Receiver<Message>, group: &mut Vec<Message>) {
    group.extend(receiver.recv().await);
    let others = async {
        while !group.is_empty() && group.len() < GROUP_MAX && !matches!(group.last(), Some(Message::Flush(_))) {
            let Some(message) = receiver.recv().await else { return };
            group.push(message);
        }
    };
    // A message is taken or left whole when the time is over.
    drop(tokio::time::timeout(GATHER, others).await);
}

/// Seals these, however long the database takes to come back; `None` when the program ends before.
async fn seal_until_done(store: &Store, spools: &Spools, entries: &[AccessEntry]) -> Option<ChainHead> {
    let mut pause = RETRY_FIRST;
    loop {
        match seal(store, entries).await {
            Ok(head) => return Some(head),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, lines = entries.len(), "access.seal"),
        }
        if spools.is_released() {
            return None;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(RETRY_MAX);
    }
}

async fn seal(store: &Store, entries: &[AccessEntry]) -> Result<ChainHead> {
    let mut tx = store.begin().await?;
    let head = store::access::append(&mut tx, entries).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(head)
}

/// Files that hold readings until the database does: two, taken in turn.
#[derive(Debug)]
struct Spools {
    files: Mutex<Files>,
    /// Held locked as long as this program uses the two.
    slot: File,
    released: AtomicBool,
}

#[derive(Debug)]
struct Files {
    spools: [Spool; 2],
    current: usize,
}

#[derive(Debug)]
struct Spool {
    file: File,
    bytes: u64,
    /// Messages written and not yet sealed.
    waiting: u64,
}

fn spool_name(slot: u32, number: usize) -> String {
    format!("{slot}.{number}.jsonl")
}

fn lock(folder: &Path, slot: u32) -> io::Result<Option<File>> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(format!("{slot}.lock")))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

impl Spools {
    fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        for slot in 0..SLOTS_MAX {
            let Some(locked) = lock(folder, slot)? else { continue };
            let open = |number| {
                let file = OpenOptions::new().create(true).append(true).open(folder.join(spool_name(slot, number)))?;
                let bytes = file.metadata()?.len();
                io::Result::Ok(Spool { file, bytes, waiting: 0 })
            };
            let files = Mutex::new(Files { spools: [open(0)?, open(1)?], current: 0 });
            return Ok(Self { files, slot: locked, released: AtomicBool::new(false) });
        }
        Err(io::Error::new(io::ErrorKind::ResourceBusy, "every spool of the access journal is in use"))
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes these in one go, and says in which spool.
    fn keep(&self, entries: &[AccessEntry]) -> io::Result<usize> {
        let mut text = Vec::with_capacity(entries.len() * 384);
        for entry in entries {
            serde_json::to_writer(&mut text, entry)?;
            text.push(b'\n');
        }
        let mut files = self.files();
        if files.spools[files.current].bytes > SPOOL_BYTES_MAX && files.spools[1 - files.current].waiting == 0 {
            files.current = 1 - files.current;
        }
        let current = files.current;
        let spool = &mut files.spools[current];
        if let Err(error) = spool.file.write_all(&text) {
            // Half a line would hide the one after it; a newline ends it, if anything can still be written.
            drop(spool.file.write_all(b"\n"));
            return Err(error);
        }
        spool.bytes += text.len() as u64;
        spool.waiting += 1;
        Ok(current)
    }

    /// So many messages of each are in the database: a spool that holds nothing else is emptied.
    fn sealed(&self, messages: [u64; 2]) {
        let mut files = self.files();
        for (spool, sealed) in files.spools.iter_mut().zip(messages) {
            spool.waiting = spool.waiting.saturating_sub(sealed);
            if spool.waiting == 0 && spool.bytes > 0 {
                match spool.file.set_len(0) {
                    Ok(()) => spool.bytes = 0,
                    Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "access.spool.empty"),
                }
            }
        }
    }

    fn is_released(&self) -> bool {
        self.released.load(Ordering::Relaxed)
    }

    fn release(&self) {
        self.released.store(true, Ordering::Relaxed);
        if let Err(error) = self.slot.unlock() {
            tracing::warn!(error = &error as &dyn std::error::Error, "access.spool.unlock");
        }
    }
}

/// Seals what spools of programs that are gone still hold.
async fn seal_what_was_left(store: &Store, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for slot in 0..SLOTS_MAX {
        if !folder.join(format!("{slot}.lock")).try_exists()? {
            continue;
        }
        // Another server of this folder writes there: it will seal its own.
        let Some(locked) = lock(folder, slot)? else { continue };
        for number in 0..2 {
            let path = folder.join(spool_name(slot, number));
            let mut text = Vec::new();
            match File::open(&path) {
                Ok(mut file) => file.read_to_end(&mut text)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error.into()),
            };
            let (mut entries, mut torn) = (Vec::new(), 0_u32);
            for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                match serde_json::from_slice::<AccessEntry>(line) {
                    Ok(entry) => entries.push(entry),
                    Err(_) => torn += 1,
                }
            }
            for group in entries.chunks(GROUP_MAX) {
                seal(store, group).await?;
            }
            if torn > 0 || !entries.is_empty() {
                tracing::warn!(lines = entries.len(), torn, "access.spool.sealed_at_start");
            }
            File::options().write(true).open(&path)?.set_len(0)?;
        }
        locked.unlock()?;
    }
    Ok(())
}
