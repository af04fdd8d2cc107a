use std::collections::BTreeMap;

use casework::wire::v1::{DeviceRegister, DeviceRow, PROTOCOL};
use leptos::prelude::*;

use super::{device_table::DeviceTable, rescue_section::RescueSection};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{self, Locale, devices, office},
    ui::PageFrame,
};

const PATH: &str = "/bureau/appareils";

/// `/bureau/appareils`: which phones hold unsent work and since when, and the giving up of a lost one.
#[component]
pub fn DevicesPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.devices().await });
    let context = page.clone();
    view! {
        <PageFrame page=page title=devices::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {shown(data, move |register| devices_view(register, context.clone()))}
        </PageFrame>
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Which protocols the phones in use speak, and how many speak each: an older one stays accepted as long as somebody does.
fn protocols_spoken(rows: &[DeviceRow], locale: Locale) -> impl IntoView + use<> {
    let mut speakers: BTreeMap<u16, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.revoked.is_none()) {
        *speakers.entry(row.protocol).or_default() += 1;
    }
    let line = |(protocol, speakers): (u16, usize)| {
        let text = if protocol < PROTOCOL { devices::PROTOCOL_OLDER } else { devices::PROTOCOL_SPOKEN };
        let speakers = office::counted(count(speakers), devices::COUNT_ONE, devices::COUNT_MANY, locale);
        let words = texts::fill(text.get(locale), &[("protocol", &protocol.to_string()), ("devices", &speakers)]);
        view! { <p class="muted small" data-testid="protocol-spoken">{words}</p> }
    };
    speakers.into_iter().map(line).collect_view()
}

fn devices_view(register: DeviceRegister, page: PageContext) -> impl IntoView {
    let locale = page.locale;
    let DeviceRegister { now, devices: rows, has_more, rescues } = register;
    let total = office::counted(count(rows.len()), devices::COUNT_ONE, devices::COUNT_MANY, locale);
    let waiting = rows.iter().filter(|row| row.revoked.is_none() && DeviceRow::has_unsent(row)).count();
    let waiting = (waiting > 0).then(|| {
        let words = office::counted(count(waiting), devices::WAITING_ONE, devices::WAITING_MANY, locale);
        view! { <p class="notice notice--warning" data-testid="devices-waiting">{words}</p> }
    });
    let more = has_more.then(|| {
        let words = texts::fill(devices::HAS_MORE.get(locale), &[("count", &rows.len().to_string())]);
        view! { <p class="notice">{words}</p> }
    });
    let spoken = protocols_spoken(&rows, locale);
    let table = if rows.is_empty() {
        view! { <p class="empty">{devices::EMPTY.get(locale)}</p> }.into_any()
    } else {
        view! { <DeviceTable rows=rows now=now caption=total.clone() csrf=page.csrf.clone() locale=locale /> }.into_any()
    };
    view! {
        <h1>{devices::TITLE.get(locale)}</h1>
        <p class="muted">{devices::INTRODUCTION.get(locale)}</p>
        {waiting}
        {more}
        <section class="card" aria-label=devices::TITLE.get(locale)>
            <p class="muted">{total}</p>
            {spoken}
            {table}
        </section>
        <RescueSection rows=rescues csrf=page.csrf locale=locale />
    }
}
