//! What every request handler shares.

use std::sync::Arc;

use crate::{
    application::{Brigade, devices::DeviceWatch, push_queue::PushQueue},
    http::assets::Site,
};

/// Shared by every request. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub brigade: Brigade,
    pub pushes: PushQueue,
    pub devices: DeviceWatch,
    pub site: Arc<Site>,
    /// Cookies carry `Secure`.
    pub is_https: bool,
    /// Invented data: the sign-in page shows the accounts.
    pub demo: bool,
}
