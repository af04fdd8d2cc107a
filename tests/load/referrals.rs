//! The list of a service that 5,000 referrals were sent to, and the rule that every reading asks.

use std::time::Instant;

use casework::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, CaseId, MessageId, OrganisationId, ReferralId},
    permission::{self, Action, Actor, Grants, OrganisationKind, Relation, Role, Section},
    referral::{Draft, Message, Referral, ReferralStage, Urgency},
};
use server::{
    clock::new_id,
    store::{self, NewAccount, NewOrganisation, ReferralRecord, Tx},
};

use crate::{
    figures::{Latencies, line},
    program::Program,
    seed,
};

const REFERRALS: usize = 5_000;
const LISTS: usize = 300;
const DECISIONS: usize = 4_000_000;

/// Who sends: the brigade and somebody of it.
pub struct Sender {
    pub organisation_id: OrganisationId,
    pub account_id: AccountId,
}

/// Writes the service, somebody of it and what it received; returns their e-mail.
pub async fn seed(tx: &mut Tx, sender: &Sender, cases: &[(CaseId, BuildingId)], password_hash: String, at: Timestamp) -> anyhow::Result<String> {
    let (to, by) = (OrganisationId(new_id()), AccountId(new_id()));
    let email = "service@brigade.test".to_owned();
    let organisation = NewOrganisation {
        id: to,
        name: "Service".to_owned(),
        kind: OrganisationKind::Health,
        service: "Accueil".to_owned(),
        municipality: None,
        pivot_person: None,
        receives_referrals: true,
    };
    store::account::insert_organisation(&mut *tx, &organisation, at).await?;
    let account = NewAccount {
        id: by,
        email: email.clone(),
        display_name: "Service".to_owned(),
        password_hash,
        role: Role::PartnerAgent,
        organisation_id: to,
        on_call_rank: None,
    };
    store::account::insert_account(&mut *tx, &account, at).await?;
    for (index, (case_id, building_id)) in cases.iter().cycle().take(REFERRALS).enumerate() {
        let sent_at = at.plus_ms(index as i64 * 60_000);
        let draft = Draft {
            id: ReferralId(new_id()),
            case_id: *case_id,
            building_id: *building_id,
            from_organisation: sender.organisation_id,
            to_organisation: to,
            service: "Accueil".to_owned(),
            pivot_person: None,
            reason: "Accompagnement demandé".to_owned(),
            urgency: Urgency::Soon,
            shared_sections: Grants::of([Section::Building])?,
            answer_in_days: 10,
            emergency: None,
            group: None,
        };
        let sent = Referral::draft(draft, sender.account_id, sent_at)?.send_now(sender.account_id, sent_at)?;
        let referral = match index % 5 {
            0 => sent,
            1 => sent.accept(by, sent_at, None)?,
            2 => sent.decline("Complet", by, sent_at)?,
            _ => sent.accept(by, sent_at, None)?.complete("Accompagnés", by, sent_at)?,
        };
        store::referral::insert(&mut *tx, &referral, sender.account_id, sent_at).await?;
        if index % 5 != 0 {
            let record = store::referral::by_id(&mut *tx, referral.id).await?;
            if let Some(record) = record {
                let answered = ReferralRecord { answered_by_name: Some("Service".to_owned()), answered_at: Some(sent_at), ..record };
                store::referral::save(&mut *tx, &answered, referral.revision, sent_at).await?;
            }
        }
        let message = Message {
            id: MessageId(new_id()),
            referral_id: referral.id,
            from: sender.organisation_id,
            by: sender.account_id,
            at: sent_at,
            text: "Avez-vous pu les joindre?".to_owned(),
            asks: index % 3 == 0,
            replies_to: None,
        };
        store::referral_message::insert(&mut *tx, &message, "Charge").await?;
    }
    Ok(email)
}

/// The first page as it opens, then the page after, then a search.
pub async fn measure(program: &Program, email: &str) -> anyhow::Result<()> {
    let client = program.sign_in(email, seed::PASSWORD).await?;
    let list = format!("{}/api/v1/referrals", program.base);
    let read = async |url: &str| anyhow::Ok(client.get(url).send().await?.error_for_status()?.json::<serde_json::Value>().await?);
    let first = read(&list).await?;
    let after = format!("{list}?side=received&after={}", first["received_next"].as_str().unwrap_or_default());
    let search = format!("{list}?q=registre");
    for (name, url) in [("inbox_first_page_of_5000", &list), ("inbox_next_page_of_5000", &after), ("inbox_search_in_5000", &search)] {
        let cpu_before = program.cpu_ms()?;
        let mut latencies = Latencies::default();
        for _ in 0..LISTS {
            let before = Instant::now();
            let body = read(url).await?;
            latencies.push(before.elapsed());
            anyhow::ensure!(body["received"].as_array().map(Vec::len) == Some(50), "{url} is no full page");
        }
        let cpu = program.cpu_ms()? - cpu_before;
        line(
            name,
            &serde_json::json!({ "p50_ms": latencies.percentile(50), "p95_ms": latencies.percentile(95), "cpu_ms_each": (cpu / LISTS as f64 * 1000.0).round() / 1000.0 }),
        );
    }
    Ok(())
}

/// One decision, over every role, relation, section and action in turn.
pub fn decisions() -> anyhow::Result<()> {
    let organisation_id = OrganisationId(new_id());
    let grants = Grants::of([Section::Building, Section::Household])?;
    let actors: Vec<Actor> = Role::ALL
        .iter()
        .map(|role| Actor { account_id: AccountId(new_id()), role: *role, organisation_id, organisation_kind: OrganisationKind::Brigade })
        .collect();
    let relations = [Relation::OwnTeam, Relation::Territory, Relation::None, Relation::Referred(ReferralStage::Accepted)];
    let before = Instant::now();
    let mut allowed = 0_usize;
    for index in 0..DECISIONS {
        let (actor, relation) = (&actors[index % actors.len()], relations[index / 7 % relations.len()]);
        let (section, action) = (Section::ALL[index / 3 % Section::ALL.len()], Action::ALL[index / 5 % Action::ALL.len()]);
        allowed += usize::from(permission::decide(std::hint::black_box(actor), relation, grants, section, action).is_allowed());
    }
    let ns = before.elapsed().as_secs_f64() * 1e9 / DECISIONS as f64;
    line("permission_decision", &serde_json::json!({ "ns_each": (ns * 100.0).round() / 100.0, "count": DECISIONS, "allowed": allowed }));
    Ok(())
}
