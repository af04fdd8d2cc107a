use casework::wire::v1::Administration;
use leptos::prelude::*;

use super::{
    access_link::AccessLink, account_form::AccountForm, account_table::AccountTable, organisation_form::OrganisationForm,
    organisation_table::OrganisationTable, provider_section::ProviderSection, recovery_list::RecoveryList,
};
use crate::{
    directory::AgreementsDue,
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{administration, office},
    ui::PageFrame,
};

const PATH: &str = "/administration";

/// `/administration`: who works with Brigade. A fresh one-time link is shown first: this is its only showing.
#[component]
pub fn AdministrationPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.administration().await });
    let context = page.clone();
    view! {
        <PageFrame page=page title=administration::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {shown(data, move |answer| administration_view(answer, context.clone()))}
        </PageFrame>
    }
}

fn administration_view(answer: Administration, page: PageContext) -> impl IntoView {
    let locale = page.locale;
    let Administration { organisations, accounts, recovery_requests, agreements_due, municipalities } = answer;
    let own = page.account.as_ref().map(|account| account.id);
    let link = page.access_link.clone().map(|address| view! { <AccessLink address=address locale=locale /> });
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let accounts_total = office::counted(count(accounts.len()), administration::ACCOUNTS_ONE, administration::ACCOUNTS_MANY, locale);
    let organisations_total = office::counted(count(organisations.len()), administration::ORGANISATIONS_ONE, administration::ORGANISATIONS_MANY, locale);
    view! {
        <h1>{administration::TITLE.get(locale)}</h1>
        <p class="muted">{administration::INTRODUCTION.get(locale)}</p>
        {link}
        <div class="stack stack--loose">
            <AgreementsDue due=agreements_due locale=locale />
            <RecoveryList rows=recovery_requests csrf=page.csrf.clone() locale=locale />
            <section class="card" id="comptes" data-testid="accounts">
                <div class="cluster cluster--spread">
                    <h2>{administration::ACCOUNTS.get(locale)}</h2>
                    <p class="muted">{accounts_total.clone()}</p>
                </div>
                <AccountForm organisations=organisations.clone() csrf=page.csrf.clone() locale=locale />
                <AccountTable rows=accounts own=own caption=accounts_total csrf=page.csrf.clone() locale=locale />
            </section>
            <section class="card" id="organismes" data-testid="organisations">
                <div class="cluster cluster--spread">
                    <h2>{administration::ORGANISATIONS.get(locale)}</h2>
                    <p class="muted">{organisations_total.clone()}</p>
                </div>
                <OrganisationForm municipalities=municipalities csrf=page.csrf.clone() locale=locale />
                <OrganisationTable rows=organisations.clone() caption=organisations_total csrf=page.csrf.clone() locale=locale />
            </section>
            <ProviderSection organisations=organisations csrf=page.csrf locale=locale />
        </div>
    }
}
