//! Cases of one's territory, on the map: points and bands, never a person, never a door.

use std::collections::{BTreeMap, BTreeSet};

use casework::{
    access::AccessSubject,
    permission::{OrganisationKind, Section},
    wire::v1::{CaseMap, CasePoint, ErrorCode},
};
use geo::{Contains, LineString, Point, Polygon};

use super::{Actor, Brigade, Result, read_cases, refuse, require, sight::Sight};
use crate::store;

/// Rows read at a time: the map asks for all of them and says so, it never cuts.
const PAGE: u32 = 2_000;

/// Every open case on the person's territory.
///
/// # Errors
/// `not_found` for roles without a map.
pub async fn read(brigade: &Brigade, actor: &Actor) -> Result<CaseMap> {
    require(casework::permission::may_read_map(&actor.permission()), ErrorCode::NotFound)?;
    let Some(mut filter) = read_cases::territory_filter(actor) else { return refuse(ErrorCode::NotFound) };
    filter.open = Some(true);
    let reader = brigade.store.reader();
    let partner = (actor.account.organisation.kind != OrganisationKind::Brigade).then_some(actor.account.organisation.id);
    let received = match partner {
        Some(organisation) => store::referral::last_received(reader, organisation).await?,
        None => BTreeMap::new(),
    };
    let mut cases = Vec::new();
    let mut after = None;
    loop {
        let records = store::case::list(reader, &filter, after, PAGE).await?;
        for record in &records {
            let row = read_cases::row(&Sight::of_building(actor, &record.building), record);
            let (Some(longitude), Some(latitude)) = (record.building.longitude, record.building.latitude) else { continue };
            cases.push(CasePoint {
                id: row.id,
                number: row.number,
                address: row.address,
                municipality: row.municipality,
                borough: row.borough,
                dwellings: row.dwellings,
                band: row.band,
                danger: row.danger,
                stage: row.stage,
                referral_id: received.get(&row.building_id).copied(),
                longitude,
                latitude,
            });
        }
        if records.len() < PAGE as usize {
            break;
        }
        after = records.last().map(|record| store::CasePosition { updated_at: record.updated_at, id: record.case.id });
    }
    // Exact points: of each it says that there is a case, and what state its building is in.
    brigade.journal.record_list(actor, AccessSubject::Map, cases.len(), BTreeSet::from([Section::Existence, Section::Building])).await?;
    let mut territories = store::building::territories(reader).await?;
    if let Some(municipality) = &filter.territory {
        territories.retain(|territory| territory.municipality == *municipality);
    }
    Ok(CaseMap { cases, territories, tiles_url: brigade.tiles_url.as_deref().map(str::to_owned) })
}

/// Whether a point of longitude and latitude lies within a closed ring.
pub fn is_inside(ring: &[[f64; 2]], longitude: f64, latitude: f64) -> bool {
    let line: LineString<f64> = ring.iter().map(|[x, y]| (*x, *y)).collect();
    Polygon::new(line, Vec::new()).contains(&Point::new(longitude, latitude))
}
