//! A run's metrics: the verdicts of the check, and the comparison with the previous run.

use std::collections::BTreeMap;

use bench_model::check::{CheckOptions, RunToCheck, check};
use bench_model::metric::primary_metric;
use bench_model::rest::rows::RunRow;
use bench_model::stats::{
    Columns, EARLIER_RUNS, Evidence, MetricSides, Options, VerdictKind, compare_metrics,
};

use super::Surroundings;
use crate::view_model::{
    format,
    metrics::{Metric, Metrics},
    table_view::{CellView, ColumnView, RowView, TableView, Tone},
};

/// A verdict on a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The kind.
    pub kind: VerdictKind,
    /// The reason, in a sentence with all numbers.
    pub reason: String,
    /// The level that counts.
    pub counts: Option<f64>,
}

/// Verdicts by metric.
pub type Judged = BTreeMap<String, Verdict>;

/// What `bench-push check RUN` says of every metric; empty if the run's time can't be read.
pub fn judge(run: &RunRow, around: &Surroundings, known: &Metrics) -> Judged {
    let Some(current) = run.as_whole() else {
        return Judged::new();
    };
    let baseline = around.baseline.as_ref().and_then(|one| one.run.as_whole());
    let earlier = around.earlier.iter().rev().cloned();
    let earlier: Vec<_> = earlier.map(|row| row.into_run(&current)).collect();
    let has = |name: &str| run.metrics.contains_key(name);
    let options = CheckOptions {
        primary: primary_metric(has).map(str::to_owned),
        ..CheckOptions::default()
    };
    let question = RunToCheck {
        current: &current,
        baseline: baseline.as_ref(),
        earlier: &earlier,
        change_points: &around.change_points,
    };
    // A value beyond the range of the statistics is shown without a verdict.
    let checks = check(question, |name| known.of(name).definition(), &options);
    let verdict = |check: bench_model::check::MetricCheck| {
        let verdict = Verdict {
            kind: check.kind,
            counts: check.levels().map(|(counts, _)| counts),
            reason: check.reason,
        };
        (check.definition.name.to_string(), verdict)
    };
    checks
        .unwrap_or_default()
        .into_iter()
        .map(verdict)
        .collect()
}

/// Compares every shared metric with the previous run; empty if there is none.
pub fn compared_with_previous(run: &RunRow, around: &Surroundings, known: &Metrics) -> Judged {
    let Some(before) = &around.previous else {
        return Judged::new();
    };
    let earlier = |metric: &str| -> Vec<f64> {
        let newest = around.earlier.iter().take(EARLIER_RUNS).rev();
        newest
            .filter_map(|run| run.metrics.get(metric).copied())
            .collect()
    };
    let has =
        |metric: &str| run.metrics.contains_key(metric) && before.metrics.contains_key(metric);
    let primary = primary_metric(has);
    let mut names: Vec<&String> = run.metrics.keys().filter(|name| has(name)).collect();
    names.sort_by_key(|name| Some(name.as_str()) != primary);
    let sides: Vec<MetricSides> = names
        .into_iter()
        .filter_map(|metric| {
            Some(MetricSides {
                definition: known.of(metric).definition(),
                baseline: vec![evidence(before, metric)?],
                current: vec![evidence(run, metric)?],
                earlier: [earlier(metric), Vec::new()],
            })
        })
        .collect();
    compare_metrics(&sides, primary, &Options::default())
        .unwrap_or_default()
        .into_iter()
        .map(|found| {
            let verdict = Verdict {
                kind: found.verdict.kind,
                reason: found.verdict.reason,
                counts: None,
            };
            (found.comparison.metric, verdict)
        })
        .collect()
}

fn evidence(run: &RunRow, metric: &str) -> Option<Evidence> {
    Some(Evidence::of_columns(
        metric,
        *run.metrics.get(metric)?,
        &Columns {
            metric_stats: run.metric_stats.as_ref(),
            details: run.details.as_ref(),
            dataset_size: run.dataset_size,
            dataset_version: &run.dataset_version,
        },
    ))
}

/// The columns: the run and its verdict, and the baseline and previous run, if present.
pub fn metric_columns(is_there: [bool; 2]) -> Vec<ColumnView> {
    let mut columns = vec![
        ColumnView::text("metric", "Metric"),
        ColumnView::number("value", "This run"),
        ColumnView::text("verdict", "Verdict").explained(
            "Whether the newest level is worse than the level that counts, as bench-push check says; the reasons are below the table",
        ),
        ColumnView::number("counts", "Level that counts"),
    ];
    let sides = [("baseline", "Baseline"), ("previous", "Previous")];
    for ((name, label), _) in sides.into_iter().zip(is_there).filter(|(_, is)| *is) {
        let change = ColumnView::number(&format!("{name}_change"), "Change");
        columns.extend([
            ColumnView::number(name, label),
            change.explained("This run minus the other, also as a percentage of the other"),
        ]);
    }
    if is_there[1] {
        columns.push(
            ColumnView::text("previous_verdict", "Against previous").explained(
                "This run compared with the previous one alone; the reasons are below the table",
            ),
        );
    }
    columns
}

