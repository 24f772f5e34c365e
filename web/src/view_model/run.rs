//! The page of one run.

mod command;
mod facts;
mod judged;
mod nested;

use bench_model::rest::{payload::BaselineScope, rows::RunRow};

pub use command::{baseline_command, push_command};
pub use facts::{Fact, Recorded, link_of, links, provenance};
pub use judged::{Judged, Reference, judge, metric_columns, metric_table, reasons};
pub use nested::{NamedTable, nested_tables};

/// A run as it is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredRun {
    /// Its columns.
    pub row: RunRow,
    /// The whole row as JSON, indented.
    pub json: String,
}

/// Where a run stands: what it is held against, and its neighbours in its configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// The runs of its configuration before it, the newest first: whole the first one, of the others the metrics.
    pub earlier: Vec<RunRow>,
    /// The next run of its configuration.
    pub next: Option<RunRow>,
    /// The baseline that counts for it.
    pub baseline: Option<Baseline>,
}

/// The baseline that counts for a configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// Its run.
    pub run: RunRow,
    /// What it was marked for.
    pub found_by: BaselineScope,
    /// The runs of its configuration up to it, oldest first, where that is another configuration.
    pub earlier: Vec<RunRow>,
}
