//! What every method of comparing is asked, and what it answers.

use crate::{
    metric::Scale,
    stats::{
        comparison::{
            evidence::Evidence,
            prior::Prior,
            result::{Caveat, Method, NoiseModel, NoiseSource, Options, Settle},
        },
        numeric::{interval::Interval, sample::real},
    },
};

/// The input of every method.
pub(super) struct Question<'a> {
    pub(super) baseline: &'a [Evidence],
    pub(super) current: &'a [Evidence],
    /// The values of the baseline's runs.
    pub(super) before: &'a [f64],
    /// The values of the current runs.
    pub(super) after: &'a [f64],
    /// The runs of the baseline's level; empty if unknown. The prior was learned from them.
    pub(super) level: &'a [f64],
    pub(super) prior: Option<&'a Prior>,
    /// Whether it counts events, such as errors.
    pub(super) is_count: bool,
    /// Whether runs are compared on the logarithm.
    pub(super) logarithmic: bool,
    pub(super) same_data: bool,
    pub(super) scale: Scale,
    pub(super) options: &'a Options,
}

impl Question<'_> {
    /// The plain values to compare with: the runs of the level if it is known.
    pub(super) fn reference(&self) -> &[f64] {
        if self.level.is_empty() {
            self.before
        } else {
            self.level
        }
    }

    /// The practical margin in the metric's unit.
    pub(super) fn margin(&self, before: f64) -> f64 {
        match self.scale {
            Scale::Absolute => self.options.threshold,
            Scale::Relative => self.options.threshold * before.abs(),
        }
    }
}

/// The result of a method.
pub(super) struct Found {
    pub(super) method: Method,
    pub(super) before: f64,
    pub(super) after: f64,
    /// Of after minus before.
    pub(super) interval: Option<Interval>,
    /// For the share, if the method computes it more precisely than by division.
    pub(super) relative_interval: Option<Interval>,
    pub(super) p_value: Option<f64>,
    /// The number of items per run on each side.
    pub(super) items: (Option<u64>, Option<u64>),
    pub(super) noise: NoiseModel,
    pub(super) detectable: Option<f64>,
    pub(super) settle: Option<Settle>,
    pub(super) caveats: Vec<Caveat>,
}

/// Noise whose deviation is in the metric's unit.
pub(super) fn noise(source: NoiseSource, sd: Option<f64>, df: Option<f64>) -> NoiseModel {
    NoiseModel {
        source,
        sd: sd.filter(|sd| sd.is_finite()),
        df: df.filter(|df| df.is_finite()),
        relative: false,
    }
}

/// The runs' evidence of one kind, when every run has it.
pub(super) fn all_have<'a, T>(
    runs: &'a [Evidence],
    kind: impl Fn(&'a Evidence) -> Option<T>,
) -> Option<Vec<T>> {
    runs.iter().map(kind).collect()
}

/// The smallest count, as the number of items to increase.
pub(super) fn least(counts: (u64, u64)) -> f64 {
    real(counts.0.min(counts.1))
}
