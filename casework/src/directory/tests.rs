#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn contact(name: &str) -> WorkContact {
    WorkContact { name: name.to_owned(), role: "Accueil".to_owned(), telephone: "450 555-0101".to_owned(), email: "accueil@exemple.test".to_owned() }
}

fn service() -> Service {
    Service {
        name: "Comptoir alimentaire".to_owned(),
        summary: "Paniers de denrées".to_owned(),
        needs: BTreeSet::from([Need::Food]),
        areas: BTreeSet::from([Area::SaintHubert, Area::Brossard]),
        ..Service::default()
    }
}

#[test]
fn a_service_goes_where_it_says() {
    use Serves::{No, Yes};
    let table: &[(&[Area], Area, Serves)] = &[
        (&[Area::SaintHubert, Area::Brossard], Area::SaintHubert, Yes),
        (&[Area::SaintHubert, Area::Brossard], Area::Brossard, Yes),
        (&[Area::SaintHubert, Area::Brossard], Area::GreenfieldPark, No),
        // Somebody who says « Longueuil » is shown what goes to a part of it.
        (&[Area::SaintHubert], Area::Longueuil, Yes),
        (&[Area::SaintHubert], Area::Agglomeration, Yes),
        (&[Area::Longueuil], Area::VieuxLongueuil, Yes),
        (&[Area::Longueuil], Area::Brossard, No),
        (&[Area::Agglomeration], Area::SaintLambert, Yes),
        (&[], Area::Brossard, Serves::Unstated),
    ];
    for (areas, place, serves) in table {
        let service = Service { areas: areas.iter().copied().collect(), ..service() };
        assert_eq!(service.serves(*place), *serves, "{areas:?} {place}");
        assert_eq!(service.is_found(None, Some(*place)), *serves != No, "{areas:?} {place}");
    }
    assert!(service().is_found(Some(Need::Food), Some(Area::Brossard)) && !service().is_found(Some(Need::Pests), None));
}

#[test]
fn every_area_is_found_by_its_own_names() {
    for area in Area::ALL {
        let found = match (area.is_borough(), area.name()) {
            (true, name) => Area::of("Longueuil", name),
            (false, Some(name)) => Area::of(name, None),
            (false, None) => continue,
        };
        assert_eq!(found, Some(*area));
    }
    assert_eq!((Area::of("Montréal", None), Area::of("Longueuil", Some("Ailleurs")), Area::of("Saint-Hubert", None)), (None, Some(Area::Longueuil), None));
    assert_eq!(Area::of("Brossard", Some("Quartier")), Some(Area::Brossard));
}

#[test]
fn what_a_service_says_is_checked_field_by_field() {
    use ServiceError::{Impossible, Missing, TooLong};
    type Change = fn(&mut Service);
    let table: &[(Change, Option<ServiceError>)] = &[
        (|_| {}, None),
        (|service| service.areas.clear(), None),
        (|service| service.name.clear(), Some(Missing("name"))),
        (|service| service.name = "é".repeat(NAME_CHARS_MAX + 1), Some(TooLong("name"))),
        (|service| service.summary.clear(), Some(Missing("summary"))),
        (|service| service.note = "é".repeat(TEXT_CHARS_MAX + 1), Some(TooLong("note"))),
        (|service| service.needs.clear(), Some(Missing("needs"))),
        (|service| service.languages.extend(["tlh".to_owned()]), Some(Impossible("languages"))),
        (|service| service.telephone = "811".to_owned(), None),
        (|service| service.telephone = "sur place".to_owned(), Some(Impossible("telephone"))),
        (|service| service.email = "a@b.test".to_owned(), None),
        (|service| service.email = "a@b".to_owned(), Some(Impossible("email"))),
        (|service| service.email = "a@b@c.test".to_owned(), Some(Impossible("email"))),
        (|service| service.site = "https://exemple.test/aide".to_owned(), None),
        (|service| service.site = "javascript:alert(1)".to_owned(), Some(Impossible("site"))),
        (|service| service.site = "https://exemple.test\" onclick".to_owned(), Some(Impossible("site"))),
        (|service| service.site = "https://banque.test@exemple.test".to_owned(), Some(Impossible("site"))),
        (|service| service.address = Some(address("J4K 1A1")), None),
        (|service| service.address = Some(address("90210")), Some(Impossible("postal_code"))),
        (|service| service.address = Some(PostalAddress { street: String::new(), ..address("J4K 1A1") }), Some(Missing("street"))),
        (|service| service.pivot = Some(contact("Ana")), None),
        (|service| service.pivot = Some(contact("")), Some(Missing("pivot_name"))),
        (|service| service.replacement = Some(contact("Ana")), Some(Missing("pivot_name"))),
        (|service| service.pivot_published = true, Some(Missing("pivot_name"))),
        (
            |service| {
                service.pivot = Some(contact("Ana"));
                service.away = Some(Absence { from: day("2026-11-24"), to: day("2026-11-23") });
            },
            Some(Impossible("away_to")),
        ),
    ];
    for (place, (change, error)) in table.iter().enumerate() {
        let mut changed = service();
        change(&mut changed);
        assert_eq!(changed.checked().err(), *error, "line {place}");
    }
}

