//! Strict JSON, and where and why a text is none.
//!
//! `serde_json` does the reading. Only when it refuses, a second look finds the place a person would
//! point at and the word that names what stands there.

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
pub(crate) use read::{decode, parse_line};
