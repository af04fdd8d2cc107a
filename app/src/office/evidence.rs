//! From an event id to what it says: the proofs of a score or a motif are observations of the page.

use std::collections::BTreeMap;

use casework::wire::v1::{CaseDetail, ObservationView};
use inspection_grid::{Label, Place};

use crate::{
    texts::{self, Locale},
    ui::place,
};

/// What is needed to name and reach an observation.
#[derive(Clone, Debug)]
pub struct Proof {
    pub label: Label,
    pub place: Place,
    pub door: Option<String>,
}

/// Observations that the reader may see, by event id.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    proofs: BTreeMap<String, Proof>,
    doors: BTreeMap<String, String>,
}

impl Evidence {
    /// Of every visit of the case.
    pub fn of(case: &CaseDetail) -> Self {
        let mut evidence = Self::default();
        for observation in case.visits.iter().flat_map(|visit| &visit.observations) {
            evidence.add(observation);
        }
        evidence
    }

    fn add(&mut self, observation: &ObservationView) {
        if let (Place::Dwelling(id), Some(door)) = (&observation.place, &observation.door) {
            self.doors.insert(id.clone(), door.clone());
        }
        let proof = Proof { label: observation.label.clone(), place: observation.place.clone(), door: observation.door.clone() };
        self.proofs.insert(observation.event_id.to_string(), proof);
    }

    /// The observation recorded by an event, unless it is hidden from the reader.
    pub fn proof(&self, event_id: &str) -> Option<&Proof> {
        self.proofs.get(event_id)
    }

    /// « Moisissure visible, Logement 204 ».
    pub fn sentence(&self, event_id: &str, locale: Locale) -> Option<String> {
        self.proof(event_id).map(|proof| format!("{}, {}", texts::label(&proof.label, locale), place::name(&proof.place, proof.door.as_deref(), locale)))
    }

    /// The place with its door, when an observation told it.
    pub fn place(&self, place: &Place, locale: Locale) -> String {
        let door = match place {
            Place::Dwelling(id) => self.doors.get(id).map(String::as_str),
            Place::Exterior | Place::Common => None,
        };
        place::name(place, door, locale)
    }
}

/// Id of an observation on the page.
pub fn anchor(event_id: &str) -> String {
    format!("obs-{event_id}")
}
