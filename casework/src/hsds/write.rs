//! What is told of public services. A person’s name only when it is published.

use serde::Serialize;
use uuid::Uuid;

use super::TAXONOMY;
use crate::{
    directory::{Area, Need, Opening, Service, Weekday},
    ids::{OrganisationId, ServiceId},
};

/// An id that follows from another: the same for the same two.
pub type IdOf<'a> = &'a dyn Fn(Uuid, &str) -> Uuid;

/// `/`: what this API is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Api {
    pub version: String,
    pub profile: String,
    pub openapi_url: String,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            version: "3.0".to_owned(),
            profile: "https://docs.openreferral.org/en/v3.0/".to_owned(),
            openapi_url: "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json".to_owned(),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub total_items: u64,
    pub total_pages: u64,
    /// From 1.
    pub page_number: u64,
    /// Of this page.
    pub size: u64,
    pub first_page: bool,
    pub last_page: bool,
    pub empty: bool,
    pub contents: Vec<T>,
}

/// The page of this number (from 1) of what there is; one past the end is empty.
pub fn page<T>(all: Vec<T>, number: u64, per_page: u64) -> Page<T> {
    let (number, per_page) = (number.max(1), per_page.max(1));
    let total_items = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let total_pages = total_items.div_ceil(per_page).max(1);
    let skip = usize::try_from((number - 1).saturating_mul(per_page)).unwrap_or(usize::MAX);
    let contents: Vec<T> = all.into_iter().skip(skip).take(usize::try_from(per_page).unwrap_or(usize::MAX)).collect();
    Page {
        total_items,
        total_pages,
        page_number: number,
        size: u64::try_from(contents.len()).unwrap_or(u64::MAX),
        first_page: number == 1,
        last_page: number >= total_pages,
        empty: contents.is_empty(),
        contents,
    }
}

macro_rules! documents {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident : $type:ty),+ $(,)? })+) => {$(
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])* #[serde(skip_serializing_if = "Skip::skip")] pub $field: $type,)+
        }
    )+};
}

/// What says nothing is left out.
trait Skip {
    fn skip(&self) -> bool;
}

impl<T> Skip for Option<T> {
    fn skip(&self) -> bool {
        self.is_none()
    }
}

