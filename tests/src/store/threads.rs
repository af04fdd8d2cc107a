use casework::{
    clock::Timestamp,
    ids::{AccountId, MessageId, OrganisationId, ReferralId},
    referral::Message,
};
use server::{
    clock::{new_id, now},
    store::{ReadingRow, Waiting, referral, referral_message},
};

use super::{
    Shelf,
    work::{a_case, a_referral},
};
use crate::support::Person;

fn message(referral_id: ReferralId, from: OrganisationId, by: AccountId, at: Timestamp) -> Message {
    Message { id: MessageId(new_id()), referral_id, from, by, at, text: "Qui a la clé « du bas »?".to_owned(), asks: false, replies_to: None }
}

pub async fn what_two_sides_say_reads_back_in_order_and_waits_for_who_has_not_read_it(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let (by, theirs) = (town.accounts[&Person::Coordinator], town.accounts[&Person::Cisss]);
    let case_id = a_case(&shelf, &town.tower, 1).await.case.id;
    let sent = a_referral(&shelf, case_id, town.cisss, by, at).send(at.plus_ms(4 * Timestamp::DAY_MS), by, at).expect("sent");
    let other = a_referral(&shelf, case_id, town.cisss, by, at).send(at.plus_ms(Timestamp::DAY_MS), by, at).expect("sent");
    let question = Message { asks: true, ..message(sent.id, town.brigade, by, at.plus_ms(1)) };
    let word = message(sent.id, town.brigade, by, at.plus_ms(2));
    let mut tx = store.begin().await.expect("a transaction begins");
    for referral in [&sent, &other] {
        assert!(referral::insert(&mut tx, referral, by, at).await.expect("an answer"));
    }
    assert!(referral_message::insert(&mut tx, &word, "Coralie").await.expect("an answer"));
    assert!(referral_message::insert(&mut tx, &question, "Coralie").await.expect("an answer"));
    assert!(!referral_message::insert(&mut tx, &question, "Coralie").await.expect("an answer"), "one click, one message");
    tx.commit().await.expect("kept");

    let read = referral_message::by_id(reader, question.id).await.expect("an answer").expect("the question");
    assert_eq!((&read.message, read.by_name.as_str()), (&question, "Coralie"));
    assert!(referral_message::by_id(reader, MessageId(new_id())).await.expect("an answer").is_none());
    let thread: Vec<Message> = referral_message::of_referral(reader, sent.id).await.expect("the thread").into_iter().map(|said| said.message).collect();
    assert_eq!(thread, [question.clone(), word.clone()]);
    assert!(referral_message::of_referral(reader, other.id).await.expect("the thread").is_empty());

    let waiting = async |organisation| referral_message::waiting(reader, organisation, &[sent.id, other.id]).await.expect("what waits");
    assert_eq!(waiting(town.cisss).await, [(sent.id, Waiting { unread: 2, questions: 1 })].into());
    assert!(waiting(town.brigade).await.is_empty() && waiting(town.brossard).await.is_empty());

    let reading = |at| ReadingRow { reader: theirs, organisation_id: town.cisss, name: "Camille".to_owned(), first_at: at, last_at: at };
    let mut tx = store.begin().await.expect("a transaction begins");
    referral_message::read(&mut tx, sent.id, &reading(at.plus_ms(1))).await.expect("kept");
    tx.commit().await.expect("kept");
    assert_eq!(waiting(town.cisss).await, [(sent.id, Waiting { unread: 1, questions: 1 })].into());
    let mut tx = store.begin().await.expect("a transaction begins");
    referral_message::read(&mut tx, sent.id, &reading(at.plus_ms(9))).await.expect("kept");
    let answer = Message { replies_to: Some(question.id), ..message(sent.id, town.cisss, theirs, at.plus_ms(10)) };
    assert!(referral_message::insert(&mut tx, &answer, "Camille").await.expect("an answer"));
    referral::touch(&mut tx, sent.id, at.plus_ms(10)).await.expect("kept");
    tx.commit().await.expect("kept");
    assert!(waiting(town.cisss).await.is_empty());
    assert_eq!(waiting(town.brigade).await, [(sent.id, Waiting { unread: 1, questions: 0 })].into());
    let readings = referral_message::readings(reader, sent.id).await.expect("readings");
    assert_eq!(readings, [ReadingRow { last_at: at.plus_ms(9), ..reading(at.plus_ms(1)) }], "the first time stays the first");

    // Three quarters of the time given, then once.
    let due = async |days: i64| referral::to_remind(reader, at.plus_ms(days * Timestamp::DAY_MS)).await.expect("referrals");
    let nearly = referral::to_remind(reader, at.plus_ms(Timestamp::DAY_MS - 1)).await.expect("referrals");
    // One whose deadline has passed is late: nothing comes near any more.
    assert_eq!((due(0).await, nearly, due(1).await, due(3).await), (vec![], vec![other.id], vec![], vec![sent.id]));
    let mut tx = store.begin().await.expect("a transaction begins");
    let later = at.plus_ms(3 * Timestamp::DAY_MS);
    assert!(!referral::take_reminder(&mut tx, sent.id, at).await.expect("an answer"), "not yet");
    assert!(referral::take_reminder(&mut tx, sent.id, later).await.expect("an answer"));
    assert!(!referral::take_reminder(&mut tx, sent.id, later).await.expect("an answer"), "once");
    let mut record = referral::by_id(&mut *tx, other.id).await.expect("an answer").expect("the referral");
    record.referral = record.referral.accept(theirs, at, None).expect("accepted");
    assert!(referral::save(&mut tx, &record, other.revision, at).await.expect("saved"));
    tx.commit().await.expect("kept");
    assert!(due(9).await.is_empty(), "what was answered or reminded is let be");
}
