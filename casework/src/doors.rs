//! Two doors on the sheet that are one on the wall: what is proposed, what people decided, and what becomes of both.
//!
//! Two phones without a network may each add « app. 4 » and « App 4 ». A person says whether they are one; the decision can be taken back at any time, since
//! what was sent under either name is kept as it was sent.

use std::borrow::Cow;

use inspection_grid::{DwellingOutcome, Place};

use crate::{
    ids::DwellingId,
    wire::v1::{Change, Door, DoorNote, DoorPair},
};

/// Words that people write before the number of a door, longest first.
const WORDS: [&str; 14] = ["appartement", "apartment", "logement", "unité", "unite", "porte", "suite", "appt", "unit", "app", "apt", "log", "no", "nº"];

/// The label without what changes from hand to hand: « app. 4 », « App 4 », « #04 » and « 4 » are one. Empty when nothing is left.
pub fn bare_label(label: &str) -> String {
    let lower = label.trim().to_lowercase();
    let number = WORDS.iter().find_map(|word| lower.strip_prefix(word).filter(|rest| !rest.starts_with(char::is_alphabetic))).unwrap_or(&lower);
    let letters: String = number.chars().filter(|character| character.is_alphanumeric()).collect();
    let without_zeros = letters.trim_start_matches('0');
    if without_zeros.starts_with(|character: char| character.is_ascii_digit()) { without_zeros.to_owned() } else { letters }
}

/// The door that stands for this one: itself, unless it was united with another.
pub fn kept_for(pairs: &[DoorPair], door: DwellingId) -> DwellingId {
    let mut at = door;
    // Each step follows one decision: there are no more steps than decisions, whatever was stored.
    for _ in pairs {
        match pairs.iter().find(|pair| pair.same && pair.gone == at) {
            Some(pair) => at = pair.kept,
            None => break,
        }
    }
    at
}

/// Pairs of doors that look like one and of which nobody decided, in the order of the doors.
pub fn proposals<'doors>(doors: &'doors [Door], pairs: &[DoorPair]) -> Vec<(&'doors Door, &'doors Door)> {
    let standing: Vec<(&Door, String)> =
        doors.iter().filter(|door| kept_for(pairs, door.dwelling_id) == door.dwelling_id).map(|door| (door, bare_label(&door.label))).collect();
    let apart = |one: &Door, other: &Door| pairs.iter().any(|pair| !pair.same && pair.is_of(one.dwelling_id, other.dwelling_id));
    let mut proposed = Vec::new();
    for (position, (one, bare)) in standing.iter().enumerate().filter(|(_, (_, bare))| !bare.is_empty()) {
        let others = standing[position + 1..].iter().filter(|(other, label)| label == bare && !apart(one, other));
        proposed.extend(others.map(|(other, _)| (*one, *other)));
    }
    proposed
}

/// What is known once somebody decided that `gone` is `kept` (`same`), or that they are two doors. Deciding twice changes nothing more.
pub fn decide(pairs: &[DoorPair], decision: DoorPair) -> Vec<DoorPair> {
    let mut pairs = pairs.to_vec();
    if decision.same {
        let (gone, kept) = (kept_for(&pairs, decision.gone), kept_for(&pairs, decision.kept));
        if gone != kept {
            pairs.retain(|pair| !pair.is_of(gone, kept));
            pairs.push(DoorPair { gone, kept, same: true });
        }
        return pairs;
    }
    pairs.retain(|pair| !pair.is_of(decision.gone, decision.kept));
    // United through a third door: the first that goes by another name has its own again, and the other as well if its name led through it.
    for door in [decision.gone, decision.kept] {
        if kept_for(&pairs, decision.gone) == kept_for(&pairs, decision.kept) {
            pairs.retain(|pair| !(pair.same && pair.gone == door));
        }
    }
    pairs.push(decision);
    pairs
}

/// The decision that a change brings, if it brings one.
pub fn decision(change: &Change) -> Option<DoorPair> {
    match *change {
        Change::DoorsMerged { gone, kept } => Some(DoorPair { gone, kept, same: true }),
        Change::DoorsKeptApart { door, other } => Some(DoorPair { gone: door, kept: other, same: false }),
        _ => None,
    }
}

