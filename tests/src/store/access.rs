use std::collections::BTreeSet;

use casework::{
    access::{AccessDoor, AccessEntry, AccessSubject, ChainHead, FIRST_SEAL},
    clock::Timestamp,
    ids::{AccessId, AccountId, CaseId},
    permission::Section,
};
use server::{
    clock::{new_id, now},
    store::{AccessFilter, access},
};

use super::{Shelf, work::a_case};
use crate::support::Person;

fn reading(shelf: &Shelf, person: Person, case_id: CaseId, at: Timestamp, sections: &[Section]) -> AccessEntry {
    AccessEntry {
        id: AccessId(new_id()),
        at,
        account_id: shelf.town.accounts[&person],
        organisation_id: shelf.town.brigade,
        subject: AccessSubject::Case,
        subject_id: Some(case_id.0),
        case_id: Some(case_id),
        door: AccessDoor::Page,
        sections: sections.iter().copied().collect(),
        rows: None,
    }
}

pub async fn readings_are_sealed_once_each_in_one_chain_and_found_again(shelf: Shelf) {
    let (store, at) = (&shelf.store, now());
    let reader = store.reader();
    let record = a_case(&shelf, &shelf.town.tower, 1).await;
    let case_id = record.case.id;
    assert_eq!(access::head(reader).await.expect("a head"), ChainHead { sequence: 0, seal: FIRST_SEAL.to_owned() });
    let both = [Section::Existence, Section::Psychosocial];
    let first = [reading(&shelf, Person::Psychosocial, case_id, at, &both), reading(&shelf, Person::Inspector, case_id, at.plus_ms(10), &[Section::Existence])];
    let mut somebody_gone = reading(&shelf, Person::Inspector, case_id, at.plus_ms(20), &[]);
    (somebody_gone.account_id, somebody_gone.subject, somebody_gone.subject_id, somebody_gone.case_id) =
        (AccountId(new_id()), AccessSubject::Journal, None, None);
    let mut tx = store.begin().await.expect("a transaction begins");
    let head = access::append(&mut tx, &first).await.expect("appended");
    tx.commit().await.expect("kept");
    assert_eq!(head.sequence, 2);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert_eq!(access::append(&mut tx, &first).await.expect("known"), head, "sealed once, however often it is handed in");
    let head = access::append(&mut tx, &[first[1].clone(), somebody_gone.clone(), somebody_gone.clone()]).await.expect("appended");
    tx.commit().await.expect("kept");
    assert_eq!((head.sequence, &access::head(reader).await.expect("a head")), (3, &head));
    let mut tx = store.begin().await.expect("a transaction begins");
    access::append(&mut tx, &[reading(&shelf, Person::Inspector, case_id, at, &[])]).await.expect("appended");
    drop(tx);
    assert_eq!(access::head(reader).await.expect("a head"), head, "what was not committed left nothing");

    let mut connection = store.read().await.expect("a connection");
    let lines = access::lines_after(&mut connection, 0, 10).await.expect("lines");
    assert_eq!(lines.iter().map(|line| &line.columns).collect::<Vec<_>>(), [&first[0].columns(), &first[1].columns(), &somebody_gone.columns()]);
    assert_eq!((lines[0].previous.as_str(), &lines[1].previous, &lines[2].seal), (FIRST_SEAL, &lines[0].seal, &head.seal));
    assert_eq!(access::lines_after(&mut connection, 1, 1).await.expect("lines"), [lines[1].clone()]);
    assert_eq!(access::head_at(reader, 2).await.expect("a head").map(|head| head.seal), Some(lines[1].seal.clone()));
    assert_eq!(access::head_at(reader, 9).await.expect("none"), None);

    let found = async |filter: AccessFilter, before| {
        let rows = access::list(reader, &filter, before, 10).await.expect("rows");
        rows.iter().map(|row| row.sequence).collect::<Vec<_>>()
    };
    let any = AccessFilter::default;
    assert_eq!(found(any(), None).await, [3, 2, 1], "the latest first");
    assert_eq!(found(any(), Some(3)).await, [2, 1]);
    assert_eq!(found(AccessFilter { account_id: Some(first[0].account_id), ..any() }, None).await, [1]);
    assert_eq!(found(AccessFilter { case_id: Some(case_id), ..any() }, None).await, [2, 1]);
    assert_eq!(found(AccessFilter { section: Some(Section::Psychosocial), ..any() }, None).await, [1]);
    assert_eq!(found(AccessFilter { section: Some(Section::Existence), ..any() }, None).await, [2, 1]);
    assert_eq!(found(AccessFilter { from: Some(at.plus_ms(10)), until: Some(at.plus_ms(20)), ..any() }, None).await, [2]);
    let rows = access::list(reader, &any(), None, 10).await.expect("rows");
    assert_eq!((rows[0].name.as_str(), rows[0].case_number.as_deref(), rows[0].subject_id), ("", None, None), "an account that is gone");
    assert_eq!((rows[2].name.as_str(), rows[2].organisation.as_str()), (Person::Psychosocial.name(), "Brigade des essais"));
    assert_eq!((rows[2].case_number.as_deref(), &rows[2].sections), (Some("B-2026-0001"), &BTreeSet::from(both)));
    assert_eq!(access::case_numbered(reader, "B-2026-0001").await.expect("an answer"), Some(case_id));
    assert_eq!(access::case_numbered(reader, "B-2026-0404").await.expect("an answer"), None);
}
