//! The directory of partners: which service helps with what, where, when, in which languages, and whom to ring there.
//!
//! Needs and territories are closed lists: what is searched by never says anything of anybody.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{case::coded_enum, referral::Day};

mod area;
mod hours;

pub use area::Area;
pub use hours::{HoursError, Opening, TimeOfDay, Weekday, hours_text, read_hours};

/// Characters of a name.
pub const NAME_CHARS_MAX: usize = 120;
/// Characters of a description, an eligibility, a note.
pub const TEXT_CHARS_MAX: usize = 1_000;
/// Characters of a way to reach: telephone, e-mail, address of a site.
pub const REACH_CHARS_MAX: usize = 254;
/// A service that nobody looked at for so many years says so.
pub const VERIFIED_YEARS: u16 = 1;

coded_enum! {
    /// What a service helps with: the needs that the brigade meets behind doors.
    Need {
        Housing = "housing",
        /// Somewhere else to live, for a time or for good.
        Relocation = "relocation",
        /// A bed tonight.
        Shelter = "shelter",
        Inspection = "inspection",
        TenantRights = "tenant_rights",
        Mediation = "mediation",
        Pests = "pests",
        Decluttering = "decluttering",
        FirePrevention = "fire_prevention",
        Safety = "safety",
        Food = "food",
        Furniture = "furniture",
        Income = "income",
        Health = "health",
        Psychosocial = "psychosocial",
        Violence = "violence",
        Seniors = "seniors",
        Families = "families",
        Newcomers = "newcomers",
        Interpretation = "interpretation",
        Transport = "transport",
        Pets = "pets",
        Other = "other",
    }
}

coded_enum! {
    /// Whether a service goes to a place.
    Serves {
        Yes = "yes",
        /// It does not say where it goes.
        Unstated = "unstated",
        No = "no",
    }
}

coded_enum! {
    /// How far what the directory says of a service can be relied upon.
    Freshness {
        Fresh = "fresh",
        /// Verified, more than a year ago.
        Stale = "stale",
        Never = "never",
    }
}

/// Somebody to ring, as they work there: never anything of their own life.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkContact {
    pub name: String,
    pub role: String,
    pub telephone: String,
    pub email: String,
}

/// Days on which the pivot person is away, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Absence {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub from: Day,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub to: Day,
}

/// Where one goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostalAddress {
    pub street: String,
    pub city: String,
    pub postal_code: String,
}

/// One service of a body, as the directory tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    pub name: String,
    /// What it does, for whoever looks for help.
    pub summary: String,
    pub needs: BTreeSet<Need>,
    /// Where it goes; empty when it does not say.
    pub areas: BTreeSet<Area>,
    /// In the order of the week.
    pub hours: Vec<Opening>,
    /// What the hours do not say: holidays, appointments.
    pub hours_note: String,
    /// Codes of [`crate::wire::v1::HOUSEHOLD_LANGUAGES`].
    pub languages: BTreeSet<String>,
    pub eligibility: String,
    pub telephone: String,
    pub email: String,
    /// Begins with `https://` or `http://`; or empty.
    pub site: String,
    pub address: Option<PostalAddress>,
    /// For the brigade: never published.
    pub note: String,
    /// Shown on the page of resources and exported.
    pub public: bool,
    /// Personne pivot.
    pub pivot: Option<WorkContact>,
    /// Who answers while the pivot person is away.
    pub replacement: Option<WorkContact>,
    pub away: Option<Absence>,
    /// The pivot person’s name and numbers may be published.
    pub pivot_published: bool,
}

/// Whom to ring today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactNow<'service> {
    pub contact: &'service WorkContact,
    /// The pivot person is away until this day, included.
    pub pivot_away_until: Option<Day>,
    /// It is the replacement.
    pub replaces: bool,
}

