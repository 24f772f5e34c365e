//! The page trends.
