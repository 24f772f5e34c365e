//! URLs survive a round trip.

use bench_model::rest::rows::RunRow;
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

const ID: &str = "0191f3aa-0000-4000-8000-00000000000a";

/// Known parameters in any order and number, with odd values among them.
fn query() -> impl Strategy<Value = String> {
    let name = select(vec![
        "search",
        "model",
        "dataset",
        "prompt",
        "environment",
        "config",
        "from",
        "to",
        "before",
        "after",
        "rows",
        "column",
        "metric",
        "run",
        "unknown",
    ]);
    let value = prop_oneof![
        ".{0,12}",
        select(vec![
            String::new(),
            "7".to_owned(),
            "-1".to_owned(),
            "100".to_owned(),
            "tags".to_owned(),
            "model".to_owned(),
            "2026-02-03".to_owned(),
            "2026-02-31".to_owned(),
            ID.to_owned(),
            ID.to_uppercase(),
            format!("2026-11-24T02:11:12.345678Z~{ID}"),
            "<img src=x onerror=alert(1)>".to_owned(),
        ]),
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
    ];
    vec((name, value), 0..12).prop_map(|pairs| {
        query_string::write(pairs.iter().map(|(name, value)| (*name, value.as_str())))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_view_survives_its_address(query in query()) {
        let state = RunsState::from_query(&query);
        prop_assert_eq!(RunsState::from_query(&state.to_query()), state);
    }

    #[test]
    fn any_text_is_a_view(query in ".*") {
        let state = RunsState::from_query(&query);
        prop_assert_eq!(RunsState::from_query(&state.to_query()), state);
    }
}

#[test]
fn the_default_view_has_the_shortest_address() {
    assert_eq!(RunsState::default().to_query(), "");
    let usual: Vec<String> = Column::USUAL
        .iter()
        .map(|column| format!("column={}", column.names().0))
        .collect();
    assert_eq!(
        RunsState::from_query(&usual.join("&")),
        RunsState::default()
    );
}

#[test]
fn whatever_narrows_the_log_leads_to_its_newest_page() {
    let state = RunsState::from_query(&format!("before=2026-11-24T02:11:12Z~{ID}&run={ID}"));
    assert_ne!(state.place, Place::Newest);

    for next in [
        state.looking_for("abc"),
        state.toggled(Filter::Model, "m"),
        state.cleared(Filter::Model),
        state.within("2026-01-01", ""),
        state.widened(),
    ] {
        assert_eq!(next.place, Place::Newest);
        assert_eq!(next.selected, [ID], "what is selected stays");
    }
    assert_eq!(state.with_column_toggled(Column::Id).place, state.place);
}

#[test]
fn a_third_run_takes_the_place_of_the_first() {
    let id = |last: char| format!("0191f3aa-0000-4000-8000-00000000000{last}");
    let state = RunsState::default()
        .with_run_toggled(&id('a'))
        .with_run_toggled(&id('b'));
    assert_eq!(
        state.with_run_toggled(&id('c')).selected,
        [id('b'), id('c')]
    );
    assert_eq!(state.with_run_toggled(&id('a')).selected, [id('b')]);
}

#[test]
fn no_column_and_no_metric_are_choices_too() {
    let state = RunsState::from_query("column=&metric=");
    assert!(state.columns().is_empty());
    assert_eq!(state.metrics, Some(BTreeSet::new()));
    assert_eq!(state.to_query(), "column=&metric=");
}

#[test]
fn days_are_whole_and_in_utc() {
    let state = RunsState::from_query("from=2026-02-03&to=2026-02-28");
    assert_eq!(
        state.starting_moment().as_deref(),
        Some("2026-02-03T00:00:00Z")
    );
    assert_eq!(state.to_moment().as_deref(), Some("2026-03-01T00:00:00Z"));

    let run = |created_at: &str| RunRow {
        created_at: created_at.to_owned(),
        ..RunRow::default()
    };
    assert!(state.lets_through(&run("2026-02-28T23:59:59.9+00:00")));
    assert!(!state.lets_through(&run("2026-03-01T00:00:00+00:00")));
    assert!(!state.lets_through(&run("2026-02-02T23:59:59+00:00")));
}
