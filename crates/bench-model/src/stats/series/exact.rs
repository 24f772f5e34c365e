//! Metrics without noise: tokens, bytes, a price. Every lasting value is a level.
//!
//! Some are nearly exact: an accuracy of 1 that is occasionally 0.98. Their stray rate determines
//! how long a new value has to last to become a level.

use crate::stats::numeric::sample::{PER_MAD, median, median_of, real};

/// Differences below this share of the usual magnitude are rounding.
const ROUNDING: f64 = 1e-9;
/// A series that differs from run to run more often than this is not exact, regardless of its
/// median.
const MOST_DIFFERENCES: f64 = 0.3;

/// The noise of a series, if any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Nature {
    /// Equal but for a few differences; the tolerance of "equal".
    Exact(f64),
    /// Noisy, with this standard deviation.
    Noisy(f64),
}

/// Classifies a series as exact or noisy. `sd` is the noise estimated from differences.
pub(crate) fn nature(values: &[f64], sd: f64) -> Nature {
    let magnitudes: Vec<f64> = values.iter().map(|v| v.abs()).collect();
    let usual = median_of(&magnitudes);
    let tolerance = ROUNDING * if usual > 0.0 { usual } else { 1.0 };
    if sd > tolerance {
        return Nature::Noisy(sd);
    }
    let differences = values
        .iter()
        .zip(values.iter().skip(1))
        .map(|(a, b)| (b - a).abs());
    let mut differences: Vec<f64> = differences.filter(|d| *d > tolerance).collect();
    if real(differences.len()) <= MOST_DIFFERENCES * real(values.len()) {
        return Nature::Exact(tolerance);
    }
    Nature::Noisy(PER_MAD * median(&mut differences) / std::f64::consts::SQRT_2)
}

/// The maximum probability that a new lasting value is a sequence of strays.
const STRAY_LEVEL: f64 = 1e-3;
/// One run is never a level.
const LEAST_STRETCH: usize = 2;
/// So many equal runs in a row end a stretch of runs that vary.
const SETTLED: usize = 8;
/// So many in a row that are back at the level before end it, too.
const BACK: usize = 3;
/// Levels at which a metric may repeat by chance: a share of few items is often all or nothing,
/// and most runs count no rare event.
const ENDS: [f64; 3] = [0.0, 1.0, 100.0];

/// The first run of every new level, and the probability that it is a sequence of strays.
///
/// A stray is a run between two of other values. Where `k` of `n` runs have strayed to a value, the
/// next one does with a probability near `(k + 1/2) / (n + 1)` (Krichevsky and Trofimov 1981), and
/// `b` runs in a row with its `b`-th power. A value that no run has strayed from, and that is no end
/// of a scale, repeats because the metric is exact: any lasting difference is then certain.
///
/// Runs that all differ from the level and from each other are a new level too: the metric has
/// begun to vary.
pub(crate) fn changes(values: &[f64], unit: f64, tolerance: f64) -> Vec<(usize, f64)> {
    let stretches = stretches(values, tolerance);
    let inner = stretches.get(1..stretches.len().saturating_sub(1));
    let strays = inner
        .unwrap_or_default()
        .iter()
        .filter(|of| of.end - of.first == 1);
    let strays: Vec<f64> = strays.map(|of| values[of.first]).collect();
    // NaN while the metric varies.
    let mut level: Option<f64> = None;
    let mut settled: Option<f64> = None;
    let mut changes = Vec::new();
    for Stretch {
        first,
        end,
        is_varied,
    } in stretches
    {
        if end - first < LEAST_STRETCH {
            continue;
        }
        let value = values[first];
        if level.is_some_and(f64::is_nan) && !is_varied {
            // Values that vary repeat now and then, and are right now and then.
            let is_back = settled.is_some_and(|settled: f64| (value - settled).abs() <= tolerance);
            if end - first < if is_back { BACK } else { SETTLED } {
                continue;
            }
        }
        let is_equal = |one: f64, other: f64| (one - other).abs() <= tolerance;
        let Some(before) = level else {
            level = Some(if is_varied { f64::NAN } else { value });
            settled = level.filter(|level| !level.is_nan());
            continue;
        };
        let strayed = strays
            .iter()
            .filter(|stray| is_varied || is_equal(**stray, value))
            .count();
        let may_repeat_by_chance = ENDS.iter().any(|end| is_equal(before * unit, *end));
        let is_certain = strays.is_empty() && !is_varied && !may_repeat_by_chance;
        let p_value = if is_certain || before.is_nan() {
            0.0
        } else {
            let share = (real(strayed) + 0.5) / (real(first) + 1.0);
            // By multiplication, for identical bits everywhere.
            (first..end).fold(1.0, |product: f64, _| product * share)
        };
        let differs = if is_varied {
            !before.is_nan()
        } else {
            !is_equal(value, before)
        };
        if p_value <= STRAY_LEVEL && differs {
            changes.push((first, p_value));
        }
        if p_value <= STRAY_LEVEL || !differs {
            level = Some(if is_varied { f64::NAN } else { value });
            settled = if is_varied { settled } else { Some(value) };
        }
    }
    changes
}

