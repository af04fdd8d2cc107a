//! Typography of every namespace: Québec French, typographic apostrophes, no-break spaces.

use std::collections::BTreeMap;

use casework::wire::v1::ErrorCode;

use super::{
    Text, account, administration, annotate, cell, common, consent, deputy, device, devices, directory, errors, field, field_visit, guest, incident, map,
    notice, office, partner, privacy, request, retention, round, sheet, sign_in, statistics, thread,
};

fn all() -> Vec<(String, Text)> {
    let namespaces = [
        ("common", common::ALL),
        ("sign_in", sign_in::ALL),
        ("office", office::ALL),
        ("cell", cell::ALL),
        ("partner", partner::ALL),
        ("consent", consent::ALL),
        ("deputy", deputy::ALL),
        ("guest", guest::ALL),
        ("sheet", sheet::ALL),
        ("thread", thread::ALL),
        ("privacy", privacy::ALL),
        ("incident", incident::ALL),
        ("request", request::ALL),
        ("retention", retention::ALL),
        ("statistics", statistics::ALL),
        ("notice", notice::ALL),
        ("map", map::ALL),
        ("account", account::ALL),
        ("administration", administration::ALL),
        ("round", round::ALL),
        ("devices", devices::ALL),
        ("directory", directory::ALL),
        ("field", field::ALL),
        ("device", device::ALL),
        ("field_visit", field_visit::ALL),
        ("annotate", annotate::ALL),
    ];
    let keys = namespaces.iter().flat_map(|(namespace, keys)| keys.iter().map(move |(key, text)| (format!("{namespace}::{key}"), *text)));
    let codes = ErrorCode::ALL.iter().map(|code| (format!("errors::{code:?}"), errors::of(*code)));
    keys.chain(codes).chain(news()).collect()
}

/// What the version that is built here says is new in it: the phone reads it before it installs it, so it is no key of the program.
fn news() -> Vec<(String, Text)> {
    let news: BTreeMap<String, Vec<String>> = serde_json::from_str(include_str!("../../public/nouveautes.json")).expect("the file that the site serves");
    let (fr, en) = (&news["fr"], &news["en"]);
    assert_eq!((fr.len(), news.len()), (en.len(), 2), "a line in each language");
    assert!(!fr.is_empty());
    let leaked = |line: &String| -> &'static str { line.clone().leak() };
    fr.iter().zip(en).map(|(fr, en)| ("nouveautes.json".to_owned(), Text { fr: leaked(fr), en: leaked(en) })).collect()
}

fn parameters(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
    names.sort_unstable();
    names
}

#[test]
fn no_text_is_empty_or_padded() {
    for (key, text) in all() {
        for language in [text.fr, text.en] {
            assert!(!language.trim().is_empty(), "{key} is empty");
            assert_eq!(language.trim(), language, "{key} has a space at an end");
            assert!(!language.contains("  "), "{key} has two spaces");
        }
    }
}

#[test]
fn apostrophes_are_typographic_and_ellipses_one_character() {
    for (key, text) in all() {
        for language in [text.fr, text.en] {
            assert!(!language.contains('\''), "{key} has a straight apostrophe");
            assert!(!language.contains('"'), "{key} has a straight quotation mark");
            assert!(!language.contains("..."), "{key} has three dots");
        }
    }
}

#[test]
fn french_colons_and_guillemets_do_not_break() {
    for (key, text) in all() {
        assert!(!text.fr.contains(" :"), "{key} may break before its colon");
        assert!(!text.fr.contains("« ") && !text.fr.contains(" »"), "{key} may break inside its guillemets");
    }
}

/// Québec usage: these three stand against the word.
#[test]
fn nothing_stands_before_semicolons_exclamation_and_question_marks() {
    for (key, text) in all() {
        for mark in [';', '!', '?'] {
            let spaced = [' ', '\u{a0}', '\u{202f}'].into_iter().any(|space| text.fr.contains(&format!("{space}{mark}")));
            assert!(!spaced, "{key} has a space before {mark}");
        }
    }
}

#[test]
fn both_languages_take_the_same_parameters() {
    for (key, text) in all() {
        assert_eq!(parameters(text.fr), parameters(text.en), "{key}");
    }
}
