//! Which stored change point a change is.

use std::borrow::Borrow;

use crate::{
    rest::rows::{KnownChangeRow, TransactionRow},
    stats::same_change,
};

/// The stored change point of `metric` that a change is, the nearest of several: `change` is the place
/// of its first run in `runs`, and its difference.
pub fn stored_as<'a>(
    change: (usize, f64),
    metric: &str,
    runs: &[impl Borrow<TransactionRow>],
    stored: &'a [KnownChangeRow],
) -> Option<&'a KnownChangeRow> {
    stored
        .iter()
        .filter(|row| row.metric == metric)
        .filter_map(|row| {
            Some((
                same_change(change, (place_of(runs, &row.transaction_id)?, row.delta))?,
                row,
            ))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, row)| row)
}

/// The place of the run with this id.
pub(super) fn place_of(runs: &[impl Borrow<TransactionRow>], id: &str) -> Option<usize> {
    runs.iter().position(|run| run.borrow().id == id)
}
