//! Figures of the whole program under load: `cargo xtask bench` runs this against the release server, on 127.0.0.1 only, bounded in count and time.
//! One JSON line per figure.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "figures of at most some thousands of requests, and pixels of a drawn picture"
)]

mod figures;
mod photos;
mod program;
mod seed;

use std::{sync::Arc, time::Instant};

use anyhow::Context;
use casework::{
    clock::Timestamp,
    ids::{BuildingId, DeviceId, EventId, VisitId},
    wire::v1::{Change, FieldEvent, PROTOCOL, PushReply, PushRequest, VerdictKind},
};
use inspection_grid::{Answer, CriterionId, DwellingOutcome, Place, Severity, Value};
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
    let seeded = Arc::new(seeded);
    pushes(&program, &client, &seeded, 1, PUSHES_ALONE).await?;
    pushes(&program, &client, &seeded, 32, PUSHES_TOGETHER).await?;
    lists(&program, &client).await?;
    photos::measure(&program, &client, folder, &seeded).await?;
    let (now_mb, peak_mb) = program.memory_mb()?;
    line("memory_after", &serde_json::json!({ "mb": now_mb, "peak_mb": peak_mb }));
    program.stop().await?;
    photos::copies_of_12_mp()
}

/// A visit of 10 KB: an inspector's answers in one dwelling and around.
fn batch(seeded: &Seeded, index: usize) -> anyhow::Result<String> {
    let grid = inspection_grid::builtin::v1();
    let building = &seeded.buildings[index % seeded.buildings.len()];
    let visit_id = VisitId(new_id());
    let dwelling = building.dwellings[index % building.dwellings.len()];
    let answers = grid
        .sections
        .iter()
        .filter(|section| !section.confidential && section.scope.includes(&Place::Dwelling(dwelling.to_string())))
        .flat_map(|section| &section.criteria)
        .filter(|criterion| criterion.answer == inspection_grid::AnswerKind::Conformity)
        .take(24);
    let mut changes = vec![Change::VisitStarted { expected_end: None }, Change::DwellingOutcome { dwelling_id: dwelling, outcome: DwellingOutcome::Visited }];
    for (position, criterion) in answers.enumerate() {
        let severity = if position % 5 == 0 && criterion.anchors.contains_key(&2) { Severity::Moderate } else { Severity::None };
        let answer = Answer::Observed { severity: Some(severity), value: None::<Value> };
        changes.push(Change::Answered {
            place: Place::Dwelling(dwelling.to_string()),
            criterion: CriterionId(criterion.id.0.clone()),
            answer,
            based_on: None,
            copied_from: None,
            resolves: Vec::new(),
        });
    }
    changes.push(Change::Noted {
        place: Place::Dwelling(dwelling.to_string()),
        criterion: CriterionId::from("PLO-03"),
        text: "Fuite sous l’évier de la cuisine, seau vidé deux fois par jour selon l’occupant. ".repeat(4),
    });
    let events = changes
        .into_iter()
        .enumerate()
        .map(|(sequence, change)| {
            serde_json::value::to_raw_value(&FieldEvent {
                id: EventId(new_id()),
                visit_id,
                building_id: BuildingId(building.id.0),
                device_sequence: sequence as u64 + 1,
                device_at: Timestamp(1_795_000_000_000),
                grid: grid.hash.clone(),
                change,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let request = PushRequest { protocol: PROTOCOL, device_id: DeviceId(new_id()), account_id: None, device_now: Timestamp(1_795_000_000_000), events };
    Ok(serde_json::to_string(&request)?)
}

async fn pushes(program: &Program, client: &reqwest::Client, seeded: &Arc<Seeded>, concurrency: usize, count: usize) -> anyhow::Result<()> {
    let bodies = (0..count).map(|index| batch(seeded, index)).collect::<anyhow::Result<Vec<_>>>()?;
    let bytes = bodies.iter().map(String::len).sum::<usize>() / count;
    let url = format!("{}/api/v1/sync/push", program.base);
    let measure = Measure::begin(program)?;
    let mut tasks = tokio::task::JoinSet::new();
    let share = count.div_ceil(concurrency);
    for chunk in bodies.chunks(share) {
        let (client, url, chunk) = (client.clone(), url.clone(), chunk.to_vec());
        tasks.spawn(async move {
            let mut taken = Vec::with_capacity(chunk.len());
            for body in chunk {
                let before = Instant::now();
                let reply = client.post(&url).header("content-type", "application/json").body(body).send().await?.error_for_status()?;
                let reply: PushReply = reply.json().await?;
                taken.push(before.elapsed());
                anyhow::ensure!(reply.verdicts.iter().all(|verdict| verdict.verdict == VerdictKind::Stored), "a push was not stored: {:?}", reply.verdicts);
            }
            anyhow::Ok(taken)
        });
    }
    let Measured { latencies, seconds, cpu_ms: cpu } = measure.end(program, tasks).await?;
    line(
        &format!("push_c{concurrency}"),
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
