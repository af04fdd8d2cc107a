//! Open Referral HSDS 3.0 (Human Services Data Specification): the directory as other directories read it, and theirs as ours reads it.
//!
//! # Source
//! <https://docs.openreferral.org/en/v3.0/>: schemas `organization`, `service` and what they nest, OpenAPI `Page`. Ids are UUIDs throughout; those of what we
//! nest follow from the id of what nests it, by a function that the caller gives.

mod read;
mod write;

pub use read::{HsdsError, ReadOrganisation, ReadService, Reading, Reason, Rejected, Remark, RowKind, read};
pub use write::{
    Address, Api, Attribute, Contact, IdOf, Language, Location, Organization, Page, Phone, Schedule, ServiceArea, ServiceAtLocation, ServiceRecord, Taxonomy,
    TaxonomyTerm, Told, page, told,
};

/// Our closed list of needs, as a taxonomy.
pub const TAXONOMY: &str = "brigade-needs";

#[cfg(test)]
mod tests;
