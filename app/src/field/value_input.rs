//! The value beside a severity: measure, counts, level, options or text.

use std::{collections::BTreeMap, sync::Arc};

use inspection_grid::{Answer, AnswerKind, ChoiceOption, Criterion, Severity, TEXT_CHARS_MAX, UNNAMED_COUNT, Value, suggested_severity};
use leptos::{prelude::*, task::spawn_local};

use super::{
    answer_words::unit,
    book::Cell,
    context::{self, t},
    note_box::IDLE_MS,
};
use crate::{
    device::sleep_ms,
    texts::{self, field, field_plausible, field_visit},
    ui::number,
};

/// Longest option, in characters, that is read at a glance in half the width of a phone.
const SHORT_OPTION_MAX: usize = 20;

/// Puts a value into the answer. The proposed severity is taken; one that a person raised above the earlier proposal stays.
pub fn with_value(criterion: &Criterion, current: Option<&Answer>, value: Option<Value>) -> Answer {
    let chosen = current.and_then(Answer::severity);
    let proposed_before = current.and_then(Answer::value).and_then(|value| suggested_severity(criterion, value));
    let proposed = value.as_ref().and_then(|value| suggested_severity(criterion, value));
    let severity = match (chosen, proposed) {
        (Some(chosen), Some(proposed)) if chosen > proposed && proposed_before != Some(chosen) => Some(chosen),
        (chosen, None) if chosen == proposed_before => None,
        (chosen, proposed) => proposed.or(chosen),
    };
    if severity.is_none() && value.is_none() { Answer::Cleared } else { Answer::Observed { severity, value } }
}

/// Puts a severity into the answer, beside the value that is there.
pub fn with_severity(current: Option<&Answer>, severity: Severity) -> Answer {
    Answer::Observed { severity: Some(severity), value: current.and_then(Answer::value).cloned() }
}

/// Input of the value that the criterion takes; nothing for plain conformity.
#[component]
pub fn ValueInput(
    /// The criterion.
    criterion: Arc<Criterion>,
    /// Its cell.
    cell: Cell,
    /// Takes the new value; `None` when it was emptied.
    choose: Callback<Option<Value>>,
) -> impl IntoView {
    match criterion.answer {
        AnswerKind::Conformity => ().into_any(),
        AnswerKind::Measure => view! { <Measure criterion=criterion cell=cell choose=choose /> }.into_any(),
        AnswerKind::Count => view! { <Counts criterion=criterion cell=cell choose=choose /> }.into_any(),
        AnswerKind::Scale | AnswerKind::Choice => view! { <Options criterion=criterion cell=cell choose=choose /> }.into_any(),
        AnswerKind::Text => view! { <ShortText criterion=criterion cell=cell choose=choose /> }.into_any(),
    }
}

/// A text input that hands over what was typed when it is left and after a pause.
#[component]
fn Typed(
    /// What the store has.
    #[prop(into)]
    stored: Signal<String>,
    /// Keyboard: `decimal`, `numeric` or `text`.
    mode: &'static str,
    /// Stable hook.
    testid: String,
    /// For people who do not see the label beside it.
    #[prop(into)]
    name: Signal<String>,
    /// Longest text.
    chars_max: usize,
    /// Takes what was typed.
    keep: Callback<String>,
) -> impl IntoView {
    let typed = RwSignal::new(stored.get_untracked());
    let dirty = StoredValue::new(false);
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let stored = stored.get();
        if !dirty.try_get_value().unwrap_or(true) && typed.with_untracked(|typed| *typed != stored) {
            typed.set(stored);
        }
    });
    let hand_over = move || {
        if dirty.try_get_value() == Some(true) {
            dirty.set_value(false);
            keep.run(typed.get_untracked());
        }
    };
    on_cleanup(hand_over);
    let on_input = move |event| {
        typed.set(event_target_value(&event));
        dirty.set_value(true);
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        spawn_local(async move {
            sleep_ms(IDLE_MS).await;
            if turn.try_get_value() == Some(mine) {
                hand_over();
            }
        });
    };
    view! {
        <input
            type="text"
            inputmode=mode
            autocomplete="off"
            maxlength=chars_max.to_string()
            aria-label=move || name.get()
            data-testid=testid
            prop:value=move || typed.get()
            on:input=on_input
            on:blur=move |_| hand_over()
        />
    }
}

/// `1,5`, `1.5` and ` 1 500 ` are numbers.
fn parse_number(text: &str) -> Option<f64> {
    let bare: String = text.chars().filter(|character| !character.is_whitespace()).map(|character| if character == ',' { '.' } else { character }).collect();
    bare.replace('\u{2212}', "-").parse::<f64>().ok().filter(|number| number.is_finite())
}

