//! Holds, and the purge of a case whose term is over.

use casework::{
    case::{Case, CaseState},
    clock::Timestamp,
    ids::{AccountId, CaseId, PhotoId, VisitId},
    retention::{Counts, PurgeProof, Standing, without_words},
    wire::v1::{HoldView, ProofView},
};
use sqlx::{AnyConnection, AnyExecutor, Row};
use uuid::Uuid;

use super::{
    Result, StoreError, Tx, from_json, observation, parsed,
    rows::{ids, over_given},
    to_json,
};
use crate::clock::local_date;

/// A closed case that still holds what it held.
#[derive(Clone, Debug)]
pub struct ClosedCase {
    pub id: CaseId,
    pub number: String,
    pub revision: i64,
    pub standing: Standing,
}

/// Closed cases that were not purged, or the one asked for, with what stands against their purge on a day (`YYYY-MM-DD`).
pub async fn closed(connection: &mut AnyConnection, today: &str, only: Option<CaseId>) -> Result<Vec<ClosedCase>> {
    let rows = sqlx::query(
        "select c.id, c.number, c.state, c.revision,
            (select count(*) from retention_hold h where h.case_id = c.id and (h.until_on is null or h.until_on >= $1)
                and not exists (select 1 from retention_hold_lift l where l.hold_id = h.id)) as holds,
            (select count(*) from case_file o where o.building_id = c.building_id and o.stage <> 'closed') as cases_open,
            (select count(*) from visit v where v.case_id = c.id and v.finished_at is null) as visits_open,
            (select count(*) from referral r where r.case_id = c.id and r.stage in ('sent', 'accepted', 'in_progress', 'on_hold')) as referrals_open,
            (select count(*) from escalation e where e.case_id = c.id and e.stage not in ('stabilised', 'stood_down')) as escalations_open,
            (select count(*) from person_request p join dwelling d on d.id = p.dwelling_id
                where p.answered_at is null and (p.case_id = c.id or d.building_id = c.building_id)) as requests_open,
            (select count(*) from emergency_share s where s.case_id = c.id and s.reviewed_at is null) as shares_to_review
         from case_file c
         where c.stage = 'closed' and (c.id = $2 or $2 = '') and not exists (select 1 from purge_proof p where p.case_id = c.id)",
    )
    .bind(today.to_owned())
    .bind(only.map(|id| id.to_string()).unwrap_or_default())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let case: Case = from_json("case_file", "state", &id, row.try_get("state")?)?;
            let stands = |column: &str| row.try_get::<i64, _>(column).map(|count| count > 0);
            let closed_on = match &case.state {
                CaseState::Closed { closed, .. } => Some(parsed("case_file", "state", &id, &local_date(closed.at))?),
                _ => None,
            };
            let standing = Standing {
                closed_on,
                is_held: stands("holds")?,
                building_open: stands("cases_open")?,
                visit_open: stands("visits_open")?,
                referral_open: stands("referrals_open")?,
                escalation_open: stands("escalations_open")?,
                request_open: stands("requests_open")?,
                share_to_review: stands("shares_to_review")?,
            };
            Ok(ClosedCase { id: case.id, number: row.try_get("number")?, revision: row.try_get("revision")?, standing })
        })
        .collect()
}

/// What goes with a case, in an order that foreign keys allow: kind (none for what is not counted), table, rows. `$1` is the case.
const GOES: &[(Option<&str>, &str, &str)] = &[
    (None, "link_session", "link_id in (select l.id from referral_link l join referral r on r.id = l.referral_id where r.case_id = $1)"),
    (Some("links"), "referral_link", "referral_id in (select id from referral where case_id = $1)"),
    (None, "referral_reading", "referral_id in (select id from referral where case_id = $1)"),
    (Some("forwards"), "referral_forward", "referral_id in (select id from referral where case_id = $1)"),
    (Some("messages"), "referral_message", "referral_id in (select id from referral where case_id = $1)"),
    (None, "referral_consent", "referral_id in (select id from referral where case_id = $1) or consent_id in (select id from consent where case_id = $1)"),
    (Some("emergency_shares"), "emergency_share", "case_id = $1"),
    (None, "referral_entry", "referral_id in (select id from referral where case_id = $1)"),
    (Some("referrals"), "referral", "case_id = $1"),
    (Some("consent_proofs"), "consent_proof", "consent_id in (select id from consent where case_id = $1)"),
    (Some("consents"), "consent", "case_id = $1"),
    (Some("escalation_lines"), "escalation_entry", "escalation_id in (select id from escalation where case_id = $1)"),
    (Some("escalations"), "escalation", "case_id = $1"),
    (Some("requests"), "person_request", "case_id = $1"),
    (Some("timeline"), "case_entry", "case_id = $1"),
    (Some("doors"), "visit_dwelling", "visit_id in (select id from visit where case_id = $1)"),
    (Some("door_notes"), "door_note", "visit_id in (select id from visit where case_id = $1)"),
    (None, "visit_reached", "visit_id in (select id from visit where case_id = $1)"),
    (None, "observation_sheet", "visit_id in (select id from visit where case_id = $1)"),
    (None, "upload", "photo_id in (select p.id from photo p join visit v on v.id = p.visit_id where v.case_id = $1)"),
    (Some("photos"), "photo", "visit_id in (select id from visit where case_id = $1)"),
    (
        None,
        "field_event_quarantine",
        "event_id in (select f.id from field_event f join field_batch b on b.id = f.batch_id join visit v on v.id = b.visit_id where v.case_id = $1)
            or exists (select 1 from visit v where v.case_id = $1 and field_event_quarantine.body like '%' || v.id || '%')",
    ),
    // What was decided of two doors stays with the building, and names its event.
    (
        None,
        "field_event",
        "batch_id in (select b.id from field_batch b join visit v on v.id = b.visit_id where v.case_id = $1) and id not in (select event_id from door_pair)",
    ),
    (Some("batches"), "field_batch", "visit_id in (select id from visit where case_id = $1)"),
];

