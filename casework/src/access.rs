//! The access journal: who read what of whom, in a chain that a changed line betrays.
//!
//! Each line carries a seal, the digest of the seal before it and of its own canonical form. The place of a line is not in its canonical form: lines are
//! counted from 1 without a gap and each names the one before it, so its place follows from them, and what happened to the chain (a line changed, taken out,
//! put in) can be told from what it broke. Whoever can write the whole database can seal a whole new chain: heads that were noted elsewhere (the page shows
//! the head, the program's log says it) betray that too.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write,
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    case::coded_enum,
    clock::Timestamp,
    ids::{AccessId, AccountId, CaseId, OrganisationId},
    permission::Section,
};

coded_enum! {
    /// What was read.
    AccessSubject {
        Case = "case",
        Referral = "referral",
        /// The sheet of a building, on a phone.
        Building = "building",
        Photo = "photo",
        /// This journal.
        Journal = "journal",
        /// The file of a person who asked for it.
        PersonFile = "person_file",
        /// The proof of a consent.
        ConsentProof = "consent_proof",
        /// The emergency cell's board.
        Board = "board",
        /// The case map.
        Map = "map",
        /// The list of what was shared without consent.
        EmergencyShares = "emergency_shares",
        /// The register of requests of persons.
        PersonRequests = "person_requests",
    }
}

coded_enum! {
    /// Through which door.
    AccessDoor {
        Page = "page",
        Api = "api",
        /// A line of a list that says something of people.
        List = "list",
        /// A phone that pulls its round.
        Pull = "pull",
        Photo = "photo",
        /// A photo as it was received, with what its file tells.
        Original = "original",
        Export = "export",
    }
}

/// One reading. Ids and codes only: the journal says nothing of what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessEntry {
    pub id: AccessId,
    pub at: Timestamp,
    pub account_id: AccountId,
    pub organisation_id: OrganisationId,
    pub subject: AccessSubject,
    /// Of a search of the journal: whom or which case it was about, if it was about one.
    pub subject_id: Option<Uuid>,
    /// The case it belongs to.
    pub case_id: Option<CaseId>,
    pub door: AccessDoor,
    /// What the answer held, not all that the reader may read.
    pub sections: BTreeSet<Section>,
    /// Of a list that was shown as a whole: how many rows told something of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
}

/// A door as a line keeps it: its code, and after a colon how many rows of a list were shown. One field for both, so that lines of before are sealed over the
/// same fields as those of today.
fn door_column(door: AccessDoor, rows: Option<u32>) -> String {
    rows.map_or_else(|| door.code().to_owned(), |rows| format!("{door}:{rows}"))
}

/// The door of a stored line, and how many rows it showed.
///
/// # Errors
/// The code that is none.
pub fn door_of(text: &str) -> Result<(AccessDoor, Option<u32>), <AccessDoor as FromStr>::Err> {
    match text.split_once(':').map(|(door, rows)| (door, rows.parse::<u32>())) {
        Some((door, Ok(rows))) => Ok((door.parse()?, Some(rows))),
        Some((_, Err(_))) | None => Ok((text.parse()?, None)),
    }
}

/// Fields of a line, in the order of its canonical form.
pub const COLUMNS: usize = 9;

/// A line as it is stored and sealed.
pub type Columns = [String; COLUMNS];

impl AccessEntry {
    /// As it is stored: what is absent is empty, sections are codes with commas between.
    pub fn columns(&self) -> Columns {
        let id = |id: Option<Uuid>| id.map(|id| id.hyphenated().to_string()).unwrap_or_default();
        [
            self.id.to_string(),
            self.at.0.to_string(),
            self.account_id.to_string(),
            self.organisation_id.to_string(),
            self.subject.code().to_owned(),
            id(self.subject_id),
            id(self.case_id.map(|case| case.0)),
            door_column(self.door, self.rows),
            self.sections.iter().map(|section| section.code()).collect::<Vec<_>>().join(","),
        ]
    }
}

/// The sections that a stored line names.
///
/// # Errors
/// The first code that is none.
pub fn sections_of(text: &str) -> Result<BTreeSet<Section>, <Section as FromStr>::Err> {
    text.split(',').filter(|code| !code.is_empty()).map(str::parse).collect()
}

/// The seal before the first line.
pub const FIRST_SEAL: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 in lower-case hexadecimal, given by who calls: nothing is computed here that a phone would have to carry.
pub type Digest = fn(&[u8]) -> String;

