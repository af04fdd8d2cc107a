//! Moves the demo's cases, escalations and referrals as the use cases do, at past moments.

use anyhow::{Context, bail, ensure};
use casework::{
    clock::Timestamp,
    escalation::EscalationVerb,
    ids::{AccountId, BuildingId, CaseId, EntryId, EscalationId, ReferralId},
    permission::Grants,
    referral::{Draft, Referral, ReferralVerb},
    wire::v1::EntryKind,
};

use super::{
    ids::Ids,
    people::{BRIGADE, People, Who},
    plan::Step,
    referrals::{ReferralPlan, Turn},
};
use crate::{
    application::Actor,
    clock::local_date,
    store::{self, NewCaseEntry, NewEscalationEntry, NewReferralEntry, Tx},
};

/// A table at the office, where one thing is done after another.
pub struct Desk<'a> {
    pub tx: &'a mut Tx,
    pub ids: &'a mut Ids,
    pub people: &'a People,
}

/// The case of a building and all that hangs on it.
#[derive(Clone, Copy, Debug)]
pub struct File {
    pub case: CaseId,
    pub building: BuildingId,
    pub escalation: Option<EscalationId>,
}

impl Desk<'_> {
    /// The file that a visit opened.
    pub async fn open_file(&mut self, building_id: BuildingId) -> anyhow::Result<File> {
        let record = store::case::open_of_building(&mut *self.tx, building_id).await?.context("the visit opened no case")?;
        let escalations = store::escalation::of_building(&mut *self.tx, building_id).await?;
        Ok(File { case: record.case.id, building: building_id, escalation: escalations.first().map(|record| record.escalation.id) })
    }

    /// Does one step to a case or its escalation.
    pub async fn step(&mut self, file: &File, step: Step, at: Timestamp) -> anyhow::Result<()> {
        match step {
            Step::Assign(_) | Step::Start | Step::Wait | Step::Monitor | Step::Close(..) | Step::Reopen(_) => self.move_case(file.case, step, at).await,
            Step::Comment(who, text) => {
                let actor = self.people.actor(who)?;
                self.enter(file.case, Some(actor), EntryKind::Comment, text, at).await?;
                Ok(store::case::touch(self.tx, file.case, at).await?)
            }
            Step::Acknowledge | Step::Dispatch(_) | Step::Arrive | Step::Stabilise(_) | Step::StandDown(_) => self.move_escalation(file, step, at).await,
            Step::Log(who, text) => {
                let id = file.escalation.context("no escalation to write about")?;
                let actor = self.people.actor(who)?;
                self.log(id, actor, None, text, at).await?;
                store::escalation::touch(self.tx, id).await?;
                Ok(())
            }
        }
    }

    async fn move_case(&mut self, id: CaseId, step: Step, at: Timestamp) -> anyhow::Result<()> {
        let mut record = store::case::by_id(&mut *self.tx, id).await?.context("no such case")?;
        let case = record.case.clone();
        let coordinator = self.people.actor(Who::Coordinator)?;
        let worker = match case.state.assignment() {
            Some(assignment) if assignment.to == self.people.actor(Who::Psychosocial)?.account.id => self.people.actor(Who::Psychosocial)?,
            _ => self.people.actor(Who::Inspector)?,
        };
        let (by_coordinator, by_worker) = (coordinator.account.id, worker.account.id);
        let (actor, moved) = match step {
            Step::Assign(to) => (coordinator, case.assign(self.people.actor(to)?.account.id, by_coordinator, at)),
            Step::Start => (worker, case.start(by_worker, at)),
            Step::Wait => (worker, case.wait(None, by_worker, at)),
            Step::Monitor => (worker, case.monitor(None, by_worker, at)),
            Step::Close(outcome, reason) => (coordinator, case.close(outcome, reason, by_coordinator, at)),
            Step::Reopen(reason) => (coordinator, case.reopen(reason, by_coordinator, at)),
            other => bail!("{other:?} does not move a case"),
        };
        record.case = moved?;
        ensure!(store::case::save(self.tx, &record, at).await?, "the case changed meanwhile");
        self.enter(id, Some(actor), EntryKind::StageChanged, record.case.stage().code(), at).await?;
        store::audit::record(self.tx, at, Some(actor.account.id), "case.moved", "case", &id.to_string()).await?;
        Ok(())
    }

    async fn move_escalation(&mut self, file: &File, step: Step, at: Timestamp) -> anyhow::Result<()> {
        let id = file.escalation.context("the visit raised no escalation")?;
        let mut record = store::escalation::by_id(&mut *self.tx, id).await?.context("no such escalation")?;
        let escalation = record.escalation.clone();
        let (dispatcher, inspector) = (self.people.actor(Who::Dispatcher)?, self.people.actor(Who::Inspector)?);
        let (cell, site) = (dispatcher.account.id, inspector.account.id);
        let (actor, verb, text, moved) = match step {
            Step::Acknowledge => (dispatcher, EscalationVerb::Acknowledge, "", escalation.acknowledge(cell, at)),
            Step::Dispatch(team) => (dispatcher, EscalationVerb::Dispatch, team, escalation.dispatch(team, cell, at)),
            Step::Arrive => (inspector, EscalationVerb::Arrive, "", escalation.arrive(site, at)),
            Step::Stabilise(outcome) => (inspector, EscalationVerb::Stabilise, outcome.code(), escalation.stabilise(outcome, site, at)),
            Step::StandDown(reason) => (dispatcher, EscalationVerb::StandDown, reason, escalation.stand_down(reason, cell, at)),
            other => bail!("{other:?} does not move an escalation"),
        };
        record.escalation = moved?;
        if verb == EscalationVerb::Acknowledge {
            record.acknowledged_by_name = Some(actor.account.display_name.clone());
        }
        ensure!(store::escalation::save(self.tx, &record).await?, "the escalation changed meanwhile");
        self.log(id, actor, Some(verb), text, at).await?;
        self.enter(file.case, Some(actor), EntryKind::EscalationChanged, verb.code(), at).await?;
        store::case::touch(self.tx, file.case, at).await?;
        store::audit::record(self.tx, at, Some(actor.account.id), "escalation.moved", "escalation", &id.to_string()).await?;
        Ok(())
    }

    /// Drafts a referral of a case.
    pub async fn draft(&mut self, file: &File, plan: &ReferralPlan, at: Timestamp) -> anyhow::Result<ReferralId> {
        let coordinator = self.people.actor(Who::Coordinator)?;
        let recipient = self.people.organisation(plan.to)?;
        let draft = Draft {
            id: self.ids.next(at),
            case_id: file.case,
            building_id: file.building,
            from_organisation: self.people.organisation(BRIGADE)?.id,
            to_organisation: recipient.id,
            service: recipient.service.clone(),
            pivot_person: recipient.pivot_person.clone(),
            reason: plan.reason.to_owned(),
            urgency: plan.urgency,
            shared_sections: Grants::of(plan.sections.iter().copied())?,
            answer_in_days: 5,
            emergency: None,
            group: None,
        };
        let referral = Referral::draft(draft, coordinator.account.id, at)?;
        ensure!(store::referral::insert(self.tx, &referral, coordinator.account.id, at).await?, "a new referral");
        Ok(referral.id)
    }

    /// Does one thing to a referral.
    pub async fn turn(&mut self, id: ReferralId, turn: Turn, at: Timestamp) -> anyhow::Result<()> {
        let mut record = store::referral::by_id(&mut *self.tx, id).await?.context("no such referral")?;
        let expected = record.referral.revision;
        let referral = record.referral.clone();
        let coordinator = self.people.actor(Who::Coordinator)?;
        let actor = match turn {
            Turn::Send { .. } | Turn::Withdraw(_) => Some(coordinator),
            Turn::Accept(who, _) | Turn::Decline(who, _) | Turn::Begin(who) | Turn::Hold(who, _) | Turn::Complete(who, _) => Some(self.people.actor(who)?),
            Turn::Expire => None,
        };
        if let Some(partner) = actor.filter(|actor| actor.account.id != coordinator.account.id) {
            ensure!(partner.account.organisation.id == referral.to_organisation, "{} answers for another body", partner.account.email);
        }
        let by = actor.map_or(coordinator.account.id, |actor| actor.account.id);
        let in_days = |days: i64| at.plus_ms(days * Timestamp::DAY_MS);
        let (verb, text, moved) = match turn {
            Turn::Send { due_days } => (ReferralVerb::Send, "", referral.send(in_days(due_days), by, at)),
            Turn::Accept(_, planned) => {
                let planned_on = planned.map(|days| local_date(in_days(days)).parse()).transpose()?;
                (ReferralVerb::Accept, "", referral.accept(by, at, planned_on))
            }
            Turn::Decline(_, reason) => (ReferralVerb::Decline, reason, referral.decline(reason, by, at)),
            Turn::Begin(_) => (ReferralVerb::Start, "", referral.start(by, at)),
            Turn::Hold(_, reason) => (ReferralVerb::Hold, reason, referral.hold(reason, by, at)),
            Turn::Complete(_, outcome) => (ReferralVerb::Complete, outcome, referral.complete(outcome, by, at)),
            Turn::Withdraw(reason) => (ReferralVerb::Withdraw, reason, referral.withdraw(by, at, reason)),
            Turn::Expire => (ReferralVerb::Expire, "", referral.expire(at)),
        };
        record.referral = moved?;
        if let (ReferralVerb::Accept | ReferralVerb::Decline, Some(actor)) = (verb, actor) {
            record.answered_by_name = Some(actor.account.display_name.clone());
            record.answered_at = Some(at);
        }
        ensure!(store::referral::save(self.tx, &record, expected, at).await?, "the referral changed meanwhile");
        let (kind, text, line) = match verb {
            ReferralVerb::Send => (EntryKind::ReferralSent, String::new(), record.to_name.clone()),
            ReferralVerb::Accept | ReferralVerb::Decline => (EntryKind::ReferralAnswered, told(verb, text), format!("{} · {}", record.to_name, verb.code())),
            _ => (EntryKind::ReferralChanged, told(verb, text), format!("{} · {}", record.to_name, verb.code())),
        };
        let (by_account, by_name) = author(actor);
        let entry = NewReferralEntry { id: self.ids.next::<EntryId>(at), referral_id: id, at, by_account, by_name, kind, text: &text };
        store::referral::insert_entry(self.tx, &entry).await?;
        self.enter(record.referral.case_id, actor, kind, &line, at).await?;
        store::case::touch(self.tx, record.referral.case_id, at).await?;
        let action = if verb == ReferralVerb::Send { "referral.sent" } else { "referral.moved" };
        store::audit::record(self.tx, at, by_account, action, "referral", &id.to_string()).await?;
        Ok(())
    }

    async fn enter(&mut self, case_id: CaseId, actor: Option<&Actor>, kind: EntryKind, text: &str, at: Timestamp) -> anyhow::Result<()> {
        let (by_account, by_name) = author(actor);
        let entry = NewCaseEntry { id: self.ids.next(at), case_id, at, by_account, by_name, kind, confidential: false, by_confidential: false, text };
        Ok(store::case::insert_entry(self.tx, &entry).await?)
    }

    async fn log(&mut self, escalation_id: EscalationId, actor: &Actor, verb: Option<EscalationVerb>, text: &str, at: Timestamp) -> anyhow::Result<()> {
        let (by_account, by_name) = author(Some(actor));
        let entry = NewEscalationEntry { id: self.ids.next(at), escalation_id, at, by_account, by_name, verb, text };
        Ok(store::escalation::insert_entry(self.tx, &entry).await?)
    }
}

/// Who signs a line; without a person, the platform itself.
fn author(actor: Option<&Actor>) -> (Option<AccountId>, &str) {
    actor.map_or((None, "Brigade"), |actor| (Some(actor.account.id), actor.account.display_name.as_str()))
}

fn told(verb: ReferralVerb, text: &str) -> String {
    if text.is_empty() { verb.code().to_owned() } else { format!("{} : {text}", verb.code()) }
}
