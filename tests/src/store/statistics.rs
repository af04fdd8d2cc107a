use std::collections::BTreeMap;

use casework::{
    case::CaseOutcome,
    clock::Timestamp,
    consent::{Consent, ConsentAnswer, ConsentGiver, ConsentManner},
    ids::ConsentId,
    permission::{Grants, Section},
    statistics::{Audience, Quarter, QuarterFigures, VERSION},
};
use server::{
    clock::{new_id, now},
    store::{case, consent, referral, statistics},
};

use super::{
    Shelf,
    work::{a_case, a_referral},
};
use crate::support::Person;

pub async fn what_is_counted_reads_back_and_a_quarter_is_kept_once(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let by = town.accounts[&Person::Psychosocial];
    assert_eq!(statistics::first_opened(reader).await.expect("an answer"), None);
    let mut record = a_case(&shelf, &town.tower, 1).await;
    let opened_at = record.case.opened_at;
    assert_eq!(statistics::first_opened(reader).await.expect("an answer"), Some(opened_at));
    let opened = statistics::opened(reader, opened_at, opened_at.plus_ms(1)).await.expect("an answer");
    let told = opened.iter().map(|case| (case.case.id, case.place.municipality.as_str(), case.band.is_some(), case.danger, case.complex)).collect::<Vec<_>>();
    assert_eq!(told, [(record.case.id, town.tower.row.municipality.as_str(), true, true, true)]);
    assert!(opened[0].score.is_none() && opened[0].place.borough == town.tower.row.borough);
    assert!(statistics::opened(reader, opened_at.plus_ms(1), at).await.expect("an answer").is_empty(), "from its first moment");
    assert!(statistics::opened(reader, Timestamp(0), opened_at).await.expect("an answer").is_empty(), "until its last, and not it");
    assert!(statistics::closed_since(reader, Timestamp(0)).await.expect("an answer").is_empty());

    let sent = a_referral(&shelf, record.case.id, town.cisss, by, at).send(at.plus_ms(Timestamp::DAY_MS), by, at).expect("sent");
    let given = Consent {
        id: ConsentId(new_id()),
        case_id: record.case.id,
        dwelling_id: town.tower.doors[0].parse().expect("an id"),
        to_organisation: town.cisss,
        sections: Grants::of([Section::Household]).expect("shareable"),
        purpose: "Aide".to_owned(),
        person: "L’occupante".to_owned(),
        giver: ConsentGiver::Person,
        manner: ConsentManner::Spoken,
        language: "fr".to_owned(),
        answer: ConsentAnswer::Refused,
        explained: casework::case::Act { by, at },
        until: at.plus_ms(Timestamp::DAY_MS),
        withdrawn: None,
    };
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(referral::insert(&mut tx, &sent, by, at).await.expect("an answer"));
    assert!(referral::insert(&mut tx, &a_referral(&shelf, record.case.id, town.cisss, by, at), by, at).await.expect("an answer"), "a draft, which is not sent");
    assert!(consent::insert(&mut tx, &given).await.expect("an answer"));
    record.case = record.case.close(CaseOutcome::Corrected, "Fait", by, at).expect("closed");
    assert!(case::save(&mut tx, &record, at).await.expect("an answer"));
    tx.commit().await.expect("kept");
    let closed = statistics::closed_since(reader, at).await.expect("an answer");
    assert_eq!(closed.iter().map(|case| case.case.id).collect::<Vec<_>>(), [record.case.id]);
    let referrals = statistics::referrals(reader, at, at.plus_ms(1)).await.expect("an answer");
    let told: Vec<_> = referrals.iter().map(|counted| (counted.stage.code(), counted.confidential, counted.to_the_city)).collect();
    assert_eq!(told, [("sent", false, false)]);
    assert!(statistics::referrals(reader, at.plus_ms(1), at.plus_ms(2)).await.expect("an answer").is_empty());
    let answers = statistics::consents(reader, at, at.plus_ms(1)).await.expect("an answer");
    assert_eq!(
        answers.iter().map(|(place, answer)| (place.municipality.as_str(), *answer)).collect::<Vec<_>>(),
        [(town.tower.row.municipality.as_str(), ConsentAnswer::Refused)]
    );
    assert!(statistics::consents(reader, Timestamp(0), at).await.expect("an answer").is_empty());

    let (third, fourth): (Quarter, Quarter) = ("2026-T3".parse().expect("a quarter"), "2026-T4".parse().expect("a quarter"));
    let figures = |made_at| QuarterFigures { rule_version: VERSION.to_owned(), made_at, of: BTreeMap::from([(Audience::City, Vec::new())]) };
    let mut tx = store.begin().await.expect("a transaction begins");
    assert!(statistics::insert(&mut tx, third, &figures(1)).await.expect("an answer"));
    assert!(statistics::insert(&mut tx, fourth, &figures(2)).await.expect("an answer"));
    assert!(!statistics::insert(&mut tx, third, &figures(3)).await.expect("an answer"), "it was counted");
    tx.commit().await.expect("kept");
    assert_eq!(statistics::quarters(reader).await.expect("quarters"), [fourth, third]);
    assert_eq!(statistics::by_quarter(reader, third).await.expect("an answer"), Some(figures(1)), "as it was first");
    assert_eq!(statistics::by_quarter(reader, "2025-T1".parse().expect("a quarter")).await.expect("an answer"), None);
}
