//! F1 against latency: every configuration, and the Pareto front.

use std::collections::BTreeMap;

use super::{Configuration, format};
use crate::view_model::sort::sorted;

/// The number of models with their own colour; the rest share one, because more colours are
/// indistinguishable.
const SERIES: usize = 7;

/// The chart's data, in the units of its axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Scatter {
    /// One per model, best first; at most seven models, and `other models`.
    pub series: Vec<PointSeries>,
    /// Latency, from left to right.
    pub x: Axis,
    /// F1, from the bottom up.
    pub y: Axis,
    /// The Pareto front: configurations that no other one beats in both F1 and latency, from fast
    /// to good.
    pub frontier: Vec<(f64, f64)>,
    /// The chart's description for screen readers.
    pub description: String,
    /// `3 configurations lack F1 or latency and are not drawn`, if there are any.
    pub left_out: Option<String>,
}

/// The points of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct PointSeries {
    /// Its name in the legend.
    pub name: String,
    /// Its points.
    pub points: Vec<Point>,
    /// Whether it represents all models without their own colour.
    pub is_rest: bool,
}

/// One configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Latency in the unit of the axis.
    pub x: f64,
    /// F1.
    pub y: f64,
    /// The lines of the tooltip.
    pub label: String,
}

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// `Latency (ms)`.
    pub name: String,
    /// Whether it is logarithmic.
    pub is_log: bool,
    /// Its lower end.
    pub min: f64,
    /// Its upper end.
    pub max: f64,
    /// The grid interval, unless left to the chart.
    pub interval: Option<f64>,
}

impl Axis {
    /// The relative position of a value: 0 at the lower end, 1 at the upper.
    pub fn share(&self, value: f64) -> f64 {
        let [value, min, max] = [value, self.min, self.max].map(|one| self.even(one));
        (value - min) / (max - min)
    }

    /// The value at a relative position.
    pub fn at(&self, share: f64) -> f64 {
        let [min, max] = [self.min, self.max].map(|one| self.even(one));
        let even = min + (max - min) * share;
        if self.is_log { 10f64.powf(even) } else { even }
    }

    fn even(&self, value: f64) -> f64 {
        if self.is_log { value.log10() } else { value }
    }
}

/// A configuration with both.
#[derive(Clone, Copy)]
struct Placed<'a> {
    ms: f64,
    f1: f64,
    one: &'a Configuration,
}

/// Plots the configurations with both F1 and latency.
pub fn scatter(shown: &[&Configuration]) -> Scatter {
    let placed: Vec<Placed> = shown
        .iter()
        .filter_map(|one| {
            Some(Placed {
                ms: one.latency_ms.filter(|ms| *ms >= 0.0)?,
                f1: one.f1?,
                one,
            })
        })
        .collect();
    let (x, unit_ms) = latency_axis(placed.iter().map(|placed| placed.ms));
    let frontier: Vec<(f64, f64)> = frontier(&placed)
        .into_iter()
        .map(|(ms, f1)| (ms / unit_ms, f1))
        .collect();
    Scatter {
        series: series(&placed, unit_ms),
        x,
        y: f1_axis(placed.iter().map(|placed| placed.f1)),
        description: describe(&placed),
        left_out: match shown.len() - placed.len() {
            0 => None,
            1 => Some("1 configuration lacks F1 or latency and is not drawn".to_owned()),
            many => Some(format!(
                "{} configurations lack F1 or latency and are not drawn",
                format::count(many)
            )),
        },
        frontier,
    }
}

