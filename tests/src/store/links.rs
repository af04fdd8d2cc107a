use casework::{
    case::Act,
    clock::Timestamp,
    ids::{AccountId, LinkId},
    referral::{Link, ReferralStage},
};
use server::{
    clock::{new_id, now},
    store::{referral, referral_link},
};

use super::{
    Shelf,
    work::{a_case, a_referral},
};
use crate::support::Person;

pub async fn a_link_is_known_by_its_token_counts_its_tries_and_ends_its_sessions(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let by = town.accounts[&Person::Coordinator];
    let case_id = a_case(&shelf, &town.tower, 1).await.case.id;
    let sent = a_referral(&shelf, case_id, town.cisss, by, at).send(at.plus_ms(Timestamp::DAY_MS), by, at).expect("sent");
    let other = a_referral(&shelf, case_id, town.cisss, by, at).send(at.plus_ms(Timestamp::DAY_MS), by, at).expect("sent");
    let link = Link::make(LinkId(new_id()), sent.id, ReferralStage::Sent, "Mme « Roy »", 2, Act { by, at }).expect("a link");
    let mut tx = store.begin().await.expect("a transaction begins");
    for referral in [&sent, &other] {
        assert!(referral::insert(&mut tx, referral, by, at).await.expect("an answer"));
    }
    assert!(referral_link::keep(&mut tx, &link, AccountId(new_id()), "t1", "c1").await.expect("an answer"));
    assert!(referral_link::keep(&mut tx, &link, AccountId(new_id()), "t2", "c2").await.expect("an answer"), "the same click makes it anew");
    let elsewhere = Link { referral_id: other.id, ..link.clone() };
    assert!(!referral_link::keep(&mut tx, &elsewhere, AccountId(new_id()), "t3", "c3").await.expect("an answer"), "an id is of one referral");
    tx.commit().await.expect("kept");
    assert!(referral_link::by_token(reader, "t1").await.expect("an answer").is_none());
    let read = referral_link::by_token(reader, "t2").await.expect("an answer").expect("the link");
    assert_eq!((&read.link, read.code_hash.as_str(), read.opened_at, read.tries), (&link, "c2", None, 0));
    assert_eq!(referral_link::by_id(reader, link.id).await.expect("an answer"), Some(read.clone()));
    assert_eq!(referral_link::of_referral(reader, sent.id).await.expect("links"), std::slice::from_ref(&read));
    assert!(referral_link::of_referral(reader, other.id).await.expect("links").is_empty());
    let guests = referral_link::guests(reader).await.expect("guests");
    assert_eq!(guests, [(read.guest_id, "Mme « Roy »".to_owned(), "CISSS des essais".to_owned())]);
    assert_ne!(read.guest_id.0, link.id.0, "nobody chooses under whose id a guest acts");

    let mut tx = store.begin().await.expect("a transaction begins");
    let mut tries = Vec::new();
    for _ in 0..3 {
        tries.push(referral_link::count_try(&mut tx, link.id, 2).await.expect("an answer"));
    }
    assert_eq!(tries, [Some(1), Some(2), None]);
    referral_link::open_session(&mut tx, link.id, "s1", "csrf", at, at.plus_ms(60)).await.expect("opened");
    referral_link::open_session(&mut tx, link.id, "s2", "csrf", at.plus_ms(1), at.plus_ms(600)).await.expect("opened");
    assert!(!referral_link::keep(&mut tx, &link, AccountId(new_id()), "t4", "c4").await.expect("an answer"), "never anew once opened");
    tx.commit().await.expect("kept");
    let opened = referral_link::by_id(reader, link.id).await.expect("an answer").expect("the link");
    assert_eq!((opened.opened_at, opened.tries), (Some(at), 0));
    let session = async |token: &str, at| referral_link::session(reader, token, at).await.expect("an answer");
    assert_eq!(
        session("s1", at).await.map(|session| (session.link, session.csrf, session.expires_at)),
        Some((link.clone(), "csrf".to_owned(), at.plus_ms(60)))
    );
    assert!(session("s1", at.plus_ms(60)).await.is_none() && session("s3", at).await.is_none());
    assert!(session("s2", at.plus_ms(60)).await.is_some());
    let mut tx = store.begin().await.expect("a transaction begins");
    referral_link::end_session(&mut tx, "s1").await.expect("ended");
    tx.commit().await.expect("kept");
    assert!(session("s1", at).await.is_none());
    let revoked = link.revoke(Act { by, at }).expect("revoked");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(referral_link::save_revoked(&mut tx, &revoked).await.expect("an answer"));
    assert!(!referral_link::save_revoked(&mut tx, &revoked).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
    assert!(session("s2", at).await.is_none(), "what it had opened is closed");
}
