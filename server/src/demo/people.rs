//! The bodies and people of the demo: all names are invented.

use std::collections::BTreeMap;

use anyhow::Context;
use casework::{
    clock::Timestamp,
    ids::{DeviceId, OrganisationId},
    permission::{OrganisationKind, Role},
};

use super::ids::Ids;
use crate::{
    application::Actor,
    store::{self, AccountRow, NewAccount, NewOrganisation, OrganisationRow, Tx},
};

/// Password of every demo account.
pub const PASSWORD: &str = "brigade-demo";

pub const BRIGADE: &str = "Brigade d’intervention en insalubrité (démo)";
pub const LONGUEUIL: &str = "Ville de Longueuil – Direction de l’aménagement et de l’urbanisme (démo)";
pub const BROSSARD: &str = "Ville de Brossard – Service de l’urbanisme (démo)";
pub const HEALTH: &str = "CISSS – Services psychosociaux de proximité (démo)";
pub const COMMUNITY: &str = "Comité logement de l’agglomération (démo)";
pub const FIRE: &str = "Service de sécurité incendie de l’agglomération (démo)";
pub const POLICE: &str = "Service de police de l’agglomération (démo)";
pub const HOUSING: &str = "Office d’habitation (démo)";

/// A body of the demo.
#[derive(Clone, Copy, Debug)]
pub struct DemoOrganisation {
    pub name: &'static str,
    pub kind: OrganisationKind,
    /// What it does for a referral.
    pub service: &'static str,
    pub municipality: Option<&'static str>,
    pub pivot_person: Option<&'static str>,
}

const fn body(name: &'static str, kind: OrganisationKind, service: &'static str, pivot_person: &'static str) -> DemoOrganisation {
    DemoOrganisation { name, kind, service, municipality: None, pivot_person: Some(pivot_person) }
}

impl DemoOrganisation {
    const fn of(self, municipality: &'static str) -> Self {
        Self { municipality: Some(municipality), ..self }
    }
}

/// Every body of the demo; all but the brigade receive referrals.
pub const ORGANISATIONS: &[DemoOrganisation] = &[
    DemoOrganisation { name: BRIGADE, kind: OrganisationKind::Brigade, service: "", municipality: None, pivot_person: None },
    body(LONGUEUIL, OrganisationKind::City, "Inspection municipale et avis de non-conformité", "Sonia Petrescu").of("Longueuil"),
    body(BROSSARD, OrganisationKind::City, "Inspection municipale et avis de non-conformité", "Thanh Nguyen-Roy").of("Brossard"),
    body(HEALTH, OrganisationKind::Health, "Accompagnement psychosocial et désencombrement", "Camille Ouellet"),
    body(COMMUNITY, OrganisationKind::Community, "Défense des droits et accompagnement au TAL", "Rosalinda Morales"),
    body(FIRE, OrganisationKind::Fire, "Prévention des incendies", "Division de la prévention"),
    body(POLICE, OrganisationKind::Police, "Intervention communautaire", "Section communautaire"),
    body(HOUSING, OrganisationKind::HousingOffice, "Service d’aide à la recherche de logement", "Accueil"),
];

/// An account of the demo. Its password is [`PASSWORD`].
#[derive(Clone, Copy, Debug)]
pub struct DemoAccount {
    pub email: &'static str,
    pub display_name: &'static str,
    pub role: Role,
    /// Name of its body in [`ORGANISATIONS`].
    pub organisation: &'static str,
    /// Order on the emergency cell's call list.
    pub on_call_rank: Option<i64>,
}

const fn person(email: &'static str, display_name: &'static str, role: Role, organisation: &'static str) -> DemoAccount {
    DemoAccount { email, display_name, role, organisation, on_call_rank: None }
}

impl DemoAccount {
    const fn on_call(self, rank: i64) -> Self {
        Self { on_call_rank: Some(rank), ..self }
    }
}

