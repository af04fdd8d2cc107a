//! What is asked during a visit, and where.

use crate::{
    answer::{Place, Visit},
    current::Current,
    grid::{Criterion, Grid, Section},
};

/// Every question of the visit: exterior, common areas, then each dwelling that was visited, in the grid's order.
///
/// Answers to what is not listed here are kept with the visit but count in no completeness, score or motif.
pub fn applicable<'grid>(grid: &'grid Grid, visit: &Visit) -> Vec<(Place, &'grid Section, &'grid Criterion)> {
    let current = Current::new(grid, visit);
    let mut asked = Vec::new();
    for place in current.places() {
        for section in sections_at(grid, place) {
            asked
                .extend(section.criteria.iter().filter(|criterion| current.is_relevant(place, criterion)).map(|criterion| (place.clone(), section, criterion)));
        }
    }
    asked
}

/// Whether the criterion is asked at this place, given the building and what was answered there.
///
/// For one question; [`applicable`] answers for all of them at once.
pub fn is_relevant(grid: &Grid, visit: &Visit, place: &Place, criterion: &Criterion) -> bool {
    let scope = grid.criterion(&criterion.id).map(|(section, _)| section.scope);
    scope.is_some_and(|scope| scope.includes(place)) && Current::new(grid, visit).is_relevant(place, criterion)
}

/// The sections answered at this place, in the grid's order.
pub fn sections_at<'grid>(grid: &'grid Grid, place: &Place) -> Vec<&'grid Section> {
    grid.sections.iter().filter(|section| section.scope.includes(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        answer::DwellingOutcome,
        builtin,
        grid::{Relevance, Severity},
        samples::{observe, visit},
    };

    fn codes(place: &str) -> Vec<&'static str> {
        let place = place.parse().expect("the table names real places");
        sections_at(builtin::v1(), &place).into_iter().map(|section| section.id.as_str()).collect()
    }

    #[test]
    fn each_place_has_its_sections() {
        assert_eq!(codes("exterior"), ["EXT", "GES"]);
        assert_eq!(codes("common"), ["COM", "INC", "ELE", "ACC"]);
        assert_eq!(codes("dwelling:1"), ["INC", "ELE", "CHA", "PLO", "HUM", "PAR", "CUI", "SDB", "CHB", "POF", "MUR", "ENC", "ACC", "MEN", "DRO"]);
    }

    #[test]
    fn only_visited_dwellings_are_asked_about() {
        let mut visit = visit(12, &["101", "102"]);
        let before = applicable(builtin::v1(), &visit).len();
        visit.dwellings.insert("103".to_owned(), DwellingOutcome::Absent);
        visit.dwellings.insert("104".to_owned(), DwellingOutcome::Refused);
        visit.dwellings.insert("105".to_owned(), DwellingOutcome::Vacant);
        assert_eq!(applicable(builtin::v1(), &visit).len(), before);
        visit.dwellings.insert("103".to_owned(), DwellingOutcome::Visited);
        // Everything but EXT (8), COM (7) and GES (4) is asked per dwelling.
        assert_eq!(applicable(builtin::v1(), &visit).len(), before + 89 - 8 - 7 - 4);
    }

    #[test]
    fn the_building_decides_what_is_asked() {
        let grid = builtin::v1();
        let asked = |storeys, year_built, place: &str, id: &str| {
            let mut visit = visit(6, &["1"]);
            visit.building.storeys = storeys;
            visit.building.year_built = year_built;
            let (_, criterion) = grid.criterion(&id.into()).expect("the table names real criteria");
            is_relevant(grid, &visit, &place.parse().expect("a place"), criterion)
        };
        assert!(!asked(Some(1), None, "common", "COM-05"));
        assert!(asked(Some(2), None, "common", "COM-05"));
        assert!(asked(None, None, "common", "COM-05"));
        assert!(asked(None, Some(1989), "dwelling:1", "MUR-03"));
        assert!(!asked(None, Some(1990), "dwelling:1", "MUR-03"));
        assert!(asked(None, None, "dwelling:1", "MUR-03"));
        assert!(!asked(None, None, "common", "MUR-03"), "not asked there at all");
    }

    #[test]
    fn an_answer_can_show_a_question_and_hide_it_again() {
        let mut grid = builtin::v1().clone();
        let condition = Relevance::SeverityAtLeast { criterion: "HUM-01".into(), severity: Severity::Moderate };
        for criterion in grid.sections.iter_mut().flat_map(|section| &mut section.criteria) {
            if criterion.id.0 == "HUM-04" {
                criterion.relevance = Some(condition.clone());
            }
        }
        let asked = |visit: &Visit, place: &str| {
            let (_, criterion) = grid.criterion(&"HUM-04".into()).expect("HUM-04 exists");
            is_relevant(&grid, visit, &place.parse().expect("a place"), criterion)
        };
        let mut visit = visit(6, &["1", "2"]);
        assert!(!asked(&visit, "dwelling:1"));
        visit.observations = vec![observe("a", "dwelling:1", "HUM-01", 2)];
        assert!(asked(&visit, "dwelling:1"));
        assert!(!asked(&visit, "dwelling:2"), "another dwelling's answer shows nothing here");
        visit.observations = vec![observe("a", "dwelling:1", "HUM-01", 1)];
        assert!(!asked(&visit, "dwelling:1"));
    }
}
