//! A town: four bodies, everybody who works there, two buildings.

use std::{collections::BTreeMap, sync::OnceLock};

use casework::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, DwellingId, OrganisationId},
    permission::{OrganisationKind, Role},
};
use server::{
    clock::{local_date, new_id, now},
    store::{self, BuildingRow, NewAccount, NewBuilding, NewDwelling, NewOrganisation, Store, Tx},
};

/// Password of everybody.
pub const PASSWORD: &str = "mot-de-passe-des-essais";

/// Somebody of the town.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    Inspector,
    SecondInspector,
    Psychosocial,
    Coordinator,
    Dispatcher,
    Administrator,
    Privacy,
    Longueuil,
    Brossard,
    Cisss,
}

impl Person {
    pub const ALL: [Self; 10] = [
        Self::Inspector,
        Self::SecondInspector,
        Self::Psychosocial,
        Self::Coordinator,
        Self::Dispatcher,
        Self::Administrator,
        Self::Privacy,
        Self::Longueuil,
        Self::Brossard,
        Self::Cisss,
    ];

    pub fn email(self) -> &'static str {
        match self {
            Self::Inspector => "inspection@essai.test",
            Self::SecondInspector => "inspection-2@essai.test",
            Self::Psychosocial => "psychosocial@essai.test",
            Self::Coordinator => "coordination@essai.test",
            Self::Dispatcher => "cellule@essai.test",
            Self::Administrator => "administration@essai.test",
            Self::Privacy => "vie-privee@essai.test",
            Self::Longueuil => "longueuil@essai.test",
            Self::Brossard => "brossard@essai.test",
            Self::Cisss => "cisss@essai.test",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Inspector => "Inès Pectrice",
            Self::SecondInspector => "Seth Second",
            Self::Psychosocial => "Psyché Social",
            Self::Coordinator => "Coralie Ordination",
            Self::Dispatcher => "Célestin Lule",
            Self::Administrator => "Adam Inistration",
            Self::Privacy => "Vivianne Privée",
            Self::Longueuil => "Lorraine Gueuil",
            Self::Brossard => "Bruno Ssard",
            Self::Cisss => "Cécile Isss",
        }
    }

    fn role(self) -> Role {
        match self {
            Self::Inspector | Self::SecondInspector => Role::Inspector,
            Self::Psychosocial => Role::PsychosocialWorker,
            Self::Coordinator => Role::Coordinator,
            Self::Dispatcher => Role::Dispatcher,
            Self::Administrator => Role::Administrator,
            Self::Privacy => Role::PrivacyOfficer,
            Self::Longueuil | Self::Brossard | Self::Cisss => Role::PartnerAgent,
        }
    }

    fn organisation(self, town: &Town) -> OrganisationId {
        match self {
            Self::Longueuil => town.longueuil,
            Self::Brossard => town.brossard,
            Self::Cisss => town.cisss,
            _ => town.brigade,
        }
    }

    fn on_call_rank(self) -> Option<i64> {
        match self {
            Self::Dispatcher => Some(1),
            Self::Coordinator => Some(2),
            _ => None,
        }
    }
}

/// A building with its doors.
#[derive(Clone, Debug)]
pub struct Building {
    pub id: BuildingId,
    pub row: BuildingRow,
    /// Dwelling ids, by floor then label.
    pub doors: Vec<String>,
}

impl Building {
    /// The wire form of the place behind a door.
    pub fn door(&self, position: usize) -> String {
        format!("dwelling:{}", self.doors[position])
    }
}

/// Ids of what was founded.
pub struct Town {
    pub brigade: OrganisationId,
    pub longueuil: OrganisationId,
    pub brossard: OrganisationId,
    pub cisss: OrganisationId,
    pub accounts: BTreeMap<Person, AccountId>,
    /// Twelve dwellings in Longueuil, in the round.
    pub tower: Building,
    /// Four dwellings in Brossard, in the round.
    pub house: Building,
}

