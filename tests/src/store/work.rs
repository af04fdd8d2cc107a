use std::collections::BTreeMap;

use casework::{
    case::{Case, CaseNumber, CaseOutcome, CaseStage, OpeningReason},
    clock::Timestamp,
    escalation::{EscalationVerb, Raise, Raised, raise},
    ids::{AccountId, CaseId, DeviceId, DwellingId, EntryId, EscalationId, EventId, OrganisationId, PhotoId, ReferralId, VisitId},
    permission::{Grants, Section},
    photo_mark::{MarkArea, PhotoMark},
    referral::{Draft, Referral, ReferralStage, Urgency},
    sync::{IncomingAnswer, merge_answer},
    wire::v1::{DoorNote, EntryKind, VisitPace, VisitReached},
};
use inspection_grid::{Answer, Band, CriterionId, DwellingOutcome, GridHash, Place, Severity};
use server::{
    clock::{new_id, now},
    store::{
        CaseFilter, CasePosition, CaseRecord, Copies, DoorNoteRow, EscalationRecord, Lane, NewBatch, NewCaseEntry, NewDoorNote, NewEscalationEntry, NewJob,
        NewOutcome, NewPhoto, NewReferralEntry, NewVisit, ObservationRecord, Pace, QuarantinedEvent, ReferralFilter, ReferralRecord, Store, StoredEvent, Tx,
        UploadRow, VisitRow, case, escalation, event, grid, job,
        observation::{self, ObservationSheet},
        photo, referral,
        visit::{self, NewReached},
    },
};

use super::Shelf;
use crate::support::{Building, Person};

const MINUTE: i64 = Timestamp::MINUTE_MS;

async fn a_batch(tx: &mut Tx, shelf: &Shelf, id: i64, visit_id: VisitId, body: &str) -> DeviceId {
    let (account_id, device_id) = (shelf.town.accounts[&Person::Inspector], DeviceId(new_id()));
    let batch = NewBatch { id, visit_id, account_id, device_id, received_at: Timestamp(20), device_now: Timestamp(19), body: body.to_owned() };
    event::insert_batches(tx, vec![batch]).await.expect("stored");
    device_id
}

pub async fn an_event_is_stored_once_and_a_forged_one_set_aside(shelf: Shelf) {
    let store = &shelf.store;
    // More than one statement's worth.
    let ids: Vec<EventId> = (0..501).map(|_| EventId(new_id())).collect();
    let bodies: Vec<String> = ids.iter().map(|id| format!("{{\"text\":\"« l’eau »\\n\\u0000 \\\"fuit\\\"\", \"id\" : \"{id}\"}}")).collect();
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(event::stored(&mut tx, ids.iter().copied()).await.expect("events").is_empty());
    a_batch(&mut tx, &shelf, 1, VisitId(new_id()), &format!("[{}]", bodies[..500].join(","))).await;
    a_batch(&mut tx, &shelf, 2, VisitId(new_id()), &format!("[{}]", bodies[500])).await;
    let events = || ids.iter().enumerate().map(|(position, id)| (*id, if position < 500 { 1 } else { 2 })).collect::<Vec<_>>();
    assert_eq!(event::insert(&mut tx, events()).await.expect("stored"), 501);
    assert_eq!(event::insert(&mut tx, vec![(ids[7], 2), (EventId(new_id()), 2)]).await.expect("stored"), 1, "the unique id decides");
    assert_eq!(event::insert(&mut tx, Vec::new()).await.expect("nothing is fine"), 0);
    let stored = event::stored(&mut tx, ids.iter().copied().chain([EventId(new_id())])).await.expect("events");
    assert_eq!(stored.len(), 501);
    let sent = |batch_id, body: &str| StoredEvent {
        batch_id,
        by: Person::Inspector.name().to_owned(),
        received_at: Timestamp(20),
        device_now: Some(Timestamp(19)),
        body: body.to_owned(),
    };
    assert_eq!(stored.get(&ids[7]), Some(&sent(1, &bodies[7])), "to the letter");
    assert_eq!(stored.get(&ids[500]), Some(&sent(2, &bodies[500])));
    assert!(event::stored(&mut tx, []).await.expect("events").is_empty());
    let forged = QuarantinedEvent {
        event_id: ids[7].to_string(),
        account_id: "a".to_owned(),
        device_id: "d".to_owned(),
        body: "forged".to_owned(),
        code: "event_quarantined",
    };
    for body in ["forged", "forged", "forged otherwise"] {
        event::quarantine(&mut tx, &QuarantinedEvent { body: body.to_owned(), ..forged.clone() }, now()).await.expect("set aside");
    }
    tx.commit().await.expect("kept");
    assert_eq!(event::count_quarantined(store.reader(), &ids[7].to_string()).await.expect("a count"), 2, "a phone that retries adds nothing");
}

async fn a_visit(shelf: &Shelf) -> VisitId {
    let id = VisitId(new_id());
    let new = NewVisit {
        id,
        building_id: shelf.town.tower.id,
        grid: inspection_grid::builtin::v1().hash.clone(),
        started_at: now(),
        started_by: shelf.town.accounts[&Person::Inspector],
        pace: Pace::default(),
        received_at: now(),
    };
    let mut tx = shelf.store.begin().await.expect("a transaction begins");
    for _ in 0..2 {
        visit::insert(&mut tx, vec![new.clone()]).await.expect("stored; the same visit twice is one");
    }
    assert_eq!(visit::by_ids(&mut tx, [id, VisitId(new_id())]).await.expect("visits").iter().map(|visit| visit.id).collect::<Vec<_>>(), [id]);
    tx.commit().await.expect("kept");
    id
}

