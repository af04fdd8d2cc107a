#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use casework::{
    account::Browser,
    case::{CaseOutcome, CaseStage, CaseState},
    escalation::EscalationStage,
    permission::{OrganisationKind, Role},
    referral::{ReferralStage, Side},
};
use inspection_grid::{Band, ComplexityRule};

use super::*;
use crate::{
    application::{access_journal::AccessJournal, burst::Burst, pull_round, read_map::is_inside, sign_in},
    board::Board,
    clock::{local_date, new_id},
    grids::GridLibrary,
    passkeys::Passkeys,
    photos::{PhotoStorage, format},
    provider::{Outside, Providers, Secrets},
    rescue_file::RescueKey,
    sealing::SealingKey,
    second_factor::SecondFactorKey,
    store::{CaseFilter, ReferralList, Store},
    territories,
};

/// A platform in a folder of its own, removed afterwards.
struct Platform {
    brigade: Brigade,
    folder: PathBuf,
}

impl Platform {
    async fn empty() -> Self {
        let folder = std::env::temp_dir().join(format!("brigade-demo-{}", new_id()));
        let store = Store::open(&format!("sqlite://{}", folder.join("brigade.sqlite").display())).await.unwrap();
        let second_factor_key = Arc::new(SecondFactorKey::open(&store).await.unwrap());
        let rescue_key = Arc::new(RescueKey::open(&store).await.unwrap());
        let journal = AccessJournal::start(store.clone(), &folder).await.unwrap();
        let brigade = Brigade {
            journal,
            rescue_key,
            second_factor_key,
            sealing_key: Arc::new(SealingKey::of([7; 32])),
            providers: Arc::new(Providers::new(Outside::open(&[]).unwrap(), Secrets::default(), "http://localhost/retour".to_owned())),
            passkeys: Arc::new(Passkeys::at("http://localhost")),
            burst: Burst::default(),
            store,
            photos: PhotoStorage::open(&folder).unwrap(),
            board: Board::new(),
            grids: Arc::new(GridLibrary::built_in()),
            complexity_rule: Arc::new(ComplexityRule::default()),
            tiles_url: None,
        };
        Self { brigade, folder }
    }

    async fn loaded() -> Self {
        let platform = Self::empty().await;
        assert!(load_once(&platform.brigade).await.unwrap());
        platform
    }

    async fn cases(&self) -> Vec<store::CaseRecord> {
        store::case::list(self.brigade.store.reader(), &CaseFilter::default(), None, 1_000).await.unwrap()
    }

    async fn actor(&self, email: &str) -> crate::application::Actor {
        crate::application::Actor { account: store::account::by_email(self.brigade.store.reader(), email).await.unwrap().unwrap() }
    }

