//! Plain form posts of the pages: checked for forgery, carried out, answered by a 303 to where the person was.

use std::collections::BTreeSet;

use app::document::success;
use axum::{
    Router,
    body::Bytes,
    extract::{FromRequest, Path, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use casework::{
    case::{CaseOutcome, CaseVerb},
    emergency_share::{EmergencyGround, ReviewFinding},
    escalation::{EscalationOutcome, EscalationVerb},
    ids::{
        AccountId, BuildingId, CaseId, ConsentId, DeputationId, DeviceId, DwellingId, EmergencyShareId, EntryId, EscalationId, ForwardId, LinkId, MessageId,
        OrganisationId, ReferralId, ServiceId, VisitId,
    },
    permission::{Role, Section},
    referral::{Helped, ReferralVerb, Urgency},
    wire::v1::{
        ConsentedSection, CreateReferral, ErrorCode, HearPerson, MakeLink, PhonesAtDeparture, ProposeForward, RaiseEscalation, ShareInEmergency,
        SignalBuilding, WriteMessage,
    },
};

use super::{
    account_forms, consent_forms, directory_forms,
    error::code_of,
    privacy_forms, rescue,
    session::{arrival, cookie, forget_session_cookie, is_foreign, known_device, known_device_cookie, opened_cookies, recognise, set_cookie, token},
};
use crate::{
    application::{
        UseCaseError, act_on_escalation,
        administer::{self, AccountForm, OrganisationForm},
        answer_referral, ask_after_visit, change_case, create_referral, depart, devices,
        enter_by_provider::{self, ProviderForm},
        forward_referrals, keep_consents, keep_passkeys, keep_second_factor,
        plan_round::{self, BuildingForm},
        raise_escalation, recover,
        referral_links::{self, FreshLink},
        review_sharing, second_step,
        sign_in::{self, FirstAdministrator, Opened, Session, SignedIn},
        signal_building, speak_in_referral,
        stand_in::{self, Named},
    },
    state::AppState,
};

/// Cookie that carries what the next page says once: how it went, its code and the path of that page, with colons between.
pub const FLASH: &str = "brigade_flash";
/// Cookie that carries the second step of a sign-in under way.
pub const SECOND_STEP: &str = "brigade_step";
/// Cookie of the language.
pub const LOCALE: &str = "brigade_locale";
/// Cookie that carries a fresh one-time link to the page that shows it.
pub const ACCESS_LINK: &str = "brigade_link";
/// Cookie that carries a fresh link for somebody without an account to the page of its referral: the referral, its token, its code, with points between.
pub const FRESH_LINK: &str = "brigade_fresh_link";
pub(super) const FLASH_SECONDS: i64 = 60;
const LOCALE_SECONDS: i64 = 365 * 24 * 3_600;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/connexion", post(sign_in_form))
        .route("/connexion/code", post(second_step_form))
        .route("/connexion/cle", post(passkey_form))
        .route("/connexion/code/cle", post(passkey_step_form))
        .route("/mot-de-passe-oublie", post(recovery_form))
        .route("/deconnexion", post(sign_out_form))
        .route("/langue", post(locale_form))
        .route("/premier-acces/{token}", post(first_access_form))
        .route("/mot-de-passe/{token}", post(password_form))
        .route("/administration/organismes", post(organisation_form))
        .route("/administration/comptes", post(account_form))
        .route("/administration/comptes/{id}/lien", post(link_form))
        .route("/administration/comptes/{id}/acces", post(active_form))
        .route("/administration/comptes/{id}/depart", post(departure_form))
        .route("/administration/comptes/{id}/recuperation", post(recovery_answer_form))
        .route("/administration/comptes/{id}/second-facteur", post(factor_reset_form))
        .route("/administration/organismes/{id}/second-facteur", post(factor_rule_form))
        .route("/administration/organismes/{id}/connexion", post(provider_form))
        .route("/administration/organismes/{id}/connexion/retrait", post(provider_removal_form))
        .route("/bureau/a-moi/remplacements", post(deputy_form))
        .route("/bureau/a-moi/remplacements/{id}/fin", post(deputy_end_form))
        .route("/bureau/tournee", post(building_form))
        .route("/bureau/tournee/{id}", post(plan_form))
        .route("/bureau/appareils/{id}/revocation", post(revocation_form))
        .route("/bureau/appareils/fichier", rescue::route())
        .route("/bureau/dossiers/{id}/escalade", post(raise_form))
        .route("/bureau/dossiers/{id}/references", post(refer_form))
        .route("/bureau/dossiers/{id}/consentements", consent_forms::route())
        .route("/bureau/dossiers/{id}/consentements/{consent}/retrait", post(withdrawal_form))
        .route("/bureau/vie-privee/{id}/examen", post(review_form))
        .route("/bureau/vie-privee/conservation", privacy_forms::hold_route())
        .route("/bureau/vie-privee/conservation/{id}/levee", privacy_forms::lift_route())
        .route("/bureau/vie-privee/conservation/{id}/purge", privacy_forms::purge_route())
        .route("/bureau/vie-privee/incidents", privacy_forms::report_route())
        .route("/bureau/vie-privee/incidents/{id}", privacy_forms::incident_route())
        .route("/bureau/vie-privee/demandes", privacy_forms::record_route())
        .route("/bureau/vie-privee/demandes/{id}/dossier", privacy_forms::assemble_route())
        .route("/bureau/vie-privee/demandes/{id}/reponse", privacy_forms::answer_route())
        .route("/repertoire/services", directory_forms::add_route())
        .route("/repertoire/services/{id}", directory_forms::change_route())
        .route("/repertoire/services/{id}/verification", directory_forms::verify_route())
        .route("/repertoire/organismes/{id}/references", directory_forms::receives_route())
        .route("/repertoire/ententes", directory_forms::agree_route())
        .route("/repertoire/ententes/{id}", directory_forms::renew_route())
        .route("/bureau/dossiers/{id}/commentaires", post(comment_form))
        .route("/bureau/dossiers/{id}/etape", post(stage_form))
        .route("/cellule/{id}/{verb}", post(escalation_form))
        .route("/cellule/{id}/journal", post(note_form))
        .route("/cellule/visites/{id}/jointe", post(reached_form))
        .route("/cellule/{id}/journal/{entry}/biffer", post(strike_form))
        .route("/partenaires/signalement", post(signal_form))
        .route("/partenaires/{id}/{verb}", post(referral_form))
        .route("/partenaires/{id}/messages", post(message_form))
        .route("/partenaires/{id}/liens", post(make_link_form))
        .route("/partenaires/{id}/liens/{link}/revocation", post(revoke_link_form))
        .route("/partenaires/{id}/parole", post(person_word_form))
        .route("/partenaires/{id}/groupe", post(group_form))
        .route("/partenaires/{id}/transmissions", post(forward_form))
        .route("/partenaires/{id}/transmissions/{forward}/refus", post(forward_refusal_form))
        .merge(account_forms::router())
}

/// The fields of a form, in order, repeated ones included.
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn revision(&self) -> Option<i64> {
        self.get("revision").parse().ok()
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let body = Bytes::from_request(request, state).await.map_err(|rejection| super::error::body_rejected(&rejection).into_response())?;
        Ok(Self(pairs(&body)))
    }
}

