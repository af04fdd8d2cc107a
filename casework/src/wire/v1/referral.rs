use std::collections::BTreeSet;

use inspection_grid::{Answer, Label};
use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::{CaseId, ForwardId, LinkId, MessageId, OrganisationId, ReferralId, ServiceId},
    permission::Section,
    referral::{Helped, ReferralStage, ReferralVerb, Urgency},
    wire::v1::{BeforeSending, BuildingView, ConsentRow, ConsentedDoor, ConsentedSection, EntryView, PartnerChoice, PhotoRef, ShareInEmergency},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "what a list shows of it, each by itself")]
pub struct ReferralRow {
    pub id: ReferralId,
    /// The brigade's case; a partner without access to it gets none.
    pub case_id: Option<CaseId>,
    pub case_number: Option<String>,
    pub address: String,
    pub municipality: String,
    pub from_organisation: String,
    pub to_organisation: String,
    pub service: String,
    pub urgency: Urgency,
    pub stage: ReferralStage,
    pub sent_at: Option<Timestamp>,
    pub due_at: Option<Timestamp>,
    /// Past `due_at` at `now` of the answer, and still unanswered.
    pub late: bool,
    /// Refused or unanswered, and no other service was asked yet: for its sender alone.
    #[serde(default)]
    pub to_redirect: bool,
    /// Its recipient asks that it be passed on: for its sender alone.
    #[serde(default)]
    pub to_forward: bool,
    pub answered_by: Option<String>,
    pub answered_at: Option<Timestamp>,
    /// Unanswered, and its deadline comes near.
    #[serde(default)]
    pub due_soon: bool,
    /// Messages of the other side that nobody of the reader's organisation has read.
    #[serde(default)]
    pub unread: u32,
    /// Questions of the other side that wait for the reader's organisation.
    #[serde(default)]
    pub questions: u32,
    pub revision: i64,
}

/// Filters of the lists of referrals; they live in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct ReferralQuery {
    /// `received` or `sent`; both when not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<String>,
    /// `all` (default), `to_answer`, `to_read` (news of the other side, or a question of theirs), `under_way`, `over`, or for the brigade
    /// `to_redirect` (refused or unanswered, and asked of nobody else yet) and `to_forward` (its holder asks that it be passed on).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Words of the address, and for the brigade of the case number; accents and case do not matter. A partner searches what it received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Opaque keyset position of the side that `side` names: the `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// 1 to 250 of each side, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl ReferralQuery {
    /// The filters in force, as an address says them.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let limit = self.limit.map(|limit| limit.to_string());
        let all = [("side", &self.side), ("state", &self.state), ("q", &self.q), ("after", &self.after), ("limit", &limit)];
        all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
    }
}

/// How many referrals of one side there are, by heap, whatever the filters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferralCounts {
    pub to_answer: u64,
    /// Of those to answer: past their deadline.
    pub late: u64,
    /// With something new of the other side, or a question of theirs.
    pub to_read: u64,
    pub under_way: u64,
    pub over: u64,
    /// Of those that are over, sent by the brigade: refused or unanswered, and asked of nobody else yet.
    #[serde(default)]
    pub to_redirect: u64,
    /// Of those under way or done, sent by the brigade: its holder asks that it be passed on, and waits for an answer.
    #[serde(default)]
    pub to_forward: u64,
}

impl ReferralCounts {
    /// Of all heaps together.
    pub const fn all(&self) -> u64 {
        self.to_answer + self.under_way + self.over
    }
}

/// `/partenaires`: received and sent. What waits for an answer comes first, by its deadline; then what is under way; last what is over, newest answer first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferralInbox {
    pub now: Timestamp,
    pub received: Vec<ReferralRow>,
    pub sent: Vec<ReferralRow>,
    #[serde(default)]
    pub received_counts: ReferralCounts,
    #[serde(default)]
    pub sent_counts: ReferralCounts,
    /// The `after` of the next page of each side; none on the last.
    #[serde(default)]
    pub received_next: Option<String>,
    #[serde(default)]
    pub sent_next: Option<String>,
    /// Where a building can be signalled to the brigade; empty for those who cannot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signal_in: Vec<String>,
}

