#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    directory::{Area, Need, PostalAddress, Service, Weekday, WorkContact, hours_text, read_hours},
    ids::{OrganisationId, ServiceId},
};

fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

fn follows(from: Uuid, name: &str) -> Uuid {
    name.bytes().fold(from, |id, byte| Uuid::from_u128(id.as_u128().rotate_left(7) ^ u128::from(byte)))
}

fn full() -> Service {
    Service {
        name: "Aide alimentaire".to_owned(),
        summary: "Paniers chaque semaine".to_owned(),
        needs: [Need::Food, Need::Pets].into(),
        areas: [Area::VieuxLongueuil, Area::Brossard].into(),
        hours: [Weekday::Monday, Weekday::Thursday].into_iter().flat_map(|day| read_hours(day, "9-12, 13-16:30").unwrap()).collect(),
        hours_note: "Fermé les jours fériés".to_owned(),
        languages: ["fr", "ht"].map(str::to_owned).into(),
        eligibility: "Habiter le quartier".to_owned(),
        telephone: "450 555-0110".to_owned(),
        email: "aide@exemple.test".to_owned(),
        site: "https://exemple.test/aide".to_owned(),
        address: Some(PostalAddress { street: "1, rue Modèle".to_owned(), city: "Longueuil".to_owned(), postal_code: "J4K 1A1".to_owned() }),
        note: "Ne pas publier : clé sous le pot".to_owned(),
        public: true,
        pivot: Some(WorkContact { name: "Ana".to_owned(), role: "Accueil".to_owned(), telephone: "450 555-0111".to_owned(), email: String::new() }),
        replacement: Some(WorkContact { name: "Bo".to_owned(), ..WorkContact::default() }),
        away: None,
        pivot_published: true,
    }
}

fn written(service: &Service) -> Value {
    let told_of = Told {
        id: ServiceId(Uuid::from_u128(1)),
        organisation_id: OrganisationId(Uuid::from_u128(2)),
        service,
        verified_on: Some("2026-11-01".to_owned()),
        last_modified: "2026-11-02T10:00:00Z".to_owned(),
        need_name: Need::code,
        area_name: |area| area.name().unwrap_or("Agglomération de Longueuil"),
    };
    let organization = Organization { id: id(2), name: "Le Comptoir".to_owned(), description: "Comptoir".to_owned(), ..Organization::default() };
    serde_json::to_value(told(&told_of, Some(organization), &follows)).unwrap()
}

#[test]
fn what_is_written_reads_back_but_for_what_is_not_published() {
    let service = full();
    let document = json!({ "contents": [written(&service)] });
    let reading = read(document.to_string().as_bytes()).unwrap();
    assert_eq!(reading.rejected, []);
    let read_back = &reading.services[0];
    let expected = Service { note: String::new(), public: false, replacement: None, pivot_published: false, ..service };
    assert_eq!((read_back.service.clone(), read_back.remarks.len(), read_back.active), (expected, 0, true));
    assert_eq!((read_back.organisation, reading.organisations[0].name.as_str()), (Some(Uuid::from_u128(2)), "Le Comptoir"));
    assert_eq!(read_back.verified_on.map(|day| day.to_string()).as_deref(), Some("2026-11-01"));
    for area in Area::ALL {
        let one = written(&Service { areas: [*area].into(), ..full() });
        assert_eq!(read(one.to_string().as_bytes()).unwrap().services[0].service.areas, [*area].into());
    }
}

#[test]
fn nobody_is_named_who_is_not_published() {
    let hidden = written(&Service { pivot_published: false, ..full() }).to_string();
    let shown = written(&full()).to_string();
    assert!(shown.contains("Ana") && !hidden.contains("Ana") && !hidden.contains("555-0111"));
    for text in [shown, hidden] {
        assert!(!text.contains("clé sous le pot") && !text.contains("\"Bo\""), "{text}");
    }
}

/// A service of somebody else’s directory.
fn theirs(number: u128) -> Value {
    json!({ "id": id(number), "name": "Food Bank", "status": "active", "organization_id": id(900) })
}

#[test]
fn a_row_that_cannot_be_is_rejected_with_its_reason() {
    let table = [
        (json!("Food Bank"), Reason::NotAnObject),
        (json!({ "id": "12", "name": "x", "status": "active" }), Reason::IdNotUuid),
        (json!({ "name": "x", "status": "active" }), Reason::IdNotUuid),
        (json!({ "id": id(5), "name": " ", "status": "active" }), Reason::NameMissing),
        (json!({ "id": id(5), "name": "x", "status": "open" }), Reason::StatusUnknown),
        (theirs(1), Reason::IdRepeated),
    ];
    for (row, reason) in table {
        let reading = read(json!({ "services": [theirs(1), row] }).to_string().as_bytes()).unwrap();
        let told: Vec<_> = reading.rejected.iter().map(|rejected| (rejected.kind, rejected.row, rejected.reason)).collect();
        assert_eq!((reading.services.len(), told), (1, vec![(RowKind::Service, 2, reason)]));
    }
    for (bytes, error) in [("", HsdsError::NotJson), ("{", HsdsError::NotJson), ("[]", HsdsError::NoRows), ("{}", HsdsError::NoRows), ("3", HsdsError::NoRows)]
    {
        assert_eq!(read(bytes.as_bytes()), Err(error), "{bytes}");
    }
    assert_eq!(read(b"\xEF\xBB\xBF[\xFF]"), Err(HsdsError::NotJson));
}

