//! The Regressions page: every configuration against its baseline, the worst first.

mod past;
mod plain;
mod state;
mod table;

pub use past::past_table;
pub use plain::{Plain, plain_by_configuration};
pub use state::{DEFAULT_THRESHOLD, MAX_THRESHOLD, Only, RegressionsState, THRESHOLD_STEP};
pub use table::{RegressionsView, Unmarked, regressions, waiting_table};
