use casework::{
    account::{Browser, BrowserFamily},
    clock::Timestamp,
    ids::SessionId,
    wire::v1::AccountNoticeKind,
};
use server::{
    clock::{new_id, now},
    store::{NewSession, Tx, account, case, notice, recovery, referral, second_factor, session, visit},
};

use super::{
    Shelf,
    work::{a_case, a_referral},
};
use crate::support::Person;

const MINUTE: i64 = Timestamp::MINUTE_MS;

/// Stores a session of a token and returns its id.
pub async fn a_session(tx: &mut Tx, token_hash: &str, account_id: casework::ids::AccountId, at: Timestamp, lives_ms: i64) -> SessionId {
    let id = SessionId(new_id());
    let browser = Browser { family: BrowserFamily::Samsung, handheld: true };
    let new = NewSession { id, token_hash, account_id, csrf: "csrf", browser, at, expires_at: at.plus_ms(lives_ms), has_factor: false };
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

pub async fn a_second_factor_is_confirmed_once_and_its_steps_and_codes_used_once(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let (inspector, coordinator) = (town.accounts[&Person::Inspector], town.accounts[&Person::Coordinator]);
    assert_eq!(second_factor::of(reader, inspector).await.expect("an answer"), None);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(second_factor::begin(&mut tx, inspector, "first", at).await.expect("an answer"));
    assert!(second_factor::begin(&mut tx, inspector, "second", at.plus_ms(1)).await.expect("an answer"), "in place of one not confirmed");
    assert!(!second_factor::take_step(&mut tx, inspector, 7).await.expect("an answer"), "what is not confirmed protects nothing");
    assert!(!second_factor::confirm(&mut tx, inspector, "first", 7, at).await.expect("an answer"), "replaced");
    assert!(second_factor::enrolled(&mut *tx).await.expect("a list").is_empty());
    assert!(second_factor::confirm(&mut tx, inspector, "second", 7, at.plus_ms(2)).await.expect("an answer"));
    assert!(!second_factor::confirm(&mut tx, inspector, "second", 8, at.plus_ms(3)).await.expect("an answer"), "once");
    assert!(!second_factor::begin(&mut tx, inspector, "third", at).await.expect("an answer"), "not over one in place");
    for (step, is_taken) in [(7, false), (6, false), (8, true), (8, false), (7, false), (10, true)] {
        assert_eq!(second_factor::take_step(&mut tx, inspector, step).await.expect("an answer"), is_taken, "{step}");
    }
    let codes = ["a", "b"].map(str::to_owned);
    second_factor::put_codes(&mut tx, inspector, &["old".to_owned()]).await.expect("stored");
    second_factor::put_codes(&mut tx, inspector, &codes).await.expect("stored");
    assert!(!second_factor::take_code(&mut tx, inspector, "old").await.expect("an answer"));
    assert!(!second_factor::take_code(&mut tx, coordinator, "a").await.expect("an answer"), "another person's");
    assert!(second_factor::take_code(&mut tx, inspector, "a").await.expect("an answer"));
    assert!(!second_factor::take_code(&mut tx, inspector, "a").await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
    let read = second_factor::of(reader, inspector).await.expect("an answer").expect("a factor");
    assert_eq!((read.secret.as_str(), read.created_at, read.confirmed_at), ("second", at.plus_ms(1), Some(at.plus_ms(2))));
    assert_eq!(second_factor::enrolled(reader).await.expect("a list"), [inspector]);
    assert_eq!(
        (second_factor::codes_left(reader, inspector).await.expect("a count"), second_factor::codes_left(reader, coordinator).await.expect("a count")),
        (1, 0)
    );

    let mut tx = store.begin().await.expect("a transaction begins");
    second_factor::await_step(&mut tx, "old", inspector, at, at.plus_ms(MINUTE)).await.expect("stored");
    second_factor::await_step(&mut tx, "step", inspector, at.plus_ms(MINUTE), at.plus_ms(2 * MINUTE)).await.expect("stored");
    second_factor::await_step(&mut tx, "theirs", coordinator, at.plus_ms(MINUTE), at.plus_ms(2 * MINUTE)).await.expect("stored");
    tx.commit().await.expect("kept");
    let awaiting = async |token: &str, after_ms: i64| second_factor::awaiting(reader, token, at.plus_ms(after_ms)).await.expect("an answer");
    assert_eq!(
        (awaiting("old", 0).await, awaiting("step", MINUTE).await, awaiting("step", 2 * MINUTE).await),
        (None, Some(inspector), None),
        "swept; live; run out"
    );
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(!second_factor::take_sign_in(&mut tx, "step", at.plus_ms(2 * MINUTE)).await.expect("an answer"));
    assert!(second_factor::take_sign_in(&mut tx, "step", at.plus_ms(MINUTE)).await.expect("an answer"));
    assert!(!second_factor::take_sign_in(&mut tx, "step", at.plus_ms(MINUTE)).await.expect("an answer"), "once");
    second_factor::await_step(&mut tx, "again", inspector, at.plus_ms(MINUTE), at.plus_ms(2 * MINUTE)).await.expect("stored");
    second_factor::drop_sign_ins(&mut tx, coordinator).await.expect("dropped");
    assert!(second_factor::remove(&mut tx, inspector).await.expect("an answer"));
    assert!(!second_factor::remove(&mut tx, inspector).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
    assert_eq!((awaiting("again", MINUTE).await, awaiting("theirs", MINUTE).await), (None, None));
    assert_eq!(second_factor::codes_left(reader, inspector).await.expect("a count"), 0);

    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(second_factor::set_required(&mut tx, town.cisss, true).await.expect("an answer"));
    assert!(!second_factor::set_required(&mut tx, casework::ids::OrganisationId(new_id()), true).await.expect("an answer"));
    assert_eq!(second_factor::required(&mut *tx).await.expect("a list"), [town.cisss]);
    assert!(second_factor::set_required(&mut tx, town.cisss, false).await.expect("an answer"));
    for (kind, after_ms) in [(AccountNoticeKind::RecoveryCodeUsed, 0), (AccountNoticeKind::SecondFactorReset, 2)] {
        notice::insert(&mut tx, inspector, kind, at.plus_ms(after_ms)).await.expect("stored");
    }
    tx.commit().await.expect("kept");
    assert!(second_factor::required(reader).await.expect("a list").is_empty());
    let told = notice::of_account(reader, inspector).await.expect("notices");
    assert_eq!(told, [(AccountNoticeKind::SecondFactorReset, at.plus_ms(2)), (AccountNoticeKind::RecoveryCodeUsed, at)], "the latest first");
    assert!(notice::of_account(reader, coordinator).await.expect("notices").is_empty());
    let mut tx = store.begin().await.expect("a transaction begins");
    notice::dismiss(&mut tx, inspector, at.plus_ms(1)).await.expect("dismissed");
    tx.commit().await.expect("kept");
    assert_eq!(notice::of_account(reader, inspector).await.expect("notices").len(), 1, "what came after it was read stays");
}

pub async fn a_request_for_help_stands_until_it_is_answered_or_too_old(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let (inspector, coordinator) = (town.accounts[&Person::Inspector], town.accounts[&Person::Coordinator]);
    let mut tx = store.begin().await.expect("a transaction begins");
    for (email, after_ms) in [(Person::Inspector.email(), 0), (Person::Coordinator.email(), 1), ("personne@essai.test", 2), (Person::Inspector.email(), 3)] {
        recovery::ask(&mut tx, email, at.plus_ms(after_ms), at.plus_ms(MINUTE + after_ms)).await.expect("the same answer");
    }
    tx.commit().await.expect("kept");
    let standing = async |after_ms: i64| recovery::standing(reader, at.plus_ms(after_ms)).await.expect("requests");
    assert_eq!(standing(4).await, [(coordinator, at.plus_ms(1)), (inspector, at.plus_ms(3))], "one of each, as last made, the oldest first");
    assert_eq!(standing(MINUTE + 1).await, [(inspector, at.plus_ms(3))]);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(!recovery::settle(&mut tx, coordinator, at.plus_ms(MINUTE + 1)).await.expect("an answer"), "too old");
    assert!(recovery::settle(&mut tx, inspector, at.plus_ms(4)).await.expect("an answer"));
    assert!(!recovery::settle(&mut tx, inspector, at.plus_ms(4)).await.expect("an answer"), "once");
    account::set_active(&mut tx, coordinator, false).await.expect("closed");
    recovery::ask(&mut tx, Person::Coordinator.email(), at.plus_ms(5), at.plus_ms(MINUTE)).await.expect("the same answer");
    tx.commit().await.expect("kept");
    assert!(standing(6).await.is_empty(), "a closed account is nobody");
}

pub async fn what_somebody_holds_is_found_and_their_rank_moved(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let (inspector, second, coordinator) = (town.accounts[&Person::Inspector], town.accounts[&Person::SecondInspector], town.accounts[&Person::Coordinator]);
    let (mut first, mut other) = (a_case(&shelf, &town.tower, 1).await, a_case(&shelf, &town.house, 2).await);
    // One that they gave to somebody else names them too, and is not theirs.
    first.case = first.case.assign(inspector, coordinator, at).expect("assigned");
    other.case = other.case.assign(inspector, coordinator, at).and_then(|case| case.assign(second, inspector, at)).expect("assigned");
    let sent = a_referral(&shelf, first.case.id, town.cisss, coordinator, at).send(at.plus_ms(MINUTE), coordinator, at).expect("sent");
    let draft = a_referral(&shelf, first.case.id, town.cisss, coordinator, at);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(case::save(&mut tx, &first, at).await.expect("an answer") && case::save(&mut tx, &other, at).await.expect("an answer"));
    for referral in [&sent, &draft] {
        assert!(referral::insert(&mut tx, referral, coordinator, at).await.expect("an answer"));
    }
    tx.commit().await.expect("kept");
    let held = async |id| case::held_by(reader, id).await.expect("cases").into_iter().map(|record| record.case.id).collect::<Vec<_>>();
    assert_eq!((held(inspector).await, held(second).await, held(coordinator).await), (vec![first.case.id], vec![other.case.id], vec![]));
    assert_eq!((referral::awaiting_by(reader, coordinator).await.expect("a count"), referral::awaiting_by(reader, inspector).await.expect("a count")), (1, 0));
    assert_eq!(visit::open_by(reader, inspector).await.expect("a count"), 0);
    assert_eq!(
        (account::on_call_rank(reader, coordinator).await.expect("a rank"), account::on_call_rank(reader, inspector).await.expect("a rank")),
        (Some(2), None)
    );
    let mut tx = store.begin().await.expect("a transaction begins");
    account::set_on_call_rank(&mut tx, coordinator, None).await.expect("taken");
    account::set_on_call_rank(&mut tx, inspector, Some(2)).await.expect("given");
    tx.commit().await.expect("kept");
    let list: Vec<_> = account::on_call(reader).await.expect("a list").into_iter().map(|(id, _)| id).collect();
    assert_eq!(list, [town.accounts[&Person::Dispatcher], inspector]);
}
