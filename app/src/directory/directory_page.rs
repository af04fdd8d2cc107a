use casework::{
    directory::Need,
    wire::v1::{Directory, ServiceQuery},
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{
    search_form::SearchForm,
    service_card::ServiceCard,
    ways::{DIRECTORY_PATH as PATH, DirectoryWays},
};
use crate::{
    pages::{load, page_context, shown},
    texts::{Locale, directory, office},
    ui::PageFrame,
};

/// `/repertoire`: who helps with what, where, and whom to ring.
#[component]
pub fn DirectoryPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let query = use_query_map().with_untracked(query_of);
    let asked = query.clone();
    let data = load(move |gateway| {
        let query = asked.clone();
        async move { gateway.directory(query).await }
    });
    let next = address(&query);
    view! {
        <PageFrame page=page title=directory::TITLE.get(locale).to_owned() path=PATH.to_owned() next=next>
            {shown(data, move |found| directory_view(found, query.clone(), locale))}
        </PageFrame>
    }
}

fn directory_view(found: Directory, query: ServiceQuery, locale: Locale) -> impl IntoView {
    let count = u64::try_from(found.services.len()).unwrap_or(u64::MAX);
    let total = office::counted(count, directory::FOUND_ONE, directory::FOUND_MANY, locale);
    let empty = found.services.is_empty().then(|| {
        let text = if found.total == 0 { directory::EMPTY } else { directory::NOTHING };
        let reset = (found.total > 0).then(|| view! { <p><a class="button" href=PATH rel="external">{directory::NOTHING_RESET.get(locale)}</a></p> });
        view! {
            <div class="empty stack">
                <p>{text.get(locale)}</p>
                {reset}
            </div>
        }
    });
    let cards = found.services.into_iter().map(|view| view! { <li><ServiceCard view=view linked=true locale=locale /></li> }).collect_view();
    view! {
        <DirectoryWays path=PATH may_keep=found.may_keep may_read_agreements=found.may_keep_agreements locale=locale />
        <h1>{directory::TITLE.get(locale)}</h1>
        <p class="muted">{directory::INTRODUCTION.get(locale)}</p>
        <SearchForm action=PATH query=query needs=Need::ALL.to_vec() locale=locale />
        <p role="status" data-testid="services-found" data-count=count.to_string()>{total}</p>
        {empty}
        <ul class="service-list">{cards}</ul>
    }
}

/// What the address asks: what is no need and no place of ours is nothing.
pub fn query_of(map: &ParamsMap) -> ServiceQuery {
    let query = ServiceQuery { need: map.get("need"), place: map.get("place") };
    ServiceQuery { need: query.need().map(|need| need.code().to_owned()), place: query.place().map(|place| place.code().to_owned()) }
}

fn address(query: &ServiceQuery) -> String {
    let mut map = ParamsMap::new();
    for (name, value) in [("need", &query.need), ("place", &query.place)] {
        if let Some(value) = value {
            map.insert(name, value.clone());
        }
    }
    format!("{PATH}{}", map.to_query_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_needs_and_places_and_nothing_else() {
        let mut map = ParamsMap::new();
        map.insert("need", "food".to_owned());
        map.insert("place", "Mme Roy, porte 4".to_owned());
        let query = query_of(&map);
        assert_eq!((query.need.as_deref(), query.place.as_deref()), (Some("food"), None));
        assert_eq!(address(&query), "/repertoire?need=food");
        assert_eq!(address(&ServiceQuery::default()), PATH);
    }
}
