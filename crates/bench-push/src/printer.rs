//! The outcome of a verb, in one of two formats.

pub(crate) mod annotations;
pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod outcome;
mod outcomes;
pub(crate) mod rendered;
pub(crate) mod sarif;
pub(crate) mod svg;
