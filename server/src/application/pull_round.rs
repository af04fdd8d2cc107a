//! A phone pulls its round: buildings, doors, and the visits under way that its holder may read.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use casework::{
    access::{AccessDoor, AccessSubject},
    clock::Timestamp,
    doors::kept_for,
    ids::{BuildingId, CaseId, OrganisationId},
    permission::{self, Section},
    sync::{AnswerHead, CurrentAnswer},
    wire::v1::{
        AnswerConflict, BuildingSheet, Change, DoorNote, DoorPair, ErrorCode, FieldEvent, OpenVisit, PROTOCOL, PULL_MARKER, PhotoStatus, PullReply,
        StandingAnswer, Tombstone,
    },
};

use inspection_grid::{CriterionId, Place};

use super::{
    Actor, Brigade, Result,
    access_journal::Reading,
    judge_visit::visit_of,
    refuse, require,
    sight::{Sight, section_in},
};
use crate::{
    clock::{local_date, now},
    store::{self, ObservationRecord, StoreError},
};

/// Sheets of one answer; the phone asks again until the cursor stands still.
const SHEETS_MAX: i64 = 40;
/// A visit of which nothing came for this long is not said to go on beside another: nobody may ever have said that it was over.
const UNDER_WAY_MS: i64 = 3 * Timestamp::DAY_MS;

/// Where a phone is in the feed. Opaque to it, and bound to its organisation: another one's cursor starts over.
struct Cursor {
    organisation: OrganisationId,
    sequence: i64,
}

impl Cursor {
    fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("1.{}.{}", self.organisation, self.sequence))
    }

    fn decode(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.split('.');
        let ("1", organisation, sequence) = (parts.next()?, parts.next()?, parts.next()?) else { return None };
        Some(Self { organisation: organisation.parse().ok()?, sequence: sequence.parse().ok()? })
    }
}

/// The sheets changed since the cursor. Those that say something of people leave a line in the access journal.
///
/// # Errors
/// `not_allowed` for those who do not go in the field, `bad_cursor`.
pub async fn pull(brigade: &Brigade, actor: &Actor, cursor: Option<&str>) -> Result<PullReply> {
    require(permission::may_push_field_events(&actor.permission()), ErrorCode::NotAllowed)?;
    let organisation = actor.account.organisation.id;
    let after = match cursor.filter(|text| !text.is_empty()) {
        None => 0,
        Some(text) => match Cursor::decode(text) {
            Some(cursor) if cursor.organisation == organisation => cursor.sequence,
            Some(_) => 0,
            None => return refuse(ErrorCode::BadCursor),
        },
    };
    let at = now();
    let round = store::building::round_since(brigade.store.reader(), organisation, after, SHEETS_MAX).await?;
    let sequence = round.last().map_or(after, |stop| stop.feed_sequence);
    let mut buildings = Vec::with_capacity(round.len());
    let mut removed = Vec::new();
    let mut shown = Shown::default();
    for stop in round {
        if stop.withdrawn {
            removed.push(Tombstone { building_id: stop.building.id });
        } else {
            buildings.push(sheet(brigade, actor, stop, &mut shown).await?);
        }
    }
    brigade.journal.record(actor, shown.readings()).await?;
    Ok(PullReply {
        marker: PULL_MARKER.to_owned(),
        protocol: PROTOCOL,
        server_now: at,
        cursor: Cursor { organisation, sequence }.encode(),
        grid: brigade.grids.in_force().clone(),
        today: local_date(at),
        buildings,
        removed,
        rescue_key: Some(brigade.rescue_key.public_hex()),
    })
}

/// What the visits of an answer hold, by building.
#[derive(Default)]
struct Shown(BTreeMap<BuildingId, (Option<CaseId>, BTreeSet<Section>)>);

impl Shown {
    fn note(&mut self, visit: &store::VisitRow, sections: impl IntoIterator<Item = Section>) {
        let (case_id, shown) = self.0.entry(visit.building_id).or_default();
        *case_id = case_id.or(visit.case_id);
        shown.extend(sections);
    }

