use casework::wire::v1::{RescueBrought, RescueRow};
use leptos::prelude::*;

use super::device_table::code_of;
use crate::{
    texts::{self, Locale, Text, devices, office},
    ui::{CsrfField, Moment},
};

/// Where a file is handed in.
const ACTION: &str = "/bureau/appareils/fichier";

/// Handing in a rescue file, and what came of those handed in.
#[component]
pub fn RescueSection(
    /// The latest first.
    rows: Vec<RescueRow>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let history = (!rows.is_empty()).then(|| {
        let lines = rows.iter().map(|row| rescue_line(row, locale)).collect_view();
        view! {
            <table class="table table--stack" data-testid="rescues">
                <caption class="visually-hidden">{devices::RESCUES.get(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{devices::COLUMN_HOLDER.get(locale)}</th>
                        <th scope="col">{devices::COLUMN_RECEIVED.get(locale)}</th>
                        <th scope="col">{devices::COLUMN_BROUGHT.get(locale)}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        }
    });
    view! {
        <section class="card stack" aria-labelledby="rescue-title">
            <h2 id="rescue-title">{devices::RESCUES.get(locale)}</h2>
            <p class="muted">{devices::RESCUES_HINT.get(locale)}</p>
            // The token goes before the file: the server reads it first, and a file of two gigabytes is refused before it is received.
            <form class="form" method="post" action=ACTION enctype="multipart/form-data" data-testid="rescue-form">
                <CsrfField csrf=csrf />
                <label class="form-field">
                    <span class="form-field__label">{devices::RESCUE_FILE.get(locale)}</span>
                    <input type="file" name="file" accept=".secours" required data-testid="rescue-file" />
                </label>
                <button class="button" type="submit">{devices::RESCUE_SUBMIT.get(locale)}</button>
            </form>
            {history}
        </section>
    }
}

fn rescue_line(row: &RescueRow, locale: Locale) -> impl IntoView + use<> {
    let code = texts::fill(devices::DEVICE_CODE.get(locale), &[("code", &code_of(row.device_id))]);
    let by = texts::fill(devices::RESCUE_BY.get(locale), &[("name", &row.by)]);
    let brought = brought(row.brought, locale).into_iter().map(|(words, is_short)| {
        let class = if is_short { "badge badge--danger" } else { "" };
        view! { <span class=class>{words}</span> }
    });
    view! {
        <tr data-testid="rescue-row">
            <th scope="row">
                <span class="stack stack--tight">
                    <strong>{row.holder.clone()}</strong>
                    <span class="muted small">{code}</span>
                </span>
            </th>
            <td data-label=devices::COLUMN_RECEIVED.get(locale)>
                <span class="stack stack--tight">
                    <Moment at=row.at locale=locale />
                    <span class="muted small">{by}</span>
                </span>
            </td>
            <td data-label=devices::COLUMN_BROUGHT.get(locale)><span class="stack stack--tight">{brought.collect_view()}</span></td>
        </tr>
    }
}

/// What a file brought, in words, what went wrong told apart: `3 changements reçus`, `1 photo absente du fichier`.
fn brought(held: RescueBrought, locale: Locale) -> Vec<(String, bool)> {
    const EVENTS: (Text, Text) = (devices::EVENTS_ONE, devices::EVENTS_MANY);
    const PHOTOS: (Text, Text) = (devices::PHOTOS_ONE, devices::PHOTOS_MANY);
    let parts = [
        (held.events_stored, EVENTS, devices::BROUGHT_STORED, false),
        (held.photos_stored, PHOTOS, devices::BROUGHT_STORED, false),
        (held.events_known, EVENTS, devices::BROUGHT_KNOWN, false),
        (held.photos_known, PHOTOS, devices::BROUGHT_KNOWN, false),
        (held.events_refused, EVENTS, devices::BROUGHT_REFUSED, true),
        (held.photos_refused, PHOTOS, devices::BROUGHT_REFUSED, true),
        (held.photos_missing, PHOTOS, devices::BROUGHT_MISSING, true),
    ];
    let told: Vec<(String, bool)> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, (one, many), sentence, is_short)| {
            let what = office::counted(u64::from(count), one, many, locale);
            (texts::fill(sentence.get(locale), &[("what", &what)]), is_short)
        })
        .collect();
    if told.is_empty() { vec![(devices::BROUGHT_NOTHING.get(locale).to_owned(), false)] } else { told }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_brought_is_told_in_words_and_what_went_wrong_stands_out() {
        let mut held = RescueBrought::default();
        assert_eq!(brought(held, Locale::Fr), [("Rien\u{a0}: le fichier était vide".to_owned(), false)]);
        held.events_stored = 14;
        held.photos_missing = 1;
        let words = |locale| brought(held, locale);
        assert_eq!(words(Locale::Fr), [("14\u{a0}changements\u{a0}: reçu".to_owned(), false), ("1\u{a0}photo\u{a0}: absente du fichier".to_owned(), true)]);
        assert_eq!(words(Locale::En), [("14\u{a0}changes: received".to_owned(), false), ("1\u{a0}photo: missing from the file".to_owned(), true)]);
    }
}
