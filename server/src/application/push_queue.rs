//! Group commit: pushes that arrive together share one durable transaction.
//!
//! A disk flush and a statement cost as much for one visit as for fifty; waiting phones then share them. When the store refuses a group, each push of it
//! is tried again alone, so that one which fails takes nothing from the others.

use casework::wire::v1::{ErrorCode, PushReply, PushRequest};
use tokio::sync::{mpsc, oneshot};

use super::{
    Actor, Brigade, Result, UseCaseError,
    receive_changes::{self, Push},
};
use crate::{clock, store::StoreError};

/// Pushes that wait; more are told to come back, and the phone keeps its changes.
const QUEUE_MAX: usize = 512;
/// Pushes of one transaction.
const GROUP_MAX: usize = 64;

struct Waiting {
    push: Push,
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
        let push = receive_changes::read(actor, request);
        self.sender.try_send(Waiting { push, reply }).map_err(full)?;
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
    let (pushes, senders): (Vec<Push>, Vec<_>) = group.into_iter().map(|waiting| (waiting.push, waiting.reply)).unzip();
    match commit(brigade, &pushes).await {
        Ok(replies) => {
            for (sender, reply) in senders.into_iter().zip(replies) {
                // A phone that hung up will ask again and be told « duplicate ».
                drop(sender.send(Ok(reply)));
            }
        }
        // Nothing of the group is stored. One push that the store cannot take must not hold up the others: each goes alone.
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, pushes = pushes.len(), "push.group");
            for (sender, push) in senders.into_iter().zip(&pushes) {
                let alone = commit(brigade, std::slice::from_ref(push)).await;
                drop(sender.send(alone.map(|mut replies| replies.remove(0))));
            }
        }
    }
}

/// Stores these pushes in one transaction, and tells the boards once it is durable.
async fn commit(brigade: &Brigade, pushes: &[Push]) -> Result<Vec<PushReply>> {
    let mut tx = brigade.store.begin().await?;
    let received = receive_changes::receive(&mut tx, brigade, pushes, clock::now()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.board.publish(&received.board);
    Ok(received.replies)
}
