use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::{AccountId, OrganisationId},
    permission::{OrganisationKind, Role},
};

/// `POST /api/v1/session`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub email: String,
    pub password: String,
}

/// `POST /api/v1/session/code`: the second step of a sign-in that was answered `second_factor_required`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SecondStepCode {
    /// The `detail` of that answer.
    pub token: String,
    /// Six digits of the authenticator app, or a recovery code.
    pub code: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationView {
    pub id: OrganisationId,
    pub name: String,
    pub kind: OrganisationKind,
}

/// Who is signed in, as every screen may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountView {
    pub id: AccountId,
    pub display_name: String,
    pub role: Role,
    pub organisation: OrganisationView,
}

/// A session. The token is answered once, to API clients; browsers get it as an HttpOnly cookie.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    pub account: AccountView,
    /// Hidden field of every plain form of this session.
    pub csrf: String,
    pub expires_at: Timestamp,
}
