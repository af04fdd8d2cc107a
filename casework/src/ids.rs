//! Newtype identifiers over UUIDv7. They are made in `server::clock` and `app::device::clock` only.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A person who signs in.
    AccountId,
    /// One signed-in browser or program of an account.
    SessionId,
    /// A passkey of an account.
    PasskeyId,
    /// A body: the brigade, a city service, a community organisation.
    OrganisationId,
    /// A residential building (bloc, immeuble).
    BuildingId,
    /// A dwelling of a building; its door on the phone.
    DwellingId,
    /// One visit of one building by one team.
    VisitId,
    /// One field change, made on a phone: the idempotency key of the whole sync.
    EventId,
    PhotoId,
    /// One installation of the phone app.
    DeviceId,
    CaseId,
    EscalationId,
    ReferralId,
    /// What one side of a referral said to the other.
    MessageId,
    /// An asking to pass a referral on to another service.
    ForwardId,
    /// A single-purpose link to a referral.
    LinkId,
    /// What a person of a dwelling answered about sharing what concerns them.
    ConsentId,
    /// One sharing without consent, on a legal ground.
    EmergencyShareId,
    /// A confidentiality incident.
    IncidentId,
    /// One absence with its deputy.
    DeputationId,
    /// A request of a person concerned.
    PersonRequestId,
    /// A service of a body, in the directory.
    ServiceId,
    /// An agreement with a body.
    AgreementId,
    /// One reading, in the access journal.
    AccessId,
    /// An entry of a case's timeline or of an escalation's log.
    EntryId,
}
