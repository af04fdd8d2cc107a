use casework::{
    incident::{IncidentEntry, InformationKnown, Period, SeriousHarm},
    wire::v1::{IncidentVersion, IncidentView},
};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, incident},
    ui::time,
};

/// One incident, with everything that the regulation asks the register to say, as it is shown and printed.
#[component]
pub fn IncidentCard(
    /// What the register holds.
    view: IncidentView,
    /// What may be done with it.
    #[prop(optional)]
    acts: Option<AnyView>,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let date = |at| time::date_time(at, locale);
    let (class, state, code) = match view.versions.first().map(|version| version.entry.serious) {
        None => ("badge badge--warning", incident::STATE_REPORTED, "reported"),
        Some(SeriousHarm::Risk) => ("badge badge--danger", incident::STATE_RISK, SeriousHarm::Risk.code()),
        Some(SeriousHarm::NoRisk) => ("badge", incident::STATE_NO_RISK, SeriousHarm::NoRisk.code()),
    };
    let title = texts::fill(incident::NUMBER.get(locale), &[("number", &view.number.to_string())]);
    let reported = texts::fill(
        incident::REPORTED.get(locale),
        &[("date", &date(view.reported_at)), ("name", &view.reported_by), ("day", &time::calendar_date(&view.noticed_on, locale))],
    );
    let id = format!("incident-{}", view.number);
    let standing = view.versions.first().map(|version| entry_view(&version.entry, locale));
    let awaited = view.versions.first().map(|version| awaited(&version.entry, locale));
    let written = view.versions.first().map(|version| view! { <p class="muted small">{written(version, locale)}</p> });
    let kept = view.kept_until.as_deref().map(|day| {
        view! { <p class="muted small">{texts::fill(incident::KEPT_UNTIL.get(locale), &[("date", &time::calendar_date(day, locale))])}</p> }
    });
    view! {
        <article class="card stack incident" aria-labelledby=id.clone() data-testid="incident" data-state=code data-number=view.number.to_string()>
            <header class="cluster cluster--tight">
                <h2 id=id.clone()>{title}</h2>
                <span class=class>{state.get(locale)}</span>
            </header>
            {awaited}
            <p class="small">{reported}</p>
            <p class="incident__words">{view.words.clone()}</p>
            {standing}
            {written}
            {kept}
            {acts}
        </article>
    }
}

/// Who wrote a version, when, and why.
fn written(version: &IncidentVersion, locale: Locale) -> String {
    let date = time::date_time(version.at, locale);
    if version.version == 1 {
        return texts::fill(incident::WRITTEN.get(locale), &[("date", &date), ("name", &version.by)]);
    }
    let values = [("version", version.version.to_string()), ("date", date), ("name", version.by.clone()), ("reason", version.reason.clone())];
    texts::fill(incident::CORRECTED.get(locale), &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// The versions that a correction replaced, each whole.
pub fn earlier(versions: &[IncidentVersion], locale: Locale) -> Option<impl IntoView + use<>> {
    let rows = versions
        .iter()
        .skip(1)
        .map(|version| {
            view! {
                <li class="stack">
                    <p class="small">{written(version, locale)}</p>
                    {entry_view(&version.entry, locale)}
                </li>
            }
        })
        .collect_view();
    (versions.len() > 1).then(|| {
        view! {
            <details class="disclosure" data-testid="incident-earlier">
                <summary>{incident::EARLIER.get(locale)}</summary>
                <div class="disclosure__body">
                    <ul class="plain-list stack">{rows}</ul>
                </div>
            </details>
        }
    })
}

fn awaited(entry: &IncidentEntry, locale: Locale) -> impl IntoView + use<> {
    [(entry.awaits_commission(), incident::AWAITS_COMMISSION), (entry.awaits_persons(), incident::AWAITS_PERSONS)]
        .into_iter()
        .filter(|(is_awaited, _)| *is_awaited)
        .map(|(_, text)| view! { <p class="notice notice--danger" data-testid="incident-awaits">{text.get(locale)}</p> })
        .collect_view()
}

fn period(period: &Period, locale: Locale) -> String {
    let day = |day: casework::referral::Day| time::calendar_date(&day.to_string(), locale);
    let text = if period.from == period.to {
        day(period.from)
    } else {
        texts::fill(incident::PERIOD.get(locale), &[("from", &day(period.from)), ("to", &day(period.to))])
    };
    if period.approximate { texts::fill(incident::ABOUT.get(locale), &[("period", &text)]) } else { text }
}

fn entry_view(entry: &IncidentEntry, locale: Locale) -> impl IntoView + use<> {
    let day = |day: Option<casework::referral::Day>| {
        day.map_or_else(|| incident::NO_NOTICE.get(locale).to_owned(), |day| time::calendar_date(&day.to_string(), locale))
    };
    let description = match entry.information {
        InformationKnown::Known => entry.description.clone(),
        InformationKnown::Unknown => texts::fill(incident::UNKNOWN_BECAUSE.get(locale), &[("why", &entry.description)]),
    };
    let count = entry.persons.to_string();
    let persons = if entry.persons_estimated { texts::fill(incident::PERSONS_ABOUT.get(locale), &[("count", &count)]) } else { count };
    let public = entry.public_notice.as_ref().map_or_else(
        || incident::NO_NOTICE.get(locale).to_owned(),
        |notice| {
            let on = time::calendar_date(&notice.on.to_string(), locale);
            texts::fill(incident::PUBLIC_ON.get(locale), &[("date", &on), ("reason", &notice.reason)])
        },
    );
    let lines = [
        (incident::INFORMATION, description),
        (incident::CIRCUMSTANCES, entry.circumstances.clone()),
        (incident::HAPPENED, period(&entry.happened, locale)),
        (incident::AWARE, period(&entry.aware, locale)),
        (incident::PERSONS, persons),
        (incident::SENSITIVITY, entry.sensitivity.clone()),
        (incident::CONSEQUENCES, entry.consequences.clone()),
        (incident::LIKELIHOOD, entry.likelihood.clone()),
        (incident::CONCLUSION, incident::serious(entry.serious).get(locale).to_owned()),
        (incident::COMMISSION_TOLD, day(entry.commission_told_on)),
        (incident::PERSONS_TOLD, day(entry.persons_told_on)),
        (incident::PUBLIC_TOLD, public),
        (incident::MEASURES, entry.measures.clone()),
    ];
    let lines = lines
        .into_iter()
        .map(|(name, value)| {
            view! {
                <div class="incident__line">
                    <dt>{name.get(locale)}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="incident__entry">{lines}</dl> }
}
