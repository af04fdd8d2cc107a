use casework::{
    ids::ReferralId,
    referral::ReferralStage,
    wire::v1::{ErrorCode, ReferralDetail, ReferralLink},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    answer_forms::AnswerForms, forward_panel::ForwardPanel, links_panel::LinksPanel, person_word_panel::PersonWordPanel, shared_panel::SharedPanel,
    thread_panel::ThreadPanel,
};
use crate::{
    directory::BeforeSendingNotice,
    document::PageContext,
    office::{ReferForm, ReferStart},
    pages::{load, page_context, shown},
    texts::{self, Locale, Text, common, errors, partner, sheet, thread},
    ui::{Moment, PageFrame, PageTitle, Timeline, stage_tone, time},
};

/// `/partenaires/:id`: what is asked, what is shared, who answered and when, and the acts that are the reader's.
#[component]
pub fn ReferralPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let asked = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let path = format!("/partenaires/{asked}");
    let id = asked.parse::<ReferralId>().ok();
    let data = load(move |gateway| async move {
        match id {
            Some(id) => gateway.referral(id).await,
            None => Err(errors::api_error(ErrorCode::NotFound, None)),
        }
    });
    let context = page.clone();
    view! {
        <PageFrame page=page title=partner::INBOX_TITLE.get(locale).to_owned() path=path.clone() next=path>
            <p class="back">
                <a href="/partenaires" rel="external">{common::BACK_TO_REFERRALS.get(locale)}</a>
            </p>
            {shown(data, move |referral| referral_view(referral, context.clone()))}
        </PageFrame>
    }
}

/// The whole of a referral, as its reader's side knows it.
pub fn referral_view(referral: ReferralDetail, page: PageContext) -> impl IntoView {
    let locale = page.locale;
    let history = if referral.history.is_empty() {
        view! { <p class="muted">{partner::HISTORY_EMPTY.get(locale)}</p> }.into_any()
    } else {
        view! { <Timeline entries=referral.history.clone() locale=locale /> }.into_any()
    };
    let title = texts::fill(partner::REFERRAL_TITLE.get(locale), &[("address", &referral.row.address)]);
    // Before it goes, what it shares is what one looks at; afterwards, what is said.
    let is_draft = referral.row.stage == ReferralStage::Draft;
    let shared = || view! { <SharedPanel referral=referral.clone() locale=locale /> };
    let before = referral.before_sending.clone().map(|before| view! { <BeforeSendingNotice before=before locale=locale /> });
    let (first_shared, then_shared) = (is_draft.then(shared), (!is_draft).then(shared));
    // What is not sent yet is read before it is sent, on a phone too.
    let class = if is_draft { "referral referral--draft" } else { "referral" };
    view! {
        <PageTitle text=title locale=locale />
        <article class=class data-testid="referral" data-stage=referral.row.stage.code() data-revision=referral.row.revision.to_string()>
            {header(&referral, locale)}
            <div class="referral__asked">{request(&referral, locale)}</div>
            <div class="referral__main stack stack--loose">
                <PersonWordPanel referral=referral.clone() page=page.clone() />
                {before}
                {first_shared}
                <ThreadPanel referral=referral.clone() page=page.clone() />
                {then_shared}
                <ForwardPanel referral=referral.clone() page=page.clone() />
                <LinksPanel referral=referral.clone() page=page.clone() />
                <section class="card" id="historique">
                    <h2>{partner::HISTORY.get(locale)}</h2>
                    {history}
                </section>
            </div>
            <aside class="referral__aside stack">
                <AnswerForms referral=referral.clone() page=page.clone() />
                {redirection(&referral, &page)}
            </aside>
        </article>
    }
}

/// After a refusal or no answer, the next service in one step: what was asked and shared is there already, to be changed or sent as it is.
fn redirection(referral: &ReferralDetail, page: &PageContext) -> Option<impl IntoView + use<>> {
    let (choice, case_id) = (referral.redirect.clone()?, referral.row.case_id?);
    let start = ReferStart {
        redirects: Some(referral.row.id),
        forwards: None,
        reason: referral.reason.clone(),
        urgency: Some(referral.row.urgency),
        sections: referral.shared_sections.clone(),
    };
    Some(view! {
        <ReferForm
            case_id=case_id
            csrf=page.csrf.clone()
            form_id=page.form_id.clone()
            partners=choice.partners
            shareable=choice.shareable
            start=start
            locale=page.locale
        />
    })
}

