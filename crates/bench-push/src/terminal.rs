//! Terminal output during the work.

pub(crate) mod progress;
pub(crate) mod shell;
pub(crate) mod text;
