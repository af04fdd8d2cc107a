//! A partner signals a building to the brigade: a referral the other way, which opens a case, or joins the one that is open.

use casework::{
    case::OpeningReason,
    clock::Timestamp,
    ids::{BuildingId, CaseId, EntryId, ReferralId},
    permission::{self, Grants, OrganisationKind},
    referral::{Draft, DraftError, QUESTIONS_MAX, Referral},
    wire::v1::{EntryKind, ErrorCode, SignalBuilding},
};

use super::{
    Actor, Brigade, Result, UseCaseError,
    create_referral::{DUE_DAYS_MAX, REASON_CHARS_MAX, refusal},
    open_case,
    plan_round::{ADDRESS_CHARS_MAX, DWELLINGS_MAX},
    refuse, require, speak_in_referral, typed,
};
use crate::{
    clock::{new_id, now},
    store::{self, BuildingRow, MessageRecord, NewBuilding, NewCaseEntry, NewReferralEntry, ReferralRecord, StoreError, Tx},
};

/// Keeps and sends it. The same id sent again changes nothing and succeeds. Whoever signals learns neither whether the building was known nor whether a case
/// was open.
///
/// # Errors
/// `not_found` for those who cannot signal; `missing_field`, `reason_required`, `text_too_long`, `value_out_of_range`, `revision_conflict`.
pub async fn signal(brigade: &Brigade, actor: &Actor, asked: SignalBuilding) -> Result<ReferralId> {
    require(permission::may_signal_building(&actor.permission()), ErrorCode::NotFound)?;
    let (address, reason) = (typed(&asked.address), typed(&asked.reason));
    let wrong = |field: &'static str| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field);
    if address.is_empty() {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "address"));
    }
    if address.chars().count() > ADDRESS_CHARS_MAX || reason.chars().count() > REASON_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    if !(1..=DWELLINGS_MAX).contains(&asked.dwellings) {
        return Err(wrong("dwellings"));
    }
    if !(1..=DUE_DAYS_MAX).contains(&asked.due_in_days) {
        return Err(wrong("due_in_days"));
    }
    if asked.questions.len() > QUESTIONS_MAX {
        return Err(wrong("questions"));
    }
    let organisations = store::account::organisations(brigade.store.reader()).await?;
    let Some(recipient) = organisations.into_iter().find(|organisation| organisation.kind == OrganisationKind::Brigade) else {
        return refuse(ErrorCode::NotFound);
    };
    let (by, at) = (actor.account.id, now());
    let mut tx = brigade.store.begin().await?;
    let territories = store::building::territories(&mut *tx).await?;
    let Some(municipality) = territories.into_iter().map(|territory| territory.municipality).find(|name| *name == asked.municipality) else {
        return Err(wrong("municipality"));
    };
    // Taken first: whoever signals or sends at the same moment waits here, so that one address is one building, and one building one open case.
    let sequence = store::building::advance(&mut tx, "feed", 1).await?;
    if let Some(known) = store::referral::by_id(&mut *tx, asked.id).await? {
        let questions = store::referral_message::of_referral(&mut *tx, asked.id).await?;
        return if says_the_same(actor, &known, &questions, &asked) { Ok(asked.id) } else { refuse(ErrorCode::RevisionConflict) };
    }
    let building = building(&mut tx, &address, municipality, asked.dwellings, sequence).await?;
    let case_id = case_of(&mut tx, actor, &building, at).await?;
    let draft = Draft {
        id: asked.id,
        case_id,
        building_id: building.id,
        from_organisation: actor.account.organisation.id,
        to_organisation: recipient.id,
        service: recipient.service,
        pivot_person: recipient.pivot_person,
        reason,
        urgency: asked.urgency,
        // It says what it says: nothing of the brigade's own is shared with the brigade.
        shared_sections: Grants::NONE,
        answer_in_days: asked.due_in_days,
        emergency: None,
        group: None,
    };
    let mut drafted = Referral::draft(draft, by, at).map_err(|error| match error {
        DraftError::ReasonRequired => UseCaseError::refused(ErrorCode::ReasonRequired),
        DraftError::SameOrganisation => UseCaseError::refused(ErrorCode::NotFound),
    })?;
    drafted.address_said = Some(address);
    let sent = drafted.send_now(by, at).map_err(|error| refusal(&error))?;
    let questions = speak_in_referral::questions(&sent, actor, &asked.questions, at)?;
    if !store::referral::insert(&mut tx, &sent, by, at).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    for question in &questions {
        store::referral_message::insert(&mut tx, question, &actor.account.display_name).await?;
    }
    let entry = NewReferralEntry {
        id: EntryId(new_id()),
        referral_id: sent.id,
        at,
        by_account: Some(by),
        by_name: &actor.account.display_name,
        kind: EntryKind::ReferralSent,
        text: "",
    };
    store::referral::insert_entry(&mut tx, &entry).await?;
    let from = format!("{} · send", actor.account.organisation.name);
    enter(&mut tx, actor, case_id, EntryKind::ReferralReceived, &from, at).await?;
    store::case::touch(&mut tx, case_id, at).await?;
    store::audit::record(&mut tx, at, Some(by), "building.signalled", "referral", &sent.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(sent.id)
}

