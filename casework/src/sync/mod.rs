//! Plans of the sync between phone and server. Plans only: what to send next, what an answer means, what an arriving event changes. No IO.

mod apply;
mod outbox;

pub use apply::{AnswerHead, CurrentAnswer, DangerKept, IncomingAnswer, Merge, Receipt, merge_answer, verdict};
pub use outbox::{Batch, Limits, OutboxRow, OutboxState, Settled, Settlement, backoff, next_batch, settle};

#[cfg(test)]
mod tests;
