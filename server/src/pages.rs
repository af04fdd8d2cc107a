//! Server-rendered pages: who asks, what they may ask, the document.

use std::sync::Arc;

use app::{
    document::{
        Assets, DemoAccount, DocumentContext, Flash, FlashKind, FreshLink, GuestContext, HomeSignIn, PageContext, PasskeyAsked, SecondStep, StatusSetter,
        document,
    },
    gateway::AnyGateway,
    texts::Locale,
};
use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header, uri::Authority},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use casework::referral::LINK_CODE_DIGITS;
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::{ResponseOptions, render_app_async_with_context};

use crate::{
    application::{
        UseCaseError, enter_by_provider, keep_passkeys,
        referral_links::Guest,
        second_step::{self, StepView},
        sign_in::{self, AccessLink, Session},
    },
    clock::new_id,
    demo,
    gateway::InProcessGateway,
    http::{
        account_forms::{self, RECOVERY_CODES, forget_codes},
        assets::shell,
        forms::{ACCESS_LINK, FLASH, FRESH_LINK, LOCALE, SECOND_STEP, forget_flash, forget_fresh_link, forget_link, home, to_make_factor, with_next},
        security::page_policy,
        session::{cookie, recognise},
    },
    passkeys::Asked,
    second_factor::is_recovery_code,
    state::AppState,
};

/// The public page of resources.
const RESOURCES: &str = "/ressources";

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(front_door))
        .route("/terrain", get(shell))
        .route("/terrain/{*rest}", get(shell))
        .route("/connexion", get(open_page))
        .route("/connexion/code", get(second_step_page))
        .route("/mot-de-passe-oublie", get(open_page))
        .route("/premier-acces/{token}", get(first_access_page))
        .route("/mot-de-passe/{token}", get(password_page))
        .route("/compte", get(page))
        .route("/administration", get(page))
        .route("/administration/comptes/{id}/depart", get(page))
        .route("/bureau", get(page))
        .route("/bureau/a-moi", get(page))
        .route("/bureau/tournee", get(page))
        .route("/bureau/appareils", get(page))
        .route("/bureau/vie-privee", get(page))
        .route("/bureau/vie-privee/acces", get(page))
        .route("/bureau/vie-privee/conservation", get(page))
        .route("/bureau/vie-privee/incidents", get(page))
        .route("/bureau/vie-privee/incidents/{id}", get(page))
        .route("/bureau/signaler", get(page))
        .route("/bureau/avis-de-collecte", get(page))
        .route("/bureau/vie-privee/demandes", get(page))
        .route("/bureau/statistiques", get(page))
        .route("/bureau/dossiers/{id}", get(page))
        .route("/bureau/consentements/{id}/preuve", get(page))
        .route("/cellule", get(page))
        .route("/partenaires", get(page))
        .route("/partenaires/{id}", get(page))
        .route("/partenaires/{id}/feuille", get(page))
        .route("/carte", get(map_page))
        .route("/repertoire", get(page))
        .route("/repertoire/ajouter", get(page))
        .route("/repertoire/services/{id}", get(page))
        .route("/repertoire/ententes", get(page))
        .route("/repertoire/ententes/{id}", get(page))
        .route("/ressources", get(resources_page))
}

async fn front_door(State(state): State<AppState>, headers: HeaderMap) -> Response {
    match recognise(&state, &headers).await {
        Ok(Some(session)) => Redirect::to(home(session.actor.account.role)).into_response(),
        Ok(None) => Redirect::to("/connexion").into_response(),
        Err(failure) => failure.into_response(),
    }
}

/// A page for signed-in people.
async fn page(State(state): State<AppState>, request: Request) -> Response {
    signed_page(state, request, false).await
}

async fn map_page(State(state): State<AppState>, request: Request) -> Response {
    signed_page(state, request, true).await
}

