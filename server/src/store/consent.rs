//! Consents, and the referrals that share something under them.

use std::collections::BTreeSet;

use casework::{
    clock::Timestamp,
    consent::{Consent, ConsentAnswer},
    consent_proof::{ConsentProof, ProofKind},
    ids::{CaseId, ConsentId, ReferralId},
    permission::Section,
    referral::ReferralStage,
    wire::v1::{ConsentEnding, ConsentUse, ConsentedSection},
};
use sqlx::{AnyConnection, AnyExecutor, Row, any::AnyRow};

use super::{
    Result, Tx, from_json, parsed,
    rows::{Values, ids, over_given},
    to_json,
};

/// A consent with the names that go with it.
#[derive(Clone, Debug)]
pub struct ConsentRecord {
    pub consent: Consent,
    pub door: String,
    pub organisation: String,
    pub explained_by_name: String,
    pub withdrawn_by_name: Option<String>,
}

const SELECT: &str = "select c.id, c.body, d.label, o.name as organisation, e.display_name as explained_by_name, w.display_name as withdrawn_by_name
    from consent c join dwelling d on d.id = c.dwelling_id join organisation o on o.id = c.to_organisation join account e on e.id = c.explained_by
    left join account w on w.id = c.withdrawn_by";

fn record(row: &AnyRow) -> Result<ConsentRecord> {
    Ok(ConsentRecord {
        consent: consent(row)?,
        door: row.try_get("label")?,
        organisation: row.try_get("organisation")?,
        explained_by_name: row.try_get("explained_by_name")?,
        withdrawn_by_name: row.try_get("withdrawn_by_name")?,
    })
}

fn consent(row: &AnyRow) -> Result<Consent> {
    let id: String = row.try_get("id")?;
    from_json("consent", "body", &id, row.try_get("body")?)
}

/// Stores a new consent. `false` when its id is known already: the same click, sent twice.
pub async fn insert(tx: &mut Tx, consent: &Consent) -> Result<bool> {
    let done = sqlx::query(
        "insert into consent (id, case_id, dwelling_id, to_organisation, body, at, explained_by, ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (id) do nothing",
    )
    .bind(consent.id.to_string())
    .bind(consent.case_id.to_string())
    .bind(consent.dwelling_id.to_string())
    .bind(consent.to_organisation.to_string())
    .bind(to_json(consent))
    .bind(consent.explained.at.0)
    .bind(consent.explained.by.to_string())
    .bind((consent.answer == ConsentAnswer::Given).then_some(consent.until.0))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what proves a consent, with the copy of its paper if it is one.
pub async fn insert_proof(tx: &mut Tx, id: ConsentId, proof: &ConsentProof, paper: Option<&str>) -> Result<()> {
    sqlx::query("insert into consent_proof (consent_id, body, paper) values ($1, $2, $3)")
        .bind(id.to_string())
        .bind(to_json(proof))
        .bind(paper.map(str::to_owned))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// What proves a consent, without the copy of its paper.
pub async fn proof<'e>(executor: impl AnyExecutor<'e>, id: ConsentId) -> Result<Option<ConsentProof>> {
    let row = sqlx::query("select body from consent_proof where consent_id = $1").bind(id.to_string()).fetch_optional(executor).await?;
    row.map(|row| from_json("consent_proof", "body", &id.to_string(), row.try_get("body")?)).transpose()
}

/// The copy of a consent's paper, JPEG in base64.
pub async fn paper<'e>(executor: impl AnyExecutor<'e>, id: ConsentId) -> Result<Option<String>> {
    let row = sqlx::query("select paper from consent_proof where consent_id = $1").bind(id.to_string()).fetch_optional(executor).await?;
    Ok(row.map(|row| row.try_get::<Option<String>, _>("paper")).transpose()?.flatten())
}

/// Which consents of a case have a proof, and of which kind.
pub async fn proofs_in_case<'e>(executor: impl AnyExecutor<'e>, case_id: CaseId) -> Result<Vec<(ConsentId, ProofKind)>> {
    let rows = sqlx::query("select p.consent_id, p.body from consent c join consent_proof p on p.consent_id = c.id where c.case_id = $1")
        .bind(case_id.to_string())
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("consent_id")?;
            let proof: ConsentProof = from_json("consent_proof", "body", &id, row.try_get("body")?)?;
            Ok((parsed("consent_proof", "consent_id", &id, &id)?, proof.kind()))
        })
        .collect()
}

/// Those that are over by now and of which the history has not said so.
pub async fn over_by<'e>(executor: impl AnyExecutor<'e>, at: Timestamp) -> Result<Vec<ConsentId>> {
    let rows = sqlx::query("select id from consent where ends_at <= $1 order by ends_at limit 100").bind(at.0).fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            parsed("consent", "id", &id, &id)
        })
        .collect()
}

