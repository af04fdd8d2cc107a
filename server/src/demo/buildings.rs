//! The forty buildings of the demo: invented streets and numbers, points scattered inside the real territories.

use anyhow::Context;
use casework::{
    clock::Timestamp,
    ids::{BuildingId, DwellingId, OrganisationId},
    wire::v1::Door,
};

use super::ids::{Dice, Ids};
use crate::{
    application::read_map::is_inside,
    clock::local_date,
    store::{self, BuildingRow, NewBuilding, NewDwelling, Tx},
    territories,
};

/// A building to come. No such street exists on the territory.
#[derive(Clone, Copy, Debug)]
pub struct Lot {
    pub address: &'static str,
    pub municipality: &'static str,
    pub borough: Option<&'static str>,
    pub dwellings: u32,
    pub storeys: u16,
    pub year_built: u16,
}

/// The building of the browser stories: in today's round, twelve dwellings on three floors, never visited, without a case.
pub const STORY: Lot = old("1250, rue des Exemples", 12, 3, 1967);

/// Its doors, by floor.
pub const STORY_DOORS: [&str; 12] = ["101", "102", "103", "104", "201", "202", "203", "204", "301", "302", "303", "304"];

const fn old(address: &'static str, dwellings: u32, storeys: u16, year_built: u16) -> Lot {
    Lot { address, municipality: "Longueuil", borough: Some("Le Vieux-Longueuil"), dwellings, storeys, year_built }
}

const fn hubert(address: &'static str, dwellings: u32, storeys: u16, year_built: u16) -> Lot {
    Lot { borough: Some("Saint-Hubert"), ..old(address, dwellings, storeys, year_built) }
}

const fn park(address: &'static str, dwellings: u32, storeys: u16, year_built: u16) -> Lot {
    Lot { borough: Some("Greenfield Park"), ..old(address, dwellings, storeys, year_built) }
}

const fn brossard(address: &'static str, dwellings: u32, storeys: u16, year_built: u16) -> Lot {
    Lot { municipality: "Brossard", borough: None, ..old(address, dwellings, storeys, year_built) }
}

/// Every building of the demo.
pub const LOTS: &[Lot] = &[
    // With a case.
    old("310, rue des Exemples", 12, 3, 1962),
    brossard("45, avenue Modèle", 24, 4, 1974),
    hubert("88, rue de l’Échantillon", 8, 2, 1958),
    old("27, rue du Gabarit", 5, 2, 1949),
    park("1515, boulevard Fictif", 16, 4, 1971),
    old("742, rue de l’Hypothèse", 30, 5, 1969),
    brossard("2210, boulevard Fictif", 48, 8, 1978),
    hubert("19, rue de la Maquette", 4, 2, 1955),
    old("605, avenue de la Parabole", 12, 3, 1964),
    brossard("130, rue de l’Abscisse", 60, 10, 1981),
    old("412, rue du Prototype", 9, 3, 1960),
    hubert("77, avenue de l’Ordonnée", 12, 3, 1970),
    park("33, rue du Croquis", 6, 3, 1957),
    old("1801, boulevard Fictif", 20, 4, 1972),
    brossard("58, rue de l’Allégorie", 10, 2, 1976),
    hubert("240, rue du Spécimen", 18, 3, 1968),
    old("96, rue de la Conjecture", 7, 3, 1952),
    old("1130, avenue Modèle", 32, 4, 1966),
    brossard("15, rue du Patron", 12, 3, 1979),
    park("204, rue de l’Exemplaire", 8, 2, 1961),
    old("520, rue de l’Énoncé", 24, 4, 1965),
    hubert("361, rue du Pastiche", 14, 3, 1973),
    brossard("909, avenue de l’Esquisse", 36, 6, 1984),
    old("71, rue de l’Archétype", 12, 3, 1959),
    park("118, rue de la Fiction", 10, 2, 1963),
    // In the round.
    STORY,
    old("64, rue du Calque", 8, 2, 1956),
    old("333, rue de l’Équation", 12, 3, 1968),
    hubert("150, rue de la Variable", 16, 4, 1975),
    hubert("29, rue de l’Anecdote", 5, 2, 1951),
    park("480, rue du Théorème", 12, 3, 1964),
    brossard("75, rue de la Légende", 20, 4, 1977),
    brossard("1402, avenue de l’Esquisse", 40, 5, 1980),
    old("217, rue de la Métaphore", 9, 3, 1954),
    hubert("560, rue du Récit", 24, 4, 1971),
    brossard("38, rue de l’Intrigue", 8, 2, 1972),
    old("890, rue de la Péripétie", 28, 4, 1967),
    park("66, rue du Brouillon", 7, 2, 1953),
    brossard("311, rue de la Trame", 12, 3, 1976),
    // Seen once, nothing to open a case for.
    hubert("12, rue de la Nuance", 4, 2, 1962),
];

