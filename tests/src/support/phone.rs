//! A phone in the field: makes events as the app does and pushes them.

use std::sync::atomic::{AtomicU64, Ordering};

use casework::ids::{DeviceId, VisitId};
use serde_json::{Value, json};
use server::clock::{new_id, now};

use super::{Answer, Building, Client};

/// One installation of the app, visiting one building.
pub struct Phone {
    pub device_id: DeviceId,
    pub visit_id: VisitId,
    building_id: String,
    sequence: AtomicU64,
    /// Milliseconds that the phone's clock is ahead.
    pub clock_skew_ms: i64,
}

impl Phone {
    /// A new phone that starts a visit.
    pub fn in_building(building: &Building) -> Self {
        Self { device_id: DeviceId(new_id()), visit_id: VisitId(new_id()), building_id: building.id.to_string(), sequence: AtomicU64::new(0), clock_skew_ms: 0 }
    }

    /// Another phone in the same visit.
    pub fn beside(other: &Self) -> Self {
        Self { device_id: DeviceId(new_id()), visit_id: other.visit_id, building_id: other.building_id.clone(), sequence: AtomicU64::new(0), clock_skew_ms: 0 }
    }

    /// An event with this change.
    pub fn event(&self, change: &Value) -> Value {
        json!({
            "id": new_id().to_string(),
            "visit_id": self.visit_id.to_string(),
            "building_id": self.building_id,
            "device_sequence": self.sequence.fetch_add(1, Ordering::Relaxed) + 1,
            "device_at": now().0 + self.clock_skew_ms,
            "grid": inspection_grid::builtin::v1().hash.0,
            "change": change,
        })
    }

    pub fn starts(&self) -> Value {
        self.event(&json!({ "kind": "visit_started" }))
    }

    pub fn finishes(&self) -> Value {
        self.event(&json!({ "kind": "visit_finished" }))
    }

    pub fn enters(&self, dwelling_id: &str) -> Value {
        self.event(&json!({ "kind": "dwelling_outcome", "dwelling_id": dwelling_id, "outcome": "visited" }))
    }

    /// An observed severity.
    pub fn observes(&self, place: &str, criterion: &str, severity: u8) -> Value {
        self.answers(place, criterion, &json!({ "status": "observed", "severity": severity }))
    }

    /// Chosen options of a criterion.
    pub fn chooses(&self, place: &str, criterion: &str, options: &[&str]) -> Value {
        self.answers(place, criterion, &json!({ "status": "observed", "value": { "choice": options } }))
    }

    pub fn answers(&self, place: &str, criterion: &str, answer: &Value) -> Value {
        self.event(&json!({ "kind": "answered", "place": place, "criterion": criterion, "answer": answer }))
    }

    pub fn notes(&self, place: &str, criterion: &str, text: &str) -> Value {
        self.event(&json!({ "kind": "noted", "place": place, "criterion": criterion, "text": text }))
    }

    pub fn photographs(&self, photo_id: &str, place: &str, criterion: &str, bytes: &[u8]) -> Value {
        self.event(&json!({
            "kind": "photo_taken", "photo_id": photo_id, "place": place, "criterion": criterion,
            "sha256": server::clock::sha256_hex(bytes), "bytes": bytes.len(), "content_type": "image/jpeg",
        }))
    }

    pub fn raises(&self, escalation_id: &str, place: &str, reason: &str) -> Value {
        self.event(&json!({ "kind": "escalation_raised", "escalation_id": escalation_id, "place": place, "reason": reason, "called_911": true }))
    }

    /// The message that carries events.
    pub fn message(&self, events: &[Value]) -> Value {
        json!({ "protocol": 1, "device_id": self.device_id.to_string(), "device_now": now().0 + self.clock_skew_ms, "events": events })
    }

    pub async fn push(&self, client: &Client, events: &[Value]) -> Answer {
        client.post("/api/v1/sync/push", &self.message(events)).await
    }

    /// Pushes and expects every event to be stored.
    pub async fn push_stored(&self, client: &Client, events: &[Value]) -> Value {
        let reply = self.push(client, events).await.expect_status(200).json();
        for verdict in reply["verdicts"].as_array().expect("verdicts") {
            assert_eq!(verdict["verdict"], "stored", "{verdict}");
        }
        reply
    }
}
