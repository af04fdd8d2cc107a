//! The whole HTML document of a server-rendered page, and what the server tells the page about itself.
//!
//! The page context travels as JSON in the head, so that the browser starts from the same values and hydrates the same characters.
//! The body holds the office app and nothing else: hydration walks it from its first node.

use std::sync::Arc;

use casework::{
    clock::Timestamp,
    ids::ReferralId,
    wire::v1::{AccountView, SecondFactorSecret},
};
use leptos::prelude::*;
use leptos_meta::MetaTags;
use serde::{Deserialize, Serialize};

use crate::{gateway::AnyGateway, pages::OfficeApp, texts::Locale};

/// Id of the JSON in the head.
pub const PAGE_CONTEXT_ID: &str = "page-context";

/// How a post went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlashKind {
    Success,
    Error,
}

/// What the page says once after a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub kind: FlashKind,
    /// One of [`success`], or the code of a [`casework::wire::v1::ErrorCode`].
    pub code: String,
}

/// Codes of a post that went well.
pub mod success {
    pub const SIGNED_OUT: &str = "signed_out";
    pub const FIRST_ACCOUNT_CREATED: &str = "first_account_created";
    pub const PASSWORD_CHOSEN: &str = "password_chosen";
    pub const PASSWORD_CHANGED: &str = "password_changed";
    pub const SESSION_ENDED: &str = "session_ended";
    pub const OTHER_SESSIONS_ENDED: &str = "other_sessions_ended";
    pub const PASSKEY_BEGUN: &str = "passkey_begun";
    pub const PASSKEY_ADDED: &str = "passkey_added";
    pub const PASSKEY_RENAMED: &str = "passkey_renamed";
    pub const PASSKEY_REMOVED: &str = "passkey_removed";
    pub const DEPUTY_NAMED: &str = "deputy_named";
    pub const DEPUTY_ENDED: &str = "deputy_ended";
    pub const NOTICES_READ: &str = "notices_read";
    pub const FACTOR_BEGUN: &str = "factor_begun";
    pub const FACTOR_CONFIRMED: &str = "factor_confirmed";
    pub const FACTOR_REMOVED: &str = "factor_removed";
    pub const FACTOR_RESET: &str = "factor_reset";
    pub const CODES_RENEWED: &str = "codes_renewed";
    pub const ORGANISATION_CHANGED: &str = "organisation_changed";
    pub const RECOVERY_ASKED: &str = "recovery_asked";
    pub const RECOVERY_SET_ASIDE: &str = "recovery_set_aside";
    pub const DEPARTED: &str = "departed";
    pub const PROVIDER_SET: &str = "provider_set";
    pub const PROVIDER_REMOVED: &str = "provider_removed";
    pub const ORGANISATION_ADDED: &str = "organisation_added";
    pub const ACCOUNT_ADDED: &str = "account_added";
    pub const ACCOUNT_CHANGED: &str = "account_changed";
    pub const LINK_RENEWED: &str = "link_renewed";
    pub const BUILDING_ADDED: &str = "building_added";
    pub const ROUND_PLANNED: &str = "round_planned";
    pub const DEVICE_REVOKED: &str = "device_revoked";
    pub const RESCUE_RECEIVED: &str = "rescue_received";
    pub const ESCALATION_RAISED: &str = "escalation_raised";
    pub const ESCALATION_UPDATED: &str = "escalation_updated";
    pub const NOTE_ADDED: &str = "note_added";
    pub const TEAM_REACHED: &str = "team_reached";
    pub const NOTE_STRUCK: &str = "note_struck";
    pub const BUILDING_SIGNALLED: &str = "building_signalled";
    pub const REFERRAL_SENT: &str = "referral_sent";
    pub const REFERRAL_DRAFTED: &str = "referral_drafted";
    pub const REFERRAL_UPDATED: &str = "referral_updated";
    pub const LINK_MADE: &str = "link_made";
    pub const LINK_REVOKED: &str = "link_revoked";
    pub const GROUP_SENT: &str = "group_sent";
    pub const FORWARD_ASKED: &str = "forward_asked";
    pub const FORWARD_REFUSED: &str = "forward_refused";
    pub const MESSAGE_SENT: &str = "message_sent";
    pub const CONSENT_RECORDED: &str = "consent_recorded";
    pub const CONSENT_WITHDRAWN: &str = "consent_withdrawn";
    pub const SHARING_REVIEWED: &str = "sharing_reviewed";
    pub const HOLD_PLACED: &str = "hold_placed";
    pub const HOLD_LIFTED: &str = "hold_lifted";
    pub const CASE_PURGED: &str = "case_purged";
    pub const INCIDENT_REPORTED: &str = "incident_reported";
    pub const INCIDENT_WRITTEN: &str = "incident_written";
    pub const REQUEST_RECORDED: &str = "request_recorded";
    pub const REQUEST_ASSEMBLED: &str = "request_assembled";
    pub const REQUEST_ANSWERED: &str = "request_answered";
    pub const COMMENT_ADDED: &str = "comment_added";
    pub const STAGE_CHANGED: &str = "stage_changed";
    pub const SERVICE_KEPT: &str = "service_kept";
    pub const SERVICE_VERIFIED: &str = "service_verified";
    pub const AGREEMENT_KEPT: &str = "agreement_kept";
}

