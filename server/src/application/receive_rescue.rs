//! A rescue file is handed in: what a phone could not send, taken as if the phone had sent it.
//!
//! Each change and each photo goes by the door that phones use, in the name of the person whose work it is; nothing counts twice, here or when the phone
//! finds a network again. What is before a damaged place is kept: each change and each photo is whole, or not there.

use casework::{
    clock::Timestamp,
    ids::{AccountId, DeviceId},
    permission,
    wire::v1::{ErrorCode, PushRequest, RescueBrought, RescueManifest, RescuePhoto, VerdictKind},
};
use futures::stream;
use tokio::io::AsyncRead;

use super::{
    Actor, Brigade, Result, UseCaseError,
    devices::DeviceWatch,
    push_queue::PushQueue,
    receive_changes::EVENTS_MAX,
    receive_photo::{self, Announcement, Chunk},
    refuse, require,
};
use crate::{
    clock::{new_id, now},
    rescue_file::{Frames, RescueFault},
    store::{self, NewRescueFile, StoreError},
};

impl From<RescueFault> for UseCaseError {
    fn from(_: RescueFault) -> Self {
        Self::refused(ErrorCode::RescueUnreadable)
    }
}

/// Takes what a rescue file holds.
///
/// # Errors
/// `not_found` for anybody but coordinators and administrators; `rescue_unreadable`; `rescue_unknown_phone` for a phone never heard from in the hands of that
/// person, or a person of another organisation; `device_revoked`; as a push.
pub async fn receive(brigade: &Brigade, pushes: &PushQueue, watch: &DeviceWatch, actor: &Actor, file: impl AsyncRead + Unpin) -> Result<RescueBrought> {
    require(permission::may_manage_devices(&actor.permission()), ErrorCode::NotFound)?;
    let mut frames = brigade.rescue_key.open_file(file).await?;
    let manifest = frames.next().await?.ok_or(RescueFault)?;
    let RescueManifest { push, photos } = serde_json::from_slice(&manifest).map_err(|_| RescueFault)?;
    let (device_id, holder, skew_ms) = holder_of(brigade, actor, &push).await?;
    if watch.is_revoked(device_id) {
        return refuse(ErrorCode::DeviceRevoked);
    }
    let account_id = holder.account.id;
    let mut brought = RescueBrought::default();
    take_changes(pushes, &holder, push, skew_ms, &mut brought).await?;
    take_photos(brigade, &holder, &photos, &mut frames, &mut brought).await?;
    let at = now();
    let id = new_id().to_string();
    let mut tx = brigade.store.begin().await?;
    let row = NewRescueFile { id: id.clone(), at, device_id, account_id, handed_in_by: actor.account.id, brought };
    store::rescue_file::insert(&mut tx, &row).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "device.rescue_received", "rescue_file", &id).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(brought)
}

/// Whose phone the file says it comes from, and how far its clock was ahead when it was last heard from.
async fn holder_of(brigade: &Brigade, actor: &Actor, push: &PushRequest) -> Result<(DeviceId, Actor, i64)> {
    let unknown = || UseCaseError::refused(ErrorCode::RescueUnknownPhone);
    let account_id: AccountId = push.account_id.ok_or_else(unknown)?;
    let account = store::account::by_id(brigade.store.reader(), account_id).await?.ok_or_else(unknown)?;
    if account.organisation.id != actor.account.organisation.id {
        return Err(unknown());
    }
    let skew_ms = store::device::clock_skew(brigade.store.reader(), push.device_id, account_id).await?.ok_or_else(unknown)?;
    Ok((push.device_id, Actor { account }, skew_ms))
}

async fn take_changes(pushes: &PushQueue, holder: &Actor, push: PushRequest, skew_ms: i64, brought: &mut RescueBrought) -> Result<()> {
    let PushRequest { protocol, device_id, account_id, device_now: made_at, events } = push;
    // What the phone's clock says now. The file may have travelled for days; a clock set meanwhile cannot make it younger than itself.
    let device_now: Timestamp = made_at.max(now().plus_ms(skew_ms));
    let mut events = events.into_iter().peekable();
    while events.peek().is_some() {
        let group = events.by_ref().take(EVENTS_MAX).collect();
        let request = PushRequest { protocol, device_id, account_id, device_now, events: group };
        for verdict in pushes.push(holder.clone(), request).await?.verdicts {
            match verdict.verdict {
                VerdictKind::Stored | VerdictKind::Conflict => brought.events_stored += 1,
                VerdictKind::Duplicate => brought.events_known += 1,
                VerdictKind::Refused | VerdictKind::Quarantined => brought.events_refused += 1,
            }
        }
    }
    Ok(())
}

async fn take_photos<R: AsyncRead + Unpin>(
    brigade: &Brigade,
    holder: &Actor,
    photos: &[RescuePhoto],
    frames: &mut Frames<R>,
    brought: &mut RescueBrought,
) -> Result<()> {
    for (position, photo) in photos.iter().enumerate() {
        // Nothing can be read after a damaged place: the rest is missing, and what came before stays.
        let Ok(Some(bytes)) = frames.next().await else {
            brought.photos_missing += u32::try_from(photos.len() - position).unwrap_or(u32::MAX);
            return Ok(());
        };
        let count = match take_photo(brigade, holder, photo, bytes).await? {
            Taken::Stored => &mut brought.photos_stored,
            Taken::Known => &mut brought.photos_known,
            Taken::Refused => &mut brought.photos_refused,
            Taken::Missing => &mut brought.photos_missing,
        };
        *count += 1;
    }
    Ok(())
}

enum Taken {
    Stored,
    Known,
    Refused,
    Missing,
}

/// One photo, from where an upload by its phone may have left it.
async fn take_photo(brigade: &Brigade, holder: &Actor, photo: &RescuePhoto, bytes: Vec<u8>) -> Result<Taken> {
    if bytes.is_empty() {
        return Ok(Taken::Missing);
    }
    let announcement = Announcement {
        photo_id: photo.id,
        sha256: photo.sha256.clone(),
        content_type: photo.content_type.clone(),
        length_bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
    };
    let taken = async {
        let progress = receive_photo::begin(brigade, holder, &announcement).await?;
        if progress.verified {
            return Ok(Taken::Known);
        }
        let offset = progress.received_bytes;
        let rest = bytes::Bytes::from(bytes).slice(usize::try_from(offset).unwrap_or(usize::MAX)..);
        let pieces = stream::iter([Ok::<_, std::convert::Infallible>(rest)]);
        let chunk = Chunk { offset, length_bytes: Some(announcement.length_bytes - offset), checksum: None, pieces };
        let progress = receive_photo::take_chunk(brigade, holder, photo.id, chunk).await?;
        Ok(if progress.verified { Taken::Stored } else { Taken::Refused })
    };
    match taken.await {
        // Not a photo, too large, or not what was announced: the phone is told so too, when it sends it itself.
        Err(UseCaseError::Refused { .. }) => Ok(Taken::Refused),
        other => other,
    }
}
