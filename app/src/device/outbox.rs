//! Sending what the phone kept, then fetching what is new. One tab at a time; nothing on screen waits for it.

use std::cell::Cell;

use casework::{
    clock::Timestamp,
    ids::{AccountId, DeviceId, EventId},
    sync::{self, Limits, OutboxState, Settled},
    wire::v1::{ErrorCode, FieldEvent, PROTOCOL, PushReply, PushRequest, VerdictKind},
};
use inspection_grid::{Grid, GridHash};
use leptos::{prelude::*, task::spawn_local};
use serde_json::value::RawValue;

use super::{
    clock,
    idb::{StoreError, stores},
    locks::{self, Eagerness},
    merge,
    records::{AnswerRow, OutboxRow, VisitRow, answer_key, meta, outbox_key},
    revocation, sealed, session, startup,
    state::{Device, Net},
    store,
    timers::sleep_ms,
    upload, vault, waiting,
};
use crate::{
    behind,
    gateway::{self, http::FetchError, sync::Caller},
};

const LOCK: &str = "brigade-outbox";
/// Between two looks at the server when nothing waits.
const IDLE_MS: i64 = 5 * Timestamp::MINUTE_MS;
/// Between two looks at a network that the browser says is not there; its return is told, by most.
const NO_NETWORK_MS: i64 = 30_000;
/// Pages of one pull: more than any round has.
const PULL_PAGES_MAX: usize = 200;
/// Changes typed one after the other leave together.
const GATHER_MS: i64 = 250;

/// Why to try now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kick {
    /// A change was kept. Respects the back-off of a server that does not answer.
    Write,
    /// The network or the person says that it is worth trying everything: what an earlier network earned is forgotten.
    Full,
    /// The clock says that it is time to try everything again.
    Clock,
}

thread_local! {
    static RUNNING: Cell<bool> = const { Cell::new(false) };
    static WANTED: Cell<Option<Kick>> = const { Cell::new(None) };
    /// Failures in a row without anything passing, for the back-off.
    static FAILURES: Cell<u32> = const { Cell::new(0) };
    /// Only the latest timer acts.
    static TIMER: Cell<u32> = const { Cell::new(0) };
}

/// Something reached the server and was acknowledged: a link that loses some requests is not one that is gone.
pub fn passed() {
    FAILURES.set(0);
}

/// Starts a round of sending, or makes the one under way go round again.
pub fn kick(device: Device, kick: Kick) {
    if kick == Kick::Full {
        FAILURES.set(0);
    }
    if kick == Kick::Write && FAILURES.get() > 0 {
        return;
    }
    if RUNNING.get() {
        if WANTED.get().is_none_or(|wanted| wanted == Kick::Write) {
            WANTED.set(Some(kick));
        }
        return;
    }
    RUNNING.set(true);
    spawn_local(async move {
        let mut next = Some(kick);
        while let Some(kick) = next {
            WANTED.set(None);
            if kick == Kick::Write {
                sleep_ms(GATHER_MS).await;
            }
            turn(device, kick).await;
            next = WANTED.take();
        }
        RUNNING.set(false);
    });
}

/// One turn, and the timer of the next.
async fn turn(device: Device, kick: Kick) {
    // A phone in a basement has not failed: nothing was tried.
    if web_sys::window().is_some_and(|window| !window.navigator().on_line()) {
        device.set_net(Net::Offline);
        // What was just written is counted already.
        if kick != Kick::Write {
            count(device).await;
        }
        return schedule(device, NO_NETWORK_MS);
    }
    let passed = exchange(device, kick).await;
    device.status.update(|status| status.sending = false);
    count(device).await;
    if passed {
        FAILURES.set(0);
        schedule(device, IDLE_MS);
    } else {
        let failures = FAILURES.get().saturating_add(1);
        FAILURES.set(failures);
        schedule(device, sync::backoff(failures, clock::jitter()));
    }
}

