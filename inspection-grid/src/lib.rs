//! The concerted observation grid. Pure: no IO, no clock, no randomness.

mod answer;
mod grid;

pub use answer::{Answer, BuildingFacts, DwellingOutcome, Observation, Place, Value, Visit};
pub use grid::{
    AnswerKind, ChoiceOption, Criterion, CriterionId, Grid, GridHash, Issue, Label, PhotoRule, Relevance, Scope, Section, Severity, SeverityRule, Threshold,
};
