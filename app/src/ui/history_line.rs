//! What a line of a history says: a case's timeline, a referral's history and an escalation's log keep codes, people read sentences.

use std::str::FromStr;

use casework::{
    agreement::{NO_AGREEMENT, OUTSIDE_AGREEMENT},
    case::{CaseStage, OpeningReason},
    consent::{CONSENT_ENDED, CONSENT_WITHDRAWN, ConsentAnswer, ENDED, IN_EMERGENCY, WITHDRAWN},
    escalation::{EscalationOutcome, EscalationVerb},
    permission::Section,
    referral::{FORWARD_ASKED, FORWARD_MOVED, FORWARD_REFUSED, FORWARD_SENT, Helped, LinkEvent, PERSON_HEARD, REMINDED, ReferralVerb},
    wire::v1::EntryKind,
};

use crate::texts::{self, Locale, cell, common, consent, directory, guest, office, partner, thread};

/// Between the two halves of a line: organisation and verb in a case's timeline, verb and words in a referral's own history.
const NAME_AND_VERB: &str = " · ";
const VERB_AND_WORDS: &str = " : ";

/// A line as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// A sentence; for what a person wrote, what it is.
    pub what: String,
    /// A person's words, or the details of the sentence.
    pub said: Option<String>,
}

impl HistoryLine {
    fn of(what: impl Into<String>) -> Self {
        Self { what: what.into(), said: None }
    }

    fn saying(self, said: &str) -> Self {
        Self { said: (!said.is_empty()).then(|| said.to_owned()), ..self }
    }

    /// A line of a case's timeline or of a referral's history. A code of a newer server is told in general terms, never shown.
    pub fn of_entry(kind: EntryKind, text: &str, locale: Locale) -> Self {
        match kind {
            EntryKind::CaseOpened => Self::of(opened(text, locale)),
            EntryKind::StageChanged => Self::of(match CaseStage::from_str(text) {
                Ok(stage) => texts::fill(office::ENTRY_STAGE.get(locale), &[("stage", common::case_stage(stage).get(locale))]),
                Err(_) => office::ENTRY_STAGE_OTHER.get(locale).to_owned(),
            }),
            EntryKind::VisitReceived => {
                if let Some(version) = text.strip_prefix("grid_moved ") {
                    return Self::of(texts::fill(office::ENTRY_VISIT_GRID.get(locale), &[("version", version)]));
                }
                let sentence = match text {
                    "started" => office::ENTRY_VISIT_STARTED,
                    "finished" => office::ENTRY_VISIT_FINISHED,
                    "late" => office::ENTRY_VISIT_LATE,
                    "doors_united" => office::ENTRY_DOORS_UNITED,
                    "doors_parted" => office::ENTRY_DOORS_PARTED,
                    "photo_marked" => office::ENTRY_PHOTO_MARKED,
                    _ => office::ENTRY_VISIT,
                };
                Self::of(sentence.get(locale))
            }
            EntryKind::JudgedComplex => {
                let mut motifs: Vec<&str> = text.split_whitespace().map(|code| office::motif(code).get(locale)).collect();
                motifs.dedup();
                let said = motifs.iter().map(|motif| format!("{motif}.")).collect::<Vec<_>>().join(" ");
                Self::of(office::ENTRY_COMPLEX.get(locale)).saying(&said)
            }
            EntryKind::EscalationRaised => Self::of(office::ENTRY_ESCALATION_RAISED.get(locale)).saying(text),
            EntryKind::EscalationChanged => Self::of(EscalationVerb::from_str(text).map_or(office::ENTRY_ESCALATION, office::escalation_step).get(locale)),
            EntryKind::ReferralSent => Self::of(referral(ReferralVerb::Send, text, locale)),
            EntryKind::ReferralAnswered => referral_entry(text, office::ENTRY_REFERRAL_ANSWERED.get(locale), locale),
            EntryKind::ReferralChanged => referral_entry(text, office::ENTRY_REFERRAL_CHANGED.get(locale), locale),
            EntryKind::ReferralReceived => Self::of(received(text, locale)),
            EntryKind::ConsentAnswered => Self::of(consent_answered(text, locale)),
            EntryKind::HandedOver => Self::of(texts::fill(office::ENTRY_HANDED_OVER.get(locale), &[("name", text)])),
            EntryKind::InPlaceOf => Self::of(texts::fill(office::ENTRY_IN_PLACE_OF.get(locale), &[("name", text)])),
            EntryKind::Comment => Self::of(office::ENTRY_COMMENT.get(locale)).saying(text),
        }
    }

