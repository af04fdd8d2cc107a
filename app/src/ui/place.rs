//! Names of places.

use inspection_grid::Place;

use crate::texts::{self, Locale, common};

/// « Extérieur », « Aires communes » or « Logement 204 ».
pub fn name(place: &Place, door: Option<&str>, locale: Locale) -> String {
    match (place, door) {
        (Place::Exterior, _) => common::PLACE_EXTERIOR.get(locale).to_owned(),
        (Place::Common, _) => common::PLACE_COMMON.get(locale).to_owned(),
        (Place::Dwelling(_), Some(door)) => texts::fill(common::PLACE_DWELLING.get(locale), &[("door", door)]),
        (Place::Dwelling(_), None) => common::PLACE_DWELLING_UNNAMED.get(locale).to_owned(),
    }
}

/// The same from a place's wire form; what is not a place is said by its door, or not at all.
pub fn name_of_wire(place: &str, door: Option<&str>, locale: Locale) -> String {
    match place.parse::<Place>() {
        Ok(place) => name(&place, door, locale),
        Err(_) => door.unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dwelling_is_named_by_its_door() {
        assert_eq!(name_of_wire("dwelling:0193", Some("204"), Locale::Fr), "Logement 204");
        assert_eq!(name_of_wire("dwelling:0193", None, Locale::En), "Dwelling");
        assert_eq!(name_of_wire("common", None, Locale::Fr), "Aires communes");
        assert_eq!(name_of_wire("elsewhere", None, Locale::Fr), "");
    }
}
