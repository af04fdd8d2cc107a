//! The field's entry.

/// Mounts the field app in the empty body of its shell.
pub fn start_field() {
    console_error_panic_hook::set_once();
    crate::field::mount();
}
