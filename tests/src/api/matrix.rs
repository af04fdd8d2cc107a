//! The written table of permissions, held against the whole program: every role and relation, every section, every route and page that reads.
//!
//! A referral at each of its stages, granting each section, each on a building of its own, whose content says what it is. What the recipient is shown by each
//! way into that building is compared with [`permission::decide`]; then every document route and every page is asked by everybody, and what is found of any
//! section must be theirs to read. A route of the document that is not here fails the story.

use std::collections::BTreeSet;

use casework::{
    clock::Timestamp,
    ids::ReferralId,
    permission::{self, Action, Actor, Grants, OrganisationKind, Relation, Role, Section},
    referral::{ReferralStage, ReferralState},
};
use reqwest::Method;
use serde_json::{Value, json};
use server::clock::{new_id, now};

use super::{consents, pages::PAGES, photos, scenes};
use crate::support::{Answer, Building, Client, Database, Person, Phone, TestServer, jpeg};

/// What a referral of this story can grant and a building holds something of: section, place, criterion.
const CONTENT: &[(Section, Where, &str)] = &[
    (Section::Building, Where::Exterior, "EXT-01"),
    (Section::Dwelling, Where::Door, "HUM-01"),
    (Section::Household, Where::Door, "DRO-02"),
    (Section::Psychosocial, Where::Door, "MEN-02"),
    (Section::Owner, Where::Exterior, "GES-01"),
];

#[derive(Clone, Copy)]
enum Where {
    Exterior,
    Door,
}

/// One referral of one building: its stage, what it grants, and what the building holds.
struct World {
    stage: ReferralStage,
    grant: Option<Section>,
    case: String,
    referral: String,
    /// Of the building and of the dwelling: the other two sections take no photo.
    photos: [(Section, String); 2],
    notes: Vec<(Section, String)>,
}

pub(super) fn actor(person: Person, server: &TestServer) -> Actor {
    let (role, organisation, kind) = match person {
        Person::Inspector | Person::SecondInspector => (Role::Inspector, server.town.brigade, OrganisationKind::Brigade),
        Person::Psychosocial => (Role::PsychosocialWorker, server.town.brigade, OrganisationKind::Brigade),
        Person::Coordinator => (Role::Coordinator, server.town.brigade, OrganisationKind::Brigade),
        Person::Dispatcher => (Role::Dispatcher, server.town.brigade, OrganisationKind::Brigade),
        Person::Administrator => (Role::Administrator, server.town.brigade, OrganisationKind::Brigade),
        Person::Privacy => (Role::PrivacyOfficer, server.town.brigade, OrganisationKind::Brigade),
        Person::Longueuil => (Role::PartnerAgent, server.town.longueuil, OrganisationKind::City),
        Person::Brossard => (Role::PartnerAgent, server.town.brossard, OrganisationKind::City),
        Person::Cisss => (Role::PartnerAgent, server.town.cisss, OrganisationKind::Health),
    };
    Actor { account_id: server.town.accounts[&person], role, organisation_id: organisation, organisation_kind: kind }
}

/// What the table lets somebody read of a world.
fn readable(person: Person, world: &World, server: &TestServer) -> BTreeSet<Section> {
    let actor = actor(person, server);
    let grants = Grants::of(world.grant).expect("grantable");
    let relation = match (actor.organisation_kind, person) {
        (OrganisationKind::Brigade, _) => Relation::OwnTeam,
        // Its building is graver than what a territory must not see.
        (_, Person::Longueuil) => Relation::Territory,
        (_, Person::Cisss) => Relation::Referred(world.stage),
        _ => Relation::None,
    };
    permission::sections_for(&actor, relation, grants, Action::Read).into_iter().collect()
}

async fn act(client: &Client, referral: &str, verb: &str, text: &str) {
    client.post(&format!("/api/v1/referrals/{referral}/{verb}"), &json!({ "text": text })).await.expect_status(204);
}

