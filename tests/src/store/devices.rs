use casework::{
    clock::Timestamp,
    ids::{AccountId, DeviceId},
    wire::v1::RescueBrought,
};
use server::{
    clock::{new_id, now},
    store::{DeviceContact, NewRescueFile, Revocation, device, rescue_file, server_key},
};

use super::Shelf;
use crate::support::Person;

const MINUTE: i64 = Timestamp::MINUTE_MS;

fn contact(device_id: DeviceId, account_id: AccountId, at: Timestamp) -> DeviceContact {
    DeviceContact {
        device_id,
        account_id,
        at,
        build: "1".to_owned(),
        protocol: 1,
        unsent_events: 0,
        unsent_photos: 0,
        oldest_unsent_at: None,
        clock_skew_ms: 0,
        session_hash: format!("session of {device_id}"),
    }
}

pub async fn a_phone_has_a_row_for_each_account_and_one_revocation_stands_in_all(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let (reader, brigade) = (store.reader(), town.brigade);
    let (inspector, psychosocial, coordinator) = (town.accounts[&Person::Inspector], town.accounts[&Person::Psychosocial], town.accounts[&Person::Coordinator]);
    let (shared, waiting, longer) = (DeviceId(new_id()), DeviceId(new_id()), DeviceId(new_id()));
    let mut tx = store.begin().await.expect("a transaction begins");
    device::report(&mut tx, &contact(shared, inspector, at)).await.expect("stored");
    device::report(&mut tx, &contact(shared, psychosocial, at.plus_ms(MINUTE))).await.expect("stored");
    let work = |id, since: i64| DeviceContact {
        unsent_events: u32::MAX,
        unsent_photos: 2,
        oldest_unsent_at: Some(at.plus_ms(-since)),
        clock_skew_ms: i64::MIN,
        ..contact(id, inspector, at)
    };
    device::report(&mut tx, &work(waiting, MINUTE)).await.expect("stored");
    device::report(&mut tx, &work(longer, 9 * MINUTE)).await.expect("stored");
    tx.commit().await.expect("kept");
    let register = async |rows_max| device::of_organisation(reader, brigade, rows_max).await.expect("a list");
    let order: Vec<(DeviceId, AccountId)> = register(10).await.into_iter().map(|row| (row.device_id, row.account_id)).collect();
    assert_eq!(order, [(longer, inspector), (waiting, inspector), (shared, psychosocial), (shared, inspector)]);
    assert_eq!(register(2).await.len(), 2);
    let first = register(1).await.remove(0);
    assert_eq!((first.unsent_events, first.unsent_photos, first.clock_skew_ms, first.oldest_unsent_at), (u32::MAX, 2, i64::MIN, Some(at.plus_ms(-9 * MINUTE))));
    assert_eq!((first.holder.as_str(), first.build.as_str(), first.protocol, first.revoked), (Person::Inspector.name(), "1", 1, None));
    assert!(device::of_organisation(reader, town.cisss, 10).await.expect("a list").is_empty());
    assert_eq!((device::is_of(reader, shared, brigade).await.ok(), device::is_of(reader, shared, town.cisss).await.ok()), (Some(true), Some(false)));

    // A later contact replaces what was said and keeps when it was first heard from.
    let mut tx = store.begin().await.expect("a transaction begins");
    device::report(&mut tx, &contact(longer, inspector, at.plus_ms(5 * MINUTE))).await.expect("stored");
    tx.commit().await.expect("kept");
    let later = register(10).await.into_iter().find(|row| row.device_id == longer).expect("the phone");
    assert_eq!((later.first_contact_at, later.last_contact_at, later.has_unsent()), (at, at.plus_ms(5 * MINUTE), false));

    assert_eq!(device::revocation(reader, shared).await.expect("an answer"), None);
    let revocation = Revocation { at, by: coordinator, reason: "Perdu".to_owned() };
    let mut tx = store.begin().await.expect("a transaction begins");
    device::revoke(&mut tx, shared, &revocation).await.expect("stored");
    // The first word stands.
    device::revoke(&mut tx, shared, &Revocation { reason: "Autre".to_owned(), ..revocation.clone() }).await.expect("stored");
    tx.commit().await.expect("kept");
    assert_eq!(device::revocation(reader, shared).await.expect("an answer"), Some(revocation));
    let session = format!("session of {shared}");
    assert_eq!(device::revoked(reader).await.expect("a list"), [(shared, session.clone()), (shared, session)]);
    let last: Vec<_> = register(10).await.into_iter().skip(2).map(|row| row.revoked.map(|revoked| (revoked.by, revoked.reason))).collect();
    assert_eq!(last, vec![Some((Person::Coordinator.name().to_owned(), "Perdu".to_owned())); 2], "both rows, after the others");

    // Old phones are forgotten, but for those that hold work and those revoked.
    let mut tx = store.begin().await.expect("a transaction begins");
    device::forget_oldest(&mut tx, inspector, 0).await.expect("done");
    tx.commit().await.expect("kept");
    let kept: Vec<DeviceId> = register(10).await.into_iter().map(|row| row.device_id).collect();
    assert_eq!(kept, [waiting, shared, shared]);
}

pub async fn a_rescue_file_is_recorded_and_its_key_is_drawn_once(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let (inspector, coordinator) = (town.accounts[&Person::Inspector], town.accounts[&Person::Coordinator]);
    let (phone, reader) = (DeviceId(new_id()), store.reader());
    let mut tx = store.begin().await.expect("a transaction begins");
    device::report(&mut tx, &DeviceContact { clock_skew_ms: -MINUTE, ..contact(phone, inspector, at) }).await.expect("stored");
    assert_eq!(server_key::drawn(&mut tx, "essai", "0a", at).await.expect("a key"), "0a");
    let file = |number: u32| NewRescueFile {
        id: new_id().to_string(),
        at: at.plus_ms(i64::from(number)),
        device_id: phone,
        account_id: inspector,
        handed_in_by: coordinator,
        brought: RescueBrought {
            events_stored: number,
            events_known: 2,
            events_refused: 3,
            photos_stored: 4,
            photos_known: 5,
            photos_refused: 6,
            photos_missing: 7,
        },
    };
    for number in [1, u32::MAX] {
        rescue_file::insert(&mut tx, &file(number)).await.expect("stored");
    }
    tx.commit().await.expect("kept");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert_eq!(server_key::drawn(&mut tx, "essai", "0b", at).await.expect("a key"), "0a", "the first one holds");
    tx.commit().await.expect("kept");
    let skew_of = async |id, account| device::clock_skew(reader, id, account).await.expect("an answer");
    assert_eq!((skew_of(phone, inspector).await, skew_of(phone, coordinator).await), (Some(-MINUTE), None));
    let of = async |organisation, rows_max| rescue_file::of_organisation(reader, organisation, rows_max).await.expect("a list");
    let rows = of(town.brigade, 10).await;
    let counts: Vec<u32> = rows.iter().map(|row| row.brought.events_stored).collect();
    assert_eq!(counts, [u32::MAX, 1], "the latest first");
    let row = &rows[1];
    assert_eq!((row.device_id, row.holder.as_str(), row.by.as_str()), (phone, Person::Inspector.name(), Person::Coordinator.name()));
    let brought = row.brought;
    let rest = [brought.events_known, brought.events_refused, brought.photos_stored, brought.photos_known, brought.photos_refused, brought.photos_missing];
    assert_eq!((row.at, rest), (at.plus_ms(1), [2, 3, 4, 5, 6, 7]));
    assert_eq!((of(town.brigade, 1).await.len(), of(town.cisss, 10).await.len()), (1, 0));
}
