use casework::{
    ids::ReferralId,
    permission::Section,
    wire::v1::{ConsentedDoor, ErrorCode, ReferralDetail},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    pages::{load, page_context, shown},
    texts::{self, Locale, common, errors, sheet},
    ui::{PageFrame, time},
};

/// `/partenaires/:id/feuille`: what a person of one dwelling leaves with, in their language. Doors are told by their place in the list: an address says nothing
/// of anybody.
#[component]
pub fn SheetPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let asked = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let (language, place) = use_query_map().with_untracked(|query| (query.get("langue"), query.get("porte")));
    let path = format!("/partenaires/{asked}/feuille");
    let id = asked.parse::<ReferralId>().ok();
    let data = load(move |gateway| async move {
        let referral = match id {
            Some(id) => gateway.referral(id).await?,
            None => return Err(errors::api_error(ErrorCode::NotFound, None)),
        };
        // The sheet is its sender's to give, once there is something to tell.
        if referral.recipient || referral.row.sent_at.is_none() { Err(errors::api_error(ErrorCode::NotFound, None)) } else { Ok(referral) }
    });
    view! {
        <PageFrame page=page title=sheet::TITLE.get(locale).to_owned() path=path.clone() next=path>
            <p class="back">
                <a href=format!("/partenaires/{asked}") rel="external">{common::BACK_TO_REFERRALS.get(locale)}</a>
            </p>
            {shown(
                data,
                move |referral| match place.as_deref().and_then(|place| place.parse::<usize>().ok()) {
                    Some(place) => sheet_view(&referral, place, Locale::from_tag(language.as_deref().unwrap_or_default())).into_any(),
                    None => choices(&referral, locale).into_any(),
                },
            )}
        </PageFrame>
    }
}

/// The doors of which something is shared, in a fixed order.
fn doors(referral: &ReferralDetail) -> Vec<String> {
    let mut doors: Vec<String> = referral.consented.iter().map(|consented| consented.door.clone()).collect();
    doors.sort();
    doors.dedup();
    doors
}

/// Which door, in which language. Place 0 is the building without any door.
fn choices(referral: &ReferralDetail, locale: Locale) -> impl IntoView + use<> {
    let id = referral.row.id;
    let names = std::iter::once(sheet::BUILDING_ONLY.get(locale).to_owned())
        .chain(doors(referral).into_iter().map(|door| texts::fill(sheet::DOOR.get(locale), &[("door", &door)])));
    let lines = names
        .enumerate()
        .map(|(place, name)| {
            let address = |tag: &str| format!("/partenaires/{id}/feuille?porte={place}&langue={tag}");
            view! {
                <li class="cluster">
                    <strong>{name}</strong>
                    <a class="button" href=address("fr") rel="external" data-testid="sheet-fr">{sheet::IN_FRENCH.get(locale)}</a>
                    <a class="button" href=address("en") rel="external" data-testid="sheet-en">{sheet::IN_ENGLISH.get(locale)}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card">
            <h1>{sheet::WHICH.get(locale)}</h1>
            <p class="muted">{sheet::WHICH_HINT.get(locale)}</p>
            <ul class="stack sheet-choices">{lines}</ul>
        </section>
    }
}

fn sheet_view(referral: &ReferralDetail, place: usize, locale: Locale) -> impl IntoView + use<> {
    let door = place.checked_sub(1).and_then(|place| doors(referral).into_iter().nth(place));
    let row = &referral.row;
    let address = match &door {
        Some(door) => format!("{}, {}", row.address, texts::fill(sheet::DOOR.get(locale), &[("door", door)])),
        None => row.address.clone(),
    };
    let service = if row.service.is_empty() { row.to_organisation.clone() } else { format!("{} – {}", row.to_organisation, row.service) };
    let contact = referral.pivot_person.clone().map(|name| {
        view! {
            <div>
                <dt>{sheet::CONTACT.get(locale)}</dt>
                <dd>{name}</dd>
            </div>
        }
    });
    let when = match (&referral.planned_on, row.due_at) {
        (Some(day), _) => Some(texts::fill(sheet::PLANNED.get(locale), &[("date", day)])),
        (None, Some(due)) if row.answered_at.is_none() => Some(texts::fill(sheet::WHEN.get(locale), &[("date", &time::date(due, locale))])),
        _ => None,
    };
    let sections = referral.shared_sections.iter().copied().filter(|section| !section.needs_consent() && *section != Section::Existence);
    let of_building = sections.map(|section| view! { <li>{common::section(section).0.get(locale)} "."</li> }).collect_view();
    let of_you = referral.consented.iter().filter(|consented| Some(&consented.door) == door.as_ref()).map(|consented| of_you(consented, locale)).collect_view();
    let from =
        texts::fill(sheet::FROM.get(locale), &[("date", &row.sent_at.map(|at| time::date(at, locale)).unwrap_or_default()), ("name", &row.from_organisation)]);
    view! {
        <p class="notice notice--info screen-only">{sheet::PRINT_HINT.get(locale)}</p>
        <article class="card sheet stack" lang=locale.tag() data-testid="sheet">
            <h1>{sheet::HEAD.get(locale)}</h1>
            <p>{address}</p>
            <dl class="facts">
                <div>
                    <dt>{sheet::WHO.get(locale)}</dt>
                    <dd>{service}</dd>
                </div>
                {contact}
            </dl>
            {when.map(|when| view! { <p>{when}</p> })}
            <h2>{sheet::SHARED.get(locale)}</h2>
            <ul>
                <li>{sheet::SHARED_ADDRESS.get(locale)}</li>
                {of_building}
                {of_you}
            </ul>
            <p>{sheet::SHARED_NOTHING_ELSE.get(locale)}</p>
            <h2>{sheet::RIGHTS.get(locale)}</h2>
            <ul>
                <li>{sheet::RIGHT_REFUSE.get(locale)}</li>
                <li>{sheet::RIGHT_WITHDRAW.get(locale)}</li>
                <li>{sheet::RIGHT_ACCESS.get(locale)}</li>
            </ul>
            <p><strong>{sheet::DANGER.get(locale)}</strong></p>
            <p class="muted small">{from}</p>
        </article>
    }
}

fn of_you(consented: &ConsentedDoor, locale: Locale) -> impl IntoView + use<> {
    let sentence = if consented.emergency.is_some() { sheet::SHARED_IN_DANGER } else { sheet::SHARED_OF_YOU };
    // A purpose is a person's words, with or without its full stop.
    let purpose = format!("{}.", consented.purpose.trim_end_matches('.'));
    let section = common::section(consented.section).0.get(locale);
    let date = time::date(consented.until, locale);
    view! { <li>{texts::fill(sentence.get(locale), &[("section", section), ("date", &date), ("purpose", &purpose)])}</li> }
}
