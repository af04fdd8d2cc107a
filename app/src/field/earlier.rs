//! What was found last time, beside what is asked today.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use casework::{clock::Timestamp, ids::PhotoId, photo_mark::PhotoMark, wire::v1::DoorPair};
use inspection_grid::{Answer, Criterion, CriterionId, Grid, Place, Severity, check_answer};
use leptos::prelude::*;

use super::{
    answer_words::{SeverityWords, words},
    book::{self, Book},
    context::{self, t},
    local_photo::LocalPhoto,
};
use crate::{
    device::{
        records::{AnswerRow, VisitRow},
        store,
    },
    texts::{self, field_visit},
    ui::time,
};

/// A photo, and what was drawn over it.
type Taken = (PhotoId, Vec<PhotoMark>);

/// The finished visit before the one under way.
pub struct Earlier {
    pub visit: VisitRow,
    grid: Option<Arc<Grid>>,
    answers: HashMap<(Place, CriterionId), AnswerRow>,
    /// Those taken with this phone.
    photos: BTreeMap<(Place, CriterionId), Vec<Taken>>,
}

impl Earlier {
    /// Reads a finished visit of this phone.
    pub async fn read(visit: VisitRow, pairs: &[DoorPair]) -> Option<Self> {
        let (rows, photos) = store::visit_content(&visit, pairs).await.ok()?;
        let grid = book::grid(&visit.grid).await;
        let mut taken: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for photo in photos.into_iter().filter(|photo| !photo.removed) {
            taken.entry((photo.place, photo.criterion)).or_default().push((photo.id, photo.marks));
        }
        let answers = rows.into_iter().map(|row| ((row.place.clone(), row.criterion.clone()), row)).collect();
        Some(Self { visit, grid, answers, photos: taken })
    }

    /// What was answered there, unless nothing was.
    pub fn at(&self, place: &Place, criterion: &CriterionId) -> Option<Found> {
        let key = (place.clone(), criterion.clone());
        let row = self.answers.get(&key)?;
        let answer = row.current()?.clone();
        let local = self.photos.get(&key).cloned().unwrap_or_default();
        let seen_at = self.visit.finished_at.unwrap_or(self.visit.started_at);
        Some(Found {
            event: row.answer_event.clone(),
            note: row.note.clone(),
            photos: row.server_photos.max(u32::try_from(local.len()).unwrap_or(u32::MAX)),
            local,
            seen_at,
            by: self.visit.started_by.clone(),
            due: answer.severity().and_then(|severity| due(self.grid.as_deref()?, severity, seen_at)),
            answer,
        })
    }
}

/// The end of the delay that the grid gives to a severity; a conformity has none.
fn due(grid: &Grid, severity: Severity, seen_at: Timestamp) -> Option<Timestamp> {
    let hours = grid.severities.get(usize::from(severity.level()))?.target_hours?;
    (severity > Severity::None).then(|| seen_at.plus_ms(i64::from(hours) * Timestamp::HOUR_MS))
}

/// One answer of last time.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub answer: Answer,
    event: Option<String>,
    note: String,
    photos: u32,
    local: Vec<Taken>,
    seen_at: Timestamp,
    by: Option<String>,
    due: Option<Timestamp>,
}

