//! What proves a consent: checked when it comes, and read by the few who may.
//!
//! The photo of a paper is no photo of a visit: it has no copy of any public size, no address by its content, and lies with its row, so that it is purged in the
//! same transaction. What is kept is a copy without metadata; the file itself stays with whoever took it, and the digest of it is kept to know it by.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use casework::{
    access::{AccessDoor, AccessSubject},
    consent::{ConsentAnswer, ConsentManner},
    consent_proof::{self, ConsentProof, PAPER_BYTES_MAX, ProofError, ProofKind},
    ids::{CaseId, ConsentId},
    permission::{self, Section},
    wire::v1::{ConsentProofContent, ConsentProofRow, ConsentProofView, ErrorCode, SayProof},
};

use super::{Actor, Brigade, Result, UseCaseError, access_journal::Reading, refuse, require, sight::Sight, typed};
use crate::{
    clock::sha256_hex,
    photos::{
        derive::{self, DeriveError, Unreadable},
        format::NotAPhoto,
    },
    store::{self, ConsentRecord},
};

/// A proof that was looked at, as it will be kept.
#[derive(Clone, Debug)]
pub struct CheckedProof {
    pub proof: ConsentProof,
    /// A copy of the paper's photo, JPEG in base64.
    pub paper: Option<String>,
}

/// Looks at what is said to prove an answer.
///
/// # Errors
/// `missing_field`, `value_out_of_range`, `text_too_long`, `not_an_image`, `image_too_large`.
pub async fn check(brigade: &Brigade, manner: ConsentManner, answer: ConsentAnswer, said: Option<SayProof>) -> Result<Option<CheckedProof>> {
    consent_proof::fits(manner, answer, said.as_ref().map(kind_of)).map_err(refusal)?;
    let (proof, paper) = match said {
        None => return Ok(None),
        Some(SayProof::Signature { strokes }) => (ConsentProof::Signature { strokes }, None),
        Some(SayProof::Typed { name, in_presence_of }) => (ConsentProof::Typed { name: typed(&name), in_presence_of: typed(&in_presence_of) }, None),
        Some(SayProof::Paper { image }) => {
            if image.len() > PAPER_BYTES_MAX.div_ceil(3) * 4 {
                return refuse(ErrorCode::ImageTooLarge);
            }
            let file = STANDARD.decode(image).map_err(|_| UseCaseError::refused(ErrorCode::NotAnImage))?;
            let sha256 = sha256_hex(&file);
            (ConsentProof::Paper { sha256 }, Some(copy_of(brigade, file.into()).await?))
        }
    };
    Ok(Some(CheckedProof { proof: proof.checked().map_err(refusal)?, paper }))
}

const fn kind_of(said: &SayProof) -> ProofKind {
    match said {
        SayProof::Signature { .. } => ProofKind::Signature,
        SayProof::Typed { .. } => ProofKind::Typed,
        SayProof::Paper { .. } => ProofKind::Paper,
    }
}

fn refusal(error: ProofError) -> UseCaseError {
    match error {
        ProofError::Missing => UseCaseError::refused_because(ErrorCode::MissingField, "proof"),
        ProofError::Name => UseCaseError::refused_because(ErrorCode::MissingField, "in_presence_of"),
        ProofError::NameTooLong => UseCaseError::refused(ErrorCode::TextTooLong),
        ProofError::OtherManner => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "proof"),
        ProofError::Strokes | ProofError::TooLittleInk => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "strokes"),
    }
}

async fn copy_of(brigade: &Brigade, file: Bytes) -> Result<String> {
    let copy = derive::copy_apart(&brigade.photos, file).await.map_err(|error| match error {
        DeriveError::Storage(error) | DeriveError::Converter(error) => UseCaseError::PhotoStorage(error),
        DeriveError::Worker(error) => UseCaseError::Worker(error),
        DeriveError::Closing => UseCaseError::refused(ErrorCode::StorageUnavailable),
    })?;
    match copy {
        Ok(copy) => Ok(STANDARD.encode(copy)),
        Err(Unreadable::Refused(NotAPhoto::TooLarge)) => refuse(ErrorCode::ImageTooLarge),
        Err(error) => {
            tracing::info!(error = &error as &dyn std::error::Error, "consent.paper.unreadable");
            refuse(ErrorCode::NotAnImage)
        }
    }
}

