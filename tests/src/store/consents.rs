use std::collections::BTreeSet;

use casework::{
    case::Act,
    clock::Timestamp,
    consent::{Consent, ConsentAnswer, ConsentGiver, ConsentManner},
    consent_proof::{ConsentProof, ProofKind},
    emergency_share::{EmergencyGround, EmergencyShare, ReviewFinding},
    ids::{ConsentId, EmergencyShareId},
    permission::{Grants, Section},
    wire::v1::ConsentedSection,
};
use server::{
    clock::{new_id, now},
    store::{building, consent, emergency_share, referral},
};

use super::{
    Shelf,
    work::{a_case, a_referral},
};
use crate::support::Person;

pub async fn a_consent_reads_back_with_what_was_shared_under_it_and_is_withdrawn_once(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let by = town.accounts[&Person::Psychosocial];
    let case_id = a_case(&shelf, &town.tower, 1).await.case.id;
    let given = Consent {
        id: ConsentId(new_id()),
        case_id,
        dwelling_id: town.tower.doors[0].parse().expect("an id"),
        to_organisation: town.cisss,
        sections: Grants::of([Section::Household, Section::Psychosocial]).expect("shareable"),
        purpose: "Aide « au ménage »".to_owned(),
        person: "L’occupante".to_owned(),
        giver: ConsentGiver::Person,
        manner: ConsentManner::Paper,
        language: "es".to_owned(),
        answer: ConsentAnswer::Given,
        explained: Act { by, at },
        until: at.plus_ms(Timestamp::DAY_MS),
        withdrawn: None,
    };
    let sent = a_referral(&shelf, case_id, town.cisss, by, at).send(at.plus_ms(Timestamp::DAY_MS), by, at).expect("sent");
    let shared = BTreeSet::from([Section::Household, Section::Psychosocial].map(|section| ConsentedSection { consent_id: given.id, section }));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(consent::insert(&mut tx, &given).await.expect("an answer"));
    assert!(!consent::insert(&mut tx, &given).await.expect("an answer"), "one click, one answer");
    assert!(referral::insert(&mut tx, &sent, by, at).await.expect("an answer"));
    consent::share(&mut tx, sent.id, &BTreeSet::new()).await.expect("nothing is fine");
    consent::share(&mut tx, sent.id, &shared).await.expect("shared");
    tx.commit().await.expect("kept");

    let read = consent::by_id(reader, given.id).await.expect("an answer").expect("the consent");
    assert_eq!((&read.consent, read.organisation.as_str(), read.explained_by_name.as_str()), (&given, "CISSS des essais", Person::Psychosocial.name()));
    let labels: Vec<String> = building::doors(reader, town.tower.id).await.expect("doors").into_iter().map(|door| door.label).collect();
    assert!(labels.contains(&read.door), "{}", read.door);
    assert_eq!(building::standing_doors(reader, town.tower.id).await.expect("doors").len(), labels.len());
    assert!(consent::by_id(reader, ConsentId(new_id())).await.expect("an answer").is_none());
    let mut connection = store.read().await.expect("a connection");
    let opened = consent::shared_by(&mut connection, [sent.id]).await.expect("an answer");
    let sections: BTreeSet<Section> = opened.iter().map(|(_, section, _)| *section).collect();
    assert_eq!((opened.len(), sections, &opened[0].2), (2, BTreeSet::from([Section::Household, Section::Psychosocial]), &given));
    assert!(consent::shared_by(&mut connection, []).await.expect("an answer").is_empty());
    let uses = consent::uses_in_case(reader, case_id).await.expect("uses");
    assert_eq!(uses.iter().map(|(id, used)| (*id, used.referral_id, used.sent_at)).collect::<Vec<_>>(), [(given.id, sent.id, Some(at)); 2]);

    let withdrawn = given.withdraw(Act { by, at }).expect("withdrawn");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(consent::hold(&mut tx, withdrawn.id).await.expect("an answer"));
    assert!(consent::save_withdrawn(&mut tx, &withdrawn).await.expect("an answer"));
    assert!(!consent::hold(&mut tx, withdrawn.id).await.expect("an answer"), "what is withdrawn holds no more");
    assert!(!consent::save_withdrawn(&mut tx, &withdrawn).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
    let rows = consent::of_case(reader, case_id).await.expect("consents");
    assert_eq!(rows.iter().map(|row| (&row.consent, row.withdrawn_by_name.as_deref())).collect::<Vec<_>>(), [(&withdrawn, Some(Person::Psychosocial.name()))]);
}

pub async fn a_proof_reads_back_and_an_end_is_said_once(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let by = town.accounts[&Person::Psychosocial];
    let case = a_case(&shelf, &town.tower, 1).await.case;
    let given = |answer, days: i64| Consent {
        id: ConsentId(new_id()),
        case_id: case.id,
        dwelling_id: town.tower.doors[0].parse().expect("an id"),
        to_organisation: town.cisss,
        sections: Grants::of([Section::Household]).expect("shareable"),
        purpose: "Aide".to_owned(),
        person: "L’occupante".to_owned(),
        giver: ConsentGiver::Person,
        manner: ConsentManner::Paper,
        language: "fr".to_owned(),
        answer,
        explained: Act { by, at },
        until: at.plus_ms(days * Timestamp::DAY_MS),
        withdrawn: None,
    };
    let (first, second, idle, refused) =
        (given(ConsentAnswer::Given, 2), given(ConsentAnswer::Given, 1), given(ConsentAnswer::Given, 1), given(ConsentAnswer::Refused, 1));
    let sent = a_referral(&shelf, case.id, town.cisss, by, at).send(at.plus_ms(Timestamp::DAY_MS), by, at).expect("sent");
    let paper = ConsentProof::Paper { sha256: "00".repeat(32) };
    let drawn = ConsentProof::Signature { strokes: vec![vec![[1, 2], [300, 4]]] };
    let mut tx = store.begin().await.expect("a transaction begins");
    for consent in [&first, &second, &idle, &refused] {
        assert!(consent::insert(&mut tx, consent).await.expect("an answer"));
    }
    consent::insert_proof(&mut tx, first.id, &paper, Some("/9j/")).await.expect("kept");
    consent::insert_proof(&mut tx, second.id, &drawn, None).await.expect("kept");
    assert!(referral::insert(&mut tx, &sent, by, at).await.expect("an answer"));
    let shared = |id| ConsentedSection { consent_id: id, section: Section::Household };
    consent::share(&mut tx, sent.id, &BTreeSet::from([shared(first.id), shared(second.id)])).await.expect("shared");
    tx.commit().await.expect("kept");
    assert_eq!(consent::proof(reader, first.id).await.expect("an answer"), Some(paper));
    assert_eq!(consent::proof(reader, second.id).await.expect("an answer"), Some(drawn));
    assert_eq!(consent::proof(reader, idle.id).await.expect("an answer"), None);
    assert_eq!(consent::paper(reader, first.id).await.expect("an answer").as_deref(), Some("/9j/"));
    assert_eq!(consent::paper(reader, second.id).await.expect("an answer"), None);
    let mut kinds = consent::proofs_in_case(reader, case.id).await.expect("an answer");
    kinds.sort();
    let mut wanted = vec![(first.id, ProofKind::Paper), (second.id, ProofKind::Signature)];
    wanted.sort();
    assert_eq!(kinds, wanted);

    let ending = consent::ending(reader, at, at.plus_ms(2 * Timestamp::DAY_MS)).await.expect("an answer");
    assert_eq!(ending.iter().map(|row| row.until).collect::<Vec<_>>(), [second.until, first.until], "soonest first; nothing relies on the others");
    assert_eq!((ending[0].case_id, ending[0].organisation.as_str()), (case.id, "CISSS des essais"));
    assert_eq!(consent::ending(reader, at, at.plus_ms(Timestamp::DAY_MS)).await.expect("an answer").len(), 1);
    assert!(consent::ending(reader, at.plus_ms(2 * Timestamp::DAY_MS), at.plus_ms(3 * Timestamp::DAY_MS)).await.expect("an answer").is_empty(), "what is over");

    assert!(consent::over_by(reader, at).await.expect("an answer").is_empty());
    let later = at.plus_ms(Timestamp::DAY_MS);
    let over: BTreeSet<ConsentId> = consent::over_by(reader, later).await.expect("an answer").into_iter().collect();
    assert_eq!(over, BTreeSet::from([second.id, idle.id]), "a refusal has no end");
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(!consent::take_end(&mut tx, first.id, later).await.expect("an answer"), "not yet");
    assert!(consent::take_end(&mut tx, second.id, later).await.expect("an answer"));
    assert!(!consent::take_end(&mut tx, second.id, later).await.expect("an answer"), "once");
    let withdrawn = idle.withdraw(Act { by, at }).expect("withdrawn");
    assert!(consent::save_withdrawn(&mut tx, &withdrawn).await.expect("an answer"));
    tx.commit().await.expect("kept");
    assert!(consent::over_by(reader, later).await.expect("an answer").is_empty(), "what was taken back does not end");
}

pub async fn what_a_danger_let_share_reads_back_and_is_reviewed_once(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let (by, officer) = (town.accounts[&Person::Psychosocial], town.accounts[&Person::Privacy]);
    let case_id = a_case(&shelf, &town.tower, 1).await.case.id;
    let sent = a_referral(&shelf, case_id, town.cisss, by, at).send(at.plus_ms(Timestamp::DAY_MS), by, at).expect("sent");
    let share = |after_ms| EmergencyShare {
        id: EmergencyShareId(new_id()),
        case_id,
        referral_id: sent.id,
        dwelling_id: town.tower.doors[0].parse().expect("an id"),
        to_organisation: town.cisss,
        sections: Grants::of([Section::Contact]).expect("shareable"),
        ground: EmergencyGround::SeriousRisk,
        reason: "« L’eau monte »".to_owned(),
        shared: Act { by, at: at.plus_ms(after_ms) },
        review: None,
    };
    let (first, second, third) = (share(0), share(1), share(2));
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(referral::insert(&mut tx, &sent, by, at).await.expect("an answer"));
    for share in [&first, &second, &third] {
        assert!(emergency_share::insert(&mut tx, share).await.expect("an answer"));
    }
    assert!(!emergency_share::insert(&mut tx, &first).await.expect("an answer"), "one click, one sharing");
    let reviewed = first.clone().reviewed(Act { by: officer, at }, ReviewFinding::Justified, "Vu".to_owned()).expect("reviewed");
    assert!(emergency_share::save_reviewed(&mut tx, &reviewed).await.expect("an answer"));
    assert!(!emergency_share::save_reviewed(&mut tx, &reviewed).await.expect("an answer"), "once");
    tx.commit().await.expect("kept");
    assert_eq!(emergency_share::by_id(reader, first.id, town.brigade).await.expect("an answer"), Some(reviewed.clone()));
    assert_eq!(emergency_share::by_id(reader, first.id, town.cisss).await.expect("an answer"), None, "another organisation’s");
    let rows = emergency_share::of_organisation(reader, town.brigade).await.expect("a list");
    assert_eq!(rows.iter().map(|row| &row.share).collect::<Vec<_>>(), [&second, &third, &reviewed], "those that wait first, the oldest first");
    assert_eq!((rows[0].shared_by_name.as_str(), rows[0].organisation.as_str()), (Person::Psychosocial.name(), "CISSS des essais"));
    assert_eq!((rows[2].reviewed_by_name.as_deref(), rows[2].case_number.as_str()), (Some(Person::Privacy.name()), "B-2026-0001"));
    assert!(emergency_share::of_organisation(reader, town.cisss).await.expect("a list").is_empty());
    let mut connection = store.read().await.expect("a connection");
    assert_eq!(emergency_share::shared_by(&mut connection, [sent.id]).await.expect("shares").len(), 3);
    assert!(emergency_share::shared_by(&mut connection, []).await.expect("shares").is_empty());
}
