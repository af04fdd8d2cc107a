#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::{BTreeMap, BTreeSet};

use inspection_grid::Severity;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    clock::Timestamp,
    ids::{DeviceId, EventId},
    wire::v1::VerdictKind,
};

const NOW: Timestamp = Timestamp(1_000_000);

fn event(number: u64) -> EventId {
    EventId(Uuid::from_u128(u128::from(number)))
}

fn device(number: u8) -> DeviceId {
    DeviceId(Uuid::from_u128(u128::from(number)))
}

fn row(sequence: u64, bytes: u64) -> OutboxRow {
    OutboxRow { event_id: event(sequence), sequence, bytes, kind_is_escalation: false, state: OutboxState::Waiting, attempts: 0, next_try_at: Timestamp(0) }
}

#[test]
fn escalations_go_first_then_the_devices_own_order() {
    let outbox = [row(3, 1), row(1, 1), OutboxRow { kind_is_escalation: true, ..row(4, 1) }, row(2, 1)];
    let batch = next_batch(&outbox, NOW, Limits::default());
    assert_eq!(batch.event_ids, [event(4), event(1), event(2), event(3)]);
    assert_eq!((batch.bytes, batch.more, batch.wake_at, batch.in_flight_until), (4, false, None, NOW.plus_ms(60_000)));
}

#[test]
fn a_batch_is_bounded_by_count_and_bytes_and_always_makes_progress() {
    let many: Vec<OutboxRow> = (1..=201).map(|sequence| row(sequence, 1)).collect();
    let batch = next_batch(&many, NOW, Limits::default());
    assert_eq!((batch.event_ids.len(), batch.more), (200, true));
    let heavy = [row(1, 200 * 1024), row(2, 56 * 1024), row(3, 1)];
    assert_eq!(next_batch(&heavy, NOW, Limits::default()).event_ids, [event(1), event(2)]);
    let oversized = [row(1, 1024 * 1024), row(2, 1)];
    assert_eq!(next_batch(&oversized, NOW, Limits::default()).event_ids, [event(1)], "alone, rather than never");
}

#[test]
fn refused_and_quarantined_rows_block_nothing_and_are_not_sent() {
    let outbox = [OutboxRow { state: OutboxState::Refused, ..row(1, 1) }, OutboxRow { state: OutboxState::Quarantined, ..row(2, 1) }, row(3, 1)];
    assert_eq!(next_batch(&outbox, NOW, Limits::default()).event_ids, [event(3)]);
    let only_a_person = next_batch(&outbox[..2], NOW, Limits::default());
    assert_eq!((only_a_person.event_ids.len(), only_a_person.wake_at), (0, None));
}

#[test]
fn rows_wait_their_time_and_a_lost_flight_is_sent_again() {
    let later = NOW.plus_ms(5);
    let outbox = [OutboxRow { next_try_at: later, ..row(1, 1) }, OutboxRow { state: OutboxState::InFlight, next_try_at: NOW.plus_ms(9), ..row(2, 1) }];
    let batch = next_batch(&outbox, NOW, Limits::default());
    assert_eq!((batch.event_ids.len(), batch.wake_at), (0, Some(later)));
    assert_eq!(next_batch(&outbox, NOW.plus_ms(9), Limits::default()).event_ids, [event(1), event(2)]);
}

