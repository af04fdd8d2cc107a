use casework::{
    ids::IncidentId,
    incident::{IncidentEntry, InformationKnown, Period, SeriousHarm},
};
use server::{
    clock::{new_id, now},
    store::{NewIncident, NewIncidentVersion, incident},
};

use super::Shelf;
use crate::support::Person;

pub async fn the_register_is_only_ever_added_to(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let (by, officer) = (town.accounts[&Person::Inspector], town.accounts[&Person::Privacy]);
    let day = |text: &str| text.parse().expect("a day");
    let on = |text: &str| Period { from: day(text), to: day(text), approximate: false };
    let entry = IncidentEntry {
        information: InformationKnown::Unknown,
        description: "Le sac n’a pas été retrouvé".to_owned(),
        circumstances: "« Oublié » dans l’autobus".to_owned(),
        happened: on("2026-11-02"),
        aware: on("2026-11-03"),
        persons: 4,
        persons_estimated: true,
        sensitivity: "Élevée".to_owned(),
        consequences: "Représailles".to_owned(),
        likelihood: "Faible".to_owned(),
        serious: SeriousHarm::Risk,
        commission_told_on: Some(day("2026-11-03")),
        persons_told_on: None,
        public_notice: None,
        measures: "Mots de passe changés".to_owned(),
    };
    let reported = |words: &str| NewIncident {
        id: IncidentId(new_id()),
        organisation_id: town.brigade,
        reported_at: at,
        reported_by: by,
        noticed_on: "2026-11-03".to_owned(),
        words: words.to_owned(),
    };
    let (first, second) = (reported("Un sac perdu"), reported("Un courriel"));
    let mut tx = store.begin().await.expect("a transaction begins");
    for (incident, number) in [(&first, 1), (&second, 2)] {
        assert_eq!(incident::next_number(&mut tx, "incident").await.expect("a number"), number);
        assert!(incident::insert(&mut tx, incident, number).await.expect("an answer"));
    }
    assert!(!incident::insert(&mut tx, &first, 3).await.expect("an answer"), "one click, one incident");
    let version = |number, reason: &str| NewIncidentVersion {
        incident_id: first.id,
        version: number,
        form_id: new_id(),
        at,
        by: officer,
        reason: reason.to_owned(),
        entry: entry.clone(),
    };
    let (one, two) = (version(1, ""), version(2, "Nombre établi"));
    assert!(incident::insert_version(&mut tx, &one).await.expect("an answer"));
    assert!(!incident::insert_version(&mut tx, &one).await.expect("an answer"), "one click, one version");
    assert!(!incident::insert_version(&mut tx, &version(1, "")).await.expect("an answer"), "two do not write the same version");
    assert!(incident::insert_version(&mut tx, &two).await.expect("an answer"));
    tx.commit().await.expect("kept");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert_eq!(incident::next_number(&mut tx, "incident").await.expect("a number"), 3);
    drop(tx);
    let mut connection = store.read().await.expect("a connection");
    assert_eq!(incident::version_of_form(&mut connection, two.form_id).await.expect("an answer"), Some((first.id, entry.clone(), "Nombre établi".to_owned())));
    assert_eq!(incident::version_of_form(&mut connection, new_id()).await.expect("an answer"), None);
    let register = incident::of_organisation(&mut connection, town.brigade).await.expect("a register");
    assert_eq!(register.iter().map(|incident| (incident.number, incident.versions.len())).collect::<Vec<_>>(), [(2, 0), (1, 2)], "what is only reported first");
    let told = &register[1];
    assert_eq!((told.words.as_str(), told.reported_by.as_str(), told.noticed_on.as_str()), ("Un sac perdu", Person::Inspector.name(), "2026-11-03"));
    assert_eq!(told.versions.iter().map(|version| (version.version, version.reason.as_str())).collect::<Vec<_>>(), [(2, "Nombre établi"), (1, "")]);
    assert_eq!((&told.versions[0].entry, told.versions[0].by.as_str(), told.kept_until.as_deref()), (&entry, Person::Privacy.name(), Some("2031-11-03")));
    assert!(incident::of_organisation(&mut connection, town.cisss).await.expect("a register").is_empty());
}