/// Every metric of the run: its value, its verdict, and the baseline and the previous run.
pub fn metric_table(
    run: &RunRow,
    around: &Surroundings,
    [judged, against_previous]: [&Judged; 2],
    known: &Metrics,
) -> TableView {
    let other = |other: &RunRow| other.id != run.id;
    let baseline = around.baseline.as_ref().map(|baseline| &baseline.run);
    let sides = [baseline, around.previous.as_ref()].map(|side| side.filter(|side| other(side)));
    let row = |(name, value): (&String, &f64)| {
        let metric = known.of(name);
        let hint = format!("{} {}", metric.description(), metric.better());
        let number = |value: Option<f64>| CellView::number(value, |value| metric.value(value));
        let mut cells = vec![
            CellView::text(name).explained(hint.trim()),
            number(Some(*value)),
            verdict_cell(judged.get(name)),
            number(judged.get(name).and_then(|judged| judged.counts)),
        ];
        for other in sides.into_iter().flatten() {
            cells.extend(against(*value, other.metrics.get(name).copied(), &metric));
        }
        if sides[1].is_some() {
            cells.push(verdict_cell(against_previous.get(name)));
        }
        RowView {
            key: name.clone(),
            cells,
        }
    };
    TableView {
        caption: "The run's metrics, compared with its baseline and the previous run".to_owned(),
        columns: metric_columns(sides.map(|side| side.is_some())),
        rows: run.metrics.iter().map(row).collect(),
    }
}

fn verdict_cell(judged: Option<&Verdict>) -> CellView {
    judged.map_or_else(CellView::missing, |judged| {
        CellView::text(judged.kind.as_str())
            .toned(tone(judged.kind))
            .explained(judged.reason.clone())
    })
}

fn against(value: f64, before: Option<f64>, metric: &Metric) -> [CellView; 2] {
    let change = before.map(|before| value - before);
    let share = before
        .zip(change)
        .filter(|(before, _)| *before != 0.0)
        .map(|(before, change)| change / before.abs());
    [
        CellView::number(before, |before| metric.value(before)),
        CellView {
            note: share
                .filter(|share| *share != 0.0)
                .map(format::signed_percent)
                .unwrap_or_default(),
            ..CellView::number(change, |change| metric.difference(change))
        },
    ]
}

/// The reason of each verdict with its metric, one sentence each, changes first.
pub fn reasons(judged: &Judged) -> Vec<(Tone, &'static str, String)> {
    let mut all: Vec<(&String, &Verdict)> = judged.iter().collect();
    all.sort_by_key(|(_, one)| match one.kind {
        VerdictKind::Regressed => 0,
        VerdictKind::Improved => 1,
        VerdictKind::Uncertain => 2,
        VerdictKind::Unchanged => 3,
    });
    all.into_iter()
        .map(|(name, one)| {
            // A comparison's sentence begins with the metric.
            let said = one.reason.strip_prefix(name.as_str());
            let is_named = said.is_some_and(|rest| rest.starts_with(' '));
            let reason = if is_named {
                one.reason.clone()
            } else {
                format!("{name}: {}", one.reason)
            };
            (tone(one.kind), one.kind.as_str(), reason)
        })
        .collect()
}

fn tone(kind: VerdictKind) -> Tone {
    match kind {
        VerdictKind::Improved => Tone::Improved,
        VerdictKind::Regressed => Tone::Regressed,
        VerdictKind::Unchanged => Tone::Unchanged,
        VerdictKind::Uncertain => Tone::Uncertain,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Baseline, *};

    fn run(id: &str, f1: f64, latency_ms: f64) -> RunRow {
        RunRow {
            id: id.to_owned(),
            created_at: "2026-11-25T02:11:12+00:00".to_owned(),
            dataset_version: "d".to_owned(),
            metrics: [("f1".to_owned(), f1), ("latency_ms".to_owned(), latency_ms)].into(),
            ..RunRow::default()
        }
    }

    fn around() -> Surroundings {
        let quiet = [0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900, 0.899];
        let earlier = |(place, f1): (usize, &f64)| {
            serde_json::from_value(serde_json::json!({
                "id": format!("r{place}"), "created_at": "2026-11-24T02:11:12+00:00", "version": place + 1,
                "commit_sha": "abc", "metrics": {"f1": f1, "latency_ms": 400.0},
            }))
            .expect("a row")
        };
        let mut earlier: Vec<_> = quiet.iter().enumerate().map(earlier).collect();
        earlier.reverse();
        Surroundings {
            previous: Some(run("previous", 0.899, 400.0)),
            earlier,
            baseline: Some(Baseline {
                run: run("r0", 0.901, 500.0),
                ..Baseline::default()
            }),
            ..Surroundings::default()
        }
    }

    #[test]
    fn a_run_has_the_verdicts_of_the_check_and_stands_beside_baseline_and_previous() {
        let (known, around, current) = (Metrics::default(), around(), run("now", 0.842, 400.0));
        let judged = judge(&current, &around, &known);
        let previous = compared_with_previous(&current, &around, &known);

        insta::assert_snapshot!(
            metric_table(&current, &around, [&judged, &previous], &known).to_markdown()
        );
        let reasons: Vec<String> = reasons(&judged)
            .into_iter()
            .map(|(_, _, text)| text)
            .collect();
        insta::assert_snapshot!(reasons.join("\n"));
    }

    #[test]
    fn a_run_is_not_compared_with_itself() {
        let (known, mut around) = (Metrics::default(), around());
        let current = around.baseline.clone().expect("there is one").run;
        around.earlier.clear();
        around.previous = None;

        assert!(compared_with_previous(&current, &around, &known).is_empty());
        let judged = judge(&current, &around, &known);
        let table = metric_table(&current, &around, [&judged, &Judged::new()], &known);
        assert!(table.columns.iter().all(|column| column.name != "baseline"));
    }

    #[test]
    fn a_run_alone_shows_its_values() {
        let table = metric_table(
            &run("a", 0.9, 1.0),
            &Surroundings::default(),
            [&Judged::new(), &Judged::new()],
            &Metrics::default(),
        );
        assert_eq!(table.columns.len(), 4);
    }
}
