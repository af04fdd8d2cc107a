//! The one projection: what an actor may see of a case, by section, whatever the door (page, API, pull, map, photo).

use casework::permission::{self, Action, Grants, OrganisationKind, Relation, Section};

use super::{Actor, Result, judge_visit::triage};
use crate::store::{self, BuildingRow, CaseRecord, ReferralFilter, Store};

/// How an actor stands to a case: every relation that holds, with what a referral grants.
#[derive(Clone, Debug)]
pub struct Sight {
    actor: permission::Actor,
    relations: Vec<(Relation, Grants)>,
}

impl Sight {
    /// Of a case in this building.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of_case(store: &Store, actor: &Actor, record: &CaseRecord) -> Result<Self> {
        let mut sight = Self::of_building(actor, &record.building);
        if !permission::shows_on_territory(record.complex, record.danger, record.band.map(triage)) {
            sight.relations.retain(|(relation, _)| *relation != Relation::Territory);
        }
        let (organisation, case_id) = (&actor.account.organisation, record.case.id);
        if organisation.kind != OrganisationKind::Brigade {
            let received = store::referral::list(store.reader(), ReferralFilter::OfCaseReceived(case_id, organisation.id)).await?;
            sight.relations.extend(received.iter().map(|record| (Relation::Referred(record.referral.stage()), record.referral.shared_sections)));
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
        Self { actor: actor.permission(), relations }
    }

    /// What one referral alone gives.
    pub fn of_referral(actor: &Actor, relation: Relation, grants: Grants) -> Self {
        Self { actor: actor.permission(), relations: vec![(relation, grants)] }
    }

    pub fn may(&self, section: Section, action: Action) -> bool {
        self.relations.iter().any(|(relation, grants)| permission::decide(&self.actor, *relation, *grants, section, action).is_allowed())
    }

    pub fn reads(&self, section: Section) -> bool {
        self.may(section, Action::Read)
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
}
