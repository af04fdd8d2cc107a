//! The picture of a photo of which this phone keeps only the small one: the server's copy, when it can be reached.

use casework::ids::PhotoId;
use web_sys::ImageBitmap;

use super::camera;
use crate::gateway::sync;

/// The server's copy of a photo, with the marks that it knows; `None` without a network.
pub async fn picture(photo: PhotoId) -> Option<ImageBitmap> {
    let copy = sync::screen_copy(photo).await.ok()?;
    camera::decode(&copy).await
}
