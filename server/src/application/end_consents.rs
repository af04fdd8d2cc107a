//! Consents that end by their date: brought to mind before, said in the history after.

use std::collections::BTreeSet;

use casework::{
    clock::Timestamp,
    consent::{self, REMINDED_BEFORE_MS},
    ids::{EntryId, ReferralId},
    permission::{self, Relation},
    wire::v1::{ConsentEnding, EntryKind},
};

use super::{Actor, Brigade, Result};
use crate::{
    clock::{new_id, now},
    store::{self, NewCaseEntry, NewReferralEntry, StoreError},
};

/// Whom a line is by that nobody wrote.
const BY_ITSELF: &str = "Brigade";

/// What is soon over and still relied on, for those who keep consents. Nobody else is told that there is any.
///
/// # Errors
/// When the store fails.
pub async fn ending(brigade: &Brigade, actor: &Actor, at: Timestamp) -> Result<Vec<ConsentEnding>> {
    if !permission::may_keep_consents(&actor.permission(), Relation::OwnTeam).is_allowed() {
        return Ok(Vec::new());
    }
    Ok(store::consent::ending(brigade.store.reader(), at, at.plus_ms(REMINDED_BEFORE_MS)).await?)
}

/// Writes, once, that a consent is over by its date: in its case's history and, for both its sides, in that of each referral that it let read. What says that
/// it is to be written lies with the consent, so that a program that was stopped writes it when it comes back, dated when it ended.
///
/// # Errors
/// When the store fails.
pub async fn say_ended(brigade: &Brigade) -> Result<usize> {
    let at = now();
    let mut said = 0;
    for id in store::consent::over_by(brigade.store.reader(), at).await? {
        let mut tx = brigade.store.begin().await?;
        // Said by another server, or taken back, since it was listed.
        if !store::consent::take_end(&mut tx, id, at).await? {
            continue;
        }
        let Some(record) = store::consent::by_id(&mut *tx, id).await? else { continue };
        let (case_id, ended_at) = (record.consent.case_id, record.consent.until);
        let line = NewCaseEntry {
            id: EntryId(new_id()),
            case_id,
            at: ended_at,
            by_account: None,
            by_name: BY_ITSELF,
            kind: EntryKind::ConsentAnswered,
            confidential: true,
            by_confidential: false,
            text: &format!("{} {}", consent::ENDED, record.organisation),
        };
        store::case::insert_entry(&mut tx, &line).await?;
        let uses = store::consent::uses_in_case(&mut *tx, case_id).await?;
        let opened = uses.into_iter().filter(|(consent, used)| *consent == id && permission::opens_sections(used.stage));
        for referral_id in opened.map(|(_, used)| used.referral_id).collect::<BTreeSet<ReferralId>>() {
            let entry = NewReferralEntry {
                id: EntryId(new_id()),
                referral_id,
                at: ended_at,
                by_account: None,
                by_name: BY_ITSELF,
                kind: EntryKind::ReferralChanged,
                text: consent::CONSENT_ENDED,
            };
            store::referral::insert_entry(&mut tx, &entry).await?;
        }
        store::audit::record(&mut tx, at, None, "consent.ended", "consent", &id.to_string()).await?;
        tx.commit().await.map_err(StoreError::from)?;
        said += 1;
    }
    Ok(said)
}
