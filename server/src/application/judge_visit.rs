//! What a visit's observations mean: its score and motifs, its case, its escalation. Runs inside the transaction that stored them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use casework::{
    case::{OpeningReason, TriageBand, should_open},
    clock::Timestamp,
    escalation::{self, Decision, Escalation, ObservedDanger, Raise, Raised, Reason},
    ids::{BuildingId, CaseId, EntryId, EscalationId, EventId, PhotoId, VisitId},
    permission,
    wire::v1::{BoardEvent, EntryKind},
};
use inspection_grid::{
    Answer, Band, BuildingFacts, Compartments, Complexity, Corrected, CriterionId, DwellingOutcome, Grid, History, Observation, Place, Score, Severity, Visit,
    complexity, danger, score, stands_under,
};

use super::{Actor, Brigade, Result, UseCaseError, open_case};
use crate::{
    clock::new_id,
    store::{
        self, BuildingRow, CaseRecord, EscalationRecord, NewCaseEntry, NewEscalationEntry, ObservationRecord, StoreError, Tx, case::CaseUpdate,
        observation::EarlierSeverity,
    },
};

/// An escalation that a person raised on site.
pub struct RaisedOnSite<'group> {
    pub id: EscalationId,
    pub by: &'group Actor,
    pub place: Place,
    pub reason: String,
    pub called_911: bool,
    /// On the server's clock.
    pub seen_at: Timestamp,
}

/// Whether the person said that a visit is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Underway,
    FinishedBefore,
    /// With this group, and when that was.
    FinishedNow(Timestamp),
}

impl Ending {
    /// When it was finished, when that came with this group.
    fn now(self) -> Option<Timestamp> {
        match self {
            Self::FinishedNow(at) => Some(at),
            Self::Underway | Self::FinishedBefore => None,
        }
    }
}

/// A visit as it stands after a group of pushes.
pub struct VisitSheet<'group> {
    pub visit_id: VisitId,
    /// Who last sent something that shows; who sent last, when nothing does.
    pub by: &'group Actor,
    pub building: &'group BuildingRow,
    pub grid: Arc<Grid>,
    /// Its first events came with this group.
    pub is_new: bool,
    pub ending: Ending,
    /// Version of the grid that this group moved it to.
    pub moved_to: Option<String>,
    /// Doors of its building were united (`true`) or parted with this group.
    pub doors_united: Option<bool>,
    /// The building compartment showed something of it before, and shows more now. A visit that speaks of a household alone shows nothing.
    pub showed: bool,
    pub shows_more: bool,
    /// The case it belonged to before.
    pub case_id: Option<CaseId>,
    pub outcomes: BTreeMap<String, DwellingOutcome>,
    pub observations: Vec<ObservationRecord>,
    pub photos: Vec<(PhotoId, Place, CriterionId)>,
    /// Who drew over photos with this group, and whether only the psychosocial compartment shows the photo.
    pub marked: Vec<(&'group Actor, bool)>,
    pub raised: Vec<RaisedOnSite<'group>>,
}

impl VisitSheet<'_> {
    fn shows(&self) -> bool {
        self.showed || self.shows_more
    }

    /// What came with this group came from somebody who was there for a household alone.
    fn is_apart(&self) -> bool {
        !self.shows_more && permission::works_apart(self.by.account.role)
    }
}

/// The visit as the grid's rules read it. Of a conflict, the most severe answer counts.
pub fn visit_of(
    building: &BuildingRow,
    outcomes: &BTreeMap<String, DwellingOutcome>,
    records: &[ObservationRecord],
    photos: &[(PhotoId, Place, CriterionId)],
) -> Visit {
    let mut photo_counts: BTreeMap<(&Place, &CriterionId), u32> = BTreeMap::new();
    for (_, place, criterion) in photos {
        *photo_counts.entry((place, criterion)).or_default() += 1;
    }
    let observations = records
        .iter()
        .map(|record| Observation {
            id: record.event_id.to_string(),
            place: record.place.clone(),
            criterion: record.criterion.clone(),
            answer: standing(record),
            photos: photo_counts.get(&(&record.place, &record.criterion)).copied().unwrap_or(0),
            note: record.note.clone(),
        })
        .collect();
    Visit {
        building: BuildingFacts { dwellings: building.dwellings, storeys: building.storeys, year_built: building.year_built },
        dwellings: outcomes.clone(),
        observations,
    }
}

