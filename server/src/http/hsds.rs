//! Open Referral HSDS 3.0, read only: public services, under the paths of its OpenAPI. For anybody, signed in or not.

use std::collections::BTreeMap;

use app::{texts::directory as texts, ui::time};
use axum::{Json, extract::State, http::header, response::IntoResponse};
use casework::{
    hsds::{Api, Organization, Page, Phone, ServiceRecord as HsdsService, TAXONOMY, Told, page, told},
    ids::{OrganisationId, ServiceId},
    wire::v1::{ErrorBody, ErrorCode},
};
use serde::Deserialize;
use uuid::Uuid;

use super::error::{ApiFailure, ApiPath, ApiQuery};
use crate::{
    application::{Brigade, UseCaseError, keep_directory},
    clock::derived_id,
    state::AppState,
    store::{self, Profile, ServiceRecord},
};

const PER_PAGE_DEFAULT: u64 = 50;
const PER_PAGE_MAX: u64 = 500;
/// What is public may be kept by whoever reads it, not for long: a service may be withdrawn.
const CACHE: &str = "public, max-age=300";

type Cached<T> = ([(header::HeaderName, &'static str); 1], Json<T>);
type Answer<T> = Result<Cached<T>, ApiFailure>;

fn answer<T>(body: T) -> Cached<T> {
    ([(header::CACHE_CONTROL, CACHE)], Json(body))
}

/// What a list is asked for. HSDS has more: what is not here is not searched by.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 500; 50 when it is not said.
    per_page: Option<u64>,
    /// Everything that each row nests.
    full: Option<bool>,
    /// Services of this organisation.
    organization_id: Option<Uuid>,
    /// Services under this term of the list of needs.
    taxonomy_term_id: Option<Uuid>,
    /// Services changed at this moment or later, RFC 3339.
    modified_after: Option<String>,
}

impl ListQuery {
    fn page<T>(&self, all: Vec<T>) -> Result<Page<T>, ApiFailure> {
        let per_page = self.per_page.unwrap_or(PER_PAGE_DEFAULT);
        let number = self.page.unwrap_or(1);
        if !(1..=PER_PAGE_MAX).contains(&per_page) || number == 0 {
            return Err(ApiFailure { code: ErrorCode::ValueOutOfRange, detail: Some("page, per_page".to_owned()) });
        }
        Ok(page(all, number, per_page))
    }

    fn keeps(&self, record: &ServiceRecord) -> bool {
        let taxonomy = derived_id(Uuid::nil(), TAXONOMY);
        let under = |term: Uuid| record.service.needs.iter().any(|need| derived_id(taxonomy, need.code()) == term);
        self.organization_id.is_none_or(|id| record.organisation_id.0 == id)
            && self.taxonomy_term_id.is_none_or(under)
            // Both are UTC and written alike: they compare as they read.
            && self.modified_after.as_deref().is_none_or(|after| time::machine(record.updated_at).as_str() >= after)
    }
}

/// The public directory, by organisation.
struct Published {
    services: Vec<ServiceRecord>,
    profiles: BTreeMap<OrganisationId, Profile>,
}

impl Published {
    async fn read(brigade: &Brigade) -> Result<Self, UseCaseError> {
        let profiles = store::directory::profiles(brigade.store.reader()).await?;
        Ok(Self {
            services: keep_directory::public(brigade).await?,
            profiles: profiles.into_iter().map(|record| (record.organisation_id, record.profile)).collect(),
        })
    }

    /// The organisations that have a public service, by name.
    fn organisations(&self) -> Vec<&ServiceRecord> {
        let mut first: Vec<&ServiceRecord> = Vec::new();
        for record in &self.services {
            if first.last().is_none_or(|last| last.organisation_id != record.organisation_id) {
                first.push(record);
            }
        }
        first
    }

    fn organisation(&self, of: &ServiceRecord) -> Organization {
        let profile = self.profiles.get(&of.organisation_id).cloned().unwrap_or_default();
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let description = some(&profile.description).or_else(|| some(&of.organisation_service)).unwrap_or_else(|| of.organisation.clone());
        Organization {
            id: of.organisation_id.to_string(),
            name: of.organisation.clone(),
            description,
            email: some(&profile.email),
            website: some(&profile.site),
            ..Organization::default()
        }
    }

    /// With its telephone, and its services as a list says them or in full.
    fn whole(&self, of: &ServiceRecord, in_full: bool) -> Organization {
        let telephone = self.profiles.get(&of.organisation_id).map(|profile| profile.telephone.clone()).filter(|number| !number.is_empty());
        let phone = telephone.map(|number| Phone { id: derived_id(of.organisation_id.0, "phone").to_string(), number, r#type: Some("voice".to_owned()) });
        let of_it = self.services.iter().filter(|record| record.organisation_id == of.organisation_id);
        let services = of_it.map(|record| if in_full { nested(record, None) } else { listed(record) }).collect();
        Organization { phones: phone.into_iter().collect(), services, ..self.organisation(of) }
    }
}

fn nested(record: &ServiceRecord, organization: Option<Organization>) -> HsdsService {
    let words = Told {
        id: record.id,
        organisation_id: record.organisation_id,
        service: &record.service,
        verified_on: record.verified_on.map(|day| day.to_string()),
        last_modified: time::machine(record.updated_at),
        need_name: |need| texts::need(need).fr,
        area_name: |area| texts::area(area).fr,
    };
    told(&words, organization, &derived_id)
}

/// What is said of a service in a list: nothing that is nested.
fn listed(record: &ServiceRecord) -> HsdsService {
    let HsdsService { id, organization_id, name, description, url, email, status, eligibility_description, assured_date, last_modified, .. } =
        nested(record, None);
    HsdsService { id, organization_id, name, description, url, email, status, eligibility_description, assured_date, last_modified, ..HsdsService::default() }
}

/// What this API is (HSDS 3.0)
#[utoipa::path(get, path = "/api/v1/hsds", tag = "hsds", security(()), responses((status = 200, body = Api)))]
pub async fn root() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, CACHE)], Json(Api::default()))
}

