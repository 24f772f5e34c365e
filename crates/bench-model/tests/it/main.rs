//! What users of the crate rely on: the words of every error, and the laws of keys and readers.

mod backtest;
mod comparisons;
mod json_errors;
#[expect(clippy::float_cmp, reason = "a number is the same or it is not")]
mod laws;
mod report_problems;
mod statistics_bits;
mod statistics_numeric;
mod statistics_series;
mod support;