/// Decodes `application/x-www-form-urlencoded`.
pub(super) fn pairs(body: &[u8]) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(body).unwrap_or_default()
}

/// Back to `path`, which says `kind:code` once. Another page asked for meanwhile neither says it nor takes it away.
pub(super) fn back(path: &str, kind: &str, code: &str, is_https: bool) -> Response {
    // What came in an address and cannot go back in a header leads home.
    let path = if path.bytes().all(|byte| byte.is_ascii_graphic()) { path } else { "/" };
    let page = encode(path.split(['?', '#']).next().unwrap_or(path));
    let flash = set_cookie(FLASH, &format!("{kind}:{code}:{page}"), FLASH_SECONDS, is_https, true);
    ([(header::SET_COOKIE, flash)], Redirect::to(path)).into_response()
}

/// An address of ours to go on to, whatever was asked.
pub(super) fn local_path(next: &str) -> Option<&str> {
    (next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.chars().any(char::is_control)).then_some(next)
}

/// The first page of a role.
pub fn home(role: Role) -> &'static str {
    match role {
        Role::Inspector | Role::PsychosocialWorker => "/terrain",
        Role::Dispatcher => "/cellule",
        Role::PartnerAgent => "/partenaires",
        Role::Administrator => "/administration",
        Role::Coordinator | Role::PrivacyOfficer => "/bureau",
    }
}

async fn sign_in_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let again = |code: ErrorCode| back(&with_next("/connexion", fields.get("next")), "error", code.code(), state.is_https);
    if is_foreign(&headers) {
        return again(ErrorCode::ForgedRequest);
    }
    match sign_in::sign_in(&state.brigade, fields.get("email"), fields.get("password").to_owned(), arrival(&headers)).await {
        Ok(signed_in) => go_on(&state, &signed_in, fields.get("next")),
        Err(error) => again(code_of(error).0),
    }
}

/// Into the program, or to the second step.
pub(super) fn go_on(state: &AppState, signed_in: &SignedIn, next: &str) -> Response {
    match signed_in {
        SignedIn::Opened(opened) => enter(state, opened, next),
        SignedIn::Awaits(awaited) => {
            let step = set_cookie(SECOND_STEP, &awaited.token, second_step::STEP_MS / 1_000, state.is_https, true);
            ([(header::SET_COOKIE, step)], Redirect::to(&with_next("/connexion/code", next))).into_response()
        }
    }
}

/// An address that goes on to `next` afterwards, if that is one of ours.
pub fn with_next(path: &str, next: &str) -> String {
    local_path(next).filter(|next| *next != "/").map_or_else(|| path.to_owned(), |next| format!("{path}?next={}", encode(next)))
}

