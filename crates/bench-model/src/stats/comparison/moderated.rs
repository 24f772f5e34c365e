//! Plain numbers, one per run: Student's t, Welch's, or one with the noise of earlier runs.

use crate::stats::{
    comparison::{
        heavy::{LEAST_TRIMMED, Trimmed, are_heavy},
        paired::Estimate,
        prior::{Prior, pulled_in, transformed},
        repeats::{Repeats, is_equal},
        result::{Method, NoiseSource},
    },
    numeric::{
        interval::Interval,
        sample::{mean, real, squares},
        special::beta_regularized,
    },
};

/// The difference of two sides, after minus before, and the noise of one run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// The method.
    pub method: Method,
    /// Where the noise is known from.
    pub source: NoiseSource,
    /// The centre of each side, on the scale of the comparison.
    pub centres: (f64, f64),
    /// The difference with its standard error.
    pub estimate: Estimate,
    /// The standard deviation of one run; 0 when runs repeat exactly.
    pub sd: f64,
    /// How exactly runs repeat, if they do.
    pub repeats: Option<Verdict>,
    /// How far a single run was off before, where tails are heavy.
    pub seen: Option<Seen>,
}

/// The answer for runs that repeat exactly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Verdict {
    /// The probability of the difference without a change.
    pub p_value: f64,
    /// How far a run may stray.
    pub reach: f64,
    /// How many runs at the new value would be needed.
    pub needed: Option<usize>,
}

impl Difference {
    /// The two-sided p-value that nothing changed.
    pub(super) fn p_value(&self) -> f64 {
        if let Some(found) = self.repeats {
            return found.p_value;
        }
        let seen = self.seen.as_ref();
        let happened = seen.map_or(0.0, |seen| seen.chance(self.estimate.mean.abs()));
        self.estimate.p_value().max(happened)
    }

    /// The interval of the difference.
    pub(super) fn interval(&self, confidence: f64) -> Interval {
        match self.repeats {
            None => {
                let shares = self.estimate.interval(confidence);
                let usual = self
                    .seen
                    .as_ref()
                    .map_or(0.0, |seen| seen.reach(1.0 - confidence));
                shares.hull(Interval::around(self.estimate.mean, usual))
            }
            // It holds 0 exactly if the p-value is too large.
            Some(found) if found.p_value > 1.0 - confidence => Interval::around(
                self.estimate.mean,
                found.reach.max(self.estimate.mean.abs()),
            ),
            Some(found) => {
                let most = 0.5 * self.estimate.mean.abs();
                Interval::around(self.estimate.mean, found.reach.min(most))
            }
        }
    }
}

/// Noise that the history has shown: what happened before happens without a change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// How far runs were off, ascending.
    distances: Vec<f64>,
    /// The probability of a distance that was never seen (Krichevsky and Trofimov 1981).
    rarest: f64,
    /// How fast the probability falls beyond all of them: with this power of the distance.
    degrees: f64,
}

impl Seen {
    /// The probability that a run is off by at least `distance`.
    fn chance(&self, distance: f64) -> f64 {
        let count = self.distances.len();
        let nearer = self.distances.partition_point(|seen| *seen < distance);
        let as_far = real(count - nearer) / real(count.max(1));
        match self.distances.last() {
            Some(most) if nearer == count && distance > 0.0 => {
                self.rarest * libm::pow(most / distance, self.degrees)
            }
            _ => as_far + self.rarest,
        }
    }

    /// How far runs are off with a probability above `level`.
    fn reach(&self, level: f64) -> f64 {
        let usual = |seen: &&f64| self.chance(**seen) > level;
        let of_seen = self.distances.partition_point(|seen| usual(&seen));
        of_seen
            .checked_sub(1)
            .map_or(0.0, |last| self.distances[last])
    }
}

/// Two sides of runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runs<'a> {
    /// The reference.
    pub before: &'a [f64],
    /// The other side.
    pub after: &'a [f64],
    /// Whether `before` are runs that the prior was learned from: its noise is theirs.
    pub is_level: bool,
    /// Whether the logarithms are compared.
    pub logarithmic: bool,
}

