//! The four words of a verdict.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The result for a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// It got better.
    Improved,
    /// It got worse.
    Regressed,
    /// It is the same, within the practical margin.
    Unchanged,
    /// The evidence is inconclusive.
    Uncertain,
}

impl VerdictKind {
    /// Its name in JSON and on screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Improved => "improved",
            Self::Regressed => "regressed",
            Self::Unchanged => "unchanged",
            Self::Uncertain => "uncertain",
        }
    }
}

impl fmt::Display for VerdictKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
