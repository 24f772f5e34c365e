//! The dashboard's own parsers, for `cargo fuzz`.

use crate::view_model::{
    compare::CompareState,
    query_string,
    regressions::RegressionsState,
    runs::{Cursor, RunsState},
    snapshot::SnapshotState,
    time,
    trends::TrendsState,
    view_state::ViewState,
};

/// Reads any text as the query string of each page, and as the parts of one.
///
/// # Panics
///
/// If a parser panics, or reads another view from its own form.
pub fn read(text: &str) {
    view::<SnapshotState>(text);
    view::<TrendsState>(text);
    view::<RegressionsState>(text);
    view::<CompareState>(text);
    view::<RunsState>(text);

    let pairs = query_string::parse(text);
    let pairs = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let written = query_string::write(pairs.clone());
    assert!(
        query_string::parse(&written)
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .eq(pairs)
    );
    if let Some(cursor) = Cursor::parse(text) {
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
    }
    if let Some(ms) = time::parse_ms(text) {
        time::utc_day(ms);
    }
    crate::judge(text, text);
}

/// The view that a query string means is the one that its own query string means.
fn view<S: ViewState>(query: &str) {
    let view = S::from_query(query);
    let written = view.to_query();
    assert!(
        S::from_query(&written) == view,
        "{query} is written {written}"
    );
}
