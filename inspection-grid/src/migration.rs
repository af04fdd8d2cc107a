//! A visit that goes on under another version of the grid: what becomes of each answer.
//!
//! Nothing is erased by it. An answer that the other grid does not ask for, or does not take, is set aside; it stands again when the visit goes back.

use crate::{
    answer::{Answer, Observation, Place},
    answer_check::check_answer,
    grid::{Criterion, CriterionId, Grid},
};

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// The question is the same, word for word.
    Kept,
    /// The answer stands, and the question reads otherwise: another look is due.
    Reworded,
    /// The question does not take that value any more: set aside, to be answered again.
    NoLongerFits,
    /// Not asked any more at that place: set aside.
    NoLongerAsked,
}

/// An answer that another look is due to, or that would be set aside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    pub fate: Fate,
    pub place: Place,
    pub criterion: CriterionId,
}

/// What moving a visit from one grid to another does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// Answers to questions that stay the same.
    pub kept: usize,
    /// Answers that were set aside and stand again.
    pub returning: usize,
    /// The others, by fate, place and criterion.
    pub moved: Vec<Moved>,
    /// Criteria that the grid left does not have, in the order of the new one.
    pub added: Vec<CriterionId>,
}

/// What moving a visit with these observations from one grid to another would do. Moving back does the reverse.
pub fn migration(from: &Grid, to: &Grid, observations: &[Observation]) -> Migration {
    let mut migration = Migration::default();
    for observation in observations.iter().filter(|observation| observation.answer != Answer::Cleared) {
        if !stands(from, observation) {
            migration.returning += usize::from(stands(to, observation));
            continue;
        }
        match fate(from, to, observation) {
            Fate::Kept => migration.kept += 1,
            fate => migration.moved.push(Moved { fate, place: observation.place.clone(), criterion: observation.criterion.clone() }),
        }
    }
    migration.moved.sort_unstable();
    let criteria = to.sections.iter().flat_map(|section| &section.criteria);
    migration.added = criteria.map(|criterion| &criterion.id).filter(|id| from.criterion(id).is_none()).cloned().collect();
    migration
}

/// Whether an answer, given under whatever grid, counts in a visit that is under this one.
pub fn stands_under(grid: &Grid, place: &Place, criterion: &CriterionId, answer: &Answer) -> bool {
    check_answer(grid, criterion, place, answer, None).is_ok()
}

fn stands(grid: &Grid, observation: &Observation) -> bool {
    stands_under(grid, &observation.place, &observation.criterion, &observation.answer)
}

fn fate(from: &Grid, to: &Grid, observation: &Observation) -> Fate {
    let Some((section, after)) = to.criterion(&observation.criterion) else { return Fate::NoLongerAsked };
    if !section.scope.includes(&observation.place) {
        Fate::NoLongerAsked
    } else if !stands(to, observation) {
        Fate::NoLongerFits
    } else if from.criterion(&observation.criterion).is_some_and(|(_, before)| before == after) {
        Fate::Kept
    } else {
        Fate::Reworded
    }
}

