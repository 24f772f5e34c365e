//! Data to standard output, talk to standard error, in one of two formats.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod progress;
pub(crate) mod rendered;
pub(crate) mod text;
