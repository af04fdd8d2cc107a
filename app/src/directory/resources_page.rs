use casework::{
    directory::Service,
    wire::v1::{PublicService, Resources, ServiceQuery},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    directory_page::query_of,
    search_form::{SearchForm, short},
    service_card::person,
    service_facts::ServiceFacts,
    ways::RESOURCES_PATH as PATH,
};
use crate::{
    pages::{load, page_context, shown},
    texts::{self, Locale, common, directory, office},
    ui::{PageTitle, time},
};

/// Id of the main content, where the skip link leads.
const CONTENT_ID: &str = "contenu";

/// `/ressources`: public services by need and by place, for anybody, in a page that runs nothing and remembers nothing.
#[component]
pub fn ResourcesPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let query = use_query_map().with_untracked(query_of);
    let asked = query.clone();
    let data = load(move |gateway| {
        let query = asked.clone();
        async move { gateway.resources(query).await }
    });
    let (other, lang) = match locale {
        Locale::Fr => (Locale::En, "en-CA"),
        Locale::En => (Locale::Fr, "fr-CA"),
    };
    let demo = page.demo.then(|| view! { <aside class="demo-banner" aria-label=common::DEMO.get(locale)>{common::DEMO_BANNER.get(locale)}</aside> });
    let other_address = address(&query, other);
    view! {
        <PageTitle text=directory::PUBLIC_TITLE.get(locale).to_owned() locale=locale />
        <a class="skip-link button button--primary" href=format!("#{CONTENT_ID}")>{common::SKIP_TO_CONTENT.get(locale)}</a>
        <header class="top-bar">
            <span class="top-bar__brand">
                <span class="top-bar__mark" aria-hidden="true">"B"</span>
                <span>{common::PRODUCT.get(locale)}</span>
            </span>
            <div class="top-bar__end">
                <a class="button button--quiet" href=other_address lang=lang hreflang=lang rel="external" data-testid="other-language">
                    {directory::LANGUAGE.get(locale)}
                </a>
            </div>
        </header>
        {demo}
        <main class="page resources" id=CONTENT_ID tabindex="-1">
            <h1>{directory::PUBLIC_TITLE.get(locale)}</h1>
            {numbers_first(locale)}
            <p class="muted">{directory::PUBLIC_INTRODUCTION.get(locale)}</p>
            {shown(data, move |found| found_view(found, query.clone(), locale))}
            <footer class="stack stack--tight">
                <p class="muted small screen-only">{directory::PUBLIC_PRINT.get(locale)}</p>
                <p class="muted small">{directory::PUBLIC_PRIVACY.get(locale)}</p>
            </footer>
        </main>
    }
}

/// Before any list: whoever is in danger rings.
fn numbers_first(locale: Locale) -> impl IntoView {
    view! {
        <section class="resources-first" aria-label=directory::PUBLIC_NUMBERS.get(locale) data-testid="numbers-first">
            <a class="resources-first__911" href="tel:911">
                <strong>{directory::PUBLIC_FIRST.get(locale)}</strong>
                <span>{directory::PUBLIC_FIRST_TEXT.get(locale)}</span>
            </a>
            <a class="resources-first__other" href="tel:811">{directory::PUBLIC_811.get(locale)}</a>
            <a class="resources-first__other" href="tel:211">{directory::PUBLIC_211.get(locale)}</a>
        </section>
    }
}

fn found_view(found: Resources, query: ServiceQuery, locale: Locale) -> impl IntoView {
    let count = u64::try_from(found.services.len()).unwrap_or(u64::MAX);
    let total = office::counted(count, directory::FOUND_ONE, directory::FOUND_MANY, locale);
    // On paper the form is not there: what was asked is said.
    let need = query.need().map_or(directory::NEED_ANY, directory::need).get(locale);
    let place = query.place().map_or(directory::PLACE_ANY, directory::area).get(locale);
    let nothing = found.services.is_empty().then(|| view! { <p class="empty">{directory::PUBLIC_NOTHING.get(locale)}</p> });
    let cards = found.services.into_iter().map(|service| view! { <li>{card(service, locale)}</li> }).collect_view();
    view! {
        <SearchForm action=PATH query=query needs=found.needs says_language=true locale=locale />
        <p data-testid="services-found" data-count=count.to_string()>
            <strong>{total}</strong>
            " – "
            {need}
            ", "
            {place}
        </p>
        {nothing}
        <ul class="service-list">{cards}</ul>
    }
}

fn card(service: PublicService, locale: Locale) -> impl IntoView {
    let id = format!("service-{}", service.id);
    let stale = directory::freshness(service.freshness).map(|text| view! { <span class="badge badge--warning">{text.get(locale)}</span> });
    let verified = service
        .verified_on
        .as_deref()
        .map(|day| view! { <p class="muted small">{texts::fill(directory::VERIFIED_ON.get(locale), &[("date", &time::calendar_date(day, locale))])}</p> });
    let contact = service.contact.as_ref().map(|contact| {
        view! {
            <div class="service-contact">
                <p class="muted small">{directory::PUBLIC_CONTACT.get(locale)}</p>
                {person(contact)}
            </div>
        }
    });
    let PublicService { organisation, name, summary, needs, areas, hours, hours_note, languages, eligibility, telephone, email, site, address, .. } = service;
    let facts = Service { needs, areas, hours, hours_note, languages, eligibility, telephone, email, site, address, ..Service::default() };
    view! {
        <article class="card service-card" aria-labelledby=id.clone() data-testid="resource">
            <header class="stack stack--tight">
                <h2 id=id.clone()>{name}</h2>
                <p class="cluster cluster--tight">
                    <span class="muted">{organisation}</span>
                    {stale}
                </p>
            </header>
            <p class="prose">{summary}</p>
            {contact}
            <ServiceFacts service=facts locale=locale />
            {verified}
        </article>
    }
}

/// The same page in a language.
fn address(query: &ServiceQuery, locale: Locale) -> String {
    let need = query.need().map(|need| format!("need={need}&"));
    let place = query.place().map(|place| format!("place={place}&"));
    format!("{PATH}?{}{}lang={}", need.unwrap_or_default(), place.unwrap_or_default(), short(locale))
}