fn schedule(device: Device, wait_ms: i64) {
    let mine = TIMER.get().wrapping_add(1);
    TIMER.set(mine);
    spawn_local(async move {
        sleep_ms(wait_ms).await;
        if TIMER.get() == mine {
            kick(device, Kick::Clock);
        }
    });
}

/// Everything that one turn does. `false` when it should be tried again after a while.
async fn exchange(device: Device, kick: Kick) -> bool {
    // Another tab is at it; its results are read at the next count.
    let Some(_held) = locks::take(LOCK, Eagerness::IfFree).await else { return kick == Kick::Write };
    device.status.update(|status| status.sending = true);
    if kick != Kick::Write && !session::check(device).await {
        return false;
    }
    if matches!(device.status.with_untracked(|status| status.net.clone()), Net::SignInNeeded | Net::OtherAccount(_)) {
        return false;
    }
    match behind::loaded() {
        Some(behind) => (behind.transfer)(device, kick).await,
        None => false,
    }
}

/// Sends, uploads and fetches for the person whose vault is open. `false` when it should be tried again after a while.
pub async fn transfer(device: Device, kick: Kick) -> bool {
    // Whose work this turn sends. Should somebody else sign in meanwhile, the server refuses it: it names its person.
    let (Some(vault), Ok(device_id)) = (vault::current(), store::device_id().await) else { return false };
    let caller = Caller::new(device_id, vault.account_id);
    let pushed = push(device, kick, device_id, vault.account_id).await;
    if pushed {
        waiting::count_all(device).await;
    }
    let uploaded = pushed && upload::drain(device, &caller).await;
    let pulled = kick == Kick::Write || (pushed && pull(device, &caller).await);
    if pushed && uploaded && pulled {
        device.set_net(Net::Online);
    }
    pushed && uploaded && pulled
}

/// What a failed request says about the way to the server.
fn note_failure(device: Device, error: FetchError) {
    if gateway::sync::is_revoked(&error) {
        spawn_local(revocation::obey(device));
        return;
    }
    device.set_net(match error {
        error if gateway::sync::is_sign_in_required(&error) => Net::SignInNeeded,
        // Somebody else signed in, in another tab, since this turn began.
        FetchError::Refused(error) if error.code == ErrorCode::OtherAccount.code() => {
            Net::OtherAccount(device.account.with_untracked(|account| account.as_ref().map(|account| account.display_name.clone()).unwrap_or_default()))
        }
        FetchError::Refused(error) => Net::Trouble(error),
        FetchError::Unreachable => Net::Offline,
    });
}

async fn push(device: Device, kick: Kick, device_id: DeviceId, account_id: AccountId) -> bool {
    loop {
        let Ok(rows) = store::outbox().await else { return false };
        let now = clock::now();
        let plans: Vec<sync::OutboxRow> = rows
            .iter()
            .map(|row| {
                let mut plan = row.plan.clone();
                // A person or a returning network does not wait for a back-off that a dead network earned.
                if kick != Kick::Write {
                    plan.next_try_at = Timestamp(0);
                }
                plan
            })
            .collect();
        let batch = sync::next_batch(&plans, now, Limits::default());
        if batch.event_ids.is_empty() {
            return true;
        }
        let Ok(events) = bodies(&batch.event_ids).await else { return false };
        let request = PushRequest { protocol: PROTOCOL, device_id, account_id: Some(account_id), device_now: now, events };
        match gateway::sync::push(&request).await {
            Ok(reply) => {
                if !reply.verdicts.is_empty() {
                    passed();
                }
                match settle(&plans, &rows, &batch.event_ids, &reply).await {
                    // Reading the open building again has a cost: only when the answer changed what is shown.
                    Ok(true) => startup::reread_received(device).await,
                    Ok(false) => startup::count_sent(device).await,
                    Err(_) => return false,
                }
                // An answer that settles nothing must not be asked for for ever.
                if reply.verdicts.is_empty() {
                    return false;
                }
            }
            Err(error) => {
                note_failure(device, error);
                // The waits are the turn's; the rows keep their place.
                return false;
            }
        }
    }
}

