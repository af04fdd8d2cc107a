//! What a person reads of their own account.

use serde::{Deserialize, Serialize};

use crate::{
    account::Browser,
    case::coded_enum,
    clock::Timestamp,
    ids::{PasskeyId, SessionId},
};

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

coded_enum! {
    /// What happened to an account that its owner must hear of.
    AccountNoticeKind {
        /// The administrator took the second factor away.
        SecondFactorReset = "second_factor_reset",
        /// Somebody entered with a recovery code.
        RecoveryCodeUsed = "recovery_code_used",
        /// The password was chosen anew through a link that the administrator made.
        PasswordByLink = "password_by_link",
        /// Somebody signed in through the organisation, and its provider knows them by this account from now on.
        ProviderBound = "provider_bound",
        /// A passkey was added.
        PasskeyAdded = "passkey_added",
        /// A passkey was shown whose counter went back: there are two of it, and it was removed.
        PasskeyCloned = "passkey_cloned",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountNotice {
    pub kind: AccountNoticeKind,
    /// 0 today, 1 yesterday.
    pub days_ago: u32,
}

/// A picture made of dark squares on light.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QrPicture {
    /// Width and height, margin included, in modules.
    pub side: u32,
    /// SVG path of the dark modules.
    pub path: String,
}

/// A secret to be put into an authenticator app: for its owner's eyes, until confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorSecret {
    /// RFC 4648 base 32, to be typed.
    pub key: String,
    /// `otpauth:` address, to be opened on the phone itself.
    pub address: String,
    pub qr: QrPicture,
}

/// Where one's own second factor stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SecondFactorView {
    Off,
    /// Awaits a first code.
    Pending {
        secret: SecondFactorSecret,
    },
    On {
        since: Timestamp,
        codes_left: u32,
    },
}

/// One of one's own passkeys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyRow {
    pub id: PasskeyId,
    pub name: String,
    pub added_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

/// `GET /api/v1/account` and `/compte`: one's own, never another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyAccount {
    pub email: String,
    pub display_name: String,
    /// The one that asks first, then the latest seen.
    pub sessions: Vec<OpenSession>,
    pub second_factor: SecondFactorView,
    /// The organisation asks for a second factor.
    pub second_factor_required: bool,
    /// The oldest first.
    #[serde(default)]
    pub passkeys: Vec<PasskeyRow>,
    /// The program has a name: without one there are no passkeys.
    #[serde(default)]
    pub passkeys_possible: bool,
    /// Not read yet, the latest first.
    pub notices: Vec<AccountNotice>,
}
