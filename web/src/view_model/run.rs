//! The page run.
