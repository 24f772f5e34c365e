//! What a page shows, as an address names it.

/// A view that an address names. Everything has a default, and only what differs from it is written.
pub trait ViewState: Clone + PartialEq + Send + Sync + 'static {
    /// Reads a query string, with or without its `?`. What it does not understand, it leaves out.
    fn from_query(query: &str) -> Self;

    /// Writes the query string, without its `?`; empty for the default view.
    fn to_query(&self) -> String;
}
