//! The phones of the demo: one that has sent everything, one that holds work and whose clock is off, one that was lost.

use casework::{clock::Timestamp, ids::DeviceId, wire::v1::PROTOCOL};

use super::{
    ids::Ids,
    people::{People, Who},
    when::{When, day, minutes},
};
use crate::store::{self, DeviceContact, Revocation, Tx};

struct DemoDevice {
    who: Who,
    last_contact: When,
    unsent_events: u32,
    unsent_photos: u32,
    oldest_unsent: Option<When>,
    clock_skew_ms: i64,
    /// When and why it was given up.
    revoked: Option<(When, &'static str)>,
}

const DEVICES: &[DemoDevice] = &[
    DemoDevice { who: Who::Inspector, last_contact: minutes(6), unsent_events: 0, unsent_photos: 0, oldest_unsent: None, clock_skew_ms: 900, revoked: None },
    DemoDevice {
        who: Who::Psychosocial,
        last_contact: day(1, 16, 42),
        unsent_events: 23,
        unsent_photos: 4,
        oldest_unsent: Some(day(1, 14, 5)),
        clock_skew_ms: 26 * Timestamp::MINUTE_MS,
        revoked: None,
    },
    DemoDevice {
        who: Who::Inspector,
        last_contact: day(19, 11, 20),
        unsent_events: 0,
        unsent_photos: 0,
        oldest_unsent: None,
        clock_skew_ms: -400,
        revoked: Some((day(18, 9, 3), "Oublié dans l’autobus 8, jamais rendu")),
    },
];

/// Stores the phones. Those in use are the ones that the demo's visits came from.
pub async fn store(tx: &mut Tx, ids: &mut Ids, people: &People, now: Timestamp) -> anyhow::Result<()> {
    let coordinator = people.actor(Who::Coordinator)?.account.id;
    for device in DEVICES {
        let at = device.last_contact.at(now);
        let id: DeviceId = if device.revoked.is_some() { ids.next(at) } else { people.device(device.who)? };
        let contact = DeviceContact {
            device_id: id,
            account_id: people.actor(device.who)?.account.id,
            at,
            build: "demo".to_owned(),
            protocol: PROTOCOL,
            unsent_events: device.unsent_events,
            unsent_photos: device.unsent_photos,
            oldest_unsent_at: device.oldest_unsent.map(|oldest| oldest.at(now)),
            clock_skew_ms: device.clock_skew_ms,
            // It speaks in no session: none has this hash.
            session_hash: String::new(),
        };
        store::device::report(tx, &contact).await?;
        if let Some((when, reason)) = device.revoked {
            store::device::revoke(tx, id, &Revocation { at: when.at(now), by: coordinator, reason: reason.to_owned() }).await?;
        }
    }
    Ok(())
}
