use casework::{
    case::Act,
    ids::PersonRequestId,
    person_request::{IdentifiedBy, PersonRequest, RequestAnswer, RequestKind},
};
use server::{
    clock::{new_id, now},
    store::{incident, person_request},
};

use super::{Shelf, work::a_case};
use crate::support::Person;

pub async fn a_request_reads_back_and_is_saved_over_what_was_read(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let act = Act { by: town.accounts[&Person::Privacy], at };
    let case_id = a_case(&shelf, &town.tower, 1).await.case.id;
    let request = |received: &str| PersonRequest {
        id: PersonRequestId(new_id()),
        kind: RequestKind::Access,
        received_on: received.parse().expect("a day"),
        person: "L’occupante « du fond »".to_owned(),
        identified: IdentifiedBy::Representative,
        case_id,
        dwelling_id: town.tower.doors[0].parse().expect("an id"),
        from: Some("2026-01-01".parse().expect("a day")),
        to: None,
        words: "Tout".to_owned(),
        recorded: act,
        assembled: None,
        answered: None,
    };
    let (late, early, answered) = (request("2026-11-20"), request("2026-11-02"), request("2026-10-01"));
    let mut tx = store.begin().await.expect("a transaction begins");
    for (number, request) in [(1, &late), (2, &early), (3, &answered)] {
        assert_eq!(incident::next_number(&mut tx, "person_request").await.expect("a number"), number);
        assert!(person_request::insert(&mut tx, town.brigade, request, number).await.expect("an answer"));
    }
    assert!(!person_request::insert(&mut tx, town.brigade, &late, 4).await.expect("an answer"), "one click, one request");
    let by = Act { by: town.accounts[&Person::Psychosocial], at };
    let assembled = answered.assemble(by, "Un voisin".to_owned()).expect("assembled");
    let answered = assembled.answer(act, RequestAnswer::Partly, "Art. 88".to_owned()).expect("answered");
    assert!(person_request::save(&mut tx, &answered, 1).await.expect("an answer"));
    assert!(!person_request::save(&mut tx, &answered, 1).await.expect("an answer"), "somebody saved first");
    tx.commit().await.expect("kept");
    let read = person_request::by_id(reader, answered.id, town.brigade).await.expect("an answer").expect("the request");
    assert_eq!((&read.request, read.number, read.revision, read.case_number.as_str()), (&answered, 3, 2, "B-2026-0001"));
    assert_eq!((read.assembled_by.as_deref(), read.answered_by.as_deref()), (Some(Person::Psychosocial.name()), Some(Person::Privacy.name())));
    assert!(person_request::by_id(reader, answered.id, town.cisss).await.expect("an answer").is_none(), "another organisation’s");
    let rows = person_request::of_organisation(reader, town.brigade).await.expect("a register");
    assert_eq!(rows.iter().map(|row| &row.request).collect::<Vec<_>>(), [&early, &late, &answered], "those that wait, the oldest first");
    assert!(person_request::of_organisation(reader, town.cisss).await.expect("a register").is_empty());
}