/// The seal of a line. Each field is preceded by its length, so that no text can pass for two fields.
pub fn seal(previous: &str, columns: &Columns, digest: Digest) -> String {
    let mut text = String::with_capacity(384);
    text.push_str("brigade.access.1");
    for field in std::iter::once(previous).chain(columns.iter().map(String::as_str)) {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{}:{field}", field.len());
    }
    digest(text.as_bytes())
}

/// A place in the chain: how many lines, and the seal of the last. Written `12:9f86d0…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainHead {
    pub sequence: i64,
    pub seal: String,
}

/// What was given is not `number:seal`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a number and a seal, such as 12:9f86d0…")]
pub struct NotAHead(pub String);

impl FromStr for ChainHead {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.trim().split_once(':').and_then(|(sequence, seal)| Some((sequence.parse::<i64>().ok()?, seal.trim().to_ascii_lowercase())));
        let is_seal = |seal: &str| seal.len() == FIRST_SEAL.len() && seal.bytes().all(|byte| byte.is_ascii_hexdigit());
        match parts {
            Some((sequence, seal)) if sequence >= 0 && is_seal(&seal) => Ok(Self { sequence, seal }),
            _ => Err(NotAHead(text.to_owned())),
        }
    }
}

/// A line as the database holds it, whatever was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedLine {
    pub sequence: i64,
    pub columns: Columns,
    pub previous: String,
    pub seal: String,
}

coded_enum! {
    /// What was done to the chain.
    FaultKind {
        /// A line no longer says what was sealed.
        Changed = "changed",
        /// Lines are missing.
        Removed = "removed",
        /// Lines that no reading wrote.
        Inserted = "inserted",
        /// A line was rewritten with its own seal, or lines after it were taken out and the rest counted anew: what follows it does not name it.
        Severed = "severed",
        /// The line is not the one whose seal was noted elsewhere: all that leads to it was rewritten.
        NotAsNoted = "not_as_noted",
    }
}

/// A fault, and the lines it is about, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainFault {
    pub kind: FaultKind,
    pub from: i64,
    pub to: i64,
}

/// What was found of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainReport {
    /// Lines looked at.
    pub lines: u64,
    /// From the first line on, and not only the latest.
    pub whole: bool,
    /// The first hundred.
    pub faults: Vec<ChainFault>,
    pub faults_total: u64,
}

impl ChainReport {
    pub fn is_sound(&self) -> bool {
        self.faults_total == 0
    }
}

const FAULTS_MAX: usize = 100;
/// Lines among which the place of an inserted one is looked for.
const RECENT_MAX: usize = 1_000;

/// Goes along a chain, line after line.
pub struct ChainCheck {
    digest: Digest,
    noted: BTreeMap<i64, String>,
    recent: VecDeque<(i64, String)>,
    last: ChainHead,
    /// The last line itself is already known to be at fault.
    is_last_at_fault: bool,
    report: ChainReport,
}

impl ChainCheck {
    /// From the line after `start`, which is the beginning when its sequence is 0. `noted` are heads that were kept elsewhere.
    pub fn after(start: ChainHead, noted: impl IntoIterator<Item = ChainHead>, digest: Digest) -> Self {
        let report = ChainReport { lines: 0, whole: start.sequence == 0, faults: Vec::new(), faults_total: 0 };
        let noted = noted.into_iter().filter(|head| head.sequence > start.sequence).map(|head| (head.sequence, head.seal)).collect();
        Self { digest, noted, recent: VecDeque::from([(start.sequence, start.seal.clone())]), last: start, is_last_at_fault: false, report }
    }

    /// The whole chain.
    pub fn whole(noted: impl IntoIterator<Item = ChainHead>, digest: Digest) -> Self {
        Self::after(ChainHead { sequence: 0, seal: FIRST_SEAL.to_owned() }, noted, digest)
    }

    fn fault(&mut self, kind: FaultKind, from: i64, to: i64) {
        self.report.faults_total += 1;
        if self.report.faults.len() < FAULTS_MAX {
            self.report.faults.push(ChainFault { kind, from, to });
        }
    }

    fn known(&self, seal: &str) -> Option<i64> {
        self.recent.iter().rev().find(|(_, known)| known == seal).map(|(sequence, _)| *sequence)
    }

