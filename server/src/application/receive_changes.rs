//! Phones push what was done in the field: one transaction decides and stores, for all the pushes that arrived together.
//!
//! What is stored is read once for the group, the events are applied in memory, and what changed is written once: the number of statements hardly
//! depends on the number of pushes.

mod check;
mod doors;
mod visit;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use app::texts::errors;
use casework::{
    clock::Timestamp,
    ids::{BuildingId, DeviceId, DwellingId, EscalationId, EventId, PhotoId, VisitId},
    permission,
    sync::{self, Receipt},
    wire::v1::{BoardEvent, Change, ErrorCode, FieldEvent, PROTOCOL, PUSH_MARKER, PushReply, PushRequest, Verdict, VerdictKind},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use self::visit::{KnownPhoto, Sent, StoredVisit, VisitUnderway};
use super::{Actor, Brigade, Result, UseCaseError, judge_visit, judge_visit::Ending, read_case, receive_photo, refuse, require};
use crate::store::{self, BuildingRow, NewBatch, NewOutcome, NewVisit, QuarantinedEvent, StoreError, Tx};

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
    /// The JSON that was sent, to the letter.
    body: Box<RawValue>,
}

/// A push read, ready for its transaction: what needs no database is done before, on the caller's own thread.
pub struct Push {
    actor: Actor,
    device_id: DeviceId,
    /// The phone's clock when it sent this.
    device_now: Timestamp,
    /// One per event sent; those that cannot be read have theirs already.
    verdicts: Vec<Option<Verdict>>,
    /// In the device's own order.
    incoming: Vec<Incoming>,
}

/// Reads the events of a push.
pub fn read(actor: Actor, request: PushRequest) -> Push {
    let mut verdicts: Vec<Option<Verdict>> = vec![None; request.events.len()];
    let mut incoming = Vec::with_capacity(request.events.len());
    for (position, body) in request.events.into_iter().enumerate() {
        match decode(body.get()) {
            Ok(event) => incoming.push(Incoming { position, event, body }),
            Err((id, code, detail)) => verdicts[position] = Some(refused(id, code, detail)),
        }
    }
    incoming.sort_by_key(|incoming| incoming.event.device_sequence);
    Push { actor, device_id: request.device_id, device_now: request.device_now, verdicts, incoming }
}

impl Push {
    /// When something of this push was seen, on the server's clock. What no clock tells counts from when it was received.
    fn seen_at(&self, event: &FieldEvent, now: Timestamp) -> Timestamp {
        Timestamp::from_device(event.device_at, self.device_now, now).unwrap_or(now)
    }
}

