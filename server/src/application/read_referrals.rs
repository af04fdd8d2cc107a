//! Referrals, as each side may read them.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use casework::{
    access::{AccessDoor, AccessSubject},
    agreement,
    clock::Timestamp,
    consent::Basis,
    directory::Area,
    ids::{DwellingId, PhotoId, ReferralId},
    permission::{self, OrganisationKind, Relation, Section},
    referral::{Message, PersonWord, Referral, ReferralStage, ReferralVerb, Side},
    wire::v1::{
        BeforeSending, ConsentedDoor, EntryView, ErrorCode, FirstReading, MessageView, ObservationView, PersonWordView, RedirectChoice, ReferralCounts,
        ReferralDetail, ReferralInbox, ReferralLink, ReferralQuery, ReferralRow, SharedObservation,
    },
};

use inspection_grid::Place;

use super::{
    Actor, Brigade, Result, UseCaseError,
    access_journal::Reading,
    create_referral, forward_referrals, keep_agreements, keep_directory,
    read_case::{self, SeenPhoto},
    read_cases, referral_links, refuse, require,
    sight::{OpenDoor, Shared, Sight, opened_by, section_in},
    speak_in_referral,
};
use crate::{
    clock::now,
    store::{self, Heap, MessageRecord, ReadingRow, ReferralFilter, ReferralList, ReferralPosition, ReferralRecord, Waiting, building::fold},
};

const LIMIT_DEFAULT: u32 = 50;
const LIMIT_MAX: u32 = 250;
const WORDS_MAX: usize = 8;

/// Received and sent by the person's organisation: a page of each side, or of the one that is asked for.
///
/// # Errors
/// `not_found` for roles that neither send nor answer referrals; `value_out_of_range` for a filter that is not one, with its field; `bad_cursor`.
pub async fn inbox(brigade: &Brigade, actor: &Actor, query: &ReferralQuery) -> Result<ReferralInbox> {
    require(permission::may_read_referrals(&actor.permission()), ErrorCode::NotFound)?;
    let wrong = |field: &str| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field);
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(wrong("limit"));
    }
    let heap = match query.state.as_deref().unwrap_or_default() {
        "" | "all" => None,
        "to_read" => Some(Heap::ToRead),
        "to_redirect" => Some(Heap::ToRedirect),
        "to_forward" => Some(Heap::ToForward),
        queue => Some(Heap::Queue(queue.parse().map_err(|_| wrong("state"))?)),
    };
    let words: Vec<String> =
        fold(&[query.q.as_deref().unwrap_or_default()]).split(' ').filter(|word| !word.is_empty()).take(WORDS_MAX).map(str::to_owned).collect();
    let of_brigade = actor.account.organisation.kind == OrganisationKind::Brigade;
    let searches_received_alone = !of_brigade && !words.is_empty();
    let only = match query.side.as_deref().unwrap_or_default() {
        // A building that a partner signalled may be written otherwise here: a search of what it sent would say how.
        "" => searches_received_alone.then_some(Side::Recipient),
        "received" => Some(Side::Recipient),
        "sent" if searches_received_alone => return Err(wrong("q")),
        "sent" => Some(Side::Sender),
        _ => return Err(wrong("side")),
    };
    let after = query.after.as_deref().filter(|text| !text.is_empty()).map(decode_position).transpose()?;
    if after.is_some() && only.is_none() {
        return Err(wrong("side"));
    }
    let team = Sight::of_team(actor);
    let (at, organisation) = (now(), actor.account.organisation.id);
    let list = |side| ReferralList {
        organisation,
        side,
        confidential: side == Side::Recipient || !of_brigade || team.reads(Section::Psychosocial),
        heap,
        words: words.clone(),
        number: of_brigade,
    };
    let asked = Asked { actor, only, after, limit, at };
    let (received, sent) = (asked.side(brigade, list(Side::Recipient)).await?, asked.side(brigade, list(Side::Sender)).await?);
    let signals = permission::may_signal_building(&actor.permission()).is_allowed();
    Ok(ReferralInbox {
        now: at,
        signal_in: if signals { read_cases::municipalities(brigade).await? } else { Vec::new() },
        received: received.rows,
        sent: sent.rows,
        received_counts: received.counts,
        sent_counts: sent.counts,
        received_next: received.next,
        sent_next: sent.next,
    })
}

/// A page of lists, as it was asked for.
struct Asked<'actor> {
    actor: &'actor Actor,
    only: Option<Side>,
    after: Option<ReferralPosition>,
    limit: u32,
    at: Timestamp,
}