/// An observation that a referral shares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedObservation {
    /// Wire form of the place and the door label.
    pub place: String,
    pub door: Option<String>,
    pub criterion: String,
    pub label: Label,
    pub anchor: Option<Label>,
    pub answer: Answer,
    pub photos: Vec<PhotoRef>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "what a screen shows of it, each by itself")]
pub struct ReferralDetail {
    pub now: Timestamp,
    pub row: ReferralRow,
    pub reason: String,
    pub pivot_person: Option<String>,
    pub planned_on: Option<String>,
    /// Of a draft: the days that it will leave for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_in_days: Option<u32>,
    /// Reason of a refusal, a hold or a withdrawal.
    pub stage_reason: Option<String>,
    pub outcome: Option<String>,
    pub shared_sections: BTreeSet<Section>,
    /// What of people it opens now, door by door.
    #[serde(default)]
    pub consented: Vec<ConsentedDoor>,
    /// Something was shared under a consent that was withdrawn or is over: it is not shown any more.
    #[serde(default)]
    pub consent_ended: bool,
    /// Only when the building section is shared.
    pub building: Option<BuildingView>,
    /// Exactly what the shared sections grant; nothing once declined, withdrawn or expired.
    pub observations: Vec<SharedObservation>,
    /// What the two sides said to each other, oldest first.
    #[serde(default)]
    pub messages: Vec<MessageView>,
    /// The reader may write to the other side.
    #[serde(default)]
    pub may_speak: bool,
    /// Who of the recipient's opened it first, and when; for the sending side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<FirstReading>,
    /// What the person said of the help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_word: Option<PersonWordView>,
    /// The reader may keep what the person says of it.
    #[serde(default)]
    pub may_hear: bool,
    /// Links for people without an account; for the sending side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkView>,
    /// The reader may make one.
    #[serde(default)]
    pub may_make_link: bool,
    pub history: Vec<EntryView>,
    pub allowed: Vec<ReferralVerb>,
    /// The reader is on the receiving side.
    pub recipient: bool,
    /// Of a draft, for its sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_sending: Option<BeforeSending>,
    /// How it can be asked of another service, for those who may do so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<RedirectChoice>,
    /// The referral that took over from this one, for the sending side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirected_to: Option<ReferralLink>,
    /// The other services asked at once, for the sending side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group: Vec<ReferralLink>,
    /// The one that this referral takes over from, for the sending side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirects: Option<ReferralLink>,
    /// What its recipient asked to pass on, and what was answered; oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forwards: Vec<ForwardView>,
    /// Services that the reader can ask to pass it on to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forward_to: Vec<PartnerChoice>,
}

/// An asking to pass a referral on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForwardView {
    pub id: ForwardId,
    pub to_organisation: OrganisationId,
    pub organisation: String,
    pub reason: String,
    pub asked_by: String,
    pub at: Timestamp,
    /// Another referral went.
    pub sent: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The one that went, for the sending side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<ReferralId>,
    /// What people consented to for the new service, within what the first was shown; for who keeps consents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<ConsentRow>,
    /// The reader may pass it on, or refuse to.
    #[serde(default)]
    pub may_answer: bool,
    /// The service asked for, for who may pass it on; none once it receives no referrals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<PartnerChoice>,
}

/// Asks the brigade to pass a referral on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProposeForward {
    /// Made by the form: one click is one asking.
    pub id: ForwardId,
    pub to_organisation: OrganisationId,
    /// At most 2,000 characters.
    pub reason: String,
}

/// What a redirection can choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedirectChoice {
    /// Never the service that was asked before.
    pub partners: Vec<PartnerChoice>,
    /// Sections that the reader may share.
    pub shareable: Vec<Section>,
}

