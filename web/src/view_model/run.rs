//! The page of one run.

mod command;
mod facts;
mod judged;
mod nested;

use bench_model::rest::{
    payload::BaselineScope,
    rows::{EarlierRow, KnownChangeRow, RunRow},
};

pub use command::{baseline_command, push_command};
pub use facts::{Fact, links, provenance};
pub use judged::{Judged, compared_with_previous, judge, metric_columns, metric_table, reasons};
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
    /// The previous run of its configuration.
    pub previous: Option<RunRow>,
    /// The next run of its configuration.
    pub next: Option<RunRow>,
    /// Its baseline in force.
    pub baseline: Option<Baseline>,
    /// The runs that it is judged against, newest first.
    pub earlier: Vec<EarlierRow>,
    /// The stored change points of its configuration.
    pub change_points: Vec<KnownChangeRow>,
}

/// The baseline in force for a configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// Its run.
    pub run: RunRow,
    /// What it was marked for.
    pub found_by: BaselineScope,
}