/// Compares the centres of two sides.
///
/// | evidence | method |
/// | --- | --- |
/// | runs that repeat exactly | [`Repeats`] |
/// | a prior | the variance of a run is `(d0 s0^2 + SS) / (d0 + n1 + n2 - 2)` with the prior's deviation `s0` and weight `d0` (Smyth 2004); a side that is noisier than the prior allows counts with its own |
/// | two runs a side or more | Welch's t; of many runs with heavy tails that of trimmed means (Yuen 1974) |
/// | one run on a side | Student's t with the spread of the other side |
///
/// None if the noise is unknown: one run per side and no prior, or so few equal runs that they may
/// be equal by chance.
pub(crate) fn difference(runs: Runs<'_>, prior: Option<&Prior>) -> Option<Difference> {
    let Runs {
        is_level,
        logarithmic,
        ..
    } = runs;
    let before = transformed(runs.before, logarithmic);
    let after = transformed(runs.after, logarithmic);
    let scaled = prior.and_then(|prior| on_scale(prior, runs));
    if let Some(found) = repeated(&before, &after, is_level, scaled.as_ref()) {
        return Some(found);
    }
    let prior = scaled.filter(|prior| prior.strays.is_none() && prior.sd > 0.0);
    let is_heavy = prior.as_ref().is_some_and(|prior| prior.tails > 0.0);
    let many = before.len().min(after.len()) >= LEAST_TRIMMED;
    match prior {
        Some(prior) if is_heavy && many => alone(&before, &after, true)
            .or_else(|| Some(moderated(&before, &after, is_level, &prior))),
        Some(prior) => Some(moderated(&before, &after, is_level, &prior)),
        None => alone(&before, &after, false),
    }
}

/// The prior on the scale of the comparison; none if there is none.
fn on_scale(prior: &Prior, runs: Runs<'_>) -> Option<Prior> {
    match (prior.logarithmic, runs.logarithmic) {
        (same, other) if same == other => Some(prior.clone()),
        // A run of 0 has no logarithm; a ratio of the others is an amount.
        (true, false) => {
            let amounts = runs.before.iter().chain(runs.after);
            let amounts: Vec<f64> = amounts.copied().filter(|value| *value > 0.0).collect();
            let unit = mean(&amounts);
            (unit > 0.0).then(|| Prior {
                sd: prior.sd * unit,
                logarithmic: false,
                residuals: prior
                    .residuals
                    .iter()
                    .map(|residual| residual * unit)
                    .collect(),
                strays: prior
                    .strays
                    .as_ref()
                    .map(|strays| strays.iter().map(|stray| stray * unit).collect()),
                ..prior.clone()
            })
        }
        _ => None,
    }
}

/// Runs that repeat exactly, on the word of the prior or of the sides themselves.
fn repeated(
    before: &[f64],
    after: &[f64],
    is_level: bool,
    prior: Option<&Prior>,
) -> Option<Difference> {
    let constant = |values: &[f64]| values.iter().all(|value| is_equal(*value, values[0]));
    let (level, own) = Repeats::of(before)?;
    let earlier = prior.map(|prior| {
        Some(Repeats {
            runs: prior.runs,
            strays: prior.strays.clone()?,
        })
    });
    let (known, twice) = match earlier {
        Some(Some(known)) if is_level => (known, 1.0),
        // The single run may be the one that strayed.
        Some(Some(known)) => (known.and(&own), if before.len() == 1 { 2.0 } else { 1.0 }),
        None if constant(before)
            && constant(after)
            && before.len() + after.len() > FEWEST_EQUAL =>
        {
            (own, 1.0)
        }
        None if before.len() > FEWEST_EQUAL => (own, 1.0),
        Some(None) | None => return None,
    };
    // Without a history, the side with more runs says how exact they are.
    let p_value = if prior.is_none() && before.len() < after.len() {
        let (_, other) = Repeats::of(after)?;
        other.p_value(after[0], before)
    } else {
        known.p_value(level, after)
    };
    let to = if constant(after) {
        after[0]
    } else {
        mean(after)
    };
    let is_strict = known.strays.is_empty();
    let squares: f64 = known.strays.iter().map(|stray| stray * stray).sum();
    let sd = libm::sqrt(squares / real(known.runs));
    let delta = if is_equal(to, level) { 0.0 } else { to - level };
    let needed = known.needed(delta.abs(), 0.01 / twice);
    Some(Difference {
        method: if is_strict {
            Method::Exact
        } else {
            Method::NearlyExact
        },
        source: if prior.is_some() {
            NoiseSource::History
        } else {
            NoiseSource::Runs
        },
        centres: (level, level + delta),
        estimate: Estimate {
            mean: delta,
            stderr: sd * spread(before.len(), after.len()),
            df: prior.map_or_else(|| real(known.runs) - 1.0, |prior| prior.df),
        },
        sd,
        repeats: Some(Verdict {
            p_value: (twice * p_value).min(1.0),
            reach: known.reach(0.05),
            needed: needed.map(|needed| needed.saturating_sub(after.len()).max(1)),
        }),
        seen: None,
    })
}

