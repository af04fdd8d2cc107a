//! Reads HSDS 3 JSON as other directories write it. What cannot be a row is rejected with its reason; what is left out of a row is said.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use super::TAXONOMY;
use crate::{
    case::coded_enum,
    directory::{
        Area, NAME_CHARS_MAX, Need, Opening, PostalAddress, REACH_CHARS_MAX, Service, TEXT_CHARS_MAX, TimeOfDay, Weekday, WorkContact, is_email, is_site,
    },
    referral::Day,
};

coded_enum! {
    /// What a row of the file is.
    RowKind { Organisation = "organization", Service = "service" }
}

coded_enum! {
    /// Why a row is not taken.
    Reason {
        NotAnObject = "not_an_object",
        /// HSDS 3 has a UUID on every row.
        IdNotUuid = "id_not_uuid",
        NameMissing = "name_missing",
        StatusUnknown = "status_unknown",
        /// The service is of a body that neither the file nor the directory knows.
        OrganisationUnknown = "organisation_unknown",
        /// Another row of the file has the same id.
        IdRepeated = "id_repeated",
        /// It was written in this directory, which is its source.
        Ours = "ours",
        /// What it says does not hold together.
        NotKept = "not_kept",
    }
}

coded_enum! {
    /// What was left out of a row that is taken.
    Remark {
        /// None of its terms is a need of ours: it is under « other ».
        NeedUnknown = "need_unknown",
        AreaUnknown = "area_unknown",
        LanguageUnknown = "language_unknown",
        /// Kept as words.
        HoursAsWords = "hours_as_words",
        TextCut = "text_cut",
        EmailLeftOut = "email_left_out",
        SiteLeftOut = "site_left_out",
        AddressLeftOut = "address_left_out",
        /// One place, one telephone and one contact are kept of each service.
        MoreLeftOut = "more_left_out",
        /// It is not offered any more.
        NotOffered = "not_offered",
    }
}

/// Why a file is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HsdsError {
    #[error("the file is not JSON")]
    NotJson,
    #[error("no organization and no service of HSDS 3 was found")]
    NoRows,
}

/// A row that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub kind: RowKind,
    /// Its place in the file, from 1; services of an organisation count by themselves.
    pub row: usize,
    pub name: String,
    pub reason: Reason,
}

/// A body of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOrganisation {
    pub row: usize,
    pub id: Uuid,
    pub name: String,
    pub description: String,
    pub email: String,
    pub site: String,
    pub telephone: String,
}

/// A service of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadService {
    pub row: usize,
    pub id: Uuid,
    pub organisation: Option<Uuid>,
    pub service: Service,
    pub active: bool,
    pub verified_on: Option<Day>,
    pub remarks: BTreeSet<Remark>,
}

/// Everything that a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    pub organisations: Vec<ReadOrganisation>,
    pub services: Vec<ReadService>,
    pub rejected: Vec<Rejected>,
}

/// Reads a file: a page of `/organizations` or `/services`, a bare list, one row, or an object that holds `organizations` and `services`.
///
/// # Errors
/// [`HsdsError`] when there is no row at all in it.
pub fn read(bytes: &[u8]) -> Result<Reading, HsdsError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document: Value = serde_json::from_slice(bytes).map_err(|_| HsdsError::NotJson)?;
    let mut reader = Reader::default();
    match &document {
        Value::Array(rows) => rows.iter().for_each(|row| reader.row(row)),
        Value::Object(object) => match object.get("contents") {
            Some(Value::Array(rows)) => rows.iter().for_each(|row| reader.row(row)),
            _ if object.get("organizations").or(object.get("services")).is_some_and(Value::is_array) && !object.contains_key("id") => {
                for row in rows(&document, "organizations") {
                    reader.organisation(row);
                }
                for row in rows(&document, "services") {
                    reader.service(row, None);
                }
            }
            _ if object.contains_key("id") || object.contains_key("name") => reader.row(&document),
            _ => {}
        },
        _ => {}
    }
    let reading = reader.reading;
    if reading.organisations.is_empty() && reading.services.is_empty() && reading.rejected.is_empty() { Err(HsdsError::NoRows) } else { Ok(reading) }
}

#[derive(Default)]
struct Reader {
    reading: Reading,
    rows: BTreeMap<RowKind, usize>,
    /// Ids of organisations, with whether it was told in full or only named by a service.
    organisations: BTreeMap<Uuid, bool>,
    services: BTreeSet<Uuid>,
}

