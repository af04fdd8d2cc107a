//! The concerted observation grid. Pure: no IO, no clock, no randomness.
//!
//! A [`Grid`] says what is asked, a [`Visit`] what was answered. Everything else is a function of the two: [`check_answer`] refuses what cannot be
//! an answer, [`validate`] lists what is unfinished, [`score`] gives the building's index, [`complexity`] the motifs of a complex case and [`danger`]
//! the immediate dangers. Phone and server call the same functions; [`judge`] gives the same place by place, for a phone that holds thousands of answers.
//!
//! Feature `yaml`: reading grids from YAML, and the grids that come with the program ([`builtin`]).

mod answer;
mod answer_check;
#[cfg(feature = "yaml")]
pub mod builtin;
mod completeness;
mod complexity;
mod current;
mod danger;
mod grid;
mod grid_check;
#[cfg(feature = "yaml")]
mod grid_yaml;
mod migration;
mod reading;
mod relevance;
#[cfg(test)]
mod samples;
mod score;
mod severity;
mod shortcoming;

pub use answer::{Answer, BuildingFacts, DwellingOutcome, Observation, Place, Value, Visit};
pub use answer_check::{AnswerError, COUNT_MAX, NOTE_CHARS_MAX, TEXT_CHARS_MAX, UNNAMED_COUNT, check_answer};
pub use completeness::{Compartments, Completeness, CompletenessDetail, completeness, completeness_detail};
pub use complexity::{
    COMPLEXITY_RULE_VERSION, Complexity, ComplexityRule, Corrected, History, Motif, MotifCode, MotifFact, ThresholdOperator, ThresholdStanding, complexity,
};
pub use danger::{ImmediateDanger, danger};
pub use grid::{
    AnswerKind, ChoiceOption, Criterion, CriterionId, Grid, GridHash, Issue, Label, PhotoRule, Relevance, Scope, Section, Severity, SeverityRule, Threshold,
};
pub use grid_check::GridError;
pub use migration::{Fate, Migration, Moved, contradiction, migration, stands_under};
pub use reading::{Judgement, PlaceReading, judge};
pub use relevance::{applicable, is_relevant, sections_at};
pub use score::{Band, BandOverride, Contribution, Coverage, SCORE_RULE_VERSION, Score, score};
pub use severity::suggested_severity;
pub use shortcoming::{Shortcoming, ShortcomingKind, validate};