pub async fn how_a_visit_goes_on_is_read_back(shelf: Shelf) {
    let (store, building, at) = (&shelf.store, shelf.town.tower.id, now());
    let (id, other) = (a_visit(&shelf).await, a_visit(&shelf).await);
    let mut tx = store.begin().await.expect("a transaction begins");
    let device = a_batch(&mut tx, &shelf, 31, id, "[]").await;
    assert!(device.to_string().len() > 8);
    let pace = Pace { pace: VisitPace { expected_end: Some(Timestamp(5)), paused_at: Some(Timestamp(4)) }, said_at: Some(Timestamp(3)) };
    visit::set_pace(&mut tx, id, &pace).await.expect("kept");
    let event = EventId(new_id());
    event::insert(&mut tx, vec![(event, 31)]).await.expect("stored");
    let author = shelf.town.accounts[&Person::Inspector];
    let row = |come_back, language: Option<&str>, by| DoorNoteRow { note: DoorNote { come_back, language: language.map(str::to_owned) }, language_by: by };
    let doors = [shelf.town.tower.doors[0].clone(), shelf.town.tower.doors[1].clone()];
    let noted = |door: &str, row| NewDoorNote { visit_id: id, dwelling_id: door.parse().expect("an id"), row, event_id: event };
    let (first, second) = (row(true, None, None), row(false, Some("vi"), Some((event, author))));
    visit::set_door_notes(&mut tx, vec![noted(&doors[0], row(false, Some("fa"), Some((event, author)))), noted(&doors[1], second.clone())])
        .await
        .expect("kept");
    visit::set_door_notes(&mut tx, vec![noted(&doors[0], first.clone())]).await.expect("replaced");
    visit::set_door_notes(&mut tx, Vec::new()).await.expect("nothing is fine");
    tx.commit().await.expect("kept");

    let reader = store.reader();
    let read = visit::door_notes(reader, id).await.expect("notes");
    assert_eq!((read.get(&doors[0]), read.get(&doors[1]), read.len()), (Some(&first), Some(&second), 2));
    assert_eq!(visit::by_id(reader, id).await.expect("an answer").expect("the visit").pace, pace);
    assert_eq!(visit::by_id(reader, other).await.expect("an answer").expect("the visit").pace, Pace::default());
    let under_way =
        async |besides, since| visit::others_under_way(reader, building, besides, since).await.expect("visits").iter().map(|visit| visit.id).collect();
    let found: Vec<VisitId> = under_way(other, Timestamp(0)).await;
    assert_eq!(found, [id]);
    let found: Vec<VisitId> = under_way(other, at.plus_ms(MINUTE)).await;
    assert!(found.is_empty(), "nothing came of it since");

    assert!(visit::past_end(reader, Timestamp(9)).await.expect("visits").is_empty(), "one that is paused does not run over");
    let mut tx = store.begin().await.expect("a transaction begins");
    visit::set_pace(&mut tx, id, &Pace { pace: VisitPace { expected_end: Some(Timestamp(5)), paused_at: None }, said_at: None }).await.expect("kept");
    for (text, at) in [("« oui »", 7), ("après", 8), ("avant", 6)] {
        let reached = NewReached { id: EntryId(new_id()), visit_id: id, at: Timestamp(at), by: author, text: text.to_owned(), is_out: text == "après" };
        visit::insert_reached(&mut tx, &reached).await.expect("kept");
    }
    tx.commit().await.expect("kept");
    let past = async |before| visit::past_end(reader, Timestamp(before)).await.expect("visits").iter().map(|visit| visit.id).collect::<Vec<_>>();
    assert_eq!((past(4).await, past(5).await), (Vec::new(), vec![id]));
    let last = visit::last_reached(reader, id).await.expect("an answer");
    assert_eq!(last, Some((VisitReached { at: Timestamp(8), by: Person::Inspector.name().to_owned(), text: "après".to_owned() }, true)));
    assert_eq!(visit::last_reached(reader, other).await.expect("an answer"), None);
}

pub async fn a_visit_its_outcomes_and_its_judgement_read_back(shelf: Shelf) {
    let (store, at) = (&shelf.store, now());
    let reader = store.reader();
    assert!(visit::latest(reader, shelf.town.tower.id).await.expect("an answer").is_none());
    let id = a_visit(&shelf).await;
    let read = visit::by_id(reader, id).await.expect("an answer").expect("the visit");
    assert_eq!((read.building_id, read.started_by_name.as_str(), read.finished_at, read.case_id), (shelf.town.tower.id, Person::Inspector.name(), None, None));
    assert!(visit::complexities(reader, id).await.expect("an answer").is_none());
    let door: DwellingId = shelf.town.tower.doors[0].parse().expect("an id");
    let case_id = a_case(&shelf, &shelf.town.tower, 1).await.case.id;
    let mut tx = store.begin().await.expect("a transaction begins");
    for outcome in [DwellingOutcome::Absent, DwellingOutcome::Visited] {
        let new = NewOutcome { visit_id: id, dwelling_id: door, outcome, event_id: EventId(new_id()) };
        visit::set_outcomes(&mut tx, vec![new]).await.expect("stored, then replaced");
    }
    let judgement = |both: Option<&str>, case_id, finished_at| visit::Judgement {
        visit_id: id,
        score: "{}".to_owned(),
        complexity: "\"building\"".to_owned(),
        complexity_confidential: both.map(str::to_owned),
        case_id,
        finished_at,
    };
    visit::save_judgements(&mut tx, vec![judgement(None, Some(case_id), None)], at).await.expect("saved");
    assert_eq!(
        visit::complexities(&mut *tx, id).await.expect("an answer"),
        Some(("\"building\"".to_owned(), "\"building\"".to_owned())),
        "the building says all"
    );
    visit::save_judgements(&mut tx, vec![judgement(Some("\"both\""), None, Some(at))], at).await.expect("the case stays");
    visit::save_judgements(&mut tx, vec![judgement(Some("\"both\""), None, Some(at.plus_ms(MINUTE)))], at).await.expect("finished once");
    tx.commit().await.expect("kept");
    assert_eq!(visit::outcomes(reader, id).await.expect("outcomes"), BTreeMap::from([(door.to_string(), DwellingOutcome::Visited)]));
    let mut tx = store.begin().await.expect("a transaction begins");
    let of_many = visit::outcomes_of_visits(&mut tx, [VisitId(new_id()), id]).await.expect("outcomes");
    assert_eq!(of_many, BTreeMap::from([(id, BTreeMap::from([(door.to_string(), DwellingOutcome::Visited)]))]), "a visit without any is absent");
    visit::withdraw_outcome(&mut tx, id, door).await.expect("withdrawn");
    assert!(visit::outcomes(&mut *tx, id).await.expect("outcomes").is_empty());
    visit::set_outcomes(&mut tx, vec![NewOutcome { visit_id: id, dwelling_id: door, outcome: DwellingOutcome::Visited, event_id: EventId(new_id()) }])
        .await
        .expect("noted again");
    tx.commit().await.expect("kept");
    assert_eq!(visit::complexities(reader, id).await.expect("an answer"), Some(("\"building\"".to_owned(), "\"both\"".to_owned())));
    let latest = visit::latest(reader, shelf.town.tower.id).await.expect("an answer").expect("the visit");
    assert_eq!((latest.id, latest.finished_at, latest.case_id, latest.score.as_deref()), (id, Some(at), Some(case_id), Some("{}")));
    assert!(visit::finished_before(reader, &latest).await.expect("an answer").is_none(), "no visit came before this one");
    let next = VisitRow { id: VisitId(new_id()), ..latest.clone() };
    let before = visit::finished_before(reader, &next).await.expect("an answer");
    assert_eq!(before.map(|visit| visit.id), Some(id), "the one before the next is this one");
    assert_eq!(visit::of_case(reader, case_id).await.expect("visits").len(), 1);
    assert!(!visit::has_another(reader, case_id, id).await.expect("an answer"), "its own visit is not another");
    assert!(visit::has_another(reader, case_id, VisitId(new_id())).await.expect("an answer"));
}