    /// What a phone holds of a building is its own team's work: only what concerns people is a reading.
    fn readings(self) -> impl Iterator<Item = Reading> {
        let of_people = self.0.into_iter().filter(|(_, (_, sections))| sections.iter().any(|section| section.needs_consent()));
        of_people.map(|(building, (case_id, sections))| Reading {
            subject: AccessSubject::Building,
            subject_id: Some(building.0),
            case_id,
            door: AccessDoor::Pull,
            sections,
        })
    }
}

async fn sheet(brigade: &Brigade, actor: &Actor, stop: store::building::RoundBuilding, shown: &mut Shown) -> Result<BuildingSheet> {
    let store = &brigade.store;
    let building = stop.building;
    let sight = Sight::of_building(actor, &building);
    let latest = newest_known(brigade, &sight, &building).await?;
    // While a visit goes on, its phones show what was found the time before. A finished one is itself what the next will be compared with.
    let before = match latest.as_ref().filter(|visit| visit.finished_at.is_none()) {
        Some(visit) => finished_known_before(brigade, &sight, visit).await?,
        None => None,
    };
    let mut others = Vec::new();
    if let Some(latest) = &latest {
        for other in store::visit::others_under_way(store.reader(), building.id, latest.id, now().plus_ms(-UNDER_WAY_MS)).await? {
            if sight.knows_visit(brigade, &other).await? {
                others.push(open_visit(brigade, actor, &sight, &building, other, shown).await?);
            }
        }
    }
    let visit = match latest {
        Some(visit) => Some(open_visit(brigade, actor, &sight, &building, visit, shown).await?),
        None => None,
    };
    let earlier = match before {
        Some(before) => Some(OpenVisit { photos: Vec::new(), ..open_visit(brigade, actor, &sight, &building, before, shown).await? }),
        None => None,
    };
    let decided = store::door_pair::of_building(store.reader(), building.id).await?;
    let door_pairs: Vec<DoorPair> = decided.into_iter().map(|row| row.pair).collect();
    let every_door = store::building::doors(store.reader(), building.id).await?;
    let (doors, doors_gone) = every_door.into_iter().partition(|door| kept_for(&door_pairs, door.dwelling_id) == door.dwelling_id);
    Ok(BuildingSheet {
        doors,
        doors_gone,
        door_pairs,
        open_cases: store::case::count_open(store.reader(), building.id).await?,
        visit,
        others,
        earlier,
        id: building.id,
        address: building.address,
        municipality: building.municipality,
        borough: building.borough,
        dwellings: building.dwellings,
        storeys: building.storeys,
        year_built: building.year_built,
        longitude: building.longitude,
        latitude: building.latitude,
        planned_on: Some(stop.planned_on),
    })
}

/// The newest visit of a building that exists for the person: one about a household alone does not stand before another in the phone of somebody outside.
async fn newest_known(brigade: &Brigade, sight: &Sight, building: &store::BuildingRow) -> Result<Option<store::VisitRow>> {
    let reader = brigade.store.reader();
    let Some(latest) = store::visit::latest(reader, building.id).await? else { return Ok(None) };
    if sight.knows_visit(brigade, &latest).await? {
        return Ok(Some(latest));
    }
    let mut known = finished_known_before(brigade, sight, &latest).await?;
    if let Some(case) = store::case::open_of_building(reader, building.id).await? {
        for visit in store::visit::of_case(reader, case.case.id).await? {
            if known.as_ref().is_none_or(|known| known.started_at < visit.started_at) && sight.knows_visit(brigade, &visit).await? {
                known = Some(visit);
            }
        }
    }
    Ok(known)
}

/// The newest visit finished before this one that exists for the person.
async fn finished_known_before(brigade: &Brigade, sight: &Sight, visit: &store::VisitRow) -> Result<Option<store::VisitRow>> {
    let reader = brigade.store.reader();
    let mut before = store::visit::finished_before(reader, visit).await?;
    while let Some(candidate) = before {
        if sight.knows_visit(brigade, &candidate).await? {
            return Ok(Some(candidate));
        }
        let earlier = store::visit::finished_before(reader, &candidate).await?;
        // Two begun in the same instant are each before the other: go on only towards the past.
        before = earlier.filter(|earlier| earlier.started_at < candidate.started_at);
    }
    Ok(None)
}

