//! For a GitHub workflow: outputs, and a summary for people.

pub(crate) mod append;
pub(crate) mod check;
pub(crate) mod push;
