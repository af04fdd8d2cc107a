use leptos::prelude::*;

use crate::texts::{Locale, account};

/// A password to type or paste, which can be shown while it is typed. Nothing limits what can be pasted: what is too long is refused, never cut.
#[component]
pub fn PasswordField(
    /// Of the input; once in a page.
    id: &'static str,
    /// Of the form's field.
    name: &'static str,
    /// What is asked for.
    label: &'static str,
    /// How to choose it.
    #[prop(optional, into)]
    hint: Option<&'static str>,
    /// It is being chosen: a password manager offers one.
    is_new: bool,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    // Without scripts the button would do nothing: it is not there.
    let works = RwSignal::new(false);
    Effect::new(move |_| works.set(true));
    let hint_id = format!("{id}-hint");
    let described_by = hint.is_some().then(|| hint_id.clone());
    let hint = hint.map(|text| view! { <span class="form-field__hint" id=hint_id>{text}</span> });
    let button_label = move || if shown.get() { account::HIDE_PASSWORD.get(locale) } else { account::SHOW_PASSWORD.get(locale) };
    view! {
        <div class="form-field">
            <label class="form-field__label" for=id>{label}</label>
            {hint}
            <span class="password-field">
                <input
                    id=id
                    type=move || if shown.get() { "text" } else { "password" }
                    name=name
                    autocomplete=if is_new { "new-password" } else { "current-password" }
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=described_by
                    required
                />
                <button
                    type="button"
                    class="button button--quiet password-field__show"
                    aria-controls=id
                    hidden=move || !works.get()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {button_label}
                </button>
            </span>
        </div>
    }
}
