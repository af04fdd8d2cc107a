//! The two sides of a referral speak to each other: messages, questions and their answers, who read them, and what the person says of the help.

use casework::{
    case::Act,
    clock::Timestamp,
    ids::{EntryId, MessageId, OrganisationId, ReferralId},
    permission,
    referral::{Helped, Message, MessageError, PERSON_HEARD, PERSON_WORDS_CHARS_MAX, REMINDED, Referral},
    wire::v1::{EntryKind, ErrorCode, HearPerson, WriteMessage},
};

use super::{Actor, Brigade, Result, UseCaseError, create_referral::refusal, read_referrals::sight_of, refuse, require, typed};
use crate::{
    clock::{derived_id, new_id, now},
    store::{self, MessageRecord, NewReferralEntry, ReadingRow, ReferralRecord, StoreError, Tx},
};

/// Writes a message to the other side. The same id sent again changes nothing and succeeds.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible` when the two sides no longer speak, `empty_value`, `text_too_long`, `revision_conflict` for another message
/// under an id that is known.
pub async fn say(brigade: &Brigade, actor: &Actor, id: ReferralId, said: WriteMessage) -> Result<()> {
    let at = now();
    let mut tx = brigade.store.begin().await?;
    let Some(record) = store::referral::by_id(&mut *tx, id).await? else { return refuse(ErrorCode::NotFound) };
    let Some((side, _)) = sight_of(actor, &record, &[]) else { return refuse(ErrorCode::NotFound) };
    require(permission::may_speak_in_referral(&actor.permission(), side), ErrorCode::NotAllowed)?;
    let message = Message {
        id: said.id,
        referral_id: id,
        from: actor.account.organisation.id,
        by: actor.account.id,
        at,
        text: typed(&said.text),
        asks: said.asks,
        replies_to: said.replies_to,
    };
    if let Some(known) = store::referral_message::by_id(&mut *tx, said.id).await? {
        let is_same = Message { at: known.message.at, ..message } == known.message;
        return if is_same { Ok(()) } else { refuse(ErrorCode::RevisionConflict) };
    }
    let question = match said.replies_to {
        Some(question) => store::referral_message::by_id(&mut *tx, question).await?.map(|question| question.message),
        None => None,
    };
    let message = message.checked(record.referral.stage(), question.as_ref()).map_err(|error| refused(error, "replies_to"))?;
    if !store::referral_message::insert(&mut tx, &message, &actor.account.display_name).await? {
        // The same click at the same moment, or an id that is somebody else’s.
        drop(tx);
        let known = store::referral_message::by_id(brigade.store.reader(), message.id).await?;
        let is_same = known.is_some_and(|known| Message { at: known.message.at, ..message } == known.message);
        return if is_same { Ok(()) } else { refuse(ErrorCode::RevisionConflict) };
    }
    store::referral::touch(&mut tx, id, at).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "referral.said", "referral", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

fn refused(error: MessageError, field: &'static str) -> UseCaseError {
    match error {
        MessageError::Empty => UseCaseError::refused(ErrorCode::EmptyValue),
        MessageError::TooLong => UseCaseError::refused(ErrorCode::TextTooLong),
        MessageError::NotAQuestion => UseCaseError::refused_because(ErrorCode::NotFound, field),
        MessageError::Closed => UseCaseError::refused(ErrorCode::ActNotPossible),
    }
}

/// The id of a question that goes with a referral.
pub fn question_id(id: ReferralId, place: usize) -> MessageId {
    MessageId(derived_id(id.0, &format!("question {place}")))
}

/// The questions that go with a referral, in order; their ids follow from the referral's, so that one click asks them once.
///
/// # Errors
/// `text_too_long`.
pub fn questions(referral: &Referral, actor: &Actor, texts: &[String], at: Timestamp) -> Result<Vec<Message>> {
    let written = texts.iter().map(|text| typed(text)).filter(|text| !text.is_empty());
    let questions = written.enumerate().map(|(place, text)| {
        let message = Message {
            id: question_id(referral.id, place),
            referral_id: referral.id,
            from: actor.account.organisation.id,
            by: actor.account.id,
            // One after the other: they read in the order they were asked.
            at: at.plus_ms(i64::try_from(place).unwrap_or_default()),
            text,
            asks: true,
            replies_to: None,
        };
        // Asked of whoever receives it: what will be sent is what is checked.
        message.checked(casework::referral::ReferralStage::Sent, None).map_err(|error| refused(error, "questions"))
    });
    questions.collect()
}

/// Keeps what the person said of the help they got.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible` before the service was given, `text_too_long`, `revision_conflict`.
pub async fn hear(brigade: &Brigade, actor: &Actor, id: ReferralId, heard: HearPerson) -> Result<()> {
    let at = now();
    let mut tx = brigade.store.begin().await?;
    let Some(mut record) = store::referral::by_id(&mut *tx, id).await? else { return refuse(ErrorCode::NotFound) };
    let expected = record.referral.revision;
    keep_word(actor, &mut record, heard.helped, &heard.words, at)?;
    if heard.revision.is_some_and(|revision| revision != expected) || !store::referral::save(&mut tx, &record, expected, at).await? {
        return refuse(ErrorCode::RevisionConflict);
    }
    enter_word(&mut tx, actor, &record, heard.helped, at).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "referral.person_heard", "referral", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Puts what the person said into a referral that is being saved.
///
/// # Errors
/// `not_found`, `not_allowed`, `act_not_possible`, `text_too_long`.
pub fn keep_word(actor: &Actor, record: &mut ReferralRecord, helped: Helped, words: &str, at: Timestamp) -> Result<()> {
    let words = typed(words);
    if words.chars().count() > PERSON_WORDS_CHARS_MAX {
        return refuse(ErrorCode::TextTooLong);
    }
    let Some((side, _)) = sight_of(actor, record, &[]) else { return refuse(ErrorCode::NotFound) };
    require(permission::may_speak_in_referral(&actor.permission(), side), ErrorCode::NotAllowed)?;
    let heard = Act { by: actor.account.id, at };
    record.referral = record.referral.clone().hear(helped, &words, side, heard).map_err(|error| refusal(&error))?;
    Ok(())
}

/// The line of the history that goes with [`keep_word`]: what they answered, never their words.
///
/// # Errors
/// When the store fails.
pub async fn enter_word(tx: &mut Tx, actor: &Actor, record: &ReferralRecord, helped: Helped, at: Timestamp) -> Result<()> {
    let entry = NewReferralEntry {
        id: EntryId(new_id()),
        referral_id: record.referral.id,
        at,
        by_account: Some(actor.account.id),
        by_name: &actor.account.display_name,
        kind: EntryKind::ReferralChanged,
        text: &format!("{PERSON_HEARD} : {}", helped.code()),
    };
    Ok(store::referral::insert_entry(tx, &entry).await?)
}

/// Keeps that the person has the referral before their eyes, with these messages: one that came meanwhile was not shown.
///
/// # Errors
/// When the store fails.
pub async fn keep_reading(brigade: &Brigade, actor: &Actor, record: &ReferralRecord, messages: &[MessageRecord], readings: &[ReadingRow]) -> Result<()> {
    let mine = readings.iter().find(|reading| reading.reader == actor.account.id);
    let newest = messages.iter().map(|said| said.message.at).max().unwrap_or(Timestamp(0));
    if mine.is_some_and(|mine| newest <= mine.last_at) {
        return Ok(());
    }
    let reading = ReadingRow {
        reader: actor.account.id,
        organisation_id: actor.account.organisation.id,
        name: actor.account.display_name.clone(),
        first_at: now(),
        last_at: newest,
    };
    let mut tx = brigade.store.begin().await?;
    store::referral_message::read(&mut tx, record.referral.id, &reading).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Whether somebody of the side that did not write it has had a message before their eyes.
pub fn is_read(message: &Message, readings: &[ReadingRow], other: OrganisationId) -> bool {
    readings.iter().any(|reading| reading.organisation_id == other && reading.last_at >= message.at)
}

/// Brings to their recipients' minds the referrals whose deadline comes near, once each.
///
/// # Errors
/// When the store fails.
pub async fn remind(brigade: &Brigade) -> Result<usize> {
    let at = now();
    let mut reminded = 0;
    for id in store::referral::to_remind(brigade.store.reader(), at).await? {
        let mut tx = brigade.store.begin().await?;
        // Answered, or reminded by another server, since it was listed.
        if !store::referral::take_reminder(&mut tx, id, at).await? {
            continue;
        }
        let entry = NewReferralEntry {
            id: EntryId(new_id()),
            referral_id: id,
            at,
            by_account: None,
            by_name: "Brigade",
            kind: EntryKind::ReferralChanged,
            text: REMINDED,
        };
        store::referral::insert_entry(&mut tx, &entry).await?;
        tx.commit().await.map_err(StoreError::from)?;
        reminded += 1;
    }
    Ok(reminded)
}
