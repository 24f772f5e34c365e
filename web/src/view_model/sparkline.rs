//! Sparklines: recent values as a line within a table row, and as text.

use super::{format, metrics::Metric};

/// The number of runs.
pub const RUNS: usize = 30;

const WIDTH: f64 = 80.0;
const HEIGHT: f64 = 20.0;
/// Padding for half of the line's width.
const MARGIN: f64 = 2.0;

/// The newest [`RUNS`] of the values, oldest first.
pub fn newest(values: &[f64]) -> &[f64] {
    &values[values.len().saturating_sub(RUNS)..]
}

/// A path in a box 80 wide and 20 high, from the lowest value to the highest. Constant values are a
/// line in the middle; fewer than two give no line.
pub fn path(values: &[f64]) -> String {
    let (Some((low, high)), true) = (range(values), values.len() > 1) else {
        return String::new();
    };
    // Computed in halves, because the span of two finite numbers may overflow.
    let span = high / 2.0 - low / 2.0;
    let step = WIDTH / as_f64(values.len() - 1);
    let mut path = String::with_capacity(values.len() * 10);
    for (index, value) in values.iter().enumerate() {
        let share = if span > 0.0 {
            (value / 2.0 - low / 2.0) / span
        } else {
            0.5
        };
        let x = step * as_f64(index);
        let y = MARGIN + (1.0 - share) * (HEIGHT - 2.0 * MARGIN);
        path.push(if index == 0 { 'M' } else { 'L' });
        path.push_str(&tenths(x));
        path.push(' ');
        path.push_str(&tenths(y));
    }
    path
}

/// The lowest and the highest value: `0.840 … 0.912`; empty if there is none.
pub fn range_label(values: &[f64], metric: &Metric) -> String {
    let Some((low, high)) = range(values) else {
        return String::new();
    };
    let (low, high) = (metric.value(low), metric.value(high));
    if low == high {
        low
    } else {
        format!("{low} … {high}")
    }
}

/// A description: `30 runs, from 0.901 to 0.842; lowest 0.840, highest 0.912`.
pub fn words(values: &[f64], metric: &Metric) -> String {
    let (Some((low, high)), Some(first), Some(last)) =
        (range(values), values.first(), values.last())
    else {
        return String::new();
    };
    let value = |value: f64| metric.value(value);
    format!(
        "{} of {}, from {} to {}; lowest {}, highest {}",
        format::counted(values.len(), "run"),
        metric.name,
        value(*first),
        value(*last),
        value(low),
        value(high),
    )
}

fn range(values: &[f64]) -> Option<(f64, f64)> {
    let mut values = values.iter().copied();
    let first = values.next()?;
    Some(values.fold((first, first), |(low, high), value| {
        (low.min(value), high.max(value))
    }))
}

fn tenths(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    tenths.to_string()
}

#[expect(clippy::cast_precision_loss, reason = "a few dozen")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::view_model::metrics::Metrics;

    #[test]
    fn the_line_goes_from_the_lowest_at_the_bottom_to_the_highest_at_the_top() {
        assert_eq!(path(&[0.8, 0.9, 0.85]), "M0 18L40 2L80 10");
        assert_eq!(path(&[0.8, 0.8]), "M0 10L80 10");
        assert_eq!(path(&[0.8]), "");
        assert_eq!(path(&[]), "");
    }

    #[test]
    fn the_words_say_what_the_line_shows() {
        let f1 = Metrics::default().of("f1");

        assert_eq!(
            words(&[0.901, 0.912, 0.842], &f1),
            "3 runs of f1, from 0.901 to 0.842; lowest 0.842, highest 0.912"
        );
        assert_eq!(range_label(&[0.901, 0.912], &f1), "0.901 … 0.912");
        assert_eq!(range_label(&[0.9, 0.9], &f1), "0.900");
        assert_eq!(range_label(&[], &f1), "");
    }

    proptest! {
        #[test]
        fn any_finite_values_stay_inside_of_the_box(values in prop::collection::vec(-1e308..1e308, 2..40)) {
            for pair in path(&values).split(['M', 'L']).filter(|pair| !pair.is_empty()) {
                let (x, y) = pair.split_once(' ').expect("a pair");
                prop_assert!((0.0..=80.0).contains(&x.parse::<f64>().expect("a number")), "{pair}");
                prop_assert!((0.0..=20.0).contains(&y.parse::<f64>().expect("a number")), "{pair}");
            }
        }
    }
}