    /// A line of an escalation's log. One with neither verb nor words is the call that an observation made by itself.
    pub fn of_log(verb: Option<EscalationVerb>, text: &str, locale: Locale) -> Self {
        let Some(verb) = verb else {
            let what = if text.is_empty() { office::ENTRY_ESCALATION_RAISED } else { cell::LOG_TEXT };
            return Self::of(what.get(locale)).saying(text);
        };
        let line = Self::of(office::escalation_step(verb).get(locale));
        match (verb, EscalationOutcome::from_str(text)) {
            (EscalationVerb::Stabilise, Ok(outcome)) => line.saying(common::escalation_outcome(outcome).get(locale)),
            _ => line.saying(text),
        }
    }
}

fn opened(reason: &str, locale: Locale) -> String {
    let band = |letter: &str| texts::fill(office::ENTRY_OPENED_BAND.get(locale), &[("band", letter)]);
    match OpeningReason::from_str(reason) {
        Ok(OpeningReason::ImmediateDanger) => office::ENTRY_OPENED_DANGER.get(locale).to_owned(),
        Ok(OpeningReason::Complex) => office::ENTRY_OPENED_COMPLEX.get(locale).to_owned(),
        Ok(OpeningReason::BandD) => band("D"),
        Ok(OpeningReason::BandC) => band("C"),
        Ok(OpeningReason::Requested) => office::ENTRY_OPENED_REQUESTED.get(locale).to_owned(),
        Err(_) => office::ENTRY_OPENED.get(locale).to_owned(),
    }
}

/// What a person said, and about whom.
fn consent_answered(text: &str, locale: Locale) -> String {
    let (code, name) = text.split_once(' ').unwrap_or((text, ""));
    let sentence = match (ConsentAnswer::from_str(code), code) {
        (Ok(ConsentAnswer::Given), _) => consent::ENTRY_GIVEN,
        (Ok(ConsentAnswer::Refused), _) => consent::ENTRY_REFUSED,
        (Err(_), WITHDRAWN) => consent::ENTRY_WITHDRAWN,
        (Err(_), ENDED) => consent::ENTRY_ENDED,
        (Err(_), IN_EMERGENCY) => consent::ENTRY_EMERGENCY,
        (Err(_), _) => consent::ENTRY_OTHER,
    };
    texts::fill(sentence.get(locale), &[("name", name)])
}

/// « La référence à {name} est {done}. », without its recipient where the page is the referral's own.
fn referral(verb: ReferralVerb, name: &str, locale: Locale) -> String {
    let done = office::referral_done(verb).get(locale);
    if name.is_empty() {
        texts::fill(office::ENTRY_REFERRAL.get(locale), &[("done", done)])
    } else {
        // The name last: what an organisation is called is not a template.
        texts::fill(office::ENTRY_REFERRAL_TO.get(locale), &[("done", done), ("name", name)])
    }
}

/// A partner's referral to the brigade.
fn received(text: &str, locale: Locale) -> String {
    match text.rsplit_once(NAME_AND_VERB).map(|(name, code)| (name, ReferralVerb::from_str(code))) {
        Some((name, Ok(verb))) => texts::fill(office::ENTRY_REFERRAL_FROM.get(locale), &[("done", office::referral_done(verb).get(locale)), ("name", name)]),
        _ => office::ENTRY_REFERRAL_CHANGED.get(locale).to_owned(),
    }
}

