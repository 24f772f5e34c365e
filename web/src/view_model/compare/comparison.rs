//! Rows → comparison: every metric of every side, with its verdict.

use std::collections::BTreeSet;

use bench_model::metric::primary_metric;
use bench_model::rest::rows::{RunRow, SummaryRow, ValuesRow};
use bench_model::stats::{
    Assessment, Caveat, Columns, Evidence, MetricSides, Options, VerdictKind, compare_metrics,
};

use super::{
    names,
    rows::{CompareRows, SideRows},
};
use crate::view_model::{
    metrics::{Metric, Metrics},
    snapshot::Configuration,
    table_view::Tone,
};

/// The number of a configuration's newest runs that are compared with the reference and drawn.
pub const NEWEST_RUNS: usize = 200;

/// Sides and metrics side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The reference first.
    pub sides: Vec<Side>,
    /// The parts common to all sides: `cardio-v2 · production`; may be empty.
    pub common: String,
    /// Whether the sides are two runs.
    pub is_of_runs: bool,
    /// Every metric of any side: the primary one first, then by name.
    pub metrics: Vec<ComparedMetric>,
}

/// One side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// Its configuration.
    pub configuration_id: i64,
    /// The parts that distinguish it from the other sides: `medgemma-v1.2 · prompt-3`.
    pub name: String,
    /// Its full name.
    pub full_name: String,
    /// Its data set.
    pub dataset: String,
    /// Its number of runs in these days.
    pub runs: u64,
    /// How many of them are compared with the reference.
    pub compared_runs: usize,
    /// Its run, if there is only one.
    pub whole: Option<RunRow>,
}

/// One metric of all sides.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedMetric {
    /// Its definition.
    pub metric: Metric,
    /// One per side, in order; none if a side lacks it.
    pub numbers: Vec<Option<Numbers>>,
}

/// One metric of one side.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// Over all runs of these days.
    pub summary: SummaryRow,
    /// The newest values, at most [`NEWEST_RUNS`], newest first.
    pub values: Vec<f64>,
    /// The comparison with the reference; none for the reference itself.
    pub assessment: Option<Assessment>,
}

impl Numbers {
    /// The verdict's label and look; none for the reference.
    pub fn verdict(&self) -> Option<(&'static str, Tone)> {
        let assessment = self.assessment.as_ref()?;
        if assessment
            .comparison
            .caveats
            .contains(&Caveat::DifferentData)
        {
            return Some(("not comparable", Tone::Missing));
        }
        Some(match assessment.verdict.kind {
            VerdictKind::Improved => ("improved", Tone::Improved),
            VerdictKind::Regressed => ("regressed", Tone::Regressed),
            VerdictKind::Unchanged => ("unchanged", Tone::Unchanged),
            VerdictKind::Uncertain => ("uncertain", Tone::Uncertain),
        })
    }
}

impl Comparison {
    /// Computes all numbers. `known` are the configurations, `metrics` the definitions.
    pub fn new(rows: &CompareRows, known: &[Configuration], metrics: &Metrics) -> Self {
        let is_of_runs =
            rows.summaries.is_empty() && rows.sides.iter().any(|side| side.whole.is_some());
        let parts: Vec<[String; 4]> = rows
            .sides
            .iter()
            .map(|side| names::parts(side, known))
            .collect();
        let (names, common) = names::distinct(&parts, &rows.sides);
        let sides: Vec<Side> = rows
            .sides
            .iter()
            .zip(&parts)
            .zip(names)
            .map(|((side, parts), name)| Side {
                configuration_id: side.configuration_id,
                name,
                full_name: parts.join(" · "),
                dataset: parts[1].clone(),
                runs: runs_of(side, rows),
                compared_runs: side.runs.len(),
                whole: side.whole.clone(),
            })
            .collect();
        let mut all: Vec<ComparedMetric> = metric_names(rows)
            .into_iter()
            .map(|name| ComparedMetric {
                numbers: rows
                    .sides
                    .iter()
                    .map(|side| numbers(side, rows, &name))
                    .collect(),
                metric: metrics.of(&name),
            })
            .collect();
        for place in 1..sides.len() {
            assess(&mut all, place, &sides, rows);
        }
        Self {
            sides,
            common,
            is_of_runs,
            metrics: all,
        }
    }

    /// The metric of the single-metric charts: the requested one, otherwise the first.
    pub fn focus(&self, wanted: Option<&str>) -> Option<&ComparedMetric> {
        let found = wanted.and_then(|wanted| {
            self.metrics
                .iter()
                .find(|one| one.metric.name.as_str() == wanted)
        });
        found.or_else(|| self.metrics.first())
    }

    /// The metrics shown: the selected ones, or all.
    pub fn shown(&self, chosen: &[String]) -> Vec<&ComparedMetric> {
        self.metrics
            .iter()
            .filter(|one| chosen.is_empty() || chosen.iter().any(|name| *name == *one.metric.name))
            .collect()
    }