impl Reader {
    fn row(&mut self, value: &Value) {
        // What tells the two apart: a service has a status and a body that offers it.
        if ["status", "organization", "organization_id"].iter().any(|key| value.get(key).is_some()) {
            self.service(value, None);
        } else {
            self.organisation(value);
        }
    }

    fn next(&mut self, kind: RowKind) -> usize {
        let row = self.rows.entry(kind).or_default();
        *row += 1;
        *row
    }

    fn reject(&mut self, kind: RowKind, row: usize, value: &Value, reason: Reason) {
        let name: String = text(value, "name").chars().take(NAME_CHARS_MAX).collect();
        self.reading.rejected.push(Rejected { kind, row, name, reason });
    }

    fn organisation(&mut self, value: &Value) {
        let row = self.next(RowKind::Organisation);
        let id = match identity(value) {
            Ok(id) if self.organisations.get(&id) == Some(&true) => return self.reject(RowKind::Organisation, row, value, Reason::IdRepeated),
            Ok(id) => id,
            Err(reason) => {
                self.reject(RowKind::Organisation, row, value, reason);
                // Its services are nobody’s.
                for service in rows(value, "services") {
                    self.service(service, None);
                }
                return;
            }
        };
        self.keep_organisation(row, id, value, true);
        for service in rows(value, "services") {
            self.service(service, Some(id));
        }
    }

    fn keep_organisation(&mut self, row: usize, id: Uuid, value: &Value, in_full: bool) {
        self.organisations.insert(id, in_full);
        let mut left_out = BTreeSet::new();
        let read = ReadOrganisation {
            row,
            id,
            name: cut(value, "name", NAME_CHARS_MAX, &mut left_out),
            description: cut(value, "description", TEXT_CHARS_MAX, &mut left_out),
            email: email(value, "email", &mut left_out),
            site: site(value, "website", &mut left_out),
            telephone: rows(value, "phones").iter().find_map(phone).unwrap_or_default(),
        };
        match self.reading.organisations.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = read,
            None => self.reading.organisations.push(read),
        }
    }

    fn service(&mut self, value: &Value, of: Option<Uuid>) {
        let row = self.next(RowKind::Service);
        let id = match identity(value) {
            Ok(id) if self.services.contains(&id) => return self.reject(RowKind::Service, row, value, Reason::IdRepeated),
            Ok(id) => id,
            Err(reason) => return self.reject(RowKind::Service, row, value, reason),
        };
        let active = match text(value, "status").as_str() {
            "active" => true,
            "inactive" | "defunct" | "temporarily closed" => false,
            _ => return self.reject(RowKind::Service, row, value, Reason::StatusUnknown),
        };
        let organisation = of.or_else(|| self.named_organisation(value));
        let mut remarks = BTreeSet::new();
        if !active {
            remarks.insert(Remark::NotOffered);
        }
        let service = service_of(value, &mut remarks);
        let Ok(service) = service.checked() else { return self.reject(RowKind::Service, row, value, Reason::NotKept) };
        self.services.insert(id);
        let verified_on = text(value, "assured_date").get(..10).and_then(|day| day.parse().ok());
        self.reading.services.push(ReadService { row, id, organisation, service, active, verified_on, remarks });
    }

    /// The body that a service says offers it; told in its own row, or here.
    fn named_organisation(&mut self, value: &Value) -> Option<Uuid> {
        let nested = value.get("organization").filter(|nested| nested.is_object());
        if let Some(nested) = nested
            && let Ok(id) = identity(nested)
        {
            if !self.organisations.contains_key(&id) {
                let row = self.next(RowKind::Organisation);
                self.keep_organisation(row, id, nested, false);
            }
            return Some(id);
        }
        text(value, "organization_id").parse().ok()
    }
}

/// What every row has: an id and a name.
fn identity(value: &Value) -> Result<Uuid, Reason> {
    if !value.is_object() {
        return Err(Reason::NotAnObject);
    }
    let id = text(value, "id").parse::<Uuid>().map_err(|_| Reason::IdNotUuid)?;
    if text(value, "name").is_empty() { Err(Reason::NameMissing) } else { Ok(id) }
}

