//! Configurations side by side, or two runs.

mod chart_tables;
mod chart_views;
mod comparison;
mod details;
mod names;
mod rows;
mod state;
mod suggestion;
mod tables;

pub use chart_tables::{means, occurrences};
// The charts' tests build them.
#[cfg(test)]
pub use chart_views::{Bar, ProfileLine, Ridge};
pub use chart_views::{Bars, Profile, Ridges, bars, profile, ridges};
pub use comparison::{ComparedMetric, Comparison, NEWEST_RUNS, Side};
pub use rows::{CompareKey, CompareRows, SideRows};
pub use state::{CompareState, ComparedChart, MOST};
pub use suggestion::suggestion;
pub use tables::{breakdown, long, matrix, of_runs, origins};

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