/// To where the person was going; or to what they must read of their account first.
fn enter(state: &AppState, opened: &Opened, next: &str) -> Response {
    let next = local_path(next).filter(|next| *next != "/" && !next.starts_with("/connexion"));
    let path = if opened.has_notices { account_forms::PATH } else { next.unwrap_or_else(|| home(opened.session.actor.account.role)) };
    (opened_cookies(opened, state.is_https), Redirect::to(path)).into_response()
}

async fn second_step_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let again = |code: ErrorCode| back(&with_next("/connexion/code", fields.get("next")), "error", code.code(), state.is_https);
    if is_foreign(&headers) {
        return again(ErrorCode::ForgedRequest);
    }
    let token = cookie(&headers, SECOND_STEP).unwrap_or_default();
    let mut response = match second_step::finish(&state.brigade, token, fields.get("code"), arrival(&headers)).await {
        Ok(finished) if finished.recovery_codes.is_empty() => enter(&state, &finished.opened, fields.get("next")),
        Ok(finished) => {
            let mut response = back(account_forms::PATH, "success", success::FACTOR_CONFIRMED, state.is_https);
            for (name, value) in opened_cookies(&finished.opened, state.is_https).0 {
                response.headers_mut().append(name, value);
            }
            account_forms::with_codes(response, &state, &finished.recovery_codes)
        }
        Err(error) => match code_of(error).0 {
            ErrorCode::SecondStepExpired => back(&with_next("/connexion", fields.get("next")), "error", ErrorCode::SecondStepExpired.code(), state.is_https),
            code => return again(code),
        },
    };
    response.headers_mut().append(header::SET_COOKIE, set_cookie(SECOND_STEP, "", 0, state.is_https, true));
    response
}

/// Enters with a passkey alone.
async fn passkey_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let again = |code: ErrorCode| back(&with_next("/connexion", fields.get("next")), "error", code.code(), state.is_https);
    if is_foreign(&headers) {
        return again(ErrorCode::ForgedRequest);
    }
    match keep_passkeys::enter(&state.brigade, fields.get("sealed"), fields.get("credential"), arrival(&headers)).await {
        Ok(opened) => enter(&state, &opened, fields.get("next")),
        Err(error) => again(code_of(error).0),
    }
}

/// The second step, with a passkey in place of a code.
async fn passkey_step_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let again = |path: &str, code: ErrorCode| back(&with_next(path, fields.get("next")), "error", code.code(), state.is_https);
    if is_foreign(&headers) {
        return again("/connexion/code", ErrorCode::ForgedRequest);
    }
    let token = cookie(&headers, SECOND_STEP).unwrap_or_default();
    let mut response = match keep_passkeys::finish_step(&state.brigade, token, fields.get("sealed"), fields.get("credential"), arrival(&headers)).await {
        Ok(opened) => enter(&state, &opened, fields.get("next")),
        Err(error) => match code_of(error).0 {
            ErrorCode::SecondStepExpired => again("/connexion", ErrorCode::SecondStepExpired),
            code => return again("/connexion/code", code),
        },
    };
    response.headers_mut().append(header::SET_COOKIE, set_cookie(SECOND_STEP, "", 0, state.is_https, true));
    response
}

/// Percent-encodes what a query value cannot hold.
fn encode(text: &str) -> String {
    serde_urlencoded::to_string([("", text)]).unwrap_or_default().trim_start_matches('=').to_owned()
}

async fn sign_out_form(State(state): State<AppState>, headers: HeaderMap) -> Response {
    if is_foreign(&headers) {
        return back("/", "error", ErrorCode::ForgedRequest.code(), state.is_https);
    }
    // From a page of ours, however old: leaving is never refused.
    if let Some(token) = token(&headers)
        && let Err(error) = sign_in::sign_out(&state.brigade, token).await
    {
        return back("/", "error", code_of(error).0.code(), state.is_https);
    }
    let mut response = back("/connexion", "success", success::SIGNED_OUT, state.is_https);
    response.headers_mut().append(header::SET_COOKIE, forget_session_cookie(state.is_https));
    response
}

async fn locale_form(State(state): State<AppState>, fields: Fields) -> Response {
    let locale = app::texts::Locale::from_tag(fields.get("locale"));
    let cookie = set_cookie(LOCALE, locale.tag(), LOCALE_SECONDS, state.is_https, false);
    ([(header::SET_COOKIE, cookie)], Redirect::to(local_path(fields.get("next")).unwrap_or("/"))).into_response()
}

async fn first_access_form(State(state): State<AppState>, headers: HeaderMap, Path(token): Path<String>, fields: Fields) -> Response {
    let again = |code: ErrorCode| back(&format!("/premier-acces/{}", encode(&token)), "error", code.code(), state.is_https);
    if is_foreign(&headers) {
        return again(ErrorCode::ForgedRequest);
    }
    let field = |name: &str| fields.get(name).to_owned();
    let first =
        FirstAdministrator { organisation: field("organisation"), display_name: field("display_name"), email: field("email"), password: field("password") };
    match sign_in::create_first_administrator(&state.brigade, &token, first).await {
        Ok(()) => back("/connexion", "success", success::FIRST_ACCOUNT_CREATED, state.is_https),
        Err(error) => again(code_of(error).0),
    }
}