#[test]
fn waits_double_from_one_second_to_five_minutes() {
    assert_eq!([0, 1, 2, 3, 9, 10, u32::MAX].map(|attempts| backoff(attempts, 1.0)), [1_000, 1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
    assert_eq!([1, 2, 3, 20].map(|attempts| backoff(attempts, 0.0)), [1_000, 1_000, 2_000, 150_000]);
    assert_eq!(backoff(3, f64::NAN), 4_000);
}

#[test]
fn verdicts_settle_each_row_by_itself() {
    let flying = |sequence| OutboxRow { state: OutboxState::InFlight, ..row(sequence, 1) };
    let outbox: Vec<OutboxRow> = (1..=7).map(flying).collect();
    let sent: Vec<EventId> = (1..=6).map(event).collect();
    let verdicts = [
        (event(1), VerdictKind::Stored),
        (event(2), VerdictKind::Duplicate),
        (event(3), VerdictKind::Conflict),
        (event(4), VerdictKind::Refused),
        (event(5), VerdictKind::Quarantined),
        (event(7), VerdictKind::Stored),
        (event(99), VerdictKind::Stored),
    ];
    let settlement = settle(&outbox, &sent, &verdicts, NOW, 1.0);
    assert_eq!(
        settlement.changes,
        [
            Settled::Remove(event(1)),
            Settled::Remove(event(2)),
            Settled::Remove(event(3)),
            Settled::Keep(OutboxRow { state: OutboxState::Refused, ..row(4, 1) }),
            Settled::Keep(OutboxRow { state: OutboxState::Quarantined, ..row(5, 1) }),
            Settled::Keep(OutboxRow { attempts: 1, next_try_at: NOW.plus_ms(1_000), ..row(6, 1) }),
        ]
    );
    assert_eq!((settlement.conflicts, settlement.needs_attention), (vec![event(3)], vec![event(4), event(5)]));
}

#[test]
fn without_a_genuine_answer_nothing_leaves_the_outbox() {
    let outbox = [OutboxRow { state: OutboxState::InFlight, attempts: 2, ..row(1, 1) }];
    let settlement = settle(&outbox, &[event(1)], &[], NOW, 1.0);
    assert_eq!(settlement.changes, [Settled::Keep(OutboxRow { attempts: 3, next_try_at: NOW.plus_ms(4_000), ..row(1, 1) })]);
}

#[test]
fn the_same_id_with_another_body_is_quarantined() {
    let stored = Some(r#"{"id":"ab12","n":1}"#);
    assert_eq!(verdict(None, r#"{"id":"ab12","n":1}"#), Receipt::Stored);
    assert_eq!(verdict(stored, r#"{"id":"ab12","n":1}"#), Receipt::Duplicate);
    assert_eq!(verdict(stored, r#"{ "n": 1, "id": "ab12" }"#), Receipt::Duplicate, "the same, written otherwise");
    assert_eq!(verdict(stored, r#"{"id":"ab12","n":2}"#), Receipt::Quarantined);
    assert_eq!(verdict(stored, r#"{"id":"ab12""#), Receipt::Quarantined, "cut off");
}

fn answer(number: u64, from: u8, based_on: Option<u64>, severity: Option<Severity>) -> IncomingAnswer {
    IncomingAnswer {
        event_id: event(number),
        based_on: based_on.map(event),
        resolves: Vec::new(),
        severity,
        device: device(from),
        device_sequence: number,
        server_sequence: number,
    }
}

fn merged(answers: impl IntoIterator<Item = IncomingAnswer>) -> Merge {
    let mut last: Option<Merge> = None;
    for incoming in answers {
        last = Some(merge_answer(last.map(|merge| merge.current), incoming));
    }
    last.unwrap()
}

#[test]
fn an_answer_replaces_the_one_it_was_based_on_and_older_ones_of_its_device() {
    let merge = merged([answer(1, 1, None, Some(Severity::ImmediateDanger)), answer(2, 2, Some(1), Some(Severity::Minor))]);
    assert_eq!((merge.current.shown.event_id, merge.conflict_with, merge.danger_kept), (event(2), None, None));
    assert_eq!(merge.current.standing_severity(), Some(Severity::Minor));
    let merge = merged([answer(1, 1, None, Some(Severity::Major)), answer(2, 1, None, None)]);
    assert_eq!((merge.current.shown.event_id, merge.current.is_in_conflict()), (event(2), false));
}

#[test]
fn in_conflict_the_last_received_is_shown_and_the_most_severe_stands() {
    let merge = merged([answer(1, 1, None, Some(Severity::ImmediateDanger)), answer(2, 2, None, Some(Severity::Minor))]);
    assert_eq!((merge.current.shown.event_id, merge.conflict_with), (event(2), Some(event(1))));
    assert_eq!(merge.danger_kept, Some(DangerKept { event_id: event(1), severity: Severity::ImmediateDanger }));
    assert_eq!(merge.current.standing_severity(), Some(Severity::ImmediateDanger));
}

#[test]
fn a_review_that_saw_both_ends_the_conflict() {
    let review = IncomingAnswer { resolves: vec![event(1), event(2)], ..answer(3, 3, Some(2), Some(Severity::Major)) };
    let merge = merged([answer(1, 1, None, Some(Severity::ImmediateDanger)), answer(2, 2, None, None), review]);
    assert_eq!((merge.current.shown.event_id, merge.current.is_in_conflict(), merge.danger_kept), (event(3), false, None));
}

#[test]
fn an_answer_that_arrives_after_its_replacement_changes_nothing_shown() {
    let late = IncomingAnswer { server_sequence: 50, ..answer(1, 1, None, Some(Severity::ImmediateDanger)) };
    let merge = merged([answer(2, 2, Some(1), Some(Severity::None)), late]);
    assert_eq!((merge.current.shown.event_id, merge.conflict_with, merge.current.is_in_conflict()), (event(2), None, false));
}

#[test]
fn answers_that_name_themselves_or_each_other_do_not_vanish() {
    let merge = merged([answer(1, 1, Some(1), Some(Severity::ImmediateDanger))]);
    assert_eq!(merge.current.standing_severity(), Some(Severity::ImmediateDanger));
    let merge = merged([answer(1, 1, Some(2), Some(Severity::ImmediateDanger)), answer(2, 2, Some(1), None)]);
    assert!(merge.current.standing().count() >= 1);
}

#[test]
fn a_current_answer_survives_json() {
    let current = merged([answer(1, 1, None, Some(Severity::Major)), answer(2, 2, None, None), answer(3, 1, Some(1), None)]).current;
    assert_eq!(serde_json::from_str::<CurrentAnswer>(&serde_json::to_string(&current).unwrap()).unwrap(), current);
}

/// Honest histories: an answer can only be based on an earlier one, and a device numbers its own in order.
fn histories() -> impl Strategy<Value = Vec<IncomingAnswer>> {
    prop::collection::vec((1u8..4, 0u8..6, prop::option::of(0usize..12)), 1..12).prop_map(|drawn| {
        drawn
            .into_iter()
            .enumerate()
            .map(|(index, (from, level, base))| {
                let number = u64::try_from(index).unwrap() + 1;
                let based_on = base.filter(|base| *base < index).map(|base| u64::try_from(base).unwrap() + 1);
                answer(number, from, based_on, Severity::try_from(level).ok())
            })
            .collect()
    })
}

/// A history, and an order of arrival of it in which everything arrives at least once.
fn arrivals() -> impl Strategy<Value = (Vec<IncomingAnswer>, Vec<usize>)> {
    histories().prop_flat_map(|history| {
        let count = history.len();
        let order = prop::collection::vec(0..count, 0..12).prop_flat_map(move |repeats| Just((0..count).chain(repeats).collect::<Vec<_>>()).prop_shuffle());
        (Just(history), order)
    })
}

/// What a server does with arriving events: the verdict first, then the merge of what is new.
fn receive(history: &[IncomingAnswer], order: impl IntoIterator<Item = usize>, skip_repeats: bool) -> (BTreeSet<EventId>, CurrentAnswer) {
    let mut stored: BTreeMap<EventId, String> = BTreeMap::new();
    let mut current = None;
    for (arrival, index) in order.into_iter().enumerate() {
        let incoming = IncomingAnswer { server_sequence: u64::try_from(arrival).unwrap(), ..history[index].clone() };
        let body = index.to_string();
        match verdict(stored.get(&incoming.event_id).map(String::as_str), &body) {
            Receipt::Stored => drop(stored.insert(incoming.event_id, body)),
            Receipt::Duplicate if skip_repeats => continue,
            Receipt::Duplicate => {}
            Receipt::Quarantined => panic!("same id, same body"),
        }
        current = Some(merge_answer(current, incoming).current);
    }
    (stored.into_keys().collect(), current.unwrap())
}

proptest! {
    #[test]
    fn any_order_and_any_repetition_end_in_the_same_danger_and_the_same_answers((history, order) in arrivals()) {
        let (ids, straight) = receive(&history, 0..history.len(), true);
        let standing = |current: &CurrentAnswer| current.standing().map(|head| head.event_id).collect::<BTreeSet<_>>();
        for skip_repeats in [true, false] {
            let (shuffled_ids, shuffled) = receive(&history, order.iter().copied(), skip_repeats);
            prop_assert_eq!(&shuffled_ids, &ids);
            prop_assert_eq!(shuffled.standing_severity(), straight.standing_severity());
            prop_assert_eq!(standing(&shuffled), standing(&straight));
        }
    }

    #[test]
    fn what_is_shown_is_the_last_received_of_what_stands((history, order) in arrivals()) {
        let (_, current) = receive(&history, order, true);
        prop_assert!(current.conflicts.iter().all(|head| head.server_sequence < current.shown.server_sequence));
        let kept = current.danger_kept().map(|kept| kept.severity);
        prop_assert_eq!(current.standing_severity(), kept.or(current.shown.severity));
    }

    #[test]
    fn a_batch_never_passes_its_limits_and_pushing_on_drains_the_outbox(sizes in prop::collection::vec((1u64..400_000, any::<bool>()), 0..40), count_max in 1usize..10) {
        let limits = Limits { count_max, ..Limits::default() };
        let mut outbox: Vec<OutboxRow> = (1u64..).zip(&sizes).map(|(sequence, (bytes, kind_is_escalation))| OutboxRow { kind_is_escalation: *kind_is_escalation, ..row(sequence, *bytes) }).collect();
        for _ in 0..=sizes.len() {
            let batch = next_batch(&outbox, NOW, limits);
            prop_assert!(batch.event_ids.len() <= count_max);
            prop_assert!(batch.bytes <= limits.bytes_max || batch.event_ids.len() == 1);
            prop_assert_eq!(batch.event_ids.is_empty(), outbox.is_empty());
            outbox.retain(|row| !batch.event_ids.contains(&row.event_id));
        }
        prop_assert!(outbox.is_empty());
    }

    #[test]
    fn every_wait_is_between_one_second_and_five_minutes(attempts: u32, jitter: f64) {
        prop_assert!((1_000..=300_000).contains(&backoff(attempts, jitter)));
    }
}
