//! The log as a table.

use std::collections::BTreeMap;

use bench_model::rest::rows::RunRow;

use super::{Column, RunsState};
use crate::{
    routes,
    view_model::{
        format,
        metrics::Metrics,
        snapshot::FilterOption,
        table_view::{CellView, ColumnView, RowView, TableView},
        time,
    },
};

/// The default metrics, if runs have them.
const USUAL: [&str; 5] = ["f1", "precision", "recall", "latency_ms", "analysis_cost"];
const MOST_USUAL: usize = 5;
/// The number of placeholder rows, enough to fill a window.
const WAITING_ROWS: usize = 20;

/// The runs, newest first, with the selected columns and metrics.
pub fn table(
    rows: &[RunRow],
    state: &RunsState,
    known: &Metrics,
    repository: Option<&str>,
) -> TableView {
    let columns = state.columns();
    let metrics = metrics_shown(rows, state);
    let heads = columns.iter().map(|column| {
        let (name, label) = column.names();
        let head = if column.is_number() {
            ColumnView::number(name, label)
        } else {
            ColumnView::text(name, label)
        };
        head.explained(column.hint())
    });
    let defined: Vec<_> = metrics.iter().map(|name| known.of(name)).collect();
    let metric_heads = defined.iter().map(|metric| {
        let hint = [metric.description(), metric.better()];
        let hint: Vec<&str> = hint.into_iter().filter(|text| !text.is_empty()).collect();
        ColumnView::number(&metric.name, &format::short_name(&metric.name))
            .explained(hint.join("; "))
    });
    let time_head = ColumnView::text("created_at", "Ran at")
        .explained("When the benchmark ran; opens the run.");
    let row = |run: &RunRow| {
        let fixed = columns.iter().map(|column| cell(run, *column, repository));
        let numbers = defined.iter().map(|metric| {
            CellView::number(run.metrics.get(metric.name.as_str()).copied(), |value| {
                metric.value(value)
            })
        });
        RowView {
            key: run.id.clone(),
            cells: std::iter::once(time_cell(run))
                .chain(fixed)
                .chain(numbers)
                .collect(),
        }
    };
    TableView {
        caption: "Runs, newest first".to_owned(),
        columns: std::iter::once(time_head)
            .chain(heads)
            .chain(metric_heads)
            .collect(),
        rows: rows.iter().map(row).collect(),
    }
}

/// The table's loading state, with unknown metrics.
pub fn waiting_table(state: &RunsState) -> TableView {
    let columns = table(&[], state, &Metrics::default(), None).columns;
    let like: Vec<&str> = columns
        .iter()
        .map(|column| match column.name.as_str() {
            "created_at" => "2026-11-24 02:51",
            "model" => "a-model-version",
            _ if column.is_number => "0.000",
            _ => "a word",
        })
        .collect();
    TableView::waiting(columns, &like, WAITING_ROWS)
}

/// The metric columns: the selected ones, otherwise the defaults that these runs have.
pub fn metrics_shown(rows: &[RunRow], state: &RunsState) -> Vec<String> {
    if let Some(chosen) = &state.metrics {
        return chosen.iter().cloned().collect();
    }
    let counts = counts(rows);
    let usual: Vec<String> = USUAL
        .into_iter()
        .filter(|name| counts.contains_key(name))
        .map(str::to_owned)
        .collect();
    if usual.is_empty() {
        counts
            .keys()
            .take(MOST_USUAL)
            .map(|name| (*name).to_owned())
            .collect()
    } else {
        usual
    }
}

/// The metrics of these runs with their numbers of runs, and those shown besides.
pub fn metric_options(rows: &[RunRow], state: &RunsState) -> Vec<FilterOption> {
    let shown = metrics_shown(rows, state);
    let mut counts = counts(rows);
    for name in &shown {
        counts.entry(name).or_default();
    }
    counts
        .into_iter()
        .map(|(name, count)| FilterOption {
            value: name.to_owned(),
            count,
            chosen: shown.iter().any(|one| one == name),
        })
        .collect()
}

/// The selectable columns, with the number of runs that have a value.
pub fn column_options(rows: &[RunRow], state: &RunsState) -> Vec<FilterOption> {
    let chosen = state.columns();
    Column::ALL
        .into_iter()
        .map(|column| FilterOption {
            value: column.names().1.to_owned(),
            count: rows
                .iter()
                .filter(|run| !cell(run, column, None).exact.is_empty())
                .count(),
            chosen: chosen.contains(&column),
        })
        .collect()
}

fn counts(rows: &[RunRow]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for name in rows.iter().flat_map(|run| run.metrics.keys()) {
        *counts.entry(name.as_str()).or_default() += 1;
    }
    counts
}

fn time_cell(run: &RunRow) -> CellView {
    CellView {
        note: standing(run),
        ..moment(&run.created_at).linked(routes::run_href(&run.id))
    }
}