/// To « Mon compte », where the second factor is made that the organisation asks for.
pub fn to_make_factor(state: &AppState) -> Response {
    back(account_forms::PATH, "error", ErrorCode::SecondFactorEnrolmentRequired.code(), state.is_https)
}

/// Who sends a form, or the answer that sends them to sign in.
pub(super) async fn sender_of(state: &AppState, headers: &HeaderMap, path: &str) -> Result<Session, Response> {
    match recognise(state, headers).await {
        Ok(Some(session)) if session.owes_factor && path != account_forms::PATH => Err(to_make_factor(state)),
        Ok(Some(session)) => Ok(session),
        Ok(None) => Err(Redirect::to(&format!("/connexion?next={}", encode(path))).into_response()),
        Err(failure) => Err(back(path, "error", failure.code.code(), state.is_https)),
    }
}

/// Checks who asks and that the form is ours, does it, and goes back.
pub(super) async fn carry_out<Act, Done>(state: &AppState, headers: &HeaderMap, fields: &Fields, path: &str, done: &str, act: Act) -> Response
where
    Act: FnOnce(Session) -> Done,
    Done: Future<Output = Result<(), UseCaseError>>,
{
    carry_out_then(state, headers, fields, path, path, done, act).await
}

/// As [`carry_out`], and goes on to `then` once it is done.
pub(super) async fn carry_out_then<Act, Done>(state: &AppState, headers: &HeaderMap, fields: &Fields, path: &str, then: &str, done: &str, act: Act) -> Response
where
    Act: FnOnce(Session) -> Done,
    Done: Future<Output = Result<(), UseCaseError>>,
{
    let session = match sender_of(state, headers, path).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    if is_foreign(headers) || fields.get("csrf") != session.csrf {
        return back(path, "error", ErrorCode::ForgedRequest.code(), state.is_https);
    }
    match act(session).await {
        Ok(()) => back(then, "success", done, state.is_https),
        Err(error) => back(path, "error", code_of(error).0.code(), state.is_https),
    }
}

pub(super) fn missing(field: &'static str) -> UseCaseError {
    UseCaseError::refused_because(ErrorCode::MissingField, field)
}

async fn raise_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/bureau/dossiers/{id}");
    carry_out(&state, &headers, &fields, &path, success::ESCALATION_RAISED, async |session| {
        let case_id: CaseId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let request = RaiseEscalation { case_id, reason: fields.get("reason").to_owned(), called_911: !fields.get("called_911").is_empty() };
        raise_escalation::raise(&state.brigade, &session.actor, request).await.map(drop)
    })
    .await
}

async fn refer_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/bureau/dossiers/{id}");
    let (draft, made) = (!fields.get("draft").is_empty(), fields.get("id").parse::<ReferralId>());
    // A draft is looked at next, as its recipient will read it.
    let (then, done) = match &made {
        Ok(made) if draft => (format!("/partenaires/{made}"), success::REFERRAL_DRAFTED),
        _ => (path.clone(), success::REFERRAL_SENT),
    };
    carry_out_then(&state, &headers, &fields, &path, &then, done, async |session| {
        let sections = fields.all("sections").map(str::parse::<Section>).collect::<Result<_, _>>().map_err(|_| missing("sections"))?;
        let (body, service) = body_and_service(fields.get("to_organisation"))?;
        let request = CreateReferral {
            id: made.map_err(|_| missing("id"))?,
            case_id: id.parse::<CaseId>().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?,
            to_organisation: body,
            service_id: service,
            also_to: fields.all("also_to").map(str::parse::<OrganisationId>).collect::<Result<_, _>>().map_err(|_| missing("also_to"))?,
            draft,
            reason: fields.get("reason").to_owned(),
            urgency: fields.get("urgency").parse::<Urgency>().map_err(|_| missing("urgency"))?,
            due_in_days: fields.get("due_in_days").parse().map_err(|_| missing("due_in_days"))?,
            sections,
            consented: fields.all("consented").map(consented).collect::<Option<_>>().ok_or_else(|| missing("consented"))?,
            emergency: in_emergency(&fields)?,
            questions: lines_of(fields.get("questions")),
            forwards: match fields.get("forwards") {
                "" => None,
                id => Some(id.parse::<ForwardId>().map_err(|_| missing("forwards"))?),
            },
            redirects: match fields.get("redirects") {
                "" => None,
                id => Some(id.parse::<ReferralId>().map_err(|_| missing("redirects"))?),
            },
        };
        create_referral::create(&state.brigade, &session.actor, request).await.map(drop)
    })
    .await
}

/// The body that a referral goes to and, where the directory knows its services, the one that was chosen.
fn body_and_service(value: &str) -> Result<(OrganisationId, Option<ServiceId>), UseCaseError> {
    let (body, service) = value.split_once(' ').map_or((value, None), |(body, service)| (body, Some(service)));
    let wrong = || missing("to_organisation");
    Ok((body.parse().map_err(|_| wrong())?, service.map(str::parse).transpose().map_err(|_| wrong())?))
}

