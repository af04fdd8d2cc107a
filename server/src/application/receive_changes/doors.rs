//! Doors that people said to be one, or two: what is stored of the building's visits is told again from what phones sent.
//!
//! Nothing that was sent is rewritten, so that a decision can be taken back at any time. Answers under both names are merged as those of two phones are, and
//! what is in conflict is shown; outcomes and notes unite at the moment of the decision, and what is said afterwards replaces them.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    mem,
};

use casework::{
    clock::Timestamp,
    doors::{at_kept, decide, decision, kept_for, place_at, unite_door_notes, unite_notes, unite_outcomes},
    ids::{AccountId, BuildingId, DwellingId, EventId, PhotoId, VisitId},
    wire::v1::{Change, DoorPair, FieldEvent},
};
use inspection_grid::{CriterionId, Place};

use super::{
    check::dwellings_named,
    recall,
    visit::{Sent, StoredVisit, VisitUnderway},
};
use crate::{
    application::{Actor, Brigade, Result, typed},
    store::{self, DoorPairRow, SentBatch, Tx, VisitRow},
};

/// What somebody decided of two doors.
pub struct Decision<'group> {
    pair: DoorPair,
    building_id: BuildingId,
    event: &'group FieldEvent,
    by: &'group Actor,
}

impl<'group> Decision<'group> {
    /// The decision that an event brings, if it brings one.
    pub fn of(event: &'group FieldEvent, building_id: BuildingId, by: &'group Actor) -> Option<Self> {
        Some(Self { pair: decision(&event.change)?, building_id, event, by })
    }
}

/// The event as it is about the doors that stand; `None` when it names no other.
pub fn under_its_name(event: &FieldEvent, goes_by: &BTreeMap<DwellingId, DwellingId>) -> Option<FieldEvent> {
    if goes_by.is_empty() {
        return None;
    }
    let change = at_kept(&event.change, |door| goes_by.get(&door).copied().unwrap_or(door)).into_owned();
    Some(FieldEvent { change, ..event.clone() })
}

/// Stores the decisions of a group, once what it sent is stored, and brings the visits up to date that they change. Visits that go on and that the group did
/// not speak of join `visits`, to be judged again; finished ones keep the judgement that was made of them.
///
/// # Errors
/// When the store fails.
pub async fn settle<'group>(
    tx: &mut Tx,
    brigade: &Brigade,
    visits: &mut BTreeMap<VisitId, VisitUnderway<'group>>,
    decisions: Vec<Decision<'group>>,
) -> Result<()> {
    let buildings: BTreeSet<BuildingId> = decisions.iter().map(|decision| decision.building_id).collect();
    for building_id in buildings {
        let of_building: Vec<&Decision<'group>> = decisions.iter().filter(|decision| decision.building_id == building_id).collect();
        let Some(last) = of_building.last() else { continue };
        let Some(facade) = Facade::decided(tx, building_id, &of_building).await? else { continue };
        if let Some(visit) = visits.get_mut(&last.event.visit_id) {
            visit.changed.doors_united = Some(last.pair.same);
        }
        let mut told = Vec::new();
        for row in store::visit::of_building(&mut *tx, building_id).await? {
            if tell_again(tx, brigade, &facade, &row).await? {
                told.push(row);
            }
        }
        for (id, stored) in StoredVisit::load(tx, told).await? {
            let goes_on = stored.row.as_ref().is_some_and(|row| row.finished_at.is_none());
            match visits.get_mut(&id) {
                Some(visit) => visit.take_again(stored),
                None if goes_on => {
                    visits.insert(id, VisitUnderway::new(brigade, stored, last.event, last.by));
                }
                None => {}
            }
        }
    }
    Ok(())
}

/// The doors of a building that decisions changed.
struct Facade {
    pairs: Vec<DoorPair>,
    /// Decisions that stand and unite, in the order of the feed.
    unions: Vec<DoorPairRow>,
    /// Doors of which visits must be told again.
    doors: BTreeSet<DwellingId>,
}