fn standing(record: &ObservationRecord) -> Answer {
    match record.standing_severity() {
        Some(severity) if record.answer.severity() != Some(severity) => Answer::Observed { severity: Some(severity), value: record.answer.value().cloned() },
        _ => record.answer.clone(),
    }
}

struct Judgement {
    score: Score,
    building: Complexity,
    /// Of both compartments; `None` when nothing is confidential: the building alone then says the same.
    both: Option<Complexity>,
    dangers: Vec<ObservedDanger>,
    stored: Stored,
}

/// A judgement as the store keeps it.
struct Stored {
    score: String,
    complexity: String,
    complexity_confidential: Option<String>,
}

impl Judgement {
    fn everything(&self) -> &Complexity {
        self.both.as_ref().unwrap_or(&self.building)
    }

    /// Whether the building compartment shows a danger.
    fn in_danger(&self) -> bool {
        self.dangers.iter().any(|danger| !danger.confidential)
    }

    /// Tells a case how its building stands.
    fn tell(&self, record: &mut CaseRecord) {
        record.band = Some(self.score.band);
        record.index = Some(self.score.index);
        record.danger = self.in_danger();
        record.complex = self.building.complex;
        record.motifs = codes(&self.building);
        record.motifs_confidential = codes(self.everything());
    }

    /// Adds what the psychosocial compartment proves to a case for which the visit does not stand otherwise.
    fn tell_in_confidence(&self, record: &mut CaseRecord) {
        let Some(both) = &self.both else { return };
        for code in codes(both) {
            if !record.motifs_confidential.contains(&code) {
                record.motifs_confidential.push(code);
            }
        }
    }
}

fn judge_rules(brigade: &Brigade, sheet: &VisitSheet<'_>, earlier: &[EarlierSeverity]) -> Judgement {
    let mut visit = visit_of(sheet.building, &sheet.outcomes, &sheet.observations, &sheet.photos);
    // Answers given under another grid count as far as this one takes them.
    visit.observations.retain(|seen| stands_under(&sheet.grid, &seen.place, &seen.criterion, &seen.answer));
    let history = History { corrected: corrected(sheet, earlier), ..History::default() };
    let (grid, rule) = (&*sheet.grid, &*brigade.complexity_rule);
    let dangers = danger(grid, &visit.observations)
        .into_iter()
        .filter_map(|danger| {
            let observation = danger.observation.parse().ok()?;
            Some(ObservedDanger { observation, criterion: danger.criterion.0, place: danger.place, confidential: danger.confidential })
        })
        .collect();
    let building = complexity(grid, &visit, &history, rule, Compartments::BUILDING);
    let has_confidential = sheet.observations.iter().any(|record| record.confidential);
    let both = has_confidential.then(|| complexity(grid, &visit, &history, rule, Compartments::ALL));
    let score = score(grid, &visit);
    let stored = Stored { score: json(&score), complexity: json(&building), complexity_confidential: both.as_ref().map(json) };
    Judgement { score, building, both, dangers, stored }
}

/// Visits of one group that are judged on one thread: fewer are not worth another.
const JUDGED_TOGETHER: usize = 4;

/// Judges each visit by the rules alone. All the phones of a group wait for it, and visits have nothing to do with each other: they are shared out between
/// the processors.
fn judge_all(brigade: &Brigade, sheets: &[VisitSheet<'_>], earlier: &[EarlierSeverity]) -> Vec<Judgement> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(sheets.len().div_ceil(JUDGED_TOGETHER)).max(1);
    let judged = |sheets: &[VisitSheet<'_>]| sheets.iter().map(|sheet| judge_rules(brigade, sheet, earlier)).collect::<Vec<_>>();
    let mut shares = sheets.chunks(sheets.len().div_ceil(threads).max(1));
    let own = shares.next().unwrap_or_default();
    std::thread::scope(|scope| {
        // A machine that gives no more threads has this one.
        let begin = |share| (share, std::thread::Builder::new().spawn_scoped(scope, move || judged(share)));
        let others: Vec<_> = shares.map(begin).collect();
        let mut all = judged(own);
        for (share, other) in others {
            match other {
                // A rule that panics does so on whichever thread it runs.
                Ok(other) => all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))),
                Err(_) => all.extend(judged(share)),
            }
        }
        all
    })
}

