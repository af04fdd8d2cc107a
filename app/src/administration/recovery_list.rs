use casework::wire::v1::RecoveryRequestRow;
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, administration},
    ui::{CsrfField, time},
};

/// Who asked for help to get in again. A link is made for whoever was recognised.
#[component]
pub fn RecoveryList(
    /// The oldest first.
    rows: Vec<RecoveryRequestRow>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        let lines = rows.into_iter().map(|row| request_line(row, &csrf, locale)).collect_view();
        view! {
            <section class="card stack" aria-labelledby="recovery-title" data-testid="recovery-requests">
                <h2 id="recovery-title">{administration::RECOVERY.get(locale)}</h2>
                <p class="muted">{administration::RECOVERY_HINT.get(locale)}</p>
                <ul class="plain-list stack">{lines}</ul>
            </section>
        }
    })
}

fn request_line(row: RecoveryRequestRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let asked = texts::fill(administration::RECOVERY_ASKED.get(locale), &[("date", &time::date_time(row.at, locale))]);
    let name = row.display_name;
    let link_label = texts::fill(administration::RECOVERY_LINK_OF.get(locale), &[("name", &name)]);
    let aside_label = texts::fill(administration::RECOVERY_ASIDE_OF.get(locale), &[("name", &name)]);
    let path = format!("/administration/comptes/{}/recuperation", row.account_id);
    view! {
        <li class="recovery-request stack stack--tight" data-testid="recovery-request" data-email=row.email.clone()>
            <p>
                <strong>{name}</strong>
                " "
                <span class="muted account-table__email">{row.email.clone()}</span>
                " · "
                {row.organisation}
            </p>
            <p class="muted small">{asked}</p>
            <form class="form" method="post" action=path.clone()>
                <CsrfField csrf=csrf.to_owned() />
                <input type="hidden" name="act" value="link" />
                <label class="choice">
                    <input type="checkbox" name="identified" value="true" required />
                    <span class="choice__text">{administration::IDENTIFIED.get(locale)}</span>
                </label>
                <button class="button button--primary" type="submit" aria-label=link_label data-testid="recovery-link">{administration::RECOVERY_LINK.get(locale)}</button>
            </form>
            <form method="post" action=path>
                <CsrfField csrf=csrf.to_owned() />
                <input type="hidden" name="act" value="aside" />
                <button class="button button--quiet" type="submit" aria-label=aside_label data-testid="recovery-aside">{administration::RECOVERY_ASIDE.get(locale)}</button>
            </form>
        </li>
    }
}