fn service_of(value: &Value, remarks: &mut BTreeSet<Remark>) -> Service {
    let places: Vec<&Value> = rows(value, "service_at_locations").iter().collect();
    let locations: Vec<&Value> = places.iter().filter_map(|place| place.get("location")).collect();
    let name = cut(value, "name", NAME_CHARS_MAX, remarks);
    let description = cut(value, "description", TEXT_CHARS_MAX, remarks);
    let (hours, hours_note) = hours(value, &places, &locations, remarks);
    Service {
        summary: if description.is_empty() { name.clone() } else { description },
        name,
        needs: needs(value, remarks),
        areas: areas(value, remarks),
        hours,
        hours_note,
        languages: languages(value, &locations, remarks),
        eligibility: cut(value, "eligibility_description", TEXT_CHARS_MAX, remarks),
        telephone: telephone(value, &places, &locations, remarks),
        email: email(value, "email", remarks),
        site: site(value, "url", remarks),
        address: address(&locations, remarks),
        pivot: pivot(value, &places, remarks),
        ..Service::default()
    }
}

fn rows<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The text of a field: trimmed, in one line or several, without what no text holds.
fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => text.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect::<String>().trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn cut(value: &Value, key: &str, chars_max: usize, remarks: &mut BTreeSet<Remark>) -> String {
    shortened(&text(value, key), chars_max, remarks)
}

fn shortened(whole: &str, chars_max: usize, remarks: &mut BTreeSet<Remark>) -> String {
    if whole.chars().count() <= chars_max {
        return whole.to_owned();
    }
    remarks.insert(Remark::TextCut);
    whole.chars().take(chars_max - 1).chain(['…']).collect()
}

fn email(value: &Value, key: &str, remarks: &mut BTreeSet<Remark>) -> String {
    let email = text(value, key);
    if email.is_empty() || (is_email(&email) && email.chars().count() <= REACH_CHARS_MAX) {
        return email;
    }
    remarks.insert(Remark::EmailLeftOut);
    String::new()
}

fn site(value: &Value, key: &str, remarks: &mut BTreeSet<Remark>) -> String {
    let said = text(value, key);
    let whole = if said.is_empty() || said.contains("://") { said } else { format!("https://{said}") };
    if whole.is_empty() || (is_site(&whole) && whole.chars().count() <= REACH_CHARS_MAX) {
        return whole;
    }
    remarks.insert(Remark::SiteLeftOut);
    String::new()
}

fn phone(value: &Value) -> Option<String> {
    let number = text(value, "number").trim_matches('"').trim().to_owned();
    let is_one = number.chars().filter(char::is_ascii_digit).count() >= 3 && number.chars().count() <= NAME_CHARS_MAX - 20;
    let extension = text(value, "extension").chars().take(8).collect::<String>();
    is_one.then(|| if extension.is_empty() { number } else { format!("{number}, poste {extension}") })
}

fn telephone(value: &Value, places: &[&Value], locations: &[&Value], remarks: &mut BTreeSet<Remark>) -> String {
    let everywhere = std::iter::once(value).chain(places.iter().copied()).chain(locations.iter().copied());
    let mut numbers: Vec<String> = everywhere.flat_map(|holder| rows(holder, "phones")).filter_map(phone).collect();
    numbers.dedup();
    if numbers.len() > 1 {
        remarks.insert(Remark::MoreLeftOut);
    }
    numbers.into_iter().next().unwrap_or_default()
}

fn address(locations: &[&Value], remarks: &mut BTreeSet<Remark>) -> Option<PostalAddress> {
    let told: Vec<&Value> = locations.iter().flat_map(|location| rows(location, "addresses")).collect();
    let read = |address: &&Value| {
        let (street, city) = (text(address, "address_1"), text(address, "city"));
        let fits = |text: &str| !text.is_empty() && text.chars().count() <= NAME_CHARS_MAX;
        (fits(&street) && fits(&city)).then_some(())?;
        Some(PostalAddress { street, city, postal_code: PostalAddress::postal_code(&text(address, "postal_code"))? })
    };
    let found = told.iter().find_map(read);
    if found.is_none() && !told.is_empty() {
        remarks.insert(Remark::AddressLeftOut);
    }
    if told.len() > 1 {
        remarks.insert(Remark::MoreLeftOut);
    }
    found
}

/// The first contact that has a name. It is not published here because it was elsewhere: somebody of this directory decides it.
fn pivot(value: &Value, places: &[&Value], remarks: &mut BTreeSet<Remark>) -> Option<WorkContact> {
    let everywhere = std::iter::once(value).chain(places.iter().copied());
    let named: Vec<&Value> = everywhere.flat_map(|holder| rows(holder, "contacts")).filter(|contact| !text(contact, "name").is_empty()).collect();
    if named.len() > 1 {
        remarks.insert(Remark::MoreLeftOut);
    }
    let first = named.first()?;
    let role = text(first, "title");
    Some(WorkContact {
        name: cut(first, "name", NAME_CHARS_MAX, remarks),
        role: shortened(&if role.is_empty() { text(first, "department") } else { role }, NAME_CHARS_MAX, remarks),
        telephone: rows(first, "phones").iter().find_map(phone).unwrap_or_default(),
        email: email(first, "email", remarks),
    })
}

