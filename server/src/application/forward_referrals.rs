//! A partner asks that a referral it holds be passed on; the brigade refuses, or sends another, which says no more than the first.

use std::collections::BTreeSet;

use casework::{
    case::Act,
    clock::Timestamp,
    ids::{EntryId, ForwardId, ReferralId},
    permission::{self, Relation, Section},
    referral::{FORWARD_ASKED, FORWARD_MOVED, FORWARD_REFUSED, FORWARD_SENT, Forward, ForwardAnswer, ForwardError, Referral, ReferralVerb, Side},
    wire::v1::{ConsentRow, EntryKind, ErrorCode, ForwardView, Framing, PartnerChoice, ProposeForward},
};

use super::{Actor, Brigade, Result, UseCaseError, keep_consents, read_case, read_referrals::sight_of, refuse, require, typed};
use crate::{
    clock::{new_id, now},
    store::{self, NewReferralEntry, ReferralRecord, StoreError, Tx, referral_forward::ForwardRecord},
};

fn refusal(error: ForwardError) -> UseCaseError {
    match error {
        ForwardError::NotHeld | ForwardError::Answered => UseCaseError::refused(ErrorCode::ActNotPossible),
        ForwardError::SameService => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "to_organisation"),
        ForwardError::Reason => UseCaseError::refused(ErrorCode::ReasonRequired),
        ForwardError::TooLong => UseCaseError::refused(ErrorCode::TextTooLong),
        ForwardError::More => UseCaseError::refused_because(ErrorCode::SectionNotShareable, "forwards"),
    }
}

/// Asks the brigade to pass a referral on. The same id sent again changes nothing and succeeds; one asking at a time waits for its answer.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible` for a referral that is not held or of which another asking waits, `value_out_of_range`, `reason_required`,
/// `text_too_long`, `revision_conflict` for another asking under a known id.
pub async fn ask(brigade: &Brigade, actor: &Actor, id: ReferralId, asked: ProposeForward) -> Result<ForwardId> {
    let store = &brigade.store;
    let Some(record) = store::referral::by_id(store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let Some((side, _)) = sight_of(actor, &record, &[]) else { return refuse(ErrorCode::NotFound) };
    require(permission::may_ask_to_forward(&actor.permission(), side), ErrorCode::NotAllowed)?;
    let act = Act { by: actor.account.id, at: now() };
    if !candidates(brigade, &record.referral).await?.iter().any(|service| service.organisation_id == asked.to_organisation) {
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "to_organisation"));
    }
    let mut tx = store.begin().await?;
    if let Some(known) = store::referral_forward::by_id(&mut *tx, asked.id).await? {
        let known = known.forward;
        let is_same = (known.referral_id, known.to_organisation, known.asked.by) == (id, asked.to_organisation, act.by) && known.reason == typed(&asked.reason);
        return if is_same { Ok(asked.id) } else { refuse(ErrorCode::RevisionConflict) };
    }
    // As it stands now: it may have been taken back meanwhile.
    let Some(record) = store::referral::by_id(&mut *tx, id).await? else { return refuse(ErrorCode::NotFound) };
    let forward = Forward::ask(&record.referral, asked.id, asked.to_organisation, &typed(&asked.reason), act).map_err(refusal)?;
    if !store::referral_forward::insert(&mut tx, &forward, &actor.account.display_name).await? {
        return refuse(ErrorCode::ActNotPossible);
    }
    enter(&mut tx, id, Some(actor), FORWARD_ASKED, act.at).await?;
    store::referral::touch(&mut tx, id, act.at).await?;
    store::audit::record(&mut tx, act.at, Some(act.by), "forward.asked", "referral", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(asked.id)
}

