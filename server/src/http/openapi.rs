//! The API and its description, from one list of routes.

use axum::{Router, extract::DefaultBodyLimit};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        ContentBuilder, Ref, RefOr, Response, ResponseBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{account, administration, cases, consents, devices, directory, emergency, hsds, map, photos, privacy, referrals, session, statistics, sync};
use crate::state::AppState;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_with(Default::default);
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("brigade_session"))));
        components.add_security_scheme("bearer", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Brigade", description = "Coordination d’une brigade en insalubrité de logement. Errors: { error: { code, message, message_en, detail } }."),
    modifiers(&Security),
    security(("cookie" = []), ("bearer" = []))
)]
struct Document;

/// The routes of `/api/v1` and their description.
pub fn api() -> (Router<AppState>, utoipa::openapi::OpenApi) {
    let (push, push_document) = OpenApiRouter::new().routes(routes!(sync::push)).split_for_parts();
    let (recorded, recorded_document) = OpenApiRouter::new().routes(routes!(consents::record)).split_for_parts();
    let (rest, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(session::open, session::look, session::close))
        .routes(routes!(session::finish))
        .routes(routes!(account::read))
        .routes(routes!(sync::pull))
        .routes(routes!(sync::grid))
        .routes(routes!(photos::create, photos::abilities))
        .routes(routes!(photos::look, photos::append, photos::give_up))
        .routes(routes!(photos::show))
        .routes(routes!(cases::list))
        .routes(routes!(cases::read))
        .routes(routes!(cases::raise))
        .routes(routes!(map::geojson))
        .routes(routes!(map::read))
        .routes(routes!(emergency::board))
        .routes(routes!(emergency::events))
        .routes(routes!(emergency::act))
        .routes(routes!(emergency::reached))
        .routes(routes!(referrals::inbox, referrals::create))
        .routes(routes!(referrals::read))
        .routes(routes!(referrals::act))
        .routes(routes!(referrals::say))
        .routes(routes!(referrals::hear))
        .routes(routes!(referrals::ask_to_forward))
        .routes(routes!(referrals::refuse_to_forward))
        .routes(routes!(referrals::send_group))
        .routes(routes!(referrals::signal))
        .routes(routes!(referrals::make_link))
        .routes(routes!(referrals::revoke_link))
        .routes(routes!(consents::withdraw))
        .routes(routes!(consents::proof))
        .routes(routes!(consents::paper))
        .routes(routes!(consents::emergency_shares))
        .routes(routes!(consents::review))
        .routes(routes!(privacy::access_journal))
        .routes(routes!(privacy::person_requests))
        .routes(routes!(privacy::person_file))
        .routes(routes!(privacy::retention))
        .routes(routes!(privacy::incidents))
        .routes(routes!(privacy::incident))
        .routes(routes!(statistics::read))
        .routes(routes!(devices::report))
        .routes(routes!(devices::list))
        .routes(routes!(administration::read))
        .routes(routes!(administration::departure))
        .routes(routes!(administration::round))
        .routes(routes!(directory::list))
        .routes(routes!(directory::read))
        .routes(routes!(directory::agreements))
        .routes(routes!(directory::resources))
        .routes(routes!(hsds::root))
        .routes(routes!(hsds::organizations))
        .routes(routes!(hsds::organization))
        .routes(routes!(hsds::services))
        .routes(routes!(hsds::service))
        .routes(routes!(administration::awaiting))
        .split_for_parts();
    document.merge(push_document);
    document.merge(recorded_document);
    describe_refusals(&mut document);
    let router = rest.merge(push.layer(DefaultBodyLimit::max(sync::PUSH_BYTES_MAX))).merge(recorded.layer(DefaultBodyLimit::max(consents::RECORD_BYTES_MAX)));
    (router, document)
}

/// What routes answer besides what each says of itself: to a path, a query or a body that cannot be read, and to whoever may not, or not yet.
fn describe_refusals(document: &mut utoipa::openapi::OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten() {
            describe(operation, true);
        }
        // What is asked with HEAD or OPTIONS is answered without a body.
        for operation in [&mut item.head, &mut item.options].into_iter().flatten() {
            describe(operation, false);
        }
    }
}

fn describe(operation: &mut Operation, with_body: bool) {
    let mut refusals = vec![("403", "Forged request, revoked phone, or a second factor to be made first")];
    if operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty()) {
        refusals.push(("400", "An id or another part of the address that cannot be read"));
        refusals.push(("422", "A value that is none of those taken"));
    }
    if operation.request_body.is_some() {
        refusals.extend([
            ("400", "A body that cannot be read"),
            ("413", "A body larger than is taken"),
            ("415", "A body of another kind"),
            ("422", "A field that is missing, unknown, or holds what it cannot"),
        ]);
    }
    for (status, description) in refusals {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| refusal(description, with_body));
    }
}

fn refusal(description: &str, with_body: bool) -> RefOr<Response> {
    let response = ResponseBuilder::new().description(description);
    let content = || ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
    RefOr::T(if with_body { response.content("application/json", content()).build() } else { response.build() })
}
