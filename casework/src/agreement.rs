//! Agreements with partners (ententes): what a body is to receive, what for, from when to when.
//!
//! By law it is the consent of the person that permits sharing what concerns them, or a danger on its legal ground ([`crate::emergency_share`]). An agreement
//! permits nothing by itself and forbids nothing that was consented to: it frames. What goes without one is said before it goes, and in the history.

use serde::{Deserialize, Serialize};

use crate::{
    case::coded_enum,
    permission::{Grants, Section},
    referral::Day,
};

pub const PURPOSE_CHARS_MAX: usize = 2_000;
pub const TERMS_CHARS_MAX: usize = 500;
/// Days of notice to end it, or to say that it goes on.
pub const NOTICE_DAYS_MAX: u16 = 365;
/// Days before its decision is due that it is shown to who keeps it.
pub const REMIND_DAYS_MAX: u16 = 365;

/// In a referral’s history, before the sections (their codes, with spaces between): sent outside what the standing agreement frames.
pub const OUTSIDE_AGREEMENT: &str = "outside_agreement";
/// In a referral’s history, before the sections: sent without any standing agreement.
pub const NO_AGREEMENT: &str = "no_agreement";

coded_enum! {
    /// Where an agreement stands on a day.
    AgreementState {
        Upcoming = "upcoming",
        Standing = "standing",
        /// It stands, and its end comes near.
        ToRenew = "to_renew",
        /// Its end has passed, and nobody said what becomes of it.
        Lapsed = "lapsed",
        /// It was ended.
        Ended = "ended",
    }
}

coded_enum! {
    /// What the standing agreements with a body say of a section.
    Frame {
        Within = "within",
        Outside = "outside",
        /// No agreement stands.
        Absent = "absent",
    }
}

coded_enum! {
    /// What permits sharing what concerns a person.
    Permit { Consent = "consent", Danger = "danger" }
}

coded_enum! {
    /// Whether a section goes, and what is said of it.
    Passage {
        /// It goes within an agreement.
        Framed = "framed",
        /// It goes, and needs no agreement: it says nothing of anybody, and nothing else was agreed.
        Free = "free",
        /// It goes, and it is written that no agreement frames it.
        Unframed = "unframed",
        /// It goes because of a danger, whatever was agreed.
        InDanger = "in_danger",
        /// It does not go: no agreement stands for a person’s consent.
        Refused = "refused",
    }
}

/// One version of what was agreed with a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agreement {
    pub purpose: String,
    /// What the body may receive.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Section>))]
    pub sections: Grants,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub from: Day,
    /// Its last day; none when it has no term.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub until: Option<Day>,
    pub notice_days: u16,
    pub remind_days: u16,
    /// Where the signed text is kept, under which number.
    pub terms: String,
    /// It frames nothing from this day on.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub ended_on: Option<Day>,
}

