use casework::wire::v1::{OrganisationRow, ProviderView};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, administration},
    ui::CsrfField,
};

/// How the people of each organisation sign in: with a password here, or at home through an OpenID Connect provider.
#[component]
pub fn ProviderSection(
    /// In the order to show.
    organisations: Vec<OrganisationRow>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let lines = organisations.into_iter().map(|row| provider_line(row, &csrf, locale)).collect_view();
    view! {
        <section class="card stack" id="connexions" aria-labelledby="providers-title" data-testid="providers">
            <h2 id="providers-title">{administration::PROVIDERS.get(locale)}</h2>
            <p class="muted">{administration::PROVIDERS_HINT.get(locale)}</p>
            {lines}
        </section>
    }
}

fn provider_line(row: OrganisationRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let (state, tone) = match &row.provider {
        Some(_) => (administration::PROVIDER_ON, "badge badge--success"),
        None => (administration::PROVIDER_OFF, "badge"),
    };
    let removal = row.provider.is_some().then(|| {
        let label = texts::fill(administration::PROVIDER_REMOVE_OF.get(locale), &[("name", &row.name)]);
        view! {
            <form method="post" action=format!("/administration/organismes/{}/connexion/retrait", row.id) data-testid="provider-removal">
                <CsrfField csrf=csrf.to_owned() />
                <button class="button button--quiet" type="submit" aria-label=label>{administration::PROVIDER_REMOVE.get(locale)}</button>
            </form>
        }
    });
    let id = row.id.to_string();
    let form = provider_form(&id, row.provider, csrf, locale);
    view! {
        <details class="disclosure" data-testid="provider" data-id=id>
            <summary>
                <span class="cluster cluster--tight">
                    <span>{row.name}</span>
                    <span class=tone>{state.get(locale)}</span>
                </span>
            </summary>
            <div class="disclosure__body stack">{form} {removal}</div>
        </details>
    }
}

fn provider_form(id: &str, provider: Option<ProviderView>, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let counts = provider.as_ref().is_some_and(|provider| provider.factor_counts);
    let kept = provider.unwrap_or_else(|| ProviderView {
        issuer: String::new(),
        client_id: String::new(),
        secret_name: String::new(),
        email_domain: String::new(),
        factor_acr: None,
        factor_counts: false,
    });
    view! {
        <form class="form form--columns" method="post" action=format!("/administration/organismes/{id}/connexion") data-testid="provider-form">
            <CsrfField csrf=csrf.to_owned() />
            <label class="form-field">
                <span class="form-field__label">{administration::PROVIDER_ISSUER.get(locale)}</span>
                <input type="url" name="issuer" value=kept.issuer autocomplete="off" required maxlength="500" />
                <span class="form-field__hint">{administration::PROVIDER_ISSUER_HINT.get(locale)}</span>
            </label>
            <label class="form-field">
                <span class="form-field__label">{administration::PROVIDER_CLIENT.get(locale)}</span>
                <input type="text" name="client_id" value=kept.client_id autocomplete="off" spellcheck="false" required maxlength="500" />
            </label>
            <label class="form-field">
                <span class="form-field__label">{administration::PROVIDER_SECRET.get(locale)}</span>
                <input type="text" name="secret_name" value=kept.secret_name autocomplete="off" spellcheck="false" required maxlength="40" pattern="[a-z0-9_]+" />
                <span class="form-field__hint">{administration::PROVIDER_SECRET_HINT.get(locale)}</span>
            </label>
            <label class="form-field">
                <span class="form-field__label">{administration::PROVIDER_DOMAIN.get(locale)}</span>
                <input type="text" name="email_domain" value=kept.email_domain autocomplete="off" spellcheck="false" required maxlength="200" />
                <span class="form-field__hint">{administration::PROVIDER_DOMAIN_HINT.get(locale)}</span>
            </label>
            <label class="choice">
                <input type="checkbox" name="factor_counts" value="true" checked=counts />
                <span class="choice__text">
                    <strong>{administration::PROVIDER_FACTOR.get(locale)}</strong>
                    <span class="form-field__hint">{administration::PROVIDER_FACTOR_HINT.get(locale)}</span>
                </span>
            </label>
            <label class="form-field">
                <span class="cluster cluster--tight">
                    <span class="form-field__label">{administration::PROVIDER_ACR.get(locale)}</span>
                    <span class="muted small">{administration::OPTIONAL.get(locale)}</span>
                </span>
                <input type="text" name="factor_acr" value=kept.factor_acr.unwrap_or_default() autocomplete="off" spellcheck="false" maxlength="500" />
                <span class="form-field__hint">{administration::PROVIDER_ACR_HINT.get(locale)}</span>
            </label>
            <p class="form__actions">
                <button class="button button--primary" type="submit">{administration::PROVIDER_SUBMIT.get(locale)}</button>
            </p>
        </form>
    }
}
