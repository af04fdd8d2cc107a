//! Version 1 of every message. Integers are fixed-width, times are UTC milliseconds, ids are hyphenated UUIDs.

mod access;
mod account;
mod administration;
mod case;
mod consent;
mod departure;
mod deputy;
mod device;
mod directory;
mod error;
mod escalation;
mod field;
mod form;
mod incident;
mod map;
mod person_request;
mod referral;
mod rescue;
mod retention;
mod session;
mod statistics;

pub use access::{AccessPage, AccessQuery, AccessReader, AccessRow};
pub use account::{AccountNotice, AccountNoticeKind, MyAccount, OpenSession, PasskeyRow, QrPicture, SecondFactorSecret, SecondFactorView};
pub use administration::{AccountRow, Administration, OrganisationRow, PlannedBuilding, ProviderView, RecoveryRequestRow, RoundPlan};
pub use case::{
    BuildingView, CaseAction, CaseDetail, CaseList, CaseQuery, CaseRow, EntryKind, EntryView, MotifView, ObservationView, PartnerChoice, PhotoRef, VisitView,
};
pub use consent::{
    ConsentEnding, ConsentProofContent, ConsentProofRow, ConsentProofView, ConsentRow, ConsentUse, ConsentedDoor, ConsentedSection, DoorChoice,
    EmergencyShareRow, EmergencyShares, RecordConsent, SayProof, ShareInEmergency,
};
pub use departure::{Colleague, Departure, DeparturePhone, PhonesAtDeparture};
pub use deputy::{Awaiting, AwaitingPerson, DeputationView, VisitAwaiting};
pub use device::{BUILD_CHARS_MAX, DEVICE_HEADER, DEVICE_MARKER, DeviceRegister, DeviceReply, DeviceReport, DeviceRevocation, DeviceRow, REASON_LEFT};
pub use directory::{
    AgreementDue, AgreementRegister, AgreementVersion, AgreementView, BeforeSending, ContactView, Directory, Framing, OrganisationChoice, PublicService,
    Resources, ServiceChoice, ServicePage, ServiceQuery, ServiceView,
};
pub use error::{ApiError, ErrorBody, ErrorCode};
pub use escalation::{Board, BoardEvent, EscalationRow, LogEntryView, OnCallPerson, OverdueVisit, RaiseEscalation, SayReached, VisitReached};
pub use field::{
    ACCOUNT_HEADER, AnswerConflict, BuildingSheet, Change, Door, DoorNote, DoorPair, FieldEvent, HOUSEHOLD_LANGUAGES, OpenVisit, PROTOCOL, PULL_MARKER,
    PUSH_MARKER, PhotoStatus, PullReply, PushReply, PushRequest, RESOLVES_MAX, StandingAnswer, Tombstone, Verdict, VerdictKind, VisitPace,
};
pub use form::{FormAnswer, FormRefusal, KEPT_FORM};
pub use incident::{IncidentRegister, IncidentVersion, IncidentView};
pub use map::{CaseMap, CasePoint, TerritoryOutline};
pub use person_request::{PersonFile, PersonRecord, PersonRequestRow, PersonRequests};
pub use referral::{
    CreateReferral, FirstReading, ForwardView, HearPerson, LinkState, LinkView, MadeLink, MakeLink, MessageView, PersonWordView, ProposeForward,
    RedirectChoice, ReferralCounts, ReferralDetail, ReferralInbox, ReferralLink, ReferralQuery, ReferralRow, SharedObservation, SignalBuilding, WriteMessage,
};
pub use rescue::{RESCUE_FRAME_BYTES_MAX, RESCUE_KEY_BYTES, RESCUE_MAGIC, RescueBrought, RescueManifest, RescuePhoto, RescueRow};
pub use retention::{HoldView, KeptCount, ProofView, PurgeableCase, RetentionRegister};
pub use session::{AccountView, OrganisationView, SecondStepCode, SessionView, SignIn};
pub use statistics::{ShownQuarter, Statistics};
