//! Phones push what was done in the field: one transaction decides and stores, for all the pushes that arrived together.
//!
//! What is stored is read once for the group, the events are applied in memory, and what changed is written once: the number of statements hardly
//! depends on the number of pushes.

mod check;
mod visit;

use std::collections::{BTreeMap, BTreeSet};

use app::texts::errors;
use casework::{
    clock::Timestamp,
    ids::{BuildingId, DeviceId, EscalationId, EventId, VisitId},
    permission,
    sync::{self, Receipt, StoredEvent},
    wire::v1::{BoardEvent, Change, Door, ErrorCode, FieldEvent, PROTOCOL, PUSH_MARKER, PushReply, PushRequest, Verdict, VerdictKind},
};
use serde::Deserialize;

use self::visit::{Sent, StoredVisit, VisitUnderway};
use super::{Actor, Brigade, Result, UseCaseError, judge_visit, judge_visit::Ending, receive_photo, refuse, require};
use crate::{
    clock::sha256_hex,
    store::{self, BuildingRow, NewEvent, NewOutcome, NewVisit, ObservationRecord, QuarantinedEvent, StoreError, Tx},
};

pub use check::section_of;

/// Events of one push.
pub const EVENTS_MAX: usize = 500;
/// Bytes of one photo.
pub const PHOTO_BYTES_MAX: u64 = 25 * 1024 * 1024;

/// What a group of pushes came to: an answer for each, in their order, and what the boards must be told after the commit.
pub struct Received {
    pub replies: Vec<PushReply>,
    pub board: Vec<BoardEvent>,
}

/// Refuses what cannot be looked at event by event.
///
/// # Errors
/// `not_allowed`, `other_account`, `unsupported_protocol`, `batch_too_large`.
pub fn check_request(actor: &Actor, request: &PushRequest) -> Result<()> {
    require(permission::may_push_field_events(&actor.permission()), ErrorCode::NotAllowed)?;
    if request.account_id.is_some_and(|id| id != actor.account.id) {
        return refuse(ErrorCode::OtherAccount);
    }
    if request.protocol == 0 || request.protocol > PROTOCOL {
        return refuse(ErrorCode::UnsupportedProtocol);
    }
    if request.events.len() > EVENTS_MAX {
        return refuse(ErrorCode::BatchTooLarge);
    }
    Ok(())
}

/// One event on its way in.
struct Incoming {
    /// Position in the request, for its verdict.
    position: usize,
    event: FieldEvent,
    body: String,
    sha256: String,
}

/// A push read and hashed, ready for its transaction: what needs no database is done before, on the caller's own thread.
pub struct Push {
    actor: Actor,
    device_id: DeviceId,
    /// One per event sent; those that cannot be read have theirs already.
    verdicts: Vec<Option<Verdict>>,
    /// In the device's own order.
    incoming: Vec<Incoming>,
}

/// Reads the events of a push.
pub fn read(actor: Actor, request: &PushRequest) -> Push {
    let mut verdicts: Vec<Option<Verdict>> = vec![None; request.events.len()];
    let mut incoming = Vec::with_capacity(request.events.len());
    for (position, raw) in request.events.iter().enumerate() {
        match decode(raw) {
            Ok(event) => {
                // serde_json keeps object keys sorted, so this text is canonical.
                let body = raw.to_string();
                let sha256 = sha256_hex(body.as_bytes());
                incoming.push(Incoming { position, event, body, sha256 });
            }
            Err((id, code, detail)) => verdicts[position] = Some(refused(id, code, detail)),
        }
    }
    incoming.sort_by_key(|incoming| incoming.event.device_sequence);
    Push { actor, device_id: request.device_id, verdicts, incoming }
}

fn decode(raw: &serde_json::Value) -> std::result::Result<FieldEvent, (String, ErrorCode, String)> {
    FieldEvent::deserialize(raw).map_err(|error| {
        let id = raw.get("id").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let cause = error.to_string();
        let code = if cause.starts_with("unknown field") || cause.starts_with("unknown variant") {
            ErrorCode::UnknownField
        } else if cause.starts_with("missing field") {
            ErrorCode::MissingField
        } else if id.parse::<EventId>().is_err() || cause.contains("UUID") {
            ErrorCode::MalformedId
        } else {
            ErrorCode::MalformedJson
        };
        (id, code, cause)
    })
}

fn verdict(event_id: EventId, verdict: VerdictKind) -> Verdict {
    Verdict { event_id: event_id.to_string(), verdict, code: None, message: None }
}

