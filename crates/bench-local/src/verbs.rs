//! One file per verb.

pub(crate) mod bundle;
pub(crate) mod demo;
mod detach;
pub(crate) mod down;
pub(crate) mod keys;
pub(crate) mod reset;
pub(crate) mod status;
pub(crate) mod up;

use crate::{data_folder::DataFolder, failure::Failure, postgres, postgrest};

/// Ends every program that a stack of this folder has left running. Call it with the lock held.
fn end_leftovers(folder: &DataFolder) -> Result<(), Failure> {
    postgrest::end_leftover(folder)?;
    postgres::end_leftover(folder)
}
