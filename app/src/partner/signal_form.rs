use casework::referral::Urgency;
use leptos::prelude::*;

use crate::{
    document::PageContext,
    texts::{common, office, partner, thread},
    ui::CsrfField,
};

/// A partner signals a building to the brigade.
#[component]
pub fn SignalForm(
    /// Where the brigade works.
    municipalities: Vec<String>,
    /// Language and tokens of the page.
    page: PageContext,
) -> impl IntoView {
    let locale = page.locale;
    let municipalities = municipalities.into_iter().map(|name| view! { <option>{name}</option> }).collect_view();
    let urgencies = Urgency::ALL.iter().map(|urgency| view! { <option value=urgency.code()>{common::urgency(*urgency).get(locale)}</option> }).collect_view();
    view! {
        <details class="card disclosure" data-testid="signal">
            <summary>{partner::SIGNAL_TITLE.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action="/partenaires/signalement" data-testid="signal-form">
                <CsrfField csrf=page.csrf />
                <input type="hidden" name="id" value=page.form_id />
                <p class="muted small">{partner::SIGNAL_HINT.get(locale)}</p>
                <label class="form-field">
                    <span class="form-field__label">{partner::SIGNAL_ADDRESS.get(locale)}</span>
                    <input type="text" name="address" maxlength="160" required autocomplete="off" />
                </label>
                <div class="form-pair">
                    <label class="form-field">
                        <span class="form-field__label">{partner::SIGNAL_MUNICIPALITY.get(locale)}</span>
                        <select name="municipality" required>{municipalities}</select>
                    </label>
                    <label class="form-field">
                        <span class="form-field__label">{partner::SIGNAL_DWELLINGS.get(locale)}</span>
                        <input type="number" name="dwellings" min="1" max="600" step="1" inputmode="numeric" required />
                    </label>
                </div>
                <label class="form-field">
                    <span class="form-field__label">{partner::SIGNAL_REASON.get(locale)}</span>
                    <textarea name="reason" required maxlength="4000"></textarea>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{thread::QUESTIONS.get(locale)}</span>
                    <textarea name="questions" maxlength="2000"></textarea>
                    <span class="form-field__hint">{thread::QUESTIONS_HINT.get(locale)}</span>
                </label>
                <div class="form-pair">
                    <label class="form-field">
                        <span class="form-field__label">{office::REFER_URGENCY.get(locale)}</span>
                        <select name="urgency">{urgencies}</select>
                    </label>
                    <label class="form-field">
                        <span class="form-field__label">{office::REFER_DUE.get(locale)}</span>
                        <input type="number" name="due_in_days" min="1" max="90" step="1" value="5" inputmode="numeric" required />
                    </label>
                </div>
                <button class="button button--primary" type="submit">{partner::SIGNAL_SUBMIT.get(locale)}</button>
            </form>
        </details>
    }
}