/// A consent and one of its sections, as a box of the form says them.
fn consented(value: &str) -> Option<ConsentedSection> {
    let (consent, section) = value.split_once(' ')?;
    Some(ConsentedSection { consent_id: consent.parse().ok()?, section: section.parse().ok()? })
}

/// What a referral shares without consent; nothing when no section is chosen.
fn in_emergency(fields: &Fields) -> Result<Option<ShareInEmergency>, UseCaseError> {
    let sections: BTreeSet<Section> = fields.all("emergency_sections").map(str::parse).collect::<Result<_, _>>().map_err(|_| missing("emergency_sections"))?;
    if sections.is_empty() {
        // Who began to say why would believe that it was shared.
        let has_begun = ["emergency_reason", "emergency_ground"].iter().any(|name| !fields.get(name).trim().is_empty());
        return if has_begun { Err(missing("emergency_sections")) } else { Ok(None) };
    }
    Ok(Some(ShareInEmergency {
        // One referral is one sharing.
        id: fields.get("id").parse::<EmergencyShareId>().map_err(|_| missing("id"))?,
        dwelling_id: fields.get("emergency_dwelling").parse::<DwellingId>().map_err(|_| missing("emergency_dwelling"))?,
        sections,
        ground: fields.get("emergency_ground").parse::<EmergencyGround>().map_err(|_| missing("emergency_ground"))?,
        reason: fields.get("emergency_reason").to_owned(),
    }))
}

async fn review_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/bureau/vie-privee", success::SHARING_REVIEWED, async |session| {
        let id: EmergencyShareId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let finding: ReviewFinding = fields.get("finding").parse().map_err(|_| missing("finding"))?;
        review_sharing::review(&state.brigade, &session.actor, id, finding, fields.get("text")).await
    })
    .await
}

async fn withdrawal_form(State(state): State<AppState>, headers: HeaderMap, Path((id, consent)): Path<(String, String)>, fields: Fields) -> Response {
    let path = format!("/bureau/dossiers/{id}");
    carry_out(&state, &headers, &fields, &path, success::CONSENT_WITHDRAWN, async |session| {
        let consent: ConsentId = consent.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        keep_consents::withdraw(&state.brigade, &session.actor, consent).await
    })
    .await
}

async fn comment_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/bureau/dossiers/{id}");
    carry_out(&state, &headers, &fields, &path, success::COMMENT_ADDED, async |session| {
        let id: CaseId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        change_case::comment(&state.brigade, &session.actor, id, fields.get("text")).await
    })
    .await
}

async fn stage_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/bureau/dossiers/{id}");
    carry_out(&state, &headers, &fields, &path, success::STAGE_CHANGED, async |session| {
        let id: CaseId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let verb: CaseVerb = fields.get("verb").parse().map_err(|_| missing("verb"))?;
        let outcome = match fields.get("outcome") {
            "" => None,
            code => Some(code.parse::<CaseOutcome>().map_err(|_| missing("outcome"))?),
        };
        let said = change_case::Said { reason: fields.get("reason").to_owned(), outcome, assign_to: None, revision: fields.revision() };
        change_case::act(&state.brigade, &session.actor, id, verb, &said).await
    })
    .await
}

async fn escalation_form(State(state): State<AppState>, headers: HeaderMap, Path((id, verb)): Path<(String, String)>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/cellule", success::ESCALATION_UPDATED, async |session| {
        let id: EscalationId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let verb: EscalationVerb = verb.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let text = fields.get("text").to_owned();
        let outcome = if verb == EscalationVerb::Stabilise { text.parse::<EscalationOutcome>().ok() } else { None };
        let said = act_on_escalation::Said { text: if outcome.is_some() { String::new() } else { text }, outcome, revision: fields.revision() };
        act_on_escalation::act(&state.brigade, &session.actor, id, verb, &said).await
    })
    .await
}

async fn note_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/cellule", success::NOTE_ADDED, async |session| {
        let id: EscalationId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        act_on_escalation::note(&state.brigade, &session.actor, id, fields.get("text")).await
    })
    .await
}

async fn reached_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/cellule", success::TEAM_REACHED, async |session| {
        let id: VisitId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        ask_after_visit::say_reached(&state.brigade, &session.actor, id, fields.get("text"), fields.get("is_out") == "1").await
    })
    .await
}

async fn strike_form(State(state): State<AppState>, headers: HeaderMap, Path((id, entry)): Path<(String, String)>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/cellule", success::NOTE_STRUCK, async |session| {
        let id: EscalationId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let entry: EntryId = entry.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        act_on_escalation::strike(&state.brigade, &session.actor, id, entry, fields.get("reason")).await
    })
    .await
}