#[derive(Default)]
struct SideOfInbox {
    rows: Vec<ReferralRow>,
    counts: ReferralCounts,
    next: Option<String>,
}

impl Asked<'_> {
    async fn side(&self, brigade: &Brigade, list: ReferralList) -> Result<SideOfInbox> {
        let of_brigade = self.actor.account.organisation.kind == OrganisationKind::Brigade;
        // What the brigade asked of others is read by those of it who read its own notes.
        if list.side == Side::Sender && of_brigade && !Sight::of_team(self.actor).reads(Section::Internal) {
            return Ok(SideOfInbox::default());
        }
        let reader = brigade.store.reader();
        let mut counts = store::referral::counts(reader, &list, self.at).await?;
        if list.side == Side::Recipient || !of_brigade {
            // To place elsewhere and to pass on is the work of the brigade that asked.
            (counts.to_redirect, counts.to_forward) = (0, 0);
            if matches!(list.heap, Some(Heap::ToRedirect | Heap::ToForward)) {
                return Ok(SideOfInbox { counts, ..SideOfInbox::default() });
            }
        }
        if self.only.is_some_and(|only| only != list.side) {
            return Ok(SideOfInbox { counts, ..SideOfInbox::default() });
        }
        // One more than asked tells whether there is a next page.
        let mut page = store::referral::page(reader, &list, self.after, self.limit + 1).await?;
        let has_next = page.len() > self.limit as usize;
        page.truncate(self.limit as usize);
        let next = page.last().filter(|_| has_next).map(|(_, position)| encode_position(*position));
        let records: Vec<ReferralRecord> = page.into_iter().map(|(record, _)| record).collect();
        let ids: Vec<ReferralId> = records.iter().map(|record| record.referral.id).collect();
        let waiting = store::referral_message::waiting(reader, list.organisation, &ids).await?;
        // That something of people was shared is something of people.
        let of_people = records.iter().filter(|record| record.referral.shared_sections.needs_consent());
        let readings = of_people.map(|record| Reading {
            subject: AccessSubject::Referral,
            subject_id: Some(record.referral.id.0),
            case_id: Some(record.referral.case_id),
            door: AccessDoor::List,
            sections: BTreeSet::from([Section::Existence, Section::Psychosocial]),
        });
        brigade.journal.record(self.actor, readings.collect::<Vec<_>>()).await?;
        // What a recipient asks to pass on waits for the side that sent.
        let to_forward = match list.side {
            Side::Sender => store::referral_forward::waiting(reader, list.organisation).await?,
            Side::Recipient => BTreeSet::new(),
        };
        let rows = records.iter().map(|record| with_waiting(row(record, list.side, of_brigade, self.at), &waiting));
        let rows = rows.map(|row| ReferralRow { to_forward: to_forward.contains(&row.id), ..row }).collect();
        Ok(SideOfInbox { rows, counts, next })
    }
}

fn encode_position(position: ReferralPosition) -> String {
    URL_SAFE_NO_PAD.encode(format!("1.{}.{}.{}", position.rank, position.key, position.id))
}

fn decode_position(text: &str) -> Result<ReferralPosition> {
    let decode = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.split('.');
        let ("1", rank, key, id) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?) else { return None };
        Some(ReferralPosition { rank: rank.parse().ok()?, key: key.parse().ok()?, id: id.parse().ok()? })
    };
    decode().ok_or_else(|| UseCaseError::refused(ErrorCode::BadCursor))
}

/// On the sending side, a referral that shares anything of people exists only for those who read the psychosocial compartment: what it says of them, and that
/// there is something to say.
pub fn sender_may_see(sight: &Sight, record: &ReferralRecord) -> bool {
    sight.reads(Section::Internal) && (!record.referral.shared_sections.needs_consent() || sight.reads(Section::Psychosocial))
}

