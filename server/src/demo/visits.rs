//! Visits, pushed as phones push them: the rules judge them, open their cases and call the cell.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use casework::{
    clock::Timestamp,
    ids::{EscalationId, EventId, PhotoId, VisitId},
    wire::v1::{Change, FieldEvent, PROTOCOL, PushRequest, VerdictKind},
};
use inspection_grid::{DwellingOutcome, Place};

use super::{
    buildings::Built,
    findings::{Finding, IN_ORDER, IN_ORDER_AROUND, Spot},
    ids::Ids,
    people::{People, Who},
    pictures::{Album, Shot},
    when::When,
};
use crate::{
    application::{Brigade, receive_changes},
    store::{self, Tx, UploadRow},
};

/// A person on site calls the cell.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    pub reason: &'static str,
    pub called_911: bool,
}

/// A visit to come.
#[derive(Clone, Copy, Debug)]
pub struct VisitPlan {
    /// Place in the table of buildings.
    pub lot: usize,
    pub at: When,
    pub findings: &'static [Finding],
    /// What the household told the psychosocial worker.
    pub household: &'static [Finding],
    pub call: Option<Call>,
    pub finished: bool,
}

/// Minutes from knocking at the first door to the psychosocial worker's answers, and to the end of the visit.
const HOUSEHOLD_AFTER_MINUTES: i64 = 4;
const FINISH_AFTER_MINUTES: i64 = 8;
/// What the team of a visit under way meant to take.
const EXPECTED_MINUTES: i64 = 30;
/// Doors knocked at in a large building.
const DOORS_MAX: usize = 10;

/// What pushing needs.
pub struct Field<'a> {
    pub brigade: &'a Brigade,
    pub people: &'a People,
    pub album: &'a Album,
    /// Events made so far: the order within each device.
    pub sequence: u64,
}

impl Field<'_> {
    /// Makes a visit: the inspector's push, the psychosocial worker's, then pictures and the end.
    pub async fn visit(&mut self, tx: &mut Tx, ids: &mut Ids, plan: &VisitPlan, built: &Built, now: Timestamp) -> anyhow::Result<()> {
        let at = plan.at.at(now);
        let visit_id: VisitId = ids.next(at);
        // The one under way should have ended by now: the cell's board shows it.
        let expected_end = (!plan.finished).then(|| at.plus_ms(EXPECTED_MINUTES * Timestamp::MINUTE_MS));
        let mut changes = vec![Change::VisitStarted { expected_end }];
        changes.extend(outcomes(built));
        changes.extend(answers(plan.findings, built)?);
        changes.extend(in_order(plan, built)?);
        changes.extend(plan.call.map(|call| Change::EscalationRaised {
            escalation_id: ids.next::<EscalationId>(at),
            place: Place::Common,
            reason: call.reason.to_owned(),
            called_911: call.called_911,
        }));
        self.push(tx, ids, Who::Inspector, (visit_id, built), changes, at).await?;

        let told_at = at.plus_ms(HOUSEHOLD_AFTER_MINUTES * Timestamp::MINUTE_MS).min(now);
        let told = answers(plan.household, built)?;
        if !told.is_empty() {
            self.push(tx, ids, Who::Psychosocial, (visit_id, built), told, told_at).await?;
        }

        let end = at.plus_ms(FINISH_AFTER_MINUTES * Timestamp::MINUTE_MS).min(now);
        let mut changes = Vec::new();
        for finding in plan.findings {
            if let Some(picture) = finding.picture {
                let shot = self.album.get(&picture).with_context(|| format!("{picture:?} was not drawn"))?;
                changes.push(self.shoot(tx, ids, finding, shot, built, end).await?);
            }
        }
        if plan.finished {
            changes.push(Change::VisitFinished);
        }
        if changes.is_empty() { Ok(()) } else { self.push(tx, ids, Who::Inspector, (visit_id, built), changes, end).await }
    }

    /// A finished upload, and the event that names it.
    async fn shoot(&self, tx: &mut Tx, ids: &mut Ids, finding: &Finding, shot: &Shot, built: &Built, at: Timestamp) -> anyhow::Result<Change> {
        let photo_id: PhotoId = ids.next(at);
        let length_bytes = shot.bytes.len() as u64;
        let upload = UploadRow {
            photo_id,
            account_id: self.people.actor(Who::Inspector)?.account.id,
            sha256: shot.sha256.clone(),
            content_type: "image/jpeg".to_owned(),
            length_bytes,
            finished: false,
            created_at: at,
        };
        store::photo::insert_upload(tx, &upload, at).await?;
        store::photo::finish_upload(tx, photo_id, &upload.content_type, at).await?;
        Ok(Change::PhotoTaken {
            photo_id,
            place: place(finding, built)?,
            criterion: finding.criterion(),
            sha256: upload.sha256,
            bytes: length_bytes,
            content_type: upload.content_type,
        })
    }

    async fn push(
        &mut self,
        tx: &mut Tx,
        ids: &mut Ids,
        who: Who,
        (visit_id, built): (VisitId, &Built),
        changes: Vec<Change>,
        at: Timestamp,
    ) -> anyhow::Result<()> {
        let mut events = Vec::with_capacity(changes.len());
        for change in changes {
            self.sequence += 1;
            let event = FieldEvent {
                id: ids.next::<EventId>(at),
                visit_id,
                building_id: built.row.id,
                device_sequence: self.sequence,
                device_at: at,
                grid: self.brigade.grids.in_force().clone(),
                change,
            };
            events.push(serde_json::value::to_raw_value(&event)?);
        }
        let request = PushRequest { protocol: PROTOCOL, device_id: self.people.device(who)?, account_id: None, device_now: at, events };
        let actor = self.people.actor(who)?;
        receive_changes::check_request(actor, &request)?;
        let push = receive_changes::read(actor.clone(), request);
        let received = receive_changes::receive(tx, self.brigade, &[push], at).await?;
        match received.replies.iter().flat_map(|reply| &reply.verdicts).find(|verdict| verdict.verdict != VerdictKind::Stored) {
            None => Ok(()),
            Some(verdict) => bail!("{}: {:?} {:?}", built.row.address, verdict.code, verdict.message),
        }
    }
}

