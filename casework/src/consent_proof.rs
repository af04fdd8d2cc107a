//! The proof of a consent: what was drawn on the screen, a name typed before a witness, or the photo of a paper.
//!
//! It proves, and opens nothing: what opens is the consent. Who may read it is [`crate::permission::may_read_consent_proof`]; a recipient never does.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::{
    case::coded_enum,
    consent::{ConsentAnswer, ConsentManner},
};

/// The pad that a signature is drawn on, in its own units: points outside of it are none of ours.
pub const PAD_WIDTH: u16 = 600;
pub const PAD_HEIGHT: u16 = 300;
pub const STROKES_MAX: usize = 64;
/// Of all the strokes together.
pub const POINTS_MAX: usize = 2_000;
/// What a pen must have gone, in units of the pad: a tap by mistake is no signature.
pub const INK_MIN: u32 = 60;
/// Of a name typed, and of who was there.
pub const NAME_CHARS_MAX: usize = 120;
/// Bytes of the photo of a paper, as received.
pub const PAPER_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Where a pen was: from the left and from the top of the pad.
pub type PenPoint = [u16; 2];

coded_enum! {
    /// Which proof there is.
    ProofKind {
        /// Drawn on the screen.
        Signature = "signature",
        /// A name typed before a witness, by who cannot or would rather not draw.
        Typed = "typed",
        /// The photo of a signed paper.
        Paper = "paper",
    }
}

/// A proof. JSON tag: `kind`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConsentProof {
    Signature {
        /// Each as the pen went, from where it touched to where it rose.
        strokes: Vec<Vec<PenPoint>>,
    },
    Typed {
        /// The person's own, as they typed it.
        name: String,
        in_presence_of: String,
    },
    Paper {
        /// Of the file as it was received; a copy of it without metadata is kept.
        sha256: String,
    },
}

/// Why a proof is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("a consent that was signed shows its signature, and one on paper its photo")]
    Missing,
    #[error("this is no proof of a consent given that way")]
    OtherManner,
    #[error("a signature is 1 to {STROKES_MAX} strokes of at most {POINTS_MAX} points, on the pad")]
    Strokes,
    #[error("this is hardly more than a tap")]
    TooLittleInk,
    #[error("a typed name goes with who was there")]
    Name,
    #[error("a name is at most {NAME_CHARS_MAX} characters")]
    NameTooLong,
}

impl ConsentProof {
    pub const fn kind(&self) -> ProofKind {
        match self {
            Self::Signature { .. } => ProofKind::Signature,
            Self::Typed { .. } => ProofKind::Typed,
            Self::Paper { .. } => ProofKind::Paper,
        }
    }

    /// Whether it can be kept.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn checked(self) -> Result<Self, ProofError> {
        match &self {
            Self::Signature { strokes } => check_strokes(strokes)?,
            Self::Typed { name, in_presence_of } => {
                let names = [name, in_presence_of];
                if names.iter().any(|name| name.trim().is_empty()) {
                    return Err(ProofError::Name);
                }
                if names.iter().any(|name| name.chars().count() > NAME_CHARS_MAX) {
                    return Err(ProofError::NameTooLong);
                }
            }
            Self::Paper { .. } => {}
        }
        Ok(self)
    }
}

/// Whether this answer comes with the proof that its manner asks for. Nobody has to sign a refusal; what was only spoken has no proof.
///
/// # Errors
/// [`ProofError::Missing`] and [`ProofError::OtherManner`].
pub fn fits(manner: ConsentManner, answer: ConsentAnswer, proof: Option<ProofKind>) -> Result<(), ProofError> {
    match (manner, proof) {
        (ConsentManner::Signed, Some(ProofKind::Signature | ProofKind::Typed))
        | (ConsentManner::Paper, Some(ProofKind::Paper))
        | (ConsentManner::Spoken, None) => Ok(()),
        (ConsentManner::Signed | ConsentManner::Paper, None) => match answer {
            ConsentAnswer::Given => Err(ProofError::Missing),
            ConsentAnswer::Refused => Ok(()),
        },
        (_, Some(_)) => Err(ProofError::OtherManner),
    }
}

fn check_strokes(strokes: &[Vec<PenPoint>]) -> Result<(), ProofError> {
    let points: usize = strokes.iter().map(Vec::len).sum();
    let is_bounded = (1..=STROKES_MAX).contains(&strokes.len()) && points <= POINTS_MAX && strokes.iter().all(|stroke| !stroke.is_empty());
    let is_on_pad = strokes.iter().flatten().all(|[x, y]| *x <= PAD_WIDTH && *y <= PAD_HEIGHT);
    if !(is_bounded && is_on_pad) {
        return Err(ProofError::Strokes);
    }
    if ink(strokes) < INK_MIN { Err(ProofError::TooLittleInk) } else { Ok(()) }
}