/// What finished visits of the buildings answered where a visit now finds a problem.
async fn earlier_of(tx: &mut Tx, sheets: &[VisitSheet<'_>]) -> Result<Vec<EarlierSeverity>> {
    let problem = |record: &&ObservationRecord| record.standing_severity().is_some_and(|severity| severity > Severity::None);
    let seen: BTreeSet<(BuildingId, &Place)> =
        sheets.iter().flat_map(|sheet| sheet.observations.iter().filter(problem).map(|record| (sheet.building.id, &record.place))).collect();
    if seen.is_empty() {
        return Ok(Vec::new());
    }
    let seen: Vec<_> = seen.into_iter().map(|(building, place)| (building, place.to_string())).collect();
    Ok(store::observation::earlier_severities(tx, &seen).await?)
}

/// Problems that an earlier visit found and a later one found corrected: found again, they are a relapse.
fn corrected(sheet: &VisitSheet<'_>, earlier: &[EarlierSeverity]) -> Vec<Corrected> {
    let mut found: BTreeMap<(&Place, &CriterionId), EventId> = BTreeMap::new();
    let mut corrected = Vec::new();
    for seen in earlier.iter().filter(|seen| seen.building_id == sheet.building.id && seen.visit_id != sheet.visit_id) {
        let key = (&seen.place, &seen.criterion);
        if seen.severity > Severity::None {
            found.insert(key, seen.event_id);
        } else if let Some(event_id) = found.remove(&key) {
            corrected.push(Corrected { place: seen.place.clone(), criterion: seen.criterion.clone(), observation: event_id.to_string() });
        }
    }
    corrected
}

/// Judges the visits, opens or updates their cases, calls the emergency cell when there is danger.
///
/// # Errors
/// When the store fails.
pub async fn judge(tx: &mut Tx, brigade: &Brigade, sheets: Vec<VisitSheet<'_>>, now: Timestamp, board: &mut Vec<BoardEvent>) -> Result<()> {
    let mut desk = Desk::load(tx, &sheets, now).await?;
    let earlier = earlier_of(tx, &sheets).await?;
    let mut judged = Vec::with_capacity(sheets.len());
    for (sheet, judgement) in sheets.iter().zip(judge_all(brigade, &sheets, &earlier)) {
        let case_id = desk.case_of_visit(tx, sheet, &judgement).await?;
        desk.tell_marks(sheet, case_id);
        judged.push((sheet, judgement, case_id));
    }
    desk.save(tx).await?;
    let saved: Vec<store::visit::Judgement> = judged
        .iter_mut()
        .map(|(sheet, judgement, case_id)| store::visit::Judgement {
            visit_id: sheet.visit_id,
            score: std::mem::take(&mut judgement.stored.score),
            complexity: std::mem::take(&mut judgement.stored.complexity),
            complexity_confidential: judgement.stored.complexity_confidential.take(),
            case_id: *case_id,
            finished_at: sheet.ending.now(),
        })
        .collect();
    store::visit::save_judgements(tx, saved, now).await?;
    for (sheet, judgement, case_id) in judged {
        if !judgement.dangers.is_empty() || !sheet.raised.is_empty() {
            call_the_cell(tx, sheet, &judgement.dangers, case_id, now, board).await?;
        }
    }
    Ok(())
}

fn json<T: serde::Serialize>(value: &T) -> String {
    // Our own types have string keys and no failing serialisers.
    serde_json::to_string(value).unwrap_or_default()
}

/// The band as casework names it.
pub fn triage(band: Band) -> TriageBand {
    match band {
        Band::A => TriageBand::A,
        Band::B => TriageBand::B,
        Band::C => TriageBand::C,
        Band::D => TriageBand::D,
    }
}

fn codes(complexity: &Complexity) -> Vec<String> {
    complexity.motifs.iter().map(|motif| json(&motif.code).trim_matches('"').to_owned()).collect()
}

/// The open cases of the buildings that a group of pushes is about.
struct Desk<'group> {
    open: BTreeMap<BuildingId, OpenCase>,
    entries: Vec<Entry<'group>>,
    now: Timestamp,
}

struct OpenCase {
    record: CaseRecord,
    /// Its visits judged with this group.
    judged: BTreeSet<VisitId>,
    /// To be saved.
    changed: bool,
    /// Something that the building compartment shows changed.
    shows: bool,
}