/// Every event that the server has not settled, in order, as it was written.
///
/// # Errors
/// When the store fails.
pub async fn unsent_bodies() -> Result<Vec<Box<RawValue>>, StoreError> {
    let ids: Vec<EventId> = store::outbox().await?.iter().map(|row| row.plan.event_id).collect();
    bodies(&ids).await
}

async fn bodies(ids: &[EventId]) -> Result<Vec<Box<RawValue>>, StoreError> {
    let transaction = sealed::read(&[stores::EVENT]).await?;
    let mut events = Vec::with_capacity(ids.len());
    for id in ids {
        // As it was written, by whichever version of the app.
        let event: Option<Box<RawValue>> = transaction.get(stores::EVENT, &id.to_string()).await?;
        events.extend(event.or_else(|| RawValue::from_string(format!(r#"{{"id":"{id}"}}"#)).ok()));
    }
    Ok(events)
}

/// Records what the server said of each event, in one transaction. Says whether drafts changed.
async fn settle(plans: &[sync::OutboxRow], rows: &[OutboxRow], sent: &[EventId], reply: &PushReply) -> Result<bool, StoreError> {
    let verdicts: Vec<(EventId, VerdictKind)> = reply.verdicts.iter().filter_map(|verdict| Some((verdict.event_id.parse().ok()?, verdict.verdict))).collect();
    let settlement = sync::settle(plans, sent, &verdicts, clock::now(), clock::jitter());
    let transaction = sealed::write(&[stores::OUTBOX, stores::EVENT, stores::VISIT, stores::ANSWER]).await?;
    let row_of = |id: EventId| rows.iter().find(|row| row.plan.event_id == id);
    let mut received: Vec<EventId> = Vec::new();
    for change in settlement.changes {
        match change {
            Settled::Remove(id) => {
                received.push(id);
                if let Some(row) = row_of(id) {
                    transaction.delete(stores::OUTBOX, &outbox_key(row.plan.sequence))?;
                }
            }
            Settled::Keep(plan) => {
                if let Some(row) = row_of(plan.event_id) {
                    let said = reply.verdicts.iter().find(|verdict| verdict.event_id == plan.event_id.to_string());
                    let code = said.and_then(|verdict| verdict.code.clone());
                    let message = said.and_then(|verdict| verdict.message.clone());
                    transaction.put(stores::OUTBOX, &outbox_key(plan.sequence), &OutboxRow { plan, code, message, ..row.clone() })?;
                }
            }
        }
    }
    let mut visible = !settlement.conflicts.is_empty();
    for id in settlement.conflicts {
        mark_conflict(&transaction, id).await?;
    }
    visible |= acknowledge(&transaction, rows, &received, reply).await?;
    transaction.commit().await?;
    Ok(visible)
}

async fn mark_conflict(transaction: &sealed::Transaction, id: EventId) -> Result<(), StoreError> {
    let event: Option<FieldEvent> = transaction.get(stores::EVENT, &id.to_string()).await?;
    let Some(FieldEvent { visit_id, change: casework::wire::v1::Change::Answered { place, criterion, .. }, .. }) = event else { return Ok(()) };
    let key = answer_key(visit_id, &place, &criterion);
    let row: Option<AnswerRow> = transaction.get(stores::ANSWER, &key).await?;
    match row {
        Some(mut row) => {
            row.conflict = true;
            transaction.put(stores::ANSWER, &key, &row)
        }
        None => Ok(()),
    }
}

/// Ends « NON TRANSMIS » for the emergencies that the server has; says whether there was one.
async fn acknowledge(transaction: &sealed::Transaction, rows: &[OutboxRow], received: &[EventId], reply: &PushReply) -> Result<bool, StoreError> {
    let mut any = false;
    let mut visits: Vec<_> = rows.iter().map(|row| row.visit_id).collect();
    visits.sort_unstable();
    visits.dedup();
    for visit in visits {
        let row: Option<VisitRow> = transaction.get(stores::VISIT, &visit.to_string()).await?;
        let Some(mut row) = row else { continue };
        let mut news = false;
        for raised in row.raised.iter_mut().filter(|raised| !raised.acknowledged) {
            if received.contains(&raised.event_id) || reply.escalations.contains(&raised.id) {
                raised.acknowledged = true;
                news = true;
            }
        }
        if news {
            transaction.put(stores::VISIT, &visit.to_string(), &row)?;
            any = true;
        }
    }
    Ok(any)
}

/// Fetches what is new, page after page until there is nothing more.
async fn pull(device: Device, caller: &Caller) -> bool {
    let mut news = false;
    for _ in 0..PULL_PAGES_MAX {
        match pull_page(device, caller).await {
            Some(true) => news = true,
            Some(false) => {
                // Reading the open building again has a cost: only when there was news.
                if news || !device.round_read.get_untracked() {
                    startup::reread_received(device).await;
                } else {
                    startup::reread_round(device).await;
                }
                return true;
            }
            None => {
                if news {
                    startup::reread_received(device).await;
                }
                return false;
            }
        }
    }
    startup::reread_received(device).await;
    // More remains than any round holds; the next turn goes on from its cursor.
    true
}

/// One page: whether it brought anything; `None` when it failed.
async fn pull_page(device: Device, caller: &Caller) -> Option<bool> {
    let cursor: Option<String> = store::meta(meta::CURSOR).await.ok().flatten();
    let mut answer = gateway::sync::pull(caller, cursor.as_deref()).await;
    if matches!(&answer, Err(FetchError::Refused(error)) if error.code == ErrorCode::BadCursor.code()) {
        // The server cannot go on from there (restored, or much newer): everything again.
        answer = gateway::sync::pull(caller, None).await;
    }
    let reply = answer.map_err(|error| note_failure(device, error)).ok()?;
    let grids = missing_grids(&reply).await.map_err(|error| note_failure(device, error)).ok()?;
    merge::apply(&reply, &grids).await.ok()?;
    let more = !reply.buildings.is_empty() || !reply.removed.is_empty();
    // A server that does not move its cursor would be asked for ever.
    Some(more && cursor.as_deref() != Some(reply.cursor.as_str()))
}

/// A sheet is only useful offline with its grid: both are stored together.
async fn missing_grids(reply: &casework::wire::v1::PullReply) -> Result<Vec<Grid>, FetchError> {
    let visits = reply.buildings.iter().flat_map(|sheet| sheet.visit.iter().chain(&sheet.earlier).chain(&sheet.others));
    let mut hashes: Vec<&GridHash> = visits.flat_map(|visit| std::iter::once(&visit.grid).chain(&visit.grid_before)).collect();
    hashes.push(&reply.grid);
    hashes.sort();
    hashes.dedup();
    let mut grids = Vec::new();
    for hash in hashes {
        if !matches!(store::grid(hash).await, Ok(Some(_))) {
            grids.push(gateway::sync::grid(hash).await?);
        }
    }
    Ok(grids)
}

/// Counts what waits, for the strip that every screen shows; nothing before there is one.
pub async fn count(device: Device) {
    if let Some(behind) = behind::loaded() {
        (behind.count)(device).await;
    }
}

/// A refused event that a person sends once more, for instance after the server was put right.
///
/// # Errors
/// When the store fails.
pub async fn retry(row: &OutboxRow) -> Result<(), StoreError> {
    let mut row = row.clone();
    row.plan.state = OutboxState::Waiting;
    row.plan.attempts = 0;
    row.plan.next_try_at = Timestamp(0);
    let transaction = sealed::write(&[stores::OUTBOX]).await?;
    transaction.put(stores::OUTBOX, &outbox_key(row.plan.sequence), &row)?;
    transaction.commit().await
}
