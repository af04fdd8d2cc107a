//! The one projection: what an actor may see of a case, by section, whatever the door (page, API, pull, map, photo).

use std::collections::BTreeSet;

use casework::{
    case::Act,
    clock::Timestamp,
    consent::{Basis, speaks_for_its_door},
    emergency_share::EmergencyShare,
    escalation::{EscalationOutcome, EscalationVerb, Reason},
    ids::{DwellingId, ReferralId},
    permission::{self, Action, Grants, OrganisationKind, Relation, Section},
    referral::Referral,
};
use inspection_grid::{CriterionId, Grid, Place};

use super::{Actor, Brigade, Result, judge_visit::triage, receive_changes::section_of};
use crate::{
    clock::now,
    store::{self, BuildingRow, CaseRecord, EscalationEntryRecord, EscalationRecord, ReferralFilter, ReferralRecord, Store, VisitRow},
};

/// The section that an answer or a photo belongs to. What no grid of ours knows is kept in the narrowest.
pub fn section_in(grid: Option<&Grid>, place: &Place, criterion: &CriterionId) -> Section {
    grid.and_then(|grid| grid.criterion(criterion)).map_or(Section::Psychosocial, |(section, _)| section_of(section, place))
}

/// How an actor stands to a case: every relation that holds, with what a referral grants.
#[derive(Clone, Debug)]
pub struct Sight {
    actor: permission::Actor,
    relations: Vec<(Relation, Grants)>,
    /// What concerns people is never read by section alone from outside the brigade: only at the doors whose people consented, while they do.
    opened: Vec<OpenDoor>,
}

/// A section of one dwelling that a consent opens.
pub type OpenDoor = (Section, DwellingId);

/// What a referral shares of people: a section of a dwelling, and what lets it.
#[derive(Clone, Debug)]
pub struct Shared {
    pub referral_id: ReferralId,
    pub section: Section,
    pub basis: Basis,
    /// When its door was last united with another.
    united_at: Option<Timestamp>,
}

impl Shared {
    /// What these referrals share of people, whether it still holds or not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn by(store: &Store, referrals: &[ReferralId]) -> Result<Vec<Self>> {
        let mut connection = store.read().await?;
        let consented = store::consent::shared_by(&mut connection, referrals.iter().copied()).await?;
        let in_emergency = store::emergency_share::shared_by(&mut connection, referrals.iter().copied()).await?;
        let of_consent = |(referral_id, section, consent)| (referral_id, section, Basis::Consent(consent));
        let of_emergency = |share: EmergencyShare| {
            let (referral_id, sections) = (share.referral_id, share.sections.sections());
            sections.into_iter().map(move |section| (referral_id, section, Basis::Emergency(share.clone())))
        };
        let all: Vec<(ReferralId, Section, Basis)> = consented.into_iter().map(of_consent).chain(in_emergency.into_iter().flat_map(of_emergency)).collect();
        let united = store::door_pair::united_at(&mut connection, all.iter().map(|(_, _, basis)| basis.dwelling_id()).collect::<BTreeSet<_>>()).await?;
        let shared = |(referral_id, section, basis): (ReferralId, Section, Basis)| {
            let united_at = united.get(&basis.dwelling_id()).copied();
            Self { referral_id, section, basis, united_at }
        };
        Ok(all.into_iter().map(shared).collect())
    }

    /// What a draft will share without consent, as if it went now.
    pub fn of_draft(referral: &Referral, at: Timestamp) -> Vec<Self> {
        let Some(share) = referral.emergency() else { return Vec::new() };
        let share = EmergencyShare { shared: Act { at, ..share.shared }, ..share.clone() };
        let shared = |section| Self { referral_id: referral.id, section, basis: Basis::Emergency(share.clone()), united_at: None };
        share.sections.sections().into_iter().map(shared).collect()
    }

    /// Whether it still stands, of the people who said it.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.basis.holds(at) && speaks_for_its_door(self.basis.said_at(), self.united_at)
    }

    /// Whether its recipient may read it now.
    pub fn is_open(&self, referral: &Referral, at: Timestamp) -> bool {
        let is_of = self.referral_id == referral.id && referral.shared_sections.contains(self.section);
        is_of && self.holds(at) && self.basis.opens(referral.to_organisation, self.section, at)
    }
}