/// Organisations that have a public service (HSDS 3.0)
#[utoipa::path(get, path = "/api/v1/hsds/organizations", tag = "hsds", params(ListQuery), security(()),
    responses((status = 200, body = Page<Organization>), (status = 422, body = ErrorBody)))]
pub async fn organizations(State(state): State<AppState>, ApiQuery(query): ApiQuery<ListQuery>) -> Answer<Page<Organization>> {
    let published = Published::read(&state.brigade).await?;
    let in_full = query.full.unwrap_or_default();
    let all = published.organisations();
    Ok(answer(query.page(all.into_iter().map(|of| if in_full { published.whole(of, true) } else { published.organisation(of) }).collect())?))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrganizationQuery {
    /// Its services in full, rather than as a list says them.
    full_service: Option<bool>,
}

/// One organisation with its public services (HSDS 3.0)
#[utoipa::path(get, path = "/api/v1/hsds/organizations/{id}", tag = "hsds", params(("id" = OrganisationId, Path), OrganizationQuery), security(()),
    responses((status = 200, body = Organization), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn organization(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<OrganisationId>,
    ApiQuery(query): ApiQuery<OrganizationQuery>,
) -> Answer<Organization> {
    let published = Published::read(&state.brigade).await?;
    let of = published.services.iter().find(|record| record.organisation_id == id).ok_or_else(|| ApiFailure::of(ErrorCode::NotFound))?;
    Ok(answer(published.whole(of, query.full_service.unwrap_or_default())))
}

/// Public services (HSDS 3.0)
#[utoipa::path(get, path = "/api/v1/hsds/services", tag = "hsds", params(ListQuery), security(()),
    responses((status = 200, body = Page<HsdsService>), (status = 422, body = ErrorBody)))]
pub async fn services(State(state): State<AppState>, ApiQuery(query): ApiQuery<ListQuery>) -> Answer<Page<HsdsService>> {
    let published = Published::read(&state.brigade).await?;
    let in_full = query.full.unwrap_or_default();
    let kept = published.services.iter().filter(|record| query.keeps(record));
    Ok(answer(query.page(kept.map(|record| if in_full { nested(record, Some(published.organisation(record))) } else { listed(record) }).collect())?))
}

/// One public service (HSDS 3.0)
#[utoipa::path(get, path = "/api/v1/hsds/services/{id}", tag = "hsds", params(("id" = ServiceId, Path)), security(()),
    responses((status = 200, body = HsdsService), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn service(State(state): State<AppState>, ApiPath(id): ApiPath<ServiceId>) -> Answer<HsdsService> {
    let published = Published::read(&state.brigade).await?;
    let record = published.services.iter().find(|record| record.id == id).ok_or_else(|| ApiFailure::of(ErrorCode::NotFound))?;
    Ok(answer(nested(record, Some(published.organisation(record)))))
}