fn referral_entry(text: &str, otherwise: &str, locale: Locale) -> HistoryLine {
    if text == CONSENT_WITHDRAWN {
        return HistoryLine::of(consent::ENTRY_REFERRAL_CONSENT.get(locale));
    }
    if text == CONSENT_ENDED {
        return HistoryLine::of(consent::ENTRY_REFERRAL_ENDED.get(locale));
    }
    let (head, words) = text.split_once(VERB_AND_WORDS).unwrap_or((text, ""));
    if let Ok(event) = LinkEvent::from_str(head) {
        return HistoryLine::of(texts::fill(guest::entry(event).get(locale), &[("name", words)]));
    }
    if matches!(head, OUTSIDE_AGREEMENT | NO_AGREEMENT) {
        let sections = words.split(' ').filter_map(|code| Section::from_str(code).ok()).map(|section| common::section(section).0.get(locale));
        let sections = sections.collect::<Vec<_>>().join(", ").to_lowercase();
        let text = if head == NO_AGREEMENT { directory::ENTRY_NO_AGREEMENT } else { directory::ENTRY_OUTSIDE };
        return HistoryLine::of(texts::fill(text.get(locale), &[("sections", &sections)]));
    }
    match (head, Helped::from_str(words)) {
        (PERSON_HEARD, Ok(answer)) => {
            let answer = thread::helped(answer).get(locale).to_lowercase();
            return HistoryLine::of(texts::fill(thread::ENTRY_HEARD.get(locale), &[("answer", &answer)]));
        }
        (REMINDED, _) => return HistoryLine::of(thread::ENTRY_REMINDED.get(locale)),
        (FORWARD_ASKED, _) => return HistoryLine::of(partner::ENTRY_FORWARD_ASKED.get(locale)),
        (FORWARD_SENT, _) => return HistoryLine::of(partner::ENTRY_FORWARD_SENT.get(locale)),
        (FORWARD_REFUSED, _) => return HistoryLine::of(partner::ENTRY_FORWARD_REFUSED.get(locale)).saying(words),
        (FORWARD_MOVED, _) => {
            let moved = ReferralVerb::from_str(words).ok();
            let line = moved.map(|verb| texts::fill(partner::ENTRY_FORWARD_MOVED.get(locale), &[("done", office::referral_done(verb).get(locale))]));
            return HistoryLine::of(line.unwrap_or_else(|| otherwise.to_owned()));
        }
        _ => {}
    }
    if let Ok(verb) = ReferralVerb::from_str(head) {
        return HistoryLine::of(referral(verb, "", locale)).saying(words);
    }
    match text.rsplit_once(NAME_AND_VERB) {
        Some((name, code)) => HistoryLine::of(ReferralVerb::from_str(code).map_or_else(|_| otherwise.to_owned(), |verb| referral(verb, name, locale))),
        None => HistoryLine::of(otherwise).saying(words),
    }
}

#[cfg(test)]
mod tests {
    use inspection_grid::MotifCode;

    use super::*;

    const KINDS: [EntryKind; 14] = [
        EntryKind::CaseOpened,
        EntryKind::StageChanged,
        EntryKind::VisitReceived,
        EntryKind::JudgedComplex,
        EntryKind::EscalationRaised,
        EntryKind::EscalationChanged,
        EntryKind::ReferralSent,
        EntryKind::ReferralAnswered,
        EntryKind::ReferralChanged,
        EntryKind::ReferralReceived,
        EntryKind::ConsentAnswered,
        EntryKind::HandedOver,
        EntryKind::InPlaceOf,
        EntryKind::Comment,
    ];

    const MOTIFS: [MotifCode; 8] =
        [MotifCode::Certain, MotifCode::Multi, MotifCode::Propag, MotifCode::Vuln, MotifCode::Recid, MotifCode::Inaction, MotifCode::Risqlog, MotifCode::Parc];

