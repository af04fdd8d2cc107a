//! Confidentiality incidents: the register that the law makes a body keep, every incident in it, however small.
//!
//! Content: Regulation respecting confidentiality incidents (A-2.1, r. 3.1), section 7; the same holds under P-39.1, section 3.8. Kept at least five years
//! after the body learned of the incident (section 8).

use serde::{Deserialize, Serialize};

use crate::{case::coded_enum, referral::Day};

/// Characters of a long answer.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// How long an incident stays in the register, from the day the body learned of it: no less than this.
pub const KEPT_YEARS_MIN: u16 = 5;

coded_enum! {
    /// Whether what was concerned is known.
    InformationKnown {
        Known = "known",
        /// It is not, and the entry says why.
        Unknown = "unknown",
    }
}

coded_enum! {
    /// Whether a risk of serious injury was found.
    SeriousHarm { Risk = "risk", NoRisk = "no_risk" }
}

/// A day or a period; as well as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Period {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub from: Day,
    /// Included; the same day when it is one day.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub to: Day,
    /// Only thought to be so.
    #[serde(default)]
    pub approximate: bool,
}

/// A notice to the public, where notices to each person could not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicNotice {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub on: Day,
    /// Why to the public.
    pub reason: String,
}

/// What the register says of an incident: the content fixed by regulation, nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentEntry {
    pub information: InformationKnown,
    /// The kinds of information concerned; or why they cannot be described.
    pub description: String,
    pub circumstances: String,
    pub happened: Period,
    /// When the body learned of it.
    pub aware: Period,
    pub persons: u32,
    /// The number is an estimate.
    pub persons_estimated: bool,
    /// Of what is concerned.
    pub sensitivity: String,
    /// That may be feared.
    pub consequences: String,
    /// That it be used to do harm.
    pub likelihood: String,
    pub serious: SeriousHarm,
    /// Day of the notice to the Commission d’accès à l’information.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub commission_told_on: Option<Day>,
    /// Day of the notice to the persons concerned.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub persons_told_on: Option<Day>,
    pub public_notice: Option<PublicNotice>,
    /// Taken to lessen the risk of harm and to keep it from happening again.
    pub measures: String,
}