/// A referral in a list, as one side knows it.
pub fn row(record: &ReferralRecord, side: Side, with_case: bool, at: Timestamp) -> ReferralRow {
    let referral = &record.referral;
    ReferralRow {
        id: referral.id,
        case_id: with_case.then_some(referral.case_id),
        case_number: with_case.then(|| record.case_number.clone()),
        // A partner is told the address as it typed it: how the brigade writes it would say that it was known.
        address: referral.address_said.clone().filter(|_| side == Side::Sender && !with_case).unwrap_or_else(|| record.building.address.clone()),
        municipality: record.building.municipality.clone(),
        from_organisation: record.from_name.clone(),
        to_organisation: record.to_name.clone(),
        service: referral.service.clone(),
        urgency: referral.urgency,
        stage: referral.stage(),
        sent_at: referral.state.sent().map(|act| act.at),
        due_at: referral.due_at(),
        late: referral.is_late(at),
        // A partner has no other service to ask: what it signals goes to the brigade.
        to_redirect: with_case && referral.allowed_verbs(side).contains(&ReferralVerb::Redirect),
        to_forward: false,
        answered_by: record.answered_by_name.clone(),
        answered_at: record.answered_at,
        due_soon: referral.remind_at().is_some_and(|from| at >= from) && !referral.is_late(at),
        unread: 0,
        questions: 0,
        revision: referral.revision_told_to(side),
    }
}

/// With what the other side said, as long as the two speak.
pub fn with_waiting(row: ReferralRow, waiting: &BTreeMap<ReferralId, Waiting>) -> ReferralRow {
    let Some(waiting) = waiting.get(&row.id).filter(|_| row.stage.carries_messages()) else { return row };
    let count = |number: i64| u32::try_from(number).unwrap_or_default();
    ReferralRow { unread: count(waiting.unread), questions: count(waiting.questions), ..row }
}

