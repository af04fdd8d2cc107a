//! The gateway of a page being rendered: the same use cases as the API, for the person of this request.

use casework::{
    access::AccessDoor,
    gateway::{Gateway, Reply},
    ids::{AccountId, CaseId, IncidentId, ReferralId},
    wire::v1::{
        AccessPage, AccessQuery, AccountView, Administration, ApiError, Awaiting, Board, CaseDetail, CaseList, CaseMap, CaseQuery, Departure, DeviceRegister,
        EmergencyShares, ErrorCode, IncidentRegister, IncidentView, MyAccount, PersonRequests, ReferralDetail, ReferralInbox, RetentionRegister, RoundPlan,
    },
};

use crate::{
    application::{
        Actor, Brigade, Result, UseCaseError, administer, answer_person_requests, depart, devices, keep_account, keep_incidents, plan_round, purge_case,
        read_board, read_case, read_cases, read_map, read_referrals, referral_links::Guest, refuse, review_sharing, search_journal, sign_in::Session, stand_in,
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

    fn referrals(&self) -> Reply<'_, ReferralInbox> {
        self.answer(read_referrals::inbox)
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

    fn administration(&self) -> Reply<'_, Administration> {
        self.answer(administer::read)
    }

    fn awaiting(&self) -> Reply<'_, Awaiting> {
        self.answer(stand_in::read)
    }

    fn round_plan(&self) -> Reply<'_, RoundPlan> {
        self.answer(plan_round::read)
    }
}
