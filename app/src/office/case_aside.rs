use casework::wire::v1::{BuildingView, CaseAction, CaseDetail, ConsentProofRow, EscalationRow};
use leptos::prelude::*;

use super::{
    case_forms::{CommentForm, OfPeople, RaiseForm, ReferForm, StageForm},
    consent_section::ConsentSection,
};
use crate::{
    document::PageContext,
    texts::{Locale, common, consent, office},
    ui::{Moment, ReferralTable, place, time},
};

/// Beside the case: the acts that are the reader's, the building, escalations and referrals.
#[component]
pub fn CaseAside(
    /// The case.
    case: CaseDetail,
    /// Form token and form id.
    page: PageContext,
) -> impl IntoView {
    let locale = page.locale;
    let id = case.row.id;
    let allows = |action: CaseAction| case.allowed.contains(&action);
    let raise = allows(CaseAction::RaiseEscalation).then(|| view! { <RaiseForm case_id=id csrf=page.csrf.clone() locale=locale /> });
    let keeps_consents = allows(CaseAction::KeepConsents);
    let consents = keeps_consents.then(|| view! { <ConsentSection case=case.clone() page=page.clone() /> });
    let refer = (allows(CaseAction::CreateReferral) && !case.partners.is_empty()).then(|| {
        view! {
            <ReferForm
                case_id=id
                csrf=page.csrf.clone()
                form_id=page.form_id.clone()
                partners=case.partners.clone()
                shareable=case.shareable.clone()
                of_people=keeps_consents.then(|| OfPeople { consents: case.consents.clone(), doors: case.consent_doors.clone() })
                locale=locale
            />
        }
    });
    let comment = allows(CaseAction::Comment).then(|| view! { <CommentForm case_id=id csrf=page.csrf.clone() locale=locale /> });
    let stage = allows(CaseAction::ChangeStage)
        .then(|| view! { <StageForm case_id=id csrf=page.csrf.clone() verbs=case.verbs.clone() revision=case.row.revision locale=locale /> });
    let acts = (!case.allowed.is_empty()).then(|| {
        view! {
            <section class="case-acts stack" id="agir" aria-label=office::ACTIONS_TITLE.get(locale)>
                {raise}
                {refer}
                {comment}
                {stage}
            </section>
        }
    });
    let escalations = (!case.escalations.is_empty()).then(|| escalation_list(case.escalations.clone(), locale));
    let referrals = (!case.referrals.is_empty()).then(|| {
        view! {
            <section class="card" id="references">
                <h2>{office::REFERRALS_TITLE.get(locale)}</h2>
                <ReferralTable rows=case.referrals.clone() received=false caption=office::REFERRALS_TITLE.get(locale).to_owned() locale=locale />
            </section>
        }
    });
    let proofs = (!case.consent_proofs.is_empty()).then(|| proof_list(case.consent_proofs.clone(), locale));
    view! {
        <aside class="case__aside stack">
            {acts}
            {escalations}
            {referrals}
            {consents}
            {proofs}
            {case.building.map(|building| building_facts(building, locale))}
        </aside>
    }
}

/// For who reads what proves a consent and keeps none.
fn proof_list(proofs: Vec<ConsentProofRow>, locale: Locale) -> impl IntoView {
    let lines = proofs
        .into_iter()
        .map(|row| {
            view! {
                <li>
                    <a href=format!("/bureau/consentements/{}/preuve", row.consent_id) rel="external" data-testid="case-consent-proof">
                        {consent::proof(row.kind).get(locale)}
                    </a>
                    <span class="muted small">"\u{a0}· " {row.organisation} "\u{a0}· " {time::date(row.at, locale)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" id="preuves">
            <h2>{consent::PROOF_LIST.get(locale)}</h2>
            <ul class="stack stack--tight plain-list">{lines}</ul>
        </section>
    }
}

fn building_facts(building: BuildingView, locale: Locale) -> impl IntoView {
    let unknown = || common::UNKNOWN.get(locale).to_owned();
    let facts = [
        (office::BUILDING_DWELLINGS, building.dwellings.to_string()),
        (office::BUILDING_STOREYS, building.storeys.map_or_else(unknown, |storeys| storeys.to_string())),
        (office::BUILDING_YEAR, building.year_built.map_or_else(unknown, |year| year.to_string())),
        (office::BUILDING_MUNICIPALITY, building.municipality),
        (office::BUILDING_BOROUGH, building.borough.unwrap_or_else(|| common::NONE.get(locale).to_owned())),
    ]
    .into_iter()
    .map(|(name, value)| {
        view! {
            <div>
                <dt>{name.get(locale)}</dt>
                <dd>{value}</dd>
            </div>
        }
    })
    .collect_view();
    let on_map = building.longitude.and(building.latitude).map(|_| view! { <a href="/carte" rel="external">{office::BUILDING_ON_MAP.get(locale)}</a> });
    view! {
        <section class="card" id="immeuble">
            <h2>{office::BUILDING.get(locale)}</h2>
            <dl class="facts">{facts}</dl>
            {on_map}
        </section>
    }
}

fn escalation_list(escalations: Vec<EscalationRow>, locale: Locale) -> impl IntoView {
    let lines = escalations
        .into_iter()
        .map(|row| {
            let exercise = row.exercise.then(|| view! { <span class="badge badge--info">{common::EXERCISE.get(locale)}</span> });
            let reason = row.reason.clone().map(|reason| view! { <p class="small">{reason}</p> });
            view! {
                <li class="stack stack--tight" data-testid="case-escalation-row" data-id=row.id.to_string() data-stage=row.stage.code()>
                    <p class="cluster cluster--tight">
                        <span class="badge badge--danger">{common::escalation_stage(row.stage).get(locale)}</span>
                        {exercise}
                        <span class="muted small">{place::name_of_wire(&row.place, row.door.as_deref(), locale)}</span>
                        <span class="muted small"><Moment at=row.clocks.raised_at locale=locale /></span>
                    </p>
                    {reason}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" id="escalades">
            <h2>{office::ESCALATIONS_TITLE.get(locale)}</h2>
            <ul class="stack plain-list">{lines}</ul>
            <p>
                <a href="/cellule" rel="external">{common::NAV_CELL.get(locale)}</a>
            </p>
        </section>
    }
}
