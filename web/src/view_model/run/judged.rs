//! A run's metrics compared with another run, by the shared statistics.

use std::collections::BTreeMap;

use bench_model::metric::primary_metric;
use bench_model::rest::rows::RunRow;
use bench_model::stats::{
    Assessment, Columns, EARLIER_RUNS, Evidence, MetricSides, Options, VerdictKind, compare_metrics,
};

use super::Surroundings;
use crate::view_model::{
    format,
    metrics::{Metric, Metrics},
    table_view::{CellView, ColumnView, RowView, TableView, Tone},
};

/// The reference of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// Its baseline in force.
    Baseline,
    /// The previous run of its configuration.
    Previous,
}

/// Verdicts by metric.
pub type Judged = BTreeMap<String, Assessment>;

/// Judges every shared metric; empty if there is no such run, or it is the run itself.
pub fn judge(run: &RunRow, around: &Surroundings, reference: Reference, known: &Metrics) -> Judged {
    let none = Vec::new();
    let (before, of_before) = match reference {
        Reference::Previous => (around.earlier.first(), &none),
        Reference::Baseline => match &around.baseline {
            Some(baseline) => (Some(&baseline.run), &baseline.earlier),
            None => (None, &none),
        },
    };
    let Some(before) = before.filter(|before| before.id != run.id) else {
        return Judged::new();
    };
    let values = |runs: &mut dyn Iterator<Item = &RunRow>, metric: &str| -> Vec<f64> {
        runs.filter_map(|run| run.metrics.get(metric).copied())
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
                earlier: [
                    values(&mut around.earlier.iter().take(EARLIER_RUNS).rev(), metric),
                    values(&mut of_before.iter(), metric),
                ],
            })
        })
        .collect();
    // A value beyond the range of the statistics is shown without a verdict.
    compare_metrics(&sides, primary, &Options::default())
        .unwrap_or_default()
        .into_iter()
        .map(|judged| (judged.comparison.metric.clone(), judged))
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

/// The columns: the run, and the baseline and previous run, if present.
pub fn metric_columns(is_there: [bool; 2]) -> Vec<ColumnView> {
    let mut columns = vec![
        ColumnView::text("metric", "Metric"),
        ColumnView::number("value", "This run"),
    ];
    let sides = [("baseline", "Baseline"), ("previous", "Previous")];
    for ((name, label), _) in sides.into_iter().zip(is_there).filter(|(_, is)| *is) {
        let verdict = ColumnView::text(&format!("{name}_verdict"), "Verdict");
        let change = ColumnView::number(&format!("{name}_change"), "Change");
        columns.extend([
            ColumnView::number(name, label),
            change.explained("This run minus the other, also as a percentage of the other"),
            verdict.explained("The reasons are below the table"),
        ]);
    }
    columns
}

/// Every metric of the run: its value, and its comparison with the baseline and the previous run.
pub fn metric_table(
    run: &RunRow,
    around: &Surroundings,
    [against_baseline, against_previous]: [&Judged; 2],
    known: &Metrics,
) -> TableView {
    let baseline = around.baseline.as_ref().map(|baseline| &baseline.run);
    let sides = [
        (baseline, against_baseline),
        (around.earlier.first(), against_previous),
    ];
    let columns =
        metric_columns(sides.map(|(other, _)| other.is_some_and(|other| other.id != run.id)));
    let row = |(name, value): (&String, &f64)| {
        let metric = known.of(name);
        let hint = format!("{} {}", metric.description(), metric.better());
        let mut cells = vec![
            CellView::text(name).explained(hint.trim()),
            CellView::number(Some(*value), |value| metric.value(value)),
        ];
        for (other, judged) in sides {
            if let Some(other) = other.filter(|other| other.id != run.id) {
                cells.extend(against(
                    *value,
                    other.metrics.get(name).copied(),
                    judged.get(name),
                    &metric,
                ));
            }
        }
        RowView {
            key: name.clone(),
            cells,
        }
    };
    TableView {
        caption: "The run's metrics, compared with its baseline and the previous run".to_owned(),
        columns,
        rows: run.metrics.iter().map(row).collect(),
    }
}

fn against(
    value: f64,
    before: Option<f64>,
    judged: Option<&Assessment>,
    metric: &Metric,
) -> [CellView; 3] {
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
        judged.map_or_else(CellView::missing, |judged| {
            let kind = judged.verdict.kind;
            CellView::text(kind.as_str())
                .toned(tone(kind))
                .explained(judged.verdict.reason.clone())
        }),
    ]
}

/// The reason of each verdict, one sentence per metric, changes first.
pub fn reasons(judged: &Judged) -> Vec<(Tone, &'static str, String)> {
    let mut all: Vec<&Assessment> = judged.values().collect();
    all.sort_by_key(|one| match one.verdict.kind {
        VerdictKind::Regressed => 0,
        VerdictKind::Improved => 1,
        VerdictKind::Uncertain => 2,
        VerdictKind::Unchanged => 3,
    });
    all.into_iter()
        .map(|one| {
            let kind = one.verdict.kind;
            (tone(kind), kind.as_str(), one.verdict.reason.clone())
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
            dataset_version: "d".to_owned(),
            metrics: [("f1".to_owned(), f1), ("latency_ms".to_owned(), latency_ms)].into(),
            ..RunRow::default()
        }
    }

    fn around() -> Surroundings {
        let quiet = [0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900, 0.899];
        Surroundings {
            earlier: quiet.iter().map(|f1| run("earlier", *f1, 400.0)).collect(),
            next: None,
            baseline: Some(Baseline {
                run: run("baseline", 0.901, 500.0),
                ..Baseline::default()
            }),
        }
    }

    #[test]
    fn a_fall_of_f1_and_of_latency_are_told_apart() {
        let (known, around, current) = (Metrics::default(), around(), run("now", 0.842, 400.0));
        let judged = [Reference::Baseline, Reference::Previous]
            .map(|one| judge(&current, &around, one, &known));

        insta::assert_snapshot!(
            metric_table(&current, &around, [&judged[0], &judged[1]], &known).to_markdown()
        );
        assert_eq!(reasons(&judged[0])[0].1, "regressed");
    }

    #[test]
    fn a_run_is_not_held_against_itself() {
        let (known, around) = (Metrics::default(), around());
        let current = around.baseline.clone().expect("there is one").run;

        assert!(judge(&current, &around, Reference::Baseline, &known).is_empty());
        let table = metric_table(&current, &around, [&Judged::new(), &Judged::new()], &known);
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
        assert_eq!(table.columns.len(), 2);
    }
}
