//! What the people of a dwelling answered about sharing what concerns them: recorded, listed with what was shared under it, taken back.

use std::collections::{BTreeMap, BTreeSet};

use casework::{
    case::Act,
    clock::Timestamp,
    consent::{self, Consent, ConsentError},
    consent_proof::ProofKind,
    ids::{BuildingId, CaseId, ConsentId, DwellingId, EntryId},
    permission::{self, Grants},
    referral::ReferralStage,
    wire::v1::{ConsentRow, ConsentUse, DoorChoice, EntryKind, ErrorCode, HOUSEHOLD_LANGUAGES, RecordConsent},
};

use super::{Actor, Brigade, Result, UseCaseError, prove_consents, refuse, require, sight::Sight, typed};
use crate::{
    clock::{new_id, now},
    store::{self, CaseRecord, ConsentRecord, NewCaseEntry, NewReferralEntry, StoreError, Tx},
};

const PURPOSE_CHARS_MAX: usize = 500;
const PERSON_CHARS_MAX: usize = 120;

/// Records what a person answered. The same id sent again changes nothing and succeeds.
///
/// # Errors
/// `not_found`, `not_allowed`, `section_not_shareable`, `missing_field`, `text_too_long`, `value_out_of_range`, `revision_conflict`; of the proof `not_an_image`,
/// `image_too_large`.
pub async fn record(brigade: &Brigade, actor: &Actor, case_id: CaseId, said: RecordConsent) -> Result<ConsentId> {
    let store = &brigade.store;
    let case = kept_case(brigade, actor, case_id).await?;
    let (purpose, person) = (typed(&said.purpose), typed(&said.person));
    for (text, limit) in [(&purpose, PURPOSE_CHARS_MAX), (&person, PERSON_CHARS_MAX)] {
        if text.chars().count() > limit {
            return refuse(ErrorCode::TextTooLong);
        }
    }
    let out_of_range = |field| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field);
    if !HOUSEHOLD_LANGUAGES.contains(&said.language.as_str()) {
        return Err(out_of_range("language"));
    }
    if !doors(brigade, case.building.id).await?.iter().any(|door| door.dwelling_id == said.dwelling_id) {
        return Err(UseCaseError::refused_because(ErrorCode::NotFound, "dwelling_id"));
    }
    let recipients = store::account::referral_recipients(store.reader()).await?;
    let is_other = |id| id == said.to_organisation && id != actor.account.organisation.id;
    let Some(recipient) = recipients.into_iter().find(|organisation| is_other(organisation.id)) else {
        return Err(UseCaseError::refused_because(ErrorCode::NotFound, "to_organisation"));
    };
    let (by, at) = (actor.account.id, now());
    let consent = Consent {
        id: said.id,
        case_id,
        dwelling_id: said.dwelling_id,
        to_organisation: recipient.id,
        sections: Grants::of(said.sections).map_err(|error| UseCaseError::refused_because(ErrorCode::SectionNotShareable, error.0.code()))?,
        purpose,
        person,
        giver: said.giver,
        manner: said.manner,
        language: said.language,
        answer: said.answer,
        explained: Act { by, at },
        until: at.plus_ms(i64::from(said.days) * Timestamp::DAY_MS),
        withdrawn: None,
    };
    let consent = consent.checked().map_err(|error| match error {
        ConsentError::Sections => UseCaseError::refused_because(ErrorCode::MissingField, "sections"),
        ConsentError::Purpose => UseCaseError::refused_because(ErrorCode::MissingField, "purpose"),
        ConsentError::Person => UseCaseError::refused_because(ErrorCode::MissingField, "person"),
        ConsentError::Until => out_of_range("days"),
        ConsentError::NotGiven => UseCaseError::refused(ErrorCode::ActNotPossible),
    })?;
    // Last of what is looked at: a picture takes a while.
    let proof = prove_consents::check(brigade, consent.manner, consent.answer, said.proof).await?;
    let mut tx = store.begin().await?;
    // A purge waits here, or is over: nothing is written into a case that it emptied while a picture was read.
    store::building::advance(&mut tx, "feed", 0).await?;
    if store::retention::purged_at(&mut *tx, case_id).await?.is_some() {
        return refuse(ErrorCode::CasePurged);
    }
    if !store::consent::insert(&mut tx, &consent).await? {
        let known_proof = store::consent::proof(&mut *tx, consent.id).await?;
        let known = store::consent::by_id(&mut *tx, consent.id).await?.map(|known| known.consent);
        // But for when it was said.
        let is_same = known.is_some_and(|known| {
            let lasting = Timestamp(known.explained.at.0.saturating_add(consent.until.0.saturating_sub(consent.explained.at.0)));
            let is_proven = proof.map(|checked| checked.proof) == known_proof;
            is_proven && Consent { explained: known.explained, until: lasting, withdrawn: known.withdrawn, ..consent.clone() } == known
        });
        return if is_same { Ok(consent.id) } else { refuse(ErrorCode::RevisionConflict) };
    }
    if let Some(checked) = &proof {
        store::consent::insert_proof(&mut tx, consent.id, &checked.proof, checked.paper.as_deref()).await?;
    }
    enter(&mut tx, actor, case_id, consent.answer.code(), &recipient.name, at).await?;
    store::audit::record(&mut tx, at, Some(by), "consent.recorded", "consent", &consent.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(consent.id)
}

