//! What the person says of the help that a referral brought.

use serde::{Deserialize, Serialize};

use super::{Referral, ReferralStage, Side, TransitionError};
use crate::case::{Act, coded_enum, written};

/// Characters of a person's own words.
pub const PERSON_WORDS_CHARS_MAX: usize = 1_000;
/// How a referral's history says that the person was heard; followed by a [`Helped`] code.
pub const PERSON_HEARD: &str = "person_heard";
/// How a referral's history says that its recipient was reminded of the deadline.
pub const REMINDED: &str = "reminded";

coded_enum! {
    /// Did it help, in the person's own judgement.
    Helped { Yes = "yes", Partly = "partly", No = "no" }
}

/// What the person said of it. Their words are read by the side that heard them; the other is told the answer alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonWord {
    pub helped: Helped,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Which side asked them.
    pub heard_by: Side,
    pub heard: Act,
}

impl PersonWord {
    /// Their words, as far as a side reads them.
    pub fn words_told_to(&self, side: Side) -> Option<&str> {
        self.words.as_deref().filter(|_| self.heard_by == side)
    }
}

impl Referral {
    /// Keeps what the person said once the service was given. Asked again later, what they say last stands; the history keeps each.
    ///
    /// # Errors
    /// [`TransitionError::NotGivenYet`] unless completed.
    pub fn hear(self, helped: Helped, words: &str, heard_by: Side, heard: Act) -> Result<Self, TransitionError> {
        if self.stage() != ReferralStage::Completed {
            return Err(TransitionError::NotGivenYet { stage: self.stage() });
        }
        let person_word = Some(PersonWord { helped, words: written(words), heard_by, heard });
        Ok(Self { person_word, revision: self.revision + 1, ..self })
    }
}