/// What a referral opens of what concerns people: what they consented to for its recipient, or what a danger allows, while it holds.
pub fn opened_by(referral: &Referral, shared: &[Shared], at: Timestamp) -> Vec<OpenDoor> {
    shared.iter().filter(|shared| shared.is_open(referral, at)).map(|shared| (shared.section, shared.basis.dwelling_id())).collect()
}

impl Sight {
    /// Of a case in this building.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of_case(store: &Store, actor: &Actor, record: &CaseRecord) -> Result<Self> {
        let shows = permission::shows_on_territory(record.complex, record.danger, record.band.map(triage));
        let mut sight = if shows { Self::of_building(actor, &record.building) } else { Self::of_building_without_case(actor, &record.building) };
        let (organisation, case_id) = (&actor.account.organisation, record.case.id);
        if organisation.kind != OrganisationKind::Brigade {
            let received = store::referral::list(store.reader(), ReferralFilter::OfCaseReceived(case_id, organisation.id)).await?;
            let referrals: Vec<ReferralId> = received.iter().map(|record| record.referral.id).collect();
            let shared = if referrals.is_empty() { Vec::new() } else { Shared::by(store, &referrals).await? };
            for ReferralRecord { referral, .. } in &received {
                sight.receive(referral, &shared);
            }
        }
        Ok(sight)
    }

    /// What a person's team or territory alone gives.
    pub fn of_building(actor: &Actor, building: &BuildingRow) -> Self {
        let organisation = &actor.account.organisation;
        let mut relations = Vec::new();
        if organisation.kind == OrganisationKind::Brigade {
            relations.push((Relation::OwnTeam, Grants::NONE));
        } else if organisation.municipality.as_deref() == Some(building.municipality.as_str()) {
            relations.push((Relation::Territory, Grants::NONE));
        }
        if relations.is_empty() {
            relations.push((Relation::None, Grants::NONE));
        }
        Self { actor: actor.permission(), relations, opened: Vec::new() }
    }

    /// What a person's team alone gives: without a case that shows, a territory gives nothing.
    pub fn of_building_without_case(actor: &Actor, building: &BuildingRow) -> Self {
        let mut sight = Self::of_building(actor, building);
        sight.relations.retain(|(relation, _)| *relation != Relation::Territory);
        sight
    }

    /// What the brigade alone gives to its own, whatever the building; nothing to anybody else.
    pub fn of_team(actor: &Actor) -> Self {
        let is_team = actor.account.organisation.kind == OrganisationKind::Brigade;
        Self::of_relation(actor, if is_team { Relation::OwnTeam } else { Relation::None })
    }

    /// What a relation alone gives.
    pub fn of_relation(actor: &Actor, relation: Relation) -> Self {
        Self { actor: actor.permission(), relations: vec![(relation, Grants::NONE)], opened: Vec::new() }
    }

    /// What one referral alone gives to somebody of its recipient.
    pub fn of_referral(actor: &Actor, referral: &Referral, shared: &[Shared]) -> Self {
        let mut sight = Self { actor: actor.permission(), relations: Vec::new(), opened: Vec::new() };
        sight.receive(referral, shared);
        sight
    }

    fn receive(&mut self, referral: &Referral, shared: &[Shared]) {
        let (relation, grants) = (Relation::Referred(referral.stage()), referral.shared_sections);
        self.relations.push((relation, grants.without_consent()));
        let reads = |section| permission::decide(&self.actor, relation, grants, section, Action::Read).is_allowed();
        let opened: Vec<OpenDoor> = opened_by(referral, shared, now()).into_iter().filter(|(section, _)| reads(*section)).collect();
        self.opened.extend(opened);
    }

    pub fn may(&self, section: Section, action: Action) -> bool {
        self.relations.iter().any(|(relation, grants)| permission::decide(&self.actor, *relation, *grants, section, action).is_allowed())
    }

    pub fn reads(&self, section: Section) -> bool {
        self.may(section, Action::Read)
    }

    /// Whether what is said of this place in this section may be read: by section, or because the people of this very door consented.
    pub fn reads_at(&self, section: Section, place: &Place) -> bool {
        let is_of = |dwelling: &DwellingId| matches!(place, Place::Dwelling(id) if *id == dwelling.to_string());
        self.reads(section) || self.opened.iter().any(|(open, dwelling)| *open == section && is_of(dwelling))
    }

    /// Whether the case exists for this person.
    pub fn sees(&self) -> bool {
        self.may(Section::Existence, Action::See)
    }

    /// The relation that gives the most: assigned, own team, referral, territory.
    pub fn relation(&self) -> Relation {
        self.relations.first().map_or(Relation::None, |(relation, _)| *relation)
    }

    /// Sections the person may share.
    pub fn shareable(&self) -> Vec<Section> {
        Section::ALL.iter().copied().filter(|section| *section != Section::Existence && self.may(*section, Action::Share)).collect()
    }

    /// Whether what a visit holds of this section may tell the person that the visit took place.
    pub fn knows_visit_by(&self, section: Section) -> bool {
        self.relations.iter().any(|(relation, grants)| permission::may_know_visit_by(&self.actor, *relation, *grants, section).is_allowed())
    }

    /// Whether every visit exists for this person, whatever it holds.
    pub fn knows_every_visit(&self) -> bool {
        Section::ALL.iter().all(|section| self.knows_visit_by(*section))
    }

    /// Whether a visit exists for this person: by a door that was knocked at, an answer or a photo that they may know of. One begun by somebody who does not
    /// work apart from them exists from its beginning, so that two phones meet in it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn knows_visit(&self, brigade: &Brigade, visit: &VisitRow) -> Result<bool> {
        if self.knows_every_visit() {
            return Ok(true);
        }
        let reader = brigade.store.reader();
        if !permission::works_apart(visit.started_by_role) || !store::visit::outcomes(reader, visit.id).await?.is_empty() {
            return Ok(self.sees());
        }
        let grid = brigade.grids.get(&visit.grid).map(|grid| &**grid);
        let knows = |place: &Place, criterion: &CriterionId| self.knows_visit_by(section_in(grid, place, criterion));
        let observations = store::observation::of_visit(&mut *brigade.store.read().await?, visit.id).await?;
        if observations.iter().any(|record| knows(&record.place, &record.criterion)) {
            return Ok(true);
        }
        Ok(store::photo::of_visit(reader, visit.id).await?.iter().any(|photo| knows(&photo.place, &photo.criterion)))
    }
}

