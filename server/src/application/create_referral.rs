//! The brigade refers a case to a partner: drafted, checked and sent in one act.

use std::collections::{BTreeMap, BTreeSet};

use casework::{
    agreement,
    case::Act,
    clock::Timestamp,
    consent::{self, Basis},
    emergency_share::{EmergencyShare, EmergencyShareError},
    ids::{EntryId, OrganisationId, ReferralId},
    permission::{self, Grants, Section},
    referral::{Draft, DraftError, Message, QUESTIONS_MAX, Referral, ReferralStage, ReferralState, ReferralVerb, Side, TransitionError, Urgency},
    wire::v1::{ConsentedSection, CreateReferral, EntryKind, ErrorCode, ShareInEmergency},
};

use super::{
    Actor, Brigade, Result, UseCaseError, forward_referrals, keep_consents, keep_directory,
    read_referrals::sight_of,
    refuse, require,
    sight::{Shared, Sight},
    speak_in_referral, typed,
};
use crate::{
    clock::{derived_id, new_id, now},
    store::{self, CaseRecord, NewCaseEntry, NewReferralEntry, OrganisationRow, ReferralFilter, ReferralRecord, StoreError, Tx},
};

pub const REASON_CHARS_MAX: usize = 4_000;
pub const DUE_DAYS_MAX: u32 = 90;
const EMERGENCY_REASON_CHARS_MAX: usize = 2_000;
/// Services asked the same thing at once.
const RECIPIENTS_MAX: usize = 6;

/// Creates a referral for each service asked, and sends it unless it is kept as a draft. The same id sent again changes nothing and succeeds: one click is
/// one referral to each.
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
    super::purge_case::require_kept(brigade, record.case.id).await?;
    let person = actor.permission();
    require(permission::may_create_referral(&person, sight.relation(), Grants::NONE), ErrorCode::NotAllowed)?;
    let grants = grants_of(&request)?;
    require(permission::may_create_referral(&person, sight.relation(), grants), ErrorCode::SectionNotShareable)?;
    if !request.consented.is_empty() {
        require(permission::may_keep_consents(&person, sight.relation()), ErrorCode::SectionNotShareable)?;
    }
    if request.emergency.is_some() {
        require(permission::may_share_in_emergency(&person, sight.relation()), ErrorCode::SectionNotShareable)?;
    }
    let (id, is_draft) = (request.id, request.draft);
    let each = one_for_each(brigade, request).await?;
    if let Some(known) = known_already(brigade, &each).await? {
        // Looked at, then sent from the form itself: what waits as a draft goes.
        for one in each.iter().filter(|_| !is_draft) {
            let stage = store::referral::by_id(store.reader(), one.id).await?.map(|record| record.referral.stage());
            if stage == Some(ReferralStage::Draft) {
                send_draft(brigade, actor, one.id, None).await?;
            }
        }
        return Ok(known);
    }
    let (at, group) = (now(), (each.len() > 1).then_some(id));
    let mut all = Vec::with_capacity(each.len());
    for one in &each {
        all.push(prepared(brigade, actor, &record, one, group, at).await?);
    }
    let mut tx = store.begin().await?;
    for Prepared { referral, questions, recipient, request } in &all {
        require_consents(&mut tx, referral, &request.consented, at).await?;
        if let Some(forward) = referral.forwards {
            forward_referrals::check(&mut tx, actor, forward, referral).await?;
        }
        if !store::referral::insert(&mut tx, referral, actor.account.id, at).await? {
            // Another of the same clicks came first, since it was looked for.
            drop(tx);
            return known_already(brigade, &each).await?.map_or_else(|| refuse(ErrorCode::RevisionConflict), Ok);
        }
        store::consent::share(&mut tx, referral.id, &request.consented).await?;
        for question in questions {
            store::referral_message::insert(&mut tx, question, &actor.account.display_name).await?;
        }
        if referral.state.sent().is_some() {
            let share = request.emergency.clone().map(|share| emergency_share(actor, referral, share, at)).transpose()?;
            enter_sent(&mut tx, actor, referral, Sharing { consented: &request.consented, share: share.as_ref() }, recipient, at).await?;
        } else {
            store::audit::record(&mut tx, at, Some(actor.account.id), "referral.drafted", "referral", &referral.id.to_string()).await?;
        }
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(id)
}