/// What keeps a service out of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} is too long")]
    TooLong(&'static str),
    /// Not an e-mail, not an address of a site, not a postal code, not a known language; or a time that cannot be.
    #[error("{0} is not possible")]
    Impossible(&'static str),
}

impl Service {
    /// Whether it can be kept; texts come trimmed.
    ///
    /// # Errors
    /// The first field that is missing, too long or impossible.
    pub fn checked(self) -> Result<Self, ServiceError> {
        if self.name.is_empty() {
            return Err(ServiceError::Missing("name"));
        }
        let texts = [
            ("name", &self.name, NAME_CHARS_MAX),
            ("summary", &self.summary, TEXT_CHARS_MAX),
            ("hours_note", &self.hours_note, TEXT_CHARS_MAX),
            ("eligibility", &self.eligibility, TEXT_CHARS_MAX),
            ("note", &self.note, TEXT_CHARS_MAX),
            ("telephone", &self.telephone, NAME_CHARS_MAX),
            ("email", &self.email, REACH_CHARS_MAX),
            ("site", &self.site, REACH_CHARS_MAX),
        ];
        for (field, text, chars_max) in texts {
            within(field, text, chars_max)?;
        }
        if self.summary.is_empty() {
            return Err(ServiceError::Missing("summary"));
        }
        if self.needs.is_empty() {
            return Err(ServiceError::Missing("needs"));
        }
        if self.languages.iter().any(|code| !crate::wire::v1::HOUSEHOLD_LANGUAGES.contains(&code.as_str())) {
            return Err(ServiceError::Impossible("languages"));
        }
        reachable("telephone", &self.telephone, "email", &self.email)?;
        if !self.site.is_empty() && !is_site(&self.site) {
            return Err(ServiceError::Impossible("site"));
        }
        self.address.as_ref().map(PostalAddress::check).transpose()?;
        if self.hours.iter().any(|opening| opening.opens >= opening.closes) {
            return Err(ServiceError::Impossible("hours"));
        }
        if let Some(contact) = &self.pivot {
            contact.check("pivot_name", "pivot_telephone", "pivot_email")?;
        }
        if let Some(contact) = &self.replacement {
            contact.check("replacement_name", "replacement_telephone", "replacement_email")?;
        }
        let has_pivot = self.pivot.is_some();
        if !has_pivot && (self.replacement.is_some() || self.away.is_some() || self.pivot_published) {
            return Err(ServiceError::Missing("pivot_name"));
        }
        if self.away.is_some_and(|away| away.to < away.from) {
            return Err(ServiceError::Impossible("away_to"));
        }
        Ok(self)
    }

    /// Whether it goes to this place.
    pub fn serves(&self, place: Area) -> Serves {
        if self.areas.is_empty() {
            return Serves::Unstated;
        }
        if self.areas.iter().any(|area| area.meets(place)) { Serves::Yes } else { Serves::No }
    }

    /// Whether somebody who looks for this need at this place is shown it.
    pub fn is_found(&self, need: Option<Need>, place: Option<Area>) -> bool {
        need.is_none_or(|need| self.needs.contains(&need)) && place.is_none_or(|place| self.serves(place) != Serves::No)
    }

    /// Whom to ring on this day: the replacement while the pivot person is away, when there is one.
    pub fn contact_on(&self, today: Day) -> Option<ContactNow<'_>> {
        let pivot = self.pivot.as_ref()?;
        let away_until = self.away.filter(|away| (away.from..=away.to).contains(&today)).map(|away| away.to);
        let stands_in = self.replacement.as_ref().filter(|_| away_until.is_some());
        Some(ContactNow { contact: stands_in.unwrap_or(pivot), pivot_away_until: away_until, replaces: stands_in.is_some() })
    }
}

impl WorkContact {
    fn check(&self, name: &'static str, telephone: &'static str, email: &'static str) -> Result<(), ServiceError> {
        if self.name.is_empty() {
            return Err(ServiceError::Missing(name));
        }
        within(name, &self.name, NAME_CHARS_MAX)?;
        within(name, &self.role, NAME_CHARS_MAX)?;
        within(telephone, &self.telephone, NAME_CHARS_MAX)?;
        within(email, &self.email, REACH_CHARS_MAX)?;
        reachable(telephone, &self.telephone, email, &self.email)
    }
}

impl PostalAddress {
    /// As a Canadian postal code is written, `J4K 1A1`; `None` for what is none.
    pub fn postal_code(text: &str) -> Option<String> {
        let bare: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').map(|letter| letter.to_ascii_uppercase()).collect();
        let fits = |(place, letter): (usize, char)| if place % 2 == 0 { letter.is_ascii_uppercase() } else { letter.is_ascii_digit() };
        (bare.len() == 6 && bare.chars().enumerate().all(fits)).then(|| format!("{} {}", &bare[..3], &bare[3..]))
    }

    fn check(&self) -> Result<(), ServiceError> {
        for (field, text) in [("street", &self.street), ("city", &self.city)] {
            if text.is_empty() {
                return Err(ServiceError::Missing(field));
            }
            within(field, text, NAME_CHARS_MAX)?;
        }
        if Self::postal_code(&self.postal_code).as_deref() == Some(self.postal_code.as_str()) { Ok(()) } else { Err(ServiceError::Impossible("postal_code")) }
    }
}

/// How far a service verified on this day can be relied upon today.
pub fn freshness(verified_on: Option<Day>, today: Day) -> Freshness {
    match verified_on {
        None => Freshness::Never,
        Some(day) if today > day.plus_years(VERIFIED_YEARS) => Freshness::Stale,
        Some(_) => Freshness::Fresh,
    }
}

fn within(field: &'static str, text: &str, chars_max: usize) -> Result<(), ServiceError> {
    if text.chars().count() > chars_max { Err(ServiceError::TooLong(field)) } else { Ok(()) }
}

/// A telephone has digits (« 811 » has three), an e-mail one sign at.
fn reachable(telephone_field: &'static str, telephone: &str, email_field: &'static str, email: &str) -> Result<(), ServiceError> {
    if !telephone.is_empty() && telephone.chars().filter(char::is_ascii_digit).count() < 3 {
        return Err(ServiceError::Impossible(telephone_field));
    }
    if email.is_empty() || is_email(email) { Ok(()) } else { Err(ServiceError::Impossible(email_field)) }
}

pub(crate) fn is_email(text: &str) -> bool {
    let mut parts = text.split('@');
    let (name, domain, more) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    let is_plain = text.chars().all(|letter| !letter.is_whitespace() && !letter.is_control() && !"<>\"(),;:\\".contains(letter));
    is_plain && !name.is_empty() && more.is_none() && domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty())
}

/// Only what a browser opens as a site: nothing that runs, nothing that reads a file.
pub(crate) fn is_site(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_plain = |rest: &str| rest.chars().all(|letter| !letter.is_whitespace() && !letter.is_control() && !"<>\"\\".contains(letter));
    rest.is_some_and(|rest| is_plain(rest) && rest.split('/').next().is_some_and(|host| host.contains('.') && !host.contains('@')))
}

#[cfg(test)]
mod tests;
