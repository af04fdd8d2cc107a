//! The coordinator adds buildings and plans the round that phones download.

use casework::{
    ids::{BuildingId, DwellingId},
    permission,
    referral::Day,
    wire::v1::{ErrorCode, PlannedBuilding, RoundPlan},
};

use super::{Actor, Brigade, Result, UseCaseError, read_cases, refuse, require, typed};
use crate::{
    clock::{local_date, new_id, now},
    store::{self, BuildingRow, NewBuilding, NewDwelling, StoreError},
};

pub const ADDRESS_CHARS_MAX: usize = 160;
pub const DWELLINGS_MAX: u32 = 600;
const STOREYS_MAX: u16 = 60;

fn check(actor: &Actor) -> Result<()> {
    require(permission::may_plan_round(&actor.permission()), ErrorCode::NotFound)
}

/// Every building and its day.
///
/// # Errors
/// `not_found` for anybody but the coordinator.
pub async fn read(brigade: &Brigade, actor: &Actor) -> Result<RoundPlan> {
    check(actor)?;
    let reader = brigade.store.reader();
    let buildings = store::building::all_with_plan(reader, actor.account.organisation.id).await?;
    Ok(RoundPlan {
        today: local_date(now()),
        municipalities: read_cases::municipalities(brigade).await?,
        buildings: buildings
            .into_iter()
            .map(|(building, planned_on)| PlannedBuilding {
                id: building.id,
                address: building.address,
                municipality: building.municipality,
                borough: building.borough,
                dwellings: building.dwellings,
                planned_on,
            })
            .collect(),
    })
}

/// A building to add by hand.
#[derive(Clone, Debug)]
pub struct BuildingForm {
    pub address: String,
    pub municipality: String,
    pub dwellings: u32,
    pub storeys: u16,
    pub year_built: Option<u16>,
    /// `YYYY-MM-DD`.
    pub planned_on: String,
}

/// Adds a building with its doors, numbered by floor (101, 102…), and puts it in the round.
///
/// # Errors
/// `not_found`, `missing_field`, `text_too_long`, `value_out_of_range`, `already_exists`.
pub async fn add_building(brigade: &Brigade, actor: &Actor, form: &BuildingForm) -> Result<BuildingId> {
    check(actor)?;
    let address = &typed(&form.address);
    let wrong = |field: &str| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field);
    if address.is_empty() {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "address"));
    }
    if address.chars().count() > ADDRESS_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    if !(1..=DWELLINGS_MAX).contains(&form.dwellings) {
        return Err(wrong("dwellings"));
    }
    if !(1..=STOREYS_MAX).contains(&form.storeys) {
        return Err(wrong("storeys"));
    }
    let planned_on = form.planned_on.parse::<Day>().map_err(|_| wrong("planned_on"))?.to_string();
    let at = now();
    let mut tx = brigade.store.begin().await?;
    let known = store::building::territories(&mut *tx).await?;
    let Some(territory) = known.iter().find(|territory| territory.municipality == form.municipality) else { return Err(wrong("municipality")) };
    if store::building::address_is_known(&mut *tx, address, &territory.municipality, None).await? {
        return refuse(ErrorCode::AlreadyExists);
    }
    let id = BuildingId(new_id());
    let row = BuildingRow {
        id,
        address: address.to_owned(),
        municipality: territory.municipality.clone(),
        borough: None,
        dwellings: form.dwellings,
        storeys: Some(form.storeys),
        year_built: form.year_built,
        longitude: None,
        latitude: None,
    };
    let sequence = store::building::advance(&mut tx, "feed", 1).await?;
    store::building::insert(&mut tx, &NewBuilding { row, provenance: "manual".to_owned() }, sequence).await?;
    for (floor, label) in doors(form.dwellings, form.storeys) {
        let dwelling = NewDwelling { id: DwellingId(new_id()), building_id: id, label, floor, added_by_event: None };
        store::building::insert_dwelling(&mut tx, &dwelling).await?;
    }
    store::building::plan(&mut tx, id, actor.account.organisation.id, &planned_on).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "building.added", "building", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(id)
}

/// Doors shared among floors as evenly as they go, the lower floors taking the rest: 7 dwellings on 3 floors are 3, 2 and 2.
fn doors(dwellings: u32, storeys: u16) -> Vec<(i16, String)> {
    let floors = u32::from(storeys).min(dwellings);
    let mut doors = Vec::new();
    for floor in 1..=floors {
        let here = dwellings / floors + u32::from(floor <= dwellings % floors);
        doors.extend((1..=here).map(|door| (i16::try_from(floor).unwrap_or(i16::MAX), format!("{floor}{door:02}"))));
    }
    doors
}

/// Puts a building in the round on a day, or moves it.
///
/// # Errors
/// `not_found`, `value_out_of_range`.
pub async fn plan(brigade: &Brigade, actor: &Actor, id: BuildingId, planned_on: &str) -> Result<()> {
    check(actor)?;
    let planned_on = planned_on.parse::<Day>().map_err(|_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "planned_on"))?.to_string();
    let mut tx = brigade.store.begin().await?;
    if store::building::by_id(&mut *tx, id).await?.is_none() {
        return refuse(ErrorCode::NotFound);
    }
    store::building::plan(&mut tx, id, actor.account.organisation.id, &planned_on).await?;
    let sequence = store::building::advance(&mut tx, "feed", 1).await?;
    store::building::touch(&mut tx, id, sequence).await?;
    store::audit::record(&mut tx, now(), Some(actor.account.id), "building.planned", "building", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Takes a building off the round: phones forget it once they have sent what they hold.
///
/// # Errors
/// `not_found`.
pub async fn withdraw(brigade: &Brigade, actor: &Actor, id: BuildingId) -> Result<()> {
    check(actor)?;
    let mut tx = brigade.store.begin().await?;
    if !store::building::withdraw(&mut tx, id, actor.account.organisation.id).await? {
        return refuse(ErrorCode::NotFound);
    }
    let sequence = store::building::advance(&mut tx, "feed", 1).await?;
    store::building::touch(&mut tx, id, sequence).await?;
    store::audit::record(&mut tx, now(), Some(actor.account.id), "building.withdrawn", "building", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::doors;

    #[test]
    fn doors_are_shared_among_floors_and_none_is_lost() {
        let labels = |dwellings, storeys| doors(dwellings, storeys).into_iter().map(|(_, label)| label).collect::<Vec<_>>();
        assert_eq!(labels(7, 3), ["101", "102", "103", "201", "202", "301", "302"]);
        assert_eq!(labels(2, 5), ["101", "201"]);
        assert!((1..=100).all(|dwellings| (1..=10).all(|storeys| doors(dwellings, storeys).len() == dwellings as usize)));
    }
}
