use casework::{
    retention::{Counts, REASON_CHARS_MAX},
    wire::v1::{HoldView, ProofView, PurgeableCase, RetentionRegister},
};
use leptos::prelude::*;

use super::privacy_ways::{PrivacyWays, RETENTION_PATH as PATH};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{self, Locale, retention},
    ui::{CsrfField, PageFrame, time},
};

/// `/bureau/vie-privee/conservation`: what the retention schedule would purge today, holds, and proofs of what went.
#[component]
pub fn RetentionPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.retention().await });
    let context = page.clone();
    view! {
        <PageFrame page=page title=retention::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            <PrivacyWays path=PATH locale=locale />
            <h1>{retention::TITLE.get(locale)}</h1>
            {shown(data, move |register| register_view(register, &context))}
        </PageFrame>
    }
}

fn register_view(register: RetentionRegister, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let introduction = texts::fill(retention::INTRODUCTION.get(locale), &[("years", &register.years.to_string())]);
    let draft = texts::fill(retention::DRAFT.get(locale), &[("version", &register.rule_version)]);
    let due = texts::fill(retention::DUE.get(locale), &[("count", &register.purgeable_total.to_string())]);
    let none = register.purgeable.is_empty().then(|| view! { <p class="empty">{retention::NONE.get(locale)}</p> });
    let cases = register.purgeable.into_iter().map(|case| purgeable(case, page)).collect_view();
    let kept = register.kept.into_iter().map(|kept| {
        let text = texts::fill(retention::COUNT.get(locale), &[("kind", retention::because(kept.because).get(locale)), ("count", &kept.count.to_string())]);
        view! { <li data-because=kept.because.code()>{text}</li> }
    });
    let holds = register.holds.into_iter().map(|held| hold(held, page)).collect_view();
    let no_proof = register.proofs.is_empty();
    let chain = if register.chain_holds { retention::CHAIN_HOLDS } else { retention::CHAIN_BROKEN };
    let chain = if no_proof { retention::PROOFS_NONE } else { chain }.get(locale);
    let class = if register.chain_holds { "muted" } else { "notice notice--danger" };
    let proofs = register.proofs.into_iter().map(|view| proof(&view, locale)).collect_view();
    view! {
        <p class="muted">{introduction}</p>
        <p class="muted small">{draft}</p>
        <section class="stack">
            <h2>{due}</h2>
            {none}
            {cases}
        </section>
        <section class="stack">
            <h2>{retention::KEPT.get(locale)}</h2>
            <ul>{kept.collect_view()}</ul>
        </section>
        <section class="stack">
            <h2>{retention::HOLDS.get(locale)}</h2>
            {hold_form(page)}
            {holds}
        </section>
        <section class="stack">
            <h2>{retention::PROOFS.get(locale)}</h2>
            <p class=class data-testid="purge-chain">{chain}</p>
            {proofs}
        </section>
    }
}

fn counts_view(counts: &Counts, locale: Locale) -> impl IntoView + use<> {
    let line = |(kind, count): (&String, &i64)| {
        let text = texts::fill(retention::COUNT.get(locale), &[("kind", retention::kind(kind).get(locale)), ("count", &count.to_string())]);
        view! { <li>{text}</li> }
    };
    view! { <ul class="small">{counts.iter().filter(|(_, count)| **count > 0).map(line).collect_view()}</ul> }
}

fn purgeable(case: PurgeableCase, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let closed = texts::fill(retention::CLOSED_ON.get(locale), &[("date", &time::calendar_date(&case.closed_on, locale))]);
    view! {
        <article class="card stack" data-testid="purgeable" data-number=case.number.clone()>
            <h3>
                <a href=format!("/bureau/dossiers/{}", case.id) rel="external">{case.number.clone()}</a>
            </h3>
            <p>{closed}</p>
            {counts_view(&case.counts, locale)}
            <form class="form" method="post" action=format!("{PATH}/{}/purge", case.id) data-testid="purge">
                <CsrfField csrf=page.csrf.clone() />
                <input type="hidden" name="form_id" value=page.form_id.clone() />
                <input type="hidden" name="revision" value=case.revision.to_string() />
                <button class="button button--danger" type="submit">{retention::PURGE.get(locale)}</button>
            </form>
        </article>
    }
}

fn hold_form(page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    view! {
        <details class="disclosure">
            <summary>{retention::HOLD_NEW.get(locale)}</summary>
            <div class="disclosure__body">
                <form class="form" method="post" action=PATH data-testid="hold">
                    <CsrfField csrf=page.csrf.clone() />
                    <input type="hidden" name="id" value=page.form_id.clone() />
                    <label class="form-field">
                        <span class="form-field__label">{retention::HOLD_CASE.get(locale)}</span>
                        <input type="text" name="case" required placeholder="B-2026-0001" autocomplete="off" />
                    </label>
                    <label class="form-field">
                        <span class="form-field__label">{retention::HOLD_REASON.get(locale)}</span>
                        <textarea name="reason" required maxlength=REASON_CHARS_MAX.to_string()></textarea>
                    </label>
                    <label class="form-field">
                        <span class="form-field__label">{retention::HOLD_UNTIL.get(locale)}</span>
                        <input type="date" name="until" />
                    </label>
                    <button class="button button--primary" type="submit">{retention::HOLD_SUBMIT.get(locale)}</button>
                </form>
            </div>
        </details>
    }
}

fn hold(held: HoldView, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let since = texts::fill(retention::HELD.get(locale), &[("date", &time::date_time(held.placed_at, locale)), ("name", &held.placed_by)]);
    let until = held.until.map(|day| {
        let text = texts::fill(retention::HELD_UNTIL.get(locale), &[("date", &time::calendar_date(&day, locale))]);
        view! { <p>{text}</p> }
    });
    view! {
        <article class="card stack" data-testid="hold-standing" data-number=held.number.clone()>
            <h3>{held.number.clone()}</h3>
            <p>{held.reason}</p>
            <p class="muted small">{since}</p>
            {until}
            <form class="form" method="post" action=format!("{PATH}/{}/levee", held.id)>
                <CsrfField csrf=page.csrf.clone() />
                <button class="button" type="submit">{retention::HOLD_LIFT.get(locale)}</button>
            </form>
        </article>
    }
}

fn proof(proof: &ProofView, locale: Locale) -> impl IntoView + use<> {
    let values =
        [("sequence", proof.sequence.to_string()), ("number", proof.number.clone()), ("date", time::date_time(proof.at, locale)), ("name", proof.by.clone())];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    view! {
        <article class="card stack" data-testid="purge-proof">
            <p>{texts::fill(retention::PROOF.get(locale), &values)}</p>
            {counts_view(&proof.counts, locale)}
            <p class="muted small">
                {proof.rule_version.clone()} " "
                <code class="wrap-anywhere">{proof.seal.clone()}</code>
            </p>
        </article>
    }
}
