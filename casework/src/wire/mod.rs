//! Messages between phone, browser, server and partners. Versioned: a module is frozen once a phone has shipped with it.

pub mod v1;