/// Without accents, in lower case: how names are compared.
fn folded(text: &str) -> String {
    let plain = |letter: char| match letter {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        '’' | '-' | '–' => ' ',
        letter => letter,
    };
    text.to_lowercase().chars().map(plain).collect()
}

/// Beginnings of words, in both languages, that tell a need of ours in the terms of others.
const NEED_WORDS: &[(Need, &[&str])] = &[
    (Need::Food, &["food", "aliment", "meal", "repas", "grocer", "epicerie", "nutrition", "pantry"]),
    (Need::Shelter, &["shelter", "refuge", "homeless", "itineran", "sans abri", "hebergement d urgence"]),
    (Need::Relocation, &["relocat", "relogement", "rehousing", "reloger"]),
    (Need::Housing, &["housing", "logement", "habitation", "rent assistance", "loyer"]),
    (Need::TenantRights, &["tenant", "locataire", "legal aid", "aide juridique", "defense des droits", "advocacy"]),
    (Need::Mediation, &["mediation", "conciliation", "conflict"]),
    (Need::Pests, &["pest", "vermin", "extermin", "punaise", "bedbug", "bed bug"]),
    (Need::Decluttering, &["hoarding", "declutter", "encombrement", "desencombrement"]),
    (Need::FirePrevention, &["fire", "incendie"]),
    (Need::Safety, &["police", "crime", "securite publique", "public safety"]),
    (Need::Inspection, &["inspection", "code enforcement", "salubrite"]),
    (Need::Furniture, &["furnitur", "meuble", "mobilier", "appliance", "electromenager"]),
    (Need::Income, &["income", "revenu", "budget", "financial assistance", "aide financiere", "tax clinic", "clinique d impot", "emploi", "employment"]),
    (Need::Psychosocial, &["mental health", "sante mentale", "counsel", "psycho", "ecoute", "addiction", "dependance", "crisis", "crise"]),
    (Need::Health, &["health", "sante", "clsc", "medical", "clinic", "nursing", "soins"]),
    (Need::Violence, &["domestic violence", "violence", "abuse", "agression"]),
    (Need::Seniors, &["senior", "older adult", "aine", "home care", "soutien a domicile"]),
    (Need::Families, &["famil", "parent", "child", "enfant", "youth", "jeune"]),
    (Need::Newcomers, &["newcomer", "immigra", "refugee", "refugie", "nouveaux arrivants"]),
    (Need::Interpretation, &["interpret", "translation", "traduction"]),
    (Need::Transport, &["transport"]),
    (Need::Pets, &["pet ", "pets", "animal", "animaux", "veterin"]),
];

fn needs(value: &Value, remarks: &mut BTreeSet<Remark>) -> BTreeSet<Need> {
    let terms: Vec<&Value> = rows(value, "attributes").iter().filter_map(|attribute| attribute.get("taxonomy_term")).collect();
    let mut needs = BTreeSet::new();
    for term in terms {
        if text(term, "taxonomy") == TAXONOMY {
            needs.extend(text(term, "code").parse::<Need>());
            continue;
        }
        let name = format!(" {} ", folded(&text(term, "name")));
        let told = NEED_WORDS.iter().filter(|(_, words)| words.iter().any(|word| name.contains(&format!(" {word}"))));
        needs.extend(told.map(|(need, _)| *need));
    }
    if needs.is_empty() {
        remarks.insert(Remark::NeedUnknown);
        needs.insert(Need::Other);
    }
    needs
}

fn areas(value: &Value, remarks: &mut BTreeSet<Remark>) -> BTreeSet<Area> {
    let mut areas = BTreeSet::new();
    for told in rows(value, "service_areas") {
        let mut words = folded(&[text(told, "name"), text(told, "description"), text(told, "extent")].join(" "));
        let before = areas.len();
        if ["agglomeration", "rive sud", "south shore", "monteregie", "quebec", "canada"].iter().any(|wide| words.contains(wide)) {
            areas.insert(Area::Agglomeration);
            continue;
        }
        // Boroughs first: one of them has the city’s name in its own.
        for area in Area::ALL.iter().filter(|area| area.is_borough()).chain(Area::ALL.iter().filter(|area| !area.is_borough())) {
            let Some(name) = area.name().map(folded) else { continue };
            let name = name.trim_start_matches("le ").to_owned();
            if words.contains(&name) {
                areas.insert(*area);
                words = words.replace(&name, "");
            }
        }
        if areas.len() == before {
            remarks.insert(Remark::AreaUnknown);
        }
    }
    areas
}