/// How many of each kind a case holds.
pub async fn counts(connection: &mut AnyConnection, id: CaseId) -> Result<Counts> {
    let mut counts = Counts::new();
    for (kind, table, rows) in GOES {
        let Some(kind) = kind else { continue };
        let select = sqlx::query(sqlx::AssertSqlSafe(format!("select count(*) as n from {table} where {rows}")));
        counts.insert((*kind).to_owned(), select.bind(id.to_string()).fetch_one(&mut *connection).await?.try_get("n")?);
    }
    let visits = sqlx::query("select id from visit where case_id = $1").bind(id.to_string()).fetch_all(&mut *connection).await?;
    let mut known: Vec<VisitId> = Vec::with_capacity(visits.len());
    for row in &visits {
        let visit: String = row.try_get("id")?;
        known.push(parsed("visit", "id", &visit, &visit)?);
    }
    let answers: Vec<_> = observation::of_visits(connection, known).await?.into_values().flatten().collect();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    counts.insert("observations".to_owned(), number(answers.len()));
    counts.insert("observations_people".to_owned(), number(answers.iter().filter(|answer| answer.confidential).count()));
    Ok(counts)
}

/// Takes everything of people out of a case; its shell stays, as the statistics know it. `false` when somebody changed the case meanwhile.
pub async fn purge(tx: &mut Tx, case: Case, revision: i64) -> Result<bool> {
    let id = case.id.to_string();
    let done = sqlx::query(
        "update case_file set state = $3, motifs_confidential = '[]', revision = revision + 1 where id = $1 and revision = $2 and stage = 'closed'",
    )
    .bind(id.clone())
    .bind(revision)
    .bind(to_json(&without_words(case)))
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("insert into purged_photo (photo_id) select p.id from photo p join visit v on v.id = p.visit_id where v.case_id = $1")
        .bind(id.clone())
        .execute(&mut *tx)
        .await?;
    for (_, table, rows) in GOES {
        sqlx::query(sqlx::AssertSqlSafe(format!("delete from {table} where {rows}"))).bind(id.clone()).execute(&mut *tx).await?;
    }
    sqlx::query("update visit set complexity_confidential = null where case_id = $1").bind(id).execute(&mut *tx).await?;
    Ok(true)
}

/// The seal that the next proof follows, if there is one.
pub async fn last_seal(tx: &mut Tx) -> Result<Option<String>> {
    let row = sqlx::query("select seal from purge_proof order by sequence desc limit 1").fetch_optional(&mut *tx).await?;
    Ok(row.map(|row| row.try_get("seal")).transpose()?)
}

pub async fn insert_proof(tx: &mut Tx, proof: &PurgeProof, seal: &str) -> Result<()> {
    sqlx::query(
        "insert into purge_proof (sequence, case_id, number, rule_version, counts, at, by_account, form_id, previous, seal)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(proof.sequence)
    .bind(proof.case_id.to_string())
    .bind(&proof.number)
    .bind(&proof.rule_version)
    .bind(to_json(&proof.counts))
    .bind(proof.at)
    .bind(proof.by.to_string())
    .bind(&proof.form_id)
    .bind(&proof.previous)
    .bind(seal)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Every proof as it was sealed, oldest first, with its seal and how it is shown.
pub async fn proofs(connection: &mut AnyConnection) -> Result<Vec<(PurgeProof, ProofView)>> {
    let rows = sqlx::query(
        "select p.sequence, p.case_id, p.number, p.rule_version, p.counts, p.at, p.by_account, p.form_id, p.previous, p.seal, a.display_name
         from purge_proof p join account a on a.id = p.by_account order by p.sequence",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("case_id")?;
            let proof = PurgeProof {
                sequence: row.try_get("sequence")?,
                case_id: parsed("purge_proof", "case_id", &id, &id)?,
                number: row.try_get("number")?,
                rule_version: row.try_get("rule_version")?,
                counts: from_json("purge_proof", "counts", &id, row.try_get("counts")?)?,
                at: row.try_get("at")?,
                by: parsed("purge_proof", "by_account", &id, row.try_get("by_account")?)?,
                form_id: row.try_get("form_id")?,
                previous: row.try_get("previous")?,
            };
            let view = ProofView {
                sequence: proof.sequence,
                number: proof.number.clone(),
                rule_version: proof.rule_version.clone(),
                counts: proof.counts.clone(),
                at: Timestamp(proof.at),
                by: row.try_get("display_name")?,
                seal: row.try_get("seal")?,
            };
            Ok((proof, view))
        })
        .collect()
}

/// When a case was purged.
pub async fn purged_at<'e>(executor: impl AnyExecutor<'e>, id: CaseId) -> Result<Option<Timestamp>> {
    let row = sqlx::query("select at from purge_proof where case_id = $1").bind(id.to_string()).fetch_optional(executor).await?;
    Ok(row.map(|row| row.try_get("at").map(Timestamp)).transpose()?)
}

