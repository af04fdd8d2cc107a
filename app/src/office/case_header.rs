use casework::wire::v1::CaseDetail;
use leptos::prelude::*;

use crate::{
    texts::{Locale, office},
    ui::{BandMark, CaseStatus, DangerBadge, Moment, number},
};

/// Number, address, band, index and stage: what is read first.
#[component]
pub fn CaseHeader(
    /// The case.
    case: CaseDetail,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let row = case.row;
    let danger = row.danger.then(|| view! { <DangerBadge locale=locale /> });
    let complex = row.complex.then(|| view! { <span class="badge badge--warning">{office::COMPLEX.get(locale)}</span> });
    let escalation = row.escalation_open.then(|| view! { <span class="badge badge--danger">{office::ESCALATION_OPEN.get(locale)}</span> });
    let index = match row.index {
        Some(index) => view! {
            <p class="case-header__index">
                <span class="muted small">{office::INDEX.get(locale)}</span>
                <a href="#indice" rel="external"><data class="numeric" value=index.to_string()>{number::decimal(index, locale)}</data></a>
            </p>
        }
        .into_any(),
        None => view! { <p class="muted small">{office::INDEX_NONE.get(locale)}</p> }.into_any(),
    };
    let place = match &row.borough {
        Some(borough) => format!("{} ({borough})", row.municipality),
        None => row.municipality.clone(),
    };
    view! {
        <header class="case-header" class:case-header--danger=row.danger data-testid="case-header" data-number=row.number.clone()>
            <BandMark band=row.band.clone() locale=locale large=true />
            <div class="case-header__name">
                <p class="case-header__number numeric">{row.number.clone()}</p>
                <h1>{row.address.clone()}</h1>
                <p class="muted">{place}</p>
                <p class="cluster cluster--tight">
                    <CaseStatus stage=row.stage locale=locale />
                    {danger}
                    {complex}
                    {escalation}
                </p>
            </div>
            <div class="case-header__facts">
                {index}
                <p class="muted small">{office::OPENED.get(locale)} " " <Moment at=row.opened_at locale=locale date_only=true /></p>
                <p class="muted small">{office::UPDATED.get(locale)} " " <Moment at=row.updated_at locale=locale /></p>
            </div>
        </header>
    }
}