/// What keeps an agreement out of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgreementError {
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} is too long")]
    TooLong(&'static str),
    #[error("{0} is not possible")]
    Impossible(&'static str),
}

impl Agreement {
    /// Whether it can be kept; texts come trimmed.
    ///
    /// # Errors
    /// The first field that is missing, too long or impossible.
    pub fn checked(self) -> Result<Self, AgreementError> {
        if self.purpose.is_empty() {
            return Err(AgreementError::Missing("purpose"));
        }
        if self.purpose.chars().count() > PURPOSE_CHARS_MAX {
            return Err(AgreementError::TooLong("purpose"));
        }
        if self.terms.chars().count() > TERMS_CHARS_MAX {
            return Err(AgreementError::TooLong("terms"));
        }
        if self.sections.is_empty() {
            return Err(AgreementError::Missing("sections"));
        }
        if self.until.is_some_and(|until| until < self.from) {
            return Err(AgreementError::Impossible("until"));
        }
        if self.ended_on.is_some_and(|ended| ended < self.from) {
            return Err(AgreementError::Impossible("ended_on"));
        }
        if self.notice_days > NOTICE_DAYS_MAX {
            return Err(AgreementError::Impossible("notice_days"));
        }
        if !(1..=REMIND_DAYS_MAX).contains(&self.remind_days) {
            return Err(AgreementError::Impossible("remind_days"));
        }
        Ok(self)
    }

    /// The day by which somebody says what becomes of it: its end, less its notice.
    pub fn decide_by(&self) -> Option<Day> {
        self.until.map(|until| until.minus_days(self.notice_days))
    }

    /// The day from which it is shown to who keeps it.
    pub fn remind_from(&self) -> Option<Day> {
        self.decide_by().map(|day| day.minus_days(self.remind_days))
    }

    pub fn state(&self, today: Day) -> AgreementState {
        if self.ended_on.is_some_and(|ended| ended <= today) {
            return AgreementState::Ended;
        }
        if today < self.from {
            return AgreementState::Upcoming;
        }
        match (self.until, self.remind_from()) {
            (Some(until), _) if until < today => AgreementState::Lapsed,
            (_, Some(from)) if from <= today => AgreementState::ToRenew,
            _ => AgreementState::Standing,
        }
    }

    /// Whether it frames anything on this day.
    pub fn stands(&self, today: Day) -> bool {
        self.state(today).stands()
    }
}

impl AgreementState {
    pub const fn stands(self) -> bool {
        match self {
            Self::Standing | Self::ToRenew => true,
            Self::Upcoming | Self::Lapsed | Self::Ended => false,
        }
    }

    /// Whether somebody has to say what becomes of it.
    pub const fn awaits(self) -> bool {
        match self {
            Self::ToRenew | Self::Lapsed => true,
            Self::Upcoming | Self::Standing | Self::Ended => false,
        }
    }
}

/// What the agreements with a body say of a section on this day.
pub fn frame(agreements: &[Agreement], section: Section, today: Day) -> Frame {
    let standing: Vec<&Agreement> = agreements.iter().filter(|agreement| agreement.stands(today)).collect();
    if standing.is_empty() {
        return Frame::Absent;
    }
    if standing.iter().any(|agreement| agreement.sections.contains(section)) { Frame::Within } else { Frame::Outside }
}

/// Whether a section goes to a body: the whole rule. Consent permits, a danger permits, an agreement only frames; what is the brigade’s own never goes. Without
/// any agreement, what says nothing of anybody is not remarked upon; once there is one, all that it leaves out is.
pub const fn passage(section: Section, permit: Option<Permit>, frame: Frame) -> Passage {
    if matches!(section, Section::Internal) || (section.needs_consent() && permit.is_none()) {
        return Passage::Refused;
    }
    match (permit, frame) {
        (Some(Permit::Danger), _) => Passage::InDanger,
        (Some(Permit::Consent) | None, Frame::Within) => Passage::Framed,
        (Some(Permit::Consent) | None, Frame::Absent) if !is_personal(section) => Passage::Free,
        (Some(Permit::Consent) | None, Frame::Outside | Frame::Absent) => Passage::Unframed,
    }
}

/// Whether it says something of somebody: of the people of a dwelling, or of the owner.
const fn is_personal(section: Section) -> bool {
    section.needs_consent() || matches!(section, Section::Owner)
}

/// What a referral shares that no agreement frames, given what goes because of a danger; every other section of people goes under a consent.
pub fn unframed(agreements: &[Agreement], shared: Grants, in_danger: Grants, today: Day) -> Grants {
    let goes_unframed = |section: &Section| {
        let permit = if in_danger.contains(*section) { Permit::Danger } else { Permit::Consent };
        passage(*section, Some(permit), frame(agreements, *section, today)) == Passage::Unframed
    };
    Grants::of(shared.sections().into_iter().filter(goes_unframed)).unwrap_or_default()
}

/// The line of a referral’s history for what went unframed; none when all was.
pub fn history_line(agreements: &[Agreement], unframed: Grants, today: Day) -> Option<String> {
    if unframed.is_empty() {
        return None;
    }
    let head = if agreements.iter().any(|agreement| agreement.stands(today)) { OUTSIDE_AGREEMENT } else { NO_AGREEMENT };
    let codes: Vec<&str> = unframed.sections().into_iter().map(Section::code).collect();
    Some(format!("{head} : {}", codes.join(" ")))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step is a failed test")]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn grants(sections: &[Section]) -> Grants {
        Grants::of(sections.iter().copied()).unwrap()
    }

    fn agreement() -> Agreement {
        Agreement {
            purpose: "Inspection à la demande de la brigade".to_owned(),
            sections: grants(&[Section::Building, Section::Psychosocial]),
            from: day("2026-01-01"),
            until: Some(day("2026-12-31")),
            notice_days: 30,
            remind_days: 60,
            terms: String::new(),
            ended_on: None,
        }
    }

    #[test]
    fn an_agreement_stands_from_its_first_day_to_its_last_and_asks_for_a_decision_before() {
        let terms = agreement();
        assert_eq!((terms.decide_by(), terms.remind_from()), (Some(day("2026-12-01")), Some(day("2026-10-02"))));
        let ended = Agreement { ended_on: Some(day("2026-06-01")), ..agreement() };
        let endless = Agreement { until: None, ..agreement() };
        let table = [
            (&terms, "2025-12-31", AgreementState::Upcoming),
            (&terms, "2026-01-01", AgreementState::Standing),
            (&terms, "2026-10-01", AgreementState::Standing),
            (&terms, "2026-10-02", AgreementState::ToRenew),
            (&terms, "2026-12-31", AgreementState::ToRenew),
            (&terms, "2027-01-01", AgreementState::Lapsed),
            (&ended, "2026-05-31", AgreementState::Standing),
            (&ended, "2026-06-01", AgreementState::Ended),
            (&ended, "2027-06-01", AgreementState::Ended),
            (&endless, "2036-06-01", AgreementState::Standing),
        ];
        for (agreement, today, state) in table {
            assert_eq!(agreement.state(day(today)), state, "{today}");
            assert_eq!(agreement.stands(day(today)), matches!(state, AgreementState::Standing | AgreementState::ToRenew), "{today}");
            assert_eq!(state.awaits(), matches!(state, AgreementState::ToRenew | AgreementState::Lapsed), "{today}");
        }
    }

    /// Each section, under each permit, in each frame: what is of people goes by consent or by danger alone, whatever was agreed; nothing else is stopped.
    #[test]
    fn consent_permits_and_an_agreement_only_frames() {
        use Passage::{Framed, Free, InDanger, Refused, Unframed};
        // By permit (none, consent, danger), then by frame (within, outside, absent).
        let of_people = [[Refused, Refused, Refused], [Framed, Unframed, Unframed], [InDanger, InDanger, InDanger]];
        let of_building = [[Framed, Unframed, Free], [Framed, Unframed, Free], [InDanger, InDanger, InDanger]];
        let of_owner = [[Framed, Unframed, Unframed], [Framed, Unframed, Unframed], [InDanger, InDanger, InDanger]];
        let never = [[Refused; 3]; 3];
        let table = [
            (Section::Existence, of_building),
            (Section::Building, of_building),
            (Section::Dwelling, of_building),
            (Section::Household, of_people),
            (Section::Psychosocial, of_people),
            (Section::Contact, of_people),
            (Section::Owner, of_owner),
            (Section::Internal, never),
        ];
        assert_eq!(table.len(), Section::ALL.len());
        for (section, expected) in table {
            for (permit, line) in [None, Some(Permit::Consent), Some(Permit::Danger)].into_iter().zip(expected) {
                for (frame, passage_expected) in Frame::ALL.iter().zip(line) {
                    assert_eq!(passage(section, permit, *frame), passage_expected, "{section} {permit:?} {frame}");
                }
            }
        }
    }

    #[test]
    fn several_agreements_frame_together_and_those_that_do_not_stand_frame_nothing() {
        let today = day("2026-11-23");
        let second = Agreement { sections: grants(&[Section::Contact]), ..agreement() };
        let lapsed = Agreement { sections: grants(&[Section::Owner]), until: Some(day("2026-11-22")), ..agreement() };
        let table: &[(&[Agreement], Section, Frame)] = &[
            (&[], Section::Building, Frame::Absent),
            (std::slice::from_ref(&lapsed), Section::Owner, Frame::Absent),
            (&[agreement(), lapsed.clone()], Section::Owner, Frame::Outside),
            (&[agreement(), second.clone()], Section::Contact, Frame::Within),
            (&[agreement(), second], Section::Building, Frame::Within),
            (&[agreement()], Section::Household, Frame::Outside),
        ];
        for (agreements, section, expected) in table {
            assert_eq!(frame(agreements, *section, today), *expected, "{section}");
        }
        let shared = grants(&[Section::Building, Section::Household, Section::Contact]);
        let left = unframed(&[agreement()], shared, grants(&[Section::Contact]), today);
        assert_eq!(left, grants(&[Section::Household]), "what goes because of a danger is not measured against an agreement");
        assert_eq!(history_line(&[agreement()], left, today).as_deref(), Some("outside_agreement : household"));
        let left = unframed(std::slice::from_ref(&lapsed), shared, Grants::NONE, today);
        assert_eq!(left, grants(&[Section::Household, Section::Contact]), "without an agreement, what says nothing of anybody is not remarked upon");
        assert_eq!(history_line(&[lapsed], left, today).as_deref(), Some("no_agreement : household contact"));
        assert_eq!(history_line(&[agreement()], Grants::NONE, today), None);
    }

    #[test]
    fn an_agreement_says_what_for_what_and_when() {
        use AgreementError::{Impossible, Missing, TooLong};
        type Change = fn(&mut Agreement);
        let table: &[(Change, Option<AgreementError>)] = &[
            (|_| {}, None),
            (|terms| terms.until = None, None),
            (|terms| terms.purpose.clear(), Some(Missing("purpose"))),
            (|terms| terms.purpose = "é".repeat(PURPOSE_CHARS_MAX + 1), Some(TooLong("purpose"))),
            (|terms| terms.terms = "é".repeat(TERMS_CHARS_MAX + 1), Some(TooLong("terms"))),
            (|terms| terms.sections = Grants::NONE, Some(Missing("sections"))),
            (|terms| terms.until = Some(day("2025-12-31")), Some(Impossible("until"))),
            (|terms| terms.ended_on = Some(day("2025-12-31")), Some(Impossible("ended_on"))),
            (|terms| terms.notice_days = NOTICE_DAYS_MAX + 1, Some(Impossible("notice_days"))),
            (|terms| terms.remind_days = 0, Some(Impossible("remind_days"))),
        ];
        for (place, (change, error)) in table.iter().enumerate() {
            let mut changed = agreement();
            change(&mut changed);
            assert_eq!(changed.checked().err(), *error, "line {place}");
        }
    }
}
