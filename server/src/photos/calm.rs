//! Whether photos are arriving: their copies wait for a quiet moment, but not for ever.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::PhotoStorage;

/// How many uploads are being received, and when the last one paused.
#[derive(Debug, Default)]
pub struct Calm {
    under_way: AtomicUsize,
    paused_at: Mutex<Option<Instant>>,
}

/// A piece is being received for as long as this lives.
#[derive(Debug)]
pub struct Receiving(Arc<Calm>);

/// Between two pieces of a phone there is a moment that is not calm.
const PAUSE: Duration = Duration::from_millis(60);
const LOOK_EVERY: Duration = Duration::from_millis(15);

impl Calm {
    fn is_calm(&self) -> bool {
        let paused_at = *self.paused_at.lock().unwrap_or_else(PoisonError::into_inner);
        self.under_way.load(Ordering::Relaxed) == 0 && paused_at.is_none_or(|at| at.elapsed() > PAUSE)
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        *self.0.paused_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl PhotoStorage {
    /// Says that a piece is being received, until the guard is dropped.
    pub fn receiving(&self) -> Receiving {
        self.calm.under_way.fetch_add(1, Ordering::Relaxed);
        Receiving(self.calm.clone())
    }

    /// Waits until nothing is being received, or for `longest`: work that waits here is put off, never starved.
    pub async fn calm(&self, longest: Duration) {
        let until = Instant::now() + longest;
        while !self.calm.is_calm() && Instant::now() < until {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_waits_while_something_is_received_and_no_longer_than_said() {
        let folder = std::env::temp_dir().join(format!("brigade-calm-{}", crate::clock::new_id()));
        let storage = PhotoStorage::open(&folder).expect("a temporary folder");
        let timed = async |longest| {
            let before = Instant::now();
            storage.calm(longest).await;
            before.elapsed()
        };
        assert!(timed(Duration::from_secs(5)).await < Duration::from_millis(50), "nothing was ever received");
        let guard = storage.receiving();
        assert!(timed(Duration::from_millis(200)).await >= Duration::from_millis(200));
        drop(guard);
        assert!(timed(Duration::from_secs(5)).await < Duration::from_secs(1));
        std::fs::remove_dir_all(folder).expect("a temporary folder");
    }
}