    /// The next line, in the order of the numbers.
    pub fn add(&mut self, line: &SealedLine) {
        self.report.lines += 1;
        let expected = self.last.sequence + 1;
        let has_gap = line.sequence > expected;
        if has_gap {
            self.fault(FaultKind::Removed, expected, line.sequence - 1);
        } else if line.sequence < expected {
            self.fault(FaultKind::Inserted, line.sequence, line.sequence);
        }
        let mut is_at_fault = false;
        if seal(&line.previous, &line.columns, self.digest) != line.seal {
            self.fault(FaultKind::Changed, line.sequence, line.sequence);
            is_at_fault = true;
        } else if !has_gap && line.previous != self.last.seal {
            match self.known(&line.previous) {
                Some(before) => self.fault(FaultKind::Inserted, before + 1, line.sequence - 1),
                // A line that was changed without its seal has been told already.
                None if self.is_last_at_fault => {}
                None => self.fault(FaultKind::Severed, self.last.sequence, self.last.sequence),
            }
        }
        if self.noted.remove(&line.sequence).is_some_and(|noted| noted != line.seal) {
            self.fault(FaultKind::NotAsNoted, line.sequence, line.sequence);
        }
        if self.recent.len() == RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back((line.sequence, line.seal.clone()));
        (self.last, self.is_last_at_fault) = (ChainHead { sequence: line.sequence, seal: line.seal.clone() }, is_at_fault);
    }

    /// What was found, once the last line was added. `head` is what the writer holds to be the last.
    pub fn end(mut self, head: &ChainHead) -> ChainReport {
        let last = self.last.clone();
        if head.seal == last.seal {
            if head.sequence != last.sequence && self.report.faults_total == 0 {
                self.fault(FaultKind::Severed, last.sequence, last.sequence);
            }
        } else if let Some(before) = self.known(&head.seal) {
            self.fault(FaultKind::Inserted, before + 1, last.sequence);
        } else if head.sequence > last.sequence {
            self.fault(FaultKind::Removed, last.sequence + 1, head.sequence);
        } else if !self.is_last_at_fault {
            self.fault(FaultKind::Severed, last.sequence, last.sequence);
        }
        for sequence in std::mem::take(&mut self.noted).into_keys() {
            // Told already when the end is missing by the head's own count.
            if sequence > head.sequence {
                self.fault(FaultKind::Removed, last.sequence + 1, sequence);
            }
        }
        self.report
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hash, Hasher};

    use proptest::prelude::*;

    use super::*;

    /// Not SHA-256, but as good against chance.
    fn digest(bytes: &[u8]) -> String {
        (0..4_u8).fold(String::new(), |mut text, salt| {
            let mut hasher = DefaultHasher::new();
            (salt, bytes).hash(&mut hasher);
            // Writing to a String cannot fail.
            let _ = write!(text, "{:016x}", hasher.finish());
            text
        })
    }

    fn entry(number: u128) -> AccessEntry {
        AccessEntry {
            id: AccessId(Uuid::from_u128(number)),
            at: Timestamp(1_795_000_000_000 + i64::try_from(number).unwrap_or(0)),
            account_id: AccountId(Uuid::from_u128(7)),
            organisation_id: OrganisationId(Uuid::from_u128(8)),
            subject: AccessSubject::Case,
            subject_id: Some(Uuid::from_u128(9)),
            case_id: Some(CaseId(Uuid::from_u128(9))),
            door: AccessDoor::Page,
            sections: BTreeSet::from([Section::Building, Section::Psychosocial]),
            rows: None,
        }
    }

    fn sealed(sequence: i64, previous: &str, columns: Columns) -> SealedLine {
        SealedLine { sequence, previous: previous.to_owned(), seal: seal(previous, &columns, digest), columns }
    }

    fn chain(length: usize) -> (Vec<SealedLine>, ChainHead) {
        let mut head = ChainHead { sequence: 0, seal: FIRST_SEAL.to_owned() };
        let mut lines = Vec::new();
        for number in 1..=length {
            let line = sealed(head.sequence + 1, &head.seal, entry(number as u128).columns());
            head = ChainHead { sequence: line.sequence, seal: line.seal.clone() };
            lines.push(line);
        }
        (lines, head)
    }

    fn check(lines: &[SealedLine], head: &ChainHead, noted: Vec<ChainHead>) -> Vec<(FaultKind, i64, i64)> {
        let mut check = ChainCheck::whole(noted, digest);
        for line in lines {
            check.add(line);
        }
        let report = check.end(head);
        assert_eq!((report.lines, report.whole), (lines.len() as u64, true));
        report.faults.into_iter().map(|fault| (fault.kind, fault.from, fault.to)).collect()
    }

