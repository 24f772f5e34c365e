//! What was said to runs that do not count any more.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::row;

row! {
    /// A row of `benchmark_retractions`, as `retract_run` returns it.
    #[derive(Serialize)]
    RetractionRow {
        /// The run.
        transaction_id: String,
        /// Whether it does not count any more; false: it counts again.
        is_retracted: bool,
        /// Why.
        reason: String,
        /// The run that stands in its place.
        instead_transaction_id: Option<String>,
        /// Who.
        set_by: Option<String>,
        /// When.
        set_at: Timestamp,
    }
}
