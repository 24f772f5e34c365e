//! The page of one run.

mod command;
mod facts;
mod judged;
mod nested;

use bench_model::rest::{payload::BaselineScope, rows::RunRow};

pub use command::{baseline_command, push_command};
pub use facts::{Fact, links, provenance};
pub use judged::{Judged, Reference, judge, metric_columns, metric_table, reasons};
pub use nested::{NamedTable, nested_tables};

/// A stored run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredRun {
    /// Its columns.
    pub row: RunRow,
    /// The whole row as JSON, indented.
    pub json: String,
}

/// The context of a run: its baseline and its neighbours in its configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// The earlier runs of its configuration, newest first: the first one whole, the others only
    /// with metrics.
    pub earlier: Vec<RunRow>,
    /// The next run of its configuration.
    pub next: Option<RunRow>,
    /// Its baseline in force.
    pub baseline: Option<Baseline>,
}

/// The baseline in force for a configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// Its run.
    pub run: RunRow,
    /// What it was marked for.
    pub found_by: BaselineScope,
    /// The runs of its configuration up to it, oldest first, if it belongs to another
    /// configuration.
    pub earlier: Vec<RunRow>,
}
