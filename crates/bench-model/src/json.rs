//! Strict JSON, with precise errors for invalid text.
//!
//! `serde_json` parses. Only if it fails, a second pass finds the location that a person would
//! point at, and describes it.

mod disguise;
mod explain;
mod found;
mod place;
mod problem;
mod read;
mod scan;
mod token;

pub use place::Place;
pub use problem::{JsonError, JsonProblem};
pub use read::{Document, parse};
pub(crate) use read::{decode, parse_items, parse_line};
