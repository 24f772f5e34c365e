//! What a verb has to say at its end, in one of two formats.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod outcome;
mod outcomes;
pub(crate) mod rendered;
