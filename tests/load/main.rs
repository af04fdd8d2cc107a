//! Figures of the whole program under load: `cargo xtask bench` runs this against the release server, on 127.0.0.1 only, bounded in count and time.
//! One JSON line per figure.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "figures of at most some thousands of requests, and pixels of a drawn picture"
)]

mod figures;
mod photos;
mod program;
mod referrals;
mod seed;

use std::time::Instant;

use anyhow::Context;
use casework::{
    clock::Timestamp,
    ids::{BuildingId, DeviceId, DwellingId, EventId, VisitId},
    wire::v1::{Change, FieldEvent, PROTOCOL, PushReply, PushRequest, VerdictKind},
};
use inspection_grid::{Answer, AnswerKind, CriterionId, DwellingOutcome, GridHash, Place, Severity, Value};
use server::clock::new_id;

use crate::{
    figures::{Latencies, Measure, Measured, line},
    program::Program,
    seed::Seeded,
};

const PUSHES_ALONE: usize = 300;
const PUSHES_TOGETHER: usize = 6_000;
const LISTS: usize = 300;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("brigade-load-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = measure(&folder).await;
    std::fs::remove_dir_all(&folder)?;
    outcome
}

async fn measure(folder: &std::path::Path) -> anyhow::Result<()> {
    let seeded = seed::seed(folder).await.context("seeding")?;
    let program = Program::start(folder).await?;
    line("start_up", &serde_json::json!({ "ms_to_first_answer": program.start_ms }));
    line("memory_idle", &serde_json::json!({ "mb": program.memory_mb()?.0 }));
    let client = program.sign_in(&seeded.email, seed::PASSWORD).await?;
    visits(&program, &client, &seeded, 1, PUSHES_ALONE).await?;
    visits(&program, &client, &seeded, 32, PUSHES_TOGETHER).await?;
    answers(&program, &client, &seeded, 32, PUSHES_TOGETHER).await?;
    lists(&program, &client).await?;
    referrals::measure(&program, &seeded.service_email).await?;
    referrals::decisions()?;
    photos::measure(&program, &client, folder, &seeded).await?;
    let (now_mb, peak_mb) = program.memory_mb()?;
    line("memory_after", &serde_json::json!({ "mb": now_mb, "peak_mb": peak_mb }));
    program.stop().await?;
    photos::copies_of_12_mp()
}

/// The phone's clock in every message.
const PHONE_NOW: Timestamp = Timestamp(1_795_000_000_000);

/// One phone in one visit.
struct Visiting {
    device_id: DeviceId,
    visit_id: VisitId,
    building_id: BuildingId,
    dwelling: DwellingId,
    criteria: Vec<CriterionId>,
    grid: GridHash,
    sequence: u64,
}

impl Visiting {
    fn new(seeded: &Seeded, index: usize) -> Self {
        let grid = inspection_grid::builtin::v1();
        let building = &seeded.buildings[index % seeded.buildings.len()];
        let dwelling = building.dwellings[index % building.dwellings.len()];
        let criteria = grid
            .sections
            .iter()
            .filter(|section| !section.confidential && section.scope.includes(&Place::Dwelling(dwelling.to_string())))
            .flat_map(|section| &section.criteria)
            .filter(|criterion| criterion.answer == AnswerKind::Conformity && criterion.anchors.contains_key(&2))
            .take(24);
        Self {
            device_id: DeviceId(new_id()),
            visit_id: VisitId(new_id()),
            building_id: BuildingId(building.id.0),
            dwelling,
            criteria: criteria.map(|criterion| criterion.id.clone()).collect(),
            grid: grid.hash.clone(),
            sequence: 0,
        }
    }

    fn place(&self) -> Place {
        Place::Dwelling(self.dwelling.to_string())
    }

    /// An answer to the criterion of this position.
    fn answer(&self, position: usize, severity: Severity) -> Change {
        Change::Answered {
            place: self.place(),
            criterion: self.criteria[position % self.criteria.len()].clone(),
            answer: Answer::Observed { severity: Some(severity), value: None::<Value> },
            based_on: None,
            copied_from: None,
            resolves: Vec::new(),
        }
    }

    /// A visit of 10 KB in one message: an inspector's answers in one dwelling.
    fn whole_visit(&mut self) -> anyhow::Result<String> {
        let mut changes =
            vec![Change::VisitStarted { expected_end: None }, Change::DwellingOutcome { dwelling_id: self.dwelling, outcome: DwellingOutcome::Visited }];
        changes.extend((0..self.criteria.len()).map(|position| self.answer(position, if position % 5 == 0 { Severity::Moderate } else { Severity::None })));
        let text = "Fuite sous l’évier de la cuisine, seau vidé deux fois par jour selon l’occupant. ".repeat(4);
        changes.push(Change::Noted { place: self.place(), criterion: CriterionId::from("PLO-03"), text });
        self.message(changes)
    }

