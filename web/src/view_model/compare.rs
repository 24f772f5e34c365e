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
pub use chart_views::{Bar, Bars, Profile, ProfileLine, Ridge, Ridges, bars, profile, ridges};
pub use comparison::{ComparedMetric, Comparison, NEWEST_RUNS, Numbers, Side};
pub use details::{Detail, details};
pub use rows::{CompareKey, CompareRows, SideRows};
pub use state::{CompareState, ComparedChart, MOST};
pub use suggestion::{Suggestion, suggestion};
pub use tables::{breakdown, long, matrix, of_runs, origins};

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
