//! What a person reads of their own account.

use serde::{Deserialize, Serialize};

use crate::{account::Browser, ids::SessionId};

/// One browser or program in which an account is open. Days are those of Québec's calendar: nothing finer is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenSession {
    pub id: SessionId,
    pub browser: Browser,
    /// 0 today, 1 yesterday.
    pub opened_days_ago: u32,
    pub seen_days_ago: u32,
    /// The one that asks.
    pub current: bool,
}

/// `GET /api/v1/account` and `/compte`: one's own, never another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyAccount {
    pub email: String,
    pub display_name: String,
    /// The one that asks first, then the latest seen.
    pub sessions: Vec<OpenSession>,
}
