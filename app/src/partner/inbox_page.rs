use casework::{
    permission::OrganisationKind,
    referral::Side,
    wire::v1::{ReferralCounts, ReferralInbox, ReferralQuery, ReferralRow},
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::signal_form::SignalForm;
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{Locale, Text, office, partner},
    ui::{PageFrame, ReferralTable},
};

const PATH: &str = "/partenaires";

/// `/partenaires`: referrals received and sent, what waits for an answer first, narrowed by the address of the page.
#[component]
pub fn InboxPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let query = use_query_map().with_untracked(query_of);
    let asked = query.clone();
    let data = load(move |gateway| {
        let query = asked.clone();
        async move { gateway.referrals(query).await }
    });
    let context = page.clone();
    let next = address(&query);
    view! {
        <PageFrame page=page title=partner::INBOX_TITLE.get(locale).to_owned() path=PATH.to_owned() next=next>
            <h1>{partner::INBOX_TITLE.get(locale)}</h1>
            {shown(data, move |inbox| inbox_view(inbox, &query, context.clone()))}
        </PageFrame>
    }
}

fn inbox_view(inbox: ReferralInbox, query: &ReferralQuery, page: PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let of_brigade = page.account.as_ref().is_some_and(|account| account.organisation.kind == OrganisationKind::Brigade);
    let ReferralInbox { received, sent, received_counts, sent_counts, received_next, sent_next, signal_in, now: _ } = inbox;
    // A few lines are read faster than they are searched.
    let searches = query.q.is_some() || received_counts.all() + sent_counts.all() > 10;
    let search = searches.then(|| search_form(query, of_brigade, locale));
    let signal = (!signal_in.is_empty()).then(|| view! { <SignalForm municipalities=signal_in page=page /> });
    let received = side_view(Side::Recipient, Listed { rows: received, counts: received_counts, next: received_next }, query, locale);
    let sent = side_view(Side::Sender, Listed { rows: sent, counts: sent_counts, next: sent_next }, query, locale);
    view! { <div class="stack stack--loose">{signal} {search} {received} {sent}</div> }
}

fn search_form(query: &ReferralQuery, of_brigade: bool, locale: Locale) -> impl IntoView + use<> {
    let label = if of_brigade { partner::SEARCH_BRIGADE } else { partner::SEARCH };
    let asked = query.q.clone().unwrap_or_default();
    view! {
        <form class="list-search" method="get" action=PATH role="search" data-testid="referral-search">
            <label class="form-field">
                <span class="form-field__label">{label.get(locale)}</span>
                <input type="search" name="q" value=asked enterkeyhint="search" />
            </label>
            <button class="button" type="submit">{office::FILTER_APPLY.get(locale)}</button>
        </form>
    }
}

/// One side, as the server answered it.
struct Listed {
    rows: Vec<ReferralRow>,
    counts: ReferralCounts,
    next: Option<String>,
}

const fn side_code(side: Side) -> &'static str {
    match side {
        Side::Recipient => "received",
        Side::Sender => "sent",
    }
}