pub async fn grids_are_known_in_the_order_of_their_adoption(shelf: Shelf) {
    let (store, at) = (&shelf.store, now());
    let id = a_visit(&shelf).await;
    let mut tx = store.begin().await.expect("a transaction begins");
    for (hash, text) in [("b", "one"), ("a", "two"), ("b", "one")] {
        grid::adopt(&mut tx, hash, "1", text, at).await.expect("adopted in the same instant");
    }
    let before = visit::by_id(&mut *tx, id).await.expect("an answer").expect("the visit");
    assert_eq!(before.grid_before, None);
    visit::move_grid(&mut tx, id, &GridHash("a".to_owned()), &before.grid).await.expect("moved");
    tx.commit().await.expect("kept");
    assert_eq!(grid::adopted(store.reader()).await.expect("texts"), ["two", "one"]);
    let moved = visit::by_id(store.reader(), id).await.expect("an answer").expect("the visit");
    assert_eq!((moved.grid.0.as_str(), moved.grid_before), ("a", Some(before.grid)));
}

fn answer(event_id: EventId, severity: Severity, device: DeviceId, sequence: u64) -> IncomingAnswer {
    IncomingAnswer { event_id, based_on: None, resolves: Vec::new(), severity: Some(severity), device, device_sequence: sequence, server_sequence: sequence }
}

fn sheet_of<'visit>(records: &[&'visit ObservationRecord]) -> ObservationSheet<'visit> {
    ObservationSheet { visit_id: records[0].visit_id, place: &records[0].place, records: records.to_vec() }
}

pub async fn an_observation_replaces_the_one_before_at_its_place(shelf: Shelf) {
    let (store, visit_id) = (&shelf.store, a_visit(&shelf).await);
    let (first, second) = (EventId(new_id()), EventId(new_id()));
    let mut tx = store.begin().await.expect("a transaction begins");
    let device = a_batch(&mut tx, &shelf, 7, visit_id, "[]").await;
    let current = merge_answer(None, answer(first, Severity::Major, device, 1)).current;
    let record = ObservationRecord {
        visit_id,
        place: Place::Dwelling(shelf.town.tower.doors[0].clone()),
        criterion: CriterionId("HUM-01".to_owned()),
        event_id: first,
        batch_id: 7,
        recorded_by: String::new(),
        recorded_at: now(),
        confidential: false,
        answer: Answer::Observed { severity: Some(Severity::Major), value: None },
        note: None,
        current: Some(current.clone()),
    };
    let noted = ObservationRecord {
        place: Place::Common,
        criterion: CriterionId("COM-01".to_owned()),
        note: Some("« à revoir »".to_owned()),
        current: None,
        answer: Answer::Cleared,
        confidential: true,
        ..record.clone()
    };
    observation::save(&mut tx, vec![sheet_of(&[&record]), sheet_of(&[&noted])]).await.expect("stored");
    observation::save(&mut tx, Vec::new()).await.expect("nothing is fine");
    let alone = observation::of_visit(&mut tx, visit_id).await.expect("observations").remove(1);
    assert_eq!((alone.current.as_ref(), alone.batch_id), (Some(&current), 7), "an answer alone is read back whole");
    // Another phone says less: both stand, the highest counts.
    let merged = merge_answer(Some(current), answer(second, Severity::Minor, DeviceId(new_id()), 2)).current;
    let other = ObservationRecord {
        event_id: second,
        answer: Answer::Observed { severity: Some(Severity::Minor), value: None },
        current: Some(merged.clone()),
        ..record.clone()
    };
    let beside = ObservationRecord { criterion: CriterionId("HUM-02".to_owned()), event_id: EventId(new_id()), ..record };
    observation::save(&mut tx, vec![sheet_of(&[&other, &beside])]).await.expect("replaced");
    tx.commit().await.expect("kept");
    let read = observation::of_visit(&mut store.read().await.expect("a connection"), visit_id).await.expect("observations");
    assert_eq!(read.len(), 3, "one per criterion and place");
    let (common, dwelling) = (&read[0], &read[1]);
    assert_eq!(read[2].event_id, beside.event_id, "answers of a place lie by criterion");
    assert_eq!((common.note.as_deref(), common.current.is_none(), common.confidential), (Some("« à revoir »"), true, true));
    assert_eq!((dwelling.event_id, dwelling.current.as_ref(), dwelling.recorded_by.as_str()), (second, Some(&merged), Person::Inspector.name()));
    assert_eq!((dwelling.standing_severity(), dwelling.is_in_conflict()), (Some(Severity::Major), true));

    let of_many = observation::of_visits(&mut store.read().await.expect("a connection"), [VisitId(new_id()), visit_id]).await.expect("observations");
    assert_eq!(of_many.iter().map(|(id, records)| (*id, records.len())).collect::<Vec<_>>(), [(visit_id, 3)], "a visit without any is absent");

    // Only a finished visit is history.
    let seen = [(shelf.town.tower.id, dwelling.place.to_string()), (shelf.town.tower.id, "exterior".to_owned())];
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(observation::earlier_severities(&mut tx, &seen).await.expect("an answer").is_empty());
    let judgement = visit::Judgement {
        visit_id,
        score: "{}".to_owned(),
        complexity: "{}".to_owned(),
        complexity_confidential: None,
        case_id: None,
        finished_at: Some(now()),
    };
    visit::save_judgements(&mut tx, vec![judgement], now()).await.expect("finished");
    let earlier = observation::earlier_severities(&mut tx, &seen).await.expect("an answer");
    assert_eq!(earlier.len(), 2, "those of the place asked after, the highest that stands of each");
    assert_eq!((earlier[0].visit_id, earlier[0].event_id, earlier[0].severity), (visit_id, second, Severity::Major));
}

