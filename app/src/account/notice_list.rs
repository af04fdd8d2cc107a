use casework::wire::v1::AccountNotice;
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, account},
    ui::CsrfField,
};

/// What was done to the account by somebody else, until its owner says that they have read it.
#[component]
pub fn NoticeList(
    /// The latest first.
    notices: Vec<AccountNotice>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    (!notices.is_empty()).then(|| {
        let lines = notices
            .into_iter()
            .map(|notice| {
                let text = texts::fill(account::notice(notice.kind).get(locale), &[("day", &account::days_ago(notice.days_ago, locale))]);
                view! { <li data-testid="account-notice" data-kind=notice.kind.code()>{text}</li> }
            })
            .collect_view();
        view! {
            <section class="notice notice--warning stack" aria-labelledby="notices-title" data-testid="account-notices">
                <h2 id="notices-title">{account::NOTICES.get(locale)}</h2>
                <ul>{lines}</ul>
                <p>{account::NOTICES_HINT.get(locale)}</p>
                <form method="post" action="/compte/avis">
                    <CsrfField csrf=csrf />
                    <button class="button" type="submit">{account::NOTICES_READ.get(locale)}</button>
                </form>
            </section>
        }
    })
}
