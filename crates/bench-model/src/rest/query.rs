//! Addresses of rows: path and query string, below `/rest/v1/`.

use super::tables::{SNAPSHOTS, Table};

/// A path with its query string, such as `benchmark_snapshots?is_active=is.true&limit=100`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// All rows of `table`.
    pub fn table(table: Table) -> Self {
        Self(table.name.to_owned())
    }

    /// The path and query string, to put after `/rest/v1/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The current state of every active configuration, best F1 first.
pub fn snapshots_current() -> Query {
    Query::table(SNAPSHOTS)
}