fn refused(event_id: String, code: ErrorCode, detail: String) -> Verdict {
    let sentence = errors::of(code).fr;
    let message = if detail.is_empty() { sentence.to_owned() } else { format!("{sentence} ({detail})") };
    Verdict { event_id, verdict: VerdictKind::Refused, code: Some(code.code().to_owned()), message: Some(message) }
}

/// The answer to one push, as it takes form.
struct Answer {
    verdicts: Vec<Option<Verdict>>,
    escalations: BTreeSet<EscalationId>,
}

/// An event of the group that is new.
struct Fresh<'group> {
    /// Position of its push in the group.
    push: usize,
    incoming: &'group Incoming,
}

/// Receives a group of pushes within `tx`. A bad event gets its verdict and never blocks the others.
///
/// # Errors
/// Only when the store fails: the caller rolls back and nothing of the group is stored.
pub async fn receive(tx: &mut Tx, brigade: &Brigade, pushes: &[Push], now: Timestamp) -> Result<Received> {
    let mut answers: Vec<Answer> = pushes.iter().map(|push| Answer { verdicts: push.verdicts.clone(), escalations: BTreeSet::new() }).collect();
    let mut board = Vec::new();
    let events = pushes.iter().map(|push| push.incoming.len()).sum::<usize>();
    if events > 0 {
        // First of all: the row lock of the counter makes groups of several servers follow each other, each reading what the one before stored, and
        // makes commits follow feed order.
        let first_sequence = store::building::advance(tx, "feed", i64::try_from(events).unwrap_or(i64::MAX)).await?;
        let fresh = set_known_apart(tx, pushes, &mut answers, now).await?;
        let mut group = Group::load(tx, brigade, pushes, &fresh, now).await?;
        for (sequence, fresh) in (first_sequence..).zip(fresh) {
            group.receive(brigade, pushes, &fresh, sequence, &mut answers[fresh.push]);
        }
        group.save(tx, brigade, &mut board).await?;
    }
    let reply = |answer: Answer| PushReply {
        marker: PUSH_MARKER.to_owned(),
        protocol: PROTOCOL,
        server_now: now,
        verdicts: answer.verdicts.into_iter().flatten().collect(),
        escalations: answer.escalations.into_iter().collect(),
    };
    Ok(Received { replies: answers.into_iter().map(reply).collect(), board })
}

/// Gives repeated and forged events their verdict, and returns the new ones.
async fn set_known_apart<'group>(tx: &mut Tx, pushes: &'group [Push], answers: &mut [Answer], now: Timestamp) -> Result<Vec<Fresh<'group>>> {
    let mut known = store::event::hashes(tx, pushes.iter().flat_map(|push| &push.incoming).map(|incoming| incoming.event.id)).await?;
    let mut fresh = Vec::new();
    for (index, push) in pushes.iter().enumerate() {
        for incoming in &push.incoming {
            let id = incoming.event.id;
            let stored = known.get(&id).map(|hash| StoredEvent { body_sha256: hash.clone() });
            let verdict = match sync::verdict(stored.as_ref(), &incoming.sha256) {
                Receipt::Stored => {
                    // A second event of this id in the same group is judged against this one.
                    known.insert(id, incoming.sha256.clone());
                    fresh.push(Fresh { push: index, incoming });
                    continue;
                }
                Receipt::Duplicate => verdict(id, VerdictKind::Duplicate),
                Receipt::Quarantined => {
                    let code = ErrorCode::EventQuarantined;
                    let set_aside = QuarantinedEvent {
                        event_id: id.to_string(),
                        account_id: push.actor.account.id.to_string(),
                        device_id: push.device_id.to_string(),
                        body: incoming.body.clone(),
                        code: code.code(),
                    };
                    store::event::quarantine(tx, &set_aside, now).await?;
                    Verdict { verdict: VerdictKind::Quarantined, ..refused(id.to_string(), code, String::new()) }
                }
            };
            answers[index].verdicts[incoming.position] = Some(verdict);
        }
    }
    Ok(fresh)
}

/// A building that a group of pushes is about.
pub struct Site {
    pub row: BuildingRow,
    /// Whose round it is or was in.
    pub organisation_id: casework::ids::OrganisationId,
    /// Those that the group adds included.
    pub doors: Vec<Door>,
}

/// What a group of pushes works on: loaded once, changed in memory, saved once.
struct Group<'group> {
    sites: BTreeMap<BuildingId, Site>,
    visits: BTreeMap<VisitId, VisitUnderway<'group>>,
    accepted: Vec<NewEvent>,
    now: Timestamp,
}

