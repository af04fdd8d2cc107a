use casework::wire::v1::OpenSession;
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, account},
    ui::CsrfField,
};

/// Where the account is open: browser and days, each but this one with the means to close it.
#[component]
pub fn SessionList(
    /// This one first.
    sessions: Vec<OpenSession>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let has_others = sessions.iter().any(|session| !session.current);
    let rows = sessions.into_iter().map(|session| session_row(session, &csrf, locale)).collect_view();
    let all = has_others.then(|| {
        view! {
            <form method="post" action="/compte/sessions/fin" data-testid="end-other-sessions">
                <CsrfField csrf=csrf />
                <button class="button" type="submit">{account::END_OTHERS.get(locale)}</button>
            </form>
        }
    });
    view! {
        <ul class="session-list plain-list">{rows}</ul>
        {all}
    }
}

fn session_row(session: OpenSession, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let name = account::browser(session.browser, locale);
    let days = texts::fill(
        account::SESSION_DAYS.get(locale),
        &[("opened", &account::days_ago(session.opened_days_ago, locale)), ("seen", &account::days_ago(session.seen_days_ago, locale))],
    );
    let here = session.current.then(|| view! { <span class="badge badge--primary">{account::THIS_SESSION.get(locale)}</span> });
    let label = texts::fill(account::END_SESSION_OF.get(locale), &[("browser", &name), ("days", &days)]);
    let end = (!session.current).then(|| {
        view! {
            <form method="post" action=format!("/compte/sessions/{}/fin", session.id)>
                <CsrfField csrf=csrf.to_owned() />
                <button class="button button--quiet" type="submit" aria-label=label data-testid="end-session">{account::END_SESSION.get(locale)}</button>
            </form>
        }
    });
    view! {
        <li class="session-list__row" data-testid="session" data-current=session.current.to_string()>
            <span class="stack stack--tight">
                <span class="cluster cluster--tight">
                    <strong>{name}</strong>
                    {here}
                </span>
                <span class="muted small">{days}</span>
            </span>
            {end}
        </li>
    }
}
