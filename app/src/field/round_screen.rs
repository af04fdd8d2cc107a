//! The round: today's buildings first.

use std::sync::Arc;

use casework::wire::v1::BuildingSheet;
use inspection_grid::{Answer, Compartments, Severity, completeness};
use leptos::prelude::*;

use super::{
    book,
    building_screen::open_panel,
    comfort::ComfortButton,
    context::{self, t},
    lock::{AccountMenu, PasskeyOffer},
    round_emergency::{RoundEmergency, RoundUntold},
};
use crate::{
    device::store::{self, BuildingFile},
    texts::{self, Locale, Text, field, field_visit},
    ui::{SeverityMark, number, time},
};

/// The buildings of one heading, in order.
fn groups(round: &[BuildingFile], today: &str) -> Vec<(&'static str, Text, Vec<BuildingFile>)> {
    let under_way = |file: &BuildingFile| file.visit().is_some_and(|visit| visit.finished_at.is_none());
    let day = |file: &BuildingFile| file.sheet.planned_on.clone().unwrap_or_default();
    let of = |wanted: &dyn Fn(&BuildingFile) -> bool| {
        let mut files: Vec<BuildingFile> = round.iter().filter(|file| wanted(file)).cloned().collect();
        files.sort_by(|a, b| (day(a), &a.sheet.municipality, &a.sheet.address).cmp(&(day(b), &b.sheet.municipality, &b.sheet.address)));
        files
    };
    let finished = |file: &BuildingFile| file.visit().is_some_and(|visit| visit.finished_at.is_some());
    // What is under way stays in front, whatever its day.
    let is_today = |file: &BuildingFile| under_way(file) || day(file) == today;
    let is_late = |file: &BuildingFile| !is_today(file) && !day(file).is_empty() && day(file).as_str() < today && !finished(file);
    let is_coming = |file: &BuildingFile| !is_today(file) && !is_late(file) && !day(file).is_empty();
    [
        ("today", field::ROUND_TODAY, of(&is_today)),
        ("late", field::ROUND_LATE, of(&is_late)),
        ("coming", field::ROUND_COMING, of(&is_coming)),
        ("unplanned", field::ROUND_UNPLANNED, of(&|file: &BuildingFile| !is_today(file) && day(file).is_empty())),
    ]
    .into_iter()
    .filter(|(_, _, files)| !files.is_empty())
    .collect()
}

/// The buildings of this phone.
#[component]
pub fn RoundScreen() -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let raising = RwSignal::new(false);
    let has_buildings = Memo::new(move |_| device.round.with(|round| !round.is_empty()));
    let name = move || device.account.with(|account| account.as_ref().map(|account| account.display_name.clone()).unwrap_or_default());
    let lists = move || {
        let round = device.round.get();
        groups(&round, &device.today.get())
            .into_iter()
            .map(|(id, title, files)| {
                view! {
                    <section class="stack" data-testid=format!("round-{id}")>
                        <h2>{t(title)}</h2>
                        <ul class="round-list" role="list">{files.into_iter().map(|file| view! { <RoundCard file=file /> }).collect_view()}</ul>
                    </section>
                }
            })
            .collect_view()
    };
    view! {
        <main class="field-page stack">
            <header class="field-header">
                <div>
                    <h1>{t(field::ROUND_TITLE)}</h1>
                    <p class="muted small">{move || texts::fill(field::ROUND_HELLO.get(locale.get()), &[("name", &name())])}</p>
                </div>
                <div class="cluster cluster--tight field-header__tools">
                    <button type="button" class="button button--quiet" data-testid="language" on:click=move |_| context::switch_locale(locale)>
                        {t(field::LANGUAGE)}
                    </button>
                    <ComfortButton />
                </div>
            </header>
            <AccountMenu />
            <PasskeyOffer />
            <RoundUntold />
            <Show when=move || raising.get()><RoundEmergency open=raising /></Show>
            <Show when=move || device.round_read.get() && device.round.with(|round| round.is_empty())>
                <p class="empty" data-testid="round-empty">{t(field::ROUND_EMPTY)}</p>
            </Show>
            {lists}
            <Show when=move || has_buildings.get()>
                <div class="field-dock">
                    <div class="field-actions">
                        <button
                            type="button"
                            class="button button--danger"
                            disabled=move || !device.editor.get()
                            data-testid="raise-emergency"
                            on:click=move |_| open_panel(raising, "[data-testid=round-emergency]")
                        >
                            {t(field::EMERGENCY_RAISE)}
                        </button>
                    </div>
                </div>
            </Show>
        </main>
    }
}

