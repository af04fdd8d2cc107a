//! Statistics without names.

use casework::{
    case::CaseOutcome,
    consent::ConsentAnswer,
    referral::ReferralStage,
    statistics::{Indicator, NONE, Part, Split},
};

use super::{Locale, Text, common, texts};

texts! {
    TITLE: "Statistiques dépersonnalisées" / "De-identified statistics";
    INTRODUCTION: "Ces nombres ne nomment personne. Ils sont dépersonnalisés, et non rendus impossibles à rattacher à quelqu’un\u{a0}: qui en sait déjà beaucoup pourrait encore deviner. Ne cherchez à reconnaître personne." / "These numbers name nobody. They are de-identified, which does not make it impossible to tie them to somebody: whoever knows a lot already could still guess. Do not try to recognise anybody.";
    RULES: "Comment ces nombres sont protégés" / "How these numbers are protected";
    RULE_SMALL: "Un nombre plus petit que {small} n’est jamais montré, zéro compris." / "A number below {small} is never shown, zero included.";
    RULE_SPLIT: "Un total n’est réparti que si aucune part n’est petite. Des parts voisines sont parfois réunies; sinon toute la répartition est retenue, pour que le total ne permette pas de le retrouver." / "A total is split only if no part is small. Neighbouring parts are sometimes merged; otherwise the whole split is withheld, so that the total gives nothing back.";
    RULE_QUARTER: "Seulement des trimestres entiers\u{a0}: un mois ou une année permettraient de retrouver, par différence, ce qu’un trimestre retient." / "Whole quarters only: a month or a year would give back, by difference, what a quarter withholds.";
    RULE_ONCE: "Chaque trimestre est compté une seule fois, deux semaines après sa fin. Ce qui change ensuite n’y change rien." / "Each quarter is counted once, two weeks after its end. What changes later changes nothing of it.";
    RULE_CITY: "Les références comptées sont celles qui ne partagent rien sur des personnes. Pour une ville\u{a0}: les dossiers que l’immeuble lui-même justifie, et les références à d’autres qu’elle." / "The referrals counted are those that share nothing of people. For a city: cases that the building itself makes cases, and referrals to others than itself.";
    QUARTER: "Trimestre" / "Quarter";
    SHOW: "Afficher" / "Show";
    DOWNLOAD: "Télécharger en CSV" / "Download as CSV";
    PERIOD: "Du {from} au {to}, compté le {date}" / "From {from} to {to}, counted on {date}";
    QUARTER_NAME: "{number}e trimestre {year}" / "Quarter {number} of {year}";
    QUARTER_FIRST: "1er trimestre {year}" / "Quarter 1 of {year}";
    EMPTY: "Aucun trimestre n’a encore été compté. Le premier le sera deux semaines après sa fin." / "No quarter has been counted yet. The first will be, two weeks after its end.";
    TERRITORIES_NONE: "Rien à montrer pour ce territoire." / "Nothing to show for this territory.";
    TOTAL: "Total" / "Total";
    WITHHELD: "moins de {small}" / "fewer than {small}";
    WITHHELD_CELL: "moins de {small} ou retenu" / "fewer than {small} or withheld";
    SPLIT_WITHHELD: "Répartition retenue\u{a0}: une part est trop petite." / "Split withheld: a part is too small.";
    CRITERIA_NONE: "Aucun groupe n’est montré\u{a0}: peu de dossiers, ou presque tous, y ont quelque chose à corriger." / "No group is shown: few cases, or nearly all, have something to mend of it.";
    CASES_OPENED: "Dossiers ouverts" / "Cases opened";
    CASES_CLOSED: "Dossiers fermés" / "Cases closed";
    REFERRALS_SENT: "Références envoyées par la brigade" / "Referrals sent by the brigade";
    CONSENT_ANSWERS: "Réponses de personnes sur le partage" / "People’s answers about sharing";
    BY_BOROUGH: "Par arrondissement" / "By borough";
    BY_BAND: "Par cote de l’immeuble" / "By band of the building";
    BY_OUTCOME: "Par issue" / "By outcome";
    BY_STATE: "Par état, au moment du compte" / "By state, when counted";
    BY_ANSWER: "Par réponse" / "By answer";
    BY_CRITERIA: "Avec quelque chose à corriger, par groupe de critères" / "With something to mend, by group of criteria";
    BY_CRITERIA_HINT: "Un dossier peut compter dans plusieurs groupes. Ceux que peu de dossiers, ou presque tous, ont ne sont pas montrés." / "One case may count in several groups. Those that few cases, or nearly all, have are not shown.";
    BAND: "Cote {letter}" / "Band {letter}";
    BAND_NONE: "Sans cote" / "No band";
    BOROUGH_NONE: "Sans arrondissement" / "No borough";
    ANSWER_GIVEN: "Consentement donné" / "Consent given";
    ANSWER_REFUSED: "Consentement refusé" / "Consent refused";
    COLUMN_QUARTER: "Trimestre" / "Quarter";
    COLUMN_MUNICIPALITY: "Municipalité" / "Municipality";
    COLUMN_INDICATOR: "Ce qui est compté" / "What is counted";
    COLUMN_SPLIT: "Répartition" / "Split";
    COLUMN_PART: "Part" / "Part";
    COLUMN_COUNT: "Nombre" / "Number";
}

/// Columns of the CSV.
pub const COLUMNS: [Text; 6] = [COLUMN_QUARTER, COLUMN_MUNICIPALITY, COLUMN_INDICATOR, COLUMN_SPLIT, COLUMN_PART, COLUMN_COUNT];

pub fn indicator(indicator: Indicator) -> Text {
    match indicator {
        Indicator::CasesOpened => CASES_OPENED,
        Indicator::CasesClosed => CASES_CLOSED,
        Indicator::ReferralsSent => REFERRALS_SENT,
        Indicator::ConsentAnswers => CONSENT_ANSWERS,
    }
}

pub fn split(split: Split) -> Text {
    match split {
        Split::Borough => BY_BOROUGH,
        Split::Band => BY_BAND,
        Split::Outcome => BY_OUTCOME,
        Split::ReferralState => BY_STATE,
        Split::Answer => BY_ANSWER,
        Split::Criteria => BY_CRITERIA,
    }
}

/// What a part is called: those that are read together, with semicolons between.
pub fn part(by: Split, part: &Part, locale: Locale) -> String {
    if let Some(label) = &part.label {
        return match locale {
            Locale::Fr => label.fr.clone(),
            Locale::En => label.en.clone(),
        };
    }
    part.codes.iter().map(|code| code_name(by, code, locale)).collect::<Vec<_>>().join("; ")
}

fn code_name(by: Split, code: &str, locale: Locale) -> String {
    let text = match by {
        Split::Band if code == NONE => Some(BAND_NONE),
        Split::Band => return super::fill(BAND.get(locale), &[("letter", code)]),
        Split::Borough if code == NONE => Some(BOROUGH_NONE),
        Split::Outcome => code.parse::<CaseOutcome>().ok().map(common::case_outcome),
        Split::ReferralState => code.parse::<ReferralStage>().ok().map(common::referral_stage),
        Split::Answer => code.parse::<ConsentAnswer>().ok().map(|answer| match answer {
            ConsentAnswer::Given => ANSWER_GIVEN,
            ConsentAnswer::Refused => ANSWER_REFUSED,
        }),
        Split::Borough | Split::Criteria => None,
    };
    text.map_or_else(|| code.to_owned(), |text| text.get(locale).to_owned())
}
