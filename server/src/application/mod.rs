//! One file per use case: load, decide, save, record. Nothing else in the program combines deciding with storing.

pub mod access_journal;
pub mod act_on_escalation;
pub mod administer;
pub mod answer_person_requests;
pub mod answer_referral;
pub mod ask_after_visit;
pub mod burst;
pub mod change_case;
pub mod create_referral;
pub mod depart;
pub mod devices;
pub mod end_consents;
pub mod enter_by_provider;
pub mod forward_referrals;
pub mod import_directory;
pub mod judge_visit;
pub mod keep_account;
pub mod keep_agreements;
pub mod keep_consents;
pub mod keep_directory;
pub mod keep_incidents;
pub mod keep_passkeys;
pub mod keep_second_factor;
pub mod open_case;
pub mod plan_round;
pub mod prove_consents;
pub mod publish_statistics;
pub mod pull_round;
pub mod purge_case;
pub mod push_queue;
pub mod raise_escalation;
pub mod read_board;
pub mod read_case;
pub mod read_cases;
pub mod read_map;
pub mod read_photo;
pub mod read_referrals;
pub mod read_statistics;
pub mod receive_changes;
pub mod receive_photo;
pub mod receive_rescue;
pub mod recover;
pub mod referral_links;
pub mod review_sharing;
pub mod search_journal;
pub mod second_step;
pub mod sight;
pub mod sign_in;
pub mod signal_building;
pub mod speak_in_referral;
pub mod stand_in;
pub mod sweep_photos;

use std::sync::Arc;

use self::{access_journal::AccessJournal, burst::Burst};

use casework::{
    permission,
    wire::v1::{AccountView, ErrorCode, OrganisationView},
};
use inspection_grid::ComplexityRule;

use crate::{
    board::Board,
    grids::GridLibrary,
    passkeys::Passkeys,
    photos::PhotoStorage,
    provider::Providers,
    rescue_file::RescueKey,
    sealing::SealingKey,
    second_factor::SecondFactorKey,
    store::{AccountRow, Store, StoreError},
};

/// What the use cases work with. Cheap to clone.
#[derive(Clone)]
pub struct Brigade {
    pub store: Store,
    pub photos: PhotoStorage,
    pub board: Board,
    pub grids: Arc<GridLibrary>,
    pub complexity_rule: Arc<ComplexityRule>,
    pub tiles_url: Option<Arc<str>>,
    pub burst: Burst,
    pub rescue_key: Arc<RescueKey>,
    pub second_factor_key: Arc<SecondFactorKey>,
    /// Seals what browsers carry.
    pub sealing_key: Arc<SealingKey>,
    pub providers: Arc<Providers>,
    pub passkeys: Arc<Passkeys>,
    pub journal: AccessJournal,
}

/// The person who asks.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: AccountRow,
}

impl Actor {
    /// As permission sees them.
    pub fn permission(&self) -> permission::Actor {
        permission::Actor {
            account_id: self.account.id,
            role: self.account.role,
            organisation_id: self.account.organisation.id,
            organisation_kind: self.account.organisation.kind,
        }
    }

    /// As every screen may know them.
    pub fn view(&self) -> AccountView {
        let organisation = &self.account.organisation;
        AccountView {
            id: self.account.id,
            display_name: self.account.display_name.clone(),
            role: self.account.role,
            organisation: OrganisationView { id: organisation.id, name: organisation.name.clone(), kind: organisation.kind },
        }
    }
}

/// Why a use case did not do what was asked. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum UseCaseError {
    /// The rules say no; the person is told why.
    #[error("refused with {}", code.code())]
    Refused { code: ErrorCode, detail: Option<String> },
    #[error("store")]
    Store(#[from] StoreError),
    #[error("photo storage")]
    PhotoStorage(#[from] std::io::Error),
    #[error("worker")]
    Worker(#[from] tokio::task::JoinError),
}

pub type Result<T> = std::result::Result<T, UseCaseError>;

impl UseCaseError {
    pub fn refused(code: ErrorCode) -> Self {
        Self::Refused { code, detail: None }
    }

    pub fn refused_because(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::Refused { code, detail: Some(detail.into()) }
    }
}

/// A refusal as an error value.
///
/// # Errors
/// Always.
pub fn refuse<T>(code: ErrorCode) -> Result<T> {
    Err(UseCaseError::refused(code))
}

/// `Ok` when permission allows, the same answer as for what does not exist when it does not.
///
/// # Errors
/// `code`, when denied.
pub fn require(decision: permission::Decision, code: ErrorCode) -> Result<()> {
    if decision.is_allowed() { Ok(()) } else { refuse(code) }
}

/// What a person typed: trimmed, its lines ended as they were counted, and without the one character that PostgreSQL cannot hold.
pub fn typed(text: &str) -> String {
    text.replace('\0', "").replace("\r\n", "\n").trim().to_owned()
}
