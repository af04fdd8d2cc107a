use casework::{agreement::AgreementState, wire::v1::AgreementDue};
use leptos::prelude::*;

use super::ways::AGREEMENTS_PATH;
use crate::{
    texts::{self, Locale, directory},
    ui::time,
};

/// At the desk of those who keep agreements: those whose end is near or past. Nothing when there is none.
#[component]
pub fn AgreementsDue(
    /// The most pressing first.
    due: Vec<AgreementDue>,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let lines: Vec<_> = due
        .into_iter()
        .map(|due| {
            let date = |day: Option<String>| day.map(|day| time::calendar_date(&day, locale)).unwrap_or_default();
            // The name last: what a body is called is not a template.
            let text = if due.state == AgreementState::Lapsed {
                texts::fill(directory::DUE_LAPSED.get(locale), &[("date", &date(due.until)), ("name", &due.organisation)])
            } else {
                texts::fill(directory::DUE_TO_RENEW.get(locale), &[("date", &date(due.decide_by)), ("name", &due.organisation)])
            };
            view! {
                <li data-testid="agreement-due" data-state=due.state.code()>
                    <a href=format!("{AGREEMENTS_PATH}/{}", due.id) rel="external">{text}</a>
                </li>
            }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="notice notice--warning" aria-labelledby="ententes-a-decider" data-testid="agreements-due">
                <h2 class="notice__title" id="ententes-a-decider">{directory::DUE_TITLE.get(locale)}</h2>
                <ul>{lines}</ul>
            </section>
        }
    })
}