/// Sends a draft as it was looked at: everything that sending asks is asked again, now.
///
/// # Errors
/// `not_found`, `not_allowed`, `section_not_shareable`, `consent_required` when one ended meanwhile, `act_not_possible`, `revision_conflict`.
pub async fn send_draft(brigade: &Brigade, actor: &Actor, id: ReferralId, revision: Option<i64>) -> Result<()> {
    let Some(record) = store::referral::by_id(brigade.store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let at = now();
    let leaving = Leaving::of(brigade, actor, record, revision, at).await?;
    let mut tx = brigade.store.begin().await?;
    leaving.go(&mut tx, actor, at).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Sends all the drafts that were made at once with this one, that the person sees and that still wait, itself among them: all go, or none does. What one of them cannot do, such as
/// share under a consent that ended meanwhile, is told, and the others wait too.
///
/// # Errors
/// As [`send_draft`]; `act_not_possible` for a referral that was made alone.
pub async fn send_group(brigade: &Brigade, actor: &Actor, id: ReferralId) -> Result<()> {
    let reader = brigade.store.reader();
    let Some(record) = store::referral::by_id(reader, id).await? else { return refuse(ErrorCode::NotFound) };
    if sight_of(actor, &record, &[]).is_none() {
        return refuse(ErrorCode::NotFound);
    }
    let Some(group) = record.referral.group else { return refuse(ErrorCode::ActNotPossible) };
    let of_case = store::referral::list(reader, ReferralFilter::OfCase(record.referral.case_id)).await?;
    // What the person does not see of the group goes with somebody who does.
    let waits =
        |other: &ReferralRecord| other.referral.group == Some(group) && other.referral.stage() == ReferralStage::Draft && sight_of(actor, other, &[]).is_some();
    let at = now();
    let mut leaving = Vec::new();
    for one in of_case.into_iter().filter(waits) {
        leaving.push(Leaving::of(brigade, actor, one, None, at).await?);
    }
    if !leaving.iter().any(|one| one.record.referral.id == id) {
        return refuse(ErrorCode::ActNotPossible);
    }
    let mut tx = brigade.store.begin().await?;
    for one in leaving {
        one.go(&mut tx, actor, at).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// A draft about to go, looked at again.
struct Leaving {
    /// As sent.
    record: ReferralRecord,
    /// Of the draft.
    revision: i64,
    emergency: Option<EmergencyShare>,
    consented: BTreeSet<ConsentedSection>,
    recipient: OrganisationRow,
}

impl Leaving {
    async fn of(brigade: &Brigade, actor: &Actor, mut record: ReferralRecord, revision: Option<i64>, at: Timestamp) -> Result<Self> {
        let store = &brigade.store;
        let Some((side, _)) = sight_of(actor, &record, &[]) else { return refuse(ErrorCode::NotFound) };
        let person = actor.permission();
        require(permission::may_move_referral(&person, side, ReferralVerb::Send), ErrorCode::NotAllowed)?;
        let emergency = record.referral.emergency().cloned();
        let drafted = record.referral.clone();
        record.referral = record.referral.send_now(actor.account.id, at).map_err(|error| refusal(&error))?;
        if revision.is_some_and(|revision| revision != drafted.revision) {
            return refuse(ErrorCode::RevisionConflict);
        }
        let Some(case) = store::case::by_id(store.reader(), drafted.case_id).await? else { return refuse(ErrorCode::NotFound) };
        let relation = Sight::of_case(store, actor, &case).await?.relation();
        require(permission::may_create_referral(&person, relation, drafted.shared_sections), ErrorCode::SectionNotShareable)?;
        if emergency.is_some() {
            require(permission::may_share_in_emergency(&person, relation), ErrorCode::SectionNotShareable)?;
        }
        let recipient = recipient(brigade, drafted.to_organisation).await?;
        let consented: BTreeSet<ConsentedSection> = {
            let mut connection = store.read().await?;
            let shared = store::consent::shared_by(&mut connection, [drafted.id]).await?;
            shared.into_iter().map(|(_, section, consent)| ConsentedSection { consent_id: consent.id, section }).collect()
        };
        Ok(Self { record, revision: drafted.revision, emergency, consented, recipient })
    }

    async fn go(self, tx: &mut Tx, actor: &Actor, at: Timestamp) -> Result<()> {
        require_consents(tx, &self.record.referral, &self.consented, at).await?;
        if !store::referral::save(tx, &self.record, self.revision, at).await? {
            return refuse(ErrorCode::RevisionConflict);
        }
        let share = self.emergency.map(|share| EmergencyShare { shared: Act { by: actor.account.id, at }, ..share });
        enter_sent(tx, actor, &self.record.referral, Sharing { consented: &self.consented, share: share.as_ref() }, &self.recipient, at).await
    }
}

/// A referral ready to be kept.
struct Prepared {
    referral: Referral,
    questions: Vec<Message>,
    recipient: OrganisationRow,
    request: CreateReferral,
}

fn grants_of(request: &CreateReferral) -> Result<Grants> {
    let in_emergency = request.emergency.iter().flat_map(|share| share.sections.iter().copied());
    let sections = request.sections.iter().copied().chain(request.consented.iter().map(|shared| shared.section)).chain(in_emergency);
    Grants::of(sections).map_err(|error| UseCaseError::refused_because(ErrorCode::SectionNotShareable, error.0.code()))
}

/// One request for each service asked: each with its own id, and with the consents that were given for it.
async fn one_for_each(brigade: &Brigade, request: CreateReferral) -> Result<Vec<CreateReferral>> {
    let others: BTreeSet<OrganisationId> = request.also_to.iter().copied().filter(|other| *other != request.to_organisation).collect();
    if others.is_empty() {
        return Ok(vec![request]);
    }
    let out_of_range = || UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "also_to");
    // A redirection takes over from one referral, and a danger is told to the one who can act: each goes alone.
    if others.len() >= RECIPIENTS_MAX || request.redirects.is_some() || request.forwards.is_some() || request.emergency.is_some() {
        return Err(out_of_range());
    }
    let mut of_each: BTreeMap<OrganisationId, BTreeSet<ConsentedSection>> = BTreeMap::new();
    for shared in &request.consented {
        let consent = store::consent::by_id(brigade.store.reader(), shared.consent_id).await?.map(|record| record.consent);
        let to = consent.map(|consent| consent.to_organisation).filter(|to| *to == request.to_organisation || others.contains(to));
        let Some(to) = to else { return Err(UseCaseError::refused_because(ErrorCode::ConsentRequired, shared.section.code())) };
        of_each.entry(to).or_default().insert(*shared);
    }
    let recipients = std::iter::once(request.to_organisation).chain(others);
    Ok(recipients
        .map(|to| CreateReferral {
            id: if to == request.to_organisation { request.id } else { ReferralId(derived_id(request.id.0, &to.to_string())) },
            to_organisation: to,
            consented: of_each.remove(&to).unwrap_or_default(),
            service_id: request.service_id.filter(|_| to == request.to_organisation),
            ..request.clone()
        })
        .collect())
}

async fn recipient(brigade: &Brigade, id: OrganisationId) -> Result<OrganisationRow> {
    let recipients = store::account::referral_recipients(brigade.store.reader()).await?;
    let found = recipients.into_iter().find(|organisation| organisation.id == id);
    found.ok_or_else(|| UseCaseError::refused_because(ErrorCode::NotFound, "to_organisation"))
}

async fn prepared(brigade: &Brigade, actor: &Actor, case: &CaseRecord, request: &CreateReferral, group: Option<ReferralId>, at: Timestamp) -> Result<Prepared> {
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
    let recipient = recipient(brigade, request.to_organisation).await?;
    let (service, pivot_person) = chosen(brigade, request, &recipient).await?;
    let by = actor.account.id;
    let draft = Draft {
        id: request.id,
        case_id: case.case.id,
        building_id: case.building.id,
        from_organisation: actor.account.organisation.id,
        to_organisation: recipient.id,
        service,
        pivot_person,
        reason: typed(&request.reason),
        // Whoever shares without consent because of a danger asks for help now.
        urgency: if request.emergency.is_some() { Urgency::Urgent } else { request.urgency },
        shared_sections: grants_of(request)?,
        answer_in_days: request.due_in_days,
        emergency: None,
        group,
    };
    let mut drafted = Referral::draft(draft, by, at).map_err(|error| match error {
        DraftError::ReasonRequired => UseCaseError::refused(ErrorCode::ReasonRequired),
        DraftError::SameOrganisation => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "to_organisation"),
    })?;
    // What is passed on goes under a consent that names the new service; a danger is told by a referral of its own.
    if request.forwards.is_some() && (request.redirects.is_some() || request.emergency.is_some()) {
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "forwards"));
    }
    (drafted.redirects, drafted.forwards) = (request.redirects, request.forwards);
    drafted.service_id = request.service_id;
    if let Some(said) = request.emergency.clone() {
        let is_a_door = keep_consents::doors(brigade, case.building.id).await?.iter().any(|door| door.dwelling_id == said.dwelling_id);
        if !is_a_door {
            return Err(UseCaseError::refused_because(ErrorCode::NotFound, "dwelling_id"));
        }
        let share = emergency_share(actor, &drafted, said, at)?;
        if let ReferralState::Draft { emergency, .. } = &mut drafted.state {
            *emergency = Some(Box::new(share));
        }
    }
    let questions = speak_in_referral::questions(&drafted, actor, &request.questions, at)?;
    let referral = if request.draft { drafted } else { drafted.send_now(by, at).map_err(|error| refusal(&error))? };
    Ok(Prepared { referral, questions, recipient, request: request.clone() })
}