/// Marks change a photo's copies, and copies made with other marks say nothing of it.
async fn marks_of_a_photo(shelf: &Shelf, id: PhotoId, visit_id: VisitId, at: Timestamp) {
    let marks = [PhotoMark::Blur { area: MarkArea { left: 0, top: 0, width: 500, height: 500 } }];
    let mut tx = shelf.store.begin().await.expect("a transaction begins");
    assert!(!photo::mark(&mut tx, id, VisitId(new_id()), &marks).await.expect("an answer"), "another visit marks nothing");
    assert!(!photo::mark(&mut tx, id, visit_id, &[]).await.expect("an answer"), "nothing changes");
    assert!(photo::mark(&mut tx, id, visit_id, &marks).await.expect("marked"));
    assert!(!photo::mark(&mut tx, id, visit_id, &marks).await.expect("an answer"), "the same marks change nothing");
    let marked = photo::by_id(&mut *tx, id).await.expect("an answer").expect("the photo");
    assert_eq!((marked.marks.as_slice(), marked.marks_revision, marked.copies), (marks.as_slice(), 1, Copies::Awaited));
    assert_eq!(photo::marked_hashes(&mut *tx, "aa").await.expect("hashes"), [("a".repeat(64), marks.to_vec())]);
    photo::derived(&mut tx, id, &[], Some((8, 6)), None, None, at).await.expect("an answer");
    let awaited = photo::by_id(&mut *tx, id).await.expect("an answer").expect("the photo");
    assert_eq!(awaited.copies, Copies::Awaited, "copies of before the marks are not those");
    photo::derived(&mut tx, id, &marks, Some((8, 6)), None, Some(4.5), at).await.expect("derived");
    assert_eq!(photo::by_id(&mut *tx, id).await.expect("an answer").expect("the photo").copies, Copies::Made);
    assert!(photo::mark(&mut tx, id, visit_id, &[]).await.expect("taken away"));
    let plain = photo::by_id(&mut *tx, id).await.expect("an answer").expect("the photo");
    assert_eq!((plain.marks.len(), plain.marks_revision), (0, 2));
    tx.commit().await.expect("kept");
}

/// A photo that a program of the system is asked for: once by each program, while it has no copies.
async fn photos_for_a_converter(shelf: &Shelf, like: &NewPhoto, at: Timestamp) {
    let mut tx = shelf.store.begin().await.expect("a transaction begins");
    let new = |digit: &str| NewPhoto { id: PhotoId(new_id()), event_id: EventId(new_id()), sha256: digit.repeat(64), ..like.clone() };
    let (heic, avif, png, coming) = (new("c"), new("d"), new("e"), new("f"));
    for (photo, content_type) in [(&heic, "image/heic"), (&avif, "image/avif"), (&png, "image/png")] {
        photo::insert(&mut tx, photo).await.expect("stored");
        photo::verify(&mut tx, photo.id, &photo.sha256, content_type, at).await.expect("verified");
        photo::derived(&mut tx, photo.id, &[], None, None, None, at).await.expect("nothing to show");
    }
    photo::insert(&mut tx, &NewPhoto { content_type: "image/heic".to_owned(), ..coming }).await.expect("stored, and its bytes are on their way");
    assert_eq!(photo::to_convert(&mut *tx, "one", 9).await.expect("photos"), [heic.id, avif.id]);
    assert_eq!(photo::to_convert(&mut *tx, "one", 1).await.expect("photos"), [heic.id]);
    photo::ask_converter(&mut tx, heic.id, "one").await.expect("asked");
    let asked = photo::by_id(&mut *tx, heic.id).await.expect("an answer").expect("the photo");
    assert_eq!((asked.copies, asked.converter.as_deref()), (Copies::Awaited, Some("one")));
    assert_eq!(photo::to_convert(&mut *tx, "one", 9).await.expect("photos"), [avif.id]);
    assert_eq!(photo::to_convert(&mut *tx, "other", 9).await.expect("photos"), [avif.id], "an answer is awaited for the first");
    photo::derived(&mut tx, heic.id, &[], None, None, None, at).await.expect("nothing to show");
    assert_eq!(photo::to_convert(&mut *tx, "one", 9).await.expect("photos"), [avif.id], "asked once");
    assert_eq!(photo::to_convert(&mut *tx, "other", 9).await.expect("photos"), [heic.id, avif.id], "another program is asked again");
    photo::derived(&mut tx, avif.id, &[], Some((8, 6)), None, None, at).await.expect("derived");
    photo::converted_by(&mut tx, avif.id, Some("other")).await.expect("told");
    photo::converted_by(&mut tx, heic.id, None).await.expect("told");
    assert_eq!(photo::to_convert(&mut *tx, "one", 9).await.expect("photos"), [heic.id]);
    assert_eq!(photo::by_id(&mut *tx, avif.id).await.expect("an answer").and_then(|photo| photo.converter).as_deref(), Some("other"));
    tx.rollback().await.expect("as before");
}