/// Takes a consent back: what it opened is closed at once, and the services that it let read are told so.
///
/// # Errors
/// `not_found`, `act_not_possible` for a refusal or a second withdrawal.
pub async fn withdraw(brigade: &Brigade, actor: &Actor, id: ConsentId) -> Result<()> {
    let store = &brigade.store;
    let Some(ConsentRecord { consent, organisation, .. }) = store::consent::by_id(store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let case_id = consent.case_id;
    kept_case(brigade, actor, case_id).await.map_err(|error| match error {
        UseCaseError::Refused { .. } => UseCaseError::refused(ErrorCode::NotFound),
        failed => failed,
    })?;
    let (by, at) = (actor.account.id, now());
    let withdrawn = consent.withdraw(Act { by, at }).map_err(|_| UseCaseError::refused(ErrorCode::ActNotPossible))?;
    let mut tx = store.begin().await?;
    if !store::consent::save_withdrawn(&mut tx, &withdrawn).await? {
        return refuse(ErrorCode::ActNotPossible);
    }
    let uses = store::consent::uses_in_case(&mut *tx, case_id).await?;
    let told: BTreeMap<_, ReferralStage> = uses.into_iter().filter(|(consent, _)| *consent == id).map(|(_, used)| (used.referral_id, used.stage)).collect();
    for referral_id in told.into_iter().filter(|(_, stage)| permission::opens_sections(*stage)).map(|(referral, _)| referral) {
        let entry = NewReferralEntry {
            id: EntryId(new_id()),
            referral_id,
            at,
            by_account: Some(by),
            by_name: &actor.account.display_name,
            kind: EntryKind::ReferralChanged,
            text: consent::CONSENT_WITHDRAWN,
        };
        store::referral::insert_entry(&mut tx, &entry).await?;
    }
    enter(&mut tx, actor, case_id, consent::WITHDRAWN, &organisation, at).await?;
    store::audit::record(&mut tx, at, Some(by), "consent.withdrawn", "consent", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// The consents of a case, newest first, with what was shared under each.
///
/// # Errors
/// When the store fails.
pub async fn rows(brigade: &Brigade, case_id: CaseId, at: Timestamp) -> Result<Vec<ConsentRow>> {
    let reader = brigade.store.reader();
    let mut uses: BTreeMap<ConsentId, Vec<ConsentUse>> = BTreeMap::new();
    for (consent, used) in store::consent::uses_in_case(reader, case_id).await? {
        uses.entry(consent).or_default().push(used);
    }
    let consents = store::consent::of_case(reader, case_id).await?;
    let proofs: BTreeMap<ConsentId, ProofKind> = store::consent::proofs_in_case(reader, case_id).await?.into_iter().collect();
    let doors: BTreeSet<DwellingId> = consents.iter().map(|record| record.consent.dwelling_id).collect();
    let united = store::door_pair::united_at(&mut *brigade.store.read().await?, doors).await?;
    let row = |record: ConsentRecord| {
        let ConsentRecord { consent, door, organisation, explained_by_name, withdrawn_by_name } = record;
        let uses = uses.remove(&consent.id).unwrap_or_default();
        let holds = stands(&consent, &united, at);
        ConsentRow {
            id: consent.id,
            dwelling_id: consent.dwelling_id,
            door,
            to_organisation: consent.to_organisation,
            organisation,
            holds,
            ends_soon: holds && consent.ends_soon(at) && uses.iter().any(|used| used.stage.is_under_way()),
            proof: proofs.get(&consent.id).copied(),
            sections: consent.sections.into(),
            purpose: consent.purpose,
            person: consent.person,
            giver: consent.giver,
            manner: consent.manner,
            language: consent.language,
            answer: consent.answer,
            explained_by: explained_by_name,
            at: consent.explained.at,
            until: consent.until,
            withdrawn_at: consent.withdrawn.map(|act| act.at),
            withdrawn_by: withdrawn_by_name,
            uses,
        }
    };
    Ok(consents.into_iter().map(row).collect())
}

/// Whether it opens what lies at its door now.
pub fn stands(consent: &Consent, united: &BTreeMap<DwellingId, Timestamp>, at: Timestamp) -> bool {
    consent.holds(at) && consent::speaks_for_its_door(consent.explained.at, united.get(&consent.dwelling_id).copied())
}

/// Doors at which a consent can be recorded.
///
/// # Errors
/// When the store fails.
pub async fn doors(brigade: &Brigade, building_id: BuildingId) -> Result<Vec<DoorChoice>> {
    let doors = store::building::standing_doors(brigade.store.reader(), building_id).await?;
    Ok(doors.into_iter().map(|door| DoorChoice { dwelling_id: door.dwelling_id, label: door.label }).collect())
}

/// A case whose consents this person keeps.
async fn kept_case(brigade: &Brigade, actor: &Actor, id: CaseId) -> Result<CaseRecord> {
    let store = &brigade.store;
    let Some(record) = store::case::by_id(store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let sight = Sight::of_case(store, actor, &record).await?;
    if !sight.sees() {
        return refuse(ErrorCode::NotFound);
    }
    require(permission::may_keep_consents(&actor.permission(), sight.relation()), ErrorCode::NotAllowed)?;
    super::purge_case::require_kept(brigade, id).await?;
    Ok(record)
}

/// A line of the case's timeline that only the psychosocial compartment reads.
///
/// # Errors
/// When the store fails.
pub async fn enter(tx: &mut Tx, actor: &Actor, case_id: CaseId, what: &str, organisation: &str, at: Timestamp) -> Result<()> {
    let entry = NewCaseEntry {
        id: EntryId(new_id()),
        case_id,
        at,
        by_account: Some(actor.account.id),
        by_name: &actor.account.display_name,
        kind: EntryKind::ConsentAnswered,
        confidential: true,
        by_confidential: true,
        text: &format!("{what} {organisation}"),
    };
    store::case::insert_entry(tx, &entry).await?;
    Ok(())
}
