//! Live events of the emergency cell: ids and revisions, never content; and the lines on which open boards hear them.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use casework::{ids::AccountId, wire::v1::BoardEvent};
use tokio::sync::broadcast;

/// Fan-out of board events to the open boards of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Board {
    sender: broadcast::Sender<BoardEvent>,
    lines: Arc<Mutex<Lines>>,
    check_every_ms: Arc<AtomicU64>,
}

/// Events that a slow listener may lag behind before it is told to fetch again.
const BACKLOG: usize = 256;
/// Lines open at once, of all accounts: each costs memory and a look at its session now and then.
pub const LINES_MAX: usize = 1_024;
/// Lines open at once of one account: a few screens, each with a few tabs.
pub const LINES_PER_ACCOUNT_MAX: usize = 8;
/// How often an open line looks whether its session still lives. Also what keeps a silent line from being cut by what stands between.
const CHECK_EVERY_MS: u64 = 10_000;

/// How many lines each account has open.
#[derive(Debug, Default)]
struct Lines {
    all: usize,
    of: BTreeMap<AccountId, usize>,
}

/// An open line. It is counted until dropped.
#[derive(Debug)]
pub struct Line {
    pub changes: broadcast::Receiver<BoardEvent>,
    account_id: AccountId,
    lines: Arc<Mutex<Lines>>,
}

/// As many lines are open as may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("as many live lines are open as may be")]
pub struct NoLineLeft;

impl Board {
    pub fn new() -> Self {
        Self { sender: broadcast::channel(BACKLOG).0, lines: Arc::default(), check_every_ms: Arc::new(AtomicU64::new(CHECK_EVERY_MS)) }
    }

    /// After the commit, never before.
    pub fn publish(&self, events: &[BoardEvent]) {
        for event in events {
            // No listener is not an error: nobody has the board open.
            drop(self.sender.send(*event));
        }
    }

    /// Opens a line for an account.
    ///
    /// # Errors
    /// [`NoLineLeft`] beyond [`LINES_PER_ACCOUNT_MAX`] of the account or [`LINES_MAX`] of all.
    pub fn open_line(&self, account_id: AccountId) -> Result<Line, NoLineLeft> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let of_account = lines.of.get(&account_id).copied().unwrap_or(0);
        if of_account >= LINES_PER_ACCOUNT_MAX || lines.all >= LINES_MAX {
            return Err(NoLineLeft);
        }
        lines.all += 1;
        lines.of.insert(account_id, of_account + 1);
        Ok(Line { changes: self.sender.subscribe(), account_id, lines: Arc::clone(&self.lines) })
    }

    /// Lines open now.
    pub fn lines_open(&self) -> usize {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).all
    }

    /// How often an open line looks whether its session still lives.
    pub fn check_every(&self) -> Duration {
        Duration::from_millis(self.check_every_ms.load(Ordering::Relaxed))
    }

    /// Sets it for the lines opened from now on, on every clone: at least a millisecond.
    pub fn set_check_every(&self, every: Duration) {
        self.check_every_ms.store(u64::try_from(every.as_millis()).unwrap_or(CHECK_EVERY_MS).max(1), Ordering::Relaxed);
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.all = lines.all.saturating_sub(1);
        match lines.of.get_mut(&self.account_id) {
            Some(open) if *open > 1 => *open -= 1,
            _ => drop(lines.of.remove(&self.account_id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::new_id;

    #[test]
    fn lines_are_counted_by_account_and_given_back() {
        let (board, account) = (Board::new(), AccountId(new_id()));
        let mut open: Vec<Line> = (0..LINES_PER_ACCOUNT_MAX).filter_map(|_| board.open_line(account).ok()).collect();
        assert_eq!(open.len(), LINES_PER_ACCOUNT_MAX);
        assert_eq!(board.clone().open_line(account).err(), Some(NoLineLeft));
        assert!(board.open_line(AccountId(new_id())).is_ok(), "another account has its own");
        open.pop();
        assert!(board.open_line(account).is_ok());
        drop(open);
        assert_eq!(board.lines_open(), 0);
    }

    #[test]
    fn lines_are_counted_in_all() {
        let board = Board::new();
        let open: Vec<Line> = (0..LINES_MAX).filter_map(|_| board.open_line(AccountId(new_id())).ok()).collect();
        assert_eq!((open.len(), board.lines_open()), (LINES_MAX, LINES_MAX));
        assert_eq!(board.open_line(AccountId(new_id())).err(), Some(NoLineLeft));
        drop(open);
        assert!(board.open_line(AccountId(new_id())).is_ok());
    }
}