pub async fn a_photo_is_verified_by_its_hash_and_an_upload_moves_only_forward(shelf: Shelf) {
    let (store, visit_id, at) = (&shelf.store, a_visit(&shelf).await, now());
    let reader = store.reader();
    let (id, account_id) = (PhotoId(new_id()), shelf.town.accounts[&Person::Inspector]);
    let new = NewPhoto {
        id,
        visit_id,
        building_id: shelf.town.tower.id,
        place: Place::Exterior,
        criterion: CriterionId("EXT-01".to_owned()),
        account_id,
        event_id: EventId(new_id()),
        confidential: false,
        sha256: "a".repeat(64),
        bytes: 25 * 1024 * 1024,
        content_type: "image/jpeg".to_owned(),
        taken_at: at,
    };
    let mut tx = store.begin().await.expect("a transaction begins");
    photo::insert(&mut tx, &new).await.expect("stored");
    photo::insert(&mut tx, &NewPhoto { sha256: "b".repeat(64), ..new.clone() }).await.expect("the first stands");
    assert!(!photo::verify(&mut tx, id, &"b".repeat(64), "image/png", at).await.expect("an answer"), "another hash verifies nothing");
    assert!(photo::verify(&mut tx, id, &"a".repeat(64), "image/webp", at).await.expect("an answer"));
    assert!(photo::verify(&mut tx, id, &"a".repeat(64), "image/webp", at.plus_ms(MINUTE)).await.expect("again is fine"));
    photo::derived(&mut tx, id, &[], None, None, None, at).await.expect("nothing to show");
    let unreadable = photo::by_id(&mut *tx, id).await.expect("an answer").expect("the photo");
    assert_eq!((unreadable.copies, unreadable.captured_at), (Copies::Impossible, None));
    photo::derived(&mut tx, id, &[], Some((2_048, 1_536)), Some(at.plus_ms(-MINUTE)), Some(4.5), at).await.expect("derived");
    tx.commit().await.expect("kept");
    let read = photo::by_id(reader, id).await.expect("an answer").expect("the photo");
    assert_eq!((read.verified_at, read.copies, read.removed, read.bytes, read.sha256), (Some(at), Copies::Made, false, 25 * 1024 * 1024, "a".repeat(64)));
    assert_eq!((read.content_type.as_str(), read.captured_at, read.accuracy_m), ("image/webp", Some(at.plus_ms(-MINUTE)), Some(4.5)));
    assert_eq!(photo::of_visit(reader, visit_id).await.expect("photos").len(), 1);
    marks_of_a_photo(&shelf, id, visit_id, at).await;
    photos_for_a_converter(&shelf, &new, at).await;
    let mut tx = store.begin().await.expect("a transaction begins");
    photo::move_to(&mut tx, id, VisitId(new_id()), &Place::Common).await.expect("another visit moves nothing");
    assert_eq!(photo::by_id(&mut *tx, id).await.expect("an answer").expect("the photo").place, Place::Exterior);
    photo::move_to(&mut tx, id, visit_id, &Place::Common).await.expect("moved");
    assert_eq!(photo::by_id(&mut *tx, id).await.expect("an answer").expect("the photo").place, Place::Common);
    tx.commit().await.expect("kept");
    let mut tx = store.begin().await.expect("a transaction begins");
    photo::remove(&mut tx, id, VisitId(new_id()), at).await.expect("another visit removes nothing");
    assert_eq!(photo::of_visit(&mut *tx, visit_id).await.expect("photos").len(), 1);
    let visits = [VisitId(new_id()), visit_id];
    let taken = photo::places_of_visits(&mut tx, visits).await.expect("places");
    assert_eq!(taken.iter().map(|(visit, photo, place, _)| (*visit, *photo, place)).collect::<Vec<_>>(), [(visit_id, id, &Place::Common)]);
    photo::remove(&mut tx, id, visit_id, at).await.expect("removed");
    assert!(photo::places_of_visits(&mut tx, visits).await.expect("places").is_empty(), "a removed photo is at no place");
    tx.commit().await.expect("kept");
    assert!(photo::of_visit(reader, visit_id).await.expect("photos").is_empty());
    assert_eq!(photo::by_id(reader, id).await.expect("an answer").map(|photo| photo.removed), Some(true));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(photo::restore(&mut tx, id, VisitId(new_id())).await.expect("an answer").is_none(), "another visit restores nothing");
    assert_eq!(photo::restore(&mut tx, id, visit_id).await.expect("restored").map(|photo| (photo.id, photo.removed)), Some((id, false)));
    photo::remove(&mut tx, id, visit_id, at).await.expect("removed again");
    tx.commit().await.expect("kept");

    let upload = UploadRow {
        photo_id: id,
        account_id,
        sha256: "a".repeat(64),
        content_type: "image/jpeg".to_owned(),
        length_bytes: 100,
        finished: false,
        created_at: at,
    };
    let mut tx = store.begin().await.expect("a transaction begins");
    photo::insert_upload(&mut tx, &upload, at).await.expect("stored");
    photo::insert_upload(&mut tx, &UploadRow { length_bytes: 7, ..upload.clone() }, at).await.expect("the first stands");
    assert_eq!(photo::upload(&mut *tx, id).await.expect("an answer"), Some(upload.clone()));
    let waiting = async |tx: &mut sqlx::AnyConnection, before, after| photo::uploads_unfinished(tx, before, after, 10).await.expect("a list");
    assert_eq!(waiting(&mut tx, at.plus_ms(1), None).await, [id]);
    assert!(waiting(&mut tx, at, None).await.is_empty() && waiting(&mut tx, at.plus_ms(1), Some(id)).await.is_empty());
    photo::finish_upload(&mut tx, id, "image/png", at).await.expect("finished");
    assert!(waiting(&mut tx, at.plus_ms(1), None).await.is_empty());
    photo::delete_upload(&mut tx, id).await.expect("a finished upload stays");
    let known = photo::upload(&mut *tx, id).await.expect("an answer").expect("the upload");
    assert_eq!((known.finished, known.content_type.as_str()), (true, "image/png"));
    let wrong = PhotoId(new_id());
    photo::insert_upload(&mut tx, &UploadRow { photo_id: wrong, sha256: "ab".repeat(32), ..upload }, at).await.expect("stored");
    // The photo and its upload name one hash; an upload alone names its own.
    assert_eq!(photo::hashes_uploaded(&mut *tx, "aa").await.expect("hashes"), ["a".repeat(64)]);
    assert_eq!(photo::hashes_uploaded(&mut *tx, "ab").await.expect("hashes"), ["ab".repeat(32)]);
    assert_eq!(photo::marked_hashes(&mut *tx, "aa").await.expect("hashes"), [("a".repeat(64), Vec::new())]);
    assert!(photo::marked_hashes(&mut *tx, "ab").await.expect("hashes").is_empty());
    assert!(photo::hashes_uploaded(&mut *tx, "ff").await.expect("hashes").is_empty());
    photo::delete_upload(&mut tx, wrong).await.expect("forgotten");
    assert!(photo::upload(&mut *tx, wrong).await.expect("an answer").is_none());
    tx.commit().await.expect("kept");
}