/// A consent with its proof, which leaves a line in the access journal.
///
/// # Errors
/// `not_found` for what does not exist, has no proof, or may not be read.
pub async fn read(brigade: &Brigade, actor: &Actor, door: AccessDoor, id: ConsentId) -> Result<ConsentProofView> {
    let record = readable(brigade, actor, id).await?;
    let Some(proof) = store::consent::proof(brigade.store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    journal(brigade, actor, door, &record).await?;
    let ConsentRecord { consent, door, organisation, explained_by_name, .. } = record;
    Ok(ConsentProofView {
        consent_id: id,
        case_id: consent.case_id,
        door,
        organisation,
        sections: consent.sections.into(),
        purpose: consent.purpose,
        person: consent.person,
        giver: consent.giver,
        language: consent.language,
        answer: consent.answer,
        explained_by: explained_by_name,
        at: consent.explained.at,
        until: consent.until,
        withdrawn_at: consent.withdrawn.map(|act| act.at),
        proof: match proof {
            ConsentProof::Signature { strokes } => ConsentProofContent::Signature { strokes },
            ConsentProof::Typed { name, in_presence_of } => ConsentProofContent::Typed { name, in_presence_of },
            ConsentProof::Paper { sha256 } => ConsentProofContent::Paper { sha256 },
        },
    })
}

/// The photo of a consent's paper, JPEG, which leaves a line in the access journal.
///
/// # Errors
/// As [`read`]; `not_found` too for a proof that is no paper.
pub async fn paper(brigade: &Brigade, actor: &Actor, id: ConsentId) -> Result<Vec<u8>> {
    let record = readable(brigade, actor, id).await?;
    let paper = store::consent::paper(brigade.store.reader(), id).await?;
    // What we encoded ourselves.
    let Some(picture) = paper.and_then(|paper| STANDARD.decode(paper).ok()) else { return refuse(ErrorCode::NotFound) };
    journal(brigade, actor, AccessDoor::Photo, &record).await?;
    Ok(picture)
}

async fn readable(brigade: &Brigade, actor: &Actor, id: ConsentId) -> Result<ConsentRecord> {
    let store = &brigade.store;
    let Some(record) = store::consent::by_id(store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let Some(case) = store::case::by_id(store.reader(), record.consent.case_id).await? else { return refuse(ErrorCode::NotFound) };
    let sight = Sight::of_case(store, actor, &case).await?;
    require(permission::may_read_consent_proof(&actor.permission(), sight.relation()), ErrorCode::NotFound)?;
    Ok(record)
}

async fn journal(brigade: &Brigade, actor: &Actor, door: AccessDoor, record: &ConsentRecord) -> Result<()> {
    let sections = BTreeSet::from([Section::Psychosocial, Section::Contact]);
    let (id, case_id) = (record.consent.id, record.consent.case_id);
    brigade.journal.record(actor, [Reading { subject: AccessSubject::ConsentProof, subject_id: Some(id.0), case_id: Some(case_id), door, sections }]).await
}

/// The proofs of a case, for who reads them and keeps no consents: that they are there, newest first.
///
/// # Errors
/// When the store fails.
pub async fn rows(brigade: &Brigade, case_id: CaseId) -> Result<Vec<ConsentProofRow>> {
    let reader = brigade.store.reader();
    let kinds = store::consent::proofs_in_case(reader, case_id).await?;
    let row = |record: ConsentRecord| {
        let (_, kind) = kinds.iter().find(|(id, _)| *id == record.consent.id)?;
        Some(ConsentProofRow { consent_id: record.consent.id, kind: *kind, organisation: record.organisation, at: record.consent.explained.at })
    };
    Ok(store::consent::of_case(reader, case_id).await?.into_iter().filter_map(row).collect())
}
