//! Consents, for those who keep them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    consent::{ConsentAnswer, ConsentGiver, ConsentManner},
    ids::{ConsentId, DwellingId, OrganisationId, ReferralId},
    permission::Section,
    referral::ReferralStage,
};

/// A door, as a form offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DoorChoice {
    pub dwelling_id: DwellingId,
    pub label: String,
}

/// What a person of a dwelling answered about one body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentRow {
    pub id: ConsentId,
    pub dwelling_id: DwellingId,
    pub door: String,
    pub to_organisation: OrganisationId,
    pub organisation: String,
    pub sections: BTreeSet<Section>,
    pub purpose: String,
    /// Who answered.
    pub person: String,
    pub giver: ConsentGiver,
    pub manner: ConsentManner,
    /// Language in which it was explained.
    pub language: String,
    pub answer: ConsentAnswer,
    pub explained_by: String,
    pub at: Timestamp,
    pub until: Timestamp,
    pub withdrawn_at: Option<Timestamp>,
    pub withdrawn_by: Option<String>,
    /// Given, not withdrawn, not over.
    pub holds: bool,
    /// What was shared under it, newest first: a withdrawal undoes none of it.
    pub uses: Vec<ConsentUse>,
}

/// A referral that shared something under a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentUse {
    pub referral_id: ReferralId,
    pub section: Section,
    pub sent_at: Option<Timestamp>,
    pub stage: ReferralStage,
}

/// What a referral shares of people, as both its sides read it: the recipient may use it for this purpose, until then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentedDoor {
    pub door: String,
    pub section: Section,
    pub purpose: String,
    pub until: Timestamp,
}

/// Records an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordConsent {
    /// Made by the form: one click is one record.
    pub id: ConsentId,
    pub dwelling_id: DwellingId,
    pub to_organisation: OrganisationId,
    /// Among those that need consent.
    pub sections: BTreeSet<Section>,
    /// What for, at most 500 characters.
    pub purpose: String,
    /// Who answered, at most 120 characters.
    pub person: String,
    pub giver: ConsentGiver,
    pub manner: ConsentManner,
    /// One of the household languages.
    pub language: String,
    pub answer: ConsentAnswer,
    /// Days from now that it holds, 1 to 365.
    pub days: u32,
}

/// A section of a dwelling that a referral shares, under a consent that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsentedSection {
    pub consent_id: ConsentId,
    pub section: Section,
}