    fn numbered(mut lines: Vec<SealedLine>) -> Vec<SealedLine> {
        for (number, line) in (1..).zip(&mut lines) {
            line.sequence = number;
        }
        lines
    }

    #[test]
    fn how_many_rows_were_shown_is_sealed_with_the_door() {
        let mut list = entry(1);
        (list.door, list.rows) = (AccessDoor::List, Some(250));
        assert_eq!(list.columns()[7], "list:250");
        for (text, wanted) in [("list:250", (AccessDoor::List, Some(250))), ("list:0", (AccessDoor::List, Some(0))), ("api", (AccessDoor::Api, None))] {
            assert_eq!(door_of(text), Ok(wanted), "{text}");
        }
        for wrong in ["", "list:", "list:-1", "list:x", "nowhere", "nowhere:1", "list:1:1"] {
            assert!(door_of(wrong).is_err(), "{wrong}");
        }
        let alone = AccessEntry { rows: None, ..list.clone() };
        assert_eq!(alone.columns()[7], "list", "as lines of before");
        assert_ne!(seal(FIRST_SEAL, &list.columns(), digest), seal(FIRST_SEAL, &alone.columns(), digest));
    }

    #[test]
    fn a_chain_that_nobody_touched_is_sound() {
        for length in [0, 1, 2, 7] {
            let (lines, head) = chain(length);
            assert_eq!(check(&lines, &head, vec![head.clone()]), [], "{length}");
        }
    }

    #[test]
    fn what_was_done_to_a_chain_and_where_is_told() {
        let (lines, head) = chain(6);
        let altered = |index: usize, column: usize, text: &str| {
            let mut lines = lines.clone();
            text.clone_into(&mut lines[index].columns[column]);
            lines
        };
        assert_eq!(check(&altered(2, 2, "somebody else"), &head, vec![]), [(FaultKind::Changed, 3, 3)]);
        assert_eq!(check(&altered(5, 8, "building"), &head, vec![]), [(FaultKind::Changed, 6, 6)]);
        let without =
            |range: std::ops::Range<usize>| lines.iter().enumerate().filter(|(index, _)| !range.contains(index)).map(|(_, line)| line.clone()).collect();
        assert_eq!(check(&Vec::from_iter::<Vec<_>>(without(2..4)), &head, vec![]), [(FaultKind::Removed, 3, 4)]);
        assert_eq!(check(&Vec::from_iter::<Vec<_>>(without(0..1)), &head, vec![]), [(FaultKind::Removed, 1, 1)]);
        assert_eq!(check(&Vec::from_iter::<Vec<_>>(without(4..6)), &head, vec![]), [(FaultKind::Removed, 5, 6)]);
        // Counted anew after one was taken out, and the head as well.
        let renumbered = numbered(without(2..3));
        let shorter = ChainHead { sequence: 5, ..head.clone() };
        assert_eq!(check(&renumbered, &shorter, vec![]), [(FaultKind::Severed, 2, 2)]);
        // Put in between, sealed on what came before it, and the rest counted anew.
        let mut inserted = lines.clone();
        inserted.insert(3, sealed(0, &lines[2].seal, entry(99).columns()));
        assert_eq!(check(&numbered(inserted), &ChainHead { sequence: 7, ..head.clone() }, vec![]), [(FaultKind::Inserted, 4, 4)]);
        // Put at the end, without the writer.
        let mut longer = lines.clone();
        longer.push(sealed(7, &head.seal, entry(99).columns()));
        assert_eq!(check(&longer, &head, vec![]), [(FaultKind::Inserted, 7, 7)]);
        // Rewritten with a seal of its own.
        let mut rewritten = lines.clone();
        rewritten[3] = sealed(4, &lines[2].seal, entry(99).columns());
        assert_eq!(check(&rewritten, &head, vec![]), [(FaultKind::Severed, 4, 4)]);
        rewritten.truncate(4);
        assert_eq!(check(&rewritten, &ChainHead { sequence: 4, seal: lines[3].seal.clone() }, vec![]), [(FaultKind::Severed, 4, 4)]);
    }

