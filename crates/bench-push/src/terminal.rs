//! Terminal output during the work.

pub(crate) mod progress;
pub(crate) mod text;
