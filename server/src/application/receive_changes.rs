//! A phone pushes what was done in the field: one transaction decides and stores.

use std::collections::{BTreeMap, BTreeSet};

use app::texts::errors;
use casework::{
    clock::Timestamp,
    ids::{BuildingId, DeviceId, EscalationId, EventId, PhotoId, VisitId},
    permission::{self, Action, Grants, Relation, Section},
    sync::{self, IncomingAnswer, Receipt, StoredEvent},
    wire::v1::{BoardEvent, Change, Door, ErrorCode, FieldEvent, PROTOCOL, PUSH_MARKER, PushReply, PushRequest, Verdict, VerdictKind},
};
use inspection_grid::{Answer, CriterionId, Grid, PhotoRule, Place, Scope, check_answer};
use serde::Deserialize;

use super::{Actor, Brigade, Result, judge_visit, refuse, require};
use crate::{
    clock::sha256_hex,
    store::{self, BuildingRow, NewDwelling, NewEvent, NewPhoto, NewVisit, ObservationRecord, QuarantinedEvent, Tx},
};

/// Events of one push.
pub const EVENTS_MAX: usize = 500;
/// Characters of a note, and of the reason of an escalation.
const TEXT_CHARS_MAX: usize = 2_000;
const LABEL_CHARS_MAX: usize = 20;
/// Bytes of one photo.
pub const PHOTO_BYTES_MAX: u64 = 25 * 1024 * 1024;

/// What a push came to: the answer, and what the boards must be told after the commit.
pub struct Received {
    pub reply: PushReply,
    pub board: Vec<BoardEvent>,
}

