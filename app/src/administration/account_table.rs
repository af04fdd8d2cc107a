use casework::{ids::AccountId, wire::v1::AccountRow};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, Text, administration, common},
    ui::CsrfField,
};

/// Accounts, one a row, with what can be done to each; cards where there is no room.
#[component]
pub fn AccountTable(
    /// In the order to show.
    rows: Vec<AccountRow>,
    /// The reader's own account, which they cannot close.
    own: Option<AccountId>,
    /// What the table holds, for its caption.
    caption: String,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let lines = rows
        .into_iter()
        .map(|row| {
            let is_own = own == Some(row.id);
            account_line(row, is_own, &csrf, locale)
        })
        .collect_view();
    view! {
        <table class="table table--stack account-table">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{administration::ACCOUNT_NAME.get(locale)}</th>
                    <th scope="col">{administration::ACCOUNT_ROLE.get(locale)}</th>
                    <th scope="col">{administration::ACCOUNT_ORGANISATION.get(locale)}</th>
                    <th scope="col">{administration::ACCOUNT_STATE.get(locale)}</th>
                    <th scope="col">{administration::ACCOUNT_ACTS.get(locale)}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
}

/// Code for tests, name and badge of where an account stands. A closed one is closed, password or not.
fn state_of(row: &AccountRow) -> (&'static str, Text, &'static str) {
    match (row.active, row.awaiting_password) {
        (false, _) => ("closed", administration::STATE_CLOSED, "badge"),
        (true, true) => ("awaiting_password", administration::STATE_AWAITING, "badge badge--warning"),
        (true, false) => ("active", administration::STATE_ACTIVE, "badge badge--success"),
    }
}

fn account_line(row: AccountRow, is_own: bool, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let (state, state_name, tone) = state_of(&row);
    let yours = is_own.then(|| view! { <span class="badge badge--primary">{administration::YOURS.get(locale)}</span> });
    // A link opens nothing on a closed account: it is reopened first.
    let renew = row.active.then(|| link_form(&row, csrf, locale));
    let reset = (row.second_factor && !is_own).then(|| reset_form(&row, csrf, locale));
    let factor = row.second_factor.then(|| view! { <span class="badge">{administration::HAS_FACTOR.get(locale)}</span> });
    let access = (!is_own).then(|| access_form(&row, csrf, locale));
    view! {
        <tr data-testid="account-row" data-id=row.id.to_string() data-email=row.email.clone() data-state=state>
            <th scope="row">
                <span class="stack stack--tight">
                    <span class="cluster cluster--tight">
                        <strong>{row.display_name}</strong>
                        {yours}
                        {factor}
                    </span>
                    <span class="muted small account-table__email">{row.email.clone()}</span>
                </span>
            </th>
            <td data-label=administration::ACCOUNT_ROLE.get(locale)>{common::role(row.role).get(locale)}</td>
            <td data-label=administration::ACCOUNT_ORGANISATION.get(locale)>
                <span>{row.organisation}</span>
            </td>
            <td data-label=administration::ACCOUNT_STATE.get(locale)>
                <span class=tone>{state_name.get(locale)}</span>
            </td>
            <td class="account-table__acts">
                <span class="cluster cluster--tight">{renew} {access}</span>
                {reset}
            </td>
        </tr>
    }
}

fn link_form(row: &AccountRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let label = texts::fill(administration::RENEW_LINK_OF.get(locale), &[("name", &row.display_name)]);
    view! {
        <form method="post" action=format!("/administration/comptes/{}/lien", row.id)>
            <CsrfField csrf=csrf.to_owned() />
            <button class="button" type="submit" aria-label=label data-testid="account-renew-link">{administration::RENEW_LINK.get(locale)}</button>
        </form>
    }
}

/// Behind a disclosure: it is for whoever lost everything, once they have been recognised.
fn reset_form(row: &AccountRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let label = texts::fill(administration::RESET_FACTOR_OF.get(locale), &[("name", &row.display_name)]);
    view! {
        <details class="disclosure">
            <summary aria-label=label.clone()>{administration::RESET_FACTOR.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action=format!("/administration/comptes/{}/second-facteur", row.id) data-testid="reset-factor">
                <CsrfField csrf=csrf.to_owned() />
                <p class="muted small">{administration::RESET_FACTOR_HINT.get(locale)}</p>
                <label class="choice">
                    <input type="checkbox" name="identified" value="true" required />
                    <span class="choice__text">{administration::IDENTIFIED.get(locale)}</span>
                </label>
                <button class="button" type="submit" aria-label=label>{administration::RESET_FACTOR.get(locale)}</button>
            </form>
        </details>
    }
}

fn access_form(row: &AccountRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let text = if row.active { administration::CLOSE_ACCESS_OF } else { administration::REOPEN_ACCESS_OF };
    let label = texts::fill(text.get(locale), &[("name", &row.display_name)]);
    if row.active {
        // What the person holds is said first.
        let path = format!("/administration/comptes/{}/depart", row.id);
        return view! {
            <a class="button button--quiet" href=path rel="external" aria-label=label data-testid="account-departure">{administration::CLOSE_ACCESS.get(locale)}</a>
        }
        .into_any();
    }
    view! {
        <form method="post" action=format!("/administration/comptes/{}/acces", row.id)>
            <CsrfField csrf=csrf.to_owned() />
            <input type="hidden" name="active" value="true" />
            <button class="button" type="submit" aria-label=label data-testid="account-access">{administration::REOPEN_ACCESS.get(locale)}</button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use casework::permission::Role;
    use uuid::Uuid;

    use super::*;

    fn state(active: bool, awaiting_password: bool) -> &'static str {
        let row = AccountRow {
            id: AccountId(Uuid::nil()),
            display_name: String::new(),
            email: String::new(),
            role: Role::Inspector,
            organisation: String::new(),
            active,
            awaiting_password,
            second_factor: false,
        };
        state_of(&row).0
    }

    #[test]
    fn a_closed_account_is_closed_whether_or_not_its_password_was_chosen() {
        assert_eq!(state(true, false), "active");
        assert_eq!(state(true, true), "awaiting_password");
        assert_eq!(state(false, true), "closed");
        assert_eq!(state(false, false), "closed");
    }
}