/// An invented account that anybody may enter with, when the server runs as a demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoAccount {
    pub email: String,
    /// In clear: it opens nothing but invented data.
    pub password: String,
    /// As the page shows it.
    pub role: String,
    pub organisation: String,
}

/// What a page asks of a passkey, and what its form sends back with the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyAsked {
    /// JSON of the browser's options, their bytes in base64url.
    pub options: String,
    pub sealed: String,
}

/// An organisation whose people sign in at home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeSignIn {
    pub name: String,
    /// Where the way to its provider begins, with where the person was going.
    pub address: String,
}

/// What the second step of a sign-in asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SecondStep {
    /// A code.
    Code,
    /// A passkey: there are no codes.
    Passkey,
    /// A first code of a factor to be made now.
    Enrol { secret: SecondFactorSecret },
}

/// What a page knows besides its data. The same on the server and in the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageContext {
    /// Who is signed in.
    pub account: Option<AccountView>,
    /// Hidden field of every form.
    pub csrf: String,
    /// A fresh UUID: one form shown is one thing created, however often it is sent.
    pub form_id: String,
    pub locale: Locale,
    /// The data are invented, and the page says so.
    pub demo: bool,
    pub flash: Option<Flash>,
    /// Whole address of a one-time link made a moment ago. Only on the administration page, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_link: Option<String>,
    /// Both halves of a link for somebody without an account, made a moment ago. Only on the page of its referral, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_link: Option<FreshLink>,
    /// Somebody without an account, who answers one referral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<GuestContext>,
    /// What the second step of a sign-in asks for. Only on its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_step: Option<SecondStep>,
    /// Recovery codes made a moment ago. Only on the account page, once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recovery_codes: Vec<String>,
    /// What this page asks of a passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<PasskeyAsked>,
    /// Organisations whose people sign in at home. Only on the sign-in page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub home_sign_ins: Vec<HomeSignIn>,
    /// Only on the sign-in page of a demonstration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demo_accounts: Vec<DemoAccount>,
}

/// Both halves of a link, which go by two different ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshLink {
    /// Whole address, origin included.
    pub address: String,
    pub code: String,
}

/// Who answers without an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestContext {
    pub referral_id: Option<ReferralId>,
    pub name: String,
    /// When the session closes.
    pub until: Timestamp,
}

/// Addresses of the build's own files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// Stylesheet of the server-rendered pages.
    pub css: String,
    /// Module script that loads the wasm; empty for a page that runs nothing.
    pub boot: String,
    /// Module script of the `case-map` element, loaded on the map page only.
    pub case_map: Option<String>,
    /// Module script that asks for passkeys, on the pages that have any to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<String>,
    /// Stylesheets of the map.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub case_map_css: Vec<String>,
    pub build_id: String,
}

/// Sets the HTTP status of the page being rendered. The app knows no HTTP library: the server gives the means.
#[derive(Clone)]
pub struct StatusSetter(pub Arc<dyn Fn(u16) + Send + Sync>);

/// Everything the server gives for one page.
#[derive(Clone)]
pub struct DocumentContext {
    pub page: PageContext,
    pub assets: Assets,
    /// Built for this request and this person.
    pub gateway: AnyGateway,
    pub status: StatusSetter,
    /// The page is the map: its script and stylesheets are needed.
    pub with_map: bool,
}

/// The page as one HTML document. Provides page context, gateway and status to the screens.
///
/// The server must have called [`leptos_meta`]'s server context and the router's request address into being, as `leptos_axum` does.
pub fn document(context: DocumentContext) -> impl IntoView {
    let DocumentContext { page, assets, gateway, status, with_map } = context;
    let json = page_context_json(&page);
    let passkey = assets.passkey.clone().filter(|_| page.passkey.is_some()).map(|src| view! { <script type="module" src=src></script> });
    let lang = page.locale.tag();
    provide_context(page);
    provide_context(gateway);
    provide_context(status);
    // A page that runs nothing has no program.
    let program = (!assets.boot.is_empty()).then(|| view! { <script type="module" src=assets.boot.clone()></script> });
    let map = with_map.then(|| {
        let styles = assets.case_map_css.iter().map(|href| view! { <link rel="stylesheet" href=href.clone() /> }).collect_view();
        let script = assets.case_map.clone().map(|src| view! { <script type="module" src=src></script> });
        view! {
            {styles}
            {script}
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang=lang>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="robots" content="noindex" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#0f4c4a" />
                <meta name="brigade-build" content=assets.build_id />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="stylesheet" href=assets.css />
                {map}
                {passkey}
                <script type="application/json" id=PAGE_CONTEXT_ID inner_html=json></script>
                {program}
                <MetaTags />
            </head>
            <body>
                <OfficeApp />
            </body>
        </html>
    }
}

/// JSON that no HTML parser can leave: `<` never appears in it.
pub(crate) fn page_context_json(page: &PageContext) -> String {
    serde_json::to_string(page).unwrap_or_default().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_context_cannot_close_its_own_script() -> Result<(), serde_json::Error> {
        let page = PageContext { csrf: "</script><script>alert(1)".to_owned(), ..PageContext::default() };
        let json = page_context_json(&page);
        assert!(!json.contains('<'));
        assert_eq!(serde_json::from_str::<PageContext>(&json)?, page);
        Ok(())
    }
}
