//! What a screen may ask. The browser answers through HTTP, the server in process: same rules, same answers.

use std::{future::Future, pin::Pin};

use crate::{
    ids::{AccountId, CaseId, ConsentId, IncidentId, ReferralId, ServiceId},
    wire::v1::{
        AccessPage, AccessQuery, AccountView, Administration, AgreementRegister, ApiError, Awaiting, Board, CaseDetail, CaseList, CaseMap, CaseQuery,
        ConsentProofView, Departure, DeviceRegister, Directory, EmergencyShares, IncidentRegister, IncidentView, MyAccount, PersonRequests, ReferralDetail,
        ReferralInbox, ReferralQuery, Resources, RetentionRegister, RoundPlan, ServicePage, ServiceQuery, Statistics,
    },
};

/// A pending answer. `Send`, because the server renders on many threads.
pub type Reply<'gateway, T> = Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send + 'gateway>>;

/// Reads of the office, the cell, the partners and the map, each already projected on what the signed-in person may see.
///
/// Acts are plain form posts answered by a 303 (they work without wasm); the phone writes to its device store.
pub trait Gateway: Send + Sync {
    /// Who is signed in; `sign_in_required` when nobody is.
    fn account(&self) -> Reply<'_, AccountView>;
    /// What is the signed-in person's own.
    fn my_account(&self) -> Reply<'_, MyAccount>;
    fn cases(&self, query: CaseQuery) -> Reply<'_, CaseList>;
    fn case(&self, id: CaseId) -> Reply<'_, CaseDetail>;
    fn board(&self) -> Reply<'_, Board>;
    fn referrals(&self, query: ReferralQuery) -> Reply<'_, ReferralInbox>;
    fn referral(&self, id: ReferralId) -> Reply<'_, ReferralDetail>;
    fn case_map(&self) -> Reply<'_, CaseMap>;
    fn devices(&self) -> Reply<'_, DeviceRegister>;
    fn consent_proof(&self, id: ConsentId) -> Reply<'_, ConsentProofView>;
    fn emergency_shares(&self) -> Reply<'_, EmergencyShares>;
    /// What somebody who leaves holds.
    fn departure(&self, id: AccountId) -> Reply<'_, Departure>;
    fn access_journal(&self, query: AccessQuery) -> Reply<'_, AccessPage>;
    fn incidents(&self) -> Reply<'_, IncidentRegister>;
    fn incident(&self, id: IncidentId) -> Reply<'_, IncidentView>;
    fn retention(&self) -> Reply<'_, RetentionRegister>;
    fn person_requests(&self) -> Reply<'_, PersonRequests>;
    /// Of a quarter, or of the last one counted.
    fn statistics(&self, quarter: Option<String>) -> Reply<'_, Statistics>;
    fn administration(&self) -> Reply<'_, Administration>;
    /// What awaits the person, and those they stand in for.
    fn awaiting(&self) -> Reply<'_, Awaiting>;
    fn round_plan(&self) -> Reply<'_, RoundPlan>;
    fn directory(&self, query: ServiceQuery) -> Reply<'_, Directory>;
    fn service(&self, id: ServiceId) -> Reply<'_, ServicePage>;
    fn agreements(&self) -> Reply<'_, AgreementRegister>;
    /// Public services: for anybody, signed in or not.
    fn resources(&self, query: ServiceQuery) -> Reply<'_, Resources>;
}