/// A criterion that means one thing in a grid and another in the other: its compartment, kind of answer or unit differs. Such grids cannot be known
/// together: what was confided under one would be read under the other, and a number would change its unit. The criterion takes a new code instead.
pub fn contradiction<'grid>(one: &'grid Grid, other: &Grid) -> Option<&'grid CriterionId> {
    let differs = |confidential: bool, criterion: &Criterion| {
        other
            .criterion(&criterion.id)
            .is_some_and(|(section, known)| section.confidential != confidential || known.answer != criterion.answer || known.unit != criterion.unit)
    };
    let criteria = one.sections.iter().flat_map(|section| section.criteria.iter().map(move |criterion| (section.confidential, criterion)));
    criteria.filter(|(confidential, criterion)| differs(*confidential, criterion)).map(|(_, criterion)| &criterion.id).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        builtin,
        grid::GridHash,
        samples::{answered, observe},
    };

    /// The grid that comes after v1 in these tests: one criterion reworded, one gone, one without its highest anchors, one new.
    fn next() -> Grid {
        let mut grid = builtin::v1().clone();
        grid.hash = GridHash("next".to_owned());
        for section in &mut grid.sections {
            section.criteria.retain(|criterion| criterion.id.0 != "HUM-02");
            for criterion in &mut section.criteria {
                match criterion.id.0.as_str() {
                    "HUM-01" => criterion.label.fr.push_str(" (reformulé)"),
                    "PLO-03" => drop(criterion.anchors.split_off(&3)),
                    _ => {}
                }
            }
            if section.id == "PLO" {
                let mut new = section.criteria[0].clone();
                new.id = "PLO-99".into();
                section.criteria.push(new);
            }
        }
        grid
    }

    #[test]
    fn each_answer_is_told_its_fate() {
        let (from, to) = (builtin::v1(), next());
        let told = |observation: Observation| {
            let migration = migration(from, &to, std::slice::from_ref(&observation));
            assert_eq!(migration.added, vec![CriterionId::from("PLO-99")]);
            match migration.moved.as_slice() {
                [] => Fate::Kept,
                [moved] => moved.fate,
                several => panic!("{several:?}"),
            }
        };
        assert_eq!(told(observe("a", "dwelling:d", "HUM-01", 2)), Fate::Reworded);
        assert_eq!(told(observe("a", "dwelling:d", "HUM-02", 2)), Fate::NoLongerAsked);
        assert_eq!(told(observe("a", "dwelling:d", "PLO-03", 2)), Fate::Reworded, "a level that is still there");
        assert_eq!(told(observe("a", "dwelling:d", "PLO-03", 3)), Fate::NoLongerFits);
        assert_eq!(told(observe("a", "dwelling:d", "PAR-01", 2)), Fate::Kept);
        assert_eq!(told(observe("a", "common", "PLO-03", 2)), Fate::Kept, "what was never asked there is not told of");
        assert_eq!(told(answered("a", "dwelling:d", "HUM-01", Answer::Refused)), Fate::Reworded);
    }

    #[test]
    fn going_there_and_back_sets_nothing_aside() {
        let (from, to) = (builtin::v1(), next());
        let observations = [observe("a", "dwelling:d", "HUM-02", 3), observe("b", "dwelling:d", "PLO-03", 4), observe("c", "dwelling:d", "PAR-01", 1)];
        let standing = |grid: &Grid| observations.iter().filter(|observation| stands(grid, observation)).count();
        assert_eq!((standing(from), standing(&to)), (3, 1));
        assert_eq!(migration(from, from, &observations), Migration { kept: 3, ..Migration::default() });
        let back = migration(&to, from, &observations);
        assert_eq!((back.kept, back.returning, back.moved.len(), back.added.as_slice()), (1, 2, 0, [CriterionId::from("HUM-02")].as_slice()));
        assert_eq!(migration(from, &to, &[answered("a", "dwelling:d", "HUM-02", Answer::Cleared)]).moved, Vec::new(), "an erased answer has no fate");
    }

    #[test]
    fn a_code_keeps_its_meaning() {
        let from = builtin::v1();
        assert_eq!(contradiction(from, &next()), None);
        let mut open = next();
        let section = open.sections.iter_mut().find(|section| section.confidential).expect("a confidential section");
        section.confidential = false;
        let first = section.criteria[0].id.clone();
        assert_eq!(contradiction(from, &open), Some(&first));
        let mut imperial = next();
        let measured = imperial.sections.iter_mut().flat_map(|section| &mut section.criteria).find(|criterion| criterion.unit.is_some()).expect("a measure");
        measured.unit = Some("pied".to_owned());
        let id = measured.id.clone();
        assert_eq!(contradiction(from, &imperial), Some(&id));
    }
}