fn place(finding: &Finding, built: &Built) -> anyhow::Result<Place> {
    finding.spot.place(built).with_context(|| format!("{} has no {:?}", built.row.address, finding.spot))
}

/// Who opened: about one door in six does not, and one prefers that nobody comes in.
fn outcome(door: usize) -> DwellingOutcome {
    match door {
        5 => DwellingOutcome::Absent,
        7 => DwellingOutcome::Refused,
        9 => DwellingOutcome::Vacant,
        _ => DwellingOutcome::Visited,
    }
}

fn outcomes(built: &Built) -> impl Iterator<Item = Change> {
    built.doors.iter().take(DOORS_MAX).enumerate().map(|(number, door)| Change::DwellingOutcome { dwelling_id: door.dwelling_id, outcome: outcome(number) })
}

fn answers(findings: &[Finding], built: &Built) -> anyhow::Result<Vec<Change>> {
    let mut changes = Vec::new();
    for finding in findings {
        let (place, criterion) = (place(finding, built)?, finding.criterion());
        changes.push(Change::Answered {
            place: place.clone(),
            criterion: criterion.clone(),
            answer: finding.answer()?,
            based_on: None,
            copied_from: None,
            resolves: Vec::new(),
        });
        changes.extend(finding.note.map(|note| Change::Noted { place, criterion, text: note.to_owned() }));
    }
    Ok(changes)
}

/// What was in order, wherever nothing else was found.
fn in_order(plan: &VisitPlan, built: &Built) -> anyhow::Result<Vec<Change>> {
    let found: BTreeSet<(String, &str)> =
        plan.findings.iter().filter_map(|finding| Some((finding.spot.place(built)?.to_string(), finding.criterion))).collect();
    let visited = (0..built.doors.len().min(DOORS_MAX)).filter(|door| outcome(*door) == DwellingOutcome::Visited);
    let at_doors = visited.flat_map(|door| IN_ORDER.iter().map(move |finding| Finding { spot: Spot::Door(door), ..*finding }));
    let good: Vec<Finding> = IN_ORDER_AROUND
        .iter()
        .copied()
        .chain(at_doors)
        .filter(|finding| finding.spot.place(built).is_some_and(|place| !found.contains(&(place.to_string(), finding.criterion))))
        .collect();
    answers(&good, built)
}
