use casework::{
    agreement::Agreement,
    directory::{Area, Need, Service, WorkContact},
    ids::{AgreementId, ServiceId},
    permission::{Grants, Section},
};
use server::{
    clock::{new_id, now},
    store::{NewAgreementVersion, NewService, Profile, ProfileRecord, ServiceChange, Source, account, agreement, directory},
};

use super::Shelf;
use crate::support::Person;

fn service(name: &str) -> Service {
    Service {
        name: name.to_owned(),
        summary: "« Paniers » d’aliments".to_owned(),
        needs: [Need::Food].into(),
        areas: [Area::SaintHubert].into(),
        pivot: Some(WorkContact { name: "Ana".to_owned(), ..WorkContact::default() }),
        ..Service::default()
    }
}

pub async fn a_service_is_stored_once_saved_over_what_was_read_and_verified(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let by = town.accounts[&Person::Coordinator];
    let source = Source { name: "211".to_owned(), id: new_id().to_string(), digest: "un".to_owned() };
    let new = |name: &str, source: Option<Source>| NewService {
        id: ServiceId(new_id()),
        organisation_id: town.cisss,
        service: service(name),
        active: true,
        verified_on: None,
        verified_by: None,
        source,
    };
    let (ours, theirs) = (new("À nous", None), new("À eux", Some(source.clone())));
    let mut tx = store.begin().await.expect("a transaction begins");
    for service in [&ours, &theirs] {
        assert!(directory::insert_service(&mut tx, service, at).await.expect("an answer"));
    }
    assert!(!directory::insert_service(&mut tx, &ours, at).await.expect("an answer"), "one click, one service");
    tx.commit().await.expect("kept");
    let all = directory::services(reader).await.expect("services");
    assert_eq!(all.iter().map(|record| record.service.name.as_str()).collect::<Vec<_>>(), ["À nous", "À eux"]);
    assert_eq!((all[0].organisation.as_str(), all[0].receives_referrals, all[0].revision, all[0].source.clone()), ("CISSS des essais", true, 1, None));
    assert_eq!((all[1].source.clone(), all[1].source_revision), (Some(source), Some(1)));

    let day = "2026-11-01".parse().expect("a day");
    let corrected = service("Corrigé");
    let change = |digest| ServiceChange { service: &corrected, active: false, digest };
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(directory::save_service(&mut tx, ours.id, 1, &change(None), at).await.expect("an answer"));
    assert!(!directory::save_service(&mut tx, ours.id, 1, &change(None), at).await.expect("an answer"), "somebody was faster");
    assert!(directory::save_service(&mut tx, theirs.id, 1, &change(Some("deux")), at).await.expect("an answer"));
    assert!(directory::verify_service(&mut tx, ours.id, day, Some(by)).await.expect("an answer"));
    assert!(directory::verify_service(&mut tx, theirs.id, day, None).await.expect("an answer"));
    assert!(!directory::verify_service(&mut tx, ServiceId(new_id()), day, None).await.expect("an answer"));
    tx.commit().await.expect("kept");
    let read = directory::service_by_id(reader, ours.id).await.expect("an answer").expect("the service");
    assert_eq!((&read.service, read.active, read.revision, read.verified_on), (&corrected, false, 2, Some(day)));
    assert_eq!((read.verified_by.as_deref(), read.source_revision), (Some(Person::Coordinator.name()), None));
    let read = directory::service_by_id(reader, theirs.id).await.expect("an answer").expect("the service");
    assert_eq!((read.source.map(|source| source.digest).as_deref(), read.source_revision, read.verified_by), (Some("deux"), Some(2), None));
    assert_eq!(directory::service_by_id(reader, ServiceId(new_id())).await.expect("an answer"), None);
}

pub async fn a_body_says_of_itself_one_thing_at_a_time(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let said = |description: &str| ProfileRecord {
        organisation_id: town.cisss,
        profile: Profile { description: description.to_owned(), ..Profile::default() },
        source: Some(Source { name: "211".to_owned(), id: "1".to_owned(), digest: description.to_owned() }),
    };
    let mut tx = store.begin().await.expect("a transaction begins");
    for record in [said("Hier"), said("Aujourd’hui")] {
        directory::keep_profile(&mut tx, &record, at).await.expect("kept");
    }
    assert!(directory::set_receives_referrals(&mut tx, town.cisss, false).await.expect("an answer"));
    assert!(!directory::set_receives_referrals(&mut tx, town.brigade, true).await.expect("an answer"), "the brigade is nobody’s partner");
    tx.commit().await.expect("kept");
    assert_eq!(directory::profiles(store.reader()).await.expect("profiles"), [said("Aujourd’hui")]);
    let recipients = account::referral_recipients(store.reader()).await.expect("recipients");
    assert!(recipients.iter().all(|row| row.id != town.cisss && row.id != town.brigade));
}

pub async fn an_agreement_is_only_ever_added_to(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let by = town.accounts[&Person::Coordinator];
    let agreed = |purpose: &str| Agreement {
        purpose: purpose.to_owned(),
        sections: Grants::of([Section::Building, Section::Psychosocial]).expect("shareable"),
        from: "2026-01-01".parse().expect("a day"),
        until: Some("2026-12-31".parse().expect("a day")),
        notice_days: 30,
        remind_days: 60,
        terms: "Classeur « A »".to_owned(),
        ended_on: None,
    };
    let id = AgreementId(new_id());
    let version = |number, purpose: &str, reason: &str| NewAgreementVersion {
        agreement_id: id,
        version: number,
        form_id: new_id(),
        at,
        by,
        reason: reason.to_owned(),
        agreement: agreed(purpose),
    };
    let (one, two) = (version(1, "Hier", ""), version(2, "Aujourd’hui", "Renouvelée"));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(agreement::insert(&mut tx, id, town.cisss, at).await.expect("an answer"));
    assert!(!agreement::insert(&mut tx, id, town.brossard, at).await.expect("an answer"), "one click, one agreement");
    assert!(agreement::insert_version(&mut tx, &one).await.expect("an answer"));
    assert!(!agreement::insert_version(&mut tx, &one).await.expect("an answer"), "one click, one version");
    assert!(
        !agreement::insert_version(&mut tx, &NewAgreementVersion { form_id: new_id(), ..one.clone() }).await.expect("an answer"),
        "one number, one version"
    );
    assert!(agreement::insert_version(&mut tx, &two).await.expect("an answer"));
    let made = agreement::version_of_form(&mut tx, two.form_id).await.expect("an answer");
    assert_eq!(made, Some((id, agreed("Aujourd’hui"), "Renouvelée".to_owned())));
    assert_eq!(agreement::version_of_form(&mut tx, new_id()).await.expect("an answer"), None);
    tx.commit().await.expect("kept");
    let mut connection = store.read().await.expect("a connection");
    let all = agreement::all(&mut connection).await.expect("the register");
    assert_eq!((all.len(), all[0].organisation.as_str()), (1, "CISSS des essais"));
    let told: Vec<_> = all[0].versions.iter().map(|version| (version.version, version.agreement.purpose.as_str(), version.by.as_str())).collect();
    assert_eq!(told, [(2, "Aujourd’hui", Person::Coordinator.name()), (1, "Hier", Person::Coordinator.name())]);
    assert_eq!(agreement::with(&mut connection, town.cisss).await.expect("agreements"), [agreed("Aujourd’hui")], "what stands, alone");
    assert!(agreement::with(&mut connection, town.longueuil).await.expect("agreements").is_empty());
}
