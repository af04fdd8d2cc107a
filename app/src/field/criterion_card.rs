//! One criterion: what is asked, quick answers, value, photos, note, and the tick.

use std::sync::Arc;

use inspection_grid::{Answer, AnswerKind, Criterion, Label, PhotoRule, Place, Severity, Value, suggested_severity};
use leptos::prelude::*;

use super::{
    answer_words::{SeverityWords, words},
    book::{Book, Cell, Keeping},
    building_screen::store_text,
    conflict_box::ConflictBox,
    context::{self, t},
    copy_sheet::CopySheet,
    earlier::EarlierBox,
    note_box::NoteBox,
    photo_box::PhotoBox,
    value_input::{ValueInput, with_severity, with_value},
};
use crate::texts::{self, Text, field, field_visit};

/// Card of a criterion.
#[component]
pub fn CriterionCard(
    /// The building.
    book: Arc<Book>,
    /// Where.
    place: Place,
    /// What.
    criterion: Arc<Criterion>,
    /// The finding can be repeated in other dwellings.
    copied: bool,
) -> impl IntoView {
    let Some(cell) = book.cell(&place, &criterion.id) else { return ().into_any() };
    let device = context::device();
    let locale = context::locale();
    let id = criterion.id.clone();
    let row = cell.row.clone();
    let answer = Memo::new(move |_| row.with(|row| row.current().cloned()));

    let give = {
        let (book, place, id) = (Arc::clone(&book), place.clone(), id.clone());
        Callback::new(move |answer: Answer| book.answer(device, &place, &id, answer))
    };
    let choose = {
        let criterion = Arc::clone(&criterion);
        Callback::new(move |value: Option<Value>| give.run(with_value(&criterion, answer.get_untracked().as_ref(), value)))
    };
    let suggested = {
        let criterion = Arc::clone(&criterion);
        Memo::new(move |_| answer.with(|answer| answer.as_ref().and_then(Answer::value).and_then(|value| suggested_severity(&criterion, value))))
    };
    let below = Memo::new(move |_| {
        let chosen = answer.with(|answer| answer.as_ref().and_then(Answer::severity))?;
        suggested.get().filter(|suggested| chosen < *suggested)
    });
    let (rule, takes_severity) = (criterion.photo, !criterion.anchors.is_empty() || criterion.answer == AnswerKind::Conformity);
    let required = Signal::derive(move || {
        let severity = answer.with(|answer| answer.as_ref().and_then(Answer::severity));
        match rule {
            PhotoRule::AlwaysRequired => severity.is_some(),
            PhotoRule::RequiredWhenSevere => severity >= Some(Severity::Moderate),
            PhotoRule::Optional | PhotoRule::Forbidden => false,
        }
    });
    let counted = cell.row.clone();
    let server_photos = Signal::derive(move || counted.with(|row| row.server_photos));
    let label = criterion.label.clone();
    let found = book.earlier.with_untracked(|earlier| earlier.as_ref().and_then(|earlier| earlier.at(&place, &criterion.id)));
    // With something to compare with, that is asked first; the rest waits behind one button.
    let open = RwSignal::new(found.is_none() || answer.with_untracked(Option::is_some));
    let earlier = found.map(|found| {
        view! { <EarlierBox book=Arc::clone(&book) place=place.clone() criterion=Arc::clone(&criterion) found=found answer=answer open=open /> }
    });
    let repeated = cell.row.clone();
    let is_repeated = Memo::new(move |_| repeated.with(|row| row.copied_from.is_some() && row.current().is_some()));
    let copying = RwSignal::new(false);
    let copy_asked = RwSignal::new(false);
    let copy = copied.then(|| {
        let id = id.0.clone();
        let (book, place, criterion) = (Arc::clone(&book), place.clone(), Arc::clone(&criterion));
        view! {
            <Show when=move || answer.with(Option::is_some)>
                <button
                    type="button"
                    class="button button--quiet"
                    aria-haspopup="dialog"
                    data-testid=format!("copy-{id}")
                    on:click=move |_| {
                        copy_asked.set(true);
                        copying.set(true);
                    }
                >
                    {t(field_visit::COPY)}
                </button>
            </Show>
            <Show when=move || copy_asked.get()>
                <CopySheet open=copying book=Arc::clone(&book) place=place.clone() criterion=Arc::clone(&criterion) />
            </Show>
        }
    });
    let (code, testid, heading) = (id.0.clone(), format!("criterion-{}", id.0), format!("criterion-name-{}", id.0));
    let labelled = heading.clone();
    let asked = {
        let (criterion, cell, code) = (Arc::clone(&criterion), cell.clone(), code.clone());
        move || {
            let severities = takes_severity.then(|| view! { <Severities criterion=Arc::clone(&criterion) answer=answer suggested=suggested give=give /> });
            view! {
                <ValueInput criterion=Arc::clone(&criterion) cell=cell.clone() choose=choose />
                {severities}
                {move || {
                    below
                        .get()
                        .map(|level| {
                            let level = level.level().to_string();
                            view! {
                                <p class="notice notice--warning small">
                                    {move || texts::fill(field::BELOW_SUGGESTED.get(locale.get()), &[("level", &level)])}
                                </p>
                            }
                        })
                }}
                <OtherAnswers id=code.clone() answer=answer give=give />
            }
        }
    };
    view! {
        <article class="criterion" data-testid=testid data-answered=move || answer.with(Option::is_some).to_string() aria-labelledby=labelled>
            <h2 class="criterion__label" id=heading tabindex="-1">
                <span class="criterion__code">{code}</span>
                " "
                {move || texts::label(&label, locale.get())}
            </h2>
            <Tick cell=cell.clone() id=id.0.clone() />
            {earlier}
            <Show when=move || open.get()>{asked()}</Show>
            <WayBack cell=cell.clone() criterion=Arc::clone(&criterion) give=give />
            <Show when=move || is_repeated.get()>
                <p class="small muted" data-testid="copied">{t(field_visit::COPIED)}</p>
            </Show>
            {copy}
            <ConflictBox cell=cell.clone() criterion=Arc::clone(&criterion) give=give />
            <PhotoBox
                book=Arc::clone(&book)
                place=place.clone()
                criterion=id.clone()
                rule=rule
                required=required
                server_photos=server_photos
            />
            <NoteBox book=book place=place criterion=id cell=cell />
        </article>
    }
    .into_any()
}

