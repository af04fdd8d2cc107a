//! The directory of partners and the agreements with them; and what of it is everybody's.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    agreement::{Agreement, AgreementState},
    clock::Timestamp,
    directory::{Area, Freshness, Need, Opening, PostalAddress, Serves, Service, WorkContact},
    ids::{AgreementId, OrganisationId, ServiceId},
    permission::{OrganisationKind, Section},
};

/// What a page of services is asked for. Needs and places only: an address never says anything of anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ServiceQuery {
    /// One of the needs of the directory; any other is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<String>,
    /// One of the territories of the directory; any other is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl ServiceQuery {
    /// The need that it names.
    pub fn need(&self) -> Option<Need> {
        self.need.as_deref()?.parse().ok()
    }

    /// The place that it names.
    pub fn place(&self) -> Option<Area> {
        self.place.as_deref()?.parse().ok()
    }
}

/// Whom to ring today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactView {
    pub contact: WorkContact,
    /// It stands in for the pivot person.
    pub replaces: bool,
    /// Day until which the pivot person is away, `YYYY-MM-DD`.
    pub away_until: Option<String>,
}

/// A service, as the brigade reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceView {
    pub id: ServiceId,
    pub organisation_id: OrganisationId,
    pub organisation: String,
    pub kind: OrganisationKind,
    pub receives_referrals: bool,
    pub revision: i64,
    /// It is offered.
    pub active: bool,
    pub service: Service,
    pub contact: Option<ContactView>,
    /// `YYYY-MM-DD`.
    pub verified_on: Option<String>,
    pub verified_by: Option<String>,
    pub freshness: Freshness,
    /// Name of the directory that it was read from.
    pub source: Option<String>,
}

/// A body, as a form offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationChoice {
    pub id: OrganisationId,
    pub name: String,
}

/// `/repertoire`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Directory {
    /// `YYYY-MM-DD`, Québec time.
    pub today: String,
    /// Those that the query finds: first those that say that they go to the place, then by name.
    pub services: Vec<ServiceView>,
    /// Services that are offered, whatever was asked.
    pub total: u32,
    /// Bodies that a service can be added to, for those who keep the directory.
    pub organisations: Vec<OrganisationChoice>,
    pub may_keep: bool,
    pub may_keep_agreements: bool,
}

/// `/repertoire/services/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServicePage {
    pub today: String,
    pub service: ServiceView,
    pub may_keep: bool,
}

/// A service, as everybody reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicService {
    pub id: ServiceId,
    pub organisation: String,
    pub name: String,
    pub summary: String,
    pub needs: BTreeSet<Need>,
    pub areas: BTreeSet<Area>,
    pub hours: Vec<Opening>,
    pub hours_note: String,
    pub languages: BTreeSet<String>,
    pub eligibility: String,
    pub telephone: String,
    pub email: String,
    pub site: String,
    pub address: Option<PostalAddress>,
    /// Only when it is published.
    pub contact: Option<WorkContact>,
    pub verified_on: Option<String>,
    pub freshness: Freshness,
}

/// `/ressources`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resources {
    pub services: Vec<PublicService>,
    /// Needs that some public service answers, in the order of the list.
    pub needs: Vec<Need>,
}

/// A version of what was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementVersion {
    /// From 1.
    pub version: i64,
    pub at: Timestamp,
    pub by: String,
    /// Why the one before was changed; empty for the first.
    pub reason: String,
    pub agreement: Agreement,
}

/// An agreement, with everything that was ever written of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementView {
    pub id: AgreementId,
    pub organisation_id: OrganisationId,
    pub organisation: String,
    pub state: AgreementState,
    /// `YYYY-MM-DD`: somebody says by then what becomes of it.
    pub decide_by: Option<String>,
    /// The one that stands first.
    pub versions: Vec<AgreementVersion>,
}

/// `/repertoire/ententes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementRegister {
    pub today: String,
    /// Those that await a decision first, then by body.
    pub agreements: Vec<AgreementView>,
    /// Bodies to agree with.
    pub organisations: Vec<OrganisationChoice>,
}

/// An agreement whose end is near or past, for those who keep them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementDue {
    pub id: AgreementId,
    pub organisation: String,
    pub state: AgreementState,
    /// `YYYY-MM-DD`.
    pub until: Option<String>,
    pub decide_by: Option<String>,
}

/// A service that a referral can be for, seen from the building that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceChoice {
    pub service: ServiceView,
    /// Whether it goes to the building.
    pub serves: Serves,
}

/// What the agreements with a body frame today.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Framing {
    /// One stands.
    pub stands: bool,
    /// What those that stand say it may receive.
    pub sections: BTreeSet<Section>,
    /// The last day of the one that ends last, `YYYY-MM-DD`; none without a term.
    pub until: Option<String>,
}

/// What is to be looked at before a draft goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BeforeSending {
    pub framing: Framing,
    /// What it shares that no agreement frames. It goes all the same, and its history says so.
    pub unframed: BTreeSet<Section>,
    /// The service chosen, and whether it goes to the building.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceChoice>,
}