impl<'group> Group<'group> {
    async fn load(tx: &mut Tx, brigade: &Brigade, pushes: &'group [Push], fresh: &[Fresh<'group>], now: Timestamp) -> Result<Self> {
        let mut stored: BTreeMap<VisitId, StoredVisit> = BTreeMap::new();
        for row in store::visit::by_ids(tx, fresh.iter().map(|fresh| fresh.incoming.event.visit_id).collect::<BTreeSet<_>>()).await? {
            let places = store::photo::of_visit(&mut *tx, row.id).await?.into_iter().map(|photo| (photo.id, photo.place, photo.criterion)).collect();
            let visit = StoredVisit {
                outcomes: store::visit::outcomes(&mut *tx, row.id).await?,
                observations: store::observation::of_visit(&mut *tx, row.id).await?,
                photos: places,
                row: Some(row),
            };
            stored.extend(visit.row.as_ref().map(|row| row.id).map(|id| (id, visit)));
        }
        let of_visits = stored.values().filter_map(|visit| visit.row.as_ref()).map(|row| row.building_id);
        let buildings: BTreeSet<BuildingId> = fresh.iter().map(|fresh| fresh.incoming.event.building_id).chain(of_visits).collect();
        let mut sites = BTreeMap::new();
        for (organisation_id, row) in store::building::in_rounds(tx, buildings.iter().copied()).await? {
            sites.insert(row.id, Site { row, organisation_id, doors: Vec::new() });
        }
        for dwelling in store::building::doors_of(tx, sites.keys().copied()).await? {
            if let Some(site) = sites.get_mut(&dwelling.building_id) {
                site.doors.push(dwelling.door);
            }
        }
        let mut visits = BTreeMap::new();
        for fresh in fresh {
            let event = &fresh.incoming.event;
            visits.entry(event.visit_id).or_insert_with(|| {
                let stored = stored.remove(&event.visit_id).unwrap_or_default();
                VisitUnderway::new(brigade, stored, event, &pushes[fresh.push].actor, now)
            });
        }
        Ok(Self { sites, visits, accepted: Vec::with_capacity(fresh.len()), now })
    }

    /// Checks one event, and applies it when nothing stands against it.
    fn receive(&mut self, brigade: &Brigade, pushes: &'group [Push], fresh: &Fresh<'group>, feed_sequence: i64, answer: &mut Answer) {
        let Fresh { push, incoming } = fresh;
        let (push, event) = (&pushes[*push], &incoming.event);
        let Some(visit) = self.visits.get_mut(&event.visit_id) else { return };
        visit.begin_with(brigade, event, &push.actor);
        let site = self.sites.get_mut(&visit.building_id);
        let kind = match (check::event(&push.actor, site.as_deref(), visit.grid.as_deref(), event), site) {
            (Ok(()), Some(site)) => visit.apply(event, Sent { actor: &push.actor, device_id: push.device_id, feed_sequence }, &mut site.doors),
            (Ok(()), None) => return,
            (Err((code, detail)), _) => {
                answer.verdicts[incoming.position] = Some(refused(event.id.to_string(), code, detail));
                return;
            }
        };
        if let Change::EscalationRaised { escalation_id, .. } = &event.change {
            // The phone asks about its own id, whatever it is joined to.
            answer.escalations.insert(*escalation_id);
        }
        self.accepted.push(NewEvent {
            id: event.id.to_string(),
            visit_id: visit.id.to_string(),
            building_id: visit.building_id.to_string(),
            account_id: push.actor.account.id.to_string(),
            device_id: push.device_id.to_string(),
            device_sequence: i64::try_from(event.device_sequence).unwrap_or(i64::MAX),
            device_at: event.device_at.0,
            received_at: self.now.0,
            feed_sequence,
            body: incoming.body.clone(),
            body_sha256: incoming.sha256.clone(),
        });
        answer.verdicts[incoming.position] = Some(verdict(event.id, kind));
    }

    async fn save(mut self, tx: &mut Tx, brigade: &Brigade, board: &mut Vec<BoardEvent>) -> Result<()> {
        if self.accepted.is_empty() {
            return Ok(());
        }
        let accepted = std::mem::take(&mut self.accepted);
        let (count, first) = (accepted.len(), accepted[0].id.clone());
        if store::event::insert(tx, accepted).await? != count {
            // The counter's lock keeps other servers out: only a store that lies gets here.
            return Err(unreadable("field_event", "id", &first, "appeared within the transaction that looked for it"));
        }
        self.visits.retain(|_, visit| visit.changed.last_sequence.is_some());
        for visit in self.visits.values_mut() {
            recall(tx, visit).await?;
            restore(tx, visit).await?;
        }
        self.save_rows(tx).await?;
        let mut sheets = Vec::with_capacity(self.visits.len());
        for visit in self.visits.into_values() {
            let (Some(site), Some(grid)) = (self.sites.get(&visit.building_id), visit.grid) else { continue };
            sheets.push(judge_visit::VisitSheet {
                visit_id: visit.id,
                by: visit.by,
                building: &site.row,
                grid,
                is_new: visit.stored.is_none(),
                ending: match (visit.changed.finished, visit.stored.as_ref().and_then(|row| row.finished_at)) {
                    (true, _) => Ending::FinishedNow,
                    (false, Some(_)) => Ending::FinishedBefore,
                    (false, None) => Ending::Underway,
                },
                showed: visit.showed,
                shows_more: visit.changed.shows,
                case_id: visit.stored.and_then(|row| row.case_id),
                outcomes: visit.outcomes,
                observations: visit.observations.into_values().collect(),
                photos: visit.photos,
                raised: visit.raised,
            });
        }
        judge_visit::judge(tx, brigade, sheets, self.now, board).await
    }

    async fn save_rows(&self, tx: &mut Tx) -> Result<()> {
        let visits = || self.visits.values();
        let new = |visit: &VisitUnderway<'_>| NewVisit {
            id: visit.id,
            building_id: visit.building_id,
            grid: visit.grid_hash.clone(),
            started_at: self.now,
            started_by: visit.begun_by.account.id,
        };
        let new: Vec<NewVisit> = visits().filter(|visit| visit.stored.is_none()).map(new).collect();
        store::visit::insert(tx, new).await?;
        for dwelling in visits().flat_map(|visit| &visit.changed.dwellings) {
            store::building::insert_dwelling(tx, dwelling).await?;
        }
        let outcomes: Vec<NewOutcome> = visits().flat_map(VisitUnderway::new_outcomes).collect();
        store::visit::set_outcomes(tx, outcomes).await?;
        for visit in visits() {
            for dwelling in &visit.changed.outcomes_withdrawn {
                store::visit::withdraw_outcome(tx, visit.id, *dwelling).await?;
            }
        }
        let observations: Vec<&ObservationRecord> = visits().flat_map(VisitUnderway::changed_observations).collect();
        store::observation::upsert(tx, &observations).await?;
        for visit in visits() {
            for photo in &visit.changed.photos {
                store::photo::insert(tx, photo).await?;
                // The bytes may have come before the event that names them.
                receive_photo::settle(tx, photo.id, self.now).await?;
            }
            for photo in &visit.changed.photos_removed {
                store::photo::remove(tx, *photo, visit.id, self.now).await?;
            }
        }
        let mut touched: BTreeMap<BuildingId, i64> = BTreeMap::new();
        for visit in visits() {
            let last = touched.entry(visit.building_id).or_default();
            *last = visit.changed.last_sequence.map_or(*last, |sequence| sequence.max(*last));
        }
        store::building::touch_all(tx, touched.into_iter().collect()).await?;
        Ok(())
    }
}