#[component]
fn Measure(
    /// The criterion.
    criterion: Arc<Criterion>,
    /// Its cell.
    cell: Cell,
    /// Takes the value.
    choose: Callback<Option<Value>>,
) -> impl IntoView {
    let locale = context::locale();
    let wrong = RwSignal::new(false);
    let range = criterion.range;
    let row = cell.row;
    let row_of_unusual = row.clone();
    let stored = Signal::derive(move || match row.with(|row| row.current().and_then(Answer::value).cloned()) {
        Some(Value::Measure(measure)) => number::plain(measure, locale.get()),
        _ => String::new(),
    });
    let keep = Callback::new(move |text: String| {
        if text.trim().is_empty() {
            wrong.set(false);
            choose.run(None);
            return;
        }
        let measure = parse_number(&text).filter(|measure| range.is_none_or(|(low, high)| (low..=high).contains(measure)));
        wrong.set(measure.is_none());
        if let Some(measure) = measure {
            choose.run(Some(Value::Measure(measure)));
        }
    });
    let unit = criterion.unit.as_deref().and_then(unit);
    // Possible, yet unusual: kept, and looked at again.
    let usual = field_plausible::usual(&criterion);
    let unusual = Memo::new(move |_| {
        let (low, high) = usual?;
        let Some(Value::Measure(measure)) = row_of_unusual.with(|row| row.current().and_then(Answer::value).cloned()) else { return None };
        (!(low..=high).contains(&measure)).then_some((low, high))
    });
    let unusual_words = move || {
        unusual.get().map(|(low, high)| {
            let (low, high) = (number::plain(low, locale.get()), number::plain(high, locale.get()));
            texts::fill(field_visit::VALUE_UNUSUAL.get(locale.get()), &[("low", &low), ("high", &high)])
        })
    };
    let unusual_id = criterion.id.0.clone();
    let limits = move || {
        range.map(|(low, high)| {
            texts::fill(field::VALUE_RANGE.get(locale.get()), &[("low", &number::plain(low, locale.get())), ("high", &number::plain(high, locale.get()))])
        })
    };
    let name = Signal::derive(move || match unit {
        Some(unit) => format!("{} ({})", field::VALUE.get(locale.get()), unit.get(locale.get())),
        None => field::VALUE.get(locale.get()).to_owned(),
    });
    view! {
        <div class="value-row">
            <span class="form-field__label">{t(field::VALUE)}</span>
            <Typed stored=stored mode="decimal" testid=format!("value-{}", criterion.id.0) name=name chars_max=12 keep=keep />
            {unit.map(|unit| view! { <span>{t(unit)}</span> })}
        </div>
        <Show when=move || wrong.get()><p class="form-field__error" role="alert">{t(field::VALUE_WRONG)} " " {limits}</p></Show>
        <div role="status">
            {move || unusual_words().map(|words| view! { <p class="notice notice--warning small" data-testid=format!("unusual-{unusual_id}")>{words}</p> })}
        </div>
    }
}

#[component]
fn Counts(
    /// The criterion.
    criterion: Arc<Criterion>,
    /// Its cell.
    cell: Cell,
    /// Takes the value.
    choose: Callback<Option<Value>>,
) -> impl IntoView {
    let locale = context::locale();
    let wrong = RwSignal::new(false);
    let max = criterion.range.map_or(f64::from(inspection_grid::COUNT_MAX), |(_, high)| high);
    let fields: Vec<(String, Option<inspection_grid::Label>)> = if criterion.fields.is_empty() {
        vec![(UNNAMED_COUNT.to_owned(), None)]
    } else {
        criterion.fields.iter().map(|field| (field.code.clone(), Some(field.label.clone()))).collect()
    };
    let counts = move |cell: &Cell| match cell.row.with(|row| row.current().and_then(Answer::value).cloned()) {
        Some(Value::Count(counts)) => counts,
        _ => BTreeMap::new(),
    };
    fields
        .into_iter()
        .map(|(code, label)| {
            let name = Signal::derive({
                let label = label.clone();
                move || label.as_ref().map_or_else(|| field::VALUE_NUMBER.get(locale.get()).to_owned(), |label| texts::label(label, locale.get()))
            });
            let stored = Signal::derive({
                let (cell, code) = (cell.clone(), code.clone());
                move || counts(&cell).get(&code).map(ToString::to_string).unwrap_or_default()
            });
            let keep = Callback::new({
                let (cell, code) = (cell.clone(), code.clone());
                move |text: String| {
                    let mut all = untrack(|| counts(&cell));
                    let text = text.trim();
                    match text.parse::<u32>() {
                        Ok(count) if f64::from(count) <= max => {
                            all.insert(code.clone(), count);
                        }
                        _ if text.is_empty() => {
                            all.remove(&code);
                        }
                        _ => {
                            wrong.set(true);
                            return;
                        }
                    }
                    wrong.set(false);
                    choose.run((!all.is_empty()).then_some(Value::Count(all)));
                }
            });
            let testid = if code == UNNAMED_COUNT { format!("value-{}", criterion.id.0) } else { format!("value-{}-{code}", criterion.id.0) };
            view! {
                <div class="value-row">
                    <span class="form-field__label">{move || name.get()}</span>
                    <Typed stored=stored mode="numeric" testid=testid name=name chars_max=5 keep=keep />
                </div>
            }
        })
        .chain(None)
        .collect_view()
        .into_any()
        .add_wrong(wrong)
}

