//! The view state of a page, stored in the URL.

/// A view in the URL. Everything has a default, and only differences are written.
pub trait ViewState: Clone + PartialEq + Send + Sync + 'static {
    /// Parses a query string, with or without its `?`; ignores unknown parts.
    fn from_query(query: &str) -> Self;

    /// Writes the query string, without its `?`; empty for the default view.
    fn to_query(&self) -> String;
}