/// Up to so many equal runs may be equal by chance.
const FEWEST_EQUAL: usize = 4;

/// The standard error of a difference, in deviations of one run.
fn spread(before: usize, after: usize) -> f64 {
    libm::sqrt(1.0 / real(before) + 1.0 / real(after))
}

/// A side: its mean, the variance of a run, and the degrees of freedom behind that.
#[derive(Clone, Copy)]
struct Side {
    mean: f64,
    variance: f64,
    df: f64,
    runs: f64,
}

/// The variance of runs and prior together.
fn moderated(before: &[f64], after: &[f64], is_level: bool, prior: &Prior) -> Difference {
    let side = |values: &[f64], counts: bool| Side {
        mean: mean(values),
        variance: squares(values) / (real(values.len()) - 1.0).max(1.0),
        df: if counts {
            real(values.len()) - 1.0
        } else {
            0.0
        },
        runs: real(values.len()),
    };
    let usual = if is_level || prior.tails > 0.0 {
        pulled_in(before.to_vec())
    } else {
        before.to_vec()
    };
    let sides = (side(&usual, !is_level), side(after, true));
    let (one, other) = (contradicts(sides.0, prior), contradicts(sides.1, prior));
    let source = if sides.0.df + sides.1.df > 0.0 {
        NoiseSource::RunsAndHistory
    } else {
        NoiseSource::History
    };
    if one || other {
        let own =
            |side: Side, contradicts: bool| if contradicts { side } else { with(side, prior) };
        let found = welch(own(sides.0, one), own(sides.1, other));
        return Difference {
            method: Method::ModeratedT,
            source,
            ..found
        };
    }
    let both = Side {
        variance: (sides.0.variance * sides.0.df + sides.1.variance * sides.1.df)
            / (sides.0.df + sides.1.df).max(1.0),
        df: sides.0.df + sides.1.df,
        ..sides.0
    };
    let all = with(both, prior);
    let df = 1.0 / (1.0 / all.df + prior.tails);
    let sd = libm::sqrt(all.variance);
    Difference {
        method: Method::ModeratedT,
        source,
        centres: (sides.0.mean, sides.1.mean),
        estimate: Estimate {
            mean: sides.1.mean - sides.0.mean,
            stderr: sd * spread(before.len(), after.len()),
            df,
        },
        sd,
        repeats: None,
        seen: seen(before, after, is_level, prior),
    }
}

/// How far a difference of one run was off in the history, if its tails are heavy: from the middle,
/// or for a single run as the reference, from another run.
fn seen(before: &[f64], after: &[f64], is_level: bool, prior: &Prior) -> Option<Seen> {
    let residuals = &prior.residuals;
    if after.len() > 1 || residuals.is_empty() {
        return None;
    }
    let single = before.len() == 1 && !is_level;
    let mut distances: Vec<f64> = if single {
        let others = |first: usize| residuals[first + 1..].iter();
        (0..residuals.len())
            .flat_map(|first| others(first).map(move |other| (residuals[first] - other).abs()))
            .collect()
    } else {
        residuals.iter().map(|residual| residual.abs()).collect()
    };
    distances.sort_unstable_by(f64::total_cmp);
    Some(Seen {
        distances,
        rarest: if single { 1.0 } else { 0.5 } / (real(residuals.len()) + 1.0),
        degrees: 1.0 / prior.tails,
    })
}