    /// What a phone with a network sends most: one answer, a moment after the tap.
    fn one_answer(&mut self, position: usize) -> anyhow::Result<String> {
        let severity = if (position / self.criteria.len()).is_multiple_of(2) { Severity::Moderate } else { Severity::None };
        self.message(vec![self.answer(position, severity)])
    }

    fn message(&mut self, changes: Vec<Change>) -> anyhow::Result<String> {
        let mut events = Vec::with_capacity(changes.len());
        for change in changes {
            self.sequence += 1;
            events.push(serde_json::value::to_raw_value(&FieldEvent {
                id: EventId(new_id()),
                visit_id: self.visit_id,
                building_id: self.building_id,
                device_sequence: self.sequence,
                device_at: PHONE_NOW,
                grid: self.grid.clone(),
                change,
            })?);
        }
        Ok(serde_json::to_string(&PushRequest { protocol: PROTOCOL, device_id: self.device_id, account_id: None, device_now: PHONE_NOW, events })?)
    }
}

/// Whole visits, each opened by its one push.
async fn visits(program: &Program, client: &reqwest::Client, seeded: &Seeded, concurrency: usize, count: usize) -> anyhow::Result<()> {
    let bodies = (0..count).map(|index| Visiting::new(seeded, index).whole_visit()).collect::<anyhow::Result<Vec<_>>>()?;
    let lines = bodies.chunks(count.div_ceil(concurrency)).map(<[String]>::to_vec).collect();
    pushes(program, client, &format!("push_c{concurrency}"), lines).await
}

/// One answer at a time, by phones whose visits are under way: each holds the answers of one dwelling.
async fn answers(program: &Program, client: &reqwest::Client, seeded: &Seeded, phones: usize, count: usize) -> anyhow::Result<()> {
    let mut under_way: Vec<Visiting> = (0..phones).map(|index| Visiting::new(seeded, index)).collect();
    for visiting in &mut under_way {
        push(client, &format!("{}/api/v1/sync/push", program.base), visiting.whole_visit()?).await?;
    }
    let each = count.div_ceil(phones);
    let lines =
        under_way.iter_mut().map(|visiting| (0..each).map(|position| visiting.one_answer(position)).collect()).collect::<anyhow::Result<Vec<Vec<String>>>>()?;
    pushes(program, client, &format!("push_one_answer_c{phones}"), lines).await
}

async fn push(client: &reqwest::Client, url: &str, body: String) -> anyhow::Result<()> {
    let reply = client.post(url).header("content-type", "application/json").body(body).send().await?.error_for_status()?;
    let reply: PushReply = reply.json().await?;
    anyhow::ensure!(reply.verdicts.iter().all(|verdict| verdict.verdict == VerdictKind::Stored), "a push was not stored: {:?}", reply.verdicts);
    Ok(())
}

/// Each line of bodies is one phone's: it waits for each answer before it sends the next.
async fn pushes(program: &Program, client: &reqwest::Client, name: &str, lines: Vec<Vec<String>>) -> anyhow::Result<()> {
    let count = lines.iter().map(Vec::len).sum::<usize>();
    let bytes = lines.iter().flatten().map(String::len).sum::<usize>() / count;
    let url = format!("{}/api/v1/sync/push", program.base);
    let measure = Measure::begin(program)?;
    let mut tasks = tokio::task::JoinSet::new();
    for bodies in lines {
        let (client, url) = (client.clone(), url.clone());
        tasks.spawn(async move {
            let mut taken = Vec::with_capacity(bodies.len());
            for body in bodies {
                let before = Instant::now();
                push(&client, &url, body).await?;
                taken.push(before.elapsed());
            }
            anyhow::Ok(taken)
        });
    }
    let Measured { latencies, seconds, cpu_ms: cpu } = measure.end(program, tasks).await?;
    line(
        name,
        &serde_json::json!({ "per_second": (count as f64 / seconds).round(), "p50_ms": latencies.percentile(50), "p99_ms": latencies.percentile(99),
            "cpu_ms_each": (cpu / count as f64 * 1000.0).round() / 1000.0, "bytes_each": bytes, "count": count }),
    );
    Ok(())
}

async fn lists(program: &Program, client: &reqwest::Client) -> anyhow::Result<()> {
    let url = format!("{}/api/v1/cases?limit=250", program.base);
    let cpu_before = program.cpu_ms()?;
    let mut latencies = Latencies::default();
    let mut rows = 0;
    for _ in 0..LISTS {
        let before = Instant::now();
        let body: serde_json::Value = client.get(&url).send().await?.error_for_status()?.json().await?;
        latencies.push(before.elapsed());
        rows = body["rows"].as_array().map_or(0, Vec::len);
    }
    let cpu = program.cpu_ms()? - cpu_before;
    line(
        "list_250_of_20000",
        &serde_json::json!({ "p50_ms": latencies.percentile(50), "p99_ms": latencies.percentile(99), "cpu_ms_each": (cpu / LISTS as f64 * 1000.0).round() / 1000.0, "rows": rows }),
    );
    Ok(())
}
