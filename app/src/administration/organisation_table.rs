use casework::wire::v1::OrganisationRow;
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, administration, common},
    ui::CsrfField,
};

/// Organisations, one a row; cards where there is no room.
#[component]
pub fn OrganisationTable(
    /// In the order to show.
    rows: Vec<OrganisationRow>,
    /// What the table holds, for its caption.
    caption: String,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let lines = rows.into_iter().map(|row| organisation_line(row, &csrf, locale)).collect_view();
    view! {
        <table class="table table--stack organisation-table">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{administration::ORGANISATION_NAME.get(locale)}</th>
                    <th scope="col">{administration::ORGANISATION_KIND.get(locale)}</th>
                    <th scope="col">{administration::ORGANISATION_SERVICE.get(locale)}</th>
                    <th scope="col">{administration::ORGANISATION_MUNICIPALITY.get(locale)}</th>
                    <th scope="col">{administration::ORGANISATION_FACTOR.get(locale)}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
}

fn organisation_line(row: OrganisationRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let (state, act, label) = if row.second_factor_required {
        (administration::FACTOR_REQUIRED, administration::RELAX_FACTOR, administration::RELAX_FACTOR_OF)
    } else {
        (administration::FACTOR_OPTIONAL, administration::REQUIRE_FACTOR, administration::REQUIRE_FACTOR_OF)
    };
    let label = texts::fill(label.get(locale), &[("name", &row.name)]);
    view! {
        <tr data-testid="organisation-row" data-id=row.id.to_string() data-kind=row.kind.code()>
            <th scope="row">{row.name}</th>
            <td data-label=administration::ORGANISATION_KIND.get(locale)>{common::organisation_kind(row.kind).get(locale)}</td>
            {optional_cell(administration::ORGANISATION_SERVICE.get(locale), row.service)}
            {optional_cell(administration::ORGANISATION_MUNICIPALITY.get(locale), row.municipality.unwrap_or_default())}
            <td class="organisation-table__factor" data-label=administration::ORGANISATION_FACTOR.get(locale) data-required=row.second_factor_required.to_string()>
                <form class="cluster cluster--tight" method="post" action=format!("/administration/organismes/{}/second-facteur", row.id)>
                    <CsrfField csrf=csrf.to_owned() />
                    <input type="hidden" name="required" value=(!row.second_factor_required).to_string() />
                    <span>{state.get(locale)}</span>
                    <button class="button button--quiet" type="submit" aria-label=label data-testid="require-factor">{act.get(locale)}</button>
                </form>
            </td>
        </tr>
    }
}

/// A cell that a card leaves out when there is nothing to say.
fn optional_cell(label: &'static str, text: String) -> impl IntoView {
    let class = if text.is_empty() { "is-empty" } else { "" };
    view! {
        <td class=class data-label=label>
            <span>{text}</span>
        </td>
    }
}
