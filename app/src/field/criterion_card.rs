//! One criterion: what is asked, quick answers, value, photos, note, and the tick.

use std::sync::Arc;

use inspection_grid::{Answer, AnswerKind, Criterion, Label, PhotoRule, Place, Severity, Value, suggested_severity};
use leptos::prelude::*;

use super::{
    book::{Book, Cell, Keeping},
    building_screen::store_text,
    context::{self, t},
    note_box::NoteBox,
    photo_box::PhotoBox,
    value_input::{ValueInput, with_severity, with_value},
};
use crate::texts::{self, Text, field};

/// Card of a criterion.
#[component]
pub fn CriterionCard(
    /// The building.
    book: Arc<Book>,
    /// Where.
    place: Place,
    /// What.
    criterion: Arc<Criterion>,
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
    let conflicted = cell.row.clone();
    let conflict = Memo::new(move |_| conflicted.with(|row| row.conflict));
    let label = criterion.label.clone();
    let severities = takes_severity.then(|| view! { <Severities criterion=Arc::clone(&criterion) answer=answer suggested=suggested give=give /> });
    let (code, testid) = (id.0.clone(), format!("criterion-{}", id.0));
    view! {
        <article class="criterion" data-testid=testid data-answered=move || answer.with(Option::is_some).to_string()>
            <h2 class="criterion__label">
                <span class="criterion__code">{code.clone()}</span>
                " "
                {move || texts::label(&label, locale.get())}
            </h2>
            <Tick cell=cell.clone() id=code.clone() />
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
            <OtherAnswers id=code answer=answer give=give />
            <Show when=move || conflict.get()>
                <p class="notice notice--warning small" data-testid="conflict">{t(field::CONFLICT)}</p>
            </Show>
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
