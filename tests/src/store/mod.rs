//! The store, held to one story on both databases.

mod access;
mod accounts;
mod consents;
mod coverage;
mod devices;
mod directory;
mod doors;
mod entry;
mod forwards;
mod incidents;
mod links;
mod people;
mod person_requests;
mod queue;
mod retention;
mod statistics;
mod threads;
mod upgrade;
mod work;

use server::{
    clock::now,
    store::{Dialect, Store},
};

use crate::support::{Database, TestDatabase, Town};

/// A store with its town, and the database that holds it.
struct Shelf {
    store: Store,
    town: Town,
    _database: TestDatabase,
}

impl Shelf {
    async fn open(database: Database) -> Self {
        let expected = match database {
            Database::Sqlite => Dialect::Sqlite,
            Database::Postgres(_) => Dialect::Postgres,
        };
        let database = TestDatabase::create(database).await;
        let store = Store::open(database.url()).await.expect("the store opens");
        assert_eq!(store.dialect(), expected);
        let town = Town::found(&store).await;
        Self { store, town, _database: database }
    }
}

/// One story, told by the same function on each database.
macro_rules! chapters {
    ($($module:ident::$chapter:ident),+ $(,)?) => {$(
        mod $chapter {
            use crate::support::Database;

            #[tokio::test]
            async fn on_sqlite() {
                super::$module::$chapter(super::Shelf::open(Database::Sqlite).await).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                if let Some(postgres) = Database::postgres() {
                    super::$module::$chapter(super::Shelf::open(postgres).await).await;
                }
            }
        }
    )+};
}

chapters!(
    entry::a_provider_is_set_anew_and_its_subjects_are_each_one_account,
    entry::a_passkey_is_one_accounts_and_moves_on_with_each_use,
    entry::a_deputation_stands_on_its_days_for_active_colleagues_of_one_team,
    person_requests::a_request_reads_back_and_is_saved_over_what_was_read,
    incidents::the_register_is_only_ever_added_to,
    access::readings_are_sealed_once_each_in_one_chain_and_found_again,
    people::accounts_and_bodies_read_back,
    people::sessions_failures_and_links_run_out,
    accounts::a_request_for_help_stands_until_it_is_answered_or_too_old,
    accounts::what_somebody_holds_is_found_and_their_rank_moved,
    accounts::a_second_factor_is_confirmed_once_and_its_steps_and_codes_used_once,
    accounts::an_account_has_its_sessions_and_ends_its_own_only,
    directory::a_service_is_stored_once_saved_over_what_was_read_and_verified,
    directory::a_body_says_of_itself_one_thing_at_a_time,
    directory::an_agreement_is_only_ever_added_to,
    devices::a_phone_has_a_row_for_each_account_and_one_revocation_stands_in_all,
    devices::a_rescue_file_is_recorded_and_its_key_is_drawn_once,
    people::buildings_doors_and_rounds_follow_the_feed,
    doors::what_is_decided_of_doors_reads_back_in_the_order_of_the_feed,
    work::an_event_is_stored_once_and_a_forged_one_set_aside,
    work::how_a_visit_goes_on_is_read_back,
    work::a_visit_its_outcomes_and_its_judgement_read_back,
    work::grids_are_known_in_the_order_of_their_adoption,
    work::an_observation_replaces_the_one_before_at_its_place,
    work::a_photo_is_verified_by_its_hash_and_an_upload_moves_only_forward,
    work::a_case_saves_over_the_revision_that_was_read,
    work::the_list_and_its_count_agree_under_every_filter,
    work::an_escalation_has_its_revisions_its_log_and_its_board,
    work::a_referral_is_inserted_once_and_found_when_overdue,
    consents::what_a_danger_let_share_reads_back_and_is_reviewed_once,
    consents::a_consent_reads_back_with_what_was_shared_under_it_and_is_withdrawn_once,
    queue::a_side_is_paged_by_what_it_waits_for_and_its_counts_are_its_rows,
    consents::a_proof_reads_back_and_an_end_is_said_once,
    threads::what_two_sides_say_reads_back_in_order_and_waits_for_who_has_not_read_it,
    links::a_link_is_known_by_its_token_counts_its_tries_and_ends_its_sessions,
    forwards::an_asking_to_pass_on_waits_alone_and_is_answered_once,
    retention::a_closed_case_is_held_then_purged_over_what_was_read_with_its_proof,
    statistics::what_is_counted_reads_back_and_a_quarter_is_kept_once,
    work::a_job_is_claimed_by_one_worker_and_tried_again,
);

#[tokio::test]
async fn an_address_that_is_no_database_is_refused() {
    assert!(Store::open("mysql://localhost/brigade").await.is_err());
}

#[tokio::test]
async fn a_database_opened_again_keeps_everything_and_migrates_once() {
    let database = TestDatabase::create(Database::Sqlite).await;
    let store = Store::open(database.url()).await.expect("the store opens");
    let town = Town::found(&store).await;
    assert!(store.is_ready().await);
    store.close().await;
    assert!(!store.is_ready().await);
    let store = Store::open(database.url()).await.expect("the store opens again");
    let tower = server::store::building::by_id(store.reader(), town.tower.id).await.expect("the store answers");
    assert_eq!(tower.map(|building| building.address), Some(town.tower.row.address.clone()));
    let mut tx = store.begin().await.expect("a transaction begins");
    server::store::audit::record(&mut tx, now(), None, "test.opened", "test", "1").await.expect("recorded");
    drop(tx);
    let mut tx = store.begin().await.expect("what was dropped was rolled back");
    server::store::audit::record(&mut tx, now(), None, "test.opened", "test", "2").await.expect("recorded");
    tx.commit().await.expect("kept");
}
