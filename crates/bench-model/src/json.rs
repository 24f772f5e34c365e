//! Strict JSON, and where and why a text is none.

mod explain;
mod read;

pub use explain::{JsonError, JsonProblem, Place};
pub use read::{Document, MAX_DEPTH, parse};