/// « Revenir à la réponse d’avant », and so forth and back.
#[component]
fn WayBack(
    /// The criterion's cell.
    cell: Cell,
    /// The criterion.
    criterion: Arc<Criterion>,
    /// Takes the new answer.
    give: Callback<Answer>,
) -> impl IntoView {
    let locale = context::locale();
    let row = cell.row;
    let before = Memo::new(move |_| row.with(|row| row.before.clone().filter(|before| row.answer.as_ref().unwrap_or(&Answer::Cleared) != before)));
    move || {
        before.get().map(|before| {
            let (criterion, said, id) = (Arc::clone(&criterion), before.clone(), criterion.id.0.clone());
            let label = move || {
                let answer = words(&criterion, &said, SeverityWords::Level, locale.get());
                texts::fill(field_visit::WAY_BACK.get(locale.get()), &[("answer", &answer)])
            };
            view! {
                <button type="button" class="button button--quiet way-back" data-testid=format!("way-back-{id}") on:click=move |_| give.run(before.clone())>
                    {label}
                </button>
            }
        })
    }
}

/// « gardé », only once the store said so.
#[component]
fn Tick(
    /// The criterion's cell.
    cell: Cell,
    /// Its code.
    id: String,
) -> impl IntoView {
    let kept = cell.kept;
    view! {
        <p class="criterion__tick" aria-live="polite">
            {move || match kept.get() {
                Keeping::Nothing => ().into_any(),
                Keeping::Saving => view! { <span class="muted">{t(field::SAVING)}</span> }.into_any(),
                Keeping::Kept => view! { <span class="kept" data-testid=format!("kept-{id}")>"✓ " {t(field::KEPT)}</span> }.into_any(),
                Keeping::Failed(error) => {
                    view! { <span class="kept kept--failed" role="alert" data-testid=format!("not-kept-{id}")>{t(field::NOT_KEPT)} ". " {t(store_text(&error))}</span> }
                        .into_any()
                }
            }}
        </p>
    }
}

/// Conform, then each anchor as a full-width button.
#[component]
fn Severities(
    /// The criterion.
    criterion: Arc<Criterion>,
    /// Current answer.
    answer: Memo<Option<Answer>>,
    /// Severity that the value proposes.
    suggested: Memo<Option<Severity>>,
    /// Takes the new answer.
    give: Callback<Answer>,
) -> impl IntoView {
    let locale = context::locale();
    let id = criterion.id.0.clone();
    let anchors = criterion.anchors.iter().filter_map(|(level, label)| Some((Severity::try_from(*level).ok()?, Some(label.clone()))));
    std::iter::once((Severity::None, None))
        .chain(anchors)
        .map(|(severity, anchor): (Severity, Option<Label>)| {
            let level = severity.level();
            let pressed = move || answer.with(|answer| answer.as_ref().and_then(Answer::severity)) == Some(severity);
            let is_suggested = move || suggested.get() == Some(severity);
            let text = move || anchor.as_ref().map_or_else(|| field::CONFORM.get(locale.get()).to_owned(), |anchor| texts::label(anchor, locale.get()));
            view! {
                <button
                    type="button"
                    class="answer"
                    aria-pressed=move || pressed().to_string()
                    data-suggested=move || is_suggested().to_string()
                    data-testid=format!("answer-{id}-{level}")
                    on:click=move |_| give.run(with_severity(answer.get_untracked().as_ref(), severity))
                >
                    <span class="severity" data-severity=level.to_string() aria-hidden="true">{level.to_string()}</span>
                    <span class="answer__text">{text} {move || is_suggested().then(|| view! { <em class="answer__hint">{t(field::SUGGESTED)}</em> })}</span>
                </button>
            }
        })
        .collect_view()
}

/// « À vérifier », « Sans objet », « Refus », and the eraser.
#[component]
fn OtherAnswers(
    /// Code of the criterion.
    id: String,
    /// Current answer.
    answer: Memo<Option<Answer>>,
    /// Takes the new answer.
    give: Callback<Answer>,
) -> impl IntoView {
    let button = {
        let id = id.clone();
        move |text: Text, code: &'static str, given: Answer| {
            let same = given.clone();
            let pressed = move || answer.with(|answer| answer.as_ref() == Some(&same));
            view! {
                <button
                    type="button"
                    class="answer answer--short"
                    aria-pressed=move || pressed().to_string()
                    data-testid=format!("answer-{id}-{code}")
                    on:click=move |_| give.run(given.clone())
                >
                    {t(text)}
                </button>
            }
        }
    };
    view! {
        <div class="answer-row">
            {button(field::TO_VERIFY, "verify", Answer::ToVerify)} {button(field::NOT_APPLICABLE, "na", Answer::NotApplicable)}
            {button(field::REFUSED, "refused", Answer::Refused)}
        </div>
        <Show when=move || answer.with(Option::is_some)>
            <button type="button" class="button button--quiet" data-testid=format!("clear-{id}") on:click=move |_| give.run(Answer::Cleared)>{t(field::CLEAR)}</button>
        </Show>
    }
}
