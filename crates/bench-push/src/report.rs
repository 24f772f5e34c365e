//! Files → text → runs, or every problem in them.

pub(crate) mod gather;
pub(crate) mod source;