/// How far the pen went while it touched, along each axis.
pub fn ink(strokes: &[Vec<PenPoint>]) -> u32 {
    let step = |pair: &[PenPoint]| u32::from(pair[0][0].abs_diff(pair[1][0])) + u32::from(pair[0][1].abs_diff(pair[1][1]));
    strokes.iter().flat_map(|stroke| stroke.windows(2).map(step)).sum()
}

/// The strokes as the path of an SVG: numbers alone, so that nothing of what was sent is ever markup.
pub fn svg_path(strokes: &[Vec<PenPoint>]) -> String {
    let mut path = String::new();
    for stroke in strokes {
        for (index, [x, y]) in stroke.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(path, "{}{x} {y}", if index == 0 { "M" } else { "L" });
        }
        if let [[x, y]] = stroke.as_slice() {
            // A dot, which a line to itself draws with round ends.
            let _ = write!(path, "L{x} {y}");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signature(strokes: &[&[PenPoint]]) -> ConsentProof {
        ConsentProof::Signature { strokes: strokes.iter().map(|stroke| stroke.to_vec()).collect() }
    }

    #[test]
    fn a_signature_is_strokes_on_the_pad_and_more_than_a_tap() {
        let long = [[10, 10], [200, 40]];
        let many: Vec<PenPoint> = (0..=u16::try_from(POINTS_MAX).unwrap_or(u16::MAX)).map(|x| [x % PAD_WIDTH, 10]).collect();
        let too_many = vec![&long[..]; STROKES_MAX + 1];
        let table = [
            (signature(&[&long]), None),
            (signature(&[&long, &[[30, 30]]]), None),
            (signature(&[]), Some(ProofError::Strokes)),
            (signature(&[&[]]), Some(ProofError::Strokes)),
            (signature(&[&long, &[]]), Some(ProofError::Strokes)),
            (signature(&[&[[0, 0], [PAD_WIDTH, PAD_HEIGHT]]]), None),
            (signature(&[&[[0, 0], [PAD_WIDTH + 1, 0]]]), Some(ProofError::Strokes)),
            (signature(&[&[[0, 0], [0, PAD_HEIGHT + 1]]]), Some(ProofError::Strokes)),
            (signature(&[&many]), Some(ProofError::Strokes)),
            (signature(&too_many), Some(ProofError::Strokes)),
            (signature(&[&[[300, 100]]]), Some(ProofError::TooLittleInk)),
            (signature(&[&[[300, 100], [303, 102]], &[[1, 1]]]), Some(ProofError::TooLittleInk)),
        ];
        for (index, (proof, wanted)) in table.into_iter().enumerate() {
            assert_eq!(proof.checked().err(), wanted, "line {index}");
        }
    }

    #[test]
    fn a_typed_name_goes_with_a_witness() {
        let typed = |name: &str, witness: &str| ConsentProof::Typed { name: name.to_owned(), in_presence_of: witness.to_owned() };
        let long = "é".repeat(NAME_CHARS_MAX);
        for (proof, wanted) in [
            (typed("Ana Ruiz", "Paul Roy"), None),
            (typed(&long, &long), None),
            (typed(" \u{a0}", "Paul Roy"), Some(ProofError::Name)),
            (typed("Ana Ruiz", ""), Some(ProofError::Name)),
            (typed(&format!("{long}é"), "Paul Roy"), Some(ProofError::NameTooLong)),
        ] {
            assert_eq!(proof.checked().err(), wanted);
        }
    }

    #[test]
    fn each_manner_has_its_proof_and_a_refusal_needs_none() {
        use ConsentAnswer::{Given, Refused};
        use ConsentManner::{Paper, Signed, Spoken};
        for answer in [Given, Refused] {
            for kind in ProofKind::ALL {
                let fitting = match kind {
                    ProofKind::Signature | ProofKind::Typed => Signed,
                    ProofKind::Paper => Paper,
                };
                for manner in [Spoken, Signed, Paper] {
                    let wanted = if manner == fitting { Ok(()) } else { Err(ProofError::OtherManner) };
                    assert_eq!(fits(manner, answer, Some(*kind)), wanted, "{manner} {kind}");
                }
            }
        }
        for (manner, answer, wanted) in [
            (Spoken, Given, Ok(())),
            (Spoken, Refused, Ok(())),
            (Signed, Given, Err(ProofError::Missing)),
            (Paper, Given, Err(ProofError::Missing)),
            (Signed, Refused, Ok(())),
            (Paper, Refused, Ok(())),
        ] {
            assert_eq!(fits(manner, answer, None), wanted, "{manner} {answer}");
        }
    }

    proptest! {
        #[test]
        fn what_is_drawn_is_numbers_and_two_letters(strokes in prop::collection::vec(prop::collection::vec([0_u16..=PAD_WIDTH, 0_u16..=PAD_HEIGHT], 0..20), 0..8)) {
            let path = svg_path(&strokes);
            prop_assert!(path.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, 'M' | 'L' | ' ')));
            prop_assert_eq!(path.matches('M').count(), strokes.iter().filter(|stroke| !stroke.is_empty()).count());
        }
    }
}