async fn signed_page(state: AppState, request: Request, with_map: bool) -> Response {
    match recognise(&state, request.headers()).await {
        Ok(Some(session)) if session.owes_factor && request.uri().path() != account_forms::PATH => to_make_factor(&state),
        Ok(Some(_)) => render(state, request, with_map).await,
        Ok(None) => {
            let next = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let next = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
            Redirect::to(&format!("/connexion?{next}")).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

/// The public page of resources: the same for everybody, whoever is signed in besides.
async fn resources_page(State(state): State<AppState>, request: Request) -> Response {
    render_for(state, request, Reader::Session(None), false).await
}

/// A page for anybody.
pub async fn open_page(State(state): State<AppState>, request: Request) -> Response {
    render(state, request, false).await
}

/// The one referral of a link. Whoever is signed in besides reads it as the guest does.
pub async fn guest_page(state: AppState, request: Request, guest: Option<Guest>) -> Response {
    render_for(state, request, Reader::Guest(guest), false).await
}

/// The second step of a sign-in under way; without one, its beginning.
async fn second_step_page(State(state): State<AppState>, request: Request) -> Response {
    let token = cookie(request.headers(), SECOND_STEP).unwrap_or_default();
    match second_step::view(&state.brigade, token).await {
        Ok(Some(step)) => {
            let step = match step {
                StepView::Code(asked) => (SecondStep::Code, asked),
                StepView::Passkey(asked) => (SecondStep::Passkey, Some(asked)),
                StepView::Enrol(secret) => (SecondStep::Enrol { secret }, None),
            };
            render_for(state, request, Reader::Between(step.0, step.1), false).await
        }
        Ok(None) => Redirect::to("/connexion").into_response(),
        Err(error) => crate::http::error::ApiFailure::from(error).into_response(),
    }
}

async fn first_access_page(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    match sign_in::access_link(&state.brigade, &token).await {
        Ok(Some(AccessLink::FirstAdministrator)) => render(state, request, false).await,
        Ok(Some(AccessLink::Password(_)) | None) => {
            let (headers, uri) = (request.headers().clone(), request.uri().clone());
            not_found(state, headers, uri).await
        }
        Err(error) => crate::http::error::ApiFailure::from(error).into_response(),
    }
}

async fn password_page(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    match sign_in::access_link(&state.brigade, &token).await {
        Ok(Some(AccessLink::Password(_))) => render(state, request, false).await,
        Ok(Some(AccessLink::FirstAdministrator) | None) => {
            let (headers, uri) = (request.headers().clone(), request.uri().clone());
            not_found(state, headers, uri).await
        }
        Err(error) => crate::http::error::ApiFailure::from(error).into_response(),
    }
}

/// The page that says that there is nothing here, with its status.
pub async fn not_found(state: AppState, headers: HeaderMap, _uri: Uri) -> Response {
    // Another address of the router that no page answers: the person's own address may be malformed.
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static("/introuvable");
    *request.headers_mut() = headers;
    let mut response = render(state, request, false).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn assets(state: &AppState) -> Assets {
    let site = &state.site;
    Assets {
        css: site.address("office.css"),
        boot: site.address("boot.js"),
        case_map: Some(site.address("case_map.js")),
        case_map_css: Vec::new(),
        passkey: Some(site.address("passkey.js")),
        build_id: site.build_id().to_owned(),
    }
}

/// What the post before left for this page. The front door sends on to another: what was left for it is for whichever comes.
fn flash(request: &Request) -> Option<Flash> {
    let mut parts = cookie(request.headers(), FLASH)?.splitn(3, ':');
    let (kind, code, page) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = match kind {
        "success" => FlashKind::Success,
        "error" => FlashKind::Error,
        _ => return None,
    };
    let is_for = |path: &str| serde_urlencoded::to_string([("", path)]).is_ok_and(|encoded| encoded.trim_start_matches('=') == page);
    (is_for("/") || is_for(request.uri().path())).then(|| Flash { kind, code: code.to_owned() })
}

/// The token of a one-time link made by the post before, on the one page that hands it over.
fn fresh_link_token(request: &Request) -> Option<&str> {
    cookie(request.headers(), ACCESS_LINK).filter(|_| request.uri().path() == "/administration")
}

/// The whole address of that link, as seen from outside: the origin the request came to.
fn access_link(state: &AppState, request: &Request) -> Option<String> {
    // A cookie can be planted from a sibling host: only what has the shape of our tokens is shown as one.
    let token = fresh_link_token(request).filter(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    origin(state, request).map(|origin| format!("{origin}/mot-de-passe/{token}"))
}

/// Both halves of a link made a moment ago, on the page of its referral.
fn fresh_link(state: &AppState, request: &Request) -> Option<FreshLink> {
    let mut parts = cookie(request.headers(), FRESH_LINK)?.splitn(3, '.');
    let (referral, token, code) = (parts.next()?, parts.next()?, parts.next()?);
    if request.uri().path().strip_prefix("/partenaires/") != Some(referral) {
        return None;
    }
    let is_ours = token.len() == 64
        && token.bytes().all(|byte| byte.is_ascii_hexdigit())
        && code.len() == LINK_CODE_DIGITS
        && code.bytes().all(|byte| byte.is_ascii_digit());
    let address = origin(state, request).filter(|_| is_ours).map(|origin| format!("{origin}/lien/{token}"))?;
    Some(FreshLink { address, code: code.to_owned() })
}

/// What a page asks of a passkey: any of anybody where people sign in; a new one on the page of whoever showed the password a moment ago.
async fn passkey_asked(state: &AppState, path: &str, proof: Option<&str>, session: Option<&Session>) -> Result<Option<Asked>, UseCaseError> {
    match (path, session) {
        ("/connexion", None) => keep_passkeys::ask_enter(&state.brigade),
        (account_forms::PATH, Some(session)) => match proof {
            Some(proof) => keep_passkeys::ask_new(&state.brigade, session, proof).await,
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Where somebody who signs in was going.
fn next_of(request: &Request) -> String {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(request.uri().query().unwrap_or_default()).unwrap_or_default();
    pairs.into_iter().find_map(|(name, value)| (name == "next").then_some(value)).unwrap_or_default()
}

/// As the program is seen from outside: what the request came to.
fn origin(state: &AppState, request: &Request) -> Option<String> {
    // HTTP/2 has no Host header: its authority is in the address.
    let authority = request.uri().authority().map(Authority::as_str);
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).or(authority)?;
    let scheme = if state.is_https { "https" } else { "http" };
    Some(format!("{scheme}://{host}"))
}

/// The language that was chosen, or ours.
pub fn chosen_locale(headers: &HeaderMap) -> Locale {
    cookie(headers, LOCALE).map_or(Locale::Fr, Locale::from_tag)
}

/// The language of a page: that of its address where it needs no cookie, else that of the cookie.
fn locale(request: &Request) -> Locale {
    let asked: Option<Vec<(String, String)>> =
        request.uri().query().filter(|_| request.uri().path() == RESOURCES).and_then(|query| serde_urlencoded::from_str(query).ok());
    let asked = asked.and_then(|values| values.into_iter().find(|(name, _)| name == "lang"));
    asked.map_or_else(|| chosen_locale(request.headers()), |(_, tag)| Locale::from_tag(&tag))
}

/// Recovery codes made by the post before, on the one page that shows them.
fn fresh_codes(request: &Request) -> Option<Vec<String>> {
    let codes = cookie(request.headers(), RECOVERY_CODES).filter(|_| request.uri().path() == account_forms::PATH)?;
    // As for links: a planted cookie shows nothing that has not the shape of ours.
    Some(codes.split('.').filter(|code| is_recovery_code(code)).map(str::to_owned).collect())
}

/// Who a page is for.
enum Reader {
    Session(Option<Session>),
    /// Whose password was right, and who still owes the second step.
    Between(SecondStep, Option<Asked>),
    Guest(Option<Guest>),
}

async fn render(state: AppState, request: Request, with_map: bool) -> Response {
    match recognise(&state, request.headers()).await {
        Ok(session) => render_for(state, request, Reader::Session(session), with_map).await,
        Err(failure) => failure.into_response(),
    }
}

async fn render_for(state: AppState, request: Request, reader: Reader, with_map: bool) -> Response {
    let (session, second_step, guest, asked) = match reader {
        Reader::Session(session) => {
            let path = request.uri().path().to_owned();
            let proof = cookie(request.headers(), account_forms::PASSKEY_PROOF).map(str::to_owned);
            let asked = match passkey_asked(&state, &path, proof.as_deref(), session.as_ref()).await {
                Ok(asked) => asked,
                Err(error) => return crate::http::error::ApiFailure::from(error).into_response(),
            };
            (session, None, None, asked)
        }
        Reader::Between(step, asked) => (None, Some(step), None, asked),
        Reader::Guest(guest) => (None, None, guest, None),
    };
    let flash = flash(&request);
    let had_flash = flash.is_some();
    let had_link = fresh_link_token(&request).is_some();
    let access_link = access_link(&state, &request);
    let fresh_link = fresh_link(&state, &request);
    let had_fresh_link = fresh_link.is_some();
    let codes = fresh_codes(&request).filter(|_| session.is_some());
    let had_codes = codes.is_some();
    let locale = locale(&request);
    let role_name = |role| app::texts::common::role(role).get(locale).to_owned();
    let shows_accounts = state.demo && session.is_none() && guest.is_none() && request.uri().path() == "/connexion";
    let demo_accounts = demo::ACCOUNTS
        .iter()
        .filter(|_| shows_accounts)
        .map(|account| DemoAccount {
            email: account.email.to_owned(),
            password: demo::PASSWORD.to_owned(),
            role: role_name(account.role),
            organisation: account.organisation.to_owned(),
        })
        .collect();
    let home_sign_ins = if session.is_none() && guest.is_none() && request.uri().path() == "/connexion" {
        match enter_by_provider::offered(&state.brigade).await {
            Ok(offered) => {
                let next = next_of(&request);
                offered.into_iter().map(|(id, name)| HomeSignIn { name, address: with_next(&format!("/connexion/organisme/{id}"), &next) }).collect()
            }
            Err(error) => return crate::http::error::ApiFailure::from(error).into_response(),
        }
    } else {
        Vec::new()
    };
    let page = PageContext {
        home_sign_ins,
        passkey: asked.map(|asked| PasskeyAsked { options: asked.options, sealed: asked.sealed }),
        csrf: session.as_ref().map(|session| session.csrf.clone()).or(guest.as_ref().map(|guest| guest.csrf.clone())).unwrap_or_default(),
        account: session.as_ref().map(|session| session.actor.view()),
        form_id: new_id().to_string(),
        locale,
        demo: state.demo,
        flash,
        access_link,
        fresh_link,
        guest: guest.as_ref().map(|guest| GuestContext { referral_id: Some(guest.link.referral_id), name: guest.link.name.clone(), until: guest.until }),
        second_step,
        recovery_codes: codes.unwrap_or_default(),
        demo_accounts,
    };
    let gateway: AnyGateway = Arc::new(InProcessGateway { brigade: state.brigade.clone(), session, guest });
    let mut assets = assets(&state);
    if request.uri().path() == RESOURCES {
        // Whoever looks for help has perhaps an old telephone and little data: the page is its text.
        assets.boot = String::new();
    }
    let tiles_origin = state.brigade.tiles_url.as_deref().and_then(origin_of).filter(|_| with_map);
    let document_page = move || {
        let options = use_context::<ResponseOptions>();
        if let Some(options) = &options {
            let policy = page_policy(use_nonce().as_deref(), tiles_origin.as_deref());
            if let Ok(policy) = HeaderValue::from_str(&policy) {
                options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
            }
        }
        let status = StatusSetter(Arc::new(move |code| {
            if let (Some(options), Ok(status)) = (&options, StatusCode::from_u16(code)) {
                options.set_status(status);
            }
        }));
        document(DocumentContext { page: page.clone(), assets: assets.clone(), gateway: gateway.clone(), status, with_map })
    };
    let mut response = render_app_async_with_context(|| {}, document_page)(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if had_flash {
        headers.append(header::SET_COOKIE, forget_flash(state.is_https));
    }
    if had_link {
        headers.append(header::SET_COOKIE, forget_link(state.is_https));
    }
    if had_fresh_link {
        headers.append(header::SET_COOKIE, forget_fresh_link(state.is_https));
    }
    if had_codes {
        headers.append(header::SET_COOKIE, forget_codes(state.is_https));
    }
    // Rendered for one person: nothing between us may keep it.
    headers.insert(HeaderName::from_static("vary"), HeaderValue::from_static("cookie"));
    response
}

/// `https://tiles.example` of a tile template.
fn origin_of(template: &str) -> Option<String> {
    let (scheme, rest) = template.split_once("://")?;
    Some(format!("{scheme}://{}", rest.split('/').next()?))
}
