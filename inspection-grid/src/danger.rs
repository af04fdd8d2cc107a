//! Immediate dangers: severity 4 wherever it was recorded.

use serde::{Deserialize, Serialize};

use crate::{
    answer::{Observation, Place},
    grid::{CriterionId, Grid, Label, Severity},
};

/// One observation of severity 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImmediateDanger {
    pub place: Place,
    pub criterion: CriterionId,
    /// Id of the observation.
    pub observation: String,
    /// What the danger is, in the grid's words.
    pub label: Label,
    /// Codes of the competent bodies.
    pub bodies: Vec<String>,
    /// Shown only to those who read the psychosocial compartment.
    pub confidential: bool,
}

/// Every observation of severity 4, by place and criterion.
///
/// The alarm depends on nothing else: not on the score, the visit's outcome or the relevance of the question. It ends when the answer is changed. A
/// criterion that this grid does not know still raises it, under its code, and is held confidential since nothing tells that it is not.
pub fn danger(grid: &Grid, observations: &[Observation]) -> Vec<ImmediateDanger> {
    let severe = observations.iter().filter(|observation| observation.answer.severity() == Some(Severity::ImmediateDanger));
    let mut dangers: Vec<ImmediateDanger> = severe.map(|observation| of_observation(grid, observation)).collect();
    dangers.sort_by(|a, b| (&a.place, &a.criterion, &a.observation).cmp(&(&b.place, &b.criterion, &b.observation)));
    dangers.dedup();
    dangers
}

fn of_observation(grid: &Grid, observation: &Observation) -> ImmediateDanger {
    let Observation { id, place, criterion: code, .. } = observation;
    let (label, bodies, confidential) = match grid.criterion(code) {
        Some((section, criterion)) => (criterion.danger.as_ref().unwrap_or(&criterion.label).clone(), criterion.bodies.clone(), section.confidential),
        None => (Label { fr: code.0.clone(), en: code.0.clone() }, Vec::new(), true),
    };
    ImmediateDanger { place: place.clone(), criterion: code.clone(), observation: id.clone(), label, bodies, confidential }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        answer::Answer,
        builtin,
        samples::{answered, observe},
    };

    #[test]
    fn one_immediate_danger_is_enough_wherever_it_is() {
        let observations = [
            observe("d", "dwelling:9", "MEN-04", 4),
            observe("c", "dwelling:9", "INC-04", 4),
            observe("c", "dwelling:9", "INC-04", 4),
            observe("b", "common", "INC-05", 3),
            observe("a", "exterior", "EXT-02", 4),
            answered("e", "exterior", "EXT-01", Answer::Cleared),
        ];
        let dangers = danger(builtin::v1(), &observations);
        let told: Vec<_> = dangers.iter().map(|danger| (danger.observation.as_str(), danger.confidential)).collect();
        assert_eq!(told, [("a", false), ("c", false), ("d", true)]);
        assert_eq!(dangers[0].label.fr, "risque d’effondrement");
        assert_eq!(dangers[0].bodies, ["VIL", "SSI"]);
    }

    #[test]
    fn a_danger_from_another_grid_still_raises_the_alarm() {
        let dangers = danger(builtin::v1(), &[observe("a", "common", "ZZZ-01", 4)]);
        assert_eq!(dangers.len(), 1);
        assert!(dangers[0].confidential);
    }
}