/// A line of a case's timeline to write.
struct Entry<'group> {
    case_id: CaseId,
    by: &'group Actor,
    kind: EntryKind,
    confidential: bool,
    by_confidential: bool,
    text: String,
}

impl Entry<'_> {
    fn row(&self, at: Timestamp) -> NewCaseEntry<'_> {
        NewCaseEntry {
            id: EntryId(new_id()),
            case_id: self.case_id,
            at,
            by_account: Some(self.by.account.id),
            by_name: &self.by.account.display_name,
            kind: self.kind,
            confidential: self.confidential,
            by_confidential: self.by_confidential,
            text: &self.text,
        }
    }
}

impl<'group> Desk<'group> {
    async fn load(tx: &mut Tx, sheets: &[VisitSheet<'group>], now: Timestamp) -> Result<Self> {
        let buildings: BTreeSet<BuildingId> = sheets.iter().map(|sheet| sheet.building.id).collect();
        let records = store::case::open_of_buildings(tx, buildings).await?;
        let open = records.into_iter().map(|record| (record.building.id, OpenCase { record, judged: BTreeSet::new(), changed: false, shows: false })).collect();
        Ok(Self { open, entries: Vec::new(), now })
    }

    async fn case_of_visit(&mut self, tx: &mut Tx, sheet: &VisitSheet<'group>, judgement: &Judgement) -> Result<Option<CaseId>> {
        if let Some(open) = self.open.get_mut(&sheet.building.id) {
            let (record, by) = (&mut open.record, sheet.by);
            let id = record.case.id;
            let entry = |kind, confidential, text: String| Entry { case_id: id, by, kind, confidential, by_confidential: sheet.is_apart(), text };
            let was_complex = record.complex;
            if stands_for_the_case(tx, sheet, judgement, record, &open.judged).await? {
                judgement.tell(record);
            } else {
                judgement.tell_in_confidence(record);
            }
            open.judged.insert(sheet.visit_id);
            open.changed = true;
            open.shows |= sheet.shows_more || (sheet.ending.now().is_some() && sheet.shows());
            let begins_to_show = sheet.shows() && !sheet.showed;
            if sheet.ending.now().is_some() {
                let finished = entry(EntryKind::VisitReceived, !sheet.shows(), "finished".to_owned());
                self.entries.push(Entry { by_confidential: !sheet.shows(), ..finished });
            } else if sheet.is_new || begins_to_show {
                self.entries.push(entry(EntryKind::VisitReceived, !sheet.shows(), "started".to_owned()));
            }
            if let Some(version) = &sheet.moved_to {
                self.entries.push(entry(EntryKind::VisitReceived, !sheet.shows(), format!("grid_moved {version}")));
            }
            if let Some(united) = sheet.doors_united {
                let text = if united { "doors_united" } else { "doors_parted" };
                self.entries.push(entry(EntryKind::VisitReceived, !sheet.shows(), text.to_owned()));
            }
            if record.complex && !was_complex {
                self.entries.push(entry(EntryKind::JudgedComplex, false, record.motifs.join(" ")));
            }
            return Ok(Some(id));
        }
        if let Some(closed) = sheet.case_id {
            // A late photo of a visit whose case is closed belongs to that case; it opens no other.
            let confidential = !sheet.shows_more;
            let text = "late".to_owned();
            self.entries.push(Entry { case_id: closed, by: sheet.by, kind: EntryKind::VisitReceived, confidential, by_confidential: confidential, text });
            return Ok(Some(closed));
        }
        let in_danger = judgement.in_danger();
        let visible = should_open(judgement.building.complex, Some(triage(judgement.score.band)), in_danger);
        // What only the psychosocial compartment shows, or a person's own call, opens the case without saying why.
        let called = !sheet.raised.is_empty() || should_open(judgement.everything().complex, None, !judgement.dangers.is_empty()).is_some();
        match visible.or(called.then_some(OpeningReason::Requested)) {
            Some(reason) => self.open_case(tx, sheet, reason, judgement).await.map(Some),
            None => Ok(None),
        }
    }

    /// Says who drew over photos, once for each person; what they drew is seen on the photo.
    fn tell_marks(&mut self, sheet: &VisitSheet<'group>, case_id: Option<CaseId>) {
        let Some(case_id) = case_id else { return };
        let mut told = BTreeSet::new();
        for (by, confidential) in &sheet.marked {
            if told.insert((by.account.id, *confidential)) {
                let (by, confidential, text) = (*by, *confidential, "photo_marked".to_owned());
                self.entries.push(Entry { case_id, by, kind: EntryKind::VisitReceived, confidential, by_confidential: confidential, text });
            }
        }
    }

    async fn open_case(&mut self, tx: &mut Tx, sheet: &VisitSheet<'group>, reason: OpeningReason, judgement: &Judgement) -> Result<CaseId> {
        let mut record = open_case::draw(tx, sheet.building, reason, self.now).await?;
        let id = record.case.id;
        judgement.tell(&mut record);
        open_case::keep(tx, &record, sheet.by.account.id, self.now).await?;
        let entry = |kind, text: String| Entry { case_id: id, by: sheet.by, kind, confidential: false, by_confidential: sheet.is_apart(), text };
        self.entries.push(entry(EntryKind::CaseOpened, reason.code().to_owned()));
        if record.complex {
            self.entries.push(entry(EntryKind::JudgedComplex, record.motifs.join(" ")));
        }
        let open = OpenCase { record, judged: BTreeSet::from([sheet.visit_id]), changed: false, shows: false };
        self.open.insert(sheet.building.id, open);
        Ok(id)
    }

    async fn save(self, tx: &mut Tx) -> Result<()> {
        let changed: Vec<CaseUpdate<'_>> =
            self.open.values().filter(|open| open.changed).map(|open| CaseUpdate { record: &open.record, shows: open.shows }).collect();
        if store::case::save_all(tx, &changed, self.now).await? != changed.len() {
            // The rows were read and saved in one transaction that holds them: only a store that lies gets here.
            return Err(UseCaseError::Store(StoreError::Unreadable {
                table: "case_file",
                column: "revision",
                row: changed.first().map(|update| update.record.case.id.to_string()).unwrap_or_default(),
                cause: "changed within its own transaction".to_owned(),
            }));
        }
        let lines: Vec<NewCaseEntry<'_>> = self.entries.iter().map(|entry| entry.row(self.now)).collect();
        store::case::insert_entries(tx, &lines).await?;
        Ok(())
    }
}

/// Whether this visit says how the case stands: it is the case's only one, or it is finished, or it found worse. A visit just begun, or one that looked
/// only at a household, does not make a building better.
async fn stands_for_the_case(tx: &mut Tx, sheet: &VisitSheet<'_>, judgement: &Judgement, record: &CaseRecord, judged: &BTreeSet<VisitId>) -> Result<bool> {
    // What only the psychosocial compartment shows says nothing of how the building stands.
    if judgement.score.completeness.answered == 0 && !judgement.in_danger() {
        return Ok(false);
    }
    if sheet.ending != Ending::Underway || record.band.is_none_or(|band| judgement.score.band >= band) {
        return Ok(true);
    }
    let another = judged.iter().any(|id| *id != sheet.visit_id) || store::visit::has_another(&mut *tx, record.case.id, sheet.visit_id).await?;
    Ok(!another)
}

/// Adds a line of the building compartment to a case's timeline.
///
/// # Errors
/// When the store fails.
pub async fn enter(tx: &mut Tx, actor: &Actor, case_id: CaseId, kind: EntryKind, text: &str, now: Timestamp) -> Result<()> {
    let entry = Entry { case_id, by: actor, kind, confidential: false, by_confidential: false, text: text.to_owned() };
    store::case::insert_entry(tx, &entry.row(now)).await?;
    Ok(())
}

async fn call_the_cell(
    tx: &mut Tx,
    sheet: &VisitSheet<'_>,
    dangers: &[ObservedDanger],
    case_id: Option<CaseId>,
    now: Timestamp,
    board: &mut Vec<BoardEvent>,
) -> Result<()> {
    let actor = sheet.by;
    for raised in &sheet.raised {
        let reason = Reason { criterion: None, observation: None, place: raised.place.clone(), text: Some(raised.reason.clone()) };
        let request = Raise {
            id: raised.id,
            case_id,
            building_id: sheet.building.id,
            place: raised.place.clone(),
            reasons: vec![reason],
            raised_by: raised.by.account.id,
            raised_on_device_at: Some(raised.seen_at),
            exercise: false,
        };
        let words = Words { text: &raised.reason, called_911: raised.called_911, confidential: false };
        raise(tx, raised.by, sheet.building, request, &words, now, board).await?;
    }
    let existing = store::escalation::of_building(&mut *tx, sheet.building.id).await?;
    let known: Vec<Escalation> = existing.iter().map(|record| record.escalation.clone()).collect();
    match escalation::decide(dangers, &known) {
        Decision::Nothing => {}
        Decision::RaiseNew | Decision::AddTo(_) => {
            let seen = |observation: EventId| known.iter().flat_map(|escalation| &escalation.reasons).any(|reason| reason.observation == Some(observation));
            let new: Vec<&ObservedDanger> = dangers.iter().filter(|danger| !seen(danger.observation)).collect();
            let Some(first) = new.first() else { return Ok(()) };
            let request = Raise {
                id: EscalationId(new_id()),
                case_id,
                building_id: sheet.building.id,
                place: first.place.clone(),
                reasons: new.iter().map(|danger| danger.reason()).collect(),
                raised_by: actor.account.id,
                raised_on_device_at: None,
                exercise: false,
            };
            let words = Words { text: "", called_911: false, confidential: new.iter().all(|danger| danger.confidential) };
            raise(tx, actor, sheet.building, request, &words, now, board).await?;
        }
    }
    Ok(())
}

/// What a person said when raising.
pub struct Words<'text> {
    pub text: &'text str,
    pub called_911: bool,
    pub confidential: bool,
}