/// Adds the line that says that a number is impossible.
trait AddWrong {
    fn add_wrong(self, wrong: RwSignal<bool>) -> AnyView;
}

impl AddWrong for AnyView {
    fn add_wrong(self, wrong: RwSignal<bool>) -> AnyView {
        view! {
            {self}
            <Show when=move || wrong.get()><p class="form-field__error" role="alert">{t(field::VALUE_WRONG)}</p></Show>
        }
        .into_any()
    }
}

#[component]
fn Options(
    /// The criterion: a scale takes one level, a choice any number of options.
    criterion: Arc<Criterion>,
    /// Its cell.
    cell: Cell,
    /// Takes the value.
    choose: Callback<Option<Value>>,
) -> impl IntoView {
    let locale = context::locale();
    let single = criterion.answer == AnswerKind::Scale;
    let row = cell.row;
    let chosen = Memo::new(move |_| match row.with(|row| row.current().and_then(Answer::value).cloned()) {
        Some(Value::Scale(level)) => vec![level],
        Some(Value::Choice(codes)) => codes,
        _ => Vec::new(),
    });
    let order: Arc<Vec<String>> = Arc::new(criterion.options.iter().map(|option| option.code.clone()).collect());
    let press = move |order: &[String], code: &str| {
        let mut codes = chosen.get_untracked();
        let was = codes.iter().any(|known| known == code);
        if single {
            choose.run((!was).then(|| Value::Scale(code.to_owned())));
            return;
        }
        if was {
            codes.retain(|known| known != code);
        } else {
            codes.push(code.to_owned());
        }
        codes.sort_by_key(|code| order.iter().position(|known| known == code));
        choose.run((!codes.is_empty()).then_some(Value::Choice(codes)));
    };
    let id = criterion.id.0.clone();
    let is_long = criterion.options.iter().any(|option| option.label.fr.chars().count().max(option.label.en.chars().count()) > SHORT_OPTION_MAX);
    let buttons = criterion
        .options
        .iter()
        .cloned()
        .map(|ChoiceOption { code, label, .. }| {
            let (order, pressed_code, testid) = (Arc::clone(&order), code.clone(), format!("option-{id}-{code}"));
            let pressed = move || chosen.with(|chosen| chosen.contains(&pressed_code));
            view! {
                <button
                    type="button"
                    class="answer answer--option"
                    aria-pressed=move || pressed().to_string()
                    data-testid=testid
                    on:click=move |_| press(&order, &code)
                >
                    {move || texts::label(&label, locale.get())}
                </button>
            }
        })
        .collect_view();
    view! {
        <p class="form-field__label">{t(if single { field::LEVEL } else { field::CHOICE })}</p>
        <div class="answer-options" class:answer-options--long=is_long>{buttons}</div>
    }
}

#[component]
fn ShortText(
    /// The criterion.
    criterion: Arc<Criterion>,
    /// Its cell.
    cell: Cell,
    /// Takes the value.
    choose: Callback<Option<Value>>,
) -> impl IntoView {
    let locale = context::locale();
    let row = cell.row;
    let stored = Signal::derive(move || match row.with(|row| row.current().and_then(Answer::value).cloned()) {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    });
    let keep = Callback::new(move |text: String| {
        let text = text.trim().to_owned();
        choose.run((!text.is_empty()).then_some(Value::Text(text)));
    });
    let name = Signal::derive(move || field::VALUE.get(locale.get()).to_owned());
    view! { <Typed stored=stored mode="text" testid=format!("value-{}", criterion.id.0) name=name chars_max=TEXT_CHARS_MAX keep=keep /> }
}
