use leptos::prelude::*;

use casework::{
    permission::{Actor, may_report_incident},
    wire::v1::{AccountView, ErrorCode},
};

use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{errors, incident},
    ui::{CsrfField, PageFrame},
};

const PATH: &str = "/bureau/signaler";

/// `/bureau/signaler`: the short form by which anybody of the brigade reports a confidentiality incident.
#[component]
pub fn ReportPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move {
        let account = gateway.account().await?;
        if may_report_incident(&actor_of(&account)).is_allowed() { Ok(account) } else { Err(errors::api_error(ErrorCode::NotFound, None)) }
    });
    let context = page.clone();
    view! {
        <PageFrame page=page title=incident::REPORT_TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {shown(data, move |_| form(&context))}
        </PageFrame>
    }
}

fn actor_of(account: &AccountView) -> Actor {
    Actor { account_id: account.id, role: account.role, organisation_id: account.organisation.id, organisation_kind: account.organisation.kind }
}

fn form(page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    view! {
        <h1>{incident::REPORT_TITLE.get(locale)}</h1>
        <p class="notice notice--danger">{incident::REPORT_DANGER.get(locale)}</p>
        <p>{incident::REPORT_INTRODUCTION.get(locale)}</p>
        <form class="form card" method="post" action="/bureau/vie-privee/incidents" data-testid="incident-report">
            <CsrfField csrf=page.csrf.clone() />
            <input type="hidden" name="id" value=page.form_id.clone() />
            <label class="form-field">
                <span class="form-field__label">{incident::REPORT_NOTICED.get(locale)}</span>
                <input type="date" name="noticed_on" required />
            </label>
            <label class="form-field">
                <span class="form-field__label">{incident::REPORT_WORDS.get(locale)}</span>
                <span class="muted small">{incident::REPORT_WORDS_HINT.get(locale)}</span>
                <textarea name="words" required maxlength="2000"></textarea>
            </label>
            <button class="button button--primary" type="submit">{incident::REPORT_SUBMIT.get(locale)}</button>
        </form>
    }
}
