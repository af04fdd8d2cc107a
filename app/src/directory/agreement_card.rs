use casework::{
    agreement::Agreement,
    wire::v1::{AgreementVersion, AgreementView},
};
use leptos::prelude::*;

use super::reach_card::sections_named;
use crate::{
    texts::{self, Locale, Text, directory},
    ui::time,
};

/// What is agreed with a body, and where it stands.
#[component]
pub fn AgreementCard(
    /// What the register holds.
    view: AgreementView,
    /// What may be done with it.
    #[prop(optional)]
    acts: Option<AnyView>,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let (state, tone) = directory::agreement_state(view.state);
    let id = format!("entente-{}", view.id);
    let standing = view.versions.first().cloned();
    let days = standing.as_ref().map(|version| version.agreement.notice_days.to_string()).unwrap_or_default();
    let decide = view.decide_by.as_deref().filter(|_| view.state.awaits()).map(|day| {
        let text = texts::fill(directory::A_DECIDE_BY.get(locale), &[("date", &time::calendar_date(day, locale)), ("days", &days)]);
        view! { <p class="notice notice--warning" data-testid="agreement-decide">{text}</p> }
    });
    let written = standing.as_ref().map(|version| view! { <p class="muted small">{written(version, locale)}</p> });
    let facts = standing.map(|version| agreement_facts(&version.agreement, locale));
    view! {
        <article class="card stack" aria-labelledby=id.clone() data-testid="agreement" data-id=view.id.to_string() data-state=view.state.code()>
            <header class="cluster cluster--tight">
                <h2 id=id.clone()>{view.organisation.clone()}</h2>
                <span class=tone>{state.get(locale)}</span>
            </header>
            {decide}
            {facts}
            {written}
            {acts}
        </article>
    }
}

/// Who wrote a version, when, and why.
fn written(version: &AgreementVersion, locale: Locale) -> String {
    let date = time::date_time(version.at, locale);
    if version.version == 1 {
        return texts::fill(directory::A_WRITTEN.get(locale), &[("date", &date), ("name", &version.by)]);
    }
    let values = [("version", version.version.to_string()), ("date", date), ("name", version.by.clone()), ("reason", version.reason.clone())];
    texts::fill(directory::A_CHANGED.get(locale), &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// The versions that another replaced, each whole.
pub fn earlier(versions: &[AgreementVersion], locale: Locale) -> Option<impl IntoView + use<>> {
    let rows = versions
        .iter()
        .skip(1)
        .map(|version| {
            view! {
                <li class="stack stack--tight">
                    <p class="small">{written(version, locale)}</p>
                    {agreement_facts(&version.agreement, locale)}
                </li>
            }
        })
        .collect_view();
    (versions.len() > 1).then(|| {
        view! {
            <details class="disclosure" data-testid="agreement-earlier">
                <summary>{directory::A_EARLIER.get(locale)}</summary>
                <div class="disclosure__body">
                    <ul class="plain-list stack">{rows}</ul>
                </div>
            </details>
        }
    })
}

fn agreement_facts(agreement: &Agreement, locale: Locale) -> impl IntoView + use<> {
    let day = |day: casework::referral::Day| time::calendar_date(&day.to_string(), locale);
    let from = day(agreement.from);
    let period = match agreement.until {
        Some(until) => texts::fill(directory::A_PERIOD.get(locale), &[("from", &from), ("until", &day(until))]),
        None => texts::fill(directory::A_PERIOD_OPEN.get(locale), &[("from", &from)]),
    };
    let lines: [(Text, String); 6] = [
        (directory::A_PURPOSE, agreement.purpose.clone()),
        (directory::A_SECTIONS, sections_named(agreement.sections.sections(), locale)),
        (directory::A_WHEN, period),
        (directory::A_NOTICE, agreement.notice_days.to_string()),
        (directory::A_TERMS, agreement.terms.clone()),
        (directory::A_ENDED, agreement.ended_on.map(day).unwrap_or_default()),
    ];
    let lines = lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            view! {
                <div>
                    <dt>{name.get(locale)}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="service-facts">{lines}</dl> }
}
