use casework::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, DwellingId, OrganisationId},
    permission::{OrganisationKind, Role},
    wire::v1::TerritoryOutline,
};
use server::{
    clock::{new_id, now},
    store::{NewAccount, NewBuilding, NewDwelling, account, building, building::fold, session},
};

use super::{Shelf, accounts::a_session};
use crate::support::Person;

const MINUTE: i64 = Timestamp::MINUTE_MS;

pub async fn accounts_and_bodies_read_back(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let inspector = account::by_email(reader, Person::Inspector.email()).await.expect("an answer").expect("the inspector");
    assert_eq!((inspector.id, inspector.role, inspector.active), (town.accounts[&Person::Inspector], Role::Inspector, true));
    assert_eq!(
        (inspector.organisation.id, inspector.organisation.kind, inspector.organisation.municipality.as_deref()),
        (town.brigade, OrganisationKind::Brigade, None)
    );
    assert!(account::by_email(reader, "personne@essai.test").await.expect("an answer").is_none());
    assert!(account::any(reader).await.expect("an answer"));
    let on_call: Vec<String> = account::on_call(reader).await.expect("a list").into_iter().map(|(_, name)| name).collect();
    assert_eq!(on_call, [Person::Dispatcher.name(), Person::Coordinator.name()], "in the order of their ranks");
    let recipients: Vec<String> = account::referral_recipients(reader).await.expect("a list").into_iter().map(|body| body.name).collect();
    assert_eq!(recipients, ["CISSS des essais", "Ville de Brossard", "Ville de Longueuil"], "never the brigade itself");
    let city = account::organisation_by_id(reader, town.longueuil).await.expect("an answer").expect("the city");
    assert_eq!((city.municipality.as_deref(), city.kind), (Some("Longueuil"), OrganisationKind::City));
    assert!(account::organisation_by_id(reader, OrganisationId(new_id())).await.expect("an answer").is_none());
    assert_eq!(account::organisations(reader).await.expect("a list").len(), 4);
    assert_eq!(account::all(reader).await.expect("a list").len(), Person::ALL.len());

    let mut tx = store.begin().await.expect("a transaction begins");
    let twin = NewAccount {
        id: AccountId(new_id()),
        email: Person::Inspector.email().to_owned(),
        display_name: "Deux fois".to_owned(),
        password_hash: String::new(),
        role: Role::Inspector,
        organisation_id: town.brigade,
        on_call_rank: None,
    };
    assert!(account::insert_account(&mut tx, &twin, at).await.is_err(), "one account per address");
    drop(tx);
    assert_eq!(account::all(reader).await.expect("a list").len(), Person::ALL.len());
    let twins = crate::support::organisation(&mut store.begin().await.expect("a transaction"), "Non gardée", OrganisationKind::Other, None, at).await;
    assert!(account::organisation_by_id(reader, twins).await.expect("an answer").is_none(), "what is not committed is not there");
    let mut tx = store.begin().await.expect("a transaction begins");
    let body = server::store::NewOrganisation {
        id: OrganisationId(new_id()),
        name: "Comité logement".to_owned(),
        kind: OrganisationKind::Community,
        service: "Accompagnement".to_owned(),
        municipality: None,
        pivot_person: None,
        receives_referrals: true,
    };
    account::insert_organisation(&mut tx, &body, at).await.expect("stored");
    tx.commit().await.expect("kept");
    assert_eq!(account::referral_recipients(reader).await.expect("a list").len(), 4);
}