    /// Everything the server writes with a kind, with the codes that it holds.
    fn written(kind: EntryKind) -> Vec<(String, Vec<String>)> {
        let bare = |codes: Vec<&str>| codes.into_iter().map(|code| (code.to_owned(), vec![code.to_owned()])).collect();
        let of_referral = |verbs: &[ReferralVerb]| {
            let forms = |code: &str| [code.to_owned(), format!("{code} : Faute de place"), format!("Comité logement · {code}")];
            verbs.iter().map(|verb| verb.code()).flat_map(|code| forms(code).map(|text| (text, vec![code.to_owned()]))).collect()
        };
        match kind {
            EntryKind::CaseOpened => bare(OpeningReason::ALL.iter().map(|reason| reason.code()).collect()),
            EntryKind::StageChanged => bare(CaseStage::ALL.iter().map(|stage| stage.code()).collect()),
            EntryKind::VisitReceived => {
                let mut lines: Vec<(String, Vec<String>)> = bare(vec!["started", "finished", "late", "doors_united", "doors_parted", "photo_marked"]);
                lines.push(("grid_moved 1.1.0".to_owned(), vec!["grid_moved".to_owned()]));
                lines
            }
            EntryKind::JudgedComplex => {
                let codes: Vec<String> = MOTIFS.iter().filter_map(|code| serde_json::to_value(code).ok()?.as_str().map(str::to_owned)).collect();
                assert_eq!(codes.len(), MOTIFS.len());
                codes.iter().cloned().map(|code| (code.clone(), vec![code])).chain([(codes.join(" "), codes.clone())]).collect()
            }
            EntryKind::EscalationRaised => vec![(String::new(), Vec::new())],
            EntryKind::EscalationChanged => bare(EscalationVerb::ALL.iter().map(|verb| verb.code()).collect()),
            EntryKind::ReferralSent => vec![(String::new(), Vec::new()), ("Comité logement".to_owned(), Vec::new())],
            EntryKind::ReferralAnswered => of_referral(&[ReferralVerb::Accept, ReferralVerb::Decline]),
            EntryKind::ReferralChanged => {
                let mut lines: Vec<(String, Vec<String>)> = of_referral(&[
                    ReferralVerb::Start,
                    ReferralVerb::Hold,
                    ReferralVerb::Resume,
                    ReferralVerb::Complete,
                    ReferralVerb::Withdraw,
                    ReferralVerb::Redirect,
                    ReferralVerb::Expire,
                ]);
                lines.extend([CONSENT_WITHDRAWN, CONSENT_ENDED].map(|code| (code.to_owned(), vec![code.to_owned()])));
                lines.extend(LinkEvent::ALL.iter().map(|event| (format!("{} : Mme Roy", event.code()), vec![event.code().to_owned()])));
                lines.push((REMINDED.to_owned(), vec![REMINDED.to_owned()]));
                lines.extend([FORWARD_ASKED, FORWARD_SENT].map(|code| (code.to_owned(), vec![code.to_owned()])));
                lines.push((format!("{FORWARD_REFUSED} : Déjà suivi"), vec![FORWARD_REFUSED.to_owned()]));
                let moved = [ReferralVerb::Accept, ReferralVerb::Decline, ReferralVerb::Complete, ReferralVerb::Withdraw, ReferralVerb::Expire];
                lines.extend(moved.map(|verb| (format!("{FORWARD_MOVED} : {}", verb.code()), vec![FORWARD_MOVED.to_owned(), verb.code().to_owned()])));
                lines.extend(
                    [OUTSIDE_AGREEMENT, NO_AGREEMENT]
                        .map(|head| (format!("{head} : household owner"), vec![head.to_owned(), "household".to_owned(), "owner".to_owned()])),
                );
                lines.extend(
                    Helped::ALL.iter().map(|helped| (format!("{PERSON_HEARD} : {}", helped.code()), vec![PERSON_HEARD.to_owned(), helped.code().to_owned()])),
                );
                lines
            }
            EntryKind::ReferralReceived => {
                ReferralVerb::ALL.iter().map(|verb| (format!("Comité logement · {}", verb.code()), vec![verb.code().to_owned()])).collect()
            }
            EntryKind::ConsentAnswered => {
                ["given", "refused", "withdrawn", "ended", "emergency"].map(|code| (format!("{code} Comité logement"), vec![code.to_owned()])).into()
            }
            EntryKind::HandedOver | EntryKind::InPlaceOf => vec![("Seth Second".to_owned(), Vec::new())],
            EntryKind::Comment => vec![("Le locataire a rappelé.".to_owned(), Vec::new())],
        }
    }

    fn shown(line: &HistoryLine) -> String {
        format!("{} {}", line.what, line.said.as_deref().unwrap_or_default())
    }

    #[track_caller]
    fn expect_no_code(line: &HistoryLine, codes: &[String]) {
        let shown = shown(line);
        let words: Vec<&str> = shown.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
        assert!(!shown.contains('_') && !shown.contains('{'), "{shown}");
        for code in codes {
            assert_ne!(line.said.as_ref(), Some(code));
            // « complex » is also an English word, « late » too: alone or with its underscore a code is never a sentence.
            assert!(!words.contains(&code.as_str()) || line.what.ends_with('.'), "{shown} shows {code}");
        }
    }

