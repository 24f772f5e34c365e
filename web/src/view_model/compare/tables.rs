//! A comparison as tables.

use bench_model::rest::rows::RunRow;
use bench_model::stats::{Interval, VerdictKind};

use super::{
    comparison::{ComparedMetric, Comparison, Numbers},
    details::{Detail, details},
};
use crate::{
    routes,
    view_model::{
        format,
        metrics::{Metric, Metrics},
        sort,
        table_view::{CellView, ColumnView, Order, RowView, Sorted, TableView, Tone},
    },
};

const DIFFERENCE: &str = "The value minus the reference's, over the runs compared. For ratio-scale metrics such as latency, geometric means are compared";
const INTERVAL: &str =
    "95 % confidence interval of the difference; empty where the noise is unknown";
const VERDICT: &str =
    "The same verdict as bench-push compare, with false alarms controlled across all metrics";

/// One row per metric, one column per side.
pub fn matrix(comparison: &Comparison, chosen: &[String]) -> TableView {
    let mut columns = vec![ColumnView::text("metric", "Metric")];
    for (place, side) in comparison.sides.iter().enumerate() {
        let label = if place == 0 {
            format!("{} (reference)", side.name)
        } else {
            side.name.clone()
        };
        columns.push(ColumnView::number(&side.full_name, &label).explained(side.full_name.clone()));
    }
    let rows = comparison.shown(chosen).into_iter().map(|one| {
        let mut cells = vec![metric_cell(&one.metric)];
        cells.extend(
            one.numbers
                .iter()
                .map(|numbers| matrix_cell(&one.metric, numbers.as_ref())),
        );
        RowView {
            key: one.metric.name.to_string(),
            cells,
        }
    });
    TableView {
        caption: "The mean of each metric, and how it differs from the reference".to_owned(),
        rows: rows.collect(),
        columns,
    }
}

fn metric_cell(metric: &Metric) -> CellView {
    CellView::text(metric.name.as_str()).explained(explained(metric))
}

/// `F1 score: …; higher is better`.
fn explained(metric: &Metric) -> String {
    match metric.description() {
        "" => metric.better().to_owned(),
        description => format!("{description}; {}", metric.better()),
    }
}

fn matrix_cell(metric: &Metric, numbers: Option<&Numbers>) -> CellView {
    let Some(numbers) = numbers else {
        return CellView::missing();
    };
    let cell = CellView::number(Some(numbers.summary.mean), |mean| metric.value(mean));
    let (Some(assessment), Some((word, tone))) = (&numbers.assessment, numbers.verdict()) else {
        return cell;
    };
    let share = assessment
        .comparison
        .relative
        .map(format::signed_percent)
        .unwrap_or_default();
    let tone = if tone == Tone::Missing {
        Tone::Plain
    } else {
        tone
    };
    CellView {
        note: format!("{share} {word}").trim().to_owned(),
        ..cell
            .toned(tone)
            .explained(assessment.verdict.reason.clone())
    }
}

/// One row per metric and configuration, with all numbers.
pub fn long(comparison: &Comparison, chosen: &[String], sorted: Option<&Sorted>) -> TableView {
    let columns = vec![
        ColumnView::text("metric", "Metric").sortable(),
        ColumnView::text("configuration", "Configuration").sortable(),
        ColumnView::number("runs", "Runs")
            .explained("Runs with this metric in the range")
            .sortable(),
        ColumnView::number("mean", "Mean")
            .explained("Over all runs in the range, exact")
            .sortable(),
        ColumnView::number("median", "Median")
            .explained("From the daily histograms, within 0.1 %")
            .sortable(),
        ColumnView::number("spread", "Spread")
            .explained("Standard deviation between runs")
            .sortable(),
        ColumnView::number("min", "Min").sortable(),
        ColumnView::number("max", "Max").sortable(),
        ColumnView::number("p95", "p95")
            .explained("95 % of the runs do not exceed it; from the daily histograms, within 0.1 %")
            .sortable(),
        ColumnView::number("difference", "Difference")
            .explained(DIFFERENCE)
            .sortable(),
        ColumnView::number("relative", "Relative")
            .explained("The difference relative to the reference"),
        ColumnView::number("interval", "95 % interval").explained(INTERVAL),
        ColumnView::text("verdict", "Verdict")
            .explained(VERDICT)
            .sortable(),
    ];
    let mut rows: Vec<(&ComparedMetric, usize, &Numbers)> = Vec::new();
    for one in comparison.shown(chosen) {
        let there = one.numbers.iter().enumerate();
        rows.extend(there.filter_map(|(place, numbers)| Some((one, place, numbers.as_ref()?))));
    }
    let order = match sorted {
        None => (0..rows.len()).collect(),
        Some(sorted) => sort::sorted_positions(&rows, |one, other| {
            compared(&sorted.column, sorted.order, comparison, *one, *other)
        }),
    };
    TableView {
        caption: "Every metric of every configuration".to_owned(),
        columns,
        rows: order
            .into_iter()
            .map(|place| {
                let (one, side, numbers) = rows[place];
                long_row(&one.metric, side, numbers, comparison)
            })
            .collect(),
    }
}

