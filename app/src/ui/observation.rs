//! One observation as a reader sees it, and those of one place with what asks for nothing folded away.

use casework::wire::v1::PhotoRef;
use inspection_grid::{Answer, Label, Severity};
use leptos::prelude::*;

use super::{PhotoStrip, SeverityMark, answer};
use crate::texts::{self, Locale, office};

/// What every reader of an observation sees of it.
pub struct Observed {
    pub criterion: String,
    pub label: Label,
    /// Words of the severity found, as in the grid version used.
    pub anchor: Option<Label>,
    pub answer: Answer,
    pub photos: Vec<PhotoRef>,
}

/// What one page adds around it.
pub struct Around {
    /// Name of the line in tests.
    pub test_id: &'static str,
    /// Where a link to it lands.
    pub id: Option<String>,
    /// Between the answer and the photos.
    pub notes: AnyView,
    /// After all.
    pub by: AnyView,
}

/// One observation, as an item of a list `.observations`.
pub fn line(observed: Observed, around: Around, locale: Locale) -> AnyView {
    let label = texts::label(&observed.label, locale);
    let severity = observed.answer.severity().map(|severity| view! { <SeverityMark severity=severity locale=locale /> });
    let no_severity = severity.is_none().then(|| view! { <span class="severity-none" aria-hidden="true"></span> });
    let answer = answer::text(&observed.answer, &observed.criterion, locale);
    let answer = (!answer.is_empty()).then(|| view! { <span class="observation__answer">{answer}</span> });
    let anchor = observed.anchor.as_ref().map(|anchor| view! { <span class="observation__anchor">{texts::label(anchor, locale)}</span> });
    let criterion = observed.criterion.clone();
    let photos = (!observed.photos.is_empty()).then(|| view! { <PhotoStrip photos=observed.photos label=label.clone() locale=locale /> });
    view! {
        <li class="observation" id=around.id data-testid=around.test_id data-criterion=criterion>
            {severity}
            {no_severity}
            <div class="observation__body">
                <p class="observation__label">
                    <span class="observation__code">{observed.criterion}</span>
                    <strong>{label}</strong>
                </p>
                <p class="observation__value">{anchor} {answer}</p>
                {around.notes}
                {photos}
                {around.by}
            </div>
        </li>
    }
    .into_any()
}

/// Whether an answer says only that all is well, or that there was nothing to look at: nobody has to read it to act.
pub fn is_quiet(answer: &Answer) -> bool {
    matches!(answer, Answer::Observed { severity: Some(Severity::None), .. } | Answer::NotApplicable)
}

/// « 7 critères conformes, 2 critères sans objet »: what a folded list holds.
pub fn fold_title<'seen>(folded: impl IntoIterator<Item = &'seen Answer>, locale: Locale) -> String {
    let (not_applicable, conforming): (Vec<_>, Vec<_>) = folded.into_iter().partition(|answer| **answer == Answer::NotApplicable);
    office::quiet(conforming.len(), not_applicable.len(), locale)
}

/// The observations of one place under its `heading`; `folded` are behind « 7 critères conformes, 2 critères sans objet ».
pub fn place_group<Seen>(
    heading: AnyView,
    shown: Vec<Seen>,
    folded: Vec<Seen>,
    answer_of: fn(&Seen) -> &Answer,
    line: impl Fn(Seen) -> AnyView,
    locale: Locale,
) -> AnyView {
    let list = |observations: Vec<Seen>| view! { <ul class="observations">{observations.into_iter().map(&line).collect_view()}</ul> };
    let folded = (!folded.is_empty()).then(|| {
        let count = folded.len().to_string();
        let title = fold_title(folded.iter().map(answer_of), locale);
        view! {
            <details class="observations-fold" data-testid="observations-fold" data-count=count>
                <summary>{title}</summary>
                {list(folded)}
            </details>
        }
    });
    view! {
        <section class="place-group">
            {heading}
            {(!shown.is_empty()).then(|| list(shown))}
            {folded}
        </section>
    }
    .into_any()
}
