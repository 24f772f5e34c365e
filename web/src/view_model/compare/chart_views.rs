//! The view models of a comparison's charts.

use bench_model::metric::Direction;
use bench_model::rest::rows::SummaryRow;

use super::comparison::{ComparedMetric, Comparison};
use crate::view_model::metrics::Metric;

/// One metric: a bar for each side, as long as its mean, and its spread.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// `Mean of latency_ms (ms)`.
    pub axis: String,
    /// From left to right; the position among the sides determines the colour.
    pub bars: Vec<Bar>,
    /// The chart's description.
    pub description: String,
}

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The side's name.
    pub name: String,
    /// Its position among the sides.
    pub side: usize,
    /// The mean.
    pub mean: f64,
    /// One standard deviation around the mean; none for one run.
    pub whisker: Option<(f64, f64)>,
    /// The tooltip.
    pub label: String,
}

/// Many metrics: a line per side, across an axis per metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// The metrics, from left to right.
    pub axes: Vec<String>,
    /// One for each side.
    pub lines: Vec<ProfileLine>,
    /// The chart's description.
    pub description: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileLine {
    /// The side's name.
    pub name: String,
    /// The position on each axis, from 0 (worst side, including spread) to 1 (best), and the
    /// tooltip. None if the side lacks the metric.
    pub points: Vec<Option<(f64, String)>>,
}

/// The values of one metric: a histogram per side, with its runs below.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ridges {
    /// `latency_ms (ms)`.
    pub axis: String,
    /// From top to bottom.
    pub ridges: Vec<Ridge>,
    /// The chart's description.
    pub description: String,
}

/// One side's values.
#[derive(Clone, Debug, PartialEq)]
pub struct Ridge {
    /// The side's name.
    pub name: String,
    /// Its position among the sides.
    pub side: usize,
    /// The outline of the histogram: value, and share of the fullest bar of all sides. Empty for few values.
    pub outline: Vec<(f64, f64)>,
    /// The values with their tooltips.
    pub values: Vec<(f64, String)>,
    /// The median over all runs.
    pub median: f64,
}

/// With fewer values there is no histogram, only single marks.
const FEW: usize = 8;
const BINS: (usize, usize) = (6, 32);

/// The bars of one metric.
pub fn bars(one: &ComparedMetric, comparison: &Comparison) -> Bars {
    let metric = &one.metric;
    let bars = one
        .numbers
        .iter()
        .enumerate()
        .filter_map(|(side, numbers)| {
            let summary = &numbers.as_ref()?.summary;
            let name = comparison.sides[side].name.clone();
            let spread = summary
                .stddev
                .map(|spread| format!(" ± {}", metric.value(spread)))
                .unwrap_or_default();
            Some(Bar {
                label: format!(
                    "{name}: {}{spread}, n = {}",
                    metric.value(summary.mean),
                    summary.runs
                ),
                name,
                side,
                mean: summary.mean,
                whisker: summary
                    .stddev
                    .map(|spread| (summary.mean - spread, summary.mean + spread)),
            })
        });
    let bars: Vec<Bar> = bars.collect();
    let said: Vec<&str> = bars.iter().map(|bar| bar.label.as_str()).collect();
    Bars {
        axis: axis(metric),
        description: format!(
            "The mean of {} as bars, {}. {}.",
            metric.name,
            metric.better(),
            said.join("; ")
        ),
        bars,
    }
}

fn axis(metric: &Metric) -> String {
    match metric.unit.as_deref() {
        None | Some("ratio") => metric.name.to_string(),
        Some(unit) => format!("{} ({})", metric.name, unit.replace('_', " ")),
    }
}

/// The profile of the metrics that at least two sides have.
pub fn profile(comparison: &Comparison, chosen: &[String]) -> Profile {
    let shown = comparison.shown(chosen);
    let shared: Vec<&ComparedMetric> = shown
        .into_iter()
        .filter(|one| one.numbers.iter().flatten().count() > 1)
        .collect();
    let line = |side: usize| ProfileLine {
        name: comparison.sides[side].name.clone(),
        points: shared
            .iter()
            .map(|one| {
                let mean = one.numbers[side].as_ref()?.summary.mean;
                Some((
                    place(one, mean),
                    format!("{}: {}", one.metric.name, one.metric.value(mean)),
                ))
            })
            .collect(),
    };
    Profile {
        axes: shared
            .iter()
            .map(|one| one.metric.name.to_string())
            .collect(),
        lines: (0..comparison.sides.len()).map(line).collect(),
        description: format!("{} metrics; higher is better on every axis.", shared.len()),
    }
}