    /// Notes on the numbers.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let datasets: BTreeSet<&str> = self
            .sides
            .iter()
            .map(|side| side.dataset.as_str())
            .collect();
        if datasets.len() > 1 {
            warnings.push(
                "Results on different data sets are not comparable; the numbers are shown without verdicts."
                    .to_owned(),
            );
        }
        if self
            .sides
            .iter()
            .any(|side| side.runs > side.compared_runs as u64)
        {
            warnings.push(format!(
                "Differences and distributions use the newest {NEWEST_RUNS} runs of each side; all other numbers use every run."
            ));
        }
        for side in self.sides.iter().filter(|side| side.runs == 0) {
            warnings.push(format!("{} has no runs in this range.", side.name));
        }
        warnings
    }
}

fn runs_of(side: &SideRows, rows: &CompareRows) -> u64 {
    let counted = rows
        .summaries
        .iter()
        .filter(|row| row.configuration_id == side.configuration_id)
        .map(|row| row.runs)
        .max();
    counted.unwrap_or(side.runs.len() as u64)
}

/// Every metric: the primary one first, then by name.
fn metric_names(rows: &CompareRows) -> Vec<String> {
    let of_runs = rows
        .sides
        .iter()
        .flat_map(|side| side.runs.iter().flat_map(|run| run.metrics.keys()));
    let all: BTreeSet<&String> = of_runs
        .chain(rows.summaries.iter().map(|row| &row.metric))
        .collect();
    let primary = primary_metric(|metric| all.iter().any(|one| *one == metric));
    let mut names: Vec<String> = all.into_iter().cloned().collect();
    if let Some(place) = names.iter().position(|name| Some(name.as_str()) == primary) {
        names[..=place].rotate_right(1);
    }
    names
}

fn numbers(side: &SideRows, rows: &CompareRows, metric: &str) -> Option<Numbers> {
    let values = values(&side.runs, metric);
    let summary = rows
        .summaries
        .iter()
        .find(|row| row.configuration_id == side.configuration_id && row.metric == metric)
        .cloned()
        .or_else(|| {
            let value = *values.first()?;
            (values.len() == 1).then(|| SummaryRow {
                configuration_id: side.configuration_id,
                metric: metric.to_owned(),
                runs: 1,
                mean: value,
                stddev: None,
                lowest: value,
                highest: value,
                median: value,
                p95: value,
            })
        })?;
    Some(Numbers {
        summary,
        values,
        assessment: None,
    })
}

fn values(runs: &[ValuesRow], metric: &str) -> Vec<f64> {
    runs.iter()
        .filter_map(|run| run.metrics.get(metric).copied())
        .collect()
}

/// Compares all metrics of the side at `place` with those of the first one, like the CLI.
fn assess(all: &mut [ComparedMetric], place: usize, sides: &[Side], rows: &CompareRows) {
    let mut asked = Vec::new();
    let mut questions = Vec::new();
    for (index, one) in all.iter().enumerate() {
        let name = &one.metric.name;
        let side = |place: usize| {
            let numbers = one.numbers[place].as_ref()?;
            let found = evidence(&sides[place], numbers, name);
            (!found.is_empty()).then_some(found)
        };
        if let (Some(baseline), Some(current)) = (side(0), side(place)) {
            asked.push(index);
            questions.push(MetricSides {
                definition: one.metric.definition(),
                baseline,
                current,
                earlier: [
                    values(&rows.earlier[0], name),
                    values(&rows.earlier[1], name),
                ],
            });
        }
    }
    let primary = primary_metric(|metric| {
        questions
            .iter()
            .any(|one| one.definition.name.as_str() == metric)
    });
    // Stored values are finite; on an error there is no verdict.
    let found = compare_metrics(&questions, primary, &Options::default()).unwrap_or_default();
    for (index, assessment) in asked.into_iter().zip(found) {
        if let Some(numbers) = &mut all[index].numbers[place] {
            numbers.assessment = Some(assessment);
        }
    }
}

/// The evidence for a metric: everything in a single run, or the values of several.
fn evidence(side: &Side, numbers: &Numbers, metric: &str) -> Vec<Evidence> {
    if let Some(run) = &side.whole {
        return vec![Evidence::of_columns(
            metric,
            numbers.summary.mean,
            &Columns {
                metric_stats: run.metric_stats.as_ref(),
                details: run.details.as_ref(),
                dataset_size: run.dataset_size,
                dataset_version: &run.dataset_version,
            },
        )];
    }
    let of = |value: &f64| Evidence {
        dataset: Some(side.dataset.clone()),
        ..Evidence::of_value(*value)
    };
    numbers.values.iter().map(of).collect()
}