/// One referral, with exactly what its shared sections grant. It leaves a line in the access journal.
///
/// # Errors
/// `not_found` for those on neither side.
pub async fn read(brigade: &Brigade, actor: &Actor, door: AccessDoor, id: ReferralId) -> Result<ReferralDetail> {
    let store = &brigade.store;
    let Some(record) = store::referral::by_id(store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let mut shared = Shared::by(store, &[id]).await?;
    shared.extend(Shared::of_draft(&record.referral, now()));
    let Some((side, sight)) = sight_of(actor, &record, &shared) else { return refuse(ErrorCode::NotFound) };
    let at = now();
    let referral = &record.referral;
    let person = actor.permission();
    let allowed: Vec<ReferralVerb> =
        referral.allowed_verbs(side).into_iter().filter(|verb| permission::may_move_referral(&person, side, *verb).is_allowed()).collect();
    let is_over_for_recipient = side == Side::Recipient && !permission::stays_with_recipient(&person, referral.stage());
    let mut history = store::referral::entries(store.reader(), id).await?;
    let (mut redirect, mut redirected_to, mut redirects, mut group) = (None, None, None, Vec::new());
    match side {
        Side::Sender => {
            if allowed.contains(&ReferralVerb::Redirect) {
                redirect = redirect_choice(brigade, actor, &sight, &record).await?;
            }
            redirected_to = link(brigade, actor, referral.redirected_to).await?;
            redirects = link(brigade, actor, referral.redirects).await?;
            group = of_the_group(brigade, actor, referral).await?;
        }
        Side::Recipient => {}
    }
    let messages = store::referral_message::of_referral(store.reader(), id).await?;
    let readings = store::referral_message::readings(store.reader(), id).await?;
    // What the two sides say to each other is for those who follow the referral.
    let may_speak = permission::may_speak_in_referral(&person, side).is_allowed();
    let reads_asked = permission::may_read_asked(&person, side, referral.stage()).is_allowed();
    let reads_words = |word: &PersonWord| permission::may_read_person_words(&person, sight.relation(), word.heard.by).is_allowed();
    let stage = referral.stage();
    let first_reading = readings.iter().find(|reading| reading.organisation_id == referral.to_organisation);
    history.retain(|entry| entry.text.parse::<ReferralVerb>().map_or(true, |verb| verb.is_told_to(side)));
    let (observations, mut sections) = shared_observations(brigade, &sight, &record, &opened_by(referral, &shared, at)).await?;
    let consented = if is_over_for_recipient { Vec::new() } else { consented_doors(brigade, &record, &shared, at).await? };
    // What people consented to says that there is something, and why.
    sections.extend(consented.iter().map(|door| door.section));
    sections.insert(Section::Existence);
    let shows_building = sight.reads(Section::Building) && referral.shared_sections.contains(Section::Building);
    if shows_building {
        sections.insert(Section::Building);
    }
    // A person's own words, and everything said under a consent, are of people, whatever the consent has become.
    let words = referral.words_heard_by(side, reads_words);
    if words.is_some() || referral.shared_sections.needs_consent() {
        sections.insert(Section::Psychosocial);
    }
    let forwards = forward_referrals::read(brigade, actor, side, &record).await?;
    // Who consented to what, by name.
    if forwards.views.iter().any(|view| !view.consents.is_empty()) {
        sections.extend([Section::Psychosocial, Section::Contact]);
    }
    let reading = Reading { subject: AccessSubject::Referral, subject_id: Some(id.0), case_id: Some(referral.case_id), door, sections };
    brigade.journal.record(actor, [reading]).await?;
    if may_speak {
        speak_in_referral::keep_reading(brigade, actor, &record, &messages, &readings).await?;
    }
    Ok(ReferralDetail {
        now: at,
        row: row(&record, side, actor.account.organisation.kind == OrganisationKind::Brigade, at),
        // What was asked stays with the sender once the answer is no, or the asking is over.
        reason: if reads_asked { referral.reason.clone() } else { String::new() },
        pivot_person: referral.pivot_person.clone(),
        planned_on: referral.state.acceptance().and_then(|acceptance| acceptance.planned_on).map(|day| day.to_string()),
        answer_in_days: referral.answer_in_days(),
        stage_reason: referral.state.reason().map(str::to_owned),
        outcome: referral.state.outcome().map(str::to_owned),
        shared_sections: referral.shared_sections.into(),
        consented,
        consent_ended: !is_over_for_recipient && shared.iter().any(|shared| !shared.holds(at)),
        // The sender is shown what the recipient sees, before it goes and after.
        building: shows_building.then(|| read_case::building_view(&record.building)),
        observations,
        messages: if may_speak { thread(&record, side, &messages, &readings) } else { Vec::new() },
        may_speak: may_speak && stage.carries_messages(),
        opened: first_reading.filter(|_| side == Side::Sender).map(|reading| FirstReading { by: reading.name.clone(), at: reading.first_at }),
        person_word: referral.last_word().map(|word| PersonWordView { helped: word.helped, words: words.map(str::to_owned), at: word.heard.at }),
        may_hear: may_speak && stage == ReferralStage::Completed,
        links: referral_links::views(brigade, actor, side, referral, at).await?,
        may_make_link: permission::may_make_link(&person, side).is_allowed() && stage.waits_for_recipient(),
        history: history
            .into_iter()
            .map(|entry| EntryView { id: entry.id, at: entry.at, by: entry.by_name, kind: entry.kind, text: entry.text, struck: None })
            .collect(),
        allowed,
        recipient: side == Side::Recipient,
        before_sending: if side == Side::Sender && stage == ReferralStage::Draft { Some(before_sending(brigade, &record, &shared).await?) } else { None },
        redirect,
        redirected_to,
        group,
        redirects,
        forwards: forwards.views,
        forward_to: forwards.choices,
    })
}

/// What a sender is told of a draft: what was agreed with the body, what goes without it, and whether the service goes to the building.
async fn before_sending(brigade: &Brigade, record: &ReferralRecord, shared: &[Shared]) -> Result<BeforeSending> {
    let (referral, today) = (&record.referral, keep_directory::today()?);
    let mut connection = brigade.store.read().await?;
    let agreements = store::agreement::with(&mut connection, referral.to_organisation).await?;
    drop(connection);
    let consented = shared.iter().filter(|shared| matches!(shared.basis, Basis::Consent(_))).map(|shared| shared.section);
    let in_danger = create_referral::in_danger_alone(referral.emergency(), consented);
    let service = match referral.service_id {
        Some(id) => store::directory::service_by_id(brigade.store.reader(), id).await?,
        None => None,
    };
    let place = Area::of(&record.building.municipality, record.building.borough.as_deref());
    Ok(BeforeSending {
        framing: keep_agreements::framing(&agreements, today),
        unframed: agreement::unframed(&agreements, referral.shared_sections, in_danger, today).into(),
        service: service.map(|service| keep_directory::choice(&service, place, today)),
    })
}

/// What was said, as one side reads it.
fn thread(record: &ReferralRecord, side: Side, messages: &[MessageRecord], readings: &[ReadingRow]) -> Vec<MessageView> {
    let referral = &record.referral;
    let (own, other) = match side {
        Side::Sender => (referral.from_organisation, referral.to_organisation),
        Side::Recipient => (referral.to_organisation, referral.from_organisation),
    };
    let all: Vec<Message> = messages.iter().map(|said| said.message.clone()).collect();
    let told = messages.iter().filter(|said| referral.stage().tells_message(side, said.message.from == own));
    told.map(|MessageRecord { message, by_name }| MessageView {
        id: message.id,
        organisation: if message.from == referral.from_organisation { record.from_name.clone() } else { record.to_name.clone() },
        by: by_name.clone(),
        at: message.at,
        text: message.text.clone(),
        asks: message.asks,
        replies_to: message.replies_to,
        answered: message.is_answered(&all),
        own: message.from == own,
        read: speak_in_referral::is_read(message, readings, if message.from == own { other } else { own }),
    })
    .collect()
}

/// A photo that this referral shows the person, whatever else they may see of its case.
///
/// # Errors
/// `not_found` for any other, and for those on neither side.
pub async fn photo(brigade: &Brigade, actor: &Actor, id: ReferralId, photo_id: PhotoId) -> Result<SeenPhoto> {
    let store = &brigade.store;
    let Some(record) = store::referral::by_id(store.reader(), id).await? else { return refuse(ErrorCode::NotFound) };
    let shared = Shared::by(store, &[id]).await?;
    let Some((_, sight)) = sight_of(actor, &record, &shared) else { return refuse(ErrorCode::NotFound) };
    let (observations, _) = shared_observations(brigade, &sight, &record, &opened_by(&record.referral, &shared, now())).await?;
    let is_shown = observations.iter().flat_map(|shown| &shown.photos).any(|photo| photo.id == photo_id);
    let photo = store::photo::by_id(store.reader(), photo_id).await?.filter(|photo| is_shown && photo.verified_at.is_some());
    let Some(photo) = photo else { return refuse(ErrorCode::NotFound) };
    let Some(visit) = store::visit::by_id(store.reader(), photo.visit_id).await? else { return refuse(ErrorCode::NotFound) };
    let section = section_in(brigade.grids.get(&visit.grid).map(|grid| &**grid), &photo.place, &photo.criterion);
    Ok(SeenPhoto { photo, section, case_id: visit.case_id })
}

async fn redirect_choice(brigade: &Brigade, actor: &Actor, sight: &Sight, record: &ReferralRecord) -> Result<Option<RedirectChoice>> {
    if !permission::may_create_referral(&actor.permission(), sight.relation(), permission::Grants::NONE).is_allowed() {
        return Ok(None);
    }
    let mut partners = read_case::partners(brigade, actor, &record.building).await?;
    partners.retain(|partner| partner.organisation_id != record.referral.to_organisation);
    Ok(Some(RedirectChoice { partners, shareable: sight.shareable() }))
}

/// The referral of this id, as far as the person may know of it.
async fn link(brigade: &Brigade, actor: &Actor, id: Option<ReferralId>) -> Result<Option<ReferralLink>> {
    let Some(id) = id else { return Ok(None) };
    let record = store::referral::by_id(brigade.store.reader(), id).await?.filter(|record| sight_of(actor, record, &[]).is_some());
    Ok(record.map(|record| ReferralLink { id, to_organisation: record.to_name, stage: record.referral.stage() }))
}

/// The others that were made at once with this one, as far as the person may know of them.
async fn of_the_group(brigade: &Brigade, actor: &Actor, referral: &Referral) -> Result<Vec<ReferralLink>> {
    let Some(group) = referral.group else { return Ok(Vec::new()) };
    let of_case = store::referral::list(brigade.store.reader(), ReferralFilter::OfCase(referral.case_id)).await?;
    let others = of_case.into_iter().filter(|other| other.referral.group == Some(group) && other.referral.id != referral.id);
    let known = others.filter(|other| sight_of(actor, other, &[]).is_some());
    let mut links: Vec<ReferralLink> =
        known.map(|other| ReferralLink { id: other.referral.id, stage: other.referral.stage(), to_organisation: other.to_name }).collect();
    links.sort_by(|a, b| a.to_organisation.cmp(&b.to_organisation));
    Ok(links)
}

/// Which side the person is on and what the referral alone shows them, with what was shared under consents; `None` when the referral does not exist for
/// them.
pub fn sight_of(actor: &Actor, record: &ReferralRecord, shared: &[Shared]) -> Option<(Side, Sight)> {
    if !permission::may_read_referrals(&actor.permission()).is_allowed() {
        return None;
    }
    let referral = &record.referral;
    match referral.side_of(actor.account.organisation.id)? {
        Side::Recipient => {
            let sight = Sight::of_referral(actor, referral, shared);
            // A refused or withdrawn referral keeps its row and history for the recipient, without content.
            (referral.state.sent().is_some()).then_some((Side::Recipient, sight))
        }
        Side::Sender => {
            if actor.account.organisation.kind != OrganisationKind::Brigade {
                // Its own words, and what the brigade answers; nothing of the case.
                return Some((Side::Sender, Sight::of_relation(actor, Relation::None)));
            }
            let sight = Sight::of_relation(actor, Relation::OwnTeam);
            sender_may_see(&sight, record).then_some((Side::Sender, sight))
        }
    }
}

async fn consented_doors(brigade: &Brigade, record: &ReferralRecord, shared: &[Shared], at: Timestamp) -> Result<Vec<ConsentedDoor>> {
    let open: Vec<&Shared> = shared.iter().filter(|shared| shared.is_open(&record.referral, at)).collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let doors = store::building::doors(brigade.store.reader(), record.building.id).await?;
    let labels: BTreeMap<DwellingId, String> = doors.into_iter().map(|door| (door.dwelling_id, door.label)).collect();
    let told = |shared: &Shared| {
        let door = labels.get(&shared.basis.dwelling_id())?.clone();
        let (purpose, until, emergency) = match &shared.basis {
            Basis::Consent(consent) => (consent.purpose.clone(), consent.until, None),
            Basis::Emergency(share) => (share.reason.clone(), share.until(), Some(share.ground)),
        };
        Some(ConsentedDoor { door, section: shared.section, purpose, until, emergency })
    };
    let mut doors: Vec<ConsentedDoor> = open.into_iter().filter_map(told).collect();
    doors.sort_by(|a, b| (&a.door, a.section).cmp(&(&b.door, b.section)));
    Ok(doors)
}

/// What a referral shows of visits, and the sections that it is of.
async fn shared_observations(
    brigade: &Brigade,
    sight: &Sight,
    record: &ReferralRecord,
    opened: &[OpenDoor],
) -> Result<(Vec<SharedObservation>, BTreeSet<Section>)> {
    let store = &brigade.store;
    let doors = store::building::doors(store.reader(), record.building.id).await?;
    let labels: BTreeMap<String, String> = doors.into_iter().map(|door| (door.dwelling_id.to_string(), door.label)).collect();
    let grants = record.referral.shared_sections.without_consent();
    // The newest visit that holds something shared: a later one about something else takes nothing away, nor shows that it took place. What concerns people
    // has a newest visit of its own for each door and section: one door’s visit hides nothing of another’s.
    let mut of_the_building = Vec::new();
    let mut sections = BTreeSet::new();
    let mut of_people: BTreeMap<OpenDoor, Vec<ObservationView>> = BTreeMap::new();
    for visit in store::visit::of_case(store.reader(), record.referral.case_id).await? {
        let Some(grid) = brigade.grids.get(&visit.grid) else { continue };
        let (mut here, mut here_of_people) = (Vec::new(), BTreeMap::<OpenDoor, Vec<ObservationView>>::new());
        let mut sections_here = BTreeSet::new();
        // The sender is shown what the recipient sees, not all that the sender reads.
        for view in read_case::observations_of(brigade, sight, grid, &visit, &labels).await? {
            let criterion = grid.criterion(&inspection_grid::CriterionId(view.criterion.clone()));
            let Some(section) = criterion.map(|(section, _)| super::receive_changes::section_of(section, &view.place)) else { continue };
            let open = opened.iter().find(|(open, dwelling)| *open == section && view.place == Place::Dwelling(dwelling.to_string()));
            if grants.contains(section) {
                sections_here.insert(section);
                here.push(view);
            } else if let Some(open) = open.filter(|open| !of_people.contains_key(open)) {
                here_of_people.entry(*open).or_default().push(view);
            }
        }
        if of_the_building.is_empty() {
            of_the_building = here;
            sections.extend(sections_here);
        }
        of_people.extend(here_of_people);
        if !of_the_building.is_empty() && opened.iter().all(|open| of_people.contains_key(open)) {
            break;
        }
    }
    sections.extend(of_people.keys().map(|(section, _)| *section));
    Ok((of_the_building.into_iter().chain(of_people.into_values().flatten()).map(shared_observation).collect(), sections))
}

fn shared_observation(view: ObservationView) -> SharedObservation {
    SharedObservation {
        place: view.place.to_string(),
        door: view.door,
        criterion: view.criterion,
        label: view.label,
        anchor: view.anchor,
        answer: view.answer,
        photos: view.photos,
    }
}