/// The side's variance with that of the prior (Smyth 2004). Heavy tails make the variance of a few
/// runs useless beside the prior's scale.
fn with(side: Side, prior: &Prior) -> Side {
    let own = if prior.tails > 0.0 { 0.0 } else { side.df };
    let df = prior.df + own;
    Side {
        variance: (prior.df * prior.sd * prior.sd + own * side.variance) / df,
        df,
        ..side
    }
}

/// Whether a side is noisier than the prior explains (F test).
fn contradicts(side: Side, prior: &Prior) -> bool {
    if side.df < 1.0 {
        return false;
    }
    // The variance of Student's law is larger than the square of its scale.
    let heavier = 1.0 / (1.0 - 2.0 * prior.tails).max(0.2);
    let ratio = side.variance / (prior.sd * prior.sd * heavier);
    let below = prior.df / (prior.df + side.df * ratio);
    beta_regularized(0.5 * prior.df, 0.5 * side.df, below, 1.0 - below) < CONTRADICTION
}

/// A spread that at most one in four sides with the prior's noise has is noise of its own: with
/// fewer, a side of five runs with three times the noise would pass unnoticed too often.
const CONTRADICTION: f64 = 0.25;

/// How much noisier than the larger side a smaller one is taken to be at least, in variances.
const RAISED: f64 = 1.5;

/// The runs alone.
fn alone(before: &[f64], after: &[f64], is_heavy: bool) -> Option<Difference> {
    let (n1, n2) = (real(before.len()), real(after.len()));
    let own = squares(before) + squares(after);
    if n1 + n2 < 3.0 || own <= 0.0 {
        return None;
    }
    if let (Some(one), Some(other)) = (Trimmed::of(before), Trimmed::of(after))
        && (is_heavy || are_heavy(&one, &other))
    {
        let side = |found: &Trimmed| Side {
            mean: found.estimate.mean,
            variance: found.estimate.stderr * found.estimate.stderr * found.left,
            df: found.estimate.df,
            runs: found.left,
        };
        let found = welch(side(&one), side(&other));
        return Some(Difference {
            method: Method::TrimmedT,
            ..found
        });
    }
    if before.len() == 1 || after.len() == 1 {
        let df = n1 + n2 - 2.0;
        let sd = libm::sqrt(own / df);
        let centres = (mean(before), mean(after));
        return Some(Difference {
            method: Method::PooledT,
            source: NoiseSource::Runs,
            centres,
            estimate: Estimate {
                mean: centres.1 - centres.0,
                stderr: sd * spread(before.len(), after.len()),
                df,
            },
            sd,
            repeats: None,
            seen: None,
        });
    }
    let side = |values: &[f64]| Side {
        mean: mean(values),
        variance: squares(values) / (real(values.len()) - 1.0),
        df: real(values.len()) - 1.0,
        runs: real(values.len()),
    };
    Some(welch(side(before), side(after)))
}

