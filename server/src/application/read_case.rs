//! One case, with everything the person may read of it.

use std::collections::{BTreeMap, BTreeSet};

use casework::{
    access::{AccessDoor, AccessSubject},
    agreement::Agreement,
    case::CaseVerb,
    directory::Area,
    ids::{CaseId, EventId, OrganisationId, PhotoId, ReferralId},
    permission::{self, Action, Section},
    referral::Side,
    wire::v1::{BuildingView, CaseAction, CaseDetail, EntryView, ErrorCode, MotifView, ObservationView, PartnerChoice, PhotoRef, VisitView},
};
use inspection_grid::{Complexity, CriterionId, Grid, Place, Score, Value, stands_under};

use super::{
    Actor, Brigade, Result,
    access_journal::Reading,
    change_case, keep_agreements, keep_consents, keep_directory, prove_consents, read_board, read_cases, read_referrals,
    receive_changes::section_of,
    refuse,
    sight::{Sight, section_in},
};
use crate::{
    clock::now,
    photos::format,
    store::{self, BuildingRow, CaseEntryRecord, CaseRecord, ObservationRecord, PhotoRow, ReferralFilter, StoreError, VisitRow},
};

/// Reads a case, which leaves a line in the access journal.
///
/// # Errors
/// `not_found` for what does not exist and for what is not theirs.
pub async fn read(brigade: &Brigade, actor: &Actor, door: AccessDoor, id: CaseId) -> Result<CaseDetail> {
    let store = &brigade.store;
    let Some(record) = store::case::by_id(store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let sight = Sight::of_case(store, actor, &record).await?;
    if !sight.sees() {
        return refuse(ErrorCode::NotFound);
    }
    let at = now();
    let known = known_visits(brigade, &sight, id).await?;
    let visits = visits(brigade, &sight, &record, &known).await?;
    let judged = judged(brigade, &sight, &known).await?;
    let internal = sight.reads(Section::Internal);
    let mut tells_of_people = false;
    let (timeline, referrals, escalations) = if internal {
        let escalations = store::escalation::of_case(store.reader(), id).await?;
        let entries = entries(brigade, &sight, id).await?;
        let referrals = store::referral::list(store.reader(), ReferralFilter::OfCase(id)).await?;
        let ids: Vec<ReferralId> = referrals.iter().map(|record| record.referral.id).collect();
        let waiting = store::referral_message::waiting(store.reader(), actor.account.organisation.id, &ids).await?;
        let locates = permission::may_locate_confidential_danger(&actor.permission()).is_allowed();
        tells_of_people = entries.iter().any(|entry| entry.confidential)
            || escalations.iter().any(|record| locates && record.confidential)
            || referrals.iter().any(|record| record.referral.shared_sections.needs_consent() && read_referrals::sender_may_see(&sight, record));
        let timeline = timeline(actor, &sight, entries);
        let referrals = referrals
            .iter()
            .filter_map(|record| Some((record, record.referral.side_of(actor.account.organisation.id)?)))
            .filter(|(record, side)| *side == Side::Recipient || read_referrals::sender_may_see(&sight, record))
            .map(|(record, side)| read_referrals::with_waiting(read_referrals::row(record, side, true, at), &waiting))
            .collect();
        (timeline, referrals, read_board::rows(brigade, actor, escalations, at).await?)
    } else {
        let received = store::referral::list(store.reader(), ReferralFilter::OfCaseReceived(id, actor.account.organisation.id)).await?;
        (Vec::new(), received.iter().map(|record| read_referrals::row(record, Side::Recipient, true, at)).collect(), Vec::new())
    };
    let purged_at = store::retention::purged_at(store.reader(), id).await?;
    // Nothing is done to what is gone.
    let (verbs, allowed) = if purged_at.is_some() {
        (Vec::new(), Vec::new())
    } else {
        let verbs = verbs(brigade, actor, &sight, &record).await?;
        let allowed = allowed(actor, &sight, !verbs.is_empty());
        (verbs, allowed)
    };
    let partners = if allowed.contains(&CaseAction::CreateReferral) { partners(brigade, actor, &record.building).await? } else { Vec::new() };
    let keeps_consents = allowed.contains(&CaseAction::KeepConsents);
    let consent_doors = if keeps_consents { keep_consents::doors(brigade, record.building.id).await? } else { Vec::new() };
    let consents = if keeps_consents { keep_consents::rows(brigade, id, at).await? } else { Vec::new() };
    let reads_proofs = permission::may_read_consent_proof(&actor.permission(), sight.relation()).is_allowed();
    let consent_proofs = if reads_proofs && !keeps_consents { prove_consents::rows(brigade, id).await? } else { Vec::new() };
    let detail = CaseDetail {
        purged_at,
        row: read_cases::row(&sight, &record),
        building: sight.reads(Section::Building).then(|| building_view(&record.building)),
        motifs: judged.as_ref().map(|complexity| motifs(&sight, complexity)).unwrap_or_default(),
        complexity_rule: judged.as_ref().map(|complexity| complexity.rule_version.clone()),
        threshold: judged.as_ref().and_then(|complexity| serde_json::to_value(complexity.threshold).ok()).and_then(|value| value.as_str().map(str::to_owned)),
        visits,
        timeline,
        referrals,
        escalations,
        partners,
        shareable: if allowed.contains(&CaseAction::CreateReferral) { sight.shareable() } else { Vec::new() },
        allowed,
        verbs,
        consents,
        consent_doors,
        consent_proofs,
    };
    let mut sections = sections_shown(brigade, &known, &detail);
    if tells_of_people || read_cases::tells_of_people(&detail.row, &record) {
        sections.insert(Section::Psychosocial);
    }
    let reading = Reading { subject: AccessSubject::Case, subject_id: Some(id.0), case_id: Some(id), door, sections };
    brigade.journal.record(actor, [reading]).await?;
    Ok(detail)
}

/// The sections of which an answer about a case holds something.
fn sections_shown(brigade: &Brigade, known: &[VisitRow], detail: &CaseDetail) -> BTreeSet<Section> {
    let mut sections = BTreeSet::from([Section::Existence]);
    let tells_of_building = detail.row.band.is_some() || detail.row.index.is_some() || !detail.row.motifs.is_empty() || detail.complexity_rule.is_some();
    for (section, is_shown) in [
        (Section::Building, tells_of_building),
        (Section::Internal, !detail.timeline.is_empty()),
        // Who consented to what, by name.
        (Section::Psychosocial, !detail.consents.is_empty()),
        (Section::Contact, !detail.consents.is_empty()),
        (Section::Psychosocial, !detail.consent_proofs.is_empty()),
    ] {
        if is_shown {
            sections.insert(section);
        }
    }
    for view in &detail.visits {
        if view.score.as_ref().is_some_and(|score| !score.dwellings.is_empty()) {
            sections.insert(Section::Dwelling);
        }
        let grid = known.iter().find(|visit| visit.id == view.id).and_then(|visit| brigade.grids.get(&visit.grid)).map(|grid| &**grid);
        sections.extend(view.observations.iter().map(|seen| section_in(grid, &seen.place, &CriterionId(seen.criterion.clone()))));
    }
    sections
}

/// The visits of a case that exist for a person, newest first.
async fn known_visits(brigade: &Brigade, sight: &Sight, id: CaseId) -> Result<Vec<VisitRow>> {
    let mut known = Vec::new();
    for visit in store::visit::of_case(brigade.store.reader(), id).await? {
        if sight.knows_visit(brigade, &visit).await? {
            known.push(visit);
        }
    }
    Ok(known)
}

/// The lines of the timeline that the person reads: without what the psychosocial compartment wrote.
async fn entries(brigade: &Brigade, sight: &Sight, id: CaseId) -> Result<Vec<CaseEntryRecord>> {
    let both = sight.reads(Section::Psychosocial);
    let mut entries = store::case::entries(brigade.store.reader(), id).await?;
    entries.retain(|entry| both || !entry.confidential);
    Ok(entries)
}

/// The timeline as the person reads it: without the name of who was there only for the psychosocial compartment.
fn timeline(actor: &Actor, sight: &Sight, entries: Vec<CaseEntryRecord>) -> Vec<EntryView> {
    let both = sight.reads(Section::Psychosocial);
    entries
        .into_iter()
        .map(|entry| EntryView {
            id: entry.id,
            at: entry.at,
            by: if entry.by_confidential && !both { actor.account.organisation.name.clone() } else { entry.by_name },
            kind: entry.kind,
            text: entry.text,
            struck: entry.struck_reason,
        })
        .collect()
}

/// What the person may do to the case where it stands: an assigned person works it, whatever their team may.
async fn verbs(brigade: &Brigade, actor: &Actor, sight: &Sight, record: &CaseRecord) -> Result<Vec<CaseVerb>> {
    let person = actor.permission();
    let (relation, _) = change_case::relation(brigade, actor, sight, record).await?;
    Ok(record.case.allowed_verbs().into_iter().filter(|verb| permission::may_move_case(&person, relation, *verb).is_allowed()).collect())
}

fn allowed(actor: &Actor, sight: &Sight, has_verbs: bool) -> Vec<CaseAction> {
    let person = actor.permission();
    let mut allowed = Vec::new();
    if permission::may_raise_escalation(&person).is_allowed() && sight.sees() {
        allowed.push(CaseAction::RaiseEscalation);
    }
    if permission::may_create_referral(&person, sight.relation(), permission::Grants::NONE).is_allowed() {
        allowed.push(CaseAction::CreateReferral);
    }
    if sight.may(Section::Internal, Action::Write) {
        allowed.push(CaseAction::Comment);
    }
    if has_verbs {
        allowed.push(CaseAction::ChangeStage);
    }
    if permission::may_keep_consents(&person, sight.relation()).is_allowed() {
        allowed.push(CaseAction::KeepConsents);
    }
    allowed
}

/// Services that a case of this building can be referred to, with what the directory knows of them and what was agreed.
///
/// # Errors
/// When the store fails.
pub async fn partners(brigade: &Brigade, actor: &Actor, building: &BuildingRow) -> Result<Vec<PartnerChoice>> {
    let today = keep_directory::today()?;
    let mut services = keep_directory::choices(brigade, Area::of(&building.municipality, building.borough.as_deref())).await?;
    let mut agreements: BTreeMap<OrganisationId, Vec<Agreement>> = BTreeMap::new();
    let mut connection = brigade.store.read().await?;
    for mut record in store::agreement::all(&mut connection).await? {
        if !record.versions.is_empty() {
            agreements.entry(record.organisation_id).or_default().push(record.versions.swap_remove(0).agreement);
        }
    }
    drop(connection);
    let recipients = store::account::referral_recipients(brigade.store.reader()).await?;
    Ok(recipients
        .into_iter()
        .filter(|organisation| organisation.id != actor.account.organisation.id)
        .map(|organisation| PartnerChoice {
            organisation_id: organisation.id,
            name: organisation.name,
            service: organisation.service,
            pivot_person: organisation.pivot_person,
            services: services.remove(&organisation.id).unwrap_or_default(),
            framing: agreements.get(&organisation.id).map(|with| keep_agreements::framing(with, today)).unwrap_or_default(),
        })
        .collect())
}

/// The complexity judged from the compartments the person reads.
async fn judged(brigade: &Brigade, sight: &Sight, visits: &[VisitRow]) -> Result<Option<Complexity>> {
    if !sight.reads(Section::Building) {
        return Ok(None);
    }
    // The newest that looked at the building: one about a household alone neither proves nor disproves anything of it.
    let looked =
        |visit: &&VisitRow| score_of(visit).is_ok_and(|score| score.is_some_and(|score| score.completeness.answered > 0 || !score.contributions.is_empty()));
    let Some(latest) = visits.iter().find(looked).or(visits.first()) else { return Ok(None) };
    let Some((building, both)) = store::visit::complexities(brigade.store.reader(), latest.id).await? else { return Ok(None) };
    let text = if sight.reads(Section::Psychosocial) { both } else { building };
    Ok(serde_json::from_str(&text).ok())
}

fn motifs(sight: &Sight, complexity: &Complexity) -> Vec<MotifView> {
    complexity
        .motifs
        .iter()
        .filter(|motif| sight.reads(Section::Owner) || !motif.code.is_of_owner())
        .map(|motif| MotifView {
            code: serde_json::to_value(motif.code).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default(),
            evidence: motif.observations.iter().filter_map(|id| id.parse::<EventId>().ok()).collect(),
        })
        .collect()
}

pub fn building_view(building: &BuildingRow) -> BuildingView {
    BuildingView {
        id: building.id,
        address: building.address.clone(),
        municipality: building.municipality.clone(),
        borough: building.borough.clone(),
        dwellings: building.dwellings,
        storeys: building.storeys,
        year_built: building.year_built,
        longitude: building.longitude,
        latitude: building.latitude,
    }
}

async fn visits(brigade: &Brigade, sight: &Sight, record: &CaseRecord, known: &[VisitRow]) -> Result<Vec<VisitView>> {
    let store = &brigade.store;
    let doors = store::building::doors(store.reader(), record.building.id).await?;
    let labels: BTreeMap<String, String> = doors.into_iter().map(|door| (door.dwelling_id.to_string(), door.label)).collect();
    let mut views = Vec::new();
    for visit in known {
        let Some(grid) = brigade.grids.get(&visit.grid) else { continue };
        let Some(points) = score_of(visit)? else { continue };
        let observations = observations_of(brigade, sight, grid, visit, &labels).await?;
        views.push(VisitView {
            id: visit.id,
            grid_version: grid.version.clone(),
            started_at: visit.started_at,
            finished_at: visit.finished_at,
            started_by: visit.started_by_name.clone(),
            score: project_score(sight, points),
            observations,
        });
    }
    Ok(views)
}

fn score_of(visit: &VisitRow) -> Result<Option<Score>> {
    let parse = |text: &String| {
        serde_json::from_str(text).map_err(|error| StoreError::Unreadable {
            table: "visit",
            column: "score",
            row: visit.id.to_string(),
            cause: error.to_string(),
        })
    };
    Ok(visit.score.as_ref().map(parse).transpose()?)
}

/// What a visit adds up to is the building's. Without the dwelling section, the score keeps its totals and loses what tells one door from another.
fn project_score(sight: &Sight, mut score: Score) -> Option<Score> {
    if !sight.reads(Section::Building) {
        return None;
    }
    if !sight.reads(Section::Dwelling) {
        score.dwellings.clear();
        score.contributions.retain(|contribution| !matches!(contribution.place, Place::Dwelling(_)));
    }
    Some(score)
}

/// The observations of a visit that the person reads, in the order of the grid.
///
/// # Errors
/// When the store fails.
pub async fn observations_of(
    brigade: &Brigade,
    sight: &Sight,
    grid: &Grid,
    visit: &VisitRow,
    doors: &BTreeMap<String, String>,
) -> Result<Vec<ObservationView>> {
    let store = &brigade.store;
    let records = store::observation::of_visit(&mut *store.read().await?, visit.id).await?;
    let photos = store::photo::of_visit(store.reader(), visit.id).await?;
    let internal = sight.reads(Section::Internal);
    let mut views: Vec<(usize, ObservationView)> = records
        .into_iter()
        .filter_map(|record| {
            let (section, criterion) = grid.criterion(&record.criterion)?;
            // What the visit's grid does not take is set aside.
            if !sight.reads_at(section_of(section, &record.place), &record.place) || !stands_under(grid, &record.place, &record.criterion, &record.answer) {
                return None;
            }
            let order = grid.sections.iter().position(|other| other.id == section.id)?;
            let severity = record.standing_severity();
            Some((
                order,
                ObservationView {
                    door: door_label(&record.place, doors),
                    label: criterion.label.clone(),
                    anchor: severity.and_then(|severity| criterion.anchors.get(&severity.level()).cloned()),
                    photos: photos.iter().filter(|photo| photo.place == record.place && photo.criterion == record.criterion).map(photo_ref).collect(),
                    conflict: record.is_in_conflict(),
                    event_id: record.event_id,
                    place: record.place.clone(),
                    criterion: record.criterion.0.clone(),
                    // What is written freely may say more than what was shared: it stays within the brigade.
                    note: record.note.clone().filter(|_| internal),
                    recorded_at: record.recorded_at,
                    recorded_by: record.recorded_by.clone(),
                    answer: with_labels(criterion, record),
                },
            ))
        })
        .collect();
    views.sort_by(|(order_a, a), (order_b, b)| (&a.place, order_a, &a.criterion).cmp(&(&b.place, order_b, &b.criterion)));
    Ok(views.into_iter().map(|(_, view)| view).collect())
}

/// Chosen codes as the grid names them in French, so that a page needs no grid to show them.
fn with_labels(criterion: &inspection_grid::Criterion, record: ObservationRecord) -> inspection_grid::Answer {
    let name = |code: String| criterion.options.iter().find(|option| option.code == code).map_or(code, |option| option.label.fr.clone());
    match record.answer {
        inspection_grid::Answer::Observed { severity, value } => inspection_grid::Answer::Observed {
            severity,
            value: value.map(|value| match value {
                Value::Scale(code) => Value::Scale(name(code)),
                Value::Choice(codes) => Value::Choice(codes.into_iter().map(name).collect()),
                other => other,
            }),
        },
        other => other,
    }
}

pub fn door_label(place: &Place, doors: &BTreeMap<String, String>) -> Option<String> {
    match place {
        Place::Dwelling(id) => doors.get(id).cloned(),
        Place::Exterior | Place::Common => None,
    }
}

/// Whether a photo is kept as received, and nothing of it will be shown. Another program may read one day what none reads now: then it will.
pub fn is_never_shown(photo: &PhotoRow) -> bool {
    photo.copies == store::Copies::Impossible && !format::is_for_converter(&photo.content_type)
}

/// Whether there is nothing to show of a photo, now.
fn has_nothing_to_show(photo: &PhotoRow) -> bool {
    match photo.copies {
        store::Copies::Made => false,
        store::Copies::Impossible => true,
        // Copies of the others are made when somebody looks.
        store::Copies::Awaited => format::is_for_converter(&photo.content_type),
    }
}

pub fn photo_ref(photo: &PhotoRow) -> PhotoRef {
    let original_only = has_nothing_to_show(photo);
    PhotoRef {
        id: photo.id,
        verified: photo.verified_at.is_some(),
        sha256: photo.sha256.clone(),
        taken_at: photo.taken_at,
        original_only,
        marked: !photo.marks.is_empty(),
        revision: photo.marks_revision,
    }
}

/// A photo that somebody may look at, and what it belongs to.
#[derive(Clone, Debug)]
pub struct SeenPhoto {
    pub photo: PhotoRow,
    pub section: Section,
    pub case_id: Option<CaseId>,
}

/// A photo that the person may look at: through the case or a referral of its building.
///
/// # Errors
/// When the store fails.
pub async fn may_see_photo(brigade: &Brigade, actor: &Actor, id: PhotoId) -> Result<Option<SeenPhoto>> {
    let store = &brigade.store;
    let Some(photo) = store::photo::by_id(store.reader(), id).await?.filter(|photo| !photo.removed) else { return Ok(None) };
    let Some(visit) = store::visit::by_id(store.reader(), photo.visit_id).await? else { return Ok(None) };
    let Some(building) = store::building::by_id(store.reader(), photo.building_id).await? else { return Ok(None) };
    let case = match visit.case_id {
        Some(case_id) => store::case::by_id(store.reader(), case_id).await?,
        None => None,
    };
    let sight = match case {
        Some(record) => Sight::of_case(store, actor, &record).await?,
        None => Sight::of_building_without_case(actor, &building),
    };
    let section = section_in(brigade.grids.get(&visit.grid).map(|grid| &**grid), &photo.place, &photo.criterion);
    Ok(sight.reads_at(section, &photo.place).then_some(SeenPhoto { photo, section, case_id: visit.case_id }))
}