/// The position of a mean between the worst and the best side, including spread, so that a
/// difference smaller than the spread looks small; in the middle if all are equal.
fn place(one: &ComparedMetric, mean: f64) -> f64 {
    let summaries = || one.numbers.iter().flatten().map(|numbers| &numbers.summary);
    let spread = |summary: &SummaryRow| summary.stddev.unwrap_or(0.0);
    let low = summaries()
        .map(|summary| summary.mean - spread(summary))
        .fold(f64::INFINITY, f64::min);
    let high = summaries()
        .map(|summary| summary.mean + spread(summary))
        .fold(f64::NEG_INFINITY, f64::max);
    let share = (mean - low) / (high - low);
    if !share.is_finite() {
        return 0.5;
    }
    match one.metric.direction {
        Direction::LowerIsBetter => 1.0 - share,
        Direction::HigherIsBetter | Direction::Neither => share,
    }
}

/// The values of one metric.
pub fn ridges(one: &ComparedMetric, comparison: &Comparison) -> Ridges {
    let there = || {
        one.numbers
            .iter()
            .enumerate()
            .filter_map(|(side, numbers)| Some((side, numbers.as_ref()?)))
    };
    let all = || there().flat_map(|(_, numbers)| numbers.values.iter().copied());
    let (low, high) = (
        all().fold(f64::INFINITY, f64::min),
        all().fold(f64::NEG_INFINITY, f64::max),
    );
    let most = there()
        .map(|(_, numbers)| numbers.values.len())
        .max()
        .unwrap_or(0);
    let bins = (most.isqrt() * 2).clamp(BINS.0, BINS.1);
    let shares: Vec<Vec<f64>> = there()
        .map(|(_, numbers)| histogram(&numbers.values, low, high, bins))
        .collect();
    let fullest = shares
        .iter()
        .flatten()
        .copied()
        .fold(f64::MIN_POSITIVE, f64::max);
    let ridges = there().zip(&shares).map(|((side, numbers), shares)| {
        let name = comparison.sides[side].name.clone();
        Ridge {
            outline: if numbers.values.len() < FEW || low >= high {
                Vec::new()
            } else {
                outline(shares, low, high, fullest)
            },
            values: numbers
                .values
                .iter()
                .map(|value| (*value, format!("{name}: {}", one.metric.value(*value))))
                .collect(),
            median: numbers.summary.median,
            name,
            side,
        }
    });
    let ridges: Vec<Ridge> = ridges.collect();
    let said: Vec<String> = there()
        .map(|(side, numbers)| {
            let summary = &numbers.summary;
            format!(
                "{} from {} to {}, median {}",
                comparison.sides[side].name,
                one.metric.value(summary.lowest),
                one.metric.value(summary.highest),
                one.metric.value(summary.median)
            )
        })
        .collect();
    Ridges {
        axis: axis(&one.metric),
        description: format!(
            "How the values of {} are distributed: {}.",
            one.metric.name,
            said.join("; ")
        ),
        ridges,
    }
}

/// The share of the values in each of `bins` equal intervals from `low` to `high`.
fn histogram(values: &[f64], low: f64, high: f64, bins: usize) -> Vec<f64> {
    #![expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few hundred values in a few stretches"
    )]
    let mut shares = vec![0.0; bins];
    for value in values {
        let place = ((value - low) / (high - low) * bins as f64).floor();
        let place = if place.is_finite() {
            (place.max(0.0) as usize).min(bins - 1)
        } else {
            0
        };
        shares[place] += 1.0 / values.len() as f64;
    }
    shares
}

/// The outline: up, along and down each bar.
fn outline(shares: &[f64], low: f64, high: f64, fullest: f64) -> Vec<(f64, f64)> {
    #![expect(clippy::cast_precision_loss, reason = "a few stretches")]
    let edge = |index: usize| low + (high - low) * index as f64 / shares.len() as f64;
    let mut points = vec![(low, 0.0)];
    for (index, share) in shares.iter().enumerate() {
        points.push((edge(index), share / fullest));
        points.push((edge(index + 1), share / fullest));
    }
    points.push((high, 0.0));
    points
}
