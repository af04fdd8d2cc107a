//! How screens reach the server. Pages take an [`AnyGateway`] from context: in process when rendered, HTTP in the browser.

#[cfg(feature = "browser")]
pub mod http;
#[cfg(feature = "browser")]
pub mod sync;

use std::sync::Arc;

use casework::gateway::Gateway;

/// The gateway of this request or of this browser.
pub type AnyGateway = Arc<dyn Gateway>;