/// How far a visit is.
#[derive(Clone, Copy, PartialEq)]
struct Progress {
    share: f64,
    worst: Option<Severity>,
}

async fn progress(file: BuildingFile, psychosocial: bool) -> Option<Progress> {
    let visit = file.visit()?;
    let grid = book::grid(&visit.grid).await?;
    let (rows, photos) = store::visit_content(visit, &file.door_pairs()).await.ok()?;
    let rows: Vec<_> = rows.into_iter().map(|row| book::under(&grid, visit, row)).collect();
    let snapshot = book::visit_of(&file.sheet, visit, &rows, &photos);
    let worst = snapshot.observations.iter().filter_map(|observation| Answer::severity(&observation.answer)).max();
    Some(Progress { share: completeness(&grid, &snapshot, Compartments { psychosocial }).share(), worst })
}

fn facts(sheet: &BuildingSheet, locale: Locale) -> String {
    let dwellings = if sheet.dwellings == 1 {
        field::DWELLING_ONE.get(locale).to_owned()
    } else {
        texts::fill(field::DWELLINGS.get(locale), &[("count", &sheet.dwellings.to_string())])
    };
    let place = sheet.borough.as_ref().map_or_else(|| sheet.municipality.clone(), |borough| format!("{} ({borough})", sheet.municipality));
    let cases = (sheet.open_cases > 0).then(|| texts::fill(field::OPEN_CASES.get(locale), &[("count", &sheet.open_cases.to_string())]));
    [Some(place), Some(dwellings), cases].into_iter().flatten().collect::<Vec<_>>().join("\u{a0}· ")
}

#[component]
fn RoundCard(
    /// Sheet and visits.
    file: BuildingFile,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let id = file.sheet.id;
    let sheet = Arc::new(file.sheet.clone());
    let finished = file.visit().is_some_and(|visit| visit.finished_at.is_some());
    let started = file.visit().is_some();
    let paused = !finished && file.visit().is_some_and(|visit| visit.paused_at.is_some());
    // Percent and severity come a moment after the card: reading answers must not hold the list.
    let psychosocial = untrack(|| context::psychosocial(device));
    let known = context::read(move || progress(file.clone(), psychosocial));
    let share = move || known.get().flatten().map_or(0.0, |progress| progress.share);
    let worst = move || known.get().flatten().and_then(|progress| progress.worst).filter(|worst| *worst != Severity::None);
    let state = move || match (started, finished) {
        (false, _) => field::STATE_TO_VISIT.get(locale.get()).to_owned(),
        (true, false) if paused => field_visit::STATE_PAUSED.get(locale.get()).to_owned(),
        (true, false) => texts::fill(field::STATE_UNDER_WAY.get(locale.get()), &[("percent", &number::percent(share(), locale.get()))]),
        (true, true) if device.unsent.with(|unsent| unsent.buildings.contains(&id)) => field::STATE_FINISHED_WAITING.get(locale.get()).to_owned(),
        (true, true) => field::STATE_FINISHED.get(locale.get()).to_owned(),
    };
    let tone = match (started, finished) {
        (false, _) => "badge",
        (true, false) if paused => "badge badge--warning",
        (true, false) => "badge badge--primary",
        (true, true) => "badge badge--success",
    };
    let planned = sheet.planned_on.clone();
    let shown = Arc::clone(&sheet);
    view! {
        <li>
            <a href=format!("/terrain/immeuble/{id}") class="round-card" data-testid="round-card" data-building=id.to_string()>
                <span class="round-card__body">
                    <strong class="round-card__address">{sheet.address.clone()}</strong>
                    <span class="small">{move || facts(&shown, locale.get())}</span>
                    {move || {
                        // Today's day is said by the heading.
                        let day = planned.clone().filter(|day| device.today.with(|today| today != day))?;
                        let is_late = !started && device.today.with(|today| day.as_str() < today.as_str());
                        let date = time::calendar_date(&day, locale.get());
                        let words = texts::fill(field::PLANNED_ON.get(locale.get()), &[("date", &date)]);
                        Some(view! { <span class=if is_late { "small round-card__late" } else { "small muted" }>{words}</span> })
                    }}
                    <span class=tone data-testid="round-state">{state}</span>
                </span>
                {move || worst().map(|severity| view! { <SeverityMark severity=severity locale=locale.get() /> })}
            </a>
        </li>
    }
}