/// The service asked and whom to ring there today: of the directory when one was chosen, else what is known of the body.
async fn chosen(brigade: &Brigade, request: &CreateReferral, recipient: &OrganisationRow) -> Result<(String, Option<String>)> {
    let Some(id) = request.service_id else { return Ok((recipient.service.clone(), recipient.pivot_person.clone())) };
    let record = store::directory::service_by_id(brigade.store.reader(), id).await?;
    let record = record.filter(|record| record.active && record.organisation_id == recipient.id);
    let record = record.ok_or_else(|| UseCaseError::refused_because(ErrorCode::NotFound, "service_id"))?;
    let contact = record.service.contact_on(keep_directory::today()?).map(|now| now.contact.name.clone());
    Ok((record.service.name.clone(), contact.or_else(|| recipient.pivot_person.clone())))
}

/// What goes because of a danger and under no consent.
pub fn in_danger_alone(share: Option<&EmergencyShare>, consented: impl IntoIterator<Item = Section>) -> Grants {
    let consented: BTreeSet<Section> = consented.into_iter().collect();
    let alone = share.iter().flat_map(|share| share.sections.sections()).filter(|section| !consented.contains(section));
    Grants::of(alone).unwrap_or_default()
}

/// What is shared without consent, checked: on which ground, how little and why.
fn emergency_share(actor: &Actor, referral: &Referral, said: ShareInEmergency, at: Timestamp) -> Result<EmergencyShare> {
    let reason = typed(&said.reason);
    if reason.chars().count() > EMERGENCY_REASON_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    let share = EmergencyShare {
        id: said.id,
        case_id: referral.case_id,
        referral_id: referral.id,
        dwelling_id: said.dwelling_id,
        to_organisation: referral.to_organisation,
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

/// The first of the referrals of a request, when all are there already: the same click sent again succeeds, whatever ended since; another message under a known
/// id was not sent. `None` when there is none yet.
async fn known_already(brigade: &Brigade, each: &[CreateReferral]) -> Result<Option<ReferralId>> {
    let mut known = Vec::new();
    for request in each {
        known.extend(store::referral::by_id(brigade.store.reader(), request.id).await?);
    }
    if known.is_empty() {
        return Ok(None);
    }
    let mut is_same = known.len() == each.len();
    for (record, request) in known.iter().zip(each) {
        is_same = is_same && asks_the_same(brigade, &record.referral, request).await?;
    }
    if is_same { Ok(each.first().map(|request| request.id)) } else { refuse(ErrorCode::RevisionConflict) }
}

async fn asks_the_same(brigade: &Brigade, known: &Referral, request: &CreateReferral) -> Result<bool> {
    let mut consented = BTreeSet::new();
    let of_share = |share: &EmergencyShare| (share.id, share.dwelling_id, share.sections, share.ground, share.reason.clone());
    let mut in_emergency = known.emergency().map(of_share);
    for Shared { section, basis, .. } in Shared::by(&brigade.store, &[known.id]).await? {
        match basis {
            Basis::Consent(consent) => drop(consented.insert(ConsentedSection { consent_id: consent.id, section })),
            Basis::Emergency(share) => in_emergency = Some(of_share(&share)),
        }
    }
    let asked = request
        .emergency
        .as_ref()
        .map(|share| (share.id, share.dwelling_id, Grants::of(share.sections.iter().copied()).unwrap_or_default(), share.ground, typed(&share.reason)));
    let asked_before = store::referral_message::of_referral(brigade.store.reader(), known.id).await?;
    // Those that went with it: others may have been asked since.
    let asks: Vec<String> = request.questions.iter().map(|text| typed(text)).filter(|text| !text.is_empty()).collect();
    let went: Vec<&str> = (0..QUESTIONS_MAX)
        .filter_map(|place| asked_before.iter().find(|said| said.message.id == speak_in_referral::question_id(known.id, place)))
        .map(|said| said.message.text.as_str())
        .collect();
    let urgency = if request.emergency.is_some() { Urgency::Urgent } else { request.urgency };
    let days = known.answer_in_days().map(i64::from).or(known.due_at().zip(known.state.sent()).map(|(due, sent)| due.since(sent.at) / Timestamp::DAY_MS));
    Ok(went == asks
        && (known.redirects, known.forwards, known.service_id) == (request.redirects, request.forwards, request.service_id)
        && (known.urgency, days) == (urgency, Some(i64::from(request.due_in_days)))
        && (known.case_id, known.to_organisation, known.shared_sections, known.reason.as_str())
            == (request.case_id, request.to_organisation, grants_of(request)?, typed(&request.reason).as_str())
        && (consented, in_emergency) == (request.consented.clone(), asked))
}

/// What permits sharing what concerns people.
#[derive(Clone, Copy)]
struct Sharing<'a> {
    consented: &'a BTreeSet<ConsentedSection>,
    share: Option<&'a EmergencyShare>,
}

/// What a referral leaves behind when it goes: the one it takes over from, what it shares without consent, its own history with what no agreement frames, the
/// case's timeline, the trail.
async fn enter_sent(tx: &mut Tx, actor: &Actor, referral: &Referral, sharing: Sharing<'_>, recipient: &OrganisationRow, at: Timestamp) -> Result<()> {
    let (by, share) = (actor.account.id, sharing.share);
    if let Some(share) = share {
        if !store::emergency_share::insert(tx, share).await? {
            return refuse(ErrorCode::RevisionConflict);
        }
        keep_consents::enter(tx, actor, referral.case_id, consent::IN_EMERGENCY, &recipient.name, at).await?;
        store::audit::record(tx, at, Some(by), "sharing.emergency", "emergency_share", &share.id.to_string()).await?;
    }
    if let Some(before) = referral.redirects {
        take_over(tx, actor, before, referral, at).await?;
    }
    if let Some(forward) = referral.forwards {
        forward_referrals::take(tx, actor, forward, referral, at).await?;
    }
    let entry = NewReferralEntry {
        id: EntryId(new_id()),
        referral_id: referral.id,
        at,
        by_account: Some(by),
        by_name: &actor.account.display_name,
        kind: EntryKind::ReferralSent,
        text: "",
    };
    store::referral::insert_entry(tx, &entry).await?;
    enter_unframed(tx, actor, referral, sharing, at).await?;
    let of_people = referral.shared_sections.needs_consent();
    let line = NewCaseEntry {
        id: EntryId(new_id()),
        case_id: referral.case_id,
        at,
        by_account: Some(by),
        by_name: &actor.account.display_name,
        kind: EntryKind::ReferralSent,
        confidential: of_people,
        by_confidential: false,
        text: &recipient.name,
    };
    store::case::insert_entry(tx, &line).await?;
    // Nor does the case move in the lists of those for whom it does not exist.
    if !of_people {
        store::case::touch(tx, referral.case_id, at).await?;
    }
    Ok(store::audit::record(tx, at, Some(by), "referral.sent", "referral", &referral.id.to_string()).await?)
}

/// Consent permits, an agreement frames: what goes without one goes, and the history of the referral says so.
async fn enter_unframed(tx: &mut Tx, actor: &Actor, referral: &Referral, sharing: Sharing<'_>, at: Timestamp) -> Result<()> {
    let today = keep_directory::today()?;
    let agreements = store::agreement::with(tx, referral.to_organisation).await?;
    let in_danger = in_danger_alone(sharing.share, sharing.consented.iter().map(|shared| shared.section));
    let unframed = agreement::unframed(&agreements, referral.shared_sections, in_danger, today);
    let Some(line) = agreement::history_line(&agreements, unframed, today) else { return Ok(()) };
    let entry = NewReferralEntry {
        id: EntryId(new_id()),
        referral_id: referral.id,
        at,
        by_account: Some(actor.account.id),
        by_name: &actor.account.display_name,
        kind: EntryKind::ReferralChanged,
        text: &line,
    };
    store::referral::insert_entry(tx, &entry).await?;
    Ok(store::audit::record(tx, at, Some(actor.account.id), "referral.unframed", "referral", &referral.id.to_string()).await?)
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
