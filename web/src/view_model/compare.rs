//! The page compare.
