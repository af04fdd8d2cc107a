use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal;)*) => {
        /// Stable machine code of every error a client can meet, with its HTTP status. The sentence shown to a person comes from `app::texts::errors`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)*
        }

        impl ErrorCode {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }

            /// The code a string names, if it is one of ours.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

error_codes! {
    /// No session, or it has expired.
    SignInRequired = "sign_in_required", 401;
    WrongCredentials = "wrong_credentials", 401;
    /// The password is right and a code is asked for: `detail` is the token of the second step, good for that and for five minutes.
    SecondFactorRequired = "second_factor_required", 401;
    /// The organisation asks for a second factor that this person does not have: it is made on the sign-in page.
    SecondFactorEnrolmentRequired = "second_factor_enrolment_required", 403;
    /// The sign-in that this code was for is too old, or was finished.
    SecondStepExpired = "second_step_expired", 401;
    /// The passkey is unknown here, not this person's, or did not answer what was asked.
    PasskeyRefused = "passkey_refused", 401;
    /// What the passkey answered was asked too long ago, or was used.
    PasskeyExpired = "passkey_expired", 401;
    /// The server has no name, without which there are no passkeys.
    PasskeysUnavailable = "passkeys_unavailable", 422;
    /// This browser began no such sign-in at its organisation, or too long ago, or it was finished.
    ProviderSignInExpired = "provider_sign_in_expired", 401;
    /// The organisation's sign-in page said no.
    ProviderRefused = "provider_refused", 401;
    /// The organisation's sign-in does not answer, or its secret is not there.
    ProviderUnreachable = "provider_unreachable", 503;
    /// What the organisation's sign-in said proves nothing.
    ProviderAnswerInvalid = "provider_answer_invalid", 401;
    /// The organisation says of this person no e-mail that it verified.
    ProviderEmailUnverified = "provider_email_unverified", 403;
    /// Nobody of the organisation was invited under this e-mail.
    ProviderAccountUnknown = "provider_account_unknown", 403;
    /// An address that the server never asks: not `https`, or of the inside and not named by the operator.
    IssuerNotAllowed = "issuer_not_allowed", 422;
    /// No file and no variable has a secret of this name.
    ProviderSecretMissing = "provider_secret_missing", 422;
    /// Not the code of now, or one that was used.
    WrongCode = "wrong_code", 422;
    PasswordTooShort = "password_too_short", 422;
    PasswordTooLong = "password_too_long", 422;
    /// Among those that are tried first by whoever guesses.
    PasswordTooCommon = "password_too_common", 422;
    /// It holds the person's e-mail or name, or the product's.
    PasswordHoldsName = "password_holds_name", 422;
    /// The current password, asked for again before a change, is another.
    WrongPassword = "wrong_password", 422;
    /// An account, organisation or building of that name or address exists.
    AlreadyExists = "already_exists", 409;
    /// Cases are assigned to this account: they are handed to a colleague as it closes.
    HandoverRequired = "handover_required", 409;
    TooManyAttempts = "too_many_attempts", 429;
    /// As many live lines are open as may be, of this account or of all.
    TooManyLines = "too_many_lines", 429;
    /// The form's hidden field or the request's origin is not ours.
    ForgedRequest = "forged_request", 403;
    /// The office gave this phone up: nothing from it is taken any more, and it wipes itself.
    DeviceRevoked = "device_revoked", 403;
    /// The message says that its changes are another person's: on a shared phone, nobody's work is sent in another name.
    OtherAccount = "other_account", 403;
    /// The signed-in role can never do this (its own screens never offer it).
    NotAllowed = "not_allowed", 403;
    /// Does not exist, or is not yours: the same answer for both.
    NotFound = "not_found", 404;
    MethodNotAllowed = "method_not_allowed", 405;
    BodyTooLarge = "body_too_large", 413;
    UnsupportedMediaType = "unsupported_media_type", 415;
    MalformedJson = "malformed_json", 400;
    MalformedId = "malformed_id", 400;
    MissingField = "missing_field", 422;
    UnknownField = "unknown_field", 422;
    TextTooLong = "text_too_long", 422;
    UnknownCriterion = "unknown_criterion", 422;
    UnknownGrid = "unknown_grid", 422;
    UnknownBuilding = "unknown_building", 422;
    UnknownDwelling = "unknown_dwelling", 422;
    WrongPlace = "wrong_place", 422;
    WrongValueKind = "wrong_value_kind", 422;
    ValueOutOfRange = "value_out_of_range", 422;
    UnknownOption = "unknown_option", 422;
    SeverityNotTaken = "severity_not_taken", 422;
    EmptyValue = "empty_value", 422;
    RepeatedOption = "repeated_option", 422;
    PhotoForbidden = "photo_forbidden", 422;
    /// The visit has no photo of this id.
    UnknownPhoto = "unknown_photo", 422;
    /// Marks that leave the picture, are too small or too many.
    MalformedMarks = "malformed_marks", 422;
    /// The photo has no copy to show, so that a mark on it would hide and show nothing.
    PhotoNotShown = "photo_not_shown", 422;
    UnsupportedProtocol = "unsupported_protocol", 400;
    BatchTooLarge = "batch_too_large", 413;
    /// An event id seen before, with another content: set aside for a person to look at.
    EventQuarantined = "event_quarantined", 409;
    /// What was changed meanwhile by somebody else; reload and try again.
    RevisionConflict = "revision_conflict", 409;
    /// The state does not take this act (the page is out of date, or the act was done twice).
    ActNotPossible = "act_not_possible", 409;
    /// Its term is over: what the case held is gone, and nothing is added to it any more.
    CasePurged = "case_purged", 409;
    AlreadyAnswered = "already_answered", 409;
    ReasonRequired = "reason_required", 422;
    OutcomeRequired = "outcome_required", 422;
    ConsentRequired = "consent_required", 422;
    /// The code of a link is not the one that was given for it.
    LinkCodeWrong = "link_code_wrong", 401;
    SectionNotShareable = "section_not_shareable", 422;
    NotAnImage = "not_an_image", 415;
    ImageTooLarge = "image_too_large", 413;
    /// tus: the offset sent is not the one held.
    OffsetMismatch = "offset_mismatch", 409;
    ChecksumMismatch = "checksum_mismatch", 460;
    HashMismatch = "hash_mismatch", 422;
    /// Not a rescue file, damaged from its first byte on, or sealed for another server.
    RescueUnreadable = "rescue_unreadable", 422;
    /// A rescue file of a phone that this brigade has never heard from in those hands.
    RescueUnknownPhone = "rescue_unknown_phone", 422;
    BadCursor = "bad_cursor", 400;
    /// Storage is full or the database is not answering; nothing was stored.
    StorageUnavailable = "storage_unavailable", 503;
    Internal = "internal", 500;
}

/// The body of every error answer of the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    pub error: ApiError,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// [`ErrorCode::code`]. A string, so that an older client survives a newer code.
    pub code: String,
    /// In French.
    pub message: String,
    /// In English.
    pub message_en: String,
    /// What part of the input, where one can be named: a field, an event id, an offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