/// Every account of the demo.
pub const ACCOUNTS: &[DemoAccount] = &[
    person("inspection@demo.test", "Naïma Belkacem", Role::Inspector, BRIGADE),
    person("psychosocial@demo.test", "Étienne Lavoie", Role::PsychosocialWorker, BRIGADE),
    person("coordination@demo.test", "Marie-Ève Charlebois", Role::Coordinator, BRIGADE).on_call(2),
    person("cellule@demo.test", "Jean-Philippe Désir", Role::Dispatcher, BRIGADE).on_call(1),
    person("longueuil@demo.test", "Sonia Petrescu", Role::PartnerAgent, LONGUEUIL),
    person("brossard@demo.test", "Thanh Nguyen-Roy", Role::PartnerAgent, BROSSARD),
    person("cisss@demo.test", "Camille Ouellet", Role::PartnerAgent, HEALTH),
    person("comite-logement@demo.test", "Rosalinda Morales", Role::PartnerAgent, COMMUNITY),
    person("admin@demo.test", "Félix Awashish", Role::Administrator, BRIGADE),
    person("vie-privee@demo.test", "Geneviève Saint-Amour", Role::PrivacyOfficer, BRIGADE),
];

/// Those who act in the demo's history, by account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Inspector,
    Psychosocial,
    Coordinator,
    Dispatcher,
    Longueuil,
    Brossard,
    Health,
    Community,
}

impl Who {
    const fn email(self) -> &'static str {
        match self {
            Self::Inspector => "inspection@demo.test",
            Self::Psychosocial => "psychosocial@demo.test",
            Self::Coordinator => "coordination@demo.test",
            Self::Dispatcher => "cellule@demo.test",
            Self::Longueuil => "longueuil@demo.test",
            Self::Brossard => "brossard@demo.test",
            Self::Health => "cisss@demo.test",
            Self::Community => "comite-logement@demo.test",
        }
    }
}

/// The stored people and bodies.
pub struct People {
    actors: BTreeMap<&'static str, Actor>,
    organisations: BTreeMap<&'static str, OrganisationRow>,
    devices: BTreeMap<Who, DeviceId>,
}

impl People {
    /// Stores every body and account.
    pub async fn store(tx: &mut Tx, ids: &mut Ids, password_hash: &str, at: Timestamp) -> anyhow::Result<Self> {
        let mut organisations = BTreeMap::new();
        for body in ORGANISATIONS {
            let id: OrganisationId = ids.next(at);
            let new = NewOrganisation {
                id,
                name: body.name.to_owned(),
                kind: body.kind,
                service: body.service.to_owned(),
                municipality: body.municipality.map(str::to_owned),
                pivot_person: body.pivot_person.map(str::to_owned),
                receives_referrals: body.kind != OrganisationKind::Brigade,
            };
            store::account::insert_organisation(tx, &new, at).await?;
            let NewOrganisation { name, kind, service, municipality, pivot_person, .. } = new;
            organisations.insert(body.name, OrganisationRow { id, name, kind, service, municipality, pivot_person });
        }
        let mut actors = BTreeMap::new();
        for person in ACCOUNTS {
            let organisation = organisations.get(person.organisation).cloned().with_context(|| format!("no body of {}", person.email))?;
            let new = NewAccount {
                id: ids.next(at),
                email: person.email.to_owned(),
                display_name: person.display_name.to_owned(),
                password_hash: password_hash.to_owned(),
                role: person.role,
                organisation_id: organisation.id,
                on_call_rank: person.on_call_rank,
            };
            store::account::insert_account(tx, &new, at).await?;
            let NewAccount { id, email, display_name, password_hash, role, .. } = new;
            let account = AccountRow { id, email, display_name, password_hash, role, active: true, organisation };
            actors.insert(person.email, Actor { account });
        }
        let devices = [Who::Inspector, Who::Psychosocial].into_iter().map(|who| (who, ids.next(at))).collect();
        Ok(Self { actors, organisations, devices })
    }

    pub fn actor(&self, who: Who) -> anyhow::Result<&Actor> {
        self.actors.get(who.email()).with_context(|| format!("no account {}", who.email()))
    }

    pub fn organisation(&self, name: &str) -> anyhow::Result<&OrganisationRow> {
        self.organisations.get(name).with_context(|| format!("no body {name}"))
    }

    /// The phone of somebody who goes in the field.
    pub fn device(&self, who: Who) -> anyhow::Result<DeviceId> {
        self.devices.get(&who).copied().with_context(|| format!("{who:?} has no phone"))
    }
}