/// Runs that belong together.
#[derive(Clone, Copy)]
struct Stretch {
    first: usize,
    end: usize,
    /// Whether they differ from each other; otherwise all are equal.
    is_varied: bool,
}

/// The stretches of equal values, and of values that all differ, with none that was there before.
fn stretches(values: &[f64], tolerance: f64) -> Vec<Stretch> {
    let mut equal: Vec<Stretch> = Vec::new();
    for (run, value) in values.iter().enumerate() {
        match equal.last_mut() {
            Some(last) if (value - values[last.first]).abs() <= tolerance => last.end = run + 1,
            _ => equal.push(Stretch {
                first: run,
                end: run + 1,
                is_varied: false,
            }),
        }
    }
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut level: Option<f64> = None;
    for next in equal {
        let length = next.end - next.first;
        let value = values[next.first];
        let is_back = level.is_some_and(|level| (value - level).abs() <= tolerance);
        let joins = match stretches.last() {
            // Values that vary repeat now and then.
            Some(last) if last.is_varied => length < SETTLED,
            Some(last) => length == 1 && last.end - last.first == 1 && level.is_some(),
            None => false,
        };
        match stretches.last_mut() {
            Some(last) if joins && !is_back => {
                last.end = next.end;
                last.is_varied = true;
            }
            _ => {
                if length > 1 {
                    level = Some(value);
                }
                stretches.push(next);
            }
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `1.0` with a stray wherever a digit is not 0.
    fn accuracy(digits: &str) -> Vec<f64> {
        let value = |c: char| 1.0 - 0.02 * f64::from(c.to_digit(10).expect("a digit"));
        digits.chars().map(value).collect()
    }

    fn indices(values: &[f64]) -> Vec<usize> {
        changes(values, 1.0, 1e-9)
            .into_iter()
            .map(|(index, _)| index)
            .collect()
    }

    #[test]
    fn two_runs_of_a_new_value_are_a_level_where_nothing_ever_strayed() {
        let tokens = |digits: &str| -> Vec<f64> {
            accuracy(digits)
                .iter()
                .map(|value| 1234.0 * value)
                .collect()
        };
        assert_eq!(changes(&tokens("000000011"), 1.0, 1e-9), [(7, 0.0)]);
        assert!(changes(&tokens("000000010000"), 1.0, 1e-9).is_empty());
        assert_eq!(indices(&accuracy("0000111122220000")), [4, 8, 12]);
    }

    #[test]
    fn all_right_may_be_luck_so_that_a_new_value_has_to_stay_longer() {
        assert!(indices(&accuracy("000000000011")).is_empty());
        assert_eq!(indices(&accuracy("0000000000111")), [10]);
        assert_eq!(indices(&accuracy(&format!("{}11", "0".repeat(30)))), [30]);
    }

    #[test]
    fn a_metric_that_begins_to_vary_is_a_change_at_the_second_run() {
        for (level, then) in [
            (1.0, [0.9, 0.88]),
            (0.0, [3.0, 5.0]),
            (1234.0, [1300.0, 1310.0]),
        ] {
            let mut values = vec![level; 30];
            values.extend(then);
            assert_eq!(indices(&values), [30], "{level}");

            values.extend([
                then[0], then[0], then[1], level, then[0], level, level, then[1],
            ]);
            assert_eq!(indices(&values), [30], "{level}: equal by chance");

            values.extend([level; 3]);
            assert_eq!(indices(&values), [30, 40], "{level}: back");
        }
    }

    #[test]
    fn where_runs_stray_a_new_value_has_to_stay_longer() {
        let strays = "000100000020000000010000001000000";
        assert!(indices(&accuracy(&format!("{strays}11"))).is_empty());
        assert!(indices(&accuracy(&format!("{strays}110000000"))).is_empty());

        let lasting = changes(&accuracy(&format!("{strays}1111")), 1.0, 1e-9);
        assert_eq!(lasting.len(), 1);
        assert!(lasting[0].0 == 33 && lasting[0].1 < 1e-3);
    }

    #[test]
    fn few_or_no_runs_have_no_change() {
        assert!(indices(&[]).is_empty());
        assert!(indices(&accuracy("0")).is_empty());
        assert!(
            indices(&accuracy("011")).is_empty(),
            "one run is no level to change from"
        );
    }
}