/// Hashing is slow on purpose: the one password is hashed once.
fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let hashing = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            runtime.block_on(server::application::sign_in::hash_password(PASSWORD.to_owned())).expect("the password hashes")
        });
        hashing.join().expect("the password hashes")
    })
}

impl Town {
    /// Founds it in an empty store.
    pub async fn found(store: &Store) -> Self {
        let at = now();
        let mut tx = store.begin().await.expect("a transaction begins");
        let brigade = organisation(&mut tx, "Brigade des essais", OrganisationKind::Brigade, None, at).await;
        let longueuil = organisation(&mut tx, "Ville de Longueuil", OrganisationKind::City, Some("Longueuil"), at).await;
        let brossard = organisation(&mut tx, "Ville de Brossard", OrganisationKind::City, Some("Brossard"), at).await;
        let cisss = organisation(&mut tx, "CISSS des essais", OrganisationKind::Health, None, at).await;
        let labels = ["101", "102", "103", "104", "201", "202", "203", "204", "301", "302", "303", "304"];
        let tower = building(&mut tx, brigade, "1250, rue de l’Énoncé", "Longueuil", Some("Saint-Hubert"), &labels).await;
        let house = building(&mut tx, brigade, "45, avenue Modèle", "Brossard", None, &["1", "2", "3", "4"]).await;
        let mut town = Self { brigade, longueuil, brossard, cisss, accounts: BTreeMap::new(), tower, house };
        for person in Person::ALL {
            let id = AccountId(new_id());
            let account = NewAccount {
                id,
                email: person.email().to_owned(),
                display_name: person.name().to_owned(),
                password_hash: password_hash().to_owned(),
                role: person.role(),
                organisation_id: person.organisation(&town),
                on_call_rank: person.on_call_rank(),
            };
            store::account::insert_account(&mut tx, &account, at).await.expect("an account");
            town.accounts.insert(person, id);
        }
        tx.commit().await.expect("the town is kept");
        town
    }
}

pub async fn organisation(tx: &mut Tx, name: &str, kind: OrganisationKind, municipality: Option<&str>, at: Timestamp) -> OrganisationId {
    let id = OrganisationId(new_id());
    let new = NewOrganisation {
        id,
        name: name.to_owned(),
        kind,
        service: "Service des essais".to_owned(),
        municipality: municipality.map(str::to_owned),
        pivot_person: Some("Personne pivot".to_owned()),
        receives_referrals: kind != OrganisationKind::Brigade,
    };
    store::account::insert_organisation(tx, &new, at).await.expect("an organisation");
    id
}

/// A building of the round, with a door per label: the first digit is its floor.
pub async fn building(tx: &mut Tx, organisation: OrganisationId, address: &str, municipality: &str, borough: Option<&str>, labels: &[&str]) -> Building {
    let id = BuildingId(new_id());
    let row = BuildingRow {
        id,
        address: address.to_owned(),
        municipality: municipality.to_owned(),
        borough: borough.map(str::to_owned),
        dwellings: u32::try_from(labels.len()).expect("few doors"),
        storeys: Some(3),
        year_built: Some(1967),
        longitude: Some(-73.45),
        latitude: Some(45.5),
    };
    let sequence = store::building::advance(tx, "feed", 1).await.expect("a feed number");
    store::building::insert(tx, &NewBuilding { row: row.clone(), provenance: "test".to_owned() }, sequence).await.expect("a building");
    let mut doors = Vec::new();
    for label in labels {
        let dwelling = DwellingId(new_id());
        let floor = label.get(..1).and_then(|digit| digit.parse().ok()).unwrap_or(1);
        let new = NewDwelling { id: dwelling, building_id: id, label: (*label).to_owned(), floor, added_by_event: None };
        store::building::insert_dwelling(tx, &new).await.expect("a door");
        doors.push(dwelling.to_string());
    }
    store::building::plan(tx, id, organisation, &local_date(now())).await.expect("a day of the round");
    Building { id, row, doors }
}