/// The change that says a decision.
pub fn change(decision: DoorPair) -> Change {
    let DoorPair { gone, kept, same } = decision;
    if same { Change::DoorsMerged { gone, kept } } else { Change::DoorsKeptApart { door: gone, other: kept } }
}

/// The change as it is about the doors that stand.
pub fn at_kept(change: &Change, kept: impl Fn(DwellingId) -> DwellingId) -> Cow<'_, Change> {
    let mut moved = change.clone();
    match &mut moved {
        Change::Answered { place, .. } | Change::Noted { place, .. } | Change::PhotoTaken { place, .. } | Change::EscalationRaised { place, .. } => {
            *place = place_at(place, kept);
        }
        Change::DwellingOutcome { dwelling_id, .. } | Change::OutcomeWithdrawn { dwelling_id } | Change::DoorNoted { dwelling_id, .. } => {
            *dwelling_id = kept(*dwelling_id);
        }
        // A door that is added is the one that was seen.
        Change::DwellingAdded { .. }
        | Change::DoorsMerged { .. }
        | Change::DoorsKeptApart { .. }
        | Change::VisitStarted { .. }
        | Change::VisitEndMoved { .. }
        | Change::VisitPaused
        | Change::VisitResumed { .. }
        | Change::GridMoved { .. }
        | Change::VisitFinished
        | Change::PhotoRemoved { .. }
        | Change::PhotoRestored { .. }
        | Change::PhotoMarked { .. } => return Cow::Borrowed(change),
    }
    Cow::Owned(moved)
}

/// The place as it is about the doors that stand.
pub fn place_at(place: &Place, kept: impl Fn(DwellingId) -> DwellingId) -> Place {
    match place {
        Place::Dwelling(id) => id.parse().map_or_else(|_| place.clone(), |id| Place::Dwelling(kept(id).to_string())),
        Place::Exterior | Place::Common => place.clone(),
    }
}

/// What came of knocking at a door that had two names: somebody let us in if they did under one of them, and a refusal is never lost to an absence.
pub fn unite_outcomes(one: DwellingOutcome, other: DwellingOutcome) -> DwellingOutcome {
    let says = |outcome: DwellingOutcome| match outcome {
        DwellingOutcome::Visited => 3,
        DwellingOutcome::Refused => 2,
        DwellingOutcome::Vacant => 1,
        DwellingOutcome::Absent => 0,
    };
    if says(other) > says(one) { other } else { one }
}

/// Both notes, the kept door's first; one that says what the other says already is not repeated.
pub fn unite_notes(kept: &str, gone: &str) -> String {
    match (kept.trim(), gone.trim()) {
        (kept, gone) if kept.contains(gone) => kept.to_owned(),
        (kept, gone) if gone.contains(kept) => gone.to_owned(),
        (kept, gone) => format!("{kept}\n{gone}"),
    }
}

