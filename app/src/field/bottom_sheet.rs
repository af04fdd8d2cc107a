//! A panel that rises where the thumb is: a native dialog, so that focus, Escape and what is behind behave.

use leptos::{html, prelude::*};

use super::context::{self, t};
use crate::texts::{Text, field_visit};

/// Dialog at the bottom of the screen. Its content is made when it opens.
#[component]
pub fn BottomSheet(
    /// Shows or hides it.
    open: RwSignal<bool>,
    /// Its heading, and its name.
    title: Text,
    /// Stable hook.
    testid: &'static str,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let locale = context::locale();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            // Fails only for a dialog that is shown already, or not in the page.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog node_ref=dialog class="bottom-sheet" data-testid=testid aria-label=move || title.get(locale.get()) on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <header class="bottom-sheet__header">
                    <h2>{t(title)}</h2>
                    <button type="button" class="button button--quiet" data-testid="sheet-close" on:click=move |_| open.set(false)>{t(field_visit::CLOSE)}</button>
                </header>
                {children.with_value(|children| children())}
            </Show>
        </dialog>
    }
}
