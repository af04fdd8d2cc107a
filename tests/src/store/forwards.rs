use std::collections::BTreeSet;

use casework::{
    case::Act,
    clock::Timestamp,
    ids::ForwardId,
    referral::{Forward, ReferralVerb},
};
use server::{
    clock::{new_id, now},
    store::{referral, referral_forward},
};

use super::{
    Shelf,
    work::{a_case, a_referral},
};
use crate::support::Person;

pub async fn an_asking_to_pass_on_waits_alone_and_is_answered_once(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let (by, holder) = (town.accounts[&Person::Coordinator], town.accounts[&Person::Cisss]);
    let case_id = a_case(&shelf, &town.tower, 1).await.case.id;
    let sent = a_referral(&shelf, case_id, town.cisss, by, at).send(at.plus_ms(Timestamp::DAY_MS), by, at).expect("sent");
    let held = sent.accept(holder, at, None).expect("accepted");
    let ask = |after_ms| {
        let act = Act { by: holder, at: at.plus_ms(after_ms) };
        Forward::ask(&held, ForwardId(new_id()), town.longueuil, "« Relogement »", act).expect("asked")
    };
    let (first, second) = (ask(0), ask(1));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(referral::insert(&mut tx, &held, by, at).await.expect("an answer"));
    assert!(referral_forward::insert(&mut tx, &first, "Une agente").await.expect("an answer"));
    assert!(!referral_forward::insert(&mut tx, &first, "Une agente").await.expect("an answer"), "one click, one asking");
    assert!(!referral_forward::insert(&mut tx, &second, "Une agente").await.expect("an answer"), "one waits at a time");
    tx.commit().await.expect("kept");
    let read = referral_forward::by_id(reader, first.id).await.expect("an answer").expect("the asking");
    assert_eq!((&read.forward, read.by_name.as_str()), (&first, "Une agente"));
    assert!(referral_forward::by_id(reader, second.id).await.expect("an answer").is_none());
    assert_eq!(referral_forward::waiting(reader, town.brigade).await.expect("an answer"), BTreeSet::from([held.id]));
    assert!(referral_forward::waiting(reader, town.cisss).await.expect("an answer").is_empty(), "it waits for the sender");

    let refused = first.refuse("Non", Act { by, at }).expect("refused");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(referral_forward::save_answered(&mut tx, &refused).await.expect("an answer"));
    assert!(!referral_forward::save_answered(&mut tx, &refused).await.expect("an answer"), "once");
    assert!(referral_forward::insert(&mut tx, &second, "Une agente").await.expect("an answer"), "then another may be asked");
    tx.commit().await.expect("kept");
    let all = referral_forward::of_referral(reader, held.id).await.expect("an answer");
    assert_eq!(all.iter().map(|record| &record.forward).collect::<Vec<_>>(), [&refused, &second], "oldest first");
    assert!(held.allowed_verbs(casework::referral::Side::Recipient).contains(&ReferralVerb::Complete));
}
