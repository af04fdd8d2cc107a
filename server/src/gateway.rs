//! The gateway of a page being rendered: the same use cases as the API, for the person of this request.

use casework::{
    access::AccessDoor,
    gateway::{Gateway, Reply},
    ids::{AccountId, CaseId, ConsentId, IncidentId, ReferralId, ServiceId},
    wire::v1::{
        AccessPage, AccessQuery, AccountView, Administration, AgreementRegister, ApiError, Awaiting, Board, CaseDetail, CaseList, CaseMap, CaseQuery,
        ConsentProofView, Departure, DeviceRegister, Directory, EmergencyShares, ErrorCode, IncidentRegister, IncidentView, MyAccount, PersonRequests,
        ReferralDetail, ReferralInbox, ReferralQuery, Resources, RetentionRegister, RoundPlan, ServicePage, ServiceQuery, Statistics,
    },
};

use crate::{
    application::{
        Actor, Brigade, Result, UseCaseError, administer, answer_person_requests, depart, devices, keep_account, keep_agreements, keep_directory,
        keep_incidents, plan_round, prove_consents, purge_case, read_board, read_case, read_cases, read_map, read_referrals, read_statistics,
        referral_links::Guest, refuse, review_sharing, search_journal, sign_in::Session, stand_in,
    },
    http::error::code_of,
};

/// Built per request, so that authorisation is never skipped. Without a person, every question is refused.
pub struct InProcessGateway {
    pub brigade: Brigade,
    pub session: Option<Session>,
    /// Somebody without an account: they may read one referral, and every other question is refused.
    pub guest: Option<Guest>,
}

fn api_error(error: UseCaseError) -> ApiError {
    let (code, detail) = code_of(error);
    app::texts::errors::api_error(code, detail)
}

impl InProcessGateway {
    fn answer<'gateway, T, Ask, Answer>(&'gateway self, ask: Ask) -> Reply<'gateway, T>
    where
        T: Send + 'gateway,
        Ask: FnOnce(&'gateway Brigade, &'gateway Actor) -> Answer + Send + 'gateway,
        Answer: Future<Output = Result<T>> + Send + 'gateway,
    {
        Box::pin(async move {
            match &self.session {
                Some(session) => ask(&self.brigade, &session.actor).await.map_err(api_error),
                None => Err(app::texts::errors::api_error(ErrorCode::SignInRequired, None)),
            }
        })
    }
}

impl Gateway for InProcessGateway {
    fn account(&self) -> Reply<'_, AccountView> {
        self.answer(|_, actor| async { Ok(actor.view()) })
    }

    fn my_account(&self) -> Reply<'_, MyAccount> {
        Box::pin(async move {
            match &self.session {
                Some(session) => keep_account::read(&self.brigade, session).await.map_err(api_error),
                None => Err(app::texts::errors::api_error(ErrorCode::SignInRequired, None)),
            }
        })
    }

    fn cases(&self, query: CaseQuery) -> Reply<'_, CaseList> {
        self.answer(|brigade, actor| async move { read_cases::list(brigade, actor, &query).await })
    }

    fn case(&self, id: CaseId) -> Reply<'_, CaseDetail> {
        self.answer(move |brigade, actor| read_case::read(brigade, actor, AccessDoor::Page, id))
    }

    fn board(&self) -> Reply<'_, Board> {
        self.answer(read_board::read)
    }

    fn referrals(&self, query: ReferralQuery) -> Reply<'_, ReferralInbox> {
        self.answer(|brigade, actor| async move { read_referrals::inbox(brigade, actor, &query).await })
    }

    fn referral(&self, id: ReferralId) -> Reply<'_, ReferralDetail> {
        if let Some(guest) = &self.guest {
            return Box::pin(async move {
                let is_theirs = guest.link.referral_id == id;
                let read = if is_theirs { read_referrals::read(&self.brigade, &guest.actor, AccessDoor::Page, id).await } else { refuse(ErrorCode::NotFound) };
                read.map_err(api_error)
            });
        }
        self.answer(move |brigade, actor| read_referrals::read(brigade, actor, AccessDoor::Page, id))
    }

    fn case_map(&self) -> Reply<'_, CaseMap> {
        self.answer(read_map::read)
    }

    fn devices(&self) -> Reply<'_, DeviceRegister> {
        self.answer(devices::read)
    }

    fn consent_proof(&self, id: ConsentId) -> Reply<'_, ConsentProofView> {
        self.answer(move |brigade, actor| prove_consents::read(brigade, actor, AccessDoor::Page, id))
    }

    fn emergency_shares(&self) -> Reply<'_, EmergencyShares> {
        self.answer(review_sharing::list)
    }

    fn departure(&self, id: AccountId) -> Reply<'_, Departure> {
        self.answer(move |brigade, actor| depart::read(brigade, actor, id))
    }

    fn access_journal(&self, query: AccessQuery) -> Reply<'_, AccessPage> {
        self.answer(|brigade, actor| async move { search_journal::search(brigade, actor, AccessDoor::Page, &query).await })
    }

    fn incidents(&self) -> Reply<'_, IncidentRegister> {
        self.answer(keep_incidents::list)
    }

    fn incident(&self, id: IncidentId) -> Reply<'_, IncidentView> {
        self.answer(move |brigade, actor| keep_incidents::read(brigade, actor, id))
    }

    fn retention(&self) -> Reply<'_, RetentionRegister> {
        self.answer(purge_case::list)
    }

    fn person_requests(&self) -> Reply<'_, PersonRequests> {
        self.answer(answer_person_requests::list)
    }

    fn statistics(&self, quarter: Option<String>) -> Reply<'_, Statistics> {
        self.answer(|brigade, actor| async move { read_statistics::read(brigade, actor, quarter.as_deref()).await })
    }

    fn administration(&self) -> Reply<'_, Administration> {
        self.answer(administer::read)
    }

    fn awaiting(&self) -> Reply<'_, Awaiting> {
        self.answer(stand_in::read)
    }

    fn round_plan(&self) -> Reply<'_, RoundPlan> {
        self.answer(plan_round::read)
    }

    fn directory(&self, query: ServiceQuery) -> Reply<'_, Directory> {
        self.answer(|brigade, actor| async move { keep_directory::list(brigade, actor, &query).await })
    }

    fn service(&self, id: ServiceId) -> Reply<'_, ServicePage> {
        self.answer(move |brigade, actor| keep_directory::read(brigade, actor, id))
    }

    fn agreements(&self) -> Reply<'_, AgreementRegister> {
        self.answer(keep_agreements::list)
    }

    fn resources(&self, query: ServiceQuery) -> Reply<'_, Resources> {
        Box::pin(async move { keep_directory::resources(&self.brigade, &query).await.map_err(api_error) })
    }
}