/// Refuses what cannot be looked at event by event.
///
/// # Errors
/// `not_allowed`, `unsupported_protocol`, `batch_too_large`.
pub fn check_request(actor: &Actor, request: &PushRequest) -> Result<()> {
    require(permission::may_push_field_events(&actor.permission()), ErrorCode::NotAllowed)?;
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
pub struct Batch {
    device_id: DeviceId,
    /// One per event sent; those that cannot be read have theirs already.
    verdicts: Vec<Option<Verdict>>,
    incoming: Vec<Incoming>,
}

/// Reads the events of a push.
pub fn read(request: &PushRequest) -> Batch {
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

    Batch { device_id: request.device_id, verdicts, incoming }
}

/// Receives a batch within `tx`. A bad event gets its verdict and never blocks the others.
///
/// # Errors
/// Only when the store fails: the caller rolls back and nothing of the batch is stored.
pub async fn receive(tx: &mut Tx, brigade: &Brigade, actor: &Actor, batch: Batch, now: Timestamp) -> Result<Received> {
    let Batch { device_id, mut verdicts, incoming } = batch;
    let fresh = set_known_apart(tx, actor, device_id, incoming, &mut verdicts, now).await?;

    let mut by_visit: BTreeMap<VisitId, Vec<Incoming>> = BTreeMap::new();
    for incoming in fresh {
        by_visit.entry(incoming.event.visit_id).or_default().push(incoming);
    }
    let mut board = Vec::new();
    let mut escalations = BTreeSet::new();
    for (visit_id, mut events) in by_visit {
        events.sort_by_key(|incoming| incoming.event.device_sequence);
        let mut visit = VisitUnderway::load(tx, brigade, actor, device_id, visit_id, &events, now).await?;
        visit.receive(tx, actor, events, &mut verdicts, now).await?;
        visit.save(tx, brigade, actor, &mut board, &mut escalations).await?;
    }
    let verdicts = verdicts.into_iter().flatten().collect();
    let reply = PushReply { marker: PUSH_MARKER.to_owned(), protocol: PROTOCOL, server_now: now, verdicts, escalations: escalations.into_iter().collect() };
    Ok(Received { reply, board })
}

fn decode(raw: &serde_json::Value) -> std::result::Result<FieldEvent, (String, ErrorCode, String)> {
    let id = raw.get("id").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    FieldEvent::deserialize(raw).map_err(|error| {
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

fn verdict(event_id: String, verdict: VerdictKind) -> Verdict {
    Verdict { event_id, verdict, code: None, message: None }
}

fn refused(event_id: String, code: ErrorCode, detail: String) -> Verdict {
    let sentence = errors::of(code).fr;
    let message = if detail.is_empty() { sentence.to_owned() } else { format!("{sentence} ({detail})") };
    Verdict { event_id, verdict: VerdictKind::Refused, code: Some(code.code().to_owned()), message: Some(message) }
}

/// Gives repeated and forged events their verdict, and returns the new ones.
async fn set_known_apart(
    tx: &mut Tx,
    actor: &Actor,
    device_id: DeviceId,
    incoming: Vec<Incoming>,
    verdicts: &mut [Option<Verdict>],
    now: Timestamp,
) -> Result<Vec<Incoming>> {
    let ids: Vec<String> = incoming.iter().map(|incoming| incoming.event.id.to_string()).collect();
    let mut known = store::event::hashes(tx, &ids).await?;
    let mut fresh = Vec::with_capacity(incoming.len());
    for incoming in incoming {
        let id = incoming.event.id.to_string();
        let stored = known.get(&id).map(|hash| StoredEvent { body_sha256: hash.clone() });
        match sync::verdict(stored.as_ref(), &incoming.sha256) {
            Receipt::Stored => {
                // A second event of this id in the same batch is judged against this one.
                known.insert(id, incoming.sha256.clone());
                fresh.push(incoming);
            }
            Receipt::Duplicate => verdicts[incoming.position] = Some(verdict(id, VerdictKind::Duplicate)),
            Receipt::Quarantined => {
                let code = ErrorCode::EventQuarantined;
                let set_aside = QuarantinedEvent {
                    event_id: id.clone(),
                    account_id: actor.account.id.to_string(),
                    device_id: device_id.to_string(),
                    body: incoming.body,
                    code: code.code(),
                };
                store::event::quarantine(tx, &set_aside, now).await?;
                let mut answer = refused(id, code, String::new());
                answer.verdict = VerdictKind::Quarantined;
                verdicts[incoming.position] = Some(answer);
            }
        }
    }
    Ok(fresh)
}

/// An escalation that a person raised on site.
pub struct RaisedOnSite {
    pub id: EscalationId,
    pub place: Place,
    pub reason: String,
    pub called_911: bool,
    pub device_at: Timestamp,
}

/// A visit being brought up to date in memory, then saved at once.
struct VisitUnderway {
    device_id: DeviceId,
    visit_id: VisitId,
    building_id: BuildingId,
    building: Option<BuildingRow>,
    grid: Option<std::sync::Arc<Grid>>,
    exists: bool,
    started_at: Timestamp,
    doors: Vec<Door>,
    outcomes: BTreeMap<String, inspection_grid::DwellingOutcome>,
    observations: BTreeMap<(Place, CriterionId), ObservationRecord>,
    changed: BTreeSet<(Place, CriterionId)>,
    photos: Vec<(PhotoId, Place, CriterionId)>,
    accepted: Vec<NewEvent>,
    raised: Vec<RaisedOnSite>,
    finished: bool,
    was_finished: bool,
    first_sequence: i64,
    now: Timestamp,
}

impl VisitUnderway {
    async fn load(tx: &mut Tx, brigade: &Brigade, actor: &Actor, device_id: DeviceId, visit_id: VisitId, events: &[Incoming], now: Timestamp) -> Result<Self> {
        let first = events.first().map(|incoming| &incoming.event);
        let stored = store::visit::by_id(&mut *tx, visit_id).await?;
        let building_id = stored.as_ref().map(|visit| visit.building_id).or(first.map(|event| event.building_id)).unwrap_or(BuildingId(visit_id.0));
        let grid_hash = stored.as_ref().map(|visit| visit.grid.clone()).or_else(|| first.map(|event| event.grid.clone()));
        let building = store::building::in_round(&mut *tx, actor.account.organisation.id, building_id).await?;
        let (doors, outcomes, observations, photos) = match (&building, &stored) {
            (None, _) => Default::default(),
            (Some(_), None) => (store::building::doors(&mut *tx, building_id).await?, BTreeMap::new(), Vec::new(), Vec::new()),
            (Some(_), Some(_)) => (
                store::building::doors(&mut *tx, building_id).await?,
                store::visit::outcomes(&mut *tx, visit_id).await?,
                store::observation::of_visit(&mut *tx, visit_id).await?,
                store::photo::of_visit(&mut *tx, visit_id).await?,
            ),
        };
        // The row lock of the counter makes commits follow feed order, on both databases.
        let first_sequence = store::building::advance(tx, "feed", i64::try_from(events.len()).unwrap_or(1)).await?;
        Ok(Self {
            device_id,
            visit_id,
            building_id,
            grid: grid_hash.and_then(|hash| brigade.grids.get(&hash).cloned()),
            building,
            exists: stored.is_some(),
            was_finished: stored.as_ref().is_some_and(|visit| visit.finished_at.is_some()),
            started_at: stored.map_or(now, |visit| visit.started_at),
            doors,
            outcomes,
            observations: observations.into_iter().map(|record| ((record.place.clone(), record.criterion.clone()), record)).collect(),
            changed: BTreeSet::new(),
            photos: photos.into_iter().map(|photo| (photo.id, photo.place, photo.criterion)).collect(),
            accepted: Vec::new(),
            raised: Vec::new(),
            finished: false,
            first_sequence,
            now,
        })
    }

    async fn receive(&mut self, tx: &mut Tx, actor: &Actor, events: Vec<Incoming>, verdicts: &mut [Option<Verdict>], now: Timestamp) -> Result<()> {
        // Checked in memory first, so that a refused event leaves no trace; then all accepted rows go in one insert.
        let mut checked = Vec::with_capacity(events.len());
        for incoming in events {
            let id = incoming.event.id.to_string();
            match self.check(actor, &incoming.event) {
                Ok(()) => {
                    if let Change::DwellingAdded { dwelling_id, label, floor } = &incoming.event.change {
                        self.doors.push(Door { dwelling_id: *dwelling_id, label: label.clone(), floor: *floor });
                    }
                    checked.push(incoming);
                }
                Err((code, detail)) => verdicts[incoming.position] = Some(refused(id, code, detail)),
            }
        }
        for (sequence, incoming) in (self.first_sequence..).zip(&checked) {
            let event = &incoming.event;
            self.accepted.push(NewEvent {
                id: event.id.to_string(),
                visit_id: self.visit_id.to_string(),
                building_id: self.building_id.to_string(),
                account_id: actor.account.id.to_string(),
                device_id: self.device_id.to_string(),
                device_sequence: i64::try_from(event.device_sequence).unwrap_or(i64::MAX),
                device_at: event.device_at.0,
                received_at: now.0,
                feed_sequence: sequence,
                body: incoming.body.clone(),
                body_sha256: incoming.sha256.clone(),
            });
        }
        if checked.is_empty() {
            return Ok(());
        }
        let stored = store::event::insert_new(tx, &self.accepted).await?;
        if let (false, Some(grid)) = (self.exists, &self.grid) {
            let new = NewVisit { id: self.visit_id, building_id: self.building_id, grid: grid.hash.clone(), started_at: now, started_by: actor.account.id };
            store::visit::insert(tx, &new).await?;
        }
        for (incoming, row) in checked.into_iter().zip(self.accepted.clone()) {
            let id = incoming.event.id.to_string();
            let kind = if stored.contains(&id) {
                self.apply(tx, actor, incoming.event, row.feed_sequence).await?
            } else {
                // Another server stored it between our look and our insert.
                VerdictKind::Duplicate
            };
            verdicts[incoming.position] = Some(verdict(id, kind));
        }
        Ok(())
    }

    /// Whether the event can be stored. The same rules as on the phone, and permission besides.
    fn check(&self, actor: &Actor, event: &FieldEvent) -> std::result::Result<(), (ErrorCode, String)> {
        let because = |code: ErrorCode, detail: &str| Err((code, detail.to_owned()));
        if self.building.is_none() || event.building_id != self.building_id {
            return because(ErrorCode::UnknownBuilding, "");
        }
        let Some(grid) = self.grid.as_deref().filter(|grid| grid.hash == event.grid) else {
            return because(ErrorCode::UnknownGrid, "");
        };
        match &event.change {
            Change::VisitStarted | Change::VisitFinished | Change::PhotoRemoved { .. } => Ok(()),
            Change::DwellingOutcome { dwelling_id, .. } => self.check_dwelling(&dwelling_id.to_string()),
            Change::DwellingAdded { label, floor, .. } => {
                if label.trim().is_empty() {
                    return because(ErrorCode::MissingField, "label");
                }
                if label.chars().count() > LABEL_CHARS_MAX {
                    return because(ErrorCode::TextTooLong, "label");
                }
                if !(-3..=60).contains(floor) {
                    return because(ErrorCode::ValueOutOfRange, "floor");
                }
                Ok(())
            }
            Change::Answered { place, criterion, answer, .. } => {
                self.check_place(place)?;
                check_answer(grid, criterion, place, answer, None).map_err(|error| (error_code(error.code()), error.to_string()))?;
                may_write(actor, grid, place, criterion)
            }
            Change::Noted { place, criterion, text } => {
                self.check_place(place)?;
                if text.chars().count() > TEXT_CHARS_MAX {
                    return because(ErrorCode::TextTooLong, "text");
                }
                check_answer(grid, criterion, place, &Answer::Cleared, None).map_err(|error| (error_code(error.code()), error.to_string()))?;
                may_write(actor, grid, place, criterion)
            }
            Change::PhotoTaken { place, criterion, sha256, bytes, .. } => {
                self.check_place(place)?;
                check_answer(grid, criterion, place, &Answer::Cleared, None).map_err(|error| (error_code(error.code()), error.to_string()))?;
                if grid.criterion(criterion).is_some_and(|(_, criterion)| criterion.photo == PhotoRule::Forbidden) {
                    return because(ErrorCode::PhotoForbidden, &criterion.0);
                }
                if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return because(ErrorCode::HashMismatch, "sha256");
                }
                if *bytes == 0 || *bytes > PHOTO_BYTES_MAX {
                    return because(ErrorCode::ImageTooLarge, "bytes");
                }
                may_write(actor, grid, place, criterion)
            }
            Change::EscalationRaised { place, reason, .. } => {
                self.check_place(place)?;
                if reason.trim().is_empty() {
                    return because(ErrorCode::ReasonRequired, "reason");
                }
                if reason.chars().count() > TEXT_CHARS_MAX {
                    return because(ErrorCode::TextTooLong, "reason");
                }
                if permission::may_raise_escalation(&actor.permission()).is_allowed() { Ok(()) } else { because(ErrorCode::NotAllowed, "") }
            }
        }
    }

    fn check_dwelling(&self, id: &str) -> std::result::Result<(), (ErrorCode, String)> {
        if self.doors.iter().any(|door| door.dwelling_id.to_string() == id) { Ok(()) } else { Err((ErrorCode::UnknownDwelling, String::new())) }
    }

    fn check_place(&self, place: &Place) -> std::result::Result<(), (ErrorCode, String)> {
        match place {
            Place::Exterior | Place::Common => Ok(()),
            Place::Dwelling(id) => self.check_dwelling(id),
        }
    }

    /// Applies one stored event to the projections.
    async fn apply(&mut self, tx: &mut Tx, actor: &Actor, event: FieldEvent, feed_sequence: i64) -> Result<VerdictKind> {
        match event.change {
            Change::VisitStarted => {}
            Change::VisitFinished => {
                self.finished = true;
                store::visit::finish(tx, self.visit_id, self.now).await?;
            }
            Change::DwellingOutcome { dwelling_id, outcome } => {
                self.outcomes.insert(dwelling_id.to_string(), outcome);
                store::visit::set_outcome(tx, self.visit_id, dwelling_id, outcome, &event.id.to_string()).await?;
            }
            Change::DwellingAdded { dwelling_id, label, floor } => {
                let new = NewDwelling {
                    id: dwelling_id,
                    building_id: self.building_id,
                    label: without_nul(&label),
                    floor,
                    added_by_event: Some(event.id.to_string()),
                };
                store::building::insert_dwelling(tx, &new).await?;
            }
            Change::Answered { place, criterion, answer, based_on } => {
                let incoming = IncomingAnswer {
                    event_id: event.id,
                    based_on,
                    resolves: Vec::new(),
                    severity: answer.severity(),
                    device: self.device_id,
                    device_sequence: event.device_sequence,
                    server_sequence: u64::try_from(feed_sequence).unwrap_or(0),
                };
                return self.answer(tx, actor, place, criterion, answer, incoming).await;
            }
            Change::Noted { place, criterion, text } => {
                let text = without_nul(&text);
                let note = (!text.is_empty()).then_some(text);
                let key = (place, criterion);
                if let Some(record) = self.observations.get_mut(&key) {
                    record.note = note;
                } else {
                    let mut record = self.blank(actor, &key, event.id);
                    record.note = note;
                    self.observations.insert(key.clone(), record);
                }
                self.changed.insert(key);
            }
            Change::PhotoTaken { photo_id, place, criterion, sha256, bytes, content_type } => {
                let new = NewPhoto {
                    id: photo_id,
                    visit_id: self.visit_id,
                    building_id: self.building_id,
                    confidential: self.is_confidential(&criterion),
                    place: place.clone(),
                    criterion: criterion.clone(),
                    account_id: actor.account.id,
                    event_id: event.id,
                    sha256: sha256.to_ascii_lowercase(),
                    bytes,
                    content_type,
                    taken_at: event.device_at,
                };
                store::photo::insert(tx, &new).await?;
                // The bytes may have come before the event that names them.
                super::receive_photo::settle(tx, photo_id, self.now).await?;
                self.photos.push((photo_id, place, criterion));
            }
            Change::PhotoRemoved { photo_id } => {
                store::photo::remove(tx, photo_id, self.visit_id, self.now).await?;
                self.photos.retain(|(id, ..)| *id != photo_id);
            }
            Change::EscalationRaised { escalation_id, place, reason, called_911 } => {
                self.raised.push(RaisedOnSite { id: escalation_id, place, reason: without_nul(&reason), called_911, device_at: event.device_at });
            }
        }
        Ok(VerdictKind::Stored)
    }

    async fn answer(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        place: Place,
        criterion: CriterionId,
        answer: Answer,
        incoming: IncomingAnswer,
    ) -> Result<VerdictKind> {
        let key = (place, criterion);
        let event_id = incoming.event_id;
        let before = self.observations.remove(&key);
        let merge = sync::merge_answer(before.as_ref().and_then(|record| record.current.clone()), incoming);
        let mut record = self.blank(actor, &key, event_id);
        let shown = merge.current.shown.event_id;
        match before {
            Some(before) if shown == before.event_id => record = before,
            before => {
                record.note = before.and_then(|record| record.note);
                // Rarely, an older answer comes back to the front: its words are in the events.
                record.answer = if shown == event_id { answer } else { self.answer_of(tx, shown).await?.unwrap_or(answer) };
                record.event_id = shown;
            }
        }
        record.current = Some(merge.current);
        self.observations.insert(key.clone(), record);
        self.changed.insert(key);
        Ok(if merge.conflict_with.is_some() { VerdictKind::Conflict } else { VerdictKind::Stored })
    }

    async fn answer_of(&self, tx: &mut Tx, id: EventId) -> Result<Option<Answer>> {
        let body = store::event::body(tx, &id.to_string()).await?;
        let event = body.and_then(|body| serde_json::from_str::<FieldEvent>(&body).ok());
        Ok(event.and_then(|event| match event.change {
            Change::Answered { answer, .. } => Some(answer),
            _ => None,
        }))
    }

    fn is_confidential(&self, criterion: &CriterionId) -> bool {
        self.grid.as_deref().and_then(|grid| grid.criterion(criterion)).is_none_or(|(section, _)| section.confidential)
    }

    fn blank(&self, actor: &Actor, key: &(Place, CriterionId), event_id: EventId) -> ObservationRecord {
        ObservationRecord {
            visit_id: self.visit_id,
            place: key.0.clone(),
            criterion: key.1.clone(),
            event_id,
            account_id: actor.account.id,
            recorded_by: actor.account.display_name.clone(),
            device_id: self.device_id,
            recorded_at: self.now,
            confidential: self.is_confidential(&key.1),
            answer: Answer::Cleared,
            note: None,
            current: None,
        }
    }

    async fn save(self, tx: &mut Tx, brigade: &Brigade, actor: &Actor, board: &mut Vec<BoardEvent>, escalations: &mut BTreeSet<EscalationId>) -> Result<()> {
        let (Some(building), Some(grid)) = (self.building, self.grid) else { return Ok(()) };
        if self.accepted.is_empty() {
            return Ok(());
        }
        let changed: Vec<ObservationRecord> = self.changed.iter().filter_map(|key| self.observations.get(key).cloned()).collect();
        store::observation::upsert(tx, &changed).await?;
        let last_sequence = self.accepted.last().map_or(self.first_sequence, |event| event.feed_sequence);
        store::building::touch(tx, self.building_id, last_sequence).await?;
        let sheet = judge_visit::VisitSheet {
            visit_id: self.visit_id,
            building,
            grid,
            started_at: self.started_at,
            is_new: !self.exists,
            finished_now: self.finished,
            finished: self.finished || self.was_finished,
            outcomes: self.outcomes,
            observations: self.observations.into_values().collect(),
            photos: self.photos,
            raised: self.raised,
        };
        judge_visit::judge(tx, brigade, actor, sheet, self.now, board, escalations).await
    }
}

/// Trimmed text without the one character that PostgreSQL cannot hold.
fn without_nul(text: &str) -> String {
    text.replace('\0', "").trim().to_owned()
}

/// The wire code of a code of the grid crate: they are spelled alike.
fn error_code(code: &str) -> ErrorCode {
    ErrorCode::from_code(code).unwrap_or(match code {
        "severity_without_anchor" => ErrorCode::SeverityNotTaken,
        _ => ErrorCode::WrongValueKind,
    })
}

/// Whether the person may write what this criterion is about.
fn may_write(actor: &Actor, grid: &Grid, place: &Place, criterion: &CriterionId) -> std::result::Result<(), (ErrorCode, String)> {
    let section = grid.criterion(criterion).map_or(Section::Psychosocial, |(section, _)| section_of(section, place));
    let allowed = permission::decide(&actor.permission(), Relation::OwnTeam, Grants::NONE, section, Action::Write).is_allowed();
    // The psychosocial compartment does not exist for those outside it: the criterion is simply not theirs.
    if allowed { Ok(()) } else { Err((ErrorCode::UnknownCriterion, criterion.0.clone())) }
}

/// The section of permission that an answer belongs to: by its compartment first, then by where it was seen.
pub fn section_of(section: &inspection_grid::Section, place: &Place) -> Section {
    if section.confidential {
        return Section::Psychosocial;
    }
    match (section.scope, place) {
        (Scope::Household, _) => Section::Household,
        (_, Place::Dwelling(_)) => Section::Dwelling,
        (_, Place::Exterior | Place::Common) => Section::Building,
    }
}
