//! Consents, for those who keep them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    consent::{ConsentAnswer, ConsentGiver, ConsentManner},
    emergency_share::{EmergencyGround, ReviewFinding},
    ids::{CaseId, ConsentId, DwellingId, EmergencyShareId, OrganisationId, ReferralId},
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
    /// What it may be used for; what happens, in an emergency.
    pub purpose: String,
    pub until: Timestamp,
    /// Without consent, on this legal ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<EmergencyGround>,
}

/// Sharing of one dwelling without consent, said with the referral that shares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShareInEmergency {
    pub id: EmergencyShareId,
    pub dwelling_id: DwellingId,
    /// The least that is needed, among those that need consent.
    pub sections: BTreeSet<Section>,
    pub ground: EmergencyGround,
    /// What happens, at most 2,000 characters.
    pub reason: String,
}

/// An emergency share as the privacy officer reviews it: that something was shared and why, never its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmergencyShareRow {
    pub id: EmergencyShareId,
    pub case_id: CaseId,
    pub case_number: String,
    pub address: String,
    pub door: String,
    pub organisation: String,
    pub sections: BTreeSet<Section>,
    pub ground: EmergencyGround,
    pub reason: String,
    pub shared_by: String,
    pub at: Timestamp,
    pub until: Timestamp,
    /// Whether it opens anything now.
    pub holds: bool,
    pub finding: Option<ReviewFinding>,
    pub review_text: Option<String>,
    pub reviewed_by: Option<String>,
    pub reviewed_at: Option<Timestamp>,
}

/// What awaits the privacy officer, and what was reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmergencyShares {
    /// Those not reviewed first, oldest first; then the latest reviewed.
    pub rows: Vec<EmergencyShareRow>,
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
