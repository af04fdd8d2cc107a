use casework::{
    case::CaseOutcome,
    clock::Timestamp,
    ids::{CaseId, PhotoId, VisitId},
    retention::PurgeProof,
};
use server::{
    clock::{new_id, now},
    store::{
        case, referral,
        retention::{self, NewRetentionHold},
    },
};

use super::{
    Shelf,
    work::{a_case, a_referral},
};
use crate::support::Person;

pub async fn a_closed_case_is_held_then_purged_over_what_was_read_with_its_proof(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let by = town.accounts[&Person::Privacy];
    let mut record = a_case(&shelf, &town.tower, 1).await;
    let id = record.case.id;
    let sent = a_referral(&shelf, id, town.cisss, by, at).send(at.plus_ms(Timestamp::DAY_MS), by, at).expect("sent");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(referral::insert(&mut tx, &sent, by, at).await.expect("an answer"));
    tx.commit().await.expect("kept");
    let standing = async || {
        let mut connection = store.read().await.expect("a connection");
        let closed = retention::closed(&mut connection, "2026-11-23", None).await.expect("cases");
        closed.into_iter().map(|case| (case.id, case.revision, case.standing)).collect::<Vec<_>>()
    };
    assert!(standing().await.is_empty(), "an open case is not even looked at");
    record.case = record.case.close(CaseOutcome::Corrected, "Fait", by, at).expect("closed");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(case::save(&mut tx, &record, at).await.expect("an answer"));
    tx.commit().await.expect("kept");
    let closed = standing().await;
    assert_eq!((closed.len(), closed[0].0, closed[0].2.referral_open, closed[0].2.is_held), (1, id, true, false));
    assert!(closed[0].2.closed_on.is_some() && !closed[0].2.building_open && !closed[0].2.escalation_open && !closed[0].2.request_open);

    let hold = NewRetentionHold { id: new_id(), case_id: id, reason: "Recours « au TAL »".to_owned(), at, by, until: Some("2026-11-23".to_owned()) };
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(retention::insert_hold(&mut tx, &hold).await.expect("an answer"));
    assert!(!retention::insert_hold(&mut tx, &hold).await.expect("an answer"), "one click, one hold");
    tx.commit().await.expect("kept");
    assert!(standing().await[0].2.is_held);
    assert!(retention::hold_exists(reader, hold.id).await.expect("an answer") && !retention::hold_exists(reader, new_id()).await.expect("an answer"));
    let mut connection = store.read().await.expect("a connection");
    let holds = retention::holds(&mut connection, "2026-11-23").await.expect("holds");
    assert_eq!(holds.iter().map(|hold| (hold.id, hold.reason.as_str())).collect::<Vec<_>>(), [(hold.id, "Recours « au TAL »")]);
    let tomorrow = retention::closed(&mut connection, "2026-11-24", Some(id)).await.expect("cases");
    assert!(!tomorrow[0].standing.is_held, "a hold ends with its last day");
    assert!(retention::closed(&mut connection, "2026-11-24", Some(CaseId(new_id()))).await.expect("cases").is_empty());
    drop(connection);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(retention::lift_hold(&mut tx, hold.id, by, at).await.expect("an answer"));
    assert!(!retention::lift_hold(&mut tx, hold.id, by, at).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
    assert!(!standing().await[0].2.is_held);

    let mut connection = store.read().await.expect("a connection");
    let counts = retention::counts(&mut connection, id).await.expect("counts");
    assert_eq!((counts["referrals"], counts["photos"]), (1, 0));
    drop(connection);
    let revision = closed[0].1;
    let proof = PurgeProof {
        sequence: 1,
        case_id: id,
        number: "B-2026-0001".to_owned(),
        rule_version: "essai".to_owned(),
        counts: counts.clone(),
        at: at.0,
        by,
        form_id: "formulaire".to_owned(),
        previous: "0".to_owned(),
    };
    let mut tx = store.begin().await.expect("a transaction begins");
    assert_eq!(retention::last_seal(&mut tx).await.expect("an answer"), None);
    assert!(!retention::purge(&mut tx, record.case.clone(), revision + 1).await.expect("an answer"), "somebody changed it");
    assert!(retention::purge(&mut tx, record.case.clone(), revision).await.expect("an answer"));
    retention::insert_proof(&mut tx, &proof, "sceau").await.expect("kept");
    assert_eq!(retention::last_seal(&mut tx).await.expect("an answer").as_deref(), Some("sceau"));
    assert!(retention::purged_visits(&mut tx, [VisitId(new_id())]).await.expect("visits").is_empty());
    tx.commit().await.expect("kept");
    assert!(standing().await.is_empty() && referral::by_id(reader, sent.id).await.expect("an answer").is_none());
    assert!(case::by_id(reader, id).await.expect("an answer").is_some(), "its shell stays");
    assert_eq!(retention::purged_at(reader, id).await.expect("an answer"), Some(at));
    assert_eq!(retention::purged_by_form(reader, id).await.expect("an answer").as_deref(), Some("formulaire"));
    assert!(!retention::is_photo_purged(reader, PhotoId(new_id())).await.expect("an answer"));
    let mut connection = store.read().await.expect("a connection");
    let proofs = retention::proofs(&mut connection).await.expect("proofs");
    assert_eq!(proofs.iter().map(|(proof, view)| (proof.clone(), view.seal.as_str(), view.counts.clone())).collect::<Vec<_>>(), [(proof, "sceau", counts)]);
}
