//! What became of each row of an imported directory, in words.

pub use app::texts::Locale;
use app::texts::{directory, fill};
use casework::hsds::RowKind;

use crate::application::import_directory::{ImportReport, Outcome, Taken};

fn kind(kind: RowKind, locale: Locale) -> &'static str {
    match kind {
        RowKind::Organisation => directory::IMPORT_ORGANISATION_ROW,
        RowKind::Service => directory::IMPORT_SERVICE_ROW,
    }
    .get(locale)
}

/// Every rejected row with its reason, every row to look at, then how many came out how.
pub fn lines(report: &ImportReport, dry_run: bool, locale: Locale) -> Vec<String> {
    let rejected = report.rejected.iter().map(|rejected| {
        let (row, reason) = (rejected.row.to_string(), directory::reason(rejected.reason).get(locale));
        // The name last: it is somebody else's, and no template.
        fill(directory::IMPORT_REJECTED.get(locale), &[("kind", kind(rejected.kind, locale)), ("row", &row), ("reason", reason), ("name", &rejected.name)])
    });
    let told = report.taken.iter().flat_map(|taken| kept(taken, locale).into_iter().chain(remarked(taken, locale)));
    let totals = [(RowKind::Organisation, directory::IMPORT_ORGANISATIONS), (RowKind::Service, directory::IMPORT_SERVICES)].map(|(kind, name)| {
        let count = |outcome| report.count(kind, outcome).to_string();
        let rejected = report.rejected.iter().filter(|rejected| rejected.kind == kind).count().to_string();
        fill(
            directory::IMPORT_SUMMARY.get(locale),
            &[
                ("kind", name.get(locale)),
                ("added", &count(Outcome::Added)),
                ("changed", &count(Outcome::Changed)),
                ("unchanged", &count(Outcome::Unchanged)),
                ("kept", &count(Outcome::KeptAsHere)),
                ("rejected", &rejected),
            ],
        )
    });
    let last = if dry_run { directory::IMPORT_DRY } else { directory::IMPORT_DONE };
    rejected.chain(told).chain(totals).chain([last.get(locale).to_owned()]).collect()
}

fn kept(taken: &Taken, locale: Locale) -> Option<String> {
    let row = taken.row.to_string();
    (taken.outcome == Outcome::KeptAsHere)
        .then(|| fill(directory::IMPORT_KEPT.get(locale), &[("kind", kind(taken.kind, locale)), ("row", &row), ("name", &taken.name)]))
}

fn remarked(taken: &Taken, locale: Locale) -> Option<String> {
    // What did not change was looked at before.
    if taken.remarks.is_empty() || taken.outcome == Outcome::Unchanged {
        return None;
    }
    let remarks = taken.remarks.iter().map(|remark| directory::remark(*remark).get(locale)).collect::<Vec<_>>().join(", ");
    let row = taken.row.to_string();
    Some(fill(directory::IMPORT_REMARK.get(locale), &[("kind", kind(taken.kind, locale)), ("row", &row), ("remarks", &remarks), ("name", &taken.name)]))
}