#[test]
fn every_shape_of_file_is_read() {
    let organisation = json!({ "id": id(900), "name": "Food", "description": "d", "services": [{ "id": id(1), "name": "Food Bank", "status": "active" }] });
    let of_both = json!({ "organizations": [{ "id": id(900), "name": "Food", "description": "d" }], "services": [theirs(1)] });
    for document in [json!([organisation]), json!({ "contents": [organisation] }), organisation, of_both, json!([{ "id": id(900), "name": "Food" }, theirs(1)])]
    {
        let reading = read(document.to_string().as_bytes()).unwrap();
        assert_eq!((reading.organisations.len(), reading.services.len(), reading.rejected.len()), (1, 1, 0), "{document}");
        assert_eq!(reading.services[0].organisation, Some(Uuid::from_u128(900)));
    }
}

#[test]
fn what_is_left_out_of_a_row_is_said() {
    let said = |change: Value| {
        let mut row = theirs(1);
        row.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let reading = read(json!([row]).to_string().as_bytes()).unwrap();
        reading.services[0].clone()
    };
    let term = |name: &str| json!({ "attributes": [{ "id": id(3), "taxonomy_term": { "id": id(4), "name": name, "description": "", "taxonomy": "211" } }] });
    let table = [
        (json!({}), Remark::NeedUnknown),
        (json!({ "status": "defunct" }), Remark::NotOffered),
        (json!({ "email": "nobody" }), Remark::EmailLeftOut),
        (json!({ "url": "javascript:alert(1)" }), Remark::SiteLeftOut),
        (json!({ "service_areas": [{ "name": "Gatineau" }] }), Remark::AreaUnknown),
        (json!({ "languages": [{ "name": "Klingon", "code": "tlh" }] }), Remark::LanguageUnknown),
        (json!({ "description": "é".repeat(3_000) }), Remark::TextCut),
        (json!({ "schedules": [{ "freq": "MONTHLY", "bymonthday": "1", "opens_at": "10:00", "closes_at": "12:00" }] }), Remark::HoursAsWords),
        (json!({ "phones": [{ "number": "450 555-0101" }, { "number": "450 555-0102" }] }), Remark::MoreLeftOut),
        (
            json!({ "service_at_locations": [{ "location": { "addresses": [{ "address_1": "1 St", "city": "Nowhere", "postal_code": "90210" }] } }] }),
            Remark::AddressLeftOut,
        ),
    ];
    for (change, remark) in table {
        assert!(said(change.clone()).remarks.contains(&remark), "{change}");
    }
    let terms = [
        ("Food Pantries", Need::Food),
        ("Dépannage alimentaire", Need::Food),
        ("Comités de locataires", Need::TenantRights),
        ("Bedbug control", Need::Pests),
        ("Santé mentale", Need::Psychosocial),
        ("Pet food", Need::Pets),
    ];
    for (name, need) in terms {
        assert!(said(term(name)).service.needs.contains(&need), "{name}");
    }
    assert_eq!(said(term("Carpet cleaning")).service.needs, [Need::Other].into(), "a word is not found within another");
    let week = said(json!({ "schedules": [{ "freq": "WEEKLY", "byday": "TH,FR", "opens_at": "10:00:00", "closes_at": "18:00:00", "notes": "Sonner" }] }));
    assert_eq!((hours_text(Weekday::Friday, &week.service.hours).as_str(), week.service.hours_note.as_str()), ("10:00-18:00", "Sonner"));
    let extension = said(json!({ "phones": [{ "number": "\"450 555-0101\"", "extension": 12 }] }));
    assert_eq!(extension.service.telephone, "450 555-0101, poste 12");
}

#[test]
fn pages_say_where_they_are() {
    let first = page(vec![1, 2, 3], 1, 2);
    assert_eq!((first.total_items, first.total_pages, first.size, first.first_page, first.last_page, first.empty), (3, 2, 2, true, false, false));
    let last = page(vec![1, 2, 3], 2, 2);
    assert_eq!((last.contents, last.first_page, last.last_page), (vec![3], false, true));
    let beyond = page(vec![1, 2, 3], 9, 2);
    assert_eq!((beyond.contents.len(), beyond.empty, beyond.last_page), (0, true, true));
    assert_eq!(page(Vec::<u8>::new(), 0, 0).total_pages, 1);
    assert_eq!(page(vec![1], u64::MAX, u64::MAX).contents, Vec::<i32>::new());
}
