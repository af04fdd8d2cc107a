use casework::{
    permission::{
        Actor, OrganisationKind, Role, may_assemble_person_file, may_manage_accounts, may_manage_devices, may_push_field_events, may_read_awaiting,
        may_read_directory, may_read_map, may_read_statistics, may_report_incident, may_review_sharing,
    },
    wire::v1::AccountView,
};
use leptos::prelude::*;

use crate::{
    document::PageContext,
    texts::{self, Locale, Text, common},
    ui::{CsrfField, LanguageForm},
};

/// Ways that fit side by side on a phone. Where there are more, the last place opens the others.
const FIVE: usize = 5;

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
        let ways = ways_of(account);
        let here = current_of(&ways, &path);
        let folds = ways.len() > FIVE;
        let more = folds.then(|| {
            view! {
                <details class="top-bar__more">
                    <summary aria-controls="ways">{common::NAV_MORE.get(locale)}</summary>
                </details>
            }
        });
        let links = ways
            .into_iter()
            .enumerate()
            .map(|(index, (href, name))| way(href, name.get(locale), here == Some(href), folds && index + 1 >= FIVE))
            .collect_view();
        view! {
            <nav class="top-bar__ways" aria-label=common::NAV_LABEL.get(locale)>
                <ul id="ways">{links}</ul>
                {more}
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

/// Who is signed in, as permission sees them.
pub fn actor_of(account: &AccountView) -> Actor {
    Actor { account_id: account.id, role: account.role, organisation_id: account.organisation.id, organisation_kind: account.organisation.kind }
}

/// The pages that this person's role has a use for, those of every hour first: a phone shows the first four, and folds the others.
fn ways_of(account: &AccountView) -> Vec<(&'static str, Text)> {
    let actor = actor_of(account);
    // An account whose role does not fit its organisation may do nothing: no way leads anywhere.
    let Some(role) = actor.effective_role() else { return Vec::new() };
    let cases = !matches!(role, Role::PartnerAgent | Role::Administrator);
    let cell = matches!(role, Role::Coordinator | Role::Dispatcher | Role::Inspector | Role::PsychosocialWorker);
    let referrals = matches!(role, Role::Coordinator | Role::Inspector | Role::PsychosocialWorker | Role::PartnerAgent);
    // Of the partners, only cities have a territory to show.
    let map = may_read_map(&actor).is_allowed() && (role != Role::PartnerAgent || account.organisation.kind == OrganisationKind::City);
    let field = may_push_field_events(&actor).is_allowed();
    let starts_in_field = field && role != Role::Coordinator;
    [
        (starts_in_field, "/terrain", common::NAV_FIELD),
        (cases, "/bureau", common::NAV_CASES),
        (may_review_sharing(&actor).is_allowed(), "/bureau/vie-privee", common::NAV_PRIVACY),
        (cell, "/cellule", common::NAV_CELL),
        (may_read_awaiting(&actor).is_allowed(), "/bureau/a-moi", common::NAV_MINE),
        (referrals, "/partenaires", common::NAV_REFERRALS),
        (map, "/carte", common::NAV_MAP),
        (role == Role::Coordinator, "/bureau/tournee", common::NAV_ROUND),
        (may_read_directory(&actor).is_allowed(), "/repertoire", common::NAV_DIRECTORY),
        (may_manage_devices(&actor).is_allowed(), "/bureau/appareils", common::NAV_DEVICES),
        (field && !starts_in_field, "/terrain", common::NAV_FIELD),
        (may_read_statistics(&actor).is_allowed(), "/bureau/statistiques", common::NAV_STATISTICS),
        (may_manage_accounts(&actor).is_allowed(), "/administration", common::NAV_ADMINISTRATION),
    ]
    .into_iter()
    .filter_map(|(shown, href, name)| shown.then_some((href, name)))
    .collect()
}

/// Whether a page is among the ways of this person.
pub fn has_way(account: &AccountView, href: &str) -> bool {
    ways_of(account).iter().any(|(way, _)| *way == href)
}

/// The way that the page shown is on: the longest that leads to it, since the round lies under the office.
fn current_of(ways: &[(&'static str, Text)], path: &str) -> Option<&'static str> {
    let leads_here = |href: &str| path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    ways.iter().map(|(href, _)| *href).filter(|href| leads_here(href)).max_by_key(|href| href.len())
}

fn way(href: &'static str, name: &'static str, is_current: bool, is_folded: bool) -> impl IntoView {
    view! {
        <li class=is_folded.then_some("top-bar__folded")>
            <a href=href rel="external" aria-current=is_current.then_some("page")>{name}</a>
        </li>
    }
}

fn account_menu(account: AccountView, csrf: String, locale: Locale) -> impl IntoView {
    let label = texts::fill(common::ACCOUNT_MENU.get(locale), &[("name", &account.display_name)]);
    let report = may_report_incident(&actor_of(&account)).is_allowed().then(|| {
        view! { <a class="button button--block" href="/bureau/signaler" rel="external" data-testid="report-incident">{common::REPORT_INCIDENT.get(locale)}</a> }
    });
    let requests = may_assemble_person_file(&actor_of(&account)).is_allowed().then(|| {
        view! { <a class="button button--block" href="/bureau/vie-privee/demandes" rel="external">{common::PERSON_REQUESTS.get(locale)}</a> }
    });
    let initial: String = account.display_name.chars().next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    view! {
        <details class="account">
            <summary class="account__summary">
                <span class="visually-hidden">{label}</span>
                <span class="account__initial" aria-hidden="true">{initial}</span>
                <span class="account__name" aria-hidden="true">{account.display_name.clone()}</span>
            </summary>
            <div class="account__menu stack stack--tight">
                <p><strong data-testid="account-name">{account.display_name}</strong></p>
                <p class="muted small">{common::role(account.role).get(locale)}</p>
                <p class="muted small">{account.organisation.name}</p>
                <a class="button button--quiet button--block" href="/compte" rel="external" data-testid="my-account">{common::MY_ACCOUNT.get(locale)}</a>
                {requests}
                {report}
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
        assert_eq!(
            hrefs(Role::Coordinator, OrganisationKind::Brigade),
            [
                "/bureau",
                "/cellule",
                "/bureau/a-moi",
                "/partenaires",
                "/carte",
                "/bureau/tournee",
                "/repertoire",
                "/bureau/appareils",
                "/terrain",
                "/bureau/statistiques"
            ]
        );
        for role in [Role::Inspector, Role::PsychosocialWorker] {
            assert_eq!(hrefs(role, OrganisationKind::Brigade), ["/terrain", "/bureau", "/cellule", "/bureau/a-moi", "/partenaires", "/carte", "/repertoire"]);
        }
        assert_eq!(hrefs(Role::PrivacyOfficer, OrganisationKind::Brigade), ["/bureau", "/bureau/vie-privee", "/carte", "/repertoire", "/bureau/statistiques"]);
        assert_eq!(hrefs(Role::Administrator, OrganisationKind::Brigade), ["/repertoire", "/bureau/appareils", "/bureau/statistiques", "/administration"]);
        assert_eq!(hrefs(Role::PartnerAgent, OrganisationKind::City), ["/partenaires", "/carte", "/bureau/statistiques"]);
        assert_eq!(hrefs(Role::PartnerAgent, OrganisationKind::Fire), ["/partenaires"]);
        assert_eq!(hrefs(Role::Dispatcher, OrganisationKind::Brigade), ["/bureau", "/cellule", "/carte", "/repertoire"]);
    }

    #[test]
    fn a_role_that_does_not_fit_its_organisation_leads_nowhere() {
        assert!(hrefs(Role::Administrator, OrganisationKind::City).is_empty());
        assert!(hrefs(Role::PartnerAgent, OrganisationKind::Brigade).is_empty());
    }

    #[test]
    fn one_way_is_marked_and_it_is_the_nearest() {
        let ways = [("/bureau", common::NAV_CASES), ("/bureau/tournee", common::NAV_ROUND), ("/carte", common::NAV_MAP)];
        assert_eq!(current_of(&ways, "/bureau"), Some("/bureau"));
        assert_eq!(current_of(&ways, "/bureau/dossiers/1"), Some("/bureau"));
        assert_eq!(current_of(&ways, "/bureau/tournee"), Some("/bureau/tournee"));
        assert_eq!(current_of(&ways, "/cartes"), None);
    }
}
