use casework::{
    account::{Browser, BrowserFamily},
    clock::Timestamp,
    ids::SessionId,
};
use server::{
    clock::{new_id, now},
    store::{NewSession, Tx, account, session},
};

use super::Shelf;
use crate::support::Person;

const MINUTE: i64 = Timestamp::MINUTE_MS;

/// Stores a session of a token and returns its id.
pub async fn a_session(tx: &mut Tx, token_hash: &str, account_id: casework::ids::AccountId, at: Timestamp, lives_ms: i64) -> SessionId {
    let id = SessionId(new_id());
    let browser = Browser { family: BrowserFamily::Samsung, handheld: true };
    let new = NewSession { id, token_hash, account_id, csrf: "csrf", browser, at, expires_at: at.plus_ms(lives_ms) };
    session::insert(tx, &new).await.expect("stored");
    id
}

pub async fn an_account_has_its_sessions_and_ends_its_own_only(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let (inspector, coordinator) = (town.accounts[&Person::Inspector], town.accounts[&Person::Coordinator]);
    let mut tx = store.begin().await.expect("a transaction begins");
    let first = a_session(&mut tx, "first", inspector, at, 10 * MINUTE).await;
    let second = a_session(&mut tx, "second", inspector, at.plus_ms(1), 10 * MINUTE).await;
    a_session(&mut tx, "third", inspector, at.plus_ms(2), MINUTE).await;
    let theirs = a_session(&mut tx, "theirs", coordinator, at, 10 * MINUTE).await;
    session::saw(&mut tx, first, at.plus_ms(5)).await.expect("noted");
    session::saw(&mut tx, first, at.plus_ms(3)).await.expect("not taken back");
    tx.commit().await.expect("kept");
    let rows = session::of_account(reader, inspector, at.plus_ms(2 * MINUTE)).await.expect("sessions");
    let read: Vec<_> = rows.iter().map(|row| (row.id, row.opened_at, row.seen_at)).collect();
    assert_eq!(read, [(first, at, at.plus_ms(5)), (second, at.plus_ms(1), at.plus_ms(1))], "the live ones, the latest seen first");
    assert_eq!(rows[0].browser, Browser { family: BrowserFamily::Samsung, handheld: true });
    let live = session::live(reader, "first", at).await.expect("an answer").expect("a session");
    assert_eq!((live.id, live.seen_at, live.account.id), (first, at.plus_ms(5), inspector));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(!session::end(&mut tx, theirs, inspector).await.expect("an answer"), "another person's");
    assert!(session::end(&mut tx, second, inspector).await.expect("an answer"));
    assert!(!session::end(&mut tx, second, inspector).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");

    let mut tx = store.begin().await.expect("a transaction begins");
    assert_eq!(session::end_all(&mut tx, inspector, Some(first)).await.expect("a count"), 1);
    tx.commit().await.expect("kept");
    assert!(session::live(reader, "first", at).await.expect("an answer").is_some());
    let hash = account::by_id(reader, inspector).await.expect("an answer").expect("the inspector").password_hash;
    let mut tx = store.begin().await.expect("a transaction begins");
    a_session(&mut tx, "fourth", inspector, at, 10 * MINUTE).await;
    account::insert_access_link(&mut tx, "link", Some(inspector), at.plus_ms(MINUTE)).await.expect("stored");
    assert!(!account::replace_password(&mut tx, inspector, "another", "new", first).await.expect("an answer"), "changed meanwhile");
    assert!(account::replace_password(&mut tx, inspector, &hash, "new", first).await.expect("an answer"));
    tx.commit().await.expect("kept");
    assert!(account::access_link(reader, "link", at).await.expect("an answer").is_none());
    let rest: Vec<_> = session::of_account(reader, inspector, at).await.expect("sessions").iter().map(|row| row.id).collect();
    assert_eq!(rest, [first]);
    assert_eq!(session::of_account(reader, coordinator, at).await.expect("sessions").len(), 1);
    let mut tx = store.begin().await.expect("a transaction begins");
    account::insert_access_link(&mut tx, "link", Some(inspector), at.plus_ms(MINUTE)).await.expect("stored");
    account::drop_access_link(&mut tx, inspector).await.expect("dropped");
    tx.commit().await.expect("kept");
    assert!(account::access_link(reader, "link", at).await.expect("an answer").is_none());
}
