//! Photos to the server, one after the other, each after the event that announces it.

use std::collections::BTreeSet;

use casework::wire::v1::ErrorCode;

use super::{
    records::PhotoState,
    revocation, startup,
    state::{Device, Net},
    store,
};
use crate::gateway::{
    http::FetchError,
    sync::{self, Caller},
};

/// Refusals that sending again cannot change.
const FINAL: [ErrorCode; 5] =
    [ErrorCode::NotAnImage, ErrorCode::ImageTooLarge, ErrorCode::PhotoForbidden, ErrorCode::BodyTooLarge, ErrorCode::UnsupportedMediaType];

/// Uploads what waits. `false` when it stopped on the network and should be tried again later.
pub async fn drain(device: Device, caller: &Caller) -> bool {
    let mut settled = false;
    let complete = upload_all(device, caller, &mut settled).await;
    if settled {
        // The open screen shows where each photo stands.
        startup::reread_received(device).await;
    }
    complete
}

async fn upload_all(device: Device, caller: &Caller, settled: &mut bool) -> bool {
    let Ok(photos) = store::photos_waiting().await else { return false };
    let Ok(outbox) = store::outbox().await else { return false };
    let announced_later: BTreeSet<String> = outbox.into_iter().map(|row| row.subject).collect();
    let mut complete = true;
    for photo in photos.iter().filter(|photo| photo.state == PhotoState::Waiting) {
        if announced_later.contains(&format!("photo|{}", photo.id)) {
            continue;
        }
        let bytes = match store::photo_bytes(&photo.id.to_string()).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                complete &= store::set_photo_state(photo, PhotoState::Refused { code: "missing_on_device".to_owned() }).await.is_ok();
                *settled = true;
                continue;
            }
            Err(_) => return false,
        };
        match sync::upload(caller, photo, &bytes, super::outbox::passed).await {
            Ok(()) => {
                super::outbox::passed();
                complete &= store::set_photo_state(photo, PhotoState::Verified).await.is_ok();
                *settled = true;
            }
            Err(error) if sync::is_sign_in_required(&error) => {
                device.set_net(Net::SignInNeeded);
                return false;
            }
            Err(error) if sync::is_revoked(&error) => {
                revocation::obey(device).await;
                return false;
            }
            Err(FetchError::Refused(error)) if FINAL.iter().any(|code| code.code() == error.code) => {
                complete &= store::set_photo_state(photo, PhotoState::Refused { code: error.code }).await.is_ok();
                *settled = true;
            }
            // The other photos may still pass; this one is tried again later.
            Err(FetchError::Refused(_)) => complete = false,
            Err(FetchError::Unreachable) => {
                device.set_net(Net::Offline);
                return false;
            }
        }
        super::outbox::count(device).await;
    }
    complete
}