fn series(placed: &[Placed], unit_ms: f64) -> Vec<PointSeries> {
    let mut by_model: BTreeMap<&str, Vec<Placed>> = BTreeMap::new();
    for point in placed {
        by_model.entry(&point.one.model).or_default().push(*point);
    }
    let models: Vec<(&str, Vec<Placed>)> = by_model.into_iter().collect();
    let best = |points: &[Placed]| points.iter().map(|point| point.f1).fold(f64::MIN, f64::max);
    let mut models = sorted(&models, |(_, one), (_, other)| {
        best(other).total_cmp(&best(one))
    });
    let rest = models.split_off(models.len().min(SERIES));
    let point = |Placed { ms, f1, one }: &Placed| Point {
        x: ms / unit_ms,
        y: *f1,
        label: format!(
            "{}\n{}\nF1 {}   latency {}   cost {}",
            format::short_name(&one.model),
            format::short_name(&one.setting()),
            format::ratio(*f1),
            format::duration_ms(*ms),
            format::or_missing(one.cost_usd, format::usd),
        ),
    };
    let mut series: Vec<PointSeries> = models
        .into_iter()
        .map(|(model, points)| PointSeries {
            name: format::short_name(model),
            points: points.iter().map(point).collect(),
            is_rest: false,
        })
        .collect();
    if !rest.is_empty() {
        series.push(PointSeries {
            name: match rest.as_slice() {
                [(model, _)] => format::short_name(model),
                several => format!("{} other models", format::count(several.len())),
            },
            points: rest
                .into_iter()
                .flat_map(|(_, points)| points)
                .map(point)
                .collect(),
            is_rest: true,
        });
    }
    series
}

/// From fast to slow, each point better than every faster one.
fn frontier(placed: &[Placed]) -> Vec<(f64, f64)> {
    let points: Vec<(f64, f64)> = placed.iter().map(|point| (point.ms, point.f1)).collect();
    let points = sorted(&points, |(ms, f1), (other_ms, other_f1)| {
        ms.total_cmp(other_ms).then(other_f1.total_cmp(f1))
    });
    let mut best = f64::MIN;
    points
        .into_iter()
        .filter(|(_, f1)| {
            let is_better = *f1 > best;
            best = best.max(*f1);
            is_better
        })
        .copied()
        .collect()
}

/// The axis, and the milliseconds per unit.
fn latency_axis(values: impl Iterator<Item = f64> + Clone) -> (Axis, f64) {
    let smallest = values.clone().fold(f64::MAX, f64::min);
    let largest = values.fold(0.0, f64::max);
    if largest <= 0.0 {
        return (
            Axis {
                name: "Latency (ms)".to_owned(),
                is_log: false,
                min: 0.0,
                max: 1.0,
                interval: None,
            },
            1.0,
        );
    }
    let (unit_ms, unit) = if largest < 1.0 {
        (1e-3, "µs")
    } else if largest < 10_000.0 {
        (1.0, "ms")
    } else {
        (1e3, "s")
    };
    let (smallest, largest) = (smallest / unit_ms, largest / unit_ms);
    let is_log = smallest > 0.0 && largest / smallest >= 20.0;
    let axis = Axis {
        name: if is_log {
            format!("Latency ({unit}, log scale)")
        } else {
            format!("Latency ({unit})")
        },
        is_log,
        min: if is_log {
            floor_step(smallest / 1.1)
        } else {
            0.0
        },
        max: ceil_step(largest * if is_log { 1.1 } else { 1.04 }),
        interval: None,
    };
    (axis, unit_ms)
}

fn f1_axis(values: impl Iterator<Item = f64> + Clone) -> Axis {
    let smallest = values.clone().fold(f64::MAX, f64::min);
    let largest = values.fold(f64::MIN, f64::max);
    let (min, max, step) = if smallest > largest {
        (0.0, 1.0, 0.1)
    } else {
        // A value in percent is a hundred times as high.
        let scale = if largest > 1.5 { 100.0 } else { 1.0 };
        let step = match (largest - smallest) / scale {
            0.25.. => 0.1,
            0.05.. => 0.05,
            _ => 0.01,
        } * scale;
        let room = step * 0.15;
        let floor = ((smallest - room) / step).floor() * step;
        let ceiling = ((largest + room) / step).ceil() * step;
        (
            if smallest >= 0.0 {
                floor.max(0.0)
            } else {
                floor
            },
            if largest <= scale {
                ceiling.min(scale)
            } else {
                ceiling
            },
            step,
        )
    };
    let tidy = |value: f64| (value * 1e6).round() / 1e6;
    Axis {
        name: "F1".to_owned(),
        is_log: false,
        min: tidy(min),
        max: tidy(max),
        interval: Some(step),
    }
}