/// A message as its form says it.
pub(super) fn message_of(fields: &Fields) -> Result<WriteMessage, UseCaseError> {
    Ok(WriteMessage {
        id: fields.get("id").parse::<MessageId>().map_err(|_| missing("id"))?,
        text: fields.get("text").to_owned(),
        asks: !fields.get("asks").is_empty(),
        replies_to: match fields.get("replies_to") {
            "" => None,
            question => Some(question.parse::<MessageId>().map_err(|_| missing("replies_to"))?),
        },
    })
}

/// What the person says of the help, as its form says it.
pub(super) fn person_word_of(fields: &Fields) -> Result<HearPerson, UseCaseError> {
    let helped = fields.get("helped").parse::<Helped>().map_err(|_| missing("helped"))?;
    Ok(HearPerson { helped, words: fields.get("person_words").to_owned(), revision: fields.revision() })
}

/// What is said with a verb, as its form says it.
pub(super) fn said_of(fields: &Fields) -> Result<answer_referral::Said, UseCaseError> {
    let planned_on = Some(fields.get("planned_on").to_owned()).filter(|day| !day.is_empty());
    let person = match fields.get("helped") {
        // Words without the answer would be lost without a word.
        "" if !fields.get("person_words").trim().is_empty() => return Err(missing("helped")),
        "" => None,
        helped => Some((helped.parse::<Helped>().map_err(|_| missing("helped"))?, fields.get("person_words").to_owned())),
    };
    Ok(answer_referral::Said { text: fields.get("text").to_owned(), planned_on, revision: fields.revision(), person })
}

async fn message_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/partenaires/{id}");
    carry_out(&state, &headers, &fields, &path, success::MESSAGE_SENT, async |session| {
        let id: ReferralId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        speak_in_referral::say(&state.brigade, &session.actor, id, message_of(&fields)?).await
    })
    .await
}

async fn person_word_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/partenaires/{id}");
    carry_out(&state, &headers, &fields, &path, success::REFERRAL_UPDATED, async |session| {
        let id: ReferralId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        speak_in_referral::hear(&state.brigade, &session.actor, id, person_word_of(&fields)?).await
    })
    .await
}

async fn group_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/partenaires/{id}");
    carry_out(&state, &headers, &fields, &path, success::GROUP_SENT, async |session| {
        let id: ReferralId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        create_referral::send_group(&state.brigade, &session.actor, id).await
    })
    .await
}

async fn forward_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/partenaires/{id}");
    carry_out(&state, &headers, &fields, &path, success::FORWARD_ASKED, async |session| {
        let id: ReferralId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let asked = ProposeForward {
            id: fields.get("id").parse::<ForwardId>().map_err(|_| missing("id"))?,
            to_organisation: fields.get("to_organisation").parse::<OrganisationId>().map_err(|_| missing("to_organisation"))?,
            reason: fields.get("reason").to_owned(),
        };
        forward_referrals::ask(&state.brigade, &session.actor, id, asked).await.map(drop)
    })
    .await
}

async fn forward_refusal_form(State(state): State<AppState>, headers: HeaderMap, Path((id, forward)): Path<(String, String)>, fields: Fields) -> Response {
    let path = format!("/partenaires/{id}");
    carry_out(&state, &headers, &fields, &path, success::FORWARD_REFUSED, async |session| {
        let forward: ForwardId = forward.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        forward_referrals::refuse_it(&state.brigade, &session.actor, forward, fields.get("text")).await
    })
    .await
}

async fn signal_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let made = fields.get("id").parse::<ReferralId>();
    let then = made.as_ref().map_or("/partenaires".to_owned(), |made| format!("/partenaires/{made}"));
    carry_out_then(&state, &headers, &fields, "/partenaires", &then, success::BUILDING_SIGNALLED, async |session| {
        let out_of_range = |field: &'static str| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field);
        let asked = SignalBuilding {
            id: made.map_err(|_| missing("id"))?,
            address: fields.get("address").to_owned(),
            municipality: fields.get("municipality").to_owned(),
            dwellings: fields.get("dwellings").parse().map_err(|_| out_of_range("dwellings"))?,
            reason: fields.get("reason").to_owned(),
            urgency: fields.get("urgency").parse::<Urgency>().map_err(|_| missing("urgency"))?,
            due_in_days: fields.get("due_in_days").parse().map_err(|_| out_of_range("due_in_days"))?,
            questions: lines_of(fields.get("questions")),
        };
        signal_building::signal(&state.brigade, &session.actor, asked).await.map(drop)
    })
    .await
}

/// One text a line, blank lines left out.
fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect()
}

