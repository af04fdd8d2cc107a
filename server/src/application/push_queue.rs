//! Group commit: pushes that arrive together share one durable transaction, each in its own savepoint.
//!
//! A disk flush costs as much for one visit as for fifty; waiting phones then share it. A push that fails is rolled back to its savepoint
//! and the others are kept.

use casework::wire::v1::{ErrorCode, PushReply, PushRequest};
use sqlx::Acquire;
use tokio::sync::{mpsc, oneshot};

use super::{
    Actor, Brigade, Result, UseCaseError,
    receive_changes::{self, Batch},
};
use crate::{clock, store::StoreError};

/// Pushes that wait; more are told to come back, and the phone keeps its changes.
const QUEUE_MAX: usize = 512;
/// Pushes of one transaction.
const GROUP_MAX: usize = 64;

struct Waiting {
    actor: Actor,
    batch: Batch,
    reply: oneshot::Sender<Result<PushReply>>,
}

/// The door to the group commit. Cheap to clone.
#[derive(Clone)]
pub struct PushQueue {
    sender: mpsc::Sender<Waiting>,
}

impl PushQueue {
    /// Starts the worker that commits. It ends when the last queue handle is dropped.
    pub fn start(brigade: Brigade) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_MAX);
        tokio::spawn(commit_groups(brigade, receiver));
        Self { sender }
    }

    /// Receives a push durably: when this returns `Ok`, a power cut loses nothing of it.
    ///
    /// # Errors
    /// A refusal of the whole request, or `storage_unavailable` when nothing could be stored.
    pub async fn push(&self, actor: Actor, request: PushRequest) -> Result<PushReply> {
        receive_changes::check_request(&actor, &request)?;
        let (reply, answer) = oneshot::channel();
        let full = |_| UseCaseError::refused(ErrorCode::StorageUnavailable);
        let batch = receive_changes::read(&request);
        self.sender.try_send(Waiting { actor, batch, reply }).map_err(full)?;
        answer.await.unwrap_or_else(|_| Err(UseCaseError::refused(ErrorCode::StorageUnavailable)))
    }
}

async fn commit_groups(brigade: Brigade, mut receiver: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(GROUP_MAX);
    while receiver.recv_many(&mut group, GROUP_MAX).await > 0 {
        commit_group(&brigade, std::mem::take(&mut group)).await;
    }
}

async fn commit_group(brigade: &Brigade, group: Vec<Waiting>) {
    let mut senders = Vec::with_capacity(group.len());
    let mut outcomes = Vec::with_capacity(group.len());
    let mut tx = match brigade.store.begin().await {
        Ok(tx) => tx,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "push.group.begin");
            return fail(group.into_iter().map(|waiting| waiting.reply));
        }
    };
    for waiting in group {
        senders.push(waiting.reply);
        outcomes.push(receive_one(&mut tx, brigade, &waiting.actor, waiting.batch).await);
    }
    if let Err(error) = tx.commit().await {
        tracing::error!(error = &error as &dyn std::error::Error, "push.group.commit");
        return fail(senders.into_iter());
    }
    for (sender, outcome) in senders.into_iter().zip(outcomes) {
        let reply = outcome.map(|received| {
            brigade.board.publish(&received.board);
            received.reply
        });
        // A phone that hung up will ask again and be told « duplicate ».
        drop(sender.send(reply));
    }
}

async fn receive_one(tx: &mut crate::store::Tx, brigade: &Brigade, actor: &Actor, batch: Batch) -> Result<receive_changes::Received> {
    let mut savepoint = tx.begin().await.map_err(StoreError::from)?;
    let received = receive_changes::receive(&mut savepoint, brigade, actor, batch, clock::now()).await;
    match received {
        Ok(received) => {
            savepoint.commit().await.map_err(StoreError::from)?;
            Ok(received)
        }
        Err(error) => {
            savepoint.rollback().await.map_err(StoreError::from)?;
            Err(error)
        }
    }
}

fn fail(senders: impl Iterator<Item = oneshot::Sender<Result<PushReply>>>) {
    for sender in senders {
        drop(sender.send(Err(UseCaseError::refused(ErrorCode::StorageUnavailable))));
    }
}