/// The round: place in [`LOTS`] and days from today.
pub const ROUND: &[(usize, i64)] =
    &[(25, 0), (26, 0), (27, 0), (28, 0), (29, 0), (30, 0), (31, 0), (32, 0), (33, -2), (34, -5), (35, -9), (36, 1), (37, 3), (38, 6)];

/// A stored building with its doors.
#[derive(Clone, Debug)]
pub struct Built {
    pub row: BuildingRow,
    pub doors: Vec<Door>,
}

const SEED: u64 = 0x0B81_6ADE;
/// Points are kept this far from the outline, whose own error is about 250 m.
const MARGIN_DEGREES: f64 = 0.002;
const TRIES_MAX: u32 = 10_000;

/// Stores every building with its doors.
pub async fn store(tx: &mut Tx, ids: &mut Ids, at: Timestamp) -> anyhow::Result<Vec<Built>> {
    let mut dice = Dice::new(SEED);
    let mut built = Vec::with_capacity(LOTS.len());
    for lot in LOTS {
        let [longitude, latitude] = point_in(lot, &mut dice).with_context(|| format!("no point for {}", lot.address))?;
        let id: BuildingId = ids.next(at);
        let row = BuildingRow {
            id,
            address: lot.address.to_owned(),
            municipality: lot.municipality.to_owned(),
            borough: lot.borough.map(str::to_owned),
            dwellings: lot.dwellings,
            storeys: Some(lot.storeys),
            year_built: Some(lot.year_built),
            longitude: Some(longitude),
            latitude: Some(latitude),
        };
        let feed_sequence = store::building::advance(tx, "feed", 1).await?;
        store::building::insert(tx, &NewBuilding { row: row.clone(), provenance: "demo".to_owned() }, feed_sequence).await?;
        let mut doors = Vec::new();
        for (label, floor) in door_labels(lot) {
            let dwelling_id: DwellingId = ids.next(at);
            store::building::insert_dwelling(tx, &NewDwelling { id: dwelling_id, building_id: id, label: label.clone(), floor, added_by_event: None }).await?;
            doors.push(Door { dwelling_id, label, floor });
        }
        built.push(Built { row, doors });
    }
    Ok(built)
}

/// Plans the round of an organisation.
pub async fn plan_round(tx: &mut Tx, built: &[Built], organisation: OrganisationId, now: Timestamp) -> anyhow::Result<()> {
    for (lot, days) in ROUND {
        let building = built.get(*lot).context("the round names a building of the table")?;
        store::building::plan(tx, building.row.id, organisation, &local_date(now.plus_ms(days * Timestamp::DAY_MS))).await?;
    }
    Ok(())
}

/// Labels and floors, as many to a floor as the building allows: the rest goes to the ground floor.
pub fn door_labels(lot: &Lot) -> Vec<(String, i16)> {
    let storeys = u32::from(lot.storeys.max(1));
    let (per_floor, rest) = (lot.dwellings / storeys, lot.dwellings % storeys);
    (1..=storeys)
        .flat_map(|floor| {
            let count = if floor == 1 { per_floor + rest } else { per_floor };
            (1..=count).map(move |number| (format!("{}", floor * 100 + number), i16::try_from(floor).unwrap_or(1)))
        })
        .collect()
}

fn point_in(lot: &Lot, dice: &mut Dice) -> Option<[f64; 2]> {
    let ring = territories::outline(lot.municipality, lot.borough)?.ring;
    let bounds = |axis: usize| ring.iter().map(|point| point[axis]).fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let ((west, east), (south, north)) = (bounds(0), bounds(1));
    let well_inside = |x: f64, y: f64| {
        [(0.0, 0.0), (MARGIN_DEGREES, 0.0), (-MARGIN_DEGREES, 0.0), (0.0, MARGIN_DEGREES), (0.0, -MARGIN_DEGREES)]
            .iter()
            .all(|(aside, up)| is_inside(ring, x + aside, y + up))
    };
    (0..TRIES_MAX).map(|_| (dice.between(west, east), dice.between(south, north))).find(|(x, y)| well_inside(*x, *y)).map(|(x, y)| {
        // Five decimals are about a metre: more would only pretend.
        [(x * 1e5).round() / 1e5, (y * 1e5).round() / 1e5]
    })
}

/// Puts one building into the round of a past day.
pub async fn join_round(tx: &mut Tx, building: &Built, organisation: OrganisationId, day: Timestamp) -> anyhow::Result<()> {
    Ok(store::building::plan(tx, building.row.id, organisation, &local_date(day)).await?)
}