fn address(postal_code: &str) -> PostalAddress {
    PostalAddress { street: "1, rue Modèle".to_owned(), city: "Longueuil".to_owned(), postal_code: postal_code.to_owned() }
}

#[test]
fn a_postal_code_is_read_however_it_is_typed() {
    for typed in ["j4k1a1", "J4K 1A1", "j4k-1a1", " J4K  1A1 "] {
        assert_eq!(PostalAddress::postal_code(typed).as_deref(), Some("J4K 1A1"), "{typed}");
    }
    for typed in ["", "J4K", "44K 1A1", "J4K 1A1 2", "ÉÉÉ", "J4K1AÉ"] {
        assert_eq!(PostalAddress::postal_code(typed), None, "{typed}");
    }
}

#[test]
fn the_replacement_is_rung_while_the_pivot_is_away() {
    let away = Some(Absence { from: day("2026-11-20"), to: day("2026-11-24") });
    let both = Service { pivot: Some(contact("Ana")), replacement: Some(contact("Bo")), away, ..service() };
    let alone = Service { replacement: None, ..both.clone() };
    let table = [
        (&both, "2026-11-19", "Ana", None, false),
        (&both, "2026-11-20", "Bo", Some("2026-11-24"), true),
        (&both, "2026-11-24", "Bo", Some("2026-11-24"), true),
        (&both, "2026-11-25", "Ana", None, false),
        (&alone, "2026-11-22", "Ana", Some("2026-11-24"), false),
    ];
    for (service, today, name, until, replaces) in table {
        let shown = service.contact_on(day(today)).unwrap();
        assert_eq!((shown.contact.name.as_str(), shown.pivot_away_until, shown.replaces), (name, until.map(day), replaces), "{today}");
    }
    assert_eq!(service().contact_on(day("2026-11-22")), None);
}

#[test]
fn what_nobody_looked_at_for_a_year_says_so() {
    let today = day("2026-11-23");
    let table =
        [(None, Freshness::Never), (Some("2026-11-23"), Freshness::Fresh), (Some("2025-11-23"), Freshness::Fresh), (Some("2025-11-22"), Freshness::Stale)];
    for (verified, expected) in table {
        assert_eq!(freshness(verified.map(day), today), expected, "{verified:?}");
    }
}

#[test]
fn hours_are_read_as_they_are_typed_and_said_again() {
    let table = [
        ("", Some("")),
        ("8:30-16:30", Some("08:30-16:30")),
        ("8h30 à 12h, 13 h – 16 h 30", Some("08:30-12:00, 13:00-16:30")),
        ("9-5", None),
        ("9-17", Some("09:00-17:00")),
        ("0:00-24:00", Some("00:00-24:00")),
        ("9:00-12:00; 11:00-13:00", None),
        ("9:60-12:00", None),
        ("25:00-26:00", None),
        ("9:00", None),
        ("9:00-12:00-13:00", None),
        ("sur rendez-vous", None),
        ("1-2,3-4,5-6,7-8,9-10", None),
    ];
    for (typed, said) in table {
        let read = read_hours(Weekday::Monday, typed);
        assert_eq!(read.as_ref().ok().map(|hours| hours_text(Weekday::Monday, hours)).as_deref(), said, "{typed}");
        if let Ok(hours) = read {
            assert_eq!(read_hours(Weekday::Monday, &hours_text(Weekday::Monday, &hours)), Ok(hours));
        }
    }
    assert_eq!(hours_text(Weekday::Tuesday, &read_hours(Weekday::Monday, "9-17").unwrap()), "");
    let json = serde_json::to_string(&read_hours(Weekday::Sunday, "9-17").unwrap()).unwrap();
    assert_eq!(json, r#"[{"day":"SU","opens":"09:00","closes":"17:00"}]"#);
    assert!(serde_json::from_str::<TimeOfDay>("\"24:01\"").is_err());
}
