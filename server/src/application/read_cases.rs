//! The list of cases, as the person may read it.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use casework::{
    access::{AccessDoor, AccessSubject},
    case::CaseStage,
    clock::Timestamp,
    ids::CaseId,
    permission::{self, OrganisationKind, Section},
    wire::v1::{CaseList, CaseQuery, CaseRow, ErrorCode},
};
use inspection_grid::{Band, MotifCode};

use super::{Actor, Brigade, Result, UseCaseError, access_journal::Reading, ask_after_visit, end_consents, keep_agreements, refuse, sight::Sight};
use crate::clock::now;
use crate::store::{self, CaseFilter, CasePosition, CaseRecord, building::fold};

const LIMIT_DEFAULT: u32 = 50;
pub const LIMIT_MAX: u32 = 250;
const WORDS_MAX: usize = 8;

/// Lists the cases that the filters keep, newest change first, with the total of all pages.
///
/// # Errors
/// `value_out_of_range` for a filter that is not one, `bad_cursor`, `not_found` for roles without cases.
pub async fn list(brigade: &Brigade, actor: &Actor, query: &CaseQuery) -> Result<CaseList> {
    let Some(mut filter) = territory_filter(actor) else { return refuse(ErrorCode::NotFound) };
    narrow(&mut filter, query)?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "limit"));
    }
    let after = query.after.as_deref().filter(|text| !text.is_empty()).map(decode_position).transpose()?;
    let reader = brigade.store.reader();
    // One more than asked tells whether there is a next page.
    let mut records = store::case::list(reader, &filter, after, limit + 1).await?;
    let has_next = records.len() > limit as usize;
    records.truncate(limit as usize);
    let next = records.last().filter(|_| has_next).map(|record| encode_position(CasePosition { updated_at: record.updated_at, id: record.case.id }));
    let total = store::case::count(reader, &filter).await?;
    let rows: Vec<CaseRow> = records.iter().map(|record| row(&Sight::of_building(actor, &record.building), record)).collect();
    let at = now();
    let consents_ending = end_consents::ending(brigade, actor, at).await?;
    let ending = consents_ending.iter().map(|ending| reading_of_people(ending.case_id));
    brigade.journal.record(actor, readings_of_people(&rows, &records).into_iter().chain(ending)).await?;
    let mut municipalities = municipalities(brigade).await?;
    municipalities.retain(|name| filter.territory.as_ref().is_none_or(|territory| territory == name));
    let teams_to_reach = ask_after_visit::to_reach(brigade, actor, at).await?;
    let agreements_due = keep_agreements::due(brigade, actor).await?;
    Ok(CaseList { rows, total, next, municipalities, teams_to_reach, agreements_due, consents_ending })
}

/// The lines of a list that say something of people: a motif that only the psychosocial compartment proves, a referral that shares what concerns them. The
/// others say that a case exists and what state its building is in, which is no content of a case.
fn readings_of_people(rows: &[CaseRow], records: &[CaseRecord]) -> Vec<Reading> {
    let tell = rows.iter().zip(records).filter(|(row, record)| tells_of_people(row, record));
    tell.map(|(row, _)| reading_of_people(row.id)).collect()
}

fn reading_of_people(id: CaseId) -> Reading {
    let sections = BTreeSet::from([Section::Existence, Section::Psychosocial]);
    Reading { subject: AccessSubject::Case, subject_id: Some(id.0), case_id: Some(id), door: AccessDoor::List, sections }
}

/// Whether a row says what only the psychosocial compartment knows.
pub fn tells_of_people(row: &CaseRow, record: &CaseRecord) -> bool {
    row.motifs.iter().any(|motif| !record.motifs.contains(motif)) || row.referrals_waiting > record.referrals_waiting
}