async fn make_link_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let (path, mut fresh) = (format!("/partenaires/{id}"), None);
    let mut response = carry_out(&state, &headers, &fields, &path, success::LINK_MADE, async |session| {
        let id: ReferralId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let asked = MakeLink {
            id: fields.get("id").parse::<LinkId>().map_err(|_| missing("id"))?,
            name: fields.get("name").to_owned(),
            days: fields.get("days").parse().map_err(|_| missing("days"))?,
        };
        fresh = Some(referral_links::make(&state.brigade, &session.actor, id, asked).await?);
        Ok(())
    })
    .await;
    if let Some(FreshLink { token, code }) = fresh {
        let cookie = set_cookie(FRESH_LINK, &format!("{}.{token}.{code}", path.rsplit('/').next().unwrap_or_default()), FLASH_SECONDS, state.is_https, true);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn revoke_link_form(State(state): State<AppState>, headers: HeaderMap, Path((id, link)): Path<(String, String)>, fields: Fields) -> Response {
    let path = format!("/partenaires/{id}");
    carry_out(&state, &headers, &fields, &path, success::LINK_REVOKED, async |session| {
        let link: LinkId = link.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        referral_links::revoke(&state.brigade, &session.actor, link).await
    })
    .await
}

async fn referral_form(State(state): State<AppState>, headers: HeaderMap, Path((id, verb)): Path<(String, String)>, fields: Fields) -> Response {
    let path = format!("/partenaires/{id}");
    let done = if verb == ReferralVerb::Send.code() { success::REFERRAL_SENT } else { success::REFERRAL_UPDATED };
    carry_out(&state, &headers, &fields, &path, done, async |session| {
        let id: ReferralId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let verb: ReferralVerb = verb.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        answer_referral::act(&state.brigade, &session.actor, id, verb, &said_of(&fields)?).await
    })
    .await
}

async fn password_form(State(state): State<AppState>, headers: HeaderMap, Path(token): Path<String>, fields: Fields) -> Response {
    let again = |code: ErrorCode| back(&format!("/mot-de-passe/{}", encode(&token)), "error", code.code(), state.is_https);
    if is_foreign(&headers) {
        return again(ErrorCode::ForgedRequest);
    }
    match sign_in::choose_password(&state.brigade, &token, fields.get("password").to_owned(), known_device(&headers)).await {
        Ok(device) => {
            let mut response = back("/connexion", "success", success::PASSWORD_CHOSEN, state.is_https);
            response.headers_mut().append(header::SET_COOKIE, known_device_cookie(&device, state.is_https));
            response
        }
        Err(error) => again(code_of(error).0),
    }
}

async fn organisation_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/administration", success::ORGANISATION_ADDED, async |session| {
        let form = OrganisationForm {
            name: fields.get("name").to_owned(),
            kind: fields.get("kind").parse().map_err(|_| missing("kind"))?,
            service: fields.get("service").to_owned(),
            municipality: fields.get("municipality").to_owned(),
            pivot_person: fields.get("pivot_person").to_owned(),
            receives_referrals: !fields.get("receives_referrals").is_empty(),
        };
        administer::add_organisation(&state.brigade, &session.actor, &form).await.map(drop)
    })
    .await
}

async fn deputy_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/bureau/a-moi", success::DEPUTY_NAMED, async |session| {
        let named = Named {
            id: fields.get("id").parse().map_err(|_| missing("id"))?,
            absent: fields.get("absent").parse().map_err(|_| missing("absent"))?,
            deputy: fields.get("deputy").parse().map_err(|_| missing("deputy"))?,
            from: fields.get("from").to_owned(),
            until: fields.get("until").to_owned(),
        };
        stand_in::name(&state.brigade, &session.actor, &named).await
    })
    .await
}

async fn deputy_end_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/bureau/a-moi", success::DEPUTY_ENDED, async |session| {
        let id: DeputationId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        stand_in::end(&state.brigade, &session.actor, id).await
    })
    .await
}

async fn provider_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/administration", success::PROVIDER_SET, async |session| {
        let id: OrganisationId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let form = ProviderForm {
            issuer: fields.get("issuer").to_owned(),
            client_id: fields.get("client_id").to_owned(),
            secret_name: fields.get("secret_name").to_owned(),
            email_domain: fields.get("email_domain").to_owned(),
            factor_acr: fields.get("factor_acr").to_owned(),
            factor_counts: !fields.get("factor_counts").is_empty(),
        };
        enter_by_provider::set(&state.brigade, &session.actor, id, &form).await
    })
    .await
}

async fn provider_removal_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/administration", success::PROVIDER_REMOVED, async |session| {
        let id: OrganisationId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        enter_by_provider::remove(&state.brigade, &session.actor, id).await
    })
    .await
}

/// Shows a one-time link once, on the page that follows: it travels in a short cookie, never in an address.
fn with_link(mut response: Response, state: &AppState, token: Option<&str>) -> Response {
    if let Some(token) = token {
        response.headers_mut().append(header::SET_COOKIE, set_cookie(ACCESS_LINK, token, FLASH_SECONDS, state.is_https, true));
    }
    response
}

async fn account_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let mut token = None;
    let response = carry_out(&state, &headers, &fields, "/administration", success::ACCOUNT_ADDED, async |session| {
        let form = AccountForm {
            display_name: fields.get("display_name").to_owned(),
            email: fields.get("email").to_owned(),
            role: fields.get("role").parse().map_err(|_| missing("role"))?,
            organisation_id: fields.get("organisation").parse().map_err(|_| missing("organisation"))?,
            on_call_rank: fields.get("on_call_rank").parse().ok(),
        };
        token = Some(administer::add_account(&state.brigade, &session.actor, &form).await?);
        Ok(())
    })
    .await;
    with_link(response, &state, token.as_deref())
}