/// Another referral, by its recipient's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferralLink {
    pub id: ReferralId,
    pub to_organisation: String,
    pub stage: ReferralStage,
}

/// What one side said to the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "what a screen shows of it, each by itself")]
pub struct MessageView {
    pub id: MessageId,
    pub organisation: String,
    pub by: String,
    pub at: Timestamp,
    pub text: String,
    /// An answer is expected.
    pub asks: bool,
    /// The question it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies_to: Option<MessageId>,
    /// The other side has answered.
    pub answered: bool,
    /// The reader's organisation wrote it.
    pub own: bool,
    /// Somebody of the other side has had it before their eyes.
    pub read: bool,
}

/// Who opened a referral first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstReading {
    pub by: String,
    pub at: Timestamp,
}

/// What the person said of the help; their words for the side that heard them only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonWordView {
    pub helped: Helped,
    pub words: Option<String>,
    pub at: Timestamp,
}

/// What a link still opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    Open,
    Expired,
    Revoked,
    /// Too many wrong codes.
    Blocked,
}

/// A link by which somebody without an account answers. Neither its address nor its code is ever told again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkView {
    pub id: LinkId,
    /// Who answers.
    pub name: String,
    pub state: LinkState,
    pub expires_at: Timestamp,
    pub opened_at: Option<Timestamp>,
}

/// Make a link for somebody without an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MakeLink {
    /// Made by the form: sent again before the link was opened, it makes the same link anew.
    pub id: LinkId,
    pub name: String,
    /// 1 to 30.
    pub days: u32,
}

/// Both halves of a link, told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeLink {
    pub id: LinkId,
    /// Path of the address.
    pub path: String,
    pub code: String,
}

/// A message to the other side of a referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WriteMessage {
    /// Made by the form, so that one click is one message whatever the network does.
    pub id: MessageId,
    pub text: String,
    #[serde(default)]
    pub asks: bool,
    /// The question of the other side that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies_to: Option<MessageId>,
}

/// What the person says of the help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HearPerson {
    pub helped: Helped,
    #[serde(default)]
    pub words: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
}

/// A partner signals a building to the brigade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignalBuilding {
    /// Made by the form, so that one click is one referral whatever the network does.
    pub id: ReferralId,
    pub address: String,
    /// One of the brigade's territories.
    pub municipality: String,
    /// As far as the partner knows, 1 to 600: kept for a building that is not known yet.
    pub dwellings: u32,
    pub reason: String,
    pub urgency: Urgency,
    /// Days from now, 1 to 90.
    pub due_in_days: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
}

/// Create and send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateReferral {
    /// Made by the form, so that one click is one referral whatever the network does.
    pub id: ReferralId,
    pub case_id: CaseId,
    pub to_organisation: OrganisationId,
    /// The service of that body, as the directory knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_id: Option<ServiceId>,
    /// Other services asked the same thing at once, each by a referral of its own; none is told of the others.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub also_to: BTreeSet<OrganisationId>,
    /// Kept as a draft, to be looked at as its recipient will before it goes.
    #[serde(default)]
    pub draft: bool,
    pub reason: String,
    pub urgency: Urgency,
    /// Days from now, 1 to 90.
    pub due_in_days: u32,
    pub sections: BTreeSet<Section>,
    /// What concerns people, door by door, each under a consent given for this recipient.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub consented: BTreeSet<ConsentedSection>,
    /// What concerns the people of one dwelling, without their consent, on a legal ground. Such a referral is urgent, whatever is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<ShareInEmergency>,
    /// Questions that the recipient is asked to answer, at most five.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// The refused or expired referral of the same case that this one takes over from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirects: Option<ReferralId>,
    /// The asking of a partner that this one answers: it then shares no more than the referral that is passed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwards: Option<ForwardId>,
}
