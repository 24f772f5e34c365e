use bench_model::rest::rows::RunRow;
use bench_model::stats::Method;
use serde_json::json;

use super::{fixtures::*, *};
use crate::view_model::{
    metrics::Metrics,
    table_view::{Order, Sorted},
};

fn two(datasets: [&str; 2]) -> Comparison {
    let known = [
        configuration(1, "alpha", datasets[0], 1),
        configuration(2, "beta", datasets[1], 2),
    ];
    let rows = rows(vec![
        side(1, &around(0.90, 400.0)),
        side(2, &around(0.82, 401.0)),
    ]);
    Comparison::new(&rows, &known, &Metrics::default())
}

#[test]
fn each_side_is_held_against_the_first_with_every_number() {
    let comparison = two(["d", "d"]);

    insta::assert_snapshot!(long(&comparison, &[], None).to_markdown());
    insta::assert_snapshot!(matrix(&comparison, &[]).to_markdown());
    assert_eq!(comparison.common, "d · p1 · local");
    assert_eq!(comparison.warnings(), Vec::<String>::new());
}

#[test]
fn different_data_has_numbers_and_no_verdict() {
    let comparison = two(["d1", "d2"]);

    let table = long(&comparison, &[], None).to_csv();
    assert!(table.contains("not comparable"), "{table}");
    assert!(!table.contains("regressed"), "{table}");
    assert!(comparison.warnings()[0].contains("not comparable"));
}

#[test]
fn the_order_of_a_column_is_that_of_its_values_and_what_has_none_comes_last() {
    let comparison = two(["d", "d"]);
    let first = |column: &str, order| {
        let sorted = Sorted {
            column: column.to_owned(),
            order,
        };
        let row = long(&comparison, &[], Some(&sorted)).rows[0].clone();
        (row.cells[0].label.clone(), row.cells[1].label.clone())
    };

    let owned = |metric: &str, side: &str| (metric.to_owned(), side.to_owned());
    assert_eq!(first("difference", Order::Ascending), owned("f1", "beta"));
    assert_eq!(
        first("difference", Order::Descending),
        owned("latency_ms", "beta")
    );
    assert_eq!(
        first("mean", Order::Descending),
        owned("latency_ms", "beta")
    );
    assert_eq!(first("verdict", Order::Descending), owned("f1", "beta"));
}

#[test]
fn metrics_can_be_chosen_and_a_side_without_a_metric_has_a_dash() {
    let mut fetched = rows(vec![
        side(1, &around(0.90, 400.0)),
        side(2, &around(0.82, 401.0)),
    ]);
    fetched
        .summaries
        .retain(|row| !(row.configuration_id == 2 && row.metric == "latency_ms"));
    for run in &mut fetched.sides[1].runs {
        run.metrics.remove("latency_ms");
    }
    let comparison = Comparison::new(&fetched, &[], &Metrics::default());

    let only = matrix(&comparison, &["latency_ms".to_owned()]);
    assert_eq!(only.rows.len(), 1);
    assert_eq!(only.rows[0].cells[2].label, "–");
    assert_eq!(comparison.sides[0].name, "configuration 1");
}

#[test]
fn a_configuration_without_a_run_is_said() {
    let known = [
        configuration(1, "alpha", "d", 1),
        configuration(2, "beta", "d", 2),
    ];
    let fetched = rows(vec![
        side(1, &around(0.9, 400.0)),
        (
            SideRows {
                configuration_id: 2,
                ..SideRows::default()
            },
            Vec::new(),
        ),
    ]);

    let comparison = Comparison::new(&fetched, &known, &Metrics::default());

    assert_eq!(comparison.warnings(), ["beta has no runs in this range."]);
}

