use leptos::prelude::*;

use crate::{
    document::PasskeyAsked,
    texts::{Locale, Text, account},
};

/// What the browser does with a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyVerb {
    Create,
    Get,
}

/// A form whose answer the authenticator gives: `passkey.js` shows it where the browser can, asks, and sends it. A plain post, like any other.
#[component]
pub fn PasskeyForm(
    /// Made, or shown.
    verb: PasskeyVerb,
    /// What is asked.
    asked: PasskeyAsked,
    /// Where the answer goes.
    action: &'static str,
    /// Of the button.
    submit: Text,
    /// The button is the page's main one.
    primary: bool,
    /// Language of the words.
    locale: Locale,
    /// The other fields.
    children: Children,
) -> impl IntoView {
    let verb = match verb {
        PasskeyVerb::Create => "create",
        PasskeyVerb::Get => "get",
    };
    let class = if primary { "button button--primary button--block" } else { "button button--block" };
    view! {
        <form class="form" method="post" action=action hidden=true data-passkey=verb data-options=asked.options data-testid="passkey-form">
            {children()} <input type="hidden" name="sealed" value=asked.sealed /> <input type="hidden" name="credential" />
            <p class="notice notice--error" role="alert" hidden=true data-passkey-failed="">{account::PASSKEY_ASK_FAILED.get(locale)}</p>
            <button class=class type="submit">{submit.get(locale)}</button>
        </form>
        <p class="muted small" hidden=true data-passkey-unsupported=verb>{account::PASSKEY_UNSUPPORTED.get(locale)}</p>
    }
}
