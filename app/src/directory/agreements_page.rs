use casework::{
    permission::may_keep_agreements,
    wire::v1::{AgreementRegister, AgreementView},
};
use leptos::prelude::*;

use super::{
    agreement_card::AgreementCard,
    agreement_form::AgreementForm,
    ways::{AGREEMENTS_PATH as PATH, DirectoryWays},
};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{Locale, directory},
    ui::{PageFrame, actor_of},
};

/// `/repertoire/ententes`: what was agreed with whom, those that await a decision first.
#[component]
pub fn AgreementsPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.agreements().await });
    let context = page.clone();
    view! {
        <PageFrame page=page title=directory::AGREEMENTS_TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {shown(data, move |register| register_view(register, &context))}
        </PageFrame>
    }
}

/// Whether the reader writes what they read.
pub fn keeps(page: &PageContext) -> bool {
    page.account.as_ref().is_some_and(|account| may_keep_agreements(&actor_of(account)).is_allowed())
}

fn register_view(register: AgreementRegister, page: &PageContext) -> impl IntoView + use<> {
    let (locale, may_keep) = (page.locale, keeps(page));
    let none = register.agreements.is_empty().then(|| view! { <p class="empty">{directory::AGREEMENTS_NONE.get(locale)}</p> });
    let cards = register.agreements.into_iter().map(|view| card(view, locale)).collect_view();
    let form = may_keep.then(|| {
        view! {
            <details class="disclosure">
                <summary>{directory::AGREEMENT_ADD.get(locale)}</summary>
                <div class="disclosure__body">
                    <AgreementForm
                        organisations=register.organisations
                        form_id=page.form_id.clone()
                        today=register.today
                        csrf=page.csrf.clone()
                        locale=locale
                    />
                </div>
            </details>
        }
    });
    view! {
        <DirectoryWays path=PATH may_keep=may_keep may_read_agreements=true locale=locale />
        <h1>{directory::AGREEMENTS_TITLE.get(locale)}</h1>
        <p class="muted">{directory::AGREEMENTS_INTRODUCTION.get(locale)}</p>
        <div class="stack">
            {form}
            {none}
            {cards}
        </div>
    }
}

fn card(view: AgreementView, locale: Locale) -> impl IntoView {
    let href = format!("{PATH}/{}", view.id);
    let acts = view! {
        <p class="screen-only">
            <a class="button" href=href rel="external">{directory::AGREEMENT_OPEN.get(locale)}</a>
        </p>
    };
    view! { <AgreementCard view=view acts=acts.into_any() locale=locale /> }
}
