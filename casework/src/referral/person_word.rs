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

impl Referral {
    /// What the person answered last.
    pub fn last_word(&self) -> Option<&PersonWord> {
        self.person_words.last()
    }

    /// Their own words, the last that this side heard and of which somebody may read.
    pub fn words_heard_by(&self, side: Side, may_read: impl Fn(&PersonWord) -> bool) -> Option<&str> {
        self.person_words.iter().rev().filter(|word| word.heard_by == side && may_read(word)).find_map(|word| word.words.as_deref())
    }

    /// Keeps what the person said once the service was given. Asked again later, what they say is added: nobody erases what was heard before.
    ///
    /// # Errors
    /// [`TransitionError::NotGivenYet`] unless completed.
    pub fn hear(self, helped: Helped, words: &str, heard_by: Side, heard: Act) -> Result<Self, TransitionError> {
        if self.stage() != ReferralStage::Completed {
            return Err(TransitionError::NotGivenYet { stage: self.stage() });
        }
        let mut person_words = self.person_words;
        person_words.push(PersonWord { helped, words: written(words), heard_by, heard });
        Ok(Self { person_words, revision: self.revision + 1, ..self })
    }
}