impl<T> Skip for Vec<T> {
    fn skip(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Skip for Box<T> {
    fn skip(&self) -> bool {
        false
    }
}

impl Skip for String {
    fn skip(&self) -> bool {
        false
    }
}

documents! {
    /// `organization`.
    Organization {
        id: String, name: String, description: String, email: Option<String>, website: Option<String>, phones: Vec<Phone>, services: Vec<ServiceRecord>,
    }
    /// `service`.
    ServiceRecord {
        id: String, organization_id: String, name: String, description: Option<String>, url: Option<String>, email: Option<String>, status: String,
        eligibility_description: Option<String>, assured_date: Option<String>, last_modified: Option<String>, phones: Vec<Phone>, schedules: Vec<Schedule>,
        service_areas: Vec<ServiceArea>, service_at_locations: Vec<ServiceAtLocation>, languages: Vec<Language>,
        #[cfg_attr(feature = "openapi", schema(no_recursion))] organization: Option<Organization>,
        contacts: Vec<Contact>, attributes: Vec<Attribute>,
    }
    /// `phone`.
    Phone { id: String, number: String, r#type: Option<String> }
    /// `schedule`.
    Schedule {
        id: String, freq: Option<String>, byday: Option<String>, opens_at: Option<String>, closes_at: Option<String>, notes: Option<String>,
    }
    /// `service_area`.
    ServiceArea { id: String, name: String }
    /// `service_at_location`.
    ServiceAtLocation { id: String, service_id: String, location: Box<Location> }
    /// `location`.
    Location { id: String, location_type: String, addresses: Vec<Address> }
    /// `address`.
    Address {
        id: String, address_1: String, city: String, state_province: String, postal_code: String, country: String, address_type: String,
    }
    /// `language`.
    Language { id: String, code: String }
    /// `contact`.
    Contact { id: String, name: Option<String>, title: Option<String>, email: Option<String>, phones: Vec<Phone> }
    /// `attribute`: a need of our list.
    Attribute { id: String, link_id: String, link_entity: String, taxonomy_term_id: String, taxonomy_term: TaxonomyTerm }
    /// `taxonomy_term`.
    TaxonomyTerm { id: String, code: String, name: String, description: String, taxonomy: String, taxonomy_detail: Taxonomy, language: String }
    /// `taxonomy`.
    Taxonomy { id: String, name: String, description: String }
}

impl Skip for TaxonomyTerm {
    fn skip(&self) -> bool {
        false
    }
}

impl Skip for Taxonomy {
    fn skip(&self) -> bool {
        false
    }
}

/// A public service as it is stored, and how its words are said.
pub struct Told<'a> {
    pub id: ServiceId,
    pub organisation_id: OrganisationId,
    pub service: &'a Service,
    /// `YYYY-MM-DD`.
    pub verified_on: Option<String>,
    /// RFC 3339.
    pub last_modified: String,
    pub need_name: fn(Need) -> &'static str,
    pub area_name: fn(Area) -> &'static str,
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn phones(of: Uuid, number: &str, id_of: IdOf<'_>) -> Vec<Phone> {
    some(number).map(|number| Phone { id: id_of(of, "phone").to_string(), number, r#type: Some("voice".to_owned()) }).into_iter().collect()
}

/// The service, with everything it nests but its organisation when `organization` is none.
pub fn told(told: &Told<'_>, organization: Option<Organization>, id_of: IdOf<'_>) -> ServiceRecord {
    let (id, service) = (told.id.0, told.service);
    ServiceRecord {
        id: id.to_string(),
        organization_id: told.organisation_id.to_string(),
        name: service.name.clone(),
        description: some(&service.summary),
        url: some(&service.site),
        email: some(&service.email),
        status: "active".to_owned(),
        eligibility_description: some(&service.eligibility),
        assured_date: told.verified_on.clone(),
        last_modified: Some(told.last_modified.clone()),
        phones: phones(id, &service.telephone, id_of),
        schedules: schedules(id, service, id_of),
        service_areas: service
            .areas
            .iter()
            .map(|area| ServiceArea { id: id_of(id, &format!("area {area}")).to_string(), name: (told.area_name)(*area).to_owned() })
            .collect(),
        service_at_locations: at_location(id, service, id_of),
        languages: service
            .languages
            .iter()
            .filter(|code| *code != "other")
            .map(|code| Language { id: id_of(id, &format!("language {code}")).to_string(), code: code.clone() })
            .collect(),
        organization,
        contacts: contacts(id, service, id_of),
        attributes: service.needs.iter().map(|need| attribute(id, *need, told.need_name, id_of)).collect(),
    }
}

/// One line for the days that open and close alike.
fn schedules(id: Uuid, service: &Service, id_of: IdOf<'_>) -> Vec<Schedule> {
    let mut alike: Vec<(Opening, Vec<&'static str>)> = Vec::new();
    for opening in &service.hours {
        match alike.iter_mut().find(|(first, _)| (first.opens, first.closes) == (opening.opens, opening.closes)) {
            Some((_, days)) => days.push(Weekday::code(opening.day)),
            None => alike.push((*opening, vec![opening.day.code()])),
        }
    }
    let lines = alike.into_iter().map(|(opening, days)| Schedule {
        id: id_of(id, &format!("schedule {} {}", opening.opens, opening.closes)).to_string(),
        freq: Some("WEEKLY".to_owned()),
        byday: Some(days.join(",")),
        opens_at: Some(opening.opens.to_string()),
        closes_at: Some(opening.closes.to_string()),
        notes: None,
    });
    let note = some(&service.hours_note).map(|notes| Schedule { id: id_of(id, "schedule note").to_string(), notes: Some(notes), ..Schedule::default() });
    lines.chain(note).collect()
}

fn at_location(id: Uuid, service: &Service, id_of: IdOf<'_>) -> Vec<ServiceAtLocation> {
    let Some(address) = &service.address else { return Vec::new() };
    let physical = || "physical".to_owned();
    let location = Location {
        id: id_of(id, "location").to_string(),
        location_type: physical(),
        addresses: vec![Address {
            id: id_of(id, "address").to_string(),
            address_1: address.street.clone(),
            city: address.city.clone(),
            state_province: "QC".to_owned(),
            postal_code: address.postal_code.clone(),
            country: "CA".to_owned(),
            address_type: physical(),
        }],
    };
    vec![ServiceAtLocation { id: id_of(id, "at location").to_string(), service_id: id.to_string(), location: Box::new(location) }]
}

fn contacts(id: Uuid, service: &Service, id_of: IdOf<'_>) -> Vec<Contact> {
    let Some(pivot) = service.pivot.as_ref().filter(|_| service.pivot_published) else { return Vec::new() };
    let of = id_of(id, "contact");
    vec![Contact {
        id: of.to_string(),
        name: some(&pivot.name),
        title: some(&pivot.role),
        email: some(&pivot.email),
        phones: phones(of, &pivot.telephone, id_of),
    }]
}

fn attribute(id: Uuid, need: Need, name: fn(Need) -> &'static str, id_of: IdOf<'_>) -> Attribute {
    // The list is ours wherever it is read: its ids follow from nothing but its codes.
    let taxonomy = id_of(Uuid::nil(), TAXONOMY);
    let term = id_of(taxonomy, need.code()).to_string();
    Attribute {
        id: id_of(id, &format!("need {need}")).to_string(),
        link_id: id.to_string(),
        link_entity: "service".to_owned(),
        taxonomy_term_id: term.clone(),
        taxonomy_term: TaxonomyTerm {
            id: term,
            code: need.code().to_owned(),
            name: name(need).to_owned(),
            description: name(need).to_owned(),
            taxonomy: TAXONOMY.to_owned(),
            taxonomy_detail: Taxonomy {
                id: taxonomy.to_string(),
                name: TAXONOMY.to_owned(),
                description: "Besoins rencontrés par la brigade d’intervention en insalubrité".to_owned(),
            },
            language: "fr".to_owned(),
        },
    }
}