/// Whether the same was signalled under this id: one click, sent twice.
fn says_the_same(actor: &Actor, known: &ReferralRecord, questions: &[MessageRecord], asked: &SignalBuilding) -> bool {
    let referral = &known.referral;
    let asked_before: Vec<&str> =
        questions.iter().filter(|said| said.message.asks && said.message.by == actor.account.id).map(|said| said.message.text.as_str()).collect();
    let asks: Vec<String> = asked.questions.iter().map(|text| typed(text)).filter(|text| !text.is_empty()).collect();
    let days = referral.due_at().zip(referral.state.sent()).map(|(due, sent)| due.since(sent.at) / Timestamp::DAY_MS);
    referral.from_organisation == actor.account.organisation.id
        && (referral.reason.as_str(), referral.address_said.as_deref()) == (typed(&asked.reason).as_str(), Some(typed(&asked.address).as_str()))
        && (known.building.municipality.as_str(), referral.urgency, days) == (asked.municipality.as_str(), asked.urgency, Some(i64::from(asked.due_in_days)))
        && asked_before == asks
}

/// The building of this address, known or new. A new one has no doors and no day yet: the coordinator plans it.
async fn building(tx: &mut Tx, address: &str, municipality: String, dwellings: u32, sequence: i64) -> Result<BuildingRow> {
    if let Some(known) = store::building::by_address(&mut *tx, address, &municipality).await? {
        return Ok(known);
    }
    let row = BuildingRow {
        id: BuildingId(new_id()),
        address: address.to_owned(),
        municipality,
        borough: None,
        dwellings,
        storeys: None,
        year_built: None,
        longitude: None,
        latitude: None,
    };
    store::building::insert(tx, &NewBuilding { row: row.clone(), provenance: "partner".to_owned() }, sequence).await?;
    Ok(row)
}

async fn case_of(tx: &mut Tx, actor: &Actor, building: &BuildingRow, at: Timestamp) -> Result<CaseId> {
    if let Some(open) = store::case::open_of_building(&mut *tx, building.id).await? {
        return Ok(open.case.id);
    }
    let record = open_case::draw(tx, building, OpeningReason::Requested, at).await?;
    let id = record.case.id;
    open_case::keep(tx, &record, actor.account.id, at).await?;
    enter(tx, actor, id, EntryKind::CaseOpened, OpeningReason::Requested.code(), at).await?;
    Ok(id)
}

async fn enter(tx: &mut Tx, actor: &Actor, case_id: CaseId, kind: EntryKind, text: &str, at: Timestamp) -> Result<()> {
    let entry = NewCaseEntry {
        id: EntryId(new_id()),
        case_id,
        at,
        by_account: Some(actor.account.id),
        by_name: &actor.account.display_name,
        kind,
        confidential: false,
        by_confidential: false,
        text,
    };
    Ok(store::case::insert_entry(tx, &entry).await?)
}
