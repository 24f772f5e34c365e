//! The verdict on a comparison: improved, regressed, unchanged or uncertain, with its reason.
//!
//! | verdict | when |
//! | --- | --- |
//! | regressed, improved | q is at most the level, the interval excludes no change, and the effect is at least a fifth of the margin |
//! | unchanged | the whole interval lies within the margin: equivalence is shown (two one-sided tests, Schuirmann 1987) |
//! | uncertain | neither |
//!
//! Exceptions, each said in the reason: different data and a metric without a direction are never
//! judged better or worse; without any estimate of the noise, or with only that within a run, only
//! an effect beyond the margin is.

pub(super) mod kind;

pub use kind::VerdictKind;
use serde::{Deserialize, Serialize};

use crate::{
    metric::{Direction, Scale},
    stats::{
        comparison::{
            multiplicity::{control, control_primary_first},
            result::{Caveat, Comparison, Method, Options},
            sentence,
        },
        numeric::interval::Interval,
    },
};

/// The verdict on one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What became of it.
    pub kind: VerdictKind,
    /// One sentence with every number that it rests on.
    pub reason: String,
    /// How much worse it got, as `scale` says; negative when better. None when nobody has said
    /// which way is better, or there is no share because the value before is 0.
    pub worsening: Option<f64>,
    /// Where the true worsening may be.
    pub worsening_interval: Option<Interval>,
    /// The practical margin that it was held against.
    pub margin: f64,
    /// Whether worsening and margin are differences or shares of the value before.
    pub scale: Scale,
    /// The p-value, corrected for all metrics that were asked about; none without a noise estimate.
    pub q_value: Option<f64>,
    /// The plain threshold's own answer, untouched: that of `detect_regression`.
    pub threshold_exceeded: Option<bool>,
}

/// The verdict on a comparison.
///
/// `q_value` is that of [`control`] when several metrics are judged together, or none when this one
/// is alone; then its p-value counts.
pub fn decide(comparison: &Comparison, q_value: Option<f64>, options: &Options) -> Verdict {
    let q_value = comparison.p_value.map(|p| q_value.unwrap_or(p));
    let kind = kind(comparison, q_value, options);
    Verdict {
        kind,
        reason: sentence::reason(comparison, kind, q_value, options),
        worsening: comparison.worsening(),
        worsening_interval: comparison.worsening_interval(),
        margin: options.threshold,
        scale: comparison.scale,
        q_value,
        threshold_exceeded: comparison.threshold_exceeded,
    }
}

/// The verdicts on all metrics of one run, in the same order.
///
/// The q-values are controlled over all of them, those of metrics that nobody judges left out; the
/// metric called `primary`, if it is there, is asked first and pays nothing for the others.
pub fn decide_all(
    comparisons: &[Comparison],
    primary: Option<&str>,
    options: &Options,
) -> Vec<Verdict> {
    let asked: Vec<usize> = (0..comparisons.len())
        .filter(|index| {
            comparisons[*index].direction != Direction::Neither
                && comparisons[*index].p_value.is_some()
        })
        .collect();
    let p_values: Vec<f64> = asked
        .iter()
        .filter_map(|index| comparisons[*index].p_value)
        .collect();
    let q_values = match asked
        .iter()
        .position(|index| Some(comparisons[*index].metric.as_str()) == primary)
    {
        Some(place) => control_primary_first(&p_values, place),
        None => control(&p_values),
    };
    let q_of = |index: usize| {
        asked
            .iter()
            .position(|asked| *asked == index)
            .map(|place| q_values[place])
    };
    comparisons
        .iter()
        .enumerate()
        .map(|(index, comparison)| decide(comparison, q_of(index), options))
        .collect()
}

fn kind(comparison: &Comparison, q_value: Option<f64>, options: &Options) -> VerdictKind {
    let margin = options.threshold;
    // Of 0 there is no share, but 0 that always repeats and is 0 again did not change.
    let is_same = comparison.method == Method::Exact && comparison.delta == 0.0;
    let equivalent = is_same
        || comparison
            .effect_interval()
            .is_some_and(|interval| interval.is_within(margin));
    let otherwise = if equivalent {
        VerdictKind::Unchanged
    } else {
        VerdictKind::Uncertain
    };
    if comparison.caveats.contains(&Caveat::DifferentData) {
        return VerdictKind::Uncertain;
    }
    let Some(worsening) = comparison.worsening() else {
        return otherwise;
    };
    let direction = if worsening > 0.0 {
        VerdictKind::Regressed
    } else {
        VerdictKind::Improved
    };
    let beyond_margin = match direction {
        VerdictKind::Regressed => comparison.threshold_exceeded == Some(true),
        _ => -worsening > margin,
    };
    if comparison.method == Method::Threshold {
        return if beyond_margin {
            direction
        } else {
            VerdictKind::Uncertain
        };
    }
    let significant = q_value.is_some_and(|q| q <= options.level)
        && comparison
            .effect_interval()
            .is_some_and(|interval| !interval.holds(0.0));
    if !significant || worsening.abs() < options.least_share * margin {
        return otherwise;
    }
    if comparison.caveats.contains(&Caveat::WithinRunOnly) && !beyond_margin {
        return VerdictKind::Uncertain;
    }
    direction
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the same arithmetic gives the same bits")]
mod tests;
