//! Finding a criterion by what a person types: accents, case, apostrophes and dashes do not matter.

use inspection_grid::{Criterion, Label, Section};

/// Lower-case ASCII words, one space apart: « Dégâts d’eau, HUM-01 » is `degats d eau hum 01`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        let plain = match character {
            'à' | 'â' | 'ä' | 'á' | 'ã' => "a",
            'ç' => "c",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'î' | 'ï' | 'í' => "i",
            'ñ' => "n",
            'ô' | 'ö' | 'ó' | 'õ' => "o",
            'ù' | 'û' | 'ü' | 'ú' => "u",
            'ÿ' => "y",
            'œ' => "oe",
            'æ' => "ae",
            _ => "",
        };
        if !plain.is_empty() {
            folded.push_str(plain);
        } else if character.is_alphanumeric() {
            folded.push(character);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A criterion ready to be searched, in both languages at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searchable {
    /// `hum 01` and `hum01`.
    code: [String; 2],
    label: String,
    /// Section, anchors, options and fields.
    rest: String,
}

fn both(label: &Label) -> String {
    format!("{} {}", fold(&label.fr), fold(&label.en))
}

impl Searchable {
    pub fn new(section: &Section, criterion: &Criterion) -> Self {
        let code = fold(&criterion.id.0);
        let options = criterion.options.iter().chain(&criterion.fields).map(|option| &option.label);
        let rest = std::iter::once(&section.label).chain(criterion.anchors.values()).chain(options).map(both).collect::<Vec<_>>().join(" ");
        Self { code: [code.clone(), code.replace(' ', "")], label: both(&criterion.label), rest }
    }

    /// How well it answers, the smaller the better: by its code, by its own words, by those around it. `None` when a word is found nowhere.
    pub fn rank(&self, query: &str) -> Option<u8> {
        let query = fold(query);
        if query.is_empty() {
            return None;
        }
        if self.code.iter().any(|code| code.starts_with(&query)) {
            return Some(0);
        }
        query
            .split(' ')
            .map(|word| if begins(&self.label, word) { Some(1) } else { begins(&self.rest, word).then_some(2) })
            .try_fold(0, |worst, rank| Some(worst.max(rank?)))
    }
}

/// Whether a word of the text begins so.
fn begins(text: &str, word: &str) -> bool {
    text.split(' ').any(|known| known.starts_with(word))
}

#[cfg(test)]
mod tests {
    use inspection_grid::builtin;

    use super::*;

    fn found(query: &str) -> Vec<&'static str> {
        let grid = builtin::v1();
        let mut hits: Vec<(u8, &str)> = grid
            .sections
            .iter()
            .flat_map(|section| section.criteria.iter().map(move |criterion| (section, criterion)))
            .filter_map(|(section, criterion)| Some((Searchable::new(section, criterion).rank(query)?, criterion.id.0.as_str())))
            .collect();
        hits.sort_unstable();
        hits.into_iter().map(|(_, code)| code).collect()
    }

    #[test]
    fn folding_keeps_letters_and_figures_only() {
        assert_eq!(fold("  Dégâts d’eau, ŒUVRE : HUM-01 "), "degats d eau oeuvre hum 01");
        assert_eq!(fold("« »"), "");
    }

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        for query in ["HUM-01", "hum01", "hum 01", "Hum-01"] {
            assert_eq!(found(query).first(), Some(&"HUM-01"), "{query}");
        }
    }

    #[test]
    fn accents_and_case_do_not_matter_and_english_words_answer_too() {
        assert!(found("moisissure").contains(&"HUM-01"));
        assert_eq!(found("MOISISSURE"), found("moisissure"));
        assert_eq!(found("temperature"), found("température"));
        assert!(found("mould").contains(&"HUM-01"));
    }

    #[test]
    fn every_word_must_be_found_and_nothing_finds_nothing() {
        assert!(found("moisissure girafe").is_empty());
        assert!(found("").is_empty() && found(" - ").is_empty());
    }
}