/// How a run stands beside the main line; empty if it is part of it.
fn standing(run: &RunRow) -> String {
    match (&run.retraction, run.is_mainline) {
        (Some(_), _) => "retracted".to_owned(),
        (None, Some(false)) => "side run".to_owned(),
        (None, _) => String::new(),
    }
}

fn moment(text: &str) -> CellView {
    match time::parse_ms(text) {
        Some(ms) => CellView::labelled(time::stamp(ms), text),
        None => CellView::optional_text((!text.is_empty()).then_some(text)),
    }
}

fn cell(run: &RunRow, column: Column, repository: Option<&str>) -> CellView {
    match column {
        Column::Model => CellView::text(&run.model_version),
        Column::Dataset => CellView::text(&run.dataset_version),
        Column::Prompt => CellView::text(&run.prompt_version),
        Column::Environment => CellView::text(&run.environment),
        Column::Commit => CellView::commit(&run.commit_sha, repository),
        Column::Branch => CellView::optional_text(run.branch_name.as_deref()),
        Column::CiRun => CellView::optional_text(run.run_id.as_deref()),
        Column::Actor => CellView::optional_text(run.triggered_by.as_deref()),
        Column::Tags => {
            let tags = run.tags.join(", ");
            CellView::optional_text((!tags.is_empty()).then_some(tags.as_str()))
        }
        Column::Provider => CellView::optional_text(run.model_provider.as_deref()),
        Column::Version => CellView::labelled(run.version.to_string(), run.version.to_string()),
        Column::Duration => CellView::number(run.duration_seconds, |seconds| {
            format::duration_ms(seconds * 1e3)
        }),
        Column::Recorded => moment(&run.recorded_at),
        Column::Id => CellView::labelled(run.id.get(..8).unwrap_or_default(), &run.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::view_state::ViewState as _;

    fn run(id: &str, metrics: &[(&str, f64)]) -> RunRow {
        RunRow {
            id: id.to_owned(),
            created_at: "2026-11-24T02:11:12.345678+00:00".to_owned(),
            commit_sha: "6a79d84c0ffee00000000000000000000000000a".to_owned(),
            model_version: "<img src=x onerror=alert(1)>".to_owned(),
            dataset_version: "bills-v1".to_owned(),
            environment: "local".to_owned(),
            tags: vec!["nightly".to_owned(), "gpu".to_owned()],
            version: 3,
            metrics: metrics
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect(),
            ..RunRow::default()
        }
    }

    #[test]
    fn the_usual_columns_are_those_that_people_look_for() {
        let rows = [
            run("a", &[("f1", 0.9), ("latency_ms", 1_240.0), ("odd", 7.0)]),
            run("b", &[("odd", 8.0)]),
        ];

        let table = table(
            &rows,
            &RunsState::default(),
            &Metrics::default(),
            Some("https://github.com/team/models"),
        );

        insta::assert_snapshot!(table.to_markdown());
        assert_eq!(table.rows[0].cells[0].href, "runs/a");
    }

    #[test]
    fn side_runs_and_retracted_runs_are_marked() {
        let side = RunRow {
            is_mainline: Some(false),
            ..run("a", &[])
        };
        let retracted: RunRow = serde_json::from_value(serde_json::json!({
            "id": "b", "is_mainline": true,
            "retraction": {"reason": "a mistake", "instead": null, "set_by": "ann", "set_at": "2026-11-24T02:11:12+00:00"},
        }))
        .expect("a row");
        let rows = [side, retracted, run("c", &[])];

        let table = table(&rows, &RunsState::default(), &Metrics::default(), None);

        let notes: Vec<_> = table.rows.iter().map(|row| &row.cells[0].note).collect();
        assert_eq!(notes, ["side run", "retracted", ""]);
    }

    #[test]
    fn chosen_columns_and_metrics_are_shown_even_where_no_run_has_them() {
        let rows = [run("a", &[("odd", 7.0)])];
        let state = RunsState::from_query("column=version&column=id&metric=gone&metric=odd");

        let table = table(&rows, &state, &Metrics::default(), None);

        let names: Vec<&str> = table
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["created_at", "version", "id", "gone", "odd"]);
        assert_eq!(table.rows[0].cells[3].label, "–");
        assert_eq!(
            metric_options(&rows, &state)
                .into_iter()
                .map(|one| (one.value, one.count))
                .collect::<Vec<_>>(),
            [("gone".to_owned(), 0), ("odd".to_owned(), 1)]
        );
    }

    #[test]
    fn unknown_metrics_are_shown_when_there_are_no_others() {
        let rows = [run("a", &[("z", 1.0), ("y", 2.0)])];

        assert_eq!(metrics_shown(&rows, &RunsState::default()), ["y", "z"]);
    }
}
