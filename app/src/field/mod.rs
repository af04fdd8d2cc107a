//! Screens of the phone.

/// Mounts the field app in the empty body of the shell.
pub fn mount() {}