/// Leads a referral that was just sent, or kept as a draft, to a stage.
async fn lead(server: &TestServer, referral: &str, stage: ReferralStage) {
    let (sender, partner) = (server.bearer(Person::Psychosocial).await, server.bearer(Person::Cisss).await);
    match stage {
        ReferralStage::Draft | ReferralStage::Sent => {}
        ReferralStage::Accepted => act(&partner, referral, "accept", "").await,
        ReferralStage::Declined => act(&partner, referral, "decline", "Faute de place").await,
        ReferralStage::InProgress | ReferralStage::OnHold | ReferralStage::Completed => {
            act(&partner, referral, "accept", "").await;
            act(&partner, referral, "start", "").await;
            match stage {
                ReferralStage::OnHold => act(&partner, referral, "hold", "Accès").await,
                ReferralStage::Completed => act(&partner, referral, "complete", "Fait").await,
                _ => {}
            }
        }
        ReferralStage::Withdrawn => act(&sender, referral, "withdraw", "Erreur").await,
        ReferralStage::Expired => {
            let mut tx = server.brigade.store.begin().await.expect("a transaction begins");
            let id: ReferralId = referral.parse().expect("an id");
            let mut record = server::store::referral::by_id(&mut *tx, id).await.expect("an answer").expect("the referral");
            let ReferralState::Sent { sent, .. } = record.referral.state else { panic!("not sent") };
            record.referral.state = ReferralState::Sent { sent, due_at: now().plus_ms(-8 * Timestamp::DAY_MS) };
            let revision = record.referral.revision;
            assert!(server::store::referral::save(&mut tx, &record, revision, now()).await.expect("saved"));
            tx.commit().await.expect("kept");
            server::application::answer_referral::expire_overdue(&server.brigade).await.expect("the job runs");
        }
    }
}

async fn furnish(server: &TestServer, place: &Building) -> ([(Section, String); 2], Vec<(Section, String)>) {
    let (inspector, worker) = (server.bearer(Person::Inspector).await, server.bearer(Person::Psychosocial).await);
    let phone = Phone::in_building(place);
    let door = place.door(0);
    let note = |section: Section| (section, format!("zz{}-{}", section.code(), new_id().simple()));
    let notes: Vec<(Section, String)> = CONTENT.iter().map(|(section, _, _)| note(*section)).collect();
    let said = |section: Section| notes.iter().find(|(of, _)| *of == section).map(|(_, text)| text.as_str()).expect("a note");
    let (outside, inside) = (new_id().to_string(), new_id().to_string());
    let (one, two) = (jpeg(16, 16), jpeg(24, 16));
    let events = [
        phone.starts(),
        phone.enters(&place.doors[0]),
        phone.observes("exterior", "EXT-01", 4),
        phone.notes("exterior", "EXT-01", said(Section::Building)),
        phone.observes(&door, "HUM-01", 3),
        phone.notes(&door, "HUM-01", said(Section::Dwelling)),
        phone.chooses("exterior", "GES-01", &["jamais"]),
        phone.notes("exterior", "GES-01", said(Section::Owner)),
        phone.photographs(&outside, "exterior", "EXT-01", &one),
        phone.photographs(&inside, &door, "HUM-01", &two),
    ];
    phone.push_stored(&inspector, &events).await;
    let beside = Phone::beside(&phone);
    let events = [
        beside.chooses(&door, "MEN-02", &["isolement"]),
        beside.notes(&door, "MEN-02", said(Section::Psychosocial)),
        beside.chooses(&door, "DRO-02", &["depliant"]),
        beside.notes(&door, "DRO-02", said(Section::Household)),
    ];
    beside.push_stored(&worker, &events).await;
    photos::upload(&inspector, &outside, &one).await.expect_status(204);
    photos::upload(&inspector, &inside, &two).await.expect_status(204);
    ([(Section::Building, outside), (Section::Dwelling, inside)], notes)
}

async fn world(server: &TestServer, number: usize, stage: ReferralStage, grant: Option<Section>) -> World {
    let place = scenes::one_more_building(server, &format!("{}, rue de la Matrice", 100 + number), "Longueuil").await;
    let (photos, mut notes) = furnish(server, &place).await;
    let case = scenes::case_of(server, &place).await;
    let comment = format!("zzinternal-{}", new_id().simple());
    let (office, csrf) = server.browser(Person::Coordinator).await;
    office.post_form(&format!("/bureau/dossiers/{case}/commentaires"), &[("csrf", csrf.as_str()), ("text", &comment)]).await.expect_status(303);
    notes.push((Section::Internal, comment));
    // Whoever writes to the household shares what is of people; the owner is the coordinator's to share.
    let sender = server.bearer(if grant == Some(Section::Owner) { Person::Coordinator } else { Person::Psychosocial }).await;
    let mut message = scenes::referral(server, &case);
    message["draft"] = json!(stage == ReferralStage::Draft);
    message["sections"] = json!(grant.filter(|section| !section.needs_consent()).map(|section| vec![section.code()]).unwrap_or_default());
    if let Some(section) = grant.filter(|section| section.needs_consent()) {
        let mut consent = consents::message(&place.doors[0], server.town.cisss);
        consent["sections"] = json!([section.code()]);
        let consent = consents::record(server, &case, &consent).await;
        message["consented"] = json!([{ "consent_id": consent, "section": section.code() }]);
    }
    let referral = sender.post("/api/v1/referrals", &message).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
    lead(server, &referral, stage).await;
    World { stage, grant, case, referral, photos, notes }
}

