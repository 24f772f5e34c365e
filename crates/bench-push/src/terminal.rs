//! What is written to the terminal on the way.

pub(crate) mod progress;
pub(crate) mod text;
