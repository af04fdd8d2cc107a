//! Requests of the persons concerned: recorded, put together by the psychosocial compartment, decided by the privacy officer. Why two people, see
//! [`casework::person_request`].

use std::collections::{BTreeMap, BTreeSet};

use app::{
    texts::{Locale, common, consent as consent_texts, field as field_texts, field_visit, fill, request as request_texts, thread as thread_texts},
    ui::answer,
};
use casework::{
    access::{AccessDoor, AccessSubject},
    case::{Act, CaseNumber},
    clock::Timestamp,
    consent::Consent,
    emergency_share::EmergencyShare,
    ids::{CaseId, DwellingId, PersonRequestId, ReferralId},
    permission::{self, Section},
    person_request::{IdentifiedBy, PersonRequest, PersonRequestError, RequestAnswer, RequestKind, csv_line},
    referral::{Day, Side},
    wire::v1::{ErrorCode, PersonFile, PersonRecord, PersonRequestRow, PersonRequests},
};
use inspection_grid::{CriterionId, Place};

use super::{
    Actor, Brigade, Result, UseCaseError,
    access_journal::Reading,
    read_case, refuse, require,
    sight::{Shared, Sight, section_in},
    typed,
};
use crate::{
    clock::{day_end, day_start, local_date, now},
    store::{self, ConsentRecord, MessageRecord, PersonRequestRecord, ReferralFilter, ReferralRecord, StoreError},
};

/// What is said of a request when it comes in.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// Made by the form: one click is one request.
    pub id: PersonRequestId,
    pub kind: RequestKind,
    pub received_on: Day,
    pub person: String,
    pub identified: IdentifiedBy,
    pub case: CaseNumber,
    /// As it is written on the door.
    pub door: String,
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub words: String,
}

fn refused(error: PersonRequestError) -> UseCaseError {
    match error {
        PersonRequestError::Missing(field) => UseCaseError::refused_because(ErrorCode::MissingField, field),
        PersonRequestError::TooLong(field) => UseCaseError::refused_because(ErrorCode::TextTooLong, field),
        PersonRequestError::When(field) => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field),
        PersonRequestError::Reason => UseCaseError::refused(ErrorCode::ReasonRequired),
        PersonRequestError::NotNow => UseCaseError::refused(ErrorCode::ActNotPossible),
    }
}

fn today(at: Timestamp) -> Result<Day> {
    local_date(at).parse().map_err(|_| UseCaseError::refused(ErrorCode::Internal))
}