/// Welch's t (Welch 1947) with degrees of freedom that don't trust a small side to be quiet: for
/// them alone, its variance is at least [`RAISED`] times that of the larger side. Otherwise two runs that happen to
/// be close look certain: with 20 runs against 3, 7 % of equal sides have p <= 0.05, and 3 % have
/// p <= 0.01.
fn welch(before: Side, after: Side) -> Difference {
    let term = |side: Side, variance: f64| variance / side.runs;
    let variance = term(before, before.variance) + term(after, after.variance);
    let raised = |side: Side, other: Side| {
        if side.df < other.df {
            side.variance.max(RAISED * other.variance)
        } else {
            side.variance
        }
    };
    let (one, other) = (
        term(before, raised(before, after)),
        term(after, raised(after, before)),
    );
    let df = (one + other) * (one + other) / (one * one / before.df + other * other / after.df);
    let stderr = libm::sqrt(variance);
    Difference {
        method: Method::UnequalT,
        source: NoiseSource::Runs,
        centres: (before.mean, after.mean),
        estimate: Estimate {
            mean: after.mean - before.mean,
            stderr,
            df,
        },
        sd: stderr / libm::sqrt(1.0 / before.runs + 1.0 / after.runs),
        repeats: None,
        seen: None,
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact by design")]
mod tests {
    use super::*;

    const PRIOR: Prior = Prior::new(0.01, 20.0, false, 21);

    fn compared(before: &[f64], after: &[f64], prior: Option<&Prior>) -> Option<Difference> {
        let runs = Runs {
            before,
            after,
            is_level: false,
            logarithmic: false,
        };
        difference(runs, prior)
    }

    #[test]
    fn two_equal_sides_are_tested_as_by_welch_and_one_run_as_by_student() {
        // scipy.stats.ttest_ind([1, 2, 3, 4], [3, 4, 6, 9], equal_var=False).pvalue
        let found = compared(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0, 6.0, 9.0], None).expect("runs");
        assert!(
            (found.p_value() - 0.105_504_303_3).abs() < 1e-9,
            "{}",
            found.p_value()
        );
        assert_eq!(found.method, Method::UnequalT);
        // scipy.stats.ttest_ind([1, 2, 3, 4], [9]).pvalue
        let found = compared(&[1.0, 2.0, 3.0, 4.0], &[9.0], None).expect("runs");
        assert!(
            (found.p_value() - 0.020_449_683_3).abs() < 1e-9,
            "{}",
            found.p_value()
        );
        assert_eq!((found.method, found.estimate.df), (Method::PooledT, 3.0));
    }

    #[test]
    fn three_runs_that_happen_to_be_close_are_not_trusted() {
        let many: Vec<f64> = (0..20).map(|run| f64::from(run % 5)).collect();
        let found = compared(&many, &[3.5, 3.5001, 3.4999], None).expect("runs");
        assert!(found.estimate.df < 4.0, "{found:?}");
    }

    #[test]
    fn with_a_prior_one_run_a_side_is_enough() {
        assert_eq!(compared(&[0.9], &[0.8], None), None);
        let found = compared(&[0.9], &[0.8], Some(&PRIOR)).expect("a difference");
        assert!(found.p_value() < 1e-5 && found.method == Method::ModeratedT);
        let other_scale = Prior::new(0.01, 20.0, true, 21);
        let as_ratio = compared(&[0.9], &[0.8], Some(&other_scale)).expect("a difference");
        assert!((as_ratio.sd - 0.0085).abs() < 1e-12, "{as_ratio:?}");
    }

    #[test]
    fn the_runs_of_a_level_are_a_better_reference_than_one_of_them() {
        let level: Vec<f64> = (0..50)
            .map(|run| 0.9 + 0.01 * f64::from(run % 3 - 1))
            .collect();
        let against = |before: &[f64], is_level| {
            let runs = Runs {
                before,
                after: &[0.87],
                is_level,
                logarithmic: false,
            };
            difference(runs, Some(&PRIOR)).expect("a difference")
        };
        let (all, one) = (against(&level, true), against(&level[1..2], false));
        let wanted = 0.01 * libm::sqrt(1.0 + 1.0 / 50.0);
        assert!((all.estimate.stderr - wanted).abs() < 1e-12 && all.estimate.df == 20.0);
        assert!(all.p_value() < 0.01 && one.p_value() > 0.01);
    }

    #[test]
    fn equal_runs_are_exact_when_there_are_enough() {
        assert_eq!(compared(&[0.9, 0.9], &[0.8], None), None);
        let first = compared(&[0.9; 10], &[0.8], None).expect("exact");
        assert_eq!((first.sd, first.method), (0.0, Method::Exact));
        assert!(first.p_value() > 0.01 && first.p_value() < 0.05);
        let second = compared(&[0.9; 10], &[0.8; 2], None).expect("exact");
        assert!(second.p_value() < 0.01 && !second.interval(0.95).holds(0.0));
    }

    #[test]
    fn noise_that_the_prior_denies_is_believed() {
        let exact = Prior::new(0.0, 20.0, false, 21);
        let found = compared(&[0.9, 0.8], &[0.85, 0.9], Some(&exact)).expect("four runs");
        assert!(found.method == Method::UnequalT && found.sd > 0.0);
        let quiet = compared(
            &[0.9, 0.901, 0.899],
            &[0.85, 0.95, 0.75, 1.0],
            Some(&Prior::new(0.001, 30.0, false, 31)),
        );
        assert!(quiet.expect("runs").sd > 0.03);
    }
}
