use casework::wire::v1::{Departure, DeparturePhone, PhonesAtDeparture};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{self, Locale, Text, administration, common, office},
    ui::{CsrfField, PageFrame, time},
};

const ADMINISTRATION: &str = "/administration";

/// `/administration/comptes/:id/depart`: what somebody holds is said before their account closes.
#[component]
pub fn DeparturePage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let path = format!("{ADMINISTRATION}/comptes/{id}/depart");
    let account = id.parse().ok();
    let data = load(move |gateway| async move {
        match account {
            Some(id) => gateway.departure(id).await,
            None => Err(texts::errors::api_error(casework::wire::v1::ErrorCode::NotFound, None)),
        }
    });
    let context = page.clone();
    view! {
        <PageFrame page=page title=administration::DEPARTURE.get(locale).to_owned() path=ADMINISTRATION.to_owned() next=path>
            {shown(data, move |departure| departure_view(departure, &context))}
        </PageFrame>
    }
}

fn departure_view(departure: Departure, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let title = texts::fill(administration::DEPARTURE_OF.get(locale), &[("name", &departure.display_name)]);
    let role = common::role(departure.role).get(locale);
    let line = |name: &'static str, count: u32, one: Text, many: Text| {
        let words = office::counted(u64::from(count), one, many, locale);
        view! { <li data-testid=format!("holds-{name}") data-count=count.to_string()>{words}</li> }
    };
    let rank = departure.on_call_rank.map(|rank| {
        let words = texts::fill(administration::HOLDS_RANK.get(locale), &[("rank", &rank.to_string())]);
        view! { <li data-testid="holds-rank">{words}</li> }
    });
    let phones = departure.phones.iter().map(|phone| phone_line(phone, locale)).collect_view();
    let form = departure_form(&departure, &page.csrf, locale);
    view! {
        <p>
            <a class="back-link" href=ADMINISTRATION rel="external">{administration::TITLE.get(locale)}</a>
        </p>
        <h1>{title}</h1>
        <p class="muted">{role}</p>
        <section class="card stack" aria-labelledby="holds-title">
            <h2 id="holds-title">{administration::HOLDS.get(locale)}</h2>
            <ul>
                {line("cases", departure.cases, administration::HOLDS_CASE, administration::HOLDS_CASES)}
                {line("visits", departure.visits, administration::HOLDS_VISIT, administration::HOLDS_VISITS)}
                {line("referrals", departure.referrals, administration::HOLDS_REFERRAL, administration::HOLDS_REFERRALS)}
                {rank}
                {phones}
            </ul>
            <p class="muted small">{administration::HOLDS_HINT.get(locale)}</p>
        </section>
        {form}
    }
}

fn phone_line(phone: &DeparturePhone, locale: Locale) -> impl IntoView + use<> {
    let seen = time::date_time(phone.last_contact_at, locale);
    let unsent = phone.unsent_events.saturating_add(phone.unsent_photos);
    let words = if unsent > 0 {
        office::counted(u64::from(unsent), administration::HOLDS_PHONE_UNSENT_ONE, administration::HOLDS_PHONE_UNSENT_MANY, locale)
    } else {
        administration::HOLDS_PHONE.get(locale).to_owned()
    };
    let words = texts::fill(&words, &[("date", &seen)]);
    view! { <li data-testid="holds-phone" data-unsent=unsent.to_string()>{words}</li> }
}

fn departure_form(departure: &Departure, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let must = departure.cases > 0;
    let colleagues = departure
        .colleagues
        .iter()
        .map(|colleague| {
            let words = format!("{} · {}", colleague.display_name, common::role(colleague.role).get(locale));
            view! { <option value=colleague.id.to_string()>{words}</option> }
        })
        .collect_view();
    let nobody = if must { administration::HEIR_CHOOSE } else { administration::HEIR_NOBODY };
    let phones = (!departure.phones.is_empty()).then(|| {
        let choice = |choice: PhonesAtDeparture, name: Text, hint: Text| {
            view! {
                <label class="choice">
                    <input type="radio" name="phones" value=choice.code() required />
                    <span class="choice__text">
                        <strong>{name.get(locale)}</strong>
                        <span class="muted small">{hint.get(locale)}</span>
                    </span>
                </label>
            }
        };
        view! {
            <fieldset class="fieldset">
                <legend>{administration::PHONES.get(locale)}</legend>
                {choice(PhonesAtDeparture::Keep, administration::PHONES_KEEP, administration::PHONES_KEEP_HINT)}
                {choice(PhonesAtDeparture::Revoke, administration::PHONES_REVOKE, administration::PHONES_REVOKE_HINT)}
            </fieldset>
        }
    });
    view! {
        <form
            class="card form"
            method="post"
            action=format!("{ADMINISTRATION}/comptes/{}/depart", departure.account_id)
            data-testid="departure-form"
        >
            <CsrfField csrf=csrf.to_owned() />
            <label class="form-field">
                <span class="form-field__label">{administration::HEIR.get(locale)}</span>
                <span class="form-field__hint">{administration::HEIR_HINT.get(locale)}</span>
                <select name="to" required=must>
                    <option value="">{nobody.get(locale)}</option>
                    {colleagues}
                </select>
            </label>
            {phones}
            <p class="form__actions">
                <button class="button button--danger" type="submit">{administration::DEPARTURE_SUBMIT.get(locale)}</button>
            </p>
        </form>
    }
}