/// The form that a case was purged by.
pub async fn purged_by_form<'e>(executor: impl AnyExecutor<'e>, id: CaseId) -> Result<Option<String>> {
    let row = sqlx::query("select form_id from purge_proof where case_id = $1").bind(id.to_string()).fetch_optional(executor).await?;
    Ok(row.map(|row| row.try_get("form_id")).transpose()?)
}

/// Those of these visits that went with their case.
pub async fn purged_visits(tx: &mut Tx, visits: impl IntoIterator<Item = VisitId>) -> Result<std::collections::BTreeSet<VisitId>> {
    let sql = "select v.id from {given} join visit v on v.id = given.value ->> 0 join purge_proof p on p.case_id = v.case_id";
    let rows = over_given(tx, sql, &ids(visits)).fetch_all(&mut *tx).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            parsed::<VisitId>("visit", "id", &id, &id)
        })
        .collect::<std::result::Result<_, StoreError>>()
}

/// Whether a photo went with its case.
pub async fn is_photo_purged<'e>(executor: impl AnyExecutor<'e>, id: PhotoId) -> Result<bool> {
    Ok(sqlx::query("select 1 as known from purged_photo where photo_id = $1").bind(id.to_string()).fetch_optional(executor).await?.is_some())
}

/// A hold to place.
#[derive(Clone, Debug)]
pub struct NewRetentionHold {
    pub id: Uuid,
    pub case_id: CaseId,
    pub reason: String,
    pub at: Timestamp,
    pub by: AccountId,
    /// `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// Places a hold. `false` when its id is known already.
pub async fn insert_hold(tx: &mut Tx, hold: &NewRetentionHold) -> Result<bool> {
    let done = sqlx::query(
        "insert into retention_hold (id, case_id, reason, placed_at, placed_by, until_on) values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing",
    )
    .bind(hold.id.to_string())
    .bind(hold.case_id.to_string())
    .bind(&hold.reason)
    .bind(hold.at.0)
    .bind(hold.by.to_string())
    .bind(hold.until.clone())
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lifts a hold. `false` when there is none of this id, or it is lifted already.
pub async fn lift_hold(tx: &mut Tx, id: Uuid, by: AccountId, at: Timestamp) -> Result<bool> {
    let done =
        sqlx::query("insert into retention_hold_lift (hold_id, at, by_account) select id, $2, $3 from retention_hold where id = $1 on conflict do nothing")
            .bind(id.to_string())
            .bind(at.0)
            .bind(by.to_string())
            .execute(&mut *tx)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether there is a hold of this id, lifted or not.
pub async fn hold_exists<'e>(executor: impl AnyExecutor<'e>, id: Uuid) -> Result<bool> {
    Ok(sqlx::query("select 1 as known from retention_hold where id = $1").bind(id.to_string()).fetch_optional(executor).await?.is_some())
}

/// The holds that stand on a day, the latest first.
pub async fn holds(connection: &mut AnyConnection, today: &str) -> Result<Vec<HoldView>> {
    let rows = sqlx::query(
        "select h.id, c.number, h.reason, h.placed_at, h.until_on, a.display_name
         from retention_hold h join case_file c on c.id = h.case_id join account a on a.id = h.placed_by
         where (h.until_on is null or h.until_on >= $1) and not exists (select 1 from retention_hold_lift l where l.hold_id = h.id)
         order by h.placed_at desc, h.id",
    )
    .bind(today.to_owned())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            Ok(HoldView {
                id: parsed("retention_hold", "id", &id, &id)?,
                number: row.try_get("number")?,
                reason: row.try_get("reason")?,
                placed_at: Timestamp(row.try_get("placed_at")?),
                placed_by: row.try_get("display_name")?,
                until: row.try_get("until_on")?,
            })
        })
        .collect()
}