async fn link_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let mut token = None;
    let response = carry_out(&state, &headers, &fields, "/administration", success::LINK_RENEWED, async |session| {
        let id: AccountId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        token = Some(administer::renew_link(&state.brigade, &session.actor, id).await?);
        Ok(())
    })
    .await;
    with_link(response, &state, token.as_deref())
}

async fn active_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/administration", success::ACCOUNT_CHANGED, async |session| {
        let id: AccountId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        administer::set_active(&state.brigade, &session.actor, id, fields.get("active") == "true").await
    })
    .await
}

async fn departure_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let path = format!("/administration/comptes/{id}/depart");
    // The page of somebody who has left says nothing more.
    carry_out_then(&state, &headers, &fields, &path, "/administration", success::DEPARTED, async |session| {
        let id: AccountId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let said = depart::Said {
            to: match fields.get("to") {
                "" => None,
                to => Some(to.parse().map_err(|_| missing("to"))?),
            },
            // Without a phone nothing is asked; nothing is wiped that nobody asked to be.
            phones: match fields.get("phones") {
                "" => PhonesAtDeparture::Keep,
                phones => phones.parse().map_err(|_| missing("phones"))?,
            },
        };
        depart::depart(&state.brigade, &state.devices, &session.actor, id, said).await
    })
    .await
}

/// The same answer to everybody.
async fn recovery_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    const PATH: &str = "/mot-de-passe-oublie";
    if is_foreign(&headers) {
        return back(PATH, "error", ErrorCode::ForgedRequest.code(), state.is_https);
    }
    match recover::ask(&state.brigade, fields.get("email")).await {
        Ok(()) => back("/connexion", "success", success::RECOVERY_ASKED, state.is_https),
        Err(error) => back(PATH, "error", code_of(error).0.code(), state.is_https),
    }
}

async fn recovery_answer_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    let id = || id.parse::<AccountId>().map_err(|_| UseCaseError::refused(ErrorCode::NotFound));
    if fields.get("act") == "aside" {
        return carry_out(&state, &headers, &fields, "/administration", success::RECOVERY_SET_ASIDE, async |session| {
            recover::set_aside(&state.brigade, &session.actor, id()?).await
        })
        .await;
    }
    let mut token = None;
    let response = carry_out(&state, &headers, &fields, "/administration", success::LINK_RENEWED, async |session| {
        token = Some(recover::answer(&state.brigade, &session.actor, id()?, fields.get("identified") == "true").await?);
        Ok(())
    })
    .await;
    with_link(response, &state, token.as_deref())
}

async fn factor_reset_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/administration", success::FACTOR_RESET, async |session| {
        let id: AccountId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        keep_second_factor::reset(&state.brigade, &session.actor, id, fields.get("identified") == "true").await
    })
    .await
}

async fn factor_rule_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/administration", success::ORGANISATION_CHANGED, async |session| {
        let id: OrganisationId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        let required = fields.get("required").parse().map_err(|_| missing("required"))?;
        keep_second_factor::set_required(&state.brigade, &session.actor, id, required).await
    })
    .await
}

async fn building_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/bureau/tournee", success::BUILDING_ADDED, async |session| {
        let out_of_range = |field: &'static str| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field);
        let form = BuildingForm {
            address: fields.get("address").to_owned(),
            municipality: fields.get("municipality").to_owned(),
            dwellings: fields.get("dwellings").parse().map_err(|_| out_of_range("dwellings"))?,
            storeys: fields.get("storeys").parse().map_err(|_| out_of_range("storeys"))?,
            year_built: fields.get("year_built").parse().ok(),
            planned_on: fields.get("planned_on").to_owned(),
        };
        plan_round::add_building(&state.brigade, &session.actor, &form).await.map(drop)
    })
    .await
}

async fn plan_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/bureau/tournee", success::ROUND_PLANNED, async |session| {
        let id: BuildingId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        match fields.get("planned_on") {
            "" => plan_round::withdraw(&state.brigade, &session.actor, id).await,
            day => plan_round::plan(&state.brigade, &session.actor, id, day).await,
        }
    })
    .await
}

async fn revocation_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, "/bureau/appareils", success::DEVICE_REVOKED, async |session| {
        let id: DeviceId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        // The box that says that this cannot be undone.
        if fields.get("confirmed") != "true" {
            return Err(missing("confirmed"));
        }
        devices::revoke(&state.brigade, &state.devices, &session.actor, id, fields.get("reason")).await
    })
    .await
}

/// Forgets the flash cookie once shown.
pub fn forget_flash(is_https: bool) -> HeaderValue {
    set_cookie(FLASH, "", 0, is_https, true)
}

/// Forgets the link once shown.
pub fn forget_link(is_https: bool) -> HeaderValue {
    set_cookie(ACCESS_LINK, "", 0, is_https, true)
}

pub fn forget_fresh_link(is_https: bool) -> HeaderValue {
    set_cookie(FRESH_LINK, "", 0, is_https, true)
}