/// « La dernière fois : … », then « Corrigé », « Pareil », « Pire ».
#[component]
pub fn EarlierBox(
    /// The building.
    book: Arc<Book>,
    /// Where.
    place: Place,
    /// What.
    criterion: Arc<Criterion>,
    /// What was found.
    found: Found,
    /// Today's answer.
    answer: Memo<Option<Answer>>,
    /// Shows the other answers of the card.
    open: RwSignal<bool>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let worse = RwSignal::new(false);
    let id = criterion.id.0.clone();
    let grid = book.grid.get_untracked();
    // A wording that has changed since may not take the same answer.
    let repeats = grid.is_some_and(|grid| check_answer(&grid, &criterion.id, &place, &found.answer, None).is_ok());
    let level = found.answer.severity();
    let corrected = level.is_some_and(|level| level > Severity::None).then_some(Answer::Observed { severity: Some(Severity::None), value: None });
    let can_worsen = level.is_some_and(|level| level < Severity::ImmediateDanger);
    let give = {
        let (place, criterion) = (place.clone(), criterion.id.clone());
        let event = found.event.as_deref().and_then(|event| event.parse().ok());
        move |answer: Answer, repeated: bool| {
            worse.set(false);
            open.set(false);
            book.answer_from(device, &place, &criterion, answer, if repeated { event } else { None });
        }
    };
    let button = {
        let id = id.clone();
        move |text: texts::Text, code: &'static str, given: Answer, repeated: bool| {
            let (give, same) = (give.clone(), given.clone());
            view! {
                <button
                    type="button"
                    class="answer answer--short"
                    aria-pressed=move || answer.with(|answer| answer.as_ref() == Some(&same)).to_string()
                    data-testid=format!("earlier-{code}-{id}")
                    on:click=move |_| give(given.clone(), repeated)
                >
                    {t(text)}
                </button>
            }
        }
    };
    let (own, other) = (id.clone(), id.clone());
    let choices = view! {
        {corrected.map(|given| button(field_visit::EARLIER_CORRECTED, "corrected", given, false))}
        {repeats.then(|| button(field_visit::EARLIER_SAME, "same", found.answer.clone(), true))}
        {can_worsen
            .then(|| {
                view! {
                    <button
                        type="button"
                        class="answer answer--short"
                        aria-expanded=move || worse.get().to_string()
                        data-testid=format!("earlier-worse-{id}")
                        on:click=move |_| {
                            worse.set(true);
                            open.set(true);
                        }
                    >
                        {t(field_visit::EARLIER_WORSE)}
                    </button>
                }
            })}
    };
    let (seen_at, by, due, photos, note) = (found.seen_at, found.by.unwrap_or_default(), found.due, found.photos, found.note.clone());
    let when = move || texts::fill(field_visit::EARLIER_WHEN.get(locale.get()), &[("date", &time::date(seen_at, locale.get())), ("name", &by)]);
    let deadline = move || {
        let due = due?;
        let text = if device.now.get() > due { field_visit::EARLIER_DUE_PAST } else { field_visit::EARLIER_DUE };
        Some(texts::fill(text.get(locale.get()), &[("date", &time::date(due, locale.get()))]))
    };
    let is_past = move || due.is_some_and(|due| device.now.get() > due);
    let said = {
        let (criterion, answer) = (Arc::clone(&criterion), found.answer.clone());
        move || words(&criterion, &answer, SeverityWords::Anchor, locale.get())
    };
    let pictures = found
        .local
        .into_iter()
        .map(|(photo, marks)| view! { <LocalPhoto photo=photo marks=Signal::stored(marks) criterion=criterion.id.0.clone() alt=field_visit::EARLIER_PHOTO_ALT /> })
        .collect_view();
    view! {
        <section class="earlier" data-testid=format!("earlier-{own}") aria-label=move || field_visit::EARLIER.get(locale.get())>
            <p class="small muted"><strong>{t(field_visit::EARLIER)}</strong> " · " {when}</p>
            <p class="earlier__answer">
                {level.map(|level| view! { <span class="severity" data-severity=level.level().to_string() aria-hidden="true">{level.level().to_string()}</span> })}
                <span>{said}</span>
            </p>
            {move || deadline().map(|deadline| view! { <p class="small" class:earlier__late=is_past>{deadline}</p> })}
            {(!note.is_empty()).then(|| view! { <p class="small earlier__note">{note}</p> })}
            {(photos > 0).then(|| view! { <p class="small">{move || texts::fill(field_visit::EARLIER_PHOTOS.get(locale.get()), &[("count", &photos.to_string())])}</p> })}
            <div class="photo-list">{pictures}</div>
            <div class="answer-row">{choices}</div>
            <Show when=move || worse.get() && open.get()><p class="small" role="status">{t(field_visit::EARLIER_WORSE_HINT)}</p></Show>
            <Show when=move || !open.get()>
                <button type="button" class="button button--quiet" aria-expanded="false" data-testid=format!("earlier-other-{other}") on:click=move |_| open.set(true)>
                    {t(field_visit::EARLIER_OTHER)}
                </button>
            </Show>
        </section>
    }
}