pub async fn sessions_failures_and_links_run_out(shelf: Shelf) {
    let (store, at) = (&shelf.store, now());
    let reader = store.reader();
    let id = shelf.town.accounts[&Person::Inspector];
    let mut tx = store.begin().await.expect("a transaction begins");
    a_session(&mut tx, "long", id, at, 10 * MINUTE).await;
    a_session(&mut tx, "short", id, at, MINUTE).await;
    tx.commit().await.expect("kept");
    let live = async |token: &str, after_ms: i64| {
        session::live(reader, token, at.plus_ms(after_ms)).await.expect("an answer").map(|session| (session.account.id, session.csrf))
    };
    assert_eq!(live("long", 0).await, Some((id, "csrf".to_owned())));
    assert_eq!((live("short", MINUTE - 1).await.is_some(), live("short", MINUTE).await), (true, None));
    assert_eq!(live("unknown", 0).await, None);
    // A new session sweeps away those that have run out.
    let mut tx = store.begin().await.expect("a transaction begins");
    a_session(&mut tx, "later", id, at.plus_ms(2 * MINUTE), 18 * MINUTE).await;
    session::delete(&mut tx, "later").await.expect("deleted");
    tx.commit().await.expect("kept");
    assert_eq!((live("short", 0).await, live("later", 3 * MINUTE).await, live("long", 0).await.is_some()), (None, None, true));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(account::set_active(&mut tx, id, false).await.expect("an answer"));
    assert!(!account::set_active(&mut tx, AccountId(new_id()), false).await.expect("an answer"));
    tx.commit().await.expect("kept");
    assert_eq!(live("long", 0).await, None, "a closed account loses its sessions");
    let mut tx = store.begin().await.expect("a transaction begins");
    account::set_active(&mut tx, id, true).await.expect("an answer");
    a_session(&mut tx, "again", id, at, MINUTE).await;
    account::set_password(&mut tx, id, "another hash").await.expect("set");
    tx.commit().await.expect("kept");
    assert_eq!(live("again", 0).await, None, "a new password ends the sessions of the old one");
    assert_eq!(
        account::by_email(reader, Person::Inspector.email()).await.expect("an answer").map(|account| account.password_hash),
        Some("another hash".to_owned())
    );

    assert_eq!(account::by_id(reader, id).await.expect("an answer").map(|account| account.email), Some(Person::Inspector.email().to_owned()));
    assert!(account::by_id(reader, AccountId(new_id())).await.expect("an answer").is_none());
    let knows = async |device: &str| account::knows_device(reader, device, Person::Inspector.email()).await.expect("an answer");
    let remember = async |device: &str, after_ms: i64| {
        let mut tx = store.begin().await.expect("a transaction begins");
        let seen_at = at.plus_ms(after_ms);
        account::remember_device(&mut tx, device, id, seen_at, seen_at.plus_ms(-10 * MINUTE), 2).await.expect("remembered");
        tx.commit().await.expect("kept");
    };
    for (device, after_ms) in [("tablet", 0), ("phone", MINUTE), ("tablet", 2 * MINUTE), ("office", 3 * MINUTE)] {
        remember(device, after_ms).await;
    }
    assert_eq!((knows("tablet").await, knows("phone").await, knows("office").await), (true, false, true), "the two seen last");
    assert!(!account::knows_device(reader, "tablet", Person::Coordinator.email()).await.expect("an answer"), "known to its account only");
    assert!(account::is_device(reader, "tablet").await.expect("an answer") && !account::is_device(reader, "phone").await.expect("an answer"));
    remember("later", 13 * MINUTE).await;
    assert_eq!((knows("tablet").await, knows("office").await, knows("later").await), (false, true, true), "one not seen for long is forgotten");
    let mut tx = store.begin().await.expect("a transaction begins");
    account::set_active(&mut tx, id, false).await.expect("an answer");
    account::set_active(&mut tx, id, true).await.expect("an answer");
    tx.commit().await.expect("kept");
    assert!(!knows("later").await, "a closed account loses its devices");
    remember("last", 14 * MINUTE).await;
    let mut tx = store.begin().await.expect("a transaction begins");
    account::set_password(&mut tx, id, "a third hash").await.expect("set");
    tx.commit().await.expect("kept");
    assert!(!knows("last").await, "a new password forgets devices");

    let mut tx = store.begin().await.expect("a transaction begins");
    for (key, after_ms) in [("key", 0), ("key", MINUTE), ("other", MINUTE)] {
        account::insert_failure(&mut tx, &new_id().to_string(), key, at.plus_ms(after_ms), at.plus_ms(after_ms - 15 * MINUTE)).await.expect("stored");
    }
    tx.commit().await.expect("kept");
    let failures = async |since_ms: i64| account::failures(reader, "key", at.plus_ms(since_ms)).await.expect("a count");
    assert_eq!((failures(-1).await, failures(0).await, failures(MINUTE).await), (2, 1, 0));

    let mut tx = store.begin().await.expect("a transaction begins");
    account::insert_access_link(&mut tx, "replaced", None, at.plus_ms(MINUTE)).await.expect("stored");
    account::insert_access_link(&mut tx, "first", None, at.plus_ms(MINUTE)).await.expect("stored");
    account::insert_access_link(&mut tx, "password", Some(id), at.plus_ms(MINUTE)).await.expect("stored");
    tx.commit().await.expect("kept");
    let link = async |token: &str, after_ms: i64| account::access_link(reader, token, at.plus_ms(after_ms)).await.expect("an answer");
    assert_eq!((link("replaced", 0).await, link("first", 0).await, link("password", 0).await), (None, Some(None), Some(Some(id))));
    assert_eq!(link("first", MINUTE).await, None);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(!account::take_access_link(&mut tx, "first", at.plus_ms(MINUTE)).await.expect("an answer"));
    assert!(account::take_access_link(&mut tx, "first", at).await.expect("an answer"));
    assert!(!account::take_access_link(&mut tx, "first", at).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
}

pub async fn buildings_doors_and_rounds_follow_the_feed(shelf: Shelf) {
    let (store, town) = (&shelf.store, &shelf.town);
    let reader = store.reader();
    let tower = building::by_id(reader, town.tower.id).await.expect("an answer").expect("the tower");
    assert_eq!((tower.address.as_str(), tower.dwellings, tower.storeys, tower.year_built), (town.tower.row.address.as_str(), 12, Some(3), Some(1967)));
    assert_eq!((tower.longitude, tower.latitude, tower.borough.as_deref()), (Some(-73.45), Some(45.5), Some("Saint-Hubert")));
    let doors = building::doors(reader, town.tower.id).await.expect("doors");
    assert_eq!(doors.iter().map(|door| door.label.as_str()).collect::<Vec<_>>()[..5], ["101", "102", "103", "104", "201"]);
    let mut tx = store.begin().await.expect("a transaction begins");
    let rounds = building::in_rounds(&mut tx, [town.tower.id, BuildingId(new_id())]).await.expect("rounds");
    assert_eq!(rounds.iter().map(|(organisation, row)| (*organisation, row.id)).collect::<Vec<_>>(), [(town.brigade, town.tower.id)]);
    let known = building::doors_among(&mut tx, [doors[3].dwelling_id, DwellingId(new_id())]).await.expect("doors");
    assert_eq!(known, [(doors[3].dwelling_id, town.tower.id, None)]);
    assert!(building::doors_among(&mut tx, []).await.expect("doors").is_empty());
    drop(tx);

    // What is touched comes last, and only what came after the cursor is given.
    let round = building::round_since(reader, town.brigade, 0, 10).await.expect("the round");
    assert_eq!(round.iter().map(|stop| stop.building.id).collect::<Vec<_>>(), [town.tower.id, town.house.id]);
    let cursor = round.last().expect("a stop").feed_sequence;
    assert!(building::round_since(reader, town.brigade, cursor, 10).await.expect("the round").is_empty());
    assert_eq!(building::round_since(reader, town.brigade, 0, 1).await.expect("the round").len(), 1);
    let mut tx = store.begin().await.expect("a transaction begins");
    let first = building::advance(&mut tx, "feed", 3).await.expect("numbers");
    assert_eq!(first, cursor + 1);
    building::touch(&mut tx, town.house.id, first).await.expect("touched");
    building::touch_all(&mut tx, vec![(town.tower.id, first + 2), (town.house.id, cursor)]).await.expect("touched");
    tx.commit().await.expect("kept");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert_eq!(building::advance(&mut tx, "feed", 1).await.expect("a number"), cursor + 4, "three numbers were taken");
    drop(tx);
    let mut tx = store.begin().await.expect("a transaction begins");
    assert_eq!(building::advance(&mut tx, "feed", 1).await.expect("a number"), cursor + 4, "a number not kept is given again: no gap, nothing to skip");
    drop(tx);
    let changed = building::round_since(reader, town.brigade, cursor, 10).await.expect("the round");
    assert_eq!(changed.iter().map(|stop| (stop.building.id, stop.feed_sequence)).collect::<Vec<_>>(), [(town.tower.id, cursor + 3)]);

    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(building::withdraw(&mut tx, town.house.id, town.brigade).await.expect("an answer"));
    assert!(!building::withdraw(&mut tx, town.house.id, town.brigade).await.expect("an answer"), "once");
    building::plan(&mut tx, town.tower.id, town.brigade, "2027-01-04").await.expect("planned");
    tx.commit().await.expect("kept");
    let plan = building::all_with_plan(reader, town.brigade).await.expect("the plan");
    assert_eq!(
        plan.iter().map(|(building, day)| (building.id, day.as_deref())).collect::<Vec<_>>(),
        [(town.house.id, None), (town.tower.id, Some("2027-01-04"))]
    );
    let round = building::round_since(reader, town.brigade, 0, 10).await.expect("the round");
    assert_eq!(round.iter().find(|stop| stop.building.id == town.house.id).map(|stop| stop.withdrawn), Some(true));

    let mut tx = store.begin().await.expect("a transaction begins");
    let bare = server::store::BuildingRow {
        id: BuildingId(new_id()),
        address: "9, rue Nue".to_owned(),
        municipality: "Longueuil".to_owned(),
        borough: None,
        dwellings: 0,
        storeys: None,
        year_built: None,
        longitude: None,
        latitude: None,
    };
    building::insert(&mut tx, &NewBuilding { row: bare.clone(), provenance: "test".to_owned() }, 1_000).await.expect("stored");
    let door = NewDwelling { id: DwellingId(new_id()), building_id: bare.id, label: "SS-1".to_owned(), floor: 0, added_by_event: Some("event".to_owned()) };
    building::insert_dwelling(&mut tx, &door).await.expect("stored");
    building::insert_dwelling(&mut tx, &NewDwelling { label: "autre".to_owned(), ..door }).await.expect("the same door twice is one");
    tx.commit().await.expect("kept");
    let read = building::by_id(reader, bare.id).await.expect("an answer").expect("the building");
    assert_eq!((read.storeys, read.year_built, read.longitude, read.borough), (None, None, None, None));
    let doors = building::doors(reader, bare.id).await.expect("doors");
    assert_eq!(doors.iter().map(|door| (door.label.as_str(), door.floor)).collect::<Vec<_>>(), [("SS-1", 0)]);
    assert!(building::address_is_known(reader, "9 RUE nue", "longueuil", None).await.expect("an answer"));
    assert!(!building::address_is_known(reader, "9 rue nue", "Brossard", None).await.expect("an answer"));
    let by_address = async |address, municipality| building::by_address(reader, address, municipality).await.expect("an answer").map(|found| found.id);
    assert_eq!(by_address("9 RUE nue", "Longueuil").await, Some(bare.id));
    assert_eq!((by_address("9 rue nu", "Longueuil").await, by_address("9 rue nue", "Brossard").await), (None, None));
    // Whatever its borough.
    let tower = &shelf.town.tower.row;
    assert_eq!((tower.borough.is_some(), by_address(&tower.address, &tower.municipality).await), (true, Some(tower.id)));
    assert_eq!(fold(&["12, rue de l’Œuvre", "ÇÀ"]), "12 rue de l oeuvre ca");

    let outline =
        TerritoryOutline { municipality: "Longueuil".to_owned(), borough: None, ring: vec![[-73.5, 45.5], [-73.4, 45.5], [-73.4, 45.6], [-73.5, 45.5]] };
    let mut tx = store.begin().await.expect("a transaction begins");
    building::insert_territory(&mut tx, &outline, true).await.expect("stored");
    tx.commit().await.expect("kept");
    assert_eq!(building::territories(reader).await.expect("territories"), [outline]);
}
