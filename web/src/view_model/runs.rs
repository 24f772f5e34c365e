//! The Runs page.

mod column;
mod cursor;
mod filter;
mod state;
mod table;

use bench_model::rest::rows::RunRow;

pub use column::Column;
pub use cursor::Cursor;
pub use filter::{Filter, branch_options, options};
pub use state::{MOST_SELECTED, Place, RunsState, SIZES};
pub use table::{column_options, metric_options, metrics_shown, table, waiting_table};

/// One page of the log, and the cursors of the adjacent pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunsPage {
    /// The newest first.
    pub rows: Vec<RunRow>,
    /// The cursor of the page of newer runs; none if there is none, or it is unknown.
    pub newer: Option<Cursor>,
    /// The cursor of the page of older runs; none on the last page.
    pub older: Option<Cursor>,
    /// The number of search matches considered, if not all.
    pub looked_through: Option<usize>,
    /// Whether the log is empty.
    pub is_log_empty: bool,
}

/// The number of `rows` newer than `seen`.
pub fn newer_than(rows: &[RunRow], seen: &Cursor) -> usize {
    rows.iter()
        .filter(|row| Cursor::of(row).is_newer_than(seen))
        .count()
}