/// What keeps an entry out of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IncidentError {
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} is too long")]
    TooLong(&'static str),
    /// It ends before it begins, lies in the future, or comes before what it follows.
    #[error("{0} is not possible then")]
    When(&'static str),
}

impl IncidentEntry {
    /// Whether it can be written in the register today.
    ///
    /// # Errors
    /// The first field that is missing, too long, or set when it cannot be.
    pub fn checked(self, today: Day) -> Result<Self, IncidentError> {
        let texts = [
            ("description", &self.description),
            ("circumstances", &self.circumstances),
            ("sensitivity", &self.sensitivity),
            ("consequences", &self.consequences),
            ("likelihood", &self.likelihood),
            ("measures", &self.measures),
        ];
        for (field, text) in texts.into_iter().chain(self.public_notice.iter().map(|notice| ("public_reason", &notice.reason))) {
            if text.trim().is_empty() {
                return Err(IncidentError::Missing(field));
            }
            if text.chars().count() > TEXT_CHARS_MAX {
                return Err(IncidentError::TooLong(field));
            }
        }
        for (field, period) in [("happened", self.happened), ("aware", self.aware)] {
            if period.to < period.from || period.to > today {
                return Err(IncidentError::When(field));
            }
        }
        if self.aware.to < self.happened.from {
            return Err(IncidentError::When("aware"));
        }
        let notices = [
            ("commission_told_on", self.commission_told_on),
            ("persons_told_on", self.persons_told_on),
            ("public_on", self.public_notice.as_ref().map(|notice| notice.on)),
        ];
        match notices.into_iter().find(|(_, day)| day.is_some_and(|day| day < self.aware.from || day > today)) {
            Some((field, _)) => Err(IncidentError::When(field)),
            None => Ok(self),
        }
    }

    /// Whether the Commission is still to be told, with diligence.
    pub fn awaits_commission(&self) -> bool {
        self.serious == SeriousHarm::Risk && self.commission_told_on.is_none()
    }

    /// Whether the persons concerned are still to be told, with diligence.
    pub fn awaits_persons(&self) -> bool {
        self.serious == SeriousHarm::Risk && self.persons_told_on.is_none() && self.public_notice.is_none()
    }

    /// It stays in the register until this day, at least.
    pub fn kept_until(&self) -> Day {
        self.aware.to.plus_years(KEPT_YEARS_MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap_or_else(|_| panic!("{text} is a day"))
    }

    fn on(text: &str) -> Period {
        Period { from: day(text), to: day(text), approximate: false }
    }

    fn entry() -> IncidentEntry {
        IncidentEntry {
            information: InformationKnown::Known,
            description: "Nom et numéro de porte".to_owned(),
            circumstances: "Courriel envoyé au mauvais service".to_owned(),
            happened: on("2026-11-02"),
            aware: on("2026-11-03"),
            persons: 1,
            persons_estimated: false,
            sensitivity: "Faible".to_owned(),
            consequences: "Aucune".to_owned(),
            likelihood: "Très faible".to_owned(),
            serious: SeriousHarm::NoRisk,
            commission_told_on: None,
            persons_told_on: None,
            public_notice: None,
            measures: "Destruction confirmée".to_owned(),
        }
    }

    #[test]
    fn an_entry_says_all_that_the_regulation_asks() {
        let today = day("2026-11-23");
        assert_eq!(entry().checked(today), Ok(entry()));
        let blank = |clear: fn(&mut IncidentEntry)| {
            let mut entry = entry();
            clear(&mut entry);
            entry.checked(today)
        };
        let missing = |field| Err(IncidentError::Missing(field));
        assert_eq!(blank(|entry| entry.description = " ".to_owned()), missing("description"));
        assert_eq!(blank(|entry| entry.circumstances.clear()), missing("circumstances"));
        assert_eq!(blank(|entry| entry.sensitivity.clear()), missing("sensitivity"));
        assert_eq!(blank(|entry| entry.consequences.clear()), missing("consequences"));
        assert_eq!(blank(|entry| entry.likelihood.clear()), missing("likelihood"));
        assert_eq!(blank(|entry| entry.measures.clear()), missing("measures"));
        let silent = |entry: &mut IncidentEntry| entry.public_notice = Some(PublicNotice { on: entry.aware.to, reason: String::new() });
        assert_eq!(blank(silent), missing("public_reason"));
        assert_eq!(blank(|entry| entry.measures = "x".repeat(TEXT_CHARS_MAX + 1)), Err(IncidentError::TooLong("measures")));
        assert_eq!(blank(|entry| entry.measures = "é".repeat(TEXT_CHARS_MAX)).map(drop), Ok(()));
    }

    #[test]
    fn days_follow_one_another_and_none_is_to_come() {
        let today = day("2026-11-03");
        let when = |change: fn(&mut IncidentEntry)| {
            let mut entry = entry();
            change(&mut entry);
            entry.checked(today).map(drop)
        };
        assert_eq!(when(|_| {}), Ok(()), "learned today");
        let wrong = |field| Err(IncidentError::When(field));
        assert_eq!(when(|entry| entry.happened.to = day("2026-11-01")), wrong("happened"));
        assert_eq!(when(|entry| entry.aware = on("2026-11-04")), wrong("aware"));
        assert_eq!(when(|entry| entry.aware = on("2026-11-01")), wrong("aware"));
        assert_eq!(when(|entry| entry.happened.to = day("2026-11-03")), Ok(()), "it went on until it was known");
        assert_eq!(when(|entry| entry.commission_told_on = Some(day("2026-11-02"))), wrong("commission_told_on"));
        assert_eq!(when(|entry| entry.persons_told_on = Some(day("2026-11-04"))), wrong("persons_told_on"));
        let early = |entry: &mut IncidentEntry| entry.public_notice = Some(PublicNotice { on: entry.happened.from, reason: "Adresses inconnues".to_owned() });
        assert_eq!(when(early), wrong("public_on"));
    }

    #[test]
    fn a_serious_risk_awaits_its_notices_and_a_public_one_stands_for_those_to_persons() {
        let mut entry = entry();
        assert!(!entry.awaits_commission() && !entry.awaits_persons());
        entry.serious = SeriousHarm::Risk;
        assert!(entry.awaits_commission() && entry.awaits_persons());
        entry.commission_told_on = Some(entry.aware.to);
        entry.public_notice = Some(PublicNotice { on: entry.aware.to, reason: "Adresses inconnues".to_owned() });
        assert!(!entry.awaits_commission() && !entry.awaits_persons());
    }

    #[test]
    fn it_is_kept_five_years_from_the_day_it_was_known() {
        assert_eq!(entry().kept_until(), day("2031-11-03"));
        let entry = IncidentEntry { aware: on("2024-02-29"), ..entry() };
        assert_eq!(entry.kept_until(), day("2029-02-28"), "no less than the day before the first of March");
    }
}
