//! The page regressions.
