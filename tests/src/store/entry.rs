//! Ways in: providers and whom their subjects are, passkeys, what opens once; and who stands in for whom.

use casework::{
    clock::Timestamp,
    ids::{DeputationId, PasskeyId},
    permission::Role,
};
use server::{
    clock::{new_id, now},
    store::{DeputationRow, PasskeyRecord, ProviderRow, deputation, passkey, provider, second_factor, session, spent_token, visit},
};

use super::{Shelf, accounts::a_session};
use crate::support::Person;

const MINUTE: i64 = Timestamp::MINUTE_MS;

pub async fn a_provider_is_set_anew_and_its_subjects_are_each_one_account(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let row = ProviderRow {
        organisation_id: town.cisss,
        issuer: "https://un.example".to_owned(),
        client_id: "brigade".to_owned(),
        secret_name: "cisss".to_owned(),
        email_domain: "essai.test".to_owned(),
        factor_acr: None,
        factor_counts: false,
    };
    let (one, other) = (town.accounts[&Person::Cisss], town.accounts[&Person::Longueuil]);
    let mut tx = store.begin().await.expect("a transaction begins");
    provider::put(&mut tx, &row, at).await.expect("stored");
    assert!(provider::bind(&mut tx, &row, "sujet", one, at).await.expect("an answer"));
    assert!(!provider::bind(&mut tx, &row, "sujet", other, at).await.expect("an answer"), "a subject is one account");
    assert!(!provider::bind(&mut tx, &row, "autre", one, at).await.expect("an answer"), "an account is one subject");
    tx.commit().await.expect("kept");
    assert_eq!(provider::of(reader, town.cisss).await.expect("an answer"), Some(row.clone()));
    assert_eq!(provider::of(reader, town.longueuil).await.expect("an answer"), None);
    assert_eq!(provider::offered(reader).await.expect("some"), [(town.cisss, "CISSS des essais".to_owned())]);
    assert_eq!(provider::account_of(reader, &row.issuer, "sujet").await.expect("an answer"), Some(one));
    assert_eq!(provider::account_of(reader, "https://autre.example", "sujet").await.expect("an answer"), None);
    let anew = ProviderRow { issuer: "https://deux.example".to_owned(), factor_acr: Some("urn:fort".to_owned()), factor_counts: true, ..row.clone() };
    let mut tx = store.begin().await.expect("a transaction begins");
    provider::put(&mut tx, &anew, at).await.expect("stored");
    provider::forget_other_subjects(&mut tx, town.cisss, &anew.issuer).await.expect("forgotten");
    tx.commit().await.expect("kept");
    assert_eq!(provider::all(reader).await.expect("some"), [anew]);
    assert_eq!(provider::account_of(reader, &row.issuer, "sujet").await.expect("an answer"), None);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(provider::remove(&mut tx, town.cisss).await.expect("an answer"));
    assert!(!provider::remove(&mut tx, town.cisss).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
    // What opens once.
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(spent_token::spend(&mut tx, "jeton", at, at.plus_ms(MINUTE)).await.expect("an answer"));
    assert!(!spent_token::spend(&mut tx, "jeton", at, at.plus_ms(MINUTE)).await.expect("an answer"));
    assert!(spent_token::spend(&mut tx, "jeton", at.plus_ms(MINUTE), at.plus_ms(2 * MINUTE)).await.expect("an answer"), "forgotten once it could not be shown");
    tx.commit().await.expect("kept");
}

pub async fn a_passkey_is_one_accounts_and_moves_on_with_each_use(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let (own, other) = (town.accounts[&Person::Inspector], town.accounts[&Person::Coordinator]);
    let record =
        PasskeyRecord { id: PasskeyId(new_id()), account_id: own, name: "Bureau".to_owned(), credential: "un".to_owned(), created_at: at, used_at: None };
    let mut tx = store.begin().await.expect("a transaction begins");
    a_session(&mut tx, "session", own, at, 10 * MINUTE).await;
    second_factor::set_required(&mut tx, town.brigade, true).await.expect("an answer");
    tx.commit().await.expect("kept");
    let owes = async || session::live(reader, "session", at).await.expect("an answer").expect("a session").owes_factor;
    assert!(owes().await && !passkey::any_of(reader, own).await.expect("an answer"));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(passkey::insert(&mut tx, &record, "empreinte").await.expect("an answer"));
    let stolen = PasskeyRecord { id: PasskeyId(new_id()), account_id: other, ..record.clone() };
    assert!(!passkey::insert(&mut tx, &stolen, "empreinte").await.expect("an answer"), "a credential is one account's");
    tx.commit().await.expect("kept");
    assert!(!owes().await, "a passkey is a second factor");
    assert!(passkey::any_of(reader, own).await.expect("an answer"));
    assert_eq!(passkey::owners(reader).await.expect("some"), [own]);
    let known = passkey::by_credential(reader, "empreinte").await.expect("an answer").expect("it");
    assert_eq!((known.id, known.account_id, known.used_at), (record.id, own, None));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(passkey::use_up(&mut tx, &known, "deux", at).await.expect("an answer"));
    assert!(!passkey::use_up(&mut tx, &known, "trois", at).await.expect("an answer"), "somebody was faster");
    assert!(!passkey::rename(&mut tx, record.id, other, "Vol").await.expect("an answer"));
    assert!(passkey::rename(&mut tx, record.id, own, "Poste 4").await.expect("an answer"));
    tx.commit().await.expect("kept");
    let mine = passkey::of_account(reader, own).await.expect("some");
    assert_eq!((mine[0].name.as_str(), mine[0].credential.as_str(), mine[0].used_at), ("Poste 4", "deux", Some(at)));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(!passkey::remove(&mut tx, record.id, other).await.expect("an answer"));
    assert!(passkey::remove(&mut tx, record.id, own).await.expect("an answer"));
    assert!(passkey::insert(&mut tx, &record, "empreinte").await.expect("an answer"));
    assert_eq!(passkey::remove_all(&mut tx, own).await.expect("a count"), 1);
    tx.commit().await.expect("kept");
}

pub async fn a_deputation_stands_on_its_days_for_active_colleagues_of_one_team(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let row = DeputationRow {
        id: DeputationId(new_id()),
        absent: town.accounts[&Person::Inspector],
        absent_name: Person::Inspector.name().to_owned(),
        absent_role: Role::Inspector,
        deputy: town.accounts[&Person::SecondInspector],
        deputy_name: Person::SecondInspector.name().to_owned(),
        from_day: "2026-11-24".to_owned(),
        until_day: "2026-11-26".to_owned(),
    };
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(deputation::insert(&mut tx, &row, row.absent, at).await.expect("an answer"));
    assert!(!deputation::insert(&mut tx, &row, row.absent, at).await.expect("an answer"), "the same form");
    tx.commit().await.expect("kept");
    assert_eq!(deputation::by_id(reader, row.id).await.expect("an answer"), Some(row.clone()));
    for (day, standing, holds) in [("2026-11-23", true, false), ("2026-11-24", true, true), ("2026-11-26", true, true), ("2026-11-27", false, false)] {
        assert_eq!(deputation::standing(reader, day).await.expect("some").len(), usize::from(standing), "{day}");
        assert_eq!(deputation::of_deputy(reader, row.deputy, day).await.expect("some").len(), usize::from(holds), "{day}");
    }
    assert!(deputation::of_deputy(reader, row.absent, "2026-11-25").await.expect("some").is_empty(), "not the other way");
    assert!(visit::open_of(reader, row.absent).await.expect("some").is_empty());
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(deputation::end(&mut tx, row.id, at).await.expect("an answer"));
    assert!(!deputation::end(&mut tx, row.id, at).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
    assert!(deputation::standing(reader, "2026-11-25").await.expect("some").is_empty());
}
