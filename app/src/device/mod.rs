//! What the phone keeps: IndexedDB, outbox, camera, connectivity.
