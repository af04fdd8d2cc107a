//! Demo data (being written).
pub struct DemoAccount { pub email: &'static str, pub display_name: &'static str, pub role: casework::permission::Role, pub organisation: &'static str }
pub const PASSWORD: &str = "brigade-demo";
pub const ACCOUNTS: &[DemoAccount] = &[];
pub async fn load_once(_brigade: &crate::application::Brigade) -> anyhow::Result<bool> { Ok(false) }