/// Reads again the words of older answers that came back to the front.
async fn recall(tx: &mut Tx, visit: &mut VisitUnderway<'_>) -> Result<()> {
    for (key, event_id) in std::mem::take(&mut visit.changed.recalled) {
        let body = store::event::body(tx, &event_id.to_string()).await?;
        let event = body.and_then(|body| serde_json::from_str::<FieldEvent>(&body).ok());
        if let (Some(FieldEvent { change: Change::Answered { answer, .. }, .. }), Some(record)) = (event, visit.observations.get_mut(&key)) {
            record.answer = answer;
        }
    }
    Ok(())
}

/// Takes back the removals of photos that were stored before.
async fn restore(tx: &mut Tx, visit: &mut VisitUnderway<'_>) -> Result<()> {
    for id in std::mem::take(&mut visit.changed.photos_restored) {
        if let Some(photo) = store::photo::restore(tx, id, visit.id).await? {
            visit.take_back(photo.id, photo.place, photo.criterion);
        }
    }
    Ok(())
}

/// A row that the store gave otherwise than it must have.
fn unreadable(table: &'static str, column: &'static str, row: &str, cause: &str) -> UseCaseError {
    UseCaseError::Store(StoreError::Unreadable { table, column, row: row.to_owned(), cause: cause.to_owned() })
}
