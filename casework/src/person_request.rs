//! Requests of the persons concerned: access, rectification, portability, withdrawal of a consent, cessation of dissemination.
//!
//! Two people answer one, because neither may do it alone. What is held about a household is read by the psychosocial compartment only: somebody of it
//! **assembles** the file, hands it to the person, and says what kinds of information must be withheld and under what article, never the information. The
//! privacy officer, who answers for the request and its delay, **decides** on that, and never reads the file. A refusal needs no file.
//!
//! The clock is thirty days (P-39.1, section 32). A public body has twenty, which it may lengthen by ten (A-2.1, section 47): the twentieth is told too.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::{
    case::{Act, coded_enum},
    ids::{CaseId, DwellingId, PersonRequestId},
    referral::Day,
};

coded_enum! {
    /// What is asked.
    RequestKind {
        Access = "access",
        Rectification = "rectification",
        Portability = "portability",
        /// Of a consent.
        Withdrawal = "withdrawal",
        /// That something be no longer disseminated.
        Cessation = "cessation",
    }
}

coded_enum! {
    /// How it was made sure that the person is who they say.
    IdentifiedBy {
        /// Seen, not copied.
        Papers = "papers",
        KnownToTeam = "known_to_team",
        /// Somebody who showed that they act for them.
        Representative = "representative",
    }
}

coded_enum! {
    /// How it was answered.
    RequestAnswer {
        Granted = "granted",
        /// Some of it is withheld, for a reason.
        Partly = "partly",
        Refused = "refused",
    }
}

pub const ANSWER_DAYS: u16 = 30;
pub const PUBLIC_BODY_DAYS: u16 = 20;
pub const PERSON_CHARS_MAX: usize = 120;
pub const TEXT_CHARS_MAX: usize = 2_000;

impl RequestKind {
    /// Whether the person is given what is held.
    pub const fn gives_file(self) -> bool {
        match self {
            Self::Access | Self::Portability => true,
            Self::Rectification | Self::Withdrawal | Self::Cessation => false,
        }
    }
}

/// The file was put together, by somebody who may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assembly {
    pub act: Act,
    /// Kinds of information that are not to be given, and the article that says so; empty when all of it is.
    pub withheld: String,
}

/// The answer that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub act: Act,
    pub answer: RequestAnswer,
    /// With its articles, when anything is refused.
    pub reason: String,
}

