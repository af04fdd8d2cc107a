//! Consents, for those who keep them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    consent::{ConsentAnswer, ConsentGiver, ConsentManner},
    consent_proof::{PenPoint, ProofKind},
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
    /// It is over within two weeks, and a referral that is not done relies on it.
    #[serde(default)]
    pub ends_soon: bool,
    /// What proves it, if anything was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<ProofKind>,
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
    /// Of a consent given that was signed, on the screen or on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<SayProof>,
}

/// What proves a consent, as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SayProof {
    /// Drawn on a pad of 600 by 300: 1 to 64 strokes, at most 2,000 points.
    Signature {
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<Vec<u16>>>))]
        strokes: Vec<Vec<PenPoint>>,
    },
    /// A name that the person typed, and who was there. At most 120 characters each.
    Typed { name: String, in_presence_of: String },
    /// A photo of the paper, in base64: at most 10 MB.
    Paper { image: String },
}

/// What proves a consent, as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConsentProofContent {
    Signature {
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<Vec<u16>>>))]
        strokes: Vec<Vec<PenPoint>>,
    },
    Typed {
        name: String,
        in_presence_of: String,
    },
    /// Its picture has an address of its own.
    Paper {
        /// Of the file as it was received, SHA-256.
        sha256: String,
    },
}

/// A consent with its proof, for those who may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentProofView {
    pub consent_id: ConsentId,
    pub case_id: CaseId,
    pub door: String,
    pub organisation: String,
    pub sections: BTreeSet<Section>,
    pub purpose: String,
    pub person: String,
    pub giver: ConsentGiver,
    pub language: String,
    pub answer: ConsentAnswer,
    pub explained_by: String,
    pub at: Timestamp,
    pub until: Timestamp,
    pub withdrawn_at: Option<Timestamp>,
    pub proof: ConsentProofContent,
}

/// That there is a proof, for who reads proofs and keeps no consents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentProofRow {
    pub consent_id: ConsentId,
    pub kind: ProofKind,
    pub organisation: String,
    pub at: Timestamp,
}

/// A consent that is soon over, and that a referral relies on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentEnding {
    pub case_id: CaseId,
    pub case_number: String,
    pub address: String,
    pub organisation: String,
    pub until: Timestamp,
}

/// A section of a dwelling that a referral shares, under a consent that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsentedSection {
    pub consent_id: ConsentId,
    pub section: Section,
}
