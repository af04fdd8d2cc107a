use leptos::prelude::*;

use super::{board_view::BoardView, emergency_numbers::EmergencyNumbers};
use crate::{
    pages::{load, page_context, shown},
    texts::cell,
    ui::PageFrame,
};

const PATH: &str = "/cellule";

/// `/cellule`: 911 first, then the open escalations, live.
#[component]
pub fn BoardPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let csrf = page.csrf.clone();
    let data = load(|gateway| async move { gateway.board().await });
    view! {
        <PageFrame page=page title=cell::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            <EmergencyNumbers locale=locale />
            {shown(data, move |board| view! { <BoardView initial=board csrf=csrf.clone() locale=locale /> })}
        </PageFrame>
    }
}