/// What the next knock should know, of what was noted under both names.
pub fn unite_door_notes(kept: DoorNote, gone: DoorNote) -> DoorNote {
    DoorNote { come_back: kept.come_back || gone.come_back, language: kept.language.or(gone.language) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: u128) -> DwellingId {
        DwellingId(uuid::Uuid::from_u128(number))
    }

    fn door(number: u128, label: &str) -> Door {
        Door { dwelling_id: id(number), label: label.to_owned(), floor: 1 }
    }

    fn pair(gone: u128, kept: u128, same: bool) -> DoorPair {
        DoorPair { gone: id(gone), kept: id(kept), same }
    }

    #[test]
    fn labels_from_two_hands_are_one_door() {
        for label in ["app. 4", "App 4", "APP.4", "#4", "4", " 04", "Appartement 4", "apt. 4", "logement 4", "Nº 4", "porte 4"] {
            assert_eq!(bare_label(label), "4", "{label}");
        }
        for (label, bare) in [("4A", "4a"), ("app. 4-A", "4a"), ("SS-1", "ss1"), ("Nord", "nord"), ("0", "0"), ("app", ""), ("", ""), ("Apple", "apple")] {
            assert_eq!(bare_label(label), bare, "{label}");
        }
    }

    #[test]
    fn only_undecided_doors_that_look_alike_are_proposed() {
        let doors = [door(1, "app. 4"), door(2, "5"), door(3, "App 4"), door(4, "#4"), door(5, "app")];
        let found = |pairs: &[DoorPair]| proposals(&doors, pairs).into_iter().map(|(one, other)| (one.dwelling_id, other.dwelling_id)).collect::<Vec<_>>();
        assert_eq!(found(&[]), [(id(1), id(3)), (id(1), id(4)), (id(3), id(4))]);
        assert_eq!(found(&[pair(3, 1, true)]), [(id(1), id(4))]);
        assert_eq!(found(&[pair(4, 1, false)]), [(id(1), id(3)), (id(3), id(4))]);
        assert_eq!(proposals(&[door(1, "app"), door(2, "App")], &[]), [], "words alone are no label");
    }

    #[test]
    fn a_decision_can_be_taken_back_and_taken_again() {
        let united = decide(&[], pair(2, 1, true));
        assert_eq!(kept_for(&united, id(2)), id(1));
        assert_eq!(decide(&united, pair(2, 1, true)), united, "twice is once");
        let parted = decide(&united, pair(2, 1, false));
        assert_eq!(kept_for(&parted, id(2)), id(2));
        let again = decide(&parted, pair(1, 2, true));
        assert_eq!((kept_for(&again, id(1)), kept_for(&again, id(2))), (id(2), id(2)));
    }

    #[test]
    fn a_decision_is_what_its_change_says() {
        for pair in [pair(2, 1, true), pair(2, 1, false)] {
            assert_eq!(decision(&change(pair)), Some(pair));
        }
        assert_eq!(decision(&Change::VisitFinished), None);
    }

    #[test]
    fn three_doors_follow_each_other_and_part_one_by_one() {
        let pairs = decide(&decide(&[], pair(1, 2, true)), pair(2, 3, true));
        assert_eq!([1, 2, 3].map(|door| kept_for(&pairs, id(door))), [id(3); 3]);
        let parted = decide(&pairs, pair(1, 3, false));
        assert_eq!([1, 2, 3].map(|door| kept_for(&parted, id(door))), [id(1), id(3), id(3)]);
    }

    #[test]
    fn a_door_that_let_us_in_was_visited_and_no_note_is_lost() {
        use DwellingOutcome::{Absent, Refused, Vacant, Visited};
        for (one, other, united) in [(Absent, Visited, Visited), (Visited, Absent, Visited), (Absent, Refused, Refused), (Vacant, Absent, Vacant)] {
            assert_eq!(unite_outcomes(one, other), united);
        }
        for (kept, gone, united) in
            [("fuite", "moisi", "fuite\nmoisi"), ("", "moisi", "moisi"), ("fuite", "", "fuite"), ("fuite au plafond", "fuite", "fuite au plafond")]
        {
            assert_eq!(unite_notes(kept, gone), united);
        }
    }

    proptest! {
        /// Whatever is decided in whatever order, each door has one that stands for it, and which stands for itself.
        #[test]
        fn decisions_never_go_in_circles(decisions in proptest::collection::vec((0_u128..5, 0_u128..5, any::<bool>()), 0..30)) {
            let mut pairs = Vec::new();
            for (gone, kept, same) in decisions.into_iter().filter(|(gone, kept, _)| gone != kept) {
                pairs = decide(&pairs, pair(gone, kept, same));
                prop_assert_eq!(kept_for(&pairs, id(gone)) == kept_for(&pairs, id(kept)), same);
            }
            for door in 0..5 {
                let kept = kept_for(&pairs, id(door));
                prop_assert_eq!(kept_for(&pairs, kept), kept);
                prop_assert!(pairs.iter().filter(|pair| pair.same && pair.gone == id(door)).count() <= 1);
            }
        }
    }
}
