use casework::case::CaseStage;
use leptos::prelude::*;

use crate::texts::{Locale, common};

/// The stage of a case.
#[component]
pub fn CaseStatus(
    /// Where the case stands.
    stage: CaseStage,
    /// Language of the name.
    locale: Locale,
) -> impl IntoView {
    let class = match stage {
        CaseStage::New => "badge badge--warning",
        CaseStage::Assigned | CaseStage::InProgress => "badge badge--primary",
        CaseStage::WaitingOnPartner | CaseStage::Monitoring => "badge badge--info",
        CaseStage::Closed => "badge",
    };
    view! { <span class=class data-stage=stage.code()>{common::case_stage(stage).get(locale)}</span> }
}