    async fn referrals(&self) -> Vec<store::ReferralRecord> {
        let brigade = self.actor("coordination@demo.test").await.account.organisation.id;
        let sent = ReferralList { organisation: brigade, side: Side::Sender, confidential: true, heap: None, words: Vec::new(), number: true };
        let page = store::referral::page(self.brigade.store.reader(), &sent, None, 1_000).await.unwrap();
        page.into_iter().map(|(record, _)| record).collect()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

#[test]
fn buildings_are_as_the_demo_promises() {
    assert_eq!(LOTS.len(), 40);
    assert!(LOTS.iter().all(|lot| (4..=60).contains(&lot.dwellings)));
    assert_eq!(LOTS.iter().filter(|lot| lot.dwellings == 6).count(), 1);
    assert!(LOTS.iter().filter(|lot| lot.dwellings == 12).count() >= 5);
    assert_eq!(LOTS.iter().map(|lot| lot.address).collect::<BTreeSet<_>>().len(), 40, "no address twice");
    let territories: BTreeSet<_> = LOTS.iter().map(|lot| (lot.municipality, lot.borough)).collect();
    assert_eq!(territories.len(), 4);
    assert!(LOTS.iter().all(|lot| buildings::door_labels(lot).len() == lot.dwellings as usize));
    let doors: Vec<String> = buildings::door_labels(&STORY).into_iter().map(|(label, _)| label).collect();
    assert_eq!(doors, STORY_DOORS);
}

#[test]
fn every_account_has_a_role_that_counts_in_its_body() {
    for account in ACCOUNTS {
        let body = ORGANISATIONS.iter().find(|body| body.name == account.organisation).unwrap();
        assert_eq!(body.kind == OrganisationKind::Brigade, account.role != Role::PartnerAgent, "{}", account.email);
    }
}

#[test]
fn pictures_are_small_photos_of_their_announced_size() {
    for shot in tokio::runtime::Runtime::new().unwrap().block_on(pictures::draw_all()).unwrap().values() {
        assert_eq!(format::recognise(&shot.bytes).unwrap().format.content_type(), "image/jpeg");
        let picture = image::load_from_memory(&shot.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (pictures::WIDTH_PX, pictures::HEIGHT_PX));
        assert!(shot.bytes.len() < 150_000, "{} bytes", shot.bytes.len());
    }
}

#[tokio::test]
async fn the_demo_shows_every_stage_band_and_opening_reason() {
    let platform = Platform::loaded().await;
    let cases = platform.cases().await;
    assert_eq!(cases.len(), 25);
    let stages: BTreeSet<CaseStage> = cases.iter().map(|record| record.case.stage()).collect();
    assert_eq!(stages, CaseStage::ALL.iter().copied().collect());
    let bands: BTreeSet<Band> = cases.iter().filter_map(|record| record.band).collect();
    assert_eq!(bands, BTreeSet::from([Band::A, Band::B, Band::C, Band::D]));
    let reasons: BTreeSet<_> = cases.iter().map(|record| record.case.opened_for).collect();
    assert_eq!(reasons, casework::case::OpeningReason::ALL.iter().copied().collect());
    let motifs: BTreeSet<&str> = cases.iter().flat_map(|record| &record.motifs_confidential).map(String::as_str).collect();
    // PARC needs the owner's other buildings, which no visit tells.
    assert_eq!(motifs, BTreeSet::from(["CERTAIN", "MULTI", "PROPAG", "VULN", "RECID", "INACTION", "RISQLOG"]));
    let outcomes: BTreeSet<CaseOutcome> = cases
        .iter()
        .filter_map(|record| match record.case.state {
            CaseState::Closed { outcome, .. } => Some(outcome),
            _ => None,
        })
        .collect();
    assert!(outcomes.len() >= 5, "{outcomes:?}");
    let numbers: BTreeSet<String> = cases.iter().map(|record| record.case.number.to_string()).collect();
    assert_eq!(numbers.len(), 25);

    let referrals = platform.referrals().await;
    assert_eq!(referrals.len(), 30);
    let stages: BTreeSet<ReferralStage> = referrals.iter().map(|record| record.referral.stage()).collect();
    assert_eq!(stages, ReferralStage::ALL.iter().copied().collect());
    assert_eq!(referrals.iter().filter(|record| record.referral.is_late(now())).count(), 2);
}

#[tokio::test]
async fn the_cell_has_three_open_escalations_and_two_that_are_over() {
    let platform = Platform::loaded().await;
    let open: Vec<EscalationStage> =
        store::escalation::open(platform.brigade.store.reader()).await.unwrap().iter().map(|record| record.escalation.stage()).collect();
    assert_eq!(open, [EscalationStage::OnScene, EscalationStage::Acknowledged, EscalationStage::Raised], "oldest first");
    let over: BTreeSet<EscalationStage> =
        store::escalation::closed_since(platform.brigade.store.reader(), Timestamp(0)).await.unwrap().iter().map(|record| record.escalation.stage()).collect();
    assert_eq!(over, BTreeSet::from([EscalationStage::Stabilised, EscalationStage::StoodDown]));
}

#[tokio::test]
async fn every_case_lies_inside_its_territory_and_in_the_past() {
    let platform = Platform::loaded().await;
    let at = now();
    for record in platform.cases().await {
        let building = &record.building;
        let ring = territories::outline(&building.municipality, building.borough.as_deref()).unwrap().ring;
        assert!(is_inside(ring, building.longitude.unwrap(), building.latitude.unwrap()), "{}", building.address);
        let timeline = store::case::entries(platform.brigade.store.reader(), record.case.id).await.unwrap();
        assert!(timeline.iter().all(|entry| entry.at <= at && entry.at >= record.case.opened_at), "{}", building.address);
        assert!(record.updated_at <= at);
        assert!(timeline.last().is_some_and(|entry| entry.at == record.case.opened_at), "{}", building.address);
    }
}

#[tokio::test]
async fn the_round_has_eight_buildings_today_three_late_and_three_coming() {
    let platform = Platform::loaded().await;
    let inspector = platform.actor("inspection@demo.test").await;
    let round = pull_round::pull(&platform.brigade, &inspector, None).await.unwrap().buildings;
    let today = local_date(now());
    let day = |wanted: std::cmp::Ordering| round.iter().filter(|sheet| sheet.planned_on.as_deref().unwrap().cmp(&today) == wanted).count();
    assert_eq!((day(std::cmp::Ordering::Equal), day(std::cmp::Ordering::Less), day(std::cmp::Ordering::Greater)), (8, 3, 3));
    assert!(round.iter().all(|sheet| sheet.open_cases == 0));
    for sheet in &round {
        let ring = territories::outline(&sheet.municipality, sheet.borough.as_deref()).unwrap().ring;
        assert!(is_inside(ring, sheet.longitude.unwrap(), sheet.latitude.unwrap()), "{}", sheet.address);
    }
    let story = round.iter().find(|sheet| sheet.address == STORY.address).unwrap();
    assert!(story.visit.is_none());
    assert_eq!((story.dwellings, story.storeys, story.year_built), (12, Some(3), Some(1967)));
    assert_eq!(story.doors.iter().map(|door| door.label.as_str()).collect::<Vec<_>>(), STORY_DOORS);
}

#[tokio::test]
async fn photos_are_verified_and_kept() {
    let platform = Platform::loaded().await;
    let reader = platform.brigade.store.reader();
    let mut seen = BTreeSet::new();
    for record in platform.cases().await {
        for visit in store::visit::of_case(reader, record.case.id).await.unwrap() {
            for photo in store::photo::of_visit(reader, visit.id).await.unwrap() {
                assert!(photo.verified_at.is_some());
                assert_eq!(platform.brigade.photos.read_original(&photo.sha256).await.unwrap().len() as u64, photo.bytes);
                seen.insert(photo.sha256);
            }
        }
    }
    assert_eq!(seen.len(), pictures::Picture::ALL.len(), "every picture is somewhere");
}

#[tokio::test]
async fn loading_twice_changes_nothing() {
    let platform = Platform::loaded().await;
    let before = platform.cases().await.len();
    assert!(!load_once(&platform.brigade).await.unwrap());
    assert_eq!(platform.cases().await.len(), before);
    assert_eq!(platform.referrals().await.len(), 30);
}

#[tokio::test]
async fn every_account_signs_in_with_the_demo_password() {
    let platform = Platform::loaded().await;
    let arrival = sign_in::Arrival { device: None, browser: Browser::UNKNOWN };
    for account in ACCOUNTS {
        let session = sign_in::sign_in(&platform.brigade, account.email, PASSWORD.to_owned(), arrival).await.unwrap();
        let sign_in::SignedIn::Opened(opened) = session else { panic!("{} is asked for a code", account.email) };
        let session = opened.session;
        assert_eq!(session.actor.account.display_name, account.display_name);
        assert!(session.actor.permission().effective_role().is_some(), "{}", account.email);
    }
    assert!(sign_in::sign_in(&platform.brigade, "inspection@demo.test", "brigade".to_owned(), arrival).await.is_err());
}

#[tokio::test]
async fn territories_are_stored_once() {
    let platform = Platform::empty().await;
    assert!(territories::ensure(&platform.brigade).await.unwrap());
    assert!(!territories::ensure(&platform.brigade).await.unwrap());
    assert_eq!(store::building::territories(platform.brigade.store.reader()).await.unwrap().len(), territories::OUTLINES.len());
}
