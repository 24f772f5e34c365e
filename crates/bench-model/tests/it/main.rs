//! Tests of the public contract: the text of every error, and properties of keys and readers.

mod alerts;
mod backtest;
mod comparisons;
mod dashboard_config;
mod json_errors;
#[expect(clippy::float_cmp, reason = "a number is the same or it is not")]
mod laws;
mod linear;
mod one_voice;
mod report_problems;
mod statistics_bits;
mod statistics_numeric;
mod statistics_series;
mod support;
