//! One file per verb.

mod detach;
pub(crate) mod down;
pub(crate) mod keys;
pub(crate) mod reset;
pub(crate) mod status;
pub(crate) mod up;