/// The sections of which an answer shows an observation.
fn shown(observations: &Value) -> BTreeSet<Section> {
    let lines = observations.as_array().map(Vec::as_slice).unwrap_or_default();
    let section = |line: &Value| CONTENT.iter().find(|(_, _, criterion)| line["criterion"] == json!(criterion)).map(|(section, _, _)| *section);
    lines.iter().filter_map(section).collect()
}

fn of_visits(case: &Value) -> BTreeSet<Section> {
    let visits = case["visits"].as_array().map(Vec::as_slice).unwrap_or_default();
    visits.iter().flat_map(|visit| shown(&visit["observations"])).collect()
}

fn with_content(sections: &BTreeSet<Section>) -> BTreeSet<Section> {
    sections.iter().copied().filter(|section| CONTENT.iter().any(|(of, _, _)| of == section)).collect()
}

/// No note of a section that is not to be read, nor any note outside the brigade.
#[track_caller]
fn expect_no_leak(person: Person, way: &str, world: &World, text: &str, readable: &BTreeSet<Section>) {
    let in_brigade = !matches!(person, Person::Longueuil | Person::Brossard | Person::Cisss);
    for (section, note) in &world.notes {
        let may = in_brigade && readable.contains(section);
        assert!(may || !text.contains(note.as_str()), "{person:?} reads {section} by {way} ({} granting {:?})", world.stage, world.grant);
    }
}

#[tokio::test]
async fn a_recipient_is_shown_exactly_what_the_table_says_at_every_stage_and_grant() {
    let server = TestServer::start(Database::Sqlite).await;
    let partner = server.bearer(Person::Cisss).await;
    let grants: Vec<Option<Section>> = std::iter::once(None)
        .chain(Section::ALL.iter().copied().filter(|section| !matches!(section, Section::Existence | Section::Internal)).map(Some))
        .collect();
    let mut worlds = Vec::new();
    for stage in ReferralStage::ALL {
        for grant in &grants {
            let world = world(&server, worlds.len(), *stage, *grant).await;
            let told = format!("{stage} granting {grant:?}");
            let readable = readable(Person::Cisss, &world, &server);
            let expected = with_content(&readable);

            let case = partner.get(&format!("/api/v1/cases/{}", world.case)).await;
            assert_eq!(case.status, if readable.contains(&Section::Existence) { 200 } else { 404 }, "case, {told}");
            if case.status == 200 {
                assert_eq!(of_visits(&case.json()), expected, "case, {told}");
                for (section, _, criterion) in CONTENT {
                    let text = case.text();
                    assert!(expected.contains(section) || !text.contains(criterion), "{criterion} in the case, {told}: {text}");
                }
            }
            let referral = partner.get(&format!("/api/v1/referrals/{}", world.referral)).await;
            assert_eq!(referral.status, if *stage == ReferralStage::Draft { 404 } else { 200 }, "referral, {told}");
            if referral.status == 200 {
                let detail = referral.json();
                assert_eq!(shown(&detail["observations"]), expected, "referral, {told}");
                assert_eq!(detail["building"].is_object(), readable.contains(&Section::Building), "facts of the building, {told}");
            }
            for (section, photo) in &world.photos {
                let seen = partner.get(&format!("/api/v1/photos/{photo}?size=thumb")).await;
                assert_eq!(seen.status, if readable.contains(section) { 200 } else { 404 }, "photo of {section}, {told}");
                partner.get(&format!("/api/v1/photos/{photo}?size=original")).await.expect_status(if readable.contains(section) { 403 } else { 404 });
            }
            for page in [format!("/bureau/dossiers/{}", world.case), format!("/partenaires/{}", world.referral)] {
                let text = partner.get(&page).await.text();
                expect_no_leak(Person::Cisss, &page, &world, &text, &readable);
                for (section, _, criterion) in CONTENT {
                    assert!(expected.contains(section) || !text.contains(criterion), "{criterion} on {page}, {told}");
                }
            }
            worlds.push(world);
        }
    }
    everybody_asks_everything(&server, &worlds).await;
}

