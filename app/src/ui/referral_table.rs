use casework::{
    referral::{ReferralStage, Urgency},
    wire::v1::ReferralRow,
};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, common, office, partner, thread},
    ui::Moment,
};

/// Class of the badge that names a referral's stage.
pub fn stage_tone(stage: ReferralStage) -> &'static str {
    match stage {
        ReferralStage::Sent => "badge badge--warning",
        ReferralStage::Accepted | ReferralStage::InProgress => "badge badge--primary",
        ReferralStage::OnHold => "badge badge--info",
        ReferralStage::Completed => "badge badge--success",
        ReferralStage::Draft | ReferralStage::Declined | ReferralStage::Withdrawn | ReferralStage::Expired => "badge",
    }
}

/// Referrals, one a row; a row opens its referral.
#[component]
pub fn ReferralTable(
    /// In the order to show.
    rows: Vec<ReferralRow>,
    /// Show who sent it (received) rather than whom it went to (sent).
    received: bool,
    /// What the table holds, for its caption.
    caption: String,
    /// Language of the names.
    locale: Locale,
) -> impl IntoView {
    let other_label = if received { partner::COLUMN_FROM } else { partner::COLUMN_TO }.get(locale);
    let lines = rows.into_iter().map(|row| referral_line(row, received, other_label, locale)).collect_view();
    view! {
        <table class="table table--stack referral-table">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{partner::COLUMN_ADDRESS.get(locale)}</th>
                    <th scope="col">{other_label}</th>
                    <th scope="col">{partner::COLUMN_URGENCY.get(locale)}</th>
                    <th scope="col">{partner::COLUMN_STAGE.get(locale)}</th>
                    <th scope="col">{partner::COLUMN_DUE.get(locale)}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
}

fn referral_line(row: ReferralRow, received: bool, other_label: &'static str, locale: Locale) -> impl IntoView {
    let other = if received { row.from_organisation.clone() } else { row.to_organisation.clone() };
    let urgency_class = if row.urgency == Urgency::Urgent { "badge badge--danger" } else { "badge" };
    let late = row.late.then(|| view! { <span class="badge badge--danger" data-testid="referral-late">{partner::LATE.get(locale)}</span> });
    let soon = row.due_soon.then(|| view! { <span class="badge badge--warning" data-testid="referral-soon">{partner::DUE_SOON.get(locale)}</span> });
    let to_forward =
        row.to_forward.then(|| view! { <span class="badge badge--warning" data-testid="referral-to-forward">{partner::TO_FORWARD.get(locale)}</span> });
    let to_redirect =
        row.to_redirect.then(|| view! { <span class="badge badge--warning" data-testid="referral-to-redirect">{partner::TO_REDIRECT.get(locale)}</span> });
    let waiting = (row.unread > 0 || row.questions > 0).then(|| waiting_badges(row.unread, row.questions, locale));
    let due = row.due_at.map(|at| view! { <Moment at=at locale=locale date_only=true /> });
    let answered = row.answered_by.as_ref().zip(row.answered_at).map(|(name, at)| {
        let text = texts::fill(partner::ANSWERED.get(locale), &[("name", name), ("time", &crate::ui::time::date_time(at, locale))]);
        view! { <span class="muted small">{text}</span> }
    });
    let case_number = row.case_number.clone().map(|number| view! { <span class="muted small">{number}</span> });
    view! {
        <tr data-testid="referral-row" data-id=row.id.to_string() data-stage=row.stage.code() data-late=row.late.to_string()>
            <th scope="row">
                <span class="stack stack--tight">
                    <a href=format!("/partenaires/{}", row.id) rel="external">{row.address.clone()}</a>
                    <span class="muted small">{row.municipality.clone()}</span>
                    {case_number}
                    {waiting.map(|waiting| view! { <span class="cluster cluster--tight">{waiting}</span> })}
                </span>
            </th>
            <td data-label=other_label>
                <span class="stack stack--tight">
                    <span>{other}</span>
                    <span class="muted small">{row.service.clone()}</span>
                </span>
            </td>
            <td data-label=partner::COLUMN_URGENCY.get(locale)>
                <span class=urgency_class>{common::urgency(row.urgency).get(locale)}</span>
            </td>
            <td data-label=partner::COLUMN_STAGE.get(locale)>
                <span class="stack stack--tight">
                    <span>
                        <span class=stage_tone(row.stage)>{common::referral_stage(row.stage).get(locale)}</span>
                        " "
                        {to_redirect}
                        {to_forward}
                    </span>
                    {answered}
                </span>
            </td>
            <td data-label=partner::COLUMN_DUE.get(locale)>
                <span class="cluster cluster--tight">{due} {late} {soon}</span>
            </td>
        </tr>
    }
}

/// Who waits for whom in a list: what is new, and what is asked.
fn waiting_badges(unread: u32, questions: u32, locale: Locale) -> impl IntoView {
    let counted = |count: u32, one, many| office::counted(u64::from(count), one, many, locale);
    let new = (unread > 0).then(|| {
        let text = counted(unread, thread::NEW_ONE, thread::NEW_MANY);
        view! { <span class="badge badge--info" data-testid="referral-unread">{text}</span> }
    });
    let asked = (questions > 0).then(|| {
        let text = counted(questions, thread::ASKED_ONE, thread::ASKED_MANY);
        view! { <span class="badge badge--warning" data-testid="referral-questions">{text}</span> }
    });
    view! {
        {new}
        {asked}
    }
}
