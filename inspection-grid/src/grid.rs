//! The grid itself: sections, criteria, anchors. Immutable once loaded, identified by its content hash.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::answer::Place;

/// A text in the two languages of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Label {
    pub fr: String,
    pub en: String,
}

/// SHA-256 of the grid's canonical JSON, in lower-case hexadecimal (64 characters).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct GridHash(pub String);

/// Stable code of a criterion, such as `HUM-01`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct CriterionId(pub String);

impl CriterionId {
    /// The section prefix: `HUM` of `HUM-01`.
    pub fn section(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl fmt::Display for CriterionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<&str> for CriterionId {
    fn from(code: &str) -> Self {
        Self(code.to_owned())
    }
}

/// Severity of an observation, 0 (none) to 4 (immediate danger).
///
/// # Source
/// `gravite` of grid v1; points are rounded NSPIRE unit weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Severity {
    None,
    Minor,
    Moderate,
    Major,
    ImmediateDanger,
}

impl Severity {
    pub const ALL: [Self; 5] = [Self::None, Self::Minor, Self::Moderate, Self::Major, Self::ImmediateDanger];

    /// 0 to 4.
    pub fn level(self) -> u8 {
        self as u8
    }
}

impl From<Severity> for u8 {
    fn from(severity: Severity) -> Self {
        severity.level()
    }
}

impl TryFrom<u8> for Severity {
    type Error = String;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        Self::ALL.get(usize::from(level)).copied().ok_or_else(|| format!("severity {level} is not in 0..=4"))
    }
}

// Written out: the derive would describe the variants, and a severity travels as its level.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Severity {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .minimum(Some(0))
            .maximum(Some(4))
            .description(Some("Severity, 0 (none) to 4 (immediate danger)."))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Severity {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Severity")
    }
}

/// Where a section's criteria are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Once, for the building and its surroundings.
    Building,
    /// Once, for all common areas together.
    Common,
    /// Once per dwelling.
    Dwelling,
    /// Once per dwelling and once for the common areas.
    DwellingAndCommon,
    /// Once per dwelling, about the household: never scored.
    Household,
}

impl Scope {
    /// Whether a section of this scope is answered at this place.
    pub fn includes(self, place: &Place) -> bool {
        match (self, place) {
            (Self::Building, Place::Exterior)
            | (Self::Common | Self::DwellingAndCommon, Place::Common)
            | (Self::Dwelling | Self::DwellingAndCommon | Self::Household, Place::Dwelling(_)) => true,
            (Self::Building, Place::Common | Place::Dwelling(_))
            | (Self::Common, Place::Exterior | Place::Dwelling(_))
            | (Self::DwellingAndCommon, Place::Exterior)
            | (Self::Dwelling | Self::Household, Place::Exterior | Place::Common) => false,
        }
    }
}

/// What kind of answer a criterion takes besides its status and severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// Conform or not; the severity says how much.
    Conformity,
    /// Whole numbers, one per field (or a single one).
    Count,
    /// A number with the criterion's unit.
    Measure,
    /// One level of a scale.
    Scale,
    /// Any number of the criterion's options.
    Choice,
    /// A short text.
    Text,
}

/// When a photo is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PhotoRule {
    /// Required from severity 2.
    RequiredWhenSevere,
    AlwaysRequired,
    Optional,
    /// A person or sensitive information: no photo can be attached.
    Forbidden,
}

/// The delay agreed for a severity, and its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeverityRule {
    pub label: Label,
    /// Points of one observation of this severity.
    pub points: u32,
    /// Target delay in hours; configurable, to be agreed by the partners.
    pub target_hours: Option<u32>,
}

/// A level that a measured value, or a single count, proposes. The inspector may choose a higher one, never silently a lower one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Threshold {
    pub severity: Severity,
    /// Inclusive lower bound, in the criterion's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Exclusive lower bound, in the criterion's unit; never beside `at_least`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// Exclusive upper bound, in the criterion's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}

/// One option of a choice, or one level of a scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChoiceOption {
    /// Stable code stored with the answer.
    pub code: String,
    pub label: Label,
    /// Severity that choosing it proposes; `None` proposes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

/// Which issue of the certain complexity criterion a criterion belongs to (domain-facts 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Issue {
    /// Insalubrité.
    Insalubrity,
    /// Sécurité.
    Safety,
    /// Bon état des logements.
    GoodRepair,
}

/// One line of the grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Criterion {
    pub id: CriterionId,
    pub label: Label,
    pub answer: AnswerKind,
    /// Unit of a measure: `mm`, `m2`, `degC`, `pourcent`, `annees`, `jours`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Smallest and largest value that can be true, in the unit; outside is an input error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
    /// Fields of a count (empty: one unnamed count stored under `nombre`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ChoiceOption>,
    /// Options of a choice or levels of a scale.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ChoiceOption>,
    /// Objective anchors per severity (1 to 4); empty for criteria without severity.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Label>))]
    pub anchors: BTreeMap<u8, Label>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
    pub photo: PhotoRule,
    /// What raises the immediate-danger flag at severity 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<Label>,
    /// Codes of [`Grid::bases`].
    pub bases: Vec<String>,
    /// Codes of [`Grid::bodies`], the competent bodies.
    pub bodies: Vec<String>,
    /// Asked only when this holds; `None` is always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevance: Option<Relevance>,
    /// Issue of the certain complexity criterion; `None` never proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<Issue>,
}

/// When a criterion is asked. Hidden answers are kept and not exported as current.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relevance {
    /// Another criterion at the same place is answered with at least this severity.
    SeverityAtLeast { criterion: CriterionId, severity: Severity },
    /// The building has at least this many storeys.
    StoreysAtLeast(u16),
    /// The building was built before this year, or its year is unknown.
    BuiltBefore(u16),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = GridSection))]
pub struct Section {
    /// Three-letter code such as `HUM`.
    pub id: String,
    pub label: Label,
    pub scope: Scope,
    /// Read and written only in the psychosocial compartment.
    #[serde(default)]
    pub confidential: bool,
    /// Whether its severities count in the building's index. Never true of a household section.
    #[serde(default)]
    pub scored: bool,
    pub criteria: Vec<Criterion>,
}

/// Code of the section about the owner and how the building is managed, in every version.
const OWNER_SECTION: &str = "GES";

impl Section {
    /// Whether it says something of the owner rather than of the building: who was told, what they answered, what was found before.
    pub fn is_of_owner(&self) -> bool {
        self.id == OWNER_SECTION
    }
}

/// A whole grid version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grid {
    pub hash: GridHash,
    /// Human-readable version such as `1.0.0-draft`.
    pub version: String,
    /// Index = severity level.
    pub severities: Vec<SeverityRule>,
    /// Legal and standard bases by code.
    pub bases: BTreeMap<String, Label>,
    /// Competent bodies by code.
    pub bodies: BTreeMap<String, Label>,
    pub sections: Vec<Section>,
}

impl Grid {
    pub fn criterion(&self, id: &CriterionId) -> Option<(&Section, &Criterion)> {
        let section = self.sections.iter().find(|section| section.id == id.section())?;
        section.criteria.iter().find(|criterion| criterion.id == *id).map(|criterion| (section, criterion))
    }

    pub fn points(&self, severity: Severity) -> u32 {
        self.severities.get(usize::from(severity.level())).map_or(0, |rule| rule.points)
    }
}