impl Facade {
    /// Stores the decisions; `None` when they change no door.
    async fn decided(tx: &mut Tx, building_id: BuildingId, decisions: &[&Decision<'_>]) -> Result<Option<Self>> {
        let known = store::door_pair::of_building(&mut *tx, building_id).await?;
        let before: Vec<DoorPair> = known.iter().map(|row| row.pair).collect();
        let mut said_by: Vec<(DoorPair, EventId)> = known.into_iter().map(|row| (row.pair, row.event_id)).collect();
        let mut pairs = before.clone();
        for decision in decisions {
            let decided = decide(&pairs, decision.pair);
            said_by.retain(|(pair, _)| decided.contains(pair));
            said_by.extend(decided.iter().filter(|pair| !pairs.contains(pair)).map(|pair| (*pair, decision.event.id)));
            pairs = decided;
        }
        if pairs == before {
            return Ok(None);
        }
        store::door_pair::replace(tx, building_id, &said_by).await?;
        let named: BTreeSet<DwellingId> = before.iter().chain(&pairs).flat_map(|pair| [pair.gone, pair.kept]).collect();
        let mut stands = BTreeSet::new();
        for door in &named {
            let (was, is) = (kept_for(&before, *door), kept_for(&pairs, *door));
            if was != is {
                store::door_pair::set_goes_by(tx, *door, Some(is).filter(|is| is != door)).await?;
                stands.extend([was, is]);
            }
        }
        if stands.is_empty() {
            return Ok(None);
        }
        let doors = named.into_iter().filter(|door| stands.contains(&kept_for(&before, *door)) || stands.contains(&kept_for(&pairs, *door))).collect();
        let unions = store::door_pair::of_building(&mut *tx, building_id).await?.into_iter().filter(|row| row.pair.same).collect();
        Ok(Some(Self { pairs, unions, doors }))
    }

    fn speaks_of(&self, change: &Change) -> bool {
        dwellings_named(change).any(|door| self.doors.contains(&door))
    }

    fn is_decision(&self, event: EventId) -> bool {
        self.unions.iter().any(|union| union.event_id == event)
    }
}

/// An event of a visit, with where it stands in the feed.
struct Told {
    event: FieldEvent,
    batch: usize,
    feed_sequence: i64,
    at: Timestamp,
}

/// Tells a visit again as far as it is about these doors. `false` when nothing in it is.
async fn tell_again(tx: &mut Tx, brigade: &Brigade, facade: &Facade, row: &VisitRow) -> Result<bool> {
    let batches = store::event::of_visit(tx, row.id).await?;
    let told = concerned(&batches, facade);
    let Some(first) = told.iter().find(|told| facade.speaks_of(&told.event.change)) else { return Ok(false) };
    let mut people: BTreeMap<AccountId, Actor> = BTreeMap::new();
    for batch in &batches {
        if !people.contains_key(&batch.account_id)
            && let Some(account) = store::account::by_id(&mut *tx, batch.account_id).await?
        {
            people.insert(batch.account_id, Actor { account });
        }
    }
    let Some(beginner) = people.get(&batches[first.batch].account_id) else { return Ok(false) };
    let stored = StoredVisit { row: Some(row.clone()), ..StoredVisit::default() };
    let mut telling = Telling {
        visit: VisitUnderway::new(brigade, stored, &first.event, beginner),
        facade,
        waiting: facade.unions.iter().collect(),
        united: Vec::new(),
        notes: BTreeMap::new(),
        photos: Vec::new(),
    };
    for told in &told {
        let batch = &batches[told.batch];
        if let Some(actor) = people.get(&batch.account_id) {
            let sent =
                Sent { actor, device_id: batch.device_id, device_at: told.event.device_at, at: told.at, feed_sequence: told.feed_sequence, batch_id: batch.id };
            telling.hear(&told.event, sent);
        }
    }
    telling.unite_up_to(i64::MAX);
    telling.save(tx).await?;
    Ok(true)
}

/// What of a visit was said of these doors, and the decisions about them.
fn concerned(batches: &[SentBatch], facade: &Facade) -> Vec<Told> {
    let mut concerned = Vec::new();
    for (position, batch) in batches.iter().enumerate() {
        for (feed_sequence, stored) in (batch.id..).zip(&batch.events) {
            // Read when it was received: what is stored reads back.
            let Ok(event) = serde_json::from_str::<FieldEvent>(&stored.body) else { continue };
            if facade.speaks_of(&event.change) || facade.is_decision(event.id) {
                let at = stored.seen_at(event.device_at);
                concerned.push(Told { event, batch: position, feed_sequence, at });
            }
        }
    }
    concerned
}

/// A visit being told again.
struct Telling<'told> {
    visit: VisitUnderway<'told>,
    facade: &'told Facade,
    /// Unions that the feed has not come to.
    waiting: VecDeque<&'told DoorPairRow>,
    /// Those that it has.
    united: Vec<DoorPair>,
    notes: BTreeMap<(Place, CriterionId), String>,
    photos: Vec<(PhotoId, Place)>,
}