/// Records a request.
///
/// # Errors
/// `not_found` for those who neither decide nor assemble and for a case that is not theirs to know; `unknown_dwelling`; `missing_field`, `text_too_long`,
/// `value_out_of_range`, with the field; `revision_conflict` for the same click with other words.
pub async fn record(brigade: &Brigade, actor: &Actor, new: NewRequest) -> Result<()> {
    require(permission::may_record_person_request(&actor.permission()), ErrorCode::NotFound)?;
    let store = &brigade.store;
    let number = new.case.to_string();
    let Some(case_id) = store::access::case_numbered(store.reader(), &number).await? else { return refuse(ErrorCode::NotFound) };
    let Some(case) = store::case::by_id(store.reader(), case_id).await? else { return refuse(ErrorCode::NotFound) };
    if !Sight::of_case(store, actor, &case).await?.sees() {
        return refuse(ErrorCode::NotFound);
    }
    super::purge_case::require_kept(brigade, case_id).await?;
    let label = typed(&new.door).to_lowercase();
    let doors = store::building::standing_doors(store.reader(), case.building.id).await?;
    let Some(door) = doors.into_iter().find(|door| door.label.to_lowercase() == label) else { return refuse(ErrorCode::UnknownDwelling) };
    let (by, at, organisation) = (actor.account.id, now(), actor.account.organisation.id);
    let request = PersonRequest {
        id: new.id,
        kind: new.kind,
        received_on: new.received_on,
        person: typed(&new.person),
        identified: new.identified,
        case_id,
        dwelling_id: door.dwelling_id,
        from: new.from,
        to: new.to,
        words: typed(&new.words),
        recorded: Act { by, at },
        assembled: None,
        answered: None,
    };
    let request = request.checked(today(at)?).map_err(refused)?;
    let mut tx = store.begin().await?;
    let number = store::incident::next_number(&mut tx, "person_request").await?;
    if !store::person_request::insert(&mut tx, organisation, &request, number).await? {
        let known = store::person_request::by_id(&mut *tx, request.id, organisation).await?.map(|known| known.request);
        // But for what became of it since.
        let is_same = known.is_some_and(|known| {
            known == PersonRequest { recorded: known.recorded, assembled: known.assembled.clone(), answered: known.answered.clone(), ..request.clone() }
        });
        return if is_same { Ok(()) } else { refuse(ErrorCode::RevisionConflict) };
    }
    store::audit::record(&mut tx, at, Some(by), "person_request.recorded", "person_request", &request.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

async fn known(brigade: &Brigade, actor: &Actor, id: PersonRequestId) -> Result<PersonRequestRecord> {
    let record = store::person_request::by_id(brigade.store.reader(), id, actor.account.organisation.id).await?;
    record.ok_or_else(|| UseCaseError::refused(ErrorCode::NotFound))
}

async fn save(brigade: &Brigade, request: &PersonRequest, revision: i64, act: Act, action: &'static str) -> Result<()> {
    let mut tx = brigade.store.begin().await?;
    if !store::person_request::save(&mut tx, request, revision).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    store::audit::record(&mut tx, act.at, Some(act.by), action, "person_request", &request.id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Says that the file is put together, and what kinds of information must be withheld, under what article.
///
/// # Errors
/// `not_found` for those who may not read the file; `act_not_possible` when it is answered or asks for no file; `text_too_long`, `revision_conflict`.
pub async fn assemble(brigade: &Brigade, actor: &Actor, id: PersonRequestId, withheld: &str) -> Result<()> {
    require(permission::may_assemble_person_file(&actor.permission()), ErrorCode::NotFound)?;
    let PersonRequestRecord { request, revision, .. } = known(brigade, actor, id).await?;
    let act = Act { by: actor.account.id, at: now() };
    let request = request.assemble(act, typed(withheld)).map_err(refused)?;
    save(brigade, &request, revision, act, "person_request.assembled").await
}

/// Decides, once.
///
/// # Errors
/// `not_found` for anybody but the privacy officer; `reason_required`; `act_not_possible` for a second answer, and for a file that nobody put together;
/// `text_too_long`, `revision_conflict`.
pub async fn answer(brigade: &Brigade, actor: &Actor, id: PersonRequestId, answer: RequestAnswer, reason: &str) -> Result<()> {
    require(permission::may_answer_person_request(&actor.permission()), ErrorCode::NotFound)?;
    let PersonRequestRecord { request, revision, .. } = known(brigade, actor, id).await?;
    let act = Act { by: actor.account.id, at: now() };
    let request = request.answer(act, answer, typed(reason)).map_err(refused)?;
    save(brigade, &request, revision, act, "person_request.answered").await
}

/// The register.
///
/// # Errors
/// `not_found` for those who neither decide nor assemble.
pub async fn list(brigade: &Brigade, actor: &Actor) -> Result<PersonRequests> {
    require(permission::may_record_person_request(&actor.permission()), ErrorCode::NotFound)?;
    let at = now();
    let today = today(at)?;
    let records = store::person_request::of_organisation(brigade.store.reader(), actor.account.organisation.id).await?;
    // Who asked, and at which door.
    let sections = BTreeSet::from([Section::Existence, Section::Contact]);
    brigade.journal.record_list(actor, AccessSubject::PersonRequests, records.len(), sections).await?;
    Ok(PersonRequests { now: at, rows: records.into_iter().map(|record| row(actor, record, today)).collect() })
}

fn row(actor: &Actor, record: PersonRequestRecord, today: Day) -> PersonRequestRow {
    let person = actor.permission();
    let request = record.request;
    let is_open = request.answered.is_none();
    PersonRequestRow {
        number: record.number,
        due_on: request.due_on().to_string(),
        public_body_due_on: request.public_body_due_on().to_string(),
        late: request.is_late(today),
        may_assemble: request.opens_file() && permission::may_assemble_person_file(&person).is_allowed(),
        may_answer: is_open && permission::may_answer_person_request(&person).is_allowed(),
        id: request.id,
        kind: request.kind,
        received_on: request.received_on.to_string(),
        person: request.person,
        identified: request.identified,
        case_id: request.case_id,
        case_number: record.case_number,
        address: record.address,
        door: record.door,
        from: request.from.map(|day| day.to_string()),
        to: request.to.map(|day| day.to_string()),
        words: request.words,
        recorded_by: record.recorded_by,
        recorded_at: request.recorded.at,
        assembled_by: record.assembled_by,
        assembled_at: request.assembled.as_ref().map(|assembly| assembly.act.at),
        withheld: request.assembled.map(|assembly| assembly.withheld).unwrap_or_default(),
        answered_by: record.answered_by,
        answer: request.answered.as_ref().map(|answered| answered.answer),
        answered_at: request.answered.as_ref().map(|answered| answered.act.at),
        reason: request.answered.map(|answered| answered.reason).unwrap_or_default(),
    }
}

/// What is held about the people of the dwelling that a request names, read by somebody of the psychosocial compartment through the same projection as a
/// case, within the request's period. It leaves a line in the access journal.
///
/// # Errors
/// `not_found` for those who may not read it and for what is not theirs; `act_not_possible` when the request asks for no file, or was refused.
pub async fn file(brigade: &Brigade, actor: &Actor, id: PersonRequestId) -> Result<PersonFile> {
    require(permission::may_assemble_person_file(&actor.permission()), ErrorCode::NotFound)?;
    let record = known(brigade, actor, id).await?;
    if !record.request.opens_file() {
        return refuse(ErrorCode::ActNotPossible);
    }
    let Some(case) = store::case::by_id(brigade.store.reader(), record.request.case_id).await? else { return refuse(ErrorCode::NotFound) };
    let sight = Sight::of_case(&brigade.store, actor, &case).await?;
    if !sight.sees() {
        return refuse(ErrorCode::NotFound);
    }
    let (mut records, cases) = visit_records(brigade, actor, &sight, &record, &case).await?;
    for case_id in cases {
        records.extend(shared_records(brigade, case_id, &record).await?);
    }
    let from = record.request.from.map(|day| day_start(&day.to_string()));
    let until = record.request.to.map(|day| day_end(&day.to_string()));
    records.retain(|held| from.is_none_or(|from| held.at >= from) && until.is_none_or(|until| held.at < until));
    records.sort_by(|a, b| (a.at, &a.kind, &a.subject).cmp(&(b.at, &b.kind, &b.subject)));
    let sections: BTreeSet<Section> = records.iter().filter_map(|held| held.section).chain([Section::Existence]).collect();
    let reading = Reading { subject: AccessSubject::PersonFile, subject_id: Some(id.0), case_id: Some(case.case.id), door: AccessDoor::Export, sections };
    brigade.journal.record(actor, [reading]).await?;
    Ok(PersonFile {
        format: "brigade.person-file.1".to_owned(),
        request: record.number,
        made_at: now(),
        address: record.address,
        municipality: record.municipality,
        door: record.door,
        records,
    })
}

/// What visits hold of the dwelling, and the cases that they belong to.
async fn visit_records(
    brigade: &Brigade,
    actor: &Actor,
    sight: &Sight,
    record: &PersonRequestRecord,
    case: &store::CaseRecord,
) -> Result<(Vec<PersonRecord>, BTreeSet<CaseId>)> {
    let reader = brigade.store.reader();
    let dwelling = record.request.dwelling_id.to_string();
    let here = Place::Dwelling(dwelling.clone());
    let labels = BTreeMap::from([(dwelling.clone(), record.door.clone())]);
    let (mut records, mut cases) = (Vec::new(), BTreeSet::from([case.case.id]));
    for visit in store::visit::of_building(reader, case.building.id).await? {
        cases.extend(visit.case_id);
        let of_visit = |subject: &str, value: String, section| PersonRecord {
            kind: "visit".to_owned(),
            at: visit.started_at,
            section: Some(section),
            subject: subject.to_owned(),
            value,
            note: String::new(),
            by: visit.started_by_name.clone(),
        };
        if let Some(outcome) = store::visit::outcomes(reader, visit.id).await?.remove(&dwelling) {
            records.push(of_visit(request_texts::HELD_VISIT.fr, field_texts::outcome(outcome).fr.to_owned(), Section::Dwelling));
        }
        let noted = store::visit::door_notes(reader, visit.id).await?.remove(&dwelling);
        let may_read =
            |row: &store::DoorNoteRow| row.language_by.is_some_and(|(_, by)| permission::may_read_door_language(&actor.permission(), by).is_allowed());
        if let Some(language) = noted.filter(may_read).and_then(|row| row.note.language) {
            records.push(of_visit(request_texts::HELD_LANGUAGE.fr, field_visit::language(&language).fr.to_owned(), Section::Household));
        }
        let Some(grid) = brigade.grids.get(&visit.grid) else { continue };
        for view in read_case::observations_of(brigade, sight, grid, &visit, &labels).await? {
            if view.place != here {
                continue;
            }
            let section = section_in(Some(grid), &view.place, &CriterionId(view.criterion.clone()));
            let photos = view.photos.iter().map(|photo| PersonRecord {
                kind: "photo".to_owned(),
                at: view.recorded_at,
                section: Some(section),
                subject: view.label.fr.clone(),
                value: photo.id.to_string(),
                note: String::new(),
                by: view.recorded_by.clone(),
            });
            records.extend(photos);
            records.push(PersonRecord {
                kind: "answer".to_owned(),
                at: view.recorded_at,
                section: Some(section),
                subject: view.label.fr.clone(),
                value: answer::text(&view.answer, &view.criterion, Locale::Fr),
                note: view.note.unwrap_or_default(),
                by: view.recorded_by,
            });
        }
    }
    Ok((records, cases))
}

/// What people of the dwelling consented to in a case, and what was shared of it, with consent or without.
async fn shared_records(brigade: &Brigade, case_id: CaseId, record: &PersonRequestRecord) -> Result<Vec<PersonRecord>> {
    let reader = brigade.store.reader();
    let mut records = Vec::new();
    let uses = store::consent::uses_in_case(reader, case_id).await?;
    let proofs = store::consent::proofs_in_case(reader, case_id).await?;
    for ConsentRecord { consent, organisation, explained_by_name, .. } in store::consent::of_case(reader, case_id).await? {
        if consent.dwelling_id != record.request.dwelling_id {
            continue;
        }
        for (_, used) in uses.iter().filter(|(id, _)| *id == consent.id) {
            records.push(PersonRecord {
                kind: "shared".to_owned(),
                at: used.sent_at.unwrap_or(consent.explained.at),
                section: Some(used.section),
                subject: organisation.clone(),
                value: common::section(used.section).0.fr.to_owned(),
                note: consent.purpose.clone(),
                by: explained_by_name.clone(),
            });
        }
        // That there is one, and which: whose hand it is may be another's of the same door.
        if let Some((_, kind)) = proofs.iter().find(|(id, _)| *id == consent.id) {
            let kind = consent_texts::proof(*kind).fr;
            records.push(PersonRecord {
                kind: "consent".to_owned(),
                at: consent.explained.at,
                section: Some(Section::Contact),
                subject: organisation.clone(),
                value: fill(request_texts::HELD_PROOF.fr, &[("kind", kind)]),
                note: String::new(),
                by: explained_by_name.clone(),
            });
        }
        records.push(consent_record(&consent, organisation, explained_by_name));
    }
    let referrals: Vec<ReferralId> = store::referral::list(reader, ReferralFilter::OfCase(case_id)).await?.iter().map(|record| record.referral.id).collect();
    let shares = store::emergency_share::shared_by(&mut *brigade.store.read().await?, referrals).await?;
    let organisations: BTreeMap<_, _> = store::account::organisations(reader).await?.into_iter().map(|body| (body.id, body.name)).collect();
    for share in shares.into_iter().filter(|share| share.dwelling_id == record.request.dwelling_id) {
        let organisation = organisations.get(&share.to_organisation).cloned().unwrap_or_default();
        records.extend(emergency_records(&share, &organisation));
    }
    records.extend(exchange_records(brigade, case_id, record).await?);
    Ok(records)
}

/// What was said between the brigade and a service about this dwelling: why it was referred, the messages, what the person said of the help. Where one referral
/// was about several dwellings, its words may be of other people: that there was an exchange is told, and none of its words.
async fn exchange_records(brigade: &Brigade, case_id: CaseId, record: &PersonRequestRecord) -> Result<Vec<PersonRecord>> {
    let reader = brigade.store.reader();
    let referrals = store::referral::list(reader, ReferralFilter::OfCase(case_id)).await?;
    let shared = Shared::by(&brigade.store, &referrals.iter().map(|record| record.referral.id).collect::<Vec<_>>()).await?;
    let mut records = Vec::new();
    for ReferralRecord { referral, from_name, to_name, .. } in referrals {
        let of_referral = shared.iter().filter(|shared| shared.referral_id == referral.id);
        let doors: BTreeSet<DwellingId> = of_referral.map(|shared| shared.basis.dwelling_id()).collect();
        let Some(sent) = referral.state.sent().filter(|_| doors.contains(&record.request.dwelling_id)) else { continue };
        let exchange = |kind: &str, at, subject: &str, value: String, by: &str| PersonRecord {
            kind: kind.to_owned(),
            at,
            section: Some(Section::Psychosocial),
            subject: subject.to_owned(),
            value,
            note: String::new(),
            by: by.to_owned(),
        };
        if doors.len() > 1 {
            records.push(exchange("referral", sent.at, &to_name, request_texts::HELD_EXCHANGE.fr.to_owned(), &from_name));
            continue;
        }
        records.push(exchange("referral", sent.at, &to_name, referral.reason.clone(), &from_name));
        let said = [referral.state.reason(), referral.state.outcome()];
        let ended = referral.state.ended_at().unwrap_or(sent.at);
        records.extend(said.into_iter().flatten().map(|text| exchange("referral", ended, &to_name, text.to_owned(), "")));
        for MessageRecord { message, by_name } in store::referral_message::of_referral(reader, referral.id).await? {
            records.push(exchange("message", message.at, &to_name, message.text, &by_name));
        }
        for asked in store::referral_forward::of_referral(reader, referral.id).await? {
            let (at, text) = (asked.forward.asked.at, asked.forward.reason);
            records.push(exchange("message", at, &to_name, text, &asked.by_name));
        }
        for word in &referral.person_words {
            let helped = thread_texts::helped(word.helped).fr.to_owned();
            // What they said to a service is that service's to give.
            let words = word.words.clone().filter(|_| word.heard_by == Side::Sender).unwrap_or_default();
            records.push(PersonRecord { note: words, ..exchange("person_word", word.heard.at, &to_name, helped, "") });
        }
    }
    Ok(records)
}

fn consent_record(consent: &Consent, organisation: String, by: String) -> PersonRecord {
    let sections: Vec<&str> = consent.sections.sections().into_iter().map(|section| common::section(section).0.fr).collect();
    let (template, day) = match consent.withdrawn {
        None => (request_texts::HELD_CONSENT, consent.until),
        Some(withdrawn) => (request_texts::HELD_WITHDRAWN, withdrawn.at),
    };
    let values = [
        ("answer", consent_texts::answer(consent.answer).fr),
        ("sections", &sections.join(", ")),
        ("date", &local_date(day)),
        // Last, so that nothing in their own words is taken for a place to fill.
        ("person", &consent.person),
    ];
    let value = fill(template.fr, &values);
    PersonRecord {
        kind: "consent".to_owned(),
        at: consent.explained.at,
        section: Some(Section::Contact),
        subject: organisation,
        value,
        note: consent.purpose.clone(),
        by,
    }
}

fn emergency_records(share: &EmergencyShare, organisation: &str) -> Vec<PersonRecord> {
    let of_section = |section: Section| PersonRecord {
        kind: "shared".to_owned(),
        at: share.shared.at,
        section: Some(section),
        subject: organisation.to_owned(),
        value: common::section(section).0.fr.to_owned(),
        note: format!("{} {}", consent_texts::ground(share.ground).0.fr, share.reason),
        by: String::new(),
    };
    share.sections.sections().into_iter().map(of_section).collect()
}

/// The file as CSV (UTF-8, with the mark by which spreadsheets know it), nothing of which runs as a formula.
pub fn csv(file: &PersonFile) -> String {
    let mut text = String::from("\u{feff}");
    text.push_str(&csv_line(request_texts::COLUMNS.map(|column| column.fr)));
    for record in &file.records {
        let section = record.section.map(|section| common::section(section).0.fr).unwrap_or_default();
        let day = local_date(record.at);
        text.push_str(&csv_line([record.kind.as_str(), &day, section, &record.subject, &record.value, &record.note, &record.by]));
    }
    text
}
