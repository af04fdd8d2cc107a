//! The boxes of a HEIF file (HEIC, AVIF), as far as they must be known before another program reads it.

use std::ops::Range;

/// One box: its kind, and where its content is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub kind: [u8; 4],
    pub content: Range<usize>,
}

/// The boxes that follow each other in a part of a file, up to the first that is not whole.
pub(super) fn boxes(bytes: &[u8], within: Range<usize>) -> impl Iterator<Item = Found> {
    let end_max = within.end.min(bytes.len());
    let mut position = within.start;
    std::iter::from_fn(move || {
        let found = found_at(bytes, position, end_max)?;
        position = found.content.end;
        Some(found)
    })
}

fn found_at(bytes: &[u8], position: usize, end_max: usize) -> Option<Found> {
    let kind = *bytes.get(position.checked_add(4)?..)?.first_chunk()?;
    let (length, header) = match u32_at(bytes, position)? {
        0 => (end_max.checked_sub(position)?, 8),
        1 => (usize::try_from(u64::from_be_bytes(*bytes.get(position + 8..)?.first_chunk()?)).ok()?, 16),
        length => (length as usize, 8),
    };
    let end = position.checked_add(length).filter(|end| length >= header && *end <= end_max)?;
    Some(Found { kind, content: position + header..end })
}

fn u32_at(bytes: &[u8], position: usize) -> Option<u32> {
    bytes.get(position..)?.first_chunk().copied().map(u32::from_be_bytes)
}

fn u16_at(bytes: &[u8], position: usize) -> Option<u32> {
    bytes.get(position..)?.first_chunk().copied().map(|value| u16::from_be_bytes(value).into())
}

/// The same file with every item hidden but the primary one: a program that writes each picture it finds writes one, and the right one. What pictures are made
/// of (tiles, transparency) is read all the same. `None` for a file that does not say which is the primary one.
///
/// # Source
/// ISO/IEC 14496-12, `pitm`, `iinf` and `infe`; ISO/IEC 23008-12, 6.4.2: the lowest flag of `infe` says that an item is hidden.
pub(super) fn with_its_primary_alone(bytes: &[u8]) -> Option<Vec<u8>> {
    let meta = boxes(bytes, 0..bytes.len()).find(|found| &found.kind == b"meta")?;
    // Version and flags come first, here as in the boxes within.
    let within = meta.content.start + 4..meta.content.end;
    let only = |kind: &[u8; 4]| {
        let mut of_kind = boxes(bytes, within.clone()).filter(|found| &found.kind == kind);
        // Of two, another reader could take the other.
        of_kind.next().filter(|_| of_kind.next().is_none())
    };
    let pitm = only(b"pitm")?;
    let primary = if *bytes.get(pitm.content.start)? == 0 { u16_at(bytes, pitm.content.start + 4)? } else { u32_at(bytes, pitm.content.start + 4)? };
    let iinf = only(b"iinf")?;
    let count_bytes = if *bytes.get(iinf.content.start)? == 0 { 2 } else { 4 };
    let mut alone = bytes.to_vec();
    let mut has_primary = false;
    for infe in boxes(bytes, iinf.content.start + 4 + count_bytes..iinf.content.end).filter(|found| &found.kind == b"infe") {
        let at = infe.content.start;
        let id = match bytes.get(at)? {
            0..=2 => u16_at(bytes, at + 4)?,
            _ => u32_at(bytes, at + 4)?,
        };
        if id == primary {
            has_primary = true;
        } else {
            *alone.get_mut(at + 3)? |= 1;
        }
    }
    has_primary.then_some(alone)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "boxes made here")]

    use super::*;

    fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], &kind, content].concat()
    }

    fn infe(id: u16) -> Vec<u8> {
        boxed(*b"infe", &[&[2, 0, 0, 0][..], &id.to_be_bytes(), &[0, 0], b"hvc1\0"].concat())
    }

    /// A file that lists these items.
    fn listing(primary: u16, ids: &[u16]) -> Vec<u8> {
        let entries: Vec<u8> = ids.iter().flat_map(|id| infe(*id)).collect();
        let iinf = boxed(*b"iinf", &[&[0; 4][..], &u16::try_from(ids.len()).unwrap().to_be_bytes(), &entries].concat());
        let pitm = boxed(*b"pitm", &[&[0; 4][..], &primary.to_be_bytes()].concat());
        [boxed(*b"ftyp", b"heic"), boxed(*b"meta", &[&[0; 4][..], &pitm, &iinf].concat()), boxed(*b"mdat", &[7; 30])].concat()
    }

    /// The ids of the items that are not hidden.
    fn shown(file: &[u8], ids: &[u16]) -> Vec<u16> {
        let flags = |id: u16| {
            let at = file.windows(infe(id).len()).position(|window| window[..11] == infe(id)[..11] && window[12..] == infe(id)[12..]).unwrap();
            file[at + 11]
        };
        ids.iter().copied().filter(|id| flags(*id) & 1 == 0).collect()
    }

    #[test]
    fn every_item_is_hidden_but_the_primary_one_and_nothing_else_changes() {
        for primary in [1, 2, 3] {
            let file = listing(primary, &[1, 2, 3]);
            let alone = with_its_primary_alone(&file).unwrap();
            assert_eq!(alone.len(), file.len());
            assert_eq!(shown(&file, &[1, 2, 3]), [1, 2, 3]);
            assert_eq!(shown(&alone, &[1, 2, 3]), [primary]);
            assert_eq!(alone.iter().zip(&file).filter(|(one, other)| one != other).count(), 2);
        }
    }

    #[test]
    fn a_file_that_does_not_say_which_is_the_primary_one_is_left() {
        assert_eq!(with_its_primary_alone(&listing(9, &[1, 2])), None);
        assert_eq!(with_its_primary_alone(b""), None);
        let whole = listing(2, &[1, 2, 3]);
        for length in 0..whole.len() {
            // Cut anywhere, it is left or keeps one item: never read beyond its end.
            drop(with_its_primary_alone(&whole[..length]));
        }
    }

    #[test]
    fn boxes_stop_at_the_first_that_is_not_whole() {
        let file = [boxed(*b"ftyp", b"heic"), boxed(*b"free", b""), vec![0, 0, 0, 99], b"mdat".to_vec()].concat();
        let kinds: Vec<[u8; 4]> = boxes(&file, 0..file.len()).map(|found| found.kind).collect();
        assert_eq!(kinds, [*b"ftyp", *b"free"]);
        let large = [&[0, 0, 0, 1][..], b"mdat", &20_u64.to_be_bytes(), &[5; 4], &[0, 0, 0, 0], b"free", &[1; 3]].concat();
        let contents: Vec<Range<usize>> = boxes(&large, 0..large.len()).map(|found| found.content).collect();
        assert_eq!(contents, [16..20, 28..31]);
    }
}
