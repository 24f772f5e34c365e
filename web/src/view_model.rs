//! What the page shows, worked out from rows and the address bar: pure, and tested natively.
//!
//! No signal, no browser, no request: rows, view state and the time of day come in as arguments,
//! and labels that are ready to show go out. One module per page, and what pages share.

pub mod compare;
pub mod failure;
pub mod format;
pub mod manner;
pub mod metrics;
pub mod news;
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