/// The municipalities whose territory the server knows, each once, in alphabetical order.
///
/// # Errors
/// When the store fails.
pub async fn municipalities(brigade: &Brigade) -> Result<Vec<String>> {
    let mut names: Vec<String> = store::building::territories(brigade.store.reader()).await?.into_iter().map(|outline| outline.municipality).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// The filter that a person's relations impose; `None` when they have no list of cases at all.
pub fn territory_filter(actor: &Actor) -> Option<CaseFilter> {
    if !permission::may_list_cases(&actor.permission()).is_allowed() {
        return None;
    }
    let organisation = &actor.account.organisation;
    match (organisation.kind, &organisation.municipality) {
        (OrganisationKind::Brigade, _) => Some(CaseFilter::default()),
        (OrganisationKind::City, Some(municipality)) => Some(CaseFilter { territory: Some(municipality.clone()), ..CaseFilter::default() }),
        _ => None,
    }
}

fn narrow(filter: &mut CaseFilter, query: &CaseQuery) -> Result<()> {
    let wrong = |field: &str| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field);
    match query.state.as_deref().unwrap_or("open") {
        "" | "open" => filter.open = Some(true),
        "closed" => filter.open = Some(false),
        "all" => {}
        stage => filter.stage = Some(stage.parse::<CaseStage>().map_err(|_| wrong("state"))?),
    }
    filter.band = match query.band.as_deref() {
        None | Some("") => None,
        Some("A") => Some(Band::A),
        Some("B") => Some(Band::B),
        Some("C") => Some(Band::C),
        Some("D") => Some(Band::D),
        Some(_) => return Err(wrong("band")),
    };
    filter.municipality = query.municipality.clone().filter(|name| !name.is_empty());
    filter.words = fold(&[query.q.as_deref().unwrap_or_default()]).split(' ').filter(|word| !word.is_empty()).take(WORDS_MAX).map(str::to_owned).collect();
    Ok(())
}

fn encode_position(position: CasePosition) -> String {
    URL_SAFE_NO_PAD.encode(format!("1.{}.{}", position.updated_at.0, position.id))
}

fn decode_position(text: &str) -> Result<CasePosition> {
    let decode = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.split('.');
        let ("1", at, id) = (parts.next()?, parts.next()?, parts.next()?) else { return None };
        Some(CasePosition { updated_at: Timestamp(at.parse().ok()?), id: id.parse().ok()? })
    };
    decode().ok_or_else(|| UseCaseError::refused(ErrorCode::BadCursor))
}

/// Of these motifs, those that the person may be told: what the owner does is of the owner's section.
fn told(sight: &Sight, motifs: &[String]) -> Vec<String> {
    let of_owner = |code: &String| serde_json::from_value::<MotifCode>(code.as_str().into()).is_ok_and(MotifCode::is_of_owner);
    motifs.iter().filter(|code| sight.reads(Section::Owner) || !of_owner(code)).cloned().collect()
}

/// A case as a row, keeping only what the sections read by this person say.
pub fn row(sight: &Sight, record: &CaseRecord) -> CaseRow {
    let both = sight.reads(Section::Psychosocial);
    let internal = sight.reads(Section::Internal);
    let building = sight.reads(Section::Building);
    CaseRow {
        id: record.case.id,
        number: record.case.number.to_string(),
        building_id: record.building.id,
        address: record.building.address.clone(),
        municipality: record.building.municipality.clone(),
        borough: record.building.borough.clone(),
        dwellings: if building { record.building.dwellings } else { 0 },
        stage: record.case.stage(),
        band: record.band.filter(|_| building).map(|band| band_letter(band).to_owned()),
        index: record.index.filter(|_| building),
        danger: building && record.danger,
        complex: building && record.complex,
        motifs: match (both, building) {
            (true, _) => told(sight, &record.motifs_confidential),
            (false, true) => told(sight, &record.motifs),
            (false, false) => Vec::new(),
        },
        opened_at: record.case.opened_at,
        updated_at: record.updated_at,
        revision: record.revision,
        referrals_waiting: match (internal, both) {
            (true, true) => record.referrals_waiting_in_all,
            (true, false) => record.referrals_waiting,
            (false, _) => 0,
        },
        escalation_open: internal && record.escalation_open,
    }
}

/// `A` to `D`.
pub fn band_letter(band: Band) -> &'static str {
    match band {
        Band::A => "A",
        Band::B => "B",
        Band::C => "C",
        Band::D => "D",
    }
}
