use casework::wire::v1::CaseRow;
use leptos::prelude::*;

use crate::{
    texts::{Locale, office},
    ui::{BandMark, CaseStatus, DangerBadge, Moment},
};

/// Cases, one a row; cards where there is no room.
#[component]
pub fn CaseTable(
    /// In the order to show.
    rows: Vec<CaseRow>,
    /// What the table holds, for its caption.
    caption: String,
    /// Language of the names.
    locale: Locale,
) -> impl IntoView {
    let lines = rows.into_iter().map(|row| case_line(row, locale)).collect_view();
    view! {
        <table class="table case-table">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{office::COLUMN_BAND.get(locale)}</th>
                    <th scope="col">{office::COLUMN_NUMBER.get(locale)}</th>
                    <th scope="col">{office::COLUMN_ADDRESS.get(locale)}</th>
                    <th scope="col">{office::COLUMN_MOTIFS.get(locale)}</th>
                    <th scope="col">{office::COLUMN_STAGE.get(locale)}</th>
                    <th scope="col">{office::COLUMN_REFERRALS.get(locale)}</th>
                    <th scope="col">{office::COLUMN_UPDATED.get(locale)}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
}

fn case_line(row: CaseRow, locale: Locale) -> impl IntoView {
    let dwellings = office::counted(u64::from(row.dwellings), office::DWELLINGS_ONE, office::DWELLINGS_MANY, locale);
    let place = match &row.borough {
        Some(borough) => format!("{} ({borough}), {dwellings}", row.municipality),
        None => format!("{}, {dwellings}", row.municipality),
    };
    let danger = row.danger.then(|| view! { <DangerBadge locale=locale /> });
    let escalation =
        row.escalation_open.then(|| view! { <span class="badge badge--danger" data-testid="case-escalation">{office::ESCALATION_OPEN.get(locale)}</span> });
    let waiting = (row.referrals_waiting > 0).then(|| {
        let text = office::counted(u64::from(row.referrals_waiting), office::WAITING_ONE, office::WAITING_MANY, locale);
        view! { <span class="badge badge--warning">{text}</span> }
    });
    let motifs = row
        .motifs
        .iter()
        .map(|code| {
            view! { <span class="motif-chip" title=office::motif(code).get(locale)>{office::motif_name(code).get(locale)}</span> }
        })
        .collect_view();
    view! {
        <tr
            class="case-row"
            class:case-row--danger=row.danger || row.escalation_open
            data-testid="case-row"
            data-id=row.id.to_string()
            data-number=row.number.clone()
            data-band=row.band.clone().unwrap_or_default()
        >
            <td class="case-row__band"><BandMark band=row.band.clone() locale=locale /></td>
            <th class="case-row__number" scope="row">
                <a href=format!("/bureau/dossiers/{}", row.id) rel="external">{row.number.clone()}</a>
            </th>
            <td class="case-row__address">
                <span class="stack stack--tight">
                    <span class="case-row__street">{row.address.clone()}</span>
                    <span class="muted small">{place}</span>
                    <span class="cluster cluster--tight">{danger} {escalation}</span>
                </span>
            </td>
            <td class="case-row__motifs">
                <span class="cluster cluster--tight">{motifs}</span>
            </td>
            <td class="case-row__stage"><CaseStatus stage=row.stage locale=locale /></td>
            <td class="case-row__referrals">{waiting}</td>
            <td class="case-row__updated"><Moment at=row.updated_at locale=locale date_only=true /></td>
        </tr>
    }
}