async fn open_visit(
    brigade: &Brigade,
    actor: &Actor,
    sight: &Sight,
    building: &store::BuildingRow,
    visit: store::VisitRow,
    shown: &mut Shown,
) -> Result<OpenVisit> {
    let store = &brigade.store;
    let grid = brigade.grids.get(&visit.grid).cloned();
    let section = |place: &Place, criterion: &CriterionId| section_in(grid.as_deref(), place, criterion);
    let reads = |place: &Place, criterion: &CriterionId| sight.reads(section(place, criterion));
    let mut records = store::observation::of_visit(&mut *store.read().await?, visit.id).await?;
    records.retain(|record| reads(&record.place, &record.criterion));
    let mut photos = store::photo::of_visit(store.reader(), visit.id).await?;
    photos.retain(|photo| reads(&photo.place, &photo.criterion));
    shown.note(&visit, records.iter().map(|record| section(&record.place, &record.criterion)));
    let outcomes = store::visit::outcomes(store.reader(), visit.id).await?;
    let mut doors_noted = BTreeMap::new();
    if sight.reads(Section::Dwelling) {
        for (dwelling, row) in store::visit::door_notes(store.reader(), visit.id).await? {
            let may_read = |(_, by)| permission::may_read_door_language(&actor.permission(), by).is_allowed();
            let language = row.note.language.filter(|_| row.language_by.is_some_and(may_read));
            // The language that people speak says something of them.
            shown.note(&visit, language.as_ref().map(|_| Section::Household));
            doors_noted.insert(dwelling, DoorNote { language, ..row.note });
        }
    }
    let people: BTreeSet<String> = records.iter().map(|record| record.recorded_by.clone()).chain([visit.started_by_name.clone()]).collect();
    let places: Vec<_> = photos.iter().map(|photo| (photo.id, photo.place.clone(), photo.criterion.clone())).collect();
    let conflicts = conflicts(brigade, &records).await?;
    Ok(OpenVisit {
        conflicts,
        observations: visit_of(building, &outcomes, &records, &places).observations,
        photos: photos.iter().map(|photo| PhotoStatus { photo_id: photo.id, verified: photo.verified_at.is_some() }).collect(),
        dwellings: outcomes,
        doors_noted,
        pace: visit.pace.said_at.map(|_| visit.pace.pace),
        people: people.into_iter().collect(),
        id: visit.id,
        grid: visit.grid,
        grid_before: visit.grid_before,
        started_at: visit.started_at,
        started_by: visit.started_by_name,
        finished_at: visit.finished_at,
    })
}

/// What stands where phones answered differently: in the words of each.
async fn conflicts(brigade: &Brigade, records: &[ObservationRecord]) -> Result<Vec<AnswerConflict>> {
    let disputed: Vec<(&ObservationRecord, &CurrentAnswer)> =
        records.iter().filter_map(|record| Some((record, record.current.as_ref().filter(|current| current.is_in_conflict())?))).collect();
    if disputed.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = brigade.store.reader().acquire().await.map_err(StoreError::from)?;
    let heads = disputed.iter().flat_map(|(_, current)| current.standing()).map(|head| head.event_id);
    let stored = store::event::stored(&mut connection, heads).await?;
    let in_words = |head: &AnswerHead| {
        let stored = stored.get(&head.event_id)?;
        let event: FieldEvent = serde_json::from_str(&stored.body).ok()?;
        let Change::Answered { answer, .. } = event.change else { return None };
        Some(StandingAnswer { event_id: head.event_id, answer, by: stored.by.clone(), at: stored.seen_at(event.device_at) })
    };
    let told = |(record, current): (&ObservationRecord, &CurrentAnswer)| AnswerConflict {
        place: record.place.clone(),
        criterion: record.criterion.clone(),
        answers: current.standing().filter_map(in_words).collect(),
    };
    Ok(disputed.into_iter().map(told).collect())
}