pub(super) async fn a_case(shelf: &Shelf, building: &Building, sequence: u32) -> CaseRecord {
    let at = Timestamp(1_700_000_000_000 + i64::from(sequence / 2));
    let record = CaseRecord {
        case: Case::open(CaseId(new_id()), CaseNumber { year: 2026, sequence }, building.id, OpeningReason::Complex, None, at),
        building: building.row.clone(),
        band: Some(Band::C),
        index: Some(41.25),
        danger: true,
        complex: true,
        motifs: vec!["CERTAIN".to_owned()],
        motifs_confidential: vec!["CERTAIN".to_owned(), "VULN".to_owned()],
        updated_at: at,
        revision: 1,
        referrals_waiting: 0,
        referrals_waiting_in_all: 0,
        escalation_open: false,
    };
    let mut tx = shelf.store.begin().await.expect("a transaction begins");
    case::insert(&mut tx, &record).await.expect("stored");
    tx.commit().await.expect("kept");
    record
}

pub async fn a_case_saves_over_the_revision_that_was_read(shelf: Shelf) {
    let (store, at) = (&shelf.store, now());
    let reader = store.reader();
    let by = shelf.town.accounts[&Person::Coordinator];
    assert!(case::open_of_building(reader, shelf.town.tower.id).await.expect("an answer").is_none());
    let new = a_case(&shelf, &shelf.town.tower, 1).await;
    let id = new.case.id;
    let read = case::by_id(reader, id).await.expect("an answer").expect("the case");
    assert_eq!((&read.case, read.band, read.index, read.danger, read.complex), (&new.case, Some(Band::C), Some(41.25), true, true));
    assert_eq!((&read.motifs, &read.motifs_confidential, read.revision), (&new.motifs, &new.motifs_confidential, 1));
    let mut mine = read.clone();
    mine.case = mine.case.assign(by, by, at).expect("assigned");
    mine.band = None;
    mine.index = None;
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(case::save(&mut tx, &mine, at).await.expect("an answer"));
    assert!(!case::save(&mut tx, &read, at).await.expect("an answer"), "somebody saved first");
    tx.commit().await.expect("kept");
    let saved = case::open_of_building(reader, shelf.town.tower.id).await.expect("an answer").expect("the case");
    assert_eq!((saved.case.stage(), saved.revision, saved.band, saved.index, saved.updated_at), (CaseStage::Assigned, 2, None, None, at));
    assert_eq!(case::count_open(reader, shelf.town.tower.id).await.expect("a count"), 1);

    // The oldest open one of each building; what only the psychosocial compartment changed moves neither date nor revision.
    let mut tx = store.begin().await.expect("a transaction begins");
    case::insert(
        &mut tx,
        &CaseRecord {
            case: Case::open(CaseId(new_id()), CaseNumber { year: 2026, sequence: 9 }, shelf.town.tower.id, OpeningReason::Complex, None, at),
            ..new.clone()
        },
    )
    .await
    .expect("stored");
    let mut open = case::open_of_buildings(&mut tx, [shelf.town.tower.id, shelf.town.house.id]).await.expect("cases");
    assert_eq!(open.iter().map(|case| case.case.id).collect::<Vec<_>>(), [id]);
    open[0].motifs_confidential.push("FAM".to_owned());
    open[0].index = Some(12.5);
    let quietly = [case::CaseUpdate { record: &open[0], shows: false }];
    assert_eq!(case::save_all(&mut tx, &quietly, at.plus_ms(MINUTE)).await.expect("a count"), 1);
    assert_eq!(case::save_all(&mut tx, &[], at).await.expect("a count"), 0);
    let quiet = case::by_id(&mut *tx, id).await.expect("an answer").expect("the case");
    assert_eq!((quiet.revision, quiet.updated_at, quiet.index), (2, at, Some(12.5)));
    assert_eq!(quiet.motifs_confidential, ["CERTAIN", "VULN", "FAM"]);
    drop(tx);
    let mut tx = store.begin().await.expect("a transaction begins");
    for (number, (kind, confidential)) in [(EntryKind::CaseOpened, false), (EntryKind::Comment, true)].into_iter().enumerate() {
        let entry_at = at.plus_ms(i64::try_from(number).expect("small"));
        let entry = NewCaseEntry {
            id: EntryId(new_id()),
            case_id: id,
            at: entry_at,
            by_account: Some(by),
            by_name: "Coralie",
            kind,
            confidential,
            by_confidential: !confidential,
            text: "l’essai",
        };
        case::insert_entry(&mut tx, &entry).await.expect("stored");
    }
    case::insert_entries(&mut tx, &[]).await.expect("nothing is fine");
    case::touch(&mut tx, id, at.plus_ms(MINUTE)).await.expect("touched");
    tx.commit().await.expect("kept");
    let entries = case::entries(reader, id).await.expect("entries");
    assert_eq!(
        entries.iter().map(|entry| (entry.kind, entry.confidential, entry.by_confidential)).collect::<Vec<_>>(),
        [(EntryKind::Comment, true, false), (EntryKind::CaseOpened, false, true)]
    );
    assert_eq!((entries[0].text.as_str(), entries[0].struck_reason.as_deref()), ("l’essai", None));

    let mut closed = case::by_id(reader, id).await.expect("an answer").expect("the case");
    closed.case = closed.case.close(CaseOutcome::Corrected, "Fait", by, at).expect("closed");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(case::save(&mut tx, &closed, at).await.expect("an answer"));
    tx.commit().await.expect("kept");
    assert!(case::open_of_building(reader, shelf.town.tower.id).await.expect("an answer").is_none());
    assert_eq!(case::count_open(reader, shelf.town.tower.id).await.expect("a count"), 0);
}

async fn ids_of(store: &Store, filter: &CaseFilter) -> Vec<CaseId> {
    let rows = case::list(store.reader(), filter, None, 100).await.expect("a list");
    assert_eq!(case::count(store.reader(), filter).await.expect("a count"), rows.len() as u64, "{filter:?}");
    rows.into_iter().map(|row| row.case.id).collect()
}

