use casework::{
    permission::{Actor, Role, may_push_field_events, may_read_map},
    wire::v1::AccountView,
};
use leptos::prelude::*;

use crate::{
    document::PageContext,
    texts::{self, Locale, Text, common},
    ui::{CsrfField, LanguageForm},
};

/// Product name, the ways the person's role opens, and the account: one bar at the top, wrapping on a phone.
#[component]
pub fn TopBar(
    /// Who is signed in, the language, the form token.
    page: PageContext,
    /// Path of the page shown, to mark its way.
    path: String,
    /// Where a change of language comes back to.
    next: String,
) -> impl IntoView {
    let locale = page.locale;
    let ways = page.account.as_ref().map(|account| {
        let links = ways_of(account).into_iter().map(|(href, name)| way(href, name.get(locale), &path)).collect_view();
        view! {
            <nav class="top-bar__ways" aria-label=common::NAV_LABEL.get(locale)>
                <ul>{links}</ul>
            </nav>
        }
    });
    let account = page.account.clone().map(|account| account_menu(account, page.csrf.clone(), locale));
    view! {
        <header class="top-bar">
            <a class="top-bar__brand" href="/" rel="external">
                <span class="top-bar__mark" aria-hidden="true">"B"</span>
                <span>{common::PRODUCT.get(locale)}</span>
            </a>
            {ways}
            <div class="top-bar__end"><LanguageForm csrf=page.csrf next=next locale=locale /> {account}</div>
        </header>
    }
}

/// The pages that this person's role has a use for.
fn ways_of(account: &AccountView) -> Vec<(&'static str, Text)> {
    let actor = Actor { account_id: account.id, role: account.role, organisation_id: account.organisation.id, organisation_kind: account.organisation.kind };
    let cases = !matches!(account.role, Role::PartnerAgent | Role::Administrator);
    let cell = matches!(account.role, Role::Coordinator | Role::Dispatcher | Role::Inspector | Role::PsychosocialWorker);
    let referrals = matches!(account.role, Role::Coordinator | Role::PsychosocialWorker | Role::PartnerAgent);
    [
        (cases, "/bureau", common::NAV_CASES),
        (cell, "/cellule", common::NAV_CELL),
        (referrals, "/partenaires", common::NAV_REFERRALS),
        (may_read_map(&actor).is_allowed(), "/carte", common::NAV_MAP),
        (may_push_field_events(&actor).is_allowed(), "/terrain", common::NAV_FIELD),
    ]
    .into_iter()
    .filter_map(|(shown, href, name)| shown.then_some((href, name)))
    .collect()
}

fn way(href: &'static str, name: &'static str, path: &str) -> impl IntoView {
    let current = path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
    view! {
        <li>
            <a href=href rel="external" aria-current=current.then_some("page")>{name}</a>
        </li>
    }
}

fn account_menu(account: AccountView, csrf: String, locale: Locale) -> impl IntoView {
    let label = texts::fill(common::ACCOUNT_MENU.get(locale), &[("name", &account.display_name)]);
    let initial: String = account.display_name.chars().next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    view! {
        <details class="account">
            <summary class="account__summary" aria-label=label>
                <span class="account__initial" aria-hidden="true">{initial}</span>
                <span class="account__name">{account.display_name.clone()}</span>
            </summary>
            <div class="account__menu stack stack--tight">
                <p><strong data-testid="account-name">{account.display_name}</strong></p>
                <p class="muted small">{common::role(account.role).get(locale)}</p>
                <p class="muted small">{account.organisation.name}</p>
                <form method="post" action="/deconnexion">
                    <CsrfField csrf=csrf />
                    <button class="button button--block" type="submit" data-testid="sign-out">{common::SIGN_OUT.get(locale)}</button>
                </form>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use casework::{
        ids::{AccountId, OrganisationId},
        permission::OrganisationKind,
        wire::v1::OrganisationView,
    };
    use uuid::Uuid;

    use super::*;

    fn hrefs(role: Role, kind: OrganisationKind) -> Vec<&'static str> {
        let organisation = OrganisationView { id: OrganisationId(Uuid::nil()), name: String::new(), kind };
        let account = AccountView { id: AccountId(Uuid::nil()), display_name: String::new(), role, organisation };
        ways_of(&account).into_iter().map(|(href, _)| href).collect()
    }

    #[test]
    fn each_role_sees_the_ways_it_has_a_use_for() {
        assert_eq!(hrefs(Role::Coordinator, OrganisationKind::Brigade), ["/bureau", "/cellule", "/partenaires", "/carte", "/terrain"]);
        assert_eq!(hrefs(Role::PartnerAgent, OrganisationKind::Fire), ["/partenaires", "/carte"]);
        assert_eq!(hrefs(Role::Dispatcher, OrganisationKind::Brigade), ["/bureau", "/cellule", "/carte"]);
    }
}
