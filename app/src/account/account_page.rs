use casework::wire::v1::MyAccount;
use leptos::prelude::*;

use super::{
    notice_list::NoticeList, passkey_section::PasskeySection, password_form::PasswordForm, second_factor_section::SecondFactorSection,
    session_list::SessionList,
};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{account, common},
    ui::PageFrame,
};

pub const PATH: &str = "/compte";

/// `/compte`: one's own account, for whoever is signed in.
#[component]
pub fn AccountPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.my_account().await });
    let context = page.clone();
    view! {
        <PageFrame page=page title=common::MY_ACCOUNT.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {shown(data, move |mine| account_view(mine, &context))}
        </PageFrame>
    }
}

fn account_view(mine: MyAccount, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    view! {
        <h1>{common::MY_ACCOUNT.get(locale)}</h1>
        <p class="muted">{account::INTRODUCTION.get(locale)}</p>
        <p>
            <strong>{mine.display_name}</strong>
            " "
            <span class="muted account-page__email">{mine.email.clone()}</span>
        </p>
        <div class="account-page stack stack--loose">
            <NoticeList notices=mine.notices csrf=page.csrf.clone() locale=locale />
            <section class="card stack" id="sessions" aria-labelledby="sessions-title" data-testid="sessions">
                <h2 id="sessions-title">{account::SESSIONS.get(locale)}</h2>
                <p class="muted">{account::SESSIONS_HINT.get(locale)}</p>
                <SessionList sessions=mine.sessions csrf=page.csrf.clone() locale=locale />
            </section>
            <SecondFactorSection
                factor=mine.second_factor
                required=mine.second_factor_required
                recovery_codes=page.recovery_codes.clone()
                csrf=page.csrf.clone()
                locale=locale
            />
            <PasskeySection
                passkeys=mine.passkeys
                possible=mine.passkeys_possible
                asked=page.passkey.clone()
                csrf=page.csrf.clone()
                locale=locale
            />
            <section class="card stack" id="mot-de-passe" aria-labelledby="password-title" data-testid="password">
                <h2 id="password-title">{account::PASSWORD.get(locale)}</h2>
                <PasswordForm email=mine.email csrf=page.csrf.clone() locale=locale />
            </section>
        </div>
    }
}
