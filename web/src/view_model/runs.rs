//! The page of the log of runs.

mod column;
mod cursor;
mod filter;
mod state;
mod table;

use bench_model::rest::rows::RunRow;

pub use column::Column;
pub use cursor::Cursor;
pub use filter::{Filter, options};
pub use state::{MOST_SELECTED, Place, RunsState, SIZES};
pub use table::{column_options, metric_options, metrics_shown, table, waiting_table};

/// One page of the log, and where the pages beside it begin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunsPage {
    /// The newest first.
    pub rows: Vec<RunRow>,
    /// The run after which the page of newer runs begins; none: there is none, or its place is unknown.
    pub newer: Option<Cursor>,
    /// The run before which the page of older runs begins; none: this is the last page.
    pub older: Option<Cursor>,
    /// How many runs that match a search were looked through, when that was not all of them.
    pub looked_through: Option<usize>,
    /// Whether the log has no run at all.
    pub is_log_empty: bool,
}

/// How many of `rows` are newer than `seen`.
pub fn newer_than(rows: &[RunRow], seen: &Cursor) -> usize {
    rows.iter()
        .filter(|row| Cursor::of(row).is_newer_than(seen))
        .count()
}
