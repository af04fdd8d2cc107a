//! The brigade refers a case to a partner: drafted, checked and sent in one act.

use std::collections::BTreeSet;

use casework::{
    case::Act,
    clock::Timestamp,
    consent::{self, Basis},
    emergency_share::{EmergencyShare, EmergencyShareError},
    ids::{EntryId, ReferralId},
    permission::{self, Grants},
    referral::{Draft, DraftError, QUESTIONS_MAX, Referral, ReferralVerb, Side, TransitionError, Urgency},
    wire::v1::{ConsentedSection, CreateReferral, EntryKind, ErrorCode, ShareInEmergency},
};

use super::{
    Actor, Brigade, Result, UseCaseError, keep_consents,
    read_referrals::sight_of,
    refuse, require,
    sight::{Shared, Sight},
    speak_in_referral, typed,
};
use crate::{
    clock::{new_id, now},
    store::{self, CaseRecord, NewCaseEntry, NewReferralEntry, StoreError, Tx},
};

const REASON_CHARS_MAX: usize = 4_000;
const DUE_DAYS_MAX: u32 = 90;
const EMERGENCY_REASON_CHARS_MAX: usize = 2_000;

/// Creates and sends a referral. The same id sent again changes nothing and succeeds: one click is one referral.
///
/// # Errors
/// `act_not_possible` for a redirection of what was neither refused nor expired, or was redirected before; `not_found`, `not_allowed`, `section_not_shareable`, `consent_required`, `reason_required`, `text_too_long`, `value_out_of_range`.
pub async fn create(brigade: &Brigade, actor: &Actor, request: CreateReferral) -> Result<ReferralId> {
    let store = &brigade.store;
    let Some(record) = store::case::by_id(store.reader(), request.case_id).await? else { return refuse(ErrorCode::NotFound) };
    let sight = Sight::of_case(store, actor, &record).await?;
    if !sight.sees() {
        return refuse(ErrorCode::NotFound);
    }
    let person = actor.permission();
    require(permission::may_create_referral(&person, sight.relation(), Grants::NONE), ErrorCode::NotAllowed)?;
    let in_emergency = request.emergency.iter().flat_map(|share| share.sections.iter().copied());
    let sections = request.sections.iter().copied().chain(request.consented.iter().map(|shared| shared.section)).chain(in_emergency);
    let grants = Grants::of(sections).map_err(|error| UseCaseError::refused_because(ErrorCode::SectionNotShareable, error.0.code()))?;
    require(permission::may_create_referral(&person, sight.relation(), grants), ErrorCode::SectionNotShareable)?;
    if !request.consented.is_empty() {
        require(permission::may_keep_consents(&person, sight.relation()), ErrorCode::SectionNotShareable)?;
    }
    if request.emergency.is_some() {
        require(permission::may_share_in_emergency(&person, sight.relation()), ErrorCode::SectionNotShareable)?;
    }
    if let Some(known) = store::referral::by_id(store.reader(), request.id).await? {
        return known_already(brigade, &known.referral, &request, grants).await;
    }
    // What concerns people goes door by door, each under a consent; never a whole section of a building.
    if let Some(section) = request.sections.iter().find(|section| section.needs_consent()) {
        return Err(UseCaseError::refused_because(ErrorCode::ConsentRequired, section.code()));
    }
    if request.reason.chars().count() > REASON_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    if !(1..=DUE_DAYS_MAX).contains(&request.due_in_days) {
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "due_in_days"));
    }
    if request.questions.len() > QUESTIONS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "questions"));
    }
    let recipients = store::account::referral_recipients(store.reader()).await?;
    let Some(recipient) = recipients.into_iter().find(|organisation| organisation.id == request.to_organisation) else {
        return Err(UseCaseError::refused_because(ErrorCode::NotFound, "to_organisation"));
    };
    let (by, at) = (actor.account.id, now());
    let draft = Draft {
        id: request.id,
        case_id: record.case.id,
        building_id: record.building.id,
        from_organisation: actor.account.organisation.id,
        to_organisation: recipient.id,
        service: recipient.service.clone(),
        pivot_person: recipient.pivot_person.clone(),
        reason: request.reason.clone(),
        // Whoever shares without consent because of a danger asks for help now.
        urgency: if request.emergency.is_some() { Urgency::Urgent } else { request.urgency },
        shared_sections: grants,
    };
    let share = match request.emergency.clone() {
        Some(share) => Some(emergency_share(brigade, actor, &record, &draft, share, at).await?),
        None => None,
    };
    let drafted = Referral::draft(draft, by, at).map_err(|error| match error {
        DraftError::ReasonRequired => UseCaseError::refused(ErrorCode::ReasonRequired),
        DraftError::SameOrganisation => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "to_organisation"),
    })?;
    let drafted = Referral { redirects: request.redirects, ..drafted };
    let due_at = at.plus_ms(i64::from(request.due_in_days) * Timestamp::DAY_MS);
    let sent = drafted.send(due_at, by, at).map_err(|error| refusal(&error))?;

    let questions = speak_in_referral::questions(&sent, actor, &request.questions, at)?;

    let mut tx = store.begin().await?;
    require_consents(&mut tx, &sent, &request.consented, at).await?;
    if !store::referral::insert(&mut tx, &sent, by, at).await? {
        // Another of the same clicks came first, since it was looked for.
        drop(tx);
        let known = store::referral::by_id(store.reader(), request.id).await?;
        return match known {
            Some(known) => known_already(brigade, &known.referral, &request, grants).await,
            None => refuse(ErrorCode::RevisionConflict),
        };
    }
    store::consent::share(&mut tx, sent.id, &request.consented).await?;
    for question in &questions {
        store::referral_message::insert(&mut tx, question, &actor.account.display_name).await?;
    }
    if let Some(share) = share {
        if !store::emergency_share::insert(&mut tx, &share).await? {
            return refuse(ErrorCode::RevisionConflict);
        }
        keep_consents::enter(&mut tx, actor, record.case.id, consent::IN_EMERGENCY, &recipient.name, at).await?;
        store::audit::record(&mut tx, at, Some(by), "sharing.emergency", "emergency_share", &share.id.to_string()).await?;
    }
    if let Some(before) = request.redirects {
        take_over(&mut tx, actor, before, &sent, at).await?;
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
    let line = NewCaseEntry {
        id: EntryId(new_id()),
        case_id: record.case.id,
        at,
        by_account: Some(by),
        by_name: &actor.account.display_name,
        kind: EntryKind::ReferralSent,
        confidential: grants.needs_consent(),
        by_confidential: false,
        text: &recipient.name,
    };
    store::case::insert_entry(&mut tx, &line).await?;
    // Nor does the case move in the lists of those for whom it does not exist.
    if !grants.needs_consent() {
        store::case::touch(&mut tx, record.case.id, at).await?;
    }
    store::audit::record(&mut tx, at, Some(by), "referral.sent", "referral", &sent.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(sent.id)
}

/// What is shared without consent, checked: on which ground, how little and why.
async fn emergency_share(brigade: &Brigade, actor: &Actor, case: &CaseRecord, draft: &Draft, said: ShareInEmergency, at: Timestamp) -> Result<EmergencyShare> {
    let reason = typed(&said.reason);
    if reason.chars().count() > EMERGENCY_REASON_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    if !keep_consents::doors(brigade, case.building.id).await?.iter().any(|door| door.dwelling_id == said.dwelling_id) {
        return Err(UseCaseError::refused_because(ErrorCode::NotFound, "dwelling_id"));
    }
    let share = EmergencyShare {
        id: said.id,
        case_id: case.case.id,
        referral_id: draft.id,
        dwelling_id: said.dwelling_id,
        to_organisation: draft.to_organisation,
        sections: Grants::of(said.sections).map_err(|error| UseCaseError::refused_because(ErrorCode::SectionNotShareable, error.0.code()))?,
        ground: said.ground,
        reason,
        shared: Act { by: actor.account.id, at },
        review: None,
    };
    share.checked().map_err(|error| match error {
        EmergencyShareError::Sections => UseCaseError::refused_because(ErrorCode::MissingField, "sections"),
        EmergencyShareError::Reason | EmergencyShareError::Reviewed => UseCaseError::refused(ErrorCode::ReasonRequired),
    })
}

/// The id of a referral that is there already: the same click sent again succeeds, whatever ended since; another message under its id was not sent.
async fn known_already(brigade: &Brigade, known: &Referral, request: &CreateReferral, grants: Grants) -> Result<ReferralId> {
    let shared = Shared::by(&brigade.store, &[known.id]).await?;
    let mut consented = BTreeSet::new();
    let mut in_emergency = None;
    for Shared { section, basis, .. } in shared {
        match basis {
            Basis::Consent(consent) => drop(consented.insert(ConsentedSection { consent_id: consent.id, section })),
            Basis::Emergency(share) => in_emergency = Some((share.id, share.dwelling_id, share.sections)),
        }
    }
    let asked = request.emergency.as_ref().map(|share| (share.id, share.dwelling_id, Grants::of(share.sections.iter().copied()).unwrap_or_default()));
    let asked_before = store::referral_message::of_referral(brigade.store.reader(), known.id).await?;
    let asks = |text: &String| asked_before.iter().any(|said| said.message.asks && said.message.text == typed(text));
    let is_same = request.questions.iter().filter(|text| !typed(text).is_empty()).all(asks)
        && (known.case_id, known.to_organisation, known.shared_sections, known.reason.as_str())
            == (request.case_id, request.to_organisation, grants, request.reason.trim())
        && (consented, in_emergency) == (request.consented.clone(), asked);
    if is_same { Ok(known.id) } else { refuse(ErrorCode::RevisionConflict) }
}

/// Each consent is of this case, given by those who are behind its door, for this recipient and this section, and holds. None is withdrawn meanwhile.
async fn require_consents(tx: &mut Tx, referral: &Referral, consented: &BTreeSet<ConsentedSection>, at: Timestamp) -> Result<()> {
    for shared in consented {
        let is_kept = store::consent::hold(tx, shared.consent_id).await?;
        let consent = store::consent::by_id(&mut *tx, shared.consent_id).await?.map(|record| record.consent);
        let united = store::door_pair::united_at(tx, consent.as_ref().map(|consent| consent.dwelling_id)).await?;
        let opens = consent.is_some_and(|consent| {
            let is_asked = consent.case_id == referral.case_id && consent.opens(referral.to_organisation, shared.section, at);
            is_asked && keep_consents::stands(&consent, &united, at)
        });
        if !(is_kept && opens) {
            return Err(UseCaseError::refused_because(ErrorCode::ConsentRequired, shared.section.code()));
        }
    }
    Ok(())
}

/// Marks a refused or expired referral of the same case as taken over by `next`, once.
async fn take_over(tx: &mut Tx, actor: &Actor, before: ReferralId, next: &Referral, at: Timestamp) -> Result<()> {
    let not_found = || UseCaseError::refused_because(ErrorCode::NotFound, "redirects");
    let mut record = store::referral::by_id(&mut *tx, before).await?.filter(|record| record.referral.case_id == next.case_id).ok_or_else(not_found)?;
    if !matches!(sight_of(actor, &record, &[]), Some((Side::Sender, _))) {
        return Err(not_found());
    }
    require(permission::may_move_referral(&actor.permission(), Side::Sender, ReferralVerb::Redirect), ErrorCode::NotAllowed)?;
    if record.referral.to_organisation == next.to_organisation {
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "to_organisation"));
    }
    let expected = record.referral.revision;
    record.referral = record.referral.redirect(next.id).map_err(|error| refusal(&error))?;
    // Its place in the lists stays too: the service that refused would see it move.
    let listed_at = record.referral.state.ended_at().unwrap_or(at);
    if !store::referral::save(tx, &record, expected, listed_at).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    let entry = NewReferralEntry {
        id: EntryId(new_id()),
        referral_id: before,
        at,
        by_account: Some(actor.account.id),
        by_name: &actor.account.display_name,
        kind: EntryKind::ReferralChanged,
        // Not to whom: the service that refused reads this history too.
        text: ReferralVerb::Redirect.code(),
    };
    store::referral::insert_entry(tx, &entry).await?;
    Ok(store::audit::record(tx, at, Some(actor.account.id), "referral.redirected", "referral", &before.to_string()).await?)
}

/// A refusal of the referral's state machine, as the person is told.
pub fn refusal(error: &TransitionError) -> UseCaseError {
    match error {
        TransitionError::AlreadyAnswered { .. } => UseCaseError::refused(ErrorCode::AlreadyAnswered),
        TransitionError::WrongStage { .. } | TransitionError::NotYetDue { .. } | TransitionError::NotGivenYet { .. } => {
            UseCaseError::refused(ErrorCode::ActNotPossible)
        }
        TransitionError::ReasonRequired { .. } => UseCaseError::refused(ErrorCode::ReasonRequired),
        TransitionError::OutcomeRequired => UseCaseError::refused(ErrorCode::OutcomeRequired),
        TransitionError::DeadlinePassed { .. } => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "due_in_days"),
    }
}
