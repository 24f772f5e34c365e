//! The page runs.