fn compared(
    column: &str,
    order: Order,
    comparison: &Comparison,
    one: (&ComparedMetric, usize, &Numbers),
    other: (&ComparedMetric, usize, &Numbers),
) -> std::cmp::Ordering {
    let directed = |ordering: std::cmp::Ordering| match order {
        Order::Ascending => ordering,
        Order::Descending => ordering.reverse(),
    };
    let name = |row: (&ComparedMetric, usize, &Numbers)| match column {
        "metric" => Some(row.0.metric.name.to_string()),
        "configuration" => Some(comparison.sides[row.1].name.clone()),
        _ => None,
    };
    if let (Some(one), Some(other)) = (name(one), name(other)) {
        return directed(one.cmp(&other));
    }
    let number = |row: (&ComparedMetric, usize, &Numbers)| sort_number(column, row.2);
    match (number(one), number(other)) {
        (Some(one), Some(other)) => directed(one.total_cmp(&other)),
        // Missing numbers come last in either order.
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}

/// The sort key of a row: metrics have different units, so differences are compared as shares.
fn sort_number(column: &str, numbers: &Numbers) -> Option<f64> {
    let summary = &numbers.summary;
    let comparison = numbers.assessment.as_ref().map(|one| &one.comparison);
    match column {
        "mean" => Some(summary.mean),
        "median" => Some(summary.median),
        "spread" => summary.stddev,
        "min" => Some(summary.lowest),
        "max" => Some(summary.highest),
        "p95" => Some(summary.p95),
        "difference" => comparison?.relative,
        "verdict" => Some(match numbers.assessment.as_ref()?.verdict.kind {
            VerdictKind::Regressed => 3.0,
            VerdictKind::Uncertain => 2.0,
            VerdictKind::Unchanged => 1.0,
            VerdictKind::Improved => 0.0,
        }),
        _ => {
            #[expect(clippy::cast_precision_loss, reason = "runs are fewer than 2^53")]
            let runs = summary.runs as f64;
            Some(runs)
        }
    }
}

fn long_row(metric: &Metric, side: usize, numbers: &Numbers, comparison: &Comparison) -> RowView {
    let summary = &numbers.summary;
    let value = |value: f64| CellView::number(Some(value), |value| metric.value(value));
    let side = &comparison.sides[side];
    let mut cells = vec![
        metric_cell(metric),
        CellView::labelled(side.name.clone(), side.full_name.clone()),
        CellView::labelled(
            format::count(usize::try_from(summary.runs).unwrap_or(usize::MAX)),
            summary.runs.to_string(),
        ),
        value(summary.mean),
        value(summary.median),
        CellView::number(summary.stddev, |spread| metric.value(spread)),
        value(summary.lowest),
        value(summary.highest),
        value(summary.p95),
    ];
    cells.extend(difference_cells(metric, numbers));
    RowView {
        key: format!("{} {}", metric.name, side.configuration_id),
        cells,
    }
}

/// Difference, share, interval and verdict.
fn difference_cells(metric: &Metric, numbers: &Numbers) -> [CellView; 4] {
    let (Some(assessment), Some((word, tone))) = (&numbers.assessment, numbers.verdict()) else {
        let reference = CellView::text("reference").toned(Tone::Missing);
        return [
            CellView::missing(),
            CellView::missing(),
            CellView::missing(),
            reference,
        ];
    };
    let comparison = &assessment.comparison;
    let interval = comparison
        .interval
        .map_or_else(CellView::missing, |Interval { low, high }| {
            CellView::labelled(
                format!("{} … {}", metric.difference(low), metric.difference(high)),
                format!("{low} … {high}"),
            )
        });
    [
        CellView::number(Some(comparison.delta), |delta| metric.difference(delta)),
        CellView::number(comparison.relative, format::signed_percent),
        interval,
        CellView::text(word)
            .toned(tone)
            .explained(assessment.verdict.reason.clone()),
    ]
}

/// One row per metric of two runs.
pub fn of_runs(comparison: &Comparison, chosen: &[String]) -> TableView {
    let side = |place: usize, letter: &str| {
        let name = comparison
            .sides
            .get(place)
            .map_or("", |side| side.name.as_str());
        format!("{letter}: {name}")
    };
    let columns = vec![
        ColumnView::text("metric", "Metric"),
        ColumnView::number("a", &side(0, "A")),
        ColumnView::number("b", &side(1, "B")),
        ColumnView::number("difference", "B − A").explained(DIFFERENCE),
        ColumnView::number("relative", "Relative").explained("The difference relative to A"),
        ColumnView::number("interval", "95 % interval").explained(INTERVAL),
        ColumnView::text("verdict", "Verdict").explained(VERDICT),
        ColumnView::text("reason", "Why")
            .explained("The numbers and the method behind the verdict"),
    ];
    let rows = comparison.shown(chosen).into_iter().map(|one| {
        let of = |place: usize| one.numbers.get(place).and_then(Option::as_ref);
        let value = |place: usize| {
            CellView::number(of(place).map(|one| one.summary.mean), |value| {
                one.metric.value(value)
            })
        };
        let mut cells = vec![metric_cell(&one.metric), value(0), value(1)];
        if let Some((numbers, assessment)) =
            of(1).and_then(|one| Some((one, one.assessment.as_ref()?)))
        {
            cells.extend(difference_cells(&one.metric, numbers));
            let reason = assessment.verdict.reason.as_str();
            cells.push(CellView::labelled(reason, reason));
        } else {
            cells.extend((0..4).map(|_| CellView::missing()));
            cells.push(CellView::text("only in one run").toned(Tone::Missing));
        }
        RowView {
            key: one.metric.name.to_string(),
            cells,
        }
    });
    TableView {
        caption: "Every metric of two runs".to_owned(),
        rows: rows.collect(),
        columns,
    }
}

/// The details of the two runs; empty if neither has any.
pub fn breakdown(before: &RunRow, after: &RunRow, metrics: &Metrics) -> TableView {
    let row = |detail: Detail| {
        let metric = metrics.of(&detail.name);
        let value = |value: Option<f64>| CellView::number(value, |value| metric.value(value));
        let cells = vec![
            CellView::text(&detail.path),
            value(detail.before),
            value(detail.after),
            CellView::number(detail.difference(), |difference| {
                metric.difference(difference)
            }),
            CellView::number(detail.relative(), format::signed_percent),
        ];
        RowView {
            key: detail.path,
            cells,
        }
    };
    TableView {
        caption: "Numbers in the details of both runs, largest differences first".to_owned(),
        columns: vec![
            ColumnView::text("path", "Detail")
                .explained("Where the number is in the run's details"),
            ColumnView::number("a", "A"),
            ColumnView::number("b", "B"),
            ColumnView::number("difference", "B − A"),
            ColumnView::number("relative", "Relative").explained("The difference relative to A"),
        ],
        rows: details(before.details.as_ref(), after.details.as_ref())
            .into_iter()
            .map(row)
            .collect(),
    }
}

/// The provenance of the two runs: different fields first.
pub fn origins(before: &RunRow, after: &RunRow) -> TableView {
    let fields = [origin(before), origin(after)];
    let mut names: Vec<&String> = fields[0].iter().map(|(name, _)| name).collect();
    for (name, _) in &fields[1] {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of = |place: usize, name: &str| {
        let found = fields[place].iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    };
    let mut rows: Vec<(bool, RowView)> = Vec::new();
    for name in names {
        let (a, b) = (of(0, name), of(1, name));
        if a.is_none() && b.is_none() {
            continue;
        }
        let link = |place: usize, run: &RunRow| {
            let cell = CellView::optional_text(of(place, name));
            if name == "run" {
                cell.linked(routes::run_href(&run.id))
            } else {
                cell
            }
        };
        let differs = CellView::text(if a == b { "same" } else { "differs" });
        let cells = vec![
            CellView::text(name),
            link(0, before),
            link(1, after),
            if a == b {
                differs.toned(Tone::Missing)
            } else {
                differs
            },
        ];
        rows.push((
            a == b,
            RowView {
                key: name.clone(),
                cells,
            },
        ));
    }
    let order = sort::sorted_positions(&rows, |one, other| one.0.cmp(&other.0));
    TableView {
        caption: "Provenance of the two runs, differences first".to_owned(),
        columns: vec![
            ColumnView::text("field", "Field"),
            ColumnView::text("a", "A"),
            ColumnView::text("b", "B"),
            ColumnView::text("differs", "Differs"),
        ],
        rows: order
            .into_iter()
            .map(|place| rows[place].1.clone())
            .collect(),
    }
}

fn origin(run: &RunRow) -> Vec<(String, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut fields = vec![
        ("run", run.id.clone()),
        ("model", run.model_version.clone()),
        ("provider", text(&run.model_provider)),
        ("dataset", run.dataset_version.clone()),
        (
            "dataset_size",
            run.dataset_size
                .map(|size| size.to_string())
                .unwrap_or_default(),
        ),
        ("prompt", run.prompt_version.clone()),
        ("environment", run.environment.clone()),
        ("commit", run.commit_sha.clone()),
        ("branch", text(&run.branch_name)),
        ("actor", text(&run.triggered_by)),
        ("created_at", run.created_at.clone()),
        ("version", run.version.to_string()),
        (
            "duration_seconds",
            run.duration_seconds
                .map(|seconds| seconds.to_string())
                .unwrap_or_default(),
        ),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect::<Vec<_>>();
    for (name, value) in run.params.iter().flatten() {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        fields.push((format!("params.{name}"), value));
    }
    fields
}
