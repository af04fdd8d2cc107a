use casework::{
    ids::{DeviceId, DwellingId, EventId, PhotoId, VisitId},
    wire::v1::{DoorNote, DoorPair},
};
use inspection_grid::Place;
use server::{
    clock::{new_id, now},
    store::{DoorNoteRow, DoorPairRow, NewBatch, NewDoorNote, NewVisit, Pace, building, door_pair, event, photo, visit},
};

use super::Shelf;
use crate::support::Person;

pub async fn what_is_decided_of_doors_reads_back_in_the_order_of_the_feed(shelf: Shelf) {
    let (store, town) = (&shelf.store, &shelf.town);
    let (reader, tower, account_id) = (store.reader(), town.tower.id, town.accounts[&Person::Inspector]);
    let doors: Vec<DwellingId> = town.tower.doors.iter().map(|id| id.parse().expect("an id")).collect();
    let (visit_id, events) = (VisitId(new_id()), [EventId(new_id()), EventId(new_id())]);
    let mut tx = store.begin().await.expect("a transaction begins");
    let new = NewVisit {
        id: visit_id,
        building_id: tower,
        grid: inspection_grid::builtin::v1().hash.clone(),
        started_at: now(),
        started_by: account_id,
        pace: Pace::default(),
        received_at: now(),
    };
    visit::insert(&mut tx, vec![new]).await.expect("stored");
    let device_id = DeviceId(new_id());
    // Received in another order than their ids.
    for (id, event_id) in [(40, events[1]), (41, events[0])] {
        let body = format!(r#"[{{"id" : "{event_id}"}}]"#);
        event::insert_batches(&mut tx, vec![NewBatch { id, visit_id, account_id, device_id, received_at: now(), device_now: now(), body }])
            .await
            .expect("stored");
        event::insert(&mut tx, vec![(event_id, id)]).await.expect("stored");
    }
    let (one, two) = (DoorPair { gone: doors[1], kept: doors[0], same: true }, DoorPair { gone: doors[2], kept: doors[0], same: false });
    door_pair::replace(&mut tx, tower, &[(two, events[1])]).await.expect("kept");
    door_pair::replace(&mut tx, tower, &[(one, events[0]), (two, events[1])]).await.expect("replaced");
    door_pair::set_goes_by(&mut tx, doors[1], Some(doors[0])).await.expect("kept");
    let note = DoorNoteRow { note: DoorNote { come_back: true, language: None }, language_by: None };
    visit::set_door_notes(&mut tx, vec![NewDoorNote { visit_id, dwelling_id: doors[1], row: note, event_id: events[0] }]).await.expect("kept");
    tx.commit().await.expect("kept");

    let read = door_pair::of_building(reader, tower).await.expect("pairs");
    assert_eq!(read, [DoorPairRow { pair: two, event_id: events[1], batch_id: 40 }, DoorPairRow { pair: one, event_id: events[0], batch_id: 41 }]);
    assert!(door_pair::of_building(reader, town.house.id).await.expect("pairs").is_empty());
    let united = door_pair::united_at(&mut store.read().await.expect("a connection"), doors[..3].to_vec()).await.expect("an answer");
    let both: std::collections::BTreeSet<DwellingId> = doors[..2].iter().copied().collect();
    assert_eq!(united.into_keys().collect::<std::collections::BTreeSet<_>>(), both, "either way; what was kept apart was not united");
    assert_eq!(visit::of_building(reader, tower).await.expect("visits").iter().map(|visit| visit.id).collect::<Vec<_>>(), [visit_id]);
    assert_eq!(visit::door_notes(reader, visit_id).await.expect("notes").len(), 1);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert_eq!(building::doors_among(&mut tx, [doors[1]]).await.expect("doors"), [(doors[1], tower, Some(doors[0]))]);
    let sent = event::of_visit(&mut tx, visit_id).await.expect("batches");
    let told: Vec<_> = sent.iter().map(|batch| (batch.id, batch.account_id, batch.device_id, batch.events.len(), batch.events[0].body.clone())).collect();
    let body = |event: EventId| format!(r#"{{"id" : "{event}"}}"#);
    assert_eq!(
        told,
        [(40, account_id, device_id, 1, body(events[1])), (41, account_id, device_id, 1, body(events[0]))],
        "in the order of the feed, to the letter"
    );
    assert!(event::of_visit(&mut tx, VisitId(new_id())).await.expect("batches").is_empty());

    door_pair::set_goes_by(&mut tx, doors[1], None).await.expect("kept");
    assert_eq!(building::doors_among(&mut tx, [doors[1]]).await.expect("doors"), [(doors[1], tower, None)]);
    visit::forget_door_note(&mut tx, visit_id, doors[0]).await.expect("nothing is noted there");
    visit::forget_door_note(&mut tx, visit_id, doors[1]).await.expect("forgotten");
    photo::move_to(&mut tx, PhotoId(new_id()), visit_id, &Place::Common).await.expect("no such photo");
    tx.commit().await.expect("kept");
    assert!(visit::door_notes(reader, visit_id).await.expect("notes").is_empty());
}