/// Raises an escalation, or joins the building's open one, with its log, timeline and audit rows.
///
/// # Errors
/// When the store fails.
pub async fn raise(
    tx: &mut Tx,
    actor: &Actor,
    building: &BuildingRow,
    mut request: Raise,
    words: &Words<'_>,
    now: Timestamp,
    board: &mut Vec<BoardEvent>,
) -> Result<EscalationId> {
    let existing = store::escalation::of_building(&mut *tx, building.id).await?;
    match store::escalation::by_id(&mut *tx, request.id).await? {
        Some(same) if same.building.id == building.id => return Ok(same.escalation.id),
        // The id of another building's: the danger counts, the id does not.
        Some(_) => request.id = EscalationId(new_id()),
        None => {}
    }
    let mut open = existing.into_iter().find(|record| record.escalation.is_open() && !record.escalation.exercise);
    let case_id = request.case_id;
    let (id, revision, is_new) = match escalation::raise(request, now, open.as_ref().map(|record| record.escalation.clone())) {
        Raised::New(escalation) => {
            let record = EscalationRecord {
                building: building.clone(),
                case_number: None,
                reason: (!words.text.is_empty()).then(|| words.text.to_owned()),
                called_911: words.called_911,
                confidential: words.confidential,
                raised_by_name: actor.account.display_name.clone(),
                acknowledged_by_name: None,
                revision: 1,
                escalation,
            };
            store::escalation::insert(tx, &record).await?;
            (record.escalation.id, 1, true)
        }
        Raised::Joined(escalation) | Raised::AlreadyKnown(escalation) => {
            let Some(record) = open.as_mut() else { return Ok(escalation.id) };
            record.escalation = escalation;
            record.called_911 |= words.called_911;
            record.confidential &= words.confidential;
            if record.reason.is_none() && !words.text.is_empty() {
                record.reason = Some(words.text.to_owned());
            }
            store::escalation::save(tx, record).await?;
            (record.escalation.id, record.revision + 1, false)
        }
    };
    let entry = NewEscalationEntry {
        id: EntryId(new_id()),
        escalation_id: id,
        at: now,
        by_account: Some(actor.account.id),
        by_name: &actor.account.display_name,
        verb: None,
        text: words.text,
    };
    store::escalation::insert_entry(tx, &entry).await?;
    if let Some(case_id) = case_id {
        let entry = Entry {
            case_id,
            by: actor,
            kind: EntryKind::EscalationRaised,
            // That there is a call is known to all who work the case; that a household adds to it is not.
            confidential: words.confidential && !is_new,
            by_confidential: words.confidential,
            text: String::new(),
        };
        store::case::insert_entry(tx, &entry.row(now)).await?;
    }
    store::audit::record(tx, now, Some(actor.account.id), "escalation.raised", "escalation", &id.to_string()).await?;
    board.push(BoardEvent { escalation_id: id, revision });
    Ok(id)
}