/// What a side holds: a way into each of its heaps with how many lie there, then the rows of the one that is open.
fn side_view(side: Side, listed: Listed, query: &ReferralQuery, locale: Locale) -> impl IntoView + use<> {
    let (title, none, test_id) = match side {
        Side::Recipient => (partner::RECEIVED, partner::RECEIVED_NONE, "referrals-received"),
        Side::Sender => (partner::SENT, partner::SENT_NONE, "referrals-sent"),
    };
    let Listed { rows, counts, next } = listed;
    let is_open = query.side.as_deref().is_none_or(|open| open == side_code(side));
    let count = |count: u64, one, many, class: &'static str, id: &'static str| {
        (count > 0).then(|| view! { <span class=class data-testid=id>{office::counted(count, one, many, locale)}</span> })
    };
    let (late, to_answer) = match side {
        Side::Recipient => (
            count(counts.late, partner::LATE_ONE, partner::LATE_MANY, "badge badge--danger", "referrals-late"),
            count(counts.to_answer, partner::TO_ANSWER_ONE, partner::TO_ANSWER_MANY, "badge badge--warning", "referrals-to-answer"),
        ),
        Side::Sender => (count(counts.late, partner::LATE_ONE, partner::LATE_MANY, "badge badge--danger", "referrals-late"), None),
    };
    let first = ReferralQuery { side: Some(side_code(side).to_owned()), after: None, ..query.clone() };
    let next = next.map(|after| {
        let href = address(&ReferralQuery { after: Some(after), ..first.clone() });
        view! { <a class="button button--primary" href=href rel="external" data-testid="referrals-next">{partner::NEXT.get(locale)}</a> }
    });
    let back = (is_open && query.after.is_some()).then(|| {
        view! { <a class="button" href=address(&first) rel="external">{partner::FIRST.get(locale)}</a> }
    });
    let listed = match (is_open, rows.is_empty()) {
        (_, true) if counts.all() == 0 => Some(view! { <p class="muted">{none.get(locale)}</p> }.into_any()),
        (false, _) => None,
        (true, true) => Some(view! { <p class="muted" data-testid="referrals-none-here">{partner::NONE_HERE.get(locale)}</p> }.into_any()),
        (true, false) => {
            let table = view! { <ReferralTable rows=rows received=side == Side::Recipient caption=title.get(locale).to_owned() locale=locale /> };
            let ways = (next.is_some() || back.is_some()).then(|| view! { <nav class="cluster" aria-label=partner::PAGES.get(locale)>{back} {next}</nav> });
            Some(view! { {table} {ways} }.into_any())
        }
    };
    let heaps = (counts.all() > 0).then(|| heaps(side, &counts, query, is_open, locale));
    view! {
        <section class="card stack" aria-labelledby=test_id data-testid=test_id>
            <h2 id=test_id class="cluster">{title.get(locale)} {late} {to_answer}</h2>
            {heaps}
            {listed}
        </section>
    }
}

fn heaps(side: Side, counts: &ReferralCounts, query: &ReferralQuery, is_open: bool, locale: Locale) -> impl IntoView + use<> {
    let all: [(Option<&str>, Text, u64); 7] = [
        (None, partner::HEAP_ALL, counts.all()),
        (Some("to_answer"), if side == Side::Recipient { partner::HEAP_TO_ANSWER } else { partner::HEAP_AWAITED }, counts.to_answer),
        (Some("to_read"), partner::HEAP_TO_READ, counts.to_read),
        (Some("under_way"), partner::HEAP_UNDER_WAY, counts.under_way),
        (Some("to_redirect"), partner::TO_REDIRECT, counts.to_redirect),
        (Some("to_forward"), partner::HEAP_TO_FORWARD, counts.to_forward),
        (Some("over"), partner::HEAP_OVER, counts.over),
    ];
    let state = query.state.as_deref().filter(|state| *state != "all");
    let links = all
        .into_iter()
        // An empty heap is no way anywhere, but for whoever stands on it.
        .filter(|(heap, _, count)| heap.is_none() || *count > 0 || (is_open && state == *heap))
        .map(|(heap, name, count)| {
            let to = ReferralQuery { side: Some(side_code(side).to_owned()), state: heap.map(str::to_owned), after: None, ..query.clone() };
            let current = (is_open && state == heap).then_some("page");
            view! {
                <li>
                    <a href=address(&to) rel="external" aria-current=current data-testid=format!("heap-{}", heap.unwrap_or("all"))>
                        {name.get(locale)} " " <span class="muted">{count}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    let label = if side == Side::Recipient { partner::HEAPS_RECEIVED } else { partner::HEAPS_SENT };
    view! {
        <nav class="tab-links" aria-label=label.get(locale)>
            <ul>{links}</ul>
        </nav>
    }
}

fn query_of(map: &ParamsMap) -> ReferralQuery {
    let value = |name: &str| map.get(name).filter(|value| !value.trim().is_empty());
    ReferralQuery {
        side: value("side"),
        state: value("state"),
        q: value("q"),
        after: value("after"),
        limit: value("limit").and_then(|limit| limit.parse().ok()),
    }
}

/// The page's address with these filters.
fn address(query: &ReferralQuery) -> String {
    let mut map = ParamsMap::new();
    for (name, value) in query.pairs() {
        map.insert(name, value);
    }
    format!("{PATH}{}", map.to_query_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_no_filter_is_the_page_itself() {
        assert_eq!(address(&ReferralQuery::default()), PATH);
        let mut map = ParamsMap::new();
        map.insert("side", "received".to_owned());
        map.insert("state", "  ".to_owned());
        let query = query_of(&map);
        assert_eq!((query.side.as_deref(), query.state.as_deref()), (Some("received"), None));
        assert_eq!(address(&query), "/partenaires?side=received");
    }
}
