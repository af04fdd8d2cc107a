use casework::{
    referral::ReferralStage,
    wire::v1::{ReferralInbox, ReferralRow},
};
use leptos::prelude::*;

use super::signal_form::SignalForm;
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{Locale, Text, office, partner},
    ui::{PageFrame, ReferralTable},
};

const PATH: &str = "/partenaires";

/// `/partenaires`: referrals received and sent, the late ones marked.
#[component]
pub fn InboxPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.referrals().await });
    let context = page.clone();
    view! {
        <PageFrame page=page title=partner::INBOX_TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            <h1>{partner::INBOX_TITLE.get(locale)}</h1>
            {shown(data, move |inbox| inbox_view(inbox, context.clone()))}
        </PageFrame>
    }
}

fn inbox_view(inbox: ReferralInbox, page: PageContext) -> impl IntoView {
    let locale = page.locale;
    let signal = (!inbox.signal_in.is_empty()).then(|| view! { <SignalForm municipalities=inbox.signal_in.clone() page=page /> });
    let waiting = inbox.received.iter().filter(|row| row.stage == ReferralStage::Sent).count();
    let to_answer = (waiting > 0).then(|| {
        let text = office::counted(u64::try_from(waiting).unwrap_or(u64::MAX), partner::TO_ANSWER_ONE, partner::TO_ANSWER_MANY, locale);
        view! { <span class="badge badge--warning" data-testid="referrals-to-answer">{text}</span> }
    });
    view! {
        <div class="stack stack--loose">
            {signal}
            <section class="card" data-testid="referrals-received">
                <h2 class="cluster">{partner::RECEIVED.get(locale)} {to_answer}</h2>
                {rows(inbox.received, true, partner::RECEIVED, partner::RECEIVED_NONE, locale)}
            </section>
            <section class="card" data-testid="referrals-sent">
                <h2>{partner::SENT.get(locale)}</h2>
                {rows(inbox.sent, false, partner::SENT, partner::SENT_NONE, locale)}
            </section>
        </div>
    }
}

/// What waits for an answer first, the late ones in front and by their deadline; then what is under way; what is over keeps the server's order, last.
fn by_urgency(mut rows: Vec<ReferralRow>) -> Vec<ReferralRow> {
    rows.sort_by_key(|row| {
        let rank: u8 = match row.stage {
            ReferralStage::Sent => 0,
            ReferralStage::Draft | ReferralStage::Accepted | ReferralStage::InProgress | ReferralStage::OnHold => 1,
            ReferralStage::Completed | ReferralStage::Declined | ReferralStage::Withdrawn | ReferralStage::Expired => 2,
        };
        let due = row.due_at.map_or(i64::MAX, |due| due.0);
        (rank, !row.late, if rank < 2 { due } else { 0 })
    });
    rows
}

fn rows(rows: Vec<ReferralRow>, received: bool, caption: Text, none: Text, locale: Locale) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="muted">{none.get(locale)}</p> }.into_any();
    }
    view! { <ReferralTable rows=by_urgency(rows) received=received caption=caption.get(locale).to_owned() locale=locale /> }.into_any()
}

#[cfg(test)]
mod tests {
    use casework::{clock::Timestamp, ids::ReferralId, referral::Urgency};
    use uuid::Uuid;

    use super::*;

    fn row(address: &str, stage: ReferralStage, due: i64, late: bool) -> ReferralRow {
        ReferralRow {
            id: ReferralId(Uuid::nil()),
            case_id: None,
            case_number: None,
            address: address.to_owned(),
            municipality: String::new(),
            from_organisation: String::new(),
            to_organisation: String::new(),
            service: String::new(),
            urgency: Urgency::Soon,
            stage,
            sent_at: None,
            due_at: Some(Timestamp(due)),
            late,
            to_redirect: false,
            to_forward: false,
            answered_by: None,
            answered_at: None,
            due_soon: false,
            unread: 0,
            questions: 0,
            revision: 1,
        }
    }

    #[test]
    fn what_waits_for_an_answer_comes_first_and_what_is_over_last() {
        let rows = vec![
            row("under way", ReferralStage::InProgress, 1, false),
            row("over, newest", ReferralStage::Completed, 9, false),
            row("waits until later", ReferralStage::Sent, 8, false),
            row("over, older", ReferralStage::Declined, 2, false),
            row("waits", ReferralStage::Sent, 6, false),
            row("late", ReferralStage::Sent, 7, true),
        ];
        let order: Vec<String> = by_urgency(rows).into_iter().map(|row| row.address).collect();
        assert_eq!(order, ["late", "waits", "waits until later", "under way", "over, newest", "over, older"]);
    }
}
