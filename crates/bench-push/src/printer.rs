//! The outcome of a verb, in one of two formats.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod outcome;
mod outcomes;
pub(crate) mod rendered;