/// Where the asking went on, and where it came from.
fn links(referral: &ReferralDetail, locale: Locale) -> impl IntoView + use<> {
    let one = |text: Text, testid: &'static str, link: Option<ReferralLink>| {
        link.map(|link| {
            view! {
                <p class="small" data-testid=testid>
                    {text.get(locale)} " " <a href=format!("/partenaires/{}", link.id) rel="external">{link.to_organisation}</a>
                </p>
            }
        })
    };
    let group = (!referral.group.is_empty()).then(|| {
        let others = referral.group.iter().cloned().map(|other| {
            view! {
                <li>
                    <a href=format!("/partenaires/{}", other.id) rel="external">{other.to_organisation}</a>
                    " "
                    <span class=stage_tone(other.stage)>{common::referral_stage(other.stage).get(locale)}</span>
                </li>
            }
        });
        view! {
            <div class="small" data-testid="referral-group">
                <p>{partner::GROUP.get(locale)}</p>
                <ul>{others.collect_view()}</ul>
            </div>
        }
    });
    view! {
        {one(partner::REDIRECTED_TO, "redirected-to", referral.redirected_to.clone())}
        {one(partner::REDIRECTS, "redirects", referral.redirects.clone())}
        {group}
    }
}

fn header(referral: &ReferralDetail, locale: Locale) -> impl IntoView + use<> {
    let row = referral.row.clone();
    let late = row.late.then(|| view! { <span class="badge badge--danger" data-testid="referral-late">{partner::LATE.get(locale)}</span> });
    let soon = row.due_soon.then(|| view! { <span class="badge badge--warning">{partner::DUE_SOON.get(locale)}</span> });
    let from_to = texts::fill(partner::FROM_TO.get(locale), &[("from", &row.from_organisation), ("to", &row.to_organisation)]);
    let due = match row.due_at {
        Some(at) => texts::fill(partner::DUE.get(locale), &[("date", &time::date(at, locale))]),
        None => match referral.answer_in_days {
            Some(days) => texts::fill(partner::DRAFT_DUE.get(locale), &[("count", &days.to_string())]),
            None => partner::DUE_NONE.get(locale).to_owned(),
        },
    };
    let links = links(referral, locale);
    let sheet = (!referral.recipient && row.sent_at.is_some() && row.case_id.is_some()).then(|| {
        view! {
            <p class="screen-only">
                <a href=format!("/partenaires/{}/feuille", row.id) rel="external" data-testid="sheet-link">{sheet::OPEN.get(locale)}</a>
            </p>
        }
    });
    // For the sender: a referral that nobody opened is one to ring about.
    let waits = !referral.recipient && matches!(row.stage, ReferralStage::Sent);
    let opened = match &referral.opened {
        Some(first) => Some(texts::fill(thread::OPENED.get(locale), &[("name", &first.by), ("time", &time::date_time(first.at, locale))])),
        None => waits.then(|| thread::NOT_OPENED.get(locale).to_owned()),
    };
    let opened = opened.map(|text| view! { <p class="muted small" data-testid="referral-opened">{text}</p> });
    let sent =
        row.sent_at.map(|at| view! { <p class="muted small">{texts::fill(partner::SENT_ON.get(locale), &[("time", &time::date_time(at, locale))])}</p> });
    view! {
        <header class="referral-header stack stack--tight">
            <p class="muted">{from_to}</p>
            <h1>{row.address}</h1>
            <p class="muted">{row.municipality}</p>
            <p class="cluster cluster--tight">
                <span class=stage_tone(row.stage) data-testid="referral-stage">{common::referral_stage(row.stage).get(locale)}</span>
                {late}
                {soon}
                <span class="small">{due}</span>
            </p>
            {sent}
            {opened}
            {links}
            {sheet}
        </header>
    }
}

fn request(referral: &ReferralDetail, locale: Locale) -> impl IntoView + use<> {
    let row = referral.row.clone();
    let case = row.case_id.zip(row.case_number.clone()).map(|(id, number)| {
        view! {
            <div>
                <dt>{partner::CASE.get(locale)}</dt>
                <dd><a href=format!("/bureau/dossiers/{id}") rel="external">{number}</a></dd>
            </div>
        }
    });
    let answered = row.answered_by.clone().zip(row.answered_at).map(|(name, at)| {
        let text = texts::fill(partner::ALREADY.get(locale), &[("name", &name), ("time", &time::date_time(at, locale))]);
        view! { <p class="notice notice--info" data-testid="referral-answered">{text}</p> }
    });
    let facts = [
        (partner::SERVICE, Some(row.service).filter(|service| !service.is_empty())),
        (partner::PIVOT, referral.pivot_person.clone()),
        (partner::COLUMN_URGENCY, Some(common::urgency(row.urgency).get(locale).to_owned())),
        (partner::PLANNED_ON, referral.planned_on.as_deref().map(|day| time::calendar_date(day, locale))),
        (partner::STAGE_REASON, referral.stage_reason.clone()),
        (partner::OUTCOME, referral.outcome.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| fact(name.get(locale), value)))
    .collect_view();
    let due = row.due_at.map(|at| {
        view! {
            <div>
                <dt>{partner::COLUMN_DUE.get(locale)}</dt>
                <dd><Moment at=at locale=locale date_only=true /></dd>
            </div>
        }
    });
    view! {
        <section class="card">
            <h2>{partner::ASKED.get(locale)}</h2>
            {answered}
            <p class="prose">{referral.reason.clone()}</p>
            <dl class="facts">{facts} {due} {case}</dl>
        </section>
    }
}

fn fact(name: &'static str, value: String) -> impl IntoView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
}
