//! Functions that are called through the REST API.

/// A function of the schema `public`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rpc {
    /// Its name.
    pub name: &'static str,
    /// Its arguments, in order.
    pub arguments: &'static [&'static str],
}

/// Stores runs.
pub const INGEST_RUNS: Rpc = Rpc {
    name: "ingest_runs",
    arguments: &["p_runs"],
};

/// Every function that we call.
pub fn all() -> &'static [Rpc] {
    &[INGEST_RUNS]
}
