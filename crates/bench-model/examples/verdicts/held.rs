//! The targets to come that are met for good: missing one of these fails the measurement.

pub(crate) const HELD: &[&str] = &["traits, incidents: strict F1", "drifts: named by run 30"];