    #[test]
    fn a_whole_chain_sealed_anew_is_betrayed_by_a_head_that_was_noted() {
        let (_, noted) = chain(4);
        let mut head = ChainHead { sequence: 0, seal: FIRST_SEAL.to_owned() };
        let mut lines = Vec::new();
        for number in [1, 3, 4, 5, 6] {
            let line = sealed(head.sequence + 1, &head.seal, entry(number).columns());
            head = ChainHead { sequence: line.sequence, seal: line.seal.clone() };
            lines.push(line);
        }
        assert_eq!(check(&lines, &head, vec![]), [], "nothing in the database itself tells");
        assert_eq!(check(&lines, &head, vec![noted]), [(FaultKind::NotAsNoted, 4, 4)]);
        let (_, longer) = chain(9);
        assert_eq!(check(&lines, &head, vec![longer]), [(FaultKind::Removed, 6, 9)]);
    }

    #[test]
    fn the_latest_lines_are_checked_on_from_a_head() {
        let (mut lines, head) = chain(6);
        let start = ChainHead { sequence: 3, seal: lines[2].seal.clone() };
        lines[4].columns[1] = "0".to_owned();
        let mut check = ChainCheck::after(start, [], digest);
        for line in &lines[3..] {
            check.add(line);
        }
        let report = check.end(&head);
        assert_eq!((report.lines, report.whole, report.is_sound()), (3, false, false));
        assert_eq!(report.faults, [ChainFault { kind: FaultKind::Changed, from: 5, to: 5 }]);
    }

    #[test]
    fn a_text_cannot_pass_for_two_fields() {
        let (mut one, mut other) = (entry(1).columns(), entry(1).columns());
        (one[4], one[5]) = ("case\n1:x".to_owned(), "y".to_owned());
        (other[4], other[5]) = ("case".to_owned(), "x\n1:y".to_owned());
        assert_ne!(seal(FIRST_SEAL, &one, digest), seal(FIRST_SEAL, &other, digest));
    }

    #[test]
    fn a_head_is_read_as_it_is_written_down() {
        let head = ChainHead { sequence: 12, seal: "ab".repeat(32) };
        assert_eq!(format!(" 12:{} ", "AB".repeat(32)).parse(), Ok(head));
        for text in ["", "12", "12:ab", "-1:".to_owned().as_str(), &format!("x:{FIRST_SEAL}"), &format!("-1:{FIRST_SEAL}")] {
            assert_eq!(text.parse::<ChainHead>(), Err(NotAHead(text.to_owned())));
        }
    }

    #[test]
    fn sections_read_back_and_what_is_none_does_not() {
        assert_eq!(sections_of(&entry(1).columns()[8]), Ok(entry(1).sections));
        assert_eq!(sections_of(""), Ok(BTreeSet::new()));
        assert!(sections_of("building,cellar").is_err());
    }

    #[derive(Clone, Debug)]
    enum Tampering {
        Change { column: usize },
        Unseal,
        Unlink,
        Remove,
        RemoveAndRenumber,
        Insert,
        Rewrite,
        Swap,
    }

    fn tampering() -> impl Strategy<Value = Tampering> {
        prop_oneof![
            (0..COLUMNS).prop_map(|column| Tampering::Change { column }),
            Just(Tampering::Unseal),
            Just(Tampering::Unlink),
            Just(Tampering::Remove),
            Just(Tampering::RemoveAndRenumber),
            Just(Tampering::Insert),
            Just(Tampering::Rewrite),
            Just(Tampering::Swap),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_done_to_one_line_is_betrayed(length in 2..12_usize, at in 0..12_usize, tampering in tampering()) {
            let (mut lines, head) = chain(length);
            let at = at % length;
            match tampering {
                Tampering::Change { column } => lines[at].columns[column].push('x'),
                Tampering::Unseal => lines[at].seal = FIRST_SEAL.to_owned(),
                Tampering::Unlink => lines[at].previous = "f".repeat(64),
                Tampering::Remove => drop(lines.remove(at)),
                Tampering::RemoveAndRenumber => {
                    lines.remove(at);
                    lines = numbered(lines);
                }
                Tampering::Insert => {
                    let previous = lines[at].previous.clone();
                    lines.insert(at, sealed(0, &previous, entry(99).columns()));
                    lines = numbered(lines);
                }
                Tampering::Rewrite => lines[at] = sealed(lines[at].sequence, &lines[at].previous, entry(99).columns()),
                Tampering::Swap => {
                    lines.swap(at, (at + 1) % length);
                    lines = numbered(lines);
                }
            }
            prop_assert!(!check(&lines, &head, vec![]).is_empty());
        }
    }
}
