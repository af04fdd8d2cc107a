//! Live events of the emergency cell: ids and revisions, never content.

use casework::wire::v1::BoardEvent;
use tokio::sync::broadcast;

/// Fan-out of board events to the open boards of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Board {
    sender: broadcast::Sender<BoardEvent>,
}

/// Events that a slow listener may lag behind before it is told to fetch again.
const BACKLOG: usize = 256;

impl Board {
    pub fn new() -> Self {
        Self { sender: broadcast::channel(BACKLOG).0 }
    }

    /// After the commit, never before.
    pub fn publish(&self, events: &[BoardEvent]) {
        for event in events {
            // No listener is not an error: nobody has the board open.
            drop(self.sender.send(*event));
        }
    }

    pub fn subscribe(&self) -> broadcast::Receiver<BoardEvent> {
        self.sender.subscribe()
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}
