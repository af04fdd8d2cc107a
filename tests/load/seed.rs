//! What the figures are measured on: 200 buildings in a round and 20,000 cases, written straight into the store.

use std::path::Path;

use crate::referrals::{self, Sender};
use casework::{
    case::{Case, CaseNumber, OpeningReason},
    clock::Timestamp,
    ids::{AccountId, BuildingId, CaseId, DwellingId, OrganisationId},
    permission::{OrganisationKind, Role},
};
use inspection_grid::Band;
use server::{
    application::sign_in::hash_password,
    clock::new_id,
    store::{self, BuildingRow, CaseRecord, NewAccount, NewBuilding, NewDwelling, NewOrganisation, Store},
};

pub const PASSWORD: &str = "mot-de-passe-de-charge";
const BUILDINGS: usize = 200;
const CASES: u32 = 20_000;
const START: Timestamp = Timestamp(1_790_000_000_000);

pub struct SeededBuilding {
    pub id: BuildingId,
    pub dwellings: Vec<DwellingId>,
}

pub struct Seeded {
    pub email: String,
    /// Of somebody of a service that many referrals were sent to.
    pub service_email: String,
    pub buildings: Vec<SeededBuilding>,
}

pub async fn seed(folder: &Path) -> anyhow::Result<Seeded> {
    let store = Store::open(&format!("sqlite://{}", folder.join("brigade.sqlite").display())).await?;
    let email = "charge@brigade.test".to_owned();
    let (organisation_id, account_id) = (OrganisationId(new_id()), AccountId(new_id()));
    let password_hash = hash_password(PASSWORD.to_owned()).await?;
    let mut tx = store.begin().await?;
    let organisation = NewOrganisation {
        id: organisation_id,
        name: "Brigade".to_owned(),
        kind: OrganisationKind::Brigade,
        service: String::new(),
        municipality: None,
        pivot_person: None,
        receives_referrals: false,
    };
    store::account::insert_organisation(&mut tx, &organisation, START).await?;
    let account = NewAccount {
        id: account_id,
        email: email.clone(),
        display_name: "Charge".to_owned(),
        password_hash: password_hash.clone(),
        role: Role::Inspector,
        organisation_id,
        on_call_rank: None,
    };
    store::account::insert_account(&mut tx, &account, START).await?;
    let mut buildings = Vec::new();
    for index in 0..BUILDINGS {
        let row = BuildingRow {
            id: BuildingId(new_id()),
            address: format!("{}, rue de la Charge", 100 + index * 2),
            municipality: "Longueuil".to_owned(),
            borough: Some("Saint-Hubert".to_owned()),
            dwellings: 12,
            storeys: Some(3),
            year_built: Some(1967),
            longitude: Some(-73.39),
            latitude: Some(45.49),
        };
        let id = row.id;
        store::building::insert(&mut tx, &NewBuilding { row, provenance: "bench".to_owned() }, 0).await?;
        store::building::plan(&mut tx, id, organisation_id, "2026-11-21").await?;
        let mut dwellings = Vec::new();
        for door in 0..12_i16 {
            let dwelling = NewDwelling {
                id: DwellingId(new_id()),
                building_id: id,
                label: format!("{}{:02}", door / 4 + 1, door % 4 + 1),
                floor: door / 4 + 1,
                added_by_event: None,
            };
            store::building::insert_dwelling(&mut tx, &dwelling).await?;
            dwellings.push(dwelling.id);
        }
        buildings.push(SeededBuilding { id, dwellings });
    }
    // Their own buildings, so that pushes open cases of theirs rather than find one of these.
    let mut cases = Vec::new();
    for index in 0..CASES {
        let row = BuildingRow {
            id: BuildingId(new_id()),
            address: format!("{}, avenue du Registre", index + 1),
            municipality: if index % 3 == 0 { "Brossard" } else { "Longueuil" }.to_owned(),
            borough: None,
            dwellings: 8,
            storeys: Some(3),
            year_built: Some(1972),
            longitude: Some(-73.45),
            latitude: Some(45.47),
        };
        store::building::insert(&mut tx, &NewBuilding { row: row.clone(), provenance: "bench".to_owned() }, 0).await?;
        let at = START.plus_ms(i64::from(index) * 1_000);
        let record = CaseRecord {
            case: Case::open(CaseId(new_id()), CaseNumber { year: 2025, sequence: index + 1 }, row.id, OpeningReason::Complex, None, at),
            building: row,
            band: Some(Band::C),
            index: Some(42.5),
            danger: index % 17 == 0,
            complex: true,
            motifs: vec!["CERTAIN".to_owned()],
            motifs_confidential: vec!["CERTAIN".to_owned()],
            updated_at: at,
            revision: 1,
            referrals_waiting: 0,
            referrals_waiting_in_all: 0,
            escalation_open: false,
        };
        store::case::insert(&mut tx, &record).await?;
        cases.push((record.case.id, record.building.id));
    }
    let sender = Sender { organisation_id, account_id };
    let service_email = referrals::seed(&mut tx, &sender, &cases, password_hash, START).await?;
    tx.commit().await?;
    store.close().await;
    Ok(Seeded { email, service_email, buildings })
}