/// What a person may know of a call to the emergency cell.
#[derive(Clone, Debug)]
pub struct CallSight<'record> {
    viewer: permission::Actor,
    /// Of the reasons, none may be located by this person.
    is_of_the_building: bool,
    /// Some of the reasons may not be located by this person.
    hides_some: bool,
    place: Option<&'record Place>,
}

impl<'record> CallSight<'record> {
    pub fn of(actor: &Actor, record: &'record EscalationRecord) -> Self {
        let viewer = actor.permission();
        let (escalation, locates) = (&record.escalation, permission::may_locate_confidential_danger(&viewer).is_allowed());
        let is_confidential = |reason: &Reason| record.confidential || reason.is_confidential();
        let hides_some = !locates && (record.confidential || escalation.reasons.iter().any(is_confidential));
        // The first reason that may be located, which is the call's own place unless that one is hidden.
        let place =
            if hides_some { escalation.reasons.iter().find(|reason| !is_confidential(reason)).map(|reason| &reason.place) } else { Some(&escalation.place) };
        Self { viewer, is_of_the_building: hides_some && place.is_none(), hides_some, place }
    }

    /// Where, as far as the person may know.
    pub fn place(&self) -> Option<&'record Place> {
        self.place
    }

    /// Whether something about it is hidden from the person.
    pub fn hides_some(&self) -> bool {
        self.hides_some
    }

    /// Who raised it; somebody of the organisation, when the call was made by what the person may not locate.
    pub fn raised_by<'name>(&self, record: &'name EscalationRecord, organisation: &'name str) -> &'name str {
        let was_hidden = self.hides_some && record.escalation.reasons.first().is_none_or(|first| record.confidential || first.is_confidential());
        if was_hidden { organisation } else { &record.raised_by_name }
    }

    /// A line of the log as it exists for this person. Of a call of the building they read what was done, and their own words.
    pub fn log_line(&self, entry: EscalationEntryRecord) -> Option<EscalationEntryRecord> {
        if self.hides_some && entry.is_call_of_an_observation() {
            return None;
        }
        if !self.is_of_the_building || entry.by_account == Some(self.viewer.account_id) {
            return Some(entry);
        }
        // An outcome is a code of ours; whatever else is written may say where or why.
        let is_code = entry.verb? == EscalationVerb::Stabilise && entry.text.parse::<EscalationOutcome>().is_ok();
        let text = if is_code { entry.text } else { String::new() };
        Some(EscalationEntryRecord { text, struck_reason: entry.struck_reason.map(|_| String::new()), ..entry })
    }
}
