//! A PIN typed with a gloved thumb, or on a keyboard.

use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::super::context::{self, t};
use crate::{
    device::entry::PIN_DIGITS_MAX,
    texts::{self, Text, device as text},
};

/// Field, keypad and button. What is typed is shown as dots and said as a count.
#[component]
pub fn PinPad(
    /// The digits so far.
    typed: RwSignal<String>,
    /// What the field is.
    label: Text,
    /// What the button does.
    action: Text,
    /// Nothing can be typed now: waiting, or working.
    #[prop(into)]
    stopped: Signal<bool>,
    /// The person has finished typing.
    submit: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let locale = context::locale();
    let press = move |digit: u8| {
        typed.update(|typed| {
            if typed.len() < PIN_DIGITS_MAX {
                typed.push(char::from(b'0' + digit));
            }
        });
    };
    let key = move |digit: u8| {
        view! {
            <button type="button" class="keypad__key" data-testid=format!("key-{digit}") disabled=move || stopped.get() on:click=move |_| press(digit)>
                {digit.to_string()}
            </button>
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !stopped.get_untracked() && !typed.with_untracked(String::is_empty) {
            submit();
        }
    };
    view! {
        <form class="pin-pad" autocomplete="off" on:submit=on_submit>
            <label class="form-field">
                <span class="form-field__label">{t(label)}</span>
                // Without the phone's own keyboard, which would hide the large one below.
                <input
                    class="pin-pad__field"
                    type="password"
                    inputmode="none"
                    autocomplete="off"
                    maxlength=PIN_DIGITS_MAX.to_string()
                    data-testid="pin"
                    prop:value=move || typed.get()
                    readonly=move || stopped.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </label>
            <p class="visually-hidden" role="status">
                {move || texts::fill(text::PIN_TYPED.get(locale.get()), &[("count", &typed.with(String::len).to_string())])}
            </p>
            <div class="keypad" role="group" aria-label=t(text::KEYPAD)>
                {(1..=9).map(key).collect_view()}
                <button
                    type="button"
                    class="keypad__key keypad__key--erase"
                    data-testid="key-erase"
                    aria-label=t(text::ERASE)
                    disabled=move || stopped.get()
                    on:click=move |_| {
                        typed.update(|typed| {
                            typed.pop();
                        });
                    }
                >
                    "⌫"
                </button>
                {key(0)}
                <button
                    type="submit"
                    class="keypad__key keypad__key--done"
                    data-testid="pin-submit"
                    aria-label=t(action)
                    disabled=move || stopped.get() || typed.with(String::is_empty)
                >
                    "✓"
                </button>
            </div>
        </form>
    }
}