/// A route of the document, as it is asked of one world; nothing for what does not answer a reading.
fn asked(route: &str, world: &World) -> Vec<String> {
    let [(_, outside), (_, inside)] = &world.photos;
    let nobody = new_id().to_string();
    match route {
        "GET /api/v1/photos/{id}" => vec![format!("/api/v1/photos/{outside}?size=thumb"), format!("/api/v1/photos/{inside}?size=thumb")],
        "GET /api/v1/cases/{id}" => vec![format!("/api/v1/cases/{}", world.case)],
        "GET /api/v1/referrals/{id}" => vec![format!("/api/v1/referrals/{}", world.referral)],
        "GET /api/v1/cases" => {
            let searched = world.notes.iter().map(|(_, note)| format!("/api/v1/cases?state=all&q={note}"));
            searched.chain(["/api/v1/cases?state=all&limit=250".to_owned()]).collect()
        }
        "GET /api/v1/grids/{hash}" => vec![format!("/api/v1/grids/{}", inspection_grid::builtin::v1().hash.0)],
        "GET /api/v1/accounts/{id}/departure"
        | "GET /api/v1/incidents/{id}"
        | "GET /api/v1/person-requests/{id}/file"
        | "GET /api/v1/directory/services/{id}"
        | "GET /api/v1/hsds/organizations/{id}"
        | "GET /api/v1/hsds/services/{id}"
        // Who reads a proof is told by its own story.
        | "GET /api/v1/consents/{id}/proof"
        | "GET /api/v1/consents/{id}/proof/paper" => {
            vec![route.trim_start_matches("GET ").replace("{id}", &nobody)]
        }
        // A stream that does not end: ids and revisions only, held to it by the stories of the board.
        "GET /api/v1/emergency/events" => Vec::new(),
        route if route.contains('{') => panic!("{route} is not in the matrix: say how it is asked"),
        route => vec![route.trim_start_matches("GET ").to_owned()],
    }
}

async fn everybody_asks_everything(server: &TestServer, worlds: &[World]) {
    let document = server.stranger().get("/api/openapi.json").await.expect_status(200).json();
    let paths = document["paths"].as_object().expect("paths");
    let routes: BTreeSet<String> = paths.iter().filter(|(_, item)| item.get("get").is_some()).map(|(path, _)| format!("GET {path}")).collect();
    // Psychosocial content granted and read by its recipient, the owner's, nothing granted at all; and granted, but refused or taken back.
    let chosen: Vec<&World> = worlds
        .iter()
        .filter(|world| match world.stage {
            ReferralStage::Accepted => matches!(world.grant, None | Some(Section::Psychosocial | Section::Dwelling | Section::Owner)),
            ReferralStage::Declined | ReferralStage::Withdrawn => world.grant == Some(Section::Psychosocial),
            _ => false,
        })
        .collect();
    assert_eq!(chosen.len(), 6);
    for person in Person::ALL {
        let client = server.bearer(person).await;
        for world in &chosen {
            let readable = readable(person, world, server);
            for route in &routes {
                for path in asked(route, world) {
                    let answer = client.get(&path).await;
                    expect_answer(person, &path, &answer);
                    expect_no_leak(person, &path, world, &answer.text(), &readable);
                    if let Some(query) = path.split("&q=").nth(1) {
                        assert!(answer.status != 200 || answer.json()["total"] == json!(0), "{person:?} finds {query} by what a note says");
                    }
                    let section = world.photos.iter().find(|(_, photo)| path.contains(photo.as_str())).map(|(section, _)| *section);
                    if let Some(section) = section {
                        assert_eq!(answer.status == 200, readable.contains(&section), "{person:?} and a photo of {section}");
                    }
                    if path == format!("/api/v1/cases/{}", world.case) && answer.status == 200 {
                        let expected = with_content(&readable);
                        assert_eq!(of_visits(&answer.json()), expected, "{person:?} reads the case");
                    }
                }
            }
            for page in PAGES.iter().map(|(page, _)| *page).chain(["/ressources"]) {
                let id = match page {
                    page if page.contains("/dossiers/") => world.case.clone(),
                    page if page.contains("/partenaires/") => world.referral.clone(),
                    // What it is of has a story of its own.
                    _ => new_id().to_string(),
                };
                let path = page.replace("{id}", &id);
                let answer = client.get(&path).await;
                expect_answer(person, &path, &answer);
                expect_no_leak(person, &path, world, &answer.text(), &readable);
            }
        }
        // What another organisation’s people send is refused as for what does not exist, and changes nothing.
        let before = server.count("audit", "action like 'referral.%'").await;
        if matches!(person, Person::Longueuil | Person::Brossard) {
            for verb in ["accept", "decline", "start", "hold", "resume", "complete", "withdraw", "send", "redirect"] {
                let path = format!("/api/v1/referrals/{}/{verb}", chosen[0].referral);
                Client::send(client.request(Method::POST, &path).json(&json!({ "text": "x" }))).await.expect_refusal(404, "not_found");
            }
            assert_eq!(server.count("audit", "action like 'referral.%'").await, before);
        }
    }
}

/// Shown, refused or sent elsewhere: never a fault of ours.
#[track_caller]
fn expect_answer(person: Person, path: &str, answer: &Answer) {
    assert!(matches!(answer.status, 200 | 303 | 403 | 404), "{person:?} {path}: {}", answer.status);
}