/// The largest of 1, 2, 5 times a power of ten that is at most `value`.
fn floor_step(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|step| step * power)
        .find(|step| *step <= value)
        .unwrap_or(power)
}

/// The smallest of 1, 2, 5, 10 times a power of ten that is at least `value`.
fn ceil_step(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|step| step * power)
        .find(|step| *step >= value)
        .unwrap_or(10.0 * power)
}

fn describe(placed: &[Placed]) -> String {
    let best = placed
        .iter()
        .max_by(|one, other| one.f1.total_cmp(&other.f1));
    let fastest = placed
        .iter()
        .min_by(|one, other| one.ms.total_cmp(&other.ms));
    let (Some(best), Some(fastest)) = (best, fastest) else {
        return "No configuration reports both F1 and latency.".to_owned();
    };
    let stands = |Placed { ms, f1, one }: &Placed| {
        format!(
            "{} with F1 {} at {}",
            one.model,
            format::ratio(*f1),
            format::duration_ms(*ms)
        )
    };
    format!(
        "Scatter chart of {}, F1 against latency. Best F1: {}. Fastest: {}. The table below has every value.",
        format::counted(placed.len(), "configuration"),
        stands(best),
        stands(fastest),
    )
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};

    #[test]
    fn the_frontier_holds_what_nothing_else_beats_in_both() {
        let (fast, beaten, good) = (
            scored("fast", 0.7, 10.0, 0.1),
            scored("beaten", 0.69, 20.0, 0.1),
            scored("good", 0.9, 50.0, 0.1),
        );

        let scatter = scatter(&[&good, &beaten, &fast]);

        assert_eq!(scatter.frontier, [(10.0, 0.7), (50.0, 0.9)]);
        assert!(!scatter.x.is_log);
    }

    #[test]
    fn the_axis_turns_logarithmic_over_a_wide_range_and_takes_the_unit_of_the_largest() {
        let (fast, slow) = (
            scored("fast", 0.7, 120.0, 0.1),
            scored("slow", 0.9, 42_000.0, 0.1),
        );

        let Scatter { x, .. } = scatter(&[&fast, &slow]);

        assert_eq!(
            x,
            Axis {
                name: "Latency (s, log scale)".to_owned(),
                is_log: true,
                min: 0.1,
                max: 50.0,
                interval: None
            }
        );
    }

    #[test]
    fn a_value_is_found_again_where_its_axis_has_it() {
        for is_log in [false, true] {
            let axis = Axis {
                name: String::new(),
                is_log,
                min: 0.1,
                max: 50.0,
                interval: None,
            };
            assert!((axis.at(axis.share(7.3)) - 7.3).abs() < 1e-9, "{is_log}");
            assert!((axis.share(50.0) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn who_lacks_a_value_is_named_and_not_drawn_at_zero() {
        let (placed, silent) = (scored("a", 0.7, 120.0, 0.1), bare("b", "d1", "local"));

        let scatter = scatter(&[&placed, &silent]);

        assert_eq!(
            scatter
                .series
                .iter()
                .map(|one| one.points.len())
                .sum::<usize>(),
            1
        );
        assert_eq!(
            scatter.left_out.as_deref(),
            Some("1 configuration lacks F1 or latency and is not drawn")
        );
    }

    #[test]
    fn the_eighth_model_shares_a_series_with_the_rest() {
        let all: Vec<Configuration> = (0..10)
            .map(|n| scored(&format!("m{n}"), 0.9 - f64::from(n) / 100.0, 10.0, 0.1))
            .collect();

        let series = scatter(&all.iter().collect::<Vec<_>>()).series;

        assert_eq!(series.len(), 8);
        assert_eq!(
            (series[7].name.as_str(), series[7].points.len()),
            ("3 other models", 3)
        );
    }

    #[test]
    fn nothing_to_draw_has_axes_and_a_sentence() {
        let scatter = scatter(&[]);

        assert!(scatter.x.max > scatter.x.min && scatter.y.max > scatter.y.min);
        assert_eq!(
            scatter.description,
            "No configuration reports both F1 and latency."
        );
    }
}
