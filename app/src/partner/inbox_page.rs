use casework::{
    referral::ReferralStage,
    wire::v1::{ReferralInbox, ReferralRow},
};
use leptos::prelude::*;

use crate::{
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
    view! {
        <PageFrame page=page title=partner::INBOX_TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            <h1>{partner::INBOX_TITLE.get(locale)}</h1>
            {shown(data, move |inbox| inbox_view(inbox, locale))}
        </PageFrame>
    }
}

fn inbox_view(inbox: ReferralInbox, locale: Locale) -> impl IntoView {
    let waiting = inbox.received.iter().filter(|row| row.stage == ReferralStage::Sent).count();
    let to_answer = (waiting > 0).then(|| {
        let text = office::counted(u64::try_from(waiting).unwrap_or(u64::MAX), partner::TO_ANSWER_ONE, partner::TO_ANSWER_MANY, locale);
        view! { <span class="badge badge--warning" data-testid="referrals-to-answer">{text}</span> }
    });
    view! {
        <div class="stack stack--loose">
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

fn rows(rows: Vec<ReferralRow>, received: bool, caption: Text, none: Text, locale: Locale) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="muted">{none.get(locale)}</p> }.into_any();
    }
    view! { <ReferralTable rows=rows received=received caption=caption.get(locale).to_owned() locale=locale /> }.into_any()
}
