use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    document::SecondStep,
    pages::{entry_frame::EntryFrame, page_context},
    texts::{account, sign_in},
    ui::{CodeField, PasskeyForm, PasskeyVerb, QrCode},
};

/// `/connexion/code`: the second step of a sign-in. Nobody is signed in yet.
#[component]
pub fn SecondStepPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    let passkey_only = matches!(page.second_step, Some(SecondStep::Passkey));
    let passkey_next = next.clone();
    let passkey = page.passkey.clone().map(|asked| {
        view! {
            <PasskeyForm verb=PasskeyVerb::Get asked=asked action="/connexion/code/cle" submit=sign_in::PASSKEY_STEP primary=passkey_only locale=locale>
                <input type="hidden" name="next" value=passkey_next />
            </PasskeyForm>
        }
    });
    let (hint, enrolment, label, with_recovery) = match page.second_step.clone() {
        Some(SecondStep::Enrol { secret }) => (sign_in::ENROL_HINT, Some(view! { <QrCode secret=secret locale=locale /> }), account::FIRST_CODE, false),
        Some(SecondStep::Passkey) => (sign_in::PASSKEY_STEP_HINT, None, account::CODE, false),
        Some(SecondStep::Code) | None => (sign_in::CODE_HINT, None, account::CODE, true),
    };
    let code = (!passkey_only).then(|| {
        view! {
            <form class="form" method="post" action="/connexion/code" data-testid="second-step-form">
                <input type="hidden" name="next" value=next.clone() />
                <CodeField id="code" label=label.get(locale) with_recovery=with_recovery locale=locale />
                <button class="button button--primary button--block" type="submit">{sign_in::CODE_SUBMIT.get(locale)}</button>
            </form>
        }
    });
    view! {
        <EntryFrame title=sign_in::CODE_TITLE path="/connexion/code".to_owned()>
            <p class="muted">{hint.get(locale)}</p>
            {enrolment}
            {code}
            {passkey}
            <p>
                <a href="/connexion" rel="external">{sign_in::CODE_BACK.get(locale)}</a>
            </p>
        </EntryFrame>
    }
}