/// Takes the one saying that a consent is over. `false` when it was said, or taken back, meanwhile.
pub async fn take_end(tx: &mut Tx, id: ConsentId, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("update consent set ends_at = null where id = $1 and ends_at <= $2").bind(id.to_string()).bind(at.0).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Stages of a referral that is not done: what it shares is still needed.
const RELYING: &str = "('sent', 'accepted', 'in_progress', 'on_hold')";

/// Those that end within a time and that a referral which is not done relies on, soonest first.
pub async fn ending<'e>(executor: impl AnyExecutor<'e>, from: Timestamp, until: Timestamp) -> Result<Vec<ConsentEnding>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "select c.id, c.case_id, c.ends_at, k.number, b.address, o.name from consent c join case_file k on k.id = c.case_id
            join building b on b.id = k.building_id join organisation o on o.id = c.to_organisation
         where c.ends_at > $1 and c.ends_at <= $2 and exists (select 1 from referral_consent s join referral r on r.id = s.referral_id
            where s.consent_id = c.id and r.stage in {RELYING})
         order by c.ends_at, c.id limit 100"
    )))
    .bind(from.0)
    .bind(until.0)
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            Ok(ConsentEnding {
                case_id: parsed("consent", "case_id", &id, row.try_get("case_id")?)?,
                case_number: row.try_get("number")?,
                address: row.try_get("address")?,
                organisation: row.try_get("name")?,
                until: Timestamp(row.try_get("ends_at")?),
            })
        })
        .collect()
}

/// Keeps a consent from being withdrawn until the transaction ends. `false` when it was withdrawn, or is none.
pub async fn hold(tx: &mut Tx, id: ConsentId) -> Result<bool> {
    let done =
        sqlx::query("update consent set withdrawn_at = withdrawn_at where id = $1 and withdrawn_at is null").bind(id.to_string()).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Saves a withdrawal. `false` when it was withdrawn before.
pub async fn save_withdrawn(tx: &mut Tx, consent: &Consent) -> Result<bool> {
    let done = sqlx::query("update consent set body = $2, withdrawn_at = $3, withdrawn_by = $4, ends_at = null where id = $1 and withdrawn_at is null")
        .bind(consent.id.to_string())
        .bind(to_json(consent))
        .bind(consent.withdrawn.map(|act| act.at.0))
        .bind(consent.withdrawn.map(|act| act.by.to_string()))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: ConsentId) -> Result<Option<ConsentRecord>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where c.id = $1"))).bind(id.to_string()).fetch_optional(executor).await?;
    row.as_ref().map(record).transpose()
}

/// Of a case, newest first.
pub async fn of_case<'e>(executor: impl AnyExecutor<'e>, case_id: CaseId) -> Result<Vec<ConsentRecord>> {
    let select = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where c.case_id = $1 order by c.at desc, c.id desc")));
    select.bind(case_id.to_string()).fetch_all(executor).await?.iter().map(record).collect()
}

const SHARE: Values = Values { before: "insert into referral_consent (referral_id, consent_id, section)", columns: 3, after: "" };

/// The referral shares these sections, each under its consent.
pub async fn share(tx: &mut Tx, referral_id: ReferralId, consented: &BTreeSet<ConsentedSection>) -> Result<()> {
    let rows: Vec<_> = consented.iter().map(|shared| (referral_id, *shared)).collect();
    SHARE
        .execute(tx, rows, |statement, (referral_id, shared)| {
            statement.bind(referral_id.to_string()).bind(shared.consent_id.to_string()).bind(shared.section.code())
        })
        .await?;
    Ok(())
}

/// What each of these referrals shares under a consent, whether it holds or not.
pub async fn shared_by(connection: &mut AnyConnection, referrals: impl IntoIterator<Item = ReferralId>) -> Result<Vec<(ReferralId, Section, Consent)>> {
    let select = over_given(
        connection,
        "select s.referral_id, s.section, c.id, c.body from {given} join referral_consent s on s.referral_id = given.value ->> 0
            join consent c on c.id = s.consent_id",
        &ids(referrals),
    );
    let shared = |row: &AnyRow| {
        let id: String = row.try_get("referral_id")?;
        Ok((parsed("referral_consent", "referral_id", &id, &id)?, parsed("referral_consent", "section", &id, row.try_get("section")?)?, consent(row)?))
    };
    select.fetch_all(connection).await?.iter().map(shared).collect()
}

/// What was shared under the consents of a case, newest first.
pub async fn uses_in_case<'e>(executor: impl AnyExecutor<'e>, case_id: CaseId) -> Result<Vec<(ConsentId, ConsentUse)>> {
    let rows = sqlx::query(
        "select s.consent_id, s.section, r.id, r.sent_at, r.stage from consent c join referral_consent s on s.consent_id = c.id
            join referral r on r.id = s.referral_id
         where c.case_id = $1 and r.sent_at is not null order by r.sent_at desc, r.id desc, s.section",
    )
    .bind(case_id.to_string())
    .fetch_all(executor)
    .await?;
    let used = |row: &AnyRow| {
        let id: String = row.try_get("consent_id")?;
        let read = |column| row.try_get::<String, _>(column);
        let stage: ReferralStage = parsed("referral", "stage", &id, &read("stage")?)?;
        let used = ConsentUse {
            referral_id: parsed("referral", "id", &id, &read("id")?)?,
            section: parsed("referral_consent", "section", &id, &read("section")?)?,
            sent_at: row.try_get::<Option<i64>, _>("sent_at")?.map(Timestamp),
            stage,
        };
        Ok((parsed("referral_consent", "consent_id", &id, &id)?, used))
    };
    rows.iter().map(used).collect()
}