/// Says no, and why, to who asked.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible` when it was answered, `reason_required`, `text_too_long`.
pub async fn refuse_it(brigade: &Brigade, actor: &Actor, id: ForwardId, reason: &str) -> Result<()> {
    let store = &brigade.store;
    let Some(record) = store::referral_forward::by_id(store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let first = record.forward.referral_id;
    let Some(referral) = store::referral::by_id(store.reader(), first).await? else { return refuse(ErrorCode::NotFound) };
    let Some((side, _)) = sight_of(actor, &referral, &[]) else { return refuse(ErrorCode::NotFound) };
    // Who asked may not answer, and is told so as of what is not theirs.
    require(permission::may_answer_forward(&actor.permission(), side), ErrorCode::NotFound)?;
    let act = Act { by: actor.account.id, at: now() };
    let refused = record.forward.refuse(&typed(reason), act).map_err(refusal)?;
    let mut tx = store.begin().await?;
    if !store::referral_forward::save_answered(&mut tx, &refused).await? {
        return refuse(ErrorCode::ActNotPossible);
    }
    let Some(ForwardAnswer::Refused { reason, .. }) = &refused.answer else { return refuse(ErrorCode::ActNotPossible) };
    enter(&mut tx, first, Some(actor), &format!("{FORWARD_REFUSED} : {reason}"), act.at).await?;
    store::referral::touch(&mut tx, first, act.at).await?;
    store::audit::record(&mut tx, act.at, Some(act.by), "forward.refused", "referral", &first.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Whether a referral to be made answers an asking that waits, of the same case, and shares no more.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible` when it was answered, `value_out_of_range`, `section_not_shareable` for more than the first shared.
pub async fn check(tx: &mut Tx, actor: &Actor, id: ForwardId, next: &Referral) -> Result<(Forward, ReferralRecord)> {
    let not_found = || UseCaseError::refused_because(ErrorCode::NotFound, "forwards");
    let record = store::referral_forward::by_id(&mut *tx, id).await?.ok_or_else(not_found)?;
    let first = store::referral::by_id(&mut *tx, record.forward.referral_id).await?.filter(|first| first.referral.case_id == next.case_id);
    let first = first.ok_or_else(not_found)?;
    let Some((side, _)) = sight_of(actor, &first, &[]) else { return Err(not_found()) };
    require(permission::may_answer_forward(&actor.permission(), side), ErrorCode::NotAllowed)?;
    if record.forward.answer.is_some() {
        return refuse(ErrorCode::ActNotPossible);
    }
    record.forward.allows(&first.referral, next.to_organisation, next.shared_sections).map_err(refusal)?;
    Ok((record.forward, first))
}

/// Answers an asking by a referral that goes.
///
/// # Errors
/// As [`check`].
pub async fn take(tx: &mut Tx, actor: &Actor, id: ForwardId, next: &Referral, at: Timestamp) -> Result<()> {
    let (forward, first) = check(tx, actor, id, next).await?;
    let by = actor.account.id;
    let sent = forward.send(&first.referral, next, Act { by, at }).map_err(refusal)?;
    if !store::referral_forward::save_answered(tx, &sent).await? {
        return refuse(ErrorCode::ActNotPossible);
    }
    enter(tx, first.referral.id, Some(actor), FORWARD_SENT, at).await?;
    store::referral::touch(tx, first.referral.id, at).await?;
    Ok(store::audit::record(tx, at, Some(by), "forward.sent", "referral", &first.referral.id.to_string()).await?)
}

/// Tells the first referral, on both its sides, how the one that took it further goes: that, and nothing of what was said.
///
/// # Errors
/// When the store fails.
pub async fn tell_first(tx: &mut Tx, next: &Referral, verb: ReferralVerb, at: Timestamp) -> Result<()> {
    let Some(id) = next.forwards else { return Ok(()) };
    let is_told = matches!(verb, ReferralVerb::Accept | ReferralVerb::Decline | ReferralVerb::Complete | ReferralVerb::Withdraw | ReferralVerb::Expire);
    let Some(record) = store::referral_forward::by_id(&mut *tx, id).await?.filter(|_| is_told) else { return Ok(()) };
    // A draft that was given up before it went says nothing: the asking waits, or another answered it.
    if !matches!(&record.forward.answer, Some(ForwardAnswer::Sent { referral, .. }) if *referral == next.id) {
        return Ok(());
    }
    enter(tx, record.forward.referral_id, None, &format!("{FORWARD_MOVED} : {}", verb.code()), at).await
}

async fn enter(tx: &mut Tx, referral_id: ReferralId, by: Option<&Actor>, text: &str, at: Timestamp) -> Result<()> {
    let entry = NewReferralEntry {
        id: EntryId(new_id()),
        referral_id,
        at,
        by_account: by.map(|actor| actor.account.id),
        by_name: by.map_or("Brigade", |actor| &actor.account.display_name),
        kind: EntryKind::ReferralChanged,
        text,
    };
    Ok(store::referral::insert_entry(tx, &entry).await?)
}

/// Services that a referral can be passed on to.
async fn candidates(brigade: &Brigade, referral: &Referral) -> Result<Vec<PartnerChoice>> {
    let recipients = store::account::referral_recipients(brigade.store.reader()).await?;
    let others = recipients.into_iter().filter(|body| body.id != referral.from_organisation && body.id != referral.to_organisation);
    // Whom a body has to speak to is the brigade's to know.
    Ok(others
        .map(|body| PartnerChoice {
            organisation_id: body.id,
            name: body.name,
            service: body.service,
            pivot_person: None,
            services: Vec::new(),
            framing: Framing::default(),
        })
        .collect())
}

/// What a page shows of askings: those of a referral, and the services that its holder can ask for.
#[derive(Clone, Debug, Default)]
pub struct Forwards {
    pub views: Vec<ForwardView>,
    pub choices: Vec<PartnerChoice>,
}

/// The askings of a referral as one side reads them.
///
/// # Errors
/// When the store fails.
pub async fn read(brigade: &Brigade, actor: &Actor, side: Side, record: &ReferralRecord) -> Result<Forwards> {
    let (reader, referral) = (brigade.store.reader(), &record.referral);
    let person = actor.permission();
    let (asks, answers) = (permission::may_ask_to_forward(&person, side).is_allowed(), permission::may_answer_forward(&person, side).is_allowed());
    // Those who follow it from their side, and nobody else.
    if !asks && !answers {
        return Ok(Forwards::default());
    }
    let records = store::referral_forward::of_referral(reader, referral.id).await?;
    let waits = records.iter().any(|record| record.forward.answer.is_none());
    // What people said for the new service, for who keeps it: of what was shared with the first, and no more.
    let keeps = answers && waits && referral.shared_sections.needs_consent() && permission::may_keep_consents(&person, Relation::OwnTeam).is_allowed();
    let consents = if keeps { keep_consents::rows(brigade, referral.case_id, now()).await? } else { Vec::new() };
    let partners = if answers && waits { read_case::partners(brigade, actor, &record.building).await? } else { Vec::new() };
    let mut views = Vec::new();
    for ForwardRecord { forward, by_name, organisation } in records {
        let (refused, next) = match &forward.answer {
            Some(ForwardAnswer::Refused { reason, .. }) => (Some(reason.clone()), None),
            Some(ForwardAnswer::Sent { referral, .. }) => (None, Some(*referral)),
            None => (None, None),
        };
        let may_answer = answers && forward.answer.is_none();
        views.push(ForwardView {
            id: forward.id,
            to_organisation: forward.to_organisation,
            organisation,
            reason: forward.reason,
            asked_by: by_name,
            at: forward.asked.at,
            sent: next.is_some(),
            refused,
            // Which one it is concerns the brigade.
            referral: next.filter(|_| answers),
            consents: consents
                .iter()
                .filter(|consent| may_answer && consent.holds && consent.to_organisation == forward.to_organisation)
                .filter_map(|consent| {
                    let within: BTreeSet<Section> = consent.sections.iter().copied().filter(|section| referral.shared_sections.contains(*section)).collect();
                    (!within.is_empty()).then(|| ConsentRow { sections: within, ..consent.clone() })
                })
                .collect(),
            may_answer,
            to: partners.iter().find(|partner| may_answer && partner.organisation_id == forward.to_organisation).cloned(),
        });
    }
    let choices = if asks && !waits && referral.stage().is_held() { candidates(brigade, referral).await? } else { Vec::new() };
    Ok(Forwards { views, choices })
}