pub async fn the_list_and_its_count_agree_under_every_filter(shelf: Shelf) {
    let (store, town) = (&shelf.store, &shelf.town);
    let mut cases = Vec::new();
    for sequence in 1..=6 {
        cases.push(a_case(&shelf, if sequence % 3 == 0 { &town.house } else { &town.tower }, sequence).await);
    }
    let mut closed = cases[0].clone();
    closed.case = closed.case.close(CaseOutcome::Unfounded, "Rien", town.accounts[&Person::Coordinator], now()).expect("closed");
    closed.band = Some(Band::A);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(case::save(&mut tx, &closed, closed.updated_at).await.expect("an answer"));
    tx.commit().await.expect("kept");
    let filter = CaseFilter::default;
    let words = |words: &[&str]| CaseFilter { words: words.iter().map(|word| (*word).to_owned()).collect(), ..filter() };
    let in_brossard = |field: fn(&mut CaseFilter, Option<String>)| {
        let mut narrowed = filter();
        field(&mut narrowed, Some("Brossard".to_owned()));
        narrowed
    };
    let table = [
        (filter(), 6),
        (CaseFilter { open: Some(true), ..filter() }, 5),
        (CaseFilter { open: Some(false), ..filter() }, 1),
        (CaseFilter { stage: Some(CaseStage::New), ..filter() }, 5),
        (CaseFilter { stage: Some(CaseStage::Closed), open: Some(true), ..filter() }, 0),
        (CaseFilter { band: Some(Band::C), ..filter() }, 5),
        (CaseFilter { band: Some(Band::A), ..filter() }, 1),
        (CaseFilter { band: Some(Band::D), ..filter() }, 0),
        (in_brossard(|filter, name| filter.municipality = name), 2),
        (in_brossard(|filter, name| filter.territory = name), 2),
        (CaseFilter { municipality: Some("Brossard".to_owned()), territory: Some("Longueuil".to_owned()), ..filter() }, 0),
        (words(&["enonce"]), 4),
        (words(&["saint", "hubert", "1250"]), 4),
        (words(&["modele", "enonce"]), 0),
        (words(&["0003"]), 1),
    ];
    for (filter, expected) in table {
        assert_eq!(ids_of(store, &filter).await.len(), expected, "{filter:?}");
    }
    let all = ids_of(store, &filter()).await;
    for limit in 1..=6 {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = case::list(store.reader(), &filter(), after, limit).await.expect("a page");
            let Some(last) = page.last() else { break };
            after = Some(CasePosition { updated_at: last.updated_at, id: last.case.id });
            seen.extend(page.into_iter().map(|row| row.case.id));
        }
        assert_eq!(seen, all, "pages of {limit} hold every case once, in order");
    }
}