/// Two-letter codes, three-letter codes and English names.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("fr", &["fra", "fre", "french", "francais"]),
    ("en", &["eng", "english", "anglais"]),
    ("es", &["spa", "spanish", "espagnol"]),
    ("zh", &["zho", "chi", "chinese", "mandarin", "cantonese", "chinois"]),
    ("ar", &["ara", "arabic", "arabe"]),
    ("fa", &["fas", "per", "persian", "farsi", "dari", "persan"]),
    ("ro", &["ron", "rum", "romanian", "roumain"]),
    ("ru", &["rus", "russian", "russe"]),
    ("ht", &["hat", "haitian creole", "haitian", "creole haitien"]),
    ("pt", &["por", "portuguese", "portugais"]),
    ("vi", &["vie", "vietnamese", "vietnamien"]),
    ("uk", &["ukr", "ukrainian", "ukrainien"]),
    ("hi", &["hin", "hindi"]),
];

fn languages(value: &Value, locations: &[&Value], remarks: &mut BTreeSet<Remark>) -> BTreeSet<String> {
    let mut languages = BTreeSet::new();
    let everywhere = std::iter::once(value).chain(locations.iter().copied());
    for told in everywhere.flat_map(|holder| rows(holder, "languages")) {
        let code = folded(&text(told, "code"));
        let (code, name) = (code.split([' ', '_']).next().unwrap_or_default().to_owned(), folded(&text(told, "name")));
        let known = LANGUAGES.iter().find(|(ours, others)| *ours == code || others.contains(&code.as_str()) || others.contains(&name.as_str()));
        if known.is_none() {
            remarks.insert(Remark::LanguageUnknown);
        }
        languages.insert(known.map_or("other", |(ours, _)| *ours).to_owned());
    }
    languages
}

fn hours(value: &Value, places: &[&Value], locations: &[&Value], remarks: &mut BTreeSet<Remark>) -> (Vec<Opening>, String) {
    // The service’s own hours, or those of where it is given.
    let everywhere = [vec![value], places.to_vec(), locations.to_vec()];
    let schedules = everywhere.iter().map(|holders| holders.iter().flat_map(|holder| rows(holder, "schedules")).collect::<Vec<_>>());
    let told = schedules.into_iter().find(|schedules| !schedules.is_empty()).unwrap_or_default();
    let (mut openings, mut words) = (BTreeSet::new(), Vec::new());
    for schedule in told {
        match weekly(schedule) {
            Some(weekly) => openings.extend(weekly),
            None if schedule.get("opens_at").or(schedule.get("byday")).is_some_and(|value| !value.is_null()) => {
                remarks.insert(Remark::HoursAsWords);
                let said = ["freq", "byday", "bymonthday", "opens_at", "closes_at"].map(|key| text(schedule, key));
                words.push(said.into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join(" "));
            }
            None => {}
        }
        words.extend(["description", "notes"].map(|key| text(schedule, key)));
    }
    let mut openings: Vec<Opening> = openings.into_iter().collect();
    openings.sort_by_key(|opening| (opening.day, opening.opens));
    let mut said: Vec<String> = Vec::new();
    for words in words.into_iter().filter(|words| !words.is_empty()) {
        if !said.contains(&words) {
            said.push(words);
        }
    }
    (openings, shortened(&said.join(" "), TEXT_CHARS_MAX, remarks))
}

/// A schedule that says so every week: days by name, one stretch. `None` for any other.
fn weekly(schedule: &Value) -> Option<Vec<Opening>> {
    let every = text(schedule, "interval");
    if !matches!(text(schedule, "freq").as_str(), "" | "WEEKLY") || !matches!(every.as_str(), "" | "1") {
        return None;
    }
    let (opens, closes): (TimeOfDay, TimeOfDay) = (text(schedule, "opens_at").parse().ok()?, text(schedule, "closes_at").parse().ok()?);
    let days: Vec<Weekday> = text(schedule, "byday").split(',').map(|day| day.trim().parse().ok()).collect::<Option<_>>()?;
    (opens < closes).then(|| days.into_iter().map(|day| Opening { day, opens, closes }).collect())
}