#[test]
fn two_runs_are_compared_by_all_that_they_say_of_themselves() {
    let rows = two_runs(
        run(1, 0.9, &json!({"by_category": {"a": {"f1": 0.9}}})),
        run(2, 0.8, &json!({"by_category": {"a": {"f1": 0.7}}})),
    );
    let comparison = Comparison::new(&rows, &[], &Metrics::default());

    assert!(comparison.is_of_runs);
    assert_eq!(
        (
            comparison.sides[0].name.as_str(),
            comparison.sides[1].name.as_str()
        ),
        ("run 1", "run 2")
    );
    let [before, after] = [0, 1].map(|place| comparison.sides[place].whole.clone().expect("a run"));
    insta::assert_snapshot!(of_runs_text(&comparison, &before, &after));
}

fn of_runs_text(comparison: &Comparison, before: &RunRow, after: &RunRow) -> String {
    [
        of_runs(comparison, &[]).to_markdown(),
        breakdown(before, after, &Metrics::default()).to_markdown(),
        origins(before, after).to_markdown(),
    ]
    .join("\n")
}

#[test]
fn a_single_run_says_how_sure_it_is() {
    let counted = |version: i64, successes: u64| {
        let mut run = run(version, 0.0, &json!({}));
        #[expect(clippy::cast_precision_loss, reason = "150")]
        let share = successes as f64 / 150.0;
        run.metrics = [("accuracy".to_owned(), share)].into();
        run.metric_stats = json!({"accuracy": {"n": 150, "successes": successes}})
            .as_object()
            .cloned();
        run
    };
    let comparison = Comparison::new(
        &two_runs(counted(1, 134), counted(2, 110)),
        &[],
        &Metrics::default(),
    );

    let numbers = comparison.metrics[0].numbers[1].as_ref().expect("accuracy");
    let assessment = numbers.assessment.as_ref().expect("compared");
    assert_eq!(assessment.comparison.method, Method::Proportions);
    assert_eq!(numbers.verdict().map(|(word, _)| word), Some("regressed"));
}

#[test]
fn the_better_side_of_a_metric_is_higher_whichever_way_is_better() {
    let known = [
        configuration(1, "alpha", "d", 1),
        configuration(2, "beta", "d", 2),
    ];
    let fetched = rows(vec![
        side(1, &around(0.90, 500.0)),
        side(2, &around(0.82, 400.0)),
    ]);
    let comparison = Comparison::new(&fetched, &known, &Metrics::default());

    let profile = profile(&comparison, &[]);

    let heights = |line: usize| -> Vec<f64> {
        profile.lines[line]
            .points
            .iter()
            .flatten()
            .map(|point| point.0)
            .collect()
    };
    assert_eq!(profile.axes, ["f1", "latency_ms"]);
    let (alpha, beta) = (heights(0), heights(1));
    assert!(alpha[0] > 0.9 && beta[0] < 0.1, "{alpha:?} {beta:?}");
    assert!(alpha[1] < 0.1 && beta[1] > 0.9, "{alpha:?} {beta:?}");
}

#[test]
fn a_histogram_holds_every_value() {
    let comparison = two(["d", "d"]);
    let f1 = comparison.focus(Some("f1")).expect("f1");

    let ridges = ridges(f1, &comparison);

    assert_eq!(ridges.ridges.len(), 2);
    for ridge in &ridges.ridges {
        assert_eq!(ridge.values.len(), 10);
        assert!(
            ridge
                .outline
                .iter()
                .all(|(_, height)| (0.0..=1.0).contains(height))
        );
    }
    assert!(
        ridges
            .ridges
            .iter()
            .any(|ridge| ridge.outline.iter().any(|(_, height)| *height > 0.999))
    );
}

#[test]
fn a_focus_that_is_not_there_falls_back_to_the_first_metric() {
    let comparison = two(["d", "d"]);

    assert_eq!(
        comparison
            .focus(Some("nothing"))
            .map(|one| one.metric.name.as_str()),
        Some("f1")
    );
    assert!(Comparison::default().focus(None).is_none());
}