pub async fn an_escalation_has_its_revisions_its_log_and_its_board(shelf: Shelf) {
    let (store, at) = (&shelf.store, now());
    let reader = store.reader();
    let by = shelf.town.accounts[&Person::Dispatcher];
    let request = Raise {
        id: EscalationId(new_id()),
        case_id: None,
        building_id: shelf.town.tower.id,
        place: Place::Common,
        reasons: Vec::new(),
        raised_by: by,
        raised_on_device_at: None,
        exercise: false,
    };
    let Raised::New(raised) = raise(request, at, None) else { panic!("nothing was open") };
    let id = raised.id;
    let record = EscalationRecord {
        escalation: raised,
        building: shelf.town.tower.row.clone(),
        case_number: None,
        reason: Some("Fumée".to_owned()),
        called_911: true,
        confidential: false,
        raised_by_name: "Inès".to_owned(),
        acknowledged_by_name: None,
        revision: 1,
    };
    let mut tx = store.begin().await.expect("a transaction begins");
    escalation::insert(&mut tx, &record).await.expect("stored");
    tx.commit().await.expect("kept");
    let linked = a_case(&shelf, &shelf.town.tower, 1).await;
    let mut tx = store.begin().await.expect("a transaction begins");
    escalation::link_case(&mut tx, shelf.town.tower.id, linked.case.id).await.expect("linked");
    tx.commit().await.expect("kept");
    let read = escalation::by_id(reader, id).await.expect("an answer").expect("the escalation");
    assert_eq!((read.revision, read.called_911, read.reason.as_deref(), read.case_number.as_deref()), (2, true, Some("Fumée"), Some("B-2026-0001")));
    assert_eq!(escalation::of_case(reader, linked.case.id).await.expect("a list").len(), 1);
    assert!(case::by_id(reader, linked.case.id).await.expect("an answer").is_some_and(|case| case.escalation_open));

    let mut mine = read.clone();
    mine.escalation = mine.escalation.acknowledge(by, at).expect("acknowledged");
    mine.acknowledged_by_name = Some("Célestin".to_owned());
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(escalation::save(&mut tx, &mine).await.expect("an answer"));
    assert!(!escalation::save(&mut tx, &read).await.expect("an answer"), "somebody saved first");
    assert_eq!(escalation::touch(&mut tx, id).await.expect("a revision"), 4);
    let line = |text| NewEscalationEntry {
        id: EntryId(new_id()),
        escalation_id: id,
        at,
        by_account: Some(by),
        by_name: "Célestin",
        verb: Some(EscalationVerb::Acknowledge),
        text,
    };
    let entry = line("Vu");
    escalation::insert_entry(&mut tx, &entry).await.expect("stored");
    assert!(!escalation::strike_entry(&mut tx, EscalationId(new_id()), entry.id, by, "Autre", at).await.expect("an answer"), "of this escalation only");
    assert!(escalation::strike_entry(&mut tx, id, entry.id, by, "Erreur", at).await.expect("an answer"));
    assert!(!escalation::strike_entry(&mut tx, id, entry.id, by, "Encore", at).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
    let entries = escalation::entries(reader, &[id]).await.expect("the log");
    assert_eq!(
        (entries.len(), entries[0].struck_reason.as_deref(), entries[0].text.as_str(), entries[0].verb),
        (1, Some("Erreur"), "Vu", Some(EscalationVerb::Acknowledge))
    );
    assert_eq!((entries[0].by_account, entries[0].is_call_of_an_observation()), (Some(by), false));
    assert!(escalation::entries(reader, &[]).await.expect("the log").is_empty());
    assert_eq!(escalation::open(reader).await.expect("the board").len(), 1);

    let mut over = escalation::by_id(reader, id).await.expect("an answer").expect("the escalation");
    over.escalation = over.escalation.stand_down("Fausse alerte", by, at.plus_ms(MINUTE)).expect("stood down");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(escalation::save(&mut tx, &over).await.expect("an answer"));
    tx.commit().await.expect("kept");
    assert!(escalation::open(reader).await.expect("the board").is_empty());
    assert_eq!(escalation::closed_since(reader, at).await.expect("the board").len(), 1);
    assert!(escalation::closed_since(reader, at.plus_ms(MINUTE)).await.expect("the board").is_empty());
    assert_eq!(escalation::of_building(reader, shelf.town.tower.id).await.expect("a list").len(), 1);
    assert!(case::by_id(reader, linked.case.id).await.expect("an answer").is_some_and(|case| !case.escalation_open));
}

pub(super) fn a_referral(shelf: &Shelf, case_id: CaseId, to: OrganisationId, by: AccountId, at: Timestamp) -> Referral {
    let draft = Draft {
        id: ReferralId(new_id()),
        case_id,
        building_id: shelf.town.tower.id,
        from_organisation: shelf.town.brigade,
        to_organisation: to,
        service: "Service".to_owned(),
        pivot_person: None,
        reason: "Aide".to_owned(),
        urgency: Urgency::Soon,
        shared_sections: Grants::of([Section::Building]).expect("shareable"),
        answer_in_days: 5,
        emergency: None,
        group: None,
    };
    Referral::draft(draft, by, at).expect("a draft")
}

pub async fn a_referral_is_inserted_once_and_found_when_overdue(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let by = town.accounts[&Person::Coordinator];
    let case_id = a_case(&shelf, &town.tower, 1).await.case.id;
    let draft = a_referral(&shelf, case_id, town.cisss, by, at);
    let sent = a_referral(&shelf, case_id, town.cisss, by, at).send(at.plus_ms(MINUTE), by, at).expect("sent");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(referral::insert(&mut tx, &draft, by, at).await.expect("an answer"));
    assert!(referral::insert(&mut tx, &sent, by, at).await.expect("an answer"));
    assert!(!referral::insert(&mut tx, &sent, by, at).await.expect("an answer"), "one click, one referral");
    let entry =
        NewReferralEntry { id: EntryId(new_id()), referral_id: sent.id, at, by_account: Some(by), by_name: "Coralie", kind: EntryKind::ReferralSent, text: "" };
    referral::insert_entry(&mut tx, &entry).await.expect("stored");
    tx.commit().await.expect("kept");
    assert_eq!(referral::entries(reader, sent.id).await.expect("the history").len(), 1);
    let read = referral::by_id(reader, sent.id).await.expect("an answer").expect("the referral");
    assert_eq!((&read.referral, read.case_number.as_str(), read.to_name.as_str(), read.created_by), (&sent, "B-2026-0001", "CISSS des essais", by));
    assert_eq!(case::by_id(reader, case_id).await.expect("an answer").map(|case| case.referrals_waiting), Some(1));
    let list = async |filter| referral::list(reader, filter).await.expect("a list").len();
    for (filter, expected) in [
        (ReferralFilter::OfCase(case_id), 2),
        (ReferralFilter::OfCaseReceived(case_id, town.cisss), 1),
        (ReferralFilter::OfCaseReceived(case_id, town.longueuil), 0),
        (ReferralFilter::AwaitedBy(by), 1),
        (ReferralFilter::AwaitedBy(town.accounts[&Person::Inspector]), 0),
    ] {
        assert_eq!(list(filter).await, expected, "{filter:?}: a draft is nobody’s but its author’s");
    }
    let overdue = async |after_ms| referral::overdue(reader, at.plus_ms(after_ms)).await.expect("a list").len();
    assert_eq!((overdue(MINUTE).await, overdue(MINUTE + 1).await), (0, 1));
    let expected = read.referral.revision;
    let accepted = ReferralRecord {
        referral: read.referral.clone().accept(by, at, None).expect("accepted"),
        answered_by_name: Some("Cécile".to_owned()),
        answered_at: Some(at),
        ..read
    };
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(referral::save(&mut tx, &accepted, expected, at).await.expect("an answer"));
    assert!(!referral::save(&mut tx, &accepted, expected, at).await.expect("an answer"), "somebody saved first");
    tx.commit().await.expect("kept");
    let read = referral::by_id(reader, sent.id).await.expect("an answer").expect("the referral");
    assert_eq!((read.referral.stage(), read.answered_by_name.as_deref(), read.answered_at), (ReferralStage::Accepted, Some("Cécile"), Some(at)));
    assert_eq!(overdue(MINUTE + 1).await, 0);
}

pub async fn a_job_is_claimed_by_one_worker_and_tried_again(shelf: Shelf) {
    let (store, at) = (&shelf.store, now());
    let reader = store.reader();
    let mut tx = store.begin().await.expect("a transaction begins");
    for (payload, run_at) in [("later", at.plus_ms(MINUTE)), ("now", at)] {
        job::insert(&mut tx, &NewJob { kind: "test", payload: payload.to_owned(), run_at }).await.expect("stored");
    }
    tx.commit().await.expect("kept");
    let due = async |after_ms| job::due(reader, Lane::Others, at.plus_ms(after_ms), 10).await.expect("a list");
    assert!(job::due(reader, Lane::Photos, at, 10).await.expect("a list").is_empty(), "photos have a lane of their own");
    let first = due(0).await;
    assert_eq!(first.iter().map(|job| job.payload.as_str()).collect::<Vec<_>>(), ["now"]);
    assert_eq!(due(MINUTE).await.len(), 2);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(job::claim(&mut tx, &first[0], at.plus_ms(2 * MINUTE)).await.expect("an answer"));
    assert!(!job::claim(&mut tx, &first[0], at.plus_ms(2 * MINUTE)).await.expect("an answer"), "the other worker was faster");
    tx.commit().await.expect("kept");
    assert!(due(0).await.is_empty(), "claimed until then");
    let again = due(2 * MINUTE).await.into_iter().find(|job| job.payload == "now").expect("a worker that died gives it back");
    assert_eq!(again.attempts, 1);
    let mut tx = store.begin().await.expect("a transaction begins");
    job::fail(&mut tx, &again.id, "no disk", at).await.expect("failed");
    tx.commit().await.expect("kept");
    assert_eq!(due(0).await.len(), 1, "tried again when it says");
    let mut tx = store.begin().await.expect("a transaction begins");
    for attempts in 1..job::ATTEMPTS_MAX {
        let mut tried = again.clone();
        tried.attempts = attempts;
        assert!(job::claim(&mut tx, &tried, at).await.expect("an answer"));
    }
    tx.commit().await.expect("kept");
    assert!(due(0).await.is_empty(), "left for a person to look at");
    let later = due(MINUTE).await.pop().expect("the other job");
    let mut tx = store.begin().await.expect("a transaction begins");
    job::finish(&mut tx, &later.id, at).await.expect("finished");
    tx.commit().await.expect("kept");
    assert!(due(MINUTE).await.is_empty());
}
