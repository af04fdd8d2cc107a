//! Demo data: fictitious bodies, people, buildings and their history, placed inside the real territories.
//!
//! Nothing here tells of a real building, household or person: streets do not exist, names are invented, pictures are drawn by the program.
//! The history is made by the program's own rules: visits are pushed as phones push them, then cases, escalations and referrals are moved by their
//! state machines, at moments counted back from the loading.

mod buildings;
mod desk;
mod devices;
mod directory;
mod findings;
mod ids;
mod people;
mod pictures;
mod plan;
mod referrals;
mod statistics;
mod visits;
mod when;

#[cfg(test)]
mod tests;

use anyhow::Context;
use casework::{clock::Timestamp, ids::ReferralId};

use self::{
    desk::{Desk, File},
    ids::Ids,
    people::People,
    plan::{CASES, CasePlan, OTHER_VISITS, Step},
    referrals::{REFERRALS, ReferralPlan, Turn},
    visits::Field,
};
use crate::{
    application::{Brigade, sign_in},
    clock::now,
    store::{self, StoreError},
};

pub use buildings::{LOTS, Lot, ROUND, STORY, STORY_DOORS};
pub use people::{ACCOUNTS, DemoAccount, DemoOrganisation, ORGANISATIONS, PASSWORD};

/// The demo's bodies and buildings existed before anything happened to them.
const STORED_BEFORE_DAYS: i64 = 150;

/// Loads the demo data into a platform without accounts. `false` when there are any: nothing is changed then.
///
/// # Errors
/// When the store or the photo storage fails, or when the demo's own tables contradict the rules; nothing of it is stored then.
pub async fn load_once(brigade: &Brigade) -> anyhow::Result<bool> {
    if store::account::any(brigade.store.reader()).await? {
        return Ok(false);
    }
    let (album, password_hash) = tokio::try_join!(pictures::draw_all(), async { Ok(sign_in::hash_password(PASSWORD.to_owned()).await?) })?;
    for shot in album.values() {
        brigade.photos.keep_original(&shot.sha256, shot.bytes.clone()).await?;
    }
    let mut tx = brigade.store.begin().await?;
    // Another server of the same database may have been faster.
    if store::account::any(&mut *tx).await? {
        return Ok(false);
    }
    let now = now();
    let mut ids = Ids::default();
    let before = now.plus_ms(-STORED_BEFORE_DAYS * Timestamp::DAY_MS);
    let people = People::store(&mut tx, &mut ids, &password_hash, before).await?;
    let built = buildings::store(&mut tx, &mut ids, before).await?;
    let organisation = people.organisation(people::BRIGADE)?.id;
    buildings::plan_round(&mut tx, &built, organisation, now).await?;
    let mut field = Field { brigade, people: &people, album: &album, sequence: 0 };
    let visits = CASES.iter().map(|plan| (&plan.visit, Some(plan))).chain(OTHER_VISITS.iter().map(|visit| (visit, None)));
    for (visit, case) in visits {
        let building = built.get(visit.lot).context("a visit names a building of the table")?;
        let about = || building.row.address.clone();
        // A visit is only taken of a building that is in the round; the round of today is another.
        let is_planned = ROUND.iter().any(|(lot, _)| *lot == visit.lot);
        if !is_planned {
            buildings::join_round(&mut tx, building, organisation, visit.at.at(now)).await?;
        }
        field.visit(&mut tx, &mut ids, visit, building, now).await.with_context(about)?;
        if !is_planned {
            store::building::withdraw(&mut tx, building.row.id, organisation).await?;
        }
        if let Some(case) = case {
            let mut desk = Desk { tx: &mut tx, ids: &mut ids, people: &people };
            let file = desk.open_file(building.row.id).await.with_context(about)?;
            follow(&mut desk, case, &file, now).await.with_context(about)?;
        }
    }
    devices::store(&mut tx, &mut ids, &people, now).await?;
    directory::store(&mut tx, &mut ids, &people, before, now).await?;
    statistics::store(&mut tx, now).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(true)
}

/// What happens to a case after its visit.
enum Act<'a> {
    Step(Step),
    Draft(usize, &'a ReferralPlan),
    Turn(usize, Turn),
}

/// Does all that the tables say of a case, in the order of time.
async fn follow(desk: &mut Desk<'_>, plan: &CasePlan, file: &File, now: Timestamp) -> anyhow::Result<()> {
    let mut acts: Vec<(Timestamp, Act<'_>)> = plan.steps.iter().map(|(when, step)| (when.at(now), Act::Step(*step))).collect();
    for (number, referral) in REFERRALS.iter().enumerate().filter(|(_, referral)| referral.lot == plan.visit.lot) {
        acts.push((referral.drafted.at(now), Act::Draft(number, referral)));
        acts.extend(referral.turns.iter().map(|(when, turn)| (when.at(now), Act::Turn(number, *turn))));
    }
    acts.sort_by_key(|(at, _)| *at);
    let mut drafted: Vec<(usize, ReferralId)> = Vec::new();
    for (at, act) in acts {
        match act {
            Act::Step(step) => desk.step(file, step, at).await.with_context(|| format!("{step:?}"))?,
            Act::Draft(number, referral) => drafted.push((number, desk.draft(file, referral, at).await?)),
            Act::Turn(number, turn) => {
                let (_, id) = drafted.iter().find(|(drafted, _)| *drafted == number).context("a referral moves after it was drafted")?;
                desk.turn(*id, turn, at).await.with_context(|| format!("{turn:?}"))?;
            }
        }
    }
    Ok(())
}