fn decode(body: &str) -> std::result::Result<FieldEvent, (String, ErrorCode, String)> {
    serde_json::from_str(body).map_err(|error| {
        // Read again as any JSON: for its id, and for a cause that does not speak of lines and columns.
        let read = serde_json::from_str::<serde_json::Value>(body);
        let id = read.as_ref().ok().and_then(|raw| raw.get("id")?.as_str()).unwrap_or_default().to_owned();
        let cause = read.map_or_else(|error| error.to_string(), |raw| FieldEvent::deserialize(raw).err().unwrap_or(error).to_string());
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
    let ids = pushes.iter().flat_map(|push| &push.incoming).map(|incoming| incoming.event.id);
    let mut known: BTreeMap<EventId, Cow<'group, str>> =
        store::event::stored(tx, ids).await?.into_iter().map(|(id, stored)| (id, Cow::Owned(stored.body))).collect();
    let mut fresh = Vec::new();
    for (index, push) in pushes.iter().enumerate() {
        for incoming in &push.incoming {
            let id = incoming.event.id;
            let body = incoming.body.get();
            let verdict = match sync::verdict(known.get(&id).map(Cow::as_ref), body) {
                Receipt::Stored => {
                    // A second event of this id in the same group is judged against this one.
                    known.insert(id, Cow::Borrowed(body));
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
                        body: body.to_owned(),
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
    /// Doors that the group speaks of and that exist, those that it adds included.
    pub doors: BTreeSet<DwellingId>,
    /// Those of them that go by the name of another.
    pub goes_by: BTreeMap<DwellingId, DwellingId>,
}

/// What a push brought of one visit, and is stored.
struct Batch<'group> {
    /// Place in the feed of its first event.
    id: i64,
    push: &'group Push,
    events: Vec<&'group Incoming>,
}

/// What a group of pushes works on: loaded once, changed in memory, saved once.
struct Group<'group> {
    sites: BTreeMap<BuildingId, Site>,
    visits: BTreeMap<VisitId, VisitUnderway<'group>>,
    /// What is stored, by the position of its push in the group and its visit.
    batches: BTreeMap<(usize, VisitId), Batch<'group>>,
    /// What was decided of doors, in order.
    decisions: Vec<doors::Decision<'group>>,
    /// Visits that went with their case: nothing of them is taken any more.
    purged: BTreeSet<VisitId>,
    now: Timestamp,
}

impl<'group> Group<'group> {
    async fn load(tx: &mut Tx, brigade: &Brigade, pushes: &'group [Push], fresh: &[Fresh<'group>], now: Timestamp) -> Result<Self> {
        let spoken_of: BTreeSet<VisitId> = fresh.iter().map(|fresh| fresh.incoming.event.visit_id).collect();
        let purged = store::retention::purged_visits(tx, spoken_of.iter().copied()).await?;
        let rows = store::visit::by_ids(tx, spoken_of).await?;
        let mut stored = StoredVisit::load(tx, rows).await?;
        for (id, visit) in &mut stored {
            let changes = || fresh.iter().map(|fresh| &fresh.incoming.event).filter(|event| event.visit_id == *id).map(|event| &event.change);
            if changes().any(|change| matches!(change, Change::DoorNoted { .. })) {
                visit.door_notes = store::visit::door_notes(&mut *tx, *id).await?;
            }
            visit.photos_to_mark = photos_to_mark(tx, changes(), *id).await?;
        }
        let of_visits = stored.values().filter_map(|visit| visit.row.as_ref()).map(|row| row.building_id);
        let buildings: BTreeSet<BuildingId> = fresh.iter().map(|fresh| fresh.incoming.event.building_id).chain(of_visits).collect();
        let mut sites = BTreeMap::new();
        for (organisation_id, row) in store::building::in_rounds(tx, buildings.iter().copied()).await? {
            sites.insert(row.id, Site { row, organisation_id, doors: BTreeSet::new(), goes_by: BTreeMap::new() });
        }
        let named: BTreeSet<DwellingId> = fresh.iter().flat_map(|fresh| check::dwellings_named(&fresh.incoming.event.change)).collect();
        for (dwelling, building, goes_by) in store::building::doors_among(tx, named).await? {
            if let Some(site) = sites.get_mut(&building) {
                site.doors.insert(dwelling);
                site.goes_by.extend(goes_by.map(|kept| (dwelling, kept)));
            }
        }
        let mut visits = BTreeMap::new();
        for fresh in fresh {
            let event = &fresh.incoming.event;
            visits.entry(event.visit_id).or_insert_with(|| {
                let stored = stored.remove(&event.visit_id).unwrap_or_default();
                VisitUnderway::new(brigade, stored, event, &pushes[fresh.push].actor)
            });
        }
        Ok(Self { sites, visits, batches: BTreeMap::new(), decisions: Vec::new(), purged, now })
    }

    /// Checks one event, and applies it when nothing stands against it.
    fn receive(&mut self, brigade: &Brigade, pushes: &'group [Push], fresh: &Fresh<'group>, feed_sequence: i64, answer: &mut Answer) {
        let Fresh { push: position, incoming } = *fresh;
        let (push, event) = (&pushes[position], &incoming.event);
        if self.purged.contains(&event.visit_id) {
            answer.verdicts[incoming.position] = Some(refused(event.id.to_string(), ErrorCode::CasePurged, String::new()));
            return;
        }
        let Some(visit) = self.visits.get_mut(&event.visit_id) else { return };
        let at = push.seen_at(event, self.now);
        visit.begin_with(event, &push.actor, at);
        let site = self.sites.get_mut(&visit.building_id);
        let batch = self.batches.get(&(position, visit.id));
        let batch_id = batch.map_or(feed_sequence, |batch| batch.id);
        let photo = visit.photo_to_mark(&event.change);
        let kind = match (check::event(&push.actor, site.as_deref(), &brigade.grids, visit.goes_on(), photo, event), site) {
            (Ok(()), Some(site)) => {
                let sent = Sent { actor: &push.actor, device_id: push.device_id, device_at: event.device_at, at, feed_sequence, batch_id };
                self.decisions.extend(doors::Decision::of(event, visit.building_id, &push.actor));
                match doors::under_its_name(event, &site.goes_by) {
                    Some(renamed) => visit.apply(&renamed, sent, &mut site.doors),
                    None => visit.apply(event, sent, &mut site.doors),
                }
            }
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
        let batch = self.batches.entry((position, visit.id)).or_insert_with(|| Batch { id: batch_id, push, events: Vec::new() });
        batch.events.push(incoming);
        answer.verdicts[incoming.position] = Some(verdict(event.id, kind));
    }

    async fn save(mut self, tx: &mut Tx, brigade: &Brigade, board: &mut Vec<BoardEvent>) -> Result<()> {
        if self.batches.is_empty() {
            return Ok(());
        }
        save_batches(tx, std::mem::take(&mut self.batches), self.now).await?;
        self.visits.retain(|_, visit| visit.changed.last_sequence.is_some());
        for visit in self.visits.values_mut() {
            recall(tx, visit).await?;
            restore(tx, visit).await?;
        }
        self.save_rows(tx).await?;
        doors::settle(tx, brigade, &mut self.visits, std::mem::take(&mut self.decisions)).await?;
        let mut sheets = Vec::with_capacity(self.visits.len());
        for visit in self.visits.into_values() {
            let was_moved = visit.was_moved();
            let (Some(site), Some(grid)) = (self.sites.get(&visit.building_id), visit.grid) else { continue };
            sheets.push(judge_visit::VisitSheet {
                visit_id: visit.id,
                by: visit.by,
                building: &site.row,
                is_new: visit.stored.is_none(),
                moved_to: was_moved.then(|| grid.version.clone()),
                doors_united: visit.changed.doors_united,
                grid,
                ending: match (visit.changed.finished_at, visit.stored.as_ref().and_then(|row| row.finished_at)) {
                    (Some(at), None) => Ending::FinishedNow(at.max(visit.began_at)),
                    (_, Some(_)) => Ending::FinishedBefore,
                    (None, None) => Ending::Underway,
                },
                showed: visit.showed,
                shows_more: visit.changed.shows,
                case_id: visit.stored.and_then(|row| row.case_id),
                outcomes: visit.outcomes,
                observations: visit.observations.into_values().collect(),
                photos: visit.photos,
                marked: visit.photos_marked.into_values().map(|marked| (marked.by, marked.confidential)).collect(),
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
            started_at: visit.began_at,
            started_by: visit.begun_by.account.id,
            pace: visit.pace,
            received_at: self.now,
        };
        let new: Vec<NewVisit> = visits().filter(|visit| visit.stored.is_none()).map(new).collect();
        store::visit::insert(tx, new).await?;
        for dwelling in visits().flat_map(|visit| &visit.changed.dwellings) {
            store::building::insert_dwelling(tx, dwelling).await?;
        }
        let outcomes: Vec<NewOutcome> = visits().flat_map(VisitUnderway::new_outcomes).collect();
        store::visit::set_outcomes(tx, outcomes).await?;
        store::visit::set_door_notes(tx, visits().flat_map(VisitUnderway::new_door_notes).collect()).await?;
        for visit in visits().filter(|visit| visit.stored.as_ref().is_some_and(|stored| stored.pace != visit.pace)) {
            store::visit::set_pace(tx, visit.id, &visit.pace).await?;
        }
        for visit in visits() {
            if let Some(before) = &visit.changed.grid_before {
                store::visit::move_grid(tx, visit.id, &visit.grid_hash, before).await?;
            }
            for dwelling in &visit.changed.outcomes_withdrawn {
                store::visit::withdraw_outcome(tx, visit.id, *dwelling).await?;
            }
        }
        store::observation::save(tx, visits().flat_map(VisitUnderway::changed_sheets).collect()).await?;
        for visit in visits() {
            for photo in &visit.changed.photos {
                store::photo::insert(tx, photo).await?;
                // The bytes may have come before the event that names them.
                receive_photo::settle(tx, photo.id, self.now).await?;
            }
            for photo in &visit.changed.photos_removed {
                store::photo::remove(tx, *photo, visit.id, self.now).await?;
            }
            for (photo, marked) in &visit.photos_marked {
                receive_photo::mark(tx, *photo, visit.id, &marked.marks, self.now).await?;
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

async fn save_batches(tx: &mut Tx, batches: BTreeMap<(usize, VisitId), Batch<'_>>, now: Timestamp) -> Result<()> {
    let ids: Vec<(EventId, i64)> = batches.values().flat_map(|batch| batch.events.iter().map(|incoming| (incoming.event.id, batch.id))).collect();
    let new = batches.into_iter().map(|((_, visit_id), batch)| NewBatch {
        id: batch.id,
        visit_id,
        account_id: batch.push.actor.account.id,
        device_id: batch.push.device_id,
        received_at: now,
        device_now: batch.push.device_now,
        body: format!("[{}]", batch.events.iter().map(|incoming| incoming.body.get()).collect::<Vec<_>>().join(",")),
    });
    store::event::insert_batches(tx, new.collect()).await?;
    let (count, first) = (ids.len(), ids.first().map(|(id, _)| id.to_string()).unwrap_or_default());
    if store::event::insert(tx, ids).await? != count {
        // The counter's lock keeps other servers out: only a store that lies gets here.
        return Err(unreadable("field_event", "id", &first, "appeared within the transaction that looked for it"));
    }
    Ok(())
}

/// Reads again the words of older answers that came back to the front.
async fn recall(tx: &mut Tx, visit: &mut VisitUnderway<'_>) -> Result<()> {
    for (key, event_id) in std::mem::take(&mut visit.changed.recalled) {
        let Some(stored) = store::event::stored(tx, [event_id]).await?.remove(&event_id) else { continue };
        let event = serde_json::from_str::<FieldEvent>(&stored.body).ok();
        if let (Some(FieldEvent { change: Change::Answered { answer, .. }, device_at, .. }), Some(record)) = (event, visit.observations.get_mut(&key)) {
            record.answer = answer;
            record.batch_id = stored.batch_id;
            record.recorded_at = stored.seen_at(device_at);
        }
    }
    Ok(())
}

/// The photos of a visit that the group marks, as they are stored.
async fn photos_to_mark(tx: &mut Tx, changes: impl Iterator<Item = &Change>, visit: VisitId) -> Result<BTreeMap<PhotoId, KnownPhoto>> {
    let mut known = BTreeMap::new();
    for change in changes {
        let Change::PhotoMarked { photo_id, .. } = *change else { continue };
        if let Some(photo) = store::photo::by_id(&mut *tx, photo_id).await?.filter(|photo| photo.visit_id == visit) {
            let is_never_shown = read_case::is_never_shown(&photo);
            known.insert(photo_id, KnownPhoto { place: photo.place, criterion: photo.criterion, is_never_shown });
        }
    }
    Ok(known)
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