/// A request, from its reception to its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRequest {
    pub id: PersonRequestId,
    pub kind: RequestKind,
    pub received_on: Day,
    /// Who asks, as they name themselves.
    pub person: String,
    pub identified: IdentifiedBy,
    pub case_id: CaseId,
    pub dwelling_id: DwellingId,
    /// From this day on; from the first when absent.
    pub from: Option<Day>,
    /// Until this day, included.
    pub to: Option<Day>,
    /// What they ask.
    pub words: String,
    pub recorded: Act,
    pub assembled: Option<Assembly>,
    pub answered: Option<Answered>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonRequestError {
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} is too long")]
    TooLong(&'static str),
    #[error("{0} is not possible then")]
    When(&'static str),
    #[error("what is refused is refused for a reason")]
    Reason,
    /// It is answered already, or asks for no file, or the file that is to be given was not put together.
    #[error("not where it stands")]
    NotNow,
}

fn said(field: &'static str, text: &str, chars_max: usize) -> Result<(), PersonRequestError> {
    if text.trim().is_empty() {
        return Err(PersonRequestError::Missing(field));
    }
    if text.chars().count() > chars_max { Err(PersonRequestError::TooLong(field)) } else { Ok(()) }
}

impl PersonRequest {
    /// Whether it can be recorded today.
    ///
    /// # Errors
    /// The first field that is missing, too long, or set when it cannot be.
    pub fn checked(self, today: Day) -> Result<Self, PersonRequestError> {
        said("person", &self.person, PERSON_CHARS_MAX)?;
        said("words", &self.words, TEXT_CHARS_MAX)?;
        if self.received_on > today {
            return Err(PersonRequestError::When("received_on"));
        }
        if self.from.zip(self.to).is_some_and(|(from, to)| to < from) {
            return Err(PersonRequestError::When("to"));
        }
        Ok(self)
    }

    /// The last day for the answer.
    pub fn due_on(&self) -> Day {
        self.received_on.plus_days(ANSWER_DAYS)
    }

    /// The last day of a public body that has not lengthened its delay.
    pub fn public_body_due_on(&self) -> Day {
        self.received_on.plus_days(PUBLIC_BODY_DAYS)
    }

    pub fn is_late(&self, today: Day) -> bool {
        self.answered.is_none() && today > self.due_on()
    }

    /// Whether what is held may be put together for it.
    pub fn opens_file(&self) -> bool {
        self.kind.gives_file() && self.answered.as_ref().is_none_or(|answered| answered.answer != RequestAnswer::Refused)
    }

    /// Says that the file is put together, and what is not to be given. Said again until it is answered.
    ///
    /// # Errors
    /// [`PersonRequestError::NotNow`], [`PersonRequestError::TooLong`].
    pub fn assemble(self, act: Act, withheld: String) -> Result<Self, PersonRequestError> {
        if !self.kind.gives_file() || self.answered.is_some() {
            return Err(PersonRequestError::NotNow);
        }
        if withheld.chars().count() > TEXT_CHARS_MAX {
            return Err(PersonRequestError::TooLong("withheld"));
        }
        Ok(Self { assembled: Some(Assembly { act, withheld }), ..self })
    }

    /// Answers it, once.
    ///
    /// # Errors
    /// [`PersonRequestError::Reason`] when something is refused without one; [`PersonRequestError::NotNow`] for a second answer, and for a file that was not
    /// put together.
    pub fn answer(self, act: Act, answer: RequestAnswer, reason: String) -> Result<Self, PersonRequestError> {
        if self.answered.is_some() || (self.kind.gives_file() && answer != RequestAnswer::Refused && self.assembled.is_none()) {
            return Err(PersonRequestError::NotNow);
        }
        if answer != RequestAnswer::Granted && reason.trim().is_empty() {
            return Err(PersonRequestError::Reason);
        }
        if reason.chars().count() > TEXT_CHARS_MAX {
            return Err(PersonRequestError::TooLong("reason"));
        }
        Ok(Self { answered: Some(Answered { act, answer, reason }), ..self })
    }
}

/// A line of a CSV file (RFC 4180). What a spreadsheet would run as a formula is made a text by an apostrophe before it.
pub fn csv_line<Text: AsRef<str>>(fields: impl IntoIterator<Item = Text>) -> String {
    let mut line = String::new();
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        let field = field.as_ref();
        // Spreadsheets also look past blanks and line ends, and take the full-width forms for the others.
        let first = field.trim_start().chars().next();
        let is_formula = first.is_some_and(|first| "=+-@＝＋－＠|%".contains(first)) || field.starts_with(['\t', '\r', '\n']);
        let guard = if is_formula { "'" } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(line, "\"{guard}{}\"", field.replace('"', "\"\""));
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step is a failed test")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{clock::Timestamp, ids::AccountId};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn act() -> Act {
        Act { by: AccountId(Uuid::from_u128(7)), at: Timestamp(1_795_000_000_000) }
    }

    fn request(kind: RequestKind) -> PersonRequest {
        PersonRequest {
            id: PersonRequestId(Uuid::from_u128(1)),
            kind,
            received_on: day("2026-11-02"),
            person: "L’occupante du 4".to_owned(),
            identified: IdentifiedBy::Papers,
            case_id: CaseId(Uuid::from_u128(2)),
            dwelling_id: DwellingId(Uuid::from_u128(3)),
            from: None,
            to: None,
            words: "Tout ce que vous avez sur moi".to_owned(),
            recorded: act(),
            assembled: None,
            answered: None,
        }
    }

    #[test]
    fn it_says_who_asks_what_and_when() {
        let today = day("2026-11-23");
        let checked = |change: fn(&mut PersonRequest)| {
            let mut request = request(RequestKind::Access);
            change(&mut request);
            request.checked(today).map(drop)
        };
        assert_eq!(checked(|_| {}), Ok(()));
        assert_eq!(checked(|request| request.person = " ".to_owned()), Err(PersonRequestError::Missing("person")));
        assert_eq!(checked(|request| request.words.clear()), Err(PersonRequestError::Missing("words")));
        assert_eq!(checked(|request| request.person = "x".repeat(PERSON_CHARS_MAX + 1)), Err(PersonRequestError::TooLong("person")));
        assert_eq!(checked(|request| request.received_on = day("2026-11-24")), Err(PersonRequestError::When("received_on")));
        let backwards = |request: &mut PersonRequest| (request.from, request.to) = (Some(day("2026-02-01")), Some(day("2026-01-01")));
        assert_eq!(checked(backwards), Err(PersonRequestError::When("to")));
    }

    #[test]
    fn its_clock_runs_from_the_day_it_was_received() {
        let asked = request(RequestKind::Access);
        assert_eq!((asked.public_body_due_on(), asked.due_on()), (day("2026-11-22"), day("2026-12-02")));
        assert!(!asked.is_late(day("2026-12-02")) && asked.is_late(day("2026-12-03")));
        let refused = asked.answer(act(), RequestAnswer::Refused, "Art. 59".to_owned()).unwrap();
        assert!(!refused.is_late(day("2027-01-01")));
    }

    #[test]
    fn a_file_is_put_together_before_it_is_granted_and_an_answer_is_given_once() {
        for kind in RequestKind::ALL {
            let granted = request(*kind).answer(act(), RequestAnswer::Granted, String::new());
            assert_eq!(granted.is_ok(), !kind.gives_file(), "{kind}");
            assert_eq!(request(*kind).assemble(act(), String::new()).is_ok(), kind.gives_file(), "{kind}");
            assert_eq!(request(*kind).answer(act(), RequestAnswer::Refused, " ".to_owned()), Err(PersonRequestError::Reason), "{kind}");
            assert!(request(*kind).answer(act(), RequestAnswer::Refused, "Art. 88".to_owned()).is_ok(), "a refusal needs no file");
        }
        let assembled = request(RequestKind::Access).assemble(act(), "Ce qui nomme un voisin, art. 88".to_owned()).unwrap();
        let assembled = assembled.assemble(act(), String::new()).unwrap();
        assert_eq!(assembled.clone().answer(act(), RequestAnswer::Partly, String::new()), Err(PersonRequestError::Reason));
        let answered = assembled.answer(act(), RequestAnswer::Partly, "Art. 88".to_owned()).unwrap();
        assert!(answered.opens_file());
        assert_eq!(answered.clone().assemble(act(), String::new()), Err(PersonRequestError::NotNow));
        assert_eq!(answered.answer(act(), RequestAnswer::Granted, String::new()), Err(PersonRequestError::NotNow));
        let refused = request(RequestKind::Access).answer(act(), RequestAnswer::Refused, "Art. 88".to_owned()).unwrap();
        assert!(!refused.opens_file() && !request(RequestKind::Rectification).opens_file());
    }

    #[test]
    fn nothing_in_a_csv_file_runs_as_a_formula() {
        assert_eq!(csv_line(["Porte 4", "dit « oui »", "a \"b\""]), "\"Porte 4\",\"dit « oui »\",\"a \"\"b\"\"\"\r\n");
        for text in ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n", "＝1", "|cmd", "%0"] {
            assert!(csv_line([text]).starts_with("\"'"), "{text:?}");
        }
        assert_eq!(csv_line(["", "2026-11-02", "12"]), "\"\",\"2026-11-02\",\"12\"\r\n");
    }
}
