//! View models, computed from rows and the URL: pure, and tested natively.
//!
//! No signals, no browser, no requests: rows, view state and the time are arguments, and the
//! results are formatted labels. One module per page, plus shared ones.

pub mod compare;
pub mod failure;
pub mod format;
pub mod manner;
pub mod metrics;
pub mod news;
#[cfg(test)]
mod one_reading;
pub mod picker;
pub mod query_string;
pub mod range;
pub mod regressions;
pub mod run;
pub mod runs;
pub mod snapshot;
pub mod sort;
pub mod sparkline;
pub mod table_view;
pub mod thin;
pub mod time;
pub mod trends;
pub mod verdicts;
pub mod view_state;