impl<'told> Telling<'told> {
    fn hear(&mut self, event: &FieldEvent, sent: Sent<'told>) {
        self.unite_up_to(sent.batch_id);
        while self.waiting.front().is_some_and(|union| union.event_id == event.id) {
            self.unite_next();
        }
        let now = at_kept(&event.change, |door| kept_for(&self.united, door));
        let change = match &*now {
            // Answers are merged by who saw what, whatever the names of the doors were then.
            Change::Answered { .. } => self.at_last(&event.change),
            Change::Noted { place, criterion, text } => {
                self.notes.insert((place.clone(), criterion.clone()), typed(text));
                self.at_last(&event.change)
            }
            Change::PhotoTaken { photo_id, place, .. } => {
                self.photos.push((*photo_id, place_at(place, |door| kept_for(&self.facade.pairs, door))));
                return;
            }
            Change::DwellingOutcome { .. } | Change::OutcomeWithdrawn { .. } | Change::DoorNoted { .. } => now.into_owned(),
            _ => return,
        };
        self.visit.apply(&FieldEvent { change, ..event.clone() }, sent, &mut BTreeSet::new());
    }

    /// The change under the names that stand now.
    fn at_last(&self, change: &Change) -> Change {
        at_kept(change, |door| kept_for(&self.facade.pairs, door)).into_owned()
    }

    /// Unites what the feed decided before this batch.
    fn unite_up_to(&mut self, batch_id: i64) {
        while self.waiting.front().is_some_and(|union| union.batch_id < batch_id) {
            self.unite_next();
        }
    }

    fn unite_next(&mut self) {
        let Some(DoorPairRow { pair, .. }) = self.waiting.pop_front() else { return };
        self.united.push(*pair);
        let kept = kept_for(&self.united, pair.kept);
        let (gone_key, kept_key) = (pair.gone.to_string(), kept.to_string());
        let visit = &mut self.visit;
        if let Some(gone) = visit.changed.outcomes.remove(&pair.gone) {
            visit.outcomes.remove(&gone_key);
            let known = visit.changed.outcomes.get(&kept).copied();
            let united = known.filter(|known| unite_outcomes(known.0, gone.0) == known.0).unwrap_or(gone);
            visit.outcomes.insert(kept_key.clone(), united.0);
            visit.changed.outcomes.insert(kept, united);
        }
        if let (Some(gone), Some(event_id)) = (visit.door_notes.remove(&gone_key), visit.changed.doors_noted.remove(&pair.gone)) {
            let united = match visit.door_notes.remove(&kept_key) {
                Some(mut known) => {
                    known.language_by = if known.note.language.is_some() { known.language_by } else { gone.language_by };
                    known.note = unite_door_notes(known.note, gone.note);
                    known
                }
                None => gone,
            };
            visit.door_notes.insert(kept_key, united);
            visit.changed.doors_noted.entry(kept).or_insert(event_id);
        }
        let gone_place = Place::Dwelling(gone_key);
        for ((place, criterion), text) in mem::take(&mut self.notes) {
            if place == gone_place {
                let known = self.notes.entry((Place::Dwelling(kept.to_string()), criterion)).or_default();
                *known = unite_notes(known, &text);
            } else {
                let known = self.notes.entry((place, criterion)).or_default();
                *known = unite_notes(&text, known);
            }
        }
    }

    /// Stores the visit as it was told, in place of what was stored of these doors.
    async fn save(mut self, tx: &mut Tx) -> Result<()> {
        recall(tx, &mut self.visit).await?;
        for (key, text) in mem::take(&mut self.notes) {
            if let Some(record) = self.visit.observations.get_mut(&key) {
                record.note = (!text.is_empty()).then_some(text);
            }
        }
        let visit = &mut self.visit;
        visit.changed.places = self.facade.doors.iter().map(|door| Place::Dwelling(door.to_string())).collect();
        for door in &self.facade.doors {
            store::visit::withdraw_outcome(tx, visit.id, *door).await?;
            store::visit::forget_door_note(tx, visit.id, *door).await?;
        }
        store::visit::set_outcomes(tx, visit.new_outcomes().collect::<Vec<_>>()).await?;
        store::visit::set_door_notes(tx, visit.new_door_notes().collect()).await?;
        store::observation::save(tx, visit.changed_sheets().collect()).await?;
        for (photo, place) in &self.photos {
            store::photo::move_to(tx, *photo, visit.id, place).await?;
        }
        Ok(())
    }
}
