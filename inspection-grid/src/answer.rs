//! What is answered to a criterion, and where.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::grid::{CriterionId, Severity};

/// Where in the building an observation is made.
///
/// On the wire: `"exterior"`, `"common"` or `"dwelling:<id>"`. The id is opaque to this crate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Place {
    Exterior,
    Common,
    Dwelling(String),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exterior => formatter.write_str("exterior"),
            Self::Common => formatter.write_str("common"),
            Self::Dwelling(id) => write!(formatter, "dwelling:{id}"),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "exterior" => Ok(Self::Exterior),
            "common" => Ok(Self::Common),
            other => match other.strip_prefix("dwelling:") {
                Some(id) if !id.is_empty() => Ok(Self::Dwelling(id.to_owned())),
                _ => Err(format!("{other:?} is not a place")),
            },
        }
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

// Written out: the derive would describe the variants, and a place travels as one string.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Place {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^(exterior|common|dwelling:.+)$"))
            .description(Some("Where in the building: `exterior`, `common` or `dwelling:<id>`."))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Place {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Place")
    }
}

/// The value beside a severity, of the criterion's [`crate::AnswerKind`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AnswerValue))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Value {
    /// In the criterion's unit.
    Measure(f64),
    /// Whole numbers by field code.
    Count(BTreeMap<String, u32>),
    /// Code of the chosen level.
    Scale(String),
    /// Codes of the chosen options, in the grid's order.
    Choice(Vec<String>),
    /// At most 500 characters.
    Text(String),
}

/// The derive takes whatever is called `Value` for any JSON.
#[cfg(feature = "openapi")]
type AnswerValue = Value;

/// An answer to one criterion at one place. Refusal and « à vérifier » are answers like the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "status", rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// Seen: with a severity where the criterion has anchors, a value where it takes one.
    Observed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        severity: Option<Severity>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<AnswerValue>))]
        value: Option<Value>,
    },
    /// Could not be seen today: no points, lowers completeness.
    ToVerify,
    /// Sans objet: excluded from completeness.
    NotApplicable,
    /// The occupant would rather not: normal data, without blame.
    Refused,
    /// Withdrawn answer (« effacer »): the criterion is unanswered again.
    Cleared,
}

impl Answer {
    pub fn severity(&self) -> Option<Severity> {
        match self {
            Self::Observed { severity, .. } => *severity,
            Self::ToVerify | Self::NotApplicable | Self::Refused | Self::Cleared => None,
        }
    }

    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Observed { value, .. } => value.as_ref(),
            Self::ToVerify | Self::NotApplicable | Self::Refused | Self::Cleared => None,
        }
    }
}

/// The current answer to one criterion at one place of one visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Observation {
    /// Id of the event that recorded the answer: the evidence every score and motif points to.
    pub id: String,
    pub place: Place,
    pub criterion: CriterionId,
    pub answer: Answer,
    #[serde(default)]
    pub photos: u32,
    #[serde(default)]
    pub note: Option<String>,
}

/// How the visit of one dwelling went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DwellingOutcome {
    /// Someone let us in.
    Visited,
    /// Nobody answered.
    Absent,
    /// Refused the visit: normal, no reason asked.
    Refused,
    /// Empty dwelling.
    Vacant,
}

/// The facts of a building that rules read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildingFacts {
    pub dwellings: u32,
    pub storeys: Option<u16>,
    pub year_built: Option<u16>,
}

/// All that is known of one visit when rules run: its building, dwellings and current observations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub building: BuildingFacts,
    /// Dwelling id and how its visit went; those never knocked at are absent from the map.
    pub dwellings: BTreeMap<String, DwellingOutcome>,
    pub observations: Vec<Observation>,
}
