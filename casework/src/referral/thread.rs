//! What the two sides of a referral say to each other: messages, questions that wait for an answer, and who read them.

use serde::{Deserialize, Serialize};

use super::{ReferralStage, Side};
use crate::{
    case::written,
    clock::Timestamp,
    ids::{AccountId, MessageId, OrganisationId, ReferralId},
};

/// Characters of one message.
pub const MESSAGE_CHARS_MAX: usize = 2_000;
/// Questions asked with one referral.
pub const QUESTIONS_MAX: usize = 5;

/// One message between the two sides of a referral. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub referral_id: ReferralId,
    /// The organisation that speaks.
    pub from: OrganisationId,
    pub by: AccountId,
    pub at: Timestamp,
    pub text: String,
    /// An answer is expected.
    pub asks: bool,
    /// The question of the other side that it answers.
    pub replies_to: Option<MessageId>,
}

/// Why a message cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    #[error("a message says something")]
    Empty,
    #[error("a message has at most {MESSAGE_CHARS_MAX} characters")]
    TooLong,
    #[error("only a question of the other side is answered")]
    NotAQuestion,
    #[error("nothing more is said about a referral that is not open between its two sides")]
    Closed,
}

impl Message {
    /// The message with its text trimmed, if it may be written: `stage` is the referral's, `question` what it says it answers.
    ///
    /// # Errors
    /// See [`MessageError`].
    pub fn checked(self, stage: ReferralStage, question: Option<&Self>) -> Result<Self, MessageError> {
        if !stage.carries_messages() {
            return Err(MessageError::Closed);
        }
        let text = written(&self.text).ok_or(MessageError::Empty)?;
        if text.chars().count() > MESSAGE_CHARS_MAX {
            return Err(MessageError::TooLong);
        }
        let is_answer = match (self.replies_to, question) {
            (None, _) => true,
            (Some(id), Some(question)) => question.id == id && question.referral_id == self.referral_id && question.asks && question.from != self.from,
            (Some(_), None) => false,
        };
        if is_answer { Ok(Self { text, ..self }) } else { Err(MessageError::NotAQuestion) }
    }

    /// Whether the other side has answered it.
    pub fn is_answered(&self, thread: &[Self]) -> bool {
        thread.iter().any(|message| message.replies_to == Some(self.id) && message.from != self.from)
    }
}

impl ReferralStage {
    /// Whether its two sides speak to each other. Afterwards too, once the service was given; never with one that refused.
    pub const fn carries_messages(self) -> bool {
        match self {
            Self::Sent | Self::Accepted | Self::InProgress | Self::OnHold | Self::Completed => true,
            Self::Draft | Self::Declined | Self::Withdrawn | Self::Expired => false,
        }
    }

    /// Whether a side reads a message: the sender always; the recipient what it said itself, and the rest while the referral is open to it.
    pub const fn tells_message(self, side: Side, own: bool) -> bool {
        match side {
            Side::Sender => true,
            Side::Recipient => own || self.carries_messages(),
        }
    }
}

/// How long before its deadline an unanswered referral is brought to mind: two days, or a quarter of the time given when that is shorter.
pub fn remind_at(sent_at: Timestamp, due_at: Timestamp) -> Timestamp {
    let given_ms = due_at.0 - sent_at.0;
    let before_ms = if given_ms / 4 < 2 * Timestamp::DAY_MS { given_ms / 4 } else { 2 * Timestamp::DAY_MS };
    due_at.plus_ms(-before_ms)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const BRIGADE: OrganisationId = OrganisationId(Uuid::from_u128(1));
    const CLSC: OrganisationId = OrganisationId(Uuid::from_u128(2));

    fn message(id: u128, from: OrganisationId) -> Message {
        Message {
            id: MessageId(Uuid::from_u128(id)),
            referral_id: ReferralId(Uuid::from_u128(9)),
            from,
            by: AccountId(Uuid::from_u128(7)),
            at: Timestamp(0),
            text: "Le ménage est-il suivi?".to_owned(),
            asks: false,
            replies_to: None,
        }
    }

    #[test]
    fn nothing_is_said_to_a_service_that_refused() {
        for stage in ReferralStage::ALL {
            let written = message(1, BRIGADE).checked(*stage, None);
            let refused = matches!(stage, ReferralStage::Draft | ReferralStage::Declined | ReferralStage::Withdrawn | ReferralStage::Expired);
            assert_eq!(written.err(), refused.then_some(MessageError::Closed), "{stage}");
            assert_eq!(stage.tells_message(Side::Recipient, false), !refused, "{stage}");
            assert!(stage.tells_message(Side::Recipient, true) && stage.tells_message(Side::Sender, false), "{stage}");
        }
    }

    #[test]
    fn a_message_says_something_and_not_too_much() {
        let said = |text: &str| Message { text: text.to_owned(), ..message(1, BRIGADE) }.checked(ReferralStage::Sent, None).map(|message| message.text);
        assert_eq!(said(" \n"), Err(MessageError::Empty));
        assert_eq!(said(&"é".repeat(MESSAGE_CHARS_MAX)).map(|text| text.chars().count()), Ok(MESSAGE_CHARS_MAX));
        assert_eq!(said(&"é".repeat(MESSAGE_CHARS_MAX + 1)), Err(MessageError::TooLong));
        assert_eq!(said("  oui\n"), Ok("oui".to_owned()));
    }

    #[test]
    fn only_a_question_of_the_other_side_is_answered() {
        let question = Message { asks: true, ..message(1, BRIGADE) };
        let reply = |from, to: &Message| Message { replies_to: Some(to.id), ..message(2, from) };
        let answer = reply(CLSC, &question).checked(ReferralStage::Sent, Some(&question));
        assert!(answer.is_ok());
        let no = Err(MessageError::NotAQuestion);
        assert_eq!(reply(BRIGADE, &question).checked(ReferralStage::Sent, Some(&question)), no, "one’s own question");
        assert_eq!(reply(CLSC, &question).checked(ReferralStage::Sent, None), no, "a question that is not there");
        let statement = message(1, BRIGADE);
        assert_eq!(reply(CLSC, &statement).checked(ReferralStage::Sent, Some(&statement)), no, "not a question");
        let elsewhere = Message { referral_id: ReferralId(Uuid::from_u128(8)), ..question.clone() };
        assert_eq!(reply(CLSC, &elsewhere).checked(ReferralStage::Sent, Some(&elsewhere)), no, "a question of another referral");
        assert!(!question.is_answered(&[question.clone(), message(3, CLSC)]));
        assert!(question.is_answered(&[answer.expect("an answer"), question.clone()]));
    }

    #[test]
    fn a_reminder_comes_two_days_before_the_deadline_or_in_the_last_quarter() {
        let day = Timestamp::DAY_MS;
        for (given_days, before_ms) in [(1, day / 4), (4, day), (8, 2 * day), (90, 2 * day)] {
            let due = Timestamp(given_days * day);
            assert_eq!(remind_at(Timestamp(0), due), due.plus_ms(-before_ms), "{given_days} days");
        }
    }
}
