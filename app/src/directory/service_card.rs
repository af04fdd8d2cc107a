use casework::{
    directory::{Freshness, WorkContact},
    wire::v1::{ContactView, ServiceView},
};
use leptos::prelude::*;

use super::service_facts::{ServiceFacts, call, mail};
use crate::{
    texts::{self, Locale, directory},
    ui::time,
};

/// A service as the brigade reads it: what it does, whom to ring there, how far all of it can be relied upon.
#[component]
pub fn ServiceCard(
    /// What is known of it.
    view: ServiceView,
    /// Its name leads to its page.
    #[prop(optional)]
    linked: bool,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let id = format!("service-{}", view.id);
    let name = view.service.name.clone();
    let name = if linked { view! { <a href=format!("/repertoire/services/{}", view.id) rel="external">{name}</a> }.into_any() } else { name.into_any() };
    let published = if view.service.public { directory::PUBLIC } else { directory::PRIVATE };
    let inactive = (!view.active).then(|| view! { <span class="badge badge--danger">{directory::INACTIVE.get(locale)}</span> });
    let stale =
        directory::freshness(view.freshness).map(|text| view! { <span class="badge badge--warning" data-testid="service-stale">{text.get(locale)}</span> });
    let source = view.source.as_ref().map(|name| view! { <p class="muted small">{texts::fill(directory::SOURCE.get(locale), &[("name", name)])}</p> });
    let note = (!view.service.note.is_empty()).then(|| {
        view! {
            <div class="service-card__note">
                <p class="muted small">{directory::NOTE.get(locale)}</p>
                <p>{view.service.note.clone()}</p>
            </div>
        }
    });
    view! {
        <article
            class="card service-card"
            aria-labelledby=id.clone()
            data-testid="service-card"
            data-id=view.id.to_string()
            data-freshness=view.freshness.code()
        >
            <header class="stack stack--tight">
                <p class="muted small">{view.organisation.clone()}</p>
                <h2 id=id.clone()>{name}</h2>
                <p class="cluster cluster--tight">
                    {inactive}
                    <span class="badge">{published.get(locale)}</span>
                    {stale}
                </p>
            </header>
            <p class="prose">{view.service.summary.clone()}</p>
            {contact_panel(&view, locale)}
            <ServiceFacts service=view.service.clone() locale=locale />
            {note}
            <footer class="stack stack--tight">{verified_line(&view, locale)} {source}</footer>
        </article>
    }
}

fn verified_line(view: &ServiceView, locale: Locale) -> Option<impl IntoView + use<>> {
    let day = view.verified_on.as_deref()?;
    let date = time::calendar_date(day, locale);
    let text = match &view.verified_by {
        Some(name) => texts::fill(directory::VERIFIED.get(locale), &[("date", &date), ("name", name)]),
        None => texts::fill(directory::VERIFIED_BY_SOURCE.get(locale), &[("date", &date)]),
    };
    let class = if view.freshness == Freshness::Fresh { "muted small" } else { "small" };
    Some(view! { <p class=class data-testid="service-verified">{text}</p> })
}

/// Whom to ring today; who is away, until when.
pub fn contact_panel(view: &ServiceView, locale: Locale) -> Option<impl IntoView + use<>> {
    let ContactView { contact, replaces, away_until } = view.contact.clone()?;
    let title = if replaces { directory::REPLACEMENT } else { directory::PIVOT };
    let pivot = view.service.pivot.as_ref().map(|pivot| pivot.name.clone()).unwrap_or_default();
    let away = away_until.map(|day| {
        let date = time::calendar_date(&day, locale);
        let text = if replaces {
            texts::fill(directory::REPLACES_UNTIL.get(locale), &[("date", &date), ("name", &pivot)])
        } else {
            texts::fill(directory::AWAY_UNTIL.get(locale), &[("date", &date)])
        };
        view! { <p class="small" data-testid="service-away">{text}</p> }
    });
    Some(view! {
        <div class="service-contact" data-testid="service-contact" data-replaces=replaces.to_string()>
            <p class="muted small">{title.get(locale)}</p>
            {person(&contact)}
            {away}
        </div>
    })
}

/// Somebody at work: name, role, how to reach them.
pub fn person(contact: &WorkContact) -> impl IntoView + use<> {
    let role = (!contact.role.is_empty()).then(|| view! { <span class="muted">", " {contact.role.clone()}</span> });
    let telephone = (!contact.telephone.is_empty()).then(|| call(&contact.telephone));
    let email = (!contact.email.is_empty()).then(|| mail(&contact.email));
    let reached = (telephone.is_some() || email.is_some()).then(|| view! { <p class="cluster">{telephone} {email}</p> });
    view! {
        <p>
            <strong>{contact.name.clone()}</strong>
            {role}
        </p>
        {reached}
    }
}