    #[test]
    fn no_kind_of_entry_shows_its_code() {
        for locale in [Locale::Fr, Locale::En] {
            for kind in KINDS {
                for (text, codes) in written(kind) {
                    let line = HistoryLine::of_entry(kind, &text, locale);
                    expect_no_code(&line, &codes);
                    assert!(kind == EntryKind::Comment || line.what.ends_with('.'), "{kind:?} {text}: {line:?}");
                    if locale == Locale::Fr {
                        let shown = shown(&line);
                        let mut words = shown.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
                        assert!(!words.any(|word| codes.iter().any(|code| code == word && code.len() > 1)), "{kind:?} {text}: {shown}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_code_is_told_in_its_own_words() {
        for locale in [Locale::Fr, Locale::En] {
            for kind in KINDS {
                let known: Vec<String> = written(kind).iter().map(|(text, _)| shown(&HistoryLine::of_entry(kind, text, locale))).collect();
                let distinct: std::collections::BTreeSet<&String> = known.iter().collect();
                assert_eq!(distinct.len(), known.len(), "{kind:?}: {known:?}");
            }
        }
    }

    #[test]
    fn a_code_of_a_newer_server_is_told_in_general_terms() {
        for locale in [Locale::Fr, Locale::En] {
            // What holds a person's words or a name holds no code.
            let is_words = |kind: &EntryKind| {
                matches!(kind, EntryKind::Comment | EntryKind::EscalationRaised | EntryKind::ReferralSent | EntryKind::HandedOver | EntryKind::InPlaceOf)
            };
            for kind in KINDS.into_iter().filter(|kind| !is_words(kind)) {
                for text in ["new_code", "", "Comité logement · new_code", "new_code : Faute de place"] {
                    let line = HistoryLine::of_entry(kind, text, locale);
                    assert!(!shown(&line).contains("new_code") && line.what.ends_with('.'), "{kind:?} {text}: {line:?}");
                }
            }
        }
    }

    #[test]
    fn lines_read_as_sentences() {
        let fr = |kind, text| HistoryLine::of_entry(kind, text, Locale::Fr);
        assert_eq!(fr(EntryKind::CaseOpened, "immediate_danger").what, "Dossier ouvert\u{a0}: un danger immédiat a été observé.");
        assert_eq!(fr(EntryKind::CaseOpened, "band_d").what, "Dossier ouvert\u{a0}: l’immeuble a la cote D.");
        assert_eq!(fr(EntryKind::StageChanged, "waiting_on_partner").what, "Le dossier passe à l’étape «\u{a0}En attente d’un partenaire\u{a0}».");
        let handed_over = fr(EntryKind::HandedOver, "Seth Second");
        assert_eq!((handed_over.what.as_str(), handed_over.said), ("Le dossier est confié à Seth Second\u{a0}: la personne qui le suivait est partie.", None));
        assert_eq!(fr(EntryKind::InPlaceOf, "Seth Second").what, "Fait à la place de Seth Second, en son absence.");
        assert_eq!(fr(EntryKind::ReferralSent, "CISSS · Longueuil").what, "La référence à CISSS · Longueuil est envoyée.");
        assert_eq!(fr(EntryKind::ReferralAnswered, "CISSS · Longueuil · accept").what, "La référence à CISSS · Longueuil est acceptée.");
        let declined = fr(EntryKind::ReferralAnswered, "decline : Délai trop court : revenir en mai");
        assert_eq!((declined.what.as_str(), declined.said.as_deref()), ("La référence est refusée.", Some("Délai trop court : revenir en mai")));
        assert_eq!(fr(EntryKind::Comment, "late").said.as_deref(), Some("late"), "what a person wrote is theirs");
    }

    #[test]
    fn the_log_of_an_escalation_shows_no_code_either() {
        for locale in [Locale::Fr, Locale::En] {
            for verb in EscalationVerb::ALL {
                let line = HistoryLine::of_log(Some(*verb), "", locale);
                assert!(line.what.ends_with('.') && line.said.is_none(), "{line:?}");
                expect_no_code(&line, &[verb.code().to_owned()]);
            }
            for outcome in EscalationOutcome::ALL {
                let line = HistoryLine::of_log(Some(EscalationVerb::Stabilise), outcome.code(), locale);
                assert_eq!(line.said.as_deref(), Some(common::escalation_outcome(*outcome).get(locale)));
            }
            assert_eq!(HistoryLine::of_log(None, "", locale).what, office::ENTRY_ESCALATION_RAISED.get(locale));
            assert_eq!(HistoryLine::of_log(None, "evacuated", locale).said.as_deref(), Some("evacuated"), "what a person wrote is theirs");
            assert_eq!(HistoryLine::of_log(Some(EscalationVerb::Dispatch), "Équipe B", locale).said.as_deref(), Some("Équipe B"));
        }
    }
}
